"""Long work beside the window: one job at a time, with progress and cancel."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QThreadPool, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.services.ports import Cancelled, Progress, UserError
from app.ui import theme

log = logging.getLogger(__name__)

Result = TypeVar("Result")
Job = Callable[[Progress], Result]


class JobHandle(QObject):
    """What the GUI holds on to while a job runs.

    It lives in the GUI thread, so whatever is connected to its signals runs there.
    Exactly one of ``succeeded``, ``failed`` and ``cancelled`` comes, then ``finished``.
    """

    progressed = Signal(int, int, str)
    succeeded = Signal(object)
    failed = Signal(Exception)
    cancelled = Signal()
    finished = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._stop = threading.Event()

    def cancel(self) -> None:
        """Ask the job to stop at its next progress report."""
        self._stop.set()

    def report(self, done: int, total: int, note: str = "") -> None:
        """Pass on how far the job is. Called in the job's thread; raises ``Cancelled``."""
        if self._stop.is_set():
            raise Cancelled("已取消")
        self.progressed.emit(done, total, note)


def _run(job: Job[Any], handle: JobHandle) -> None:
    try:
        handle.report(0, 0)
        result = job(handle.report)
    except Cancelled:
        handle.cancelled.emit()
    except Exception as error:  # every failure is shown; a lost one would leave the window waiting
        if not isinstance(error, UserError):
            log.error("job failed", exc_info=(_JobFailed, _named(error), error.__traceback__))
        handle.failed.emit(error)
    else:
        handle.succeeded.emit(result)
    finally:
        handle.finished.emit()


def _named(error: Exception) -> _JobFailed:
    return _JobFailed(type(error).__name__)


class _JobFailed(Exception):  # noqa: N818 - the log reads it
    """Stands in the log for an error whose own message may hold personal data."""


class JobRunner(QObject):
    """Starts jobs. One at a time: SQLite has one writer, and so does the user's patience."""

    busy_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._handles: list[JobHandle] = []

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return bool(self._handles)

    def start(self, job: Job[Any], handle: JobHandle) -> None:
        """Queue ``job``; connect to ``handle``, a child of this runner, before calling this."""
        self._handles.append(handle)
        handle.finished.connect(partial(self._on_finished, handle))
        if len(self._handles) == 1:
            self.busy_changed.emit(True)
        self._pool.start(partial(_run, job, handle))

    def run(
        self,
        job: Job[Result],
        succeeded: Callable[[Result], object],
        failed: Callable[[Exception], object],
    ) -> JobHandle:
        """Start ``job``; one of the two callables gets its outcome, in the GUI thread."""
        handle = JobHandle(self)
        handle.succeeded.connect(succeeded)
        handle.failed.connect(failed)
        self.start(job, handle)
        return handle

    def shut_down(self) -> None:
        """Cancel everything and wait: a thread that outlives the window crashes the program."""
        for handle in self._handles:
            handle.cancel()
        self._pool.waitForDone()

    def _on_finished(self, handle: JobHandle) -> None:
        self._handles.remove(handle)
        handle.deleteLater()
        if not self._handles:
            self.busy_changed.emit(False)


class ProgressPanel(QWidget):
    """Bar, note and 取消 for one job at a time; hidden while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._handle: JobHandle | None = None
        self._bar = QProgressBar(textVisible=False)
        self._note = theme.label("", "muted")
        self._note.setAccessibleName("进度")
        self._cancel = theme.button("取消(&C)", self._on_cancel)
        row = QHBoxLayout()
        row.addWidget(self._bar, 1)
        row.addWidget(self._cancel)
        column = QVBoxLayout(self)
        theme.margins(column, 0, theme.TINY)
        column.addLayout(row)
        column.addWidget(self._note)
        self.hide()

    def watch(self, handle: JobHandle, note: str = "正在进行…") -> None:
        """Show how far ``handle``'s job is until it ends."""
        self._handle = handle
        self._note.setText(note)
        self._bar.setRange(0, 0)
        self._cancel.setEnabled(True)
        handle.progressed.connect(self._on_progressed)
        handle.finished.connect(self._on_finished)
        self.show()

    def _on_progressed(self, done: int, total: int, note: str) -> None:
        # Some counts are bytes: Qt's bar holds 32-bit numbers, so it gets thousandths.
        self._bar.setRange(0, 1000 if total else 0)
        if total:
            self._bar.setValue(min(1000, done * 1000 // total))
        if note:
            self._note.setText(note)

    def _on_cancel(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._cancel.setEnabled(False)
            self._note.setText("正在取消，请稍候…")

    def _on_finished(self) -> None:
        self._handle = None
        self.hide()
