"""Drawing up a plan: proposed from the roster, the templates, an earlier plan; nothing is saved."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from app.domain.audit import Act
from app.domain.fields import form_fields
from app.domain.form_filling import fill
from app.domain.plan import (
    BY_LETTER,
    BY_PHONE,
    DRAFT,
    HEAD,
    ON_SITE,
    Plan,
    PlanMember,
    PlanTemplate,
    TalkPoint,
    WholePlan,
)
from app.domain.request import OPEN as REQUEST_OPEN
from app.domain.request import Request
from app.domain.snapshot import circumstances, new_person, roster_changes, roster_facts, take_over
from app.domain.staff import Staff
from app.domain.subject import Dossier
from app.domain.talk_points import (
    Circumstances,
    Wordings,
    proposed_fields,
    proposed_points,
    suited_points,
)
from app.domain.visit import Visit
from app.domain.visiting_list import FactChange
from app.services.dossiers import load_dossier
from app.services.gatekeeping import Law, NotPossible
from app.services.parts import differences, same
from app.services.plans import load_plan
from app.services.ports import Changes, UnitOfWork

LEAD_DAYS = 14
"""How far ahead a new plan's day is proposed: time for approval and for telling the unit."""


def draw_up_plan(
    subject_ids: Sequence[int],
    *,
    method: str = ON_SITE,
    on: date | None = None,
    drafted_by: str = "",
    list_id: int | None = None,
    uow: UnitOfWork,
    law: Law,
    wordings: Wordings,
) -> WholePlan:
    """Return a plan for these people with everything proposed that is known; it is not saved yet.

    Facts and sanctions come from the roster as a snapshot, wording and talk points from the
    templates, by sanction, person, method, last visit and open requests. ``on`` is proposed two
    weeks ahead, but not after the first of their periods ends. Raises ``MissingRecord``.
    """
    if not subject_ids:
        raise NotPossible("请先选择回访对象，再拟制方案")
    with uow:
        ids = list(dict.fromkeys(subject_ids))
        on = on or _proposed_day([_known(uow, one, law, None)[1] for one in ids], law.today)
        known = [_known(uow, one, law, on) for one in ids]
    people = [new_person(_id(dossier), facts) for dossier, facts, _, _ in known]
    described = _described(known, method=method, on=on)
    plan = Plan(
        method=method,
        on=on,
        drafted_by=drafted_by,
        drafted_on=law.today,
        list_id=list_id,
    )
    for name, words in _worded(wordings, described).items():
        setattr(plan, name, words)
    for name, words in _method_fields(method, known).items():
        setattr(plan, name, getattr(plan, name) or words)
    return WholePlan(plan, people, points=proposed_points(wordings, described))


_Known = tuple[Dossier, dict[str, Any], Sequence[Visit], list[str]]


def _known(uow: UnitOfWork, subject_id: int, law: Law, on: date | None) -> _Known:
    dossier = load_dossier(uow, subject_id)
    visits = uow.repository(Visit).where(subject_id=subject_id)
    requests = uow.repository(Request).where(subject_id=subject_id, state=REQUEST_OPEN)
    return (
        dossier,
        person_facts(dossier, law, visits=visits, on=on),
        visits,
        [" ".join(request.content.split()) for request in requests],
    )


def _all_known(uow: UnitOfWork, whole: WholePlan, law: Law) -> list[_Known]:
    return [_known(uow, person.subject_id or 0, law, whole.plan.on) for person in whole.visited]


def person_facts(
    dossier: Dossier,
    law: Law,
    *,
    visits: Sequence[Visit],
    on: date | None = None,
    told_today: bool = False,
) -> dict[str, Any]:
    """Return the snapshot values of one person, with the verdict on ``on`` (or today).

    The reason says from which day the days left are counted, where that is not today. With
    ``told_today`` it is today's also where the verdict is of another day: whoever reads a list
    counts from today, not from the first day of its period.
    """
    day = on or law.today
    assessment, reason = law.on(dossier, day), None
    if day != law.today:
        told = law.on(dossier, law.today).reason if told_today else ""
        reason = told or f"回访当日（{day.isoformat()}）{assessment.reason}"
    return roster_facts(
        dossier,
        assessment,
        fill(dossier, law.settings, today=law.today),
        empty_mark=law.settings.empty_mark,
        visits=visits,
        reason=reason,
    )


