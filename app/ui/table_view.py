"""The table that shows a model: fixed rows, badges, marked hits, copying as cells."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QTableView,
    QWidget,
)

from app.ui import clipboard, theme
from app.ui.table_model import BADGE_ROLE, ROW_ROLE, PagedTableModel, RowTableModel

Index = QModelIndex | QPersistentModelIndex
Spans = Callable[[str], Sequence[tuple[int, int]]]

_PADDING = 8
_BADGE_PADDING = 7


def _no_hits(_text: str) -> Sequence[tuple[int, int]]:
    return ()


def folded_hits(wanted: str) -> Spans:
    """Return a finder of ``wanted`` in a text, case and width ignored, as (start, end) pairs."""

    def fold(text: str) -> str:
        # Character by character, so that places in the folded text are places in the text.
        folded = (unicodedata.normalize("NFKC", one).casefold() for one in text)
        return "".join(one if len(one) == 1 else "\0" for one in folded)

    needle = unicodedata.normalize("NFKC", wanted).casefold().strip()
    if not needle:
        return _no_hits

    def spans(text: str) -> list[tuple[int, int]]:
        found, start, hay = [], 0, fold(text)
        while (at := hay.find(needle, start)) >= 0:
            start = at + len(needle)
            found.append((at, start))
        return found

    return spans


class CellDelegate(QStyledItemDelegate):
    """Draws a cell itself: plain text with its hits marked, or a badge.

    Drawing here instead of through the style is what keeps long lists scrolling smoothly.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.find_hits: Spans = _no_hits

    def paint(self, painter: QPainter, option: Any, index: Index) -> None:
        """Draw ground, marks, text and focus of one cell."""
        text = index.data(Qt.ItemDataRole.DisplayRole) or ""
        tone = index.data(BADGE_ROLE)
        painter.save()
        self._draw_ground(painter, option)
        if text:
            if isinstance(tone, theme.Tone):
                _draw_badge(painter, option.rect, option.font, text, tone)
            else:
                align = index.data(Qt.ItemDataRole.TextAlignmentRole)
                self._draw_text(painter, option, text, align)
        painter.restore()

    def sizeHint(self, _option: Any, _index: Index) -> QSize:
        """Every row has the same height: asking the content does not scale."""
        return QSize(80, theme.row_height())

    def _draw_ground(self, painter: QPainter, option: Any) -> None:
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, QColor(theme.COLOURS.tint_pressed))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, QColor(theme.COLOURS.tint))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(theme.COLOURS.focus), 1))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))

    def _draw_text(self, painter: QPainter, option: Any, text: str, align: object) -> None:
        metrics = QFontMetrics(option.font)
        room = option.rect.adjusted(_PADDING, 0, -_PADDING, 0)
        shown = metrics.elidedText(
            text.replace("\n", " "), Qt.TextElideMode.ElideRight, room.width()
        )
        flags = align if isinstance(align, Qt.AlignmentFlag) else Qt.AlignmentFlag.AlignVCenter
        for start, end in self.find_hits(shown):
            left = room.left() + metrics.horizontalAdvance(shown[:start])
            width = metrics.horizontalAdvance(shown[start:end])
            height = metrics.height()
            top = room.center().y() - height // 2
            painter.fillRect(QRect(left, top, width, height), QColor(theme.COLOURS.hit))
        painter.setPen(QColor(theme.COLOURS.ink))
        painter.setFont(option.font)
        painter.drawText(room, flags, shown)


