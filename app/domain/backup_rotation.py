"""Which backups of a place may go: many of the last days, few of long ago, some for ever.

Counted in backups and in days, weeks and months *that have* a backup, never against the clock of
the PC: a clock that jumps ages nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

ALL_WITHIN = timedelta(hours=48)
DAILY, WEEKLY, MONTHLY = 14, 8, 24
FEWEST = 5
"""So many of the newest stay whatever their age."""

SETTLED_AFTER = 5
"""After a restore nothing goes until so many new backups stand: it may have been the wrong one."""


@dataclass(frozen=True, slots=True)
class KeptBackup:
    """One backup that lies in a place: ``sequence`` is its number, in the order of their making."""

    sequence: int
    made_at: datetime


def may_go(
    backups: Sequence[KeptBackup], *, since_restore: int | None = None
) -> Sequence[KeptBackup]:
    """Return the backups that need not be kept, oldest first.

    All of the 48 hours before the newest stay, the last of each of 14 days, 8 weeks and 24 months
    that have one, the last of every year, and the five newest. ``since_restore`` is how many
    verified backups were made since the last restore, ``None`` if there never was one.
    """
    if since_restore is not None and since_restore < SETTLED_AFTER:
        return ()
    newest_first = sorted(backups, key=lambda one: one.sequence, reverse=True)
    if not newest_first:
        return ()
    kept = set(newest_first[:FEWEST])
    newest = newest_first[0].made_at
    # One dated after the newest (a clock that was set back) has no age: it stays.
    kept |= {one for one in newest_first if one.made_at > newest - ALL_WITHIN}
    for number, part_of in _TIERS:
        kept |= set(_last_of_each(newest_first, part_of)[:number])
    return [one for one in reversed(newest_first) if one not in kept]


def _last_of_each(
    newest_first: Sequence[KeptBackup], part_of: Callable[[datetime], Hashable]
) -> list[KeptBackup]:
    found: dict[Hashable, KeptBackup] = {}
    for one in newest_first:
        found.setdefault(part_of(one.made_at), one)
    return list(found.values())


_TIERS: tuple[tuple[int | None, Callable[[datetime], Hashable]], ...] = (
    (DAILY, lambda at: at.date()),
    (WEEKLY, lambda at: at.isocalendar()[:2]),
    (MONTHLY, lambda at: (at.year, at.month)),
    (None, lambda at: at.year),
)
