"""People of a ledger who meet somebody stored: what the two say, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.domain.fields import display, form_fields
from app.domain.ledger_cells import name_key
from app.domain.ledger_kinds import write_kind
from app.domain.ledger_matching import SANCTIONS, loosely
from app.domain.ledger_people import COMPARED, LedgerPerson
from app.domain.ledger_row import LedgerRow
from app.domain.partial_date import PartialDate
from app.domain.subject import Dossier, Sanction, Subject


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that store and ledger say differently; ``key`` as in ``Decision.take``."""

    key: str
    label: str
    stored: str
    ledger: str


@dataclass(frozen=True, slots=True)
class Encounter:
    """One person of the ledger and the stored people it may be. ``matched`` is who it was taken
    for, None for somebody new.
    """

    person: LedgerPerson
    candidates: Sequence[Dossier]
    matched: int | None

    @property
    def rows(self) -> tuple[tuple[str, int], ...]:
        """Sheet and number of every row of the person."""
        return tuple((row.sheet, row.row) for row in self.person.rows)


def encounters(
    people: Sequence[LedgerPerson], known: Mapping[str, Sequence[Dossier]]
) -> list[Encounter]:
    """Return whom somebody should look at: other values than stored, or a stored namesake."""
    found = []
    for person in people:
        candidates = list(known.get(name_key(person.rows[0].name), ()))
        matched = person.known
        if matched is not None and matched not in candidates:
            candidates.insert(0, matched)
        if not candidates:
            continue
        if matched is None or any(True for _ in differences(person.rows, matched)):
            found.append(Encounter(person, candidates, matched.subject.id if matched else None))
    return found


def differences(rows: Sequence[LedgerRow], stored: Dossier) -> Iterator[Difference]:
    """Yield where the ledger contradicts the store; what fills a gap or agrees is no difference."""
    for row in rows:
        if name_key(row.name) != name_key(stored.subject.name):
            yield Difference("name", "姓名", stored.subject.name, row.name)
            break
    for key in COMPARED:
        old = getattr(stored.subject, key)
        for row in rows:
            new = row.personal.get(key)
            if new in ("", None) or old in ("", None) or _agree(old, new):
                continue
            yield Difference(key, form_fields(Subject)[key].label, display(old), display(new))
            break
    for row in rows:
        yield from _sanctions(row, stored)


def _agree(old: object, new: object) -> bool:
    if isinstance(old, PartialDate) and isinstance(new, PartialDate):
        return old.isoformat().startswith(new.isoformat()) or new.isoformat().startswith(
            old.isoformat()
        )
    return loosely(old) == loosely(new)


def _sanctions(row: LedgerRow, stored: Dossier) -> Iterator[Difference]:
    """Yield sanctions that the hidden column of an export names and the ledger says otherwise."""
    if row.record is None or row.record.subject != stored.subject.id:
        return
    by_id = {sanction.id: sanction for sanction in stored.sanctions}
    for sanction in row.facts.sanctions:
        old = by_id.get(row.record.of(sanction.regime))
        if old is not None and _line(old) != _line(sanction):
            yield Difference(SANCTIONS, "处分", _line(old), _line(sanction))


def _line(sanction: Sanction) -> str:
    on = sanction.decided_on.isoformat() if sanction.decided_on else "时间未填"
    return f"{sanction.regime} {write_kind(sanction)} {on}"
