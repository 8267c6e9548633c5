"""What one unit of work put or removed, and whether a commit that failed at its end was kept."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.services.ports import Change, Changes
from app.storage import audit
from app.storage.engine import row_of
from app.storage.rows import shape_of


class Written:
    """What one unit of work put or removed, applied to the entities only after the commit."""

    def __init__(self) -> None:
        # By identity: the same entity may be put again before the commit.
        self._put: dict[int, tuple[Any, int, int]] = {}
        self._copies: dict[int, tuple[Any, Any]] = {}  # a copy and what it stands for
        self._removed: set[Change] = set()
        self.bulk = False  # the connection holds a large page cache for now
        self.marked: set[int | None] = set()  # people whose marks may have changed

    def stored(self, thing: Any) -> tuple[int | None, int]:
        """Return id and revision of ``thing`` as this transaction has them."""
        _thing, id_, revision = self._put.get(id(thing), (thing, thing.id, thing.revision))
        return id_, revision

    def put(self, thing: Any, id_: int, revision: int) -> None:
        """Remember that ``thing`` is now stored as ``id_`` in ``revision``."""
        self._put[id(thing)] = (thing, id_, revision)

    def copy_of(self, thing: Any) -> Any:
        """Return a copy that ``thing`` learns its id and revision from."""
        made = copy.copy(thing)
        self._copies[id(made)] = made, thing
        return made

    def removed(self, thing: Any, id_: int) -> None:
        """Remember that ``thing`` is gone."""
        self._put.pop(id(thing), None)
        self._removed.add(Change(type(thing), id_))

    def changes(self) -> Changes:
        """Return what was put or removed."""
        put = {Change(type(thing), id_) for thing, id_, _revision in self._put.values()}
        return frozenset(put | self._removed)

    def settle(self) -> Changes:
        """Tell the entities their ids and revisions, after the commit."""
        for thing, id_, revision in self._put.values():
            told = thing
            while told is not None:
                told.id, told.revision = id_, revision
                _copy, told = self._copies.get(id(told), (None, None))
        return self.changes()

    def is_in(self, connection: sa.Connection) -> bool | None:
        """Return whether ``connection`` reads what was put or removed; ``None``: nothing tells."""
        for thing, id_, revision in self._put.values():
            return _revision(connection, type(thing), id_) == revision
        for gone in self._removed:
            return _revision(connection, gone.entity, gone.id) is None
        return None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A commit of which nobody knows whether it was kept."""

    written: Written
    head: audit.AuditHead | None  # of the log with the lines of this commit, if it wrote any

    def is_in(self, connection: sa.Connection) -> bool | None:
        """Return whether ``connection`` reads it; ``None``: nothing tells."""
        if self.head is None:
            return self.written.is_in(connection)
        return audit.line(connection, self.head.sequence) == self.head


def _revision(connection: sa.Connection, kind: type, id_: int) -> int | None:
    row = row_of(connection, shape_of(kind).revision, (id_,))
    return int(row[0]) if row else None
