"""Gathers a person's file: what belongs into it, in which order, and what is left out and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.domain.attachment import KINDS, Attachment
from app.domain.audit import Act
from app.domain.case_file import (
    DECISIONS,
    FACTS,
    OTHERS,
    VISITS,
    CaseFile,
    Form,
    Line,
    Part,
    Record,
    Scan,
    Sheet,
)
from app.domain.ending import Ending
from app.domain.fields import display, form_fields
from app.domain.filing import FilingEntry
from app.domain.form_life import FINAL_PAPER, FormVersion, StoredPaper
from app.domain.outcome import DECIDED, Feedback, Outcome, ResultUse, UnitReminder
from app.domain.plan import (
    APPROVED,
    CARRIED_OUT,
    CLOSED,
    REPLACED,
    SUBMITTED,
    Plan,
    PlanPerson,
    WholePlan,
)
from app.domain.pseudonyms import ADDRESS, NUMBER, PERSON, PHONE, UNIT
from app.domain.registration_form import DRAFT, RegistrationForm
from app.domain.request import Request
from app.domain.staff import Staff
from app.domain.subject import Subject
from app.domain.visit import DONE, Visit
from app.services.dossiers import load_dossier
from app.services.endings import load_ending
from app.services.filing import load_filing
from app.services.gatekeeping import Law
from app.services.papers import (
    ending_paper,
    request_paper,
    result_paper,
    use_paper,
    visit_paper,
)
from app.services.plans import load_plan
from app.services.ports import Changes, UnitOfWork, wanted
from app.services.timeline import timeline_of

FACTS_SHEET = Sheet("回访对象基本情况及处分期限")
EVENTS_SHEET = Sheet("大事记（日期依据）")

_KEPT_PLANS = (SUBMITTED, APPROVED, REPLACED, CARRIED_OUT, CLOSED)
_OF_SANCTION = ("Subject", "Case", "Sanction", "Event")
_LISTS = "名单和征求意见记录涉及多人，存入名单卷，本档只在大事记中列明日期"


def gather_case_file(subject_id: int, *, new_uow: Callable[[], UnitOfWork], law: Law) -> CaseFile:
    """Return everything that goes into one person's file. Raises ``MissingRecord``.

    Plans of several people are reduced to this one; drafts and what was called off are no evidence.
    """
    with new_uow() as uow:
        dossier = load_dossier(uow, subject_id)
        plans = _plans(uow, subject_id)
        visits = sorted(uow.repository(Visit).where(subject_id=subject_id), key=_visit_order)
        requests = list(uow.repository(Request).where(subject_id=subject_id))
        forms = _forms(uow, subject_id)
        held = [
            one
            for one in uow.repository(Attachment).where(subject_id=subject_id)
            if one.removed_on is None
        ] + _of_plans(uow, plans)
        volumes = list(uow.repository(FilingEntry).where(subject_id=subject_id))
        numbers = [one.file_number for one in volumes]
        numbers += _filed_under(uow, [one.form.id for one in forms])
    assessment = law.on(dossier, law.today)
    rows = timeline_of(subject_id, assessment=assessment, uow=new_uow())
    done = [one for one in visits if one.state == DONE]
    parts = [Part(FACTS, FACTS_SHEET), Part(FACTS, EVENTS_SHEET)]
    scans = _Scans(held)
    parts += scans.take(DECISIONS, _OF_SANCTION)
    used: set[tuple[str, int | None]] = set()
    for visit in done:
        step = f"{display(visit.on)}{visit.method}回访"
        parts += _of_visit(visit, step, plans, requests, forms, scans, used, new_uow, law)
    for whole in plans:
        if ("Plan", whole.plan.id) not in used:
            drafted = whole.plan.drafted_on
            parts.append(Part(OTHERS, Record(whole, whole.plan), drafted, whole.plan.title))
            parts += scans.of(OTHERS, "Plan", whole.plan.id, whole.plan.title)
    for one in forms:
        if ("RegistrationForm", one.form.id) not in used:
            step = f"登记表（{one.form.visited_on or '回访时间未填'}）"
            parts.append(Part(OTHERS, one, None, step))
            parts += scans.of(OTHERS, "RegistrationForm", one.form.id, step)
    for request in requests:
        if ("Request", request.id) not in used and request.id is not None:
            paper = request_paper(request.id, uow=new_uow(), law=law)
            parts.append(Part(OTHERS, Record(paper, request), request.raised_on, "诉求"))
            parts += scans.of(OTHERS, "Request", request.id, "诉求")
    parts += _of_ends_and_uses(subject_id, scans, new_uow, law)
    parts += scans.rest(OTHERS)
    left_out = [_LISTS]
    unfinished = [one for one in visits if one.state != DONE]
    if unfinished:
        left_out.append(f"进行中或未成行的回访{len(unfinished)}次，没有完整记录，未收入")
    return CaseFile(
        dossier,
        assessment,
        tuple(Line(row.day, row.kind, row.sentence) for row in rows),
        tuple(parts),
        tuple(left_out),
        custody=_joined(one.custody for one in volumes),
        fonds=_joined(one.fonds for one in volumes),
        catalogue=_joined(one.catalogue for one in volumes),
        file_number=_joined(numbers),
        names=tuple(_names(dossier, parts)),
    )


def _of_visit(
    visit: Visit,
    step: str,
    plans: Sequence[WholePlan],
    requests: Sequence[Request],
    forms: Sequence[Form],
    scans: _Scans,
    used: set[tuple[str, int | None]],
    new_uow: Callable[[], UnitOfWork],
    law: Law,
) -> Iterator[Part]:
    """Yield plan, records, form, result and requests of one visit, each followed by its scans.

    That is the order of papers in a volume (``domain.filing.ORDER``).
    """
    for whole in plans:
        if whole.plan.id == visit.plan_id and ("Plan", whole.plan.id) not in used:
            used.add(("Plan", whole.plan.id))
            yield Part(VISITS, Record(whole, whole.plan), whole.plan.drafted_on, step)
            yield from scans.of(VISITS, "Plan", whole.plan.id, step)
    paper = visit_paper(visit.id or 0, uow=new_uow(), law=law)
    yield Part(VISITS, Record(paper.whole, visit), visit.on, step)
    yield Part(VISITS, Record(paper, visit), visit.on, step)
    yield from scans.of(VISITS, "Visit", visit.id, step)
    for one in forms:
        if one.form.id == visit.form_id:
            used.add(("RegistrationForm", one.form.id))
            yield Part(VISITS, one, visit.on, step)
            yield from scans.of(VISITS, "RegistrationForm", one.form.id, step)
    yield from _of_result(visit, step, scans, new_uow, law)
    for request in requests:
        if request.visit_id == visit.id and request.id is not None:
            used.add(("Request", request.id))
            slip = request_paper(request.id, uow=new_uow(), law=law)
            yield Part(VISITS, Record(slip, request), request.raised_on, step)
            yield from scans.of(VISITS, "Request", request.id, step)


def _of_result(
    visit: Visit, step: str, scans: _Scans, new_uow: Callable[[], UnitOfWork], law: Law
) -> Iterator[Part]:
    """Yield the result of a visit and what hangs on result, feedback, letters and filing."""
    with new_uow() as uow:
        decided = uow.repository(Outcome).where(visit_id=visit.id, state=DECIDED)
        volumes = [load_filing(uow, one.id) for one in decided if one.id is not None]
        about: list[Any] = []
        for kind in _RESULTS:
            about += uow.repository(kind).where(visit_id=visit.id)
    for volume in volumes:
        paper = result_paper(volume, uow=new_uow(), law=law)
        yield Part(VISITS, Record(paper, volume.head), volume.head.decided_on, step)
    for thing in about:
        yield from scans.of(VISITS, type(thing).__name__, thing.id, step)


def _of_ends_and_uses(
    subject_id: int, scans: _Scans, new_uow: Callable[[], UnitOfWork], law: Law
) -> Iterator[Part]:
    """Yield ends of periods and what was answered to those who asked for results."""
    with new_uow() as uow:
        endings = [
            load_ending(uow, one.id)
            for one in uow.repository(Ending).where(subject_id=subject_id)
            if one.id is not None
        ]
        uses = [
            one
            for one in uow.repository(ResultUse).where(subject_id=subject_id)
            if one.replied_on is not None
        ]
    for whole in endings:
        sheet = ending_paper(whole, uow=new_uow(), law=law)
        yield Part(OTHERS, Record(sheet, whole.ending), None, whole.ending.kind)
        yield from scans.of(OTHERS, "Ending", whole.ending.id, whole.ending.kind)
    for use in uses:
        answer = use_paper(use, uow=new_uow(), law=law)
        yield Part(OTHERS, Record(answer, use), use.replied_on, "结果使用")


_RESULTS: tuple[type, ...] = (Outcome, Feedback, UnitReminder, FilingEntry)


class _Scans:
    """The attachments of a person, each handed out once, in the order a file is read."""

    def __init__(self, held: Iterable[Attachment]) -> None:
        place = {kind: number for number, kind in enumerate(KINDS)}
        self._left = sorted(held, key=lambda one: (place.get(one.kind, len(place)), one.id or 0))

    def of(self, section: str, kind: str, id_: int | None, step: str) -> list[Part]:
        """Take those of one record."""
        return self._take(
            section, [x for x in self._left if (x.owner_kind, x.owner_id) == (kind, id_)], step
        )

    def take(self, section: str, kinds: Sequence[str]) -> list[Part]:
        """Take those of all records of some kinds."""
        return self._take(section, [x for x in self._left if x.owner_kind in kinds], "")

    def rest(self, section: str) -> list[Part]:
        """Take what nobody took."""
        return self._take(section, list(self._left), "")

    def _take(self, section: str, some: list[Attachment], step: str) -> list[Part]:
        self._left = [one for one in self._left if one not in some]
        return [Part(section, Scan(one), None, step) for one in some]


def _visit_order(visit: Visit) -> tuple[date, int]:
    return visit.on or date.max, visit.id or 0


def _plans(uow: UnitOfWork, subject_id: int) -> list[WholePlan]:
    """Return the person's plans, each without the others it speaks of, the oldest first."""
    mine = uow.repository(PlanPerson).where(subject_id=subject_id)
    found = []
    for plan_id in sorted({one.plan_id for one in mine if one.plan_id is not None}):
        whole = load_plan(uow, plan_id)
        if whole.plan.state in _KEPT_PLANS:
            own = [one for one in whole.people if one.subject_id == subject_id]
            points = [one for one in whole.points if one.subject_id in (None, subject_id)]
            exemptions = tuple(
                one for one in whole.exemptions if one.subject_id in (None, subject_id)
            )
            found.append(replace(whole, people=own, points=points, exemptions=exemptions))
    return found


