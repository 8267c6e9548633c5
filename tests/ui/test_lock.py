"""The lock works in every state of the window: at once, unasked, nothing typed lost, all back after."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, QObject, QSettings, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QTextEdit,
)

from app.bootstrap.join import join
from app.domain.registration_form import RegistrationForm
from app.domain.staff import Staff
from app.domain.subject import Subject
from app.services.people import PersonEdit
from app.storage.errors import StoreBusy
from app.ui import message_bar
from app.ui.application import Program
from app.ui.lock import SESSION_LOCKED
from app.ui.main_window import ACCOUNT, FORMS, HOME, PLANS, ROSTER
from tests.conftest import Owner
from tests.ui.fakes import Gate

TYPED = "正在填写，还没有保存"
MOST_SECONDS = 1.0


@pytest.fixture(scope="module")
def desk(tmp_path_factory, qapp):
    """A running program on real records, signed in; the tests of this module share it."""
    folder = tmp_path_factory.mktemp("lock")
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder / "user"))
    owner = Owner()
    office = owner.create(folder / "office")
    use_cases = join(office)
    use_cases.save_person(PersonEdit(Subject(name="张三", unit="化学学院")))
    use_cases.save_form(RegistrationForm(subject_id=1, name="张三"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(message_bar, "ask_to_save", lambda *_a: pytest.fail("asked"))
        made = Program(Gate(office.folder), office.folder, qapp)
        patch.setattr(made, "_app", SimpleNamespace(quit=lambda: None))
        made._open(use_cases)
        for name in (ROSTER, FORMS, PLANS, ACCOUNT):
            made.window.tab(name)
        yield SimpleNamespace(program=made, office=office, owner=owner)
        if made.window is not None:
            made.window._quiet = True
            made.window.close()
        made.shut_down()
        made.deleteLater()


@pytest.fixture
def program(desk, qtbot):
    """The program, unlocked and with only its main window."""
    qtbot.waitUntil(lambda: not desk.program.jobs.busy, timeout=5000)
    desk.program.window.showNormal()
    yield desk.program
    lock = desk.program._lock
    if lock is not None and lock._blank is not None:
        lock.blank()
    if lock is not None and lock.window is not None:
        qtbot.waitUntil(lambda: lock.closed, timeout=5000)
        lock._accounts.unlock(desk.owner.password)
        lock.end()
    for window in QApplication.topLevelWidgets():
        if isinstance(window, QDialog):
            QDialog.done(window, 0)


@pytest.fixture
def office(desk):
    """The open records."""
    return desk.office


@pytest.fixture
def owner(desk):
    """Who is signed in."""
    return desk.owner


def tab(name):
    """State: this tab is in front."""
    return lambda program: program.window.show_tab(name)


def menu(text):
    """State: what this line of a menu opens."""

    def act(program):
        items = [one for _title, some in program.window.items for one in some if one]
        next(one for one in items if one.text.startswith(text)).act()

    return act


def typed_person(program):
    """State: a new person half typed in."""
    menu("新增人员")(program)


def question(program):
    """State: a question with a reason half typed."""
    message_bar.ask_reason(program.window, "删除“张三”？", "理由记入日志", act="删除", danger=True)


def staff_entry(program):
    """State: a dialog upon a dialog."""
    from app.ui.staff_dialog import StaffDialog

    dialog = StaffDialog(program._use_cases.plans, program.window.bus, program.window)
    QTimer.singleShot(50, dialog, lambda: dialog.edit(Staff()))
    dialog.exec()


def three_deep(program):
    """State: a question upon a dialog upon a dialog."""
    from app.ui.staff_dialog import StaffDialog

    dialog = StaffDialog(program._use_cases.plans, program.window.bus, program.window)
    QTimer.singleShot(50, dialog, lambda: dialog.edit(Staff()))
    QTimer.singleShot(120, dialog, lambda: message_bar.ask_reason(dialog, "一", "二", act="三"))
    dialog.exec()


def new_account(program):
    """State: entering somebody who is to sign in."""
    from app.ui.accounts_dialog import AccountsDialog

    dialog = AccountsDialog(program._use_cases.accounts, program.jobs, program.window)
    QTimer.singleShot(50, dialog, dialog._on_add)
    dialog.exec()


def preview(program):
    """State: the pages that are to be printed."""
    from app.ui.forms.print_dialog import PrintDialog

    pdf = program._use_cases.draw_blank("pdf")
    PrintDialog(
        pdf,
        warnings=None,
        incomplete=False,
        file_name="x.pdf",
        settings=QSettings(),
        record=lambda *_a: None,
        parent=program.window,
    ).exec()


def open_menu(program):
    """State: a menu hangs open."""
    shown = QMenu("文件", program.window)
    shown.addAction("一")
    shown.popup(program.window.pos())


def file_dialog(program):
    """State: the system asks where to save."""
    dialog = QFileDialog(program.window)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.exec()


def composing(program):
    """State: the search box has text."""
    roster = program.window.show_tab(ROSTER)
    roster.search.line.setText("张") if hasattr(roster.search, "line") else None


def form_open(program):
    """State: a registration form is being written."""
    program.window.open_form(1)


def month_of_log(program):
    """State: which month's sheet, upon the log."""
    from app.ui.audit_dialog import AuditDialog

    dialog = AuditDialog(program._use_cases, program.jobs, program.window)
    QTimer.singleShot(50, dialog, dialog._on_sheet)
    dialog.exec()


