"""What happened by a day: events sorted to the sanctions and the person they concern."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.domain.fields import Problem
from app.domain.partial_date import PartialDate
from app.domain.subject import (
    ALTERED,
    DIED,
    ENDED,
    EXPELLED,
    EXTENDED,
    INCLUDED,
    NEW_OFFENCE,
    NO_PROSECUTION,
    PARTY,
    PUNISHED,
    RESTORED,
    RETIRED,
    REVOKED,
    TO_JUDICATURE,
    Dossier,
    Event,
    Sanction,
)
from app.domain.terms import Chosen, Happening

DECIDING = frozenset(
    (
        RESTORED, EXTENDED, REVOKED, ALTERED, RETIRED, TO_JUDICATURE, PUNISHED, EXPELLED, DIED,
        NO_PROSECUTION, INCLUDED,
    )
)  # fmt: skip
"""Kinds of event whose day can change a verdict."""


class Happenings:
    """The events up to a day: ``person`` oldest first, ``of`` by ``id()`` of the sanction."""

    __slots__ = ("doubts", "of", "person", "problems", "unclear")

    def __init__(self) -> None:
        self.person: list[Happening] = []
        self.of: dict[int, list[Happening]] = {}
        self.doubts: list[str] = []
        self.problems: list[Problem] = []
        self.unclear: list[tuple[Event, tuple[Sanction, ...]]] = []

    def last(self, *kinds: str) -> Happening | None:
        """Return the latest event of these kinds."""
        return next((h for h in reversed(self.person) if h[1].kind in kinds), None)

    def all(self, kind: str) -> Iterator[Happening]:
        """Yield the events of one kind, oldest first."""
        return (h for h in self.person if h[1].kind == kind)


NOTHING = Happenings()


def happened_on(event: Event, chosen: Chosen) -> date | None:
    """Return the day of ``event`` as known or assumed; a month alone counts from its first day."""
    if chosen and id(event) in chosen:
        return chosen[id(event)]
    return event.on.first if event.on is not None else None


def day_said(happening: Happening) -> str:
    """Return the day of something that happened, no more precise than the record is."""
    day, event = happening
    return (event.on or PartialDate.of(day)).isoformat()


def without_day(event: Event) -> str:
    """Return what is said of an event whose day is not filled in, a new one without kind as well."""
    name = f"“{event.kind}”" if event.kind else "新的状态事项"
    return f"{name}没有日期，请补填"


def happenings(dossier: Dossier, as_of: date, chosen: Chosen) -> Happenings:
    """Return what had happened by ``as_of``, each event with the sanction it concerns."""
    if not dossier.events:
        return NOTHING
    found = Happenings()
    known: list[Happening] = []
    for event in dossier.events:
        day = happened_on(event, chosen)
        if event.on is None:
            found.problems.append(Problem("on", without_day(event)))
        if day is not None and day <= as_of:
            known.append((day, event))
    known.sort(key=lambda h: (h[0], h[1].kind, h[1].id or 0))
    for day, event in known:
        if event.kind not in (RESTORED, EXTENDED, REVOKED, ALTERED):
            found.person.append((day, event))
            continue
        target = _target(dossier, day, event, found)
        if target is not None:
            found.of.setdefault(id(target), []).append((day, event))
    return found


def _target(dossier: Dossier, day: date, event: Event, found: Happenings) -> Sanction | None:
    """Return the sanction that ``event`` concerns; a doubt asks where that is not clear."""
    if event.sanction_id is not None:
        named = [s for s in dossier.sanctions if s.id == event.sanction_id]
        if named:
            return named[0]
        found.problems.append(Problem("sanction_id", f"{day} {event.kind}所指的处分不在记录中"))
        return None
    candidates = dossier.sanctions
    if event.kind in (RESTORED, EXTENDED):
        candidates = tuple(s for s in dossier.sanctions if _may_be_probation(dossier, s))
        begun = tuple(s for s in candidates if s.decided_on is None or s.decided_on.first <= day)
        if len(begun) > 1:
            # Rights are restored once, after the latest probation that had begun.
            latest = max(begun, key=lambda s: s.decided_on.first if s.decided_on else date.min)
            found.doubts.append(
                f"{day} {event.kind}未写明是哪一个留党察看处分，按最近的一个计算，请核对"
            )
            return latest
        candidates = begun or candidates
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        found.problems.append(
            Problem("kind", f"{day} {event.kind}：没有可以对应的处分，请核对事项或补录处分")
        )
    else:
        found.doubts.append(f"{day} {event.kind}未写明是哪一个处分，请选定；选定以前未计入")
        found.unclear.append((event, candidates))
    return None


def _may_be_probation(dossier: Dossier, sanction: Sanction) -> bool:
    if sanction.regime != PARTY:
        return False
    return "留党察看" in sanction.kind or any(
        e.kind == ALTERED and "留党察看" in e.new_kind and e.sanction_id in (sanction.id, None)
        for e in dossier.events
    )


def offence_unsettled(dossier: Dossier, found: Happenings, last: date | None) -> date | None:
    """Return the day of an offence inside the period that nobody has dealt with yet (政务处分法26)."""
    for day, event in found.person:
        if event.kind != NEW_OFFENCE or (last is not None and day > last):
            continue
        settled = any(d >= day and e.kind == ENDED for d, e in found.person) or any(
            s.decided_on is not None and s.decided_on.first > day for s in dossier.sanctions
        )
        if not settled:
            return day
    return None
