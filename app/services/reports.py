"""The figures of a period, counted afresh from the facts, and what may leave the office of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.domain.audit import Act
from app.domain.report_period import ReportPeriod
from app.domain.request import Request
from app.domain.revisit_counts import Course, course_of
from app.domain.revisit_report import PERIODS_IN_TREND, Report, make_report
from app.domain.year_facts import YearFacts, year_facts, year_period
from app.services.dossiers import load_dossiers
from app.services.gatekeeping import Law
from app.services.ports import Changes, Progress, UnitOfWork, UserError
from app.services.revisits import revisits_by_person

_REPORTED = 200  # people from one progress report to the next


class WrongPeriod(UserError):
    """The days of the period are in the wrong order, or it has not begun."""

    exit_code = 2
    number = 220


def read_report(period: ReportPeriod, progress: Progress, *, uow: UnitOfWork, law: Law) -> Report:
    """Return all figures of ``period``. Raises ``WrongPeriod``, and what ``progress`` raises."""
    return make_report(courses(period, progress, uow=uow, law=law), period)


def courses(
    period: ReportPeriod, progress: Progress, *, uow: UnitOfWork, law: Law
) -> Sequence[Course]:
    """Return everybody's course over the periods that the trend shows, in the roster's order."""
    if period.ends_on < period.starts_on:
        raise WrongPeriod("统计期的截止日早于起始日，请核对")
    if not period.begun:
        raise WrongPeriod(
            f"统计截至日（{period.as_of:%Y-%m-%d}）早于统计期的起始日（{period.starts_on:%Y-%m-%d}），"
            "没有可统计的内容，请核对"
        )
    since = period.series(PERIODS_IN_TREND)[0].starts_on
    progress(0, 0, "读取名册")
    with uow:  # the facts are read at once; counting them holds nobody up
        dossiers = load_dossiers(uow)
        revisits = revisits_by_person(uow, min(period.cutoff, law.today))
    found = []
    for number, (subject_id, dossier) in enumerate(dossiers.items()):
        if number % _REPORTED == 0:
            progress(number, len(dossiers), "逐人统计")
        found.append(
            course_of(
                dossier,
                revisits.get(subject_id, ()),
                since=since,
                period=period,
                assess=law.on,
            )
        )
    progress(len(dossiers), len(dossiers), "逐人统计")
    return found


def read_year(year: int, progress: Progress, *, uow: UnitOfWork, law: Law) -> YearFacts:
    """Return what the plan and the summary of a year are drafted from, as it is known today.

    Verdicts of days to come are those that today's facts lead to.
    """
    period = year_period(year, date(year, 12, 31))
    known = courses(period, progress, uow=uow, law=law)
    with uow:
        requests = list(uow.repository(Request).where())
    return year_facts(year, law.today, known, requests)


def record_paper(
    title: str,
    act: str,
    target: str,
    copies: int,
    *,
    about: str,
    as_of: date,
    guarded: bool = False,
    reason: str = "",
    uow: UnitOfWork,
) -> Changes:
    """Enter that a paper of the account was printed or exported: about what, as of when, whereto.

    ``target`` is a printer or a kind of file, never a path.
    """
    details = {
        "去向": target,
        "内容": about,
        "截至": as_of.isoformat(),
        "每份份数": copies,
    }
    if guarded:
        details["隐去小数字"] = True
    with uow:
        uow.record(Act(f"{act}{title}", reason=reason.strip(), details=details))
        return uow.commit()
