"""The way of a plan from draft to closed: one function per act, each through its gates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.domain.audit import Act
from app.domain.gates import NO_FORM, UNSIGNED, Exemption, Obstacle
from app.domain.plan import (
    APPROVE,
    APPROVED,
    CANCEL,
    CARRY_OUT,
    CLOSE,
    DRAFT,
    DROP,
    EDITABLE,
    MOVE,
    OPEN,
    REJECT,
    REPLACE,
    SUBMIT,
    TRANSITIONS,
    WITHDRAW,
    Plan,
    PlanMember,
    PlanPerson,
    PlanStep,
    TalkPoint,
    WholePlan,
)
from app.domain.signature import Signature, signature_obstacles
from app.domain.staff import Staff
from app.domain.visit import DONE, UNDER_WAY, Visit
from app.services.gatekeeping import GateClosed, Law, NotPossible, pass_gates, wanted
from app.services.plans import load_plan, plan_obstacles
from app.services.ports import Changes, StaleData, UnitOfWork

# ---------------------------------------------------------------- the acts


def submit_plan(
    plan_id: int,
    *,
    exemptions: Sequence[Exemption] = (),
    who: str = "",
    seen: int | None = None,
    uow: UnitOfWork,
    law: Law,
) -> Changes:
    """Put a plan before the approver; from here on its content stays as it is.

    Raises ``GateClosed`` with everything missing or barred; obstacles that a reason opens are
    passed by ``exemptions``, which are recorded. ``seen`` is the revision that the user looked at.
    """
    with uow:
        whole = _for(SUBMIT, uow, plan_id, seen)
        _pass_plan(uow, whole, law, exemptions)
        _step(uow, whole, SUBMIT, on=law.today, who=who or whole.plan.drafted_by)
        uow.repository(Plan).put(whole.plan)
        return uow.commit()


def withdraw_plan(
    plan_id: int, reason: str, *, who: str = "", uow: UnitOfWork, law: Law
) -> Changes:
    """Take a submitted plan back to a draft, with a reason."""
    reason = wanted(reason, "撤回方案须写明理由，请填写后再撤回")
    with uow:
        whole = _for(WITHDRAW, uow, plan_id)
        _step(uow, whole, WITHDRAW, on=law.today, who=who, opinion=reason)
        uow.repository(Plan).put(whole.plan)
        return uow.commit()


def approve_plan(
    plan_id: int,
    signature: Signature,
    *,
    account: str,
    exemptions: Sequence[Exemption] = (),
    seen: int | None = None,
    uow: UnitOfWork,
    law: Law,
) -> Changes:
    """Record that the plan was approved, and how that is proven.

    Everything is looked at once more, for the roster may have changed since it was submitted: at
    least two members, recusal, article 5 on the planned day. A new version takes the place of the
    one before it in the same transaction. Raises ``GateClosed`` and ``NotPossible``.
    """
    with uow:
        whole = _for(APPROVE, uow, plan_id, seen)
        submitted = whole.last(SUBMIT)
        staff = uow.repository(Staff).where()
        obstacles = signature_obstacles(
            signature,
            staff=staff,
            account=account,
            today=law.today,
            not_before=submitted.on if submitted else None,
        )
        _replace_former(uow, whole, law)
        _pass_plan(uow, whole, law, exemptions, obstacles)
        _step(uow, whole, APPROVE, signature=signature)
        uow.repository(Plan).put(whole.plan)
        return uow.commit()


def reject_plan(
    plan_id: int,
    opinion: str,
    *,
    who: str = "",
    on: date | None = None,
    uow: UnitOfWork,
    law: Law,
) -> Changes:
    """Send a submitted plan back with the approver's opinion; it can be mended and resubmitted."""
    opinion = wanted(opinion, "退回方案须写明意见，请填写后再退回")
    with uow:
        whole = _for(REJECT, uow, plan_id)
        submitted = whole.last(SUBMIT)
        on = on or law.today
        if on > law.today or (submitted and submitted.on and on < submitted.on):
            raise NotPossible("退回日期应在报审之后、今天之前，请核对")
        _step(uow, whole, REJECT, on=on, who=who, opinion=opinion)
        uow.repository(Plan).put(whole.plan)
        return uow.commit()


