"""A whole import taken back: exactly what it added and filled, as far as nobody worked on it since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from app.domain.attachment import Attachment
from app.domain.audit import Act
from app.domain.fields import FieldKind, form_fields
from app.domain.gates import Exemption
from app.domain.ledger_import import PARTS_EACH, LedgerImport, as_ranges, from_ranges
from app.domain.partial_date import PartialDate
from app.domain.plan import PlanPerson, TalkPoint
from app.domain.registration_form import RegistrationForm
from app.domain.request import Request
from app.domain.rulebook import RuleBook
from app.domain.settings import Settings
from app.domain.standing import Standing
from app.domain.subject import Case, Event, Sanction, Subject
from app.domain.visit import Visit
from app.domain.visiting_list import ListEntry
from app.services.ledger_import import plain
from app.services.ports import Changes, Progress, UnitOfWork, UserError, wanted
from app.services.standing import reassess

E = TypeVar("E")

_PARTS: tuple[type, ...] = (Event, Sanction, Case)  # children first: the order of removal
_PAPERS: dict[type, str] = {
    RegistrationForm: "已有登记表",
    Attachment: "已有附件",
    ListEntry: "已列入名单",
    PlanPerson: "已列入方案",
    TalkPoint: "已列入方案",
    Visit: "已有回访记录",
    Request: "已有诉求记录",
    Exemption: "已有例外记录",
}
_CHANGED = "导入后修改过"
_GONE = "其中部分内容已被删除"
_MORE = "导入后补录过内容"


class NothingToTakeBack(UserError):
    """The import was taken back before, or everything in it was worked on since."""

    exit_code = 2
    number = 215


@dataclass(frozen=True, slots=True)
class LeftPerson:
    """Somebody of an import who stays as they are, and why."""

    subject_id: int
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What taking an import back does or did. ``removed`` counts people the import had added,
    ``restored`` people it had filled up.
    """

    removed: int
    restored: int
    left: Sequence[LeftPerson]
    changes: Changes = frozenset()

    @property
    def summary(self) -> str:
        """The outcome in one line."""
        words = f"撤回新增人员 {self.removed} 人，恢复补充过的人员 {self.restored} 人"
        return f"{words}，保留导入后有改动的 {len(self.left)} 人" if self.left else words


def imports(*, uow: UnitOfWork) -> Sequence[LedgerImport]:
    """Return every import, the newest first."""
    with uow:
        return sorted(
            uow.repository(LedgerImport).where(), key=lambda one: one.id or 0, reverse=True
        )


def undo_preview(import_id: str, *, uow: UnitOfWork) -> UndoReport:
    """Return what ``undo_import`` would do now. Nothing is written."""
    with uow:
        return _sort_out(uow, _run(uow, import_id)).report()


def undo_import(
    import_id: str,
    reason: str,
    *,
    uow: UnitOfWork,
    rules: RuleBook,
    settings: Settings,
    today: date,
    progress: Progress,
) -> UndoReport:
    """Take back what an import added and filled, in one transaction; keep whom others worked on.

    A person is touched when anything of theirs was changed, added or taken away since, or a form,
    list, plan, visit or request names them. They stay whole and are named in the report; the
    import may be taken back again later for them.

    Raises ``NoReason`` for an empty reason and ``NothingToTakeBack`` when there is nothing.
    """
    wanted(reason, "撤销导入须写明理由，请填写后再撤销")
    with uow:
        run = _run(uow, import_id)
        found = _sort_out(uow, run)
        if not found.new and not found.old:
            raise NothingToTakeBack(
                f"“{run.file_name}”导入的人员在导入后都有改动，不能整批撤销，请逐人核对"
            )
        _remove(uow, found, progress)
        _restore(uow, found, progress)
        reassess(uow, found.old, rules=rules, settings=settings, today=today)
        report = found.report()
        run.taken_back = not report.left
        run_id = uow.repository(LedgerImport).put(run)
        uow.record(
            Act(
                "撤销导入",
                "LedgerImport",
                run_id,
                reason=reason.strip(),
                details={
                    "import_id": import_id,
                    "撤回新增人员": as_ranges(list(found.new)),
                    "恢复补充人员": as_ranges(list(found.old)),
                    "保留人员": {str(one.subject_id): one.why for one in report.left},
                },
            )
        )
        changes = uow.commit()
    return UndoReport(report.removed, report.restored, report.left, changes)


# ---------------------------------------------------------------- who was touched since


