"""A tab of records: its lists side by side under chips, each with the page of the record open on it."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.changes import ChangeBus
from app.ui.message_bar import MessageBar
from app.ui.records.record_page import RecordPage


class RecordsTab(QWidget):
    """Places lists and pages; subclasses build them, hand them to ``place`` and join them."""

    person_requested = Signal(int)
    link_requested = Signal(object, object)  # (entity, id) of another tab, subject id

    def __init__(
        self,
        use_cases: UseCases,
        bus: ChangeBus,
        messages: MessageBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._use_cases, self._bus, self._messages = use_cases, bus, messages
        self._segments: dict[str, QPushButton] = {}
        self._lists: dict[str, Any] = {}
        self._records: dict[str, RecordPage] = {}
        self._pages = QStackedWidget()

    def place(self, lists: dict[str, Any], records: dict[str, RecordPage]) -> None:
        """Place a list per chip, and under the same names the pages of their records."""
        self._lists, self._records = lists, records
        row = QHBoxLayout()
        row.setSpacing(0)
        group = QButtonGroup(self)
        for name, shown in lists.items():
            made = theme.button(name, partial(self.show_page, name), role="chip")
            made.setCheckable(True)
            made.setAccessibleName(f"页面：{name}")
            group.addButton(made)
            self._segments[name] = made
            row.addWidget(made)
            row.addSpacing(theme.TINY)
            self._pages.addWidget(shown)
            if name in records:
                self._pages.addWidget(records[name])
                records[name].closed.connect(partial(self.show_page, name))
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.LARGE, theme.SMALL, theme.LARGE, theme.SMALL)
        column.setSpacing(theme.SMALL)
        column.addLayout(row)
        column.addWidget(self._pages, 1)
        QTimer.singleShot(0, self, self._recover)

    # ------------------------------------------------------------ what others call

    def show_page(self, name: str) -> None:
        """Bring a list, read afresh, or the record that is open on it to the front."""
        self._segments[name].setChecked(True)
        record = self._records.get(name)
        if record is not None and record.whole is not None:
            self._pages.setCurrentWidget(record)
            return
        self._lists[name].refresh()
        self._pages.setCurrentWidget(self._lists[name])

    def refresh(self) -> None:
        """Read the list on display afresh."""
        current: Any = self._pages.currentWidget()
        if current in self._lists.values():
            current.refresh()

    def open_record(self, name: str, id_: int) -> None:
        """Open a record; the one that is open is saved first, and stays if it cannot be."""
        if self.leave(self._records[name]) and self._records[name].open(id_):
            self.show_page(name)

    def leave(self, *pages: RecordPage) -> bool:
        """Save and close the records that are open on these pages; return whether none is left."""
        for page in pages:
            if page.whole is None:
                continue
            if not page.save_pending():
                return False
            page.close_record()
        return True

    def has_unsaved(self) -> bool:
        """Whether something typed is not kept."""
        return any(page.has_unsaved() for page in self._records.values())

    def save_pending(self) -> bool:
        """Save what is unsaved; return whether nothing is left unsaved. Never asks."""
        for name, page in self._records.items():
            if not page.save_pending():
                self.show_page(name)
                return False
        return True

    def shut_down(self) -> None:
        """Note that this was no crash."""
        for page in self._records.values():
            page.autosave.forget()
            page.mark.clear()

    # ------------------------------------------------------------ inside

    def _recover(self) -> None:
        for name, page in self._records.items():
            if page.recover():
                self.show_page(name)
