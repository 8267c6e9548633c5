"""Where people stand between list and form, for start page, roster and person page; what is due."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from app.domain.chain import Chain, Facts, where
from app.domain.ending import Ending
from app.domain.fields import display
from app.domain.form_life import FormVersion
from app.domain.form_visit import visit_day
from app.domain.gates import Exemption
from app.domain.outcome import Outcome, ResultUse
from app.domain.plan import APPROVED, SUBMIT, SUBMITTED, Plan, PlanPerson, PlanStep
from app.domain.registration_form import DRAFT, FINAL, SIGNED, RegistrationForm
from app.domain.reminders import Reminder, is_set_aside
from app.domain.request import ANSWERED, Request
from app.domain.request import OPEN as REQUEST_OPEN
from app.domain.settings import Settings
from app.domain.standing import Standing
from app.domain.subject import Subject
from app.domain.visit import DONE, UNDER_WAY, Visit
from app.domain.visiting_list import ListEntry, VisitingList
from app.services.ports import UnitOfWork
from app.services.result_facts import result_facts

AWAITING_APPROVAL = "方案待审批"
TO_CARRY_OUT = "方案待实施"
TO_FINISH = "回访待完成"
FORM_MISSING = "登记表未填"
FORM_UNFINISHED = "登记表未定稿"
FORM_UNSIGNED = "登记表未签名"
FORM_UNFILED = "登记表未归档"
REQUEST_UNANSWERED = "诉求未答复"
REQUEST_UNTOLD = "诉求未告知"


def chain(subject_id: int, *, uow: UnitOfWork, today: date) -> Chain:
    """Return where one person stands."""
    return chains([subject_id], uow=uow, today=today)[subject_id]


def chains(
    subject_ids: Iterable[int] | None = None, *, uow: UnitOfWork, today: date
) -> dict[int, Chain]:
    """Return where these people (or all of the roster) stand: some statements, however many."""
    with uow:
        facts = _facts(uow, subject_ids)
    return {subject_id: where(one, today=today) for subject_id, one in facts.items()}


def _facts(uow: UnitOfWork, subject_ids: Iterable[int] | None) -> dict[int, Facts]:
    if subject_ids is None:
        ids = tuple(id_ for (id_,) in uow.repository(Subject).columns("id"))
        own: dict[str, Any] = {}
    else:
        ids = tuple(dict.fromkeys(subject_ids))
        own = {"subject_id": ids}
    found = {id_: Facts(id_) for id_ in ids}
    for standing in uow.repository(Standing).where(**own):
        if standing.subject_id in found:
            found[standing.subject_id].verdict = standing.verdict
    lists = {one.id: one for one in uow.repository(VisitingList).where()}
    for entry in uow.repository(ListEntry).where(**own):
        if entry.subject_id in found and entry.list_id in lists:
            found[entry.subject_id].entries.append((entry, lists[entry.list_id]))
    _add_plans(uow, found, own)
    _add_visits(uow, found, own)
    for request in uow.repository(Request).where(**own):
        if request.subject_id in found:
            found[request.subject_id].requests.append(request)
    _add_exemptions(uow, found)
    for visit_id, known in result_facts(uow, own.get("subject_id")).items():
        if known.visit.subject_id in found:
            found[known.visit.subject_id].results[visit_id] = known
    return found


def _add_plans(uow: UnitOfWork, found: dict[int, Facts], own: dict[str, Any]) -> None:
    people = [one for one in uow.repository(PlanPerson).where(**own) if not one.dropped]
    plan_ids = tuple({one.plan_id for one in people})
    plans = {one.id: one for one in uow.repository(Plan).where(id=plan_ids)}
    steps: dict[int, list[PlanStep]] = {}
    for step in uow.repository(PlanStep).where(plan_id=plan_ids):
        steps.setdefault(step.plan_id or 0, []).append(step)
    for person in people:
        if person.subject_id in found and person.plan_id in plans:
            facts = found[person.subject_id]
            facts.plans.append(plans[person.plan_id])
            facts.steps[person.plan_id or 0] = steps.get(person.plan_id or 0, [])


def _add_visits(uow: UnitOfWork, found: dict[int, Facts], own: dict[str, Any]) -> None:
    forms = uow.repository(RegistrationForm).outline(state=DRAFT, **own)
    drafts = frozenset(form.id or 0 for form in forms)
    for facts in found.values():
        facts.drafts = drafts
    for visit in uow.repository(Visit).where(**own):
        if visit.subject_id in found:
            found[visit.subject_id].visits.append(visit)


def _add_exemptions(uow: UnitOfWork, found: dict[int, Facts]) -> None:
    """Give each person the exceptions of their own plans and visits."""
    of_plan: dict[int | None, list[Exemption]] = {}
    of_visit: dict[int | None, list[Exemption]] = {}
    for one in uow.repository(Exemption).where():
        of_visit.setdefault(one.visit_id, []).append(one)
        of_plan.setdefault(one.plan_id, []).append(one)
    for facts in found.values():
        own = [one for plan in facts.plans for one in of_plan.get(plan.id, ())]
        own += [one for visit in facts.visits for one in of_visit.get(visit.id, ())]
        facts.exemptions = [one for one in own if one.subject_id in (None, facts.subject_id)]


def visited_since(first: date, *, uow: UnitOfWork) -> frozenset[int]:
    """Return who has been visited on or after a day, for reminders of people not yet visited."""
    with uow:
        visits = uow.repository(Visit).where(state=DONE)
    return frozenset(
        visit.subject_id
        for visit in visits
        if visit.subject_id is not None and visit.on is not None and visit.on >= first
    )


# ---------------------------------------------------------------- what is due


def chain_reminders(*, uow: UnitOfWork, settings: Settings, today: date) -> list[Reminder]:
    """Return what of plans, visits and requests is due, soonest first, without what was set aside.

    Plans waiting for approval, approved plans not carried out, visits not finished or without
    form, forms not finished, signed or filed, requests not answered or answered and not told. All
    recomputed from facts.
    """
    with uow:
        people: dict[int | None, list[PlanPerson]] = {}
        plans = uow.repository(Plan).where(state=(SUBMITTED, APPROVED))
        ids = tuple(plan.id for plan in plans)
        for person in uow.repository(PlanPerson).where(plan_id=ids):
            people.setdefault(person.plan_id, []).append(person)
        submitted: dict[int | None, date | None] = {
            step.plan_id: step.on
            for step in uow.repository(PlanStep).where(plan_id=ids, act=SUBMIT)
        }
        visits = uow.repository(Visit).where(state=(UNDER_WAY, DONE))
        forms = uow.repository(RegistrationForm).where(state=("", DRAFT, FINAL, SIGNED))
        settled = tuple(form.id for form in forms if form.state in (FINAL, SIGNED))
        versions = {
            (one.form_id, one.number): one
            for one in uow.repository(FormVersion).where(form_id=settled)
        }
        requests = uow.repository(Request).where(state=(REQUEST_OPEN, ANSWERED))
        begun = {one.visit_id for one in uow.repository(Outcome).where()}
        named = {one.subject_id for one in visits} | {one.subject_id for one in forms}
        named |= {one.subject_id for one in requests}
        every = uow.repository(Subject).columns("id", "name")
        names = {id_: name for id_, name in every if id_ in named}
    # With the result comes the volume: the form is filed with it, and it says so itself.
    with_result = {visit.form_id for visit in visits if visit.id in begun}
    forms = [one for one in forms if one.state != SIGNED or one.id not in with_result]
    found = [
        *(_of_plan(one, people.get(one.id, ()), submitted, settings, today) for one in plans),
        *(_of_visit(visit, names, settings, today) for visit in visits),
        *(
            _of_form(form, versions.get((form.id, form.version)), names, settings, today)
            for form in forms
        ),
        *(_of_request(request, names, settings, today) for request in requests),
    ]
    shown = [one for one in found if one is not None and not is_set_aside(one, settings)]
    return sorted(shown, key=lambda one: (one.due_on, one.key))


def _days(settings: Settings, name: str) -> timedelta:
    """Return within how many days something should be done: the office's habit, not a rule."""
    return timedelta(days=settings.number_of(name))


