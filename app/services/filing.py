"""Filing: the papers of a visit listed in order, what is missing, handing over - and reopening with a reason."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.domain import filing as papers
from app.domain.audit import Act
from app.domain.document_number import DocumentNumber
from app.domain.fields import display
from app.domain.filing import (
    FILED,
    OPEN,
    Expected,
    FilingEntry,
    FilingPaper,
    WholeFiling,
    filing_obstacles,
    in_order,
    page_total,
)
from app.domain.form_life import FormVersion
from app.domain.gates import NO_PLAN, Exemption
from app.domain.outcome import (
    AUDIENCES,
    TALK,
    URGE,
    URGE_TALK,
    WholeOutcome,
    fed_back_on,
    is_settled,
)
from app.domain.plan import APPROVE, WholePlan
from app.domain.registration_form import FILED as FORM_FILED
from app.domain.registration_form import SIGNED as FORM_SIGNED
from app.domain.registration_form import RegistrationForm
from app.domain.request import TOLD, Request
from app.domain.visit import WholeVisit
from app.domain.visiting_list import Consultation
from app.services.filing_lock import AlreadyFiled
from app.services.gatekeeping import Law, NotPossible, pass_gates
from app.services.parts import differences, keep_parts, same
from app.services.plans import load_plan
from app.services.ports import Changes, MissingRecord, StaleData, UnitOfWork, wanted
from app.services.results import load_result
from app.services.visits import load_visit


def load_filing(uow: UnitOfWork, outcome_id: int) -> WholeFiling:
    """Return the volume of a result's visit, in an open unit of work."""
    result = load_result(uow, outcome_id)
    visit_id = result.outcome.visit_id
    entries = uow.repository(FilingEntry).where(visit_id=visit_id)
    if not entries:
        raise MissingRecord("此次回访没有归档记录，请从备份中找回。")
    entry = entries[0]
    listed = uow.repository(FilingPaper).where(filing_id=entry.id)
    requests = tuple(uow.repository(Request).where(visit_id=visit_id))
    visit = load_visit(uow, visit_id or 0)
    plan = load_plan(uow, visit.visit.plan_id) if visit.visit.plan_id is not None else None
    return WholeFiling(
        entry,
        result,
        sorted(listed, key=lambda one: (one.position or 0, one.id or 0)),
        tuple(_expected(result, visit, plan, requests)),
        requests,
    )


def open_filing(outcome_id: int, *, uow: UnitOfWork) -> WholeFiling:
    """Return a fresh copy of the volume with its result, for editing. Raises ``MissingRecord``."""
    with uow:
        return load_filing(uow, outcome_id)


def _expected(
    result: WholeOutcome, visit: WholeVisit, plan: WholePlan | None, requests: Sequence[Request]
) -> Iterator[Expected]:
    """Yield what the file should hold, in the order of the file."""
    here = ("Visit", visit.visit.id)
    outcome = ("Outcome", result.outcome.id)
    if plan is not None or not any(one.gate == NO_PLAN.title for one in result.exemptions):
        approved = plan is not None and plan.last(APPROVE) is not None
        opens = ("Plan", plan.plan.id) if plan is not None else here
        yield Expected(papers.PLAN, approved, "办法第八条第二项", opens)
    talked = bool(visit.talks or visit.contacts)
    yield Expected(papers.RECORD, talked, "办法第八条第三项", here)
    head = visit.visit
    said = any(
        getattr(head, name).strip()
        for name in ("unit_politics", "unit_work", "unit_mending", "unit_opinions", "unit_party")
    )
    yield Expected(papers.OPINION, said, "办法第七条第一、二项", here)
    form = result.form
    signed = form is not None and form.state in (FORM_SIGNED, FORM_FILED)
    opens = ("RegistrationForm", form.id) if form is not None else here
    yield Expected(papers.FORM, signed, "办法第八条第四项", opens)
    told = all(fed_back_on(result.feedbacks, one) is not None for one in AUDIENCES)
    yield Expected(papers.FEEDBACK, told, "办法第九条", outcome)
    urged = [one for one in result.acts if one.kind in (URGE, URGE_TALK) and not one.waived]
    if urged:
        sent = all(is_settled(one, result) for one in urged)
        answered = sent and all(one.replied_on for one in result.reminders if one.sent_on)
        yield Expected(papers.REMINDER, answered, "办法第九条", outcome)
    talks = [one for one in result.acts if one.kind == TALK and not one.waived]
    if talks:
        yield Expected(papers.ADMONITION, all(one.done_on for one in talks), "办法第九条", outcome)
    if requests:
        done = all(one.state == TOLD for one in requests)
        yield Expected(papers.REQUEST, done, "办法第八条第三项", here)


# ---------------------------------------------------------------- the list of papers


