"""Writing several records and remembering what they said before, so that it can be undone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.fields import FieldKind, form_fields
from app.domain.partial_date import PartialDate
from app.services.ports import UnitOfWork


@dataclass(slots=True)
class Journal:
    """Collects what is written, once per record, and remembers it so that it can be undone."""

    uow: UnitOfWork
    changed: list[Any] = field(default_factory=list)
    removed: list[Any] = field(default_factory=list)
    _first: dict[int, Any] = field(default_factory=dict)
    _last: dict[int, Any] = field(default_factory=dict)
    _going: list[Any] = field(default_factory=list)

    def change(self, before: Any, after: Any) -> None:
        """Note that ``before``, as it is stored, is to become ``after``."""
        self._first[id(before)], self._last[id(before)] = before, after

    def latest(self, before: Any) -> Any:
        """Return what ``before`` is to become as noted so far."""
        return self._last.get(id(before), before)

    def drop(self, one: Any) -> None:
        """Note that ``one`` is to be removed after everything else is written."""
        self._going.append(one)

    def is_gone(self, one: Any) -> bool:
        """Whether ``one`` is to be removed."""
        return any(one is other for other in self._going)

    def write(self) -> None:
        """Write what differs, then remove what is to go."""
        for key, before in self._first.items():
            after = self._last[key]
            fields = {
                name: [plain(getattr(before, name)), plain(getattr(after, name))]
                for name in form_fields(before)
                if getattr(before, name) != getattr(after, name)
            }
            if fields:
                entity = type(before)
                self.changed.append({"entity": entity.__name__, "id": before.id, "fields": fields})
                self.uow.repository(entity).put(after)
        for one in self._going:
            self.remove(one)

    def remove(self, one: Any) -> None:
        """Remove ``one`` now, and remember everything it said."""
        entity = type(one)
        self.removed.append(
            {
                "entity": entity.__name__,
                "id": one.id,
                "revision": one.revision,
                "values": plain_values(one),
            }
        )
        repository: Any = self.uow.repository(entity)
        repository.remove(one)

    def words(self, entity: type, id_: int) -> dict[str, Any]:
        """Return old → new of one changed record by label, for the log."""
        specs = form_fields(entity)
        for entry in self.changed:
            if (entry["entity"], entry["id"]) == (entity.__name__, id_):
                return {specs[name].label: values for name, values in entry["fields"].items()}
        return {}


def plain(value: Any) -> Any:
    """Return a field's value as JSON can hold it."""
    return value.isoformat() if isinstance(value, PartialDate | date) else value


def plain_values(thing: Any) -> dict[str, Any]:
    """Return everything that an entity says, as JSON can hold it."""
    return {name: plain(getattr(thing, name)) for name in form_fields(thing)}


def typed(kind: FieldKind, plain: Any) -> Any:
    """Return the value that ``plain`` made plain."""
    if plain is None:
        return None
    if kind is FieldKind.PARTIAL_DATE:
        return PartialDate.parse(plain)
    return date.fromisoformat(plain) if kind is FieldKind.DAY else plain


def from_plain(entity: type, values: dict[str, Any]) -> Any:
    """Return the entity, without id, that ``plain_values`` made plain."""
    specs = form_fields(entity)
    return entity(**{name: typed(specs[name].kind, value) for name, value in values.items()})
