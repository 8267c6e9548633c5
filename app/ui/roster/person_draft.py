"""The person while being edited: plain entities, links and what undo needs. No widgets."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date
from typing import Any

from app.domain.fields import FieldKind, form_fields
from app.domain.partial_date import PartialDate
from app.domain.subject import PARTY, Case, Dossier, Event, Sanction, Subject
from app.services.people import PersonEdit

Part = Case | Sanction | Event
_TYPES: dict[str, type] = {kind.__name__: kind for kind in (Case, Sanction, Event)}


class PersonDraft:
    """A working copy of a dossier. What is new has a negative id until it is saved.

    Links between parts are ids, also to new parts, so that the rules can compute with the draft
    as with anything stored.
    """

    def __init__(self, dossier: Dossier | None = None) -> None:
        given = dossier or Dossier(Subject())
        self.subject = copy.copy(given.subject)
        self.cases = [copy.copy(part) for part in given.cases]
        self.sanctions = [copy.copy(part) for part in given.sanctions]
        self.events = [copy.copy(part) for part in given.events]
        self._stored = self._by_key()
        self._sent: list[tuple[Any, Any]] = []  # what is typed, and what went out of it to be kept
        self._next_id = -1

    # ------------------------------------------------------------ reading

    @property
    def is_new(self) -> bool:
        """Whether the person is not stored yet."""
        return self.subject.id is None

    def parts(self) -> Iterator[Part]:
        """Yield every case, sanction and event."""
        yield from self.cases
        yield from self.sanctions
        yield from self.events

    def sanctions_of(self, case: Case | None) -> list[Sanction]:
        """Return the sanctions of ``case``; of ``None``, those that belong to no case."""
        if case is not None:
            return [s for s in self.sanctions if s.case_id == case.id]
        known = {case.id for case in self.cases}
        return [s for s in self.sanctions if s.case_id not in known]

    def dossier(self) -> Dossier:
        """Return the draft for the rules to read: copies, new parts with their negative ids."""
        return Dossier(
            copy.copy(self.subject),
            tuple(copy.copy(part) for part in self.cases),
            tuple(copy.copy(part) for part in self.sanctions),
            tuple(copy.copy(part) for part in self.events),
        )

    def is_empty(self) -> bool:
        """Whether nothing was typed at all: such a new person is not worth keeping."""
        return self.is_new and not any(map(_has_content, (self.subject, *self.parts())))

    # ------------------------------------------------------------ changing

    def new_case(self) -> Case:
        """Return a case that is not in the draft yet."""
        return Case(id=self._new_id(), subject_id=self.subject.id)

    def new_sanction(self, regime: str = PARTY, case: Case | None = None) -> Sanction:
        """Return a sanction, of ``case`` if given, that is not in the draft yet."""
        return Sanction(
            id=self._new_id(),
            subject_id=self.subject.id,
            case_id=case.id if case else None,
            regime=regime,
        )

    def new_event(self, kind: str = "") -> Event:
        """Return an event that is not in the draft yet."""
        return Event(id=self._new_id(), subject_id=self.subject.id, kind=kind)

    def put_in(self, part: Part, position: int | None = None) -> None:
        """Add ``part``, at ``position`` among its kind or at the end."""
        parts = self._list_of(part)
        parts.insert(len(parts) if position is None else position, part)

    def take_out(self, part: Part) -> int:
        """Take ``part`` away and return where it stood."""
        parts = self._list_of(part)
        position = next(i for i, other in enumerate(parts) if other is part)
        del parts[position]
        return position

    # ------------------------------------------------------------ keeping

    def edit(self) -> PersonEdit:
        """Return what to keep and what to take away. New cases without any content are left out."""
        cases = [
            case
            for case in self.cases
            if not _is_new(case) or _has_content(case) or self.sanctions_of(case)
        ]
        case_at = {case.id: index for index, case in enumerate(cases)}
        sanction_at = {sanction.id: index for index, sanction in enumerate(self.sanctions)}
        kept = {(type(part), part.id) for part in self.parts()}
        typed = (self.subject, *cases, *self.sanctions, *self.events)
        sent = {id(part): _for_saving(part) for part in typed}
        self._sent = [(part, sent[id(part)]) for part in typed]
        return PersonEdit(
            subject=sent[id(self.subject)],
            cases=[sent[id(part)] for part in cases],
            sanctions=[sent[id(part)] for part in self.sanctions],
            events=[sent[id(part)] for part in self.events],
            case_of={
                index: case_at[sanction.case_id]
                for index, sanction in enumerate(self.sanctions)
                if _is_temporary(sanction.case_id) and sanction.case_id in case_at
            },
            sanction_of={
                index: sanction_at[event.sanction_id]
                for index, event in enumerate(self.events)
                if _is_temporary(event.sanction_id) and event.sanction_id in sanction_at
            },
            removed=[
                copy.copy(part)
                for key, part in self._stored.items()
                if key not in kept and not isinstance(part, Subject)
            ],
        )

    def was_kept(self) -> int | None:
        """Return the id under which the last ``edit`` is known to be kept, if it is a new person's."""
        return self._sent[0][1].id if self._sent else None

    def take_over(self, stored: Dossier) -> None:
        """Go on from ``stored``, which the last ``edit`` became: what is new here has its ids now."""
        renamed: dict[tuple[type, int | None], int] = {}
        for part, sent in self._sent:
            if part.id != sent.id and sent.id is not None:
                renamed[(type(part), part.id)] = sent.id
                part.id = sent.id
            part.revision = sent.revision
        self._link(renamed)
        self._stored = _keyed(stored)

    def base(self) -> Dossier:
        """Return the person as read: what the changes are measured against."""
        parts = list(self._stored.values())
        return Dossier(
            next(part for part in parts if isinstance(part, Subject)),
            tuple(part for part in parts if isinstance(part, Case)),
            tuple(part for part in parts if isinstance(part, Sanction)),
            tuple(part for part in parts if isinstance(part, Event)),
        )

    def rebase(self, theirs: Dossier) -> None:
        """Put what I changed on top of what they saved: the next save keeps both.

        Fields I left alone take their value. What they removed and I did not touch is gone; what
        they removed and I changed becomes new; what they added stays.
        """
        stored = _keyed(theirs)
        known = self._stored
        renamed: dict[tuple[type, int | None], int] = {}
        for part in (self.subject, *self.parts()):
            key = (type(part), part.id)
            base, their = known.get(key), stored.get(key)
            if their is not None:
                _take_untouched(part, base, their)
            elif isinstance(part, Subject) or _is_new(part):
                continue
            elif base is not None and _same(part, base):
                self.take_out(part)
            else:
                renamed[key] = part.id = self._new_id()
                part.revision = 0
        self._link(renamed)
        for key, part in stored.items():
            if key not in known and not isinstance(part, Subject):
                self.put_in(copy.copy(part))
        self._stored = _keyed(theirs)

    # ------------------------------------------------------------ typed text kept for a crash

    def to_data(self) -> dict[str, Any]:
        """Return the draft as plain JSON values."""
        return {
            "subject": _to_data(self.subject),
            "parts": [{"type": type(part).__name__, **_to_data(part)} for part in self.parts()],
        }

    def take_data(self, data: dict[str, Any]) -> None:
        """Show what ``to_data`` once returned; what it is measured against stays what is stored."""
        _take_data(self.subject, data["subject"])
        self.cases, self.sanctions, self.events = [], [], []
        for values in data["parts"]:
            part = _TYPES[values["type"]]()
            _take_data(part, values)
            self.put_in(part)
            self._next_id = min(self._next_id, (part.id or 0) - 1)

    # ------------------------------------------------------------ inside

    def _by_key(self) -> dict[tuple[type, int | None], Any]:
        return {(type(part), part.id): copy.copy(part) for part in (self.subject, *self.parts())}

    def _link(self, renamed: dict[tuple[type, int | None], int]) -> None:
        """Point at parts by the ids that they have now."""
        for sanction in self.sanctions:
            sanction.case_id = renamed.get((Case, sanction.case_id), sanction.case_id)
        for event in self.events:
            event.sanction_id = renamed.get((Sanction, event.sanction_id), event.sanction_id)

    def _new_id(self) -> int:
        self._next_id -= 1
        return self._next_id + 1

    def _list_of(self, part: Part) -> list[Any]:
        match part:
            case Case():
                return self.cases
            case Sanction():
                return self.sanctions
            case Event():
                return self.events


