"""Nothing acknowledged is lost by a kill; the harness is shown to see a build that loses."""

import os

from tests.faults import kills

KILLS = int(os.environ.get("HUIFANG_KILLS", "15"))
SEED = int(os.environ.get("HUIFANG_SEED", "20261123"))


def test_nothing_acknowledged_is_lost_by_kills(tmp_path):
    report = kills.run(tmp_path, KILLS, SEED)
    assert report.losses == []
    assert report.kills == KILLS
    assert report.acknowledged["attach"]  # how many depends on how fast the machine is
    assert report.acknowledged["save"] >= KILLS, "the worker hardly worked: nothing was proven"


def test_every_operation_is_as_before_or_as_after_a_kill(tmp_path):
    report = kills.run_operations(tmp_path, 2 * KILLS, SEED)
    assert report.losses == []
    assert report.kills == 2 * KILLS


def test_the_harness_sees_a_restore_over_the_live_file(tmp_path):
    report = kills.run_operations(tmp_path, 40, SEED, build="copy-over", only="restore", stop=True)
    assert report.losses


def test_the_harness_sees_a_build_that_acknowledges_too_early(tmp_path):
    report = kills.run(tmp_path, 40, SEED, build="early", stop=True)
    assert any("is lost" in loss for loss in report.losses)


def test_the_harness_sees_a_build_without_a_journal(tmp_path):
    report = kills.run(tmp_path, 40, SEED, build="no-journal", stop=True)
    assert report.losses


def test_the_harness_sees_a_build_that_names_a_paper_before_its_file_is_there(tmp_path):
    report = kills.run(tmp_path, 60, SEED, build="row-first", stop=True)
    assert any("no sound file" in loss for loss in report.losses)
