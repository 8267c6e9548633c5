"""Whatever room a disk has left, every operation is done or refused, and nothing is lost."""

import os

import pytest

from tests.faults import full_disks

SIZES = int(os.environ.get("HUIFANG_SIZES", "3"))
SEED = int(os.environ.get("HUIFANG_SEED", "1"))


def found_by(tmp_path, *given, **named):
    found = full_disks.run(tmp_path, *given, **named)
    if found is None:
        pytest.skip("mounting a small disk takes root on Linux")
    return found


def test_every_operation_is_done_or_refused_at_every_size(tmp_path):
    found = found_by(tmp_path, SIZES, SEED)
    assert found.losses == []
    assert found.tried == SIZES * len(full_disks.OPERATIONS)
    assert found.refused
    assert found.done


def test_the_harness_sees_a_build_that_saves_piece_by_piece(tmp_path):
    assert found_by(tmp_path, 12, SEED, only="batch", piecemeal=True).losses
