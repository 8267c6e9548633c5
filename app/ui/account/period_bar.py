"""Which period figures are asked for: quarter, half-year, year or any days, as of any day."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.fields import FieldKind, FieldSpec
from app.domain.report_period import PERIODS, ReportPeriod, periods_to_choose
from app.domain.visiting_list import FREE, HALF_YEAR
from app.ui import theme
from app.ui.fields import CalmComboBox, DayField

_AS_OF_HELP = "只计这一天以前已经发生的事实；一般为今天，也可填以前的某一天"


class PeriodBar(QWidget):
    """One line of choices; ``chosen`` comes with a whole ``ReportPeriod``."""

    chosen = Signal(object)
    refused = Signal(str)  # why the days make no period

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._kind, self._period = CalmComboBox(), CalmComboBox()
        self._kind.addItems(PERIODS)
        self._kind.setAccessibleName("统计周期")
        self._period.setAccessibleName("统计期")
        self._period.setMinimumWidth(150)
        self._first = DayField(FieldSpec(FieldKind.DAY, "起始日"))
        self._last = DayField(FieldSpec(FieldKind.DAY, "截止日"))
        self._as_of = DayField(FieldSpec(FieldKind.DAY, "统计截至", help=_AS_OF_HELP))
        self._first.show_value(date(today.year, 1, 1))
        self._last.show_value(today)
        self._as_of.show_value(today)
        self._as_of.setToolTip(_AS_OF_HELP)
        self._dash = theme.label("至")
        row = QHBoxLayout(self)
        theme.margins(row, 0, theme.SMALL)
        row.addWidget(self._kind)
        row.addWidget(self._period)
        for part in (self._first, self._dash, self._last):
            row.addWidget(part)
        row.addWidget(theme.label("截至", "muted"))
        row.addWidget(self._as_of)
        for day in (self._first, self._last, self._as_of):
            day.setFixedWidth(148)
            day.edited.connect(lambda *_value: self.ask())
        self._kind.setCurrentText(HALF_YEAR)
        self._fill()
        self._kind.currentTextChanged.connect(self._on_kind)
        self._period.activated.connect(lambda _place: self.ask())

    def period(self) -> ReportPeriod | str:
        """Return what is chosen, or a sentence about what is missing."""
        as_of = self._day(self._as_of)
        if as_of is None:
            return "请填写统计截至的日期，如 2026-11-23"
        if self._kind.currentText() == FREE:
            first, last = self._day(self._first), self._day(self._last)
            if first is None or last is None:
                return "请填写统计期的起始日和截止日"
            return ReportPeriod(FREE, first, last, as_of)
        one: ReportPeriod = self._period.currentData()
        return ReportPeriod(one.kind, one.starts_on, one.ends_on, as_of)

    def ask(self) -> None:
        """Say what is chosen, or why it cannot be."""
        found = self.period()
        if isinstance(found, str):
            self.refused.emit(found)
        else:
            self.chosen.emit(found)

    def _day(self, editor: DayField) -> date | None:
        value = editor.value() if editor.settle() else None
        return value if isinstance(value, date) else None

    def _on_kind(self, _text: str) -> None:
        self._fill()
        self.ask()

    def _fill(self) -> None:
        kind = self._kind.currentText()
        free = kind == FREE
        self._period.setVisible(not free)
        for part in (self._first, self._dash, self._last):
            part.setVisible(free)
        if not free:
            self._period.clear()
            for one in periods_to_choose(kind, self._today):
                self._period.addItem(one.title, one)