def propose_papers(outcome_id: int, *, uow: UnitOfWork, law: Law) -> Sequence[FilingPaper]:
    """Return the papers that the records show, in the order of the file; nothing is saved.

    Pages are known where the program printed or scanned them; the others wait for a hand.
    """
    with uow:
        result = load_result(uow, outcome_id)
        visit = load_visit(uow, result.outcome.visit_id or 0)
        plan = load_plan(uow, visit.visit.plan_id) if visit.visit.plan_id is not None else None
        requests = uow.repository(Request).where(visit_id=visit.visit.id)
        office = law.settings.office_name or law.settings.reporting_unit
        found = [
            *_of_plan(uow, plan, result.unit, office),
            *_of_visit(visit, result, requests, office),
            *_of_form(uow, result.form),
        ]
    return in_order(found)


def _of_plan(
    uow: UnitOfWork, plan: WholePlan | None, unit: str, office: str
) -> Iterator[FilingPaper]:
    if plan is None:
        return
    head, approved = plan.plan, plan.last(APPROVE)
    yield FilingPaper(
        sort=papers.PLAN,
        title=head.title,
        author=office,
        on=approved.on if approved else head.drafted_on,
    )
    if head.list_id is not None:
        consulted = uow.repository(Consultation).where(list_id=head.list_id)
        own = [one for one in consulted if not one.unit or one.unit.strip() == unit]
        if own:
            days = [one.on for one in own if one.on is not None]
            yield FilingPaper(
                sort=papers.CONSULTATION,
                title="征求意见记录",
                author=office,
                on=max(days, default=None),
            )
    for document, title in (("unit_notice", "通知函"), ("person_notice", "告知书")):
        numbers = uow.repository(DocumentNumber).where(
            entity=f"Plan/{document}", entity_id=head.id, voided_on=None
        )
        for one in numbers:
            yield FilingPaper(
                sort=papers.NOTICE, title=title, author=office, number=str(one), on=one.issued_on
            )
    if plan.points:
        yield FilingPaper(sort=papers.OUTLINE, title="谈话提纲", author=office, on=head.drafted_on)


def _of_visit(
    visit: WholeVisit, result: WholeOutcome, requests: Sequence[Request], office: str
) -> Iterator[FilingPaper]:
    for talk in visit.talks:
        title = f"与{talk.audience}{talk.name}的谈话记录"
        yield FilingPaper(sort=papers.RECORD, title=title, author=talk.recorder, on=talk.on)
    for contact in visit.contacts:
        title = f"{contact.method}回访记录（{contact.name}）"
        yield FilingPaper(sort=papers.RECORD, title=title, author=contact.staff, on=contact.on)
    head = visit.visit
    if head.unit_signed_on or head.unit_party.strip():
        yield FilingPaper(
            sort=papers.OPINION,
            title="所在单位评价意见",
            author=result.unit[:60],
            on=head.unit_signed_on,
        )
    for feedback in result.feedbacks:
        title = f"向{feedback.audience}反馈回访结果（{feedback.means}）"
        yield FilingPaper(sort=papers.FEEDBACK, title=title, author=office, on=feedback.on)
    for letter in result.reminders:
        if letter.sent_on is None:
            continue
        title = f"督促提醒函（{letter.kind}）"
        yield FilingPaper(sort=papers.REMINDER, title=title, author=office, on=letter.sent_on)
        if letter.replied_on is not None:
            yield FilingPaper(
                sort=papers.REMINDER,
                title="所在单位党组织的回复",
                author=result.unit[:60],
                on=letter.replied_on,
            )
    for act in result.acts:
        if act.kind == TALK and act.done_on is not None:
            yield FilingPaper(
                sort=papers.ADMONITION, title="教育提醒记录", author=act.done_by, on=act.done_on
            )
    for request in requests:
        yield FilingPaper(
            sort=papers.REQUEST,
            title="困难诉求办理单",
            author=request.owner[:60],
            on=request.answered_on or request.raised_on,
        )


def _of_form(uow: UnitOfWork, form: RegistrationForm | None) -> Iterator[FilingPaper]:
    if form is None or form.state not in (FORM_SIGNED, FORM_FILED):
        return
    versions = uow.repository(FormVersion).where(form_id=form.id, number=form.version)
    yield FilingPaper(
        sort=papers.FORM,
        title="受处分人员回访关爱工作情况登记表",
        author=form.reporting_unit,
        on=versions[0].signed_on if versions else None,
        pages=versions[0].pages if versions else None,
    )


def add_missing_papers(
    listed: Sequence[FilingPaper], proposed: Sequence[FilingPaper]
) -> list[FilingPaper]:
    """Return the list with the proposed papers that it lacks, each where it belongs."""
    known = {(one.sort, one.title, one.on) for one in listed}
    fresh = [replace(one) for one in proposed if (one.sort, one.title, one.on) not in known]
    return in_order([*listed, *fresh]) if fresh else list(listed)


