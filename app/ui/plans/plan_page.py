"""One plan: written, put before the approver, carried out, closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.attachment import APPROVAL_SCAN, Attachment
from app.domain.fields import display
from app.domain.plan import (
    APPROVE,
    APPROVED,
    CARRIED_OUT,
    CLOSED,
    DRAFT,
    EDITABLE,
    REJECT,
    REJECTED,
    SIGNED_SCAN,
    SUBMITTED,
    Plan,
    PlanPerson,
    TalkPoint,
    WholePlan,
)
from app.domain.staff import Staff
from app.domain.subject import Case, Event, Sanction, Subject
from app.domain.visit import UNDER_WAY, Visit
from app.services.ports import Changes, UserError
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.basis import show_basis
from app.ui.changes import ChangeBus, WhenSeen, touches
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar, Question
from app.ui.plans.plan_acts import PlanActs
from app.ui.plans.plan_sections import GroupSection, PeopleSection, field_sections
from app.ui.plans.plan_wording import PlanWording
from app.ui.plans.points_section import PointsSection
from app.ui.records.check_panel import Finding, findings
from app.ui.records.gate_dialog import exemption_line
from app.ui.records.record_page import RecordPage
from app.ui.records.sheet import Section

_FACTS = (Subject, Case, Sanction, Event)


class PlanPage(RecordPage):
    """The page of a plan. What can be done next stands at its head."""

    person_requested = Signal(int)
    plan_requested = Signal(int)  # another plan: a copy, a new version
    visit_requested = Signal(int)
    staff_requested = Signal()
    kind = "方案"
    done = "各项均已填写，可以报审。"
    whole: WholePlan

    def __init__(
        self,
        use_cases: UseCases,
        bus: ChangeBus,
        jobs: JobRunner,
        messages: MessageBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(use_cases, bus, jobs, messages, parent)
        self.acts = PlanActs(self)
        self.wording = PlanWording(self)
        WhenSeen(bus, self, self._on_changed)

    # ------------------------------------------------------------ what the page is about

    @property
    def head(self) -> Plan:
        """The plan itself."""
        return self.whole.plan

    def head_of(self, whole: WholePlan) -> Plan:
        """See ``head``."""
        return whole.plan

    def read(self, id_: int) -> WholePlan:
        """See ``services.plans``."""
        return self.plans.open_plan(id_)

    def keep(self) -> Changes:
        """See ``services.plans``."""
        return self.plans.save_plan(self.whole)

    def editable(self) -> bool:
        """Drafts and plans that were sent back."""
        return self.head.state in EDITABLE

    def title(self) -> str:
        """The plan's name, with its version from the second on."""
        version = f"（第{self.head.version}版）" if (self.head.version or 1) > 1 else ""
        return f"{self.head.title or '未命名方案'}{version}"

    def part_lists(self, whole: WholePlan) -> Sequence[list[Any]]:
        """People, members and points."""
        return (whole.people, whole.members, whole.points)

    def draw_up(self, subject_ids: Sequence[int], *, list_id: int | None = None) -> bool:
        """Draw up a plan for these people and keep it at once; return whether it is open."""
        if not self.save_pending():
            return False
        try:
            whole = self.plans.draw_up_plan(list(subject_ids), list_id=list_id)
            changes = self.plans.save_plan(whole)
        except UserError as error:
            self.messages.show_error(error)
            return False
        self.bus.publish(changes)
        self.show_record(whole)
        return True

    def make_sections(self) -> Sequence[Section]:
        """The plan in the order in which it is printed."""
        fields = field_sections(self.sheet, self.head)
        self.wording.watch_method(fields["how"].form)
        people = PeopleSection(
            self.sheet,
            self.whole,
            add=self.add_person,
            open_person=self.person_requested.emit,
            explain=lambda id_: show_basis(self.use_cases, [id_], self),
            drop=self.acts.drop if self.head.state == APPROVED else None,
            change=self.wording.change_people,
        )
        group = GroupSection(
            self.sheet,
            self.whole,
            staff=self._staff,
            manage_staff=self.staff_requested.emit,
        )
        points = PointsSection(self.sheet, self.whole, self._proposed_points)
        return (
            fields["head"],
            people,
            group,
            fields["why"],
            fields["how"],
            fields["content"],
            points,
            fields["care"],
            self.attachments(Plan, APPROVAL_SCAN),
        )

    def findings(self) -> tuple[Sequence[Finding], Any, Any]:
        """What bars submitting, what is missing, what to look at again."""
        if not self.editable():
            return (), (), ()
        check = self.plans.check_plan(self.whole)
        return (
            findings(check.problems, check.obstacles, check.warnings),
            check.problems,
            check.warnings,
        )

    def standing(self) -> str:
        """Who decided, and what comes next."""
        state = self.head.state
        if state == SUBMITTED:
            return "内容已固定，等待学校纪委主要负责人审核同意。"
        if state == APPROVED:
            return f"{self.approved_words()}。请按方案开展回访；需要改动的，改期或建立新版本。"
        if state == CARRIED_OUT:
            return "全部对象均已回访。登记表定稿后办结。"
        return f"方案{state}。"

    def banner_lines(self) -> Sequence[str]:
        """Why it was sent back, by whom it was approved, and every exception."""
        lines = [exemption_line(one) for one in self.whole.exemptions]
        if self.head.state == REJECTED and (step := self.whole.last(REJECT)) is not None:
            lines.insert(0, f"{display(step.on)}退回修改：{step.opinion}")
        approved = self.whole.last(APPROVE)
        if approved is not None and approved.means == SIGNED_SCAN and not self._has_scan():
            lines.append("已签字的审批单扫描件还没有附入，请在下面“附件”中补附")
        if self.head.what_changed:
            lines.append(f"第{self.head.version}版变更：{self.head.what_changed}")
        try:
            news = self.plans.plan_news(self.whole) if self.editable() else ()
        except UserError as error:
            lines.append(str(error))
        else:
            if news:
                more = f"等{len(news)}处" if len(news) > 2 else ""
                said = "；".join(str(one) for one in news[:2])
                lines.append(f"名册有变化：{said}{more}。可在“更多—按名册更新对象信息”中更新")
        return lines

    def _has_scan(self) -> bool:
        papers = self.use_cases.attachments.of(Plan, self.head.id or 0)
        return any(one.kind == APPROVAL_SCAN for one in papers)

    # ------------------------------------------------------------ what can be done

    def show_acts(self) -> None:
        """The buttons of this state, the next step last and in blue."""
        acts, state = self.acts, self.head.state
        theme.set_role(self._badge, "badge")
        if state in EDITABLE:
            again = "重新报审(&T)" if state == REJECTED else "报审(&T)"
            self.add_act(again, acts.submit, role="primary")
        elif state == SUBMITTED:
            self.add_act("退回(&J)…", acts.reject)
            self.add_act("批准(&A)…", acts.approve, role="primary")
        elif state == APPROVED:
            self.add_act("改期(&D)…", acts.move)
            self.add_act("修改方案(&W)…", acts.revise, tip="建立新版本，写明改了什么，重新报审")
            self.add_act("开展回访(&K)…", acts.begin_visit, role="primary")
        elif state == CARRIED_OUT:
            self.add_act("查看回访(&K)…", acts.begin_visit, looks=True)
            self.add_act("办结(&O)", acts.close, role="primary")
        elif state == CLOSED:
            self.add_act("查看回访(&K)…", acts.begin_visit, looks=True)
        if self.editable():
            self.wording.fill(self)
            self.add_more("按名册更新对象信息", self.refresh_people)
            self._more_menu.addSeparator()
        self.add_papers()
        self.add_more("流转记录…", acts.show_history, looks=True)
        self.add_more("复制为新方案", acts.copy)
        if state == SUBMITTED:
            self.add_more("撤回…", acts.withdraw)
        if state in (DRAFT, REJECTED, SUBMITTED, APPROVED):
            self._more_menu.addSeparator()
            self.add_more("作废…", acts.cancel)

    def approved_words(self) -> str:
        """Return by whom and when the plan was approved, for dialogs."""
        step = self.whole.last(APPROVE)
        return f"{display(step.on)}由{step.who}批准" if step else ""

    def mend(self, path: str) -> None:
        """Go to what keeps a gate closed; a missing form is mended at its visit."""
        name, _, id_ = path.partition(".")
        if name == "visits":
            self.visit_requested.emit(int(id_))
        elif name == "staff":
            self.staff_requested.emit()
        else:
            super().mend(path)

    # ------------------------------------------------------------ people and wording

    def add_person(self) -> None:
        """Let the user choose one more person from the roster."""
        from app.ui.records.person_chooser import choose_people

        known = [one.subject_id for one in self.whole.people if one.subject_id]
        chosen = choose_people(self.use_cases, self, "添加回访对象", "添加(&A)", known)
        for subject_id in chosen:
            self.take_in(subject_id)

    def take_in(self, subject_id: int) -> None:
        """Add a person to the plan, with what the roster says."""
        from app.ui.records.typing import replace_parts

        try:
            more = self.plans.add_person(self.whole, subject_id)
        except UserError as error:
            self.messages.show_warning(str(error))
            return
        section = next(one for one in self.sheet.sections if isinstance(one, PeopleSection))
        title = f"添加{more.people[-1].name}"
        people = self.whole.people
        add = replace_parts(title, people, [*people, more.people[-1]], section.rebuild)
        self.wording.change_people(title, lambda: self.sheet.push(add))
        self.sheet.go_to(f"people.{len(self.whole.people) - 1}.character")

    def refresh_people(self) -> None:
        """Bring what the roster says of everybody up to date."""
        if not self.save_pending():
            return
        try:
            fresh = self.plans.refresh_people(self.whole)
        except UserError as error:
            self.messages.show_error(error)
            return
        self.show_record(fresh, path="people")
        self.autosave.touch()
        self.messages.show_info("回访对象的信息已按名册更新；性格、思想状况等分析未作改动")

    def _proposed_points(self) -> Sequence[TalkPoint]:
        try:
            return self.plans.propose_points(self.whole)
        except UserError as error:
            self.messages.show_error(error)
            return ()

    def _staff(self) -> Sequence[Staff]:
        return self.plans.staff()

    def choose_subject(self, title: str, people: Sequence[PlanPerson]) -> int | None:
        """Ask about whom of several people something is."""
        if len(people) == 1:
            return people[0].subject_id
        question = Question(self, title, "这份方案有多名回访对象，请选择一名。", kind="info")
        for person in people:
            question.offer(str(person.subject_id), person.name)
        question.offer("", "取消(&C)")
        answer = question.ask()
        return int(answer) if answer else None

    def visits(self) -> Sequence[Visit]:
        """Return the visits under this plan."""
        found = [
            visit
            for person in self.whole.people
            for visit in self.plans.visits_of(person.subject_id or 0)
            if visit.plan_id == self.head.id
        ]
        return sorted(found, key=lambda one: (one.state != UNDER_WAY, -(one.id or 0)))

    def _on_changed(self, changes: Changes) -> None:
        if self.whole is None:
            return
        if touches(changes, *_FACTS, Staff, Attachment):
            self.banner.show_lines(self.banner_lines())
            self.check_now()
