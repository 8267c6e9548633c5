"""What is typed is safe within seconds: saving after a pause, and again after a failure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

PAUSE_MS = 1_000  # without a key
LONGEST_MS = 4_000  # while keys keep coming: typed text is safe within 5 s
RETRY_MS = 5_000  # after a failure


class Autosave(QObject):
    """Calls ``save`` when there is something to save; knows whether anything is not saved.

    ``save`` raises on failure and has then changed nothing: what was typed stays on screen and in
    memory, and the save is tried again until it succeeds.
    """

    saved = Signal(object)  # what ``save`` returned
    failed = Signal(Exception)
    changed = Signal()  # whether something is unsaved, or failed, may have changed

    def __init__(self, save: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._save = save
        self._typed = 0
        self._kept = 0
        self.error: Exception | None = None
        self.saved_at: datetime | None = None
        self._pause = self._timer(PAUSE_MS)
        self._longest = self._timer(LONGEST_MS)
        self._retry = self._timer(RETRY_MS)

    def _timer(self, milliseconds: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(self.save_now)
        return timer

    @property
    def has_unsaved(self) -> bool:
        """Whether something was typed that is not kept yet."""
        return self._typed != self._kept

    def touch(self) -> None:
        """Note that something was typed: it is saved after a pause, or after four seconds."""
        self._typed += 1
        if not self._retry.isActive():
            self._pause.start()
            if not self._longest.isActive():
                self._longest.start()
        self.changed.emit()

    def forget(self, saved_at: datetime | None = None) -> None:
        """Start afresh with another form, saved when ``saved_at`` says."""
        self._stop()
        self._kept = self._typed
        self.error, self.saved_at = None, saved_at
        self.changed.emit()

    def save_now(self) -> bool:
        """Save what is unsaved, if anything; return whether nothing is left unsaved."""
        self._stop()
        if not self.has_unsaved:
            return True
        typed = self._typed
        try:
            result = self._save()
        except Exception as error:  # whatever went wrong: what was typed must survive it
            self.error = error
            self._retry.start()
            self.changed.emit()
            self.failed.emit(error)
            return False
        self._kept = typed
        self.error = None
        self.saved_at = datetime.now()
        self.changed.emit()
        self.saved.emit(result)
        return True

    def _stop(self) -> None:
        for timer in (self._pause, self._longest, self._retry):
            timer.stop()
