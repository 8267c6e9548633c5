"""``print-forms``: the filled registration forms as PDF or DOCX, in one file or one each."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from app.commands.terminal import Command, Usage, show_progress, signed_in
from app.domain.registration_form import RegistrationForm
from app.services.entrance import Entrance
from app.services.use_cases import UseCases


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", metavar="位置", help="文件（--one-file、--blank）或文件夹")
    parser.add_argument("--format", choices=("pdf", "docx"), default="pdf", help="默认 pdf")
    parser.add_argument("--one-file", action="store_true", help="全部装进一个文件，按人建书签")
    parser.add_argument("--name", default="", metavar="文字", help="只印姓名含这些字的人")
    parser.add_argument("--blank", action="store_true", help="空白登记表")


def _run(arguments: argparse.Namespace, entrance: Entrance) -> None:
    out = Path(arguments.out)
    with signed_in(arguments, entrance) as use_cases:
        if arguments.blank:
            _write(out, use_cases.draw_blank(arguments.format))
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
            _write(out, _draw(use_cases, forms, arguments.format))
        else:
            _write_each(out, use_cases, forms, arguments.format)
        use_cases.record_output("导出登记表", [form.subject_id or 0 for form in forms], str(out))
    print(f"已写出 {len(forms)} 份登记表到“{out}”")


def _draw(use_cases: UseCases, forms: Sequence[RegistrationForm], format_: str) -> bytes:
    draw = use_cases.draw_forms if format_ == "pdf" else use_cases.draw_forms_docx
    return draw(forms)


def _write_each(
    folder: Path, use_cases: UseCases, forms: Sequence[RegistrationForm], format_: str
) -> None:
    """One file each; names carry a number, never a person's name."""
    if folder.suffix:
        raise Usage(f"共有{len(forms)}份，请加 --one-file 装进一个文件，或给出文件夹")
    folder.mkdir(parents=True, exist_ok=True)
    for number, form in enumerate(forms, start=1):
        show_progress(number, len(forms), "登记表")
        _write(folder / f"登记表-{number:04d}.{format_}", _draw(use_cases, [form], format_))


def _write(file: Path, content: bytes) -> None:
    """Write beside the place and move it there, so that no half file is ever taken for a whole one."""
    partial = file.with_name(file.name + ".partial")
    try:
        partial.write_bytes(content)
        partial.replace(file)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise Usage(f"“{file}”写不进去（{error.strerror}），请检查位置和磁盘空间") from error


COMMAND = Command("print-forms", "把登记表写成 PDF 或 Word 文件", _run, _add_arguments)
