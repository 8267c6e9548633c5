"""Which reminders stand on the list of the week, and what the log keeps of printing it."""

from __future__ import annotations

from datetime import date, timedelta

from app.domain.reminders import Reminder
from app.services.due_list import of_the_week

TODAY = date(2026, 11, 23)


def a_reminder(days, key="a"):
    day = TODAY + timedelta(days=days)
    return Reminder(key, 1, "张三", "期满提醒", day, days, "", "", "")


def test_the_overdue_and_the_next_seven_days_are_listed_the_longest_overdue_first():
    found = of_the_week([a_reminder(8), a_reminder(7), a_reminder(-30), a_reminder(0)])
    assert [one.days for one in found] == [-30, 0, 7]
