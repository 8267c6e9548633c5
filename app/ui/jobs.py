"""Long work beside the window: one job at a time, with progress and cancel."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QThreadPool, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.unforeseen import log_once

if TYPE_CHECKING:
    from app.services.ports import Progress

Result = TypeVar("Result")
Job = Callable[["Progress"], Result]


class JobHandle(QObject):
    """What the GUI holds on to while a job runs.

    Its signals are emitted in the GUI thread, by the runner: so whatever is connected to them,
    lambdas too, runs there. Exactly one of ``succeeded``, ``failed`` and ``cancelled`` comes, then
    ``finished``; none of them after the runner was shut down.
    """

    progressed = Signal(object, object, str)  # Qt's ``int`` ends at 2 GB, and some count bytes
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

    @property
    def stopped(self) -> bool:
        """Whether somebody asked the job to stop."""
        return self._stop.is_set()


class JobRunner(QObject):
    """Starts jobs. One at a time: SQLite has one writer, and so does the user's patience.

    The job's thread never touches a signal that others are connected to: it leaves word in a
    queue and wakes the GUI thread. Emitting Python objects across threads crashed when the
    receiver was deleted meanwhile, and flooded the window when progress came by the thousand.
    """

    busy_changed = Signal(bool)
    _woken = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._handles: list[JobHandle] = []
        self._word: deque[Callable[[], None]] = deque()  # safe between threads
        self._steps: dict[JobHandle, tuple[int, int, str]] = {}
        self._woken.connect(self._on_woken)  # emitted in other threads only: queued
        self.second: Callable[[Any], bool] | None = None
        """Asks a second person to sign for a right; a job that was refused for want of it is then
        done again."""

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return bool(self._handles)

    def start(self, job: Job[Any], handle: JobHandle) -> None:
        """Queue ``job``; connect to ``handle``, a child of this runner, before calling this."""
        self._handles.append(handle)
        if len(self._handles) == 1:
            self.busy_changed.emit(True)
        self._pool.start(partial(self._work, job, handle))

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
        self._handles.clear()
        self._word.clear()  # nobody is left to be told; a wake-up may still be queued

    def _work(self, job: Job[Any], handle: JobHandle) -> None:
        """Run one job. In the job's thread."""
        from app.services.permission import SecondPersonNeeded
        from app.services.ports import Cancelled

        def report(done: int, total: int, note: str = "") -> None:
            if handle.stopped:
                raise Cancelled("已取消")
            self._steps[handle] = (done, total, note)
            self._say(partial(self._pass_on_step, handle))

        try:
            report(0, 0)
            result = job(report)
        except Cancelled:
            outcome = handle.cancelled.emit
        except SecondPersonNeeded as needed:
            self._say(partial(self._ask_second, job, handle, needed))
            return
        except Exception as error:  # every failure is shown; a lost one leaves the window waiting
            log_once(error)
            outcome = partial(handle.failed.emit, error)
        else:
            outcome = partial(handle.succeeded.emit, result)
        self._say(partial(self._finish, handle, outcome))

    def _ask_second(self, job: Job[Any], handle: JobHandle, needed: Any) -> None:
        self._handles.remove(handle)  # nothing runs meanwhile: a lock need not wait for it
        agreed = self.second is not None and self.second(needed.right)
        self._handles.append(handle)
        if agreed:
            self._pool.start(partial(self._work, job, handle))
        else:
            self._finish(handle, partial(handle.failed.emit, needed))

    def _say(self, word: Callable[[], None]) -> None:
        self._word.append(word)
        self._woken.emit()

    def _on_woken(self) -> None:
        while self._word:
            self._word.popleft()()

    def _pass_on_step(self, handle: JobHandle) -> None:
        # Only the newest step is worth showing: the others of this moment find nothing left.
        step = self._steps.pop(handle, None)
        if step is not None:
            handle.progressed.emit(*step)

    def _finish(self, handle: JobHandle, outcome: Callable[[], None]) -> None:
        self._handles.remove(handle)
        try:
            outcome()
            handle.finished.emit()
        finally:
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
