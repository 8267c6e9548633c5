"""The one place where an error ends that nobody caught: it is logged, and told to the user.

Qt calls back into Python from everywhere; without this an error in a slot is printed to a console
that a program with windows does not have, and the user's act fails without a word.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

log = logging.getLogger(__name__)


class _Happened(Exception):
    """Stands in the log for an error whose own message may hold personal data."""


def log_once(error: Exception) -> None:
    """Log an error that nobody foresaw, however many places it passes; others are no news."""
    from app.services.ports import UserError, number_of

    if isinstance(error, UserError) or getattr(error, "logged", False):
        return
    error.logged = True  # type: ignore[attr-defined]
    kind = type(error).__name__
    log.error(
        "%s %s", number_of(error), kind, exc_info=(_Happened, _Happened(kind), error.__traceback__)
    )


class Unforeseen(QObject):
    """Catches what nobody caught, in whichever thread, and has it told in the GUI thread."""

    _happened = Signal(object)

    def __init__(self, tell: Callable[[Exception], object], parent: QObject | None = None) -> None:
        """``tell`` shows an error in the window of the program when no dialog is open."""
        super().__init__(parent)
        self._tell = tell
        self._telling = False
        self._former = sys.excepthook, threading.excepthook
        self._happened.connect(self._on_happened)
        sys.excepthook = self._caught
        threading.excepthook = lambda what: self._caught(
            what.exc_type, what.exc_value, what.exc_traceback
        )

    def end(self) -> None:
        """Leave errors to whoever had them before."""
        sys.excepthook, threading.excepthook = self._former

    def _caught(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not isinstance(error, Exception):  # Ctrl+C on a console
            self._former[0](kind, error or kind(), trace)
            return
        log_once(error.with_traceback(trace))
        self._happened.emit(error)

    def _on_happened(self, error: Exception) -> None:
        # In the GUI thread now, but not from within what failed.
        QTimer.singleShot(0, self, partial(self._tell_of, error))

    def _tell_of(self, error: Exception) -> None:
        if self._telling:  # telling went wrong: it is in the log, and once is enough
            return
        self._telling = True
        try:
            dialog: Any = QApplication.activeModalWidget()
            said = _say_in(dialog, error)
            if not said:
                self._tell(error)
        finally:
            self._telling = False


def _say_in(dialog: QWidget | None, error: Exception) -> bool:
    """Say it in the dialog in front, if it has a line of news."""
    from app.ui.dialog import Dialog

    if not isinstance(dialog, Dialog):
        return False
    dialog.say(error)
    return True
