"""The one signal by which tabs learn that something was kept."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.services.ports import Changes


class ChangeBus(QObject):
    """Tells every view what a use case changed; each re-reads only what it shows of that."""

    changed = Signal(object)  # Changes

    def publish(self, changes: Changes) -> None:
        """Pass ``changes`` on, unless there are none."""
        if changes:
            self.changed.emit(changes)


def touches(changes: Changes, *entities: type) -> set[int]:
    """Return the ids among ``changes`` of these kinds of entity."""
    return {change.id for change in changes if change.entity in entities}
