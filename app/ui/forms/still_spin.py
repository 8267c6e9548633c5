"""Boxes for numbers that the wheel leaves alone unless they have the focus (usability.md 6)."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QSpinBox

_HALF_MM = 5  # tenths


class StillSpin(QSpinBox):
    """A whole number that scrolling past does not change."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class MillimetreSpin(StillSpin):
    """A length in millimetres with one decimal, between ``-most`` and ``most``."""

    def __init__(self, most: float) -> None:
        super().__init__()
        self.setRange(round(-most * 10), round(most * 10))
        self.setSingleStep(_HALF_MM)

    @property
    def millimetres(self) -> float:
        """The length."""
        return self.value() / 10

    def set_millimetres(self, length: float) -> None:
        """Show ``length``."""
        self.setValue(round(length * 10))

    def textFromValue(self, value: int) -> str:
        return f"{value / 10:.1f}"

    def valueFromText(self, text: str) -> int:
        match = re.search(r"-?\d+(?:\.\d*)?", text)
        return round(float(match[0]) * 10) if match else 0

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        plain = text.removeprefix(self.prefix()).removesuffix(self.suffix()).strip()
        if re.fullmatch(r"-?\d+(\.\d?)?", plain):
            inside = self.minimum() <= self.valueFromText(plain) <= self.maximum()
            return (
                QValidator.State.Acceptable if inside else QValidator.State.Invalid,
                text,
                position,
            )
        empty = plain in ("", "-")
        state = QValidator.State.Intermediate if empty else QValidator.State.Invalid
        return state, text, position
