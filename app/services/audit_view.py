"""The log as the auditor reads it: filtered, exported, checked, and a sheet of each month on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.services.ports import Progress


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which lines are shown. Empty means all; days are inclusive."""

    who: str = ""
    act: str = ""
    text: str = ""  # in object, reason or details
    subject_id: int | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of the log; ``at`` is its stored text, ``what`` the object in the office's words."""

    sequence: int
    at: str
    who: str
    act: str
    what: str
    reason: str
    details: str


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """What a month's sheet says: counts, what deserves a look, and the anchor to keep on paper."""

    month: str  # 2026年11月
    first: int
    last: int
    anchor: str
    counts: Sequence[tuple[str, int]]
    notable: Sequence[AuditRow]


@dataclass(frozen=True, slots=True)
class AuditUseCases:
    """Reading the log; nobody can write or delete in it."""

    rows: Callable[[AuditFilter, int, int], Sequence[AuditRow]]  # filter, offset, limit
    count: Callable[[AuditFilter], int]
    people: Callable[[], Sequence[str]]
    acts: Callable[[], Sequence[str]]
    export: Callable[[AuditFilter, Path, Progress], int]  # -> lines written
    draw_sheet: Callable[[int, int], bytes]  # year, month -> PDF
    record_sheet: Callable[[str, str], None]  # month, where to
    verify: Callable[[str, Progress], str]  # an anchor typed from paper or "" -> what was verified
    opened: Callable[[], None]  # enters into the log that somebody looks at it
