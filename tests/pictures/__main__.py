"""Takes a picture of every page and of every dialog that a menu opens, with practice data.

python3 dev.py pictures            1366×768 at 125 % and 1920×1080, below build/pictures, and the
                                   picture of the roster that the README shows
python3 dev.py pictures FOLDER     the same below FOLDER, and the README keeps its picture

Each size is a process of its own: Qt reads its scale once. The menus are walked as they are, so a new
dialog is in the set without being named here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SIZES = {"1366x768-125": (1.25, 1366, 768), "1920x1080": (1.0, 1920, 1080)}
"""Name -> scale, and pixels of the screen."""

TASKBAR = 40  # and title bar: what a maximised window leaves, in logical pixels

README_PICTURE = ROOT / "resources" / "help" / "roster.png"
LEAVE_OUT = ("退出", "锁定", "遮住屏幕", "全选", "撤销", "重做", "剪切", "复制", "粘贴", "刷新")
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
        self._seen: set[int] = set()

    def take_all(self) -> None:
        """Take the sign-in, each tab, and each dialog of the menus."""
        from app.ui.first_run import FirstRun
        from app.ui.main_window import MainWindow

        scale, width, height = SIZES[self._size]
        first = FirstRun(self._entrance, self._jobs)
        self._dialog("首次使用", first.exec)
        window = MainWindow(self._use_cases, self._entrance, self._jobs)
        _name_a_folder(window)
        window.resize(int(width / scale), int(height / scale) - TASKBAR)
        window.show()
        self._wait(2 * SETTLE_MS)
        for title, items in window.items:
            for item in items:
                if item is None or item.text.startswith(LEAVE_OUT):
                    continue
                name = f"{_plain(title)}-{_plain(item.text)}"
                if item.text.endswith("…") or title.startswith(("帮助", "备份")):
                    self._dialog(name, item.act)
                else:
                    item.act()
                    self._wait(3 * SETTLE_MS)
                    self._keep(name, window)
                if name.endswith("回访对象名册") and os.environ.get("PICTURE_FOR_README"):
                    self._for_the_readme(window)
        window.hide()
        self._jobs.shut_down()
        self._use_cases.close()

    def _for_the_readme(self, window: Any) -> None:
        before = window.size()
        window.resize(1280, 760)
        self._wait(SETTLE_MS)
        window.grab().save(str(README_PICTURE))
        window.resize(before)

    def _dialog(self, name: str, opens: Callable[[], object]) -> None:
        """Call ``opens``, and while its dialog waits take its picture and leave it."""
        from PySide6.QtCore import QTimer

        timer = QTimer(interval=DIALOG_MS)
        timer.timeout.connect(lambda: self._leave(name))
        timer.start()
        opens()
        self._wait(SETTLE_MS)
        self._leave(name)  # a dialog that does not wait is still open now
        timer.stop()

    def _leave(self, name: str) -> None:
        from PySide6.QtWidgets import QApplication, QDialog

        shown = QApplication.activeModalWidget()
        if shown is None:
            shown = next(
                (
                    w
                    for w in QApplication.topLevelWidgets()
                    if isinstance(w, QDialog) and w.isVisible()
                ),
                None,
            )
        if isinstance(shown, QDialog):
            self._keep(name, shown)
            shown.reject()

    def _keep(self, name: str, widget: Any) -> None:
        self._number += 1
        safe = "".join(one for one in name if one.isalnum() or one in "-")
        widget.grab().save(str(self._folder / f"{self._number:02}-{safe}.png"))

    def _wait(self, milliseconds: int) -> None:
        from PySide6.QtTest import QTest

        QTest.qWait(milliseconds)


def _name_a_folder(window: Any) -> None:
    """Let the status line name a folder of an office PC, not the temporary one of this run."""
    from PySide6.QtWidgets import QLabel

    for label in window.statusBar().findChildren(QLabel):
        if label.text().startswith("数据文件夹"):
            label.setText("数据文件夹：D:\\回访关爱\\演示")


def _plain(text: str) -> str:
    return text.split("(&", maxsplit=1)[0]


if __name__ == "__main__":
    main(sys.argv[1:])