def _of_plans(uow: UnitOfWork, plans: Sequence[WholePlan]) -> list[Attachment]:
    """Return what hangs on plans of several people: it names nobody as its own."""
    ids = tuple(whole.plan.id for whole in plans)
    if not ids:
        return []
    found = uow.repository(Attachment).where(owner_kind=Plan.__name__, owner_id=ids)
    return [one for one in found if one.removed_on is None and one.subject_id is None]


def _forms(uow: UnitOfWork, subject_id: int) -> list[Form]:
    forms = list(uow.repository(RegistrationForm).where(subject_id=subject_id))
    ids = [form.id for form in forms if form.id is not None]
    papers = uow.repository(StoredPaper).where(form_id=ids, kind=FINAL_PAPER) if ids else ()
    final = {(one.form_id, one.number): one.id for one in papers}
    return [
        Form(form, None if form.state == DRAFT else final.get((form.id, form.version or 1)))
        for form in forms
    ]


def _joined(words: Iterable[str]) -> str:
    """Return what the volumes say, each thing once."""
    return "、".join(dict.fromkeys(word for word in words if word))


def _filed_under(uow: UnitOfWork, form_ids: Sequence[int | None]) -> list[str]:
    wanted = [id_ for id_ in form_ids if id_ is not None]
    versions = uow.repository(FormVersion).where(form_id=wanted) if wanted else ()
    return [version.file_number for version in versions]


