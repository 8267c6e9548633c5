"""Filling in anew: for every box somebody typed into, the typed and the roster's text to choose."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.domain.fields import form_fields
from app.domain.form_filling import Offer
from app.domain.registration_form import RegistrationForm
from app.ui import theme
from app.ui.veil import VeiledDialog

_LEAD = (
    "没有改动过的项目已按名册填好。下列项目手工改过，与名册不同；"
    "请勾选要改用名册内容的项目，未勾选的保持不变。"
)
_WIDTHS = (180, 230, 230, 150)
_SHOWN = 80  # characters of a long text; its tip says all
_OFFER = Qt.ItemDataRole.UserRole


class OffersDialog(VeiledDialog):
    """Lists offers; what is ticked is taken. Nothing is ticked beforehand: typing wins."""

    def __init__(
        self,
        offers: Sequence[Offer],
        parent: QWidget | None = None,
        *,
        title: str = "重新填入",
        lead: str = _LEAD,
        whose: str = "名册内容",
    ) -> None:
        super().__init__(parent)
        self._whose = whose
        self.setWindowTitle(title)
        self.setMinimumSize(820, 380)
        self.setMaximumHeight(theme.DIALOG_HEIGHT)
        specs = form_fields(RegistrationForm)
        self._list = QTreeWidget()
        self._list.setAccessibleName(f"与{whose}不同的项目")
        self._list.setHeaderLabels([f"改用{whose}", "表中现有内容", whose, "来源"])
        self._list.setRootIsDecorated(False)
        self._list.setAlternatingRowColors(True)
        self._list.setWordWrap(True)
        for offer in offers:
            item = QTreeWidgetItem(
                [
                    specs[offer.field].label,
                    _shown(offer.old) or "（空）",
                    _shown(offer.new),
                    offer.source,
                ]
            )
            item.setCheckState(0, Qt.CheckState.Unchecked)
            item.setData(0, _OFFER, offer)
            for at, text in enumerate((offer.old, offer.new, offer.source), 1):
                item.setToolTip(at, text)
                item.setSizeHint(at, self._room_for(item.text(at), _WIDTHS[at]))
            self._list.addTopLevelItem(item)
        for at, width in enumerate(_WIDTHS[:3]):
            self._list.setColumnWidth(at, width)
        self._list.itemChanged.connect(lambda _item, _column: self._count())
        self._press = theme.button("保留全部原内容", self.accept, role="primary")
        buttons = QHBoxLayout()
        buttons.addWidget(theme.button("全选(&A)", self._tick_all, role="link"))
        buttons.addStretch(1)
        buttons.addWidget(theme.button("取消(&C)", self.reject))
        buttons.addWidget(self._press)
        self._press.setDefault(True)
        column = QVBoxLayout(self)
        theme.margins(column, theme.LARGE, theme.MEDIUM)
        column.addWidget(theme.label(lead, wrap=True))
        column.addWidget(self._list, 1)
        column.addLayout(buttons)

    def _room_for(self, text: str, width: int) -> QSize:
        room = QRect(0, 0, width - 3 * theme.SMALL, 10_000)
        needed = self._list.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, text)
        return QSize(width, needed.height() + theme.SMALL)

    def taken(self) -> list[Offer]:
        """Return the offers that were ticked."""
        return [
            item.data(0, _OFFER)
            for item in self._items()
            if item.checkState(0) is Qt.CheckState.Checked
        ]

    def _items(self) -> list[QTreeWidgetItem]:
        found = [self._list.topLevelItem(row) for row in range(self._list.topLevelItemCount())]
        return [item for item in found if item is not None]

    def _tick_all(self) -> None:
        for item in self._items():
            item.setCheckState(0, Qt.CheckState.Checked)

    def _count(self) -> None:
        number = len(self.taken())
        self._press.setText(f"改用勾选的{number}项" if number else "保留全部原内容")


def _shown(text: str) -> str:
    plain = text.replace("\n", "；")
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"
