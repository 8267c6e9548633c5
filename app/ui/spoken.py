"""Moments in the office's words."""

from __future__ import annotations

from datetime import datetime


def spoken_time(moment: datetime | None, *, now: datetime | None = None) -> str:
    """Return a moment as the office says it: 今天 09:12, 昨天 17:40, 2026年11月3日."""
    if moment is None:
        return ""
    today = (now or datetime.now()).date()
    days = (today - moment.date()).days
    if days in (0, 1):
        return f"{'今天' if days == 0 else '昨天'} {moment:%H:%M}"
    return f"{moment.year}年{moment.month}月{moment.day}日"
