"""本期名单: proposed by the program, decided by the office, talked over, signed and fixed."""

from __future__ import annotations

import copy
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.fields import display
from app.domain.subject import Case, Event, Sanction, Subject
from app.domain.visit import Visit
from app.domain.visiting_list import (
    DRAFTING,
    INCLUDED,
    LEFT_OUT,
    PUT_OFF,
    SIGNED,
    Consultation,
    ListEntry,
    VisitingList,
    WholeList,
)
from app.services.ports import Changes, UserError
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.allowed import edits
from app.ui.calm_combo_box import CalmComboBox
from app.ui.changes import ChangeBus, WhenSeen, touches
from app.ui.jobs import JobRunner
from app.ui.menu import Menu
from app.ui.message_bar import MessageBar
from app.ui.plans.list_acts import ListActs
from app.ui.plans.list_chips import ALL, DecisionChips
from app.ui.plans.list_dialogs import not_consulted
from app.ui.plans.list_table import ENTRY_COLUMNS, list_words
from app.ui.records.gate_dialog import Banner, exemption_line
from app.ui.records.letters import Letters
from app.ui.table_model import RowTableModel
from app.ui.table_view import TableView

_ONE_LINE = 1_700  # wide enough, in standard text, for what is decided beside what is shown
_MINE = (VisitingList, ListEntry, Consultation)
_FACTS = (Subject, Case, Sanction, Event, Visit)


