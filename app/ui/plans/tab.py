"""The tab of plans: the list of the period, plans, visits and requests, and where each leads."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QWidget,
)

from app.domain.gates import Exemption
from app.domain.plan import Plan
from app.domain.request import TOLD, Request
from app.domain.visit import Visit
from app.services.parts import id_of
from app.services.ports import Changes, UserError
from app.services.use_cases import UseCases
from app.ui.changes import ChangeBus, touches
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from app.ui.plans.list_page import ListPage
from app.ui.plans.plan_page import PlanPage
from app.ui.plans.plans_list import PlansList
from app.ui.plans.visit_page import VisitPage
from app.ui.plans.visits_list import VisitsList
from app.ui.records.gate_dialog import through_gates
from app.ui.records.letters import Letters
from app.ui.records.person_chooser import choose_people
from app.ui.records.records_tab import RecordsTab

LIST, PLANS, VISITS = "本期名单", "方案", "回访与诉求"


class PlansTab(RecordsTab):
    """Places the pages and joins them; each page knows only what it is given."""

    form_requested = Signal(int)  # form id

    def __init__(
        self,
        use_cases: UseCases,
        bus: ChangeBus,
        jobs: JobRunner,
        messages: MessageBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(use_cases, bus, messages, parent)
        self._plans = use_cases.plans
        self.list_page = ListPage(use_cases, bus, jobs, messages)
        self.plans_list = PlansList(use_cases, messages)
        self.plan_page = PlanPage(use_cases, bus, jobs, messages)
        letters = Letters(use_cases, jobs, messages, self)
        self.visits_list = VisitsList(use_cases, bus, letters, messages)
        self.visit_page = VisitPage(use_cases, bus, jobs, messages)
        self.place(
            {LIST: self.list_page, PLANS: self.plans_list, VISITS: self.visits_list},
            {PLANS: self.plan_page, VISITS: self.visit_page},
        )
        self._connect()
        self.show_page(LIST)

    # ------------------------------------------------------------ what others call

    def explain(self) -> bool:
        """Explain verdict and dates of who is chosen on the list, visited or planned for."""
        from app.ui.basis import show_basis

        page = self._pages.currentWidget()
        meant: list[int | None] = []
        if page is self.list_page:
            meant = [one.subject_id for one in self.list_page.chosen()]
        elif page is self.visit_page and self.visit_page.whole is not None:
            meant = [self.visit_page.head.subject_id]
        elif page is self.plan_page and self.plan_page.whole is not None:
            meant = [one.subject_id for one in self.plan_page.whole.people]
        return show_basis(self._use_cases, [id_ for id_ in meant if id_ is not None], self)

    def open_plan(self, plan_id: int) -> None:
        """Open a plan; the one that is open is saved first, and stays if it cannot be."""
        self.open_record(PLANS, plan_id)

    def open_visit(self, visit_id: int) -> None:
        """Open a visit."""
        self.open_record(VISITS, visit_id)

    def open_request(self, request_id: int) -> None:
        """Show the requests that still want something, or all, this one chosen."""
        if not self.leave(self.visit_page):
            return
        try:
            request = self._plans.open_request(request_id)
        except UserError as error:
            self._messages.show_error(error)
            return
        self.show_page(VISITS)
        self.visits_list.search.clear()
        self.visits_list.show_requests(finished=request.state == TOLD)
        for place, row in enumerate(self.visits_list.requests.rows):
            if row.id == request.id:
                self.visits_list.request_table.selectRow(place)
                self.visits_list.request_table.setFocus()

    def open_list(self, list_id: int | None, subject_id: int | None = None) -> None:
        """Show a list (or the latest one) with a person on it."""
        self.show_page(LIST)
        self.list_page.open(list_id)
        if subject_id is not None:
            self.list_page.choose(subject_id)

    def open_link(self, opens: tuple[str, int | None], subject_id: int | None = None) -> None:
        """Go where a person's chain leads: entity and id, ``None`` for one to be made."""
        kind, id_ = opens
        if kind == "Plan" and id_ is not None:
            self.open_plan(id_)
        elif kind == "Plan" and subject_id is not None:
            self.new_plan([subject_id])
        elif kind == "Visit" and id_ is not None:
            self.open_visit(id_)
        elif kind == "Request" and id_ is not None:
            self.open_request(id_)
        elif kind == "VisitingList":
            self.open_list(id_, subject_id)
        elif subject_id is not None:
            self.person_requested.emit(subject_id)

    def new_plan(self, subject_ids: Sequence[int], list_id: int | None = None) -> None:
        """Draw up a plan for these people and open it."""
        if self.leave(self.plan_page) and self.plan_page.draw_up(subject_ids, list_id=list_id):
            self.show_page(PLANS)

    def focus_search(self) -> None:
        """Put the cursor into the search box of the page on display."""
        if self._pages.currentWidget() is self.visits_list:
            box = self.visits_list.search
        else:
            if self._pages.currentWidget() is not self.plans_list:
                if not self.leave(self.plan_page):
                    return
                self.show_page(PLANS)
            box = self.plans_list.search
        box.setFocus()
        box.selectAll()

    # ------------------------------------------------------------ acts that begin here

    def choose_for_plan(self) -> None:
        """Choose people from the roster and draw up a plan for them."""
        chosen = choose_people(
            self._use_cases,
            self,
            "新建方案：选择回访对象",
            "拟定方案(&P)",
            lead="可选一人或多人（按住 Ctrl 或 Shift 多选）。一般先列入本期名单，再拟方案。",
        )
        if chosen:
            self.new_plan(chosen)

    def visit_without_plan(self) -> None:
        """Begin a visit without an approved plan: refused, or passed with reason and approver."""
        chosen = choose_people(
            self._use_cases, self, "无方案回访：选择回访对象", "开展回访(&K)", single=True
        )
        if not chosen:
            return

        def begin(given: Sequence[Exemption]) -> Changes:
            changes: Changes = self._plans.begin_visit(chosen[0], None, exemptions=given)
            return changes

        try:
            outcome = through_gates(self, "开展回访", begin)
        except UserError as error:
            self._messages.show_error(error)
            return
        if outcome.changes is not None:
            self._bus.publish(outcome.changes)
            self.open_visit(id_of(outcome.changes, Visit))
        elif outcome.go_to == "plan_id":
            self.new_plan(chosen)

    def add_request(self) -> None:
        """Register what somebody asks for, outside a visit."""
        chosen = choose_people(
            self._use_cases, self, "登记诉求：选择回访对象", "登记诉求(&N)", single=True
        )
        if chosen:
            name = self._use_cases.open_dossier(chosen[0]).subject.name
            self.visits_list.acts.add(chosen[0], None, name)

    def manage_staff(self) -> None:
        """Open the list of staff."""
        from app.ui.staff_dialog import StaffDialog

        dialog = StaffDialog(self._plans, self._bus, self)
        dialog.exec()
        dialog.deleteLater()

    # ------------------------------------------------------------ inside

    def _on_changed(self, changes: Changes) -> None:
        current = self._pages.currentWidget()
        if current is self.plans_list and touches(changes, Plan, Visit):
            self.plans_list.refresh()
        if current is self.visits_list and touches(changes, Visit, Request, Plan):
            self.visits_list.refresh()

    def _connect(self) -> None:
        self.list_page.plan_wanted.connect(self.new_plan)
        self.plans_list.opened.connect(self.open_plan)
        self.plans_list.new_wanted.connect(self.choose_for_plan)
        self.plan_page.plan_requested.connect(self.open_plan)
        self.plan_page.visit_requested.connect(self.open_visit)
        for one in (self.plan_page, self.list_page):
            one.staff_requested.connect(self.manage_staff)
        self.visits_list.opened.connect(self.open_visit)
        self.visits_list.without_plan.connect(self.visit_without_plan)
        self.visits_list.add_request.connect(self.add_request)
        self.visit_page.plan_requested.connect(self.open_plan)
        self.visit_page.form_requested.connect(self.form_requested)
        self.visit_page.link_requested.connect(self.link_requested)
        for page in (self.list_page, self.plan_page, self.visits_list, self.visit_page):
            page.person_requested.connect(self.person_requested)
        self._bus.changed.connect(self._on_changed)
