"""Joins what happens to backups by itself with the places that the office chose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from app.domain.settings import Settings
from app.services.ports import Progress, UserError
from app.services.safekeeping import (
    PlaceOutcome,
    PlaceState,
    Safekeeping,
    notices_of,
)
from app.storage.backup_life import (
    back_up_places,
    changed_since_backup,
    drill,
    last_drill,
    loss_of,
    place_states,
)
from app.storage.queries import first_backup
from app.storage.store import Store


class Keeper:
    """The open records and the places where their backups go."""

    def __init__(self, store: Store, settings: Callable[[], Settings]) -> None:
        self._store, self._settings = store, settings

    def folders(self) -> list[Path]:
        """Return the places that the office chose."""
        return [Path(place) for place in self._settings().backup_places]

    def places(self) -> Sequence[PlaceState]:
        """Return how they stand."""
        return place_states(self._store, self.folders())

    def back_up(self, occasion: str, progress: Progress) -> Sequence[PlaceOutcome]:
        """Back up into every place."""
        return back_up_places(self._store, self.folders(), occasion, progress)

    def before(self, occasion: str, progress: Progress) -> Path | None:
        """Make a backup before an act with consequences, in the first place that takes it.

        Without a place within reach it goes beside the data folder. Raises ``UserError`` when none
        could be made: then the act does not begin. Practice data need none.
        """
        if self._store.practice:
            return None
        beside = self._store.folder.with_name(self._store.folder.name + "-backups")
        trouble = ""
        for folder in (*self.folders(), beside):
            if folder == beside:
                beside.mkdir(exist_ok=True)
            [outcome] = back_up_places(self._store, [folder], occasion, progress)
            if outcome.info is not None:
                return outcome.info.file
            trouble = outcome.trouble
        raise UserError(f"{occasion}的备份没有做成，没有继续：{trouble}")

    def notices(self) -> Sequence[str]:
        """Return what must be said loudly; practice data are no loss."""
        if self._store.practice:
            return ()
        settings = self._settings()
        return notices_of(
            self.places(),
            last_drill(self._store),
            now=self._store.clock(),
            late_days=3 if settings.backup_late_days is None else settings.backup_late_days,
            first_backup=first_backup(self._store.engine),
        )

    def use_cases(self) -> Safekeeping:
        """Return what windows and commands may ask for."""
        store = self._store
        return Safekeeping(
            places=self.places,
            changed=lambda: changed_since_backup(store),
            back_up_places=self.back_up,
            last_drill=lambda: last_drill(store),
            drill=lambda progress: drill(store, progress),
            loss=lambda info: loss_of(store, info),
            notices=self.notices,
        )
