"""The names stay in sight while the other columns are scrolled sideways."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView

from app.ui.table_view import CellDelegate, TableView


class FrozenColumn(QTableView):
    """A second view of the first column, laid over a table that is scrolled to the right.

    It shares model, selection and marks with the table, so that nothing has to be kept equal.
    """

    def __init__(self, table: TableView) -> None:
        super().__init__(table)
        self._table = table
        self.setModel(table.model())
        self.setSelectionModel(table.selectionModel())
        drawing = CellDelegate(self)  # its own: a delegate of two views would close editors twice
        drawing.find_hits = self._find_hits
        self.setItemDelegate(drawing)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("role", "frozen")  # a frame of its own would move the names by a pixel
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(table.verticalScrollMode())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("姓名")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(table.verticalHeader().defaultSectionSize())
        self.horizontalHeader().setSectionsClickable(True)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().sectionClicked.connect(table.horizontalHeader().sectionClicked)
        for section in range(1, self.model().columnCount()):
            self.setColumnHidden(section, True)
        table.verticalScrollBar().valueChanged.connect(self.verticalScrollBar().setValue)
        self.verticalScrollBar().valueChanged.connect(table.verticalScrollBar().setValue)
        table.horizontalScrollBar().valueChanged.connect(lambda _value: self.place())
        table.horizontalHeader().sectionResized.connect(lambda *_size: self.place())
        self.doubleClicked.connect(table.doubleClicked)
        table.viewport().installEventFilter(self)
        self.hide()

    def _find_hits(self, text: str) -> Sequence[tuple[int, int]]:
        return self._table.cells.find_hits(text)  # asked anew: every search brings another finder

    def place(self) -> None:
        """Lie over the first column if it is scrolled away, else be out of the way."""
        table = self._table
        header = table.horizontalHeader()
        away = table.horizontalScrollBar().value() > 0
        self.setVisible(away)
        if away:
            width = table.columnWidth(0)
            self.setColumnWidth(0, width)
            self.horizontalHeader().setFixedHeight(header.height())
            frame = table.frameWidth()
            high = header.height() + table.viewport().height()
            self.setGeometry(frame, frame, width, high)
            self.verticalScrollBar().setValue(table.verticalScrollBar().value())
            self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the table when it grows or shrinks."""
        if event.type() == QEvent.Type.Resize:
            self.place()
        return super().eventFilter(watched, event)
