"""Typing into the roster: one cell at a time, taken back with Ctrl+Z, never over somebody else."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from app.services.people import PersonEdit
from app.services.quick_edit import CellEdit
from app.ui.changes import ChangeBus
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from app.ui.roster.person_editor import PersonEditor
from app.ui.roster.tab import RosterTab
from tests.ui.roster_desk import a_desk


@pytest.fixture
def desk(office):
    return a_desk(office)


@pytest.fixture
def messages(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    return bar


@pytest.fixture
def tab(qtbot, desk, a_person, messages):
    for name in ("单小芳", "张三", "赵六"):
        desk.save_person(PersonEdit(a_person(name=name, phone="13812345678", unit="文学院")))
    settings = desk.settings()
    settings.mask_contacts = True
    desk.save_settings(settings)
    jobs = JobRunner()
    tab = RosterTab(desk, ChangeBus(messages), jobs, messages)
    tab.resize(1090, 560)
    qtbot.addWidget(tab)
    tab.show()
    qtbot.waitExposed(tab)
    yield tab
    jobs.shut_down()


def place(tab, row, title):
    model = tab.list.model()
    section = [column.title for column in model.columns].index(title)
    tab.list.setColumnHidden(section, False)
    index = model.index(row, section)
    tab.list.setCurrentIndex(index)
    return index


def open_cell(tab, row, title, kind=QLineEdit):
    place(tab, row, title)
    tab.list.setFocus()
    assert tab.list.edit_cell()
    [editor] = tab.list.viewport().findChildren(kind)
    return editor


def fill(qtbot, editor, text, key=Qt.Key.Key_Return):
    editor.setText(text)
    qtbot.keyClick(editor, key)
    QApplication.processEvents()


def phones(desk):
    return [row.phone for row in desk.roster.rows([1, 2, 3])]


def test_a_number_is_typed_into_its_cell_and_taken_back_and_given_again(qtbot, tab, desk, messages):
    index = place(tab, 1, "联系电话")
    assert index.data() == "138****5678"
    editor = open_cell(tab, 1, "联系电话")
    assert editor.text() == "13812345678"  # who types sees what stands there
    fill(qtbot, editor, "13900001111")
    assert phones(desk)[1] == "13900001111"
    assert "张三的联系电话" in messages.text
    assert tab.list.model().index(1, index.column()).data() == "139****1111"
    qtbot.waitUntil(lambda: not tab.list.viewport().findChildren(QLineEdit))
    tab.activateWindow()
    tab.list.setFocus()
    qtbot.waitUntil(tab.list.hasFocus)
    qtbot.keyClick(tab.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert phones(desk)[1] == "13812345678"
    qtbot.keyClick(tab.list, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert phones(desk)[1] == "13900001111"


def test_escape_changes_nothing(qtbot, tab, desk):
    before = [row.address for row in desk.roster.rows([1])]
    fill(qtbot, open_cell(tab, 0, "家庭住址"), "大学西路", Qt.Key.Key_Escape)
    assert [row.address for row in desk.roster.rows([1])] == before


def test_a_choice_is_chosen_from_the_list_of_choices(qtbot, tab, desk):
    box = open_cell(tab, 0, "人员类别", QComboBox)
    box.setCurrentIndex(box.findData("学生"))
    box.activated.emit(box.currentIndex())
    QApplication.processEvents()
    assert desk.roster.rows([1])[0].person_type == "学生"


def test_text_that_is_too_long_is_refused_and_offered_again(qtbot, tab, desk, messages):
    fill(qtbot, open_cell(tab, 0, "联系电话"), "1" * 20_000)
    assert "最多60字" in messages.text and phones(desk)[0] == "13812345678"
    qtbot.waitUntil(lambda: bool(tab.list.viewport().findChildren(QLineEdit)))
    assert tab.list.viewport().findChildren(QLineEdit)[-1].text() == "1" * 20_000


def test_what_somebody_else_saved_meanwhile_stands_and_is_shown(qtbot, tab, desk, messages):
    editor = open_cell(tab, 0, "联系电话")
    desk.people.edit_cell(CellEdit(1, "", "phone", "13812345678", "0534-8985001"))
    fill(qtbot, editor, "13900001111")
    assert "已被另行改为“0534-8985001”" in messages.text
    assert phones(desk)[0] == "0534-8985001"
    assert place(tab, 0, "联系电话").data().startswith("0534-8")


def test_f2_types_where_that_is_possible_and_opens_the_person_elsewhere(qtbot, tab):
    place(tab, 0, "姓名")
    tab.list.setFocus()
    assert not tab.list.edit_cell()
    tab._on_f2()
    editor = tab._acts.editor
    assert isinstance(editor, PersonEditor)
    editor.reject()


def test_the_list_keeps_its_order_while_cells_are_typed(qtbot, tab):
    tab.list.sorted_by.emit((("unit", False),))
    names = [tab.list.model().index(row, 0).data() for row in range(3)]
    fill(qtbot, open_cell(tab, 0, "所在单位"), "园林学院")
    assert [tab.list.model().index(row, 0).data() for row in range(3)] == names


def test_nothing_to_take_back_is_said(qtbot, tab, messages):
    place(tab, 0, "姓名")
    tab.list.setFocus()
    qtbot.keyClick(tab.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "没有可以撤销的修改" in messages.text


def test_far_down_a_list_people_are_found_by_their_ids_in_the_same_order(tab, desk, monkeypatch):
    which = tab._which
    whole = list(desk.roster.page(which, 0, 9))
    monkeypatch.setattr("app.ui.roster.list_view._FAR_DOWN", 1)
    assert tab.list._fetch(1, 5) == whole[1:]
    assert tab.list._fetch(7, 5) == []
