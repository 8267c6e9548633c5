"""Two records of one person made one: seen before, with a reason, all at once, and undone as one act."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.domain.attachment import Attachment
from app.domain.audit import Act
from app.domain.ending import Ending
from app.domain.fields import FieldKind, display, form_fields
from app.domain.filing import FilingEntry
from app.domain.gates import Exemption
from app.domain.outcome import Feedback, Outcome, OutcomeAct, ResultUse, UnitReminder
from app.domain.person_merge import PersonMerge
from app.domain.plan import CANCELLED, CLOSED, Plan, PlanPerson, TalkPoint
from app.domain.registration_form import RegistrationForm
from app.domain.request import Request
from app.domain.rulebook import RuleBook
from app.domain.settings import Settings
from app.domain.standing import Standing
from app.domain.subject import Case, Event, Sanction, Subject
from app.domain.visit import Visit
from app.domain.visiting_list import SIGNED, ListEntry, VisitingList
from app.services.journal import Journal, from_plain, plain, plain_values, typed
from app.services.ports import Changes, StaleData, UnitOfWork, UserError
from app.services.standing import reassess

MOVED: dict[type, str] = {
    Case: "案件",
    Sanction: "处分",
    Event: "状态事项",
    ListEntry: "名单",
    PlanPerson: "方案",
    TalkPoint: "谈话要点",
    Visit: "回访",
    Request: "诉求",
    RegistrationForm: "登记表",
    Exemption: "例外",
    Outcome: "结果运用",
    OutcomeAct: "办理事项",
    Feedback: "反馈",
    UnitReminder: "提醒函",
    ResultUse: "使用情况",
    Ending: "期满办理",
    FilingEntry: "归档",
    Attachment: "附件",
}
"""Every kind of record that names a person, holders first; a test compares it with the tables."""

_BARE_LINKS: dict[type, dict[str, str]] = {
    ListEntry: {"event_id": "Event"},
    Ending: {"sanction_id": "Sanction", "event_id": "Event"},
}
"""Links that are declared as plain numbers, for what they lead to may be taken away."""

_SAME: dict[type, tuple[str, ...]] = {
    Case: ("facts",),
    Sanction: ("regime", "kind", "decided_on"),
    Event: ("kind", "on"),
}
"""By what two parts are the same one typed twice, if nothing else in them disagrees."""


class CannotMerge(UserError):
    """These two records cannot be made one as things stand, or the merge cannot be undone."""

    exit_code = 2
    number = 216


@dataclass(frozen=True, slots=True)
class FieldPair:
    """One field of both records, and what the merged one would say unless somebody chooses."""

    name: str
    label: str
    kept: Any
    dropped: Any
    result: Any

    @property
    def differs(self) -> bool:
        """Whether both say something, and not the same: somebody must look."""
        return self.kept != self.dropped and not (_empty(self.kept) or _empty(self.dropped))


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would do. ``moving`` and ``staying`` count records by what they are called."""

    kept: Subject
    dropped: Subject
    pairs: Sequence[FieldPair]
    moving: dict[str, int]
    staying: dict[str, int]
    folded: Sequence[str]  # parts that both have: one of each is left
    obstacles: Sequence[str]


@dataclass(frozen=True, slots=True)
class MergeUndone:
    """What undoing a merge did; ``left`` says what was changed since and stayed as it is."""

    kept_id: int
    restored_id: int
    left: Sequence[str]
    changes: Changes


def preview_merge(kept_id: int, dropped_id: int, *, uow: UnitOfWork) -> MergePreview:
    """Return both records side by side and what would become of what belongs to them."""
    with uow:
        kept = uow.repository(Subject).get(kept_id)
        dropped = uow.repository(Subject).get(dropped_id)
        mine, theirs = _belongings(uow, kept_id), _belongings(uow, dropped_id)
        folds = _folds(mine, theirs)
        return MergePreview(
            kept,
            dropped,
            [_pair(name, kept, dropped) for name in form_fields(Subject) if name != "practice"],
            _counted(theirs, without={id(one) for one, _into in folds}),
            _counted(mine),
            [_named(one) for one, _into in folds],
            _obstacles(uow, mine, theirs),
        )