class ListPage(QWidget):
    """One list at a time. Every decision is kept at once; what changed since is shown."""

    plan_wanted = Signal(object, object)  # subject ids, list id
    staff_requested = Signal()  # the list of staff is to be shown
    person_requested = Signal(int)

    def __init__(
        self,
        use_cases: UseCases,
        bus: ChangeBus,
        jobs: JobRunner,
        messages: MessageBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.use_cases, self.plans = use_cases, use_cases.plans
        self.bus, self.jobs, self.messages = bus, jobs, messages
        self.acts = ListActs(self)
        self._letters = Letters(use_cases, jobs, messages, self)
        self.whole: WholeList | None = None  # the list on display
        self.box = CalmComboBox()
        self.box.setAccessibleName("名单")
        self.box.setMinimumWidth(330)
        self.box.activated.connect(lambda _place: self.open(self.box.currentData()))
        self.model = RowTableModel[ListEntry](ENTRY_COLUMNS, self)
        self.table = TableView()
        self.table.setAccessibleName("名单中的人员")
        self.table.show_model(self.model)  # type: ignore[arg-type]
        self.table.opened.connect(lambda entry: self.acts.decide_on([entry], entry.decision))
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.selectionModel().selectionChanged.connect(lambda *_what: self._show_buttons())
        self.banner = Banner()
        self.chips = DecisionChips()
        self.chips.chosen.connect(self.show_whole)
        self._menu = Menu(self)
        self._lay_out()
        WhenSeen(bus, self, self._on_changed)
        shortcut = QShortcut(QKeySequence("F5"), self, self.refresh)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # ------------------------------------------------------------ what is shown

    def say(self, words: str) -> None:
        """Say beside the list how far it is."""
        self._said.setText(words)

    def refresh(self) -> None:
        """Read the lists afresh; the one on display stays, else the latest is shown."""
        try:
            lists = self.plans.lists()
            wanted = self.whole.head.id if self.whole is not None else None
            known = [one.id for one in lists]
            wanted = wanted if wanted in known else next(iter(known), None)
            self.box.clear()
            for one in lists:
                self.box.addItem(list_words(one), one.id)
            self.whole = self.plans.open_list(wanted) if wanted is not None else None
        except UserError as error:
            self.messages.show_error(error)
            return
        if wanted is not None:
            self.box.setCurrentIndex(known.index(wanted))
        self.show_whole()

    def open(self, list_id: int | None) -> None:
        """Show a list."""
        if list_id is None:
            return
        try:
            self.whole = self.plans.open_list(list_id)
        except UserError as error:
            self.messages.show_error(error)
        self.refresh()

    def choose(self, subject_id: int) -> None:
        """Select a person on the list."""
        if self.chips.choice != ALL and self.whole is not None:
            self.chips.choose(ALL)
            self.show_whole()
        for place, entry in enumerate(self.model.rows):
            if entry.subject_id == subject_id:
                self.table.selectRow(place)
                self.table.setFocus()

    def chosen(self) -> list[ListEntry]:
        """Return the selected people, from the top."""
        rows = (self.model.row_at(place) for place in self.table.selected_rows())
        return [row for row in rows if row is not None]

    def show_whole(self) -> None:
        whole = self.whole
        self._pages.setCurrentIndex(0 if whole is not None else 1)
        self._tools.setVisible(whole is not None)
        self.chips.setVisible(whole is not None)
        self.box.setVisible(whole is not None)
        if whole is None:
            return
        chosen = {entry.subject_id for entry in self.chosen()}
        rows = self.chips.shown(whole.entries)
        self.model.set_rows(rows)
        selection = self.table.selectionModel()
        for place, entry in enumerate(rows):
            if entry.subject_id in chosen:
                index = self.model.index(place, 0)
                flags = selection.SelectionFlag.Select | selection.SelectionFlag.Rows
                if not selection.hasSelection():  # the arrow keys go on from here
                    selection.setCurrentIndex(index, selection.SelectionFlag.NoUpdate)
                selection.select(index, flags)
        lines = [exemption_line(one) for one in whole.exemptions]
        lines += self._news(whole)
        self.banner.show_lines(lines)
        missing = len(not_consulted(whole)) if whole.head.state == DRAFTING else 0
        done = len(whole.consultations)
        self._consult.setText(f"征求意见 {done}{f'，待沟通 {missing}' if missing else ''}(&Q)…")
        head = whole.head
        if head.state == SIGNED:
            said = f"{head.signer}{_day(head.signed_on)}签批（{head.means}），名单已固定"
        else:
            said = "拟定中：逐人确定后征求意见，报学校纪委主要负责人签批"
        self.say(said)
        self._show_buttons()

    def _news(self, whole: WholeList) -> list[str]:
        if whole.head.id is None:
            return []
        try:
            changes = self.plans.list_changes(whole.head.id)
        except UserError as error:
            return [str(error)]
        if not changes:
            return []
        since = "签批以后" if whole.head.state == SIGNED else "拟定以后"
        shown = "；".join(str(change) for change in changes[:4])
        more = f"；等 {len(changes)} 处" if len(changes) > 4 else ""
        return [f"{since}名册有变化：{shown}{more}"]

    def _show_buttons(self) -> None:
        whole, rows = self.whole, self.chosen()
        drafting = whole is not None and whole.head.state == DRAFTING
        for button in (self._include, self._leave, self._put_off):
            button.setEnabled(drafting and bool(rows))
        self._include.setVisible(drafting)
        self._leave.setVisible(drafting)
        self._put_off.setVisible(drafting)
        self._add.setVisible(drafting)
        self._sign.setVisible(drafting)
        included = [one for one in rows if one.decision == INCLUDED]
        self._plan.setEnabled(bool(included))
        number = f"（{len(included)}人）" if included else ""
        self._plan.setText(f"为所选人员拟定方案{number}(&P)")
        theme.set_role(self._plan, "secondary" if drafting else "primary")

    # ------------------------------------------------------------ inside

    def _ask_for_plan(self) -> None:
        ids = [one.subject_id for one in self.chosen() if one.decision == INCLUDED]
        if ids and self.whole is not None:
            self.plan_wanted.emit(ids, self.whole.head.id)

    def _show_menu(self, where: Any) -> None:
        rows = self.chosen()
        menu = Menu(self)
        drafting = self.whole is not None and self.whole.head.state == DRAFTING
        if len(rows) == 1:
            menu.addAction("查看名册", lambda: self.person_requested.emit(rows[0].subject_id or 0))
        if rows and drafting:
            if len({row.decision for row in rows}) == 1:
                edits(
                    menu.addAction("编辑安排…", lambda: self.acts.decide_on(rows, rows[0].decision))
                )
            for decision in (INCLUDED, LEFT_OUT, PUT_OFF):
                edits(
                    menu.addAction(decision, lambda decision=decision: self.acts.decide(decision))
                )
            if len(rows) == 1 and not rows[0].proposed:
                edits(menu.addAction("从名单中删去", lambda: self.acts.take_away(rows[0])))
        if rows:
            menu.addSeparator()
            menu.addAction("复制为单元格\tCtrl+C", self.table.copy_cells)
        menu.pop_up(self.table.viewport().mapToGlobal(where))

    def _show_more(self) -> None:
        self._menu.clear()
        if self.whole is not None:
            papers = self._menu.submenu("打印和存为")
            if not self._letters.fill(papers, lambda: copy.deepcopy(self.whole)):
                self._menu.drop(papers)
            self._menu.addAction("附件…", self.acts.show_papers)
            if self.whole.head.state == SIGNED:
                edits(self._menu.addAction("撤回签批…", self.acts.reopen))
            else:
                edits(self._menu.addAction("删除名单…", self.acts.discard))
        self._menu.exec(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _on_changed(self, changes: Changes) -> None:
        if touches(changes, *_MINE, *_FACTS):
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a wide screen all buttons stand in one line."""
        super().resizeEvent(event)
        wide = self.width() >= theme.column_width(_ONE_LINE)
        if wide and self._second.count():
            self._first.insertWidget(2, self._tools)
        elif not wide and not self._second.count():
            self._second.addWidget(self._tools)

    def _lay_out(self) -> None:
        first = self._first = QHBoxLayout()
        first.setSpacing(theme.SMALL)
        first.addWidget(self.box)
        self._said = theme.label("", "muted", wrap=True)  # at 150 % there is no room for a line
        first.addWidget(self._said, 1)
        first.addWidget(edits(theme.button("拟定新名单(&N)…", self.acts.new_list, icon_name="new")))
        self._more = theme.button("更多(&M)", self._show_more)
        first.addWidget(self._more)
        second = QHBoxLayout()
        theme.margins(second, 0, theme.SMALL)
        self._include = theme.button("列入(&I)", lambda: self.acts.decide(INCLUDED))
        self._leave = theme.button("不列入(&L)…", lambda: self.acts.decide(LEFT_OUT))
        self._put_off = theme.button("暂缓(&D)…", lambda: self.acts.decide(PUT_OFF))
        self._add = theme.button("添加人员(&A)…", self.acts.add_people, icon_name="person-add")
        self._consult = theme.button("征求意见(&Q)…", self.acts.consult)
        self._plan = theme.button("为所选人员拟定方案(&P)", self._ask_for_plan)
        self._sign = theme.button("签批(&G)…", self.acts.sign, role="primary")
        for part in (self._include, self._leave, self._put_off, self._add):
            second.addWidget(edits(part))
        second.addStretch(1)
        for part in (self._consult, self._plan, self._sign):
            second.addWidget(edits(part))
        self._tools = QWidget()
        self._tools.setLayout(second)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(
            theme.EmptyState(
                "calendar",
                "还没有本期名单",
                "选择季度或半年，程序按名册提出应回访的人，按期满日期先后排列并说明理由，由您逐人确定。",
                edits(theme.button("拟定本期名单", self.acts.new_list, role="primary")),
            )
        )
        column = QVBoxLayout(self)
        theme.margins(column, 0, theme.SMALL)
        column.addLayout(first)
        self._second = QVBoxLayout()  # empty where the first line has room for its buttons
        self._second.addWidget(self._tools)
        column.addLayout(self._second)
        column.addWidget(self.banner)
        column.addWidget(self._pages, 1)
        column.addWidget(self.chips)


def _day(day: Any) -> str:
    return f"于{display(day)}" if day else ""
