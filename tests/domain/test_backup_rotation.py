"""Rotation keeps what it promises, whatever the clock did."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.backup_rotation import (
    ALL_WITHIN,
    DAILY,
    FEWEST,
    MONTHLY,
    SETTLED_AFTER,
    WEEKLY,
    KeptBackup,
    may_go,
)

NOW = datetime(2026, 11, 23, 17, 0)
MOMENTS = st.datetimes(datetime(2019, 1, 1), datetime(2030, 1, 1))


def made(*moments):
    return [KeptBackup(number, at) for number, at in enumerate(moments, 1)]


def every(hours, times, end=NOW):
    return made(*(end - timedelta(hours=hours * n) for n in reversed(range(times))))


def left(backups):
    gone = set(may_go(backups))
    return [one for one in backups if one not in gone]


def test_of_two_hourly_backups_of_three_years_a_manageable_number_stays():
    backups = every(2, 3 * 365 * 12)
    kept = left(backups)
    assert len(kept) == 64  # at most 24 + 14 + 8 + 24 + 4, and some count twice
    assert [one for one in backups if one.made_at > NOW - ALL_WITHIN] == kept[-24:]
    assert len({one.made_at.date() for one in kept if one.made_at > NOW - timedelta(14)}) == DAILY
    assert {one.made_at.year for one in kept} == {2023, 2024, 2025, 2026}


def test_few_backups_all_stay_however_old():
    backups = made(*(datetime(2001, 1, n) for n in range(1, FEWEST + 1)))
    assert list(may_go(backups)) == []


def test_nothing_goes_right_after_a_restore():
    backups = every(2, 500)
    for count in range(SETTLED_AFTER):
        assert list(may_go(backups, since_restore=count)) == []
    assert len(may_go(backups, since_restore=SETTLED_AFTER)) > 400
    assert len(may_go(backups)) > 400


def test_a_clock_that_jumps_ten_years_ahead_ages_nothing_at_once():
    before = every(24, 40)
    kept = set(left(before))
    jumped = [*before, KeptBackup(41, NOW + timedelta(days=3650))]
    lost = kept - set(left(jumped))
    assert len(lost) <= 1 + ALL_WITHIN.days, "only what one new day, week and month pushes out"


@given(st.lists(MOMENTS, max_size=80))
def test_the_newest_five_the_last_48_hours_and_each_year_always_stay(moments):
    backups = made(*moments)
    kept = left(backups)
    assert kept[-FEWEST:] == backups[-FEWEST:]
    if backups:
        newest = backups[-1].made_at
        assert {one for one in backups if one.made_at > newest - ALL_WITHIN} <= set(kept)
    assert {one.made_at.year for one in kept} == {one.made_at.year for one in backups}


@given(st.lists(MOMENTS, max_size=80, unique=True).map(sorted))
def test_days_weeks_and_months_that_have_a_backup_keep_their_last(moments):
    backups = made(*moments)
    kept = set(left(backups))
    for number, part_of in (
        (DAILY, lambda at: at.date()),
        (WEEKLY, lambda at: at.isocalendar()[:2]),
        (MONTHLY, lambda at: (at.year, at.month)),
    ):
        last = {part_of(one.made_at): one for one in backups}
        assert set(list(last.values())[-number:]) <= kept


@given(st.lists(MOMENTS, max_size=60))
def test_rotating_twice_is_rotating_once(moments):
    kept = left(made(*moments))
    assert list(may_go(kept)) == []


@given(st.lists(MOMENTS, min_size=1, max_size=60), MOMENTS)
def test_order_of_asking_does_not_matter_and_a_new_one_never_goes(moments, now):
    backups = made(*moments)
    assert list(may_go(list(reversed(backups)))) == list(may_go(backups))
    newest = KeptBackup(len(backups) + 1, now)
    assert newest not in may_go([*backups, newest])
