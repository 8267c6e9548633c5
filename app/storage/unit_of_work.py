"""Everything that one user action reads and writes, in one transaction of the encrypted file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Any, Generic, NoReturn, Self, TypeVar

import sqlalchemy as sa

from app.domain.audit import Act
from app.domain.subject import Subject
from app.services.ports import (
    Changes,
    Clock,
    MayBeSaved,
    MissingRecord,
    StaleData,
    UserError,
)
from app.storage import audit
from app.storage.engine import large_cache, row_of, rows_of, run, run_many, usual_cache
from app.storage.errors import NotWritable
from app.storage.gate import Gate
from app.storage.marks import OF_PERSON, owners, renew_marks
from app.storage.rows import (
    FORGET_PERSON,
    INDEX_PERSON,
    LAST_ID,
    SPELT,
    changed_rows,
    columns_of,
    listed,
    new_rows,
    selected,
    shape_of,
    spelt_rows,
    things_of,
    update_of,
    values_of,
)
from app.storage.written import Doubt, Written

E = TypeVar("E")

LABELS = {
    "Subject": "回访对象",
    "Case": "案件",
    "Sanction": "处分",
    "Event": "状态事项",
    "RegistrationForm": "登记表",
    "Settings": "设置",
    "Standing": "对象认定",
    "Staff": "工作人员",
    "VisitingList": "名单",
    "ListEntry": "名单中的人",
    "Consultation": "征求意见记录",
    "Plan": "方案",
    "PlanPerson": "方案中的对象",
    "PlanMember": "工作组成员",
    "TalkPoint": "谈话要点",
    "PlanTemplate": "方案模板",
    "PlanStep": "方案流转记录",
    "Exemption": "例外记录",
    "Visit": "回访",
    "Participant": "回访人员",
    "Talk": "谈话记录",
    "Contact": "电话或信函记录",
    "Request": "诉求",
    "Draft": "草稿",
    "FormVersion": "登记表的版本",
    "StoredPaper": "存档文件",
    "PaperContent": "存档文件的内容",
    "Phrase": "常用语",
    "LedgerImport": "导入记录",
    "DocumentNumber": "文号",
    "Attachment": "附件",
    "Outcome": "回访结果",
    "OutcomeAct": "办理事项",
    "Feedback": "反馈记录",
    "UnitReminder": "督促提醒函",
    "ResultUse": "使用情况记录",
    "Ending": "期满办理",
    "EndingItem": "期满办理的材料或步骤",
    "FilingEntry": "归档记录",
    "FilingPaper": "卷内文件",
    "PersonMerge": "合并记录",
}
_MANY = 2_000
_BATCH = 5_000  # rows in memory at once
_AT_ONCE = 10_000  # values of one IN list; SQLite's own limit is 250 000 variables


class SqlRepository(Generic[E]):
    """Reads rows into plain dataclasses and writes them back."""

    def __init__(self, connection: sa.Connection, entity: type[E], written: Written) -> None:
        self._connection = connection
        self._entity = entity
        kind: type = entity
        self._kind = kind
        self._shape = shape_of(kind)
        self._written = written
        self._label = LABELS.get(entity.__name__, entity.__name__)

    def get(self, id_: int) -> E:
        """Return the entity, or raise ``MissingRecord``."""
        found = self.where(id=id_)
        if not found:
            raise MissingRecord(f"{self._label}（编号{id_}）已不存在，可能已被删除，请刷新后再试。")
        return found[0]

    def where(self, **values: object) -> Sequence[E]:
        """Return the entities whose columns equal ``values`` (a list: any of them), by id."""
        return self._read(values, short=False)

    def outline(self, **values: object) -> Sequence[E]:
        """Return what ``where`` does without long texts and data; it cannot be put."""
        return self._read(values, short=True)

    def _read(self, values: dict[str, object], *, short: bool) -> list[E]:
        for name, value in values.items():
            if isinstance(value, tuple | list | set | frozenset) and len(value) > _AT_ONCE:
                several = list(value)
                parts = [
                    self._read({**values, name: several[start : start + _AT_ONCE]}, short=short)
                    for start in range(0, len(several), _AT_ONCE)
                ]
                return sorted((one for part in parts for one in part), key=_id)
        rows = rows_of(self._connection, *selected(self._entity, values, short=short))
        return things_of(self._entity, rows, short=short)

    def columns(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """Yield these columns of every entity, by id."""
        return columns_of(
            self._entity, names, rows_of(self._connection, *listed(self._entity, names))
        )

    def put(self, entity: E) -> int:
        """Insert ``entity``, or update it if nobody saved it since it was read."""
        id_, revision = self._written.stored(entity)
        if id_ is None:
            return self._insert([entity])[0]
        before = row_of(self._connection, self._shape.whole, (id_,))
        if before is None or before[1] != revision:
            raise self._stale(id_)
        [after] = values_of(self._kind, [entity])
        changed = {
            name: new
            for name, old, new in zip(self._shape.every[2:], before[2:], after, strict=True)
            if old != new
        }
        run(
            self._connection,
            update_of(self._kind, tuple(changed)),
            (revision + 1, *changed.values(), id_, revision),
        )
        if self._kind in OF_PERSON:
            before_of = before[self._shape.every.index("subject_id")]
            self._written.marked.update((before_of, changed.get("subject_id", before_of)))
        elif "earlier_visits" in changed:
            self._written.marked.add(id_)
        if self._kind is Subject and not SPELT.isdisjoint(changed):
            self._index([(entity, id_)])
        self._written.put(entity, id_, revision + 1)
        return id_

    def put_all(self, entities: Iterable[E]) -> list[int]:
        """``put`` for many: new ones in one statement, known ones in another."""
        things = list(entities)
        stored = [self._written.stored(thing) for thing in things]
        known = [id_ for id_, _revision in stored if id_ is not None]
        if len(set(known)) < len(known):  # the same one twice: one after the other, as ``put``
            return [self.put(thing) for thing in things]
        pairs = list(zip(things, stored, strict=True))
        self._update(
            [thing for thing, (id_, _revision) in pairs if id_ is not None],
            [(id_, revision) for id_, revision in stored if id_ is not None],
        )
        fresh = iter(self._insert([thing for thing, (id_, _revision) in pairs if id_ is None]))
        return [next(fresh) if id_ is None else id_ for id_, _revision in stored]

    def remove(self, entity: E) -> None:
        """Remove ``entity``. Raises ``StaleData`` when somebody saved it since it was read."""
        id_, revision = self._written.stored(entity)
        if id_ is None:
            raise MissingRecord(f"{self._label}还没有保存过，无从删除。")
        self._mark_stored([id_])
        if run(self._connection, self._shape.delete, (id_, revision)).rowcount != 1:
            raise self._stale(id_)
        if self._kind is Subject:
            run(self._connection, FORGET_PERSON, (id_,))
        self._written.removed(entity, id_)

    def put_back(self, entity: E, id_: int, revision: int) -> None:
        """Insert what was removed, under the id it had: what names it means it again."""
        [values] = values_of(self._kind, [entity])
        run(self._connection, self._shape.insert, (id_, revision, *values))
        self._after_put([(entity, id_, revision)])

    def _insert(self, things: list[E]) -> list[int]:
        first = self._next_id() if things else 1
        for start in range(0, len(things), _BATCH):
            some = things[start : start + _BATCH]
            self._write(
                self._shape.insert, new_rows(self._entity, some, first + start), len(things)
            )
            self._after_put([(thing, first + start + n, 1) for n, thing in enumerate(some)])
        return [first + n for n in range(len(things))]

    def _update(self, things: list[E], stored: list[tuple[int, int]]) -> None:
        """Write known things over what is stored as (id, revision): all of them, or none."""
        if len(things) > 1:
            run(self._connection, "SAVEPOINT put_all")
        self._mark_stored([id_ for id_, _revision in stored])
        for start in range(0, len(things), _BATCH):
            before = stored[start : start + _BATCH]
            rows = changed_rows(self._entity, things[start : start + _BATCH], before)
            if self._write(self._shape.update, rows, len(things)) != len(rows):
                raise self._first_stale(stored)
        if len(things) > 1:
            run(self._connection, "RELEASE put_all")
        self._after_put(
            [(thing, id_, rev + 1) for thing, (id_, rev) in zip(things, stored, strict=True)]
        )

    def _write(self, statement: str, rows: list[Any], total: int) -> int:
        if total >= _MANY and not self._written.bulk:
            # 29 → 225 µs a row once pages fall out of the cache and are decrypted again.
            large_cache(self._connection)
            self._written.bulk = True
        return run_many(self._connection, statement, rows)

    def _next_id(self) -> int:
        """Return an id never used before: nobody else can write until this transaction ends."""
        used = row_of(self._connection, LAST_ID, (self._shape.table,))
        return int(used[0]) + 1 if used else 1

    def _after_put(self, put: list[tuple[E, int, int]]) -> None:
        if self._kind is Subject:
            self._index([(thing, id_) for thing, id_, _revision in put])
        self._mark([(thing, id_) for thing, id_, _revision in put])
        for thing, id_, revision in put:
            self._written.put(thing, id_, revision)

    def _index(self, people: list[tuple[E, int]]) -> None:
        run_many(self._connection, INDEX_PERSON, spelt_rows(people))

    def _mark(self, put: list[tuple[E, int]]) -> None:
        """Remember whose visits, forms or volumes were put."""
        things: list[tuple[Any, int]] = [*put]
        if self._kind in OF_PERSON:
            self._written.marked.update(thing.subject_id for thing, _id in things)
        elif self._kind is Subject:
            self._written.marked.update(id_ for thing, id_ in things if thing.earlier_visits)

    def _mark_stored(self, ids: list[int]) -> None:
        """Remember whom records name that are about to change or to go."""
        if self._kind in OF_PERSON:
            self._written.marked |= owners(self._connection, self._kind, ids)
        elif self._kind is Subject:
            self._written.marked.update(ids)

    def _first_stale(self, stored: list[tuple[int, int]]) -> Exception:
        """Take an update back and return the error of the first thing that it did not meet."""
        if len(stored) > 1:
            run(self._connection, "ROLLBACK TO put_all")
            run(self._connection, "RELEASE put_all")
        for id_, revision in stored:
            if row_of(self._connection, self._shape.revision, (id_,)) != (revision,):
                return self._stale(id_)
        raise AssertionError("every row was there, yet not every row was written")

    def _stale(self, id_: int) -> Exception:
        if row_of(self._connection, self._shape.revision, (id_,)) is None:
            return MissingRecord(f"{self._label}（编号{id_}）已被删除，请刷新后再试。")
        return StaleData(
            f"{self._label}（编号{id_}）在您打开之后已被另行保存。"
            "为免覆盖，这次没有保存；请重新打开，对照后再改。"
        )


def _id(entity: Any) -> int:
    return int(entity.id)


class SqlUnitOfWork:
    """One connection, one transaction, one user action; may be entered again afterwards."""

    def __init__(
        self,
        engine: sa.Engine,
        *,
        who: str,
        audit_key: bytes,
        clock: Clock = datetime.now,
        gate: Gate | None = None,
        clock_jump: Callable[[], float] = float,
        in_doubt: Callable[[Changes], object] = lambda _changes: None,
        doubts: list[Doubt] | None = None,
    ) -> None:
        """``in_doubt`` hears what a commit may have changed that raises ``MayBeSaved``.

        ``doubts`` are what earlier units of work could not find out; this one does before it begins.
        """
        self._engine = engine
        self._who = who
        self._audit_key = audit_key
        self._clock = clock
        self._gate = gate
        self._clock_jump = clock_jump  # seconds the wall clock was moved while we were looking
        self._in_doubt = in_doubt
        self._doubts = [] if doubts is None else doubts
        self._open: sa.Connection | None = None

    def __enter__(self) -> Self:
        if self._open is not None:
            raise RuntimeError("a unit of work is not entered twice")
        # IMMEDIATE waits for another writer; a plain BEGIN that read first fails at once.
        connection = self._engine.connect().execution_options(begin="BEGIN IMMEDIATE")
        try:
            connection.begin()
            for doubt in self._doubts[:]:
                if doubt.is_in(connection):
                    doubt.written.settle()
                self._doubts.remove(doubt)
        except BaseException:
            connection.close()
            raise
        self._open = connection
        self._written = Written()
        self._bulk = False
        self._acts: list[Act] = []
        self._refused: Act | None = None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        connection, self._open = self._open, None
        if connection is not None:
            connection.rollback()  # whatever was not committed
            if self._gate is not None:
                self._gate.spare()
            if self._refused is not None:
                self._log_refusal(connection, self._refused)
            if self._bulk or self._written.bulk:
                usual_cache(connection)
            connection.close()

    @property
    def connection(self) -> sa.Connection:
        """The open connection, for storage's own statements in the same transaction."""
        if self._open is None:
            raise RuntimeError("a unit of work works inside its with block")
        return self._open

    def repository(self, entity: type[E]) -> SqlRepository[E]:
        """Return the collection that holds ``entity``."""
        return SqlRepository(self.connection, entity, self._written)

    def copy_of(self, entity: E) -> E:
        """See ``ports.UnitOfWork``."""
        made: E = self._written.copy_of(entity)
        return made

    def record(self, act: Act) -> None:
        """Append ``act`` to the audit log, in this transaction.

        Raises ``NotPermitted`` or ``SecondPersonNeeded`` when the signed-in person may not do it;
        the log then keeps the refusal instead.
        """
        if self._gate is not None:
            try:
                act = self._gate.check(self.connection, act, self._clock())
            except UserError as refused:
                details = {"操作": act.name, "缘由": str(refused)}
                self._refused = Act("拒绝操作", act.entity, act.entity_id, details=details)
                raise
        self._acts.append(act)

    def _log_refusal(self, connection: sa.Connection, refused: Act) -> None:
        self._refused = None
        with connection.begin():
            self._append(connection, [refused])

    def _append(self, connection: sa.Connection, acts: list[Act]) -> audit.AuditHead:
        if jump := self._clock_jump():
            acts = [Act("时钟跳变", details={"秒": round(jump)}), *acts]
        return audit.append(connection, acts, who=self._who, at=self._clock(), key=self._audit_key)

    def commit(self) -> Changes:
        """Keep everything durably, and say what changed. Until here no entity was touched.

        Raises ``MayBeSaved`` when the disk refused the very last flush: the journal was cut, so the
        change stands unless the power fails as well.
        """
        connection = self.connection
        if people := self._written.marked - {None}:
            renew_marks(connection, {id_ for id_ in people if id_ is not None})
        head = self._append(connection, self._acts) if self._acts else None
        try:
            connection.commit()
        except NotWritable as error:
            self._look_again(connection, head, error)
        if self._gate is not None:
            self._gate.settle()
        changes = self._written.settle()
        self._bulk |= self._written.bulk
        self._written, self._acts = Written(), []
        return changes

    def _look_again(
        self, failed: sa.Connection, head: audit.AuditHead | None, error: NotWritable
    ) -> NoReturn:
        """Raise ``error`` if a fresh connection reads the state before, else ``MayBeSaved``."""
        with suppress(UserError):
            failed.rollback()
        failed.invalidate()  # it would go on telling what it believes, and holds its locks
        self._bulk = self._written.bulk = False
        there, doubt = None, Doubt(self._written, head)
        try:
            with self._engine.connect() as fresh:
                there = doubt.is_in(fresh)
        except UserError:
            self._doubts.append(doubt)
        if there is False:
            raise error
        if there:
            self._written.settle()
            if self._gate is not None:
                self._gate.settle()
        self._in_doubt(self._written.changes())
        raise MayBeSaved(
            "保存到最后一步时磁盘出错，这次改动可能已保存，请重新查看后再决定要不要再做一次。"
            "此前保存的内容没有丢失；请检查磁盘状况，并另做一份备份。"
        ) from error
