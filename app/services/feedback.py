"""Feedback, letters to the unit with their replies, and who asked for a result: each on record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, TypeVar

from app.domain.audit import Act
from app.domain.fields import Problem
from app.domain.outcome import (
    DECIDED,
    TO_PERSON,
    URGE,
    Feedback,
    Outcome,
    ResultUse,
    UnitReminder,
    WholeOutcome,
    feedback_problems,
    reminder_problems,
    use_problems,
)
from app.domain.outcome_words import feedback_words, reminder_words, use_words
from app.domain.visit import DONE, Visit
from app.services.dossiers import load_dossier
from app.services.filing_lock import refuse_if_filed
from app.services.gatekeeping import Law, NotPossible
from app.services.parts import differences, values
from app.services.plan_drafting import person_facts
from app.services.ports import Changes, UnitOfWork, wanted

Record = TypeVar("Record", Feedback, UnitReminder)


def new_feedback(whole: WholeOutcome, audience: str, *, by: str, today: date) -> Feedback:
    """Return a feedback with everything proposed that is known; it is not saved yet."""
    return Feedback(
        subject_id=whole.outcome.subject_id,
        visit_id=whole.outcome.visit_id,
        audience=audience,
        on=today,
        by=by,
        receiver=whole.name if audience == TO_PERSON else "",
        content=feedback_words(whole, audience),
    )


def new_unit_reminder(whole: WholeOutcome, kind: str = URGE, *, law: Law) -> UnitReminder:
    """Return a letter to the unit with problem, demand and reply date proposed; not saved yet."""
    days = law.settings.reply_days if law.settings.reply_days is not None else 30
    problem, demand = reminder_words(whole, kind)
    return UnitReminder(
        subject_id=whole.outcome.subject_id,
        visit_id=whole.outcome.visit_id,
        kind=kind,
        recipient=f"{whole.unit}党组织"[:80],
        problem=problem,
        demand=demand,
        reply_by=law.today + timedelta(days=days),
    )


def record_feedback(feedback: Feedback, *, uow: UnitOfWork, today: date) -> Changes:
    """Enter that a result was fed back: to whom, how, when, by whom. Only this counts as feedback.

    Raises ``NotPossible`` naming what is missing, and before the result is decided.
    """
    return _keep(feedback, "反馈", feedback_problems, uow=uow, today=today)


def remove_feedback(feedback_id: int, reason: str, *, uow: UnitOfWork) -> Changes:
    """Take away a feedback that was entered by mistake, for a reason."""
    reason = wanted(reason, "撤销反馈记录须写明理由，请填写后再撤销")
    with uow:
        feedback = uow.repository(Feedback).get(feedback_id)
        refuse_if_filed(uow, visit_id=feedback.visit_id)
        uow.repository(Feedback).remove(feedback)
        uow.record(Act("撤销反馈记录", "Feedback", feedback_id, reason, values(feedback)))
        return uow.commit()


def save_unit_reminder(letter: UnitReminder, *, uow: UnitOfWork, today: date) -> Changes:
    """Keep a letter to the unit: drafted, sent with a reply date, answered.

    A letter that was sent says for ever what it said: only the reply is added to it. Raises
    ``NotPossible`` naming what is missing.
    """
    if letter.id is not None:
        with uow:
            before = uow.repository(UnitReminder).get(letter.id)
        fixed = ("kind", "recipient", "problem", "demand")
        if before.sent_on and any(getattr(before, one) != getattr(letter, one) for one in fixed):
            raise NotPossible("函件已经发出，内容不能再改；有新情况的，请另发一份")
    return _keep(letter, "督促提醒函", reminder_problems, uow=uow, today=today)


def remove_unit_reminder(letter_id: int, reason: str, *, uow: UnitOfWork) -> Changes:
    """Take away a letter that was never sent."""
    reason = wanted(reason, "删除函稿须写明理由，请填写后再删除")
    with uow:
        letter = uow.repository(UnitReminder).get(letter_id)
        refuse_if_filed(uow, visit_id=letter.visit_id)
        if letter.sent_on is not None:
            raise NotPossible("函件已经发出，应当留存，不能删除")
        uow.repository(UnitReminder).remove(letter)
        uow.record(Act("删除督促提醒函稿", "UnitReminder", letter_id, reason, values(letter)))
        return uow.commit()


def _keep(
    record: Record,
    title: str,
    check: Callable[..., list[Problem]],
    *,
    uow: UnitOfWork,
    today: date,
) -> Changes:
    kind: Any = type(record)
    with uow:
        repository = uow.repository(kind)
        before: Any = repository.get(record.id) if record.id is not None else None
        visit_id = before.visit_id if before is not None else record.visit_id
        visit = uow.repository(Visit).get(visit_id or 0)
        refuse_if_filed(uow, visit_id=visit_id)
        if not uow.repository(Outcome).where(visit_id=visit_id, state=DECIDED):
            raise NotPossible(f"请先确定此次回访的结果，再登记{title}（办法第九条）")
        kept = uow.copy_of(record)
        kept.visit_id, kept.subject_id = visit_id, visit.subject_id
        if found := check(kept, visit, today=today):
            raise NotPossible("；".join(one.message for one in found) + "。")
        details = differences(before, kept)
        if before is not None and not details and before.revision == kept.revision:
            return frozenset()
        id_ = repository.put(kept)
        act = f"登记{title}" if before is None else f"更正{title}记录"
        uow.record(Act(act, kind.__name__, id_, details=details))
        return uow.commit()


# ---------------------------------------------------------------- who asked


def new_use(
    subject_id: int, kind: str = "", *, by: str = "", uow: UnitOfWork, law: Law
) -> ResultUse:
    """Return a record of somebody asking, with a reply drafted of facts alone; not saved yet."""
    with uow:
        dossier = load_dossier(uow, subject_id)
        visits = [
            one
            for one in uow.repository(Visit).where(subject_id=subject_id, state=DONE)
            if one.on is not None
        ]
        facts = person_facts(dossier, law, visits=visits)
        outcomes = {
            one.visit_id: one
            for one in uow.repository(Outcome).where(subject_id=subject_id, state=DECIDED)
        }
    visits.sort(key=lambda one: (one.on or date.max, one.id or 0))
    return ResultUse(
        subject_id=subject_id,
        kind=kind,
        asked_on=law.today,
        due_on=law.today + timedelta(days=USE_DAYS),
        replied_by=by,
        reply=use_words(facts, [(visit, outcomes.get(visit.id)) for visit in visits]),
    )


USE_DAYS = 10
"""Within how many days an answer is proposed: the office's habit."""


