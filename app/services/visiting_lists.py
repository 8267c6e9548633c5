"""本期名单: kept, talked over, signed and fixed; what changed afterwards is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.attachment import Attachment
from app.domain.audit import Act
from app.domain.fields import Problem
from app.domain.gates import Exemption, Obstacle, still_closed
from app.domain.partial_date import PartialDate
from app.domain.plan import Plan
from app.domain.signature import Signature, signature_obstacles
from app.domain.snapshot import new_entry
from app.domain.staff import Staff
from app.domain.subject import PUT_OFF as PUT_OFF_EVENT
from app.domain.subject import Event
from app.domain.visiting_list import (
    DRAFTING,
    INCLUDED,
    LEFT_OUT,
    PUT_OFF,
    SIGNED,
    Consultation,
    FactChange,
    ListEntry,
    VisitingList,
    WholeList,
    fact_changes,
    in_order,
    list_obstacles,
    list_problems,
)
from app.services.attachments import with_scan
from app.services.dossiers import load_dossiers
from app.services.gatekeeping import Law, NotPossible, pass_gates
from app.services.list_drafting import proposed_entries, visits_by_person
from app.services.parts import differences, keep_parts, same
from app.services.plan_drafting import person_facts
from app.services.ports import Changes, StaleData, UnitOfWork, wanted
from app.services.standing import reassess

# ---------------------------------------------------------------- opening and keeping


def load_list(uow: UnitOfWork, list_id: int) -> WholeList:
    """Return a list with all its parts, inside an open unit of work. Raises ``MissingRecord``."""
    return WholeList(
        uow.repository(VisitingList).get(list_id),
        in_order(uow.repository(ListEntry).where(list_id=list_id)),
        sorted(
            uow.repository(Consultation).where(list_id=list_id),
            key=lambda one: (one.on or date.max, one.id or 0),
        ),
        tuple(uow.repository(Exemption).where(list_id=list_id)),
    )


def open_list(list_id: int, *, uow: UnitOfWork) -> WholeList:
    """Return a fresh copy of a list, for editing. Raises ``MissingRecord``."""
    with uow:
        return load_list(uow, list_id)


def visiting_lists(*, uow: UnitOfWork) -> Sequence[VisitingList]:
    """Return all lists, the latest period first."""
    with uow:
        found = uow.repository(VisitingList).where()
    return sorted(found, key=lambda one: (one.starts_on or date.min, one.id or 0), reverse=True)


def save_list(whole: WholeList, *, uow: UnitOfWork) -> Changes:
    """Keep a list that is being drawn up: head, entries, consultations; complete or not.

    Somebody whom the program proposed cannot be taken off: they are left out or put off with a
    reason, so that nobody is dropped in silence. Raises ``NotPossible`` for that and for a signed
    list, ``StaleData`` when it was saved elsewhere.
    """
    head = whole.head
    with uow:
        stored = load_list(uow, head.id) if head.id is not None else WholeList(VisitingList())
        _still_drafting(stored.head)
        if head.id is not None and head.revision != stored.head.revision:
            raise StaleData(
                f"“{stored.head.title}”在您打开之后已被另行保存。"
                "为免覆盖，这次没有保存；请重新打开，对照后再改。"
            )
        kept_ids = {entry.id for entry in whole.entries}
        for gone in stored.entries:
            if gone.proposed and gone.id not in kept_ids:
                raise NotPossible(
                    f"{gone.name}是程序提名的，不能从名单中删去；不回访的请选“不列入”或“暂缓”并写明理由"
                )
        kept = uow.copy_of(head)
        for name in _NOT_TYPED:
            setattr(kept, name, getattr(stored.head, name))
        is_new = head.id is None
        list_id = kept.id if kept.id is not None else uow.repository(VisitingList).put(kept)
        details = keep_parts(
            uow,
            ListEntry,
            whole.entries,
            stored.entries,
            owner="list_id",
            owner_id=list_id,
            title=lambda entry: f"{entry.name}（{entry.decision}）",
        )
        details |= keep_parts(
            uow,
            Consultation,
            whole.consultations,
            stored.consultations,
            owner="list_id",
            owner_id=list_id,
            title=lambda one: f"征求{one.unit or one.party}意见",
        )
        changed = differences(None if is_new else stored.head, kept)
        if not is_new:
            if not details and same(stored.head, kept):
                return frozenset()
            uow.repository(VisitingList).put(kept)
        act = "拟定名单" if is_new else "修改名单"
        uow.record(Act(act, "VisitingList", list_id, details={**changed, **details}))
        changes = uow.commit()
    for name in _NOT_TYPED:
        setattr(head, name, getattr(kept, name))
    return changes


_NOT_TYPED = ("state", "signer", "signed_on", "means", "scan")
"""Fields of a list that only signing changes."""


def _still_drafting(head: VisitingList) -> None:
    if head.state != DRAFTING:
        raise NotPossible(
            f"“{head.title}”已由{head.signer}签批，内容已固定。"
            "确需调整的，请撤回签批并写明理由，或另拟一份补充名单"
        )


# ---------------------------------------------------------------- checking and signing


@dataclass(frozen=True, slots=True)
class ListCheck:
    """What is missing in a list, and what bars signing it."""

    problems: tuple[Problem, ...]
    obstacles: tuple[Obstacle, ...]


def check_list(whole: WholeList) -> ListCheck:
    """Return what is missing or bars signing, of the list as typed."""
    return ListCheck(
        tuple(list_problems(whole)), tuple(still_closed(list_obstacles(whole), whole.exemptions))
    )


def sign_list(
    list_id: int,
    signature: Signature,
    *,
    account: str,
    exemptions: Sequence[Exemption] = (),
    seen: int | None = None,
    uow: UnitOfWork,
    law: Law,
) -> Changes:
    """Fix a list as it was signed. Who is put off in it is put off in the roster from this day.

    Raises ``GateClosed`` for gaps, for units not consulted (a reason passes) and for a signature
    that does not count.
    """
    with uow:
        whole = load_list(uow, list_id)
        head = whole.head
        _still_drafting(head)
        if seen is not None and seen != head.revision:
            raise StaleData("名单在您打开之后已被另行保存，请重新打开，看过之后再登记签批。")
        signature = with_scan(uow, signature, VisitingList, list_id)
        obstacles = signature_obstacles(
            signature,
            staff=uow.repository(Staff).where(),
            account=account,
            today=law.today,
            not_before=head.drafted_on,
        )
        pass_gates(
            uow,
            [*obstacles, *list_obstacles(whole)],
            given=exemptions,
            known=whole.exemptions,
            today=law.today,
            list_id=list_id,
        )
        head.state, head.means = SIGNED, signature.means
        head.signer, head.signed_on = signature.signer.strip(), signature.on
        head.scan = signature.scan.strip()
        uow.repository(VisitingList).put(head)
        _put_off(uow, whole, law)
        details: dict[str, Any] = {
            "签批人": head.signer,
            "签批日期": str(head.signed_on),
            "签批方式": head.means,
            "列入": len(whole.of(INCLUDED)),
            "不列入": len(whole.of(LEFT_OUT)),
            "暂缓": len(whole.of(PUT_OFF)),
        }
        uow.record(Act("签批名单", "VisitingList", list_id, signature.opinion, details))
        return uow.commit()


def _put_off(uow: UnitOfWork, whole: WholeList, law: Law) -> None:
    """Write 暂缓回访 into the roster for whom this list puts off, unless it stands there already."""
    moved = []
    for entry in whole.of(PUT_OFF):
        known = uow.repository(Event).where(
            subject_id=entry.subject_id, kind=PUT_OFF_EVENT, until=entry.until
        )
        if known or whole.head.signed_on is None or entry.subject_id is None:
            continue
        event = Event(
            subject_id=entry.subject_id,
            kind=PUT_OFF_EVENT,
            on=PartialDate.of(whole.head.signed_on),
            until=entry.until,
            reason=entry.reason[:200],
            approver=entry.approver,
        )
        entry.event_id = uow.repository(Event).put(event)
        uow.repository(ListEntry).put(entry)
        details = {"暂缓至": str(entry.until), "批准人": entry.approver, "依据": whole.head.title}
        uow.record(Act("暂缓回访", "Subject", entry.subject_id, entry.reason, details))
        moved.append(entry.subject_id)
    _reassess(uow, moved, law)


def _reassess(uow: UnitOfWork, subject_ids: Sequence[int], law: Law) -> None:
    if subject_ids:
        reassess(uow, subject_ids, rules=law.rules, settings=law.settings, today=law.today)


def reopen_list(list_id: int, reason: str, *, uow: UnitOfWork, law: Law) -> Changes:
    """Take back the signature of a list, with a reason, so that it can be changed and signed anew.

    What signing wrote into the roster (暂缓回访) is taken out again where it still stands.
    """
    reason = wanted(reason, "撤回名单的签批须写明理由，请填写后再撤回")
    with uow:
        whole = load_list(uow, list_id)
        head = whole.head
        if head.state != SIGNED:
            raise NotPossible(f"“{head.title}”尚未签批，可以直接修改")
        details = {"签批人": head.signer, "签批日期": str(head.signed_on)}
        head.state, head.signer, head.signed_on, head.means, head.scan = DRAFTING, "", None, "", ""
        uow.repository(VisitingList).put(head)
        moved = []
        for entry in whole.entries:
            if entry.event_id is None:
                continue
            for event in uow.repository(Event).where(id=entry.event_id, kind=PUT_OFF_EVENT):
                uow.repository(Event).remove(event)
            moved.append(entry.subject_id or 0)
            entry.event_id = None
            uow.repository(ListEntry).put(entry)
        _reassess(uow, moved, law)
        uow.record(Act("撤回名单签批", "VisitingList", list_id, reason, details))
        return uow.commit()


def changes_since(list_id: int, *, uow: UnitOfWork, law: Law) -> list[FactChange]:
    """Return every fact that is no longer as it stands on the list, and who would be on it now."""
    with uow:
        whole = load_list(uow, list_id)
        now = {entry.subject_id: entry for entry in proposed_entries(uow, whole.head, law)}
        missing = [entry.subject_id for entry in whole.entries if entry.subject_id not in now]
        dossiers = load_dossiers(uow, [one for one in missing if one is not None])
        visits = visits_by_person(uow)
        for subject_id, dossier in dossiers.items():
            before = next(one for one in whole.entries if one.subject_id == subject_id)
            if not before.proposed:
                facts = person_facts(dossier, law, visits=visits.get(subject_id, ()))
                now[subject_id] = new_entry(subject_id, facts)
    return fact_changes(whole.entries, list(now.values()))


def discard_list(list_id: int, reason: str, *, uow: UnitOfWork) -> Changes:
    """Remove a list that was never signed and that no plan names; the log keeps what it said."""
    reason = wanted(reason, "删除名单须写明理由，请填写后再删除")
    with uow:
        whole = load_list(uow, list_id)
        _still_drafting(whole.head)
        if whole.exemptions:
            raise NotPossible(f"“{whole.head.title}”曾经签批，有例外记录，不能删除")
        for plan in uow.repository(Plan).where(list_id=list_id):
            raise NotPossible(f"方案“{plan.title}”依据这份名单拟制，名单不能删除")
        if uow.repository(Attachment).where(
            owner_kind="VisitingList", owner_id=list_id, removed_on=None
        ):
            raise NotPossible(f"“{whole.head.title}”上有附件，请先删除附件，再删除名单")
        for part in (*whole.entries, *whole.consultations):
            repository: Any = uow.repository(type(part))
            repository.remove(part)
        uow.repository(VisitingList).remove(whole.head)
        details = {"名单": whole.head.title, "人员": [entry.name for entry in whole.entries]}
        uow.record(Act("删除名单", "VisitingList", list_id, reason, details))
        return uow.commit()