@dataclass(slots=True)
class _Found:
    """What an import holds now: untouched people it added (``new``) and filled up (``old``)."""

    new: set[int] = field(default_factory=set)
    old: set[int] = field(default_factory=set)
    why: dict[int, str] = field(default_factory=dict)
    subjects: dict[int, Subject] = field(default_factory=dict)
    parts: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    filled: dict[int, list[tuple[Any, dict[str, Any]]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def report(self) -> UndoReport:
        """Return the outcome in numbers and names."""
        left = [
            LeftPerson(id_, self.subjects[id_].name, why)
            for id_, why in sorted(self.why.items())
            if id_ in self.subjects
        ]
        return UndoReport(len(self.new), len(self.old), left)

    def touch(self, subject_id: int, why: str) -> None:
        """Note that this person stays; the first reason is told."""
        self.why.setdefault(subject_id, why)


def _run(uow: UnitOfWork, import_id: str) -> LedgerImport:
    found = uow.repository(LedgerImport).where(import_id=import_id)
    if not found:
        raise NothingToTakeBack("找不到这次导入的记录，请刷新后再试")
    if found[0].taken_back:
        raise NothingToTakeBack(f"“{found[0].file_name}”的导入已经撤销过")
    return found[0]


def _sort_out(uow: UnitOfWork, run: LedgerImport) -> _Found:
    """Read what the import wrote as it is now, and tell the touched from the untouched."""
    found = _Found()
    added = {
        entity.__name__: set(from_ranges(run.added.get(entity.__name__, [])))
        for entity in (Subject, *_PARTS)
    }
    new = added["Subject"]
    owners: set[int] = set(new)
    for entity in _PARTS:
        ids = added[entity.__name__]
        part: Any
        for part in _stored(uow, entity, ids):
            found.parts[part.subject_id].append(part)
            owners.add(part.subject_id)
    _add_filled(uow, run, found, owners)
    people = uow.repository(Subject).where(id=sorted(owners)) if owners else ()
    found.subjects = {subject.id: subject for subject in people if subject.id is not None}
    for id_, subject in found.subjects.items():
        if id_ in new and subject.revision != 1:
            found.touch(id_, _CHANGED)
    for id_, parts in found.parts.items():
        if any(part.revision != 1 for part in parts):
            found.touch(id_, _CHANGED)
    _touch_by_parts(uow, added, found, owners, new)
    _touch_by_papers(uow, run, found, new)
    _touch_by_losses(run, found)
    there = found.subjects.keys() - found.why.keys()
    found.new, found.old = there & new, there - new
    return found


def _add_filled(uow: UnitOfWork, run: LedgerImport, found: _Found, owners: set[int]) -> None:
    by_entity: dict[type, list[dict[str, Any]]] = {Subject: [], Sanction: []}
    kinds = {entity.__name__: entity for entity in by_entity}
    for entry in run.filled:
        by_entity[kinds[entry["entity"]]].append(entry)
    for entity, entries in by_entity.items():
        things: Sequence[Any] = _stored(uow, entity, (entry["id"] for entry in entries))
        stored: dict[int, Any] = {one.id: one for one in things}
        for entry in entries:
            thing = stored.get(entry["id"])
            if thing is None:
                continue
            owner = thing.id if entity is Subject else thing.subject_id
            owners.add(owner)
            found.filled[owner].append((thing, entry["fields"]))
            if any(plain(getattr(thing, n)) != after for n, (_, after) in entry["fields"].items()):
                found.touch(owner, _CHANGED)


def _stored(uow: UnitOfWork, entity: type[E], ids: Iterable[int]) -> Sequence[E]:
    wanted = sorted(set(ids))
    return uow.repository(entity).where(id=wanted) if wanted else ()


def _touch_by_parts(
    uow: UnitOfWork,
    added: Mapping[str, set[int]],
    found: _Found,
    owners: set[int],
    new: set[int],
) -> None:
    """Note who got cases, sanctions or events since, or lost some."""
    for entity in _PARTS:
        ids = added[entity.__name__]
        part: Any
        for part in uow.repository(entity).where(subject_id=sorted(owners)):
            if part.id in ids:
                continue
            mine = part.subject_id
            if mine in new:
                found.touch(mine, _MORE)
            elif getattr(part, "sanction_id", None) in added["Sanction"] or (
                getattr(part, "case_id", None) in added["Case"]
            ):
                found.touch(mine, _MORE)  # it would lose what it stands on


def _touch_by_papers(uow: UnitOfWork, run: LedgerImport, found: _Found, new: set[int]) -> None:
    """Note whom papers name: new people at all, others by forms saved since the import."""
    for entity, why in _PAPERS.items():
        if new:
            paper: Any
            for paper in uow.repository(entity).where(subject_id=sorted(new)):
                found.touch(paper.subject_id, why)
    others = sorted(found.subjects.keys() - new)
    since = run.saved_at or datetime.min
    if others:
        for form in uow.repository(RegistrationForm).where(subject_id=others):
            if form.subject_id is not None and form.saved_at and form.saved_at > since:
                found.touch(form.subject_id, "导入后填写过登记表")


def _touch_by_losses(run: LedgerImport, found: _Found) -> None:
    """Note who lost an imported case, sanction or event since."""
    for first, last, number in run.added.get(PARTS_EACH, []):
        for id_ in range(first, last + 1):
            if len(found.parts.get(id_, ())) < number:
                found.touch(id_, _GONE)


# ---------------------------------------------------------------- taking back


def _remove(uow: UnitOfWork, found: _Found, progress: Progress) -> None:
    """Remove what was added, children first."""
    mine = found.new | found.old
    by_kind: dict[type, list[Any]] = defaultdict(list)
    for id_ in mine:
        for part in found.parts.get(id_, ()):
            by_kind[type(part)].append(part)
    total = sum(map(len, by_kind.values())) + len(found.new)
    done = 0
    if found.new:
        for standing in uow.repository(Standing).where(subject_id=sorted(found.new)):
            uow.repository(Standing).remove(standing)
    for entity in _PARTS:
        repository: Any = uow.repository(entity)
        for part in by_kind[entity]:
            repository.remove(part)
            done += 1
            if done % 200 == 0:
                progress(done, total, "撤销导入")
    for id_ in sorted(found.new):
        uow.repository(Subject).remove(found.subjects[id_])
        done += 1
        if done % 200 == 0:
            progress(done, total, "撤销导入")


def _restore(uow: UnitOfWork, found: _Found, progress: Progress) -> None:
    """Give stored entities back what they said before."""
    progress(0, len(found.old), "恢复补充过的人员")
    for id_ in found.old:
        for thing, fields in found.filled.get(id_, ()):
            specs = form_fields(thing)
            for name, (before, _after) in fields.items():
                is_date = specs[name].kind is FieldKind.PARTIAL_DATE and before is not None
                setattr(thing, name, PartialDate.parse(before) if is_date else before)
            uow.repository(type(thing)).put(thing)
