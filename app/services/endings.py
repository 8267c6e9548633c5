"""期满办理: begun, followed step by step, confirmed - which writes the one event that periods read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.audit import Act
from app.domain.ending import (
    CONFIRMED,
    EVENT_OF,
    EXTEND,
    STEP,
    STOPPED,
    TO_SUPERIOR,
    UNDER_WAY,
    Ending,
    EndingItem,
    WholeEnding,
    ending_obstacles,
    kind_for,
    last_day_of,
    proposed_items,
    proposed_result,
    report_day,
)
from app.domain.gates import Exemption
from app.domain.partial_date import PartialDate
from app.domain.reminders import CONFIRM, PROBATION, Reminder
from app.domain.subject import PARTY, Event, Subject
from app.services.dossiers import load_dossier, load_dossiers
from app.services.gatekeeping import Law, NotPossible, pass_gates
from app.services.parts import differences, keep_parts, same
from app.services.ports import Changes, StaleData, UnitOfWork, wanted
from app.services.standing import reassess


@dataclass(frozen=True, slots=True)
class EndingRow:
    """One restoration or end of period as a list shows it; without ``id`` it is one to begin."""

    id: int | None
    subject_id: int
    sanction_id: int | None
    name: str
    unit: str
    kind: str
    sanction: str
    last_day: date | None
    state: str
    next_step: str
    next_on: date | None


def begin_ending(
    subject_id: int, sanction_id: int, *, who: str = "", uow: UnitOfWork, law: Law
) -> tuple[int, Changes]:
    """Begin the end of a sanction, with materials and steps listed; one under way is returned.

    Raises ``NotPossible`` for a sanction that ends without anything being done (条例 art. 46).
    """
    with uow:
        dossier = load_dossier(uow, subject_id)
        sanction = next((one for one in dossier.sanctions if one.id == sanction_id), None)
        if sanction is None:
            raise NotPossible("名册中没有这项处分，可能已被删除，请刷新后再试")
        kind = kind_for(sanction)
        if not kind:
            raise NotPossible(
                f"党内{sanction.kind}影响期届满后无需办理解除手续（条例第四十六条）；"
                "只有留党察看须办理恢复党员权利"
            )
        for known in uow.repository(Ending).where(subject_id=subject_id, sanction_id=sanction_id):
            if known.state == UNDER_WAY:
                return known.id or 0, frozenset()
        last = last_day_of(law.on(dossier, law.today).periods, sanction_id)
        ending_id = uow.repository(Ending).put(
            Ending(
                subject_id=subject_id,
                sanction_id=sanction_id,
                kind=kind,
                sanction=_named(sanction.regime, sanction.kind, sanction.decided_on),
                began_on=law.today,
                last_day=last,
                owner=who,
                result=proposed_result(kind),
            )
        )
        items = proposed_items(kind, last, law.today, law.working_days)
        for item in items:
            item.ending_id = ending_id
        uow.repository(EndingItem).put_all(items)
        details = {"事项": kind, "处分": sanction_id}
        uow.record(Act("开始期满办理", "Ending", ending_id, details=details))
        return ending_id, uow.commit()


def _named(regime: str, kind: str, on: PartialDate | None) -> str:
    when = f"（{on}）" if on is not None else ""
    return f"{'' if regime == PARTY else regime}{kind}{when}"


def load_ending(uow: UnitOfWork, ending_id: int) -> WholeEnding:
    """Return one with materials and steps, in an open unit of work.

    What was confirmed is read from its event, so that a correction in the roster shows here.
    """
    ending = uow.repository(Ending).get(ending_id)
    dossier = load_dossier(uow, ending.subject_id or 0)
    event = next((one for one in dossier.events if one.id == ending.event_id), None)
    if event is not None:
        ending.on = event.on.exact if event.on is not None else None
        ending.document_no, ending.approver = event.document_no, event.approver
    subject = dossier.subject
    items = uow.repository(EndingItem).where(ending_id=ending_id)
    return WholeEnding(
        ending,
        name=subject.name,
        unit=subject.unit.strip() or subject.workplace.strip(),
        items=sorted(items, key=lambda one: (one.position or 0, one.id or 0)),
        exemptions=tuple(uow.repository(Exemption).where(ending_id=ending_id)),
        events=dossier.events,
    )


def open_ending(ending_id: int, *, uow: UnitOfWork) -> WholeEnding:
    """Return a fresh copy, for editing. Raises ``MissingRecord``."""
    with uow:
        return load_ending(uow, ending_id)


def calendar_warning(whole: WholeEnding, *, law: Law) -> str:
    """Say that the day of the report to the superior is only guessed: the year is not known."""
    last = report_day(whole.items, law.working_days)
    waits = any(one.title == TO_SUPERIOR and one.done_on is None for one in whole.items)
    return law.working_days.warning(last) if waits and last is not None else ""


_NOT_TYPED = ("state", "subject_id", "sanction_id", "event_id", "kind", "stopped")
_OF_EVENT = ("on", "document_no", "approver", "result")


def save_ending(whole: WholeEnding, *, uow: UnitOfWork, law: Law) -> Changes:
    """Keep what is typed, complete or not. After the confirmation only the last steps go on.

    With the day of the branch's meeting moves the day by which it must have reported.

    Raises ``NotPossible`` once it was stopped.
    """
    ending = whole.ending
    with uow:
        stored = load_ending(uow, ending.id or 0)
        head = stored.ending
        if head.state == STOPPED:
            raise NotPossible(f"此项办理已经终止（{head.stopped}），不能再改")
        if ending.revision != head.revision:
            raise StaleData(
                "此项办理在您打开之后已被另行保存。为免覆盖，这次没有保存；请重新打开，对照后再改。"
            )
        kept = uow.copy_of(ending)
        for name in _NOT_TYPED + (_OF_EVENT if head.state == CONFIRMED else ()):
            setattr(kept, name, getattr(head, name))
        before, after = (report_day(one.items, law.working_days) for one in (stored, whole))
        if before != after:
            for item in whole.items:
                if item.title == TO_SUPERIOR:
                    item.due_on = after
        details = keep_parts(
            uow,
            EndingItem,
            whole.items,
            stored.items,
            owner="ending_id",
            owner_id=ending.id or 0,
            title=lambda one: f"{one.sort}“{one.title}”",
        )
        if not details and same(head, kept):
            return frozenset()
        details = {**differences(head, kept), **details}
        uow.repository(Ending).put(kept)
        uow.record(Act("填写期满办理", "Ending", ending.id, details=details))
        return uow.commit()


def confirm_ending(
    ending_id: int,
    *,
    exemptions: Sequence[Exemption] = (),
    seen: int | None = None,
    uow: UnitOfWork,
    law: Law,
) -> Changes:
    """Confirm what was decided: its status event is written and the periods are computed with it.

    Raises ``GateClosed`` with what is missing or barred.
    """
    with uow:
        whole = load_ending(uow, ending_id)
        ending = whole.ending
        if ending.state != UNDER_WAY:
            raise NotPossible(f"此项办理{ending.state}，不能再确认")
        if seen is not None and seen != ending.revision:
            raise StaleData("此项办理已被另行保存，请重新打开，看过之后再确认。")
        pass_gates(
            uow,
            ending_obstacles(whole, today=law.today),
            given=exemptions,
            known=whole.exemptions,
            today=law.today,
            ending_id=ending_id,
        )
        assert ending.on is not None
        _refuse_double(whole)
        event = Event(
            subject_id=ending.subject_id,
            sanction_id=ending.sanction_id,
            kind=EVENT_OF[ending.result],
            on=PartialDate.of(ending.on),
            months=12 if ending.result == EXTEND else None,
            reason=f"{ending.organ}批准"[:200],
            approver=ending.approver,
            document_no=ending.document_no,
        )
        ending.event_id = uow.repository(Event).put(event)
        ending.state = CONFIRMED
        uow.repository(Ending).put(ending)
        details: dict[str, Any] = {
            "状态": [UNDER_WAY, CONFIRMED],
            "办理结果": ending.result,
            "日期": str(ending.on),
            "文号": ending.document_no,
            "状态事项": ending.event_id,
        }
        uow.record(Act("确认期满办理", "Ending", ending_id, details=details))
        _compute(uow, ending, law)
        return uow.commit()


def _refuse_double(whole: WholeEnding) -> None:
    """The same thing is not written twice: the roster may have it already."""
    ending = whole.ending
    assert ending.on is not None
    for event in whole.events:
        if (
            event.kind == EVENT_OF[ending.result]
            and event.sanction_id == ending.sanction_id
            and event.on is not None
            and (ending.result != EXTEND or event.on == PartialDate.of(ending.on))
            and (ending.last_day is None or event.on.last > ending.last_day)
        ):
            raise NotPossible(
                f"名册中已有“{event.kind}”（{event.on.isoformat()}），不能重复确认；"
                "请核对，确有错误的先在名册中更正"
            )


def take_back_ending(ending_id: int, reason: str, *, uow: UnitOfWork, law: Law) -> Changes:
    """Take a confirmation back, for a reason: the event it wrote goes, the periods are as before."""
    reason = wanted(reason, "撤销确认须写明理由，请填写后再撤销")
    with uow:
        whole = load_ending(uow, ending_id)
        ending = whole.ending
        if ending.state != CONFIRMED:
            raise NotPossible(f"此项办理{ending.state}，没有可以撤销的确认")
        gone: dict[str, Any] = {}
        for event in whole.events:
            if event.id == ending.event_id:
                gone = {
                    "撤销的状态事项": f"{event.kind} {event.on.isoformat() if event.on else ''}"
                }
                uow.repository(Event).remove(event)
        ending.state, ending.event_id = UNDER_WAY, None
        uow.repository(Ending).put(ending)
        details = {"状态": [CONFIRMED, UNDER_WAY], **gone}
        uow.record(Act("撤销期满办理的确认", "Ending", ending_id, reason, details))
        _compute(uow, ending, law)
        return uow.commit()


def stop_ending(ending_id: int, reason: str, *, uow: UnitOfWork) -> Changes:
    """Stop without a result, for a reason: 开除党籍, a new case, entered by mistake."""
    reason = wanted(reason, "终止办理须写明理由，请填写后再终止")
    with uow:
        ending = uow.repository(Ending).get(ending_id)
        if ending.state != UNDER_WAY:
            raise NotPossible(f"此项办理{ending.state}，不能终止")
        ending.state, ending.stopped = STOPPED, reason[:300]
        uow.repository(Ending).put(ending)
        details = {"状态": [UNDER_WAY, STOPPED]}
        uow.record(Act("终止期满办理", "Ending", ending_id, reason, details))
        return uow.commit()


def _compute(uow: UnitOfWork, ending: Ending, law: Law) -> None:
    reassess(uow, ending.subject_id or 0, rules=law.rules, settings=law.settings, today=law.today)


def ending_rows(
    *, uow: UnitOfWork, due: Iterable[Reminder] = (), subject_id: int | None = None
) -> list[EndingRow]:
    """Return what is under way by its next day, then what ``due`` says is to begin, then the rest."""
    own = {} if subject_id is None else {"subject_id": subject_id}
    with uow:
        endings = uow.repository(Ending).where(**own)
        ids = tuple(one.id for one in endings)
        steps: dict[int | None, list[EndingItem]] = {}
        for item in uow.repository(EndingItem).where(ending_id=ids):
            steps.setdefault(item.ending_id, []).append(item)
        waiting = [one for one in due if one.kind in (PROBATION, CONFIRM) and one.subject_id]
        people = {one.subject_id for one in endings} | {one.subject_id for one in waiting}
        subjects = {one.id: one for one in uow.repository(Subject).where(id=tuple(people - {None}))}
        taken = {(one.subject_id, one.sanction_id) for one in endings if one.state == UNDER_WAY}
        to_begin = [
            one
            for one in waiting
            if (one.subject_id, _sanction_of(one)) not in taken
            and (subject_id is None or one.subject_id == subject_id)
        ]
        dossiers = load_dossiers(uow, {one.subject_id for one in to_begin if one.subject_id})
    rows = [_row(one, subjects, steps.get(one.id, [])) for one in endings]
    for reminder in to_begin:
        dossier = dossiers.get(reminder.subject_id or 0)
        sanctions = dossier.sanctions if dossier is not None else ()
        sanction = next((one for one in sanctions if one.id == _sanction_of(reminder)), None)
        if dossier is None or sanction is None:
            continue
        rows.append(
            EndingRow(
                None,
                reminder.subject_id or 0,
                sanction.id,
                dossier.subject.name,
                dossier.subject.unit,
                kind_for(sanction),
                _named(sanction.regime, sanction.kind, sanction.decided_on),
                None,
                TO_BEGIN,
                reminder.sentence,
                reminder.due_on,
            )
        )
    order = (UNDER_WAY, TO_BEGIN, CONFIRMED, STOPPED)
    return sorted(rows, key=lambda r: (order.index(r.state), r.next_on or date.max, r.name))


TO_BEGIN = "待办理"


def _sanction_of(reminder: Reminder) -> int:
    tail = reminder.key.rpartition(":")[2]
    return int(tail) if tail.isdigit() else 0


def _row(
    ending: Ending, subjects: dict[int | None, Subject], items: Sequence[EndingItem]
) -> EndingRow:
    subject = subjects.get(ending.subject_id)
    following = next_item(items) if ending.state != STOPPED else None
    return EndingRow(
        ending.id,
        ending.subject_id or 0,
        ending.sanction_id,
        subject.name if subject else "",
        subject.unit if subject else "",
        ending.kind,
        ending.sanction,
        ending.last_day,
        ending.state,
        following.title if following else "",
        following.due_on if following else None,
    )


def next_item(items: Sequence[EndingItem]) -> EndingItem | None:
    """Return the step that is due next, in the order of the steps."""
    steps = sorted(items, key=lambda one: (one.position or 0, one.id or 0))
    return next(
        (one for one in steps if one.sort == STEP and one.needed and one.done_on is None), None
    )
