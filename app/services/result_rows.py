"""Results as lists show them and reminders tell them: what waits for a decision, feedback, an answer, the file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.ending import ARTICLE_OF, UNDER_WAY, Ending, EndingItem
from app.domain.fields import display
from app.domain.outcome import ResultUse
from app.domain.reminders import Reminder, is_set_aside
from app.domain.result_stage import STAGES, ResultFacts, due_things, stage, told
from app.domain.settings import Settings
from app.domain.subject import Subject
from app.services.endings import next_item
from app.services.ports import UnitOfWork
from app.services.result_facts import result_facts

USE_OPEN = "询问未答复"
ENDING_STEP = "期满办理"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One finished visit as the lists of results show it; ``outcome_id`` is ``None`` before it is begun."""

    visit_id: int
    outcome_id: int | None
    subject_id: int
    name: str
    unit: str
    on: date | None
    method: str
    stage: str
    item: str
    told_person_on: date | None
    told_unit_on: date | None
    next_words: str
    next_on: date | None
    file_number: str
    filed_on: date | None
    has_form: bool


def result_rows(
    *, uow: UnitOfWork, settings: Settings, subject_id: int | None = None
) -> list[ResultRow]:
    """Return the finished visits, by stage, what is due soonest first; filed ones last, newest first."""
    with uow:
        facts = result_facts(uow, None if subject_id is None else [subject_id])
        ids = tuple({one.visit.subject_id for one in facts.values()} - {None})
        people = {one.id: one for one in uow.repository(Subject).outline(id=ids)}
    rows = [_row(one, people.get(one.visit.subject_id), settings) for one in facts.values()]
    return sorted(
        rows,
        key=lambda r: (
            STAGES.index(r.stage),
            -r.filed_on.toordinal() if r.filed_on else 0,
            r.next_on or date.max,
            r.name,
        ),
    )


def _row(facts: ResultFacts, subject: Subject | None, settings: Settings) -> ResultRow:
    visit, entry = facts.visit, facts.entry
    due = min(due_things(facts, settings), key=lambda one: one.due_on, default=None)
    person, unit = told(facts)
    return ResultRow(
        visit.id or 0,
        facts.outcome.id if facts.outcome is not None else None,
        visit.subject_id or 0,
        subject.name if subject else "",
        subject.unit if subject else "",
        visit.on,
        visit.method,
        stage(facts),
        facts.outcome.item if facts.outcome is not None and facts.decided else "",
        person,
        unit,
        due.kind if due else "",
        due.due_on if due else None,
        entry.file_number if entry is not None and facts.filed else "",
        entry.filed_on if entry is not None and facts.filed else None,
        visit.form_id is not None,
    )


# ---------------------------------------------------------------- what is due


def result_reminders(*, uow: UnitOfWork, settings: Settings, today: date) -> list[Reminder]:
    """Return what of results, letters, questions, ends of periods and filing is due, soonest first."""
    with uow:
        facts = result_facts(uow)
        uses = uow.repository(ResultUse).outline(replied_on=None)
        endings = uow.repository(Ending).outline(state=UNDER_WAY)
        whose = {one.visit.subject_id for one in facts.values()}
        whose |= {one.subject_id for one in uses} | {one.subject_id for one in endings}
        people = uow.repository(Subject).outline(id=tuple(whose - {None}))
        names = {one.id: one.name for one in people}
        items: dict[int | None, list[EndingItem]] = {}
        for item in uow.repository(EndingItem).where(ending_id=tuple(one.id for one in endings)):
            items.setdefault(item.ending_id, []).append(item)

    def make(
        kind: str, about: str, subject_id: int | None, due: date, words: str, cited: str
    ) -> Reminder:
        digest = hashlib.sha256(f"{kind}|{about}|{due}".encode()).hexdigest()[:16]
        return Reminder(
            key=f"{kind}:{subject_id or 0}:{about}",
            subject_id=subject_id,
            name=names.get(subject_id, ""),
            kind=kind,
            due_on=due,
            days=(due - today).days,
            sentence=words,
            reference=cited,
            facts_digest=digest,
        )

    found = [
        make(
            thing.kind,
            f"{thing.about}@{thing.opens[0]}.{thing.opens[1]}",
            one.visit.subject_id,
            thing.due_on,
            thing.sentence,
            "办法第九条",
        )
        for one in facts.values()
        for thing in due_things(one, settings)
    ]
    for use in uses:
        words = f"{use.asked_by}{display(use.asked_on)}询问回访结果（{use.kind}），尚未答复"
        due = use.due_on or use.asked_on or today
        about = f"use:{use.id}@ResultUse.{use.id}"
        found.append(make(USE_OPEN, about, use.subject_id, due, words, "办法第九条"))
    for ending in endings:
        step = next_item(items.get(ending.id, []))
        if step is None or step.due_on is None:
            continue
        words = f"{ending.kind}：下一步“{step.title}”"
        about = f"ending:{ending.id}@Ending.{ending.id}"
        found.append(
            make(ENDING_STEP, about, ending.subject_id, step.due_on, words, ARTICLE_OF[ending.kind])
        )
    shown = [one for one in found if not is_set_aside(one, settings)]
    return sorted(shown, key=lambda one: (one.due_on, one.key))


# ---------------------------------------------------------------- who asked


@dataclass(frozen=True, slots=True)
class UseRow:
    """One question for a result as a list shows it."""

    id: int
    subject_id: int
    name: str
    kind: str
    asked_by: str
    purpose: str
    asked_on: date | None
    due_on: date | None
    replied_on: date | None


def use_rows(*, uow: UnitOfWork, subject_id: int | None = None) -> list[UseRow]:
    """Return who asked: what is not answered first, by due day; then the latest answers."""
    own: dict[str, Any] = {} if subject_id is None else {"subject_id": subject_id}
    with uow:
        uses = uow.repository(ResultUse).outline(**own)
        ids = tuple({one.subject_id for one in uses} - {None})
        names = {one.id: one.name for one in uow.repository(Subject).outline(id=ids)}
    rows = [
        UseRow(
            one.id or 0,
            one.subject_id or 0,
            names.get(one.subject_id, ""),
            one.kind,
            one.asked_by,
            one.purpose,
            one.asked_on,
            one.due_on,
            one.replied_on,
        )
        for one in uses
    ]
    return sorted(
        rows,
        key=lambda r: (
            r.replied_on is not None,
            -r.replied_on.toordinal() if r.replied_on else 0,
            r.due_on or date.max,
            r.id,
        ),
    )
