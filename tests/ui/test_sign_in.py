"""Signing in: the window stays alive, failures are told, a forgotten password has a way back."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFormLayout, QPushButton

from app.services.ports import UserError
from app.ui.jobs import JobRunner
from app.ui.new_password import WithCode
from app.ui.password_line import CAPS, FULL_WIDTH, PasswordLine
from app.ui.safekeeping.rescue_dialog import RescueDialog
from app.ui.sign_in import PRACTICE, SignIn
from tests.ui.fakes import CODE, PASSWORD, Gate, Office


@pytest.fixture
def gate(tmp_path):
    return Gate(tmp_path / "office", office=Office(tmp_path / "office"))


@pytest.fixture
def jobs(qapp):
    runner = JobRunner()
    yield runner
    runner.shut_down()


@pytest.fixture
def dialog(gate, jobs, qtbot):
    made = SignIn(gate, gate.folder, jobs)
    qtbot.addWidget(made)
    made.show()
    return made


def button(dialog, words):
    return next(b for b in dialog.findChildren(QPushButton) if b.text().startswith(words))


def test_the_right_password_opens_the_records(dialog, gate, compose, qtbot):
    compose(dialog._password.line, PASSWORD)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.keyClick(dialog._password.line, Qt.Key.Key_Return)
    assert dialog.use_cases is gate.office.use_cases


def test_every_account_of_the_folder_is_offered(dialog, qtbot):
    qtbot.waitUntil(lambda: dialog._who.count() == 2)
    assert [dialog._who.itemText(n) for n in range(dialog._who.count())] == ["周明", "李静"]


def test_of_a_long_folder_both_ends_are_shown(dialog, gate):
    folder = gate.folder.joinpath(*["很长的文件夹名"] * 12, "档案")
    dialog.show_folder(folder)
    shown = dialog._where.text()
    assert shown.startswith("数据文件夹：") and shown.endswith("档案") and "…" in shown
    assert dialog._where.fontMetrics().horizontalAdvance(shown) <= 400
    assert dialog._where.toolTip() == str(folder)


def test_the_names_of_the_fields_stand_at_their_fields(dialog):
    [fields] = dialog.findChildren(QFormLayout)
    assert fields.labelAlignment() == Qt.AlignmentFlag.AlignRight
    assert dialog._who.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_a_wrong_password_is_told_and_can_be_typed_again_at_once(dialog, qtbot):
    qtbot.keyClicks(dialog._password.line, "wrong password")
    button(dialog, "登录").click()
    qtbot.waitUntil(lambda: "不正确" in dialog._news.text())
    assert dialog.use_cases is None
    assert dialog._password.line.selectedText()
    assert dialog._password.isEnabled()


def test_an_empty_password_asks_nobody(dialog, gate):
    gate.sign_in = None  # would fail if it were called
    button(dialog, "登录").click()
    assert "请输入口令" in dialog._news.text()


def test_the_window_lives_while_the_password_is_checked(dialog, gate, qtbot):
    go_on = threading.Event()

    def slowly(folder, name, password):
        go_on.wait(5)
        raise UserError("口令已连续4次不正确，请4秒后再试。")

    gate.sign_in = slowly
    qtbot.keyClicks(dialog._password.line, "whatever it is")
    button(dialog, "登录").click()
    assert dialog._bar.isVisible()
    assert not dialog._enter.isEnabled()
    dialog.reject()  # Esc meanwhile waits for the answer
    assert dialog.isVisible()
    go_on.set()
    qtbot.waitUntil(lambda: "4秒后再试" in dialog._news.text())
    assert not dialog._bar.isVisible()


def test_a_long_message_makes_room_for_itself(dialog, qtbot):
    before = dialog.height()
    dialog._say("很长的一句话，" * 30)
    qtbot.waitUntil(lambda: dialog.height() > before)
    assert dialog._password.line.height() > 20


def test_practice_data_are_one_click_away(dialog, qtbot):
    with qtbot.waitSignal(dialog.finished) as blocker:
        button(dialog, "演示练习").click()
    assert blocker.args == [PRACTICE]


def test_a_folder_without_records_is_named(dialog, monkeypatch, tmp_path):
    monkeypatch.setattr("app.ui.dialog.choose_folder", lambda *args: tmp_path)
    button(dialog, "其他数据文件夹").click()
    assert str(tmp_path) in dialog._news.text()


def test_a_damaged_key_file_still_lets_the_window_open(gate, jobs, qtbot):
    def damaged(folder):
        raise UserError("口令文件 office.keys 已损坏，请从备份恢复。")

    gate.accounts = damaged
    made = SignIn(gate, gate.folder, jobs)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: "已损坏" in made._news.text())
    assert made._who.currentText() == ""


def with_code(gate, jobs, qtbot):
    made = WithCode(gate, gate.folder, "周明", jobs)
    qtbot.addWidget(made)
    made.show()
    return made


def test_the_recovery_code_sets_a_new_password(gate, jobs, qtbot, compose):
    dialog = with_code(gate, jobs, qtbot)
    dialog._code.setText(CODE)
    for line in (dialog._new.first.line, dialog._new.second.line):
        compose(line, "雨后山间的新口令一二")
        compose(line, "号码")
    with qtbot.waitSignal(dialog.accepted):
        button(dialog, "设置新口令").click()
    assert gate.created[-1][1:] == ("周明", "雨后山间的新口令一二号码")


@pytest.mark.parametrize(
    ("code", "first", "second", "sentence"),
    [
        ("", "long enough pass", "long enough pass", "请填写恢复码"),
        (CODE, "short", "short", "至少12个字符"),
        (CODE, "long enough pass", "long enough pasS", "不一致"),
        (CODE, "", "", "请输入口令"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_tried(
    gate, jobs, qtbot, code, first, second, sentence
):
    dialog = with_code(gate, jobs, qtbot)
    dialog._code.setText(code)
    dialog._new.first.line.setText(first)
    dialog._new.second.line.setText(second)
    button(dialog, "设置新口令").click()
    assert sentence in dialog.news.text()
    assert gate.created == []


def test_a_wrong_code_is_told(gate, jobs, qtbot):
    dialog = with_code(gate, jobs, qtbot)
    dialog._code.setText("WRONG")
    dialog._new.first.line.setText("long enough pass")
    dialog._new.second.line.setText("long enough pass")
    button(dialog, "设置新口令").click()
    qtbot.waitUntil(lambda: "第3组有误" in dialog.news.text())
    assert dialog.use_cases is None


@pytest.fixture
def line(qtbot):
    made = PasswordLine("口令")
    qtbot.addWidget(made)
    made.show()
    return made


def test_full_width_input_is_warned_about(line, compose):
    compose(line.line, "ａｂｃ")
    assert FULL_WIDTH in line._hint.text()


def test_caps_lock_is_noticed_from_what_it_does(line, qapp):
    event = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "A")
    qapp.sendEvent(line.line, event)
    assert CAPS in line._hint.text()
    event = QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier, "B")
    qapp.sendEvent(line.line, event)
    assert not line._hint.isVisible()


def test_the_password_is_shown_only_while_asked_for(line):
    assert line.line.echoMode() == line.line.EchoMode.Password
    line._eye.setChecked(True)
    assert line.line.echoMode() == line.line.EchoMode.Normal
    line.clear()
    assert line.line.echoMode() == line.line.EchoMode.Password


def test_damaged_records_lead_to_their_rescue_and_back(dialog, gate, qtbot, monkeypatch):
    class Damaged(UserError):
        damaged = True

    def refuse(*_given):
        raise Damaged("数据文件有损坏。")

    seen = []

    def rescue(asked):
        seen.append(asked.windowTitle())
        asked.restored = True
        return 1

    monkeypatch.setattr(RescueDialog, "exec", rescue)
    gate.sign_in = refuse
    qtbot.keyClicks(dialog._password.line, "a password")
    qtbot.waitUntil(lambda: dialog._who.count() == 2)
    button(dialog, "登录").click()
    qtbot.waitUntil(lambda: "记录已恢复" in dialog._news.text())
    assert seen == ["数据文件有损坏"] and not dialog._rescue.isVisible()
