"""Notices that nobody works any more, so that no open records stand on a screen left alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic

from PySide6.QtCore import QEvent, QKeyCombination, QObject, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow

_LOOK_MS = 5_000
_WORK = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    )
)


class IdleWatch(QObject):
    """Calls ``idle`` when nobody has touched mouse or keyboard for ``minutes()``; none or 0: never.

    It watches the few native windows, not every widget: a filter on the application would run
    Python for each event of each object. Typing with an input method does not reach the window as
    keys; it moves the cursor, and that counts too.
    """

    def __init__(
        self,
        minutes: Callable[[], int | None],
        idle: Callable[[], object],
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = monotonic,
        keys: Mapping[QKeyCombination, Callable[[], object]] | None = None,
    ) -> None:
        """``keys`` work in every window, also where a dialog keeps menus from being reached.

        A key whose act returns ``False`` goes on to the window.
        """
        super().__init__(parent)
        self._keys = dict(keys or {})
        self._minutes, self._idle, self._clock = minutes, idle, clock
        self._last = clock()
        self._watched: list[QWindow] = []
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._on_window)
        self._on_window(QGuiApplication.focusWindow())
        QGuiApplication.inputMethod().cursorRectangleChanged.connect(self.touch)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def touch(self) -> None:
        """Note that somebody is there."""
        self._last = self._clock()

    def look(self) -> None:
        """Find out whether it is time; asked every few seconds."""
        minutes = self._minutes()
        if minutes and self._clock() - self._last >= 60 * minutes:
            self.touch()  # not again at once, should the lock have to wait
            self._idle()

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.stop()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take nothing away from the window but the keys that are ours."""
        if event.type() in _WORK:
            self.touch()
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            act = self._keys.get(event.keyCombination())
            if act is not None:
                return act() is not False
        return False

    def _on_window(self, window: QWindow | None) -> None:
        self.touch()
        if window is not None and window not in self._watched:
            self._watched.append(window)
            window.destroyed.connect(lambda: self._forget(window))
            window.installEventFilter(self)

    def _forget(self, window: QWindow) -> None:
        if window in self._watched:
            self._watched.remove(window)
