"""What must hold for every person, whatever the facts."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.partial_date import PartialDate
from app.domain.period import State
from app.domain.reckoning import add_months, months_and_days, remaining_plus_new
from app.domain.settings import COUNT_TO_DAY, Settings
from app.domain.subject import (
    ADMINISTRATIVE,
    INSTITUTION,
    KINDS,
    PARTY,
    REGIMES,
    Dossier,
    Event,
    Sanction,
    Subject,
)
from app.domain.verdict import VERDICTS, assess

DAYS = st.dates(date(2004, 1, 1), date(2030, 12, 31))
EVENTS = (
    "恢复党员权利", "延长留党察看", "撤销处分", "退休", "移送司法机关", "不起诉或无罪", "刑事处罚",
    "开除公职", "死亡", "调离", "暂缓回访", "列入回访", "期内又违纪违法", "确认期满",
)  # fmt: skip
ONE_DAY = timedelta(days=1)
EVE, DAY = Settings(), Settings(counting=COUNT_TO_DAY)


@st.composite
def sanctions(draw, regimes=REGIMES, expulsions=True, most=4):
    found = []
    for number in range(draw(st.integers(1, most))):
        regime = draw(st.sampled_from(regimes))
        kinds = KINDS[regime] if expulsions else KINDS[regime][:-1]
        day = draw(DAYS)
        found.append(
            Sanction(
                id=number + 1,
                regime=regime,
                kind=draw(st.sampled_from(kinds)),
                decided_on=PartialDate.of(day),
                in_lieu=draw(st.booleans()),
                side_by_side=draw(st.booleans()),
            )
        )
    return found


@st.composite
def events(draw, among):
    return [
        Event(
            id=number + 1,
            kind=draw(st.sampled_from(EVENTS)),
            on=PartialDate.of(draw(DAYS)),
            months=12,
            sanction_id=draw(st.sampled_from([None, *(s.id for s in among)])),
            reason="理由",
            approver="批准人",
        )
        for number in range(draw(st.integers(0, 4)))
    ]


@st.composite
def people(draw):
    several = draw(sanctions())
    return Dossier(Subject(id=1, name="甲"), (), tuple(several), tuple(draw(events(several))))


def the_person(*several, happened=()):
    return Dossier(Subject(id=1), (), tuple(several), tuple(happened))


@given(DAYS, st.integers(0, 240), st.integers(0, 240))
def test_a_longer_term_never_ends_earlier(start, months, more):
    assert add_months(start, months) <= add_months(start, months + more)


@given(DAYS, DAYS)
def test_months_and_days_lead_back_to_the_same_day(one, other):
    start, end = min(one, other), max(one, other)
    months, days = months_and_days(start, end)
    assert add_months(start, months) + timedelta(days=days) == end
    assert 0 <= days < 31


@given(DAYS, st.integers(1, 1500), st.integers(1, 24), st.sampled_from([None, 48]))
def test_a_second_sanction_never_shortens_what_still_runs(start, left, months, cap):
    old_end = start + timedelta(days=left)
    total = remaining_plus_new(start, old_end, months, cap)
    assert total.corresponding >= old_end
    assert total.corresponding >= min(add_months(start, months), add_months(start, cap or 999))
    if cap is not None:
        assert total.corresponding <= max(add_months(start, cap), old_end)


@given(st.sampled_from(REGIMES), DAYS, st.data())
def test_a_heavier_kind_never_ends_earlier(regime, day, data):
    kinds = KINDS[regime][:-1]
    first = data.draw(st.integers(0, len(kinds) - 1))
    second = data.draw(st.integers(first, len(kinds) - 1))
    ends = []
    for kind in (kinds[first], kinds[second]):
        person = the_person(
            Sanction(id=1, regime=regime, kind=kind, decided_on=PartialDate.of(day))
        )
        [period] = assess(person, as_of=day, rules=the_rules(), settings=EVE).periods
        ends.append(period.corresponding_day or add_months(period.probation_end, period.months))
    assert ends[0] <= ends[1]


@settings(max_examples=300)
@given(people(), DAYS, st.randoms(use_true_random=False))
def test_the_order_of_entry_does_not_matter(person, as_of, luck: random.Random):
    def shuffled(things):
        things = list(things)
        luck.shuffle(things)
        return tuple(things)

    mixed = Dossier(person.subject, (), shuffled(person.sanctions), shuffled(person.events))
    one = assess(person, as_of=as_of, rules=the_rules(), settings=EVE)
    other = assess(mixed, as_of=as_of, rules=the_rules(), settings=EVE)
    for name in (
        "verdict",
        "reason",
        "last_day",
        "party_last_day",
        "admin_last_day",
        "next_change_on",
    ):
        assert getattr(one, name) == getattr(other, name), name
    assert set(one.doubts) == set(other.doubts)
    assert set(one.problems) == set(other.problems)
    assert [c.heading for c in one.cards] == [c.heading for c in other.cards]


@given(people(), DAYS)
def test_the_two_ways_of_counting_differ_by_exactly_one_day(person, as_of):
    eve = assess(person, as_of=as_of, rules=the_rules(), settings=EVE)
    day = assess(person, as_of=as_of, rules=the_rules(), settings=DAY)
    for one, other in zip(eve.periods, day.periods, strict=True):
        assert one.state == other.state
        if one.last_day is not None and one.state in (State.COMPUTED, State.REVOKED):
            assert other.last_day - one.last_day == ONE_DAY
        if one.state is State.BETWEEN:
            assert other.earliest - one.earliest == other.latest - one.latest == ONE_DAY


@settings(max_examples=300)
@given(people(), DAYS)
def test_a_person_never_leaves_the_list_silently(person, as_of):
    """From one day to the next a verdict changes only on the day that was foretold."""
    before = assess(person, as_of=as_of, rules=the_rules(), settings=EVE)
    after = assess(person, as_of=as_of + ONE_DAY, rules=the_rules(), settings=EVE)
    assert before.verdict in VERDICTS
    assert after.reason
    if after.verdict != before.verdict:
        assert before.next_change_on == as_of + ONE_DAY
        assert after.reason != before.reason


@given(people(), DAYS)
def test_nothing_changes_before_the_day_foretold(person, as_of):
    result = assess(person, as_of=as_of, rules=the_rules(), settings=EVE)
    ahead = result.next_change_on
    if ahead is None:
        ahead = date(2100, 1, 1)
    eve = assess(person, as_of=ahead - ONE_DAY, rules=the_rules(), settings=EVE)
    assert eve.verdict == result.verdict
    assert eve.last_day == result.last_day


@pytest.mark.parametrize("regime", REGIMES)
@given(day=DAYS)
def test_every_kind_has_a_rule_on_every_day_since_2004(regime, day):
    for kind in KINDS[regime]:
        person = the_person(
            Sanction(id=1, regime=regime, kind=kind, decided_on=PartialDate.of(day))
        )
        [period] = assess(person, as_of=day, rules=the_rules(), settings=EVE).periods
        assert period.state is not State.UNKNOWN
        assert period.references


@given(st.dates(date(1900, 1, 1), date(2003, 12, 31)), st.sampled_from(REGIMES))
def test_before_2004_the_answer_is_open_and_never_a_crash(day, regime):
    person = the_person(Sanction(id=1, regime=regime, kind="警告", decided_on=PartialDate.of(day)))
    result = assess(person, as_of=date(2026, 11, 23), rules=the_rules(), settings=EVE)
    assert result.verdict == "待定"
    assert "2004" in result.reason


@given(sanctions(regimes=(ADMINISTRATIVE, INSTITUTION), expulsions=False), DAYS)
def test_no_administrative_term_exceeds_forty_eight_months_from_its_decision(several, as_of):
    result = assess(the_person(*several), as_of=as_of, rules=the_rules(), settings=EVE)
    for period in result.periods:
        if period.corresponding_day is not None:
            assert period.corresponding_day <= add_months(period.start, 48)


@given(sanctions(regimes=(PARTY,)), sanctions(regimes=(ADMINISTRATIVE, INSTITUTION)), DAYS)
def test_the_two_clocks_never_touch_each_other(party, admin, as_of):
    for number, sanction in enumerate((*party, *admin), 1):
        sanction.id = number
    both = assess(the_person(*party, *admin), as_of=as_of, rules=the_rules(), settings=EVE)
    alone = [
        *assess(the_person(*party), as_of=as_of, rules=the_rules(), settings=EVE).periods,
        *assess(the_person(*admin), as_of=as_of, rules=the_rules(), settings=EVE).periods,
    ]
    ends = {p.sanction.id: (p.last_day, p.earliest, p.latest) for p in both.periods}
    assert ends == {p.sanction.id: (p.last_day, p.earliest, p.latest) for p in alone}


@settings(max_examples=60)
@given(sanctions(most=2), st.data(), DAYS)
def test_a_date_known_only_to_the_month_is_as_sure_as_all_its_days(several, data, as_of):
    """The verdict of a month is definite exactly when every day of it gives that verdict."""
    vague = data.draw(st.sampled_from(several))
    month = PartialDate(vague.decided_on.year, vague.decided_on.month)
    each = set()
    day = month.first
    while day <= month.last:
        vague.decided_on = PartialDate.of(day)
        each.add(assess(the_person(*several), as_of=as_of, rules=the_rules(), settings=EVE).verdict)
        day += ONE_DAY
    vague.decided_on = month
    result = assess(the_person(*several), as_of=as_of, rules=the_rules(), settings=EVE)
    assert result.verdict == (each.pop() if len(each) == 1 else "待定")


_RULES = []


def the_rules():
    """The shipped rules; Hypothesis wants no function-scoped fixture."""
    return _RULES[0]


@pytest.fixture(scope="module", autouse=True)
def _read_once(rules):
    _RULES.append(rules)
    yield
    _RULES.clear()
