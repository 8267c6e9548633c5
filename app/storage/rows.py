"""How entities become rows and rows entities: each table's statements, written out once.

SQLAlchemy compiles the statements and knows how a value is stored; but letting it build, cache and
bind them row by row took two thirds of the time of an import, and more than the commit of a save.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import dialect as sqlite

from app.domain.fields import FieldKind, form_fields
from app.domain.partial_date import PartialDate
from app.domain.subject import Subject
from app.storage.names import sort_key, spelt, workplace_key
from app.storage.tables import COLUMNS_OF, MARKS, TABLE_OF, PartialDateText, subject_search

Convert = Callable[[Any], Any]
Values = tuple[Any, ...]

_DIALECT: Any = sqlite(paramstyle="qmark")
_PLAIN = (sa.Integer, sa.LargeBinary)  # the driver takes and gives these as they are

LAST_ID = "SELECT seq FROM sqlite_sequence WHERE name = ?"
INDEX_PERSON = f"INSERT OR REPLACE INTO {subject_search.name} (rowid, spelt) VALUES (?, ?)"
SPELT = frozenset(("name", "workplace", "unit", "phone"))  # what ``spelt_rows`` is made of
FORGET_PERSON = f"DELETE FROM {subject_search.name} WHERE rowid = ?"


@dataclass(frozen=True, slots=True)
class Shape:
    """The statements of one entity; values go in as tuples in the order of its columns.

    ``insert`` takes id, revision, values, kept keys; ``update`` takes revision, values, kept keys,
    id, former revision; ``delete`` takes id and revision, ``revision`` and ``whole`` an id.
    ``every`` names what ``whole`` reads: as ``insert`` has it.
    """

    entity: type
    table: str
    insert: str
    update: str
    delete: str
    revision: str
    read: str
    whole: str
    every: tuple[str, ...]
    names: tuple[str, ...]
    quoted: dict[str, str]
    into: dict[str, Convert | None]
    out_of: tuple[tuple[str, Convert], ...]


@cache
def shape_of(entity: type) -> Shape:
    """Return the statements of ``entity``, compiled once."""
    table, columns = TABLE_OF[entity], COLUMNS_OF[entity]
    own = {*columns, *(table.columns.get(name) for name in MARKS)}
    kept = [column for column in table.columns if column not in own]
    marked = {c.name: sa.bindparam(c.name, type_=c.type) for c in (*columns, *kept)}
    same = (table.c.id == sa.bindparam("same_id")) & (
        table.c.revision == sa.bindparam("same_revision")
    )
    changed = {name: mark for name, mark in marked.items() if name != "id"}
    return Shape(
        entity,
        table.name,
        _text(sa.insert(table).values(marked), [*marked]),
        _text(sa.update(table).where(same).values(changed), [*changed, "same_id", "same_revision"]),
        _text(sa.delete(table).where(same), ["same_id", "same_revision"]),
        _text(
            sa.select(table.c.revision).where(table.c.id == sa.bindparam("same_id")), ["same_id"]
        ),
        str(sa.select(*columns).compile(dialect=_DIALECT)),
        _text(sa.select(*columns, *kept).where(table.c.id == sa.bindparam("same_id")), ["same_id"]),
        tuple(marked),
        tuple(column.name for column in columns),
        {column.name: _DIALECT.identifier_preparer.quote(column.name) for column in table.columns},
        {column.name: _into(column.type) for column in table.columns},
        tuple((c.name, convert) for c in columns if (convert := _out_of(c.type)) is not None),
    )


def _text(statement: Any, order: list[str]) -> str:
    compiled = statement.compile(dialect=_DIALECT)
    if list(compiled.positiontup) != order:
        raise RuntimeError(f"values of {statement} would go into wrong places")
    return str(compiled)


def _into(kind: Any) -> Convert | None:
    """Return what makes a value storable; ``None`` if it goes in as it is."""
    if isinstance(kind, _PLAIN):
        return None
    if type(kind) is sa.Date:
        return _day_text  # the dialect's own does the same, five times as slowly
    if isinstance(kind, PartialDateText):
        return _partial_text
    convert: Convert | None = kind.dialect_impl(_DIALECT).bind_processor(_DIALECT)
    return convert


def _out_of(kind: Any) -> Convert | None:
    if isinstance(kind, _PLAIN):
        return None
    if isinstance(kind, PartialDateText):
        return _partial_date
    convert: Convert | None = kind.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
    return convert


def _day_text(value: date | None) -> str | None:
    return None if value is None else value.isoformat()[:10]  # a moment counts as its day


def _partial_text(value: PartialDate | None) -> str | None:
    return None if value is None else value.isoformat()


@lru_cache(maxsize=16_384)
def _partial_date(value: str | None) -> PartialDate | None:
    return None if value is None else PartialDate.parse(value)


# ---------------------------------------------------------------- into rows


def values_of(entity: type, things: Sequence[Any]) -> Iterator[Values]:
    """Yield the stored values of each thing, with what storage keeps to sort it by.

    Column by column: the loops then run inside the interpreter's own C code.
    """
    shape = shape_of(entity)
    columns: list[Iterable[Any]] = []
    for name in shape.names[2:]:  # id and revision are storage's own
        plain = map(attrgetter(name), things)
        convert = shape.into[name]
        columns.append(plain if convert is None else map(convert, plain))
    if entity is Subject:
        columns.append(map(sort_key, map(attrgetter("name"), things)))
        columns.append(map(workplace_key, map(attrgetter("workplace"), things)))
    return zip(*columns, strict=True)


def new_rows(entity: type, things: Sequence[Any], first: int) -> list[Values]:
    """Return the rows of new things, numbered from ``first``, for ``Shape.insert``."""
    return [(id_, 1, *row) for id_, row in enumerate(values_of(entity, things), first)]


def changed_rows(
    entity: type, things: Sequence[Any], stored: Sequence[tuple[int, int]]
) -> list[Values]:
    """Return the rows of known things, stored as (id, revision), for ``Shape.update``."""
    rows = zip(stored, values_of(entity, things), strict=True)
    return [(revision + 1, *row, id_, revision) for (id_, revision), row in rows]


@lru_cache(maxsize=512)
def update_of(entity: type, names: tuple[str, ...]) -> str:
    """Return the statement that takes revision, values of ``names``, id and former revision.

    An index is left alone by an update that does not name its column: most edits touch none.
    """
    shape = shape_of(entity)
    changed = "".join(f", {shape.quoted[name]} = ?" for name in names)
    table = _DIALECT.identifier_preparer.quote(shape.table)  # ``case`` is a word of SQL's own
    return f"UPDATE {table} SET revision = ?{changed} WHERE id = ? AND revision = ?"


def spelt_rows(people: Iterable[tuple[Any, int]]) -> list[Values]:
    """Return what people are found by, for ``INDEX_PERSON``."""
    return [(id_, spelt(one.name, one.workplace, one.unit, one.phone)) for one, id_ in people]


def index_everybody(driver: Any) -> None:
    """Make the search index of all people anew, on a connection of the driver, in its transaction."""
    people = driver.execute("SELECT id, name, workplace, unit, phone FROM subject").fetchall()
    driver.executemany(INDEX_PERSON, ((id_, spelt(*texts)) for id_, *texts in people))


# ---------------------------------------------------------------- out of rows


UNREAD = -1
"""The revision of an entity whose long texts were not read: saving it finds it stale."""


@cache
def short_names(entity: type) -> tuple[str, ...]:
    """Return the columns of ``entity`` but for long texts and data."""
    long = (FieldKind.LONG_TEXT, FieldKind.DATA, FieldKind.BYTES)
    declared = form_fields(entity)
    return tuple(
        name
        for name in shape_of(entity).names
        if name not in declared or declared[name].kind not in long
    )


def selected(
    entity: type, wanted: dict[str, object], *, short: bool = False
) -> tuple[str, list[Any]]:
    """Return the statement that reads the entities whose columns equal ``wanted``, and its values.

    A list means any of its values, ``None`` an empty column; ordered by id. ``short`` leaves long
    texts and data unread.
    """
    shape = shape_of(entity)
    read = shape.read
    if short:
        columns = ", ".join(shape.quoted[name] for name in short_names(entity))
        read = f"SELECT {columns} FROM {_DIALECT.identifier_preparer.quote(shape.table)}"
    tests: list[str] = []
    values: list[Any] = []
    for name, value in wanted.items():
        column, convert = shape.quoted[name], shape.into[name]
        if value is None:
            tests.append(f"{column} IS NULL")
        elif isinstance(value, tuple | list | set | frozenset):
            tests.append(f"{column} IN ({', '.join('?' * len(value))})")
            values += map(convert, value) if convert else value
        else:
            tests.append(f"{column} = ?")
            values.append(convert(value) if convert else value)
    where = f" WHERE {' AND '.join(tests)}" if tests else ""
    return f"{read}{where} ORDER BY id", values


def listed(entity: type, names: Sequence[str]) -> tuple[str]:
    """Return the statement that reads these columns of every entity, ordered by id."""
    shape = shape_of(entity)
    table = _DIALECT.identifier_preparer.quote(shape.table)
    return (f"SELECT {', '.join(shape.quoted[name] for name in names)} FROM {table} ORDER BY id",)


def columns_of(
    entity: type, names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterator[tuple[Any, ...]]:
    """Yield rows that ``listed`` reads, with the values that an entity would hold."""
    out_of = dict(shape_of(entity).out_of)
    converts = [out_of.get(name) for name in names]
    for row in rows:
        yield tuple(
            [
                value if convert is None else convert(value)
                for value, convert in zip(row, converts, strict=True)
            ]
        )


def things_of(entity: type, rows: Iterable[Sequence[Any]], *, short: bool = False) -> list[Any]:
    """Return fresh entities made of rows that ``selected`` reads."""
    shape = shape_of(entity)
    names = short_names(entity) if short else shape.names
    converted = [(name, convert) for name, convert in shape.out_of if name in names]
    things = []
    for row in rows:
        values = dict(zip(names, row, strict=True))
        for name, convert in converted:
            values[name] = convert(values[name])
        if short:
            values["revision"] = UNREAD
        things.append(entity(**values))
    return things