def _described(known: Sequence[_Known], *, method: str, on: date | None) -> list[Circumstances]:
    return [
        circumstances(dossier, facts, visits=visits, requests=requests, method=method, on=on)
        for dossier, facts, visits, requests in known
    ]


def _worded(wordings: Wordings, described: Sequence[Circumstances]) -> dict[str, str]:
    """Return the wording per field; the title of a plan for several names the first."""
    found = proposed_fields(wordings, described)
    if len(described) > 1:
        first = described[0].name
        found["title"] = f"关于对{first}等{len(described)}名同志开展回访关爱的工作方案"
    return found


def _proposed_day(facts: Sequence[dict[str, Any]], today: date) -> date:
    day = today + timedelta(days=LEAD_DAYS)
    ends: list[date] = [
        one["last_day"] for one in facts if one["last_day"] and one["last_day"] >= today
    ]
    day = min([day, *ends])
    while day.weekday() >= 5 and day > today:
        day -= timedelta(days=1)
    return day


def _method_fields(method: str, known: Sequence[_Known]) -> dict[str, str]:
    """Return what the roster knows for this way of visiting: where, which number, which address."""
    subjects = [dossier.subject for dossier, *_ in known]
    units = {subject.unit for subject in subjects}
    if method == ON_SITE and len(units) == 1 and subjects[0].unit:
        return {"place": f"{subjects[0].unit}会议室"}
    if method == BY_PHONE:
        return {"phone": "、".join(one.phone for one in subjects if one.phone)[:60]}
    if method == BY_LETTER and len(subjects) == 1:
        return {"address": subjects[0].address}
    return {}


def suited_fields(
    whole: WholePlan, former: WholePlan, *, uow: UnitOfWork, law: Law, wordings: Wordings
) -> dict[str, str]:
    """Return what changes in the wording because method or people are no longer those of ``former``.

    Only what still stands as it was proposed for ``former`` is exchanged, and what is empty is
    filled; what somebody wrote stays as it is, but where it lists the former people by name it
    lists the present ones. Nothing is changed here.
    """
    plan = whole.plan
    with uow:
        old, new = _all_known(uow, former, law), _all_known(uow, whole, law)
    if not new:
        return {}

    def proposed(method: str, known: Sequence[_Known]) -> dict[str, str]:
        described = _described(known, method=method, on=plan.on)
        return _worded(wordings, described) | _method_fields(method, known)

    before = proposed(former.plan.method, old) if old else {}
    after = proposed(plan.method, new)
    found = {
        name: words
        for name, words in after.items()
        if getattr(plan, name) != words and getattr(plan, name) in ("", before.get(name, ""))
    }
    listed, here = ("、".join(one.name for one in whose.visited) for whose in (former, whole))
    for name in after.keys() - found.keys():
        if listed and listed != here and listed in (words := getattr(plan, name)):
            found[name] = words.replace(listed, here)
    return found


def fitting_points(
    whole: WholePlan, former: WholePlan, *, uow: UnitOfWork, law: Law, wordings: Wordings
) -> list[TalkPoint]:
    """Return the talk points, now that method or people are no longer those of ``former``."""
    with uow:
        old, new = _all_known(uow, former, law), _all_known(uow, whole, law)
    before, after = (
        proposed_points(wordings, _described(known, method=one.plan.method, on=one.plan.on))
        for one, known in ((former, old), (whole, new))
    )
    people = {person.subject_id for person in whole.visited}
    return suited_points(whole.points, before, after, people)


