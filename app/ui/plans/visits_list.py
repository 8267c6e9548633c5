"""All visits and all requests: what is under way, what waits for an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
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

from app.domain.request import ANSWERED, OPEN, TOLD
from app.domain.visit import DONE
from app.services.plan_use_cases import RequestRow, VisitRow
from app.services.ports import UserError
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.allowed import edits, why_not
from app.ui.changes import ChangeBus
from app.ui.menu import Menu
from app.ui.message_bar import MessageBar
from app.ui.plans.request_dialogs import RequestActs
from app.ui.records.letters import Letters
from app.ui.records.tones import LATE, REQUEST_TONES, VISIT_TONES
from app.ui.roster.search_box import SearchBox
from app.ui.table_model import RIGHT, Column, RowTableModel
from app.ui.table_view import TableView


def _form(row: VisitRow) -> str:
    if row.state != DONE:
        return ""
    return "已填" if row.form_id else "△ 待填"


VISIT_COLUMNS: Sequence[Column[VisitRow]] = (
    Column("回访日期", lambda row: str(row.on or ""), sort_by=lambda row: row.on, width=100),
    Column("姓名", lambda row: row.name, sort_by=lambda row: row.name, width=76),
    Column("所在单位", lambda row: row.unit, sort_by=lambda row: row.unit, width=130),
    Column("方式", lambda row: row.method, sort_by=lambda row: row.method, width=56),
    Column(
        "依据的方案",
        lambda row: row.plan_title or ("无方案" if row.plan_id is None else ""),
        tip=lambda row: row.plan_title or None,
    ),
    Column("谈话", lambda row: str(row.talks or ""), width=52, align=RIGHT),
    Column("未结诉求", lambda row: str(row.requests or ""), width=76, align=RIGHT),
    Column("例外", lambda row: f"△ {row.exceptions}项" if row.exceptions else "", width=64),
    Column("登记表", _form, width=72),
    Column(
        "状态",
        lambda row: row.state,
        sort_by=lambda row: row.state,
        width=92,
        tone=lambda row: VISIT_TONES.get(row.state),
    ),
)


def request_columns(today: Callable[[], date]) -> Sequence[Column[RequestRow]]:
    """Return the columns; what is late is said in words and marked."""

    def late(row: RequestRow) -> bool:
        return row.state == OPEN and row.due_on is not None and row.due_on < today()

    def due(row: RequestRow) -> str:
        if row.due_on is None or row.state == TOLD:
            return str(row.due_on or "")
        days = (row.due_on - today()).days
        if row.state == OPEN:
            said = f"超期{-days}天" if days < 0 else "今天到期" if days == 0 else f"还有{days}天"
            return f"{row.due_on}　{said}"
        return str(row.due_on)

    return (
        Column("姓名", lambda row: row.name, sort_by=lambda row: row.name, width=76),
        Column("所在单位", lambda row: row.unit, sort_by=lambda row: row.unit, width=130),
        Column("类别", lambda row: row.kind, sort_by=lambda row: row.kind, width=110),
        Column(
            "诉求内容",
            lambda row: " ".join(row.content.split()),
            tip=lambda row: row.content or None,
        ),
        Column(
            "提出日期",
            lambda row: str(row.raised_on or ""),
            sort_by=lambda row: row.raised_on,
            width=96,
        ),
        Column("承办", lambda row: row.owner, sort_by=lambda row: row.owner, width=110),
        Column(
            "办理时限",
            due,
            sort_by=lambda row: row.due_on,
            width=176,
            tone=lambda row: LATE if late(row) else None,
        ),
        Column(
            "状态",
            lambda row: row.state,
            sort_by=lambda row: row.state,
            width=108,
            tone=lambda row: REQUEST_TONES.get(row.state),
        ),
    )


class VisitsList(QWidget):
    """Two tables under one search: 回访 and 诉求."""

    opened = Signal(int)  # visit id
    person_requested = Signal(int)
    without_plan = Signal()
    add_request = Signal()

    def __init__(
        self,
        use_cases: UseCases,
        bus: ChangeBus,
        letters: Letters,
        messages: MessageBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._plans, self._messages, self._letters = use_cases.plans, messages, letters
        self.acts = RequestActs(use_cases, bus, messages, self)
        self._visits: Sequence[VisitRow] = ()
        self._requests: Sequence[RequestRow] = ()
        self.search = SearchBox("姓名、单位、内容")
        self.search.setAccessibleName("查找回访和诉求")
        self.search.setFixedWidth(220)
        self.search.searched.connect(lambda _text: self._show())
        self.visits = RowTableModel[VisitRow](VISIT_COLUMNS, self)
        self.requests = RowTableModel[RequestRow](request_columns(self._plans.today), self)
        self.visit_table = self._table("回访", self.visits)
        self.request_table = self._table("诉求", self.requests)
        self.visit_table.opened.connect(lambda row: self.opened.emit(row.id))
        self.request_table.opened.connect(self._next_of)
        self.request_table.customContextMenuRequested.connect(self._show_request_menu)
        self._counts = theme.label("", "small")
        self._chip: dict[str, QPushButton] = {}
        self._lay_out()
        shortcut = QShortcut(QKeySequence("F5"), self, self.refresh)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def refresh(self) -> None:
        """Read both tables afresh."""
        try:
            self._visits = self._plans.queries.visits()
            self._requests = self._plans.queries.requests(unfinished=False)
        except UserError as error:
            self._messages.show_error(error)
            return
        open_ = sum(row.state != TOLD for row in self._requests)
        self._chip["回访"].setText(f"回访 {len(self._visits)}")
        self._chip["诉求"].setText(f"未办结诉求 {open_}")
        self._chip["全部诉求"].setText(f"全部诉求 {len(self._requests)}")
        self._show()

    def show_requests(self, *, finished: bool = False) -> None:
        """Bring the requests to the front: the unfinished, or all of them."""
        self._chip["全部诉求" if finished else "诉求"].setChecked(True)
        self._show()

    def show_visits(self) -> None:
        """Bring the visits to the front."""
        self._chip["回访"].setChecked(True)
        self._show()

    def _show(self) -> None:
        wanted = self.search.text().strip().casefold()
        visits = [
            row
            for row in self._visits
            if wanted in f"{row.name} {row.unit} {row.plan_title} {row.method}".casefold()
        ]
        all_of_them = self._chip["全部诉求"].isChecked()
        requests = [
            row
            for row in self._requests
            if (all_of_them or row.state != TOLD)
            and wanted in f"{row.name} {row.unit} {row.content} {row.owner}".casefold()
        ]
        self.visits.set_rows(visits)
        self.requests.set_rows(requests)
        for table in (self.visit_table, self.request_table):
            table.mark_hits(wanted)
        asks = not self._chip["回访"].isChecked()
        empty = not (self._requests if asks else self._visits)
        self._pages.setCurrentIndex((3 if empty else 2) if asks else (1 if empty else 0))
        number = len(requests) if asks else len(visits)
        self._counts.setText(f"共 {number} {'项诉求' if asks else '次回访'}")
        self._begin.setVisible(not asks)
        self._register.setVisible(asks)

    def _table(self, name: str, model: Any) -> TableView:
        made = TableView()
        made.setAccessibleName(name)
        made.show_model(model)
        made.setSortingEnabled(True)
        made.horizontalHeader().setSortIndicatorShown(False)
        made.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        return made

    def _next_of(self, row: RequestRow) -> None:
        step = {OPEN: self.acts.answer, ANSWERED: self.acts.tell}.get(row.state, self.acts.show)
        if why_not():
            step = self.acts.show
        step(row.id)

    def _show_request_menu(self, where: QPoint) -> None:
        index = self.request_table.indexAt(where)
        row = self.requests.row_at(index.row()) if index.isValid() else None
        if row is None:
            return
        menu = Menu(self)
        if row.state == OPEN:
            edits(menu.addAction("答复…", lambda: self.acts.answer(row.id)))
        if row.state == ANSWERED:
            edits(menu.addAction("告知本人…", lambda: self.acts.tell(row.id)))
            edits(menu.addAction("修改答复…", lambda: self.acts.answer(row.id)))
        if row.state != TOLD:
            edits(menu.addAction("修改诉求…", lambda: self.acts.change(row.id)))
        menu.addAction("查看办理情况…", lambda: self.acts.show(row.id))
        if row.state != OPEN:
            edits(menu.addAction("重新办理…", lambda: self.acts.reopen(row.id)))
        menu.addSeparator()
        papers = menu.submenu("打印和存为")
        if not self._letters.fill(papers, lambda: self._plans.open_request(row.id)):
            menu.drop(papers)
        menu.addAction("查看名册", lambda: self.person_requested.emit(row.subject_id))
        if row.visit_id is not None:
            visit_id = row.visit_id
            menu.addAction("查看提出时的回访", lambda: self.opened.emit(visit_id))
        menu.pop_up(self.request_table.viewport().mapToGlobal(where))

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        group = QButtonGroup(self)
        for name in ("回访", "诉求", "全部诉求"):
            chip = theme.button(name, self._show, role="chip")
            chip.setCheckable(True)
            group.addButton(chip)
            self._chip[name] = chip
            row.addWidget(chip)
        self._chip["回访"].setChecked(True)
        row.addWidget(self.search)
        row.addStretch(1)
        self._begin = edits(
            theme.button(
                "无方案回访(&W)…",
                self.without_plan.emit,
                tip="没有已批准方案而开展的回访：须写明理由和批准人",
            )
        )
        self._register = edits(theme.button("登记诉求(&N)…", self.add_request.emit, role="primary"))
        row.addWidget(self._begin)
        row.addWidget(self._register)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.visit_table)
        self._pages.addWidget(
            theme.EmptyState(
                "people",
                "还没有回访记录",
                "方案批准以后，在方案页点“开展回访”，谈话对象、时间、地点和要点会自动带入。",
            )
        )
        self._pages.addWidget(self.request_table)
        self._pages.addWidget(
            theme.EmptyState(
                "info",
                "没有登记过诉求",
                "受处分人员提出的合理要求和困难，在回访记录中登记，或点“登记诉求”。",
                edits(theme.button("登记诉求", self.add_request.emit)),
            )
        )
        column = QVBoxLayout(self)
        theme.margins(column, 0, theme.SMALL)
        column.addLayout(row)
        column.addWidget(self._pages, 1)
        column.addWidget(self._counts)
