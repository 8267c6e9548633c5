"""Where the table stands in a sheet: its header of one to three rows, its columns, its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from app.domain.ledger import (
    COLUMN_OF,
    Cell,
    LedgerColumn,
    Sheet,
    bare_label,
    column_filling,
    column_labelled,
    column_letter,
)
from app.domain.ledger_cells import text_of

LOOKED_AT = 40
"""How many rows from the top may hold the header: titles, units and notes stand above it."""

_TOTAL = re.compile(r"^(合计|总计|共计|小计|本页小计|本页合计|累计|合\s+计|总\s+计|小\s+计)")
_NOTE = re.compile(
    r"^(注|备注|说明|附注|填表|制表|填报|审核|复核|负责人|单位负责人|单位（?盖章|联系人|联系电话|"
    r"日期|年\s*月\s*日|填表说明|\*|※|以上|以下)"
)


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one sheet. Rows count from 0; ``first_row`` is the first row of data.

    ``columns`` says what a column index fills, ``labels`` how the office calls it; ``unknown``
    are columns that mean nothing to the program, ``twice`` those that repeat another, ``left_out``
    those that the office does not want read.
    """

    sheet: str
    first_row: int
    columns: dict[int, LedgerColumn]
    labels: dict[int, str]
    unknown: dict[int, str] = field(default_factory=dict)
    twice: dict[int, str] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)
    section_at: int | None = (
        None  # the column, beside the sheet, of the unit that a line above says
    )

    def at(self, key: str) -> int | None:
        """Return the index of the column that fills ``key``."""
        return next((i for i, column in self.columns.items() if column.key == key), None)


def find_header(sheet: Sheet, chosen: Mapping[str, str] = MappingProxyType({})) -> Header | None:
    """Return the header that explains most columns of ``sheet``, or None if there is none.

    ``chosen`` is what the office said its titles mean: bare label → key of a column, or ``""``.

    A header names the person and at least two other things; of equal ones the topmost
    and shortest wins.
    """
    best: Header | None = None
    rows = _filled(sheet)
    for top in range(min(len(rows), LOOKED_AT)):
        if not any(rows[top]):
            continue
        for height in (1, 2, 3):
            if top + height > len(rows):
                break
            found = _header_at(sheet.name, rows[top : top + height], top + height, chosen)
            # From below a header only one that explains far more counts: a row of data over a
            # repeated header can look like a header of two rows.
            more = 3 if best and top >= best.first_row else 0
            if found and (best is None or _better(found, best, more)):
                best = found
    return _with_sections(sheet, _by_content(sheet, best)) if best else None


_SECTION = re.compile(
    r"[(（]?[一二三四五六七八九十]{1,3}[)）、.．]\s*([^。；;，,：:]{2,30}?)(?:[(（]\d+人[)）])?"
)


def _with_sections(sheet: Sheet, header: Header) -> Header:
    """Return ``header`` with a column for units that stand on lines of their own: 一、文学院."""
    if header.at("workplace") is not None:
        return header
    rows = sheet.rows[header.first_row :]
    if not any(_section(row) for row in rows):
        return header
    at = max(len(row) for row in sheet.rows)
    return replace(
        header,
        columns={**header.columns, at: COLUMN_OF["workplace"]},
        labels={**header.labels, at: "分组标题"},
        section_at=at,
    )


def _section(row: Sequence[Cell]) -> str:
    own = [cell for cell in row if cell is not None and cell != ""]
    found = (
        _SECTION.fullmatch(own[0].strip()) if len(own) == 1 and isinstance(own[0], str) else None
    )
    return found[1] if found else ""


_REGIME = re.compile(
    r"(?:(?:党纪|党内|政务|政纪|行政|事业单位|党政纪)(?:处分)?[、，,和/及与+\n]*)+"
)


