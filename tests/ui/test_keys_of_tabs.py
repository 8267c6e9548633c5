"""Alt and a letter does one thing: no tab claims a letter of the menus, or one letter twice."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from app.ui.jobs import JobRunner
from app.ui.main_window import _BUILD, MainWindow
from app.ui.records import record_page
from tests.ui.fakes import Gate
from tests.ui.roster_desk import a_desk

_LETTER = re.compile(r"&([A-Z])")


def letters(part: QWidget, *, shown: bool) -> list[str]:
    """Return the Alt letters inside ``part``: of what is on the screen, or of all there is."""
    found = []
    for kind in (QAbstractButton, QLabel):
        for control in part.findChildren(kind):
            if control.window() is not part.window():
                continue  # a dialog of its own
            if isinstance(control, QLabel) and control.buddy() is None:
                continue
            if not shown or control.isVisible():
                found += _LETTER.findall(control.text().replace("&&", ""))
    return found


@pytest.fixture
def window(qtbot, tmp_path, office):
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "user"))
    jobs = JobRunner()
    made = MainWindow(a_desk(office), Gate(tmp_path), jobs)
    made.resize(1093, 560)
    qtbot.addWidget(made)
    made.show()
    yield made
    jobs.shut_down()


def menu_letters(window: MainWindow) -> set[str]:
    titles = [action.text() for action in window.menuBar().actions()]
    return {letter for title in titles for letter in _LETTER.findall(title)}


@pytest.mark.parametrize("name", _BUILD)
def test_no_tab_takes_a_letter_of_the_menus(window, qtbot, name):
    window.show_tab(name)
    qtbot.wait(60)
    assert not set(letters(window.tab(name), shown=False)) & menu_letters(window)


def test_no_act_of_a_record_takes_a_letter_of_the_menus(window):
    # Which acts a page offers depends on the record's state: their texts say it for all states.
    acts = [
        (file.name, letter)
        for file in (Path(record_page.__file__).parents[1]).rglob("*.py")
        for text in re.findall(r"add_act\(\s*(?:again|\"([^\"]*)\")", file.read_text("utf-8"))
        for letter in _LETTER.findall(text)
    ]
    assert len(acts) > 10
    assert [one for one in acts if one[1] in menu_letters(window)] == []


@pytest.mark.parametrize("name", _BUILD)
def test_no_letter_stands_twice_on_one_tab(window, qtbot, name):
    window.show_tab(name)
    qtbot.wait(60)
    twice = [n for n, times in Counter(letters(window.tab(name), shown=True)).items() if times > 1]
    assert twice == []


def test_the_roster_opens_in_its_list_not_on_a_button(window, qtbot):
    window.activateWindow()
    window.show_tab("roster")
    qtbot.wait(60)
    focused = window.focusWidget()
    assert focused is window.tab("roster").list


@pytest.mark.parametrize("name", _BUILD)
def test_a_click_on_a_tab_leaves_the_keys_to_that_tab(window, qtbot, name):
    window.activateWindow()
    for other in _BUILD:  # seen or unseen before, wherever one comes from
        for shown in (other, name):
            bar = window.tabs.tabBar()
            at = bar.tabRect(list(_BUILD).index(shown)).center()
            qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=at)
            focused = window.focusWidget()
            made = window.tab(shown)
            assert focused is not None and (focused is made or made.isAncestorOf(focused))


@pytest.mark.parametrize("name", ["roster", "forms", "plans", "results"])
def test_the_print_key_prints_the_open_form_from_every_tab_without_papers(
    window, qtbot, monkeypatch, name
):
    asked = []
    monkeypatch.setattr(type(window.tab("forms")), "print", lambda _tab: asked.append(name))
    window.activateWindow()
    bar = window.tabs.tabBar()
    at = bar.tabRect(list(_BUILD).index(name)).center()
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=at)
    for place in (window.focusWidget(), bar):  # one comes to the tab bar with Shift+Tab
        place.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.keyClick(place, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert len(asked) == 2


def test_f5_reads_the_tab_in_front_from_the_tab_bar_too(window, qtbot, monkeypatch):
    window.activateWindow()
    tab = window.show_tab("results")
    qtbot.wait(60)
    read = []
    monkeypatch.setattr(tab, "refresh", lambda: read.append("results"))
    bar = window.tabs.tabBar()
    bar.setFocus()
    qtbot.keyClick(bar, Qt.Key.Key_F5)
    assert read == ["results"]
