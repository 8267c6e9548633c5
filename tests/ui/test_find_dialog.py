"""The box over everything: by keyboard alone, never while text is being composed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from app.services.finding import Found, Group
from app.ui.find_dialog import FindDialog


@pytest.fixture
def dialog(qtbot):
    asked = []

    def find(text):
        asked.append(text)
        if "无" in text:
            return ()
        hits = tuple(
            Found("方案", f"方案{n}", "", "张三　文学院　1980-03生", ("Plan", n), 1) for n in (7, 8)
        )
        return (
            Group("人员", (Found("人员", "张三", "", "张三", ("Subject", 1), 1),)),
            Group("方案", hits, True),
        )

    made = FindDialog(find)
    made.asked = asked
    qtbot.addWidget(made)
    made.show()
    return made


def type_in(dialog, text):
    QApplication.sendEvent(dialog.box, _typed(text))
    dialog.box.search_now()


def _typed(text):
    event = QInputMethodEvent()
    event.setCommitString(text)
    return event


def test_groups_are_named_once_and_more_is_said(dialog):
    type_in(dialog, "张")
    assert [row.group for row in dialog.rows.rows] == ["人员", "方案", ""]
    assert "方案还有更多" in dialog._said.text()
    assert dialog.height() <= 560


def test_enter_opens_the_first_hit_and_arrows_choose_another(dialog, qtbot):
    type_in(dialog, "张")
    qtbot.keyClick(dialog.box, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.box, Qt.Key.Key_Down)
    assert dialog.box.hasFocus() or not dialog.isActiveWindow()
    qtbot.keyClick(dialog.box, Qt.Key.Key_Return)
    assert dialog.found.opens == ("Plan", 8)


def test_nothing_is_searched_or_opened_while_text_is_composed(dialog, qtbot):
    QApplication.sendEvent(dialog.box, QInputMethodEvent("zhang", []))
    qtbot.keyClick(dialog.box, Qt.Key.Key_Return)
    qtbot.wait(200)
    assert dialog.asked == []
    assert dialog.found is None


def test_what_is_not_found_is_said(dialog):
    type_in(dialog, "无此人")
    assert dialog._nothing.heading.text() == "没有找到"
    assert not dialog.go.isEnabled()


def test_escape_leaves(dialog, qtbot):
    type_in(dialog, "张")
    qtbot.keyClick(dialog.box, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert dialog.found is None
