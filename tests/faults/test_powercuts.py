"""A power cut at any call leaves the old state or the new one; wrong builds are caught."""

import os
import shutil
import subprocess

import pytest

from tests.faults import powercuts


@pytest.fixture(scope="module")
def tracing():
    """Recording takes strace, and a system that lets it trace."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    if subprocess.run(["strace", "-o", os.devnull, "true"], check=False).returncode:
        pytest.skip("this system does not allow tracing")


def test_nothing_acknowledged_is_lost_at_any_cut(tracing, tmp_path):
    cuts = int(os.environ.get("HUIFANG_CUTS", "60"))
    only = "" if "HUIFANG_CUTS" in os.environ else "day,restore,upgrade"
    seed = int(os.environ.get("HUIFANG_SEED", "1"))
    report = powercuts.run(tmp_path, cuts, seed, only=only)
    print(f"power cuts: {report.states}, of them newer than acknowledged: {report.new}")
    assert report.losses == []
    assert report.states == cuts


def test_the_harness_sees_a_build_that_does_not_wait_for_the_disk(tracing, tmp_path):
    assert powercuts.run(tmp_path, 60, 1, build="no-sync", only="day", stop=True).losses


def test_the_harness_sees_a_restore_over_the_live_file(tracing, tmp_path):
    assert powercuts.run(tmp_path, 200, 1, build="copy-over", only="restore", stop=True).losses
