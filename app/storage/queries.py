"""Read-only lists: frozen rows, a page at a time, each page with as many statements as the next."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from app.domain.registration_form import RegistrationForm
from app.domain.standing import Standing
from app.domain.subject import PARTY, Sanction, Subject
from app.services.ports import FormRow, OutputOf, OutputRow, RosterFilter, RosterRow
from app.storage.marks import UNKNOWN_VERDICT
from app.storage.names import place_by_sound, sort_key
from app.storage.roster_filters import (
    SORTS,
    VERDICT,
    counting,
    counting_verdicts,
    matching,
    only_searches,
    orders_of,
    phrase_of,
)
from app.storage.roster_orders import page_of_everybody
from app.storage.roster_search import Found, searched
from app.storage.tables import TABLE_OF, audit_log, backup_run

__all__ = [
    "SORTS",
    "UNKNOWN_VERDICT",
    "SqlFormQueries",
    "SqlRosterQueries",
    "counts",
    "last_backup",
]

_subject = TABLE_OF[Subject]
_standing = TABLE_OF[Standing]
_sanction = TABLE_OF[Sanction]
_form = TABLE_OF[RegistrationForm]


# The order of ``RosterRow``'s fields, without what is made of the sanctions and of the clock.
_ROW = (
    _subject.c.id,
    _subject.c.name,
    _subject.c.sex,
    sa.func.coalesce(sa.type_coerce(_subject.c.born_on, sa.String), ""),
    _subject.c.workplace,
    _subject.c.unit,
    _subject.c.person_type,
    _subject.c.phone,
    _subject.c.address,
    _standing.c.last_day,
    VERDICT,
    sa.func.coalesce(_standing.c.reason, ""),
    sa.func.coalesce(_standing.c.doubtful, sa.false()),
    _standing.c.visited_on,
    sa.func.coalesce(_standing.c.visited, sa.false()),
    sa.func.coalesce(_standing.c.filed, sa.false()),
)
_SANCTIONS = 9  # where the sanctions come in
_IDS = sa.bindparam("ids", type_=sa.String)
_OF_PAGE = sa.select(sa.func.json_each(_IDS).table_valued("value").c.value)
_PEOPLE = (
    sa.select(*_ROW)
    .select_from(_subject.outerjoin(_standing, _standing.c.subject_id == _subject.c.id))
    .where(_subject.c.id.in_(_OF_PAGE))
)
_THEIR_SANCTIONS = (
    sa.select(
        _sanction.c.subject_id,
        _sanction.c.regime,
        _sanction.c.kind,
        sa.func.coalesce(sa.type_coerce(_sanction.c.decided_on, sa.String), ""),
    )
    .where(_sanction.c.subject_id.in_(_OF_PAGE))
    .order_by(_sanction.c.decided_on, _sanction.c.id)
)


_BROAD = 2_000  # from here on walking an index to the first page beats sorting all that match


def _unordered(which: RosterFilter) -> RosterFilter:
    return replace(which, sort_by="", descending=False, then_by=())


class SqlRosterQueries:
    """The roster, page by page."""

    def __init__(self, engine: sa.Engine, *, today: Callable[[], date] = date.today) -> None:
        self._engine = engine
        self._today = today
        self._counted = (RosterFilter(), 0)  # a list counts before it reads its first page
        self._found: Found | None = None  # by the search just counted

    def count(self, which: RosterFilter) -> int:
        """Return how many people ``which`` holds."""
        found = None
        with self._engine.connect() as connection, connection.begin():
            if only_searches(which):
                found = searched(connection, which, phrase_of(which))
                number = found.number
            else:
                query = counting(connection, which, today=self._today())
                number = int(connection.execute(query).scalar_one())
        self._counted, self._found = (_unordered(which), number), found
        return number

    def page(self, which: RosterFilter, offset: int, limit: int) -> Sequence[RosterRow]:
        """Return people ``offset`` to ``offset + limit`` of ``which``; the unknown stands last."""
        found = self._found if self._found and self._found.which == which else None
        with self._engine.connect() as connection, connection.begin():
            if found is None and only_searches(which):
                found = searched(connection, which, phrase_of(which))
            ids = found.page(connection, offset, limit) if found else None
            if ids is None:
                ids = page_of_everybody(connection, which, offset, limit)
            if ids is None:
                broad = self._counted[0] == _unordered(which) and self._counted[1] > _BROAD
                query = self._ordered(connection, which, broad=broad).limit(limit).offset(offset)
                ids = list(connection.execute(query).scalars())
            return self._rows(connection, ids)

    def rows(self, ids: Iterable[int]) -> Sequence[RosterRow]:
        """Return these people, for refreshing rows that changed."""
        with self._engine.connect() as connection, connection.begin():
            return self._rows(connection, sorted(set(ids)))

    def ids(self, which: RosterFilter) -> list[int]:
        """Return the ids of all people of ``which``, in its order: that of the pages."""
        with self._engine.connect() as connection, connection.begin():
            if only_searches(which):
                found = searched(connection, which, phrase_of(which))
                ids = found.page(connection, 0, found.number)
                if ids is not None:
                    return ids
            # As one text: a row each would take five times as long. SQLite leaves a subquery under
            # an aggregate that depends on the order in its order.
            ordered = self._ordered(connection, which).subquery()
            listed = connection.execute(sa.select(sa.func.group_concat(ordered.c.id))).scalar()
        return [int(one) for one in listed.split(",")] if listed else []

    def _ordered(
        self, connection: sa.Connection, which: RosterFilter, *, broad: bool = False
    ) -> Any:
        chosen = sa.select(_subject.c.id)
        query = matching(connection, chosen, which, today=self._today(), broad=broad)
        return query.order_by(*(one.of(one.by) for one in orders_of(which)), _subject.c.id)

    def namesakes(self, name: str, except_id: int | None = None) -> Sequence[RosterRow]:
        """Return people of the same name, spaces and name dots aside."""
        same = sa.select(_subject.c.id).where(_subject.c.name_key == sort_key(name))
        if except_id is not None:
            same = same.where(_subject.c.id != except_id)
        with self._engine.connect() as connection, connection.begin():
            ids = connection.execute(same.order_by(_subject.c.id).limit(50)).scalars()
            return self._rows(connection, list(ids))

    def place_by_sound(self, text: str, search: str) -> tuple[int, int] | None:
        """Return (start, end) of the part of a shown text that ``search`` spells, if any."""
        return place_by_sound(text, search)

    def values(self, field: str) -> Sequence[tuple[str, int]]:
        """Return what a field holds anywhere, and how many people each value has, by name."""
        of_person = field in ("unit", "person_type")
        column = _subject.c[field] if of_person else _sanction.c[field]
        owner = _subject.c.id if of_person else _sanction.c.subject_id
        query = (
            sa.select(column, sa.func.count(owner.distinct()))
            .where(column != "")
            .group_by(column)
            .order_by(column)
        )
        with self._engine.connect() as connection:
            found = [(str(value), int(number)) for value, number in connection.execute(query)]
        return sorted(found, key=lambda pair: sort_key(pair[0])) if of_person else found

    def verdict_counts(self, which: RosterFilter) -> dict[str, int]:
        """Return how many people of each verdict the rest of ``which`` finds."""
        rest = replace(which, verdicts=())
        with self._engine.connect() as connection:
            query = counting_verdicts(connection, rest, today=self._today())
            return {str(verdict): int(count) for verdict, count in connection.execute(query)}

    def _rows(self, connection: sa.Connection, ids: Sequence[int]) -> Sequence[RosterRow]:
        """Return these people in this order; their sanctions are read for all of them at once."""
        if not ids:
            return []
        given = {"ids": f"[{','.join(map(str, ids))}]"}
        sanctions: dict[int, tuple[list[str], ...]] = {}
        for id_, regime, kind, day in connection.execute(_THEIR_SANCTIONS, given).fetchall():
            lists = sanctions.setdefault(id_, ([], [], [], []))
            kinds, days = lists[:2] if regime == PARTY else lists[2:]
            kinds.append(kind)
            days.append(day)
        today = self._today()
        people = connection.execute(_PEOPLE, given).fetchall()
        found = {one[0]: _row(one, sanctions.get(one[0], _NO_SANCTIONS), today) for one in people}
        return [found[id_] for id_ in ids if id_ in found]


_NO_SANCTIONS: tuple[list[str], ...] = ([], [], [], [])


def _row(person: sa.Row[Any], sanctions: Sequence[list[str]], today: date) -> RosterRow:
    known: list[Any] = list(person)
    last_day = known[_SANCTIONS]
    known.insert(_SANCTIONS + 1, None if last_day is None else (last_day - today).days)
    known[_SANCTIONS:_SANCTIONS] = map("；".join, sanctions)
    return RosterRow(*known)


class SqlFormQueries:
    """Short lists of registration forms."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def of_subject(self, subject_id: int) -> Sequence[FormRow]:
        """Return the forms of one person, the newest first."""
        return self._rows(self._forms().where(_form.c.subject_id == subject_id))

    def recent(self, limit: int) -> Sequence[FormRow]:
        """Return the forms saved last, the newest first."""
        return self._rows(self._forms().limit(limit))

    def _forms(self) -> sa.Select[Any]:
        columns = ("id", "subject_id", "name", "workplace", "visited_on", "saved_at", "state")
        version = sa.func.coalesce(_form.c.version, 1)
        return sa.select(*(_form.c[name] for name in columns), version).order_by(
            _form.c.saved_at.desc().nulls_last(), _form.c.id.desc()
        )

    def outputs(self, limit: int) -> Sequence[OutputRow]:
        """Return what was printed and exported last, the newest first."""
        log = audit_log.c
        query = (
            sa.select(log.sequence, log.at, log.who, log.act, log.object, log.object_id)
            .add_columns(log.details, sa.func.coalesce(_form.c.name, _subject.c.name).label("name"))
            .outerjoin_from(
                audit_log, _form, (log.object == "RegistrationForm") & (log.object_id == _form.c.id)
            )
            .outerjoin(_subject, (log.object == "Subject") & (log.object_id == _subject.c.id))
            .where(log.act.startswith("打印") | log.act.startswith("导出"))
            .order_by(log.sequence.desc())
        )
        found: list[OutputRow] = []
        with self._engine.connect() as connection:
            rows = iter(connection.execution_options(yield_per=1000).execute(query))
            for last in rows:
                # A batch is written in one transaction: its lines stand together.
                more = int(json.loads(last.details).get("份数") or 1) - 1 if last.object else 0
                found.append(_output([last, *islice(rows, more)]))
                if len(found) == limit:
                    break
        return found

    def outputs_of(self, records: Sequence[tuple[str, int]]) -> Sequence[OutputOf]:
        """Return what was printed and exported of these records, the oldest first."""
        log = audit_log.c
        ids: dict[str, list[int]] = {}
        for name, id_ in records:
            ids.setdefault(name, []).append(id_)
        if not ids:
            return []
        mine = [(log.object == name) & log.object_id.in_(some) for name, some in ids.items()]
        query = (
            sa.select(log.at, log.who, log.act, log.object, log.object_id, log.details)
            .where(sa.or_(*mine), log.act.startswith("打印") | log.act.startswith("导出"))
            .order_by(log.sequence)
        )
        with self._engine.connect() as connection:
            return [
                OutputOf(
                    datetime.fromisoformat(row.at),
                    row.who,
                    row.act,
                    str(json.loads(row.details).get("去向") or ""),
                    (row.object, row.object_id),
                )
                for row in connection.execute(query)
            ]

    def _rows(self, query: sa.Select[Any]) -> Sequence[FormRow]:
        with self._engine.connect() as connection:
            return [FormRow(*row) for row in connection.execute(query)]


def _output(lines: Sequence[Any]) -> OutputRow:
    last = lines[0]
    details = json.loads(last.details)
    names = list(dict.fromkeys(line.name for line in reversed(lines) if line.name))
    items = len(lines) if last.object else int(details.get("人数") or 1)
    return OutputRow(
        number=lines[-1].sequence,
        at=datetime.fromisoformat(last.at),
        who=last.who,
        act=last.act,
        what=names[0]
        if len(names) == 1
        else f"{names[0]}等{len(names)}人"
        if names
        else str(details.get("标题") or ""),
        items=items,
        copies=int(details.get("每份份数") or 1),
        target=str(details.get("去向") or ""),
    )


def last_backup(engine: sa.Engine) -> datetime | None:
    """Return when the last backup was made and proven, or ``None`` if never."""
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.max(backup_run.c.made_at))).scalar()


def first_backup(engine: sa.Engine) -> datetime | None:
    """Return when the first backup was made, or ``None`` if never."""
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.min(backup_run.c.made_at))).scalar()


def counts(engine: sa.Engine) -> dict[str, int]:
    """Return how many rows every table of entities holds."""
    with engine.connect() as connection:
        return {
            table.name: int(
                connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            )
            for table in TABLE_OF.values()
        }
