"""Gathers what a letter is made of, where that is more than one record."""

from __future__ import annotations

from app.domain.ending import WholeEnding
from app.domain.fields import display
from app.domain.filing import WholeFiling
from app.domain.outcome import ResultUse
from app.domain.papers import (
    MEASURES,
    EndingPaper,
    Particulars,
    RequestPaper,
    ResultPaper,
    UsePaper,
    VisitPaper,
)
from app.domain.plan import PlanPerson, WholePlan
from app.domain.request import Request
from app.domain.snapshot import new_person
from app.domain.staff import Staff
from app.domain.visit import Visit, WholeVisit
from app.services.document_numbers import LetterKey, number_of
from app.services.dossiers import load_dossier
from app.services.gatekeeping import Law
from app.services.plan_drafting import person_facts
from app.services.plans import load_plan
from app.services.ports import UnitOfWork
from app.services.visits import load_visit

_MEASURES = "measures"  # the rule file of the measures


def visit_paper(visit_id: int, *, uow: UnitOfWork, law: Law) -> VisitPaper:
    """Return a visit with its person, as the plan (or without one the roster) has them.

    Raises ``MissingRecord``.
    """
    with uow:
        whole = load_visit(uow, visit_id)
        plan = load_plan(uow, whole.visit.plan_id) if whole.visit.plan_id is not None else None
        return VisitPaper(whole, _person(uow, whole, plan, law), plan)


def result_paper(filing: WholeFiling, *, uow: UnitOfWork, law: Law) -> ResultPaper:
    """Return a result and its volume with the person. Raises ``MissingRecord``."""
    with uow:
        return ResultPaper(filing, _roster_person(uow, filing.entry.subject_id or 0, law))


def use_paper(use: ResultUse, *, uow: UnitOfWork, law: Law) -> UsePaper:
    """Return a question for a result with the person whom it is about."""
    with uow:
        return UsePaper(use, _roster_person(uow, use.subject_id or 0, law))


def ending_paper(whole: WholeEnding, *, uow: UnitOfWork, law: Law) -> EndingPaper:
    """Return a restoration or end of period with the person."""
    with uow:
        return EndingPaper(whole, _roster_person(uow, whole.ending.subject_id or 0, law))


def request_paper(request_id: int, *, uow: UnitOfWork, law: Law) -> RequestPaper:
    """Return a request with who made it and on which visit. Raises ``MissingRecord``."""
    with uow:
        request = uow.repository(Request).get(request_id)
        person = _roster_person(uow, request.subject_id or 0, law)
        visited = ""
        if request.visit_id is not None:
            visit = uow.repository(Visit).get(request.visit_id)
            visited = f"{display(visit.on)}{visit.method}回访"
    return RequestPaper(request, person, visited)


def particulars_for(
    kind: str,
    entity: str,
    entity_id: int,
    *,
    letters: int,
    drafted_by: str = "",
    uow: UnitOfWork,
    law: Law,
) -> Particulars:
    """Return what the office puts on the letters of one record: its name, contact and numbers.

    ``letters`` is how many letters the document has of the record; numbers come from those already
    given (``issue_number``), an empty one where none is. ``drafted_by`` names whom to ask, whose
    telephone the staff list knows; the caller may replace anything.
    """
    numbers = []
    for part in range(letters):
        given = number_of(kind, LetterKey(entity, entity_id, part), uow=uow)
        numbers.append(str(given) if given is not None else "")
    with uow:
        staff = [one for one in uow.repository(Staff).where(name=drafted_by) if drafted_by]
    return Particulars(
        office=law.settings.office_name or law.settings.reporting_unit,
        numbers=tuple(numbers),
        dated=law.today,
        contact=drafted_by,
        phone=next((one.phone for one in staff if one.phone), ""),
        measures=next(
            (
                f"《{one.title}》（{one.edition}）"
                for one in law.rules.in_force(law.today)
                if one.instrument == _MEASURES
            ),
            MEASURES,
        ),
    )


def _person(uow: UnitOfWork, whole: WholeVisit, plan: WholePlan | None, law: Law) -> PlanPerson:
    subject_id = whole.visit.subject_id or 0
    for person in plan.people if plan is not None else ():
        if person.subject_id == subject_id:
            return person
    return _roster_person(uow, subject_id, law)


def _roster_person(uow: UnitOfWork, subject_id: int, law: Law) -> PlanPerson:
    dossier = load_dossier(uow, subject_id)
    visits = uow.repository(Visit).where(subject_id=subject_id)
    return new_person(subject_id, person_facts(dossier, law, visits=visits))