def _by_content(sheet: Sheet, header: Header) -> Header:
    """Mend what titles alone do not tell: 处分类型 may hold 党纪 or 政务, beside 处分档次 with the kind.

    Of two dates of one sanction the one that is called 生效 counts.
    """
    columns, twice = dict(header.columns), dict(header.twice)
    of_kind = [i for i in (*columns, *twice) if _kind_column(i, header)]
    named = [i for i in of_kind if _all_regimes(sheet, header.first_row, i)]
    kinds = [i for i in of_kind if i not in named]
    kind_at, regime_at = header.at("kind"), header.at("regime")
    if named and kinds and regime_at is None and kind_at is not None:
        labels = header.labels
        del columns[kind_at]
        columns[named[0]], columns[kinds[0]] = _REGIME_COLUMN, _KIND_COLUMN
        twice = {i: labels[i] for i in (*header.twice, kind_at) if i not in columns}
    for index in list(twice):
        on = column_labelled(twice[index])
        other = header.at(on.key) if on and on.key.endswith("on") else None
        if (
            on
            and other is not None
            and "生效" in twice[index]
            and "生效" not in header.labels[other]
        ):
            twice[other] = header.labels[other]
            columns[index] = columns.pop(other)
            del twice[index]
    return replace(header, columns=columns, twice=twice)


_KIND_COLUMN, _REGIME_COLUMN = COLUMN_OF["kind"], COLUMN_OF["regime"]


def _kind_column(index: int, header: Header) -> bool:
    column = header.columns.get(index) or _meaning(header.labels[index], {})[0]
    return column is not None and column.key == "kind"


def _all_regimes(sheet: Sheet, first_row: int, index: int) -> bool:
    rows = sheet.rows[first_row : first_row + 300]
    texts = [text_of(row[index]) for row in rows if index < len(row)]
    said = [
        text for text in texts if text and (_REGIME.fullmatch(text) or not _is_kind_title(text))
    ]
    return bool(said) and all(_REGIME.fullmatch(text) for text in said)


def _is_kind_title(text: str) -> bool:
    column = column_labelled(text)
    return column is not None and column.key == "kind"


def _better(one: Header, other: Header, more: int) -> bool:
    """Say whether ``one`` explains more columns, or as many in fewer words."""
    if more and len(one.columns) < len(other.columns) + more:
        return False
    words = [
        sum(map(len, (*found.labels.values(), *found.unknown.values()))) for found in (one, other)
    ]
    return (len(one.columns), -words[0]) > (len(other.columns), -words[1])


def _filled(sheet: Sheet) -> list[list[str]]:
    """Return the top rows as text, merged cells filled from their top left."""
    rows = [
        [text_of(cell) if isinstance(cell, str) else "" for cell in row]
        for row in sheet.rows[: LOOKED_AT + 3]
    ]
    width = max((len(row) for row in rows), default=0)
    for row in rows:
        row.extend([""] * (width - len(row)))
    for top, left, bottom, right in sheet.merged:
        if top >= len(rows) or left >= width or right - left >= 12:
            continue  # a wide merge is a title, not a header
        for i in range(top, min(bottom, len(rows) - 1) + 1):
            for j in range(left, min(right, width - 1) + 1):
                rows[i][j] = rows[top][left]
    return rows


def _header_at(
    name: str, rows: Sequence[Sequence[str]], first_row: int, chosen: Mapping[str, str]
) -> Header | None:
    labels = _labels(rows)
    columns: dict[int, LedgerColumn] = {}
    twice: dict[int, str] = {}
    left_out: dict[int, str] = {}
    meanings: dict[int, tuple[LedgerColumn | None, bool]] = {}
    for index, label in list(labels.items()):
        column, labels[index], was_chosen = _meaning(label, chosen)
        meanings[index] = column, was_chosen
        if was_chosen and column is None:
            left_out[index] = labels[index]
    # What the office chose goes before what a title means by itself.
    for index, (column, _) in sorted(meanings.items(), key=lambda item: (not item[1][1], item[0])):
        if column is None:
            continue
        if any(other.key == column.key for other in columns.values()):
            twice[index] = labels[index]
        else:
            columns[index] = column
    _give_sides(labels, columns, twice, chosen)
    keys = {column.key for column in columns.values()} - {"number"}
    if "name" not in keys or len(keys) < 3:
        return None
    known = columns.keys() | twice.keys() | left_out.keys()
    unknown = {i: label for i, label in labels.items() if i not in known}
    shown = {i: label for i, label in labels.items() if i in columns or i in twice}
    return Header(name, first_row, columns, shown, unknown, twice, left_out)


