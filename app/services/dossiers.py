"""Reading people with everything that belongs to them, one or all, in four statements."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.domain.subject import Case, Dossier, Event, Sanction, Subject
from app.services.ports import MissingRecord, UnitOfWork


def load_dossiers(uow: UnitOfWork, subject_ids: Iterable[int] | None = None) -> dict[int, Dossier]:
    """Return the people with these ids (or everybody) by id; who is not there is left out."""
    some = None if subject_ids is None else tuple(dict.fromkeys(subject_ids))
    subjects = uow.repository(Subject).where(**({} if some is None else {"id": some}))
    own: dict[str, Any] = {} if some is None else {"subject_id": some}

    def grouped(parts: Iterable[Any]) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = {}
        for part in parts:
            found.setdefault(part.subject_id, []).append(part)
        return found

    cases = grouped(uow.repository(Case).where(**own))
    sanctions = grouped(uow.repository(Sanction).where(**own))
    events = grouped(uow.repository(Event).where(**own))
    return {
        subject.id: Dossier(
            subject,
            tuple(cases.get(subject.id, ())),
            tuple(sanctions.get(subject.id, ())),
            tuple(events.get(subject.id, ())),
        )
        for subject in subjects
        if subject.id is not None
    }


def load_dossier(uow: UnitOfWork, subject_id: int) -> Dossier:
    """Return one person. Raises ``MissingRecord``."""
    found = load_dossiers(uow, (subject_id,)).get(subject_id)
    if found is None:
        raise MissingRecord("此人已不在名册中，可能已被删除，请刷新后再试。")
    return found
