"""The rows below a header: which of them hold a person, which are totals, notes or titles again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from app.domain.ledger import Cell, Sheet, column_labelled
from app.domain.ledger_cells import text_of
from app.domain.ledger_header import Header, find_header, regime_named, section_of

_TOTAL = re.compile(r"^(合计|总计|共计|小计|本页小计|本页合计|累计|合\s+计|总\s+计|小\s+计)")
_NOTE = re.compile(
    r"^(注|备注|说明|附注|填表|制表|填报|审核|复核|负责人|单位负责人|单位（?盖章|联系人|联系电话|"
    r"日期|年\s*月\s*日|填表说明|\*|※|以上|以下)"
)


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that holds no person, with the reason as the user reads it. Rows count from 1."""

    sheet: str
    row: int
    reason: str
    regime: str | None = None  # what the rows below are about, where the line tells it


def tables(
    sheet: Sheet, header: Header, chosen: Mapping[str, str] = MappingProxyType({})
) -> Iterator[tuple[Sheet, Header]]:
    """Yield the tables of ``sheet``, one below the other: mostly the one under ``header``.

    A header that comes again in the same order is none of its own; in another order it is.
    """
    start = header.first_row
    for index in range(header.first_row, len(sheet.rows)):
        row = sheet.rows[index]
        if not _is_header(row) or _repeats_the_header(row, header):
            continue
        top = index
        while top > start and len(_filled(sheet.rows[top - 1])) <= 1:
            top -= 1
        merged = [(a - top, b, c - top, d) for a, b, c, d in sheet.merged if a >= top]
        found = find_header(replace(sheet, rows=sheet.rows[top:], merged=merged), chosen)
        if found is None or found.first_row + top <= index:
            continue
        yield replace(sheet, rows=sheet.rows[:top]), header
        below = replace(found, first_row=found.first_row + top)
        yield from tables(sheet, below, chosen)
        return
    yield sheet, header


def _filled(row: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in row if cell is not None and cell != ""]


def _is_header(row: Sequence[Cell]) -> bool:
    """Say whether a row names the person and two more columns, and holds titles for the most part."""
    own = _filled(row)
    if len(own) < 3 or not all(isinstance(cell, str) for cell in own):
        return False
    keys: list[str] = []
    others = 0
    for cell in own:
        if column := column_labelled(text_of(cell)):
            keys.append(column.key)
        else:
            others += 1
            if others * 3 >= len(own):  # told by the first few cells of a row of a person
                return False
    return "name" in keys and len(set(keys)) > 3


def body(sheet: Sheet, header: Header) -> Iterator[tuple[int, Sequence[Cell]] | SkippedRow]:
    """Yield the rows of people as (row number, cells), and those that are none as ``SkippedRow``.

    Cells merged downwards are filled: the rows of one person often share them. Blank rows are
    passed over in silence.
    """
    filled = _merged_downwards(sheet, header.first_row)
    name_at = header.at("name")
    assert name_at is not None
    titles = {
        "".join(part.split()) for label in header.labels.values() for part in label.split("/")
    }
    above: Sequence[Cell] = ()
    section = ""
    for index in range(header.first_row, len(sheet.rows)):
        row = sheet.rows[index]
        own = _filled(row)
        if not own:
            continue
        if len(own) == 1 and (told := _section_regime(text_of(own[0]))) is not None:
            yield SkippedRow(sheet.name, index + 1, "分组标题，说明以下是哪一类处分", told)
            continue
        if index in filled:
            row = _with(row, filled[index])
        row = _as_above(row, above)
        if header.section_at is not None:
            if said := section_of(row):
                section = said
                yield SkippedRow(sheet.name, index + 1, "分组标题，作为以下人员的单位")
                continue
            row = _with(row, {header.section_at: section})
        name = text_of(row[name_at]) if name_at < len(row) else ""
        first = text_of(own[0])
        if _TOTAL.match(first) or _TOTAL.match(name):
            yield SkippedRow(sheet.name, index + 1, "合计行")
        elif all(
            isinstance(cell, str) and "".join(cell.split()) in titles for cell in own
        ) or _repeats_the_header(row, header):
            yield SkippedRow(sheet.name, index + 1, "重复的表头")
        elif _is_note(first, name, len(own)):
            yield SkippedRow(sheet.name, index + 1, "说明行")
        elif not name and set(own) <= {row[i] for i in _numbers(header, row)}:
            continue  # a pre-printed number and nothing else
        else:
            above = row
            yield index + 1, row


def _section_regime(text: str) -> str | None:
    """Return the regime that a line like 二、政务处分 speaks of; None for any other line."""
    if len(text) > 24 or _NOTE.match(text) or _TOTAL.match(text) or re.search("[：:。；;]", text):
        return None
    return regime_named([text])


_AS_ABOVE = frozenset(("同上", "〃", "″", "同前", "同上。", "\u3003", "“", "”", '"', "''"))


def _as_above(row: Sequence[Cell], above: Sequence[Cell]) -> Sequence[Cell]:
    """Return ``row`` with what stands above in the place of 同上 and 〃."""
    if not any(isinstance(cell, str) and cell.strip() in _AS_ABOVE for cell in row):
        return row
    return [
        above[i] if isinstance(cell, str) and cell.strip() in _AS_ABOVE and i < len(above) else cell
        for i, cell in enumerate(row)
    ]


def _repeats_the_header(row: Sequence[Cell], header: Header) -> bool:
    """Say whether most cells of a row are titles of the very columns they stand in."""
    name_at = header.at("name") or 0
    if name_at >= len(row) or column_labelled(text_of(row[name_at])) != header.columns[name_at]:
        return False
    said = {index: text_of(row[index]) for index in header.columns if index < len(row)}
    meant = {index: column_labelled(text) for index, text in said.items() if text}
    own = [index for index, column in meant.items() if column == header.columns[index]]
    return len(own) > 2 and len(own) * 2 > len(meant)


def _is_note(first: str, name: str, cells: int) -> bool:
    """Say whether a row is a note: 注：…, 填表人：张三, or one long text below the table."""
    if name:
        return _NOTE.match(first) is not None and ("：" in first or ":" in first)
    return _NOTE.match(first) is not None or (cells == 1 and len(first) > 1)


def _numbers(header: Header, row: Sequence[Cell]) -> list[int]:
    index = header.at("number")
    return [index] if index is not None and index < len(row) else []


def _merged_downwards(sheet: Sheet, first_row: int) -> dict[int, dict[int, Cell]]:
    """Return, per row, the cells that a merge above fills. Numbers of rows are not repeated."""
    filled: dict[int, dict[int, Cell]] = {}
    for top, left, bottom, right in sheet.merged:
        if bottom <= top or top < first_row or left != right or top >= len(sheet.rows):
            continue
        value = sheet.rows[top][left] if left < len(sheet.rows[top]) else None
        for row in range(top + 1, min(bottom, len(sheet.rows) - 1) + 1):
            filled.setdefault(row, {})[left] = value
    return filled


def _with(row: Sequence[Cell], cells: dict[int, Cell]) -> list[Cell]:
    width = max(len(row), max(cells) + 1)
    full = list(row) + [None] * (width - len(row))
    for index, value in cells.items():
        if full[index] in (None, ""):
            full[index] = value
    return full
