"""Visits: begun from an approved plan, recorded, finished; the exceptions that were needed stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.audit import Act
from app.domain.fields import Problem, display
from app.domain.gates import BEFORE_APPROVAL, NO_PLAN, Exemption, Obstacle, still_closed
from app.domain.plan import APPROVE, APPROVED, ON_SITE, PERSON, WholePlan
from app.domain.registration_form import RegistrationForm
from app.domain.request import Request
from app.domain.staff import Staff
from app.domain.visit import (
    CALLED_OFF,
    DONE,
    UNDER_WAY,
    Contact,
    Deviation,
    Participant,
    Talk,
    Visit,
    WholeVisit,
    deviations,
    visit_obstacles,
    visit_problems,
)
from app.services.dossiers import load_dossier
from app.services.filing_lock import refuse_if_filed
from app.services.gatekeeping import Law, NotPossible, pass_gates
from app.services.parts import differences, keep_parts, same
from app.services.plan_carrying_out import carry_out_if_done
from app.services.plans import load_plan
from app.services.ports import Changes, StaleData, UnitOfWork, wanted


def begin_visit(
    subject_id: int,
    plan_id: int | None = None,
    *,
    exemptions: Sequence[Exemption] = (),
    uow: UnitOfWork,
    law: Law,
) -> Changes:
    """Start the visit to one person (``id_of`` gives its id), with everything planned filled in.

    Without a plan it needs an exemption with reason and approver. Raises ``GateClosed``, and
    ``NotPossible`` while the plan is not approved or the person is not (any more) in it.
    """
    with uow:
        dossier = load_dossier(uow, subject_id)
        visit = Visit(subject_id=subject_id, plan_id=plan_id, method=ON_SITE)
        participants: list[Participant] = []
        talks: list[Talk] = []
        obstacles: list[Obstacle] = []
        if plan_id is None:
            visit.on = law.today
            obstacles.append(no_plan(subject_id, dossier.subject.name))
            obstacles += law.obstacles(dossier, law.today)
        else:
            whole = load_plan(uow, plan_id)
            _may_begin(uow, whole, subject_id)
            plan = whole.plan
            visit.method, visit.on, visit.until = plan.method, plan.on, plan.until
            visit.time = plan.time
            visit.place = plan.place if plan.method == ON_SITE else ""
            participants = [
                Participant(
                    staff_id=member.staff_id,
                    name=member.name,
                    post=f"{member.department}{member.post}",
                    part=member.part,
                )
                for member in whole.members
            ]
            talks = _prepared_talks(whole, subject_id)
        visit_id = uow.repository(Visit).put(visit)
        pass_gates(uow, obstacles, given=exemptions, today=law.today, visit_id=visit_id)
        for number, participant in enumerate(participants, 1):
            participant.visit_id, participant.position = visit_id, number
        uow.repository(Participant).put_all(participants)
        for number, talk in enumerate(talks, 1):
            talk.visit_id, talk.position = visit_id, number
        uow.repository(Talk).put_all(talks)
        details = {"回访对象": subject_id, "方案": plan_id, "方式": visit.method}
        uow.record(Act("开始回访", "Visit", visit_id, details=details))
        return uow.commit()


def no_plan(subject_id: int, name: str) -> Obstacle:
    """Return the obstacle that a visit without a plan meets."""
    return Obstacle(
        NO_PLAN,
        f"{name}没有已批准的回访工作方案，应先制定方案并报学校纪委主要负责人审核同意（办法第八条第二项）",
        subject_id=subject_id,
        field="plan_id",
    )


def _may_begin(uow: UnitOfWork, whole: WholePlan, subject_id: int) -> None:
    plan = whole.plan
    if plan.state != APPROVED:
        raise NotPossible(
            f"方案“{plan.title}”{plan.state}，须经学校纪委主要负责人审核同意后才能开展回访"
            "（办法第八条第二项）"
        )
    person = next((one for one in whole.people if one.subject_id == subject_id), None)
    if person is None:
        raise NotPossible(f"方案“{plan.title}”中没有这名回访对象，请核对")
    if person.dropped:
        raise NotPossible(f"{person.name}已调整出方案“{plan.title}”：{person.dropped}")
    visits = uow.repository(Visit).where(plan_id=plan.id, subject_id=subject_id)
    for visit in visits:
        if visit.state in (UNDER_WAY, DONE):
            raise NotPossible(f"{person.name}按方案“{plan.title}”的回访{visit.state}，不必重新开始")


def _prepared_talks(whole: WholePlan, subject_id: int) -> list[Talk]:
    """Return an empty talk with the person whose questions are the plan's points."""
    if whole.plan.method != ON_SITE:
        return []
    person = next(one for one in whole.people if one.subject_id == subject_id)
    leader = next((one.name for one in whole.members if one.leader), "")
    others = [one.name for one in whole.members if one.name != leader]
    questions = [
        {"question": point.words, "answer": ""}
        for point in whole.points
        if point.audience == PERSON and point.subject_id in (None, subject_id)
    ]
    return [
        Talk(
            audience=PERSON,
            name=person.name,
            post=person.workplace,
            on=whole.plan.on,
            place=whole.plan.place,
            talker=leader,
            recorder=others[0] if others else "",
            exchanges=questions,
        )
    ]


