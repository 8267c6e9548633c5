"""A box: composing text is nobody's business, keys lead on, pasting brings plain text."""

import pytest
from PySide6.QtCore import QMimeData, Qt

from app.domain.fields import form_fields
from app.domain.registration_form import RegistrationForm
from app.ui.forms.cell_editor import CellEditor, clean

SPECS = form_fields(RegistrationForm)


@pytest.fixture
def make(qtbot):
    def made(name):
        editor = CellEditor(SPECS[name])
        qtbot.addWidget(editor)
        editor.said, editor.steps = [], []
        editor.edited.connect(editor.said.append)
        editor.left.connect(editor.steps.append)
        editor.resize(400, 200)
        editor.show()
        return editor

    return made


def test_a_word_being_composed_is_not_an_edit_until_it_is_committed(make, compose):
    editor = make("attitude")
    compose(editor, "renshi", commit=False)
    assert editor.said == []
    assert editor.is_composing
    compose(editor, "认识")
    assert editor.said == ["认识"]
    assert not editor.is_composing


def test_a_word_that_is_given_up_leaves_no_trace(make, compose):
    editor = make("attitude")
    compose(editor, "前")
    compose(editor, "hou", commit=False)
    compose(editor, "", commit=True)
    assert editor.said == ["前"]
    assert editor.text == "前"


def test_keys_while_composing_belong_to_the_input_method(make, compose, qtbot):
    editor = make("name")
    compose(editor, "zhang", commit=False)
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert editor.steps == []


def test_enter_leaves_a_short_box_and_breaks_the_line_in_a_long_one(make, qtbot):
    short, long = make("name"), make("attitude")
    qtbot.keyClick(short, Qt.Key.Key_Return)
    qtbot.keyClick(short, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert short.steps == [1, -1]
    qtbot.keyClick(long, Qt.Key.Key_Return)
    assert (long.steps, long.text) == ([], "\n")
    qtbot.keyClick(long, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(long, Qt.Key.Key_Tab)
    qtbot.keyClick(long, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert (long.steps, long.text) == ([1, 1, -1], "\n")


def test_showing_a_value_is_no_edit_and_keeps_rare_characters_whole(make):
    editor = make("name")
    editor.show_value("𬱖a𠮷")
    editor.show_value("𬱖b𠮷", 2)
    assert (editor.text, editor.said) == ("𬱖b𠮷", [])
    assert editor.offset == 2
    assert editor.document().toPlainText() == "𬱖b𠮷"


def test_a_no_break_space_survives_typing_beside_it(make, compose):
    editor = make("attitude")
    editor.show_value("甲\u00a0乙", 3)
    compose(editor, "丙")
    assert editor.said == ["甲\u00a0乙丙"]


def test_pasting_brings_plain_text_without_control_characters(make):
    editor = make("attitude")
    data = QMimeData()
    data.setHtml("<b>粗</b>")
    data.setText("一\r\n二\x07\u2029三\t四")
    editor.insertFromMimeData(data)
    assert editor.said[-1] == "一\n二\n三 四"


def test_a_short_box_takes_pasted_lines_as_one(make):
    editor = make("address")
    data = QMimeData()
    data.setText("东湖路18号\n3栋502室\n")
    editor.insertFromMimeData(data)
    assert editor.text == "东湖路18号 3栋502室"


@pytest.mark.parametrize("text", ["\ud800", "a\x00b", "\x1b[31m"])
def test_nothing_that_cannot_be_kept_gets_in(text):
    assert "\ud800" not in clean(text, one_line=False)
    assert "\x00" not in clean(text, one_line=False)
    assert "\x1b" not in clean(text, one_line=False)


def test_undo_keys_are_handed_on(make, qtbot):
    editor, asked = make("attitude"), []
    editor.undo_wanted.connect(lambda: asked.append("undo"))
    editor.redo_wanted.connect(lambda: asked.append("redo"))
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(editor, Qt.Key.Key_Z, control)
    qtbot.keyClick(editor, Qt.Key.Key_Y, control)
    assert asked == ["undo", "redo"]


def test_a_box_grows_with_its_text(make):
    editor = make("attitude")
    low = editor.height_of_text()
    editor.show_value("字" * 500)
    assert editor.height_of_text() > 3 * low
