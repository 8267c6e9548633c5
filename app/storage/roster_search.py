"""Whom a search alone finds: the list while somebody types. Few are ranked, many stand by name.

Written as plain statements: building and binding them as expressions took as long as running them.
A search costs what it reads: 20 ns to count a person by the index's own vocabulary, 70 ns to tell
one in a statement, 1 µs to look up where a name stands, up to 30 µs to ask of one person alone. So
the way to the first page depends on how many are found and how thickly they stand in the order.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from app.services.ports import RosterFilter
from app.storage.engine import row_of, rows_of
from app.storage.roster_filters import first_term, only_tokens

_FEW = 7_000  # so many found are ranked
_SORTED = 65_000  # so many are sorted if they do not stand at the head of the order
_THICK = 90_000  # of so many, asking one person after the other may soon fill a page
_HEAD, _LARGE_HEAD = 2_000, 60_000  # people at the head of the order that are looked through
_TRIED, _ASKED = 128, 800  # people that are asked one by one: to see how thick, and at most

_COUNTED = "SELECT doc FROM temp.subject_token WHERE term = ?"
_TOLD = (
    "SELECT count(*), group_concat(rowid)"
    " FROM (SELECT rowid FROM subject_search WHERE spelt MATCH ? LIMIT ?)"
)
_ONE = "SELECT 1 FROM subject_search WHERE rowid = ? AND spelt MATCH ?"
_AT_HEAD = (
    "SELECT count(*),"
    " group_concat(CASE WHEN rowid IN (SELECT value FROM json_each(?)) THEN rowid END)"
    " FROM subject_search WHERE spelt MATCH ?"
)
# Sorted by an index that holds ids and names alone: people are read from all over the file.
_AMONG = (
    "SELECT subject.id FROM json_each(?) AS known"
    " CROSS JOIN subject INDEXED BY ix_subject_id_name_key_name ON subject.id = known.value"
)


@dataclass(frozen=True, slots=True)
class Found:
    """How many a search finds, and who: all of them, if that is known, or those at the head.

    The numbers leave the database as one text: a row each would take ten times as long.
    """

    which: RosterFilter
    phrase: str
    number: int
    known: str = ""
    at_head: tuple[str, ...] | None = None

    def page(self, connection: sa.Connection, offset: int, limit: int) -> list[int] | None:
        """Return the ids of a page; ``None`` where the list is to be walked."""
        end = offset + limit
        if self.number <= _FEW:
            return self._ranked(connection, offset, limit)
        first = self._first(connection, end)
        if len(first) < end:
            if self.number > _SORTED:
                return None
            first = self._at_larger_head(connection, end, len(first))
        if not first:
            return self._sorted(connection, offset, limit)
        return [int(id_) for id_ in first[offset:end]]

    def _ranked(self, connection: sa.Connection, offset: int, limit: int) -> list[int]:
        rank, asked = ("", ()) if self.which.descending else _rank(self.which)
        order = f"ORDER BY {rank}{_order(self.which)} LIMIT {limit:d} OFFSET {offset:d}"
        rows = rows_of(connection, f"{_AMONG} {order}", (f"[{self.known}]", *asked))
        return [id_ for (id_,) in rows]

    def _first(self, connection: sa.Connection, wanted: int) -> list[str]:
        """Return the first of the order, ``wanted`` of them if they are soon found."""
        if self.at_head is not None:
            return [*self.at_head]
        if wanted > _HEAD:
            return []
        if self.number >= _THICK:
            found: list[str] = []
            for number, id_ in enumerate(_ids(_head(connection, self.which, _ASKED)), 1):
                if row_of(connection, _ONE, (int(id_), self.phrase)):
                    found.append(id_)
                    if len(found) == wanted:
                        return found
                if number == _TRIED and wanted * _TRIED > len(found) * _ASKED:
                    break
            if wanted * number > len(found) * _HEAD:
                return found
        return self._within(connection, _HEAD)

    def _within(self, connection: sa.Connection, people: int) -> list[str]:
        """Return who is found among the first ``people`` of the order."""
        head = _head(connection, self.which, people)
        known = self.known or row_of(connection, _AT_HEAD, (f"[{head}]", self.phrase))[1]
        return _those(head, known)

    def _at_larger_head(self, connection: sa.Connection, wanted: int, at_head: int) -> list[str]:
        """Return the first ``wanted`` found, or nothing where sorting them all takes less time."""
        people = 2 * _HEAD * wanted // at_head if at_head else 0  # it should take half of them
        if not 0 < people <= min(_LARGE_HEAD, 4 * self.number):
            return []
        first = self._within(connection, people)
        return first if len(first) >= wanted else []

    def _sorted(self, connection: sa.Connection, offset: int, limit: int) -> list[int]:
        known = self.known or row_of(connection, _TOLD, (self.phrase, self.number))[1]
        order = f"ORDER BY {_order(self.which)} LIMIT {limit:d} OFFSET {offset:d}"
        return [id_ for (id_,) in rows_of(connection, f"{_AMONG} {order}", (f"[{known}]",))]


def searched(connection: sa.Connection, which: RosterFilter, phrase: str) -> Found:
    """Return whom ``phrase`` finds in the index."""
    counted = [row for one in only_tokens(which) if (row := row_of(connection, _COUNTED, (one,)))]
    if len(counted) == 1 and counted[0][0] > _FEW:  # only one writing of what was typed is there
        return Found(which, phrase, counted[0][0])
    number, known = row_of(connection, _TOLD, (phrase, _SORTED + 1))
    if number <= _SORTED:
        return Found(which, phrase, number, known or "")
    head = _head(connection, which, _HEAD)  # told apart while they are counted
    number, known = row_of(connection, _AT_HEAD, (f"[{head}]", phrase))
    return Found(which, phrase, number, at_head=tuple(_those(head, known)))


def _those(head: str, known: str | None) -> list[str]:
    found = set(_ids(known))
    return [id_ for id_ in _ids(head) if id_ in found]


def _ids(listed: str | None) -> list[str]:
    return listed.split(",") if listed else []


def _head(connection: sa.Connection, which: RosterFilter, people: int) -> str:
    """Return the ids of the first people of the order, as one text."""
    head = f"SELECT id FROM subject ORDER BY {_order(which)} LIMIT {people:d}"
    return row_of(connection, f"SELECT group_concat(id) FROM ({head})")[0] or ""


def _rank(which: RosterFilter) -> tuple[str, tuple[str, ...]]:
    """Return how near a name comes to what was typed, with what that asks.

    The name itself, then the surname as a whole syllable or character, then names that begin so,
    then names that hold it, then those found by anything else: ou is 区 before 周.
    """
    term = first_term(which)
    syllable = f"{term}[1-5] *" if term.isascii() and term.isalpha() else ""
    rank = (
        "CASE WHEN name = ? THEN 0 WHEN name_key GLOB ? OR instr(name, ?) = 1 THEN 1"
        " WHEN name_key >= ? AND name_key < ? THEN 2 WHEN instr(name, ?) THEN 3 ELSE 4 END, "
    )
    return rank, (term, syllable, term, term, f"{term}{chr(0x10FFFF)}", term)


def _order(which: RosterFilter) -> str:
    way = "DESC" if which.descending else "ASC"
    return f"subject.name_key {way}, subject.id"
