"""Work that waits until a window is on the screen: nobody should wait for it before that."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

_AFTER_MS = 20


class AfterFirstPaint(QObject):
    """Calls ``act`` once, soon after ``window`` was painted for the first time."""

    def __init__(self, window: QWidget, act: Callable[[], object]) -> None:
        super().__init__(window)
        self._window, self._act = window, act
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the paint event; take nothing away from the window."""
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(_AFTER_MS, self, self._call)
        return False

    def _call(self) -> None:
        self._act()
        self.deleteLater()