def minimised(program):
    """State: the window lies in the task bar."""
    program.window.showMinimized()


def blanked(program):
    """State: the screen was blanked before."""
    program._lock.blank()


STATES = {
    "start page": tab(HOME),
    "roster": tab(ROSTER),
    "plans": tab(PLANS),
    "forms": tab(FORMS),
    "account": tab(ACCOUNT),
    "search": composing,
    "a form": form_open,
    "new person": typed_person,
    "import": menu("导入台账"),
    "undo import": menu("撤销导入"),
    "export": menu("导出台账"),
    "batch": menu("批量打印"),
    "register": menu("打印登记簿"),
    "backup": menu("备份("),
    "verify": menu("核验备份"),
    "restore": menu("恢复("),
    "staff": menu("工作人员"),
    "staff entry": staff_entry,
    "three dialogs": three_deep,
    "accounts": menu("账户与权限"),
    "new account": new_account,
    "audit log": menu("审计日志"),
    "month of the log": month_of_log,
    "settings": menu("设置"),
    "paper style": menu("登记表样式"),
    "password": menu("修改口令"),
    "recovery code": menu("换发恢复码"),
    "question": question,
    "print preview": preview,
    "menu": open_menu,
    "system dialog": file_dialog,
    "minimised": minimised,
    "blanked": blanked,
}


def by_key(program):
    """Trigger: Ctrl+L, wherever the cursor is."""
    from PySide6.QtGui import QKeyEvent

    focus = QGuiApplication.focusWindow() or program.window.windowHandle()
    watch = next(one for one in program.window.findChildren(QObject) if hasattr(one, "look"))
    event = QKeyEvent(
        QEvent.Type.KeyPress, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier, "\x0c"
    )
    assert watch.eventFilter(focus, event)


def by_idling(program):
    """Trigger: nobody touched anything for the minutes of the settings."""
    watch = next(one for one in program.window.findChildren(QObject) if hasattr(one, "look"))
    watch._last -= 3600
    watch.look()


def by_session(program):
    """Trigger: the computer's own lock."""
    program._session.on_lock()


def visible():
    return [one for one in QApplication.topLevelWidgets() if one.isVisible()]


def texts():
    """Everything typed in any window."""
    return [
        one.text() if isinstance(one, QLineEdit) else one.toPlainText()
        for window in QApplication.topLevelWidgets()
        for kind in (QLineEdit, QTextEdit)
        for one in window.findChildren(kind)
    ]


def type_something():
    """Type into the field of the topmost dialog, if it has one; returns whether it did."""
    top = QApplication.activeModalWidget()
    if top is None:
        return False
    for kind in (QLineEdit, QTextEdit):
        for field in top.findChildren(kind):
            if (
                field.isVisible()
                and field.isEnabled()
                and not field.isReadOnly()
                and not isinstance(field.parent(), QAbstractSpinBox)
            ):
                field.setText(TYPED)
                return True
    return False


@pytest.mark.parametrize("trigger", [by_key, by_idling, by_session])
@pytest.mark.parametrize("state", STATES)
def test_it_locks_in_every_state_and_gives_everything_back(
    program, office, owner, qtbot, state, trigger
):
    program.window.show()
    told: dict[str, object] = {}

    def during():
        try:
            told["typed"] = type_something()
            told["before"] = {
                id(one) for one in visible() if one.objectName() != "" or one.windowTitle()
            }
            begun = time.monotonic()
            trigger(program)
            while not program._lock.closed and time.monotonic() - begun < 5:
                QApplication.processEvents()
            told["seconds"] = time.monotonic() - begun
            told["shown"] = [one for one in visible() if one is not program._lock.window]
            told["key"] = office.holder._key
            with pytest.raises(StoreBusy):
                program._use_cases.recent_forms()
            told["asked"] = QApplication.activeModalWidget()
            program._lock.window.password.line.setText(owner.password)
            program._lock.window.unlock()
            while program._lock.window is not None and time.monotonic() - begun < 10:
                QApplication.processEvents()
            QTimer.singleShot(60, program, after)
        except BaseException as error:
            told["error"] = error
            after()

    def after():
        told["texts"] = texts()
        told["after"] = {id(one) for one in visible()}
        told["reads"] = len(program._use_cases.recent_forms()) if "error" not in told else 0
        told["done"] = True
        for _ in range(6):
            top = QApplication.activeModalWidget()
            if top is not None and isinstance(top, QDialog):
                QDialog.done(top, 0)
                if hasattr(top, "give_up"):
                    top.give_up()

    QTimer.singleShot(350, program, during)
    STATES[state](program)
    qtbot.waitUntil(lambda: "done" in told, timeout=15_000)
    if "error" in told:
        raise told["error"]
    assert told["seconds"] < MOST_SECONDS
    assert told["shown"] == []
    assert told["key"] == b""
    assert told["asked"] is None
    if told["typed"]:
        assert TYPED in told["texts"]
    assert told["reads"] == 1
    if state not in ("system dialog", "blanked", "menu", "minimised"):
        assert told["before"] <= told["after"]


