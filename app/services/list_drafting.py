"""Drawing up the list of a period: whom it holds, whom one may add; nothing is saved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.domain.snapshot import new_entry
from app.domain.subject import Dossier
from app.domain.verdict import EXPIRED
from app.domain.visit import DONE, Visit
from app.domain.visiting_list import (
    INCLUDED,
    QUARTER,
    ListEntry,
    VisitingList,
    WholeList,
    in_order,
    list_title,
    period_of,
)
from app.domain.window import propose
from app.services.dossiers import load_dossier, load_dossiers
from app.services.gatekeeping import Law, NotPossible
from app.services.plan_drafting import person_facts
from app.services.ports import Progress, UnitOfWork


def propose_list(
    period: str = QUARTER,
    starts_on: date | None = None,
    ends_on: date | None = None,
    *,
    drafted_by: str = "",
    progress: Progress | None = None,
    uow: UnitOfWork,
    law: Law,
) -> WholeList:
    """Return a list, not saved, of everybody whom the period holds, by last day, with the reason.

    Without days it is the quarter or half-year of today. Who is excluded is in it as left out, who
    is put off as put off. Raises ``NotPossible`` for days in the wrong order.
    """
    if starts_on is None or ends_on is None:
        starts_on, ends_on = period_of(period, law.today)
    if ends_on < starts_on:
        raise NotPossible("名单的截止日早于起始日，请核对")
    head = VisitingList(
        title=list_title(period, starts_on, ends_on),
        period=period,
        starts_on=starts_on,
        ends_on=ends_on,
        drafted_by=drafted_by,
        drafted_on=law.today,
    )
    with uow:
        entries = proposed_entries(uow, head, law, progress)
    return WholeList(head, in_order(entries))


def proposed_entries(
    uow: UnitOfWork, head: VisitingList, law: Law, progress: Progress | None = None
) -> list[ListEntry]:
    """Return an entry for everybody whom the list's period concerns, in an open unit of work."""
    dossiers = load_dossiers(uow)
    visits = visits_by_person(uow)
    found = []
    for number, (subject_id, dossier) in enumerate(dossiers.items()):
        if progress is not None and number % 100 == 0:
            progress(number, len(dossiers), "正在对照本期提名")
        entry = _entry(dossier, head, law, visits.get(subject_id, ()))
        if entry is not None:
            found.append(entry)
    return found


def visits_by_person(uow: UnitOfWork) -> dict[int, list[Visit]]:
    """Return all visits, grouped by the person visited."""
    found: dict[int, list[Visit]] = {}
    for visit in uow.repository(Visit).where():
        found.setdefault(visit.subject_id or 0, []).append(visit)
    return found


def _entry(
    dossier: Dossier, head: VisitingList, law: Law, visits: Sequence[Visit]
) -> ListEntry | None:
    """Return the entry the program proposes, or ``None`` when the period does not hold them."""
    assert head.starts_on is not None and head.ends_on is not None
    found = propose(
        dossier,
        starts_on=head.starts_on,
        ends_on=head.ends_on,
        today=law.today,
        assess=law.on,
    )
    if found is None:
        return None
    facts = person_facts(dossier, law, visits=visits, on=found.assessment.as_of, told_today=True)
    return new_entry(
        dossier.subject.id or 0,
        facts,
        proposed=True,
        decision=found.decision,
        reason=found.reason[:500],
        until=found.until,
        approver=found.approver,
    )


def new_list_entry(subject_id: int, head: VisitingList, *, uow: UnitOfWork, law: Law) -> ListEntry:
    """Return an entry, not saved, for somebody the program did not propose; it needs a reason."""
    with uow:
        dossier = load_dossier(uow, subject_id)
        visits = uow.repository(Visit).where(subject_id=subject_id)
        proposed = _entry(dossier, head, law, visits)
        if proposed is not None and proposed.decision == INCLUDED:
            return proposed
        return new_entry(subject_id, person_facts(dossier, law, visits=visits), proposed=False)


def lapsed_without_visit(*, uow: UnitOfWork, law: Law) -> list[ListEntry]:
    """Return, as entries to choose from, people whose period is over and who were never visited.

    They are not proposed: a visit after the period (补访) is the office's decision, with a reason.
    """
    with uow:
        visits = visits_by_person(uow)
        found = []
        for subject_id, dossier in load_dossiers(uow).items():
            if any(visit.state == DONE for visit in visits.get(subject_id, ())):
                continue
            if law.on(dossier, law.today).verdict == EXPIRED:
                facts = person_facts(dossier, law, visits=())
                found.append(new_entry(subject_id, facts, proposed=False))
    return sorted(found, key=lambda entry: entry.last_day or date.min, reverse=True)
