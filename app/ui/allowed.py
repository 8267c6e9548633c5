"""What the signed-in person may not do stands grey and says why: in every window, from this one place.

The services refuse it in any case; here nobody types a page first that cannot be kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.rights import Right

Control = TypeVar("Control", bound=QWidget | QAction)

_refused: dict[Right, str] = {}


def sign_in(refusal: Callable[[Right], str]) -> None:
    """Remember what ``refusal`` gives as the reason for each right that this person lacks."""
    _refused.clear()
    _refused.update({right: why for right in Right if (why := refusal(right))})


def why_not(right: Right = Right.BUSINESS) -> str:
    """Return why the signed-in person may not do what needs ``right``; ``""``: they may."""
    return _refused.get(right, "")


def edits(control: Control, right: Right = Right.BUSINESS) -> Control:
    """Return a button or a menu's line, kept grey with the reason for whoever lacks ``right``."""
    why = why_not(right)
    if not why:
        return control
    control.setEnabled(False)
    control.setToolTip(why)
    if isinstance(control, QAction):
        control.enabledChanged.connect(lambda on: control.setEnabled(False) if on else None)
        menu = control.parent()
        if isinstance(menu, QMenu):
            menu.setToolTipsVisible(True)
    else:
        control.setAccessibleDescription(why)
        control.installEventFilter(_Held(control, why))
    return control


class _Held(QObject):
    """Lets nobody enable the button again, whatever is chosen in the list beside it."""

    def __init__(self, held: QWidget, why: str) -> None:
        super().__init__(held)
        self._why = why

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take back what would make it look possible."""
        if isinstance(watched, QWidget):
            if event.type() is QEvent.Type.EnabledChange and watched.isEnabled():
                watched.setEnabled(False)
            elif event.type() is QEvent.Type.ToolTipChange and watched.toolTip() != self._why:
                watched.setToolTip(self._why)
        return False
