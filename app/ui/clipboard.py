"""What this program puts on the clipboard: kept out of every history and cloud, and not for long.

Windows keeps what is copied in a history (Win+V) and may send it to other devices; a program that
holds secrets marks its copies. https://learn.microsoft.com/windows/win32/dataxchg/clipboard-formats
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QKeyCombination, QMimeData, QObject, Qt, QTimer
from PySide6.QtGui import QClipboard, QGuiApplication, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

FORGET_AFTER_MS = 5 * 60_000
"""How long a copy lies there: long enough to be pasted into a spreadsheet."""

_WINDOWS = 'application/x-qt-windows-mime;value="{}"'
_NO = bytes(4)  # a DWORD of 0
_MARKS = {
    _WINDOWS.format("ExcludeClipboardContentFromMonitorProcessing"): b"1",
    _WINDOWS.format("CanIncludeInClipboardHistory"): _NO,
    _WINDOWS.format("CanUploadToCloudClipboard"): _NO,
    "x-kde-passwordManagerHint": b"secret",  # the history of Plasma, and those that follow it
}


def put(text: str, html: str = "", clipboard: QClipboard | None = None) -> None:
    """Put ``text`` on the clipboard, also as ``html`` if given, marked to be kept by nobody."""
    data = _fresh_data()
    data.setText(text)
    if html:
        data.setHtml(html)
    for name, value in _MARKS.items():
        data.setData(name, value)
    (clipboard or QGuiApplication.clipboard()).setMimeData(data)


def is_marked(data: QMimeData) -> bool:
    """Return whether what lies there says that nobody is to keep it."""
    return all(data.hasFormat(name) for name in _MARKS)


def forget(clipboard: QClipboard | None = None) -> None:
    """Clear the clipboard if what lies there was put there by this program."""
    clipboard = clipboard or QGuiApplication.clipboard()
    if clipboard.ownsClipboard():
        clipboard.clear()


def copy_typed(*, cut: bool = False) -> bool:
    """Copy what is selected in the field with the cursor; return whether that is a field's matter.

    Qt's own copying from fields bears no marks, and a history reads them at once or never.
    """
    field = QApplication.focusWidget()
    text = _selected(field)
    if not text:
        return False
    put(text)
    if cut and isinstance(field, QLineEdit) and not field.isReadOnly():
        field.insert("")  # as one step that can be undone, like Qt's own
    elif cut and isinstance(field, QTextEdit | QPlainTextEdit) and not field.isReadOnly():
        field.textCursor().removeSelectedText()
    return True


_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEYS: dict[QKeyCombination, Callable[[], object]] = {
    QKeyCombination(_CTRL, Qt.Key.Key_C): copy_typed,
    QKeyCombination(_CTRL, Qt.Key.Key_Insert): copy_typed,
    QKeyCombination(_CTRL, Qt.Key.Key_X): partial(copy_typed, cut=True),
    QKeyCombination(_SHIFT, Qt.Key.Key_Delete): partial(copy_typed, cut=True),
}
"""What each key for copying does, before a field hears of it."""


class ClipboardWatch(QObject):
    """Marks what fields copy by themselves (by the menu of the right button), and clears in time."""

    def __init__(self, parent: QObject, clipboard: QClipboard | None = None) -> None:
        super().__init__(parent)
        self._clipboard = clipboard or QGuiApplication.clipboard()
        self.timer = QTimer(self, singleShot=True, interval=FORGET_AFTER_MS)
        self.timer.timeout.connect(self._on_time)
        self._clipboard.dataChanged.connect(self.look)

    def look(self) -> None:
        """Something was copied, here or elsewhere."""
        if not self._clipboard.ownsClipboard():
            self.timer.stop()
            return
        data = self._clipboard.mimeData()
        if data.hasText() and not is_marked(data):
            put(data.text(), data.html() if data.hasHtml() else "", self._clipboard)
        self.timer.start()

    def _on_time(self) -> None:
        forget(self._clipboard)


def _selected(field: QWidget | None) -> str:
    match field:
        case QLineEdit():
            shown = field.echoMode() == QLineEdit.EchoMode.Normal
            return field.selectedText() if shown else ""
        case QTextEdit() | QPlainTextEdit():
            return field.textCursor().selection().toPlainText()
        case QLabel():
            return field.selectedText()
    return ""


def _fresh_data() -> QMimeData:
    """Return empty data that Qt made: data made by Python outlives it, and ends the program badly."""
    model = QStandardItemModel()
    model.appendRow(QStandardItem())
    data = model.mimeData([model.index(0, 0)])
    data.clear()
    return data
