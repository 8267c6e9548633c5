"""What visits took place, read from visits and from forms that are older than the program."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from app.domain.form_life import FormVersion
from app.domain.form_visit import visit_day, visit_method
from app.domain.registration_form import RegistrationForm
from app.domain.result_stage import ResultFacts
from app.domain.revisit_counts import Revisit
from app.domain.visit import DONE, Visit
from app.services.ports import UnitOfWork
from app.services.result_facts import result_facts


def revisits_by_person(
    uow: UnitOfWork, as_of: date, subject_ids: Iterable[int] | None = None
) -> Mapping[int, list[Revisit]]:
    """Return every visit up to ``as_of`` by person, the oldest first, in an open unit of work.

    A visit that is done counts on its day; a form counts where no visit has it as its own.
    """
    own = {} if subject_ids is None else {"subject_id": tuple(dict.fromkeys(subject_ids))}
    visits = [
        visit
        for visit in uow.repository(Visit).where(state=DONE, **own)
        if visit.on is not None and visit.on <= as_of
    ]
    forms = {form.id: form for form in uow.repository(RegistrationForm).where(**own)}
    filed = _filed(uow, forms)
    results = result_facts(uow, subject_ids)
    found: dict[int, list[Revisit]] = defaultdict(list)
    for visit in visits:
        assert visit.on is not None
        found[visit.subject_id or 0].append(
            _of_visit(visit, results.get(visit.id or 0), filed.get(visit.form_id), as_of)
        )
    taken = {visit.form_id for visit in uow.repository(Visit).where(**own)}
    for form in forms.values():
        day = visit_day(form)
        if form.id in taken or form.subject_id is None or day is None or day > as_of:
            continue
        found[form.subject_id].append(
            Revisit(
                day,
                visit_method(form),
                filed_on=_by(filed.get(form.id), as_of),
                opens=("RegistrationForm", form.id),
            )
        )
    return {id_: sorted(some, key=lambda one: one.on) for id_, some in found.items()}


def _of_visit(
    visit: Visit, facts: ResultFacts | None, form_filed_on: date | None, as_of: date
) -> Revisit:
    """Return a visit with its result, feedback and filing as far as they stood on ``as_of``."""
    assert visit.on is not None
    outcome = facts.outcome if facts is not None and facts.decided else None
    decided = outcome is not None and _by(outcome.decided_on, as_of) is not None
    entry = facts.entry if facts is not None and facts.filed else None
    return Revisit(
        visit.on,
        visit.method,
        outcome=outcome.item if outcome is not None and decided else "",
        fed_back_on=_by(facts.fed_back_on if facts is not None else None, as_of),
        filed_on=_by(entry.filed_on if entry is not None else form_filed_on, as_of),
        opens=("Visit", visit.id),
    )


def _filed(uow: UnitOfWork, forms: Iterable[int | None]) -> dict[int | None, date]:
    """Return when each of these forms went into the case file, the latest version's day."""
    wanted = [id_ for id_ in forms if id_ is not None]
    versions = uow.repository(FormVersion).where(form_id=wanted) if wanted else ()
    return {
        version.form_id: version.filed_on
        for version in sorted(versions, key=lambda each: each.number or 0)
        if version.filed_on is not None
    }


def _by(day: date | None, as_of: date) -> date | None:
    return day if day is not None and day <= as_of else None