def save_use(use: ResultUse, *, uow: UnitOfWork, today: date) -> Changes:
    """Keep who asked, for what, and what was answered. Raises ``NotPossible`` naming what is missing."""
    with uow:
        repository = uow.repository(ResultUse)
        before = repository.get(use.id) if use.id is not None else None
        kept = uow.copy_of(use)
        if before is not None:
            kept.subject_id = before.subject_id
        load_dossier(uow, kept.subject_id or 0)
        if found := use_problems(kept, today=today):
            raise NotPossible("；".join(one.message for one in found) + "。")
        details = differences(before, kept)
        if before is not None and not details and before.revision == kept.revision:
            return frozenset()
        id_ = repository.put(kept)
        name = "登记结果使用" if before is None else "修改结果使用记录"
        if kept.replied_on is not None and (before is None or before.replied_on is None):
            name = "答复结果使用询问"
        uow.record(Act(name, "ResultUse", id_, details=details))
        return uow.commit()


def uses_of(subject_id: int, *, uow: UnitOfWork) -> Sequence[ResultUse]:
    """Return who ever asked for this person's results, the latest first."""
    with uow:
        found = uow.repository(ResultUse).where(subject_id=subject_id)
    return sorted(found, key=lambda one: (one.asked_on or date.max, one.id or 0), reverse=True)


def open_use(use_id: int, *, uow: UnitOfWork) -> ResultUse:
    """Return a fresh copy. Raises ``MissingRecord``."""
    with uow:
        return uow.repository(ResultUse).get(use_id)
