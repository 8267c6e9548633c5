"""The one signal by which tabs learn that something was kept."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.services.ports import Changes


class ChangeBus(QObject):
    """Tells every view what a use case changed; each re-reads only what it shows of that."""

    changed = Signal(object)  # Changes
    _later = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._later.connect(self.publish, Qt.ConnectionType.QueuedConnection)

    def publish(self, changes: Changes) -> None:
        """Pass ``changes`` on, unless there are none."""
        if changes:
            self.changed.emit(changes)

    def publish_later(self, changes: Changes) -> None:
        """Pass ``changes`` on, from any thread, once the act that is under way is over."""
        self._later.emit(changes)


def touches(changes: Changes, *entities: type) -> set[int]:
    """Return the ids among ``changes`` of these kinds of entity."""
    return {change.id for change in changes if change.entity in entities}


class WhenSeen(QObject):
    """Tells a view what changed: at once while it is seen, else as soon as it is shown again."""

    def __init__(self, bus: ChangeBus, view: QWidget, tell: Callable[[Changes], object]) -> None:
        super().__init__(view)
        self._view, self._tell = view, tell
        self._missed: Changes = frozenset()
        bus.changed.connect(self._on_changed)
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Nobody sees what was true before."""
        if event.type() == QEvent.Type.Show and watched is self._view and self._missed:
            missed, self._missed = self._missed, frozenset()
            self._tell(missed)
        return False

    def _on_changed(self, changes: Changes) -> None:
        if self._view.isVisible():
            self._tell(changes)
        else:
            self._missed |= changes
