"""A combo box that the wheel leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent


class CalmComboBox(QComboBox):
    """A combo box that the wheel leaves alone unless it has the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("focusPolicy", "StrongFocus")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll instead of changing a value nobody is looking at."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
