"""When a form is not saved: said once and plainly, until it is; never that it was when it was not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.domain.registration_form import RegistrationForm
from app.services.ports import StaleData, UserError
from app.ui.forms.form_editor import FormEditor
from app.ui.message_bar import MessageBar, Question, sentence_of


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
            self._ask_whose()
        else:
            self._messages.show_error(
                f"登记表没有保存上：{sentence_of(error).rstrip('。')}。输入的内容仍在屏幕上，"
                "程序每5秒再试一次；请先不要关闭程序"
            )

    def _ask_whose(self) -> None:
        """Somebody saved the same form meanwhile: mine or theirs."""
        form = self._editor.form
        answer = ask_whose(self._window) if form is not None and form.id is not None else ""
        if not answer or form is None or form.id is None:
            return
        try:
            theirs = self._open_form(form.id)
        except UserError as error:
            self._messages.show_error(error)
            return
        if answer == "mine":
            self._editor.adopt_revision(theirs)
            self._editor.save_now()
        else:
            self._said = False
            self._editor.replace(theirs)
            self.replaced.emit()


def ask_whose(parent: QWidget) -> str:
    """Ask which of two versions of one form to keep: mine, theirs, or nothing yet."""
    question = Question(
        parent,
        "这份登记表在别处也改过",
        "打开之后，有人在别处保存了同一份登记表。请选择保留哪一份；"
        "屏幕上的内容在选择之前不会丢失。",
    )
    question.offer("mine", "保存屏幕上的内容(&M)", role="primary", default=True)
    question.offer("theirs", "改用别处保存的(&T)")
    question.offer("", "稍后再定(&L)")
    return question.ask()
