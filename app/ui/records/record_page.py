"""A record being written: sheet, completeness, saving within seconds, and what can be done next."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.domain.draft import Draft
from app.domain.gates import Exemption
from app.services.ports import Changes, StaleData, UserError
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.allowed import edits, why_not
from app.ui.basis import show_basis
from app.ui.changes import ChangeBus
from app.ui.jobs import JobRunner
from app.ui.menu import Menu
from app.ui.message_bar import MessageBar, ask_to_save, sentence_of
from app.ui.records.attachments_section import AttachmentsSection
from app.ui.records.autosave import Autosave
from app.ui.records.check_panel import MISSING, CheckPanel, Finding
from app.ui.records.crash_mark import CrashMark
from app.ui.records.gate_dialog import Banner, through_gates
from app.ui.records.letters import Letters
from app.ui.records.sheet import Section, Sheet
from app.ui.records.sides import ask_whose
from app.ui.records.tones import STATE_TONES
from app.ui.records.typing import adopt_revisions

CHECK_AFTER_MS = 350
PANEL_WIDTH = 232


class RecordPage(QWidget):
    """What the pages of all records share. Subclasses say how to read, keep and check.

    Everything typed is kept by itself: after a pause, and every four seconds while keys keep coming.
    """

    closed = Signal()
    kind = ""  # what the record is called in sentences: 方案
    done = ""  # what the panel says when nothing is missing

    def __init__(
        self,
        use_cases: UseCases,
        bus: ChangeBus,
        jobs: JobRunner,
        messages: MessageBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.use_cases, self.plans, self.results = use_cases, use_cases.plans, use_cases.results
        self.bus, self.jobs, self.messages = bus, jobs, messages
        self.whole: Any = None
        self._base: Any = None  # as read, or as saved last: what both versions began with
        self.sheet = Sheet()
        self.panel = CheckPanel(self.done)
        self.banner = Banner()
        self.autosave = Autosave(self._keep, self)
        self.mark = CrashMark(use_cases, self.kind, self)
        self.letters = Letters(use_cases, jobs, messages, self)
        self._said = self._telling = False  # that saving failed; of an act of its own
        self._title = theme.label("", "heading")
        self._badge = theme.label("", "badge")
        self._state = theme.label("", "muted")
        self._acts = QHBoxLayout()
        self._acts.setSpacing(theme.SMALL)
        self._more_menu = Menu(self)
        self._more = theme.button("更多(&M)", self._show_more)
        self._check_soon = QTimer(self, singleShot=True, interval=CHECK_AFTER_MS)
        self._check_soon.timeout.connect(self.check_now)
        self._lay_out()
        self._connect()

    # ------------------------------------------------------------ what subclasses say

    @property
    def head(self) -> Any:
        """The record itself, with id, revision and state."""
        return self.head_of(self.whole)

    def head_of(self, whole: Any) -> Any:
        """Return the record itself out of the whole one."""
        raise NotImplementedError

    def read(self, id_: int) -> Any:
        """Return a fresh copy of a stored record."""
        raise NotImplementedError

    def keep(self) -> Changes:
        """Save the record as it is."""
        raise NotImplementedError

    def make_sections(self) -> Sequence[Section]:
        """Return the cards of the record."""
        raise NotImplementedError

    def findings(self) -> tuple[Sequence[Finding], Any, Any]:
        """Return the completeness list, the problems and the warnings of the record as typed."""
        raise NotImplementedError

    def show_acts(self) -> None:
        """Offer what can be done in this state: fill ``add_act`` and the menu."""
        raise NotImplementedError

    def title(self) -> str:
        """Return what the page is headed with."""
        raise NotImplementedError

    def part_lists(self, whole: Any) -> Sequence[list[Any]]:
        """Return the lists of parts of a record, in a fixed order."""
        raise NotImplementedError

    def editable(self) -> bool:
        """Whether the record may be written in."""
        raise NotImplementedError

    @property
    def writable(self) -> bool:
        """Whether this person may write in it as it is."""
        return self.editable() and not why_not()

    def standing(self) -> str:
        """Return how far a record is that may not be written in."""
        return str(self.head.state)

    def state_word(self) -> str:
        """Return how far the record is, in the word of its badge."""
        return str(self.head.state)

    def banner_lines(self) -> Sequence[str]:
        """Return the exceptions, and whatever else must be seen with the record."""
        return ()

    # ------------------------------------------------------------ opening

    def open(self, id_: int) -> bool:
        """Open a stored record; return whether it is open. The one before is saved first."""
        if not self.save_pending():
            return False
        try:
            whole = self.read(id_)
        except UserError as error:
            self.messages.show_error(error)
            return False
        self.show_record(whole)
        return True

    def show_record(self, whole: Any, *, path: str = "") -> None:
        """Show a record that was just read or drawn up."""
        self.whole = whole
        self._base = copy.deepcopy(whole)
        self._said = False
        self.autosave.forget()
        self.sheet.clear()
        self.sheet.freeze(frozen=not self.writable)
        self.sheet.show_sections(self.make_sections())
        self.panel.show_sections([(one.path, one.title) for one in self.sheet.sections])
        self._show_head()
        self.check_now()
        if path:
            self.sheet.go_to(path)
        else:
            self.panel.sections.setFocus()

    def reread(self, *, path: str = "") -> None:
        """Read the record afresh after an act; the place on the page stays."""
        if self.whole is None or self._telling:  # closed by what was told, or read afterwards, once
            return
        place = self.sheet.verticalScrollBar().value()
        try:
            whole = self.read(self.head.id)
        except UserError as error:
            self.messages.show_error(error)
            self.close_record()
            return
        self.show_record(whole, path=path)
        if not path:
            self.sheet.stay_at(place)

    def close_record(self) -> None:
        """Back to the list: saved first; what cannot be saved keeps the page open."""
        if not self.save_pending():
            return
        self.whole = self._base = None
        self.sheet.clear()
        self.closed.emit()

    # ------------------------------------------------------------ acts

    def run(self, changes: Changes | None, said: str = "", *, path: str = "") -> None:
        """After an act: tell everybody, read afresh, say what happened; or go and mend ``path``."""
        if changes is None:
            if path:
                self.mend(path)
            return
        self._telling = True
        self.bus.publish(changes)
        self._telling = False
        self.reread()
        if said:
            self.messages.show_info(said)

    def attempt(self, act: Callable[[], Changes], said: str = "") -> bool:
        """Do something that may be refused with a sentence; return whether it was done."""
        try:
            changes = act()
        except UserError as error:
            self.messages.show_error(error)
            return False
        self.run(changes, said)
        return True

    def through(self, act: str, do: Callable[[Sequence[Exemption]], Changes], said: str) -> None:
        """Save, then do something that gates may refuse; each refusal is asked about."""
        if not self.save_pending():
            return
        try:
            outcome = through_gates(self, act, do)
        except UserError as error:
            self.messages.show_error(error)
            return
        self.run(outcome.changes, said, path=outcome.go_to)

    def mend(self, path: str) -> None:
        """Go to the field that keeps a gate closed."""
        self.sheet.go_to(path)

    # ------------------------------------------------------------ saving

    def has_unsaved(self) -> bool:
        """Whether something typed is not kept."""
        return self.whole is not None and self.autosave.has_unsaved

    def save_pending(self) -> bool:
        """Save what is unsaved; return whether nothing is left unsaved."""
        if self.whole is None:
            return True
        if self.writable and (wrong := self.sheet.settle()):
            wrong.setFocus()
            self.messages.show_warning(f"{wrong.spec.label}：{wrong.problem}")
            return False
        saved = self.autosave.save_now()
        if saved:
            self.mark.clear()
        elif not self._said:
            self._on_failed(self.autosave.error or UserError("没有保存上"))
        return saved

    def may_leave(self) -> bool:
        """Save, or ask when it cannot be saved."""
        if self.save_pending():
            return True
        answer = ask_to_save(self, f"{self.kind}中有内容尚未保存上。")
        if answer == "discard":
            self.autosave.forget()
            self.mark.clear()
            return True
        return answer == "save" and self.save_pending()

    def _keep(self) -> Changes:
        changes = self.keep()
        if self.head.id is not None:
            self.mark.set(Draft(kind=self.kind, target_id=self.head.id, title=self.title()[:120]))
        return changes

    def _on_saved(self, changes: Changes) -> None:
        if self._said:
            self.messages.show_info(f"{self.kind}已保存，刚才输入的内容没有丢失")
        self._said = False
        self._base = copy.deepcopy(self.whole)
        self.bus.publish(changes)

    def _on_failed(self, error: Exception) -> None:
        if self._said:
            return  # tried again every five seconds; the state above stays red
        self._said = True
        if isinstance(error, StaleData):
            self._ask_whose(error)
        else:
            self.messages.show_error(
                f"{self.kind}没有保存上：{sentence_of(error).rstrip('。')}。输入的内容仍在屏幕上，"
                "程序每5秒再试一次；请先不要关闭程序"
            )

    def _ask_whose(self, error: StaleData) -> None:
        try:
            theirs = self.read(self.head.id)
        except UserError as gone:
            self.messages.show_error(gone)
            return
        versions = map(self._parts, (self.whole, theirs, self._base))
        answer = ask_whose(self, self.kind, str(error), *versions)
        if not answer:
            return
        self._said = False
        if answer == "theirs":
            self.show_record(theirs)
            return
        self.head.revision = self.head_of(theirs).revision
        for mine, stored in zip(self.part_lists(self.whole), self.part_lists(theirs), strict=True):
            adopt_revisions(mine, stored)
        self.autosave.save_now()

    def _parts(self, whole: Any) -> list[Any]:
        return [self.head_of(whole), *(part for some in self.part_lists(whole) for part in some)]

    # ------------------------------------------------------------ showing

    def check_now(self) -> None:
        """Show what is missing, barred or doubtful in the record as typed."""
        self._check_soon.stop()
        if self.whole is None:
            return
        try:
            found, problems, warnings = self.findings()
        except UserError as error:
            self.messages.show_error(error)
            return
        if self.editable():
            unread = [Finding(MISSING, one.message, one.field) for one in self.sheet.unreadable()]
            self.panel.show_findings([*unread, *found])
        else:
            self.panel.say(self.standing())
        self.sheet.show_problems(problems, warnings)

    def _show_head(self) -> None:
        self._title.setText(self.title())
        self._title.setToolTip(self.title())
        state = self.state_word()
        tone = STATE_TONES.get(state)
        theme.show_tone(self._badge, state, tone)
        self.banner.show_lines(self.banner_lines())
        while (item := self._acts.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._more_menu.clear()
        self.show_acts()
        self._more.setVisible(not self._more_menu.isEmpty())
        self._show_state()

    def add_act(
        self,
        text: str,
        act: Callable[[], object],
        *,
        role: theme.Role = "secondary",
        tip: str = "",
        looks: bool = False,
    ) -> QPushButton:
        """Put a button for an act at the right of the head; ``looks``: one that changes nothing."""
        made = theme.button(text, act, role=role, tip=tip)
        self._acts.addWidget(made if looks else edits(made))
        return made

    def add_more(self, text: str, act: Callable[[], object], *, looks: bool = False) -> None:
        """Put an act into the menu 更多; ``looks``: one that changes nothing."""
        made = self._more_menu.addAction(text, act)  # a menu hands over nothing
        if not looks:
            edits(made)

    def add_basis(self, subject_id: int | None) -> None:
        """Put the working behind a person's verdict and dates into the menu 更多."""
        meant = [] if subject_id is None else [subject_id]
        self.add_more(
            "期限和认定的依据", lambda: show_basis(self.use_cases, meant, self), looks=True
        )

    def add_menu(self, text: str) -> Menu:
        """Put a menu into the menu 更多."""
        return self._more_menu.submenu(text)

    def add_papers(self) -> None:
        """Put the documents of the record into the menu 更多, where the office has any."""
        papers = self.add_menu("打印和存为")
        if not self.letters.fill(papers, self.snapshot):
            self._more_menu.drop(papers)

    def _show_more(self) -> None:
        corner = self._more.rect().bottomRight()
        corner.setX(corner.x() - self._more_menu.sizeHint().width())
        self._more_menu.exec(self._more.mapToGlobal(corner))

    def _show_state(self) -> None:
        saving = self.autosave
        if self.whole is None or not self.writable:
            text, role = "", "muted"
        elif saving.error is not None:
            text, role = "● 尚未保存，正在重试", "problem"
        elif saving.has_unsaved:
            text, role = "正在填写…", "muted"
        elif saving.saved_at is not None:
            text, role = f"已自动保存 {saving.saved_at:%H:%M:%S}", "good"
        else:
            text, role = "填写后自动保存", "muted"
        self._state.setText(text)
        theme.set_role(self._state, role)

    def _on_edited(self) -> None:
        if self.whole is not None and self.writable:
            self.autosave.touch()
            self._title.setText(self.title())
            self._check_soon.start()

    def recover(self) -> bool:
        """After a crash: open the record that was being written, and say so."""
        draft = self.mark.left_behind()
        if draft is None or draft.target_id is None or self.whole is not None:
            return False
        if not self.open(draft.target_id):
            self.mark.clear()
            return False
        at: datetime | None = draft.saved_at
        began = f"（{at:%Y-%m-%d %H:%M} 开始填写）" if at else ""
        self.messages.show_warning(
            f"程序上次没有正常退出。{self.kind}“{draft.title}”{began}已恢复到最后一次自动保存的内容，"
            "可以接着填写"
        )
        return True

    def snapshot(self) -> Any:
        """Return a copy of the record as kept, for printing; ``None`` if it cannot be kept."""
        return copy.deepcopy(self.whole) if self.save_pending() else None

    def attachments(self, entity: type, kind: str) -> AttachmentsSection:
        """Return the card of the record's papers; ``kind`` is what is attached mostly."""
        acts = self.use_cases.attachments
        return AttachmentsSection(
            self.sheet, entity, self.head.id, acts, self.jobs, self.bus, kind=kind
        )

    # ------------------------------------------------------------ layout

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.SMALL)
        head.addWidget(theme.button("返回(&B)", self.close_record, icon_name="chevron-left"))
        self._title.setMinimumWidth(80)
        head.addWidget(self._title, 1)
        head.addWidget(self._badge)
        head.addWidget(self._state)
        head.addLayout(self._acts)
        head.addWidget(self._more)
        self.panel.setMinimumWidth(PANEL_WIDTH - 40)
        body = QSplitter(Qt.Orientation.Horizontal)
        body.setChildrenCollapsible(False)
        body.addWidget(self.panel)
        body.addWidget(self.sheet)
        body.setStretchFactor(1, 1)
        body.setSizes([PANEL_WIDTH, 860])
        body.setProperty("role", "page")
        column = QVBoxLayout(self)
        theme.margins(column, 0, theme.SMALL)
        column.addLayout(head)
        column.addWidget(self.banner)
        column.addWidget(body, 1)

    def _connect(self) -> None:
        self.sheet.edited.connect(self._on_edited)
        self.sheet.read.connect(self._check_soon.start)
        self.sheet.focused.connect(self.panel.show_current)
        self.panel.wanted.connect(self.sheet.go_to)
        self.panel.sections.installEventFilter(self.sheet)  # undo, also from there
        self.autosave.changed.connect(self._show_state)
        self.autosave.saved.connect(self._on_saved)
        self.autosave.failed.connect(self._on_failed)
        keys = {"Ctrl+S": self._on_save_key, "Escape": self.close_record, "F5": self._on_reread_key}
        for key, act in keys.items():
            shortcut = QShortcut(QKeySequence(key), self, act)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _on_save_key(self) -> None:
        self._said = False
        self.save_pending()

    def _on_reread_key(self) -> None:
        if self.save_pending() and self.whole is not None:
            self.reread()