def move_plan(
    plan_id: int,
    on: date,
    reason: str = "",
    *,
    until: date | None = None,
    time: str | None = None,
    exemptions: Sequence[Exemption] = (),
    who: str = "",
    uow: UnitOfWork,
    law: Law,
) -> Changes:
    """Give a plan another day. Once it is approved that asks why, and the old day stays on record.

    The new day is held against article 5 and the period as on submitting. Raises ``GateClosed``,
    ``NoReason``, and ``NotPossible`` while the plan lies before the approver or is over.
    """
    with uow:
        whole = load_plan(uow, plan_id)
        plan = whole.plan
        if until is not None and until < on:
            raise NotPossible("结束日期早于回访日期，请核对")
        details: dict[str, Any] = {"回访日期": [_iso(plan.on), _iso(on)]}
        if (plan.until or until) and plan.until != until:
            details["结束日期"] = [_iso(plan.until), _iso(until)]
        if time is not None and time != plan.time:
            details["时间"] = [plan.time, time]
        if plan.state in EDITABLE:
            plan.on, plan.until = on, until
            plan.time = plan.time if time is None else time
            uow.repository(Plan).put(plan)
            uow.record(Act("修改方案", "Plan", plan_id, details=details))
            return uow.commit()
        _allowed(plan, MOVE)
        reason = wanted(reason, "方案已经批准，改期须写明理由，请填写后再改期")
        if any(visit.state == DONE for visit in uow.repository(Visit).where(plan_id=plan_id)):
            raise NotPossible(f"方案“{plan.title}”已开展回访，不能再改期")
        plan.on, plan.until = on, until
        plan.time = plan.time if time is None else time
        _pass_plan(uow, whole, law, exemptions)
        _step(uow, whole, MOVE, on=law.today, who=who, opinion=reason, details=details)
        uow.repository(Plan).put(whole.plan)
        return uow.commit()


def drop_person(
    plan_id: int, subject_id: int, reason: str, *, who: str = "", uow: UnitOfWork, law: Law
) -> Changes:
    """Say that one person of an approved plan will not be visited under it, and why.

    The person stays in the plan as dropped. When all others have been visited, the plan is
    carried out. Raises ``NotPossible`` when they were visited already or nobody would be left.
    """
    reason = wanted(reason, "不再实施的，须写明原因，请填写后再调整")
    with uow:
        whole = _for(DROP, uow, plan_id)
        person = next((one for one in whole.visited if one.subject_id == subject_id), None)
        if person is None:
            raise NotPossible("此人不在方案中，或已经调整出方案，请刷新后再试")
        visits = uow.repository(Visit).where(plan_id=plan_id, subject_id=subject_id)
        if any(visit.state in (DONE, UNDER_WAY) for visit in visits):
            raise NotPossible(f"{person.name}已按本方案开展回访，不能调整出方案")
        if len(whole.visited) == 1:
            raise NotPossible("方案中只剩这一名对象；不再实施的，请作废方案并写明理由")
        person.dropped = reason
        uow.repository(PlanPerson).put(person)
        details = {"不再实施": person.name}
        _step(uow, whole, DROP, on=law.today, who=who, opinion=reason, details=details)
        if _all_done(uow, whole):
            _step(uow, whole, CARRY_OUT, on=law.today)
        uow.repository(Plan).put(whole.plan)
        return uow.commit()


