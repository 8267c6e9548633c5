"""One declaration per field: label, kind and limits, read by tables, editors, imports and paper."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

from app.domain.partial_date import PartialDate, write_date

_SPEC = "field_spec"


class FieldKind(Enum):
    """What a field holds; storage and editors have exactly one answer per kind."""

    TEXT = "text"  # str, one line
    LONG_TEXT = "long_text"  # str, paragraphs
    CHOICE = "choice"  # str, one of ``choices`` or empty
    PARTIAL_DATE = "partial_date"  # PartialDate | None
    DAY = "day"  # datetime.date | None
    NUMBER = "number"  # int | None
    FLAG = "flag"  # bool
    REFERENCE = "reference"  # int | None, the id of another entity
    DATA = "data"  # dict or list of plain JSON values
    BYTES = "bytes"  # bytes, the content of a file: in a table that no list reads


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field, as its user knows it. ``max_length`` counts characters (code points)."""

    kind: FieldKind
    label: str
    section: str = ""
    required: bool = False
    max_length: int = 120
    choices: tuple[str, ...] = ()
    free: bool = False  # a CHOICE that also takes other text
    refers_to: str = ""  # name of the entity type a REFERENCE points at
    most: int = 0  # the largest number that makes sense; 0: any
    help: str = ""  # a short example or usual mistake, shown beside the editor


def _declare(default: Any, spec: FieldSpec) -> Any:
    metadata = {_SPEC: spec}
    if isinstance(default, dict | list):
        return dataclasses.field(default_factory=type(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def text(label: str, **more: Any) -> Any:
    """Declare a one-line text; empty means not filled in."""
    return _declare("", FieldSpec(FieldKind.TEXT, label, **more))


def long_text(label: str, max_length: int = 30_000, **more: Any) -> Any:
    """Declare a text of paragraphs."""
    return _declare("", FieldSpec(FieldKind.LONG_TEXT, label, max_length=max_length, **more))


def choice(label: str, *choices: str, default: str = "", **more: Any) -> Any:
    """Declare one of ``choices``; with ``free=True`` other text is kept as well."""
    return _declare(default, FieldSpec(FieldKind.CHOICE, label, choices=choices, **more))


def partial_date(label: str, **more: Any) -> Any:
    """Declare a date known to the year, month or day."""
    return _declare(None, FieldSpec(FieldKind.PARTIAL_DATE, label, **more))


def day(label: str, **more: Any) -> Any:
    """Declare a date that is always known to the day."""
    return _declare(None, FieldSpec(FieldKind.DAY, label, **more))


def number(label: str, default: int | None = None, **more: Any) -> Any:
    """Declare a whole number or nothing."""
    return _declare(default, FieldSpec(FieldKind.NUMBER, label, **more))


def flag(label: str, *, default: bool = False, **more: Any) -> Any:
    """Declare a tick."""
    return _declare(default, FieldSpec(FieldKind.FLAG, label, **more))


def reference(label: str, refers_to: str, **more: Any) -> Any:
    """Declare the id of an entity of the type named ``refers_to``."""
    return _declare(None, FieldSpec(FieldKind.REFERENCE, label, refers_to=refers_to, **more))


def data(label: str, default: dict[str, Any] | list[Any], **more: Any) -> Any:
    """Declare plain JSON values that only the program itself reads."""
    return _declare(default, FieldSpec(FieldKind.DATA, label, **more))


def blob(label: str, **more: Any) -> Any:
    """Declare the content of a file."""
    return _declare(b"", FieldSpec(FieldKind.BYTES, label, **more))


@cache
def _specs(entity: type) -> dict[str, FieldSpec]:
    return {f.name: f.metadata[_SPEC] for f in dataclasses.fields(entity) if _SPEC in f.metadata}


def form_fields(entity: object | type) -> dict[str, FieldSpec]:
    """Return the declared fields of an entity, in the order they are written down."""
    return _specs(entity if isinstance(entity, type) else type(entity))


def display(value: object) -> str:
    """Return ``value`` as a user reads it."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case PartialDate():
            return write_date(value)
        case date():
            return write_date(PartialDate.of(value))
        case _:
            return str(value)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a field is incomplete or wrong, in one Chinese sentence."""

    field: str
    message: str


def field_problems(entity: object) -> list[Problem]:
    """Return what the declarations alone find wrong. Saving is allowed regardless."""
    found = []
    for name, spec in form_fields(entity).items():
        value = getattr(entity, name)
        if spec.required and value in ("", None):
            found.append(Problem(name, f"{spec.label}：请填写"))
        elif isinstance(value, str) and len(value) > spec.max_length:
            found.append(
                Problem(name, f"{spec.label}：现有{len(value)}字，最多{spec.max_length}字")
            )
        elif spec.most and isinstance(value, int) and value > spec.most:
            found.append(Problem(name, f"{spec.label}：{value}过大，最多{spec.most}"))
        elif spec.choices and not spec.free and value and value not in spec.choices:
            found.append(Problem(name, f"{spec.label}：“{value}”不在可选范围内"))
    return found
