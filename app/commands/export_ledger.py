"""``export-ledger``: the ledger with computed periods and verdicts as of a day."""

from __future__ import annotations

import argparse

from app.commands.terminal import (
    Command,
    add_as_of,
    add_second,
    agree,
    as_of,
    output_place,
    show_progress,
    signed_in,
)
from app.domain.rights import Right
from app.services.entrance import Entrance


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="文件", help="写到哪个 xlsx 文件")
    add_as_of(parser)
    parser.add_argument("--purpose", metavar="用途", help="为什么导出，记入审计日志")
    add_second(parser)


def _run(arguments: argparse.Namespace, entrance: Entrance) -> None:
    out = output_place(arguments.out, arguments, entrance, ".xlsx")
    with signed_in(arguments, entrance) as use_cases:
        agree(arguments, use_cases, Right.BULK_EXPORT)
        purpose = (arguments.purpose or "").strip() or "命令行导出台账"
        rows = use_cases.export_ledger(out, as_of(arguments), show_progress, purpose=purpose)
    print(f"已导出 {rows} 行到“{arguments.out}”")


COMMAND = Command("export-ledger", "导出台账，含期满日期和对象认定", _run, _add_arguments)