# ---------------------------------------------------------------- keeping, closing, reopening


def save_filing(whole: WholeFiling, *, uow: UnitOfWork) -> Changes:
    """Keep the volume and its list of papers, complete or not, while it is not closed."""
    entry = whole.entry
    with uow:
        stored = uow.repository(FilingEntry).get(entry.id or 0)
        if entry.revision != stored.revision:
            raise StaleData(
                "归档记录在您打开之后已被另行保存。为免覆盖，这次没有保存；请重新打开，对照后再改。"
            )
        kept = copy.copy(entry)
        for name in ("state", "subject_id", "visit_id"):
            setattr(kept, name, getattr(stored, name))
        listed = uow.repository(FilingPaper).where(filing_id=entry.id)
        details = keep_parts(
            uow,
            FilingPaper,
            whole.papers,
            listed,
            owner="filing_id",
            owner_id=entry.id or 0,
            title=lambda one: f"卷内文件“{one.title}”",
        )
        if not details and same(stored, kept):
            return frozenset()
        if stored.state == FILED:
            raise AlreadyFiled("此卷已经归档，不能再改；确需更改的，请先撤销归档并写明理由")
        details = {**differences(stored, kept), **details}
        uow.repository(FilingEntry).put(kept)
        uow.record(Act("填写归档记录", "FilingEntry", entry.id, details=details))
        changes = uow.commit()
    entry.revision = kept.revision
    return changes


def file_visit(
    outcome_id: int,
    *,
    exemptions: Sequence[Exemption] = (),
    seen: int | None = None,
    uow: UnitOfWork,
    law: Law,
) -> Changes:
    """Close the volume (办法 art. 10): its papers lie in the case file, its records are locked.

    A signed form is filed with it. Raises ``GateClosed`` with everything missing or barred.
    """
    with uow:
        whole = load_filing(uow, outcome_id)
        entry = whole.entry
        if entry.state == FILED:
            raise NotPossible("此次回访的材料已经归档，不必再办")
        if seen is not None and seen != entry.revision:
            raise StaleData("归档记录已被另行保存，请重新打开，看过之后再归档。")
        pass_gates(
            uow,
            filing_obstacles(whole, today=law.today),
            given=exemptions,
            known=whole.result.exemptions,
            today=law.today,
            visit_id=entry.visit_id,
        )
        entry.state = FILED
        uow.repository(FilingEntry).put(entry)
        details: dict[str, Any] = {
            "状态": [OPEN, FILED],
            "案卷号": entry.file_number,
            "归档日期": str(entry.filed_on),
            "保管期限": entry.custody,
            "件数": len(whole.papers),
            "页数": page_total(whole.papers),
            "移交人": entry.handed_by,
            "接收人": entry.handed_to,
        }
        if whole.result.form is not None and whole.result.form.state == FORM_SIGNED:
            _move_form(uow, whole.result.form, FORM_FILED, entry.filed_on, entry.file_number)
            details["登记表"] = [FORM_SIGNED, FORM_FILED]
        uow.record(Act("归档", "FilingEntry", entry.id, details=details))
        return uow.commit()


def unfile_visit(outcome_id: int, reason: str, *, uow: UnitOfWork) -> Changes:
    """Open a closed volume again, for a reason; what was handed over when stays in the log."""
    reason = wanted(reason, "撤销归档须写明理由，请填写后再撤销")
    with uow:
        whole = load_filing(uow, outcome_id)
        entry, form = whole.entry, whole.result.form
        if entry.state != FILED:
            raise NotPossible("此次回访的材料还没有归档")
        entry.state = OPEN
        details: dict[str, Any] = {
            "状态": [FILED, OPEN],
            "原案卷号": entry.file_number,
            "原归档日期": display(entry.filed_on),
        }
        entry.filed_on = None
        uow.repository(FilingEntry).put(entry)
        if form is not None and form.state == FORM_FILED:
            _move_form(uow, form, FORM_SIGNED, None, "")
            details["登记表"] = [FORM_FILED, FORM_SIGNED]
        uow.record(Act("撤销归档", "FilingEntry", entry.id, reason, details))
        return uow.commit()


def _move_form(
    uow: UnitOfWork, form: RegistrationForm, state: str, on: date | None, number: str
) -> None:
    for version in uow.repository(FormVersion).where(form_id=form.id, number=form.version):
        version.state, version.filed_on, version.file_number = state, on, number
        uow.repository(FormVersion).put(version)
    form.state = state
    uow.repository(RegistrationForm).put(form)


def filing_of_visit(visit_id: int, *, uow: UnitOfWork) -> FilingEntry | None:
    """Return the volume of a visit, if one was begun."""
    with uow:
        return next(iter(uow.repository(FilingEntry).where(visit_id=visit_id)), None)