def _of_plan(
    plan: Plan,
    people: Sequence[PlanPerson],
    submitted: dict[int | None, date | None],
    settings: Settings,
    today: date,
) -> Reminder | None:
    here = [person for person in people if not person.dropped]
    name = "、".join(person.name for person in here)
    subject_id = here[0].subject_id if len(here) == 1 else None
    if plan.state == SUBMITTED:
        since = submitted.get(plan.id) or today
        due = min(filter(None, (since + _days(settings, "approval_days"), plan.on)))
        return _make(
            AWAITING_APPROVAL,
            plan.id,
            subject_id,
            name,
            due,
            today,
            f"方案“{plan.title}”{display(since)}报审，尚未批准（办法第八条第二项）",
        )
    if plan.on is None:
        return None
    return _make(
        TO_CARRY_OUT,
        plan.id,
        subject_id,
        name,
        plan.on,
        today,
        f"方案“{plan.title}”已批准，定于{display(plan.on)}{plan.method}回访，尚未实施",
    )


def _of_visit(
    visit: Visit, names: dict[int | None, str], settings: Settings, today: date
) -> Reminder | None:
    if visit.on is None or visit.form_id is not None:
        return None
    name = names.get(visit.subject_id, "")
    if visit.state == UNDER_WAY:
        due, kind = (visit.until or visit.on) + _days(settings, "finish_days"), TO_FINISH
        words = f"{display(visit.on)}的回访尚未办理完成，请补全记录"
    else:
        due, kind = (visit.until or visit.on) + _days(settings, "form_days"), FORM_MISSING
        words = f"{display(visit.on)}已{visit.method}回访，登记表尚未填写（办法第八条第四项）"
    return _make(kind, visit.id, visit.subject_id, name, due, today, words)


