"""What the program remembers of a user's screen: last folder, text size, window places.

Two INI files, nothing in the registry: one per user of the PC (which data folder, text size) and
one inside each data folder (window places). Neither holds anything about a person.
"""

from __future__ import annotations

from pathlib import Path

from PySide6 import QtCore
from PySide6.QtCore import QByteArray, QPoint, QRect, QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.ui.theme import Contrast, TextSize

_WINDOW_FILE = "window.ini"
_FRAME = 32  # device-independent pixels of a title bar


def is_there(path: Path, *, folder: bool = False) -> bool:
    """Return whether what was typed is a file (or a folder) that exists; no typing makes an error.

    Paths ask the system, which refuses a whole text that was pasted as a name.
    """
    try:
        return path.is_dir() if folder else path.is_file()
    except OSError:
        return False


def user_memory() -> QSettings:
    """Return what is remembered for this user of the PC."""
    scope = QSettings.Scope.UserScope
    return QSettings(QSettings.Format.IniFormat, scope, "huifang", "huifang")


def folder_memory(folder: Path) -> QSettings:
    """Return what is remembered in one data folder."""
    return QSettings(str(folder / _WINDOW_FILE), QSettings.Format.IniFormat)


def last_folder(default: Path) -> Path:
    """Return the data folder last worked in, if it is remembered."""
    kept = user_memory().value("folder", "")
    return Path(kept) if isinstance(kept, str) and kept else default


def remember_folder(folder: Path) -> None:
    """Open here next time."""
    user_memory().setValue("folder", str(folder))


def has_worked() -> bool:
    """Return whether this user of the PC has opened records before."""
    return bool(user_memory().value("folder", ""))


def seen_version() -> str:
    """Return the version whose news this user was last told; ``""`` if none."""
    return str(user_memory().value("seen_version", "") or "")


def remember_version(number: str) -> None:
    """The news of this version were told."""
    user_memory().setValue("seen_version", number)


def text_size() -> TextSize:
    """Return the text size the user chose."""
    kept = user_memory().value("text_size", "")
    return TextSize.__members__.get(str(kept), TextSize.STANDARD)


def remember_text_size(size: TextSize) -> None:
    """Use this text size from now on."""
    user_memory().setValue("text_size", size.name)


def contrast() -> Contrast:
    """Return how strong the colours are that the user chose."""
    kept = user_memory().value("contrast", "")
    return Contrast.__members__.get(str(kept), Contrast.NORMAL)


def remember_contrast(contrast: Contrast) -> None:
    """Use these colours from now on."""
    user_memory().setValue("contrast", contrast.name)


def restore_place(window: QWidget, memory: QSettings, default: tuple[int, int]) -> None:
    """Put ``window`` where it was, pulled wholly onto a screen that exists now.

    The first time it gets its ``default`` size, or all of a screen that is smaller than that.
    """
    kept = memory.value("window/geometry")
    if not (isinstance(kept, QByteArray) and window.restoreGeometry(kept)):
        window.resize(*default)
        room = window.screen().availableGeometry()
        if room.width() < default[0] or room.height() < default[1] + _FRAME:
            window.setWindowState(window.windowState() | QtCore.Qt.WindowState.WindowMaximized)
    pull_on_screen(window)


def remember_place(window: QWidget, memory: QSettings) -> None:
    """Keep where ``window`` is."""
    memory.setValue("window/geometry", window.saveGeometry())


def pull_on_screen(window: QWidget) -> None:
    """Shrink and move ``window`` so that all of it, with its frame, is on one screen.

    Before the window is shown its frame is not known and a usual one is assumed.
    """
    if window.isMaximized() or window.isFullScreen():
        return
    screen = QGuiApplication.screenAt(window.geometry().center()) or QGuiApplication.primaryScreen()
    room = screen.availableGeometry()
    frame = window.frameGeometry()
    extra_wide = frame.width() - window.width()
    extra_high = frame.height() - window.height() or _FRAME
    wide = min(window.width(), room.width() - extra_wide)
    high = min(window.height(), room.height() - extra_high)
    if (wide, high) != (window.width(), window.height()):
        window.resize(wide, high)
    place = QRect(window.frameGeometry())
    left = max(room.left(), min(place.left(), room.right() + 1 - place.width()))
    top = max(room.top(), min(place.top(), room.bottom() + 1 - place.height()))
    if (left, top) != (place.left(), place.top()):
        window.move(QPoint(left, top))
