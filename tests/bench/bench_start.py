"""Start to the sign-in window, whole process, against a bare PySide6 window in the same run."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.table import Row

ROOT = Path(__file__).parents[2]
RUNS = 9

# Both stop at their first paint: what comes after it, the user does not wait for.
_BARE = """
import os, sys
from PySide6.QtWidgets import QApplication, QWidget

class Window(QWidget):
    def paintEvent(self, event):
        os._exit(0)

app = QApplication(sys.argv)
window = Window()
window.resize(680, 400)
window.show()
app.exec()
"""

# The program itself. Only its first window is watched: a filter on the application would make
# PySide wrap every object that gets an event, which costs 40 ms that no user ever waits for.
_OURS = """
import gc, os, sys
gc.disable()  # as ``main`` does before it imports what this watches
from PySide6.QtCore import QEvent, QObject

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            os._exit(0)
        return False

from app.ui import application
warm_behind = application.Program._warm_behind
def watched(program, window):
    program.watch = Watch()
    window.installEventFilter(program.watch)
    warm_behind(program, window)
application.Program._warm_behind = watched
from app.__main__ import main
main(["--data", sys.argv[1]])
"""


def measure() -> Iterator[Row]:
    """Yield the time to the sign-in and to the first-run window, next to a bare window.

    Both as time on the clock and as processor time, which other programs disturb less.
    """
    with tempfile.TemporaryDirectory() as folder:
        office = Path(folder) / "office"
        office.mkdir()
        (office / "office.db").touch()
        # An installed program has its byte code; the first runs below make it.
        environment = dict(os.environ, PYTHONPATH=str(ROOT), PYTHONPYCACHEPREFIX=f"{folder}/code")
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        bare = ("-c", _BARE)
        for what, data in (("sign-in window", office), ("first-run window", Path(folder) / "new")):
            ours = ("-c", _OURS, str(data))
            for arguments in (ours, bare):
                _run(arguments, environment)
            pairs = [(_run(ours, environment), _run(bare, environment)) for _ in range(RUNS)]
            for kind, title in enumerate((what, f"{what}, processor time")):
                yield Row(
                    title,
                    statistics.median(ours[kind] for ours, _bare in pairs),
                    statistics.median(bare[kind] for _ours, bare in pairs),
                    against="bare PySide6 window",
                    target="≤ 1.35 ×",
                )


def _run(arguments: tuple[str, ...], environment: dict[str, str]) -> tuple[float, float]:
    """Return the milliseconds on the clock and of the processor that a fresh process took."""
    before = _worked()
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        timeout=60,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    clock = (time.perf_counter() - start) * 1000
    return clock, (_worked() - before) * 1000


def _worked() -> float:
    """Return the seconds of the processor that ended children took, finer than ticks where it can be."""
    if sys.platform == "win32":
        times = os.times()
        return times.children_user + times.children_system
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
