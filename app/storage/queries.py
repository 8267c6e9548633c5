"""Read-only lists: frozen rows, one SQL statement each, a page at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import Any, TypeAlias

import sqlalchemy as sa

from app.domain.registration_form import RegistrationForm
from app.domain.standing import Standing
from app.domain.subject import PARTY, Sanction, Subject
from app.services.ports import FormRow, OutputRow, RosterFilter, RosterRow
from app.storage.names import fold, place_by_sound, sort_key, tokens
from app.storage.tables import TABLE_OF, audit_log, backup_run, subject_search

_subject = TABLE_OF[Subject]
_standing = TABLE_OF[Standing]
_sanction = TABLE_OF[Sanction]
_form = TABLE_OF[RegistrationForm]

UNKNOWN_VERDICT = "待定"
"""What a person is shown as before the rules have been run."""

_verdict = sa.func.coalesce(_standing.c.verdict, UNKNOWN_VERDICT)


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
    _verdict,
    sa.func.coalesce(_standing.c.reason, ""),
    sa.func.coalesce(_standing.c.doubtful, sa.false()),
)

_LAST_DAY = 13  # its place in _ROW


def _first_decision(*, party: bool) -> sa.ScalarSelect[Any]:
    of_regime = _sanction.c.regime == PARTY if party else _sanction.c.regime != PARTY
    return (
        sa.select(sa.func.min(_sanction.c.decided_on))
        .where(_sanction.c.subject_id == _subject.c.id, of_regime)
        .correlate(_subject)
        .scalar_subquery()
    )


_SORTS: dict[str, sa.ColumnElement[Any]] = {
    "id": _subject.c.id,
    "name": _subject.c.name_key,
    "sex": _subject.c.sex,
    "born_on": _subject.c.born_on,
    "workplace": _subject.c.workplace_key,
    "unit": _subject.c.unit,
    "person_type": _subject.c.person_type,
    "phone": _subject.c.phone,
    "address": _subject.c.address,
    "party_kinds": _first_decision(party=True),
    "party_decided_on": _first_decision(party=True),
    "admin_kinds": _first_decision(party=False),
    "admin_decided_on": _first_decision(party=False),
    "last_day": _standing.c.last_day,
    "days_left": _standing.c.last_day,
    "verdict": _verdict,
    "reason": sa.func.coalesce(_standing.c.reason, ""),
    "doubtful": sa.func.coalesce(_standing.c.doubtful, sa.false()),
}
_MAY_BE_UNKNOWN = {
    "born_on",
    "party_kinds",
    "party_decided_on",
    "admin_kinds",
    "admin_decided_on",
    "last_day",
    "days_left",
}
_FROM_STANDING = {"last_day", "days_left", "verdict", "reason", "doubtful"}
SORTS = tuple(_SORTS)
"""What a list may be sorted by: every column of ``RosterRow``."""


def _terms(text: str) -> list[str]:
    return [folded for part in text.split() if (folded := fold(part))]


class SqlRosterQueries:
    """The roster, page by page."""

    def __init__(self, engine: sa.Engine, *, today: Callable[[], date] = date.today) -> None:
        self._engine = engine
        self._today = today

    def count(self, which: RosterFilter) -> int:
        """Return how many people ``which`` holds."""
        with self._engine.connect() as connection:
            query = _matching(connection, sa.select(sa.func.count()), which, "")
            return int(connection.execute(query).scalar_one())

    def page(self, which: RosterFilter, offset: int, limit: int) -> Sequence[RosterRow]:
        """Return people ``offset`` to ``offset + limit`` of ``which``; the unknown stands last."""
        by, order = _order(which)
        with self._engine.connect() as connection:
            chosen = sa.select(_subject.c.id, by.label("by"))
            ids = _matching(connection, chosen, which, which.sort_by)
            page = ids.order_by(*order(by), _subject.c.id).limit(limit).offset(offset).cte("page")
            return self._rows(connection, page, [*order(page.c.by), page.c.id])

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
        by, order = _order(which)
        with self._engine.connect() as connection:
            query = _matching(connection, sa.select(_subject.c.id), which, which.sort_by)
            return list(connection.execute(query.order_by(*order(by), _subject.c.id)).scalars())

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

    def verdict_counts(self, which: RosterFilter) -> dict[str, int]:
        """Return how many people of each verdict the text of ``which`` finds."""
        text_only = replace(which, verdicts=())
        with self._engine.connect() as connection:
            counted = sa.select(_verdict, sa.func.count())
            query = _matching(connection, counted, text_only, "verdict").group_by(_verdict)
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


def _matching(connection: sa.Connection, query: Any, which: RosterFilter, sorted_by: str) -> Any:
    """Narrow ``query`` to the people of ``which``, with the joins that filter and sorting need."""
    source: sa.FromClause = _subject
    if which.verdicts or sorted_by in _FROM_STANDING:
        known = _verdicts_known(connection, which)
        source = source.join(_standing, _standing.c.subject_id == _subject.c.id, isouter=not known)
        verdict = _standing.c.verdict if known else _verdict
        if which.verdicts:
            query = query.where(verdict.in_(which.verdicts))
    query = query.select_from(source)
    if terms := _terms(which.text):
        phrases = " AND ".join(f'"{tokens(term)}"' for term in terms)
        found = sa.select(subject_search.c.rowid).where(subject_search.c.spelt.op("MATCH")(phrases))
        query = query.where(_subject.c.id.in_(found))
    return query


def _verdicts_known(connection: sa.Connection, which: RosterFilter) -> bool:
    """Whether nobody without a standing can be meant: then lists walk the standings' indexes."""
    if which.verdicts and UNKNOWN_VERDICT not in which.verdicts:
        return True
    rows = [sa.select(sa.func.count()).select_from(table) for table in (_subject, _standing)]
    people, stand = (connection.execute(query).scalar_one() for query in rows)
    return bool(people == stand)


