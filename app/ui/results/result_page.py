"""One visit after it was made: result, what it demands, feedback, letters, the volume - one chain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.attachment import LETTER, Attachment
from app.domain.fields import display
from app.domain.filing import FILED, Expected, WholeFiling, page_total, place_of
from app.domain.outcome import DECIDED, Outcome
from app.domain.registration_form import RegistrationForm
from app.domain.request import Request
from app.domain.result_stage import ResultFacts, stage
from app.domain.visit import Visit
from app.services.ports import Changes
from app.services.use_cases import UseCases
from app.ui.changes import ChangeBus, WhenSeen, touches
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar, ask_reason
from app.ui.records.check_panel import Finding, findings
from app.ui.records.gate_dialog import exemption_line
from app.ui.records.record_page import RecordPage
from app.ui.records.sheet import Section
from app.ui.results.acts import ResultActs
from app.ui.results.sections import (
    ActsSection,
    FeedbackSection,
    FilingSection,
    LettersSection,
    PapersSection,
    ResultSection,
)


class ResultPage(RecordPage):
    """The page of a result. Until it is decided the result is written here; then the volume is."""

    link_requested = Signal(object, object)  # (entity, id), subject id
    kind = "回访结果"
    done = "必填各项已填写。"
    whole: WholeFiling

    def __init__(
        self,
        use_cases: UseCases,
        bus: ChangeBus,
        jobs: JobRunner,
        messages: MessageBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(use_cases, bus, jobs, messages, parent)
        self.acts = ResultActs(use_cases, bus, jobs, messages, self, self.reread)
        WhenSeen(bus, self, self._on_changed)

    # ------------------------------------------------------------ what the page is about

    def head_of(self, whole: WholeFiling) -> Outcome:
        """The result itself."""
        return whole.result.outcome

    def read(self, id_: int) -> WholeFiling:
        """See ``services.filing``."""
        return self.results.open(id_)

    def keep(self) -> Changes:
        """See ``services.results`` and ``services.filing``."""
        return self.results.save(self.whole)

    def editable(self) -> bool:
        """Until it is filed."""
        return self.whole.entry.state != FILED

    def title(self) -> str:
        """Of whose visit."""
        result = self.whole.result
        return f"{result.name}：{display(result.visit.on)}{result.visit.method}回访的结果"

    def part_lists(self, whole: WholeFiling) -> Sequence[list[Any]]:
        """The volume and its papers; the others are entered in dialogs."""
        return ([whole.entry], whole.papers)

    def state_word(self) -> str:
        """How far it has come towards the file."""
        result = self.whole.result
        return stage(
            ResultFacts(
                result.visit,
                result.outcome,
                list(result.acts),
                list(result.feedbacks),
                list(result.reminders),
                self.whole.entry,
            )
        )

    def make_sections(self) -> Sequence[Section]:
        """In the order in which things happen."""
        sheet, whole, today = self.sheet, self.whole, self.results.today()
        filing = FilingSection(sheet, whole, self._go)
        return (
            ResultSection(sheet, whole),
            ActsSection(
                sheet,
                whole,
                today,
                add=lambda: self._first_saved(self.acts.add_act, self.whole.result),
                work_on=lambda act: self._first_saved(self.acts.work_on, self.whole.result, act),
            ),
            FeedbackSection(
                sheet,
                whole,
                add=lambda who: self._first_saved(self.acts.feed_back, self.whole.result, who),
                change=lambda one: self._first_saved(
                    self.acts.change_feedback, self.whole.result, one
                ),
                papers=self.acts.papers,
            ),
            LettersSection(
                sheet,
                whole,
                today,
                add=lambda kind: self._first_saved(self.acts.new_letter, self.whole.result, kind),
                change=lambda one: self._first_saved(
                    self.acts.change_letter, self.whole.result, one
                ),
                papers=self.acts.papers,
            ),
            filing,
            PapersSection(
                sheet,
                whole,
                listed=filing.rebuild,
                propose=lambda: self.results.propose_papers(self.head.id or 0),
                edit=self.acts.edit_paper,
            ),
            self.attachments(Outcome, LETTER),
        )

    def findings(self) -> tuple[Sequence[Finding], Any, Any]:
        """First what bars deciding, then what bars filing."""
        if not self.editable():
            return (), (), ()
        deciding, closed, filing, unfiled = self.results.problems(self.whole)
        if self.head.state != DECIDED:
            return findings(deciding, closed), deciding, ()
        within = [replace(one, field=place_of(one)) for one in filing]
        return findings(within, unfiled), within, ()

    def standing(self) -> str:
        """Where the papers lie."""
        entry = self.whole.entry
        return (
            f"{display(entry.filed_on)}已归档，案卷号{entry.file_number}，"
            f"{len(self.whole.papers)}件{page_total(self.whole.papers)}页，"
            f"{entry.handed_by}移交、{entry.handed_to}接收。"
        )

    def banner_lines(self) -> Sequence[str]:
        """Every exception of the visit."""
        return [exemption_line(one) for one in self.whole.result.exemptions]

    # ------------------------------------------------------------ what can be done

    def show_acts(self) -> None:
        """The buttons of this state."""
        if not self.editable():
            self.add_act("撤销归档(&W)…", self.unfile)
        elif self.head.state == DECIDED:
            self.add_act("更正结果(&W)…", self.reopen)
            self.add_act("归档(&G)", self.file, role="primary")
        else:
            self.add_act("确定结果(&T)", self.decide, role="primary")
        self.add_papers()
        result = self.whole.result
        self.add_more("登记结果使用…", lambda: self.acts.ask(self._subject(), result.name))
        self.add_more("查看回访", lambda: self._open(("Visit", result.visit.id)), looks=True)
        if result.form is not None:
            form = ("RegistrationForm", result.form.id)
            self.add_more("查看登记表", lambda: self._open(form), looks=True)
        self.add_basis(self._subject())
        self.add_more("查看名册", lambda: self._open(("Subject", self._subject())), looks=True)

    def decide(self) -> None:
        """Say that the result stands."""
        self.through(
            "确定结果",
            lambda given: self.results.decide(
                self.head.id, exemptions=given, seen=self.head.revision
            ),
            "结果已确定，第九条要求的事项已列出",
        )

    def file(self) -> None:
        """Close the volume."""
        self.through(
            "归档",
            lambda given: self.results.file(
                self.head.id, exemptions=given, seen=self.whole.entry.revision
            ),
            "已归档，登记表、回访和结果不能再改",
        )

    def reopen(self) -> None:
        """Let the result be corrected."""
        reason = ask_reason(
            self, "更正回访结果", "更正的内容和理由都将留存；已办结的事项保留。", act="更正(&U)"
        )
        if reason is not None and self.save_pending():
            self.attempt(lambda: self.results.reopen(self.head.id or 0, reason))

    def unfile(self) -> None:
        """Open the volume again."""
        reason = ask_reason(
            self,
            "撤销归档",
            "撤销后，登记表、回访记录和结果可以更改；原案卷号和归档日期留存在日志中。",
            act="撤销归档(&U)",
        )
        if reason is not None:
            self.attempt(lambda: self.results.unfile(self.head.id or 0, reason))

    def mend(self, path: str) -> None:
        """Go where a gate is opened: the form or the requests lie on other pages."""
        result = self.whole.result
        if path == "form":
            form = result.form
            self._open(("RegistrationForm", form.id) if form else ("Visit", result.visit.id))
        elif path == "requests":
            self._open(("Visit", result.visit.id))
        elif path:
            self.sheet.go_to(path)

    def _go(self, expected: Expected) -> None:
        """Go where a missing paper is made; on this page, to its card."""
        if expected.opens[0] == "Outcome":
            self.sheet.go_to(
                {"反馈函": "feedbacks", "教育提醒记录": "acts"}.get(expected.sort, "reminders")
            )
        else:
            self._open(expected.opens)

    def _subject(self) -> int:
        return self.whole.entry.subject_id or 0

    def _open(self, opens: tuple[str, int | None]) -> None:
        if self.save_pending():
            self.link_requested.emit(opens, self._subject())

    def _first_saved(self, act: Callable[..., object], *given: Any) -> None:
        """Save before a dialog is opened: what it keeps is read back afterwards."""
        if self.save_pending():
            act(*given)

    def _on_changed(self, changes: Changes) -> None:
        if self.whole is None or self.has_unsaved():
            return
        # Its own acts reread by themselves; a scan brings the pages of its paper.
        if touches(changes, Visit, RegistrationForm, Request, Attachment):
            self.reread()
