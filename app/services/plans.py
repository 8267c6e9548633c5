"""Plans: opening, keeping and checking one, and what stands beside it in the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.audit import Act
from app.domain.fields import Problem, display
from app.domain.gates import Exemption, Obstacle, still_closed
from app.domain.plan import (
    APPROVED,
    EDITABLE,
    OPEN,
    SUBMITTED,
    Plan,
    PlanMember,
    PlanPerson,
    PlanStep,
    TalkPoint,
    WholePlan,
)
from app.domain.plan_checks import (
    completeness_obstacles,
    days,
    group_obstacles,
    plan_problems,
    plan_warnings,
)
from app.domain.visiting_list import INCLUDED, SIGNED, ListEntry, VisitingList
from app.services.dossiers import load_dossier
from app.services.gatekeeping import Law, NotPossible
from app.services.parts import differences, keep_parts, same
from app.services.ports import Changes, StaleData, UnitOfWork


def load_plan(uow: UnitOfWork, plan_id: int) -> WholePlan:
    """Return a plan with all its parts, inside an open unit of work. Raises ``MissingRecord``."""
    plan = uow.repository(Plan).get(plan_id)

    def by_position(part: Any) -> tuple[int, int]:
        return part.position or 0, part.id

    return WholePlan(
        plan,
        sorted(uow.repository(PlanPerson).where(plan_id=plan_id), key=by_position),
        sorted(uow.repository(PlanMember).where(plan_id=plan_id), key=by_position),
        sorted(uow.repository(TalkPoint).where(plan_id=plan_id), key=by_position),
        tuple(uow.repository(PlanStep).where(plan_id=plan_id)),
        tuple(uow.repository(Exemption).where(plan_id=plan_id)),
    )


def open_plan(plan_id: int, *, uow: UnitOfWork) -> WholePlan:
    """Return a fresh copy of a plan, for editing. Raises ``MissingRecord``."""
    with uow:
        return load_plan(uow, plan_id)


def save_plan(whole: WholePlan, *, uow: UnitOfWork) -> Changes:
    """Keep a draft as it is, complete or not: head, people, members and points, all or none.

    State, version and history are not taken from ``whole``: only acts change them. Raises
    ``NotPossible`` unless the plan is a draft or was sent back, ``StaleData`` when it was saved
    elsewhere. What equals the stored state is not written again.
    """
    plan = whole.plan
    with uow:
        stored = load_plan(uow, plan.id) if plan.id is not None else WholePlan(Plan())
        if stored.plan.state not in EDITABLE:
            raise NotPossible(
                f"方案“{stored.plan.title}”{stored.plan.state}，内容不能直接修改。"
                + _way_out(stored.plan.state)
            )
        if plan.id is not None and plan.revision != stored.plan.revision:
            raise StaleData(
                f"方案“{stored.plan.title}”在您打开之后已被另行保存。"
                "为免覆盖，这次没有保存；请重新打开，对照后再改。"
            )
        kept = uow.copy_of(plan)
        kept.state, kept.version = stored.plan.state, stored.plan.version
        kept.replaces_id = stored.plan.replaces_id
        kept.title = plan.title.strip()
        is_new = plan.id is None
        plan_id = kept.id if kept.id is not None else uow.repository(Plan).put(kept)
        details = _keep_plan_parts(uow, whole, stored, plan_id)
        changed = differences(None if is_new else stored.plan, kept)
        if not is_new and (details or not same(stored.plan, kept)):
            # The head's revision stands for the whole plan: two editors never mix their parts.
            uow.repository(Plan).put(kept)
        elif not is_new:
            return frozenset()
        act = "拟制方案" if is_new else "修改方案"
        uow.record(Act(act, "Plan", plan_id, details={**changed, **details}))
        changes = uow.commit()
    plan.title = kept.title
    plan.state, plan.version, plan.replaces_id = kept.state, kept.version, kept.replaces_id
    return changes


def _keep_plan_parts(
    uow: UnitOfWork, whole: WholePlan, stored: WholePlan, plan_id: int
) -> dict[str, Any]:
    details = keep_parts(
        uow,
        PlanPerson,
        whole.people,
        stored.people,
        owner="plan_id",
        owner_id=plan_id,
        title=lambda person: f"回访对象{person.name}",
    )
    details |= keep_parts(
        uow,
        PlanMember,
        whole.members,
        stored.members,
        owner="plan_id",
        owner_id=plan_id,
        title=lambda member: f"工作组成员{member.name}",
    )
    return details | keep_parts(
        uow,
        TalkPoint,
        whole.points,
        stored.points,
        owner="plan_id",
        owner_id=plan_id,
        title=lambda point: f"谈话要点{point.audience}{point.item}",
    )


def _way_out(state: str) -> str:
    if state == SUBMITTED:
        return "如需修改，请先撤回。"
    return "如需修改，请建立新版本并写明改了什么。" if state == APPROVED else ""


# ---------------------------------------------------------------- checking


@dataclass(frozen=True, slots=True)
class PlanCheck:
    """The completeness list of a plan: what is missing, what bars it, what to look at again."""

    problems: tuple[Problem, ...]
    obstacles: tuple[Obstacle, ...]
    warnings: tuple[Problem, ...]

    @property
    def ready(self) -> bool:
        """Whether it can be submitted as it stands."""
        return not self.obstacles


def check_plan(whole: WholePlan, *, uow: UnitOfWork, law: Law) -> PlanCheck:
    """Return what is missing, barred or doubtful in the plan as typed, saved or not."""
    with uow:
        obstacles = plan_obstacles(uow, whole, law)
        others = _others(uow)
        unlisted = _unlisted(uow, whole)
    return PlanCheck(
        tuple(plan_problems(whole)),
        tuple(still_closed(obstacles, whole.exemptions)),
        (*plan_warnings(whole, others), *_gone_by(whole.plan, law.today), *unlisted),
    )


def _gone_by(plan: Plan, today: date) -> list[Problem]:
    if plan.on is None or plan.on >= today or plan.state not in EDITABLE:
        return []
    return [Problem("on", f"回访日期{display(plan.on)}已经过去，请核对")]


def plan_obstacles(
    uow: UnitOfWork, whole: WholePlan, law: Law, exemptions: Sequence[Exemption] = ()
) -> list[Obstacle]:
    """Return everything that bars submitting or approving, inside an open unit of work."""
    known = [*whole.exemptions, *exemptions]
    found = completeness_obstacles(whole) + group_obstacles(whole, known)
    for person in whole.visited:
        if person.subject_id is not None:
            dossier = load_dossier(uow, person.subject_id)
            found += law.obstacles(dossier, whole.plan.on or law.today)
    return found


def _others(
    uow: UnitOfWork,
) -> list[tuple[Plan, Sequence[PlanMember], Sequence[PlanPerson]]]:
    plans = uow.repository(Plan).where(state=OPEN)
    ids = tuple(plan.id for plan in plans)
    members = uow.repository(PlanMember).where(plan_id=ids)
    people = uow.repository(PlanPerson).where(plan_id=ids)
    return [
        (
            plan,
            [member for member in members if member.plan_id == plan.id],
            [person for person in people if person.plan_id == plan.id],
        )
        for plan in plans
    ]


def _unlisted(uow: UnitOfWork, whole: WholePlan) -> list[Problem]:
    signed = {one.id for one in uow.repository(VisitingList).where(state=SIGNED)}
    subjects = tuple(person.subject_id for person in whole.visited if person.subject_id)
    entries = uow.repository(ListEntry).where(subject_id=subjects, decision=INCLUDED)
    listed = {entry.subject_id for entry in entries if entry.list_id in signed}
    return [
        Problem("people", f"{person.name}不在任何已签批的回访对象名单中（办法第八条第一项）")
        for person in whole.visited
        if person.subject_id not in listed
    ]


# ---------------------------------------------------------------- calendar


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One plan as the list and the month show it."""

    id: int
    title: str
    state: str
    version: int
    method: str
    on: date | None
    until: date | None
    time: str
    place: str
    people: tuple[str, ...]
    members: tuple[str, ...]
    subject_ids: tuple[int, ...]
    exceptions: tuple[str, ...]


