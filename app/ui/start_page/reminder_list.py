"""The list of what is due: each line says who, what, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QWidget

from app.domain.reminders import Reminder
from app.ui import theme
from app.ui.start_page.groups import OVERDUE, WEEK, Heading, group_of, spoken_days
from app.ui.table_model import ROW_ROLE, Column, RowTableModel

Index = QModelIndex | QPersistentModelIndex
_AROUND = 8
_WIDEST = "逾期1000天"


def spoken(line: Heading | Reminder) -> str:
    """Return the whole line as a screen reader says it and as it is copied."""
    if isinstance(line, Heading):
        return f"{line.title}（{line.count}项）"
    who = f"{line.name}，" if line.name else ""
    return f"{who}{line.kind}，{line.due_on}（{spoken_days(line.days)}）：{line.sentence}"


class _Lines(RowTableModel[Heading | Reminder]):
    """Headings are there to be read, not chosen."""

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return that reminders can be chosen and headings cannot."""
        if isinstance(index.data(ROW_ROLE), Heading):
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)


class ReminderList(QListView):
    """Headings and reminders. Enter or a double click opens one."""

    chosen = Signal(object)  # Reminder | None
    opened = Signal(object)  # Reminder

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("待办事项")
        self._model = _Lines((Column("待办", spoken),), self)
        self.setModel(self._model)
        self.setItemDelegate(_LineDelegate(self))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)  # another width, other heights
        self.setMouseTracking(True)
        self.selectionModel().currentChanged.connect(self._on_current)
        self.doubleClicked.connect(self._on_opened)

    def show_lines(self, lines: Sequence[Heading | Reminder]) -> None:
        """Show ``lines``; the chosen reminder stays chosen, else the first one is."""
        before = self.current()
        self._model.set_rows(lines)
        places = [n for n, line in enumerate(lines) if isinstance(line, Reminder)]
        same = [n for n in places if before is not None and lines[n].key == before.key]  # type: ignore[union-attr]
        if places:
            self.setCurrentIndex(self._model.index((same or places)[0], 0))
        else:
            self.chosen.emit(None)

    def current(self) -> Reminder | None:
        """Return the chosen reminder."""
        row = self.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, Reminder) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_opened(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _on_current(self, _now: Index, _before: Index) -> None:
        self.chosen.emit(self.current())

    def _on_opened(self, index: Index) -> None:
        row = index.data(ROW_ROLE)
        if isinstance(row, Reminder):
            self.opened.emit(row)


class _LineDelegate(QStyledItemDelegate):
    """Draws a line: how many days at the left, who and what above, why below in one line or two."""

    def sizeHint(self, option: Any, index: Index) -> QSize:
        """Return how high the line is: headings are low, a short reason takes one line."""
        row = index.data(ROW_ROLE)
        if isinstance(row, Heading):
            return QSize(200, theme.row_height())
        font = option.font
        metrics = QFontMetrics(_small(font))
        view = self.parent()
        assert isinstance(view, QListView)
        room = view.viewport().width() - _text_left(font) - 12
        wraps = metrics.horizontalAdvance(row.sentence) > room
        lines = QFontMetrics(font).height() + (2 if wraps else 1) * metrics.lineSpacing()
        return QSize(200, lines + 2 * _AROUND + 4)

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        """Draw the line."""
        row = index.data(ROW_ROLE)
        painter.save()
        if isinstance(row, Heading):
            _draw_heading(painter, option.rect, option.font, row)
        elif isinstance(row, Reminder):
            _draw_ground(painter, option)
            _draw_reminder(painter, option.rect, option.font, row)
        painter.restore()


def _draw_ground(painter: QPainter, option: Any) -> None:
    colours = theme.COLOURS
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(option.rect, QColor(colours.tint_pressed))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(option.rect, QColor(colours.tint))
    painter.setPen(QColor(colours.line))
    painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(QColor(colours.focus), 2))
        painter.drawRect(option.rect.adjusted(1, 1, -2, -2))


def _text_left(font: QFont) -> int:
    """Return where who and why begin, from the left edge: behind the widest count of days."""
    bold = QFont(font)
    bold.setBold(True)
    return 16 + QFontMetrics(bold).horizontalAdvance(_WIDEST) + 4 + 12


def _small(font: QFont) -> QFont:
    made = QFont(font)
    made.setPixelSize(max(11, font.pixelSize() - 1))
    return made


def _draw_heading(painter: QPainter, box: QRect, font: QFont, heading: Heading) -> None:
    painter.fillRect(box, QColor(theme.COLOURS.canvas))
    bold = QFont(font)
    bold.setBold(True)
    painter.setFont(bold)
    painter.setPen(QColor(theme.COLOURS.danger if heading.title == OVERDUE else theme.COLOURS.ink))
    words = f"{heading.title}　{heading.count}项"
    painter.drawText(box.adjusted(12, 0, -12, 0), Qt.AlignmentFlag.AlignVCenter, words)


_COLOUR_OF = {OVERDUE: "danger", WEEK: "warning"}  # colours of the palette


def _draw_reminder(painter: QPainter, box: QRect, font: QFont, reminder: Reminder) -> None:
    colours = theme.COLOURS
    high = QFontMetrics(font).height()
    bold = QFont(font)
    bold.setBold(True)
    urgent = getattr(colours, _COLOUR_OF.get(group_of(reminder.days), "muted"))
    painter.fillRect(QRect(box.left(), box.top() + 1, 4, box.height() - 2), QColor(urgent))
    top = box.top() + _AROUND
    days = QRect(box.left() + 16, top, _text_left(font) - 28, high)
    painter.setFont(bold)
    painter.setPen(QColor(urgent))
    painter.drawText(days, Qt.AlignmentFlag.AlignLeft, spoken_days(reminder.days))
    small = _small(font)
    painter.setFont(small)
    painter.setPen(QColor(colours.muted))
    painter.drawText(
        days.translated(0, high + 2), Qt.AlignmentFlag.AlignLeft, reminder.due_on.isoformat()
    )
    left = box.left() + _text_left(font)
    title = reminder.name or "办公室"
    painter.setFont(bold)
    painter.setPen(QColor(colours.ink))
    width = QFontMetrics(bold).horizontalAdvance(title)
    painter.drawText(QRect(left, top, width + 4, high), Qt.AlignmentFlag.AlignLeft, title)
    painter.setFont(font)
    painter.setPen(QColor(colours.accent))
    painter.drawText(
        QRect(left + width + 16, top, box.right() - left - width - 24, high),
        Qt.AlignmentFlag.AlignLeft,
        reminder.kind,
    )
    painter.setFont(small)
    painter.setPen(QColor(colours.muted))
    why = QRect(left, top + high + 2, box.right() - left - 12, box.bottom() - top - high - 4)
    words = _fitted(reminder.sentence, QFontMetrics(small), why)
    painter.drawText(why, Qt.AlignmentFlag.AlignLeft, words)


def _fitted(text: str, metrics: QFontMetrics, box: QRect) -> str:
    """Return ``text`` broken into the lines that fit, the last one elided."""
    room = max(1, box.height() // metrics.lineSpacing())
    lines: list[str] = []
    while text and len(lines) < room - 1:
        fits = len(text)
        while fits > 1 and metrics.horizontalAdvance(text[:fits]) > box.width():
            fits -= 1
        while 1 < fits < len(text) and text[fits] in "，。；：、）”！？":
            fits -= 1  # no line begins with closing punctuation
        lines.append(text[:fits])
        text = text[fits:]
    if text:
        lines.append(metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width()))
    return "\n".join(lines)
