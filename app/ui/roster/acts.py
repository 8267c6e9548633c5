"""What the user can do to people from the roster, each with its dialog."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.domain.draft import Draft
from app.domain.fields import form_fields
from app.domain.rights import Right
from app.domain.subject import Dossier, Subject
from app.services.bulk_change import BulkChange
from app.services.ports import Changes, RosterRow, UserError
from app.services.use_cases import UseCases
from app.ui.allowed import why_not
from app.ui.changes import ChangeBus
from app.ui.jobs import JobRunner
from app.ui.ledger.export_dialog import ExportDialog
from app.ui.ledger.import_dialog import ImportDialog
from app.ui.ledger.undo_dialog import UndoDialog
from app.ui.message_bar import MessageBar, Question, ask_reason, confirm
from app.ui.records.person_chooser import choose_people
from app.ui.records.typed import PERSON_DRAFT
from app.ui.roster.act_history import Step
from app.ui.roster.bulk_dialog import BulkDialog
from app.ui.roster.merge_dialog import MergeDialog
from app.ui.roster.merges_dialog import MergesDialog
from app.ui.roster.person_editor import PersonEditor
from app.ui.second_person import second_person


class PersonActs(QObject):
    """Opens dialogs over ``window`` and tells everybody what they changed."""

    person_saved = Signal(int)
    left_over_changed = Signal()
    done = Signal(object)  # act_history.Step: something that Ctrl+Z can take back

    def __init__(
        self,
        use_cases: UseCases,
        bus: ChangeBus,
        jobs: JobRunner,
        messages: MessageBar,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._use_cases, self._bus, self._jobs = use_cases, bus, jobs
        self._messages, self._window = messages, window
        self._editor: PersonEditor | None = None

    def case_files(self, rows: Sequence[RosterRow]) -> None:
        """Put these people's whole files together."""
        from app.ui.case_file_dialog import CaseFileDialog

        if not rows:
            self._messages.show_info("请先在名册中选择人员，再生成一人一档")
            return
        names = "、".join(row.name for row in rows[:5])
        who = f"{names}等{len(rows)}人" if len(rows) > 5 else names
        if len(rows) == 1:
            who = "　".join(part for part in (rows[0].name, rows[0].unit, rows[0].born_on) if part)
        dialog = CaseFileDialog(
            [row.id for row in rows],
            who,
            self._use_cases,
            self._jobs,
            self._messages,
            self._window,
        )
        dialog.exec()
        dialog.deleteLater()

    # ------------------------------------------------------------ typing

    @property
    def editor(self) -> PersonEditor | None:
        """The person that is open for editing, if any."""
        return self._editor

    def add(self) -> None:
        """Open an empty person."""
        self._open(None)

    def edit(self, subject_id: int) -> None:
        """Open this person for editing."""
        try:
            dossier = self._use_cases.open_dossier(subject_id)
        except UserError as error:
            self._messages.show_error(error)
            return
        self._open(dossier)

    def left_over(self) -> list[Draft]:
        """Return what a crash left of typing people; what is open now is no leftover."""
        if self._editor is not None:
            return []
        return [draft for draft in self._use_cases.drafts() if draft.kind == PERSON_DRAFT]

    def give_up(self, draft: Draft) -> None:
        """Take a leftover away, once the user has said so."""
        if confirm(
            self._window,
            f"放弃“{draft.title}”没有保存的内容？",
            "留存的填写内容将被删除，名册中已保存的内容不变。",
            act="放弃这些内容",
            danger=True,
        ):
            self._use_cases.drop_draft(draft)
            self.left_over_changed.emit()

    def resume(self, draft: Draft) -> None:
        """Go on with what a crash left of typing a person."""
        if self._editor is not None:
            return
        dossier = None
        if draft.target_id is not None:
            try:
                dossier = self._use_cases.open_dossier(draft.target_id)
            except UserError:
                self._messages.show_warning("这名人员已被删除。您当时填写的内容按新增人员打开")
        self._show_editor(dossier, draft)

    def has_unsaved(self) -> bool:
        """Whether the open person has something that is not kept."""
        return self._editor is not None and self._editor.has_unsaved()

    def save_pending(self) -> bool:
        """Save the open person; return whether nothing is left unsaved."""
        return self._editor is None or not self._editor.has_unsaved() or self._editor.save()

    def keep_drafts(self) -> None:
        """Put what is typed in safety now: the program is about to lock."""
        if self._editor is not None:
            self._editor.keep_draft()

    def _open(self, dossier: Dossier | None) -> None:
        if why := why_not():  # by a key: the buttons are grey
            self._messages.show_warning(why)
            return
        if self._editor is not None:
            self._editor.raise_()
            self._editor.activateWindow()
            return
        target = dossier.subject.id if dossier else None
        left = [
            draft
            for draft in self._use_cases.drafts()
            if draft.kind == PERSON_DRAFT and draft.target_id == target
        ]
        if left:
            match self._ask_about(left[0]):
                case "restore":
                    self._show_editor(dossier, left[0])
                    return
                case "discard":
                    self._use_cases.drop_draft(left[0])
                    self.left_over_changed.emit()
                case _:
                    return
        self._show_editor(dossier, None)

    def _ask_about(self, draft: Draft) -> str:
        at = f"{draft.saved_at:%m月%d日 %H:%M}" if draft.saved_at else "上次"
        question = Question(
            self._window,
            "有上次没有保存的内容",
            f"“{draft.title}”在{at}填写的内容没有保存，程序已替您留存。",
            kind="info",
        )
        question.offer("restore", "恢复并继续填写(&R)", role="primary", default=True)
        question.offer("discard", "放弃，重新打开(&D)")
        question.offer("", "取消(&C)")
        return question.ask()

    def _show_editor(self, dossier: Dossier | None, left_over: Draft | None) -> None:
        editor = PersonEditor(
            self._use_cases, dossier, left_over=left_over, parent=self._window.window()
        )
        editor.saved.connect(self._on_saved)
        editor.finished.connect(self._on_finished)
        self._editor = editor
        editor.open()

    def _on_saved(self, subject_id: int, changes: Changes) -> None:
        self._bus.publish(changes)
        self.person_saved.emit(subject_id)
        self._messages.show_info("已保存")

    def _on_finished(self) -> None:
        if self._editor is not None:
            self._editor.deleteLater()
            self._editor = None
        self.left_over_changed.emit()

    # ------------------------------------------------------------ taking away

    def remove(self, row: RosterRow) -> None:
        """Take a person away, with a reason that the log keeps."""
        unit = row.workplace or row.unit
        reason = ask_reason(
            self._window,
            f"删除“{row.name}”？",
            f"{unit}　{row.born_on}\n此人的案件、处分和状态事项一并删除，删除前的内容记入日志。"
            "已有登记表的人员不能删除；期满、退休等情形不需要删除，名册会自行认定。",
            act="删除此人",
            danger=True,
        )
        accounts = self._use_cases.accounts
        if reason is None or not second_person(accounts, Right.PURGE, self._jobs, self._window):
            return
        try:
            changes = self._use_cases.remove_person(row.id, reason)
        except UserError as error:
            self._messages.show_error(error)
            return
        self._bus.publish(changes)
        self._messages.show_info(f"已删除“{row.name}”，理由已记入日志")

    def change_many(self, subject_ids: Sequence[int]) -> None:
        """Change one thing of many people at once."""
        dialog = BulkDialog(self._use_cases, subject_ids, self._window.window())
        dialog.changed.connect(self._bus.publish)
        dialog.finished.connect(lambda _how: self._remember(dialog.done_last))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def merge(self, kept_id: int, dropped_id: int) -> None:
        """Make two records of one person one."""
        try:
            dialog = MergeDialog(self._use_cases, kept_id, dropped_id, self._window.window())
        except UserError as error:
            self._messages.show_error(error)
            return
        dialog.merged.connect(self._on_merged)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def merge_with_another(self, row: RosterRow) -> None:
        """Choose who is the same person as ``row``, and merge both."""
        chosen = choose_people(
            self._use_cases,
            self._window,
            f"与“{row.name}”合并的人员",
            "对照并合并(&M)",
            {row.id},
            lead="选择与此人实为同一人的另一条记录，下一步逐项对照。",
            single=True,
            find=row.name,
        )
        if chosen:
            self.merge(row.id, chosen[0])

    def undo_merge(self) -> None:
        """Make two records of one again."""
        dialog = MergesDialog(self._use_cases, self._window.window())
        dialog.undone.connect(lambda done: self._bus.publish(done.changes))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_merged(self, kept_id: int, changes: Changes) -> None:
        self._bus.publish(changes)
        self.person_saved.emit(kept_id)
        self._messages.show_info("已合并为一人。有误时可在“文件”菜单的“撤销合并”中分开")

    def _remember(self, change: BulkChange | None) -> None:
        """Let Ctrl+Z take a bulk change back, and do it again."""
        if change is not None:
            self.done.emit(self._bulk_back(change))

    def _bulk_back(self, change: BulkChange) -> Step:
        label = form_fields(Subject)[change.field].label

        def run() -> Step:
            back = self._use_cases.change_back(change)
            self._bus.publish(back.changes)
            return self._bulk_back(back)

        return Step(f"{len(change.done)} 人的{label}", run)

    # ------------------------------------------------------------ ledgers

    def import_ledger(self) -> None:
        """Choose a ledger, look at it, bring it in."""
        dialog = ImportDialog(self._use_cases, self._jobs, self._messages, self._window.window())
        dialog.imported.connect(self._on_imported)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def undo_import(self) -> None:
        """Take one of the imports back."""
        dialog = UndoDialog(self._use_cases, self._jobs, self._messages, self._window.window())
        dialog.taken_back.connect(self._on_imported)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export_ledger(
        self, choices: Sequence[tuple[str, Sequence[int] | None]] = (("全部人员", None),)
    ) -> None:
        """Choose a purpose, people, columns, a day and a file, and write the ledger."""
        dialog = ExportDialog(
            self._use_cases, self._jobs, self._messages, self._window.window(), choices=choices
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_imported(self, report: Any) -> None:
        self._bus.publish(report.changes)
