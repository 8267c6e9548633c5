"""Kill -9 while a plan is being typed without a pause: at most five seconds of typing are lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from app.bootstrap.join import join
from app.domain.partial_date import PartialDate
from tests.ui.plan_desk import add_person

ROOT = Path(__file__).resolve().parents[2]
MOST_LOST = 5.0  # seconds
TYPED_FOR = (6.5, 9.3)  # seconds until the kill, at other moments of the saving rhythm


def test_at_most_five_seconds_of_typing_are_lost_to_a_kill(tmp_path, owner, a_person):
    store = owner.create(tmp_path / "office")
    add_person(join(store), a_person(), PartialDate(2026, 3, 10))
    store.close()
    for seconds in TYPED_FOR:
        plan_id, typed = _type_and_kill(tmp_path / "office", owner.password, seconds)
        store = owner.open(tmp_path / "office")
        kept = join(store).plans.open_plan(plan_id).people[0].state_of_mind
        store.close()
        last = typed[-1]["at"]
        lost = [one for one in typed if one["typed"] > len(kept)]
        assert len(typed) > 40, "the typist hardly typed"
        assert not lost or last - lost[0]["at"] <= MOST_LOST, f"{last - lost[0]['at']:.1f} s lost"


def _type_and_kill(
    folder: Path, password: str, seconds: float
) -> tuple[int, list[dict[str, float]]]:
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.plan_typist", str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(password.encode() + b"\n")
    child.stdin.close()
    plan_id = json.loads(child.stdout.readline())["plan"]
    time.sleep(seconds)
    os.kill(child.pid, signal.SIGKILL)
    said = [json.loads(line) for line in child.stdout.read().splitlines() if line.endswith(b"}")]
    child.wait()
    child.stdout.close()
    return plan_id, said
