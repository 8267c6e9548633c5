"""Which columns the list shows, and in which order."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme
from app.ui.dialog import Dialog


class ColumnsDialog(Dialog):
    """A list of columns to tick and to move; the frozen one is always shown and always first."""

    def __init__(
        self,
        titles: Sequence[str],
        shown: frozenset[str],
        defaults: Sequence[tuple[str, bool]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "列的设置",
            parent,
            lead="勾选要显示的列；用“上移”“下移”或拖动改变次序。“姓名”固定在最前。",
            icon_name="settings",
            width=440,
        )
        self._defaults = defaults
        self.list = QListWidget()
        self.list.setAccessibleName("列")
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setMinimumHeight(280)
        self._fill([(title, title in shown) for title in titles])
        moves = QVBoxLayout()
        moves.setSpacing(theme.SMALL)
        moves.addWidget(theme.button("上移(&U)", lambda: self._move(-1)))
        moves.addWidget(theme.button("下移(&D)", lambda: self._move(1)))
        moves.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(self.list, 1)
        row.addLayout(moves)
        self.body.addLayout(row)
        self.offer("恢复默认(&R)", lambda: self._fill(self._defaults), left=True)
        self.offer("取消(&C)", self.reject)
        self.offer("应用(&A)", self.accept, role="primary", default=True)

    def result_columns(self) -> list[tuple[str, bool]]:
        """Return every title with whether it is shown, in the chosen order."""
        items = (self.list.item(place) for place in range(self.list.count()))
        return [(item.text(), item.checkState() == Qt.CheckState.Checked) for item in items]

    def _fill(self, columns: Sequence[tuple[str, bool]]) -> None:
        self.list.clear()
        for title, is_shown in columns:
            item = QListWidgetItem(title)
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled
                | Qt.ItemFlag.ItemIsSelectable
                | Qt.ItemFlag.ItemIsUserCheckable
                | Qt.ItemFlag.ItemIsDragEnabled
            )
            item.setCheckState(Qt.CheckState.Checked if is_shown else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _move(self, step: int) -> None:
        place = self.list.currentRow()
        if 0 <= place + step < self.list.count() and place >= 0:
            item = self.list.takeItem(place)
            self.list.insertItem(place + step, item)
            self.list.setCurrentRow(place + step)
