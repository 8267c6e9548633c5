"""Backup, verification and restore from the window: nothing is touched before it is said."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.services.permission import Consent
from app.services.ports import UserError
from app.services.safekeeping import Loss
from app.ui import places
from app.ui.jobs import JobRunner
from app.ui.safekeeping.backup_dialog import BackupDialog
from app.ui.safekeeping.consent_dialog import ConsentDialog, Order
from app.ui.safekeeping.container_card import lines_of
from app.ui.safekeeping.rescue_dialog import RescueDialog
from app.ui.safekeeping.restore_dialog import RestoreDialog, RestoringDialog
from app.ui.safekeeping.take_back_dialog import TakeBackDialog
from app.ui.safekeeping.verify_dialog import VerifyDialog
from tests.ui.fakes import PASSWORD, Gate, Office, an_info


@pytest.fixture
def jobs(qapp):
    runner = JobRunner()
    yield runner
    runner.shut_down()


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "office"
    made.mkdir()
    return made


@pytest.fixture
def office(folder):
    return Office(folder)


@pytest.fixture
def gate(folder, office):
    return Gate(folder, office=office)


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "backup.hfbackup"
    made.write_bytes(b"x")
    return made


def button(dialog, words):
    return next(b for b in dialog.findChildren(QPushButton) if b.text().startswith(words))


def shown(dialog, qtbot):
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def backup(office, jobs, folder, qtbot):
    return shown(BackupDialog(office.use_cases, jobs, places.folder_memory(folder)), qtbot)


def test_a_backup_is_made_and_what_it_holds_is_said(office, jobs, folder, qtbot, tmp_path):
    dialog = backup(office, jobs, folder, qtbot)
    dialog._path.setText(str(tmp_path))
    button(dialog, "开始备份").click()
    qtbot.waitUntil(lambda: office.backups == [tmp_path])
    qtbot.waitUntil(lambda: "已备份到" in dialog.news.text())
    assert dialog._card.isVisible()
    assert dialog.height() <= 560


def test_the_place_is_remembered(office, jobs, folder, qtbot, tmp_path):
    dialog = backup(office, jobs, folder, qtbot)
    dialog._path.setText(str(tmp_path))
    button(dialog, "开始备份").click()
    qtbot.waitUntil(lambda: bool(office.backups))
    assert backup(office, jobs, folder, qtbot)._path.text() == str(tmp_path)


def test_a_backup_inside_the_records_folder_is_not_begun(office, jobs, folder, qtbot):
    dialog = backup(office, jobs, folder, qtbot)
    dialog._path.setText(str(folder / "inside"))
    assert "请换一个位置" in dialog._near.text()
    assert not dialog._act.isEnabled()


def test_a_missing_stick_is_named(office, jobs, folder, qtbot, tmp_path):
    dialog = backup(office, jobs, folder, qtbot)
    dialog._path.setText(str(tmp_path / "stick"))
    button(dialog, "开始备份").click()
    assert "U盘是否已接好" in dialog.news.text()
    assert office.backups == []


def test_a_full_stick_is_told(office, jobs, folder, qtbot, tmp_path):
    office.trouble = UserError("备份盘空间不足，请换一个位置。")
    dialog = backup(office, jobs, folder, qtbot)
    dialog._path.setText(str(tmp_path))
    button(dialog, "开始备份").click()
    qtbot.waitUntil(lambda: "空间不足" in dialog.news.text())
    assert not dialog._card.isVisible()
    assert dialog._act.isEnabled()


def verify(gate, jobs, folder, qtbot):
    return shown(VerifyDialog(gate, folder, jobs, places.folder_memory(folder)), qtbot)


def test_a_good_backup_passes(gate, jobs, folder, file, qtbot):
    dialog = verify(gate, jobs, folder, qtbot)
    dialog._given.path.setText(str(file))
    dialog._given.secret.line.setText(PASSWORD)
    button(dialog, "核验").click()
    qtbot.waitUntil(lambda: "核验通过" in dialog.news.text())
    assert dialog._card.isVisible()


@pytest.mark.parametrize(
    ("path", "secret", "sentence"),
    [
        ("", "x", "请选择备份文件"),
        ("/no/such.hfbackup", "x", "找不到文件"),
        (None, "", "请输入口令"),
    ],
)
def test_what_is_missing_is_said(gate, jobs, folder, file, qtbot, path, secret, sentence):
    dialog = verify(gate, jobs, folder, qtbot)
    dialog._given.path.setText(str(file) if path is None else path)
    dialog._given.secret.line.setText(secret)
    button(dialog, "核验").click()
    assert sentence in dialog.news.text()


def test_enter_leads_from_the_file_to_the_password_and_on_to_the_act(
    gate, jobs, folder, file, qtbot
):
    dialog = verify(gate, jobs, folder, qtbot)
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog._given.path.setFocus()
    qtbot.keyClick(dialog._given.path, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is dialog._given.secret.line


def test_a_backup_that_does_not_open_shows_nothing_of_itself(gate, jobs, folder, file, qtbot):
    dialog = verify(gate, jobs, folder, qtbot)
    dialog._given.path.setText(str(file))
    dialog._given.secret.line.setText("wrong")
    button(dialog, "核验").click()
    qtbot.waitUntil(lambda: "打不开这份备份" in dialog.news.text())
    assert not dialog._card.isVisible()


def test_after_a_refusal_the_cursor_is_where_it_was(gate, jobs, folder, file, qtbot):
    dialog = shown(RestoreDialog(gate, folder, jobs), qtbot)
    dialog._given.path.setText(str(file))
    secret = dialog._given.secret.line
    secret.setText("wrong")
    secret.setFocus()
    assert dialog.focusWidget() is secret
    dialog._on_check()
    assert not secret.isEnabled()
    qtbot.waitUntil(lambda: "打不开这份备份" in dialog.news.text())
    qtbot.waitUntil(lambda: dialog.focusWidget() is secret)


def test_a_new_pc_is_asked_for_the_recovery_code_alone(gate, jobs, qtbot, tmp_path):
    dialog = shown(RestoreDialog(gate, None, jobs, target=tmp_path / "office"), qtbot)
    labels = [label.text() for label in dialog.findChildren(QLabel)]
    assert "恢复码" in labels and "口令或恢复码" not in labels
    assert "8组" in dialog._given.secret.line.placeholderText()


def restore(gate, jobs, folder, file, qtbot, **more):
    dialog = shown(RestoreDialog(gate, folder, jobs, now={"subject": 20}, **more), qtbot)
    dialog._given.path.setText(str(file))
    dialog._given.secret.line.setText(PASSWORD)
    return dialog


def test_restoring_over_records_checks_says_the_cost_and_asks(
    gate, jobs, folder, file, qtbot, monkeypatch
):
    dialog = restore(gate, jobs, folder, file, qtbot)
    assert not dialog._act.isVisible()
    button(dialog, "核验").click()
    qtbot.waitUntil(dialog._act.isVisible)
    assert "2026年11月20日 16:02以后所做的全部改动" in dialog._cost.text()
    asked = []

    def refuse(question):
        asked.append(question)
        return 0

    monkeypatch.setattr(ConsentDialog, "exec", refuse)
    dialog._act.click()
    qtbot.waitUntil(lambda: len(asked) == 1)
    assert dialog.order is None

    def agree(question):
        question._on_given(Consent("误删"))
        return 1

    monkeypatch.setattr(ConsentDialog, "exec", agree)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.waitUntil(dialog._act.isEnabled)
        dialog._act.click()
    assert dialog.order == (file, PASSWORD, Consent("误删"))
    assert gate.restored == [], "the records are still open: only the program may replace them"


def test_the_last_question_asks_for_a_reason_and_the_second_person(gate, jobs, qtbot):
    gate.seconds = ("李静", "王强")

    def check(given):
        gate.check_restore(None, "", given)

    dialog = shown(
        ConsentDialog("现有记录将被取代。", "覆盖并恢复(&R)", gate.seconds, check, jobs), qtbot
    )
    button(dialog, "覆盖并恢复").click()
    assert "请填写理由" in dialog.news.text()
    dialog.reason.setText("  误删了一批人 ")
    button(dialog, "覆盖并恢复").click()
    assert "请第二人输入口令" in dialog.news.text()
    dialog.password.line.setText("不对的口令 12345")
    button(dialog, "覆盖并恢复").click()
    qtbot.waitUntil(lambda: "口令不正确" in dialog.news.text())
    assert dialog.password.text() == "" and dialog.reason.text()
    dialog.who.setCurrentText("王强")
    dialog.password.line.setText(PASSWORD)
    with qtbot.waitSignal(dialog.accepted):
        button(dialog, "覆盖并恢复").click()
    assert dialog.consent == Consent("误删了一批人", "王强", PASSWORD)
    assert dialog.height() <= 560


def test_where_nobody_else_is_the_last_question_asks_for_the_reason_alone(gate, jobs, qtbot):
    dialog = shown(ConsentDialog("问题", "覆盖并恢复(&R)", (), lambda _given: None, jobs), qtbot)
    assert not dialog.who.isVisible() and not dialog.password.isVisible()
    dialog.reason.setText("演练")
    with qtbot.waitSignal(dialog.accepted):
        button(dialog, "覆盖并恢复").click()
    assert dialog.consent == Consent("演练")


def test_another_file_must_be_checked_again(gate, jobs, folder, file, qtbot):
    dialog = restore(gate, jobs, folder, file, qtbot)
    button(dialog, "核验").click()
    qtbot.waitUntil(dialog._act.isVisible)
    dialog._given.path.setText(str(file) + "x")
    assert not dialog._act.isVisible()
    assert not dialog._card.isVisible()


def test_on_a_new_pc_the_backup_is_restored_into_the_chosen_folder(
    gate, jobs, file, qtbot, tmp_path
):
    dialog = restore(gate, jobs, None, file, qtbot, target=tmp_path / "new")
    button(dialog, "核验").click()
    qtbot.waitUntil(dialog._act.isVisible)
    with qtbot.waitSignal(dialog.accepted):
        dialog._act.click()
    assert gate.restored == [(file, tmp_path / "new", PASSWORD)]


def test_an_unsuitable_target_is_refused_before_the_check(gate, jobs, file, qtbot, tmp_path):
    dialog = restore(gate, jobs, None, file, qtbot, target=tmp_path)
    dialog._target_line.setText("relative")
    button(dialog, "核验").click()
    assert "完整的文件夹路径" in dialog.news.text()


def test_after_the_swap_the_former_records_are_named(gate, jobs, folder, file, qtbot):
    dialog = shown(RestoringDialog(gate, Order(file, PASSWORD), folder, jobs), qtbot)
    qtbot.waitUntil(lambda: dialog.heading.text() == "恢复完成")
    assert str(folder / "before-restore") in dialog._text.text()
    assert dialog.error is None


def test_a_failed_restore_says_that_nothing_changed(gate, jobs, folder, file, qtbot):
    gate.trouble = UserError("备份第3段损坏，未作任何改动。")
    dialog = shown(RestoringDialog(gate, Order(file, PASSWORD), folder, jobs), qtbot)
    qtbot.waitUntil(lambda: dialog.error is not None)
    assert "原有记录保持不变" in dialog._text.text()
    assert "第3段损坏" in dialog.news.text()


def test_counts_stand_beside_those_of_today(file):
    words = dict(lines_of(an_info(file), {"subject": 20}))
    assert words["回访对象"] == "12人（现有20人）"
    assert words["处分"] == "15条"


def test_a_restore_is_taken_back_where_former_records_are_kept(
    gate, jobs, folder, qtbot, monkeypatch
):
    former = folder / "former-20261123-090000"
    former.mkdir()
    gate.kept = [former]
    dialog = shown(RestoreDialog(gate, folder, jobs), qtbot)

    def answer(asked):
        assert asked.which.currentText() == "2026-11-23 09:00 恢复之前的记录"
        button(asked, "放回并撤回").click()
        assert "请输入" in asked.news.text()
        asked.secret.line.setText(PASSWORD)
        with qtbot.waitSignal(asked.accepted):
            button(asked, "放回并撤回").click()
        return asked.result()

    def agree(question):
        question._on_given(Consent("恢复错了"))
        return 1

    monkeypatch.setattr(TakeBackDialog, "exec", answer)
    monkeypatch.setattr(ConsentDialog, "exec", agree)
    button(dialog, "撤回上次恢复").click()
    assert dialog.order == (former, PASSWORD, Consent("恢复错了"))
    restoring = shown(RestoringDialog(gate, Order(former, PASSWORD), folder, jobs), qtbot)
    qtbot.waitUntil(lambda: gate.restored == [(former, folder, PASSWORD)])
    qtbot.waitUntil(lambda: "恢复完成" in restoring.heading.text())


def test_nothing_is_taken_back_where_nothing_was_restored(gate, jobs, folder, qtbot):
    dialog = shown(RestoreDialog(gate, folder, jobs), qtbot)
    assert not any(b.text().startswith("撤回") for b in dialog.findChildren(QPushButton))


def test_damaged_records_get_the_newest_backup_proposed(
    gate, jobs, folder, file, qtbot, monkeypatch
):
    gate.known = [file]
    dialog = shown(RescueDialog(gate, folder, jobs), qtbot)
    seen = []

    def answer(asked):
        seen.append(asked._given.path.text())
        asked.order = Order(file, PASSWORD)
        return 1

    monkeypatch.setattr(RestoreDialog, "exec", answer)
    monkeypatch.setattr(RestoringDialog, "exec", lambda _dialog: 1)
    button(dialog, "用这份备份恢复").click()
    assert seen == [str(file)] and dialog.restored


def test_what_still_reads_is_saved_and_said(gate, jobs, folder, qtbot):
    dialog = shown(RescueDialog(gate, folder, jobs), qtbot)
    assert "请接好" in " ".join(label.text() for label in dialog.findChildren(QLabel))
    button(dialog, "抢救可读内容").click()
    assert "请输入" in dialog.news.text()
    dialog.secret.line.setText(PASSWORD)
    button(dialog, "抢救可读内容").click()
    qtbot.waitUntil(lambda: "已抢救到" in dialog.news.text())
    assert "回访对象11人" in dialog.news.text() and "有一部分已读不出" in dialog.news.text()
    assert dialog.height() <= 560
    with qtbot.waitSignal(dialog.accepted):
        button(dialog, "只读查看").click()
    assert dialog.opened == folder / "rescued-1" and not dialog.restored


def test_what_a_restore_costs_is_said_when_a_lock_came_between(gate, jobs, folder, file, qtbot):
    locked = [True]

    def loss(_info):
        if locked:
            raise UserError("数据已锁定，请登录后继续。")
        return Loss(known=True, acts=[("修改人员", 3)], last_at=None)

    dialog = restore(gate, jobs, folder, file, qtbot, loss=loss)
    button(dialog, "核验").click()
    qtbot.waitUntil(dialog._act.isVisible)
    assert "数据已锁定" in dialog._cost.text()
    locked.clear()
    dialog.hide()
    dialog.show()
    assert "其后有3次操作会丢失：修改人员3次" in dialog._cost.text()
    assert "数据已锁定" not in dialog._cost.text()
