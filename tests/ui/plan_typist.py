"""Somebody typing a plan, to be killed: run as ``python -m tests.ui.plan_typist FOLDER``.

The password comes on stdin. Every character typed is one JSON line on stdout with the moment it
was typed, written by the system call itself, so that nothing waits in a buffer when the kill comes.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.bootstrap.join import join
from app.services.ports import RosterFilter
from app.storage.office import open_office
from app.ui import theme
from app.ui.changes import ChangeBus
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from app.ui.plans.tab import PlansTab

WORDS = "坚持惩前毖后治病救人的方针了解其思想工作和生活状况"


def main(folder: str) -> None:
    """Type without a pause until killed."""
    app = QApplication(["typist"])
    theme.apply(app)
    store = open_office(Path(folder), "周明", sys.stdin.readline().rstrip("\n"))
    desk = join(store)
    window = QWidget()
    tab = PlansTab(desk, ChangeBus(window), JobRunner(window), MessageBar(window), window)
    tab.resize(1093, 520)
    window.show()
    person = desk.roster.page(RosterFilter(), 0, 1)[0]
    tab.new_plan([person.id])
    editor = tab.plan_page.sheet.widget_at("people.0.state_of_mind")
    assert editor is not None
    typed = 0

    def key() -> None:
        nonlocal typed
        event = QInputMethodEvent("", [])
        event.setCommitString(WORDS[typed % len(WORDS)])
        QApplication.sendEvent(editor.control, event)
        typed += 1
        os.write(1, json.dumps({"typed": typed, "at": time.time()}).encode() + b"\n")

    keys = QTimer(window, interval=60)
    keys.timeout.connect(key)
    os.write(1, json.dumps({"plan": tab.plan_page.head.id}).encode() + b"\n")
    keys.start()
    app.exec()


if __name__ == "__main__":
    main(sys.argv[1])
