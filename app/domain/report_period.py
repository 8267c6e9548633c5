"""The period that figures are given for: a quarter, half-year, year or any days, as of any day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.fields import display
from app.domain.visiting_list import FREE, HALF_YEAR, QUARTER, half_year, quarter

YEAR = "年度"
PERIODS = (QUARTER, HALF_YEAR, YEAR, FREE)

_PER_YEAR = {QUARTER: 4, HALF_YEAR: 2, YEAR: 1}


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """What figures speak of (统计期) and what is known when they are given (统计截至日).

    Nothing that happened after ``as_of`` counts; a period that is not over ends there for now.
    """

    kind: str
    starts_on: date
    ends_on: date
    as_of: date

    @property
    def cutoff(self) -> date:
        """The last day that counts."""
        return min(self.ends_on, self.as_of)

    @property
    def is_over(self) -> bool:
        """Whether the whole period counts."""
        return self.as_of >= self.ends_on

    @property
    def begun(self) -> bool:
        """Whether any day of it counts."""
        return self.as_of >= self.starts_on

    @property
    def title(self) -> str:
        """What the office calls it: 2026年下半年."""
        year, month = self.starts_on.year, self.starts_on.month
        if self.kind == QUARTER:
            return f"{year}年第{'一二三四'[(month - 1) // 3]}季度"
        if self.kind == HALF_YEAR:
            return f"{year}年{'上' if month <= 6 else '下'}半年"
        if self.kind == YEAR:
            return f"{year}年"
        return f"{display(self.starts_on)}至{display(self.ends_on)}"

    @property
    def short(self) -> str:
        """A word or two for an axis: 26年下, 26年4季."""
        year, month = self.starts_on.year % 100, self.starts_on.month
        if self.kind == QUARTER:
            return f"{year:02d}年{(month - 1) // 3 + 1}季"
        if self.kind == HALF_YEAR:
            return f"{year:02d}年{'上' if month <= 6 else '下'}"
        if self.kind == YEAR:
            return f"{self.starts_on.year}年"
        return f"{self.starts_on:%y.%m.%d}起"

    def before(self) -> ReportPeriod:
        """Return the period of the same length just before, over by now."""
        eve = self.starts_on - timedelta(days=1)
        if self.kind == FREE:
            length = self.ends_on - self.starts_on
            return ReportPeriod(FREE, eve - length, eve, self.as_of)
        return period_around(self.kind, eve, self.as_of)

    def series(self, count: int) -> list[ReportPeriod]:
        """Return ``count`` periods that end with this one, the oldest first; none begins before 1950."""
        found = [self]
        while len(found) < count and (earlier := found[-1].before()).starts_on.year >= 1950:
            found.append(earlier)
        return found[::-1]


def period_around(kind: str, day: date, as_of: date) -> ReportPeriod:
    """Return the quarter, half-year or year that holds ``day``."""
    if kind == QUARTER:
        first, last = quarter(day.year, (day.month - 1) // 3 + 1)
    elif kind == HALF_YEAR:
        first, last = half_year(day.year, 1 if day.month <= 6 else 2)
    else:
        first, last = date(day.year, 1, 1), date(day.year, 12, 31)
    return ReportPeriod(kind, first, last, as_of)


def periods_to_choose(kind: str, today: date, years: int = 6) -> list[ReportPeriod]:
    """Return the periods of a kind that a chooser offers, the current one first."""
    current = period_around(kind, today, today)
    return current.series(years * _PER_YEAR[kind])[::-1]
