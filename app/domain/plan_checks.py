"""What is missing in a plan, what stands in its way, and what its authors should look at again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from app.domain import verdict
from app.domain.fields import Problem, display, field_problems, form_fields
from app.domain.gates import (
    AFTER_PERIOD,
    EXCLUDED,
    FEW_MEMBERS,
    INCOMPLETE,
    NEVER,
    NOT_A_SUBJECT,
    NOT_IN_FORCE,
    RECUSAL_UNANSWERED,
    RECUSED,
    WHILE_PUT_OFF,
    Exemption,
    Gate,
    Obstacle,
    still_closed,
)
from app.domain.plan import (
    AUDIENCES,
    LEADERS,
    METHOD_FIELDS,
    METHOD_REQUIRED,
    NO_RECUSAL,
    ON_SITE,
    OPEN,
    PERSON,
    RECUSAL,
    Plan,
    PlanMember,
    PlanPerson,
    WholePlan,
)
from app.domain.subject import PUT_OFF, Dossier, Event

MIN_MEMBERS = 2
"""每次回访应确定两人以上人员组成工作组 (办法 art. 8(2))."""


def plan_problems(whole: WholePlan) -> list[Problem]:
    """Return everything that is missing or wrong, in reading order. Saving is allowed regardless.

    ``Problem.field`` is the name of a field of the plan, or ``people.0.character``,
    ``members.1.recusal``, ``points.2.words``; bare ``people``, ``members``, ``points`` mean the
    whole list.
    """
    plan = whole.plan
    found = field_problems(plan) + _method_problems(plan) + _date_problems(plan)
    if not whole.visited:
        found.append(Problem("people", "回访对象：至少确定一名"))
    for number, person in enumerate(whole.people):
        if not person.dropped:
            found += _of_part(f"people.{number}", person.name or f"第{number + 1}名对象", person)
    if len(whole.members) < MIN_MEMBERS:
        found.append(
            Problem("members", f"工作组：现有{len(whole.members)}人，应确定两人以上（办法第八条）")
        )
    leaders = sum(member.leader for member in whole.members)
    if whole.members and leaders != 1:
        found.append(Problem("members", f"工作组：应确定一名组长，现有{leaders}名"))
    for number, member in enumerate(whole.members):
        found += _of_part(f"members.{number}", member.name or f"第{number + 1}名成员", member)
        if member.recusal == RECUSAL and not member.relation.strip():
            found.append(
                Problem(
                    f"members.{number}.relation", f"{member.name}：需回避的，请写明与对象的关系"
                )
            )
    # By call or letter only the person and the unit are asked (art. 8(3)).
    for audience in AUDIENCES if plan.method == ON_SITE else (PERSON, LEADERS):
        if not any(point.audience == audience and point.words.strip() for point in whole.points):
            found.append(Problem("points", f"谈话要点：缺少对“{audience}”的要点"))
    for number, point in enumerate(whole.points):
        found += _of_part(f"points.{number}", f"第{number + 1}条要点", point)
    if (plan.version or 1) > 1 and not plan.what_changed.strip():
        found.append(Problem("what_changed", "变更说明：新版本须写明改了什么"))
    return _in_order(found)


def _of_part(path: str, whose: str, part: object) -> list[Problem]:
    return [
        Problem(f"{path}.{problem.field}", f"{whose} · {problem.message}")
        for problem in field_problems(part)
    ]


def _method_problems(plan: Plan) -> list[Problem]:
    specs = form_fields(Plan)
    return [
        Problem(name, f"{specs[name].label}：{plan.method}回访请填写")
        for name in METHOD_REQUIRED.get(plan.method, ())
        if getattr(plan, name) in ("", None)
    ]


def _date_problems(plan: Plan) -> list[Problem]:
    found = []
    if plan.on and plan.until and plan.until < plan.on:
        found.append(Problem("until", "结束日期：早于回访日期，请核对"))
    if plan.on and plan.reply_by and plan.reply_by < plan.on:
        found.append(Problem("reply_by", "请于何日前回复：早于寄出日期，请核对"))
    return found


def _in_order(found: list[Problem]) -> list[Problem]:
    order = {name: place for place, name in enumerate(form_fields(Plan))}
    lists = {"people": 100, "members": 200, "points": 300}
    return sorted(found, key=lambda problem: _place(problem.field, order, lists))


def _place(path: str, order: dict[str, int], lists: dict[str, int]) -> tuple[int, int]:
    head, *rest = path.split(".")
    if head in lists:
        return lists[head], int(rest[0]) if rest else -1
    return order.get(head, 0), 0


def counted_members(whole: WholePlan, exemptions: Sequence[Exemption]) -> list[PlanMember]:
    """Return the members who may take part: different staff, none who should stand back.

    A member marked 需回避 counts only once an exemption says who decided otherwise.
    """
    found: dict[object, PlanMember] = {}
    for member in whole.members:
        if member.recusal == RECUSAL and still_closed([_recused(member)], exemptions):
            continue
        found.setdefault(member.staff_id if member.staff_id is not None else id(member), member)
    return list(found.values())


def _recused(member: PlanMember) -> Obstacle:
    why = f"与回访对象有“{member.relation}”关系，" if member.relation else ""
    return Obstacle(
        RECUSED,
        f"{member.name}{why}需回避，请更换成员",
        staff_id=member.staff_id,
        field="members",
    )


def group_obstacles(whole: WholePlan, exemptions: Sequence[Exemption]) -> list[Obstacle]:
    """Return what is wrong with the work group: recusal open or called for, fewer than two."""
    found = []
    for number, member in enumerate(whole.members):
        if member.recusal == RECUSAL:
            found.append(_recused(member))
        elif member.recusal != NO_RECUSAL:
            found.append(
                Obstacle(
                    RECUSAL_UNANSWERED,
                    f"{member.name}是否需要回避尚未回答，请在工作组中选择“{NO_RECUSAL}”或“{RECUSAL}”",
                    staff_id=member.staff_id,
                    field=f"members.{number}.recusal",
                )
            )
    counted = len(counted_members(whole, exemptions))
    if counted < MIN_MEMBERS:
        found.append(
            Obstacle(
                FEW_MEMBERS,
                f"工作组可参加回访的只有{counted}人，应有两人以上（办法第八条第二项），请补充成员",
                field="members",
            )
        )
    return found


def completeness_obstacles(whole: WholePlan) -> list[Obstacle]:
    """Return the completeness list as obstacles, without what ``group_obstacles`` says better."""
    said = ("members",)
    return [
        Obstacle(INCOMPLETE, problem.message, field=problem.field)
        for problem in plan_problems(whole)
        if problem.field not in said or "组长" in problem.message
        if not problem.field.endswith(".recusal")
    ]


_GATE_OF_VERDICT: dict[str, Gate] = {
    verdict.EXCLUDED: EXCLUDED,
    verdict.NEVER: NEVER,
    verdict.EXPIRED: AFTER_PERIOD,
    verdict.NOT_YET: NOT_IN_FORCE,
    verdict.BY_HAND: NOT_A_SUBJECT,
}
"""What a verdict closes; 应回访, 边界 and 待定 close nothing."""


def verdict_obstacle(found: verdict.Assessment) -> Obstacle | None:
    """Return what the verdict of article 5 on the day of the visit puts in the way, if anything."""
    gate = _GATE_OF_VERDICT.get(found.verdict)
    if gate is None:
        return None
    subject = found.dossier.subject
    return Obstacle(
        gate,
        f"{subject.name}（{display(found.as_of)}）：{found.reason}",
        subject_id=subject.id,
        field="people",
    )


def put_off_spans(dossier: Dossier) -> tuple[tuple[date, date], ...]:
    """Return from when until when visiting this person was put off, as ``put_off`` reads it."""
    return tuple(
        (event.on.first if event.on else date.min, event.until or date.max)
        for event in dossier.events
        if event.kind == PUT_OFF
    )


def put_off(dossier: Dossier, day: date) -> Event | None:
    """Return the decision that puts off visiting this person on ``day``, if one is in force."""
    events = [
        event
        for event in dossier.events
        if event.kind == PUT_OFF
        and (event.on is None or event.on.first <= day)
        and (event.until is None or day <= event.until)
    ]
    return max(events, key=lambda event: event.until or date.max, default=None)


def put_off_obstacle(dossier: Dossier, day: date) -> Obstacle | None:
    """Return the obstacle that a decision to put off makes on ``day``."""
    event = put_off(dossier, day)
    if event is None:
        return None
    span = f"暂缓至{display(event.until)}" if event.until else "暂缓回访，未定期限"
    why = f"（{event.reason}）" if event.reason else ""
    return Obstacle(
        WHILE_PUT_OFF,
        f"{dossier.subject.name}：{span}{why}，{display(day)}在暂缓期内",
        subject_id=dossier.subject.id,
        field="people",
    )


def days(plan: Plan) -> tuple[date, date] | None:
    """Return the first and last day of a plan, if it has one."""
    if plan.on is None:
        return None
    return plan.on, max(plan.on, plan.until or plan.on)


def plan_warnings(
    whole: WholePlan, others: Iterable[tuple[Plan, Sequence[PlanMember], Sequence[PlanPerson]]]
) -> list[Problem]:
    """Return what the authors should look at again; none of it stands in the way.

    ``others`` are the plans that are still open, with their members and people; the plan itself
    and the version that it replaces are skipped.
    """
    found = [
        Problem(
            f"members.{number}.unit",
            f"{member.name}与回访对象{person.name}同在“{person.unit}”，请考虑是否需要回避",
        )
        for number, member in enumerate(whole.members)
        for person in whole.visited
        if member.unit.strip() and member.unit.strip() == person.unit.strip()
    ]
    found += [
        Problem(f"members.{number}.name", f"{member.name}与回访对象同名，请核对是否为本人或同名")
        for number, member in enumerate(whole.members)
        if any(member.name and member.name == person.name for person in whole.visited)
    ]
    found += _clashes(whole, others)
    plan = whole.plan
    for person in whole.visited:
        if plan.on and person.last_day and person.last_day < plan.on:
            found.append(
                Problem(
                    "on", f"{person.name}的影响期到{display(person.last_day)}，回访日期在期满之后"
                )
            )
    kept = METHOD_FIELDS.get(plan.method, ())
    specs = form_fields(Plan)
    left = {name for names in METHOD_FIELDS.values() for name in names} - set(kept)
    for name in sorted(left, key=list(specs).index):
        if plan.method and getattr(plan, name) not in ("", None):
            found.append(Problem(name, f"{specs[name].label}：{plan.method}回访不用，打印时不印"))
    return found


def _clashes(
    whole: WholePlan, others: Iterable[tuple[Plan, Sequence[PlanMember], Sequence[PlanPerson]]]
) -> list[Problem]:
    mine = days(whole.plan)
    if mine is None:
        return []
    found = []
    busy = {member.staff_id for member in whole.members if member.staff_id is not None}
    subjects = {person.subject_id for person in whole.visited if person.subject_id is not None}
    for plan, members, people in others:
        theirs = days(plan)
        same = plan.id is not None and plan.id in (whole.plan.id, whole.plan.replaces_id)
        if same or plan.state not in OPEN or theirs is None:
            continue
        if theirs[0] > mine[1] or theirs[1] < mine[0]:
            continue
        for member in members:
            if member.staff_id in busy:
                found.append(
                    Problem(
                        "on",
                        f"{member.name}在{_span(theirs)}已列入方案“{plan.title}”，请核对时间",
                    )
                )
        for person in people:
            if person.subject_id in subjects and not person.dropped:
                found.append(
                    Problem("on", f"{person.name}在{_span(theirs)}已有方案“{plan.title}”，请核对")
                )
    return found


def _span(both: tuple[date, date]) -> str:
    first, last = both
    return display(first) if first == last else f"{display(first)}至{display(last)}"
