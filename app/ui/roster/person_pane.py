"""The chosen person beside the list: where they stand, why, and everything known about them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.assessment import Assessment
from app.domain.fields import display, form_fields
from app.domain.subject import Case, Dossier, Event, Subject
from app.services.ports import UserError
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.allowed import edits
from app.ui.attachments.panel import AttachmentPanel
from app.ui.jobs import JobRunner
from app.ui.records.chain_line import ChainCard
from app.ui.roster.columns import masked_address, masked_phone
from app.ui.roster.findings import findings
from app.ui.roster.period_card import ArticleLinks, PeriodCard, clear
from app.ui.roster.records_card import RecordsCard
from app.ui.roster.timeline_view import RecordLine, TimelineCard, TimelineDialog, in_order
from app.ui.roster.verdict_mark import VerdictPill

_FACTS = (
    "sex",
    "born_on",
    "education",
    "work_since",
    "membership",
    "party_since",
    "person_type",
    "unit",
    "phone",
    "address",
    "remarks",
)
_TYPED_WITH_PERSON = ("Subject", "Case", "Sanction", "Event")
_MASKS: dict[str, Callable[[str], str]] = {"phone": masked_phone, "address": masked_address}


class PersonPane(QWidget):
    """Shows one person; reads them afresh when asked to."""

    edit_requested = Signal(int)
    form_requested = Signal(int)
    case_file_requested = Signal(int)
    link_requested = Signal(object, int)  # what the person's chain leads to, subject id

    changed = Signal(object)  # Changes

    def __init__(self, use_cases: UseCases, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._use_cases = use_cases
        self._papers = AttachmentPanel(use_cases.attachments, jobs)
        self._papers.changed.connect(self.changed)
        self.subject_id: int | None = None
        self._unmasked = False
        self.setMinimumWidth(264)
        self.setAccessibleName("人员详情")

        self._name = theme.label("", "title", wrap=True)
        self._pill = VerdictPill()
        self._line = theme.label("", "muted", wrap=True)
        self._reason = _text("")
        self._why = ArticleLinks(use_cases.article)
        self._chain = ChainCard(use_cases.plans.chain)
        self._chain.link_requested.connect(self.link_requested)
        self._timeline = TimelineCard(use_cases.timeline)
        self._timeline.opened.connect(self._open)
        self._timeline.all_wanted.connect(self.show_timeline)
        self._records = RecordsCard()
        self._records.opened.connect(self._open)
        self._problems = QVBoxLayout()
        self._periods = QVBoxLayout()
        self._cases = QVBoxLayout()
        self._events = QVBoxLayout()
        self._forms = QVBoxLayout()
        self._facts = QGridLayout()
        for layout in (self._problems, self._periods, self._cases, self._events, self._forms):
            theme.margins(layout, 0, theme.SMALL)
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setHorizontalSpacing(theme.MEDIUM)
        self._facts.setVerticalSpacing(theme.TINY)
        self._facts.setColumnStretch(1, 1)
        self._unmask = theme.button("显示电话和住址", self._on_unmask, role="link")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._person_page())
        nobody = theme.EmptyState(
            "person", "未选择人员", "在左侧选择一人，这里显示其处分、期限和认定依据。"
        )
        nobody.sentence.setMinimumWidth(200)  # the pane is narrower than a page
        self._pages.addWidget(nobody)
        self._pages.setCurrentIndex(1)
        page = QVBoxLayout(self)
        theme.margins(page, 0)
        page.addWidget(self._pages)

    # ------------------------------------------------------------ showing

    def show_person(self, subject_id: int) -> None:
        """Show this person; one who is gone leaves the pane empty."""
        if subject_id != self.subject_id:
            self._unmasked = False
        self.subject_id = subject_id
        self.refresh()

    def show_nobody(self) -> None:
        """Show that nobody is chosen."""
        self.subject_id = None
        self._pages.setCurrentIndex(1)

    def refresh(self) -> None:
        """Read the person afresh."""
        if self.subject_id is None:
            return
        try:
            dossier = self._use_cases.open_dossier(self.subject_id)
        except UserError:
            self.show_nobody()
            return
        self._show_head(dossier.subject)
        self._show_standing(dossier)
        self._chain.show_person(self.subject_id)
        self._records.show_rows(self._timeline.show_person(self.subject_id))
        self._show_cases(dossier)
        self._show_events(dossier)
        self._show_forms()
        self._papers.show_person(self.subject_id)
        self._show_facts(dossier.subject)
        self._pages.setCurrentIndex(0)

    def _show_head(self, subject: Subject) -> None:
        self._name.setText(subject.name or "（未填姓名）")
        facts = (subject.sex, display(subject.born_on), subject.workplace or subject.unit)
        self._line.setText("　".join(fact for fact in facts if fact))

    def _show_standing(self, dossier: Dossier) -> None:
        assessment: Assessment = self._use_cases.assess(dossier)
        self._pill.show_verdict(assessment.verdict)
        self._reason.setText(assessment.reason)
        self._why.show_references(assessment.references)
        in_cards = {doubt for card in assessment.cards for doubt in card.doubts}
        doubts = [*findings(dossier, assessment, with_gaps=True).all()]
        doubts += [doubt for doubt in assessment.doubts if doubt not in in_cards]
        clear(self._problems)
        for doubt in dict.fromkeys(doubts):
            self._problems.addWidget(theme.label(f"△ {doubt}", "warning", wrap=True))
        clear(self._periods)
        for card in assessment.cards:
            shown = PeriodCard(self._use_cases.article)
            title = f"{card.sanction.regime}　{card.sanction.kind}"
            shown.show_period(title, card.heading, card.steps, card.doubts, card.references)
            self._periods.addWidget(shown)
        if not assessment.cards:
            self._periods.addWidget(_nothing("还没有录入处分。"))

    def _show_cases(self, dossier: Dossier) -> None:
        clear(self._cases)
        for case in dossier.cases:
            self._cases.addWidget(_case_card(case))
        if not dossier.cases:
            self._cases.addWidget(_nothing("还没有录入受处分原因。"))

    def _show_events(self, dossier: Dossier) -> None:
        clear(self._events)
        known = [event for event in dossier.events if event.on is not None]
        unknown = [event for event in dossier.events if event.on is None]
        for event in (*sorted(known, key=lambda event: event.on.first), *unknown):  # type: ignore[union-attr]
            self._events.addWidget(_text(event_line(event)))
        if not dossier.events:
            self._events.addWidget(_nothing("无。"))

    def _show_forms(self) -> None:
        clear(self._forms)
        assert self.subject_id is not None
        forms = self._use_cases.forms_of(self.subject_id)
        for form in forms:
            saved = f"{form.saved_at:%Y-%m-%d %H:%M} 保存" if form.saved_at else "尚未保存"
            words = f"回访时间 {form.visited_on or '未填'}"
            line = RecordLine(saved, words, ("RegistrationForm", form.id))
            line.opened.connect(self._open)
            self._forms.addWidget(line)
        if not forms:
            self._forms.addWidget(_nothing("还没有登记表。"))

    def _show_facts(self, subject: Subject) -> None:
        clear_grid(self._facts)
        mask = self._use_cases.settings().mask_contacts and not self._unmasked
        specs = form_fields(subject)
        hidden = False
        row = 0
        for name in _FACTS:
            value = display(getattr(subject, name))
            if not value:
                continue
            if mask and name in _MASKS:
                hidden = hidden or _MASKS[name](value) != value
                value = _MASKS[name](value)
            caption = theme.label(specs[name].label, "muted")
            self._facts.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(_text(value), row, 1)
            row += 1
        self._unmask.setVisible(hidden)

    # ------------------------------------------------------------ layout

    def _person_page(self) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, theme.TINY, 0)
        column.setSpacing(theme.SMALL)
        head = theme.Card()
        head.body.addWidget(self._name)
        head.body.addWidget(self._line)
        head.body.addWidget(self._pill)
        head.body.addWidget(self._reason)
        head.body.addWidget(self._why)
        head.body.addLayout(self._problems)
        acts = QHBoxLayout()
        acts.setSpacing(theme.SMALL)
        acts.addWidget(edits(theme.button("生成登记表", self._ask_for_form, role="primary")))
        acts.addWidget(edits(theme.button("编辑", self._ask_to_edit, icon_name="edit")))
        acts.addStretch(1)
        head.body.addLayout(acts)
        more = QHBoxLayout()
        more.setSpacing(theme.SMALL)
        more.addWidget(
            theme.button("时间线…", self.show_timeline, role="link", icon_name="calendar")
        )
        whole = theme.button("一人一档…", self._ask_for_case_file, role="link", icon_name="folder")
        whole.setToolTip("封面、目录、大事记、全部材料和扫描件合成一个 PDF")
        more.addWidget(whole)
        more.addStretch(1)
        head.body.addLayout(more)
        column.addWidget(head)
        column.addWidget(self._chain)
        column.addWidget(self._timeline)
        column.addWidget(theme.label("处分与期限", "heading"))
        column.addLayout(self._periods)
        for title, layout in (
            ("受处分原因", self._cases),
            ("状态事项", self._events),
            ("登记表", self._forms),
        ):
            card = theme.Card(title)
            card.body.addLayout(layout)
            column.addWidget(card)
        column.addWidget(self._records)
        papers = theme.Card("附件")
        papers.body.addWidget(self._papers)
        column.addWidget(papers)
        facts = theme.Card("基本情况")
        facts.head.addWidget(self._unmask)
        facts.body.addLayout(self._facts)
        column.addWidget(facts)
        column.addStretch(1)
        return theme.scrolled(inside)

    def show_timeline(self) -> None:
        """Show everything about the person in one list by date."""
        if self.subject_id is None:
            return
        try:
            rows = in_order(
                self._use_cases.timeline(self.subject_id),
                self._use_cases.people.papers_of(self.subject_id),
            )
        except UserError:
            self.refresh()  # somebody took the person away: the pane says so
            return
        dialog = TimelineDialog(self._name.text(), rows, self.window())
        dialog.opened.connect(self._open)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _open(self, link: tuple[str, int]) -> None:
        """Open a record of the person: in its own tab, or in the person's editor."""
        if self.subject_id is None:
            return
        if link[0] in _TYPED_WITH_PERSON:
            self.edit_requested.emit(self.subject_id)
        else:
            self.link_requested.emit(link, self.subject_id)

    def _ask_for_form(self) -> None:
        if self.subject_id is not None:
            self.form_requested.emit(self.subject_id)

    def _ask_for_case_file(self) -> None:
        if self.subject_id is not None:
            self.case_file_requested.emit(self.subject_id)

    def _ask_to_edit(self) -> None:
        if self.subject_id is not None:
            self.edit_requested.emit(self.subject_id)

    def _on_unmask(self) -> None:
        self._unmasked = True
        self.refresh()


def event_line(event: Event) -> str:
    """Return an event as one line: 2024-05-31 退休（组织部批准）."""
    specs = form_fields(Event)
    more = [
        f"{specs[name].label}：{display(getattr(event, name))}"
        for name in ("months", "new_kind", "until", "reason", "approver", "document_no")
        if getattr(event, name) not in ("", None)
    ]
    line = f"{display(event.on) or '日期未填'}　{event.kind or '事项未填'}"
    return f"{line}（{'；'.join(more)}）" if more else line


def _case_card(case: Case) -> QWidget:
    made = QFrame()
    column = QVBoxLayout(made)
    theme.margins(column, 0, theme.TINY)
    column.addWidget(_text(case.facts or "（未填）"))
    more = [text for text in (case.organ, case.file_no and f"案卷号 {case.file_no}") if text]
    if more:
        column.addWidget(theme.label("　".join(more), "small", wrap=True))
    return made


def _text(text: str) -> QLabel:
    made = theme.label(text, wrap=True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def _nothing(words: str) -> QLabel:
    return theme.label(words, "muted", wrap=True)


def clear_grid(grid: QGridLayout) -> None:
    """Take every widget out of ``grid`` and let it go."""
    while (item := grid.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
