"""Writes the exported ledger: every cell text, ready to be printed and to be imported again."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from app.domain.ledger import COLUMNS, RECORD_TITLE, LedgerColumn
from app.services.outside import PREFIX, clear_left_over, publish_package
from app.services.ports import UserError
from app.services.system_errors import why

T = TypeVar("T")

MOST_IN_A_CELL = 32_767  # the format's own limit
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_CUT = "……（未完）"
_WRAPPED = frozenset(("workplace", "address", "facts", "party_kind", "reason", "events", "remarks"))


class NotWritten(UserError):
    """The file could not be written; nothing was left half done."""

    exit_code = 6
    number = 603


def write_ledger(
    target: Path,
    rows: Iterable[Sequence[str]],
    *,
    as_of: date,
    records: bool = False,
    columns: Sequence[str] = (),
) -> int:
    """Write ``rows`` under the thirty titles to ``target``; return how many there were.

    With ``records`` a thirty-first cell goes into a hidden column: whose row it is when the
    corrected file comes back. ``columns`` are the keys of those to be written, none for all; a
    part of them is for reading and printing, and knows no records.

    The file appears whole or not at all. Raises ``NotWritten`` with a Chinese sentence.
    """

    def fill(book: Any) -> int:
        sheet = book.add_worksheet("受处分人员台账")
        if columns:
            return _fill_some(sheet, rows, as_of, _formats(book), columns)
        return _fill(sheet, rows, as_of, _formats(book), records=records)

    # constant_memory: a row is on disk as soon as it is written, 100 000 rows need no more memory.
    return whole_workbook(target, fill, constant_memory=True)


def whole_workbook(target: Path, fill: Callable[[Any], T], *, constant_memory: bool = False) -> T:
    """Write a workbook that ``fill`` fills to ``target``; return what it returns.

    The file appears whole or not at all. Raises ``NotWritten`` with a Chinese sentence.
    """
    clear_left_over(target.parent)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=PREFIX) as scratch:
            partial = Path(scratch) / "book.xlsx"
            result = _write(partial, fill, constant_memory=constant_memory)
            publish_package(partial, target)
    except OSError as error:
        raise NotWritten(
            f"“{target}”写不出来（{why(error)}）。请检查文件夹是否存在、可写，磁盘是否有空间，"
            "该文件是否正在 Excel 或 WPS 中打开"
        ) from None
    return result


def _write(partial: Path, fill: Callable[[Any], T], *, constant_memory: bool) -> T:
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    # Its own files lie beside the target, not in a common temporary folder: they hold the same names.
    options = {
        "constant_memory": constant_memory,
        "strings_to_urls": False,
        "tmpdir": str(partial.parent),
    }
    book = xlsxwriter.Workbook(str(partial), options)
    try:
        result = fill(book)
        book.close()
    except FileCreateError as error:
        cause = error.args[0] if error.args else None
        raise cause if isinstance(cause, OSError) else OSError("close") from error
    finally:
        book.fileclosed = True  # or its destructor would write what was given up
    return result


def _fill(
    sheet: Any,
    rows: Iterable[Sequence[str]],
    as_of: date,
    formats: dict[str, Any],
    *,
    records: bool,
) -> int:
    _set_up(sheet, as_of, formats["cell"])
    sheet.set_row(0, 32)
    for index, column in enumerate(COLUMNS):
        sheet.write_string(0, index, column.title, formats["title"])
    width = len(COLUMNS)
    if records:
        sheet.write_string(0, width, RECORD_TITLE, formats["title"])
        sheet.set_column(width, width, 10, formats["cell"], {"hidden": True})
        width += 1
    chosen = [formats["wrapped" if column.key in _WRAPPED else "cell"] for column in COLUMNS]
    chosen.append(formats["cell"])
    rooms = _rooms(COLUMNS)
    write_string = sheet.write_string
    number = 0
    for number, row in enumerate(rows, 1):
        if (height := _height(row, rooms)) > _LINE:
            sheet.set_row(number, height)
        for index, text in enumerate(row[:width]):
            if text:  # a blank cell has the style of its column
                write_string(number, index, plain_cell(text), chosen[index])
    return number


def _fill_some(
    sheet: Any,
    rows: Iterable[Sequence[str]],
    as_of: date,
    formats: dict[str, Any],
    columns: Sequence[str],
) -> int:
    """Write the chosen columns in the order of the ledger; as few pages wide as can be read."""
    places = [n for n, column in enumerate(COLUMNS) if column.key in columns]
    chosen = [COLUMNS[place] for place in places]
    _set_up(sheet, as_of, formats["cell"], chosen)
    sheet.set_row(0, 32)
    looks = [formats["wrapped" if column.key in _WRAPPED else "cell"] for column in chosen]
    for index, column in enumerate(chosen):
        sheet.write_string(0, index, column.title, formats["title"])
    rooms = [(places[index], room) for index, room in _rooms(chosen)]
    number = 0
    for number, row in enumerate(rows, 1):
        if (height := _height(row, rooms)) > _LINE:
            sheet.set_row(number, height)
        for index, place in enumerate(places):
            if row[place]:
                sheet.write_string(number, index, plain_cell(row[place]), looks[index])
    return number


_LINE = 15  # points of a row of one line
_HIGHEST = 409  # what the format allows
_HAN = 1.91  # widths of the digit that columns are measured in, per Han character at 10 pt


def _rooms(columns: Sequence[LedgerColumn]) -> list[tuple[int, int]]:
    """Return the wrapped columns: index, and bytes of GBK that stand in one line."""
    return [
        (index, max(2, 2 * int(column.width / _HAN)))
        for index, column in enumerate(columns)
        if column.key in _WRAPPED
    ]


def _height(row: Sequence[str], rooms: Sequence[tuple[int, int]]) -> float:
    """Return the height in points that the longest wrapped cell of ``row`` asks for.

    Not every program that opens the file fits rows to their lines by itself.
    """
    most = 1
    for index, room in rooms:
        text = row[index]
        if len(text) * 2 > room or "\n" in text:
            lines = [
                -(-len(line.encode("gbk", "replace")) // room) or 1 for line in text.split("\n")
            ]
            most = max(most, sum(lines))
    return min(_HIGHEST, _LINE if most == 1 else 13.5 * most + 2)


def plain_cell(text: str) -> str:
    """Return ``text`` as a cell may hold it: no control characters, no longer than allowed."""
    if not text.isprintable():
        text = _NOT_IN_XML.sub("", text)
    if len(text) > MOST_IN_A_CELL:
        text = text[: MOST_IN_A_CELL - len(_CUT)] + _CUT
    return text


def _formats(book: Any) -> dict[str, Any]:
    base = {
        "font_name": "宋体",
        "font_size": 10,
        "border": 1,
        "valign": "vcenter",
        "num_format": "@",  # text stays text when somebody edits the cell
    }
    return {
        "title": book.add_format(
            {**base, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#E7E6E6"}
        ),
        "cell": book.add_format(base),
        "wrapped": book.add_format({**base, "text_wrap": True}),
    }


_PAGE_WIDTH = 150
"""Characters of columns that are still read well on one A4 page across."""


def _set_up(sheet: Any, as_of: date, cell: Any, columns: Sequence[LedgerColumn] = COLUMNS) -> None:
    """Make the sheet ready to print: A4 landscape, titles and names on every page."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.set_header(f"&C&14受处分人员台账&R&9截至 {as_of.isoformat()}")
    sheet.set_footer("&C&9第 &P 页　共 &N 页")
    sheet.repeat_rows(0)
    frozen = sum(column.key in ("number", "name") for column in columns)
    if frozen:
        sheet.repeat_columns(0, frozen - 1)
    sheet.fit_to_pages(max(1, round(sum(c.width for c in columns) / _PAGE_WIDTH)), 0)
    sheet.freeze_panes(1, frozen)
    sheet.hide_gridlines(0)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width, cell)
    sheet.ignore_errors({"number_stored_as_text": "A1:AD1048576"})