# ---------------------------------------------------------------- whom a file names

_CATEGORIES = {
    "name": PERSON, "talker": PERSON, "recorder": PERSON, "drafted_by": PERSON, "approver": PERSON,
    "signer": PERSON, "signed_by": PERSON, "who": PERSON, "staff": PERSON, "owner": PERSON,
    "told_by": PERSON, "manual_by": PERSON, "decided_by": PERSON, "by": PERSON, "receiver": PERSON,
    "done_by": PERSON, "compiled_by": PERSON, "checked_by": PERSON, "handed_by": PERSON,
    "handed_to": PERSON, "emergency": PERSON, "person": PERSON, "finalised_by": PERSON,
    "unit": UNIT, "organ": UNIT, "reporting_unit": UNIT,
    "asker": PERSON, "replied_by": PERSON, "recipient": UNIT, "asked_by": UNIT,
    "address": ADDRESS, "phone": PHONE, "document_no": NUMBER, "file_no": NUMBER,
    "file_number": NUMBER, "tracking": NUMBER, "mailing": NUMBER, "number": NUMBER,
}  # fmt: skip
"""Fields of any record that name somebody or something, and as what."""


def _names(dossier: Any, parts: Iterable[Part]) -> Iterator[tuple[str, str]]:
    """Yield everything that the records of a file name in fields of their own."""
    things: list[Any] = [*dossier.cases, *dossier.sanctions, *dossier.events]
    for part in parts:
        source = part.source
        if isinstance(source, Form):
            things.append(source.form)
        elif isinstance(source, Record):
            things += _entities(source.entity)
    for thing in things:
        for name in form_fields(thing):
            value = getattr(thing, name)
            if name in _CATEGORIES and isinstance(value, str) and value.strip():
                yield _CATEGORIES[name], value.strip()


