"""``print-forms``: the filled registration forms as PDF or DOCX, in one file or one each."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from app.commands.terminal import (
    Command,
    NotWritten,
    Usage,
    output_place,
    show_progress,
    signed_in,
)
from app.domain.registration_form import RegistrationForm
from app.services.entrance import Entrance
from app.services.outside import write_verified
from app.services.system_errors import why
from app.services.use_cases import UseCases

FORMATS = ("pdf", "docx")
_ENDINGS = ("", ".pdf", ".docx", ".PDF", ".DOCX")


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="位置", help="文件（--one-file、--blank）或文件夹")
    parser.add_argument("--format", choices=FORMATS, help="默认看文件名，否则 pdf")
    parser.add_argument("--one-file", action="store_true", help="全部装进一个文件，按人建书签")
    parser.add_argument("--name", default="", metavar="文字", help="只印姓名含这些字的人")
    parser.add_argument("--blank", action="store_true", help="空白登记表")


def _run(arguments: argparse.Namespace, entrance: Entrance) -> None:
    out = output_place(arguments.out, arguments, entrance)
    format_ = _format(out, arguments.format)
    if arguments.blank and (arguments.name or arguments.one_file):
        raise Usage("--blank 只写一份空白表，不能与 --name、--one-file 一起用")
    if (arguments.blank or arguments.one_file) and out.suffix not in _ENDINGS:
        raise Usage(f"“{out.name}”的扩展名应为 .pdf 或 .docx，请改文件名")
    with signed_in(arguments, entrance) as use_cases:
        if arguments.blank:
            _write(out, use_cases.draw_blank(format_))
            print(f"空白登记表已写到“{out}”")
            return
        forms = use_cases.forms_to_print(arguments.name, show_progress)
        if not forms:
            raise Usage(
                f"名册里没有姓名含“{arguments.name}”的人" if arguments.name else "名册是空的"
            )
        for character, where in use_cases.missing_characters(forms).items():
            print(f"字体里没有“{character}”（{where}），将印作〓")
        if arguments.one_file or (len(forms) == 1 and out.suffix):
            _write(out, _draw(use_cases, forms, format_))
        else:
            _write_each(out, use_cases, forms, format_)
        kind = "Word 文件" if format_ == "docx" else "PDF 文件"  # a path may name people
        use_cases.paper.record_outputs("导出", forms, kind, 1)
    print(f"已写出 {len(forms)} 份登记表到“{out}”")


def _format(out: Path, named: str | None) -> str:
    """Return the format asked for. A name that promises another one is refused: Word would not open it."""
    promised = out.suffix.removeprefix(".").lower()
    if named and promised in FORMATS and promised != named:
        raise Usage(f"“{out.name}”的扩展名与 --format {named} 不一致，请改其中一个")
    return named or (promised if promised in FORMATS else "pdf")


def _draw(use_cases: UseCases, forms: Sequence[RegistrationForm], format_: str) -> bytes:
    draw = use_cases.draw_forms if format_ == "pdf" else use_cases.draw_forms_docx
    return draw(forms)


def _write_each(
    folder: Path, use_cases: UseCases, forms: Sequence[RegistrationForm], format_: str
) -> None:
    """One file each; names carry a number, never a person's name."""
    if folder.suffix:
        raise Usage(f"共有{len(forms)}份，请加 --one-file 装进一个文件，或给出文件夹")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotWritten(f"文件夹“{folder}”建不出来（{why(error)}），请检查位置") from error
    for number, form in enumerate(forms, start=1):
        show_progress(number, len(forms), "登记表")
        _write(folder / f"登记表-{number:04d}.{format_}", _draw(use_cases, [form], format_))


def _write(file: Path, content: bytes) -> None:
    try:
        write_verified(file, content)
    except OSError as error:
        raise NotWritten(f"“{file}”写不进去（{why(error)}），请检查位置和磁盘空间") from error


COMMAND = Command("print-forms", "把登记表写成 PDF 或 Word 文件", _run, _add_arguments)