def _keyed(dossier: Dossier) -> dict[tuple[type, int | None], Any]:
    """Return copies of a person's entities by type and id."""
    parts: list[Any] = [dossier.subject, *dossier.cases, *dossier.sanctions, *dossier.events]
    return {(type(part), part.id): copy.copy(part) for part in parts}


def _is_temporary(id_: int | None) -> bool:
    return id_ is not None and id_ < 0


def _is_new(part: Part) -> bool:
    return part.id is None or part.id < 0


def _for_saving(part: Any) -> Any:
    """Return a copy of ``part`` without the draft's temporary ids."""
    mine = copy.copy(part)
    if mine.id is not None and mine.id < 0:
        mine.id = None
    for link in ("case_id", "sanction_id"):
        if _is_temporary(getattr(mine, link, None)):
            setattr(mine, link, None)
    return mine


def _same(part: Any, other: Any) -> bool:
    return all(getattr(part, name) == getattr(other, name) for name in form_fields(part))


def _take_untouched(part: Any, base: Any, theirs: Any) -> None:
    """Give the fields that still are as they were read the value they have now."""
    part.revision = theirs.revision
    for name in form_fields(part):
        if base is not None and getattr(part, name) == getattr(base, name):
            setattr(part, name, getattr(theirs, name))


_LINKS = ("subject_id", "case_id", "sanction_id")


def has_typing(entity: Any) -> bool:
    """Return whether any field was filled; the regime is what the button gave, not typing."""
    return any(
        getattr(entity, name) not in ("", None, False, {}, [])
        for name in form_fields(entity)
        if name not in _LINKS and name != "regime"
    )


def _has_content(entity: Any) -> bool:
    """Return whether anything was typed; a sanction or event that was added counts as such."""
    return isinstance(entity, Sanction | Event) or has_typing(entity)


def _to_data(entity: Any) -> dict[str, Any]:
    values = {"id": entity.id, "revision": entity.revision}
    for name in form_fields(entity):
        value = getattr(entity, name)
        values[name] = value.isoformat() if isinstance(value, PartialDate | date) else value
    return values


def _take_data(entity: Any, values: dict[str, Any]) -> None:
    """Set the fields of ``entity``; a field that another version knew is passed over."""
    entity.id, entity.revision = values["id"], values["revision"]
    for name, spec in form_fields(entity).items():
        if name not in values:
            continue
        value = values[name]
        if value and spec.kind is FieldKind.PARTIAL_DATE:
            value = PartialDate.parse(value)
        elif value and spec.kind is FieldKind.DAY:
            value = date.fromisoformat(value)
        setattr(entity, name, value)
