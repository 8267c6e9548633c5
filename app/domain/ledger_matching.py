"""Who a row of the ledger is about: somebody stored, somebody above, or somebody new."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.fields import display
from app.domain.ledger_cells import half_width, name_key
from app.domain.ledger_row import LedgerRow
from app.domain.partial_date import PartialDate

if TYPE_CHECKING:
    from app.domain.ledger_people import LedgerPerson

    AskRow = Callable[[LedgerRow, str, str, str], None]

SOMEBODY_NEW = 0
SANCTIONS = "sanctions"
"""In ``Decision.take``: kind and date of the sanctions that a corrected export names."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the user said about a row whose person may be known already.

    ``person`` is the id of the stored person, ``SOMEBODY_NEW``, or None for what the program
    finds itself; ``take`` names the attributes in which the ledger is right and not the store.
    """

    person: int | None = None
    take: frozenset[str] = frozenset()
    skip: bool = False


AS_FOUND = Decision()


def decided_person(
    row: LedgerRow,
    decision: Decision,
    namesakes: Sequence[LedgerPerson],
    by_id: Mapping[int, LedgerPerson],
    ask: AskRow,
) -> LedgerPerson | None:
    """Return the person of ``row`` as the user decided, as the export noted, or as it seems."""
    if decision.person == SOMEBODY_NEW:
        return same_person(row, [one for one in namesakes if one.known is None], ask)
    if decision.person is not None and decision.person in by_id:
        return by_id[decision.person]
    if row.record is not None and (noted := by_id.get(row.record.subject)) is not None:
        # Numbers of another office mean other people: something else has to agree as well.
        same_name = name_key(noted.subject.name) == name_key(row.name)
        if same_name or (row.born_on is not None and row.born_on == noted.subject.born_on):
            return noted
    return same_person(row, namesakes, ask)


def _month(born: PartialDate | None) -> tuple[int, int | None] | None:
    return None if born is None else (born.year, born.month)


def same_person(
    row: LedgerRow, namesakes: Sequence[LedgerPerson], ask: AskRow
) -> LedgerPerson | None:
    """Return the person of ``row``: same name and birth month; without it, same name and unit."""
    if not namesakes:
        return None
    born = _month(row.born_on)
    if born is not None and born[1] is not None:
        same = [person for person in namesakes if _month(person.subject.born_on) == born]
        if len(same) > 1:
            same = [person for person in same if _same_place(person, row)] or same
        if same:
            return same[0]
    unsure = [
        person
        for person in namesakes
        if _may_be(person.subject.born_on, row.born_on) and _same_place(person, row)
    ]
    if len(unsure) == 1:
        return unsure[0]
    if born is None and len(namesakes) == 1 and not row.personal.get("workplace"):
        ask(row, "name", row.name, "这一行没有出生年月和单位，已按上文同名的人读入，请核对")
        return namesakes[0]
    return None


def _may_be(one: PartialDate | None, other: PartialDate | None) -> bool:
    """Say whether two births can be one because one of them is unknown or known to the year."""
    if one is None or other is None:
        return True
    return one.year == other.year and (one.month is None or other.month is None)


def _same_place(person: LedgerPerson, row: LedgerRow) -> bool:
    here, there = loosely(row.personal.get("workplace")), loosely(person.subject.workplace)
    return bool(here) and here == there


def tell_namesakes(row: LedgerRow, namesakes: Sequence[LedgerPerson], ask: AskRow) -> None:
    """Ask whether people of one name are two indeed."""
    if not namesakes:
        return
    others = "、".join(
        f"{'第' + str(p.rows[0].row) + '行' if p.rows else '系统中'}"
        f"（{p.subject.born_on or '出生年月不详'}，{p.subject.workplace or '单位不详'}）"
        for p in namesakes[:3]
    )
    why = "出生年月不同" if row.born_on else "出生年月不详、单位不同"
    ask(row, "name", row.name, f"与{others}同名而{why}，已按两个人读入，请核对")


def loosely(value: object) -> str:
    """Return a value for comparing: width, case and spaces do not matter."""
    return "".join(half_width(display(value)).split()).casefold()
