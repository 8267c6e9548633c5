"""The tables, made from the same declarations that editors, imports and paper read."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from app.domain.attachment import Attachment
from app.domain.document_number import DocumentNumber
from app.domain.draft import Draft
from app.domain.ending import Ending, EndingItem
from app.domain.fields import FieldKind, FieldSpec, form_fields
from app.domain.filing import FilingEntry, FilingPaper
from app.domain.form_life import FormVersion, PaperContent, StoredPaper
from app.domain.gates import Exemption
from app.domain.ledger_import import LedgerImport
from app.domain.outcome import Feedback, Outcome, OutcomeAct, ResultUse, UnitReminder
from app.domain.partial_date import PartialDate
from app.domain.person_merge import PersonMerge
from app.domain.phrase import Phrase
from app.domain.plan import Plan, PlanMember, PlanPerson, PlanStep, PlanTemplate, TalkPoint
from app.domain.registration_form import RegistrationForm
from app.domain.request import Request
from app.domain.settings import Settings
from app.domain.staff import Staff
from app.domain.standing import Standing
from app.domain.subject import Case, Event, Sanction, Subject
from app.domain.visit import Contact, Participant, Talk, Visit
from app.domain.visiting_list import Consultation, ListEntry, VisitingList

ENTITIES: tuple[type, ...] = (
    Subject,
    Case,
    Sanction,
    Event,
    RegistrationForm,
    Settings,
    Standing,
    Draft,
    Staff,
    VisitingList,
    ListEntry,
    Consultation,
    Plan,
    PlanPerson,
    PlanMember,
    TalkPoint,
    PlanStep,
    PlanTemplate,
    Visit,
    Participant,
    Talk,
    Contact,
    Request,
    Exemption,
    PaperContent,
    FormVersion,
    StoredPaper,
    Phrase,
    LedgerImport,
    DocumentNumber,
    Outcome,
    OutcomeAct,
    Feedback,
    UnitReminder,
    ResultUse,
    Ending,
    EndingItem,
    FilingEntry,
    FilingPaper,
    Attachment,
    PersonMerge,
)


class PartialDateText(sa.types.TypeDecorator[PartialDate]):
    """A partial date as ISO text: sortable, with its precision."""

    impl = sa.String(10)
    cache_ok = True

    def process_bind_param(self, value: PartialDate | None, dialect: Any) -> str | None:
        """Return the text that is stored."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Any) -> PartialDate | None:
        """Return the date that was stored."""
        return None if value is None else PartialDate.parse(value)


class JsonText(sa.types.TypeDecorator[Any]):
    """Plain JSON values as readable text; the same value gives the same text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> str | None:
        """Return the text that is stored."""
        return None if value is None else plain_json(value)

    def process_result_value(self, value: str | None, dialect: Any) -> Any:
        """Return the value that was stored."""
        return None if value is None else json.loads(value)


def plain_json(value: Any) -> str:
    """Return ``value`` as JSON, the same text for the same value; dates as their ISO text."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_iso
    )


def _iso(value: Any) -> str:
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


def table_name(entity: type | str) -> str:
    """Return the table of an entity: its name in snake case."""
    name = entity if isinstance(entity, str) else entity.__name__
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _text(name: str, spec: FieldSpec) -> sa.Column[Any]:
    return sa.Column(name, sa.String(spec.max_length), nullable=False, server_default="")


def _long_text(name: str, _spec: FieldSpec) -> sa.Column[Any]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _partial_date(name: str, _spec: FieldSpec) -> sa.Column[Any]:
    return sa.Column(name, PartialDateText, nullable=True)


def _day(name: str, _spec: FieldSpec) -> sa.Column[Any]:
    return sa.Column(name, sa.Date, nullable=True)


def _number(name: str, _spec: FieldSpec) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=True)


def _flag(name: str, _spec: FieldSpec) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.text("0"))


def _reference(name: str, spec: FieldSpec) -> sa.Column[Any]:
    target = sa.ForeignKey(f"{table_name(spec.refers_to)}.id")
    return sa.Column(name, sa.Integer, target, nullable=True, index=True)


def _data(name: str, _spec: FieldSpec) -> sa.Column[Any]:
    return sa.Column(name, JsonText, nullable=False, server_default="{}")


def _bytes(name: str, _spec: FieldSpec) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary, nullable=False, server_default=sa.text("x''"))


COLUMN_OF: dict[FieldKind, Callable[[str, FieldSpec], sa.Column[Any]]] = {
    FieldKind.TEXT: _text,
    FieldKind.CHOICE: _text,
    FieldKind.LONG_TEXT: _long_text,
    FieldKind.PARTIAL_DATE: _partial_date,
    FieldKind.DAY: _day,
    FieldKind.NUMBER: _number,
    FieldKind.FLAG: _flag,
    FieldKind.REFERENCE: _reference,
    FieldKind.DATA: _data,
    FieldKind.BYTES: _bytes,
}
"""One answer per kind. Every column can be empty: what is unfinished is kept all the same."""

_UNDECLARED: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "saved_at": sa.DateTime,
    "added_at": sa.DateTime,
}


def _columns(entity: type) -> Iterator[sa.Column[Any]]:
    yield sa.Column("id", sa.Integer, primary_key=True)
    yield sa.Column("revision", sa.Integer, nullable=False)
    specs = form_fields(entity)
    for field in dataclasses.fields(entity):
        if field.name in specs:
            yield COLUMN_OF[specs[field.name].kind](field.name, specs[field.name])
        elif field.name in _UNDECLARED:
            yield sa.Column(field.name, _UNDECLARED[field.name], nullable=True)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