def _of_form(
    form: RegistrationForm,
    version: FormVersion | None,
    names: dict[int | None, str],
    settings: Settings,
    today: date,
) -> Reminder | None:
    """Say what a form waits for: to be finished after the visit, to be signed, to be filed."""
    name = names.get(form.subject_id, "") or form.name
    reference = "办法第八条"
    finalised = version.saved_at.date() if version and version.saved_at else None
    if form.state == SIGNED:
        since = (version.signed_on if version else None) or finalised or today
        kind, due = FORM_UNFILED, since + _days(settings, "form_filing_days")
        words = f"登记表{display(since)}已签名，尚未存入案件档案（办法第十条）"
        reference = "办法第十条"
    elif form.state == FINAL:
        since = finalised or today
        kind, due = FORM_UNSIGNED, since + _days(settings, "sign_days")
        words = f"登记表{display(since)}已定稿，尚未签名并存入扫描件（办法第八条第四项）"
    else:
        visited = visit_day(form)
        if visited is None or visited > today:
            return None  # begun before the visit: nothing is late
        kind, due = FORM_UNFINISHED, visited + _days(settings, "form_days")
        words = f"{form.visited_on.strip()}的回访，登记表还是草稿，尚未定稿（办法第八条第四项）"
    return _make(kind, form.id, form.subject_id, name, due, today, words, reference)


def _of_request(
    request: Request, names: dict[int | None, str], settings: Settings, today: date
) -> Reminder | None:
    name = names.get(request.subject_id, "")
    what = " ".join(request.content.split())
    short = what if len(what) <= 30 else f"{what[:30]}…"
    if request.state == REQUEST_OPEN:
        due = request.due_on or request.raised_on or today
        owner = f"由{request.owner}办理，" if request.owner else ""
        return _make(
            REQUEST_UNANSWERED,
            request.id,
            request.subject_id,
            name,
            due,
            today,
            f"诉求“{short}”{owner}时限{display(due)}，尚未答复（办法第八条第三项）",
        )
    due = (request.answered_on or today) + _days(settings, "tell_days")
    return _make(
        REQUEST_UNTOLD,
        request.id,
        request.subject_id,
        name,
        due,
        today,
        f"诉求“{short}”已于{display(request.answered_on)}答复，尚未告知本人",
    )


def _make(
    kind: str,
    about: int | None,
    subject_id: int | None,
    name: str,
    due_on: date,
    today: date,
    sentence: str,
    reference: str = "办法第八条",
) -> Reminder:
    digest = hashlib.sha256(f"{kind}|{about}|{due_on}".encode()).hexdigest()[:16]
    return Reminder(
        key=f"{kind}:{subject_id or 0}:{about}",
        subject_id=subject_id,
        name=name,
        kind=kind,
        due_on=due_on,
        days=(due_on - today).days,
        sentence=sentence,
        reference=reference,
        facts_digest=digest,
    )


def papers_of(subject_id: int, *, uow: UnitOfWork) -> tuple[str, ...]:
    """Return what keeps a person from being removed, in an open unit of work: papers of the chain."""
    counted = {
        "名单": len(uow.repository(ListEntry).where(subject_id=subject_id)),
        "方案": len(uow.repository(PlanPerson).where(subject_id=subject_id)),
        "回访": len(uow.repository(Visit).where(subject_id=subject_id)),
        "诉求": len(uow.repository(Request).where(subject_id=subject_id)),
        "结果使用": len(uow.repository(ResultUse).where(subject_id=subject_id)),
        "期满办理": len(uow.repository(Ending).where(subject_id=subject_id)),
    }
    return tuple(f"{number}份{name}记录" for name, number in counted.items() if number)
