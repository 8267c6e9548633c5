"""What the plan and the summary of a year are drafted from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.report_period import YEAR, ReportPeriod, period_around
from app.domain.request import ANSWERED, OPEN, TOLD, Request
from app.domain.revisit_counts import MAY_VISIT, Course
from app.domain.revisit_report import Figure, Line, Table
from app.domain.visiting_list import QUARTER


@dataclass(frozen=True, slots=True)
class YearFacts:
    """A year as it is known on ``known_on``: ids of people, and figures of requests."""

    year: int
    known_on: date
    due: tuple[int, ...]
    never: tuple[int, ...]  # due, and not visited since the beginning of the year before
    ending: tuple[int, ...]  # due, and over within the year
    quarters: Table
    requests: Figure
    answered: Figure
    told: Figure
    open: Figure


def year_period(year: int, as_of: date) -> ReportPeriod:
    """Return a year as a period."""
    return ReportPeriod(YEAR, date(year, 1, 1), date(year, 12, 31), as_of)


def year_facts(
    year: int, known_on: date, courses: Iterable[Course], requests: Sequence[Request]
) -> YearFacts:
    """Return the facts of a year; ``courses`` reach to its last day, as far as is known now."""
    known = list(courses)
    first, last = date(year, 1, 1), date(year, 12, 31)
    due = [one for one in known if may_visit(one, first, last)]
    never = [one for one in due if not any(v.on.year >= year - 1 for v in one.revisits)]
    lines = []
    quarters = period_around(QUARTER, last, last).series(4)
    for period in quarters:
        there = [one for one in known if may_visit(one, period.starts_on, period.ends_on)]
        over = [one for one in there if _ends(one, period.starts_on, period.ends_on)]
        key = period.starts_on.isoformat()
        figures = (_figure(f"{key}:due", there), _figure(f"{key}:over", over))
        lines.append(Line(period.title, figures))
    raised = [one for one in requests if one.raised_on and one.raised_on.year == year]
    return YearFacts(
        year,
        known_on,
        _ids(due),
        _ids(never),
        _ids([one for one in due if _ends(one, first, last)]),
        Table("quarters", "各季度回访对象", "季度", ("在影响期内", "其中本季期满"), tuple(lines)),
        requests=_requests("requests", raised),
        answered=_requests("requests:answered", raised, ANSWERED, TOLD),
        told=_requests("requests:told", raised, TOLD),
        open=_requests("requests:open", raised, OPEN),
    )


def may_visit(course: Course, first: date, last: date) -> bool:
    """Whether a person can be visited on any day between two."""
    turns = course.turns
    ends = [day for day, _ in turns[1:]] + [date.max]
    return any(
        verdict in MAY_VISIT and start <= last and end > first
        for (start, verdict), end in zip(turns, ends, strict=True)
    )


def _ends(course: Course, first: date, last: date) -> bool:
    return course.last_day is not None and first <= course.last_day <= last


def _ids(courses: Iterable[Course]) -> tuple[int, ...]:
    return tuple(one.subject_id for one in courses)


def _requests(key: str, raised: Iterable[Request], *states: str) -> Figure:
    """Return the number of requests in these states, or of all, with who raised them."""
    some = [one for one in raised if not states or one.state in states]
    return Figure(key, len(some), tuple(dict.fromkeys(one.subject_id or 0 for one in some)))


def _figure(key: str, courses: Sequence[Course]) -> Figure:
    return Figure(key, len(courses), _ids(courses))
