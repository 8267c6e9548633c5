"""The frame of every dialog: heading, scrolling body, one line of news, buttons in sight."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from app.ui import places, theme
from app.ui.jobs import JobHandle, ProgressPanel
from app.ui.message_bar import News
from app.ui.veil import VeiledDialog

WIDTH = 620
_CHROME = 190  # heading, news, buttons and margins


class Body(QScrollArea):
    """As high as what it holds, but never higher than the screen of a small office PC allows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._most = theme.DIALOG_HEIGHT - _CHROME

    def sizeHint(self) -> QSize:
        """Return the size of the content at this width, within the limit."""
        inside = self.widget()
        if inside is None:
            return super().sizeHint()
        width = max(self.width(), inside.sizeHint().width())
        layout = inside.layout()
        high = inside.sizeHint().height()
        if layout is not None and layout.hasHeightForWidth():
            high = layout.totalHeightForWidth(width)
        return QSize(width, min(self._most, high + 2))

    def minimumSizeHint(self) -> QSize:
        """A body can shrink to a few lines: it scrolls."""
        return QSize(200, min(160, self.sizeHint().height()))


class Dialog(VeiledDialog):
    """A dialog of this program. Add to ``body``, offer buttons, say what is wrong with ``say``."""

    def __init__(
        self,
        title: str,
        parent: QWidget | None = None,
        *,
        lead: str = "",
        icon_name: str = "",
        width: int = WIDTH,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMaximumHeight(theme.DIALOG_HEIGHT)
        self._width = width
        self.heading = theme.label(title, "title")
        self.lead = theme.label(lead, "muted", wrap=True)
        self.lead.setVisible(bool(lead))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.heading)
        words.addWidget(self.lead)
        head = QHBoxLayout()
        head.setSpacing(theme.MEDIUM)
        if icon_name:
            picture = QLabel()
            picture.setPixmap(theme.picture(icon_name, 36))
            head.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        self.inside = QWidget()
        self.body = QVBoxLayout(self.inside)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(theme.MEDIUM)
        self._area = Body()
        self._area.setWidget(self.inside)
        self.news = News()
        self.news.hide()
        self.progress = ProgressPanel()
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(theme.SMALL)
        self.buttons.addStretch(1)
        self._lefts = 0  # how many buttons stand at the left end
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(theme.HUGE, theme.LARGE, theme.HUGE, theme.LARGE)
        column.setSpacing(theme.MEDIUM)
        column.addLayout(head)
        column.addWidget(self._area, 1)
        column.addWidget(self.progress)
        column.addWidget(self.news)
        column.addLayout(self.buttons)
        self._placed = False  # it was on the screen
        self._busy_with: JobHandle | None = None
        self._typed_in: QWidget | None = None  # where the cursor stood when a job began

    def offer(
        self,
        text: str,
        clicked: Callable[[], object],
        *,
        role: theme.Role = "secondary",
        default: bool = False,
        left: bool = False,
    ) -> QPushButton:
        """Add a button at the right (or the left) end of the last row."""
        made = theme.button(text, clicked, role=role)
        made.setDefault(default)
        if left:
            self.buttons.insertWidget(self._lefts, made)
            self._lefts += 1
        else:
            self.buttons.addWidget(made)
        return made

    def say(self, news: Exception | str, role: str = "problem") -> None:
        """Show one sentence above the buttons; empty takes it away."""
        self.news.say(news, role)
        self.grow()

    def grow(self) -> None:
        """Make room for what was just shown, such as a sentence under a field."""
        if self.isVisible():
            QTimer.singleShot(0, self, self._make_room)

    def _make_room(self) -> None:
        """Grow for the sentence rather than hide the last fields; a size once given never shrinks."""
        self._area.updateGeometry()
        wanted = self.sizeHint().height()
        if wanted > self.height():
            self.resize(self.width(), wanted)
            places.pull_on_screen(self)
        QTimer.singleShot(0, self, self._show_all)

    def _show_all(self) -> None:
        """What wraps was only guessed; now that it is laid out, what is still hidden is known."""
        hidden = self._area.verticalScrollBar().maximum()
        wanted = min(theme.DIALOG_HEIGHT, self.height() + hidden)
        if hidden and wanted > self.height():
            self.resize(self.width(), wanted)
            places.pull_on_screen(self)

    def be_busy(self, handle: JobHandle | None, note: str = "") -> None:
        """Disable the body and the buttons while a job runs; the window stays alive."""
        if handle is not None:
            self._busy_with = handle
            self._typed_in = self.focusWidget()
            self.say("")
            self._enable(False)
            self.progress.watch(handle, note)
            handle.finished.connect(self._on_finished)

    def sizeHint(self) -> QSize:
        """Return the preferred size, never higher than a small screen."""
        column = self._column
        wraps = column.hasHeightForWidth()
        high = column.totalHeightForWidth(self._width) if wraps else column.totalSizeHint().height()
        return QSize(self._width, min(theme.DIALOG_HEIGHT, high))

    def fit(self) -> None:
        """Take the size that the present content asks for; what was just added counts as well."""
        self._fit_now()
        if self.isVisible():
            # Qt shows new parts of a visible dialog only with the next turn of the event loop.
            QTimer.singleShot(0, self, self._fit_now)

    def _fit_now(self) -> None:
        self.inside.adjustSize()
        self._area.updateGeometry()
        self.resize(self._width, self.sizeHint().height())
        # Once more at the width it has now: the body's own hint follows from how wide it is.
        self._column.activate()
        self._area.updateGeometry()
        self.resize(self._width, self.sizeHint().height())
        if self.isVisible():
            places.pull_on_screen(self)

    def setVisible(self, visible: bool) -> None:
        """Take the content's size before being shown: Qt alone would stop at 2/3 of a screen.

        Only the first time: a window that the lock hid comes back as it was.
        """
        if visible and not self._placed:
            self._placed = True
            self.fit()
            parent = self.parentWidget()
            if parent is not None:
                middle = parent.window().frameGeometry().center()
                self.move(middle.x() - self.width() // 2, middle.y() - self.height() // 2 - 12)
            places.pull_on_screen(self)
        super().setVisible(visible)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay on the screen when a progress line or news makes the window grow by itself."""
        super().resizeEvent(event)
        if self.isVisible() and event.size().height() > event.oldSize().height():
            QTimer.singleShot(0, self, lambda: places.pull_on_screen(self))

    def reject(self) -> None:
        """Esc and the cross: first stop what runs, then leave."""
        if self._busy_with is not None:
            self._busy_with.cancel()
            return
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """As ``reject``: a job must not be left without its window."""
        if self._busy_with is not None:
            self._busy_with.cancel()
            event.ignore()
            return
        super().closeEvent(event)

    def _on_finished(self) -> None:
        self._busy_with = None
        self._enable(True)
        field, self._typed_in = self._typed_in, None
        now = self.focusWidget()
        lost = now is None or isinstance(now, QPushButton)
        if lost and field is not None and isValid(field) and field.isVisible():
            field.setFocus()  # what was disabled lost the keys, and they would press 取消 instead

    def _enable(self, on: bool) -> None:
        self.inside.setEnabled(on)
        for place in range(self.buttons.count()):
            widget = self.buttons.itemAt(place).widget()
            if widget is not None:
                widget.setEnabled(on)


def choose_folder(parent: QWidget, title: str, start: Path) -> Path | None:
    """Ask for a folder; the system's own dialog where there is one."""
    from PySide6.QtWidgets import QFileDialog

    chosen = QFileDialog.getExistingDirectory(parent, title, str(start))
    return Path(chosen) if chosen else None


def choose_file(parent: QWidget, title: str, start: Path, kinds: str) -> Path | None:
    """Ask for an existing file; ``kinds`` as in ``备份文件 (*.hfbak)``."""
    from PySide6.QtWidgets import QFileDialog

    chosen, _kind = QFileDialog.getOpenFileName(parent, title, str(start), kinds)
    return Path(chosen) if chosen else None


class _Scans:
    folder = Path.home()  # in which the last ones lay, while the program runs


def choose_scans(parent: QWidget, title: str, kinds: str, *, many: bool = False) -> list[Path]:
    """Ask for scans to be kept, in the folder that the last ones came from: whoever files ten
    papers finds the folder once."""
    from PySide6.QtWidgets import QFileDialog

    ask = QFileDialog.getOpenFileNames if many else QFileDialog.getOpenFileName
    chosen, _kind = ask(parent, title, str(_Scans.folder), kinds)
    files = [Path(one) for one in ([chosen] if isinstance(chosen, str) else chosen) if one]
    if files:
        _Scans.folder = files[0].parent
    return files


def choose_target(parent: QWidget, title: str, start: Path, kinds: str) -> Path | None:
    """Ask where to write a file; the system asks before one is overwritten."""
    from PySide6.QtWidgets import QFileDialog

    chosen, _kind = QFileDialog.getSaveFileName(parent, title, str(start), kinds)
    return Path(chosen) if chosen else None
