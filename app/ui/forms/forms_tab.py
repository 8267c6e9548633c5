"""The forms tab: list, sheet and preview, and what can be done with the form that is open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.domain.draft import Draft
from app.domain.form_filling import Filling
from app.domain.registration_form import RegistrationForm
from app.domain.settings import Settings
from app.domain.subject import Case, Event, Sanction, Subject
from app.domain.wording import coverage, wording_hints
from app.paper.grid import read_grid
from app.services.forms import is_draft, problems
from app.services.ports import Changes, MissingRecord, UserError
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.allowed import why_not
from app.ui.changes import ChangeBus, touches
from app.ui.forms.completeness import Completeness
from app.ui.forms.field_bar import FieldBar
from app.ui.forms.form_editor import FormEditor
from app.ui.forms.form_list import FormList
from app.ui.forms.form_paper import FormPaper
from app.ui.forms.life import Life
from app.ui.forms.output import Output
from app.ui.forms.phrase_menu import PhraseMenu
from app.ui.forms.preview import PageMaker, Pages, Preview
from app.ui.forms.roster_news import RosterNews
from app.ui.forms.save_trouble import SaveTrouble
from app.ui.forms.toolbar import Toolbar
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from app.ui.places import folder_memory
from app.ui.records.crash_mark import CrashMark

_SIDE_BY_SIDE = 1240  # pixels of the tab from which sheet and preview stand beside each other
_LIST_WIDTH = 228
_LIST_HEIGHTS = [240, 250]  # forms above, what is missing below; where it is tall the forms grow
_HINTS_MS = 300  # of rest before the wording is looked at
_FACTS = (Subject, Case, Sanction, Event, Settings)


class FormsTab(QWidget):
    """Places the parts and joins them; each part knows only what it is given."""

    def __init__(
        self,
        use_cases: UseCases,
        bus: ChangeBus,
        jobs: JobRunner,
        messages: MessageBar,
        parent: QWidget | None = None,
        *,
        settings: QSettings | None = None,
    ) -> None:
        super().__init__(parent)
        self._use_cases, self._bus, self._messages = use_cases, bus, messages
        self._subject_id: int | None = None
        self._newly_shown = False  # the preview has just come up, and shows where one wrote
        self.list = FormList(use_cases.recent_forms, use_cases.forms_of, use_cases.roster.page)
        grid = read_grid(use_cases.paper.layout(), RegistrationForm)
        self.editor = FormEditor(grid, use_cases.save_form)
        self.preview = Preview()
        self.maker = PageMaker(
            self.editor.snapshot, use_cases.page_starts, use_cases.draw_forms, self
        )
        self.output = Output(
            use_cases,
            jobs,
            messages,
            settings or folder_memory(use_cases.who.folder),
            self,
        )
        self.toolbar = Toolbar()
        self.field_bar = FieldBar()
        self.completeness = Completeness()
        self._news = RosterNews(self.editor, self.field_bar, messages, self)
        self._mark = CrashMark(use_cases, "登记表", self)
        self.life = Life(use_cases, self._kept_form, messages, self, jobs)
        self.phrases = PhraseMenu(self.editor, use_cases.paper, messages, self)
        self.paper = FormPaper(self.editor, use_cases.paper, messages, self)
        self._hints = QTimer(self, singleShot=True, interval=_HINTS_MS)
        self._hints.timeout.connect(self._show_hints)
        self._trouble = SaveTrouble(self.editor, use_cases.open_form, messages, self)
        self._lay_out()
        self._connect()
        self._show_form()
        self.list.refresh()
        QTimer.singleShot(0, self, self._recover)
        if notice := use_cases.paper.layout_notice():
            messages.show_warning(notice)

    # ------------------------------------------------------------ what others call

    def open_for_subject(self, subject_id: int) -> None:
        """Open the person's form saved last; without any, a new one with all that is known."""
        try:
            rows = self._use_cases.forms_of(subject_id)
            name = self._use_cases.open_dossier(subject_id).subject.name
        except UserError as error:
            self._messages.show_error(error)
            return
        self.list.show_person(subject_id, name)
        if rows:
            self.open_form(rows[0].id)
        else:
            self.new_form(subject_id)

    def open_form(self, form_id: int) -> None:
        """Open a form; the one that is open is saved first, and stays if it cannot be."""
        form = self.editor.form
        if form is not None and form.id == form_id:
            self.editor.go_to(self.editor.field or "attitude")
            return
        self._open(lambda: self._use_cases.open_form(form_id))

    def new_form(self, subject_id: int) -> None:
        """Draw up a new form of the person; it is kept from the first keystroke on."""
        if why := why_not():
            self._messages.show_warning(why)
            return
        self._open(lambda: self._use_cases.new_form(subject_id))

    def has_unsaved(self) -> bool:
        """Whether something typed is not kept yet."""
        return self.editor.has_unsaved

    def save_pending(self) -> bool:
        """Save what is unsaved; return whether nothing is left unsaved. Never asks."""
        saved = self.editor.save_now()
        if saved:
            self._mark.clear()
        return saved

    def shut_down(self) -> None:
        """Wait for what is drawn beside the window, and note that this was no crash."""
        self.maker.shut_down()
        self._mark.clear()

    def explain(self) -> bool:
        """Explain the periods of the sanctions whose box holds the cursor."""
        return self.editor.field in self.editor.filling.periods and self._show_basis()

    def _show_basis(self) -> bool:
        from app.ui.basis import show_basis

        meant = [] if self._subject_id is None else [self._subject_id]
        return show_basis(self._use_cases, meant, self)

    def focus_search(self) -> None:
        """Put the cursor into the search box."""
        self.list.search.setFocus()
        self.list.search.selectAll()

    # ------------------------------------------------------------ parts

    def _lay_out(self) -> None:
        left = QSplitter(Qt.Orientation.Vertical)
        left.setChildrenCollapsible(False)
        left.addWidget(self.list)
        left.addWidget(self.completeness)
        left.setSizes(_LIST_HEIGHTS)
        left.setStretchFactor(0, 1)
        left.setMinimumWidth(_LIST_WIDTH - 40)
        self._pages = QSplitter(Qt.Orientation.Horizontal)
        self._pages.setChildrenCollapsible(False)
        self._pages.addWidget(self.editor)
        self._pages.addWidget(self.preview)
        self._pages.setSizes([700, 560])
        work = QWidget()
        inside = QVBoxLayout(work)
        theme.margins(inside, 0, 0)
        inside.addWidget(self.toolbar)
        inside.addWidget(theme.rule())
        inside.addWidget(self.field_bar)
        inside.addWidget(theme.rule())
        inside.addWidget(self._pages, 1)
        self._empty = theme.EmptyState(
            "form",
            "选一份登记表，或为一个人新建",
            "在左边输入姓名（也可以输拼音首字母）选人；名册和处分中已有的内容会自动填好。",
            theme.button("查找人员(&Q)", self.focus_search, role="primary"),
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(work)
        whole = QSplitter(Qt.Orientation.Horizontal)
        whole.setChildrenCollapsible(False)
        whole.addWidget(left)
        whole.addWidget(self._stack)
        whole.setStretchFactor(1, 1)
        whole.setSizes([_LIST_WIDTH, 900])
        row = QHBoxLayout(self)
        theme.margins(row, 0, 0)
        row.addWidget(whole)

    def _connect(self) -> None:
        self.list.form_wanted.connect(self.open_form)
        self.list.new_wanted.connect(self.new_form)
        editor = self.editor
        editor.edited.connect(self._on_edited)
        editor.saved.connect(self._on_saved)
        self._trouble.replaced.connect(self._on_replaced)
        editor.save_state_changed.connect(self._show_state)
        self.completeness.wanted.connect(editor.go_to)
        self.maker.made.connect(self._on_pages)
        self.maker.failed.connect(self._on_undrawn)
        bar = self.toolbar
        bar.preview_toggled.connect(lambda _on: self._place_preview())
        bar.refill_wanted.connect(self.refill)
        bar.print_wanted.connect(self.print)
        bar.pdf_wanted.connect(self.save_as_pdf)
        bar.word_wanted.connect(self.save_as_word)
        for signal, act in (
            (bar.finalise_wanted, self.life.finalise),
            (bar.scan_wanted, self.life.attach_scan),
            (bar.attachments_wanted, self.life.show_attachments),
            (bar.file_wanted, self.life.file),
            (bar.revise_wanted, self.life.revise),
            (bar.give_up_wanted, self.life.give_up),
            (bar.versions_wanted, self.life.show_versions),
            (bar.compare_wanted, self.life.compare),
            (bar.copy_wanted, self.paper.copy_previous),
            (bar.phrases_wanted, self.phrases.manage),
            (bar.one_page_wanted, self.paper.choose_one_page),
        ):
            signal.connect(act)
        self.paper.refused.connect(lambda: bar.one_page.setChecked(False))
        self.field_bar.basis_wanted.connect(self._show_basis)
        self.field_bar.phrases_wanted.connect(self.phrases.fill)
        self.life.changed.connect(self._on_life_changed)
        self._bus.changed.connect(self._on_changed)
        for key, act in (
            ("Ctrl+S", self._on_save_key),
            ("F5", self._reread),
        ):
            shortcut = QShortcut(QKeySequence(key), self, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # ------------------------------------------------------------ opening

    def _open(self, read: Callable[[], RegistrationForm]) -> None:
        try:
            form = read()
            assert form.subject_id is not None
            filling = self._use_cases.filling(form.subject_id)
            self.editor.empty_mark = self._use_cases.settings().empty_mark or "无"
        except UserError as error:
            self._messages.show_error(error)
            self.list.refresh()
            return
        self._trouble.say_again()
        if not self.editor.open(form, filling):
            return  # the failure is on display, and the former form stays
        self._mark.clear()
        self._subject_id = form.subject_id
        self._show_form()
        self.list.mark(form.id)
        self.preview.clear()
        if self._is_final:
            self._show_final()
            return
        self.maker.make_now()
        self.editor.go_to_first_empty()

    @property
    def _is_final(self) -> bool:
        form = self.editor.form
        return form is not None and not is_draft(form)

    def _show_final(self) -> None:
        """Show the kept PDF itself: what was printed, not what would be printed today."""
        form = self.editor.form
        assert form is not None and form.id is not None
        try:
            pdf = self._use_cases.paper.read_final(form.id)
        except UserError as error:
            self._messages.show_error(error)
            self.preview.show_problem(error)
            return
        self.preview.show_pdf(pdf, "定稿时保存的 PDF")
        self.toolbar.show_count(self.preview.count)
        self.preview.pages.setFocus()

    def _on_life_changed(self, changes: Changes) -> None:
        form = self.editor.form
        if form is None or form.id is None:
            return
        form_id = form.id
        self._open(lambda: self._use_cases.open_form(form_id))
        self._bus.publish(changes)

    def _recover(self) -> None:
        """After a crash: open the form that was being written; it was saved within seconds."""
        draft = self._mark.left_behind()
        if draft is None or draft.target_id is None or self.editor.form is not None:
            return
        self.open_form(draft.target_id)
        form = self.editor.form
        if form is not None and form.saved_at is not None:
            self._messages.show_warning(
                f"程序上次没有正常退出。{form.name or '未填姓名'}的登记表已恢复到"
                f"{form.saved_at:%Y-%m-%d %H:%M:%S}自动保存的内容，在“登记表”页中可以接着写"
            )

    # ------------------------------------------------------------ showing

    def _show_form(self) -> None:
        self._stack.setCurrentIndex(1 if self.editor.form is not None else 0)
        self.completeness.setVisible(self.editor.form is not None and not self._is_final)
        form = self.editor.form
        if form is not None:
            version = form.version or 1
            later = version > 1 or not is_draft(form)
            self.toolbar.show_stage(form.state, version, has_versions=later)
        self._show_problems()
        self._show_hints()
        self._news.show()
        self._show_state()
        self._place_preview()

    def _show_problems(self) -> None:
        form = self.editor.form
        open_form = form if form is not None and is_draft(form) else None
        self.completeness.show_problems(problems(open_form) if open_form is not None else [])

    def _show_hints(self) -> None:
        form, wording = self.editor.form, self._use_cases.paper.wording
        if form is None or not is_draft(form):
            self.completeness.show_hints([], [])
        else:
            self.completeness.show_hints(wording_hints(form, wording), coverage(form, wording))

    def _show_state(self) -> None:
        self.toolbar.show_state(self.editor.autosave)

    def _on_pages(self, pages: Pages) -> None:
        form = self.editor.form
        if self._is_final:
            return  # drawn a moment before it became final
        self.editor.sheet.show_breaks(pages.starts)
        self.toolbar.show_count(pages.count, one_page=form is not None and form.one_page)
        if pages.pdf is not None:
            self.preview.show_pdf(pages.pdf)
            if self.editor.isVisible() or self._newly_shown:  # it follows the hand that writes
                self._newly_shown = False
                self.preview.pages.show_page(self.editor.page_of_caret(pages.starts))

    def _on_undrawn(self, error: Exception) -> None:
        self.toolbar.show_count(0)
        self.preview.show_problem(error)

    # ------------------------------------------------------------ preview

    def _place_preview(self) -> None:
        """Beside the sheet where there is room, else in its place."""
        wide = self.width() >= _SIDE_BY_SIDE
        shown = self.toolbar.preview_on or self._is_final
        switched = shown and (not wide or self._is_final)
        self.preview.setVisible(shown)
        self.editor.setVisible(not switched)
        self.field_bar.setVisible(not switched)
        self.toolbar.name_toggle(in_place=switched)
        wanted = shown and self.editor.form is not None and not self._is_final
        newly = wanted and not self.maker.wants_pdf
        self.maker.wants_pdf = wanted
        if newly:
            self._newly_shown = True
            self.maker.make_now()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        before, now = event.oldSize().width(), event.size().width()
        if (before >= _SIDE_BY_SIDE) != (now >= _SIDE_BY_SIDE) or before < 0:
            self.toolbar.turn_preview(on=now >= _SIDE_BY_SIDE)
            self._place_preview()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._place_preview()

    # ------------------------------------------------------------ typing and saving

    def _on_edited(self) -> None:
        self._show_problems()
        self._hints.start()
        self._news.show()
        self.maker.make_soon()

    def _on_saved(self, changes: Changes) -> None:
        form = self.editor.form
        if form is not None:
            self._mark.set(Draft(kind="登记表", target_id=form.id, title=form.name))
        self._bus.publish(changes)

    def _on_replaced(self) -> None:
        self._show_form()
        self.maker.make_now()

    def _on_save_key(self) -> None:
        self._trouble.say_again()
        if self.editor.save_now() and self.editor.form is not None:
            self._show_state()

    # ------------------------------------------------------------ what the roster knows

    def refill(self) -> None:
        """Fill in anew what nobody typed into; ask about the rest, box by box."""
        if self.editor.form is not None:
            self._reread()
            self._news.refill()

    def _reread(self) -> None:
        """Ask again what the roster knows, and show it beside the form."""
        self.list.refresh()
        if self._subject_id is None or self.editor.form is None:
            return
        try:
            filling: Filling = self._use_cases.filling(self._subject_id)
        except MissingRecord:
            return  # the person is gone; the form stands for itself
        except UserError as error:
            self._messages.show_error(error)
            return
        self.editor.show_filling(filling)
        self._news.show()

    def _on_changed(self, changes: Changes) -> None:
        form = self.editor.form
        if touches(changes, RegistrationForm):
            self.list.refresh()
            self.list.mark(form.id if form is not None else None)
        if form is not None and touches(changes, *_FACTS):
            self._reread()
            if not self._is_final:
                self.maker.make_soon()

    # ------------------------------------------------------------ paper and files

    def print(self) -> None:
        """Show the print dialog for the form that is open."""
        if (form := self._kept_form()) is not None:
            self.output.print(form)

    def save_as_pdf(self) -> None:
        """Write the form as a PDF file."""
        if (form := self._kept_form()) is not None:
            self.output.save_pdf(form)

    def save_as_word(self) -> None:
        """Write the form as a Word file."""
        if (form := self._kept_form()) is not None:
            self.output.save_docx(form)

    def _kept_form(self) -> RegistrationForm | None:
        """Return a copy of the open form, saved: only what is on record leaves the program."""
        form = self.editor.form
        if form is None:
            self._messages.show_warning("还没有打开登记表，请先在左边选择")
            return None
        if form.id is None:
            self.editor.autosave.touch()
        self._trouble.say_again()
        return self.editor.snapshot() if self.editor.save_now() else None
