"""A monkey at the window: random keys, clicks, context menus and tabs; it must neither crash nor grow.

Full run: ``HUIFANG_EVENTS=100000 HUIFANG_SEED=1 python -m tests.faults.monkey``. Soak: ``HUIFANG_MINUTES=480``
goes on for that long. Either way over an office of practice data, whose database, attachments and log are
checked at the end.

What is built once and then kept (tabs, pages, fonts, imports) is no growth, so a walk first opens every page and
dialog, and a part of the events follows before the first count. A count is taken at rest: no dialog, no record
open, the start page in front, rubbish collected. ``HUIFANG_CENSUS=1`` also says of which kinds there became more.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, QSettings, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QWidget
from shiboken6 import isValid

from app.bootstrap.join import join
from app.bootstrap.practice import make_practice
from app.storage.office import open_office
from app.ui.application import make_application
from app.ui.jobs import JobRunner
from tests.ui.fakes import Gate
from tests.ui.walk import Walk

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

_LOADED_LATE = (
    "docx",
    "openpyxl",
    "pypdf",
    "xlsxwriter",
    "PySide6.QtPdf",
    "PySide6.QtPrintSupport",
)
"""What the program imports when it is first wanted."""

_LOOK_AGAIN = (
    25  # clicks between two looks at what there is in a window: each is thousands of calls
)
_REST_S = 0.6  # of quiet before a count: what an act starts late has come by then
_NOT_OURS = (
    "This plugin does not support",  # there is no screen
    "QFont::setPointSizeF: Point size <= 0 (-0.25",  # Qt's own picture of a page in its print dialog
)


@dataclass(slots=True)
class Count:
    """What there was at one moment of rest."""

    events: int
    widgets: int
    memory_kib: int  # resident, after the allocator gave back what it had only kept in store
    used_kib: int  # handed out by the allocator
    kinds: Counter[str] = field(default_factory=Counter)


@dataclass
class Report:
    """What the monkey left behind."""

    events: int = 0
    seconds: float = 0
    counts: list[Count] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    check: list[str] = field(default_factory=list)

    @property
    def widgets(self) -> tuple[int, int]:
        """How many there were at the first count and at the last."""
        return self.counts[0].widgets, self.counts[-1].widgets

    @property
    def memory_kib(self) -> tuple[int, int]:
        """How much was resident at the first count and at the last."""
        return self.counts[0].memory_kib, self.counts[-1].memory_kib


class _Mallinfo(ctypes.Structure):
    """``struct mallinfo2`` of glibc."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
            "fordblks", "keepcost",
        )
    ]  # fmt: skip


