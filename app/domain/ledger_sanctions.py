"""The sanctions and events of one ledger row, read from its cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from app.domain.ledger import Cell
from app.domain.ledger_cells import NOTHING, half_width, line_of, text_of
from app.domain.ledger_events import ADMIN_SIDE, ReadEvent, Unread, read_events
from app.domain.ledger_kinds import ReadKind, read_kind
from app.domain.partial_date import PartialDate, UnreadableDate
from app.domain.subject import (
    ADMINISTRATIVE,
    ALTERED,
    EXTENDED,
    INSTITUTION,
    PARTY,
    RESTORED,
    REVOKED,
    SANCTION_EVENTS,
    Event,
    Sanction,
)

Ask = Callable[[str, Cell, str], None]
"""``ask(key, value, message)``: note a question about the cell under ``key``."""

DateReader = Callable[[Cell], PartialDate | None]

ENDS = {"party_until": "党纪期满日期", "admin_until": "政务期满日期", "until": "影响期最后一日"}
"""The computed days that an office may have worked out itself: compared, never stored."""


@dataclass(slots=True)
class RowFacts:
    """What a row says beyond the person. ``events`` name their sanctions by index in the row.

    ``None`` instead of indexes means: of the person; an empty tuple: of a sanction elsewhere.
    ``ends`` are the last days that the office worked out. ``gaps`` are questions about what is
    missing: asked only where the row brings something that the store does not hold just so.
    """

    facts: str = ""
    file_no: str = ""
    organ: str = ""
    sanctions: list[Sanction] = field(default_factory=list)
    events: list[tuple[Event, tuple[int, ...] | None]] = field(default_factory=list)
    ends: dict[str, tuple[PartialDate, Cell]] = field(default_factory=dict)
    gaps: list[tuple[str, str, str]] = field(default_factory=list)


def read_facts(values: dict[str, Cell], date: DateReader, remarks: list[str], ask: Ask) -> RowFacts:
    """Return case, sanctions and events of the row whose cells by key are ``values``.

    What cannot be kept where it belongs is added to ``remarks``, so that nothing is lost.
    """
    facts = RowFacts(
        facts="" if text_of(values.get("facts")) in NOTHING else text_of(values.get("facts")),
        file_no=line_of(values.get("file_no")),
        organ=line_of(values.get("organ")),
    )
    regime = _regime_said(values.get("regime"))
    pairs = [("party_kind", "party_on", PARTY), ("admin_kind", "admin_on", ADMINISTRATIVE)]
    if "kind" in values or not {"party_kind", "admin_kind"} & values.keys():
        pairs.append(("kind", "on", regime))
    else:  # 党纪处分, 政务处分 and one 处分时间 for both
        pairs = [
            (kind, "on" if on not in values and "on" in values else on, column)
            for kind, on, column in pairs
        ]
    for kind, on, column in pairs:
        if kind in values or (on in values and (on != "on" or kind == "kind")):
            facts.sanctions += _sanctions(
                values, (kind, on), column, facts.gaps, date=date, remarks=remarks, ask=ask
            )
    _number(values, facts, ask)
    _events(values, facts, date, remarks, ask)
    for key in ENDS.keys() & values.keys():
        try:
            day = date(values[key])
        except UnreadableDate:
            continue  # computed anyway, and often «未满» or «长期»
        if day is not None:
            facts.ends[key] = (day, values[key])
    return facts


def _regime_said(cell: Cell) -> str:
    text = text_of(cell)
    if "党" in text and "政" not in text:
        return PARTY
    if "事业" in text:
        return INSTITUTION
    return ADMINISTRATIVE if "政" in text and "党" not in text else ""


_SEVERAL = re.compile(
    r"[\n;；]+|\s+/\s+|(?<=处分)[、，,+]|[、，,+](?=党内|政务|政纪|行政|事业单位)"
)
_SEVERAL_DATES = re.compile(r"[\n;；、，,]+|\s+/\s+")


def _parts(cell: Cell, several: re.Pattern[str]) -> list[Cell]:
    if not isinstance(cell, str):
        return [] if cell is None else [cell]
    parts = [part.strip() for part in several.split(text_of(cell))]
    return [part for part in parts if part and part not in NOTHING]


def _kind_parts(cell: Cell) -> list[str]:
    """Return the kinds in a cell: by line or semicolon, and by other marks between plain kinds."""
    found: list[str] = []
    for part in _parts(cell, _SEVERAL):
        text = text_of(part)
        inner = [piece for piece in re.split(r"[、，,+]", text) if piece]
        found += inner if len(inner) > 1 and all(_is_kind(piece) for piece in inner) else [text]
    return found


def _is_kind(text: str) -> bool:
    return not read_kind(text, PARTY).question or not read_kind(text, ADMINISTRATIVE).question


def _sanctions(
    values: dict[str, Cell],
    keys: tuple[str, str],
    regime: str,
    gaps: list[tuple[str, str, str]],
    *,
    date: DateReader,
    remarks: list[str],
    ask: Ask,
) -> Iterator[Sanction]:
    """Yield the sanctions of one pair of columns, kinds and dates matched in their order."""
    kind_key, on_key = keys
    kinds = _kind_parts(values.get(kind_key))
    dates = _parts(values.get(on_key), _SEVERAL_DATES)
    if not kinds:
        if dates:
            ask(on_key, values.get(on_key), "有处分时间而没有处分种类，未读入，请补写种类")
            remarks.append(f"处分时间{text_of(values.get(on_key))}（种类不详）")
        return
    if len(dates) not in (0, len(kinds)):
        ask(
            on_key,
            values.get(on_key),
            f"有{len(kinds)}个处分种类，{len(dates)}个处分时间，不能对应，时间未填",
        )
        dates = [None] * len(kinds)
    elif not dates:
        dates = [_date_in_note(text) for text in kinds]
        if not all(dates):
            gaps.append((on_key, text_of(values.get(on_key)), "没有处分时间，请补填"))
    for text, cell in zip_longest(kinds, dates):
        read = read_kind(text, regime)
        if read.question and read.regime:
            gaps.append((kind_key, text, read.question))
        elif read.question:
            ask(kind_key, text, read.question)
        if not read.regime:
            on = f"，{text_of(cell)}" if cell is not None else ""
            remarks.append(f"处分：{text}{on}")
            continue
        sanction = _without_date_note(read).sanction()
        sanction.decided_on = _decided_on(cell, on_key, gaps, date=date, ask=ask)
        yield sanction


_DATE_NOTE = re.compile(r"[(（]((?:19|20)\d{2}[-./年]\d{1,2}[-./月]\d{1,2}日?)[)）]")


def _date_in_note(text: str) -> str | None:
    """Return the date that stands in brackets behind a kind: 党内警告（2023.11.08）."""
    found = _DATE_NOTE.search(half_width(text))
    return found[1] if found else None


def _without_date_note(read: ReadKind) -> ReadKind:
    return replace(read, note="") if _DATE_NOTE.fullmatch(f"({read.note})") else read


def _decided_on(
    cell: Cell, key: str, gaps: list[tuple[str, str, str]], *, date: DateReader, ask: Ask
) -> PartialDate | None:
    if cell is None:
        return None
    try:
        on = date(cell)
    except UnreadableDate as wrong:
        message = re.sub(r"^“[^”]*”[：的]?", "", str(wrong))
        ask(key, cell, f"{message}；处分已读入，处分时间未填")
        return None
    if on is not None and on.day is None:
        known = "月" if on.month else "年"
        message = f"处分时间只写到{known}，期限无法算到日；已按{on}读入，请补日"
        gaps.append((key, text_of(cell), message))
    return on


def _number(values: dict[str, Cell], facts: RowFacts, ask: Ask) -> None:
    """Give the document numbers to the sanctions they belong to, where there is one each."""
    for key, sides in (("party_no", (PARTY,)), ("admin_no", (ADMINISTRATIVE, INSTITUTION))):
        text = line_of(values.get(key))
        if not text or text in NOTHING:
            continue
        own = [sanction for sanction in facts.sanctions if sanction.regime in sides]
        if len(own) == 1:
            own[0].document_no = text
        else:
            ask(key, text, f"本行有{len(own)}个此类处分，文号未读入，请在人员页补录")


def _events(
    values: dict[str, Cell], facts: RowFacts, date: DateReader, remarks: list[str], ask: Ask
) -> None:
    """Add the events of 状态事项 and 恢复党员权利时间, each tied to the sanctions it is about."""
    cell = values.get("events")
    found = read_events(text_of(cell)) if cell is not None else ()
    restored = values.get("restored_on")
    if restored is not None and text_of(restored) not in NOTHING:
        try:
            on = date(restored)
        except UnreadableDate as wrong:
            ask("restored_on", restored, f"{wrong}；此项未填")
        else:
            if on is not None and (RESTORED, on) not in _plain(found):
                found = (*found, ReadEvent(RESTORED, on))
    for read in found:
        if isinstance(read, Unread):
            ask("events", read.text, read.question)
            remarks.append(f"状态事项：{read.text}")
        elif read.kind not in SANCTION_EVENTS:
            facts.events.append((read.event(), None))
        else:
            about = _about(read, facts.sanctions)
            if len(about) > 1 and read.kind in (REVOKED, ALTERED):
                ask("events", cell, f"“{read.kind}”是指党纪处分还是政务处分？已按本行全部处分读入")
            facts.events.append((read.event(), about))


def _plain(found: tuple[ReadEvent | Unread, ...]) -> list[tuple[str, PartialDate]]:
    return [(read.kind, read.on) for read in found if isinstance(read, ReadEvent)]


def _about(read: ReadEvent, sanctions: list[Sanction]) -> tuple[int, ...]:
    """Return which sanctions of the row an event is about; none: one of another row."""
    numbered = list(enumerate(sanctions))
    if read.kind in (RESTORED, EXTENDED):
        probation = [i for i, s in numbered if s.kind.startswith("留党察看")]
        return tuple(probation)
    if read.side:
        return tuple(i for i, s in numbered if (s.regime == PARTY) != (read.side == ADMIN_SIDE))
    return tuple(i for i, _ in numbered)