def load_visit(uow: UnitOfWork, visit_id: int) -> WholeVisit:
    """Return a visit with all its parts, inside an open unit of work. Raises ``MissingRecord``."""
    visit = uow.repository(Visit).get(visit_id)

    def by_position(part: Any) -> tuple[int, int]:
        return part.position or 0, part.id

    return WholeVisit(
        visit,
        sorted(uow.repository(Participant).where(visit_id=visit_id), key=by_position),
        sorted(uow.repository(Talk).where(visit_id=visit_id), key=by_position),
        sorted(uow.repository(Contact).where(visit_id=visit_id), key=by_position),
        tuple(uow.repository(Request).where(subject_id=visit.subject_id)),
        tuple(uow.repository(Exemption).where(visit_id=visit_id)),
    )


def open_visit(visit_id: int, *, uow: UnitOfWork) -> WholeVisit:
    """Return a fresh copy of a visit, for editing. Raises ``MissingRecord``.

    ``requests`` are all of the person's, so that open ones of earlier visits come back.
    """
    with uow:
        return load_visit(uow, visit_id)


def visits_of(subject_id: int, *, uow: UnitOfWork) -> Sequence[Visit]:
    """Return a person's visits, the latest first."""
    with uow:
        found = uow.repository(Visit).where(subject_id=subject_id)
    return sorted(found, key=lambda one: (one.on or date.max, one.id or 0), reverse=True)


def save_visit(whole: WholeVisit, reason: str = "", *, uow: UnitOfWork) -> Changes:
    """Keep a visit as it is, complete or not: head, participants, talks, calls and letters.

    State, plan and form are not taken from ``whole``. A visit that is finished is corrected only
    with a ``reason``. Raises ``NotPossible``, ``NoReason`` and ``StaleData``.
    """
    visit = whole.visit
    if visit.id is None:
        raise NotPossible("回访须先由方案开始，再作记录")
    with uow:
        stored = load_visit(uow, visit.id)
        head = stored.visit
        if head.state == CALLED_OFF:
            raise NotPossible(f"此次回访未成行（{head.called_off}），不能再作记录")
        refuse_if_filed(uow, visit_id=visit.id)
        if visit.revision != head.revision:
            raise StaleData(
                "此次回访的记录在您打开之后已被另行保存。"
                "为免覆盖，这次没有保存；请重新打开，对照后再改。"
            )
        kept = uow.copy_of(visit)
        for name in _NOT_TYPED:
            setattr(kept, name, getattr(head, name))
        details = _keep_visit_parts(uow, whole, stored)
        if not details and same(head, kept):
            return frozenset()
        if head.state == DONE:
            reason = wanted(reason, "回访已经完成，更正记录须写明理由，请填写后再保存")
        details = {**differences(head, kept), **details}
        uow.repository(Visit).put(kept)
        act = "更正回访记录" if head.state == DONE else "记录回访"
        uow.record(Act(act, "Visit", visit.id, reason, details))
        changes = uow.commit()
    for name in _NOT_TYPED:
        setattr(visit, name, getattr(kept, name))
    return changes


_NOT_TYPED = ("state", "subject_id", "plan_id", "form_id", "called_off")
"""Fields of a visit that only acts change."""


def _keep_visit_parts(uow: UnitOfWork, whole: WholeVisit, stored: WholeVisit) -> dict[str, Any]:
    assert stored.visit.id is not None
    visit_id = stored.visit.id
    details = keep_parts(
        uow,
        Participant,
        whole.participants,
        stored.participants,
        owner="visit_id",
        owner_id=visit_id,
        title=lambda one: f"回访人员{one.name}",
    )
    details |= keep_parts(
        uow,
        Talk,
        whole.talks,
        stored.talks,
        owner="visit_id",
        owner_id=visit_id,
        title=lambda one: f"与{one.audience}{one.name}的谈话",
    )
    return details | keep_parts(
        uow,
        Contact,
        whole.contacts,
        stored.contacts,
        owner="visit_id",
        owner_id=visit_id,
        title=lambda one: f"{one.method}{one.name}",
    )


# ---------------------------------------------------------------- checking and finishing


@dataclass(frozen=True, slots=True)
class VisitCheck:
    """What is missing in a visit, what bars finishing it, and how it differs from the plan."""

    problems: tuple[Problem, ...]
    obstacles: tuple[Obstacle, ...]
    deviations: tuple[Deviation, ...]


