"""From a sign-in that was accepted to the first rows on screen, and what the open window occupies."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from app.domain.rulebook import parse_rules
from app.domain.settings import Settings
from app.services.practice import store_practice_people
from app.storage.keys import Argon2Cost
from app.storage.office import create_office
from tests.bench.table import Row

ROOT = Path(__file__).parents[2]
SIZES = (1_000, 10_000, 100_000)
NAME, PASSWORD = "周明", "晨雾里的灯塔 Oak-7"
RUNS = 3

# The office of this bench has a password that costs nothing: what is left is the program's own.
_OURS = """
import json, sys, time
from pathlib import Path
from app import bootstrap
from app.ui.application import Program, load_behind, make_application

app = make_application([])
entrance = bootstrap.entrance()
load_behind(entrance.warm)
folder = Path(sys.argv[1])
start, worked = time.perf_counter(), time.process_time()
use_cases = entrance.sign_in(folder, sys.argv[2], sys.argv[3])
program = Program(entrance, folder, app)
program._open(use_cases)
tab = program.window.show_tab("roster")
table = tab.list
until = time.monotonic() + 60
while not (table.isVisible() and table.model().rowCount()):
    app.processEvents()
    if time.monotonic() > until:
        sys.exit("no rows came")
table.viewport().repaint()
taken = (time.perf_counter() - start) * 1000
worked = (time.process_time() - worked) * 1000
until = time.monotonic() + 1.5  # what is read a little later belongs to the window as well
while time.monotonic() < until:
    app.processEvents()
memory = int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20
print(json.dumps([taken, memory, worked]), flush=True)
import os
os._exit(0)
"""
_BARE = """
import json
from pathlib import Path
from PySide6.QtWidgets import QApplication, QWidget

app = QApplication([])
window = QWidget()
window.show()
for _ in range(50):
    app.processEvents()
memory = int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20
print(json.dumps([0, memory, 0]))
"""


def measure() -> Iterator[Row]:
    """Yield the figures at every size, next to a bare PySide6 window."""
    if sys.platform != "linux":
        return  # memory is read where /proc is
    folder_of_rules = ROOT / "resources" / "rules"
    book = parse_rules({p.name: p.read_text("utf-8") for p in folder_of_rules.glob("*.toml")})
    bare = statistics.median(_run(_BARE)[1] for _ in range(RUNS))
    for size in SIZES:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "office"
            store, _code = create_office(folder, NAME, PASSWORD, cost=Argon2Cost(64, 1, 1))
            store_practice_people(
                size, 1, uow=store.unit_of_work(), progress=lambda *_: None, rules=book,
                settings=Settings(), today=date.today(),
            )  # fmt: skip
            store.close()
            runs = [_run(_OURS, str(folder), NAME, PASSWORD) for _ in range(RUNS)]
        taken = statistics.median(run[0] for run in runs)
        memory = statistics.median(run[1] for run in runs)
        yield Row(
            f"{size:,} people: accepted password to first rows painted",
            taken,
            target="≤ 500 ms at 100 000",
        )
        yield Row(
            f"{size:,} people: the same, processor time",
            statistics.median(run[2] for run in runs),
            target="≤ 500 ms at 100 000",
        )
        yield Row(
            f"{size:,} people: memory, roster open",
            memory,
            bare,
            unit="MB",
            against="bare PySide6 window",
            target="≤ 2 ×",
        )


def _run(code: str, *arguments: str) -> tuple[float, float, float]:
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen", PYTHONPATH=str(ROOT))
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90, check=True,
    )  # fmt: skip
    taken, memory, worked = json.loads(ended.stdout.splitlines()[-1])
    return taken, memory, worked
