"""What is typed is kept within five seconds, and nobody is told so before it is."""

import pytest

from app.ui.records import autosave
from app.ui.records.autosave import Autosave


class Disk:
    def __init__(self):
        self.saves = 0
        self.broken = False

    def save(self):
        if self.broken:
            raise OSError("disk full")
        self.saves += 1
        return frozenset({self.saves})


@pytest.fixture
def disk():
    return Disk()


@pytest.fixture
def saving(qapp, disk, monkeypatch):
    for name, value in (("PAUSE_MS", 30), ("LONGEST_MS", 120), ("RETRY_MS", 60)):
        monkeypatch.setattr(autosave, name, value)
    return Autosave(disk.save)


def test_the_real_intervals_keep_typing_within_five_seconds():
    assert autosave.PAUSE_MS == 1_000
    assert autosave.LONGEST_MS + 500 < 5_000


def test_a_pause_saves_once(saving, disk, qtbot):
    with qtbot.waitSignal(saving.saved) as told:
        for _ in range(5):
            saving.touch()
    assert told.args == [frozenset({1})]
    assert not saving.has_unsaved
    qtbot.wait(80)
    assert disk.saves == 1


def test_typing_without_a_pause_is_saved_all_the_same(saving, disk, qtbot):
    for _ in range(20):
        saving.touch()
        qtbot.wait(15)
    assert disk.saves >= 2


def test_a_failed_save_is_said_retried_and_never_called_saved(saving, disk, qtbot):
    disk.broken = True
    saving.touch()
    with qtbot.waitSignal(saving.failed) as told:
        assert not saving.save_now()
    assert isinstance(told.args[0], OSError)
    assert saving.has_unsaved and saving.saved_at is None and saving.error is not None
    disk.broken = False
    with qtbot.waitSignal(saving.saved):
        pass
    assert not saving.has_unsaved and saving.error is None and saving.saved_at is not None


def test_typing_on_during_a_failure_does_not_put_off_the_next_try(saving, disk, qtbot):
    disk.broken = True
    saving.touch()
    saving.save_now()
    disk.broken = False
    for _ in range(10):
        saving.touch()
        qtbot.wait(15)
    assert disk.saves >= 1


def test_with_nothing_typed_nothing_is_written(saving, disk):
    assert saving.save_now()
    assert disk.saves == 0


def test_what_was_given_up_is_not_saved_later(saving, disk, qtbot):
    saving.touch()
    saving.forget()
    qtbot.wait(80)
    assert disk.saves == 0