TABLE_OF: dict[type, sa.Table] = {
    # An id is never given out twice: the log names things by it for ever.
    entity: sa.Table(table_name(entity), metadata, *_columns(entity), sqlite_autoincrement=True)
    for entity in ENTITIES
}

COLUMNS_OF: dict[type, tuple[sa.Column[Any], ...]] = {
    entity: tuple(table.columns) for entity, table in TABLE_OF.items()
}
"""What an entity itself holds, before storage adds its own columns below."""

# Columns that storage keeps for sorting; no entity has them.
subject = TABLE_OF[Subject]
subject.append_column(sa.Column("name_key", sa.String(200), nullable=False, server_default=""))
subject.append_column(sa.Column("workplace_key", sa.String(900), nullable=False, server_default=""))
for _name in ("name", "name_key", "workplace_key", "born_on"):
    sa.Index(None, subject.c[_name])
# All that a search and a list by unit sort by: the people themselves lie all over the file.
sa.Index(None, subject.c.id, subject.c.name_key, subject.c.name)
sa.Index(None, subject.c.unit, subject.c.name_key)

standing = TABLE_OF[Standing]
for _name in ("last_day", "verdict", "next_change_on"):
    sa.Index(None, standing.c[_name])
MARKS = ("visited", "visited_on", "filed")
"""Kept by ``storage.marks`` alone: an entity that is put leaves them as they are."""
for _name in ("visited", "filed"):
    _flag_column = sa.Column(_name, sa.Boolean, nullable=False, server_default=sa.text("0"))
    standing.append_column(_flag_column)
standing.append_column(sa.Column("visited_on", sa.Date, nullable=True))
sa.Index(None, standing.c.visited_on)
sa.Index(None, standing.c.subject_id, standing.c.verdict)  # counts beside a search
sa.Index(None, standing.c.visited, standing.c.filed, standing.c.verdict)
sa.Index(None, TABLE_OF[RegistrationForm].c.saved_at)
sa.Index(None, TABLE_OF[Draft].c.owner)
_attachment = TABLE_OF[Attachment]
sa.Index(None, _attachment.c.owner_kind, _attachment.c.owner_id)
sa.Index(None, _attachment.c.sha256)
_numbers = TABLE_OF[DocumentNumber].c
sa.Index(None, _numbers.kind, _numbers.year, _numbers.number, unique=True)
_sanction = TABLE_OF[Sanction]
sa.Index(None, _sanction.c.decided_on)
sa.Index(None, _sanction.c.kind, _sanction.c.regime, _sanction.c.subject_id)
sa.Index(None, _sanction.c.subject_id, _sanction.c.regime, _sanction.c.decided_on)

subject_search = sa.table("subject_search", sa.column("rowid"), sa.column("spelt"))
"""What a person is found by: a full-text index of characters and pairs of them (see ``names.tokens``).

It is made by revision 0012 and stands outside ``metadata``, which knows no virtual tables.
"""

audit_log = sa.Table(
    "audit_log",
    metadata,
    sa.Column("sequence", sa.Integer, primary_key=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("act", sa.String(60), nullable=False),
    sa.Column("object", sa.String(60), nullable=False),
    sa.Column("object_id", sa.Integer, nullable=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("chain", sa.LargeBinary(32), nullable=False),
    sa.Column("mac", sa.LargeBinary(32), nullable=False),
)
sa.Index(None, audit_log.c.object, audit_log.c.object_id)

office = sa.Table(
    "office",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("office_id", sa.String(36), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("practice", sa.Boolean, nullable=False),
    sa.Column("program", sa.String(20), nullable=False),
    sa.Column("backup_sequence", sa.Integer, nullable=False, server_default="0"),
    sa.Column("pool_key", sa.LargeBinary(32), nullable=True),
    sa.Column("preset", sa.String(20), nullable=False, server_default="小型办公室"),
)
"""One row: which office this is, which version of the program wrote the file last, and the key of
the attachments. That key lies here, under the key of the records: those can then be given another
key without writing every attachment anew."""

account = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(40), nullable=False, unique=True),
    sa.Column("role", sa.String(40), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("last_sign_in", sa.DateTime, nullable=True),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.text("1")),
    sa.Column("one_time_until", sa.DateTime, nullable=True),
    sa.Column("left_at", sa.DateTime, nullable=True),
    sqlite_autoincrement=True,
)
"""Who may sign in. ``one_time_until``: the password is one to be changed at the first sign-in."""

former_signing_key = sa.Table(
    "former_signing_key",
    metadata,
    # Given by us, never by SQLite.
    sa.Column("until_sequence", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key", sa.LargeBinary(32), nullable=False),
)
"""By what the lines of the log up to a sequence are signed: the file had another key then."""

backup_run = sa.Table(
    "backup_run",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("made_at", sa.DateTime, nullable=False),
    sa.Column("file", sa.String(400), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("audit_sequence", sa.Integer, nullable=False),
    sa.Column("occasion", sa.String(20), nullable=False, server_default=""),
    sa.Column("removed_at", sa.DateTime, nullable=True),
    sqlite_autoincrement=True,
)
"""Every backup that was made and proven: for which occasion, and when rotation took it away."""

drill_run = sa.Table(
    "drill_run",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("file", sa.String(400), nullable=False),
    sa.Column("made_at", sa.DateTime, nullable=True),
    sa.Column("passed", sa.Boolean, nullable=False),
    sa.Column("finding", sa.Text, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
"""Every rehearsal of a restore: which backup, and what was found."""
