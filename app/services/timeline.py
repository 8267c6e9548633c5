"""One person's records in the order in which things happened, for the person page and as evidence of dates.

A new kind of record adds one ``Source`` to ``SOURCES``: how it is found and which lines it makes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain.ending import STOPPED, Ending
from app.domain.fields import display, form_fields
from app.domain.filing import FILED, FilingEntry
from app.domain.form_life import FormVersion
from app.domain.form_visit import visit_day
from app.domain.gates import Exemption
from app.domain.kinds import full_name
from app.domain.outcome import (
    DECIDED,
    Feedback,
    Outcome,
    OutcomeAct,
    ResultUse,
    UnitReminder,
)
from app.domain.partial_date import PartialDate
from app.domain.plan import (
    APPROVE,
    CANCEL,
    CARRY_OUT,
    CLOSE,
    DROP,
    MOVE,
    REJECT,
    REPLACE,
    SUBMIT,
    WITHDRAW,
    Plan,
    PlanPerson,
    PlanStep,
)
from app.domain.registration_form import DRAFT, RegistrationForm
from app.domain.request import Request
from app.domain.subject import PARTY, Event, Sanction
from app.domain.verdict import Assessment
from app.domain.visit import CALLED_OFF, DONE, Contact, Talk, Visit
from app.domain.visiting_list import (
    DISCIPLINE_OFFICE,
    INCLUDED,
    LEFT_OUT,
    SIGNED,
    UNIT,
    Consultation,
    ListEntry,
    VisitingList,
)
from app.services.ports import FormQueries, UnitOfWork

Link = tuple[str, int]
"""Name of an entity type and its id: what to open for more. ``ResultOf`` goes with a visit's id."""

