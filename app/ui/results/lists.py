"""What waits for a result, for feedback, for a reply, for the file; who asked; which periods end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.ending import CONFIRMED, STOPPED, UNDER_WAY
from app.domain.result_stage import FILED, STAGES, UNDECIDED
from app.services.endings import TO_BEGIN, EndingRow
from app.services.ports import UserError
from app.services.result_rows import ResultRow, UseRow
from app.ui import theme
from app.ui.menu import Menu
from app.ui.message_bar import MessageBar
from app.ui.records.tones import ENDING_TONES, LATE, RESULT_TONES
from app.ui.roster.search_box import SearchBox
from app.ui.table_model import Column, RowTableModel
from app.ui.table_view import TableView

Today = Callable[[], date]


def _spoken(day: date | None, today: date) -> str:
    if day is None:
        return ""
    days = (day - today).days
    said = f"超期{-days}天" if days < 0 else "今天到期" if days == 0 else f"还有{days}天"
    return f"{day}　{said}"


def _late(day: date | None, today: Today) -> Any:
    return LATE if day is not None and day < today() else None


def result_columns(today: Today) -> Sequence[Column[ResultRow]]:
    """Return the columns of the results."""

    def told(row: ResultRow) -> str:
        if row.stage == UNDECIDED:
            return ""
        return "　".join(
            f"{who}{'✓' if on else '×'}"
            for who, on in (("本人", row.told_person_on), ("单位", row.told_unit_on))
        )

    def next_words(row: ResultRow) -> str:
        if row.stage == FILED:
            return f"{row.filed_on}　{row.file_number}"
        if not row.has_form and row.stage == UNDECIDED:
            return "登记表未填"
        return "　".join(part for part in (row.next_words, _spoken(row.next_on, today())) if part)

    return (
        Column("姓名", lambda row: row.name, sort_by=lambda row: row.name, width=76, frozen=True),
        Column("所在单位", lambda row: row.unit, sort_by=lambda row: row.unit, width=140),
        Column("回访日期", lambda row: str(row.on or ""), sort_by=lambda row: row.on, width=100),
        Column("方式", lambda row: row.method, sort_by=lambda row: row.method, width=56),
        Column("结果", lambda row: row.item, sort_by=lambda row: row.item, width=124),
        Column("反馈", told, width=110),
        Column(
            "下一步和时限",
            next_words,
            sort_by=lambda row: row.next_on,
            tone=lambda row: _late(row.next_on, today),
            tip=next_words,
        ),
        Column(
            "状态",
            lambda row: row.stage,
            sort_by=lambda row: STAGES.index(row.stage),
            width=104,
            tone=lambda row: RESULT_TONES.get(row.stage),
        ),
    )


def use_columns(today: Today) -> Sequence[Column[UseRow]]:
    """Return the columns of who asked."""
    return (
        Column("姓名", lambda row: row.name, sort_by=lambda row: row.name, width=76),
        Column("用途", lambda row: row.kind, sort_by=lambda row: row.kind, width=110),
        Column("询问单位", lambda row: row.asked_by, sort_by=lambda row: row.asked_by, width=150),
        Column("事由", lambda row: row.purpose, tip=lambda row: row.purpose or None),
        Column("询问日期", lambda row: str(row.asked_on or ""), width=100),
        Column(
            "答复",
            lambda row: (
                f"✓ {row.replied_on}"
                if row.replied_on
                else f"待答复　{_spoken(row.due_on, today())}"
            ),
            sort_by=lambda row: row.replied_on,
            width=228,
            tone=lambda row: None if row.replied_on else _late(row.due_on, today),
        ),
    )


def ending_columns(today: Today) -> Sequence[Column[EndingRow]]:
    """Return the columns of what ends."""
    return (
        Column("姓名", lambda row: row.name, sort_by=lambda row: row.name, width=76),
        Column("所在单位", lambda row: row.unit, sort_by=lambda row: row.unit, width=140),
        Column("事项", lambda row: row.kind, sort_by=lambda row: row.kind, width=130),
        Column("处分", lambda row: row.sanction, width=210, tip=lambda row: row.sanction),
        Column("下一步", lambda row: row.next_step, tip=lambda row: row.next_step or None),
        Column(
            "时限",
            lambda row: _spoken(row.next_on, today()),
            sort_by=lambda row: row.next_on,
            width=172,
            tone=lambda row: _late(row.next_on, today),
        ),
        Column(
            "状态",
            lambda row: row.state,
            sort_by=lambda row: row.state,
            width=92,
            tone=lambda row: ENDING_TONES.get(row.state),
        ),
    )


class FilteredList(QWidget):
    """A table with chips over one word of its rows, and a search box; opening a row opens it."""

    opened = Signal(object)  # the row
    person_requested = Signal(int)

    def __init__(
        self,
        name: str,
        columns: Sequence[Column[Any]],
        read: Callable[[], Sequence[Any]],
        words: Sequence[str],
        word: Callable[[Any], str],
        empty: theme.EmptyState,
        messages: MessageBar,
        *,
        unit: str,
        acts: Callable[[Menu, Any], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._read, self._word, self._messages, self._unit = read, word, messages, unit
        self._more = acts
        self._rows: Sequence[Any] = ()
        self._only = ""
        self.search = SearchBox("姓名、单位")
        self.search.setAccessibleName(f"查找{name}")
        self.search.setFixedWidth(200)
        self.search.searched.connect(lambda _text: self._show())
        self.model = RowTableModel[Any](columns, self)
        self.table = TableView()
        self.table.setAccessibleName(name)
        self.table.show_model(self.model)
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicatorShown(False)
        self.table.opened.connect(self.opened.emit)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self._chips = QButtonGroup(self)
        self._chip: dict[str, QPushButton] = {}
        self.head = QHBoxLayout()
        self.head.setSpacing(theme.SMALL)
        for title in ("全部", *words):
            chip = theme.button(title, partial(self.show_only, title), role="chip")
            chip.setCheckable(True)
            self._chips.addButton(chip)
            self._chip[title] = chip
            self.head.addWidget(chip)
        self._chip["全部"].setChecked(True)
        self.head.addWidget(self.search)
        self.head.addStretch(1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(empty)
        self._counts = theme.label("", "small")
        column = QVBoxLayout(self)
        theme.margins(column, 0, theme.SMALL)
        column.addLayout(self.head)
        column.addWidget(self._pages, 1)
        column.addWidget(self._counts)
        shortcut = QShortcut(QKeySequence("F5"), self, self.refresh)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def refresh(self) -> None:
        """Read the rows afresh."""
        try:
            self._rows = self._read()
        except UserError as error:
            self._messages.show_error(error)
            return
        for title, chip in self._chip.items():
            number = sum(title in ("全部", self._word(row)) for row in self._rows)
            chip.setText(f"{title} {number}")
            chip.setVisible(bool(number) or title == "全部")
        self._show()

    def show_only(self, title: str) -> None:
        """Show the rows of one word; 全部 shows all."""
        self._chip[title].setChecked(True)
        self._only = "" if title == "全部" else title
        self._show()

    @property
    def shown(self) -> Sequence[Any]:
        """The rows on display."""
        return self.model.rows

    def current_row(self) -> Any | None:
        """Return the row with the cursor."""
        return self.model.row_at(self.table.currentIndex().row())

    def _show(self) -> None:
        wanted = self.search.text().strip().casefold()
        rows = [
            row
            for row in self._rows
            if self._only in ("", self._word(row))
            and (not wanted or wanted in f"{row.name} {getattr(row, 'unit', '')}".casefold())
        ]
        self.model.set_rows(rows)
        self.table.mark_hits(wanted)
        self._counts.setText(f"共 {len(rows)} {self._unit}")
        self._pages.setCurrentIndex(0 if self._rows else 1)

    def _show_menu(self, where: QPoint) -> None:
        index = self.table.indexAt(where)
        row = self.model.row_at(index.row()) if index.isValid() else None
        if row is None:
            return
        menu = Menu(self)
        menu.addAction("打开", lambda: self.opened.emit(row))
        if self._more is not None:
            self._more(menu, row)
        menu.addAction("查看名册", lambda: self.person_requested.emit(row.subject_id))
        menu.pop_up(self.table.viewport().mapToGlobal(where))


ENDING_WORDS = (UNDER_WAY, TO_BEGIN, CONFIRMED, STOPPED)
