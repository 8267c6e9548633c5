"""The dialog in which a person is typed, with what follows from it shown beside."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.assessment import Assessment
from app.domain.draft import Draft
from app.domain.subject import Dossier, Subject
from app.services.ports import Changes, MayBeSaved, StaleData, UserError
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.message_bar import MessageBar, ask_to_save
from app.ui.records.typed import PERSON_DRAFT
from app.ui.roster import save_questions
from app.ui.roster.editor_form import EditorForm
from app.ui.roster.findings import findings
from app.ui.roster.person_draft import PersonDraft
from app.ui.roster.standing_panel import StandingPanel
from app.ui.undo import UndoStack
from app.ui.veil import VeiledDialog

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEEP_AFTER_MS = 3_000  # of typing; a draft is safe within 5 s
_COMPUTE_AFTER_MS = 250


class PersonEditor(VeiledDialog):
    """Edits one person. Nothing is kept before 保存, and nothing typed is lost without asking."""

    saved = Signal(int, object)  # subject id, Changes

    def __init__(
        self,
        use_cases: UseCases,
        dossier: Dossier | None = None,
        *,
        left_over: Draft | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Edit ``dossier``, or a new person; ``left_over`` is what a crash left of this typing."""
        super().__init__(parent)
        self._use_cases = use_cases
        self._draft = PersonDraft(dossier)
        self._kept = left_over or Draft(kind=PERSON_DRAFT, target_id=self._draft.subject.id)
        if left_over is not None:
            self._draft.take_data(left_over.content)
        elif self._draft.is_new:
            self._draft.put_in(self._draft.new_case())
        self._tried = False  # to save: from then on empty required fields are named
        self._restored = left_over is not None
        self._doubted = False  # the last save may have been kept, or not
        self.undo_stack = UndoStack(self)
        self._messages = MessageBar(self)
        self._form = EditorForm(self._draft, self.undo_stack, use_cases.article)
        self._panel = StandingPanel(use_cases.article)
        self._note = theme.label("", "small")
        self._compute_soon = QTimer(self, singleShot=True, interval=_COMPUTE_AFTER_MS)
        self._compute_soon.timeout.connect(self._compute)
        self._keep_soon = QTimer(self, singleShot=True, interval=_KEEP_AFTER_MS)
        self._keep_soon.timeout.connect(self.keep_draft)
        self._lay_out()
        self._add_shortcuts()
        self.undo_stack.indexChanged.connect(self._on_edited)
        self._form.rebuilt.connect(self._watch_keys)
        self._watch_keys()
        if self._restored:
            self._note.setText("已恢复上次没有保存的内容")
        self._compute()
        self._form.focus_first()

    # ------------------------------------------------------------ state

    @property
    def subject_id(self) -> int | None:
        """The stored person's id; none for a new one."""
        return self._draft.subject.id

    def has_unsaved(self) -> bool:
        """Whether something was typed that is not kept."""
        unreadable = self._form.settle()
        return unreadable is not None or self._has_changes()

    def _has_changes(self) -> bool:
        return self._restored or not self.undo_stack.isClean()

    def save(self) -> bool:
        """Keep the person, with the questions that belong to it; return whether it is kept."""
        self._tried = True
        self._messages.clear()
        if unreadable := self._form.settle():
            self._messages.show_warning(f"{unreadable.spec.label}：{unreadable.problem}")
            self._form.focus_editor(unreadable)
            return False
        self._take_over_if_kept()
        if not self._has_changes():
            self.accept()
            return True
        if self._draft.is_empty():
            self._messages.show_warning("还没有填写任何内容。请至少填写姓名，再保存")
            self._form.focus_first()
            return False
        self._compute()
        if not self._may_share_name() or not self._may_move():
            return False
        return self._put()

    def keep_draft(self) -> None:
        """Put what is typed in safety now, if anything is unsaved."""
        self._keep_soon.stop()
        if not self._has_changes():  # a date still being typed is not read under the user's hands
            return
        self._kept.title = self._draft.subject.name or "新增人员"
        self._kept.content = self._draft.to_data()
        try:
            self._use_cases.keep_draft(self._kept)
        except UserError as error:
            self._note.setText("")
            self._messages.show_error(error)
            return
        at = self._kept.saved_at or datetime.now()
        self._note.setText(f"已自动保存 {at:%H:%M:%S}")

    # ------------------------------------------------------------ saving

    def _put(self) -> bool:
        try:
            changes = self._use_cases.save_person(self._draft.edit())
        except StaleData as error:
            return self._settle_with_theirs(error)
        except MayBeSaved as error:
            self._doubted = True
            self._take_over_if_kept()
            self._messages.show_error(error)
            return False
        except Exception as error:  # shown here; what was typed stays on screen
            self._messages.show_error(error)
            self.keep_draft()
            return False
        self._give_up_draft()
        self.undo_stack.setClean()
        self._restored = False
        subject_id = self.subject_id or _new_subject(changes)
        self.saved.emit(subject_id, changes)
        self.accept()
        return True

    def _take_over_if_kept(self) -> None:
        """After a save that may have been kept: if it was, the next one must not make a second person."""
        if not self._doubted:
            return
        self.keep_draft()  # whatever is written next finds out first what became of the save
        subject_id, was_new = self._draft.was_kept(), self._draft.is_new
        if subject_id is None:
            return
        try:
            self._draft.take_over(self._use_cases.open_dossier(subject_id))
        except UserError as error:
            self._messages.show_error(error)
            return
        self._doubted = False
        if was_new:  # all of it is there
            self._give_up_draft()
            self.undo_stack.setClean()
            self._restored = False
            self._name_window()

    def _settle_with_theirs(self, error: StaleData) -> bool:
        """Somebody saved this person meanwhile: mine, theirs, or back to typing."""
        assert self.subject_id is not None
        try:
            theirs = self._use_cases.open_dossier(self.subject_id)
        except UserError as gone:
            self._messages.show_error(gone)
            return False
        mine = self._draft.dossier()
        answer = save_questions.ask_mine_or_theirs(self, mine, theirs, self._draft.base())
        if answer == save_questions.MINE:
            self._draft.rebase(theirs)
            return self._put()
        if answer == save_questions.THEIRS:
            self._draft = PersonDraft(theirs)
            self.undo_stack.clear()
            self._restored = False
            self._form.open(self._draft)
            self._give_up_draft()
            self._compute()
            self._messages.show_info("已显示他人保存的内容")
            return False
        self._messages.show_warning(str(error))
        return False

    def _may_share_name(self) -> bool:
        """Ask before a second person of one name is kept."""
        subject = self._draft.subject
        if not self._draft.is_new and subject.name == self._draft.base().subject.name:
            return True
        same = self._use_cases.namesakes(subject.name, subject.id)
        return not same or save_questions.ask_namesakes(self, self._draft.dossier(), same)

    def _may_move(self) -> bool:
        """Show what a changed base fact moves before it is kept."""
        base = self._draft.base()
        if not base.sanctions:
            return True  # nothing was computed before that could move
        after = self._draft.dossier()
        if _result(self._use_cases.assess(base)) == _result(self._use_cases.assess(after)):
            return True
        return save_questions.ask_moves(self, self._use_cases.what_moves(base, after))

    def _give_up_draft(self) -> None:
        self._keep_soon.stop()
        if self._kept.id is not None:
            self._use_cases.drop_draft(self._kept)
            self._kept = Draft(kind=PERSON_DRAFT, target_id=self.subject_id)

    # ------------------------------------------------------------ closing

    def reject(self) -> None:
        """Esc and 取消: ask about what is unsaved."""
        if self._may_close():
            super().reject()

    def done(self, result: int) -> None:
        """Close; nothing is computed or kept any more, for the records may be locked next."""
        self._compute_soon.stop()
        self._keep_soon.stop()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's cross is the same as 取消."""
        if self.isVisible() and not self._may_close():
            event.ignore()
        else:
            super().closeEvent(event)

    def _may_close(self) -> bool:
        if not self.has_unsaved():
            self._give_up_draft()  # what was typed and undone again is nothing to be offered later
            return True
        name = self._draft.subject.name or "新增人员"
        match ask_to_save(self, f"“{name}”的修改尚未保存。不保存，填写的内容将丢失。"):
            case "save":
                self.save()
                return False  # saving closes the dialog itself
            case "discard":
                self._give_up_draft()
                self.undo_stack.setClean()
                self._restored = False
                return True
            case _:
                return False

    # ------------------------------------------------------------ computing while typing

    def _on_edited(self) -> None:
        self._note.setText("有未保存的修改" if self._has_changes() else "")
        self._compute_soon.start()
        if self._has_changes() and not self._keep_soon.isActive():
            self._keep_soon.start()  # not anew with each key: who types on would never be kept

    def _compute(self) -> None:
        """Show what the rules make of what is typed so far."""
        self._compute_soon.stop()
        dossier = self._draft.dossier()
        assessment: Assessment = self._use_cases.assess(dossier)
        found = findings(dossier, assessment, with_gaps=self._tried)
        self._form.show_findings(found, required=self._tried)
        started = any(s.kind and (s.decided_on or s.stated_from) for s in dossier.sanctions)
        in_cards = {doubt for card in assessment.cards for doubt in card.doubts}
        in_cards |= {problem.message for card in assessment.cards for problem in card.problems}
        of_all = [*assessment.doubts, *(problem.message for problem in assessment.problems)]
        of_verdict = [words for words in of_all if words not in in_cards]
        self._panel.show_standing(
            assessment if started or dossier.events else None, [*found.all(), *of_verdict]
        )

    # ------------------------------------------------------------ layout

    def _lay_out(self) -> None:
        self._name_window()
        body = QHBoxLayout()
        theme.margins(body, 0, theme.MEDIUM)
        body.addWidget(theme.scrolled(self._form), 1)
        body.addWidget(self._panel)
        foot = QHBoxLayout()
        foot.setSpacing(theme.SMALL)
        undo = theme.button("撤销(&U)", self.undo_stack.undo, role="link", tip="Ctrl+Z")
        redo = theme.button("重做(&R)", self.undo_stack.redo, role="link", tip="Ctrl+Y")
        for press, can in (
            (undo, self.undo_stack.canUndoChanged),
            (redo, self.undo_stack.canRedoChanged),
        ):
            press.setEnabled(False)
            can.connect(press.setEnabled)
            foot.addWidget(press)
        foot.addWidget(self._note)
        foot.addStretch(1)
        foot.addWidget(theme.button("取消(&C)", self.reject))
        save = theme.button("保存(&S)", self.save, role="primary", icon_name="", tip="Ctrl+S")
        foot.addWidget(save)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._messages)
        inner = QVBoxLayout()
        theme.margins(inner, theme.LARGE, theme.MEDIUM)
        inner.addLayout(body, 1)
        inner.addLayout(foot)
        column.addLayout(inner, 1)
        room = self.screen().availableGeometry()
        self.resize(min(1060, room.width() - 24), min(theme.DIALOG_HEIGHT, room.height() - 40))

    def _name_window(self) -> None:
        new, name = self._draft.is_new, self._draft.subject.name
        self.setWindowTitle("新增人员" if new else f"编辑人员：{name}")

    def _add_shortcuts(self) -> None:
        for key, act in (
            (QKeySequence.StandardKey.Save, self.save),
            (QKeySequence.StandardKey.Undo, self._undo),
            ("Ctrl+Y", self.undo_stack.redo),
        ):
            QShortcut(QKeySequence(key), self).activated.connect(act)

    def _undo(self, at: QObject | None = None) -> None:
        if not isinstance(at, QWidget) or not self._form.take_back(at):
            self.undo_stack.undo()

    def _watch_keys(self) -> None:
        """Undo belongs to the whole dialog: a line would otherwise keep the key to itself."""
        for control in self._form.findChildren(QWidget):
            control.removeEventFilter(self)
            control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Undo and redo the dialog's typing, not a line's; let Enter press its button."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Undo):
                self._undo(watched)
                return True
            if _is_redo(event):
                self.undo_stack.redo()
                return True
            if isinstance(watched, QPushButton) and event.key() in _ENTER:
                watched.click()
                return True
        return super().eventFilter(watched, event)


def _result(assessment: Assessment) -> tuple[object, ...]:
    """Return what lists and reminders go by."""
    return (assessment.verdict, assessment.party_last_day, assessment.admin_last_day)


def _is_redo(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Y and event.modifiers() == Qt.KeyboardModifier.ControlModifier


def _new_subject(changes: Changes) -> int:
    return next(change.id for change in changes if change.entity is Subject)
