"""One step of a plan along the table of its ways: looked up, checked, and kept with its history."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.domain.audit import Act
from app.domain.plan import (
    APPROVE,
    CARRY_OUT,
    CLOSE,
    MOVE,
    REJECT,
    SUBMIT,
    TRANSITIONS,
    Plan,
    PlanStep,
    WholePlan,
)
from app.domain.signature import Signature
from app.services.gatekeeping import NotPossible
from app.services.plans import load_plan
from app.services.ports import StaleData, UnitOfWork


def plan_for(act: str, uow: UnitOfWork, plan_id: int, seen: int | None = None) -> WholePlan:
    whole = load_plan(uow, plan_id)
    if seen is not None and seen != whole.plan.revision:
        raise StaleData(
            f"方案“{whole.plan.title}”在您打开之后已被另行保存，请重新打开，看过之后再{act}。"
        )
    check_allowed(whole.plan, act)
    return whole


_INSTEAD = {
    APPROVE: "方案须先报审，再批准",
    REJECT: "只有待审批的方案才能退回",
    CARRY_OUT: "方案须先批准，再实施",
    CLOSE: "方案须先实施（全部对象已回访），再办结",
    MOVE: "待审批的请先撤回；已实施的不能改期",
    SUBMIT: "只有草稿和退回修改的方案才能报审",
}


def check_allowed(plan: Plan, act: str) -> None:
    if plan.state not in TRANSITIONS[act].sources:
        advice = _INSTEAD.get(act, "请刷新后再试")
        raise NotPossible(f"方案“{plan.title}”{plan.state}，不能{act}：{advice}")


def take_step(
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
    check_allowed(plan, act)
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
        said["签批方式"], said["签批日期"] = step.means, iso(step.on)
    uow.record(Act(f"方案{act}", "Plan", plan.id, step.opinion, said))


def iso(day: date | None) -> str:
    return day.isoformat() if day is not None else ""
