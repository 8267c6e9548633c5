"""The monkey sees a build whose dialogs stay when they are over. Full size only: it takes minutes."""

import os
import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    not os.environ.get("HUIFANG_HEAVY"), reason="minutes of clicking: HUIFANG_HEAVY=1"
)


def widgets(build):
    """Return how many widgets there are half way and at the end, and how many errors."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.monkey"],
        env=os.environ | {"HUIFANG_BUILD": build, "HUIFANG_EVENTS": "3000", "HUIFANG_SEED": "2"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"widgets (\d+) → (\d+).*errors (\d+)", done.stdout)
    return tuple(map(int, found.groups()))


def test_dialogs_that_stay_are_seen():
    before, after, errors = widgets("right")
    assert errors == 0 and after < before * 1.1
    before, after, _errors = widgets("keeps")
    assert after > before * 1.3
