"""``import-ledger``: the office's own Excel ledger comes in; what is doubtful is asked, not guessed."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.terminal import Command, output_place, show_progress, signed_in
from app.services.entrance import Entrance


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="台账", help="xlsx、xls 或 CSV 文件")
    parser.add_argument("--dry-run", action="store_true", help="只检查，不导入")
    parser.add_argument("--report", metavar="文件", help="另存一份标出问题的台账副本（xlsx）")


def _run(arguments: argparse.Namespace, entrance: Entrance) -> None:
    report_to = (
        output_place(arguments.report, arguments, entrance, ".xlsx") if arguments.report else None
    )
    with signed_in(arguments, entrance) as use_cases:
        reading = use_cases.read_ledger(Path(arguments.file), show_progress)
        for note in reading.notes:
            print(note)
        for question in reading.questions:
            print(question.sentence)
        if report_to is not None:
            use_cases.write_ledger_report(reading, report_to)
            print(f"标出问题的副本已存到“{arguments.report}”")
        if arguments.dry_run:
            print(f"检查完毕，未导入：{reading.summary}")
            return
        report = use_cases.import_ledger(reading, show_progress)
        print(f"已导入：{report.summary}")


COMMAND = Command("import-ledger", "导入办公室自己的台账", _run, _add_arguments)
