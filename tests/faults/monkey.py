"""A monkey at the window: random keys, clicks, wheels and tabs; it must neither crash nor grow.

Full run: ``HUIFANG_EVENTS=100000 HUIFANG_SEED=1 python -m tests.faults.monkey``. Widgets and memory are
counted after a warm-up and at the end. Soak: ``HUIFANG_MINUTES=480`` goes on for that long over an office of
practice data, counts every ten minutes, and lets database, attachments and log be checked at the end.
"""

from __future__ import annotations

import gc
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QWidget

from app.bootstrap.join import join
from app.bootstrap.practice import make_practice
from app.domain.subject import Subject
from app.services.people import PersonEdit
from app.storage.keys import Argon2Cost
from app.storage.office import create_office, open_office
from app.ui.application import make_application
from app.ui.jobs import JobRunner
from tests.ui.fakes import Gate

KEYS = [
    Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space,
    Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Delete,
    Qt.Key.Key_Backspace, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_F2, Qt.Key.Key_F5,
]  # fmt: skip
WITH_CONTROL = [
    Qt.Key.Key_S, Qt.Key.Key_F, Qt.Key.Key_N, Qt.Key.Key_Z, Qt.Key.Key_Y, Qt.Key.Key_A,
    Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4,
    Qt.Key.Key_5, Qt.Key.Key_6,
]  # fmt: skip

_COUNT_S = 600


@dataclass
class Report:
    """What the monkey left behind."""

    events: int = 0
    widgets: tuple[int, int] = (0, 0)
    memory_kib: tuple[int, int] = (0, 0)
    errors: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    marks: list[tuple[int, int]] = field(default_factory=list)
    check: list[str] = field(default_factory=list)


def memory_kib() -> int:
    """Return the resident memory of this process."""
    text = Path("/proc/self/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0])


def one_event(chance: random.Random, main: QWidget) -> str:
    """Do one random thing to the window in front; return which window that was."""
    window = QApplication.activePopupWidget() or QApplication.activeModalWidget()
    window = window or main
    if isinstance(window, QFileDialog):
        window.reject()
        return "QFileDialog"
    if isinstance(window, QMenu):  # it takes the keyboard, and the mouse has no widget in it
        if chance.random() < 0.4:
            window.close()
        else:
            QTest.keyClick(window, chance.choice(KEYS[:8]))
        return "QMenu"
    what = chance.random()
    target = QApplication.focusWidget() or window
    if what < 0.35:
        QTest.keyClick(target, chance.choice(KEYS))
    elif what < 0.45:
        QTest.keyClick(target, chance.choice(WITH_CONTROL), Qt.KeyboardModifier.ControlModifier)
    elif what < 0.65:
        QTest.keyClicks(target, chance.choice(("a", "1", "2026", "x y", ".", "zs")))
    else:
        seen = [one for one in window.findChildren(QWidget) if one.isVisible() and one.isEnabled()]
        if seen:
            on = chance.choice(seen)
            place = QPoint(
                chance.randint(0, max(0, on.width() - 1)),
                chance.randint(0, max(0, on.height() - 1)),
            )
            QTest.mouseClick(on, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    return type(window).__name__


def run(folder: Path, events: int, seed: int, minutes: int = 0, *, build: str = "right") -> Report:
    """Let the monkey loose on an office with a few people, or for ``minutes`` on practice data.

    ``build`` is ``right`` or ``keeps``, the wrong build whose dialogs stay when they are over.
    """
    if build == "keeps":
        from app.ui.veil import VeiledDialog

        VeiledDialog.deleteLater = lambda _dialog: None  # type: ignore[method-assign]
    chance = random.Random(seed)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder / "user"))
    app = make_application()
    if minutes:
        store = open_office(
            folder / "office", *make_practice(folder / "office", 40, seed, "", lambda *_: None)
        )
    else:
        store, _code = create_office(
            folder / "office", "周明", "晨雾里的灯塔 Oak-7", cost=Argon2Cost(64, 1, 1)
        )
    use_cases = join(store)
    until = time.monotonic() + 60 * minutes
    for name in ("张三", "李四", "王五"):
        use_cases.save_person(PersonEdit(Subject(name=name, unit="化学学院")))
    from app.ui.main_window import MainWindow

    jobs = JobRunner()
    window = MainWindow(use_cases, Gate(store.folder), jobs)  # type: ignore[arg-type]
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, False)
    window.closeEvent = lambda event: event.ignore()  # type: ignore[method-assign]
    window.show()
    report = Report()
    former = sys.excepthook

    def caught(_kind: type[BaseException], error: BaseException, trace: Any) -> None:
        places = [f"{Path(one.filename).name}:{one.lineno}" for one in traceback.extract_tb(trace)]
        report.errors.append(f"{type(error).__name__}: {error} ({' > '.join(places[-5:])})")

    sys.excepthook = caught
    warm_up = min(events // 2, 10_000)  # by then every page and most dialogs were built once
    marks, next_count = report.marks, [time.monotonic() + _COUNT_S]

    def settle() -> None:
        for _ in range(20):
            top = QApplication.activeModalWidget() or QApplication.activePopupWidget()
            if top is None:
                break
            QDialog.done(top, 0) if isinstance(top, QDialog) else top.close()
        gc.collect()
        marks.append((len(QApplication.allWidgets()), memory_kib()))

    def step() -> None:
        # From a timer, so that dialogs opened by an event are played with inside their own loop.
        over = time.monotonic() >= until if minutes else report.events >= events
        if over:
            for top in QApplication.topLevelWidgets():
                if isinstance(top, QDialog):
                    QDialog.done(top, 0)
            QTimer.singleShot(200, lambda: app.exit(0))  # quit() asks the window
            return
        report.events += 1
        QTimer.singleShot(0, window, step)  # first: the event may open a dialog with its own loop
        if report.events == warm_up or (minutes and time.monotonic() >= next_count[0]):
            next_count[0] = time.monotonic() + _COUNT_S
            settle()
        try:
            report.seen[one_event(chance, window)] += 1
        except Exception as error:
            caught(type(error), error, error.__traceback__)

    QTimer.singleShot(0, window, step)
    window.activateWindow()
    app.exec()
    settle()
    sys.excepthook = former
    report.widgets = (marks[0][0], marks[-1][0])
    report.memory_kib = (marks[0][1], marks[-1][1])
    jobs.shut_down()
    report.check = [f"{line.title}: {line.finding}" for line in use_cases.check() if not line.well]
    report.check.append(use_cases.verify_audit(""))
    use_cases.close()
    return report


def main() -> None:
    """Run at full size and print the figures."""
    seed, events = (
        int(os.environ.get("HUIFANG_SEED", "1")),
        int(os.environ.get("HUIFANG_EVENTS", "100000")),
    )
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        minutes = int(os.environ.get("HUIFANG_MINUTES", "0"))
        build = os.environ.get("HUIFANG_BUILD", "right")
        report = run(Path(scratch), events, seed, minutes, build=build)
    print(
        f"events {report.events} (seed {seed}, {time.monotonic() - begun:.0f} s): widgets "
        f"{report.widgets[0]} → {report.widgets[1]}, memory {report.memory_kib[0] >> 10} → "
        f"{report.memory_kib[1] >> 10} MB, errors {len(report.errors)}"
    )
    print(f"widgets, memory in KiB at each count: {report.marks}")
    print(f"self-check: {'; '.join(report.check)}")
    print(f"windows: {dict(report.seen.most_common(20))}")
    print("\n".join(dict.fromkeys(report.errors)))


if __name__ == "__main__":
    main()
