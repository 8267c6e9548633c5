"""All plans, as a list or as a month; opening one, and starting a new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.fields import display
from app.domain.plan import (
    APPROVED,
    CANCELLED,
    CARRIED_OUT,
    CLOSED,
    DRAFT,
    REJECTED,
    REPLACED,
    SUBMITTED,
)
from app.services.plans import PlanRow
from app.services.ports import UserError
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.allowed import edits, why_not
from app.ui.message_bar import MessageBar
from app.ui.plans.month_view import MonthView
from app.ui.records.tones import PLAN_TONES
from app.ui.roster.search_box import SearchBox
from app.ui.table_model import Column, RowTableModel
from app.ui.table_view import TableView

_GONE = (REPLACED, CANCELLED)
_FILTERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("全部", ()),
    ("草拟", (DRAFT, REJECTED)),
    ("待审批", (SUBMITTED,)),
    ("已批准", (APPROVED,)),
    ("已实施", (CARRIED_OUT,)),
    ("已办结", (CLOSED,)),
    ("作废和旧版", _GONE),
)


def _people(row: PlanRow) -> str:
    return "、".join(row.people)


def _when(row: PlanRow) -> str:
    until = f" 至 {row.until}" if row.until else ""
    return f"{row.on}{until}" if row.on else "未定"


PLAN_COLUMNS: Sequence[Column[PlanRow]] = (
    Column("回访日期", _when, sort_by=lambda row: row.on, width=104),
    Column("回访对象", _people, sort_by=_people, width=150, tip=_people),
    Column("方式", lambda row: row.method, sort_by=lambda row: row.method, width=56),
    Column(
        "方案名称", lambda row: row.title, sort_by=lambda row: row.title, tip=lambda row: row.title
    ),
    Column("工作组", lambda row: "、".join(row.members), width=140),
    Column(
        "版本",
        lambda row: f"第{row.version}版" if row.version > 1 else "",
        sort_by=lambda row: row.version,
        width=60,
    ),
    Column(
        "例外",
        lambda row: f"△ {len(row.exceptions)}项" if row.exceptions else "",
        width=64,
        tip=lambda row: "；".join(row.exceptions) or None,
    ),
    Column(
        "状态",
        lambda row: row.state,
        sort_by=lambda row: row.state,
        width=116,
        tone=lambda row: PLAN_TONES.get(row.state),
    ),
)


class PlansList(QWidget):
    """The list and month of plans."""

    opened = Signal(int)
    new_wanted = Signal()

    def __init__(
        self, use_cases: UseCases, messages: MessageBar, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._plans, self._messages = use_cases.plans, messages
        self._rows: Sequence[PlanRow] = ()
        self._states: tuple[str, ...] = ()
        self._day: date | None = None
        self.search = SearchBox("对象、方案名称、成员")
        self.search.setAccessibleName("查找方案")
        self.search.setFixedWidth(220)
        self.search.searched.connect(lambda _text: self._show())
        self._chips = QButtonGroup(self)
        self._chips.setExclusive(True)
        self._chip: dict[str, QPushButton] = {}
        self.model = RowTableModel[PlanRow](PLAN_COLUMNS, self)
        self.table = TableView()
        self.table.setAccessibleName("方案")
        self.table.show_model(self.model)  # type: ignore[arg-type]
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicatorShown(False)
        self.table.opened.connect(lambda row: self.opened.emit(row.id))
        self.month = MonthView(self._plans.today())
        self.month.opened.connect(lambda row: self.opened.emit(row.id))
        self.month.day_chosen.connect(self._show_day)
        self.month.month_changed.connect(lambda _first, _last: self._show())
        self._counts = theme.label("", "small")
        self._lay_out()
        for key, act in (("F5", self.refresh), ("Ctrl+N", self._on_new_key)):
            shortcut = QShortcut(QKeySequence(key), self, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def refresh(self) -> None:
        """Read the plans afresh; the chosen one stays chosen."""
        try:
            self._rows = self._plans.plan_rows()
        except UserError as error:
            self._messages.show_error(error)
            return
        for title, states in _FILTERS:
            number = sum(_fits(row, states) for row in self._rows)
            self._chip[title].setText(f"{title} {number}")
            self._chip[title].setVisible(bool(number) or not states)
        self._show()

    def show_states(self, title: str) -> None:
        """Show only the plans of one filter (待审批), as the start page asks."""
        self._chip[title].setChecked(True)
        self._choose(dict(_FILTERS)[title])

    def _choose(self, states: tuple[str, ...]) -> None:
        self._states, self._day = states, None
        self._show()

    def _show(self) -> None:
        wanted = self.search.text().strip().casefold()
        rows = [
            row
            for row in self._rows
            if _fits(row, self._states)
            and (not wanted or wanted in _words(row))
            and (self._day is None or _on(row, self._day))
        ]
        chosen = {row.id for row in self._chosen()}
        self.model.set_rows(rows)
        for place, row in enumerate(self.model.rows):
            if row.id in chosen:
                self.table.selectRow(place)
        self.table.mark_hits(wanted)
        first, last = self.month.span()
        self.month.show_plans(
            [
                row
                for row in rows
                if row.on is not None and row.on <= last and (row.until or row.on) >= first
            ]
        )
        day = f"（{display(self._day)}）" if self._day else ""
        self._counts.setText(f"共 {len(rows)} 份方案{day}")
        empty = not self._rows
        self._pages.setCurrentIndex(2 if empty else 1 if self._month_button.isChecked() else 0)

    def _chosen(self) -> list[PlanRow]:
        rows = (self.model.row_at(place) for place in self.table.selected_rows())
        return [row for row in rows if row is not None]

    def _on_new_key(self) -> None:
        if why := why_not():
            self._messages.show_warning(why)
        else:
            self.new_wanted.emit()

    def _show_day(self, day: date) -> None:
        self._day = day
        self._list_button.setChecked(True)
        self._show()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        row.addWidget(
            edits(
                theme.button(
                    "新建方案(&N)",
                    self.new_wanted.emit,
                    role="primary",
                    tip="从名册选择回访对象，Ctrl+N",
                )
            )
        )
        row.addWidget(self.search)
        for title, states in _FILTERS:
            chip = theme.button(title, partial(self._choose, states), role="chip")
            chip.setCheckable(True)
            self._chips.addButton(chip)
            self._chip[title] = chip
            row.addWidget(chip)
        self._chip["全部"].setChecked(True)
        row.addStretch(1)
        views = QButtonGroup(self)
        self._list_button = theme.button("列表", self._show_list, role="chip")
        self._month_button = theme.button("月历", self._show, role="chip")
        for button in (self._list_button, self._month_button):
            button.setCheckable(True)
            views.addButton(button)
            row.addWidget(button)
        self._list_button.setChecked(True)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.month)
        self._pages.addWidget(
            theme.EmptyState(
                "calendar",
                "还没有回访工作方案",
                "在“本期名单”中选好对象后拟定方案，也可以在这里直接从名册选人新建。",
                edits(theme.button("新建方案", self.new_wanted.emit, role="primary")),
            )
        )
        column = QVBoxLayout(self)
        theme.margins(column, 0, theme.SMALL)
        column.addLayout(row)
        column.addWidget(self._pages, 1)
        column.addWidget(self._counts)

    def _show_list(self) -> None:
        self._day = None
        self._show()


def _fits(row: PlanRow, states: tuple[str, ...]) -> bool:
    return row.state in states if states else row.state not in _GONE


def _on(row: PlanRow, day: date) -> bool:
    return row.on is not None and row.on <= day <= (row.until or row.on)


def _words(row: PlanRow) -> str:
    return " ".join((row.title, *row.people, *row.members, row.place, row.method)).casefold()
