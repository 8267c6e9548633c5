"""What the roster says of a person when a list or a plan is made: text that stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.domain.fields import display, form_fields
from app.domain.form_filling import Filling
from app.domain.plan import ROSTER, PlanPerson
from app.domain.subject import Dossier
from app.domain.talk_points import Circumstances
from app.domain.verdict import Assessment
from app.domain.visit import DONE, Visit
from app.domain.visiting_list import FACTS, NO_NEWS, FactChange, ListEntry


def sanction_lines(filling: Filling, empty_mark: str) -> str:
    """Return the sanctions one per line, as the form's boxes have them: 党内警告（2025.03.15）."""
    lines = []
    for box in ("party", "admin"):
        kinds = filling.values.get(f"{box}_kind", "").split("\n")
        days = filling.values.get(f"{box}_decided_on", "").split("\n")
        lines += [
            f"{kind}（{day}）"
            for kind, day in zip(kinds, days, strict=False)
            if kind and kind != empty_mark
        ]
    return "\n".join(lines)


def roster_facts(
    dossier: Dossier,
    assessment: Assessment,
    filling: Filling,
    *,
    empty_mark: str,
    visits: Sequence[Visit],
    reason: str | None = None,
) -> dict[str, Any]:
    """Return the values of every snapshot field, by the names lists and plans share.

    ``reason`` stands in place of the assessment's own, where the verdict is of another day.
    """
    subject, boxes = dossier.subject, filling.values
    return {
        "name": subject.name,
        "sex": subject.sex,
        "born_on": boxes.get("born_on", ""),
        "education": subject.education,
        "membership": subject.membership,
        "workplace": boxes.get("workplace", ""),
        "unit": subject.unit,
        "phone": subject.phone,
        "sanctions": sanction_lines(filling, empty_mark),
        "facts": boxes.get("facts", ""),
        "last_day": assessment.last_day,
        "verdict": assessment.verdict,
        "verdict_reason": (reason or assessment.reason)[:500],
        "earlier_visits": sum(visit.state == DONE for visit in visits)
        + int(subject.earlier_visits.get("visit_count") or 0),
    }


def _section(entity: type, section: str) -> list[str]:
    return [name for name, spec in form_fields(entity).items() if spec.section == section]


def new_person(subject_id: int, facts: dict[str, Any]) -> PlanPerson:
    """Return a person of a plan with the snapshot filled."""
    return PlanPerson(
        subject_id=subject_id, **{name: facts[name] for name in _section(PlanPerson, ROSTER)}
    )


def new_entry(subject_id: int, facts: dict[str, Any], **more: Any) -> ListEntry:
    """Return an entry of a list with the snapshot filled."""
    names = _section(ListEntry, FACTS)
    return ListEntry(subject_id=subject_id, **{name: facts[name] for name in names}, **more)


def roster_changes(person: PlanPerson, facts: dict[str, Any]) -> list[FactChange]:
    """Return what the roster says otherwise than the plan's snapshot of a person."""
    specs = form_fields(PlanPerson)
    return [
        FactChange(person.subject_id or 0, person.name, specs[name].label, before, after)
        for name in _section(PlanPerson, ROSTER)
        if name not in NO_NEWS
        and (before := display(getattr(person, name))) != (after := display(facts[name]))
    ]


def take_over(person: PlanPerson, facts: dict[str, Any]) -> None:
    """Bring the snapshot of a person up to date; what the group wrote stays."""
    for name in _section(PlanPerson, ROSTER):
        setattr(person, name, facts[name])


def circumstances(
    dossier: Dossier,
    facts: dict[str, Any],
    *,
    visits: Sequence[Visit],
    requests: Sequence[str],
    method: str,
    on: date | None,
) -> Circumstances:
    """Return what wording is chosen by for this person."""
    done = [visit for visit in visits if visit.state == DONE and visit.on is not None]
    last = max(done, key=lambda visit: visit.on or date.min, default=None)
    return Circumstances(
        subject_id=dossier.subject.id,
        name=dossier.subject.name,
        unit=facts["unit"],
        person_type=dossier.subject.person_type,
        sanctions=facts["sanctions"],
        regimes=frozenset(sanction.regime for sanction in dossier.sanctions),
        kinds=frozenset(sanction.kind for sanction in dossier.sanctions),
        last_day=facts["last_day"],
        last_visit=f"{display(last.on)}{last.method}回访" if last else "",
        requests=tuple(requests),
        method=method,
        on=on,
    )