def _entities(whole: Any) -> Iterator[Any]:
    """Yield the entities that a whole record is made of, however deep."""
    if isinstance(whole, list | tuple):
        for one in whole:
            yield from _entities(one)
    elif hasattr(whole, "__dataclass_fields__"):
        if form_fields(whole):
            yield whole
        else:
            for name in whole.__dataclass_fields__:
                yield from _entities(getattr(whole, name))


def everybody(uow: UnitOfWork) -> tuple[list[Subject], list[Staff]]:
    """Return all people of the roster and all staff, whom a text may mention by name."""
    return list(uow.repository(Subject).where()), list(uow.repository(Staff).where())


def record_case_files(
    subject_ids: Sequence[int],
    *,
    act: str,
    target: str,
    reason: str,
    redacted: bool,
    pages: int,
    copies: int = 1,
    uow: UnitOfWork,
) -> Changes:
    """Enter that files were exported or printed (``act``): one line per person, with the reason.

    Raises ``NoReason`` without one.
    """
    wanted(reason, f"请写明{act}一人一档的用途")
    many = "多人一档" if len(subject_ids) > 1 else "一人一档"  # the file of many takes two people
    what = f"{act}{many}{'（去标识副本）' if redacted else ''}"
    with uow:
        for id_ in subject_ids:
            details = {
                "去向": target,
                "份数": len(subject_ids),
                "总页数": pages,
                "每份份数": copies,
            }
            uow.record(Act(what, "Subject", id_, reason.strip(), details))
        return uow.commit()
