"""The sanctions and events of one ledger row, read from its cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from app.domain.ledger import Cell, base_key
from app.domain.ledger_cells import NOTHING, half_width, line_of, person_type_of, text_of
from app.domain.ledger_events import ADMIN_SIDE, ReadEvent, Unread, read_events
from app.domain.ledger_kind_cells import kind_parts
from app.domain.ledger_kinds import ReadKind, months_of, read_kind
from app.domain.partial_date import PartialDate, UnreadableDate
from app.domain.reckoning import add_months
from app.domain.subject import (
    ADMINISTRATIVE,
    ALTERED,
    EXPELLED,
    EXTENDED,
    INSTITUTION,
    PARTY,
    RESTORED,
    REVOKED,
    SANCTION_EVENTS,
    STUDENT,
    Event,
    Sanction,
)

Ask = Callable[[str, Cell, str], None]
"""``ask(key, value, message)``: note a question about the cell under ``key``."""

DateReader = Callable[[Cell], PartialDate | None]

ENDS = {"party_until": "党纪期满日期", "admin_until": "政务期满日期", "until": "影响期最后一日"}
TERMS = {"party_term": "party_until", "admin_term": "admin_until", "term": "until"}
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


def read_facts(
    values: dict[str, Cell],
    date: DateReader,
    remarks: list[str],
    ask: Ask,
    told: str = "",
) -> RowFacts:
    """Return case, sanctions and events of the row whose cells by key are ``values``.

    ``told`` is the regime that the sheet is about, where it is about one. What cannot be kept
    where it belongs is added to ``remarks``, so that nothing is lost.
    """
    facts = RowFacts(
        facts="" if text_of(values.get("facts")) in NOTHING else text_of(values.get("facts")),
        file_no=line_of(values.get("file_no")),
        organ=line_of(values.get("organ")),
    )
    _take_events(values)
    regime = _regime_said(values.get("regime")) or told
    pairs = [("party_kind", "party_on", PARTY), ("admin_kind", "admin_on", ADMINISTRATIVE)]
    if "kind" in values or not {"party_kind", "admin_kind"} & values.keys():
        pairs.append(("kind", "on", regime))
    else:  # 党纪处分, 政务处分 and one 处分时间 for both
        pairs = [
            (kind, "on" if on not in values and "on" in values else on, column)
            for kind, on, column in pairs
        ]
    shared = [kind for kind, on, _column in pairs if on == "on" and _says_something(values, kind)]
    for kind, on, column in pairs:
        if on == "on" and shared and kind not in shared:
            continue  # 无 beside a kind of the other side: the one date is not its own
        if kind in values or (on in values and (on != "on" or kind == "kind")):
            facts.sanctions += _sanctions(
                values, (kind, on), column, facts.gaps, date=date, remarks=remarks, ask=ask
            )
    _number(values, facts.sanctions, "", ask)
    pairs += _further(values, facts, regime, date=date, remarks=remarks, ask=ask)
    _other_kind_in_note(facts, [kind for kind, _on, _column in pairs if kind in values], values)
    _events(values, facts, date, remarks, ask)
    for key in ENDS.keys() & values.keys():
        try:
            day = date(_last_part(values[key]))
        except UnreadableDate:
            continue  # computed anyway, and often «未满» or «长期»
        if day is not None:
            facts.ends[key] = (day, values[key])
    facts.gaps = list(dict.fromkeys(facts.gaps))
    for key, end in TERMS.items():
        if key in values and end not in facts.ends:
            _term(values[key], end, facts, date)
    return facts


def _further(
    values: dict[str, Cell],
    facts: RowFacts,
    regime: str,
    *,
    date: DateReader,
    remarks: list[str],
    ask: Ask,
) -> list[tuple[str, str, str]]:
    """Add the sanctions that stand beside the first: 第二次处分种类. Return their columns."""
    pairs = []
    for mark in sorted({key[key.index("#") :] for key in values if "#" in key}):
        own = _regime_said(values.get("regime" + mark)) or regime
        for kind, on, column in (
            ("party_kind", "party_on", PARTY),
            ("admin_kind", "admin_on", ADMINISTRATIVE),
            ("kind", "on", own),
        ):
            if not {kind + mark, on + mark} & values.keys():
                continue
            pair = (kind + mark, on + mark)
            found = list(
                _sanctions(values, pair, column, facts.gaps, date=date, remarks=remarks, ask=ask)
            )
            _number(values, found, mark, ask)
            facts.sanctions += found
            pairs.append((*pair, column))
    return pairs


def _take_events(values: dict[str, Cell]) -> None:
    """Give 2024年3月5日恢复党员权利, written behind a kind, to the events of the row."""
    for key in [key for key in values if base_key(key) in ("party_kind", "admin_kind", "kind")]:
        parts = kind_parts(text_of(values[key]))
        events = [part for part in parts if _is_event(part)]
        if events and len(events) < len(parts):
            values[key] = "；".join(part for part in parts if part not in events)
            said = text_of(values.get("events"))
            values["events"] = "；".join(
                [*([said] if said not in NOTHING and said else []), *events]
            )


def _is_event(text: str) -> bool:
    found = read_events(text)
    return bool(found) and all(isinstance(one, ReadEvent) and one.kind != EXPELLED for one in found)


def _says_something(values: dict[str, Cell], key: str) -> bool:
    text = text_of(values.get(key))
    return bool(text) and text not in NOTHING


def _last_part(cell: Cell) -> Cell:
    """Return the end of a range that stands in one cell: 2023.11.8至2024.11.7."""
    if not isinstance(cell, str) or len(cell) < 12:
        return cell
    text = re.sub(r"\s+", "", half_width(cell))
    return re.split(r"至|到|—+|~|(?<=[.年月/]\d)-|(?<=[.年月/]\d\d)-|(?<=日)-", text)[
        -1
    ].removesuffix("止")


def _term(cell: Cell, end: str, facts: RowFacts, date: DateReader) -> None:
    """Note the last day that 影响期 says, as a range, a day or a number of months."""
    text = re.sub(r"\s+", "", half_width(text_of(cell)))
    months = months_of(text + "个月" if re.fullmatch(r"\d{1,2}", text) else text)
    party = {"party_until": True, "admin_until": False}.get(end)
    own = [s for s in facts.sanctions if party is None or (s.regime == PARTY) == party]
    if months is None:
        with suppress(UnreadableDate):
            if day := date(_last_part(cell)):
                facts.ends[end] = (day, cell)
    elif len(own) == 1 and own[0].decided_on and own[0].decided_on.exact:
        last = add_months(own[0].decided_on.exact, months) - timedelta(days=1)
        facts.ends[end] = (PartialDate.of(last), cell)


def _regime_said(cell: Cell) -> str:
    text = text_of(cell)
    if "党" in text and "政" not in text:
        return PARTY
    if "事业" in text:
        return INSTITUTION
    return ADMINISTRATIVE if "政" in text and "党" not in text else ""


_SEVERAL_DATES = re.compile(
    r"[\n;；、，,]+|\s+/\s+|\s+(?=(?:19|20)\d\d[-./年])|/(?=(?:19|20)\d\d[-.年])"
)
_SIDE = re.compile(
    r"[(（]?(党纪|党内|政务|政纪|行政|事业单位)(?:处分)?(?:决定)?(?:时间|日期)?[)）]?[:：]?"
)


def _read(cell: Cell, date: DateReader) -> PartialDate | None:
    with suppress(UnreadableDate):
        return date(cell)
    return None


def _within(day: PartialDate | None, said: PartialDate | None) -> bool:
    """Return whether ``day`` is what was said, or a day in the month or year that was said."""
    if day is None or said is None:
        return day is said
    return said.first <= day.first and day.last <= said.last


def _date_parts(cell: Cell, date: DateReader) -> list[tuple[str, Cell]]:
    """Return the dates of a cell, each with the side that is written beside it, or ``""``."""
    if not isinstance(cell, str):
        return [] if cell is None else [("", cell)]
    if text_of(cell) in NOTHING:
        return []
    try:
        date(cell)
        return [("", cell)]  # 2023，5，8 is one date
    except UnreadableDate:
        parts = [part.strip() for part in re.split(r"[\n;；]+", text_of(cell))]
    if not all(_read(part, date) for part in parts if part):
        parts = [part.strip() for part in _SEVERAL_DATES.split(text_of(cell))]
    found: list[tuple[str, Cell]] = []
    for part in parts:
        if not part or part in NOTHING:
            continue
        side = _SIDE.search(part)
        plain = _SIDE.sub("", part).strip() if side else part
        found.append((_regime_said(side[1].replace("行政", "政务")) if side else "", plain))
    return found


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
    before, texts = _dates_before(kind_parts(text_of(values.get(kind_key))))
    dates = _date_parts(values.get(on_key), date)
    if not texts:
        if dates:
            ask(on_key, values.get(on_key), "有处分时间而没有处分种类，未读入，请补写种类")
            remarks.append(f"处分时间{text_of(values.get(on_key))}（种类不详）")
        return
    several = values.get(kind_key.replace("kind", "regime"))
    regimes = _regimes(several, len(texts)) if kind_key.startswith("kind") else ()
    own = regimes or [regime] * len(texts)
    student = person_type_of(text_of(values.get("person_type"))) == STUDENT
    kinds = [_kind_of(text, said, student) for text, said in zip(texts, own, strict=True)]
    cells = _matched(kinds, dates)
    if cells is None:
        ask(
            on_key,
            values.get(on_key),
            f"有{len(kinds)}个处分种类，{len(dates)}个处分时间，不能对应，时间未填",
        )
        cells = [None] * len(kinds)
    elif not dates:
        cells = [
            written or _date_in_note(text) for written, text in zip(before, texts, strict=True)
        ]
        if not all(cells):
            gaps.append((on_key, text_of(values.get(on_key)), "没有处分时间，请补填"))
    elif len(dates) < len([read for read in kinds if read.regime]):
        said = "、".join(read.regime + read.kind for read in kinds if read.regime)
        message = f"{said}只写了一个处分时间，已都按这一天读入，请核对"
        gaps.append((on_key, text_of(values.get(on_key)), message))
    for written, text, read, cell in zip(before, texts, kinds, cells, strict=True):
        if written and not _within(_read(cell, date), _read(written, date)):
            gaps.append(
                (kind_key, written, "种类栏中的日期与处分时间不一致，按处分时间读入，请核对")
            )
        if read.question and read.regime:
            gaps.append((kind_key, text, read.question))
        elif read.question:
            ask(kind_key, text, read.question)
        if not read.regime:
            on = f"，{text_of(cell)}" if cell is not None else ""
            remarks.append(f"处分：{text}{on}")
            continue
        if told := _TELLS_MORE.search(read.note):
            message = f"括注中写有“{told[0]}”，没有作为状态事项读入，请写入状态事项栏"
            gaps.append((kind_key, text, message))
        sanction = _without_date_note(read).sanction()
        sanction.decided_on = _decided_on(cell, on_key, gaps, date=date, ask=ask)
        yield sanction


_SAYS_WHOSE = re.compile("党|政务|政纪|行政|事业")
_SCHOOLS = "是学生，未写明是党纪处分还是校规处分；未读入为处分，原文记入备注，请写明"


def _kind_of(text: str, regime: str, student: bool) -> ReadKind:
    read = read_kind(text, regime)
    if not student or regime or _SAYS_WHOSE.search(text):
        return read
    return replace(read, regime="", question=_SCHOOLS)


def _other_kind_in_note(facts: RowFacts, keys: Sequence[str], values: dict[str, Cell]) -> None:
    """Ask about 严重警告（撤职）: in brackets stands a kind that may be a sanction of its own."""
    kinds = {sanction.kind for sanction in facts.sanctions}
    for sanction in facts.sanctions:
        other = read_kind(sanction.note, ADMINISTRATIVE) if sanction.note else None
        if other is not None and not other.question and other.kind not in kinds:
            key = next((k for k in keys if sanction.note in text_of(values[k])), keys[0])
            message = f"括注“{sanction.note}”像是另一个处分，只作注记，没有读入为处分，请核对"
            facts.gaps.append((key, text_of(values[key]), message))


_TELLS_MORE = re.compile("延长|恢复|变更|改为|撤[销消](?!党内)|解除|申诉|复查|复议|复审|复核|期满")


def _regimes(cell: Cell, number: int) -> list[str]:
    """Return the regimes that 处分类别 names for so many kinds, in their order; else nothing."""
    parts = [part for part in re.split(r"[\n;；、，,+/和]+", text_of(cell)) if part]
    return [_regime_said(part) for part in parts] if len(parts) == number > 1 else []


def _matched(kinds: Sequence[ReadKind], dates: Sequence[tuple[str, Cell]]) -> list[Cell] | None:
    """Return the date of each kind: by side or in their order, one for all; None if unclear."""
    if not dates:
        return [None] * len(kinds)
    sides = [side for side, _cell in dates]
    if all(sides) and len(set(sides)) == len(sides):
        by_side = {side == PARTY: cell for side, cell in dates}
        own = [read.regime == PARTY for read in kinds]
        return [by_side[side] for side in own] if set(own) == by_side.keys() else None
    if len(dates) == 1:
        return [dates[0][1]] * len(kinds)
    return [cell for _side, cell in dates] if len(dates) == len(kinds) else None


_DATE = r"((?:19|20)\d{2}(?:[-./年]\d{1,2}[-./月]\d{1,2}日?|年\d{1,2}月))"
_DATE_NOTE = re.compile(rf"[(（]{_DATE}[)）]")


_DATE_BEFORE = re.compile(rf"\s*{_DATE}[,:，：]?\s*(?=\S)")


def _dates_before(texts: Sequence[str]) -> tuple[list[str | None], list[str]]:
    """Return the dates that stand before kinds, and the kinds alone: 2023年5月8日受到党内警告处分."""
    found = [_DATE_BEFORE.match(half_width(text)) for text in texts]
    kinds = [text[one.end() :] if one else text for one, text in zip(found, texts, strict=True)]
    return [one[1] if one else None for one in found], kinds


def _date_in_note(text: str) -> str | None:
    """Return the date that stands in brackets behind a kind: 党内警告（2023.11.08）."""
    found = _DATE_NOTE.search(half_width(text))
    return found[1] if found else None


def _without_date_note(read: ReadKind) -> ReadKind:
    kept = [part for part in read.note.split("；") if not _DATE_NOTE.fullmatch(f"({part})")]
    return replace(read, note="；".join(kept))


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


_BETWEEN_NUMBERS = re.compile(r"\s*[;；\n]\s*")


def _number(values: dict[str, Cell], found: list[Sanction], mark: str, ask: Ask) -> None:
    """Give the document numbers to the sanctions they belong to, where there is one each."""
    for key, sides in (
        ("party_no", (PARTY,)),
        ("admin_no", (ADMINISTRATIVE, INSTITUTION)),
        ("no", (PARTY, ADMINISTRATIVE, INSTITUTION)),
    ):
        text = line_of(values.get(key + mark))
        if not text or text in NOTHING:
            continue
        own = [sanction for sanction in found if sanction.regime in sides]
        numbers = [part for part in _BETWEEN_NUMBERS.split(text_of(values[key + mark])) if part]
        if len(own) == 1:
            own[0].document_no = text
        elif own and len(numbers) == len(own):
            for sanction, number in zip(own, numbers, strict=True):
                sanction.document_no = line_of(number)
        elif own:
            message = f"本行有{len(own)}个此类处分，文号未读入；请按处分的顺序写全，用分号隔开"
            ask(key + mark, text, message)
        else:
            ask(key + mark, text, "本行没有此类处分，文号未读入")


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
    if "remarks" in values:
        _mentioned(values["remarks"], facts)


def _mentioned(cell: Cell, facts: RowFacts) -> None:
    """Ask about events that stand in 备注 only: they would decide who is visited."""
    known = {event.kind for event, _about in facts.events}
    for read in read_events(text_of(cell)):
        kind = read.kind if isinstance(read, ReadEvent) else read.kind_without_date
        if kind and kind not in known:
            message = f"备注中写有“{kind}”，只记入备注，没有作为状态事项读入，请写入状态事项栏"
            facts.gaps.append(("remarks", text_of(cell), message))
            return
    if not known and (told := _DECIDES.search(text_of(cell))):
        message = f"备注中写有“{told[0]}”，只记入备注，没有读入；关系到认定的，请写入状态事项栏或处分种类栏"
        facts.gaps.append(("remarks", text_of(cell), message))


_DECIDES = re.compile(
    "退休|去世|逝世|病故|移送司法|判处?(?:刑|拘役|管制|有期徒刑|缓刑)|刑事处罚|刑事责任|开除(?:党籍|公职)?|双开|"
    "撤[销消].{0,4}处分|恢复.{0,4}权利|延长.{0,4}察看|调离|调出|"
    "(?:党内|政务|政纪|行政)(?:严重)?(?:警告|记大?过|降级|撤职|撤销党内职务|留党察看)"
)
"""Words in 备注 that may decide who is visited, in whatever sentence they stand."""


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
