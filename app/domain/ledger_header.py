"""Where the table stands in a sheet: its header of one to three rows, its columns, its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from app.domain.ledger import (
    COLUMN_OF,
    Cell,
    LedgerColumn,
    Sheet,
    bare_label,
    base_key,
    column_filling,
    column_labelled,
    column_letter,
)
from app.domain.ledger_cells import text_of
from app.domain.ledger_kind_cells import is_kind
from app.domain.partial_date import DoubtfulDate, UnreadableDate, read_date
from app.domain.subject import ADMINISTRATIVE, INSTITUTION, PARTY

LOOKED_AT = 40
"""How many rows from the top may hold the header: titles, units and notes stand above it."""


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
    regime: str = ""  # the regime that the sheet's name or the titles above the header tell

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
    if best is None:
        return None
    told = replace(best, regime=_regime_told(sheet, best))
    return _with_sections(sheet, _by_content(sheet, told))


_TITLES_OF = (
    (PARTY, re.compile("党纪|党内|党政纪")),
    (ADMINISTRATIVE, re.compile("政务|政纪|行政处分")),
    (INSTITUTION, re.compile("事业单位(?:工作人员)?(?:受)?处分")),
)


def _regime_told(sheet: Sheet, header: Header) -> str:
    """Return the one regime that the name of the sheet, or else its titles, speaks of; or ``""``.

    Offices keep 党纪处分 and 政务处分 on sheets of their own, and 警告 is a kind of both.
    """
    above = [
        text_of(cell)
        for row in sheet.rows[: header.first_row]
        for cell in row
        if isinstance(cell, str) and column_labelled(cell) is None and len(cell) <= 60
    ]
    told = regime_named([sheet.name])
    return (regime_named(above) or "") if told is None else told


def regime_named(texts: Sequence[str]) -> str | None:
    """Return the one regime that titles speak of, ``""`` for several, None where they name none."""
    named = {regime for regime, words in _TITLES_OF if any(map(words.search, texts))}
    if not named:
        return None
    return named.pop() if len(named) == 1 else ""


_SECTION = re.compile(
    r"[(（]?[一二三四五六七八九十]{1,3}[)）、.．]\s*([^。；;，,：:]{2,30}?)(?:[(（]\d+人[)）])?"
)


def _with_sections(sheet: Sheet, header: Header) -> Header:
    """Return ``header`` with a column for units that stand on lines of their own: 一、文学院."""
    if header.at("workplace") is not None:
        return header
    rows = sheet.rows[header.first_row :]
    if not any(section_of(row) for row in rows):
        return header
    at = max(len(row) for row in sheet.rows)
    return replace(
        header,
        columns={**header.columns, at: COLUMN_OF["workplace"]},
        labels={**header.labels, at: "分组标题"},
        section_at=at,
    )


def section_of(row: Sequence[Cell]) -> str:
    """Return the unit that a line of its own names: 一、文学院; or ``""``."""
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

    Of two dates of one sanction the one that is called 生效 counts. 处分类别 alone may hold the
    kind, and the second half of a title over two columns the dates.
    """
    columns, twice = dict(header.columns), dict(header.twice)
    _dates_below_a_kind(sheet, header, columns)
    of_kind = [i for i in (*columns, *twice) if _kind_column(i, header)]
    named = [i for i in of_kind if _all_regimes(sheet, header.first_row, i)]
    kinds = [i for i in of_kind if i not in named]
    kind_at, regime_at = header.at("kind"), header.at("regime")
    if named and kinds and regime_at is None and kind_at is not None:
        labels = header.labels
        del columns[kind_at]
        columns[named[0]], columns[kinds[0]] = _REGIME_COLUMN, _KIND_COLUMN
        twice = {i: labels[i] for i in (*header.twice, kind_at) if i not in columns}
    if regime_at is not None and not any(
        base_key(column.key) in _SIDE_OF_KIND for column in columns.values()
    ):
        below = _texts(sheet, header.first_row, regime_at)
        if any(map(is_kind, below)):
            columns[regime_at] = _KIND_COLUMN
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


def _texts(sheet: Sheet, first_row: int, index: int) -> list[str]:
    rows = sheet.rows[first_row : first_row + 300]
    return [text_of(row[index]) for row in rows if index < len(row)]


def _dates_below_a_kind(sheet: Sheet, header: Header, columns: dict[int, LedgerColumn]) -> None:
    """Give the dates under 党纪处分, 党纪处分 (one title over kind and time) to their kind."""
    taken = {column.key for column in columns.values()}
    for index, column in list(columns.items()):
        base = base_key(column.key)
        if base not in _SIDE_OF_KIND or base == column.key or TICK in column.key:
            continue
        said = [text for text in _texts(sheet, header.first_row, index) if text]
        on = f"{_SIDE_OF_KIND[base]}on"
        if said and on not in taken and sum(map(_is_date, said)) * 2 > len(said):
            columns[index] = COLUMN_OF[on]
            taken.add(on)


def _is_date(text: str) -> bool:
    try:
        return read_date(text) is not None
    except DoubtfulDate:
        return True
    except UnreadableDate:
        return False