def merge_people(
    result: Subject,
    dropped: Subject,
    reason: str,
    *,
    who: str,
    clock: Callable[[], datetime],
    uow: UnitOfWork,
    rules: RuleBook,
    settings: Settings,
    today: date,
) -> Changes:
    """Keep ``result`` (the kept record with the chosen values) and move to it all of ``dropped``.

    Both are as ``preview_merge`` returned them: raises ``StaleData`` when either was saved since.
    Parts that both have are folded into one. Raises ``CannotMerge`` without a reason, or when both
    stand in one open plan or list.
    """
    if not reason.strip():
        raise CannotMerge("合并须写明理由（如何认定为同一人），请填写后再合并")
    if result.id is None or dropped.id is None or result.id == dropped.id:
        raise CannotMerge("请选择两名不同的人员")
    with uow:
        people = uow.repository(Subject)
        before, gone = people.get(result.id), people.get(dropped.id)
        if (before.revision, gone.revision) != (result.revision, dropped.revision):
            raise StaleData("两人中有人在您核对期间已被另行保存，请重新打开合并窗口核对")
        mine, theirs = _belongings(uow, result.id), _belongings(uow, dropped.id)
        if obstacles := _obstacles(uow, mine, theirs):
            raise CannotMerge("；".join(obstacles))
        journal = Journal(uow)
        journal.change(before, copy.copy(result))
        _fold(journal, _folds(mine, theirs), [*_all(mine), *_all(theirs)])
        for one in _all(theirs):
            if not journal.is_gone(one):
                journal.change(one, _moved(journal.latest(one), dropped.id, result.id))
        journal.write()
        for standing in uow.repository(Standing).where(subject_id=dropped.id):
            uow.repository(Standing).remove(standing)
        journal.remove(gone)
        merge = PersonMerge(
            kept_id=result.id,
            dropped_id=dropped.id,
            kept_name=result.name,
            dropped_name=gone.name,
            reason=reason.strip()[:300],
            done_by=who,
            changed=journal.changed,
            removed=journal.removed,
            saved_at=clock().replace(microsecond=0),
        )
        uow.repository(PersonMerge).put(merge)
        details = {
            "并入": f"{gone.name}（编号{dropped.id}）",
            "被并入人员的内容": {
                form_fields(Subject)[name].label: value
                for name, value in plain_values(gone).items()
                if value not in ("", None, False)
            },
            "结果": journal.words(Subject, result.id),
            "转入": _counted(theirs),
        }
        uow.record(Act("合并人员", "Subject", result.id, reason=reason.strip(), details=details))
        reassess(uow, [result.id], rules=rules, settings=settings, today=today)
        return uow.commit()


def merges(*, uow: UnitOfWork) -> Sequence[PersonMerge]:
    """Return every merge, the newest first."""
    with uow:
        return sorted(uow.repository(PersonMerge).where(), key=lambda m: m.id or 0, reverse=True)


