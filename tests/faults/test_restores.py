"""What a restore brings back is what was there, row by row."""

import os

from tests.faults import restores

SEED = int(os.environ.get("HUIFANG_SEED", "1"))


def test_every_row_and_paper_comes_back(tmp_path):
    number = int(os.environ.get("HUIFANG_RESTORES", "5"))
    found = restores.run(tmp_path, number, SEED)
    assert found.losses == []
    assert found.restores == number


def test_the_comparison_sees_a_restore_that_changes_a_cell(tmp_path):
    assert restores.run(tmp_path, 3, SEED, build="touches").losses