Records = Mapping[type, Sequence[Any]]
"""Everything that is stored about one person, by type, each in the order of its ids."""


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One thing that happened. ``on`` is as precise as it is known, ``None`` if it is not."""

    on: PartialDate | None
    kind: str
    sentence: str
    link: Link

    @property
    def day(self) -> str:
        """The date as it is read: 2026年3月10日, 2026年3月, or 日期未填."""
        return display(self.on) or "日期未填"


def timeline_of(
    subject_id: int, *, assessment: Assessment | None = None, uow: UnitOfWork
) -> tuple[TimelineRow, ...]:
    """Return what the records say happened to and around one person, the oldest first."""
    with uow:
        records = read_records(uow, subject_id)
    return timeline(records, assessment)


def papers_of(subject_id: int, *, queries: FormQueries, uow: UnitOfWork) -> tuple[TimelineRow, ...]:
    """Return when papers of one person were printed or exported, by whom and whereto (文书)."""
    with uow:
        records = read_records(uow, subject_id)
    return tuple(
        _row(one.at, "文书", f"{one.act}{_more(one.who, one.target)}", one.record)
        for one in queries.outputs_of(links_of(records))
    )


def read_records(uow: UnitOfWork, subject_id: int) -> Records:
    """Return everything about one person that the timeline is made of: one statement per type."""
    found: dict[type, Sequence[Any]] = {}
    for source in SOURCES:
        repository: Any = uow.repository(source.entity)
        by_id: dict[int, Any] = {}
        for way in source.ways:
            ids = {subject_id}
            if way.through is not None:
                holder, attribute = way.through
                ids = {getattr(one, attribute) for one in found[holder]} - {None}
            if ids:
                some = repository.where(**{way.column: tuple(sorted(ids))})
                by_id.update((one.id, one) for one in some)
        found[source.entity] = [by_id[id_] for id_ in sorted(by_id)]
    mine = (None, subject_id)  # what belongs to a plan or list may be about somebody else in it
    found[Exemption] = [one for one in found[Exemption] if one.subject_id in mine]
    return found


def links_of(records: Records) -> list[Link]:
    """Return every record that papers of this person may have been printed from."""
    return [(kind.__name__, one.id) for kind, some in records.items() for one in some]


def timeline(records: Records, assessment: Assessment | None = None) -> tuple[TimelineRow, ...]:
    """Return the lines of ``records``, the oldest first and the undated last.

    With an ``assessment`` the computed last day of each sanction has its line, marked as computed.
    Something known to the month stands before the days of that month.
    """
    rows = [
        row
        for source in SOURCES
        for thing in records.get(source.entity, ())
        for row in source.lines(thing, records)
    ]
    if assessment is not None:
        rows += _ends(assessment)
    return tuple(sorted(rows, key=_place))  # stable: on one day the order of SOURCES holds


def _place(row: TimelineRow) -> tuple[bool, str]:
    return row.on is None, row.on.isoformat() if row.on else ""


def _row(
    on: PartialDate | date | datetime | None, kind: str, sentence: str, about: Any
) -> TimelineRow:
    """Return a line that leads to ``about``, a record or a ready link."""
    if isinstance(on, datetime):
        on = on.date()
    when = PartialDate.of(on) if isinstance(on, date) else on
    link = about if isinstance(about, tuple) else (type(about).__name__, about.id or 0)
    return TimelineRow(when, kind, sentence, link)


def _more(*parts: str) -> str:
    """Return what is known of ``parts`` in brackets."""
    known = [part for part in parts if part]
    return f"（{'，'.join(known)}）" if known else ""


def _cut(text: str, most: int = 60) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else f"{plain[:most]}…"


def _by_id(records: Records, entity: type, id_: int | None) -> Any:
    return next((one for one in records.get(entity, ()) if one.id == id_), None)


# ---------------------------------------------------------------- sanctions and what followed


def _sanction(one: Sanction, _records: Records) -> Iterator[TimelineRow]:
    what = full_name(one.regime, one.kind).removesuffix("处分")
    number = one.document_no and f"文号 {one.document_no}"
    yield _row(one.decided_on, "处分", f"作出{what}处分决定{_more(number)}", one)
    if one.document_date is not None and one.document_date != one.decided_on:
        yield _row(one.document_date, "处分", f"{what}处分决定书落款", one)


def _event(one: Event, records: Records) -> Iterator[TimelineRow]:
    specs = form_fields(Event)
    more = [
        f"{specs[name].label}：{display(getattr(one, name))}"
        for name in ("months", "new_kind", "until", "reason", "approver", "document_no")
        if getattr(one, name) not in ("", None)
    ]
    of = _by_id(records, Sanction, one.sanction_id)
    if of is not None:
        more.insert(0, full_name(of.regime, of.kind))
    yield _row(one.on, "状态事项", f"{one.kind or '事项未填'}{_more(*more)}", one)


def _ends(assessment: Assessment) -> Iterator[TimelineRow]:
    for card in assessment.cards:
        if card.period.last_day is None:
            continue
        term = "影响期" if card.sanction.regime == PARTY else "处分期"
        what = full_name(card.sanction.regime, card.sanction.kind)
        words = f"{what}{term}最后一日（按规则计算）"
        yield _row(card.period.last_day, "期满", words, card.sanction)


# ---------------------------------------------------------------- lists and plans


def _entry(one: ListEntry, records: Records) -> Iterator[TimelineRow]:
    of = _by_id(records, VisitingList, one.list_id)
    if of is None:
        return
    verb = {INCLUDED: "列入", LEFT_OUT: "不列入"}.get(one.decision, "暂缓回访，见")
    if of.state == SIGNED:
        words = f"{verb}“{of.title}”"
        more = _more(
            of.signer and f"{of.signer}签批",
            one.reason,
            f"暂缓至{display(one.until)}" if one.until else "",
            one.approver and f"{one.approver}批准",
        )
        yield _row(of.signed_on, "名单", f"{words}{more}", of)
    else:
        more = _more("尚未签批", one.reason)
        yield _row(of.drafted_on, "名单", f"拟{verb}“{of.title}”{more}", of)


def _consultation(one: Consultation, records: Records) -> Iterator[TimelineRow]:
    entries = [entry for entry in records[ListEntry] if entry.list_id == one.list_id]
    mine = {part.strip() for entry in entries for part in (entry.unit, entry.workplace)}
    if one.party == UNIT and one.unit.strip() not in mine:
        return  # somebody else's unit
    of = _by_id(records, VisitingList, one.list_id)
    whom = one.party if one.party == DISCIPLINE_OFFICE else one.unit or one.party
    words = f"就“{of.title if of else '名单'}”征求{whom}意见"
    more = _more(one.how, one.person and f"{one.person}答复")
    yield _row(one.on, "征求意见", words + more, of or one)


def _plan(one: Plan, _records: Records) -> Iterator[TimelineRow]:
    version = f"第{one.version}版" if (one.version or 1) > 1 else ""
    more = _more(version, one.method, one.drafted_by and f"承办人{one.drafted_by}")
    yield _row(one.drafted_on, "方案", f"拟制“{one.title}”{more}", one)


_STEPS = {
    SUBMIT: ("审批", "报审"),
    WITHDRAW: ("审批", "撤回"),
    APPROVE: ("审批", "经{who}审核同意"),
    REJECT: ("审批", "被{who}退回修改"),
    MOVE: ("方案", "改期"),
    DROP: ("方案", "调整对象"),
    REPLACE: ("方案", "被新版本取代"),
    CARRY_OUT: ("方案", "实施完毕"),
    CLOSE: ("方案", "办结"),
    CANCEL: ("方案", "作废"),
}


def _step(one: PlanStep, records: Records) -> Iterator[TimelineRow]:
    plan = _by_id(records, Plan, one.plan_id)
    if plan is None:
        return
    kind, words = _STEPS.get(one.act, ("方案", one.act))
    signed = "{who}" in words
    words = words.format(who=one.who or "签批人")
    more = _more("" if signed else one.who, one.means, one.opinion and _cut(one.opinion))
    yield _row(one.on, kind, f"方案“{plan.title}”{words}{more}", plan)


def _exemption(one: Exemption, records: Records) -> Iterator[TimelineRow]:
    about = (
        _by_id(records, Visit, one.visit_id)
        or _by_id(records, Plan, one.plan_id)
        or _by_id(records, VisitingList, one.list_id)
    )
    more = _more(one.reason, one.approver and f"{one.approver}批准")
    yield _row(one.on, "例外", f"{one.gate}{more}", about or one)


# ---------------------------------------------------------------- visits, forms, requests


def _visit(one: Visit, _records: Records) -> Iterator[TimelineRow]:
    method = f"{one.method}回访" if one.method else "回访"
    span = f"至{display(one.until)}" if one.until and one.until != one.on else ""
    state = {DONE: "完成", CALLED_OFF: "未成行"}.get(one.state, "进行中")
    more = _more(one.place, span, one.called_off if one.state == CALLED_OFF else "")
    yield _row(one.on, "回访", f"{method}{state}{more}", one)


def _talk(one: Talk, records: Records) -> Iterator[TimelineRow]:
    visit = _by_id(records, Visit, one.visit_id)
    words = f"与{one.audience}{one.name}谈话"
    more = _more(one.place, one.talker and f"谈话人{one.talker}")
    yield _row(one.on, "谈话", words + more, visit or one)


def _contact(one: Contact, records: Records) -> Iterator[TimelineRow]:
    visit = _by_id(records, Visit, one.visit_id)
    whom = f"{one.audience}{one.name}"
    letter = one.method == "信函"
    words = f"致信{whom}" if letter else f"与{whom}通话"
    more = _more(one.staff, f"单号 {one.tracking}" if one.tracking else "")
    yield _row(one.on, "联系", words + more, visit or one)
    if one.replied_on is not None:
        yield _row(one.replied_on, "联系", f"收到{whom}回信", visit or one)


def _form(one: RegistrationForm, records: Records) -> Iterator[TimelineRow]:
    own_visit = any(visit.form_id == one.id for visit in records.get(Visit, ()))
    if not own_visit and (day := visit_day(one)) is not None:
        yield _row(day, "回访", f"登记表记载的回访：{_cut(one.visited_on)}", one)
    if one.state == DRAFT and one.saved_at is not None:
        yield _row(one.saved_at, "登记表", "登记表为草稿，最近一次保存", one)


def _version(one: FormVersion, records: Records) -> Iterator[TimelineRow]:
    form = _by_id(records, RegistrationForm, one.form_id) or one
    which = f"登记表第{one.number}版" if (one.number or 1) > 1 else "登记表"
    more = _more(one.finalised_by and f"定稿人{one.finalised_by}", one.reason, one.override)
    yield _row(one.saved_at, "登记表", f"{which}定稿{more}", form)
    if one.signed_on is not None:
        yield _row(one.signed_on, "登记表", f"{which}签名{_more(one.signed_by)}", form)
    if one.filed_on is not None:
        number = one.file_number and f"案卷号 {one.file_number}"
        yield _row(one.filed_on, "归档", f"{which}归档{_more(number)}", form)


def _request(one: Request, _records: Records) -> Iterator[TimelineRow]:
    owner = one.owner and f"承办：{one.owner}"
    yield _row(
        one.raised_on, "诉求", f"提出{one.kind or '诉求'}：{_cut(one.content)}{_more(owner)}", one
    )
    if one.answered_on is not None:
        yield _row(one.answered_on, "诉求", f"诉求办结：{_cut(one.answer)}", one)
    if one.told_on is not None:
        yield _row(one.told_on, "诉求", f"办理结果告知本人{_more(one.told_how, one.told_by)}", one)


# ---------------------------------------------------------------- results and filing


def _result(one: Feedback | UnitReminder | FilingEntry) -> Any:
    """Return what leads to the page of the visit's result, where its later records stand."""
    return ("ResultOf", one.visit_id) if one.visit_id is not None else one


