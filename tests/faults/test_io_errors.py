"""Whichever call the disk refuses: done or as before, a sentence, and work goes on."""

import os

import pytest

from tests.faults import io_errors

HEAVY = bool(os.environ.get("HUIFANG_HEAVY"))
SEED = int(os.environ.get("HUIFANG_SEED", "1"))


@pytest.fixture
def refusing(tmp_path):
    """Runs the worker with every so manieth call refused."""

    def run(step, **more):
        found = io_errors.run(tmp_path, step, SEED, **more)
        if found is None:
            pytest.skip("failing calls take Linux and a C compiler")
        return found

    return run


def test_nothing_is_lost_whichever_call_the_disk_refuses(refusing):
    if HEAVY:
        step = int(os.environ.get("HUIFANG_IO_STEP", "7"))
        found = refusing(step)
    else:
        step = 211
        found = refusing(step, only="save,leaver,restore", faults="EIO once,ENOSPC from then on")
    print(f"I/O errors, every {step}. call: {found.tried} tried, {found.refused} refused")
    assert found.losses == []
    assert found.refused > 5


def test_a_refused_last_flush_is_told_as_perhaps_saved(refusing):
    """The journal is cut by then: 没有保存 would be wrong, and the same typed again a second record."""
    found = refusing(1, only="save,account", faults="EIO in flushing")
    assert found.losses == []
    assert 1 <= found.doubtful < found.refused


@pytest.mark.parametrize(
    ("build", "only", "step", "faults"),
    [
        ("copy-over", "restore", 61, "EIO once"),
        ("certain", "save", 1, "EIO in flushing"),
        *([("raw", "restore", 61, "EIO once")] if HEAVY else []),
    ],
)
def test_the_harness_sees_a_wrong_build(refusing, build, only, step, faults):
    """Restoring over the live file; a refused last flush told as not saved; the system's own words."""
    assert refusing(step, build=build, only=only, faults=faults).losses
