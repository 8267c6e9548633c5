"""Takes every window off the screen at once and brings each back as it was, dialogs included.

Qt ends the loop of a dialog that is hidden, as if it had been cancelled. A ``VeiledDialog`` waits
there instead, so that nothing the user was in the middle of is lost to a lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6 import QtCore
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


class Veil(QObject):
    """Hides windows while it is drawn; those that open meanwhile (a job ended) stay hidden too."""

    lifted = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName(_NAME)
        self.drawn = False
        self._hidden: list[QWidget] = []
        self._spared: QWidget | None = None

    def draw(self, spared: QWidget) -> None:
        """Hide everything but ``spared``: menus, system dialogs, own windows."""
        self.drawn, self._spared = True, spared
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
            if QApplication.activePopupWidget() is popup:
                break
        for window in sorted(self._others(), key=_depth, reverse=True):
            self._hide(window)
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    def lift(self) -> None:
        """Bring everything back, what lay on top last."""
        app = QApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        self.drawn, self._spared = False, None
        hidden, self._hidden = self._hidden, []
        for window in sorted(hidden, key=_depth):
            # One whose own loop waits shows itself: shown from here it would not be modal.
            if not (isinstance(window, VeiledDialog) and window.waits):
                where = window.pos()
                window.show()
                window.move(where)
        self.lifted.emit()

    def tear(self) -> None:
        """Give up what was hidden: somebody else is there. Waiting dialogs end as cancelled."""
        app = QApplication.instance()
        assert app is not None
        app.removeEventFilter(self)
        self.drawn, self._spared = False, None
        hidden, self._hidden = self._hidden, []
        for window in sorted(hidden, key=_depth, reverse=True):
            if isinstance(window, VeiledDialog):
                window.give_up()
        self.lifted.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hide what appears while the veil is drawn."""
        if (
            event.type() == QEvent.Type.Show
            and isinstance(watched, QWidget)
            and watched.isWindow()
            and watched is not self._spared
            and not self._belongs(watched)
        ):
            QTimer.singleShot(0, self, lambda: self._hide_late(watched))
        return False

    def _hide_late(self, window: QWidget) -> None:
        if self.drawn and window.isVisible():
            self._hide(window)

    def _hide(self, window: QWidget) -> None:
        if isinstance(window, QDialog) and not isinstance(window, VeiledDialog):
            window.reject()  # the system's own: where to save, which printer
            return
        if window not in self._hidden:
            self._hidden.append(window)
            window.destroyed.connect(lambda: self._forget(window))
        if isinstance(window, VeiledDialog):
            window.veiled = True
        window.hide()

    def _forget(self, window: QWidget) -> None:
        if window in self._hidden:
            self._hidden.remove(window)

    def _belongs(self, window: QWidget) -> bool:
        return self._spared is not None and self._spared.isAncestorOf(window)

    def _others(self) -> list[QWidget]:
        return [
            window
            for window in QApplication.topLevelWidgets()
            if window.isVisible() and window is not self._spared and not self._belongs(window)
        ]


class VeiledDialog(QDialog):
    """A dialog whose loop outlives being hidden by the veil."""

    veiled = waits = False
    given_up = False  # torn away: nobody closed it
    explains_itself = False  # it is help already
    _over = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer F1 as the window does: the window's own keys do not reach into a dialog."""
        if event.key() != QtCore.Qt.Key.Key_F1 or self.explains_itself:
            super().keyPressEvent(event)
            return
        from app.ui.basis import explained
        from app.ui.focus import focus_in
        from app.ui.help_window import HelpWindow

        if not explained(focus_in(self) or self):
            HelpWindow(parent=self).exec()

    def exec(self) -> int:
        """Run until the user is done with it, however often the veil was drawn meanwhile.

        Afterwards it is taken apart as soon as the caller has come back to its own event loop: a
        dialog that only hides stays a child of the window, and each opening would add another.
        """
        code = self._run_until_over()
        if isValid(self):  # its window may have gone while it was asked
            self.deleteLater()
        return code

    def open(self) -> None:
        """Show it without waiting; it too is taken apart when it is over."""
        self.finished.connect(self.deleteLater)
        super().open()

    def _run_until_over(self) -> int:
        self._over = False
        while True:
            veil = _veil()
            if veil is not None and veil.drawn and not self._over:
                loop = QEventLoop()
                veil.lifted.connect(loop.quit)
                self.waits = True
                loop.exec()
                self.waits = False
                if self._over:
                    break
            self.veiled = False
            code = int(super().exec())
            if not self.veiled or self._over:
                return code
        return int(QDialog.DialogCode.Rejected)

    def done(self, code: int) -> None:
        """End it; the veil has no more to do with it."""
        self._over = True
        super().done(code)

    def give_up(self) -> None:
        """End it as cancelled, without a question."""
        self._over = self.given_up = True
        QDialog.done(self, QDialog.DialogCode.Rejected)


_NAME = "veil"


def _veil() -> Veil | None:
    app = QApplication.instance()
    return None if app is None else app.findChild(Veil, _NAME)


def _depth(window: QWidget) -> int:
    depth, parent = 0, window.parentWidget()
    while parent is not None:
        depth, parent = depth + 1, parent.parentWidget()
    return depth
