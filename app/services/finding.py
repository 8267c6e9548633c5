"""One search over everything: people, papers, visits, numbers - each hit says whose it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.services.ports import RosterFilter, RosterQueries, RosterRow

PEOPLE = "人员"
MOST_PER_GROUP = 8


@dataclass(frozen=True, slots=True)
class Found:
    """One hit. ``opens`` is the entity's name and id; ``whose`` tells namesakes apart.

    A paper opens whom it is about - their page shows every paper, on whichever record it hangs -
    or, about nobody alone, its record; ``attachment_id`` is what is to be seen there.
    """

    group: str
    title: str
    excerpt: str
    whose: str
    opens: tuple[str, int]
    subject_id: int | None = None
    attachment_id: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind, the newest first; ``more`` says that there are others."""

    name: str
    hits: tuple[Found, ...]
    more: bool = False


class FindQueries(Protocol):
    """Everything but people: one statement per kind of record."""

    def find(self, terms: Sequence[str], limit: int) -> Sequence[Group]:
        """Return groups in which every term stands somewhere; empty ones are left out."""


def find_anything(
    text: str, *, roster: RosterQueries, queries: FindQueries, limit: int = MOST_PER_GROUP
) -> Sequence[Group]:
    """Return what ``text`` finds, people first. Every word of it must be found in one record.

    People are found by name, sound, unit and telephone, as in the roster.
    """
    terms = [unicodedata.normalize("NFKC", part).casefold() for part in text.split()]
    if not terms:
        return ()
    which = RosterFilter(text=text.strip())
    rows = list(roster.page(which, 0, limit + 1))
    groups = list(queries.find(terms, limit))
    if rows:
        hits = tuple(_person(row) for row in rows[:limit])
        groups.insert(0, Group(PEOPLE, hits, len(rows) > limit))
    return groups


def _person(row: RosterRow) -> Found:
    return Found(
        PEOPLE,
        row.name,
        row.workplace or row.unit,
        whose(row.name, row.unit, row.born_on),
        ("Subject", row.id),
        row.id,
    )


def whose(name: str, unit: str, born_on: str) -> str:
    """Return a person as a hit names them: name, unit and birth month, for there are namesakes."""
    month = born_on[:7]
    return "　".join(part for part in (name, unit, f"{month}生" if month else "") if part)


Find = Callable[[str], Sequence[Group]]
"""``find(text)``: what windows get."""