Order: TypeAlias = Callable[[sa.ColumnElement[Any]], list[sa.ColumnElement[Any]]]


def _order(which: RosterFilter) -> tuple[sa.ColumnElement[Any], Order]:
    """Return what ``which`` sorts by, and how: the unknown last whichever way round."""
    name = which.sort_by if which.sort_by in _SORTS else "name"
    by = _SORTS[name]

    def order(value: sa.ColumnElement[Any]) -> list[sa.ColumnElement[Any]]:
        directed = value.desc() if which.descending else value.asc()
        # Said only where it matters: it keeps SQLite from walking an index.
        return [directed.nulls_last() if name in _MAY_BE_UNKNOWN else directed]

    return by, order


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
            .add_columns(log.details, _form.c.name)
            .outerjoin_from(
                audit_log, _form, (log.object == "RegistrationForm") & (log.object_id == _form.c.id)
            )
            .where(log.act.startswith("打印") | log.act.startswith("导出"))
            .order_by(log.sequence.desc())
        )
        found: list[OutputRow] = []
        with self._engine.connect() as connection:
            # One transaction of the log is one print: its lines have the same moment.
            rows = connection.execution_options(yield_per=1000).execute(query)
            for (at, who, act), lines in groupby(rows, lambda row: (row.at, row.who, row.act)):
                found.append(_output(at, who, act, list(lines)))
                if len(found) == limit:
                    break
            rows.close()
        return found

    def _rows(self, query: sa.Select[Any]) -> Sequence[FormRow]:
        with self._engine.connect() as connection:
            return [FormRow(*row) for row in connection.execute(query)]


def _output(at: str, who: str, act: str, lines: Sequence[Any]) -> OutputRow:
    details = json.loads(lines[0].details)
    names = list(dict.fromkeys(line.name for line in reversed(lines) if line.name))
    items = len(lines) if lines[0].object else int(details.get("人数") or 1)
    return OutputRow(
        number=lines[-1].sequence,
        at=datetime.fromisoformat(at),
        who=who,
        act=act,
        what=names[0] if len(names) == 1 else f"{names[0]}等{len(names)}人" if names else "",
        items=items,
        copies=int(details.get("每份份数") or 1),
        target=str(details.get("去向") or ""),
    )


def last_backup(engine: sa.Engine) -> datetime | None:
    """Return when the last backup was made and proven, or ``None`` if never."""
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.max(backup_run.c.made_at))).scalar()


def counts(engine: sa.Engine) -> dict[str, int]:
    """Return how many rows every table of entities holds."""
    with engine.connect() as connection:
        return {
            table.name: int(
                connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            )
            for table in TABLE_OF.values()
        }