def _memory() -> tuple[int, int]:
    """Return resident memory and what the allocator handed out, in KiB, its store given back first."""
    libc = ctypes.CDLL(None)
    libc.malloc_trim(0)
    libc.mallinfo2.restype = _Mallinfo
    info = libc.mallinfo2()
    text = Path("/proc/self/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]), (info.uordblks + info.hblkhd) >> 10


def _kinds(widgets: list[QWidget]) -> Counter[str]:
    """Count widgets by where they belong, and Python's objects by type."""
    found: Counter[str] = Counter()
    for one in widgets:
        owner: QWidget | None = one
        while owner is not None and not type(owner).__module__.startswith("app."):
            owner = owner.parentWidget()
        found[f"{type(one).__name__} in {type(owner).__name__ if owner else '-'}"] += 1
    for thing in gc.get_objects():
        found[f"object {type(thing).__module__}.{type(thing).__qualname__}"] += 1
    return found


class Monkey:
    """Does one random thing after another to whatever window is in front."""

    def __init__(self, chance: random.Random, main: QWidget) -> None:
        self._chance, self._main = chance, main
        self._window: QWidget | None = None
        self._seen: list[QWidget] = []
        self._clicks = 0

    def act(self) -> str:
        """Do one thing; return the class of the window that it was done to."""
        chance = self._chance
        window = QApplication.activePopupWidget() or QApplication.activeModalWidget() or self._main
        name = type(window).__name__
        if isinstance(window, QFileDialog):
            window.reject()
        elif isinstance(window, QMenu):  # it takes the keyboard, and the mouse has no widget in it
            if chance.random() < 0.4:
                window.close()
            else:
                QTest.keyClick(window, chance.choice(KEYS[:8]))
        else:
            self._act_in(window)
        return name

    def _act_in(self, window: QWidget) -> None:
        chance = self._chance
        what = chance.random()
        target = QApplication.focusWidget()
        if target is None or not (target is window or window.isAncestorOf(target)):
            # Keys do not reach what lies behind a dialog. Not the window's own ``focusWidget``: PySide
            # makes what it returns belong to the window, and things went with menus and popups.
            target = window
        if what < 0.35:
            QTest.keyClick(target, chance.choice(KEYS))
        elif what < 0.45:
            control = Qt.KeyboardModifier.ControlModifier
            QTest.keyClick(target, chance.choice(WITH_CONTROL), control)
        elif what < 0.65:
            QTest.keyClicks(target, chance.choice(("a", "1", "2026", "x y", ".", "zs")))
        elif (on := self._something_in(window)) is not None:
            place = QPoint(
                chance.randint(0, max(0, on.width() - 1)),
                chance.randint(0, max(0, on.height() - 1)),
            )
            if what < 0.97:
                button, no_key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
                QTest.mouseClick(on, button, no_key, place)
            else:
                right = QContextMenuEvent.Reason.Mouse
                asks = QContextMenuEvent(right, place, on.mapToGlobal(place))
                QApplication.sendEvent(on, asks)

    def _something_in(self, window: QWidget) -> QWidget | None:
        """Return one of the widgets that can be clicked, each as likely as another."""
        self._clicks += 1
        if window is not self._window or self._clicks % _LOOK_AGAIN == 0:
            self._window, self._seen = window, []
        for _ in range(8):
            if not self._seen:
                # Not the window's ``findChildren``: PySide keeps all it found as long as the window.
                self._seen = [
                    one
                    for one in QApplication.allWidgets()
                    if one.isVisible() and window.isAncestorOf(one)
                ]
            one = self._chance.choice(self._seen) if self._seen else None
            if one is None or (isValid(one) and one.isVisible() and one.isEnabled()):
                return one
        return None

    def forget(self) -> None:
        """Hold on to nothing that is seen."""
        self._window, self._seen = None, []


class Rest:
    """Brings the window to rest as its user would: dialogs left, records closed, the start page in front."""

    def __init__(self, window: Any, jobs: JobRunner) -> None:
        self._window, self._jobs = window, jobs
        self._asked: Counter[int] = Counter()

    def due(self) -> bool:
        """Whether something is left to do."""
        return bool(_in_front() or self._jobs.busy or _open_pages(self._window))

    def step(self) -> None:
        """Do one step towards rest."""
        top = _in_front()
        if top is not None:
            self._asked[id(top)] += 1
            if not isinstance(top, QDialog):
                top.close()
            elif self._asked[id(top)] > 3:
                top.done(0)  # it asks each time whether to save what cannot be saved
            else:
                top.reject()
            return
        self._asked.clear()
        for page in _open_pages(self._window):
            page.close_record()
            if page.whole is not None:  # it cannot be saved as it is
                page.autosave.forget()
                page.whole = None
                page.closed.emit()
        self._window.messages.clear()
        if self._window.tab_in_front() != "home":
            self._window.show_tab("home")


def _in_front() -> QWidget | None:
    """Return the menu or dialog that is open on top."""
    others = (
        one
        for one in QApplication.topLevelWidgets()
        if isinstance(one, QDialog) and one.isVisible()
    )
    return (
        QApplication.activePopupWidget() or QApplication.activeModalWidget() or next(others, None)
    )


def _open_pages(window: Any) -> list[Any]:
    """Return the pages on which a record is open."""
    pages = [page for name in ("plans", "results") for page in window.tab(name)._records.values()]
    return [page for page in pages if page.whole is not None]


def _where(trace: TracebackType | None) -> str:
    """Return the last places of an error, and those that came again and again."""
    frames = traceback.extract_tb(trace) or traceback.extract_stack()[:-2]
    frames = [one for one in frames if "tests/faults" not in one.filename.replace("\\", "/")]
    window = QApplication.activeModalWidget()
    named = f"in {type(window).__name__}: " if window is not None else ""
    places = [f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in frames]
    again = [f"{n}× {place}" for place, n in Counter(places).most_common(8) if n > 5]
    return named + " > ".join(places[-6:]) + (f"; again: {', '.join(again)}" if again else "")


def run(
    folder: Path,
    events: int,
    seed: int,
    minutes: float = 0,
    *,
    build: str = "right",
    people: int = 40,
    counts: int = 12,
    census: bool = False,
    say: Callable[[str], None] = lambda _words: None,
) -> Report:
    """Let the monkey loose on practice data for so many events, or for ``minutes``.

    ``build`` is ``right`` or ``keeps``, the wrong build whose dialogs stay when they are over. The first of
    ``counts`` is taken after a fifth of it.
    """
    if build == "keeps":
        from app.ui.veil import VeiledDialog

        VeiledDialog.deleteLater = lambda _dialog: None  # type: ignore[method-assign]
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder / "user"))
    app = make_application()
    store = open_office(
        folder / "office", *make_practice(folder / "office", people, seed, "", lambda *_: None)
    )
    use_cases = join(store)
    from app.ui.main_window import MainWindow

    jobs = JobRunner()
    window = MainWindow(use_cases, Gate(store.folder), jobs)  # type: ignore[arg-type]
    window.closeEvent = lambda event: event.ignore()  # type: ignore[method-assign]
    window.show()
    report = Report()
    former = sys.excepthook

    def caught(_kind: type[BaseException], error: BaseException, trace: Any) -> None:
        report.errors.append(f"{type(error).__name__}: {error} ({_where(trace)})")
        say(report.errors[-1])

    def warned(kind: QtMsgType, _context: object, words: str) -> None:
        if kind != QtMsgType.QtDebugMsg and not words.startswith(_NOT_OURS):
            report.errors.append(f"Qt: {words} ({_where(None)})")
            say(report.errors[-1])

    sys.excepthook = caught
    former_handler = qInstallMessageHandler(warned)
    begun = time.monotonic()
    for name in _LOADED_LATE:
        importlib.import_module(name)
    walker = Walk(window, use_cases, lambda *_: None, page_ms=15, dialog_ms=60)
    walker.menus()
    walker.pages()
    walker.stop()
    say(f"walked in {time.monotonic() - begun:.0f} s")
    monkey, rest = Monkey(random.Random(seed), window), Rest(window, jobs)
    begun = time.monotonic()

    def done() -> float:
        """How much of the run is done."""
        return (time.monotonic() - begun) / (60 * minutes) if minutes else report.events / events

    def count() -> None:
        monkey.forget()
        for _ in range(3):
            gc.collect()
        widgets = QApplication.allWidgets()
        made = Count(report.events, len(widgets), *_memory())
        if census:
            made.kinds = _kinds(widgets)
        report.counts.append(made)
        say(
            f"{made.events} events, {time.monotonic() - begun:.0f} s: {made.widgets} widgets, "
            f"{made.memory_kib >> 10} MB, {made.used_kib >> 10} MB of them in use"
        )

    def come_to_rest(quiet_since: float) -> None:
        now = time.monotonic()
        over = now - quiet_since > _REST_S and not rest.due()
        if not over:  # set before the step: leaving a dialog may ask, and wait for the answer
            QTimer.singleShot(20, window, lambda: come_to_rest(now if rest.due() else quiet_since))
            rest.step()
            return
        count()
        if done() >= 1:
            QTimer.singleShot(0, lambda: app.exit(0))  # quit() asks the window
        else:
            QTimer.singleShot(0, window, step)

    def step() -> None:
        # From a timer, so that dialogs opened by an event are played with inside their own loop.
        if done() >= 0.2 + 0.8 * len(report.counts) / max(1, counts - 1):
            come_to_rest(time.monotonic())
            return
        report.events += 1
        QTimer.singleShot(0, window, step)  # first: the event may open a dialog with its own loop
        try:
            report.seen[monkey.act()] += 1
        except Exception as error:
            caught(type(error), error, error.__traceback__)

    QTimer.singleShot(0, window, step)
    window.activateWindow()
    app.exec()
    report.seconds = time.monotonic() - begun
    sys.excepthook = former
    qInstallMessageHandler(former_handler)
    jobs.shut_down()
    report.check = [f"{line.title}: {line.finding}" for line in use_cases.check() if not line.well]
    report.check.append(use_cases.verify_audit(""))
    use_cases.close()
    return report


