"""The rules against a second, deliberately plain reading of the handbook for the cases it can do.

The oracle knows kinds, months and exclusions from the handbook's tables and nothing of the program.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.partial_date import PartialDate
from app.domain.settings import COUNT_TO_DAY, COUNT_TO_EVE, Settings
from app.domain.subject import Dossier, Event, Sanction, Subject
from app.domain.verdict import assess

MONTHS = {
    ("党纪", "警告"): 12, ("党纪", "严重警告"): 18, ("党纪", "撤销党内职务"): 24,
    ("政务", "警告"): 6, ("政务", "记过"): 12, ("政务", "记大过"): 18, ("政务", "降级"): 24,
    ("政务", "撤职"): 24,
    ("事业单位", "警告"): 6, ("事业单位", "记过"): 12, ("事业单位", "降低岗位等级"): 24,
}  # fmt: skip
EXCLUDING = ("移送司法机关", "刑事处罚", "开除公职")
PROBATION = {"留党察看一年": 12, "留党察看二年": 24}
DAYS = st.dates(date(2021, 1, 1), date(2028, 12, 31))
OLD_DAYS = st.dates(date(2004, 1, 1), date(2028, 12, 31))
TURNS = st.sampled_from(
    [
        date(year, month, day) + timedelta(days=more)
        for year, month, day in (
            (2012, 9, 1), (2016, 1, 1), (2018, 10, 1), (2020, 7, 1), (2023, 11, 6), (2024, 1, 1),
            (2016, 2, 29), (2020, 2, 29), (2024, 2, 29), (2023, 8, 31), (2025, 2, 28),
        )
        for more in (-1, 0)
    ]
)  # fmt: skip
"""The days on which a version of a law begins, and ends of months, each with the day before."""


def shifted(day: date, months: int) -> date:
    """The same day of a later month, or that month's last, found by trying."""
    month = day.month - 1 + months
    for number in range(day.day, 0, -1):
        try:
            return date(day.year + month // 12, month % 12 + 1, number)
        except ValueError:
            continue
    raise AssertionError


def remainder(start: date, end: date) -> tuple[int, int]:
    months = 0
    while shifted(start, months + 1) <= end:
        months += 1
    return months, (end - shifted(start, months)).days


def chain(several: list[tuple[date, int]], cap: int | None) -> tuple[date, date] | None:
    """First day and corresponding day of sanctions on one clock, all effective."""
    end = None
    for start, months in sorted(several):
        if end is not None and end > start:
            left, days = remainder(start, end)
            whole = shifted(start, left + months) + timedelta(days=days)
            if cap is not None:
                whole = min(whole, max(shifted(start, cap), end))
            end = whole
        else:
            end = shifted(start, months)
    return end


class Open(Exception):
    """The handbook leaves this case open."""


def months_of(sanction):
    if sanction.kind == "严重警告":
        if sanction.in_lieu:
            return 24
        return 18 if sanction.decided_on.first >= date(2016, 1, 1) else 12
    return MONTHS[sanction.regime, sanction.kind]


def clock(several, happened, cap):
    """Return the first day outside, or ("probation", its end) while rights are not restored."""
    end = unsettled = None
    for number, sanction in enumerate(several):
        start = sanction.decided_on.first
        if number and start == several[number - 1].decided_on.first:
            raise Open
        if sanction.kind in PROBATION:
            if (end is not None and end > start) or unsettled:
                raise Open
            own = [(kind, day) for day, kind, about in happened if about == sanction.id]
            length = PROBATION[sanction.kind] + 12 * sum(kind.startswith("延长") for kind, _ in own)
            over = shifted(start, length)
            restored = [day for kind, day in own if kind == "恢复党员权利"]
            unsettled = None if restored else over
            if any(
                start < other.decided_on.first < (restored or [date.max])[0] for other in several
            ):
                raise Open
            end = shifted(restored[0], 24) if restored else None
        elif end is not None and end > start:
            left, days = remainder(start, end)
            whole = shifted(start, left + months_of(sanction)) + timedelta(days=days)
            end = whole if cap is None else min(whole, shifted(start, cap))
        else:
            end = shifted(start, months_of(sanction))
    return ("probation", unsettled) if unsettled else ("ends", end)


def full_oracle(sanctions, events, asked_on):
    """Return the verdict and, where a clock's end is known, the corresponding day of the later one.

    Of every year since 2004, with 留党察看, its extension and restoration, and revoked sanctions.
    """
    happened = [(e.on.first, e.kind, e.sanction_id) for e in events if e.on.first <= asked_on]
    kinds = {kind for _, kind, _ in happened}
    void = {about for _, kind, about in happened if kind == "撤销处分"}
    standing = [s for s in sanctions if s.id not in void]
    if "死亡" in kinds or not standing:
        return "不再回访", None
    begun = [s for s in standing if s.decided_on.first <= asked_on]
    if not begun:
        return "未生效", None
    begun.sort(key=lambda s: s.decided_on.first)
    clocks = [
        clock(own, happened, cap)
        for regimes, cap in ((("党纪",), None), (("政务", "事业单位"), 48))
        if (own := [s for s in begun if s.regime in regimes])
    ]
    if kinds & set(EXCLUDING):
        return "原则上不再回访", None
    retired = min((day for day, kind, _ in happened if kind == "退休"), default=None)
    unsettled = [end for what, end in clocks if what == "probation"]
    ends = [end for what, end in clocks if what == "ends"]
    if retired is not None and (
        unsettled or retired < max(ends) or retired <= begun[-1].decided_on.first
    ):
        if retired in ends and retired not in unsettled:
            raise Open  # whether the corresponding day is inside is the office's choice
        return "原则上不再回访", None
    if retired in ends:
        raise Open
    last = None if unsettled else max(ends)
    if any(asked_on < end for _, end in clocks):
        return "应回访", last
    if any(asked_on > end for end in unsettled):
        return "待定", last
    return ("边界" if any(asked_on == end for _, end in clocks) else "期满"), last


@st.composite
def full_cases(draw):
    sanctions, events, taken = [], [], set()
    kinds = [*MONTHS, *(("党纪", kind) for kind in PROBATION)]
    first = draw(st.one_of(DAYS, OLD_DAYS, TURNS))
    for number in range(1, draw(st.integers(1, 3)) + 1):
        near = st.integers(0, 700).map(lambda days: first + timedelta(days=days))
        day = draw(st.one_of(near, TURNS).filter(lambda day: day not in taken)) if taken else first
        taken.add(day)
        regime, kind = draw(st.sampled_from(sorted(kinds)))
        sanctions.append(
            Sanction(
                id=number, regime=regime, kind=kind, decided_on=PartialDate.of(day),
                in_lieu=kind == "严重警告" and draw(st.booleans()),
            )
        )  # fmt: skip
        over = shifted(day, PROBATION.get(kind, 0))
        if kind in PROBATION and kind.endswith("一年") and draw(st.booleans()):
            events.append(("延长留党察看", over, number))
            over = shifted(day, 24)
        if kind in PROBATION and draw(st.booleans()):
            late = draw(st.sampled_from((0, 1, 40)))
            events.append(("恢复党员权利", over + timedelta(days=late), number))
        if draw(st.integers(0, 9)) == 0:
            events.append(("撤销处分", day + timedelta(days=draw(st.integers(1, 400))), number))
    for _ in range(draw(st.integers(0, 1))):
        kind = draw(st.sampled_from(("退休", "死亡", "调离", *EXCLUDING)))
        events.append((kind, first + timedelta(days=draw(st.integers(-60, 1_200))), None))
    made = [
        Event(id=n, kind=kind, on=PartialDate.of(day), sanction_id=about)
        for n, (kind, day, about) in enumerate(events, 1)
    ]
    corners = [
        shifted(s.decided_on.first, m) + timedelta(days=d)
        for s in sanctions for m in (0, 6, 12, 18, 24, 30, 36, 48) for d in (-1, 0, 1)
    ]  # fmt: skip
    later = st.integers(0, 2_000).map(lambda days: first + timedelta(days=days))
    return sanctions, made, draw(st.one_of(later, st.sampled_from(corners)))


@settings(max_examples=600)
@given(full_cases(), st.sampled_from((COUNT_TO_EVE, COUNT_TO_DAY)))
def test_the_program_and_the_plain_reading_agree_in_every_year_and_by_both_countings(
    case, counting
):
    sanctions, events, asked_on = case
    try:
        verdict, day = full_oracle(sanctions, events, asked_on)
    except Open:
        return
    person = Dossier(Subject(id=1), (), tuple(sanctions), tuple(events))
    chosen = Settings(counting=counting)
    result = assess(person, as_of=asked_on, rules=_RULES[0], settings=chosen)
    assert result.verdict == verdict, result.reason
    if day is not None:
        inside = day if counting == COUNT_TO_DAY else day - timedelta(days=1)
        assert result.last_day == inside, result.reason


def oracle(sanctions, events, asked_on):
    """Return verdict and last day."""
    begun = [s for s in sanctions if s.decided_on.first <= asked_on]
    happened = [(e.on.first, e.kind) for e in events if e.on.first <= asked_on]
    if any(kind == "死亡" for _, kind in happened):
        return "不再回访"
    if not begun:
        return "未生效"
    ends = []
    for clock, cap in (({"党纪"}, None), ({"政务", "事业单位"}, 48)):
        own = [
            (
                s.decided_on.first,
                24 if s.in_lieu and s.kind == "严重警告" else MONTHS[s.regime, s.kind],
            )
            for s in begun
            if s.regime in clock
        ]
        if own:
            ends.append(chain(own, cap))
    if any(kind in EXCLUDING for _, kind in happened):
        return "原则上不再回访"
    retired = min((day for day, kind in happened if kind == "退休"), default=None)
    starts = [s.decided_on.first for s in begun]
    if retired is not None and (retired < max(ends) or retired <= max(starts)):
        return "原则上不再回访"
    if any(asked_on < end for end in ends):
        return "应回访"
    return "边界" if asked_on in ends else "期满"


@st.composite
def cases(draw):
    sanctions, taken = [], set()
    for number in range(draw(st.integers(1, 4))):
        day = draw(DAYS.filter(lambda day: day not in taken))
        taken.add(day)
        regime, kind = draw(st.sampled_from(sorted(MONTHS)))
        sanctions.append(
            Sanction(
                id=number + 1, regime=regime, kind=kind, decided_on=PartialDate.of(day),
                in_lieu=draw(st.booleans()),
            )
        )  # fmt: skip
    events = [
        Event(id=n, kind=draw(st.sampled_from(("退休", "死亡", "调离", *EXCLUDING))),
              on=PartialDate.of(draw(DAYS)))
        for n in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    near = [
        shifted(s.decided_on.first, m) + timedelta(days=d)
        for s in sanctions for m in (6, 12, 18, 24, 30, 36) for d in (-1, 0, 1)
    ]  # fmt: skip
    return sanctions, events, draw(st.one_of(DAYS, st.sampled_from(near)))


@settings(max_examples=600)
@given(cases())
def test_the_program_and_the_plain_reading_agree(case):
    sanctions, events, asked_on = case
    person = Dossier(Subject(id=1), (), tuple(sanctions), tuple(events))
    result = assess(person, as_of=asked_on, rules=_RULES[0], settings=Settings())
    assert result.verdict == oracle(sanctions, events, asked_on), result.reason


_RULES = []


@pytest.fixture(scope="module", autouse=True)
def _read_once(rules):
    _RULES.append(rules)
    yield
    _RULES.clear()