def copy_plan(
    plan_id: int,
    subject_ids: Sequence[int] = (),
    *,
    drafted_by: str = "",
    uow: UnitOfWork,
    law: Law,
) -> WholePlan:
    """Return a new plan, not saved, that starts from the wording of an earlier one.

    People are those of the earlier plan (or ``subject_ids``) with a fresh snapshot; members come
    along as the staff list has them now, but each must answer the recusal question anew; day,
    approval, exemptions and history do not.
    """
    with uow:
        old = load_plan(uow, plan_id)
        chosen = list(subject_ids) or [person.subject_id or 0 for person in old.visited]
        known = [_known(uow, subject_id, law, None) for subject_id in dict.fromkeys(chosen)]
        staff = {
            one.id: one
            for one in uow.repository(Staff).where(
                id=tuple(member.staff_id for member in old.members if member.staff_id)
            )
        }
    plan = replace(old.plan, id=None, revision=0, state=DRAFT, version=1, replaces_id=None)
    plan.what_changed, plan.list_id, plan.drafted_on = "", None, law.today
    plan.drafted_by = drafted_by or old.plan.drafted_by
    plan.on = plan.until = plan.reply_by = None
    said = {person.subject_id: person for person in old.people}
    people = []
    for dossier, facts, _, _ in known:
        person = new_person(_id(dossier), facts)
        if (before := said.get(person.subject_id)) is not None:
            person.character, person.state_of_mind = before.character, before.state_of_mind
            person.focus = before.focus
        people.append(person)
    still = {person.subject_id for person in people}
    points = [
        replace(point, id=None, revision=0, plan_id=None)
        for point in old.points
        if point.subject_id is None or point.subject_id in still
    ]
    members = [
        replace(new_member(staff[member.staff_id]), leader=member.leader, part=member.part)
        for member in old.members
        if member.staff_id in staff and staff[member.staff_id].active
    ]
    return WholePlan(plan, people, members, points)


def new_member(staff: Staff, *, leader: bool = False, part: str = "") -> PlanMember:
    """Return a member of a work group, named as the staff list has them now."""
    return PlanMember(
        staff_id=staff.id,
        name=staff.name,
        department=staff.department,
        post=staff.post,
        unit=staff.unit,
        leader=leader,
        part=part,
    )


def add_person(whole: WholePlan, subject_id: int, *, uow: UnitOfWork, law: Law) -> WholePlan:
    """Return the plan, unsaved, with one more person, whose facts come from the roster."""
    if any(person.subject_id == subject_id for person in whole.people):
        raise NotPossible("此人已在方案中，请勿重复添加")
    with uow:
        dossier, facts, _, _ = _known(uow, subject_id, law, whole.plan.on)
    return replace(whole, people=[*whole.people, new_person(_id(dossier), facts)])


def propose_points(
    whole: WholePlan, *, uow: UnitOfWork, law: Law, wordings: Wordings
) -> list[TalkPoint]:
    """Return the talk points the templates offer for the plan as it stands; nothing is changed."""
    with uow:
        known = _all_known(uow, whole, law)
    return proposed_points(wordings, _described(known, method=whole.plan.method, on=whole.plan.on))


def propose_fields(
    whole: WholePlan, *, uow: UnitOfWork, law: Law, wordings: Wordings
) -> dict[str, str]:
    """Return the wording the templates offer per field of the plan; nothing is changed."""
    with uow:
        known = _all_known(uow, whole, law)
    return proposed_fields(wordings, _described(known, method=whole.plan.method, on=whole.plan.on))


def roster_news(whole: WholePlan, *, uow: UnitOfWork, law: Law) -> list[FactChange]:
    """Return what the roster says otherwise than the plan's snapshot, person by person."""
    with uow:
        return [
            change
            for person in whole.people
            if person.subject_id is not None
            for change in roster_changes(
                person, _known(uow, person.subject_id, law, whole.plan.on)[1]
            )
        ]


def refresh_people(whole: WholePlan, *, uow: UnitOfWork, law: Law) -> WholePlan:
    """Return the plan, unsaved, with every snapshot as the roster has it now."""
    with uow:
        people = [copy.copy(person) for person in whole.people]
        for person in people:
            if person.subject_id is not None:
                take_over(person, _known(uow, person.subject_id, law, whole.plan.on)[1])
    return replace(whole, people=people)


