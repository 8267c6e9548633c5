"""Facts that cannot be, or hardly: the input checks of the handbook, each in one Chinese sentence."""

from __future__ import annotations

from datetime import date

from app.domain.fields import Problem
from app.domain.happenings import without_day
from app.domain.kinds import FAMILY, misfit, plain_kind
from app.domain.partial_date import PartialDate
from app.domain.subject import PARTY, PUT_OFF, Dossier, Event, Sanction, Subject

WORKING_AGE = 16


def fact_problems(dossier: Dossier, today: date) -> list[Problem]:
    """Return what in the dossier contradicts itself or the calendar. Saving is allowed regardless."""
    found = _of_person(dossier.subject, today)
    for sanction in dossier.sanctions:
        found += _of_sanction(dossier.subject, sanction, today)
    for event in dossier.events:
        found += _of_event(dossier, event, today)
    return found


def _years_between(born: PartialDate, later: PartialDate) -> int:
    """Return the most full years that may lie between two dates."""
    first, last = born.first, later.last
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))


def _of_person(subject: Subject, today: date) -> list[Problem]:
    found = []
    born = subject.born_on
    if born is not None and born.first > today:
        found.append(Problem("born_on", f"出生 {born.isoformat()} 在今天之后，请核对"))
    for name, label, known, least in (
        ("work_since", "参加工作", subject.work_since, WORKING_AGE),
        ("party_since", "入党", subject.party_since, 18),
    ):
        if known is None:
            continue
        if known.first > today:
            found.append(Problem(name, f"{label} {known.isoformat()} 在今天之后，请核对"))
        if born is not None and (age := _years_between(born, known)) < least:
            words = f"{age} 岁" if age >= 0 else "早于出生"
            found.append(
                Problem(
                    name, f"出生 {born.isoformat()}、{label} {known.isoformat()} → {words}，请核对"
                )
            )
    return found


def _of_sanction(subject: Subject, sanction: Sanction, today: date) -> list[Problem]:
    found = []
    decided, born = sanction.decided_on, subject.born_on
    named = f"{sanction.regime}{sanction.kind}"
    if decided is not None:
        when = decided.isoformat()
        if decided.first > today:
            found.append(Problem("decided_on", f"{named}的处分时间 {when} 在今天之后，请核对"))
        if born is not None and _years_between(born, decided) < WORKING_AGE:
            found.append(
                Problem(
                    "decided_on",
                    f"{named}的处分时间 {when}：出生 {born.isoformat()}，当时不满{WORKING_AGE}岁，请核对",
                )
            )
        since = subject.party_since
        if (
            FAMILY.get(sanction.regime) == PARTY
            and since is not None
            and decided.last < since.first
        ):
            found.append(
                Problem(
                    "decided_on",
                    f"{named}的处分时间 {when} 早于入党时间 {since.isoformat()}，请核对",
                )
            )
        if sanction.document_date is not None and sanction.document_date.last < decided.first:
            found.append(
                Problem(
                    "document_date",
                    f"决定书落款 {sanction.document_date.isoformat()} 早于处分时间 {when}，请核对",
                )
            )
    elif sanction.stated_from is None:
        found.append(Problem("decided_on", f"{named}的处分时间未填，无法计算期限"))
    if sanction.in_lieu and plain_kind(sanction.regime, sanction.kind) != "严重警告":
        found.append(
            Problem("in_lieu", f"“应撤销党内职务而无党内职务”只用于党内严重警告，不用于{named}")
        )
    if sanction.side_by_side and sanction.regime == PARTY:
        found.append(Problem("side_by_side", "党纪处分接续计算（条例第二十一条），不能并行计算"))
    warning = misfit(
        sanction.regime,
        plain_kind(sanction.regime, sanction.kind),
        subject.person_type,
        subject.membership,
    )
    if warning:
        found.append(Problem("kind", warning))
    return found


def _of_event(dossier: Dossier, event: Event, today: date) -> list[Problem]:
    found = []
    if event.on is None:
        return [Problem("on", without_day(event))]
    when = event.on.isoformat()
    if event.on.first > today:
        found.append(Problem("on", f"{event.kind} {when} 在今天之后，请核对"))
    born = dossier.subject.born_on
    if born is not None and event.on.last < born.first:
        found.append(Problem("on", f"{event.kind} {when} 早于出生 {born.isoformat()}，请核对"))
    named = next((s for s in dossier.sanctions if s.id == event.sanction_id), None)
    if (
        event.sanction_id is not None
        and named is not None
        and named.decided_on is not None
        and event.on.last < named.decided_on.first
    ):
        found.append(
            Problem(
                "on", f"{event.kind} {when} 早于处分时间 {named.decided_on.isoformat()}，请核对"
            )
        )
    if event.until is not None and event.until < event.on.first:
        found.append(Problem("until", f"{event.kind}的截止日期 {event.until} 早于 {when}，请核对"))
    if event.kind == PUT_OFF and not event.reason.strip():
        found.append(Problem("reason", f"{when} 暂缓回访须写明理由"))
    return found
