"""``self-test``: the program proves itself in a temporary folder, from new office to restore."""

from __future__ import annotations

import argparse
import secrets
import shutil
import tempfile
from pathlib import Path

from app.commands.terminal import Command, show_progress
from app.domain.attachment import OTHER
from app.domain.subject import Subject
from app.services.entrance import Entrance
from app.services.ports import UserError


class SelfTestFailed(UserError):
    """A step did not give what it must."""

    exit_code = 11
    number = 1101


def _expect(found: bool, step: str) -> None:
    if not found:
        raise SelfTestFailed(f"自测在“{step}”这一步没有得到应有的结果")
    print(f"通过  {step}")


def _run(_arguments: argparse.Namespace, entrance: Entrance) -> None:
    with tempfile.TemporaryDirectory(prefix="huifang-") as scratch:
        _prove(Path(scratch), entrance)
    print("自测通过")


def _prove(scratch: Path, entrance: Entrance) -> None:
    folder, password = scratch / "office", secrets.token_urlsafe(18)
    code = entrance.create_office(folder, "自测", password)
    _expect(entrance.has_office(folder) and bool(code), "新建加密的数据文件夹")
    use_cases = entrance.sign_in(folder, "自测", password)
    try:
        reading = use_cases.read_ledger(entrance.sample_ledger, show_progress)
        use_cases.import_ledger(reading, show_progress)
        forms = use_cases.forms_to_print("", show_progress)
        _expect(len(forms) > 0, f"导入台账（{len(forms)}人）")
        pdf = use_cases.draw_forms(forms)
        _expect(pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF"), "登记表 PDF")
        _expect(use_cases.draw_forms_docx(forms[:1]).startswith(b"PK"), "登记表 Word")
        use_cases.export_ledger(scratch / "ledger.xlsx", None, show_progress)
        _expect((scratch / "ledger.xlsx").stat().st_size > 0, "导出台账")
        (scratch / "登记表.pdf").write_bytes(pdf)
        hung = forms[-1].subject_id or 0
        use_cases.attachments.attach(Subject, hung, scratch / "登记表.pdf", OTHER)
        [paper] = use_cases.attachments.of(Subject, hung)
        _expect(bool(paper.pages and paper.media == "PDF"), f"附入 PDF（{paper.pages}页）")
        info = use_cases.back_up(scratch / "backups", show_progress)
        use_cases.remove_person(forms[0].subject_id or 0, "自测")
        shutil.rmtree(folder / "attachments")  # they come back with the backup
    finally:
        use_cases.close()
    entrance.restore(info.file, folder, password, show_progress)
    use_cases = entrance.sign_in(folder, "自测", password)
    try:
        people = len(use_cases.forms_to_print("", show_progress))
        _paper, content = use_cases.attachments.open(paper.id or 0)
    finally:
        use_cases.close()
    _expect(people == len(forms) and content == pdf, "备份、核验和恢复，附件也在内")


COMMAND = Command("self-test", "程序在临时文件夹里自测", _run)
