"""No tampering with the log goes unseen; a build that does not look at signatures is caught."""

import os

from tests.faults import tamper


def test_every_tampering_is_found(tmp_path):
    number = int(os.environ.get("HUIFANG_TAMPERINGS", "150"))
    done, missed = tamper.run(tmp_path, number, int(os.environ.get("HUIFANG_SEED", "1")))
    print(f"tamperings: {done}")
    assert missed == []
    assert len(done) == 10


def test_the_harness_sees_a_build_that_follows_the_chain_alone(tmp_path):
    _done, missed = tamper.run(tmp_path, 60, 1, tamper.chain_only)
    assert missed


def test_a_long_log_is_checked_in_time(tmp_path):
    lines = 1_000_000 if os.environ.get("HUIFANG_HEAVY") else 5_000
    assert tamper.verify_seconds(tmp_path, lines) < 60
