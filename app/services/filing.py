"""Filing: the papers of a visit listed in order, what is missing, handing over - and reopening with a reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from app.domain import filing as papers
from app.domain.audit import Act
from app.domain.fields import display
from app.domain.filing import (
    FILED,
    OPEN,
    Expected,
    FilingEntry,
    FilingPaper,
    WholeFiling,
    filing_obstacles,
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
from app.services.filing_lock import AlreadyFiled
from app.services.filing_papers import listed_papers, read_sources, with_known_pages
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
    whole = WholeFiling(
        entry,
        result,
        sorted(listed, key=lambda one: (one.position or 0, one.id or 0)),
        tuple(_expected(result, visit, plan, requests)),
        requests,
    )
    with_known_pages(whole, listed_papers(read_sources(uow, result, visit, plan, requests)))
    return whole


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


def propose_papers(outcome_id: int, *, uow: UnitOfWork, law: Law) -> Sequence[FilingPaper]:
    """Return the papers that the records show; see ``filing_papers.listed_papers``."""
    office = law.settings.office_name or law.settings.reporting_unit
    with uow:
        result = load_result(uow, outcome_id)
        visit = load_visit(uow, result.outcome.visit_id or 0)
        plan = load_plan(uow, visit.visit.plan_id) if visit.visit.plan_id is not None else None
        requests = uow.repository(Request).where(visit_id=visit.visit.id)
        return listed_papers(read_sources(uow, result, visit, plan, requests, office))


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
        kept = uow.copy_of(entry)
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
        return uow.commit()


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
        stored = {one.id: one for one in uow.repository(FilingPaper).where(filing_id=entry.id)}
        for paper in whole.papers:
            if not same(stored[paper.id], paper):  # its scan came after it was listed
                uow.repository(FilingPaper).put(paper)
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