_SIDE_OF_KIND = {"party_kind": "party_", "admin_kind": "admin_", "kind": ""}
_OF_A_SANCTION = ("on", "until", "term", "no")
_BARE_TIME = ("时间", "日期", "年月")


def _give_sides(
    labels: Mapping[int, str],
    columns: dict[int, LedgerColumn],
    twice: dict[int, str],
    chosen: Mapping[str, str],
) -> None:
    """Let a title that names no side follow its kind: 党纪处分, 时间, 政务处分, 时间.

    处分时间 that stands once may be meant for both sides and stays what it is; 时间 alone says
    nothing without the kind before it.
    """
    side: str | None = None
    found: dict[str, dict[str, list[int]]] = {}
    for index, label in sorted(labels.items()):
        column = columns.get(index) or (column_labelled(label) if index in twice else None)
        bare = bare_label(label)
        if bare in chosen:
            continue
        if column is None and bare in _BARE_TIME and side is not None:
            column = COLUMN_OF["on"]
        if column is not None and column.key in _SIDE_OF_KIND:
            side = _SIDE_OF_KIND[column.key]
        elif column is not None and column.key in _OF_A_SANCTION and side is not None:
            found.setdefault(column.key, {}).setdefault(side, []).append(index)
        elif column is None or not column.key.startswith(("party_", "admin_")):
            side = None
    taken = {column.key for column in columns.values()}
    for key, by_side in found.items():
        for of_side, (index, *_rest) in by_side.items():
            bare_time = index not in columns and index not in twice
            meant = f"{of_side}{key}"
            if meant in taken or not (len(by_side) > 1 or bare_time):
                continue
            columns[index] = COLUMN_OF[meant]
            twice.pop(index, None)
            taken.add(meant)


def _meaning(label: str, chosen: Mapping[str, str]) -> tuple[LedgerColumn | None, str, bool]:
    """Return what a label of one or more parts means - all of it, or its lower parts alone -,
    the parts that say so, and whether the office chose it.
    """
    parts = label.split("/")
    for i in range(len(parts)):
        key = chosen.get(bare_label("".join(parts[i:]))) if chosen else None
        if key is not None and (key == "" or column_filling(key)):
            return column_filling(key), "/".join(parts[i:]), True
        if column := column_labelled("".join(parts[i:])):
            return column, "/".join(parts[i:]), False
    return None, label, False


def _labels(rows: Sequence[Sequence[str]]) -> dict[int, str]:
    """Return what stands over each column, its parts joined by ``/``.

    Over a lower part without anything above it, the upper label to its left goes on: merged
    headers lose their merging in CSV.
    """
    labels: dict[int, str] = {}
    above = ""
    for index in range(len(rows[0])):
        parts = [row[index] for row in rows]
        if len(parts) > 1:
            if parts[0]:
                above = parts[0]
            elif any(parts[1:]) and column_labelled("".join(parts[1:])) is None:
                parts[0] = above
        distinct = list(dict.fromkeys(re.sub(r"\s+", "", part) for part in parts if part))
        if distinct:
            labels[index] = "/".join(distinct)
    return labels


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that holds no person, with the reason as the user reads it. Rows count from 1."""

    sheet: str
    row: int
    reason: str


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
        own = [cell for cell in row if cell is not None and cell != ""]
        if not own:
            continue
        if index in filled:
            row = _with(row, filled[index])
        row = _as_above(row, above)
        if header.section_at is not None:
            if said := _section(row):
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


def where(header: Header, key: str) -> tuple[str, str]:
    """Return letter and label of the column that fills ``key``, for a question about it."""
    index = header.at(key)
    return ("", "") if index is None else (column_letter(index), header.labels[index])
