"""Backups that nobody has to think of: every few hours while there are changes, and a weekly drill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from app.services.ports import Progress
from app.services.safekeeping import DRILL_EVERY_DAYS, TIMED, Drill, PlaceOutcome
from app.services.use_cases import UseCases
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar

LOOK_MS = 60_000


class BackupKeeper(QObject):
    """Looks once a minute whether a backup or a drill is due, and does it beside the window."""

    def __init__(
        self,
        use_cases: UseCases,
        jobs: JobRunner,
        messages: MessageBar,
        done: Callable[[], object],
        parent: QObject | None = None,
        *,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        super().__init__(parent)
        self._use_cases, self._keeping = use_cases, use_cases.safekeeping
        self._jobs, self._messages, self._done, self._now = jobs, messages, done, now
        self._told: set[Path] = set()  # a stick that is not there is named once, not every hour
        self._tried_at: datetime | None = None
        self._drilled = False
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Begin what is due, unless something else is under way."""
        window = self.parent()
        if isinstance(window, QWidget) and not window.isVisible():
            return  # locked: nobody can be told, and the file is closed
        if self._use_cases.who.practice or self._jobs.busy:
            return
        try:
            if self._backup_due():
                self._tried_at = self._now()
                self._run(partial(self._keeping.back_up_places, TIMED), self._on_backed_up)
            elif not self._drilled and self._drill_due():
                self._drilled = True  # once a session is enough, whatever came of it
                self._run(self._keeping.drill, self._on_drilled)
        except Exception as error:
            self._timer.stop()  # said once, not every minute
            self._messages.show_error(error)

    def _backup_due(self) -> bool:
        settings = self._use_cases.settings()
        hours = settings.backup_every_hours or 0
        if not hours or not settings.backup_places:
            return False
        between = timedelta(hours=hours)
        last = max(filter(None, (self._use_cases.last_backup(), self._tried_at)), default=None)
        # A time that lies ahead comes from a clock that was set back: it counts as long ago.
        if last is not None and timedelta() <= self._now() - last < between:
            return False
        return self._keeping.changed()

    def _drill_due(self) -> bool:
        if self._use_cases.last_backup() is None:
            return False
        last = self._keeping.last_drill()
        if last is None:
            return True
        return not timedelta() <= self._now() - last.at < timedelta(days=DRILL_EVERY_DAYS)

    def _run(self, job: Callable[[Progress], Any], succeeded: Callable[[Any], object]) -> None:
        self._jobs.run(job, succeeded, self._messages.show_error)

    def _on_backed_up(self, outcomes: Sequence[PlaceOutcome]) -> None:
        for outcome in outcomes:
            if outcome.info is None and outcome.folder not in self._told:
                self._told.add(outcome.folder)
                self._messages.show_warning(f"自动备份没有做成：{outcome.trouble}")
            elif outcome.info is not None:
                self._told.discard(outcome.folder)
        self._done()

    def _on_drilled(self, drill: Drill | None) -> None:
        if drill is not None and not drill.passed:
            self._messages.show_warning(
                f"恢复演练没有通过：{drill.finding}。请马上重新备份，并检查备份盘"
            )
        self._done()