def cancel_plan(plan_id: int, reason: str, *, who: str = "", uow: UnitOfWork, law: Law) -> Changes:
    """Give a plan up, with a reason; it stays on record."""
    reason = wanted(reason, "作废方案须写明理由，请填写后再作废")
    with uow:
        whole = _for(CANCEL, uow, plan_id)
        visits = uow.repository(Visit).where(plan_id=plan_id, state=(UNDER_WAY, DONE))
        if visits:
            raise NotPossible(
                f"方案“{whole.plan.title}”已开展回访，不能作废；个别对象不再回访的，请调整对象"
            )
        _step(uow, whole, CANCEL, on=law.today, who=who, opinion=reason)
        uow.repository(Plan).put(whole.plan)
        return uow.commit()


def close_plan(
    plan_id: int,
    *,
    exemptions: Sequence[Exemption] = (),
    who: str = "",
    uow: UnitOfWork,
    law: Law,
) -> Changes:
    """Close a plan that was carried out: every visit has its form, or a reason why not."""
    with uow:
        whole = _for(CLOSE, uow, plan_id)
        visits = uow.repository(Visit).where(plan_id=plan_id, state=DONE)
        names = {person.subject_id: person.name for person in whole.people}
        obstacles = [
            Obstacle(
                NO_FORM,
                f"{names.get(visit.subject_id, '')}的回访尚未填写登记表（办法第八条第四项）",
                subject_id=visit.subject_id,
                field="form_id",
            )
            for visit in visits
            if visit.form_id is None
        ]
        pass_gates(
            uow,
            obstacles,
            given=exemptions,
            known=whole.exemptions,
            today=law.today,
            plan_id=plan_id,
        )
        _step(uow, whole, CLOSE, on=law.today, who=who)
        uow.repository(Plan).put(whole.plan)
        return uow.commit()


def revise_plan(
    plan_id: int, what_changed: str, *, who: str = "", uow: UnitOfWork, law: Law
) -> int:
    """Start a new version of an approved plan as a draft, saying what changes; return its id.

    The approved version stays in force until the new one is approved. Raises ``NotPossible``
    unless the plan is approved, and when another new version is on its way already.
    """
    what_changed = wanted(what_changed, "建立新版本须写明要改什么，请填写后再建立")
    with uow:
        old = load_plan(uow, plan_id)
        if old.plan.state != APPROVED:
            raise NotPossible(
                f"方案“{old.plan.title}”{old.plan.state}，只有已批准的方案才需要建立新版本"
            )
        for other in uow.repository(Plan).where(replaces_id=plan_id, state=OPEN):
            raise NotPossible(
                f"第{other.version}版正在{other.state}，请在该版本上修改，或先将其作废"
            )
        version = (old.plan.version or 1) + 1
        plan = replace(
            old.plan,
            id=None,
            revision=0,
            state=DRAFT,
            version=version,
            replaces_id=plan_id,
            what_changed=what_changed,
            drafted_on=law.today,
        )
        new_id = uow.repository(Plan).put(plan)
        parts: list[PlanPerson | PlanMember | TalkPoint | Exemption] = [
            *old.visited,
            *old.members,
            *old.points,
            *old.exemptions,
        ]
        for part in parts:
            repository: Any = uow.repository(type(part))
            repository.put(replace(part, id=None, revision=0, plan_id=new_id))
        details = {"取代": f"第{version - 1}版（编号{plan_id}）", "办理人": who}
        uow.record(Act(f"建立方案第{version}版", "Plan", new_id, what_changed, details))
        uow.commit()
    return new_id


def carry_out_if_done(uow: UnitOfWork, plan_id: int, law: Law, *, finished: int) -> None:
    """Mark the plan carried out once everybody in it was visited or dropped, in an open unit.

    ``finished`` is the person whose visit is finished in this very transaction.
    """
    whole = load_plan(uow, plan_id)
    if whole.plan.state == APPROVED and _all_done(uow, whole, finished):
        _step(uow, whole, CARRY_OUT, on=law.today)
        uow.repository(Plan).put(whole.plan)


