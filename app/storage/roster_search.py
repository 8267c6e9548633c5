"""Whom a search alone finds: the list while somebody types. Few are ranked, many stand by name.

Written as plain statements: building and binding them as expressions took as long as running them.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from app.services.ports import RosterFilter
from app.storage.engine import row_of, rows_of
from app.storage.roster_filters import first_term

_FEW = 7_000  # so many found are sorted; of more, those at the head of the order are looked for
_HEAD = 2_000  # people at the head of the order
_SORTED = 20_000  # of more the page is read by walking the order's index

_FIRST = "SELECT rowid FROM subject_search WHERE spelt MATCH ? LIMIT ?"
# Sorted by an index that holds ids and names alone: people are read from all over the file.
_PEOPLE = "CROSS JOIN subject INDEXED BY ix_subject_id_name_key_name ON subject.id ="
_AMONG = f"SELECT subject.id FROM json_each(?) AS known {_PEOPLE} known.value"
_ALL = f"SELECT subject.id FROM subject_search AS found {_PEOPLE} found.rowid WHERE spelt MATCH ?"


@dataclass(frozen=True, slots=True)
class Found:
    """How many a search finds, and who: everybody if few, else those at the head of the order.

    The numbers leave the database as one text: a row each would take ten times as long.
    """

    which: RosterFilter
    phrase: str
    number: int
    known: str

    def page(self, connection: sa.Connection, offset: int, limit: int) -> list[int] | None:
        """Return the ids of a page; ``None`` where the list is to be walked."""
        page = f"LIMIT {limit:d} OFFSET {offset:d}"
        order = f"ORDER BY {_order(self.which)} {page}"
        known = self.known.count(",") + 1 if self.known else 0
        if known == self.number and not self.which.descending:
            rank, asked = _rank(self.which)
            ranked = f"{_AMONG} ORDER BY {rank}, {_order(self.which)} {page}"
            rows = rows_of(connection, ranked, (f"[{self.known}]", *asked))
        elif known == self.number or known >= offset + limit:
            rows = rows_of(connection, f"{_AMONG} {order}", (f"[{self.known}]",))
        elif self.number > _SORTED:
            return None
        else:
            rows = rows_of(connection, f"{_ALL} {order}", (self.phrase,))
        return [id_ for (id_,) in rows]


def searched(connection: sa.Connection, which: RosterFilter, phrase: str) -> Found:
    """Return whom ``phrase`` finds in the index, with a page's worth of them told apart."""
    both = f"SELECT count(*), group_concat(rowid) FROM ({_FIRST})"
    number, known = row_of(connection, both, (phrase, _FEW + 1))
    if number > _FEW:
        head = f"SELECT id FROM subject ORDER BY {_order(which)} LIMIT {_HEAD}"
        in_front = f"CASE WHEN rowid IN ({head}) THEN rowid END"
        both = f"SELECT count(*), group_concat({in_front}) FROM subject_search WHERE spelt MATCH ?"
        number, known = row_of(connection, both, (phrase,))
    return Found(which, phrase, number, known or "")


def _rank(which: RosterFilter) -> tuple[str, tuple[str, ...]]:
    """Return how near a name comes to what was typed, with what that asks.

    The name itself, then the surname as a whole syllable or character, then names that begin so,
    then names that hold it, then those found by anything else: ou is 区 before 周.
    """
    term = first_term(which)
    syllable = f"{term}[1-5] *" if term.isascii() and term.isalpha() else ""
    rank = (
        "CASE WHEN name = ? THEN 0 WHEN name_key GLOB ? OR instr(name, ?) = 1 THEN 1"
        " WHEN name_key >= ? AND name_key < ? THEN 2 WHEN instr(name, ?) THEN 3 ELSE 4 END"
    )
    return rank, (term, syllable, term, term, f"{term}{chr(0x10FFFF)}", term)


def _order(which: RosterFilter) -> str:
    way = "DESC" if which.descending else "ASC"
    return f"subject.name_key {way}, subject.id"
