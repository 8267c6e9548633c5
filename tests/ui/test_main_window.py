"""The main window: places the tabs, keeps nothing unsaved, and can be used by keyboard."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.domain.draft import Draft
from app.domain.subject import Subject
from app.services.ports import Change, UserError
from app.ui import main_window
from app.ui.jobs import JobRunner
from app.ui.main_window import (
    ACCOUNT,
    FORMS,
    HOME,
    PLANS,
    RESULTS,
    ROSTER,
    MainWindow,
    spoken_time,
)
from app.ui.records import typed
from tests.ui.fakes import Gate, Office, a_reminder


class Tab(QWidget):
    """A tab with something typed in it, or nothing."""

    form_requested = Signal(int)

    def __init__(self):
        super().__init__()
        self.unsaved, self.saves, self.refuses = False, 0, False
        self.called = []
        self.search = QLineEdit()
        QVBoxLayout(self).addWidget(self.search)

    def has_unsaved(self):
        return self.unsaved

    def save_pending(self):
        if self.refuses:
            return False
        self.saves += 1
        self.unsaved = False
        return True

    def focus_search(self):
        self.search.setFocus()

    def __getattr__(self, name):
        if name in (
            "show_person", "open_for_subject", "refresh", "add_person", "import_ledger",
            "export_ledger", "print", "save_as_pdf", "save_as_word", "shut_down",
        ):  # fmt: skip
            return lambda *given: self.called.append((name, *given))
        raise AttributeError(name)


@pytest.fixture(autouse=True)
def own_memory(tmp_path):
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "user"))


@pytest.fixture
def build(qtbot, tmp_path, monkeypatch):
    runners = []
    monkeypatch.setitem(main_window._BUILD, ROSTER, lambda window: _joined(window, Tab()))
    monkeypatch.setitem(main_window._BUILD, PLANS, lambda window: Tab())
    monkeypatch.setitem(main_window._BUILD, FORMS, lambda window: Tab())
    monkeypatch.setitem(main_window._BUILD, ACCOUNT, lambda window: Tab())
    monkeypatch.setitem(main_window._BUILD, RESULTS, lambda window: Tab())

    def _joined(window, tab):
        tab.form_requested.connect(window.open_form_of)
        return tab

    def make(**office):
        jobs = JobRunner()
        runners.append(jobs)
        folder = tmp_path / "office"
        folder.mkdir(exist_ok=True)
        here = Office(folder, **office)
        window = MainWindow(here.use_cases, Gate(folder, office=here), jobs)
        window.office = here

        def saved(closing):
            for made in closing._built.values():
                made.unsaved = False

        qtbot.addWidget(window, before_close_func=saved)
        window.show()
        qtbot.waitUntil(lambda: len(window._built) == len(window._pages))
        return window

    yield make
    for jobs in runners:
        jobs.shut_down()


def test_the_tabs_stand_with_the_start_page_in_front(build):
    window = build()
    titles = [window.tabs.tabText(n) for n in range(window.tabs.count())]
    assert titles == ["首页", "回访对象名册", "回访方案", "登记表", "结果与归档", "台账与统计"]
    assert window.tabs.currentIndex() == 0


def test_tabs_are_reached_by_number(build, qtbot):
    window = build()
    for number in (3, 2, 1):
        qtbot.keyClick(window, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
        assert window.tabs.currentIndex() == number - 1


def test_finding_goes_to_the_search_box_of_the_tab_or_to_the_roster(build, qtbot):
    window = build()
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.tabs.currentIndex() == 1
    window.show_tab(FORMS)
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.tabs.currentIndex() == 3


def test_a_reminder_leads_to_the_person_and_to_the_form(build):
    window = build(reminders=[a_reminder()], people=1)
    window.tab(HOME).person_requested.emit(7)
    assert window.tab(ROSTER).called == [("show_person", 7)]
    assert window.tabs.currentIndex() == 1
    window.tab(ROSTER).form_requested.emit(7)
    assert window.tab(FORMS).called == [("open_for_subject", 7)]
    assert window.tabs.currentIndex() == 3


def test_every_line_of_every_menu_is_reachable_by_letter_and_no_two_share_one(build):
    window = build()
    for title, items in window.items:
        letters = [item.text.split("(&")[1][0] for item in items if item]
        if title.startswith("查看"):
            letters.append("T")
        assert not [k for k, n in Counter(letters).items() if n > 1], title
    tops = [title.split("(&")[1][0] for title, _items in window.items]
    assert len(set(tops)) == len(tops)


def test_no_key_is_bound_twice_and_none_belongs_to_the_input_method(build):
    window = build()
    keys = [
        a.shortcut().toString()
        for a in window.actions() + window.findChildren(type(window.menuBar().actions()[0]))
        if not a.shortcut().isEmpty()
    ]
    assert not [key for key, number in Counter(keys).items() if number > 1]
    assert not {"Ctrl+Space", "Shift+Space", "Ctrl+."} & set(keys)
    assert QKeySequence("Ctrl+/").toString() in keys


def test_menus_reach_the_tabs(build):
    window = build()
    acts = {
        item.text.split("(&")[0]: item.act for _t, items in window.items for item in items if item
    }
    for words in ("导入台账", "导出台账", "新增人员"):
        acts[words]()
    for words in ("打印登记表", "登记表存为 PDF", "登记表存为 Word"):
        acts[words]()
    assert [one[0] for one in window.tab(ROSTER).called] == [
        "import_ledger",
        "export_ledger",
        "add_person",
    ]
    assert [one[0] for one in window.tab(FORMS).called] == ["print", "save_as_pdf", "save_as_word"]


def test_closing_with_nothing_unsaved_asks_nothing(build, monkeypatch, qtbot):
    window = build()
    monkeypatch.setattr(main_window, "ask_to_save", pytest.fail)
    with qtbot.waitSignal(window.left) as blocker:
        window.close()
    assert blocker.args[0].why == "quit"


@pytest.mark.parametrize(
    ("answer", "closes", "saves"), [("save", True, 1), ("discard", True, 0), ("cancel", False, 0)]
)
def test_closing_with_something_unfinished_asks(build, monkeypatch, answer, closes, saves):
    window = build()
    window.tab(FORMS).unsaved = True
    monkeypatch.setattr(main_window, "ask_to_save", lambda *args: answer)
    window.close()
    assert window.isVisible() is not closes
    assert window.tab(FORMS).saves == saves


def test_what_cannot_be_saved_keeps_the_window_open_and_is_shown(build, monkeypatch):
    window = build()
    window.tab(FORMS).unsaved = window.tab(FORMS).refuses = True
    monkeypatch.setattr(main_window, "ask_to_save", lambda *args: "save")
    window.close()
    assert window.isVisible()
    assert window.tabs.currentIndex() == 3


def test_locking_keeps_what_is_typed_and_asks_nothing(build, monkeypatch, qtbot):
    monkeypatch.setattr(main_window, "ask_to_save", lambda *_a: pytest.fail("asked"))
    window = build()
    window.show_tab(FORMS).unsaved = True
    roster, kept = window.tab(ROSTER), []
    roster.unsaved = True
    roster.keep_drafts = lambda: kept.append("draft")
    with qtbot.waitSignal(window.lock_requested):
        window.lock()
    window.keep_typing()
    assert (window.tab(FORMS).saves, kept, roster.saves) == (1, ["draft"], 0)
    with qtbot.waitSignal(window.left) as blocker:
        window.leave_to_another()
    assert blocker.args[0].why == "lock"


def test_practice_data_are_marked_in_title_and_status_line(build):
    window = build(practice=True)
    assert "演示" in window.windowTitle()
    assert any(
        one.text() == "演示" for one in window.statusBar().findChildren(type(window._backup))
    )


def test_failed_sign_ins_since_the_last_one_are_told(build):
    assert "有3次口令不正确的尝试" in build(failures=3).messages.text


def test_the_last_backup_stands_in_the_status_line(build):
    window = build()
    assert window._backup.text() == "尚未备份"
    window.office.last = datetime(2026, 11, 3, 9, 0)
    window.show_backup_age()
    assert window._backup.text() == "上次备份：2026年11月3日"


def test_the_window_is_usable_on_a_small_screen(build):
    window = build(reminders=[a_reminder()], people=1)
    assert window.minimumSizeHint().width() <= 1093
    assert window.minimumSizeHint().height() <= 580


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 23, 9, 12), "今天 09:12"),
        (datetime(2026, 11, 22, 17, 40), "昨天 17:40"),
        (datetime(2026, 11, 3, 9, 0), "2026年11月3日"),
        (None, ""),
    ],
)
def test_times_are_said_as_the_office_says_them(moment, words):
    assert spoken_time(moment, now=datetime(2026, 11, 23, 18, 0)) == words


def test_the_edit_menu_acts_on_the_focused_field(build, qtbot, compose):
    window = build()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    box = window.show_tab(ROSTER).search
    box.setFocus()
    compose(box, "张三")
    acts = {
        item.text.split("(&")[0]: item.act for _t, items in window.items for item in items if item
    }
    acts["全选"]()
    acts["剪切"]()
    assert box.text() == ""
    acts["粘贴"]()
    assert box.text() == "张三"
    acts["撤销"]()
    assert box.text() == ""


def test_practice_is_never_locked_by_idling(build, monkeypatch):
    watched = []
    monkeypatch.setattr(main_window, "IdleWatch", lambda *given, **_keys: watched.append(given))
    build(practice=True)
    build()
    assert [minutes() for minutes, *_rest in watched] == [None, 5]


def test_damage_in_use_leads_to_the_rescue_without_asking_to_save(build, monkeypatch, qtbot):
    monkeypatch.setattr(main_window, "ask_to_save", None)  # nothing more can be kept
    window = build()
    window.tab(ROSTER).unsaved = True
    window.messages.show_error(Damaged("数据文件有损坏，已停止读写，原文件没有改动。"))
    assert window.messages._rescue.isVisibleTo(window.messages)
    with qtbot.waitSignal(window.left) as left:
        window.messages._rescue.click()
    assert left.args[0].why == "rescue"


def test_other_errors_offer_no_rescue(build):
    window = build()
    window.messages.show_error(Damaged("损坏"))
    window.messages.show_error(UserError("磁盘空间不足。"))
    assert not window.messages._rescue.isVisibleTo(window.messages)


class Damaged(UserError):
    """What storage says when the records' own file is bent."""

    damaged = True


def test_what_a_failing_disk_may_have_kept_is_read_again_after_it_was_told(build, qtbot):
    window = build()
    [hears] = window.office.hears
    heard = []
    window.bus.changed.connect(heard.append)
    changes = frozenset({Change(Subject, 7)})
    hears(changes)  # in the middle of the act, perhaps in another thread
    assert heard == []
    qtbot.waitUntil(lambda: heard == [changes])


def test_what_was_typed_in_a_dialog_before_a_crash_is_told_at_the_start(build, monkeypatch):
    left = Draft(kind="窗口", title="修改诉求：张三", saved_at=datetime(2026, 11, 23, 9, 5))
    monkeypatch.setattr(typed, "left_over", lambda: [left])
    assert "“修改诉求：张三”（11月23日 09:05）填写的内容没有保存" in build().messages.text


def test_locking_keeps_what_is_typed_in_dialogs_too(build, monkeypatch):
    window, kept = build(), []
    monkeypatch.setattr(typed, "keep_all", lambda: kept.append(True))
    window.keep_typing()
    assert kept == [True]
