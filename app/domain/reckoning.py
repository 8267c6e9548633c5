"""Arithmetic of terms: calendar months, remainders, and the methods that rule files choose by name."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def add_months(day: date, months: int) -> date:
    """Return the corresponding day (对应日) ``months`` calendar months later.

    A month without that day ends the count on its own last day (民法典202 by analogy; never 30-day months).
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    number = day.day
    if number > 28:
        number = min(number, calendar.monthrange(year, month0 + 1)[1])
    return date(year, month0 + 1, number)


def months_and_days(start: date, end: date) -> tuple[int, int]:
    """Return the full months and then the days from ``start`` up to ``end`` (not before it)."""
    months = (end.year - start.year) * 12 + end.month - start.month
    reached = add_months(start, months)
    if reached > end:
        months -= 1
        reached = add_months(start, months)
    return months, (end - reached).days


def spell(months: int, days: int = 0) -> str:
    """Return a length of time as a clerk writes it: 5个月16天."""
    if not days:
        return f"{months}个月"
    return f"{months}个月{days}天" if months else f"{days}天"


def is_clamped(start: date, corresponding: date) -> bool:
    """Tell whether the target month had no such day."""
    return corresponding.day != start.day


def month_end_variant(start: date, corresponding: date) -> date | None:
    """Return the other corresponding day of 刑诉法解释202, when it differs: last day of a month to last day.

    It differs only for a start on the last day of a month shorter than the target month.
    """
    if start.day != calendar.monthrange(start.year, start.month)[1]:
        return None
    length = calendar.monthrange(corresponding.year, corresponding.month)[1]
    return None if corresponding.day == length else corresponding.replace(day=length)


@dataclass(frozen=True, slots=True)
class Sum:
    """The end of two terms run together, with the figures of the working."""

    corresponding: date
    months_left: int
    days_left: int
    uncapped: date | None = None  # what it would be without the cap, where the cap binds


def remaining_plus_new(start: date, old_end: date, months: int, cap: int | None) -> Sum:
    """Run what is left of the old term and then the new one, both from the new decision's day.

    ``old_end`` is the old corresponding day, after ``start``. Full months are added first, then days
    (条例21, 公务员处分条例10); ``cap`` limits the whole to that many months from ``start``.
    """
    months_left, days_left = months_and_days(start, old_end)
    total = add_months(start, months_left + months) + timedelta(days=days_left)
    if cap is not None:
        limit = add_months(start, cap)
        # What already ran at the new decision is not shortened by it.
        limit = max(limit, old_end)
        if total > limit:
            return Sum(limit, months_left, days_left, total)
    return Sum(total, months_left, days_left)


def longer_of_both(start: date, old_end: date, months: int, cap: int | None) -> Sum:
    """Let both terms run side by side: the later end counts."""
    own = add_months(start, months)
    if cap is not None:
        own = min(own, add_months(start, cap))
    months_left, days_left = months_and_days(start, old_end)
    return Sum(max(own, old_end), months_left, days_left)


SecondMethod = Callable[[date, date, int, int | None], Sum]

SECOND_METHODS: dict[str, SecondMethod] = {
    "remaining_plus_new": remaining_plus_new,
    "longer_of_both": longer_of_both,
}
"""How a sanction inside the term of an earlier one is counted: a rule version names one of these."""

SAME_DAY_METHODS = ("heaviest_only",)
"""How several sanctions of one day are counted (政务处分法15: different kinds, the heaviest is carried out)."""
