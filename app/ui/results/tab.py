"""The tab 结果与归档: lists of what waits after a visit, and the pages on which it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import (
    QWidget,
)

from app.domain.ending import Ending, EndingItem
from app.domain.filing import FilingEntry
from app.domain.outcome import Feedback, Outcome, OutcomeAct, ResultUse, UnitReminder
from app.domain.registration_form import RegistrationForm
from app.domain.result_stage import STAGES
from app.domain.subject import Event, Sanction
from app.domain.visit import Visit
from app.services.endings import EndingRow
from app.services.ports import Changes, UserError
from app.services.result_rows import ResultRow, UseRow
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.allowed import edits, why_not
from app.ui.changes import ChangeBus, WhenSeen, touches
from app.ui.jobs import JobRunner
from app.ui.menu import Menu
from app.ui.message_bar import MessageBar
from app.ui.records.letters import Letters
from app.ui.records.person_chooser import choose_people
from app.ui.records.records_tab import RecordsTab
from app.ui.results.acts import ResultActs
from app.ui.results.ending_page import EndingPage
from app.ui.results.lists import (
    ENDING_WORDS,
    FilteredList,
    ending_columns,
    result_columns,
    use_columns,
)
from app.ui.results.result_page import ResultPage

RESULTS, USES, ENDINGS = "回访结果", "结果使用", "期满办理"
_FACTS = (
    Outcome,
    OutcomeAct,
    Feedback,
    UnitReminder,
    ResultUse,
    FilingEntry,
    Visit,
    RegistrationForm,
    Ending,
    EndingItem,
    Sanction,
    Event,
)


class ResultsTab(RecordsTab):
    """Places the lists and pages and joins them."""

    def __init__(
        self,
        use_cases: UseCases,
        bus: ChangeBus,
        jobs: JobRunner,
        messages: MessageBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(use_cases, bus, messages, parent)
        self._results = use_cases.results
        self._letters = Letters(use_cases, jobs, messages, self)
        self.acts = ResultActs(use_cases, bus, jobs, messages, self, self.refresh)
        self.results = FilteredList(
            "回访结果",
            result_columns(self._results.today),
            self._results.rows,
            STAGES,
            lambda row: row.stage,
            theme.EmptyState(
                "form",
                "还没有完成的回访",
                "回访完成后，在这里认定结果、向本人和所在单位反馈，并把材料存入案件档案。",
            ),
            messages,
            unit="次回访",
            acts=self._result_menu,
        )
        self.uses = FilteredList(
            "结果使用",
            use_columns(self._results.today),
            self._results.uses,
            ("待答复", "已答复"),
            lambda row: "已答复" if row.replied_on else "待答复",
            theme.EmptyState(
                "info",
                "还没有单位询问过回访结果",
                "考核、提拔等工作询问回访结果时，在这里登记谁问、何时问、用于什么，并拟制只写事实的复函。",
                edits(theme.button("登记询问", self.ask, role="primary")),
            ),
            messages,
            unit="次询问",
            acts=self._use_menu,
        )
        self.endings = FilteredList(
            "期满办理",
            ending_columns(self._results.today),
            self._results.endings,
            ENDING_WORDS,
            lambda row: row.state,
            theme.EmptyState(
                "calendar",
                "目前没有到期要办的",
                "留党察看期满须恢复党员权利、延长或开除党籍，政务和事业单位处分期满须确认；到期前会列在这里。",
            ),
            messages,
            unit="项",
        )
        self.result_page = ResultPage(use_cases, bus, jobs, messages)
        self.ending_page = EndingPage(use_cases, bus, jobs, messages)
        self.uses.head.addWidget(edits(theme.button("登记询问(&N)…", self.ask, role="primary")))
        self.place(
            {RESULTS: self.results, USES: self.uses, ENDINGS: self.endings},
            {RESULTS: self.result_page, ENDINGS: self.ending_page},
        )
        self._connect()
        self.show_page(RESULTS)

    # ------------------------------------------------------------ what others call

    def open_link(self, opens: tuple[str, int | None], subject_id: int | None = None) -> None:
        """Open a result (by its own id or its visit's), a question, or a 期满办理 (or its sanction's)."""
        kind, id_ = opens
        if id_ is None:
            self.show_page(RESULTS)
        elif kind == "Outcome":
            self.open_result(id_)
        elif kind == "ResultOf":
            self.open_result_of(id_)
        elif kind == "ResultUse":
            self.show_page(USES)
            self.acts.change_use(id_)
        elif kind == "Ending":
            self.open_ending(id_)
        elif kind == "EndingOf" and subject_id is not None:
            self.begin_ending(subject_id, id_)
        elif subject_id is not None:
            self.person_requested.emit(subject_id)

    def open_result(self, outcome_id: int) -> None:
        """Open a result; the one that is open is saved first."""
        self.open_record(RESULTS, outcome_id)

    def open_result_of(self, visit_id: int) -> None:
        """Open the result of a visit, begun if there is none; who may not begin it sees the visit."""
        if (why := why_not()) and not self._is_begun(visit_id):
            self.link_requested.emit(("Visit", visit_id), None)
            self._messages.show_warning(
                f"此次回访的结果还没有人开始认定，下面是回访本身的记录。{why}"
            )
            return
        try:
            outcome_id, changes = self._results.result_of_visit(visit_id)
        except UserError as error:
            self._messages.show_error(error)
            return
        self._bus.publish(changes)
        self.open_result(outcome_id)

    def open_ending(self, ending_id: int) -> None:
        """Open a 期满办理."""
        self.open_record(ENDINGS, ending_id)

    def begin_ending(self, subject_id: int, sanction_id: int) -> None:
        """Begin the end of a sanction and open it; who may not begin it sees the person."""
        if why := why_not():
            self.person_requested.emit(subject_id)
            self._messages.show_warning(f"此项期满办理还没有人开始，下面是本人的处分和期限。{why}")
            return
        try:
            ending_id, changes = self._results.begin_ending(subject_id, sanction_id)
        except UserError as error:
            self._messages.show_error(error)
            return
        self._bus.publish(changes)
        self.open_ending(ending_id)

    def ask(self) -> None:
        """Register that somebody asks for a result."""
        chosen = choose_people(
            self._use_cases, self, "登记询问：选择回访对象", "登记询问(&N)", single=True
        )
        if chosen:
            name = self._use_cases.open_dossier(chosen[0]).subject.name
            self.acts.ask(chosen[0], name)

    def focus_search(self) -> None:
        """Put the cursor into the search box of the list."""
        current = self._pages.currentWidget()
        if not isinstance(current, FilteredList):
            if not self.leave(self.result_page, self.ending_page):
                return
            self.show_page(RESULTS)
            current = self.results
        current.search.setFocus()
        current.search.selectAll()

    def explain(self) -> bool:
        """Explain verdict and dates of the person of the row or page in front."""
        from app.ui.basis import show_basis

        page, subject_id = self._pages.currentWidget(), None
        if isinstance(page, FilteredList):
            row = page.current_row()
            subject_id = row.subject_id if row is not None else None
        elif page is self.ending_page and self.ending_page.whole is not None:
            subject_id = self.ending_page.head.subject_id
        elif page is self.result_page and self.result_page.whole is not None:
            subject_id = self.result_page.whole.entry.subject_id
        return show_basis(self._use_cases, [] if subject_id is None else [subject_id], self)

    # ------------------------------------------------------------ inside

    def _is_begun(self, visit_id: int) -> bool:
        rows: Sequence[ResultRow] = self._results.rows()
        return any(row.visit_id == visit_id and row.outcome_id is not None for row in rows)

    def _open_row(self, row: Any) -> None:
        if isinstance(row, ResultRow):
            self.open_result_of(row.visit_id)
        elif isinstance(row, UseRow):
            self.acts.change_use(row.id)
        elif isinstance(row, EndingRow):
            if row.id is not None:
                self.open_ending(row.id)
            else:
                self.begin_ending(row.subject_id, row.sanction_id or 0)

    def _result_menu(self, menu: Menu, row: ResultRow) -> None:
        edits(menu.addAction("登记结果使用…", lambda: self.acts.ask(row.subject_id, row.name)))
        menu.addAction(
            "查看回访", lambda: self.link_requested.emit(("Visit", row.visit_id), row.subject_id)
        )

    def _use_menu(self, menu: Menu, row: UseRow) -> None:
        papers = menu.submenu("打印和存为")
        if not self._letters.fill(papers, lambda: self._results.open_use(row.id)):
            menu.drop(papers)

    def _on_changed(self, changes: Changes) -> None:
        if touches(changes, *_FACTS):
            self.refresh()

    def _connect(self) -> None:
        for shown in (self.results, self.uses, self.endings):
            shown.opened.connect(self._open_row)
            shown.person_requested.connect(self.person_requested)
        for page in (self.result_page, self.ending_page):
            page.link_requested.connect(self._on_link)
        WhenSeen(self._bus, self, self._on_changed)

    def _on_link(self, opens: tuple[str, int | None], subject_id: int | None) -> None:
        if opens[0] == "Subject" and opens[1] is not None:
            self.person_requested.emit(opens[1])
        else:
            self.link_requested.emit(opens, subject_id)
