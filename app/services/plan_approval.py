"""The way of a plan from draft to approved: one function per act, each through its gates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.domain.audit import Act
from app.domain.gates import UNSIGNED, Exemption, Obstacle
from app.domain.plan import (
    APPROVE,
    APPROVED,
    CANCEL,
    DRAFT,
    EDITABLE,
    MOVE,
    OPEN,
    REJECT,
    REPLACE,
    SUBMIT,
    WITHDRAW,
    Plan,
    PlanMember,
    PlanPerson,
    TalkPoint,
    WholePlan,
)
from app.domain.signature import Signature, signature_obstacles
from app.domain.staff import Staff
from app.domain.visit import DONE, UNDER_WAY, Visit
from app.services.attachments import with_scan
from app.services.gatekeeping import GateClosed, Law, NotPossible, pass_gates
from app.services.plan_steps import check_allowed, iso, plan_for, take_step
from app.services.plans import load_plan, plan_obstacles
from app.services.ports import Changes, UnitOfWork, wanted

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
        whole = plan_for(SUBMIT, uow, plan_id, seen)
        _pass_plan(uow, whole, law, exemptions)
        take_step(uow, whole, SUBMIT, on=law.today, who=who or whole.plan.drafted_by)
        uow.repository(Plan).put(whole.plan)
        return uow.commit()


def withdraw_plan(
    plan_id: int, reason: str, *, who: str = "", uow: UnitOfWork, law: Law
) -> Changes:
    """Take a submitted plan back to a draft, with a reason."""
    reason = wanted(reason, "撤回方案须写明理由，请填写后再撤回")
    with uow:
        whole = plan_for(WITHDRAW, uow, plan_id)
        take_step(uow, whole, WITHDRAW, on=law.today, who=who, opinion=reason)
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
        whole = plan_for(APPROVE, uow, plan_id, seen)
        submitted = whole.last(SUBMIT)
        staff = uow.repository(Staff).where()
        signature = with_scan(uow, signature, Plan, plan_id)
        obstacles = signature_obstacles(
            signature,
            staff=staff,
            account=account,
            today=law.today,
            not_before=submitted.on if submitted else None,
        )
        _replace_former(uow, whole, law)
        _pass_plan(uow, whole, law, exemptions, obstacles)
        take_step(uow, whole, APPROVE, signature=signature)
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
        whole = plan_for(REJECT, uow, plan_id)
        submitted = whole.last(SUBMIT)
        on = on or law.today
        if on > law.today or (submitted and submitted.on and on < submitted.on):
            raise NotPossible("退回日期应在报审之后、今天之前，请核对")
        take_step(uow, whole, REJECT, on=on, who=who, opinion=opinion)
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
        details: dict[str, Any] = {"回访日期": [iso(plan.on), iso(on)]}
        if (plan.until or until) and plan.until != until:
            details["结束日期"] = [iso(plan.until), iso(until)]
        if time is not None and time != plan.time:
            details["时间"] = [plan.time, time]
        if plan.state in EDITABLE:
            plan.on, plan.until = on, until
            plan.time = plan.time if time is None else time
            uow.repository(Plan).put(plan)
            uow.record(Act("修改方案", "Plan", plan_id, details=details))
            return uow.commit()
        check_allowed(plan, MOVE)
        reason = wanted(reason, "方案已经批准，改期须写明理由，请填写后再改期")
        if any(visit.state == DONE for visit in uow.repository(Visit).where(plan_id=plan_id)):
            raise NotPossible(f"方案“{plan.title}”已开展回访，不能再改期")
        plan.on, plan.until = on, until
        plan.time = plan.time if time is None else time
        _pass_plan(uow, whole, law, exemptions)
        take_step(uow, whole, MOVE, on=law.today, who=who, opinion=reason, details=details)
        uow.repository(Plan).put(whole.plan)
        return uow.commit()


def cancel_plan(plan_id: int, reason: str, *, who: str = "", uow: UnitOfWork, law: Law) -> Changes:
    """Give a plan up, with a reason; it stays on record."""
    reason = wanted(reason, "作废方案须写明理由，请填写后再作废")
    with uow:
        whole = plan_for(CANCEL, uow, plan_id)
        visits = uow.repository(Visit).where(plan_id=plan_id, state=(UNDER_WAY, DONE))
        if visits:
            raise NotPossible(
                f"方案“{whole.plan.title}”已开展回访，不能作废；个别对象不再回访的，请调整对象"
            )
        take_step(uow, whole, CANCEL, on=law.today, who=who, opinion=reason)
        uow.repository(Plan).put(whole.plan)
        return uow.commit()


def revise_plan(
    plan_id: int, what_changed: str, *, who: str = "", uow: UnitOfWork, law: Law
) -> Changes:
    """Start a new version of an approved plan as a draft, saying what changes (``id_of`` gives its id).

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
        return uow.commit()


# ---------------------------------------------------------------- inside


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
    take_step(uow, former, REPLACE, on=law.today, details={"新版本": whole.plan.id})
    uow.repository(Plan).put(former.plan)