def _draw_badge(painter: QPainter, cell: QRect, font: QFont, text: str, tone: theme.Tone) -> None:
    small = QFont(font)
    small.setPixelSize(max(11, font.pixelSize() - 1))
    metrics = QFontMetrics(small)
    words = f"{tone.mark} {text}" if tone.mark else text
    words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, cell.width() - 22)
    width = metrics.horizontalAdvance(words) + 2 * _BADGE_PADDING
    height = metrics.height() + 2
    box = QRect(cell.left() + _PADDING - 2, cell.center().y() - height // 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tone.ground))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(QColor(tone.text))
    painter.setFont(small)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


_USUAL_WIDTH = 1_060  # of a list at 1366 pixels and 125 %: what columns ask for is meant for that
_MOST_SHARED = 1.35
_LEAST_REST = 140  # for each column that takes the rest; wider ones than this give from theirs
_LEAST_GIVING = 110


class TableView(QTableView):
    """A list: whole rows selected, fixed heights, Ctrl+C copies cells for a spreadsheet."""

    opened = Signal(object)  # the row that Enter, F2 or a double click asks for

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text_pixels = theme.text_pixels()
        self.cells = CellDelegate(self)
        self.setItemDelegate(self.cells)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(theme.row_height())
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsMovable(True)
        self.horizontalHeader().setMinimumSectionSize(48)
        self.horizontalHeader().sectionResized.connect(self._on_column_resized)
        self._asked: dict[int, int] = {}  # column -> width it asks for, until somebody drags one
        self._sharing = False
        self.doubleClicked.connect(self.on_double_clicked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a wide screen every column gets more, not only the one that takes the rest."""
        super().resizeEvent(event)
        self._share()

    def changeEvent(self, event: QEvent) -> None:
        """Rows and columns grow and shrink with the text size."""
        super().changeEvent(event)
        if event.type() not in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            return
        self.verticalHeader().setDefaultSectionSize(theme.row_height())
        before, self._text_pixels = self._text_pixels, theme.text_pixels()
        if before != self._text_pixels and self._asked:
            self._share()
        elif before != self._text_pixels:
            header = self.horizontalHeader()
            for section in range(header.count()):
                wide = header.sectionSize(section) * self._text_pixels / before
                header.resizeSection(section, round(wide))

    def show_model(self, model: RowTableModel[object] | PagedTableModel[object]) -> None:
        """Show ``model`` with the widths its columns ask for; a former one of this list's own goes."""
        before = self.model()
        self.setModel(model)
        if before is not None and before is not model and before.parent() is self:
            before.deleteLater()
        header = self.horizontalHeader()
        widths = {place: column.width for place, column in enumerate(model.columns) if column.width}
        for position in range(len(model.columns)):
            if position not in widths:
                header.setSectionResizeMode(position, QHeaderView.ResizeMode.Stretch)
        self._asked = widths
        self._share()
        if len(widths) == len(model.columns):
            self._asked = {}  # no column takes the rest: none may widen the list

    def _share(self) -> None:
        self._sharing = True
        usual = theme.column_width(_USUAL_WIDTH)
        part = min(_MOST_SHARED, max(1.0, self.viewport().width() / usual))
        wide = {p: round(theme.column_width(width) * part) for p, width in self._asked.items()}
        for position, width in self._left_after_giving(wide).items():
            self.horizontalHeader().resizeSection(position, width)
        self._sharing = False

    def _left_after_giving(self, wide: dict[int, int]) -> dict[int, int]:
        """Return ``wide`` where roomy columns gave to those that take the rest: large text left them nothing."""
        takers = self.horizontalHeader().count() - len(wide)
        if not takers:
            return wide
        missing = takers * theme.column_width(_LEAST_REST) + sum(wide.values())
        missing -= self.viewport().width()
        spare = {p: max(0, width - theme.column_width(_LEAST_GIVING)) for p, width in wide.items()}
        share = min(1.0, max(0, missing) / max(1, sum(spare.values())))
        return {p: width - round(spare[p] * share) for p, width in wide.items()}

    def _on_column_resized(self, position: int, _before: int, _after: int) -> None:
        if not self._sharing and position in self._asked:
            self._asked = {}

    def mark_hits(self, find_hits: Spans | str) -> None:
        """Mark what a search found: a finder of (start, end) spans, or the text itself."""
        self.cells.find_hits = folded_hits(find_hits) if isinstance(find_hits, str) else find_hits
        self.viewport().update()

    def selected_rows(self) -> list[int]:
        """Return the positions of the selected rows, from the top."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def selected_count(self) -> int:
        """Return how many rows are selected, also of very many."""
        chosen = self.selectionModel().selection()
        return sum(chosen.at(number).height() for number in range(chosen.count()))

    def selectRow(self, row: int) -> None:
        """Select this row alone. Qt's own toggles it while the user still holds Ctrl."""
        flag = QItemSelectionModel.SelectionFlag
        index = self.model().index(row, max(0, self.columnAt(0)))
        self.selectionModel().setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)

    def copy_cells(self) -> str:
        """Put the selected rows on the clipboard as cells with a header line; return that text.

        A spreadsheet takes the table, whose cells are strings (1980-06 stays what it is); everything
        else takes the text.
        """
        lines = _chosen_cells(self)
        text = "\n".join("\t".join(map(_one_cell, line)) for line in lines)
        if lines:
            clipboard.put(text, _as_table(lines))
        return text

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies cells; Enter and F2 open the row."""
        if self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)  # the Enter that ends typing into a cell opens nothing
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_cells()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self._on_opened(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def on_double_clicked(self, index: QModelIndex) -> None:
        """Open the row."""
        self._on_opened(index)

    def _on_opened(self, index: Index) -> None:
        if index.isValid() and (row := index.data(ROW_ROLE)) is not None:
            self.opened.emit(row)


def _chosen_cells(view: QTableView) -> list[list[str]]:
    """Return the selected rows below a line of titles, as they are shown."""
    model, header = view.model(), view.horizontalHeader()
    shown = [header.logicalIndex(visual) for visual in range(header.count())]
    shown = [column for column in shown if not view.isColumnHidden(column)]
    rows = sorted(index.row() for index in view.selectionModel().selectedRows())
    if not rows:
        return []
    titles = [str(model.headerData(column, Qt.Orientation.Horizontal) or "") for column in shown]
    return [titles] + [
        [str(model.index(row, column).data() or "") for column in shown] for row in rows
    ]


def _as_table(lines: Sequence[Sequence[str]]) -> str:
    """Return ``lines`` as a table of cells in text format: no spreadsheet makes dates of them."""
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in line) + "</tr>" for line in lines
    )
    return (
        '<html><head><meta charset="utf-8"><style>td{mso-number-format:"\\@";white-space:nowrap}'
        f"</style></head><body><table>{rows}</table></body></html>"
    )


def _one_cell(text: str) -> str:
    """Quote a cell with tabs or line ends, as spreadsheets expect, and disarm formulas."""
    if text[:1] in "=+@" and text[:1]:
        text = f"'{text}"
    if any(mark in text for mark in '\t\n\r"'):
        return '"' + text.replace('"', '""') + '"'
    return text
