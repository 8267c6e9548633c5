"""What this program copies is kept out of histories and clouds, and does not lie there for ever."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit

from app.ui import clipboard
from app.ui.clipboard import ClipboardWatch, copy_typed, is_marked, put
from app.ui.idle import IdleWatch
from app.ui.lock import Lock

HISTORY = 'application/x-qt-windows-mime;value="CanIncludeInClipboardHistory"'
CLOUD = 'application/x-qt-windows-mime;value="CanUploadToCloudClipboard"'
MONITORS = 'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"'


class Board(QObject):
    """A clipboard that knows whose copy it holds; the one of the tests' platform does not."""

    dataChanged = Signal()

    def __init__(self, *, ours):
        super().__init__()
        self.ours, self.data, self.cleared = ours, None, False

    def ownsClipboard(self):
        return self.ours

    def mimeData(self):
        return self.data

    def setMimeData(self, data):
        self.data = data
        self.dataChanged.emit()

    def clear(self):
        self.cleared = True


def copied():
    return QGuiApplication.clipboard().mimeData()


def test_a_copy_is_marked_for_windows_and_for_plasma_to_be_kept_by_nobody(qapp):
    put("处分决定", "<b>处分决定</b>")
    assert (copied().text(), copied().html()) == ("处分决定", "<b>处分决定</b>")
    assert copied().data(HISTORY).data() == copied().data(CLOUD).data() == b"\0\0\0\0"
    assert copied().hasFormat(MONITORS)
    assert copied().data("x-kde-passwordManagerHint").data() == b"secret"


KEYS = {"copied": (Qt.Key.Key_C, False), "cut": (Qt.Key.Key_X, True)}


@pytest.mark.parametrize(("key", "cut"), KEYS.values(), ids=KEYS)
@pytest.mark.parametrize("kind", [QLineEdit, QPlainTextEdit])
def test_copying_from_a_field_is_marked_from_the_first_moment(qtbot, kind, key, cut):
    field = kind("张三受警告处分")
    qtbot.addWidget(field)
    field.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    seen = []
    board = QGuiApplication.clipboard()
    heard = board.dataChanged.connect(lambda: seen.append(is_marked(board.mimeData())))
    watch = IdleWatch(lambda: None, lambda: None, keys=clipboard.KEYS)
    qtbot.keyClick(field.windowHandle(), key, Qt.KeyboardModifier.ControlModifier)
    watch.stop()
    watch.deleteLater()
    board.dataChanged.disconnect(heard)
    assert (copied().text(), seen) == ("张三受警告处分", [True])
    left = field.text() if isinstance(field, QLineEdit) else field.toPlainText()
    assert left == ("" if cut else "张三受警告处分")
    if cut:
        field.undo()
        left = field.text() if isinstance(field, QLineEdit) else field.toPlainText()
        assert left == "张三受警告处分"


def test_what_is_read_only_is_copied_and_not_cut_and_a_password_is_never_copied(qtbot):
    put("以前的")
    for field in (QPlainTextEdit("结论"), QLineEdit("口令口令")):
        qtbot.addWidget(field)
        field.setReadOnly(True)
        if isinstance(field, QLineEdit):
            field.setEchoMode(QLineEdit.EchoMode.Password)
        field.show()
        field.setFocus()
        qtbot.waitUntil(field.hasFocus)
        field.selectAll()
        assert copy_typed(cut=True) is isinstance(field, QPlainTextEdit)
    assert copied().text() == "结论"
    assert field.text() == "口令口令"


def test_nothing_selected_leaves_the_key_to_the_window(qtbot):
    label = QLabel("没有选中")
    qtbot.addWidget(label)
    label.show()
    assert copy_typed() is False


def test_what_a_field_copied_by_itself_is_marked_at_once(qapp):
    board = Board(ours=True)
    watch = ClipboardWatch(qapp, board)
    put("由菜单复制", clipboard=board)
    plain = clipboard._fresh_data()
    plain.setText("由菜单复制")
    board.setMimeData(plain)
    assert is_marked(board.data) and board.data.text() == "由菜单复制"
    watch.deleteLater()


def test_what_others_copied_is_neither_touched_nor_cleared(qapp):
    board = Board(ours=False)
    watch = ClipboardWatch(qapp, board)
    plain = clipboard._fresh_data()
    plain.setText("别处复制的")
    board.setMimeData(plain)
    assert board.data is plain and not watch.timer.isActive()
    clipboard.forget(board)
    assert not board.cleared
    watch.deleteLater()


def test_a_copy_is_cleared_after_five_minutes_if_it_still_is_ours(qapp, qtbot):
    board = Board(ours=True)
    watch = ClipboardWatch(qapp, board)
    put("会过期", clipboard=board)
    assert watch.timer.isActive() and watch.timer.interval() == 300_000
    board.ours = False  # somebody copied something else, and nothing told us
    watch.timer.setInterval(0)
    watch.timer.start()
    qtbot.waitUntil(lambda: not watch.timer.isActive())
    assert not board.cleared
    board.ours = True
    watch.timer.start()
    qtbot.waitUntil(lambda: board.cleared)
    watch.deleteLater()


def test_the_lock_and_the_end_of_the_program_leave_nothing_of_ours_there(qapp, monkeypatch):
    asked = []
    monkeypatch.setattr(clipboard, "forget", lambda: asked.append(True))
    accounts = SimpleNamespace(name="周明", lock=lambda: None, unlock=lambda _word: None)
    lock = Lock(accounts, SimpleNamespace(busy=False), lambda: None, qapp)
    lock.lock()
    assert asked == [True]
    lock.end()
    lock.deleteLater()


def test_a_program_that_ends_with_its_copy_on_the_clipboard_ends_well():
    code = (
        "from PySide6.QtWidgets import QApplication\n"
        "from app.ui.clipboard import put\n"
        "app = QApplication(['x', '-platform', 'offscreen'])\n"
        "put('还在剪贴板上', '<b>x</b>')\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
