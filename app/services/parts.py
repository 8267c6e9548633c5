"""Records of a head and lists of parts: keeping all of it at once, and what the log says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from app.domain.fields import FieldKind, form_fields
from app.domain.partial_date import PartialDate
from app.services.ports import Changes, UnitOfWork

E = TypeVar("E")

_LONG = (FieldKind.LONG_TEXT, FieldKind.DATA)
_EMPTY: tuple[object, ...] = ("", None, False, [], {})


def same(one: Any, other: Any) -> bool:
    """Return whether two entities of a type say the same, whatever their revision."""
    return all(getattr(one, name) == getattr(other, name) for name in form_fields(one))


def differences(before: Any | None, after: Any) -> dict[str, Any]:
    """Return old → new of every field that differs; of long texts how long they are.

    What is typed is saved every few seconds: the log would otherwise hold each text many times.
    """
    found: dict[str, Any] = {}
    for name, spec in form_fields(after).items():
        old = getattr(before, name) if before is not None else None
        new = getattr(after, name)
        if old == new or (before is None and new in _EMPTY):
            continue
        if spec.kind in _LONG:
            found[spec.label] = [_length(old), _length(new)]
        else:
            found[spec.label] = [_plain(old), _plain(new)]
    return found


def values(entity: Any) -> dict[str, Any]:
    """Return everything that an entity says, for the log entry of its removal."""
    return {
        spec.label: _plain(value)
        for name, spec in form_fields(entity).items()
        if (value := getattr(entity, name)) not in _EMPTY
    }


def _length(value: Any) -> str:
    return f"{len(value) if value else 0}{'字' if isinstance(value, str) or not value else '项'}"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, PartialDate | date) else value


def id_of(changes: Changes, entity: type) -> int:
    """Return the id of the one ``entity`` that an act made, out of what it says changed."""
    return next(change.id for change in changes if change.entity is entity)


def keep_parts(
    uow: UnitOfWork,
    entity: type[E],
    parts: Sequence[E],
    stored: Sequence[E],
    *,
    owner: str,
    owner_id: int,
    title: Callable[[E], str],
) -> dict[str, Any]:
    """Make the stored parts of a record exactly ``parts``; return what changed, for the log.

    New parts are put, changed ones updated, missing ones removed; where the entity has a
    ``position``, the order of ``parts`` is kept in it. Raises ``StaleData``.
    """
    repository = uow.repository(entity)
    ordered = "position" in form_fields(entity)
    known: dict[int, Any] = {part.id: part for part in stored}  # type: ignore[attr-defined]
    kept: set[int] = set()
    details: dict[str, Any] = {}
    for number, part in enumerate(parts, 1):
        thing: Any = part
        setattr(thing, owner, owner_id)
        if ordered:
            thing.position = number
        before = known.get(thing.id) if thing.id is not None else None
        if thing.id is not None:
            kept.add(thing.id)
        if before is None or not same(before, thing):
            repository.put(part)
            details[_unused(details, title(part))] = differences(before, thing)
    for id_, gone in known.items():
        if id_ not in kept:
            repository.remove(gone)
            details[_unused(details, f"{title(gone)}（删除）")] = values(gone)
    return details


def _unused(details: dict[str, Any], name: str) -> str:
    number, free = 2, name
    while free in details:
        free = f"{name}（{number}）"
        number += 1
    return free
