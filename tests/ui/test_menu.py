"""Menus are built anew each time, and leave nothing behind."""

import gc

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.ui.menu import Menu


def menus_and_lines():
    gc.collect()
    return sum(isinstance(one, QMenu | QAction) for one in gc.get_objects())


def fill(menu):
    menu.clear()
    for name in ("打印", "存为"):
        under = menu.submenu(name)
        under.addAction("PDF", lambda: None)
        under.submenu("更多").addAction("Word", lambda: None)
    menu.drop(menu.submenu("没有文书"))


def test_a_menu_filled_again_holds_what_it_held_at_first(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    menu = Menu(window)
    fill(menu)
    qtbot.wait(10)
    before = menus_and_lines()
    for _ in range(5):
        fill(menu)
    qtbot.wait(10)
    assert [line.text() for line in menu.actions()] == ["打印", "存为"]
    assert menus_and_lines() == before


def test_a_context_menu_goes_when_its_user_is_done_with_it(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    done = []
    for _ in range(3):
        menu = Menu(window)
        line = menu.addAction("打开", lambda: done.append(1))
        QTimer.singleShot(20, menu, line.trigger)
        QTimer.singleShot(40, menu, menu.close)
        menu.pop_up(QPoint(0, 0))
    del menu, line
    qtbot.wait(10)
    assert len(done) == 3
    assert window.findChildren(QMenu) == []
