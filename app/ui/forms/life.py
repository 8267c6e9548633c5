"""Takes the open form through its life: each act in its dialog, refused with a sentence, published."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.registration_form import RegistrationForm
from app.services.ports import Changes
from app.services.use_cases import UseCases
from app.ui.forms.life_dialogs import FilingDialog, FinaliseDialog, ScanDialog
from app.ui.forms.versions_dialog import CompareDialog, VersionsDialog
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar, ask_reason


class Life(QObject):
    """Every act begins with ``kept_form``: only what is on record becomes final."""

    changed = Signal(object)  # Changes; the form on record is another one now

    def __init__(
        self,
        use_cases: UseCases,
        kept_form: Callable[[], RegistrationForm | None],
        messages: MessageBar,
        window: QWidget,
        jobs: JobRunner,
    ) -> None:
        super().__init__(window)
        self._use_cases, self._acts = use_cases, use_cases.paper
        self._kept_form, self._messages, self._window = kept_form, messages, window
        self._jobs = jobs

    def finalise(self) -> None:
        """Make the form final, or say what is open and ask for a reason."""
        if (form := self._kept_form()) is None:
            return
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            left_open = self._acts.left_open(form)
            pages = self._use_cases.count_pages(form)
        except Exception as error:
            self._messages.show_error(error)
            return
        finally:
            QApplication.restoreOverrideCursor()
        dialog = FinaliseDialog(
            left_open, pages, partial(self._acts.finalise, _id(form)), self._window
        )
        if dialog.exec():
            self._done(dialog.changes, f"第{form.version or 1}版已定稿，PDF 和校验值已保存")
        dialog.deleteLater()

    def attach_scan(self) -> None:
        """Add the signed paper, scanned."""
        if (form := self._kept_form()) is None:
            return
        version = self._acts.versions(_id(form))[-1].version
        dialog = ScanDialog(version, partial(self._acts.attach_scan, _id(form)), self._window)
        if dialog.exec():
            self._done(dialog.changes, "签名扫描件已加密存入；还有其他页的，可再次存入")
        dialog.deleteLater()

    def show_attachments(self) -> None:
        """Show the papers of the form: its scans, and what else was attached."""
        from app.ui.attachments.owner_dialog import AttachmentsDialog

        if (form := self._kept_form()) is None:
            return
        what = f"{form.name}的登记表；签名扫描件请用“附签名扫描件”存入。"
        dialog = AttachmentsDialog(
            RegistrationForm, _id(form), what, self._use_cases.attachments, self._jobs, self._window
        )
        dialog.exec()
        if dialog.changes:
            self.changed.emit(dialog.changes)
        dialog.deleteLater()

    def file(self) -> None:
        """Note day and number of the case file."""
        if (form := self._kept_form()) is None:
            return
        dialog = FilingDialog(partial(self._acts.file, _id(form)), self._window)
        if dialog.exec():
            self._done(dialog.changes, "登记表已归档")
        dialog.deleteLater()

    def revise(self) -> None:
        """Begin a new version, for a reason."""
        self._with_reason(
            "另出新版本",
            "现有版本的 PDF 和扫描件原样保留；登记表回到草稿，改好后再定稿为新的一版。",
            "另出新版本",
            self._acts.revise,
            "已开始新版本，旧版本可在“版本与存档文件”中查看",
        )

    def give_up(self) -> None:
        """Give the new version up, for a reason."""
        self._with_reason(
            "放弃新版本",
            "各栏恢复为上一次定稿的内容，这次修改的内容不再保留。",
            "放弃修改",
            self._acts.give_up_revision,
            "已恢复为上一次定稿的内容",
        )

    def show_versions(self) -> None:
        """Show every version and its papers."""
        if (form := self._kept_form()) is None:
            return
        dialog = VersionsDialog(form, self._acts, self._window)
        dialog.exec()
        if dialog.changed:
            self._done(frozenset(), "扫描件已删除")
        dialog.deleteLater()

    def compare(self) -> None:
        """Show two versions side by side."""
        if (form := self._kept_form()) is None:
            return
        try:
            kept = self._acts.versions(_id(form))
        except Exception as error:
            self._messages.show_error(error)
            return
        dialog = CompareDialog(form, kept, self._acts, self._window)
        dialog.exec()
        dialog.deleteLater()

    def _with_reason(
        self, title: str, text: str, act: str, do: Callable[[int, str], Changes], said: str
    ) -> None:
        if (form := self._kept_form()) is None:
            return
        reason = ask_reason(self._window, title, text, act=act)
        if reason is None:
            return
        try:
            changes = do(_id(form), reason)
        except Exception as error:
            self._messages.show_error(error)
            return
        self._done(changes, said)

    def _done(self, changes: Changes, said: str) -> None:
        self.changed.emit(changes)
        self._messages.show_info(said)


def _id(form: RegistrationForm) -> int:
    assert form.id is not None, "only a form on record has a life"
    return form.id
