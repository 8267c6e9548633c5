"""The one box that finds people."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.ui import theme

SEARCH_AFTER_MS = 150


class SearchBox(QLineEdit):
    """Says what to search for once the user pauses; never while text is being composed."""

    searched = Signal(str)
    left_down = Signal()  # Down or Enter: the user wants to go to the list

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(hint)
        self.setClearButtonEnabled(True)
        self.addAction(theme.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._composing = False
        self._said = ""
        self._pause = QTimer(self, singleShot=True, interval=SEARCH_AFTER_MS)
        self._pause.timeout.connect(self._say)
        self.textChanged.connect(self._on_text_changed)

    def search_now(self) -> None:
        """Do not wait for the pause, unless text is being composed."""
        if not self._composing:
            self._say()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Hold the search back as long as the input method has not handed over its text."""
        self._composing = bool(event.preeditString())
        super().inputMethodEvent(event)
        if self._composing:
            self._pause.stop()
        elif self.text() != self._said:
            self._pause.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc empties the box; Enter and Down go on to the list."""
        match event.key():
            case Qt.Key.Key_Escape if self.text():
                self.clear()
                self.search_now()
            case Qt.Key.Key_Down | Qt.Key.Key_Return | Qt.Key.Key_Enter if not self._composing:
                self.search_now()
                self.left_down.emit()
            case _:
                super().keyPressEvent(event)

    def _on_text_changed(self) -> None:
        if not self._composing:
            self._pause.start()

    def _say(self) -> None:
        self._pause.stop()
        if self.text() != self._said:
            self._said = self.text()
            self.searched.emit(self._said.strip())
