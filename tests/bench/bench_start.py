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
RUNS = 7

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

# The program itself.
_OURS = """
import os, sys
from PySide6.QtCore import QEvent, QObject
import PySide6.QtWidgets as widgets

class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and isinstance(watched, widgets.QDialog):
            os._exit(0)
        return False

watch = Watch()
from app.ui import application
make = application.make_application
def watched(argv=()):
    app = make(argv)
    app.installEventFilter(watch)
    return app
application.make_application = watched
from app.__main__ import main
main(["--data", sys.argv[1]])
"""


def measure() -> Iterator[Row]:
    """Yield the time to the sign-in and to the first-run window, next to a bare window."""
    with tempfile.TemporaryDirectory() as folder:
        office = Path(folder) / "office"
        office.mkdir()
        (office / "office.db").touch()
        bare = ("-c", _BARE)
        for what, data in (("sign-in window", office), ("first-run window", Path(folder) / "new")):
            ours = ("-c", _OURS, str(data))
            pairs = [(_milliseconds(ours), _milliseconds(bare)) for _ in range(RUNS)]
            yield Row(
                what,
                statistics.median(pair[0] for pair in pairs),
                statistics.median(pair[1] for pair in pairs),
                against="bare PySide6 window",
                target="≤ 1.35 ×",
            )


def _milliseconds(arguments: tuple[str, ...]) -> float:
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return (time.perf_counter() - start) * 1000