def plan_rows(
    *,
    uow: UnitOfWork,
    first: date | None = None,
    last: date | None = None,
    states: Sequence[str] = (),
    subject_id: int | None = None,
) -> list[PlanRow]:
    """Return plans by day, those without one last; between two days, in some states, of one person.

    Four statements whatever their number.
    """
    with uow:
        wanted: dict[str, object] = {"state": tuple(states)} if states else {}
        if subject_id is not None:
            own = uow.repository(PlanPerson).where(subject_id=subject_id)
            wanted["id"] = tuple(person.plan_id for person in own)
        plans = [
            plan for plan in uow.repository(Plan).where(**wanted) if _between(plan, first, last)
        ]
        ids = tuple(plan.id for plan in plans)
        people = _grouped(uow.repository(PlanPerson).where(plan_id=ids))
        members = _grouped(uow.repository(PlanMember).where(plan_id=ids))
        passed = _grouped(uow.repository(Exemption).where(plan_id=ids))
    plans.sort(key=lambda plan: (plan.on is None, plan.on or date.max, plan.id or 0))
    return [
        PlanRow(
            id=plan.id or 0,
            title=plan.title,
            state=plan.state,
            version=plan.version or 1,
            method=plan.method,
            on=plan.on,
            until=plan.until,
            time=plan.time,
            place=plan.place,
            people=tuple(one.name for one in people.get(plan.id, ()) if not one.dropped),
            members=tuple(one.name for one in members.get(plan.id, ())),
            subject_ids=tuple(one.subject_id or 0 for one in people.get(plan.id, ())),
            exceptions=tuple(dict.fromkeys(one.gate for one in passed.get(plan.id, ()))),
        )
        for plan in plans
    ]


def _between(plan: Plan, first: date | None, last: date | None) -> bool:
    if first is None and last is None:
        return True
    span = days(plan)
    if span is None:
        return False
    return (first is None or span[1] >= first) and (last is None or span[0] <= last)


def _grouped(parts: Sequence[Any]) -> dict[int | None, list[Any]]:
    found: dict[int | None, list[Any]] = {}
    for part in sorted(parts, key=lambda part: (getattr(part, "position", 0) or 0, part.id)):
        found.setdefault(part.plan_id, []).append(part)
    return found
