"""The window locks itself when nobody is there, and never under somebody's hands."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from app.ui.idle import IdleWatch


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def watch(qapp, clock):
    made = []

    def make(minutes):
        locks = []
        one = IdleWatch(lambda: minutes, lambda: locks.append(clock.now), clock=clock)
        made.append(one)
        return one, locks

    yield make
    for one in made:
        one.stop()
        one.deleteLater()


def test_it_calls_after_the_minutes_chosen_and_not_before(watch, clock):
    one, locks = watch(5)
    clock.now = 299
    one.look()
    assert locks == []
    clock.now = 300
    one.look()
    assert locks == [300]


def test_a_lock_that_had_to_wait_is_tried_again_after_as_long(watch, clock):
    one, locks = watch(5)
    clock.now = 300
    one.look()
    one.look()
    clock.now = 600
    one.look()
    assert locks == [300, 600]


@pytest.mark.parametrize("minutes", [None, 0])
def test_an_office_that_wants_no_lock_gets_none(watch, clock, minutes):
    one, locks = watch(minutes)
    clock.now = 1e6
    one.look()
    assert locks == []


def test_a_key_in_any_window_counts_as_somebody_there(watch, clock, qtbot):
    one, locks = watch(5)
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    line.activateWindow()
    qtbot.waitUntil(lambda: line.windowHandle() in one._watched)
    clock.now = 299
    qtbot.keyClick(line.windowHandle(), Qt.Key.Key_A)
    clock.now = 400
    one.look()
    assert locks == []
    assert line.text() == "a"


def test_typing_with_an_input_method_counts_too(watch, clock, qtbot, compose):
    one, locks = watch(5)
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    clock.now = 299
    compose(line, "王建国")
    clock.now = 400
    one.look()
    assert locks == []
