"""Approved plans until they are closed: people dropped from them, carried out, closed."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.gates import FORM_OPEN, NO_FORM, Exemption, Obstacle
from app.domain.plan import APPROVED, CARRY_OUT, CLOSE, DROP, Plan, PlanPerson, WholePlan
from app.domain.registration_form import DRAFT, RegistrationForm
from app.domain.visit import DONE, UNDER_WAY, Visit
from app.services.gatekeeping import Law, NotPossible, pass_gates
from app.services.plan_steps import plan_for, take_step
from app.services.plans import load_plan
from app.services.ports import Changes, UnitOfWork, wanted


def drop_person(
    plan_id: int, subject_id: int, reason: str, *, who: str = "", uow: UnitOfWork, law: Law
) -> Changes:
    """Say that one person of an approved plan will not be visited under it, and why.

    The person stays in the plan as dropped. When all others have been visited, the plan is
    carried out. Raises ``NotPossible`` when they were visited already or nobody would be left.
    """
    reason = wanted(reason, "不再实施的，须写明原因，请填写后再调整")
    with uow:
        whole = plan_for(DROP, uow, plan_id)
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
        take_step(uow, whole, DROP, on=law.today, who=who, opinion=reason, details=details)
        if _all_done(uow, whole):
            take_step(uow, whole, CARRY_OUT, on=law.today)
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
    """Close a plan that was carried out: every visit has its final form, or a reason why not."""
    with uow:
        whole = plan_for(CLOSE, uow, plan_id)
        visits = uow.repository(Visit).where(plan_id=plan_id, state=DONE)
        names = {person.subject_id: person.name for person in whole.people}
        ids = tuple(visit.form_id for visit in visits if visit.form_id is not None)
        drafts = {one.id for one in uow.repository(RegistrationForm).outline(id=ids, state=DRAFT)}
        obstacles = [
            Obstacle(
                NO_FORM if visit.form_id is None else FORM_OPEN,
                f"{names.get(visit.subject_id, '')}的"
                + (
                    "回访尚未填写登记表（办法第八条第四项）"
                    if visit.form_id is None
                    else "登记表还是草稿，请填写完毕后定稿（办法第八条第四项）"
                ),
                subject_id=visit.subject_id,
                field=f"visits.{visit.id}",
            )
            for visit in visits
            if visit.form_id is None or visit.form_id in drafts
        ]
        pass_gates(
            uow,
            obstacles,
            given=exemptions,
            known=whole.exemptions,
            today=law.today,
            plan_id=plan_id,
        )
        take_step(uow, whole, CLOSE, on=law.today, who=who)
        uow.repository(Plan).put(whole.plan)
        return uow.commit()


def carry_out_if_done(uow: UnitOfWork, plan_id: int, law: Law, *, finished: int) -> None:
    """Mark the plan carried out once everybody in it was visited or dropped, in an open unit.

    ``finished`` is the person whose visit is finished in this very transaction.
    """
    whole = load_plan(uow, plan_id)
    if whole.plan.state == APPROVED and _all_done(uow, whole, finished):
        take_step(uow, whole, CARRY_OUT, on=law.today)
        uow.repository(Plan).put(whole.plan)


def _all_done(uow: UnitOfWork, whole: WholePlan, finished: int | None = None) -> bool:
    visits = uow.repository(Visit).where(plan_id=whole.plan.id)
    if any(one.state == UNDER_WAY and one.subject_id != finished for one in visits):
        return False
    done = {one.subject_id for one in visits if one.state == DONE} | {finished}
    return all(person.subject_id in done for person in whole.visited)
