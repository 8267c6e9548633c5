"""Backups by themselves in the window: when, what is said, and that nobody is kept from leaving."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.services.ports import UserError
from app.services.safekeeping import Drill, Loss, PlaceOutcome, PlaceState
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from app.ui.safekeeping import leaving_backup
from app.ui.safekeeping.keeper import BackupKeeper
from app.ui.safekeeping.leaving_backup import LeavingBackup, back_up_on_leaving
from app.ui.safekeeping.places_dialog import PlacesDialog, place_line
from app.ui.safekeeping.restore_dialog import loss_words, old_words
from tests.ui.fakes import MADE_AT, Office, an_info

NOW = MADE_AT + timedelta(hours=3)


@pytest.fixture
def jobs(qapp):
    runner = JobRunner()
    yield runner
    runner.shut_down()


@pytest.fixture
def office(tmp_path):
    made = Office(tmp_path / "office")
    made.settings_now.backup_places = [str(tmp_path / "disk")]
    made.last, made.changed = MADE_AT, True
    made.drilled = Drill(NOW, tmp_path, MADE_AT, passed=True, finding="无误")
    return made


@pytest.fixture
def bar(qtbot):
    made = MessageBar()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def keeper(office, jobs, bar):
    done = []
    made = BackupKeeper(office.use_cases, jobs, bar, lambda: done.append(1), now=lambda: made.time)
    made.time, made.done = NOW, done
    return made


def wait(jobs, qtbot):
    qtbot.waitUntil(lambda: not jobs.busy)


def button(dialog, words):
    return next(b for b in dialog.findChildren(QPushButton) if b.text().startswith(words))


def test_a_backup_is_made_when_hours_passed_and_something_changed(keeper, office, jobs, qtbot):
    keeper.look()
    wait(jobs, qtbot)
    assert office.rounds == ["定时"] and keeper.done == [1]
    office.changed = True
    keeper.look()
    assert office.rounds == ["定时"], "the next one in two hours"


@pytest.mark.parametrize(
    "quiet",
    [
        {"changed": False},
        {"last": NOW - timedelta(minutes=30)},
        {"hours": 0},
        {"places": []},
        {"practice": True},
    ],
)
def test_otherwise_nothing_happens(tmp_path, office, jobs, bar, quiet):
    if quiet.get("practice"):
        office = Office(tmp_path, practice=True)
        office.changed = True
    office.changed = quiet.get("changed", True)
    office.last = quiet.get("last", MADE_AT)
    office.settings_now.backup_every_hours = quiet.get("hours", 2)
    office.settings_now.backup_places = quiet.get("places", ["x"])
    BackupKeeper(office.use_cases, jobs, bar, list, now=lambda: NOW).look()
    assert not jobs.busy and office.rounds == []


def test_a_clock_set_back_does_not_stop_backups(keeper, office, jobs, qtbot):
    keeper.time = MADE_AT - timedelta(days=400)
    keeper.look()
    wait(jobs, qtbot)
    assert office.rounds == ["定时"]


def test_a_stick_that_is_not_there_is_named_once(keeper, office, jobs, bar, qtbot, tmp_path):
    office.outcomes = [PlaceOutcome(tmp_path / "stick", None, "找不到备份位置“E:”。")]
    keeper.look()
    wait(jobs, qtbot)
    assert "找不到备份位置" in bar.text
    bar.clear()
    office.changed, keeper.time = True, NOW + timedelta(hours=3)
    keeper.look()
    wait(jobs, qtbot)
    assert bar.text == "" and len(office.rounds) == 2


def test_a_weekly_drill_runs_once_and_a_failed_one_is_loud(
    keeper, office, jobs, bar, qtbot, tmp_path
):
    office.changed = False
    office.drilled = Drill(NOW - timedelta(days=8), tmp_path, MADE_AT, passed=True, finding="")
    office.next_drill = Drill(NOW, tmp_path, MADE_AT, passed=False, finding="备份已损坏")
    keeper.look()
    wait(jobs, qtbot)
    assert "恢复演练没有通过：备份已损坏" in bar.text
    office.drilled = None
    keeper.look()
    assert not jobs.busy, "once a session"


def test_whoever_leaves_with_changes_sees_the_backup_and_leaves(office, jobs, qtbot, monkeypatch):
    office.outcomes = [
        PlaceOutcome(office.use_cases.who.folder, an_info(office.use_cases.who.folder))
    ]
    dialog = LeavingBackup(office.use_cases, jobs)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.result() == 1)
    assert office.rounds == ["退出"]


def test_what_went_wrong_is_read_before_leaving_and_keeps_nobody(office, jobs, qtbot, tmp_path):
    office.outcomes = [PlaceOutcome(tmp_path, None, "找不到备份位置“E:”，请接好U盘。")]
    dialog = LeavingBackup(office.use_cases, jobs)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: "请接好U盘" in dialog.news.text())
    assert dialog.result() == 0 and dialog.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.result() == 1


def test_a_backup_that_fails_altogether_still_lets_go(office, jobs, qtbot):
    office.trouble = UserError("磁盘空间不足。")
    dialog = LeavingBackup(office.use_cases, jobs)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: "磁盘空间不足" in dialog.news.text())
    assert "可以退出" in dialog._text.text()


@pytest.mark.parametrize("why", ["unchanged", "off", "nowhere"])
def test_without_changes_places_or_wish_nobody_waits(office, jobs, monkeypatch, why):
    monkeypatch.setattr(leaving_backup, "LeavingBackup", None)
    office.changed = why != "unchanged"
    office.settings_now.backup_on_exit = why != "off"
    if why == "nowhere":
        office.settings_now.backup_places = []
    assert back_up_on_leaving(office.use_cases, jobs, None)


def places(office, jobs, qtbot):
    dialog = PlacesDialog(office.use_cases, jobs)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_places_are_added_and_removed_and_foolish_ones_refused(office, jobs, qtbot, tmp_path):
    office.settings_now.backup_places = []
    dialog = places(office, jobs, qtbot)
    assert dialog._empty.isVisible()
    dialog.add(office.use_cases.who.folder / "inside")
    assert "内部" in dialog.news.text() and office.settings_now.backup_places == []
    dialog.add(tmp_path / "disk")
    assert office.settings_now.backup_places == [str(tmp_path / "disk")]
    dialog.add(tmp_path / "disk")
    assert "已经在上面" in dialog.news.text()
    office.place_states = [PlaceState(tmp_path / "disk", True, MADE_AT, 3)]
    dialog._show()
    dialog.list.setCurrentRow(0)
    button(dialog, "移除").click()
    assert office.settings_now.backup_places == []


def test_a_round_by_hand_says_what_was_not_done(office, jobs, qtbot, tmp_path):
    office.place_states = [PlaceState(tmp_path, True, None)]
    office.outcomes = [
        PlaceOutcome(tmp_path, an_info(tmp_path)),
        PlaceOutcome(tmp_path, None, "找不到备份位置“E:”。"),
    ]
    dialog = places(office, jobs, qtbot)
    button(dialog, "现在备份").click()
    qtbot.waitUntil(lambda: "已备份到1处；找不到" in dialog.news.text())
    assert dialog.height() <= 560


def test_a_place_says_how_it_stands(tmp_path):
    assert "请接好" in place_line(PlaceState(tmp_path, False, MADE_AT))
    assert "还没有备份" in place_line(PlaceState(tmp_path, True, None))
    assert "共7份" in place_line(PlaceState(tmp_path, True, MADE_AT, 7))


def test_an_old_backup_is_warned_about_a_fresh_one_not(tmp_path):
    info = an_info(tmp_path)
    assert old_words(info, MADE_AT + timedelta(days=14)) == ""
    assert "40天以前" in old_words(info, MADE_AT + timedelta(days=40))


def test_what_a_restore_loses_is_said_in_words():
    acts = [("修改人员", 3), ("附入附件", 1)]
    lost = Loss(known=True, acts=acts, last_at=datetime(2026, 11, 22, 9, 5), last_who="李静")
    assert loss_words(lost) == (
        "其后有4次操作会丢失：修改人员3次、附入附件1次，最后一次是李静 2026-11-22 09:05。"
    )
    assert loss_words(Loss(known=True, acts=(), last_at=None)) == "其后没有改动。"
    assert "请核对时间" in loss_words(Loss(known=False, acts=(), last_at=None))
