"""How reminders are grouped on the start page: what is late first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.reminders import Reminder

OVERDUE, WEEK, MONTH, LATER = "逾期", "七日内", "三十日内", "以后"
GROUPS = (OVERDUE, WEEK, MONTH, LATER)


@dataclass(frozen=True, slots=True)
class Heading:
    """The line above the reminders of one group."""

    title: str
    count: int


def group_of(days: int) -> str:
    """Return the group of something due in ``days`` days (negative: overdue)."""
    if days < 0:
        return OVERDUE
    return WEEK if days <= 7 else MONTH if days <= 30 else LATER


def spoken_days(days: int) -> str:
    """Return how far off a day is, in words."""
    if days == 0:
        return "今天"
    return f"逾期{-days}天" if days < 0 else f"还有{days}天"


def counts(reminders: Iterable[Reminder]) -> dict[str, int]:
    """Return how many reminders each group holds, in the order of ``GROUPS``."""
    found = dict.fromkeys(GROUPS, 0)
    for reminder in reminders:
        found[group_of(reminder.days)] += 1
    return found


def lines(reminders: Iterable[Reminder], only: str = "") -> list[Heading | Reminder]:
    """Return headings and reminders in the order of the page; ``only`` shows one group."""
    by_group: dict[str, list[Reminder]] = {group: [] for group in GROUPS}
    for reminder in reminders:
        by_group[group_of(reminder.days)].append(reminder)
    shown: list[Heading | Reminder] = []
    for group, those in by_group.items():
        if those and only in ("", group):
            those.sort(key=lambda one: (one.due_on, one.name, one.key))
            shown += [Heading(group, len(those)), *those]
    return shown
