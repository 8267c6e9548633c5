"""A table of figures: every number is a link to the people behind it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from app.domain.revisit_report import SUMMARY_COLUMN, Figure, Line, Table
from app.ui import theme
from app.ui.table_model import CENTRE, ROW_ROLE, Column, RowTableModel
from app.ui.table_view import CellDelegate, TableView

Index = QModelIndex | QPersistentModelIndex


class FiguresTable(TableView):
    """Shows one table of a report; a click or Enter on a number asks for its people."""

    figure_opened = Signal(object, str)  # Figure, what it counts in words

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = _Numbers(self)
        self.setItemDelegate(self.cells)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setAccessibleName("统计数字")
        self._table: Table | None = None

    def show_table(self, table: Table) -> None:
        """Show ``table``, its first column as wide as there is room."""
        self._table = table
        columns: list[Column[Line]] = [Column(table.head, lambda line: line.label)]
        wide = 74 if len(table.columns) > 2 else 104
        for place, title in enumerate(table.columns):
            columns.append(Column(title, _Text(place), align=CENTRE, width=wide, tip=_Tip(place)))
        model: RowTableModel[Line] = RowTableModel(columns, self)
        model.set_rows(table.lines)
        self.show_model(model)  # type: ignore[arg-type]
        header = self.horizontalHeader()
        header.setSectionsMovable(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        if table.lines:
            self.setCurrentIndex(model.index(0, 1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A number with people behind it shows the hand."""
        super().mouseMoveEvent(event)
        over = figure_at(self.indexAt(event.position().toPoint()))
        hand = over is not None and bool(over.people)
        shape = Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A plain click opens; a drag only selects."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        if plain and self.selectedIndexes() == [index]:
            self._on_opened(index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The first click has opened already."""
        event.accept()

    def _on_opened(self, index: Index) -> None:
        figure = figure_at(index)
        if figure is not None and figure.people and self._table is not None:
            line: Line = index.data(ROW_ROLE)
            title = self._table.columns[index.column() - 1]
            self.figure_opened.emit(figure, name_of(line, title))


def name_of(line: Line, column: str) -> str:
    """Return what a number is called over its people: its line, and its column where it has one."""
    return line.label if column == SUMMARY_COLUMN else f"{line.label} · {column}"


def figure_at(index: Index) -> Figure | None:
    """Return the number in a cell, if it is one."""
    line = index.data(ROW_ROLE) if index.isValid() else None
    if not isinstance(line, Line) or index.column() == 0:
        return None
    return line.figures[index.column() - 1]


class _Text:
    def __init__(self, place: int) -> None:
        self._place = place

    def __call__(self, line: Line) -> str:
        return line.figures[self._place].text


class _Tip:
    def __init__(self, place: int) -> None:
        self._place = place

    def __call__(self, line: Line) -> str | None:
        figure = line.figures[self._place]
        return f"点击查看这{len(figure.people)}人" if figure.people else None


class _Numbers(CellDelegate):
    """Numbers that open people look like links; totals are strong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = False

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        figure = figure_at(index)
        line = index.data(ROW_ROLE)
        self._link = figure is not None and bool(figure.people)
        if isinstance(line, Line) and line.total:
            option.font.setBold(True)
        super().paint(painter, option, index)

    def _draw_text(self, painter: QPainter, option: Any, text: str, align: object) -> None:
        flags = align if isinstance(align, Qt.AlignmentFlag) else Qt.AlignmentFlag.AlignVCenter
        room = option.rect.adjusted(8, 0, -8, 0)
        shown = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(QColor(theme.COLOURS.accent if self._link else theme.COLOURS.ink))
        painter.setFont(option.font)
        painter.drawText(room, flags, shown)
