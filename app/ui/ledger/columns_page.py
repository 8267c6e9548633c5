"""How each column of the office's sheet is read; what is changed here is remembered."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.ledger import COLUMNS, READ_BESIDES, bare_label
from app.domain.ledger_sanctions import ENDS, TERMS
from app.services.ledger import LedgerReading, UsedColumn
from app.ui import theme
from app.ui.calm_combo_box import CalmComboBox
from app.ui.ledger.questions import USED_COLUMNS, listing
from app.ui.table_model import ROW_ROLE

_MEANINGS = [
    column
    for column in (*COLUMNS, *READ_BESIDES)
    if not column.computed or column.key in (*ENDS, *TERMS)
]
NOT_READ = "不读入"


class ColumnsPage(QWidget):
    """Lists the columns; the meaning of the chosen one can be changed."""

    said = Signal(object)  # Said: what was said so far, with this meaning

    def __init__(
        self, reading: LedgerReading, parent: QWidget | None = None, *, at: int | None = None
    ) -> None:
        """``at`` is the column to choose; without it the first one that is not read."""
        super().__init__(parent)
        self._reading = reading
        self._column: UsedColumn | None = None
        self.list = listing(USED_COLUMNS, reading.columns, "列的对应", sortable=False)
        self.list.selectionModel().currentRowChanged.connect(lambda *_which: self._show())
        self._which = theme.label("请选择一列", "muted")
        self._meaning = CalmComboBox()
        self._meaning.setAccessibleName("读作")
        self._meaning.addItem(NOT_READ, "")
        for meaning in _MEANINGS:
            self._meaning.addItem(meaning.title, meaning.key)
        self._meaning.setMaxVisibleItems(16)
        self._put = theme.button("按此读入并记住(&M)", self._say, role="primary")
        self._forget = theme.button("恢复自动识别(&R)", self._forget_all, role="link")
        self._forget.setVisible(bool(reading.said.chosen))
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        row.addWidget(self._which)
        row.addWidget(theme.label("读作"))
        row.addWidget(self._meaning)
        row.addWidget(self._put)
        row.addStretch(1)
        row.addWidget(self._forget)
        column = QVBoxLayout(self)
        theme.margins(column, 0, theme.SMALL)
        column.setContentsMargins(0, theme.SMALL, 0, 0)
        column.addWidget(self.list, 1)
        column.addLayout(row)
        unread = (i for i, one in enumerate(reading.columns) if not one.key)
        self.list.selectRow(next(unread, 0) if at is None else at)
        self._show()

    def position(self) -> int:
        """Return which column is chosen: the next reading shows what became of it."""
        return max(0, self.list.currentIndex().row())

    def _show(self) -> None:
        index = self.list.currentIndex()
        self._column = index.data(ROW_ROLE) if index.isValid() else None
        for widget in (self._meaning, self._put):
            widget.setEnabled(self._column is not None)
        if self._column is not None:
            self._which.setText(f"{self._column.letter}列“{self._column.label}”")
            self._meaning.setCurrentIndex(max(0, self._meaning.findData(self._column.key)))

    def _say(self) -> None:
        if self._column is None:
            return
        key = str(self._meaning.currentData(Qt.ItemDataRole.UserRole) or "")
        said = self._reading.said
        label = bare_label(self._column.label.replace("/", ""))
        self.said.emit(replace(said, chosen={**said.chosen, label: key}))

    def _forget_all(self) -> None:
        self.said.emit(replace(self._reading.said, chosen={}))
