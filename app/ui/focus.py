"""Which field has the keys."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QWidget


def focus_in(window: QWidget) -> QWidget | None:
    """Return what has the keys, if it is ``window`` or within it.

    ``QWidget.focusWidget`` says the same, but PySide makes what that returns belong to the window
    instead of its real parent: it then outlives the one and is forgotten with the other.
    """
    found = QApplication.focusWidget()
    return found if found is not None and (found is window or window.isAncestorOf(found)) else None
