"""Read-only lists: frozen rows, one SQL statement each, a page at a time."""

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
from app.storage.names import place_by_sound, sort_key
from app.storage.roster_filters import (
    SORTS,
    UNKNOWN_VERDICT,
    VERDICT,
    Found,
    counting,
    counting_verdicts,
    matching,
    only_searches,
    orders_of,
    searched,
)
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


def _joined(column: sa.Column[Any], *, party: bool) -> sa.ColumnElement[str]:
    """Return a person's party (or other) sanctions as one text, oldest first, joined by ；."""
    of_regime = _sanction.c.regime == PARTY if party else _sanction.c.regime != PARTY
    value = sa.func.coalesce(sa.type_coerce(column, sa.String), "")
    text = sa.func.aggregate_strings(value, "；").aggregate_order_by(
        _sanction.c.decided_on, _sanction.c.id
    )
    of_person = sa.select(text).where(_sanction.c.subject_id == _subject.c.id, of_regime)
    return sa.func.coalesce(of_person.correlate(_subject).scalar_subquery(), "")


# The order of ``RosterRow``'s fields; days left are added from the clock.
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
    _joined(_sanction.c.kind, party=True),
    _joined(_sanction.c.decided_on, party=True),
    _joined(_sanction.c.kind, party=False),
    _joined(_sanction.c.decided_on, party=False),
    _standing.c.last_day,
    VERDICT,
    sa.func.coalesce(_standing.c.reason, ""),
    sa.func.coalesce(_standing.c.doubtful, sa.false()),
)

_LAST_DAY = 13  # its place in _ROW


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
        with self._engine.connect() as connection:
            if only_searches(which):
                found = searched(connection, which)
                number = found.number
            else:
                query = counting(connection, which, today=self._today())
                number = int(connection.execute(query).scalar_one())
        self._counted, self._found = (_unordered(which), number), found
        return number

    def page(self, which: RosterFilter, offset: int, limit: int) -> Sequence[RosterRow]:
        """Return people ``offset`` to ``offset + limit`` of ``which``; the unknown stands last."""
        orders = orders_of(which)
        found = self._found
        with self._engine.connect() as connection:
            if found and found.which == which and (page := found.page(offset, limit)) is not None:
                return self._rows(connection, page, [orders[0].of(page.c.by0), page.c.id])
            named = (one.by.label(f"by{place}") for place, one in enumerate(orders))
            chosen = sa.select(_subject.c.id, *named)
            broad = self._counted[0] == _unordered(which) and self._counted[1] > _BROAD
            ids = matching(connection, chosen, which, today=self._today(), broad=broad)
            ids = ids.order_by(*(one.of(one.by) for one in orders), _subject.c.id)
            page = ids.limit(limit).offset(offset).cte("page")
            again = [one.of(page.c[f"by{place}"]) for place, one in enumerate(orders)]
            return self._rows(connection, page, [*again, page.c.id])

    def rows(self, ids: Iterable[int]) -> Sequence[RosterRow]:
        """Return these people, for refreshing rows that changed."""
        wanted = list(ids)
        if not wanted:
            return []
        page = sa.select(_subject.c.id).where(_subject.c.id.in_(wanted)).cte("page")
        with self._engine.connect() as connection:
            return self._rows(connection, page, [page.c.id])

    def ids(self, which: RosterFilter) -> list[int]:
        """Return the ids of all people of ``which``, in its order."""
        order = [one.of(one.by) for one in orders_of(which)]
        with self._engine.connect() as connection:
            query = matching(connection, sa.select(_subject.c.id), which, today=self._today())
            return list(connection.execute(query.order_by(*order, _subject.c.id)).scalars())

    def namesakes(self, name: str, except_id: int | None = None) -> Sequence[RosterRow]:
        """Return people of the same name, spaces and name dots aside."""
        same = sa.select(_subject.c.id).where(_subject.c.name_key == sort_key(name))
        if except_id is not None:
            same = same.where(_subject.c.id != except_id)
        page = same.order_by(_subject.c.id).limit(50).cte("page")
        with self._engine.connect() as connection:
            return self._rows(connection, page, [page.c.id])

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

    def _rows(
        self, connection: sa.Connection, page: sa.CTE, order: Sequence[sa.ColumnElement[Any]]
    ) -> Sequence[RosterRow]:
        """Fill the rows of a page of ids: sanctions are read for these people only."""
        filled = (
            sa.select(*_ROW)
            .select_from(
                page.join(_subject, _subject.c.id == page.c.id).outerjoin(
                    _standing, _standing.c.subject_id == _subject.c.id
                )
            )
            .order_by(*order)
        )
        today = self._today()
        return [_row(values, today) for values in connection.execute(filled)]


def _row(values: sa.Row[Any], today: date) -> RosterRow:
    known: list[Any] = list(values)
    last_day = known[_LAST_DAY]
    known.insert(_LAST_DAY + 1, None if last_day is None else (last_day - today).days)
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
