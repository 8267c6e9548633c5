"""A line for a password: shown on demand, with hints about Caps Lock and full-width input."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.ui import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

CAPS = "大写锁定（Caps Lock）已打开"
FULL_WIDTH = "含有全角字符，请确认输入法是否为半角；全角与半角按同一字符对待"


class _Line(QLineEdit):
    caps = Signal(bool)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Infer Caps Lock from a letter that came in the other case than Shift asks for."""
        letter = event.text()
        if len(letter) == 1 and letter.isascii() and letter.isalpha():
            shift = bool(event.modifiers() & event.modifiers().ShiftModifier)
            self.caps.emit(letter.isupper() != shift)
        super().keyPressEvent(event)


class PasswordLine(QWidget):
    """The line with its eye, and one line of hints below."""

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None, *, moves: bool = True) -> None:
        super().__init__(parent)
        self.line = _Line()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setAccessibleName(name)
        self._eye = QAction(theme.icon("eye"), "显示口令", self)
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._show_plain)
        self.line.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)
        self._hint = theme.label("", "warning", wrap=True)
        self._hint.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.line)
        column.addWidget(self._hint)
        self.setFocusProxy(self.line)
        self._caps = False
        self._problem = ""
        self._good = ""
        self.line.caps.connect(self._on_caps)
        self.line.textChanged.connect(self._on_changed)
        if moves:
            from app.ui.field_editor import EnterMoves

            EnterMoves(self.line)

    def text(self) -> str:
        """Return what is typed, as it is: the key derivation normalises it."""
        return self.line.text()

    def clear(self) -> None:
        """Forget what was typed and hide it again."""
        self.line.clear()
        self._eye.setChecked(False)

    def set_problem(self, sentence: str, good: str = "") -> None:
        """Show why this password will not do, or a good word about it."""
        self._problem, self._good = sentence, good
        self._show_hint()

    def _show_plain(self, plain: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if plain else QLineEdit.EchoMode.Password
        self.line.setEchoMode(mode)
        self._eye.setIcon(theme.icon("eye-off" if plain else "eye"))
        self._eye.setToolTip("隐藏口令" if plain else "显示口令")

    def _on_caps(self, on: bool) -> None:
        self._caps = on
        self._show_hint()

    def _on_changed(self) -> None:
        self._show_hint()
        self.changed.emit()

    def _show_hint(self) -> None:
        wide = any(unicodedata.east_asian_width(one) == "F" for one in self.text())
        warning = CAPS if self._caps and self.text() else FULL_WIDTH if wide else ""
        if self._problem:
            role, words = "problem", f"× {self._problem}"
        elif warning:
            role, words = "warning", f"△ {warning}"
        else:
            role, words = "good", f"○ {self._good}" if self._good else ""
        theme.set_role(self._hint, role)
        theme.set_look(self.line, "state", "problem" if self._problem else "")
        self._hint.setText(words)
        self._hint.setVisible(bool(words))
