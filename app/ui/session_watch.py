"""Hears that the computer is being locked or put to sleep: Windows session messages, Linux logind."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractNativeEventFilter, QObject, Slot

_WM_POWERBROADCAST, _SUSPEND = 0x0218, 4
_WM_WTSSESSION_CHANGE, _WTS_SESSION_LOCK = 0x02B1, 7


class SessionWatch(QObject):
    """Calls ``locked`` when the session locks or the machine sleeps, where the system tells."""

    def __init__(self, locked: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._locked = locked
        self._filter: Any = None
        self.listens = False  # whether anything was found that can tell

    def listen(self, window_id: int) -> None:
        """Begin; ``window_id`` is the native handle of a window that stays (Windows needs one)."""
        if sys.platform == "win32":
            self._listen_windows(window_id)
        elif sys.platform.startswith("linux") and Path(_SYSTEM_BUS).exists():
            self._listen_linux()

    def _listen_windows(self, window_id: int) -> None:
        if sys.platform != "win32":
            return
        import ctypes

        from PySide6.QtWidgets import QApplication

        ctypes.windll.wtsapi32.WTSRegisterSessionNotification(window_id, 0)
        self._filter = WindowsMessages(self.on_lock)
        app = QApplication.instance()
        if app is not None:
            app.installNativeEventFilter(self._filter)
            self.listens = True

    def _listen_linux(self) -> None:
        try:
            from PySide6.QtDBus import QDBusConnection
        except ImportError:
            return
        system = QDBusConnection.systemBus()
        if not system.isConnected():
            return
        login = "org.freedesktop.login1"
        session = os.environ.get("XDG_SESSION_ID", "auto")
        heard = [
            system.connect(
                login, f"/org/freedesktop/login1/session/{_escaped(session)}", f"{login}.Session",
                "Lock", self, b"1on_lock()",
            ),
            system.connect(
                login, "/org/freedesktop/login1", f"{login}.Manager",
                "PrepareForSleep", self, b"1on_sleep(bool)",
            ),
        ]  # fmt: skip
        self.listens = any(heard)

    @Slot()
    def on_lock(self) -> None:
        """The session locks."""
        self._locked()

    @Slot(bool)
    def on_sleep(self, going: bool) -> None:
        """The machine goes to sleep, or wakes (nothing then)."""
        if going:
            self._locked()


class WindowsMessages(QAbstractNativeEventFilter):
    """Picks the session's lock and the machine's sleep out of Windows' messages."""

    def __init__(self, locked: Callable[[], object]) -> None:
        super().__init__()
        self._call = locked

    def nativeEventFilter(self, kind: Any, message: Any) -> Any:
        """Look at one message, take none away."""
        if bytes(kind) == b"windows_generic_MSG":
            number, word = _message(int(message))
            if (number, word) in (
                (_WM_WTSSESSION_CHANGE, _WTS_SESSION_LOCK),
                (_WM_POWERBROADCAST, _SUSPEND),
            ):
                self._call()
        return False, 0


def _message(address: int) -> tuple[int, int]:
    """Return number and wParam of a Windows MSG: pointer, 32-bit number, padding, wParam."""
    import ctypes

    size = ctypes.sizeof(ctypes.c_void_p)
    number = ctypes.c_uint32.from_address(address + size).value
    word = ctypes.c_size_t.from_address(address + 2 * size).value
    return number, word


_SYSTEM_BUS = "/run/dbus/system_bus_socket"


def _escaped(session: str) -> str:
    """Return a session id as logind spells it in a path: what begins with a digit is escaped."""
    if session[:1].isdigit():
        return f"_{ord(session[0]):x}{session[1:]}"
    return session
