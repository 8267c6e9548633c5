"""Windows come back where they were, and always wholly on a screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.ui import places
from app.ui.theme import TextSize


@pytest.fixture(autouse=True)
def own_memory(tmp_path):
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "user"))


@pytest.fixture
def window(qtbot):
    made = QWidget()
    qtbot.addWidget(made)
    return made


def room():
    return QGuiApplication.primaryScreen().availableGeometry()


def test_a_window_comes_back_where_it_was(window, qtbot, tmp_path):
    window.setGeometry(40, 50, 300, 200)
    places.remember_place(window, places.folder_memory(tmp_path))
    again = QWidget()
    qtbot.addWidget(again)
    places.restore_place(again, places.folder_memory(tmp_path), (100, 100))
    assert again.geometry() == QRect(40, 50, 300, 200)
    assert (tmp_path / "window.ini").is_file()


@pytest.mark.parametrize("where", [(-900, -700), (5000, 4000), (0, 5000)])
def test_a_window_of_a_screen_that_is_gone_is_pulled_back(window, where):
    window.setGeometry(*where, 300, 200)
    places.pull_on_screen(window)
    assert room().contains(window.frameGeometry())


def test_a_window_larger_than_the_screen_is_shrunk(window):
    window.setGeometry(0, 0, 9000, 7000)
    places.pull_on_screen(window)
    assert room().contains(window.frameGeometry())


def test_where_the_default_does_not_fit_the_window_fills_the_screen(window, tmp_path):
    places.restore_place(window, places.folder_memory(tmp_path), (9000, 700))
    assert window.isMaximized()


def test_folder_and_text_size_are_remembered_for_the_user(tmp_path):
    assert places.last_folder(tmp_path) == tmp_path
    places.remember_folder(tmp_path / "甲")
    places.remember_text_size(TextSize.HUGE)
    assert places.last_folder(tmp_path) == tmp_path / "甲"
    assert places.text_size() is TextSize.HUGE


def test_an_unknown_text_size_is_the_standard_one():
    places.user_memory().setValue("text_size", "GIGANTIC")
    assert places.text_size() is TextSize.STANDARD


def test_a_whole_text_pasted_as_a_path_is_no_error(tmp_path):
    pasted = tmp_path / ("日期\t事项\n" * 200)
    assert not places.is_there(pasted) and not places.is_there(pasted, folder=True)
    assert places.is_there(tmp_path, folder=True) and not places.is_there(tmp_path)