def check_visit(whole: WholeVisit, *, uow: UnitOfWork, law: Law) -> VisitCheck:
    """Return what is missing, barred or otherwise than planned, of the visit as typed."""
    with uow:
        plan = _plan_of(uow, whole.visit)
        obstacles = _obstacles(uow, whole, plan, law)
    known = [*whole.exemptions, *(plan.exemptions if plan else ())]
    return VisitCheck(
        tuple(visit_problems(whole, today=law.today)),
        tuple(still_closed(obstacles, known)),
        tuple(deviations(whole, plan) if plan else ()),
    )


def _plan_of(uow: UnitOfWork, visit: Visit) -> WholePlan | None:
    return load_plan(uow, visit.plan_id) if visit.plan_id is not None else None


def _obstacles(
    uow: UnitOfWork, whole: WholeVisit, plan: WholePlan | None, law: Law
) -> list[Obstacle]:
    visit = whole.visit
    found = visit_obstacles(whole, today=law.today)
    assert visit.subject_id is not None
    dossier = load_dossier(uow, visit.subject_id)
    if plan is None:
        found.append(no_plan(visit.subject_id, dossier.subject.name))
    elif (approved := plan.last(APPROVE)) and approved.on and visit.on and visit.on < approved.on:
        found.append(
            Obstacle(
                BEFORE_APPROVAL,
                f"回访日期{display(visit.on)}早于方案批准日期{display(approved.on)}，请核对",
                subject_id=visit.subject_id,
                field="on",
            )
        )
    return found + (law.obstacles(dossier, visit.on) if visit.on else [])


def finish_visit(
    visit_id: int,
    *,
    exemptions: Sequence[Exemption] = (),
    seen: int | None = None,
    uow: UnitOfWork,
    law: Law,
) -> Changes:
    """Say that a visit is done; with the last one of its plan, the plan is carried out.

    Exemptions recorded for the plan count, for they were given before its approval. Raises
    ``GateClosed`` with everything missing or barred, ``NotPossible`` when it is not under way.
    """
    with uow:
        whole = load_visit(uow, visit_id)
        visit = whole.visit
        if visit.state != UNDER_WAY:
            raise NotPossible(f"此次回访{visit.state}，不能再办理完成")
        if seen is not None and seen != visit.revision:
            raise StaleData("此次回访的记录已被另行保存，请重新打开，看过之后再办理完成。")
        plan = _plan_of(uow, visit)
        pass_gates(
            uow,
            _obstacles(uow, whole, plan, law),
            given=exemptions,
            known=[*whole.exemptions, *(plan.exemptions if plan else ())],
            today=law.today,
            visit_id=visit_id,
        )
        visit.state = DONE
        uow.repository(Visit).put(visit)
        details: dict[str, Any] = {"状态": [UNDER_WAY, DONE], "回访日期": str(visit.on)}
        if plan is not None:
            details["与方案不一致"] = [one.what for one in deviations(whole, plan)]
        uow.record(Act("完成回访", "Visit", visit_id, details=details))
        if visit.plan_id is not None and visit.subject_id is not None:
            carry_out_if_done(uow, visit.plan_id, law, finished=visit.subject_id)
        return uow.commit()


def call_off_visit(visit_id: int, reason: str, *, uow: UnitOfWork) -> Changes:
    """Say that a visit did not come about, and why; it can be begun again under the same plan."""
    reason = wanted(reason, "回访未成行的，须写明原因，请填写后再登记")
    with uow:
        visit = uow.repository(Visit).get(visit_id)
        if visit.state != UNDER_WAY:
            raise NotPossible(f"此次回访{visit.state}，不能登记为未成行")
        visit.state, visit.called_off = CALLED_OFF, reason
        uow.repository(Visit).put(visit)
        details = {"状态": [UNDER_WAY, CALLED_OFF]}
        uow.record(Act("回访未成行", "Visit", visit_id, reason, details))
        return uow.commit()


def link_form(visit_id: int, form_id: int, *, uow: UnitOfWork) -> Changes:
    """Say which registration form belongs to a visit: one form per visit (办法 art. 8(4))."""
    with uow:
        visit = uow.repository(Visit).get(visit_id)
        form = uow.repository(RegistrationForm).get(form_id)
        if form.subject_id != visit.subject_id:
            raise NotPossible("登记表和回访不是同一名对象，请核对")
        if visit.form_id == form_id:
            return frozenset()
        refuse_if_filed(uow, visit_id=visit_id)
        if visit.state == CALLED_OFF:
            raise NotPossible("此次回访未成行，不填写登记表")
        if any(one.id != visit_id for one in uow.repository(Visit).where(form_id=form_id)):
            raise NotPossible("这份登记表已对应另一次回访；每次回访填写一份登记表")
        details = {"登记表": [visit.form_id, form_id]}
        visit.form_id = form_id
        uow.repository(Visit).put(visit)
        uow.record(Act("登记表对应回访", "Visit", visit_id, details=details))
        return uow.commit()


def new_participant(staff: Staff, part: str = "") -> Participant:
    """Return a participant named as the staff list has them now."""
    return Participant(
        staff_id=staff.id, name=staff.name, post=f"{staff.department}{staff.post}", part=part
    )