def _all_regimes(sheet: Sheet, first_row: int, index: int) -> bool:
    texts = _texts(sheet, first_row, index)
    said = [
        text for text in texts if text and (_REGIME.fullmatch(text) or not _is_kind_title(text))
    ]
    return bool(said) and all(_REGIME.fullmatch(text) for text in said)


def _is_kind_title(text: str) -> bool:
    column = column_labelled(text)
    return column is not None and column.key == "kind"


def _counted(key: str) -> str:
    return key if TICK in key or key.endswith(PARTS) else base_key(key)


def _better(one: Header, other: Header, more: int) -> bool:
    """Say whether ``one`` explains more columns, or as many in fewer words.

    What is there twice counts once: a title merged over two columns says nothing of the second.
    """
    counts = [len({_counted(c.key) for c in found.columns.values()}) for found in (one, other)]
    if more and counts[0] < counts[1] + more:
        return False
    words = [
        sum(map(len, (*found.labels.values(), *found.unknown.values()))) for found in (one, other)
    ]
    return (counts[0], -words[0]) > (counts[1], -words[1])


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
        if column is None and not was_chosen:
            counted, _shorter, _chosen = _meaning(_ORDINAL.sub("", label), chosen)
            column = counted if counted is not None and counted.key in _GROUPED else None
            column = column or _part_of_a_column(label, chosen)
        meanings[index] = column, was_chosen
        if was_chosen and column is None:
            left_out[index] = labels[index]
    further: dict[str, list[int]] = {}
    # What the office chose goes before what a title means by itself.
    for index, (column, _) in sorted(meanings.items(), key=lambda item: (not item[1][1], item[0])):
        if column is None:
            continue
        first = next((i for i, other in columns.items() if other.key == column.key), None)
        if first is None:
            columns[index] = column
        elif column.key in _GROUPED and _unnumbered(labels[index]) == _unnumbered(labels[first]):
            further.setdefault(column.key, []).append(index)
        else:
            twice[index] = labels[index]
    _give_groups(labels, columns, twice, further)
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
_GROUPED = frozenset(
    f"{side}{key}" for side in _SIDE_OF_KIND.values() for key in ("kind", "on", "no")
) | {"regime"}
_ORDINAL = re.compile(
    r"第?[一二三四五六1-6]次(?:受到?)?|[首再]次(?:受到?)?|其[一二三](?=处分|[:：/])"
    r"|[(（]?(?:[一二三四五六1-6]|[①-⑥])[)）]?(?=/|$|种类|类型|类别|时间|日期|决定)"
)
"""What counts the sanctions of one person that stand side by side: 第二次处分种类, 处分时间2."""


TICK, PARTS = "#√", ("#年", "#月", "#日")
"""Behind a key: a column per kind, to be ticked; a column each for year, month and day."""


def _part_of_a_column(label: str, chosen: Mapping[str, str]) -> LedgerColumn | None:
    """Return what a lower title stands for that is one kind of many, or one part of a date."""
    upper, _mark, own = label.rpartition("/")
    column = _meaning(upper, chosen)[0] if upper else None
    if column is None:
        return None
    if column.key in _SIDE_OF_KIND and (is_kind(own) or own == "留党察看"):
        return replace(column, key=f"{column.key}{TICK}{own}")
    dated = column.key.endswith("on") and f"#{own}" in PARTS
    return replace(column, key=f"{column.key}#{own}") if dated else None


def _unnumbered(label: str) -> str:
    return bare_label(_ORDINAL.sub("", label))


def _give_groups(
    labels: Mapping[int, str],
    columns: dict[int, LedgerColumn],
    twice: dict[int, str],
    further: Mapping[str, Sequence[int]],
) -> None:
    """Let repeated titles be further sanctions of the row: 处分种类, 处分时间, 处分种类, 处分时间.

    Where no kind repeats they are the same thing twice. The second kind gets the key ``kind#2``.
    """
    repeated = any(key in _SIDE_OF_KIND for key in further)
    for key, indexes in further.items():
        for number, index in enumerate(indexes, 2):
            if repeated:
                columns[index] = replace(COLUMN_OF[key], key=f"{key}#{number}")
            else:
                twice[index] = labels[index]


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
        if column is not None and base_key(column.key) in _SIDE_OF_KIND:
            side = _SIDE_OF_KIND[base_key(column.key)]
            if TICK not in column.key:
                side += column.key.removeprefix(base_key(column.key))
        elif column is not None and column.key in _OF_A_SANCTION and side is not None:
            found.setdefault(column.key, {}).setdefault(side, []).append(index)
        elif column is None or not column.key.startswith(("party_", "admin_")):
            side = None
    taken = {column.key for column in columns.values()}
    for key, by_side in found.items():
        for of_side, (index, *_rest) in by_side.items():
            bare_time = index not in columns and index not in twice
            name, mark, number = of_side.partition("#")
            meant = f"{name}{key}{mark}{number}"
            if meant in taken or not (len(by_side) > 1 or bare_time):
                continue
            columns[index] = replace(COLUMN_OF[base_key(meant)], key=meant)
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


def where(header: Header, key: str) -> tuple[str, str]:
    """Return letter and label of the column that fills ``key``, for a question about it."""
    index = header.at(key)
    return ("", "") if index is None else (column_letter(index), header.labels[index])
