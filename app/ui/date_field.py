"""Dates as an office types them: any usual spelling, to the year, month or day, or nothing.

``QDateEdit`` cannot be empty and always knows a day, so it is not used.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QCalendarWidget,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.fields import FieldSpec
from app.domain.partial_date import (
    DateStyle,
    DoubtfulDate,
    PartialDate,
    UnreadableDate,
    read_date,
    write_date,
)
from app.ui import theme
from app.ui.field_editor import EnterMoves, FieldEditor

EXAMPLE = "如 2023-11-08、2023.11 或 2023年11月8日；可只填年月"
DAY_EXAMPLE = "如 2023-11-08、20231108 或 2023年11月8日"


class CalendarPopup(QFrame):
    """A month to choose a day from, Monday first; the year can be typed; 今天 at a click."""

    chosen = Signal(object)  # PartialDate | None

    def __init__(self, *, only_days: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("calendarPopup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)  # few of many fields need it at all
        self._calendar = QCalendarWidget()
        self._calendar.setLocale(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
        self._calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self._calendar.setNavigationBarVisible(False)
        self._calendar.setVerticalHeaderFormat(
            QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader
        )
        self._calendar.setHorizontalHeaderFormat(
            QCalendarWidget.HorizontalHeaderFormat.SingleLetterDayNames
        )
        self._calendar.setDateRange(QDate(1900, 1, 1), QDate(2199, 12, 31))
        self._year = QSpinBox(minimum=1900, maximum=2199, suffix=" 年")
        self._year.setAccessibleName("年份")
        self._month = QComboBox()
        self._month.setAccessibleName("月份")
        self._month.addItems([f"{month} 月" for month in range(1, 13)])
        column = QVBoxLayout(self)
        theme.margins(column, theme.SMALL, theme.TINY)
        column.addLayout(self._head())
        column.addWidget(self._calendar)
        column.addLayout(self._foot(only_days=only_days))
        self._year.valueChanged.connect(self._turn)
        self._month.currentIndexChanged.connect(self._turn)
        self._calendar.currentPageChanged.connect(self._on_page)
        self._calendar.clicked.connect(self._pick)
        self._calendar.activated.connect(self._pick)

    def open_at(self, anchor: QWidget, value: PartialDate | None) -> None:
        """Show the month of ``value`` (else of today) below ``anchor``, wholly on its screen."""
        day = value.first if value else date.today()
        self._calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        self._calendar.setCurrentPage(day.year, day.month)
        self._on_page(day.year, day.month)
        self.adjustSize()
        corner = anchor.mapToGlobal(QPoint(0, anchor.height() + 2))
        screen = QGuiApplication.screenAt(corner) or anchor.screen()
        room = screen.availableGeometry()
        if corner.y() + self.height() > room.bottom():
            corner.setY(anchor.mapToGlobal(QPoint(0, 0)).y() - self.height() - 2)
        corner.setX(max(room.left(), min(corner.x(), room.right() - self.width())))
        corner.setY(max(room.top(), corner.y()))
        self.move(corner)
        self.show()
        self._calendar.setFocus()

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.TINY)
        for name, words, step in (("chevron-left", "上个月", -1), ("chevron-right", "下个月", 1)):
            turn = QToolButton()
            turn.setIcon(theme.icon(name))
            turn.setToolTip(words)
            turn.setAccessibleName(words)
            turn.clicked.connect(lambda _checked=False, step=step: self._step(step))
            row.addWidget(turn)
            if step < 0:
                row.addWidget(self._year, 1)
                row.addWidget(self._month, 1)
        return row

    def _foot(self, *, only_days: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.TINY)
        row.addWidget(_link("今天(&T)", lambda: self._choose(PartialDate.of(date.today()))))
        if not only_days:
            row.addWidget(_link("只填年月(&M)", lambda: self._choose(self._shown(with_month=True))))
            row.addWidget(_link("只填年(&Y)", lambda: self._choose(self._shown(with_month=False))))
        row.addStretch(1)
        row.addWidget(_link("清空(&D)", lambda: self._choose(None)))
        return row

    def _shown(self, *, with_month: bool) -> PartialDate:
        month = self._month.currentIndex() + 1
        return PartialDate(self._year.value(), month if with_month else None)

    def _step(self, months: int) -> None:
        shown = QDate(self._year.value(), self._month.currentIndex() + 1, 1).addMonths(months)
        self._calendar.setCurrentPage(shown.year(), shown.month())

    def _turn(self) -> None:
        self._calendar.setCurrentPage(self._year.value(), self._month.currentIndex() + 1)

    def _on_page(self, year: int, month: int) -> None:
        for control in (self._year, self._month):
            control.blockSignals(True)
        self._year.setValue(year)
        self._month.setCurrentIndex(month - 1)
        for control in (self._year, self._month):
            control.blockSignals(False)

    def _pick(self, day: QDate) -> None:
        self._choose(PartialDate(day.year(), day.month(), day.day()))

    def _choose(self, value: PartialDate | None) -> None:
        self.close()
        self.chosen.emit(value)


def _link(text: str, clicked: Callable[[], object]) -> QPushButton:
    return theme.button(text, clicked, role="link")


class _DateLine(QLineEdit):
    """The line of a date; F4 or Alt+Down opens the calendar."""

    asked = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the calendar by key, otherwise type."""
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if event.key() == Qt.Key.Key_F4 or (event.key() == Qt.Key.Key_Down and alt):
            self.asked.emit()
        else:
            super().keyPressEvent(event)


