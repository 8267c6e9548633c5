"""The monkey sees a build whose dialogs stay when they are over, and nothing of the kind in the right one."""

import os
import re
import subprocess
import sys

HEAVY = bool(os.environ.get("HUIFANG_HEAVY"))
EVENTS = "20000" if HEAVY else "1500"


def let_loose(build):
    """Begin a run and return its process."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.monkey"],
        env=os.environ
        | {
            "HUIFANG_BUILD": build,
            "HUIFANG_EVENTS": EVENTS,
            "HUIFANG_SEED": "2",
            "HUIFANG_COUNTS": "2",
        },
        stdout=subprocess.PIPE,
        text=True,
    )


def figures(running):
    """Return how many widgets there were at first and in the end, how many errors, and the words."""
    said, _nothing = running.communicate(timeout=900)
    found = re.search(r"widgets (\d+) → (\d+).*errors (\d+)", said)
    assert running.returncode == 0 and found is not None, said
    return *map(int, found.groups()), said


def test_dialogs_that_stay_are_seen_and_none_stays():
    right, keeps = map(let_loose, ("right", "keeps"))
    before, after, errors, said = figures(right)
    assert after <= before * 1.03, said
    assert errors == 0, said
    _before, kept, _errors, said = figures(keeps)
    assert kept > after * 1.5, said  # most of them stay from the walk, before anything is counted
