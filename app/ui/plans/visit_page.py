"""One visit: what really happened, until it is done, corrected with a reason, or called off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.attachment import TALK_RECORD
from app.domain.fields import Problem, display
from app.domain.plan import BY_LETTER, ON_SITE, PERSON, WholePlan
from app.domain.registration_form import RegistrationForm
from app.domain.request import ANSWERED, OPEN, Request
from app.domain.staff import Staff
from app.domain.visit import CALLED_OFF, DONE, UNDER_WAY, Contact, Talk, Visit, WholeVisit
from app.services.ports import Changes, UserError
from app.services.use_cases import UseCases
from app.ui.changes import ChangeBus, touches
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar, ask_reason
from app.ui.plans.request_dialogs import RequestActs
from app.ui.plans.visit_sections import (
    ContactsSection,
    DeviationsSection,
    ParticipantsSection,
    RequestsSection,
    TalksSection,
)
from app.ui.records.check_panel import Finding, findings
from app.ui.records.gate_dialog import exemption_line
from app.ui.records.record_page import RecordPage
from app.ui.records.sheet import FieldsSection, Section
from app.ui.roster.entity_form import Place


class VisitPage(RecordPage):
    """The page of a visit."""

    person_requested = Signal(int)
    plan_requested = Signal(int)
    form_requested = Signal(int)  # form id
    link_requested = Signal(object, object)  # (entity, id) of another tab, subject id
    kind = "回访记录"
    done = "各项均已填写，可以办理完成。"
    whole: WholeVisit

    def __init__(
        self,
        use_cases: UseCases,
        bus: ChangeBus,
        jobs: JobRunner,
        messages: MessageBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(use_cases, bus, jobs, messages, parent)
        self._reason = ""  # why a finished visit is being corrected
        self._plan: WholePlan | None = None
        self._name = self._workplace = self._unit = self._phone = self._address = ""
        self.requests = RequestActs(use_cases, bus, messages, self)
        bus.changed.connect(self._on_changed)

    # ------------------------------------------------------------ what the page is about

    @property
    def head(self) -> Visit:
        """The visit itself."""
        return self.whole.visit

    def head_of(self, whole: WholeVisit) -> Visit:
        """See ``head``."""
        return whole.visit

    def read(self, id_: int) -> WholeVisit:
        """See ``services.visits``; who is visited comes along."""
        whole = self.plans.open_visit(id_)
        visit = whole.visit
        self._plan = self.plans.open_plan(visit.plan_id) if visit.plan_id is not None else None
        subject = self.use_cases.open_dossier(visit.subject_id or 0).subject
        self._name, self._unit = subject.name, subject.unit
        self._workplace, self._phone = subject.workplace, subject.phone
        self._address = subject.address
        return whole

    def keep(self) -> Changes:
        """See ``services.visits``."""
        return self.plans.save_visit(self.whole, self._reason)

    def editable(self) -> bool:
        """While it is under way, or being corrected."""
        return self.head.state == UNDER_WAY or (self.head.state == DONE and bool(self._reason))

    def title(self) -> str:
        """Whom and when."""
        return f"回访{self._name}（{self.head.method}，{display(self.head.on) or '日期未定'}）"

    def part_lists(self, whole: WholeVisit) -> Sequence[list[Any]]:
        """Participants, talks and contacts."""
        return (whole.participants, whole.talks, whole.contacts)

    def close_record(self) -> None:
        """Back to the list; a correction ends here."""
        super().close_record()
        if self.whole is None:
            self._reason = ""

    def make_sections(self) -> Sequence[Section]:
        """In the order in which a visit goes."""
        sheet, whole = self.sheet, self.whole
        head = FieldsSection(
            "回访情况",
            sheet,
            "head",
            self.head,
            (
                Place("method"),
                Place("on"),
                Place("time"),
                Place("until"),
                Place("place", wide=True),
            ),
            only=self._shown_of_head,
            depends_on="method",
        )
        learnt = FieldsSection(
            "了解的情况",
            sheet,
            "learnt",
            self.head,
            tuple(
                Place(name, wide=True)
                for name in ("materials", "conduct", "execution", "education", "rights")
            ),
        )
        unit = FieldsSection(
            "所在单位评价意见",
            sheet,
            "unit",
            self.head,
            (
                *(
                    Place(name, wide=True)
                    for name in (
                        "unit_politics",
                        "unit_work",
                        "unit_mending",
                        "unit_opinions",
                        "unit_party",
                    )
                ),
                Place("unit_signed_on"),
            ),
        )
        self._deviations = DeviationsSection(sheet, whole)
        talks = TalksSection(sheet, whole, self.new_talk)
        contacts = ContactsSection(sheet, whole, self.new_contact)
        records: tuple[Section, ...] = (talks, contacts)
        if self.head.method != ON_SITE:
            records = (contacts, talks)
        requests = RequestsSection(
            sheet,
            whole,
            add=lambda: self.requests.add(self.head.subject_id or 0, self.head.id, self._name),
            open_request=self.next_of,
            today=self.plans.today(),
        )
        people = ParticipantsSection(sheet, whole, self._staff)
        papers = self.attachments(Visit, TALK_RECORD)
        return (head, people, *records, learnt, unit, requests, papers, self._deviations)

    def findings(self) -> tuple[Sequence[Finding], Any, Any]:
        """What bars finishing, what is missing, and how it differs from the plan."""
        check = self.plans.check_visit(self.whole)
        self._deviations.show_deviations(check.deviations)
        if not self.editable():
            return (), (), ()
        warnings = [Problem("deviation", str(one)) for one in check.deviations]
        return findings(check.problems, check.obstacles, warnings), check.problems, ()

    def standing(self) -> str:
        """Whether its form is written."""
        if self.head.state != DONE:
            return f"此次回访{self.head.state}。"
        if self.head.form_id is not None:
            return "回访已完成，已有登记表。"
        return "回访已完成，请填写登记表（办法第八条第四项）。"

    def banner_lines(self) -> Sequence[str]:
        """Every exception of the visit and its plan, why it was called off or is corrected."""
        own = self._plan.exemptions if self._plan else ()
        mine = [one for one in own if one.subject_id in (None, self.head.subject_id)]
        lines = [exemption_line(one) for one in (*mine, *self.whole.exemptions)]
        if self.head.state == CALLED_OFF:
            lines.append(f"未成行：{self.head.called_off}")
        if self._reason:
            lines.append(f"正在更正已完成的回访，理由：{self._reason}")
        return list(dict.fromkeys(lines))

    # ------------------------------------------------------------ parts

    def _shown_of_head(self) -> Sequence[str]:
        place = ("place",) if self.head.method == ON_SITE or self.head.place else ()
        return ("method", "on", "time", "until", *place)

    def new_talk(self, audience: str) -> Talk:
        """Return a record with the plan's points for this audience as questions."""
        earlier = self.whole.talks[-1] if self.whole.talks else None
        points = self._plan.points if self._plan else []
        subject = self.head.subject_id
        names = [one.name for one in self.whole.participants]
        return Talk(
            audience=audience,
            name=self._name if audience == PERSON else "",
            post=self._workplace if audience == PERSON else self._unit,
            on=self.head.on,
            place=self.head.place,
            talker=earlier.talker if earlier else (names[0] if names else ""),
            recorder=earlier.recorder if earlier else (names[1] if len(names) > 1 else ""),
            exchanges=[
                {"question": point.words, "answer": ""}
                for point in points
                if point.audience == audience and point.subject_id in (None, subject)
            ]
            or [{"question": "", "answer": ""}],
        )

    def new_contact(self, method: str) -> Contact:
        """Return a record with what roster and plan know."""
        plan = self._plan.plan if self._plan else None
        names = "、".join(one.name for one in self.whole.participants)
        contact = Contact(
            method=method, audience=PERSON, name=self._name, on=self.head.on, staff=names
        )
        if method == BY_LETTER:
            contact.address = (plan.address if plan else "") or self._address
            contact.tracking = plan.mailing if plan else ""
        else:
            contact.phone = self._phone
            contact.time = self.head.time
        return contact

    def _staff(self) -> Sequence[Staff]:
        return self.plans.staff()

    # ------------------------------------------------------------ what can be done

    def show_acts(self) -> None:
        """The buttons of this state."""
        state = self.head.state
        if state == UNDER_WAY:
            self.add_act("办理完成(&T)", self.finish, role="primary")
        elif state == DONE:
            if not self._reason:
                self.add_act("更正(&W)…", self.correct)
            made = "打开登记表(&G)" if self.head.form_id else "生成登记表(&G)"
            form_first = self.head.form_id is None
            self.add_act(
                made,
                self.ask_for_form,
                role="primary" if form_first else "secondary",
                looks=not form_first,
            )
            if not form_first:
                self.add_act("结果与归档(&J)", self.ask_for_result, role="primary", looks=True)
        self.add_papers()
        self.add_basis(self.head.subject_id)
        self.add_more(
            "查看名册", lambda: self.person_requested.emit(self.head.subject_id or 0), looks=True
        )
        if self.head.plan_id is not None:
            self.add_more(
                "查看方案", lambda: self.plan_requested.emit(self.head.plan_id or 0), looks=True
            )
        if state == UNDER_WAY:
            self.add_more("未成行…", self.call_off)

    def finish(self) -> None:
        """Say that the visit is done."""
        head = self.head
        self.through(
            "办理完成",
            lambda given: self.plans.finish_visit(head.id, exemptions=given, seen=head.revision),
            "回访已完成，请填写登记表（办法第八条第四项）",
        )

    def correct(self) -> None:
        """Let a finished visit be corrected, with the reason."""
        reason = ask_reason(
            self, "更正回访记录", "这次回访已经完成。更正的内容和理由都将留存。", act="更正(&U)"
        )
        if reason is not None:
            self._reason = reason
            self.show_record(self.whole)

    def call_off(self) -> None:
        """Say that it did not come about."""
        reason = ask_reason(
            self, "回访未成行", "按同一方案可以另行开展回访。", act="登记未成行(&R)"
        )
        if reason is None or not self.save_pending():
            return
        self.attempt(lambda: self.plans.call_off_visit(self.head.id or 0, reason))

    def ask_for_form(self) -> None:
        """Open the registration form of this visit."""
        if not self.save_pending():
            return
        try:
            form_id, changes = self.plans.form_of_visit(self.head.id or 0)
        except UserError as error:
            self.messages.show_error(error)
            return
        self.bus.publish(changes)
        self.form_requested.emit(form_id)

    def ask_for_result(self) -> None:
        """Go on to the result of this visit."""
        if self.save_pending():
            self.link_requested.emit(("ResultOf", self.head.id), self.head.subject_id)

    def next_of(self, request: Request) -> None:
        """Take the next step with a request."""
        if request.state == OPEN:
            self.requests.answer(request.id or 0)
        elif request.state == ANSWERED:
            self.requests.tell(request.id or 0)
        else:
            self.requests.show(request.id or 0)

    def _on_changed(self, changes: Changes) -> None:
        if self.whole is None:
            return
        if touches(changes, Request):
            self.whole.requests = self.plans.open_visit(self.head.id or 0).requests
            for section in self.sheet.sections:
                if isinstance(section, RequestsSection):
                    section.rebuild()
        linked = self.head.id in touches(changes, Visit) or touches(changes, RegistrationForm)
        if linked and not self.has_unsaved() and self.head.state == DONE and not self._reason:
            self.reread()
