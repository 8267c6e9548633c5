"""What a changed base fact moves in the whole office, told before it is saved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.domain.plan import APPROVED, DRAFT, REJECTED, SUBMITTED, Plan, PlanPerson
from app.domain.reminders import Reminder, reminders_of
from app.domain.subject import Dossier
from app.domain.verdict import Assessment
from app.domain.visiting_list import ListEntry, VisitingList
from app.domain.window import propose
from app.services.due import visited_people
from app.services.gatekeeping import Law
from app.services.ports import UnitOfWork
from app.services.standing import what_moves


def consequences(before: Dossier, after: Dossier, *, uow: UnitOfWork, law: Law) -> list[str]:
    """Return what saving ``after`` would move, one sentence each: verdict and days, reminders,
    lists and plans that hold the person. Nothing is changed by asking.
    """
    old, new = (law.on(one, law.today) for one in (before, after))
    moves = what_moves(old, new)
    id_ = before.subject.id
    if id_ is None:
        return moves
    with uow:
        due = [
            reminders_of(
                found,
                settings=law.settings,
                visited=id_ in visited_people(uow, {id_: dossier}, law.today),
            )
            for dossier, found in ((before, old), (after, new))
        ]
        lists = {one.id: one for one in uow.repository(VisitingList).where()}
        entries = {one.list_id: one for one in uow.repository(ListEntry).where(subject_id=id_)}
        people = [
            one for one in uow.repository(PlanPerson).where(subject_id=id_) if not one.dropped
        ]
        plans = uow.repository(Plan).where(id=tuple(one.plan_id for one in people))
    moves += _reminders(*due)
    for list_id, head in lists.items():
        if head.ends_on is not None and head.ends_on >= law.today:
            moves += _list(head, entries.get(list_id), before, after, law)
    snapshots = {one.plan_id: one for one in people}
    for plan in plans:
        if plan.state in (DRAFT, SUBMITTED, REJECTED, APPROVED):
            moves += _stands_apart(f"方案“{plan.title}”", snapshots[plan.id], old, new)
    return moves


def _reminders(old: list[Reminder], new: list[Reminder]) -> Iterator[str]:
    """Tell of reminders that come, go or move, by their kind."""
    for kind in dict.fromkeys(one.kind for one in (*old, *new)):
        was, will = (
            sorted({one.due_on for one in some if one.kind == kind}) for some in (old, new)
        )
        if was == will:
            continue
        if not was:
            yield f"新增提醒“{kind}”（{_days(will)}）"
        elif not will:
            yield f"不再提醒“{kind}”（原为 {_days(was)}）"
        else:
            yield f"提醒“{kind}”由 {_days(was)} 变为 {_days(will)}"


def _days(days: list[date]) -> str:
    return "、".join(map(str, days))


def _list(
    head: VisitingList, entry: ListEntry | None, before: Dossier, after: Dossier, law: Law
) -> Iterator[str]:
    """Tell whether a running period holds the person from now on, and what its list still says."""
    assert head.starts_on is not None and head.ends_on is not None
    was, will = (
        propose(one, starts_on=head.starts_on, ends_on=head.ends_on, today=law.today, assess=law.on)
        for one in (before, after)
    )
    old, new = (one.decision if one is not None else "不在范围内" for one in (was, will))
    if old != new:
        yield f"名单“{head.title}”的提名由“{old}”变为“{new}”"
    if entry is not None and was is not None and will is not None:
        yield from _stands_apart(f"名单“{head.title}”", entry, was.assessment, will.assessment)


def _stands_apart(
    named: str, snapshot: ListEntry | PlanPerson, old: Assessment, new: Assessment
) -> Iterator[str]:
    """Tell that a paper keeps the last day it was drawn up with: nothing moves in it by itself."""
    if new.last_day not in (old.last_day, snapshot.last_day):
        yield f"{named}中仍写期满日期 {snapshot.last_day or '待定'}，保存后请核对"