def _all_done(uow: UnitOfWork, whole: WholePlan, finished: int | None = None) -> bool:
    visits = uow.repository(Visit).where(plan_id=whole.plan.id)
    if any(one.state == UNDER_WAY and one.subject_id != finished for one in visits):
        return False
    done = {one.subject_id for one in visits if one.state == DONE} | {finished}
    return all(person.subject_id in done for person in whole.visited)


# ---------------------------------------------------------------- inside


def _for(act: str, uow: UnitOfWork, plan_id: int, seen: int | None = None) -> WholePlan:
    whole = load_plan(uow, plan_id)
    if seen is not None and seen != whole.plan.revision:
        raise StaleData(
            f"方案“{whole.plan.title}”在您打开之后已被另行保存，请重新打开，看过之后再{act}。"
        )
    _allowed(whole.plan, act)
    return whole


_INSTEAD = {
    APPROVE: "方案须先报审，再批准",
    REJECT: "只有待审批的方案才能退回",
    CARRY_OUT: "方案须先批准，再实施",
    CLOSE: "方案须先实施（全部对象已回访），再办结",
    MOVE: "待审批的请先撤回；已实施的不能改期",
    SUBMIT: "只有草稿和退回修改的方案才能报审",
}


def _allowed(plan: Plan, act: str) -> None:
    if plan.state not in TRANSITIONS[act].sources:
        advice = _INSTEAD.get(act, "请刷新后再试")
        raise NotPossible(f"方案“{plan.title}”{plan.state}，不能{act}：{advice}")


def _step(
    uow: UnitOfWork,
    whole: WholePlan,
    act: str,
    *,
    on: date | None = None,
    who: str = "",
    opinion: str = "",
    signature: Signature | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Take one step of the table: state, history and log. The caller puts the plan, once."""
    plan = whole.plan
    _allowed(plan, act)
    assert plan.id is not None
    before = plan.state
    plan.state = TRANSITIONS[act].target or before
    step = PlanStep(
        plan_id=plan.id,
        act=act,
        from_state=before,
        to_state=plan.state,
        on=on,
        who=who,
        opinion=opinion,
        details=details or {},
    )
    if signature is not None:
        step.on, step.who, step.means = signature.on, signature.signer.strip(), signature.means
        step.opinion, step.scan = signature.opinion.strip(), signature.scan.strip()
    uow.repository(PlanStep).put(step)
    said: dict[str, Any] = {"状态": [before, plan.state], **step.details}
    if step.who:
        said["签批人或经办人"] = step.who
    if step.means:
        said["签批方式"], said["签批日期"] = step.means, _iso(step.on)
    uow.record(Act(f"方案{act}", "Plan", plan.id, step.opinion, said))


def _pass_plan(
    uow: UnitOfWork,
    whole: WholePlan,
    law: Law,
    exemptions: Sequence[Exemption],
    more: Sequence[Obstacle] = (),
) -> None:
    """Let the plan through every gate, recording the exemptions it needs."""
    pass_gates(
        uow,
        [*more, *plan_obstacles(uow, whole, law, exemptions)],
        given=exemptions,
        known=whole.exemptions,
        today=law.today,
        plan_id=whole.plan.id,
    )


def _replace_former(uow: UnitOfWork, whole: WholePlan, law: Law) -> None:
    """Take the version before this one out of force, if there is one."""
    former_id = whole.plan.replaces_id
    if former_id is None:
        return
    former = load_plan(uow, former_id)
    if former.plan.state != APPROVED:
        raise GateClosed(
            [
                Obstacle(
                    UNSIGNED,
                    f"第{former.plan.version}版{former.plan.state}，新版本不能再取代它；"
                    "请作废本版本，另行拟制方案",
                )
            ]
        )
    if uow.repository(Visit).where(plan_id=former_id, state=(UNDER_WAY, DONE)):
        raise NotPossible(
            f"第{former.plan.version}版已开展回访，新版本不能再取代它；请作废本版本，另行拟制方案"
        )
    _step(uow, former, REPLACE, on=law.today, details={"新版本": whole.plan.id})
    uow.repository(Plan).put(former.plan)


def _iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
