"""What the window does for its backups: made, placed, verified, restored; each in its dialog."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from app.domain.rights import Right
from app.services.entrance import Entrance
from app.services.ports import Changes
from app.services.use_cases import UseCases
from app.ui.jobs import JobRunner
from app.ui.menus import Item
from app.ui.safekeeping.consent_dialog import Order


class SafekeepingActs:
    """The backup items of the menu. ``done`` is called after each, to show how things stand."""

    def __init__(
        self,
        use_cases: UseCases,
        entrance: Entrance,
        jobs: JobRunner,
        memory: QSettings,
        window: QWidget,
        *,
        save_all: Callable[[], bool],
        publish: Callable[[Changes], object],
        restore: Callable[[Order], object],
        done: Callable[[], object],
    ) -> None:
        self._use_cases, self._entrance, self._jobs = use_cases, entrance, jobs
        self._memory, self._window = memory, window
        self._save_all, self._publish = save_all, publish
        self._give_order, self._done = restore, done

    def items(self) -> list[Item | None]:
        """Return the lines of the menu."""
        return [
            Item("备份(&B)…", self.back_up, icon="backup", needs=Right.BACKUP),
            Item("备份位置(&A)…", self.choose_places, needs=Right.SETTINGS),
            Item("核验备份(&V)…", self.verify, icon="shield"),
            Item("恢复(&R)…", self.restore, icon="restore", needs=Right.RESTORE),
        ]

    def back_up(self) -> None:
        """Open the backup dialog."""
        from app.ui.safekeeping.backup_dialog import BackupDialog

        if self._save_all():
            BackupDialog(self._use_cases, self._jobs, self._memory, self._window).exec()
            self._done()

    def choose_places(self) -> None:
        """Show where backups go by themselves."""
        from app.ui.safekeeping.places_dialog import PlacesDialog

        dialog = PlacesDialog(self._use_cases, self._jobs, self._window)
        dialog.exec()
        self._publish(dialog.changes)
        dialog.deleteLater()
        self._done()

    def verify(self) -> None:
        """Check a backup to its end."""
        from app.ui.safekeeping.verify_dialog import VerifyDialog

        folder = self._use_cases.who.folder
        VerifyDialog(self._entrance, folder, self._jobs, self._memory, self._window).exec()

    def restore(self) -> None:
        """Choose a backup to put in the place of the records; the program does the rest."""
        from app.ui.safekeeping.restore_dialog import RestoreDialog

        if not self._save_all():
            return
        dialog = RestoreDialog(
            self._entrance,
            self._use_cases.who.folder,
            self._jobs,
            self._window,
            now=self._counts_now(),
            start=self._memory.value("backup/folder", ""),
            loss=self._use_cases.safekeeping.loss,
        )
        if dialog.exec() and dialog.order is not None:
            self._give_order(dialog.order)

    def _counts_now(self) -> dict[str, int]:
        from app.services.ports import RosterFilter

        return {"subject": self._use_cases.roster.count(RosterFilter())}
