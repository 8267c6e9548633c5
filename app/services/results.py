"""Results of visits: proposed from the form, decided, taken back with a reason; the acts they demand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.domain.audit import Act
from app.domain.filing import FilingEntry
from app.domain.gates import Exemption
from app.domain.outcome import (
    BY_RECORD,
    DECIDED,
    DRAFTING,
    OUTCOMES,
    Feedback,
    Outcome,
    OutcomeAct,
    ResultUse,
    UnitReminder,
    WholeOutcome,
    act_problems,
    act_state,
    demanded,
    due_day,
    outcome_obstacles,
    proposed_grounds,
)
from app.domain.registration_form import RegistrationForm
from app.domain.visit import DONE, Visit
from app.services.dossiers import load_dossier
from app.services.filing_lock import refuse_if_filed
from app.services.gatekeeping import Law, NotPossible, pass_gates
from app.services.parts import differences, same, values
from app.services.ports import Changes, StaleData, UnitOfWork, wanted


def result_of_visit(
    visit_id: int, *, who: str = "", uow: UnitOfWork, law: Law
) -> tuple[int, Changes]:
    """Return the id of the visit's result, begun with the grounds that its form gives.

    The volume for filing is begun with it. Raises ``NotPossible`` unless the visit is done.
    """
    with uow:
        visit = uow.repository(Visit).get(visit_id)
        known = uow.repository(Outcome).where(visit_id=visit_id)
        if known:
            return known[0].id or 0, frozenset()
        if visit.state != DONE:
            raise NotPossible(f"此次回访{visit.state}，请先办理完成，再认定结果（办法第九条）")
        subject = load_dossier(uow, visit.subject_id or 0).subject
        outcome_id = uow.repository(Outcome).put(
            Outcome(
                subject_id=visit.subject_id,
                visit_id=visit_id,
                grounds=proposed_grounds(_form(uow, visit)),
                decided_on=law.today,
                decided_by=who,
            )
        )
        on = f"{visit.on:%Y年}" if visit.on else ""
        uow.repository(FilingEntry).put(
            FilingEntry(
                subject_id=visit.subject_id,
                visit_id=visit_id,
                title=f"{subject.name}{on}回访关爱材料"[:120],
                custody="永久",
                compiled_by=who,
                handed_by=who,
            )
        )
        uow.record(Act("开始认定回访结果", "Outcome", outcome_id, details={"回访": visit_id}))
        return outcome_id, uow.commit()


def _form(uow: UnitOfWork, visit: Visit) -> RegistrationForm | None:
    return uow.repository(RegistrationForm).get(visit.form_id) if visit.form_id else None


def load_result(uow: UnitOfWork, outcome_id: int) -> WholeOutcome:
    """Return a result with all that belongs to it, in an open unit of work."""
    outcome = uow.repository(Outcome).get(outcome_id)
    visit = uow.repository(Visit).get(outcome.visit_id or 0)
    subject = load_dossier(uow, outcome.subject_id or 0).subject
    acts = uow.repository(OutcomeAct).where(outcome_id=outcome_id)
    feedbacks = uow.repository(Feedback).where(visit_id=outcome.visit_id)
    letters = uow.repository(UnitReminder).where(visit_id=outcome.visit_id)
    return WholeOutcome(
        outcome,
        visit,
        name=subject.name,
        unit=subject.unit.strip() or subject.workplace.strip(),
        form=_form(uow, visit),
        acts=sorted(acts, key=lambda one: (one.position or 0, one.id or 0)),
        feedbacks=tuple(sorted(feedbacks, key=lambda one: (one.on or date.max, one.id or 0))),
        reminders=tuple(letters),
        uses=tuple(uow.repository(ResultUse).where(subject_id=outcome.subject_id)),
        exemptions=tuple(uow.repository(Exemption).where(visit_id=outcome.visit_id)),
    )


def open_result(outcome_id: int, *, uow: UnitOfWork) -> WholeOutcome:
    """Return a fresh copy of a result, for editing. Raises ``MissingRecord``."""
    with uow:
        return load_result(uow, outcome_id)


_NOT_TYPED = ("state", "subject_id", "visit_id")


def save_result(outcome: Outcome, *, uow: UnitOfWork) -> Changes:
    """Keep what is typed of a result, complete or not, while it is not decided."""
    with uow:
        stored = uow.repository(Outcome).get(outcome.id or 0)
        if outcome.revision != stored.revision:
            raise StaleData(
                "此次回访的结果在您打开之后已被另行保存。"
                "为免覆盖，这次没有保存；请重新打开，对照后再改。"
            )
        kept = uow.copy_of(outcome)
        for name in _NOT_TYPED:
            setattr(kept, name, getattr(stored, name))
        if same(stored, kept):
            return frozenset()
        if stored.state == DECIDED:
            raise NotPossible("结果已经确定，不能直接改；需要更正的，请先“更正结果”并写明理由")
        refuse_if_filed(uow, visit_id=stored.visit_id)
        uow.repository(Outcome).put(kept)
        uow.record(Act("填写回访结果", "Outcome", outcome.id, details=differences(stored, kept)))
        return uow.commit()


def decide_outcome(
    outcome_id: int,
    *,
    exemptions: Sequence[Exemption] = (),
    seen: int | None = None,
    uow: UnitOfWork,
    law: Law,
) -> Changes:
    """Say that the result stands; what article 9 demands of it becomes acts with due dates.

    Raises ``GateClosed`` with everything missing or barred, ``NotPossible`` when it stands already.
    """
    with uow:
        whole = load_result(uow, outcome_id)
        outcome = whole.outcome
        refuse_if_filed(uow, visit_id=outcome.visit_id)
        if outcome.state == DECIDED:
            raise NotPossible("此次回访的结果已经确定，不必再办")
        if seen is not None and seen != outcome.revision:
            raise StaleData("此次回访的结果已被另行保存，请重新打开，看过之后再确定。")
        pass_gates(
            uow,
            outcome_obstacles(whole, today=law.today),
            given=exemptions,
            known=whole.exemptions,
            today=law.today,
            visit_id=outcome.visit_id,
        )
        outcome.state = DECIDED
        uow.repository(Outcome).put(outcome)
        added = _demand(uow, whole, law)
        details: dict[str, Any] = {
            "状态": [DRAFTING, DECIDED],
            "结果": outcome.item,
            "认定日期": str(outcome.decided_on),
            "办理事项": added,
        }
        if outcome.serious:
            details["情节严重"] = True
        uow.record(Act("确定回访结果", "Outcome", outcome_id, details=details))
        return uow.commit()


def _demand(uow: UnitOfWork, whole: WholeOutcome, law: Law) -> list[str]:
    """Add the acts that are demanded and not there; take away those of another result."""
    outcome = whole.outcome
    assert outcome.decided_on is not None
    kinds = demanded(outcome.item, serious=outcome.serious)
    everything = {kind for item in OUTCOMES for kind in demanded(item, serious=True)}
    repository = uow.repository(OutcomeAct)
    kept = []
    for act in whole.acts:
        begun = act_state(act, whole) is not None or act.note.strip() or act.waived.strip()
        if act.kind in everything and act.kind not in kinds and not begun:
            repository.remove(act)
        else:
            kept.append(act)
    here = {act.kind for act in kept}
    added = [kind for kind in kinds if kind not in here]
    for kind in added:
        repository.put(
            OutcomeAct(
                outcome_id=outcome.id,
                subject_id=outcome.subject_id,
                position=kinds.index(kind) + 1,
                kind=kind,
                due_on=due_day(kind, outcome.decided_on, law.settings),
            )
        )
    return added


def reopen_outcome(outcome_id: int, reason: str, *, uow: UnitOfWork) -> Changes:
    """Let a result be corrected, for a reason; its acts stay until it is decided again."""
    reason = wanted(reason, "更正回访结果须写明理由，请填写后再更正")
    with uow:
        outcome = uow.repository(Outcome).get(outcome_id)
        refuse_if_filed(uow, visit_id=outcome.visit_id)
        if outcome.state != DECIDED:
            raise NotPossible("此次回访的结果还没有确定，可以直接修改")
        outcome.state = DRAFTING
        uow.repository(Outcome).put(outcome)
        details = {"状态": [DECIDED, DRAFTING], "原结果": outcome.item}
        uow.record(Act("更正回访结果", "Outcome", outcome_id, reason, details))
        return uow.commit()


# ---------------------------------------------------------------- the acts


def save_act(act: OutcomeAct, *, uow: UnitOfWork, today: date) -> Changes:
    """Keep an act: its term, who does it, what came of it, or why it is let go.

    An act done by record (feedback, letter) is not ticked off here. Raises ``NotPossible`` naming
    what is missing or wrong.
    """
    with uow:
        repository = uow.repository(OutcomeAct)
        outcome = uow.repository(Outcome).get(act.outcome_id or 0)
        refuse_if_filed(uow, visit_id=outcome.visit_id)
        if outcome.state != DECIDED:
            raise NotPossible("请先确定此次回访的结果，再办理事项")
        before = repository.get(act.id) if act.id is not None else None
        kept = uow.copy_of(act)
        kept.subject_id = outcome.subject_id
        if before is not None:
            kept.kind = before.kind
        elif act.kind in BY_RECORD:
            raise NotPossible(f"“{act.kind}”由结果认定时列出，不必另加")
        if found := act_problems(kept, today=today):
            raise NotPossible("；".join(one.message for one in found) + "。")
        details = differences(before, kept)
        if before is not None and not details and before.revision == kept.revision:
            return frozenset()
        if kept.position is None:
            others = repository.where(outcome_id=act.outcome_id)
            kept.position = max((one.position or 0 for one in others), default=0) + 1
        act_id = repository.put(kept)
        name = "增加办理事项" if before is None else "办理事项"
        uow.record(Act(f"{name}：{kept.kind}"[:60], "OutcomeAct", act_id, kept.waived, details))
        return uow.commit()


def remove_act(act_id: int, reason: str, *, uow: UnitOfWork) -> Changes:
    """Take away an act that somebody added by mistake; what article 9 demands stays."""
    reason = wanted(reason, "移除事项须写明理由，请填写后再移除")
    with uow:
        act = uow.repository(OutcomeAct).get(act_id)
        outcome = uow.repository(Outcome).get(act.outcome_id or 0)
        refuse_if_filed(uow, visit_id=outcome.visit_id)
        if act.kind in demanded(outcome.item, serious=outcome.serious):
            raise NotPossible(f"“{act.kind}”是办法第九条要求的；不再办理的，请填写不再办理的理由")
        uow.repository(OutcomeAct).remove(act)
        uow.record(Act("移除办理事项", "OutcomeAct", act_id, reason, values(act)))
        return uow.commit()
