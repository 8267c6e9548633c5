"""Everything that one user action reads and writes, in one transaction of the encrypted file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import sqlalchemy as sa

from app.domain.audit import Act
from app.domain.subject import Subject
from app.services.ports import Change, Changes, Clock, MissingRecord, StaleData
from app.storage import audit
from app.storage.engine import BULK_CACHE_KIB, CACHE_KIB
from app.storage.names import search_keys, sort_key, tokens, workplace_key
from app.storage.tables import COLUMNS_OF, TABLE_OF, subject_search

E = TypeVar("E")

_LABELS = {
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
}
_INDEX_PERSON = sa.insert(subject_search).prefix_with("OR REPLACE")
_MANY = 2_000
_AT_ONCE = 10_000  # values of one IN list; SQLite's own limit is 250 000 variables


class _Written:
    """What one unit of work put or removed, applied to the entities only after the commit."""

    def __init__(self) -> None:
        # By identity: the same entity may be put again before the commit.
        self._put: dict[int, tuple[Any, int, int]] = {}
        self.changes: set[Change] = set()
        self.bulk = False  # the connection holds a large page cache for now

    def stored(self, thing: Any) -> tuple[int | None, int]:
        """Return id and revision of ``thing`` as this transaction has them."""
        _thing, id_, revision = self._put.get(id(thing), (thing, thing.id, thing.revision))
        return id_, revision

    def put(self, thing: Any, id_: int, revision: int) -> None:
        """Remember that ``thing`` is now stored as ``id_`` in ``revision``."""
        self._put[id(thing)] = (thing, id_, revision)
        self.changes.add(Change(type(thing), id_))

    def removed(self, thing: Any, id_: int) -> None:
        """Remember that ``thing`` is gone."""
        self._put.pop(id(thing), None)
        self.changes.add(Change(type(thing), id_))

    def settle(self) -> Changes:
        """Tell the entities their ids and revisions, after the commit."""
        for thing, id_, revision in self._put.values():
            thing.id, thing.revision = id_, revision
        return frozenset(self.changes)


class SqlRepository(Generic[E]):
    """Reads rows into plain dataclasses and writes them back."""

    def __init__(self, connection: sa.Connection, entity: type[E], written: _Written) -> None:
        self._connection = connection
        self._entity = entity
        self._table = TABLE_OF[entity]
        self._columns = COLUMNS_OF[entity]
        self._names = [column.name for column in self._columns]
        self._written = written
        self._label = _LABELS.get(entity.__name__, entity.__name__)

    def get(self, id_: int) -> E:
        """Return the entity, or raise ``MissingRecord``."""
        found = self.where(id=id_)
        if not found:
            raise MissingRecord(f"{self._label}（编号{id_}）已不存在，可能已被删除，请刷新后再试。")
        return found[0]

    def where(self, **values: object) -> Sequence[E]:
        """Return the entities whose columns equal ``values`` (a list: any of them), by id."""
        for name, value in values.items():
            if isinstance(value, tuple | list | set | frozenset) and len(value) > _AT_ONCE:
                several = list(value)
                parts = [
                    self.where(**{**values, name: several[start : start + _AT_ONCE]})
                    for start in range(0, len(several), _AT_ONCE)
                ]
                return sorted((one for part in parts for one in part), key=_id)
        query = sa.select(*self._columns).order_by(self._table.c.id)
        for name, value in values.items():
            column = self._table.c[name]
            if isinstance(value, tuple | list | set | frozenset):
                query = query.where(column.in_(list(value)))
            else:
                query = query.where(column.is_(None) if value is None else column == value)
        names = self._names
        return [
            self._entity(**dict(zip(names, row, strict=True)))
            for row in self._connection.execute(query)
        ]

    def put(self, entity: E) -> int:
        """Insert ``entity``, or update it if nobody saved it since it was read."""
        id_, revision = self._written.stored(entity)
        if id_ is None:
            return self._insert([entity])[0]
        values = self._values(entity, revision + 1) | {"same_id": id_, "same_revision": revision}
        if self._connection.execute(_update(self._table), values).rowcount != 1:
            raise self._stale(id_)
        self._after_put([(entity, id_)], revision + 1)
        return id_

    def put_all(self, entities: Iterable[E]) -> list[int]:
        """``put`` for many: new ones in one statement, whatever their number."""
        things = list(entities)
        known = [self._written.stored(thing)[0] for thing in things]
        new = [thing for thing, id_ in zip(things, known, strict=True) if id_ is None]
        fresh = iter(self._insert(new))
        return [
            next(fresh) if id_ is None else self.put(thing)
            for thing, id_ in zip(things, known, strict=True)
        ]

    def remove(self, entity: E) -> None:
        """Remove ``entity``. Raises ``StaleData`` when somebody saved it since it was read."""
        id_, revision = self._written.stored(entity)
        if id_ is None:
            raise MissingRecord(f"{self._label}还没有保存过，无从删除。")
        statement = sa.delete(self._table).where(self._same(id_, revision))
        if self._connection.execute(statement).rowcount != 1:
            raise self._stale(id_)
        if self._entity is Subject:
            self._connection.execute(sa.delete(subject_search).where(subject_search.c.rowid == id_))
        self._written.removed(entity, id_)

    def _same(self, id_: int, revision: int) -> sa.ColumnElement[bool]:
        return (self._table.c.id == id_) & (self._table.c.revision == revision)

    def _values(self, thing: Any, revision: int) -> dict[str, Any]:
        values = {name: getattr(thing, name) for name in self._names if name != "id"}
        values["revision"] = revision
        if self._entity is Subject:
            values["name_key"] = sort_key(thing.name)
            values["workplace_key"] = workplace_key(thing.workplace)
        return values

    def _insert(self, things: list[E]) -> list[int]:
        if not things:
            return []
        if len(things) >= _MANY:
            # 29 → 225 µs a row once pages fall out of the cache and are decrypted again.
            self._connection.exec_driver_sql(f"PRAGMA cache_size = -{BULK_CACHE_KIB}")
            self._written.bulk = True
        first = self._next_id()
        rows = [{**self._values(thing, 1), "id": first + n} for n, thing in enumerate(things)]
        self._connection.execute(sa.insert(self._table), rows)
        self._after_put([(thing, first + n) for n, thing in enumerate(things)], 1)
        return [first + n for n in range(len(things))]

    def _next_id(self) -> int:
        """Return an id never used before: nobody else can write until this transaction ends."""
        used = self._connection.execute(
            sa.text("SELECT seq FROM sqlite_sequence WHERE name = :table"),
            {"table": self._table.name},
        ).scalar()
        return int(used or 0) + 1

    def _after_put(self, pairs: list[tuple[Any, int]], revision: int) -> None:
        if self._entity is Subject:
            rows = [
                {
                    "rowid": id_,
                    "spelt": tokens(
                        search_keys(thing.name, thing.workplace, thing.unit, thing.phone)
                    ),
                }
                for thing, id_ in pairs
            ]
            self._connection.execute(_INDEX_PERSON, rows)
        for thing, id_ in pairs:
            self._written.put(thing, id_, revision)

    def _stale(self, id_: int) -> Exception:
        known = sa.select(self._table.c.revision).where(self._table.c.id == id_)
        if self._connection.execute(known).first() is None:
            return MissingRecord(f"{self._label}（编号{id_}）已被删除，请刷新后再试。")
        return StaleData(
            f"{self._label}（编号{id_}）在您打开之后已被另行保存。"
            "为免覆盖，这次没有保存；请重新打开，对照后再改。"
        )


def _id(entity: Any) -> int:
    return int(entity.id)


@cache
def _update(table: sa.Table) -> sa.Update:
    """Return the statement that saves an entity if its revision is still the same: built once."""
    return sa.update(table).where(
        table.c.id == sa.bindparam("same_id"), table.c.revision == sa.bindparam("same_revision")
    )


class SqlUnitOfWork:
    """One connection, one transaction, one user action; may be entered again afterwards."""

    def __init__(
        self, engine: sa.Engine, *, who: str, audit_key: bytes, clock: Clock = datetime.now
    ) -> None:
        self._engine = engine
        self._who = who
        self._audit_key = audit_key
        self._clock = clock
        self._open: sa.Connection | None = None

    def __enter__(self) -> Self:
        if self._open is not None:
            raise RuntimeError("a unit of work is not entered twice")
        # IMMEDIATE waits for another writer; a plain BEGIN that read first fails at once.
        connection = self._engine.connect().execution_options(begin="BEGIN IMMEDIATE")
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        self._open = connection
        self._written = _Written()
        self._bulk = False
        self._acts: list[Act] = []
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
            if self._bulk or self._written.bulk:
                connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KIB}")
                connection.exec_driver_sql("PRAGMA shrink_memory")
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

    def record(self, act: Act) -> None:
        """Append ``act`` to the audit log, in this transaction."""
        self._acts.append(act)

    def commit(self) -> Changes:
        """Keep everything durably, and say what changed. Until here no entity was touched."""
        connection = self.connection
        if self._acts:
            audit.append(
                connection, self._acts, who=self._who, at=self._clock(), key=self._audit_key
            )
        connection.commit()
        changes = self._written.settle()
        self._bulk |= self._written.bulk
        self._written, self._acts = _Written(), []
        return changes
