"""A month of plans: what is on which day, by whom; a day or a plan opens at a press."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.services.plans import PlanRow
from app.ui import theme
from app.ui.records.tones import PLAN_TONES

_DAYS = "一二三四五六日"
_SHOWN = 3  # plans in a day's box; the others are counted
_DAY_HIGH, _ENTRY_HIGH = 34, 22


class MonthView(QWidget):
    """Six weeks of boxes, Monday first. ``month_changed`` asks for the plans of other days."""

    month_changed = Signal(object, object)  # first and last day shown
    opened = Signal(object)  # PlanRow
    day_chosen = Signal(object)  # date: list what is on this day

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today, self._first = today, today.replace(day=1)
        self._title = theme.label("", "heading")
        head = QHBoxLayout()
        head.addWidget(
            theme.button("上月", partial(self.turn, -1), icon_name="chevron-left", tip="PgUp")
        )
        head.addWidget(self._title)
        head.addWidget(
            theme.button("下月", partial(self.turn, 1), icon_name="chevron-right", tip="PgDn")
        )
        head.addWidget(theme.button("本月", self.show_today))
        head.addStretch(1)
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.TINY)
        for column, name in enumerate(_DAYS):
            self._grid.setColumnStretch(column, 1)
            words = theme.label(name, "muted")
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            self._grid.addWidget(words, 0, column)
        inside = QWidget()
        inside.setLayout(self._grid)
        self._grid.setContentsMargins(0, 0, theme.TINY, 0)
        column_ = QVBoxLayout(self)
        theme.margins(column_, 0, theme.SMALL)
        column_.addLayout(head)
        column_.addWidget(theme.scrolled(inside), 1)
        self._boxes: list[QWidget] = []
        self.show_plans(())

    def span(self) -> tuple[date, date]:
        """Return the first and the last day shown."""
        start = self._first - timedelta(days=self._first.weekday())
        days = calendar.monthrange(self._first.year, self._first.month)[1]
        weeks = -(-(self._first.weekday() + days) // 7)
        return start, start + timedelta(days=7 * weeks - 1)

    def turn(self, months: int) -> None:
        """Show a later or an earlier month."""
        number = self._first.year * 12 + self._first.month - 1 + months
        self._first = date(number // 12, number % 12 + 1, 1)
        self.month_changed.emit(*self.span())

    def show_today(self) -> None:
        """Show the month of today."""
        self._first = self._today.replace(day=1)
        self.month_changed.emit(*self.span())

    def show_plans(self, rows: Sequence[PlanRow]) -> None:
        """Show these plans on their days; one of several days stands on each of them."""
        for box in self._boxes:
            self._grid.removeWidget(box)
            box.hide()
            box.deleteLater()
        self._boxes = []
        self._title.setText(f"{self._first.year}年{self._first.month}月")
        start, last = self.span()
        by_day: dict[date, list[PlanRow]] = {}
        for row in rows:
            day = row.on
            while day is not None and day <= (row.until or row.on or day) and day <= last:
                by_day.setdefault(day, []).append(row)
                day += timedelta(days=1)
        for place in range((last - start).days + 1):
            day = start + timedelta(days=place)
            box = self._box(day, by_day.get(day, []))
            self._grid.addWidget(box, 1 + place // 7, place % 7)
            self._boxes.append(box)

    def _box(self, day: date, rows: Sequence[PlanRow]) -> QWidget:
        made = QFrame()
        here = day.month == self._first.month
        made.setProperty("role", "card" if here else "inset")
        column = QVBoxLayout(made)
        theme.margins(column, theme.TINY, 2)
        number = theme.label(
            f"{day.day} 今天" if day == self._today else str(day.day),
            "heading" if day == self._today else ("" if here else "small"),
        )
        column.addWidget(number)
        for row in rows[:_SHOWN]:
            column.addWidget(self._entry(row))
        if len(rows) > _SHOWN:
            more = theme.button(
                f"还有 {len(rows) - _SHOWN} 份", partial(self.day_chosen.emit, day), role="link"
            )
            column.addWidget(more)
        column.addStretch(1)
        shown = min(len(rows), _SHOWN) + (len(rows) > _SHOWN)
        made.setMinimumHeight(_DAY_HIGH + shown * _ENTRY_HIGH if rows else 40)
        return made

    def _entry(self, row: PlanRow) -> QPushButton:
        people = "、".join(row.people) or row.title
        tone = PLAN_TONES.get(row.state)
        mark = f"{tone.mark} " if tone and tone.mark else ""
        made = theme.button(f"{mark}{_short(people)}", partial(self.opened.emit, row), role="link")
        words = (row.title, row.state, row.method, row.time, row.place, "、".join(row.members))
        made.setFixedHeight(_ENTRY_HIGH)
        made.setToolTip("\n".join(part for part in words if part))
        made.setAccessibleName(f"{row.state}：{row.title}")
        return made


def _short(words: str) -> str:
    return words if len(words) <= 8 else f"{words[:7]}…"
