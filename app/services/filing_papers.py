"""Which papers lie in the file of a visit, read from the records, and on how many pages each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from app.domain import filing as papers
from app.domain.attachment import (
    APPROVAL_SCAN,
    SIGNED_FORM,
    TALK_RECORD,
    UNIT_REPLY,
    Attachment,
    pages_together,
)
from app.domain.document_number import DocumentNumber
from app.domain.filing import FilingPaper, WholeFiling, in_order, paper_key
from app.domain.form_life import FormVersion
from app.domain.outcome import TALK, Feedback, Outcome, UnitReminder, WholeOutcome
from app.domain.plan import APPROVE, Plan, WholePlan
from app.domain.registration_form import FILED as FORM_FILED
from app.domain.registration_form import SIGNED as FORM_SIGNED
from app.domain.registration_form import RegistrationForm
from app.domain.request import Request
from app.domain.visit import Visit, WholeVisit
from app.domain.visiting_list import Consultation
from app.services.ports import UnitOfWork

OPINION_SCAN, NOTICE_SCAN, REQUEST_SCAN = "所在单位评价材料", "通知函及告知书", "诉求办理材料"
_REPLY_WORDS = ("回复", "复函", "回信", "答复")


@dataclass(slots=True)
class Sources:
    """The records of a visit that its file is made of, in an open unit of work."""

    uow: UnitOfWork
    result: WholeOutcome
    visit: WholeVisit
    plan: WholePlan | None = None
    requests: Sequence[Request] = ()
    office: str = ""
    scans: list[Attachment] = field(default_factory=list)

    def take(self, owner: type, owner_id: int | None, *kinds: str, words: str = "") -> int | None:
        """Return the pages of the scans of a record, which no other paper takes then.

        ``kinds`` and ``words`` (in the title) say which; ``None`` when there are none, or when the
        pages of one are not known.
        """
        some = [
            one
            for one in self.scans
            if (one.owner_kind, one.owner_id) == (owner.__name__, owner_id)
            if (not kinds or one.kind in kinds) and words in one.title
        ]
        self.scans = [one for one in self.scans if one not in some]
        known = bool(some) and all(one.pages for one in some)
        return pages_together(some) if known else None


def read_sources(
    uow: UnitOfWork,
    result: WholeOutcome,
    visit: WholeVisit,
    plan: WholePlan | None,
    requests: Sequence[Request],
    office: str = "",
) -> Sources:
    """Return the records with the scans that hang on them."""
    made = Sources(uow, result, visit, plan, requests, office)
    form = result.form
    owners: list[tuple[type, Iterable[int | None]]] = [
        (Visit, [visit.visit.id]),
        (Outcome, [result.outcome.id]),
        (Feedback, [one.id for one in result.feedbacks]),
        (UnitReminder, [one.id for one in result.reminders]),
        (Request, [one.id for one in requests]),
        (RegistrationForm, [form.id] if form is not None else []),
        (Plan, [plan.plan.id] if plan is not None else []),
    ]
    for owner, ids in owners:
        wanted = tuple(ids)
        found = (
            uow.repository(Attachment).where(owner_kind=owner.__name__, owner_id=wanted)
            if wanted
            else ()
        )
        made.scans += sorted(
            (
                one
                for one in found
                if one.removed_on is None
                and one.subject_id in (None, result.outcome.subject_id)  # of this person's plan
            ),
            key=lambda one: one.id or 0,
        )
    return made


def listed_papers(sources: Sources) -> list[FilingPaper]:
    """Return the papers that the records show, in the order of the file; nothing is saved.

    Pages are known where the program printed the paper or holds its scan; the others wait for a
    hand. A scan that belongs to none of them is a paper of its own.
    """
    found = [
        *_of_plan(sources),
        *_of_visit(sources),
        *_of_form(sources),
    ]
    return in_order([*found, *_of_scans(sources)])


def with_known_pages(whole: WholeFiling, proposed: Iterable[FilingPaper]) -> None:
    """Give the papers of an open volume the pages of their scans; ``known`` says which have one."""
    whole.known = {paper_key(one): one.pages for one in proposed if one.pages}
    if whole.entry.state == papers.OPEN:
        for paper in whole.papers:
            paper.pages = whole.known.get(paper_key(paper), paper.pages)


def _of_plan(sources: Sources) -> Iterator[FilingPaper]:
    uow, plan, office = sources.uow, sources.plan, sources.office
    if plan is None:
        return
    unit = sources.result.unit
    head, approved = plan.plan, plan.last(APPROVE)
    yield FilingPaper(
        sort=papers.PLAN,
        title=head.title,
        author=office,
        on=approved.on if approved else head.drafted_on,
        pages=sources.take(Plan, head.id, APPROVAL_SCAN),
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
                sort=papers.NOTICE,
                title=title,
                author=office,
                number=str(one),
                on=one.issued_on,
                pages=sources.take(Plan, head.id, NOTICE_SCAN, words=title),
            )
    if plan.points:
        yield FilingPaper(sort=papers.OUTLINE, title="谈话提纲", author=office, on=head.drafted_on)


def _of_visit(sources: Sources) -> Iterator[FilingPaper]:
    visit, result, office = sources.visit, sources.result, sources.office
    head = visit.visit
    alone = len(visit.talks) + len(visit.contacts) == 1
    for talk in visit.talks:
        yield FilingPaper(
            sort=papers.RECORD,
            title=f"与{talk.audience}{talk.name}的谈话记录",
            author=talk.recorder,
            on=talk.on,
            pages=sources.take(Visit, head.id, TALK_RECORD, words="" if alone else talk.name),
        )
    for contact in visit.contacts:
        yield FilingPaper(
            sort=papers.RECORD,
            title=f"{contact.method}回访记录（{contact.name}）",
            author=contact.staff,
            on=contact.on,
            pages=sources.take(Visit, head.id, TALK_RECORD, words="" if alone else contact.name),
        )
    if head.unit_signed_on or head.unit_party.strip():
        yield FilingPaper(
            sort=papers.OPINION,
            title="所在单位评价意见",
            author=result.unit[:60],
            on=head.unit_signed_on,
            pages=sources.take(Visit, head.id, OPINION_SCAN),
        )
    for feedback in result.feedbacks:
        yield FilingPaper(
            sort=papers.FEEDBACK,
            title=f"向{feedback.audience}反馈回访结果（{feedback.means}）",
            author=office,
            on=feedback.on,
            pages=sources.take(Feedback, feedback.id),
        )
    for letter in result.reminders:
        if letter.sent_on is None:
            continue
        answers = []
        if letter.replied_on is not None:
            answers = [sources.take(UnitReminder, letter.id, UNIT_REPLY)]
            answers += [sources.take(UnitReminder, letter.id, words=one) for one in _REPLY_WORDS]
        yield FilingPaper(
            sort=papers.REMINDER,
            title=f"督促提醒函（{letter.kind}）",
            author=office,
            on=letter.sent_on,
            pages=sources.take(UnitReminder, letter.id),
        )
        if letter.replied_on is not None:
            yield FilingPaper(
                sort=papers.REMINDER,
                title="所在单位党组织的回复",
                author=result.unit[:60],
                on=letter.replied_on,
                pages=sum(filter(None, answers)) or None,
            )
    for act in result.acts:
        if act.kind == TALK and act.done_on is not None:
            yield FilingPaper(
                sort=papers.ADMONITION,
                title="教育提醒记录",
                author=act.done_by,
                on=act.done_on,
                pages=sources.take(Outcome, result.outcome.id, TALK_RECORD),
            )
    for request in sources.requests:
        yield FilingPaper(
            sort=papers.REQUEST,
            title="困难诉求办理单",
            author=request.owner[:60],
            on=request.answered_on or request.raised_on,
            pages=sources.take(Request, request.id),
        )


def _of_form(sources: Sources) -> Iterator[FilingPaper]:
    form = sources.result.form
    if form is None or form.state not in (FORM_SIGNED, FORM_FILED):
        return
    scanned = sources.take(RegistrationForm, form.id, SIGNED_FORM)
    versions = sources.uow.repository(FormVersion).where(form_id=form.id, number=form.version)
    yield FilingPaper(
        sort=papers.FORM,
        title="受处分人员回访关爱工作情况登记表",
        author=form.reporting_unit,
        on=versions[0].signed_on if versions else None,
        pages=scanned or (versions[0].pages if versions else None),
    )


_SORT_OF = {
    APPROVAL_SCAN: papers.PLAN,
    NOTICE_SCAN: papers.NOTICE,
    TALK_RECORD: papers.RECORD,
    OPINION_SCAN: papers.OPINION,
    SIGNED_FORM: papers.FORM,
    REQUEST_SCAN: papers.REQUEST,
}


def _of_scans(sources: Sources) -> Iterator[FilingPaper]:
    """Yield what hangs on the records and belongs to none of their papers."""
    for scan in sources.scans:
        yield FilingPaper(
            sort=_SORT_OF.get(scan.kind, papers.OTHER), title=scan.title, pages=scan.pages
        )


def add_missing_papers(
    listed: Sequence[FilingPaper], proposed: Sequence[FilingPaper]
) -> list[FilingPaper]:
    """Return the list with the proposed papers that it lacks, each where it belongs."""
    known = {paper_key(one) for one in listed}
    fresh = [replace(one) for one in proposed if paper_key(one) not in known]
    if not fresh:
        return list(listed)
    rank = {paper_key(one): place for place, one in enumerate(proposed)}
    together = sorted([*listed, *fresh], key=lambda one: rank.get(paper_key(one), len(rank)))
    return in_order(together)  # of one day: the letter before its reply, whichever came first
