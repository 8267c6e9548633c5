"""Takes a picture of every page and of every dialog that a menu opens, with practice data.

python3 dev.py pictures            1366×768 at 125 % and 1920×1080, below build/pictures, and the
                                   picture of the roster that the README shows
python3 dev.py pictures FOLDER     the same below FOLDER, and the README keeps its picture

Each size is a process of its own: Qt reads its scale once. Menus, pages and the buttons on them are
walked as they are (``tests/ui/walk.py``), so a new dialog is in the set without being named here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SIZES = {"1366x768-125": (1.25, 1366, 768), "1920x1080": (1.0, 1920, 1080)}
"""Name -> scale, and pixels of the screen."""

TASKBAR = 40  # and title bar: what a maximised window leaves, in logical pixels

README_PICTURE = ROOT / "resources" / "help" / "roster.png"
PEOPLE, SEED = 40, 2026
SETTLE_MS = 700
DIALOG_MS = 1_500


def main(arguments: list[str]) -> None:
    """Take every set, or one set in this process when called with its name."""
    if len(arguments) == 2 and arguments[0] in SIZES:
        _take(arguments[0], Path(arguments[1]))
        return
    target = Path(arguments[0]) if arguments else ROOT / "build" / "pictures"
    for name, (scale, width, height) in SIZES.items():
        with tempfile.TemporaryDirectory() as place:
            screen = Path(place) / "screen.json"
            shape = {"name": name, "x": 0, "y": 0, "width": width, "height": height}
            screen.write_text(json.dumps({"screens": [shape]}))
            environment = os.environ | {
                "QT_SCALE_FACTOR": str(scale),
                "QT_QPA_PLATFORM": f"offscreen:configfile={screen}",
                "QT_LOGGING_RULES": "*.warning=false",
                "PICTURE_FOR_README": "" if arguments else "1",
            }
            command = [sys.executable, "-m", "tests.pictures", name, str(target / name)]
            subprocess.run(command, cwd=ROOT, env=environment, check=True)
        print(f"{target / name}: {len(list((target / name).glob('*.png')))} pictures")


def _take(size: str, folder: Path) -> None:
    from PySide6.QtCore import QSettings

    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as place:
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, place)
        Camera(size, folder, Path(place)).take_all()


class Camera:
    """A window of practice data, and the pictures taken of it."""

    def __init__(self, size: str, folder: Path, place: Path) -> None:
        from app import bootstrap
        from app.ui.application import make_application
        from app.ui.jobs import JobRunner

        self._size, self._folder, self._number = size, folder, 0
        self._app = make_application()
        entrance: Any = bootstrap.entrance()
        data = place / "practice"
        account, password = entrance.make_practice(data, PEOPLE, SEED, "", lambda *_: None)
        self._entrance, self._use_cases = entrance, entrance.sign_in(data, account, password)
        self._jobs = JobRunner()

    def take_all(self) -> None:
        """Take the sign-in, each tab, and each dialog of the menus."""
        from app.ui.first_run import FirstRun
        from app.ui.guide import GuidePanel, begin, steps
        from app.ui.main_window import MainWindow
        from tests.ui.walk import Walk

        scale, width, height = SIZES[self._size]
        first = FirstRun(self._entrance, self._jobs)
        Walk(None, None, self._keep, page_ms=SETTLE_MS, dialog_ms=DIALOG_MS).dialog(
            "首次使用", first.exec
        )
        self._first_run_pages()
        window = MainWindow(self._use_cases, self._entrance, self._jobs)
        _name_a_folder(window)
        window.resize(int(width / scale), int(height / scale) - TASKBAR)
        window.show()
        self._wait(2 * SETTLE_MS)
        walk = Walk(window, self._use_cases, self._keep, page_ms=SETTLE_MS, dialog_ms=DIALOG_MS)
        walk.menus()
        if os.environ.get("PICTURE_FOR_README"):
            window.show_tab("roster")
            self._wait(SETTLE_MS)
            self._for_the_readme(window)
        walk.pages()
        begin(window)
        for number in range(len(steps())):
            self._wait(2 * SETTLE_MS)
            self._keep(f"练习-{number + 1}", window)
            window.findChild(GuidePanel).go_on()
        window.hide()
        self._jobs.shut_down()
        self._use_cases.close()

    def _first_run_pages(self) -> None:
        from app.ui import first_run, recovery_sheet
        from app.ui.sign_in import SignIn
        from tests.ui.fakes import CODE

        wizard = first_run.FirstRun(self._entrance, self._jobs)
        wizard._code = CODE
        wizard.show()
        wizard.show_page(first_run.FOLDER)
        wizard._code_place.addWidget(recovery_sheet.CodeGrid(CODE))
        wizard._ask_for_some_groups()
        for page in range(first_run.FOLDER, first_run.DONE + 1):
            wizard.show_page(page)
            self._wait(SETTLE_MS)
            self._keep(f"首次使用-第{page}步", wizard)
        wizard.hide()
        sign_in = SignIn(self._entrance, self._use_cases.who.folder, self._jobs)
        sign_in.show()
        self._wait(SETTLE_MS)
        self._keep("登录", sign_in)
        sign_in.hide()

    def _for_the_readme(self, window: Any) -> None:
        before = window.size()
        window.resize(1280, 760)
        self._wait(SETTLE_MS)
        window.grab().save(str(README_PICTURE))
        window.resize(before)

    def _keep(self, name: str, widget: Any) -> None:
        self._number += 1
        safe = "".join(one for one in name if one.isalnum() or one in "-")
        widget.grab().save(str(self._folder / f"{self._number:03}-{safe}.png"))

    def _wait(self, milliseconds: int) -> None:
        from PySide6.QtTest import QTest

        QTest.qWait(milliseconds)


def _name_a_folder(window: Any) -> None:
    """Let the status line name a folder of an office PC, not the temporary one of this run."""
    from PySide6.QtWidgets import QLabel

    for label in window.statusBar().findChildren(QLabel):
        if label.text().startswith("数据文件夹"):
            label.setText("数据文件夹：D:\\回访关爱\\演示")


if __name__ == "__main__":
    main(sys.argv[1:])
