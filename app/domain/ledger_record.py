"""Whose row of an exported ledger it is: the numbers in its hidden last column."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.domain.subject import PARTY, Case, Sanction, Subject

_RECORD = re.compile(r"R(\d{1,9})-(\d{1,9})-(\d{1,9})-(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Record:
    """The stored entities that one exported row shows; 0 where there is none."""

    subject: int
    case: int = 0
    party: int = 0
    admin: int = 0

    def of(self, regime: str) -> int:
        """Return the id of the sanction of this regime."""
        return self.party if regime == PARTY else self.admin


def write_record(
    subject: Subject, case: Case | None, party: Sanction | None, admin: Sanction | None
) -> str:
    """Return the text of the hidden cell: R12-7-15-0."""
    parts = ((one.id or 0) if one is not None else 0 for one in (subject, case, party, admin))
    return "R" + "-".join(map(str, parts))


def read_record(text: str) -> Record | None:
    """Return what the cell says, or None if it is no such text."""
    match = _RECORD.fullmatch(text)
    return Record(*map(int, match.groups())) if match and int(match[1]) else None