def _id(dossier: Dossier) -> int:
    assert dossier.subject.id is not None
    return dossier.subject.id


# ---------------------------------------------------------------- the office's own templates


_LEFT_OUT = {name for name, spec in form_fields(Plan).items() if spec.section == HEAD}
_OF_ONE_CASE = {"on", "until", "reply_by", "phone", "address", "mailing", "to_resolve"}
TEMPLATE_FIELDS = tuple(name for name in form_fields(Plan) if name not in _LEFT_OUT | _OF_ONE_CASE)
"""What a template of the office keeps: wording, never a person, a day or a request."""
_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")


def without_days(words: str) -> str:
    """Return the lines that name no day: a last visit or an end of a period is of one case only."""
    return "\n".join(line for line in words.splitlines() if not _DAY.search(line))


def plan_templates(method: str = "", *, uow: UnitOfWork) -> Sequence[PlanTemplate]:
    """Return the office's templates (for this method, or for any), by name."""
    with uow:
        found = uow.repository(PlanTemplate).where()
    return sorted(
        (one for one in found if not method or one.method in ("", method)),
        key=lambda one: one.name,
    )


def save_as_template(whole: WholePlan, name: str, kind: str = "", *, uow: UnitOfWork) -> Changes:
    """Keep the wording and talk points of a plan under ``name``; the same name replaces it.

    Names of the plan's people become the placeholder {姓名}: a template names nobody.
    """
    if not name.strip():
        raise NotPossible("模板须有名称，请填写后再保存")
    single = {person.name for person in whole.people if person.name}
    together = "、".join(person.name for person in whole.visited)
    names = sorted(single | ({together} if together else set()), key=len, reverse=True)

    def nameless(words: str) -> str:
        words = without_days(words)
        for one in names:
            words = words.replace(one, "{姓名}")
        return words

    content: dict[str, Any] = {
        "fields": {
            field: nameless(getattr(whole.plan, field))
            for field in TEMPLATE_FIELDS
            if without_days(getattr(whole.plan, field))
        },
        "points": [
            {"audience": audience, "item": item, "words": words}
            for audience, item, words in dict.fromkeys(
                (point.audience, point.item, nameless(point.words)) for point in whole.points
            )
            if words
        ],
    }
    with uow:
        repository = uow.repository(PlanTemplate)
        before = next(iter(repository.where(name=name.strip())), None)
        template = copy.copy(before) if before is not None else PlanTemplate(name=name.strip())
        template.kind, template.method, template.content = kind, whole.plan.method, content
        if before is not None and same(before, template):
            return frozenset()
        template_id = repository.put(template)
        details = differences(before, template)
        uow.record(Act("保存方案模板", "PlanTemplate", template_id, details=details))
        return uow.commit()


def remove_template(template_id: int, *, uow: UnitOfWork) -> Changes:
    """Take a template away; plans made from it are not touched."""
    with uow:
        template = uow.repository(PlanTemplate).get(template_id)
        uow.repository(PlanTemplate).remove(template)
        uow.record(
            Act("删除方案模板", "PlanTemplate", template_id, details={"名称": template.name})
        )
        return uow.commit()


def use_template(whole: WholePlan, template: PlanTemplate) -> WholePlan:
    """Return the plan, unsaved, with the template's wording and points in place of its own."""
    names = "、".join(person.name for person in whole.visited) or "回访对象"
    plan = copy.copy(whole.plan)
    plan.method = template.method or plan.method
    for field, words in template.content.get("fields", {}).items():
        if field in TEMPLATE_FIELDS and field != "method":
            setattr(plan, field, words.replace("{姓名}", names))
    points = [
        TalkPoint(
            audience=point["audience"],
            item=point["item"],
            words=point["words"].replace("{姓名}", names),
        )
        for point in template.content.get("points", ())
    ]
    return replace(whole, plan=plan, points=points or whole.points)