def _outcome(one: Outcome, _records: Records) -> Iterator[TimelineRow]:
    verb = "回访结果认定为" if one.state == DECIDED else "拟认定回访结果为"
    more = _more("情节严重" if one.serious else "", one.decided_by)
    yield _row(one.decided_on, "结果运用", f"{verb}“{one.item or '未填'}”{more}", one)


def _act(one: OutcomeAct, records: Records) -> Iterator[TimelineRow]:
    if one.done_on is not None:
        outcome = _by_id(records, Outcome, one.outcome_id)
        more = _more(one.done_by, _cut(one.note))
        yield _row(one.done_on, "结果运用", f"{one.kind}办结{more}", outcome or one)


def _feedback(one: Feedback, _records: Records) -> Iterator[TimelineRow]:
    more = _more(one.means, one.by and f"反馈人{one.by}", one.receiver and f"接收人{one.receiver}")
    yield _row(one.on, "反馈", f"向{one.audience}反馈{more}", _result(one))
    if one.receipt_on is not None:
        yield _row(one.receipt_on, "反馈", f"收到{one.audience}送达回执", _result(one))


def _reminder(one: UnitReminder, _records: Records) -> Iterator[TimelineRow]:
    if one.sent_on is not None:
        words = f"向{one.recipient or '所在单位党组织'}发出督促提醒函"
        yield _row(one.sent_on, "提醒函", words + _more(one.sent_how), _result(one))
    if one.replied_on is not None:
        more = _more(_cut(one.reply))
        yield _row(one.replied_on, "提醒函", f"收到{one.recipient}回复{more}", _result(one))