def undo_merge(
    merge_id: int,
    reason: str,
    *,
    uow: UnitOfWork,
    rules: RuleBook,
    settings: Settings,
    today: date,
) -> MergeUndone:
    """Make two records of one again, each with what it had, in one transaction.

    What was changed since keeps the later value and is named in ``left``. Raises ``CannotMerge``
    without a reason, when it was undone before, when the kept person is gone, or when something
    added since would afterwards point at the other person's records.
    """
    if not reason.strip():
        raise CannotMerge("撤销合并须写明理由，请填写后再撤销")
    with uow:
        merge = uow.repository(PersonMerge).get(merge_id)
        kept_id, dropped_id = merge.kept_id or 0, merge.dropped_id or 0
        if merge.taken_back:
            raise CannotMerge("这次合并已经撤销过")
        if not uow.repository(Subject).where(id=kept_id):
            raise CannotMerge(
                f"“{merge.kept_name}”已不在名册中（可能又并入了他人），请先撤销后来的合并"
            )
        for entry in reversed(merge.removed):
            entity = _BY_NAME[entry["entity"]]
            thing = from_plain(entity, entry["values"])
            uow.repository(entity).put_back(thing, entry["id"], entry["revision"] + 1)
        left: list[str] = []
        for entry in merge.changed:
            left += _change_back(uow, entry)
        _refuse_crossed(uow, kept_id, dropped_id)
        merge.taken_back, merge.back_reason = True, reason.strip()[:300]
        uow.repository(PersonMerge).put(merge)
        details = {
            "恢复": f"{merge.dropped_name}（编号{dropped_id}）",
            "合并后另有修改、未恢复": left,
        }
        uow.record(Act("撤销合并", "Subject", kept_id, reason=reason.strip(), details=details))
        reassess(uow, [kept_id, dropped_id], rules=rules, settings=settings, today=today)
        return MergeUndone(kept_id, dropped_id, left, uow.commit())


# ---------------------------------------------------------------- what belongs to somebody

Belongings = dict[type, list[Any]]


def _belongings(uow: UnitOfWork, subject_id: int) -> Belongings:
    return {kind: list(uow.repository(kind).where(subject_id=subject_id)) for kind in MOVED}


def _all(belongings: Belongings) -> list[Any]:
    return [one for some in belongings.values() for one in some]


def _counted(belongings: Belongings, without: Iterable[int] = ()) -> dict[str, int]:
    left_out = set(without)
    numbers = {
        MOVED[kind]: sum(id(one) not in left_out for one in some)
        for kind, some in belongings.items()
        if kind is not TalkPoint
    }
    return {label: number for label, number in numbers.items() if number}


def _pair(name: str, kept: Subject, dropped: Subject) -> FieldPair:
    left, right = getattr(kept, name), getattr(dropped, name)
    result = right if _empty(left) else left
    return FieldPair(name, form_fields(Subject)[name].label, left, right, result)


def _empty(value: Any) -> bool:
    return value in ("", None, {}, [])


def _obstacles(uow: UnitOfWork, mine: Belongings, theirs: Belongings) -> list[str]:
    """Return why the two cannot be one now: nobody stands twice in what is still under way."""
    found = []
    plan_ids = {one.plan_id for one in mine[PlanPerson]} & {
        one.plan_id for one in theirs[PlanPerson]
    }
    for plan in uow.repository(Plan).where(id=tuple(plan_ids)) if plan_ids else ():
        if plan.state not in (CLOSED, CANCELLED):
            found.append(f"两人同在方案“{plan.title}”（{plan.state}）中，请先在方案中调整对象")
    list_ids = {one.list_id for one in mine[ListEntry]} & {one.list_id for one in theirs[ListEntry]}
    for of in uow.repository(VisitingList).where(id=tuple(list_ids)) if list_ids else ():
        if of.state != SIGNED:
            found.append(f"两人同在名单“{of.title}”（{of.state}）中，请先移去其中一人")
    return found


def _named(one: Any) -> str:
    match one:
        case Sanction():
            return f"{one.regime}{one.kind} {display(one.decided_on)}"
        case Event():
            return f"{one.kind} {display(one.on)}"
        case Case():
            return f"受处分原因“{one.facts[:20]}”"
        case _:
            return f"{MOVED.get(type(one), '')}（编号{one.id}）"


def _links(one: Any) -> dict[str, tuple[str, int]]:
    """Return what ``one`` leads to, by attribute: name of the type and id."""
    kinds = {
        name: spec.refers_to
        for name, spec in form_fields(one).items()
        if spec.kind is FieldKind.REFERENCE
    } | _BARE_LINKS.get(type(one), {})
    if isinstance(one, Attachment):
        kinds["owner_id"] = one.owner_kind
    found = {name: (kind, getattr(one, name)) for name, kind in kinds.items()}
    return {name: target for name, target in found.items() if target[1] is not None}


