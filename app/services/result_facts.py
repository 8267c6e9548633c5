"""The facts of finished visits that results, chains and accounts are read from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.domain.filing import FilingEntry
from app.domain.outcome import Feedback, Outcome, OutcomeAct, UnitReminder
from app.domain.result_stage import ResultFacts
from app.domain.visit import DONE, Visit
from app.services.ports import UnitOfWork


def result_facts(
    uow: UnitOfWork, subject_ids: Iterable[int] | None = None
) -> dict[int, ResultFacts]:
    """Return the facts of every finished visit by its id, in an open unit of work: six statements.

    No long text is read: neither stages nor counts depend on what was written.
    """
    own: dict[str, Any] = {}
    if subject_ids is not None:
        own = {"subject_id": tuple(dict.fromkeys(subject_ids))}
    found = {
        one.id or 0: ResultFacts(one) for one in uow.repository(Visit).outline(state=DONE, **own)
    }
    by_outcome: dict[int | None, ResultFacts] = {}
    for outcome in uow.repository(Outcome).outline(**own):
        if (facts := found.get(outcome.visit_id or 0)) is not None:
            facts.outcome = outcome
            by_outcome[outcome.id] = facts
    for act in uow.repository(OutcomeAct).outline(**own):
        if (facts := by_outcome.get(act.outcome_id)) is not None:
            facts.acts.append(act)
    parts: Iterable[tuple[type, str]] = ((Feedback, "feedbacks"), (UnitReminder, "reminders"))
    for entity, name in parts:
        found_parts: Iterable[Any] = uow.repository(entity).outline(**own)
        for part in found_parts:
            if (facts := found.get(part.visit_id or 0)) is not None:
                getattr(facts, name).append(part)
    for entry in uow.repository(FilingEntry).outline(**own):
        if (facts := found.get(entry.visit_id or 0)) is not None:
            facts.entry = entry
    for facts in found.values():
        facts.acts.sort(key=lambda one: (one.position or 0, one.id or 0))
    return found
