"""What is still missing in the form, as a list that leads to the box."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.domain.fields import Problem
from app.ui import theme

_FIELD = Qt.ItemDataRole.UserRole


class Completeness(QWidget):
    """A short list: press an entry, and the cursor goes to its box. It never blocks anything."""

    wanted = Signal(str)  # the box to go to

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head = theme.label("完成情况", "heading")
        self._good = theme.label("✓ 各项均已填写，可以打印。", "good", wrap=True)
        self._list = QListWidget()
        self._list.setAccessibleName("尚未完成的项目")
        self._list.setWordWrap(True)
        self._list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(self._on_chosen)
        self._list.itemActivated.connect(self._on_chosen)
        column = QVBoxLayout(self)
        theme.margins(column, theme.MEDIUM, theme.TINY)
        column.addWidget(self._head)
        column.addWidget(self._good)
        column.addWidget(self._list, 1)
        self.show_problems([])

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show what is missing; nothing missing is said as well."""
        shown = [
            (item.data(_FIELD), item.text())
            for item in (self._list.item(row) for row in range(self._list.count()))
        ]
        if [(problem.field, f"• {problem.message}") for problem in problems] != shown:
            self._list.clear()
            for problem in problems:
                item = QListWidgetItem(f"• {problem.message}")
                item.setData(_FIELD, problem.field)
                item.setToolTip("按此转到该项")
                self._list.addItem(item)
        self._good.setVisible(not problems)
        self._list.setVisible(bool(problems))
        self._head.setText(f"还有 {len(problems)} 项待完善" if problems else "完成情况")

    def _on_chosen(self, item: QListWidgetItem) -> None:
        self.wanted.emit(item.data(_FIELD))