class PartialDateField(FieldEditor):
    """A date known to the year, month or day, read when the field is left."""

    control: _DateLine
    _only_days = False

    def __init__(
        self,
        spec: FieldSpec,
        parent: QWidget | None = None,
        *,
        style: DateStyle = DateStyle.CHINESE,
    ) -> None:
        super().__init__(spec, _DateLine(), parent)
        self._style = style
        self._value: PartialDate | None = None
        self._unread = False
        self._candidates: list[QPushButton] = []
        self._popup: CalendarPopup | None = None
        self.control.setPlaceholderText("年-月-日" if self._only_days else "年-月-日，可只填年月")
        if not spec.help:
            self.control.setToolTip(DAY_EXAMPLE if self._only_days else EXAMPLE)
        opener = QAction(theme.icon("calendar"), "打开日历（F4）", self)
        opener.triggered.connect(self.open_calendar)
        self.control.addAction(opener, QLineEdit.ActionPosition.TrailingPosition)
        self.control.asked.connect(self.open_calendar)
        self.control.textEdited.connect(self._on_typed)
        self.control.editingFinished.connect(self.settle)
        EnterMoves(self.control).entered.connect(self.settle)

    def show_value(self, value: object) -> None:
        """Show ``value`` without telling anybody; forgets what could not be read."""
        self._value = self._as_partial(value)
        self._unread = False
        self.control.setText(write_date(self._value, self._style) if self._value else "")
        self._refuse("")

    def value(self) -> PartialDate | date | None:
        """Return the date last read."""
        return self._as_kept(self._value)

    def typed(self) -> str:
        """Return the text as it stands, readable or not."""
        return self.control.text()

    def settle(self) -> bool:
        """Read what is typed and write it back in one form; on trouble say why and leave it."""
        if not self._unread:
            return not self._own
        self._unread = False
        try:
            read = read_date(self.control.text(), today=date.today())
            if read is not None and self._only_days and read.day is None:
                raise UnreadableDate(f"“{self.control.text().strip()}”缺少日，这里要写到日")
        except DoubtfulDate as doubt:
            self._refuse(str(doubt), doubt.candidates)
            return False
        except UnreadableDate as wrong:
            self._refuse(str(wrong))
            return False
        self._take(read)
        return True

    def open_calendar(self) -> None:
        """Show the calendar at the date typed so far."""
        self.settle()
        self._popup = CalendarPopup(only_days=self._only_days, parent=self)
        self._popup.chosen.connect(self._take)
        self._popup.open_at(self.control, self._value)

    def _on_typed(self, _text: str) -> None:
        self._unread = True
        self._refuse("")

    def _take(self, value: PartialDate | None) -> None:
        changed = value != self._value
        self.show_value(value)
        if changed:
            self.edited.emit(self.value())

    def _refuse(self, sentence: str, candidates: tuple[PartialDate, ...] = ()) -> None:
        for offer in self._candidates:
            self._below.removeWidget(offer)
            offer.deleteLater()
        self._candidates = [
            _link(write_date(one, self._style), lambda one=one: self._take(one))  # type: ignore[misc]
            for one in candidates
        ]
        for offer in self._candidates:
            self._below.addWidget(offer)
        self._set_own_problem(sentence)

    @staticmethod
    def _as_partial(value: object) -> PartialDate | None:
        if isinstance(value, date):
            return PartialDate.of(value)
        return value if isinstance(value, PartialDate) else None

    def _as_kept(self, value: PartialDate | None) -> PartialDate | date | None:
        return value


class DayField(PartialDateField):
    """A date that must be known to the day."""

    _only_days = True

    def _as_kept(self, value: PartialDate | None) -> PartialDate | date | None:
        return value.exact if value else None
