"""本期名单: its periods, its order, and whom a window holds."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.partial_date import PartialDate
from app.domain.settings import Settings
from app.domain.subject import Dossier, Event, Sanction, Subject
from app.domain.verdict import assess
from app.domain.visiting_list import (
    INCLUDED,
    LEFT_OUT,
    PUT_OFF,
    ListEntry,
    VisitingList,
    WholeList,
    entry_problems,
    fact_changes,
    half_year,
    in_order,
    list_problems,
    list_title,
    no_last_day,
    period_of,
    quarter,
)
from app.domain.window import propose, verdicts


@pytest.mark.parametrize(
    ("period", "today", "days", "title"),
    [
        ("季度", date(2026, 11, 23), quarter(2026, 4), "2026年第四季度回访对象名单"),
        ("季度", date(2024, 2, 29), quarter(2024, 1), "2024年第一季度回访对象名单"),
        ("半年", date(2026, 6, 30), half_year(2026, 1), "2026年上半年回访对象名单"),
        ("半年", date(2026, 7, 1), half_year(2026, 2), "2026年下半年回访对象名单"),
    ],
)
def test_a_period_is_the_one_that_holds_today(period, today, days, title):
    assert period_of(period, today) == days
    assert days[0] <= today <= days[1]
    assert list_title(period, *days) == title


def test_four_quarters_and_two_halves_fill_the_year():
    for spans in ([quarter(2026, n) for n in (1, 2, 3, 4)], [half_year(2026, n) for n in (1, 2)]):
        assert spans[0][0] == date(2026, 1, 1) and spans[-1][1] == date(2026, 12, 31)
        for one, following in itertools.pairwise(spans):
            assert one[1] + timedelta(days=1) == following[0]


def test_the_nearest_end_comes_first_and_an_unknown_end_before_all():
    entries = [
        ListEntry(subject_id=1, name="甲", last_day=date(2027, 1, 1)),
        ListEntry(subject_id=2, name="乙", last_day=date(2026, 12, 1)),
        ListEntry(subject_id=3, name="丙"),
    ]
    assert [entry.name for entry in in_order(entries)] == ["丙", "乙", "甲"]


@pytest.mark.parametrize(
    ("entry", "fields"),
    [
        (ListEntry(decision=INCLUDED, proposed=True), []),
        (ListEntry(decision=INCLUDED), ["reason"]),
        (ListEntry(decision=LEFT_OUT, proposed=True), ["reason"]),
        (ListEntry(decision=PUT_OFF, proposed=True), ["reason", "until", "approver"]),
    ],
)
def test_every_decision_but_the_usual_one_needs_its_reason(entry, fields):
    assert [problem.field for problem in entry_problems(entry)] == fields


def test_the_same_person_twice_is_seen():
    whole = WholeList(
        VisitingList(
            title="x", period="季度", starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31)
        ),
        [ListEntry(subject_id=1, name="甲", proposed=True) for _ in range(2)],
    )
    assert [problem.message for problem in list_problems(whole)] == ["甲 · 在名单中出现了两次"]


def test_days_left_are_no_news_but_a_new_end_is():
    before = ListEntry(
        subject_id=1, name="甲", last_day=date(2026, 12, 1), verdict_reason="还有9天"
    )
    now = ListEntry(subject_id=1, name="甲", last_day=date(2026, 12, 1), verdict_reason="还有3天")
    assert fact_changes([before], [now]) == []
    now.last_day = date(2027, 12, 1)
    assert [str(one) for one in fact_changes([before], [now])] == [
        "甲的期满日期由“2026年12月1日”变为“2027年12月1日”"
    ]
    assert [str(one) for one in fact_changes([before], [])] == ["甲：已不在本期应回访范围内"]


# ------------------------------------------------------------------ whom a window holds

SETTINGS = Settings()


def held(dossier, rules, first, last, today):
    return propose(
        dossier,
        starts_on=first,
        ends_on=last,
        today=today,
        assess=lambda one, day: assess(one, as_of=day, rules=rules, settings=SETTINGS),
    )


kinds = st.sampled_from(["警告", "严重警告", "撤销党内职务", "留党察看一年", "开除党籍"])
some_days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
events = st.lists(
    st.tuples(st.sampled_from(["退休", "死亡", "恢复党员权利", "暂缓回访", "撤销处分"]), some_days),
    max_size=2,
)


@given(kinds, some_days, events, st.dates(date(2025, 1, 1), date(2027, 1, 1)), st.integers(0, 200))
def test_nobody_whom_some_day_of_a_window_holds_is_dropped_in_silence(
    rules, kind, decided, happened, first, length
):
    """The stepping from change to change is held against looking at every single day."""
    sanction = Sanction(id=1, regime="党纪", kind=kind, decided_on=PartialDate.of(decided))
    dossier = Dossier(
        Subject(id=1, name="甲", membership="中共党员"),
        sanctions=(sanction,),
        events=tuple(
            Event(id=n, kind=what, on=PartialDate.of(on), reason="x", approver="x")
            for n, (what, on) in enumerate(happened, 1)
        ),
    )
    last = first + timedelta(days=length)

    def on(one, day):
        return assess(one, as_of=day, rules=rules, settings=SETTINGS)

    daily = [on(dossier, first + timedelta(days=n)) for n in range(length + 1)]
    stepped = {one.as_of: one.verdict for one in verdicts(dossier, first, last, on)}
    assert {one.verdict for one in daily} == set(stepped.values())
    found = held(dossier, rules, first, last, today=first)
    if any(one.may_visit for one in daily):
        assert found is not None
        assert found.decision in (INCLUDED, PUT_OFF) or found.reason
    elif found is not None:
        assert found.decision == LEFT_OUT and found.reason


def test_who_is_excluded_waits_for_no_last_day():
    assert no_last_day(ListEntry(verdict="原则上不再回访")) == "—"
    assert no_last_day(ListEntry(verdict="应回访")) == "待定"
