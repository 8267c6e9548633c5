"""Writes a copy of the office's workbook in which every problem stands beside its row.

Runs in the child process: the library that keeps the office's own styles unfolds a file in memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.documents.refused import Refused
from app.documents.workbook_kinds import open_workbook
from app.documents.workbook_writer import plain_cell
from app.domain.ledger import MARKS_TITLE
from app.domain.ledger_cells import text_of
from app.services.outside import PREFIX, clear_left_over, publish_package

Marks = Mapping[str, Mapping[int, Sequence[tuple[str, str]]]]
"""By sheet (``""``: the only one) and row, counted from 1: what to say and the column's letter."""

_YELLOW = "FFF2CC"
_MOST_ROWS, _MOST_COLUMNS = 200_000, 702


def mark(source: Path, target: Path, marks: Marks) -> None:
    """Write the marked copy of ``source`` to ``target``, whole or not at all."""
    opened = open_workbook(source, most_rows=_MOST_ROWS, most_columns=_MOST_COLUMNS)
    clear_left_over(target.parent)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=PREFIX) as scratch:
        partial = Path(scratch) / "report.xlsx"
        with source.open("rb") as file:
            packed = file.read(2) == b"PK"
        if not (packed and _copy_with_styles(source, partial, marks)):
            _copy_plain(opened, partial, marks)
        publish_package(partial, target)


def _copy_with_styles(source: Path, partial: Path, marks: Marks) -> bool:
    """Copy an .xlsx with its styles; False where it is of another kind."""
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, PatternFill
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with source.open("rb") as file:
            book = openpyxl.load_workbook(file, keep_links=False)
    except (InvalidFileException, KeyError, OSError):
        return False
    except (ValueError, TypeError, AttributeError, IndexError):
        return False  # readable for us, not for the library that keeps styles
    yellow = PatternFill("solid", fgColor=_YELLOW)
    for sheet in book.worksheets:
        rows = _marks_of(sheet.title, marks, book.sheetnames)
        if not rows:
            continue
        column = sheet.max_column + 1
        sheet.column_dimensions[_letter(column)].width = 60
        for number, problems in rows.items():
            cell = _text(sheet.cell(max(number, 1), column), _sentences(problems))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.fill = yellow
            for letter, said in problems:
                if not letter or not number:
                    continue
                asked = sheet[f"{letter}{number}"]
                asked.fill = yellow
                if type(asked).__name__ == "Cell":  # not the covered part of a merged cell
                    asked.comment = Comment(said[:500], MARKS_TITLE)
    book.save(partial)
    return True


def _text(cell: Any, text: str) -> Any:
    """Put ``text`` into a cell as text, whatever it begins with."""
    cell.value = plain_cell(text)
    cell.data_type = "s"
    return cell


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(number))


def _marks_of(name: str, marks: Marks, names: Sequence[str]) -> Mapping[int, Any]:
    """Return the marks of a sheet; unnamed ones belong to the only sheet that was read."""
    if name in marks:
        return marks[name]
    return marks.get("", {}) if len(names) == 1 else {}


def _sentences(problems: Sequence[tuple[str, str]]) -> str:
    return "\n".join(dict.fromkeys(said for _letter, said in problems))


def _copy_plain(opened: Any, partial: Path, marks: Marks) -> None:
    """Copy the cells alone, as text, for kinds of file that are read but not written."""
    import xlsxwriter

    book = xlsxwriter.Workbook(
        str(partial), {"constant_memory": True, "tmpdir": str(partial.parent)}
    )
    plain = book.add_format({"num_format": "@", "valign": "top"})
    marked = book.add_format(
        {"num_format": "@", "valign": "top", "bg_color": f"#{_YELLOW}", "text_wrap": True}
    )
    sheets = [sheet for sheet, _hidden in opened.sheets()]
    names = [sheet.name for sheet in sheets]
    for sheet in sheets:
        page = book.add_worksheet(_sheet_name(sheet.name))
        rows = _marks_of(sheet.name, marks, names)
        width = max((len(row) for row in sheet.rows), default=0)
        if width + 1 > _MOST_COLUMNS:
            raise Refused("的列太多，不能另存核对副本")
        page.set_column(0, max(width - 1, 0), 14)
        page.set_column(width, width, 60)
        for number, row in enumerate(sheet.rows, 1):
            problems = rows.get(number, ())
            letters = {letter for letter, _said in problems}
            for index, cell in enumerate(row):
                style = marked if letters and _letter(index + 1) in letters else plain
                if text := plain_cell(text_of(cell)):
                    page.write_string(number - 1, index, text, style)
                elif style is marked:
                    page.write_blank(number - 1, index, None, style)
            if problems:
                page.write_string(number - 1, width, plain_cell(_sentences(problems)), marked)
    book.close()


def _sheet_name(name: str) -> str:
    return name.translate({ord(mark): "_" for mark in "[]:*?/\\'"})[:31] or "台账"
