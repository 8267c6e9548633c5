"""Steps are joined by the program itself, so that nothing of a closed page stays in memory."""

import gc
import weakref

import pytest
from PySide6.QtCore import QObject

from app.ui.undo import Step, UndoStack


class Page:
    """What a command changes; it must be able to go."""

    def __init__(self):
        self.words = ""


class Add(Step):
    """Adds a letter; vowels go on with what was typed before."""

    def __init__(self, page, letter):
        super().__init__(letter)
        self.page, self.letters = page, letter

    def redo(self):
        self.page.words += self.letters

    def undo(self):
        self.page.words = self.page.words.removesuffix(self.letters)

    def take_over(self, later):
        if not isinstance(later, Add) or later.letters not in "aeiou":
            return False
        self.letters += later.letters
        return True


@pytest.fixture
def typing(qapp):
    stack, page = UndoStack(), Page()
    heard = []
    stack.indexChanged.connect(heard.append)

    def write(word):
        for letter in word:
            stack.push(Add(page, letter))

    return stack, page, write, heard


def test_what_goes_on_is_one_step_and_each_key_is_told(typing):
    stack, page, write, heard = typing
    write("baobei")
    assert (page.words, stack.count(), len(heard)) == ("baobei", 2, 6)
    stack.undo()
    assert page.words == "bao"
    stack.redo()
    assert page.words == "baobei"


def test_nothing_joins_a_step_that_was_saved_or_follows_an_undone_one(typing):
    stack, page, write, _heard = typing
    write("ba")
    stack.setClean()
    write("a")
    assert stack.count() == 2 and not stack.isClean()
    stack.undo()
    assert stack.isClean()
    write("b")
    stack.undo()
    write("o")
    assert (page.words, stack.count()) == ("bao", 2)
    stack.undo()
    assert page.words == "ba"


def test_nothing_joins_into_a_macro(typing):
    stack, page, write, _heard = typing
    write("b")
    stack.beginMacro("beides")
    write("a")
    stack.endMacro()
    assert stack.count() == 2
    stack.undo()
    assert page.words == "b"


@pytest.mark.parametrize("ends", ["cleared", "gone"])
def test_what_was_typed_on_goes_with_its_stack(qapp, ends):
    owner, page = QObject(), Page()
    stack = UndoStack(owner)
    for letter in "baobei":
        stack.push(Add(page, letter))
    seen = weakref.ref(page)
    if ends == "cleared":
        stack.clear()
    del page, letter
    del stack, owner
    gc.collect()
    assert seen() is None
