"""Typing undoes by words and pauses; what was typed is never lost between two steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.registration_form import RegistrationForm
from app.ui.forms.typing_history import LONGEST_STEP, PutInto, TypeInto, difference
from app.ui.undo import UndoStack


class Desk:
    """A form, its history, and what the screen was told to show."""

    def __init__(self):
        self.form = RegistrationForm()
        self.stack = UndoStack()
        self.shown = []
        self.now = 0.0

    def type(self, text, *, after=0.1, field="attitude"):
        self.now += after
        shown = lambda name, position: self.shown.append((name, position))  # noqa: E731
        self.stack.push(TypeInto(self.form, field, text, at=self.now, shown=shown))


@pytest.fixture
def desk(qapp):
    return Desk()


@given(st.text("ab𬱖c", max_size=12), st.text("ab𬱖c", max_size=12))
def test_a_difference_turns_the_old_text_into_the_new(old, new):
    start, removed, inserted = difference(old, new)
    assert old[:start] + removed + old[start + len(removed) :] == old
    assert old[:start] + inserted + old[start + len(removed) :] == new
    assert len(inserted) + len(removed) <= len(old) + len(new)


def test_keys_of_one_word_undo_together_and_a_mark_begins_a_new_step(desk):
    for text in ("认", "认识", "认识到", "认识到，", "认识到，错", "认识到，错误"):
        desk.type(text)
    desk.stack.undo()
    assert desk.form.attitude == "认识到，"
    desk.stack.undo()
    assert desk.form.attitude == ""
    desk.stack.redo()
    desk.stack.redo()
    assert desk.form.attitude == "认识到，错误"


def test_a_pause_begins_a_new_step(desk):
    desk.type("认识")
    desk.type("认识到", after=1.5)
    desk.stack.undo()
    assert desk.form.attitude == "认识"


def test_a_run_without_marks_is_cut_into_steps(desk):
    for count in range(1, 3 * LONGEST_STEP):
        desk.type("字" * count)
    assert desk.stack.count() == 3


def test_typing_elsewhere_in_the_text_is_a_step_of_its_own(desk):
    desk.type("认识")
    desk.type("不认识")
    assert desk.stack.count() == 2
    desk.stack.undo()
    assert desk.form.attitude == "认识"


def test_another_box_is_another_step(desk):
    desk.type("a")
    desk.type("b", field="proposal")
    desk.stack.undo()
    assert (desk.form.attitude, desk.form.proposal) == ("a", "")


def test_a_run_of_erasing_backwards_or_forwards_undoes_together(desk):
    desk.type("一二三四五六", after=0)
    for text in ("一二三四五", "一二三四", "一二三"):
        desk.type(text)
    desk.stack.undo()
    assert desk.form.attitude == "一二三四五六"
    for text in ("二三四五六", "三四五六"):
        desk.type(text)
    desk.stack.undo()
    assert desk.form.attitude == "一二三四五六"


def test_typing_after_erasing_is_a_step_of_its_own(desk):
    desk.type("一二")
    desk.type("一")
    desk.type("一三")
    desk.stack.undo()
    assert desk.form.attitude == "一"


def test_undo_says_where_on_screen_the_change_was(desk):
    desk.type("前后")
    desk.type("前𬱖后", after=2)
    desk.stack.undo()
    assert desk.shown == [("attitude", 1)]
    desk.stack.redo()
    assert desk.shown[-1] == ("attitude", 2)


def test_filling_in_again_is_one_step_with_everything_it_touched(qapp):
    form, stack, shown = RegistrationForm(name="旧"), UndoStack(), []
    values = {"name": "新", "phone": "1", "filled": {"name": "新"}}
    stack.push(PutInto("重新填入", form, values, shown=lambda name, _at: shown.append(name)))
    assert (form.name, form.phone, form.filled) == ("新", "1", {"name": "新"})
    assert shown == ["name", "phone"]
    stack.undo()
    assert (form.name, form.phone, form.filled) == ("旧", "", {})