def test_a_running_job_ends_first_and_then_the_key_goes(program, office, qtbot, owner):
    program.window.show()
    go, ended = threading.Event(), []

    def job(_progress):
        go.wait(10)
        with office.unit_of_work() as uow:  # it still has the records
            return len(uow.repository(Subject).where())

    program.jobs.run(job, ended.append, pytest.fail)
    begun = time.monotonic()
    program.window.lock()
    assert [one for one in visible() if one is not program._lock.window] == []
    assert time.monotonic() - begun < MOST_SECONDS
    assert not program._lock.closed
    assert "收尾" in program._lock.window.news.text()
    go.set()
    qtbot.waitUntil(lambda: program._lock.closed)
    assert ended == [1]
    with pytest.raises(StoreBusy):
        office.key  # noqa: B018
    program._lock.window.password.line.setText(owner.password)
    program._lock.window.unlock()
    qtbot.waitUntil(lambda: program._lock.window is None, timeout=5000)
    assert program.window.isVisible()


def test_a_message_that_a_job_brings_meanwhile_waits_behind_the_lock(program, qtbot, owner):
    program.window.show()
    go = threading.Event()

    def told(_none):
        message_bar.tell(program.window, "导入完成", "共 3 人")

    program.jobs.run(lambda _progress: go.wait(10), told, pytest.fail)
    program.window.lock()
    seen = {}

    def unlock():
        seen["shown"] = [one for one in visible() if one is not program._lock.window]
        program._lock.window.password.line.setText(owner.password)
        program._lock.window.unlock()

    def read_it():
        seen["modal"] = QApplication.activeModalWidget()
        seen["modal"].accept()

    QTimer.singleShot(500, program, unlock)  # the message's own loop runs meanwhile
    QTimer.singleShot(2000, program, read_it)
    go.set()
    qtbot.waitUntil(lambda: "modal" in seen, timeout=8000)
    assert seen["shown"] == []
    assert program._lock.window is None


def test_a_wrong_password_opens_nothing(program, qtbot):
    program.window.show()
    program.window.lock()
    qtbot.waitUntil(lambda: program._lock.closed, timeout=5000)
    program._lock.window.password.line.setText("不对的口令 12345")
    program._lock.window.unlock()
    qtbot.waitUntil(lambda: "不正确" in program._lock.window.news.text(), timeout=5000)
    assert not program.window.isVisible()


def test_the_blank_key_hides_and_shows_without_a_password(program, qtbot):
    program.window.show()
    program.window.blank_requested.emit()
    assert not program.window.isVisible()
    assert len(program._use_cases.recent_forms()) == 1
    program._lock.blank()
    assert program.window.isVisible()


def test_sleep_and_the_session_lock_say_why(program):
    program.window.show()
    program._session.on_sleep(False)
    assert program._lock.window is None
    program._session.on_sleep(True)
    said = [label.text() for label in program._lock.window.findChildren(QLabel)]
    assert SESSION_LOCKED in said


def test_windows_messages_of_lock_and_sleep_are_told_from_others():
    import ctypes
    import struct

    from app.ui.session_watch import WindowsMessages

    heard = []
    messages = WindowsMessages(lambda: heard.append(1))
    for number, word in ((0x02B1, 7), (0x02B1, 8), (0x0218, 4), (0x0200, 7)):
        raw = ctypes.create_string_buffer(struct.pack("=QI4xQ", 1, number, word))
        assert messages.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(raw)) == (
            False,
            0,
        )
    assert len(heard) == 2


def test_somebody_else_finds_no_open_window_and_asks_to_sign_in(
    program, office, qtbot, monkeypatch
):
    entered = []
    monkeypatch.setattr(program, "enter", lambda message="": entered.append(message))
    program.window.show()
    ended = []

    def lock_then_hand_over():
        program.window.lock()
        qtbot.waitUntil(lambda: program._lock.closed)
        program._lock.others_wanted.emit()

    QTimer.singleShot(300, program, lock_then_hand_over)
    ended.append(message_bar.ask_reason(program.window, "删除？", "理由", act="删除"))
    qtbot.waitUntil(lambda: entered == [""], timeout=5000)
    assert ended == [None]
    assert visible() == []
    assert program.window is None  # the last test: nothing is open any more