def _moved(one: Any, dropped_id: int, kept_id: int) -> Any:
    """Return a copy of ``one`` that belongs to the kept person."""
    moved = copy.copy(one)
    moved.subject_id = kept_id
    if isinstance(moved, Attachment) and (moved.owner_kind, moved.owner_id) == (
        "Subject",
        dropped_id,
    ):
        moved.owner_id = kept_id
    return moved


# ---------------------------------------------------------------- parts that both have


def _folds(mine: Belongings, theirs: Belongings) -> list[tuple[Any, Any]]:
    """Return (one that goes, the same one that stays) of every part typed for both."""
    found: list[tuple[Any, Any]] = []
    for kind, names in _SAME.items():
        free = list(mine[kind])
        for one in theirs[kind]:
            same = next((other for other in free if _is_same(one, other, names)), None)
            if same is not None:
                free.remove(same)
                found.append((one, same))
    return found


def _is_same(one: Any, other: Any, names: Sequence[str]) -> bool:
    for name, spec in form_fields(one).items():
        if spec.kind is FieldKind.REFERENCE:
            continue
        left, right = getattr(one, name), getattr(other, name)
        if left != right and (name in names or not (_empty(left) or _empty(right))):
            return False
    return all(not _empty(getattr(one, name)) for name in names)


def _fold(journal: Journal, folds: Sequence[tuple[Any, Any]], everything: Sequence[Any]) -> None:
    """Fill the one that stays from the one that goes, and point at it what pointed at the other."""
    into = {(type(one).__name__, one.id): kept.id for one, kept in folds}
    for one, kept in folds:
        filled = copy.copy(journal.latest(kept))
        for name, spec in form_fields(kept).items():
            if _empty(getattr(filled, name)):
                value = getattr(one, name)
                setattr(filled, name, into.get((spec.refers_to, value), value))
        journal.change(kept, filled)
    gone = {id(one) for one, _kept in folds}
    for thing in everything:
        if id(thing) in gone:
            continue
        linked = copy.copy(journal.latest(thing))
        for name, target in _links(thing).items():
            if target in into:
                setattr(linked, name, into[target])
        journal.change(thing, linked)
    order = list(_SAME)
    for one, _kept in sorted(folds, key=lambda pair: order.index(type(pair[0])), reverse=True):
        journal.drop(one)


# ---------------------------------------------------------------- undoing

_BY_NAME: dict[str, type] = {kind.__name__: kind for kind in (Subject, *MOVED)}


def _change_back(uow: UnitOfWork, entry: dict[str, Any]) -> list[str]:
    """Give a record its former values where nobody gave it others since; say what stays."""
    entity = _BY_NAME[entry["entity"]]
    specs = form_fields(entity)
    found: Sequence[Any] = uow.repository(entity).where(id=entry["id"])
    if not found:
        return [f"{MOVED.get(entity, '人员')}（编号{entry['id']}）合并后已被删除"]
    [thing] = found
    left = []
    for name, (before, after) in entry["fields"].items():
        if plain(getattr(thing, name)) == after:
            setattr(thing, name, typed(specs[name].kind, before))
        else:
            left.append(
                f"{_named(thing) if entity is not Subject else thing.name}的{specs[name].label}"
            )
    uow.repository(entity).put(thing)
    return left


def _refuse_crossed(uow: UnitOfWork, kept_id: int, dropped_id: int) -> None:
    """Refuse when a record of one person would point at a record of the other."""
    mine, theirs = _belongings(uow, kept_id), _belongings(uow, dropped_id)
    for own, other in ((mine, theirs), (theirs, mine)):
        foreign = {(kind.__name__, one.id): one for kind, some in other.items() for one in some}
        for one in _all(own):
            for target in _links(one).values():
                if target in foreign:
                    raise CannotMerge(
                        f"合并后的“{_named(one)}”关联着要分开的“{_named(foreign[target])}”，"
                        "撤销会使它失去所指。请先改正这一关联，再撤销合并"
                    )
