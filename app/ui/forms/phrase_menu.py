"""The menu of ready sentences for the box with the cursor; what is chosen goes in at the cursor."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.fields import form_fields
from app.domain.form_life import box_names
from app.domain.phrase import Phrase
from app.domain.registration_form import RegistrationForm
from app.services.paper_acts import PaperActs
from app.ui.forms.form_editor import FormEditor
from app.ui.forms.phrases_dialog import PhrasesDialog
from app.ui.message_bar import MessageBar

_SHOWN = 30  # characters of a phrase in the menu


class PhraseMenu(QObject):
    """Fills menus with phrases; reads them anew each time, so that two people share the office's."""

    def __init__(
        self, editor: FormEditor, acts: PaperActs, messages: MessageBar, window: QWidget
    ) -> None:
        super().__init__(window)
        self._editor, self._acts = editor, acts
        self._messages, self._window = messages, window
        editor.menu_built.connect(self._add_to)

    def fill(self, menu: QMenu) -> None:
        """Put into ``menu`` what can be inserted into the present box."""
        menu.clear()
        box = self._editor.field
        try:
            own = [phrase for phrase in self._acts.phrases() if phrase.box == box]
        except Exception as error:
            self._messages.show_error(error)
            return
        if not box:
            menu.addAction("请先把光标放到要填写的栏中").setEnabled(False)
        elif not own:
            menu.addAction("这一栏还没有常用语").setEnabled(False)
        for title, phrases in (
            ("单位常用语", [one for one in own if not one.owner]),
            ("个人常用语", [one for one in own if one.owner]),
        ):
            if phrases:
                menu.addAction(title).setEnabled(False)  # the style sheet hides titles of sections
            for phrase in phrases:
                action = menu.addAction(_short(phrase.wording))
                action.setToolTip(phrase.wording)
                action.triggered.connect(
                    lambda _checked=False, words=phrase.wording: self._editor.insert(words)
                )
        menu.setToolTipsVisible(True)
        menu.addSeparator()
        selected = self._editor.selected_text
        keep = menu.addAction("把选中的文字存为个人常用语(&K)", partial(self.keep, box, selected))
        keep.setEnabled(bool(selected and box))
        menu.addAction("管理常用语(&M)…", self.manage)

    def keep(self, box: str, words: str) -> None:
        """Keep the selected words as a phrase of one's own."""
        try:
            self._acts.keep_phrase(Phrase(box=box, wording=words, owner="我"))
        except Exception as error:
            self._messages.show_error(error)
            return
        label = form_fields(RegistrationForm)[box].label
        self._messages.show_info(f"已存为“{label}”栏的个人常用语")

    def manage(self) -> None:
        """Add, alter, remove and order phrases."""
        box = self._editor.field if self._editor.field in box_names() else "attitude"
        dialog = PhrasesDialog(self._acts, box, self._window)
        dialog.exec()
        dialog.deleteLater()

    def _add_to(self, menu: QMenu) -> None:
        menu.addSeparator()
        offered = QMenu("常用语(&H)", menu)
        menu.addMenu(offered)
        self.fill(offered)


def _short(words: str) -> str:
    plain = " ".join(words.split()).replace("&", "&&")
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1] + "…"