def main() -> None:
    """Run at full size and print the figures."""
    asked = os.environ.get
    seed, events = int(asked("HUIFANG_SEED", "1")), int(asked("HUIFANG_EVENTS", "100000"))
    minutes = float(asked("HUIFANG_MINUTES", "0"))
    with tempfile.TemporaryDirectory() as scratch:
        report = run(
            Path(scratch),
            events,
            seed,
            minutes,
            build=asked("HUIFANG_BUILD", "right"),
            counts=int(asked("HUIFANG_COUNTS", "12")),
            census=bool(asked("HUIFANG_CENSUS")),
            say=lambda words: print(words, flush=True),
        )
    print(
        f"events {report.events} (seed {seed}, {report.seconds:.0f} s, "
        f"{report.events / report.seconds:.0f} a second): widgets "
        f"{report.widgets[0]} → {report.widgets[1]}, memory {report.memory_kib[0] >> 10} → "
        f"{report.memory_kib[1] >> 10} MB, errors {len(report.errors)}"
    )
    print(f"self-check: {'; '.join(report.check)}")
    print(f"windows: {dict(report.seen.most_common(40))}")
    for words, times in Counter(report.errors).items():
        print(f"{times}× {words}")
    first, last = report.counts[0].kinds, report.counts[-1].kinds
    for sign, changed in (("+", last - first), ("-", first - last)):
        for kind, number in changed.most_common(40):
            of_each = " ".join(str(one.kinds[kind]) for one in report.counts)
            print(f"{sign}{number} {kind}: {of_each}")


if __name__ == "__main__":
    main()
