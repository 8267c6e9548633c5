"""The rules against a second, deliberately plain reading of the handbook for the cases it can do.

The oracle knows kinds, months and exclusions from the handbook's tables and nothing of the program.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.partial_date import PartialDate
from app.domain.settings import Settings
from app.domain.subject import Dossier, Event, Sanction, Subject
from app.domain.verdict import assess

MONTHS = {
    ("党纪", "警告"): 12, ("党纪", "严重警告"): 18, ("党纪", "撤销党内职务"): 24,
    ("政务", "警告"): 6, ("政务", "记过"): 12, ("政务", "记大过"): 18, ("政务", "降级"): 24,
    ("政务", "撤职"): 24,
    ("事业单位", "警告"): 6, ("事业单位", "记过"): 12, ("事业单位", "降低岗位等级"): 24,
}  # fmt: skip
EXCLUDING = ("移送司法机关", "刑事处罚", "开除公职")
DAYS = st.dates(date(2021, 1, 1), date(2028, 12, 31))


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
