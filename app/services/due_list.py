"""The list of the week on paper: which reminders stand on it, and that it was printed."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.audit import Act
from app.domain.reminders import Reminder
from app.services.ports import Changes, UnitOfWork

WEEK = 7


def of_the_week(reminders: Iterable[Reminder]) -> list[Reminder]:
    """Return what is overdue or due within a week, the longest overdue first."""
    chosen = [one for one in reminders if one.days <= WEEK]
    return sorted(chosen, key=lambda one: (one.due_on, one.name, one.key))


def record_due_list(lines: int, target: str, *, copies: int = 1, uow: UnitOfWork) -> Changes:
    """Enter into the log that the list left the program, and where to: a printer or a kind of file.

    The log keeps how many lines it had, not who stood on it.
    """
    details = {"去向": target, "条数": lines, "每份份数": copies}
    with uow:
        uow.record(Act("打印待办清单", details=details))
        return uow.commit()
