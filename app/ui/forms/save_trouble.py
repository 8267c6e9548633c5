"""When a form is not saved: said once and plainly, until it is; never that it was when it was not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.domain.registration_form import RegistrationForm
from app.services.ports import StaleData, UserError
from app.ui.forms.form_editor import FormEditor
from app.ui.message_bar import MessageBar, sentence_of
from app.ui.records.sides import ask_whose


class SaveTrouble(QObject):
    """Watches the editor's saving. Everything typed stays on screen whatever happens here."""

    replaced = Signal()  # the user chose what was saved elsewhere

    def __init__(
        self,
        editor: FormEditor,
        open_form: Callable[[int], RegistrationForm],
        messages: MessageBar,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._editor, self._open_form = editor, open_form
        self._messages, self._window = messages, window
        self._said = False
        editor.saved.connect(self._on_saved)
        editor.save_failed.connect(self._on_failed)

    def say_again(self) -> None:
        """Say the next failure even if it was said before: the user asked for a save."""
        self._said = False

    def _on_saved(self, _changes: object) -> None:
        if self._said:
            self._messages.show_info("登记表已保存，刚才输入的内容没有丢失")
        self._said = False

    def _on_failed(self, error: Exception) -> None:
        if self._said:
            return  # the next try comes by itself; the state beside the buttons stays red
        self._said = True
        if isinstance(error, StaleData):
            self._ask_whose(error)
        else:
            self._messages.show_error(
                f"登记表没有保存上：{sentence_of(error).rstrip('。')}。输入的内容仍在屏幕上，"
                "程序每5秒再试一次；请先不要关闭程序"
            )

    def _ask_whose(self, error: StaleData) -> None:
        """Somebody saved the same form meanwhile: mine or theirs."""
        form = self._editor.form
        if form is None or form.id is None:
            return
        try:
            theirs = self._open_form(form.id)
        except UserError as gone:
            self._messages.show_error(gone)
            return
        base = self._editor.base or form
        answer = ask_whose(self._window, "登记表", str(error), [form], [theirs], [base])
        if answer == "mine":
            self._editor.adopt_revision(theirs)
            self._editor.save_now()
        elif answer:
            self._said = False
            self._editor.replace(theirs)
            self.replaced.emit()