def _use(one: ResultUse, _records: Records) -> Iterator[TimelineRow]:
    more = _more(one.kind, one.document_no and f"来函文号 {one.document_no}")
    yield _row(one.asked_on, "使用情况", f"{one.asked_by}询问回访情况{more}", one)
    if one.replied_on is not None:
        yield _row(one.replied_on, "使用情况", f"答复{one.asked_by}{_more(one.replied_by)}", one)


def _ending(one: Ending, _records: Records) -> Iterator[TimelineRow]:
    stopped = f"已终止：{one.stopped}" if one.state == STOPPED else ""
    more = _more(one.sanction, one.owner and f"承办人{one.owner}", stopped)
    yield _row(one.began_on, "期满办理", f"开始办理{one.kind}{more}", one)
    if one.notified_on is not None:
        yield _row(one.notified_on, "期满办理", f"{one.kind}结果告知本人", one)


def _filing(one: FilingEntry, _records: Records) -> Iterator[TimelineRow]:
    if one.state == FILED:
        number = one.file_number and f"案卷号 {one.file_number}"
        more = _more(number, one.handed_to and f"接收人{one.handed_to}")
        yield _row(one.filed_on, "归档", f"回访材料立卷归档{more}", _result(one))


def _nothing(_one: Any, _records: Records) -> Iterator[TimelineRow]:
    return iter(())


@dataclass(frozen=True, slots=True)
class Way:
    """By which column records are found. ``through`` names an earlier type and the attribute whose
    values the column holds; without it the person's own id is meant.
    """

    column: str = "subject_id"
    through: tuple[type, str] | None = None


_OWN = (Way(),)
_OF_LIST, _OF_PLAN = (ListEntry, "list_id"), (PlanPerson, "plan_id")


@dataclass(frozen=True, slots=True)
class Source:
    """One type of record: the lines it makes, and the ways it is found."""

    entity: type
    lines: Callable[[Any, Records], Iterator[TimelineRow]]
    ways: tuple[Way, ...] = _OWN


SOURCES: tuple[Source, ...] = (
    Source(Sanction, _sanction),
    Source(Event, _event),
    Source(ListEntry, _entry),
    Source(VisitingList, _nothing, (Way("id", _OF_LIST),)),
    Source(Consultation, _consultation, (Way("list_id", _OF_LIST),)),
    Source(PlanPerson, _nothing),
    Source(Plan, _plan, (Way("id", _OF_PLAN),)),
    Source(PlanStep, _step, (Way("plan_id", _OF_PLAN),)),
    Source(Visit, _visit),
    Source(Talk, _talk, (Way("visit_id", (Visit, "id")),)),
    Source(Contact, _contact, (Way("visit_id", (Visit, "id")),)),
    Source(
        Exemption,
        _exemption,
        (Way("list_id", _OF_LIST), Way("plan_id", _OF_PLAN), Way("visit_id", (Visit, "id"))),
    ),
    Source(RegistrationForm, _form),
    Source(FormVersion, _version, (Way("form_id", (RegistrationForm, "id")),)),
    Source(Request, _request),
    Source(Outcome, _outcome),
    Source(OutcomeAct, _act),
    Source(Feedback, _feedback),
    Source(UnitReminder, _reminder),
    Source(ResultUse, _use),
    Source(Ending, _ending),
    Source(FilingEntry, _filing),
)
"""Every kind of record that has lines, holders before what is found through them."""
