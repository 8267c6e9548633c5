"""From the start of the program to its end: who comes in, what comes next, nothing left open."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QLibraryInfo, QLocale, QSettings
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget

from app.services.ports import UserError
from app.ui import application, first_run, places, sign_in
from app.ui.application import Program, _folder_in, make_application
from app.ui.leaving import Leaving
from app.ui.records import typed
from app.ui.safekeeping.consent_dialog import Order
from tests.ui.fakes import Gate, Office


@pytest.fixture(autouse=True)
def own_memory(tmp_path):
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "user"))


@pytest.fixture
def gate(tmp_path):
    folder = tmp_path / "office"
    folder.mkdir()
    return Gate(folder, office=Office(folder))


@pytest.fixture
def program(gate, qapp, monkeypatch):
    made = Program(gate, gate.folder, qapp)
    quits = []
    monkeypatch.setattr(made, "_app", type("App", (), {"quit": lambda self: quits.append(1)})())
    made.quits = quits
    yield made
    if made.window is not None:
        made.window.close()
    made.shut_down()
    made.deleteLater()


@pytest.fixture(autouse=True)
def small_window(monkeypatch):
    """The main window has tests of its own; here it is a plain one with the same end."""
    from PySide6.QtCore import Signal

    import app.ui.main_window as module

    class Window(QWidget):
        left = Signal(object)
        lock_requested = Signal(str)
        blank_requested = Signal()

        def keep_typing(self):
            """Nothing is typed here."""

        def leave_to_another(self):
            self.left.emit(Leaving("lock"))

        def __init__(self, use_cases, entrance, jobs):
            super().__init__()
            self.use_cases = use_cases
            self.shown = []

        def show_tab(self, name):
            self.shown.append(name)

    monkeypatch.setattr(module, "MainWindow", Window)


def answering(monkeypatch, module, name, *, answer, use_cases=None, folder=None):
    """Let a dialog answer by itself."""
    seen = []

    class Answers(QDialog):
        def __init__(self, *given, **more):
            super().__init__()
            seen.append((given, more))
            self.use_cases = use_cases
            self.folder = (
                folder or given[1] if len(given) > 1 and isinstance(given[1], Path) else folder
            )

        def exec(self):
            return answer

    monkeypatch.setattr(module, name, Answers)
    return seen


def test_qts_own_buttons_speak_chinese(qapp):
    make_application()
    box = QDialogButtonBox(
        QDialogButtonBox.StandardButton.Cancel | QDialogButtonBox.StandardButton.Save
    )
    texts = {button.text().split("(")[0] for button in box.buttons()}
    assert texts == {"取消", "保存"}
    assert QLocale().language() == QLocale.Language.Chinese
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    assert (folder / "qtbase_zh_CN.qm").is_file()


def test_the_folder_can_be_given_on_the_command_line():
    assert _folder_in(["--data", "/x", "-style", "fusion"]) == (Path("/x"), ["-style", "fusion"])
    assert _folder_in(["--data=/y"]) == (Path("/y"), [])
    assert _folder_in(["-style", "fusion"]) == (None, ["-style", "fusion"])


def test_with_records_there_is_a_sign_in_and_then_the_window(program, gate, monkeypatch, qtbot):
    answering(
        monkeypatch,
        sign_in,
        "SignIn",
        answer=1,
        use_cases=gate.office.use_cases,
        folder=gate.folder,
    )
    program.enter()
    assert program.window.use_cases is gate.office.use_cases
    assert places.last_folder(Path("/none")) == gate.folder


def test_without_records_there_is_the_first_run(tmp_path, qapp, monkeypatch):
    gate = Gate(tmp_path / "office")
    program = Program(gate, gate.folder, qapp)
    here = Office(tmp_path / "new")
    answering(
        monkeypatch,
        first_run,
        "FirstRun",
        answer=1,
        use_cases=here.use_cases,
        folder=tmp_path / "new",
    )
    program.enter()
    assert program.window.use_cases is here.use_cases
    assert places.last_folder(Path("/none")) == tmp_path / "new"
    program.window.close()
    program.shut_down()
    program.deleteLater()
    assert here.closed == 1


def test_nobody_signed_in_means_the_program_ends(program, gate, monkeypatch):
    answering(monkeypatch, sign_in, "SignIn", answer=0, folder=gate.folder)
    program.enter()
    assert program.window is None
    assert program.quits == [1]


def test_leaving_closes_the_records(program, gate, monkeypatch):
    answering(
        monkeypatch,
        sign_in,
        "SignIn",
        answer=1,
        use_cases=gate.office.use_cases,
        folder=gate.folder,
    )
    program.enter()
    typed.sign_in(gate.office.use_cases)  # as the real window does
    program.window.left.emit(Leaving("quit"))
    assert gate.office.closed == 1
    assert program.quits == [1]
    assert typed.left_over() == []  # nobody asks closed records for drafts


def test_locking_closes_the_records_and_asks_who_is_there(program, gate, monkeypatch, qtbot):
    seen = answering(
        monkeypatch,
        sign_in,
        "SignIn",
        answer=1,
        use_cases=gate.office.use_cases,
        folder=gate.folder,
    )
    program.enter()
    program.window.left.emit(Leaving("lock"))
    assert gate.office.closed == 1
    qtbot.waitUntil(lambda: len(seen) == 2)


def test_after_a_lock_the_same_tab_is_in_front_and_the_reason_was_said(
    program, gate, monkeypatch, qtbot
):
    seen = answering(
        monkeypatch,
        sign_in,
        "SignIn",
        answer=1,
        use_cases=gate.office.use_cases,
        folder=gate.folder,
    )
    program.enter()
    first = program.window
    first.left.emit(Leaving("lock", tab="forms", message="已自动锁定"))
    qtbot.waitUntil(lambda: len(seen) == 2 and program.window not in (None, first))
    assert program.window.shown == ["forms"]
    assert [more.get("message") for _given, more in seen] == ["", "已自动锁定"]


@pytest.mark.parametrize("trouble", [None, UserError("备份已损坏，未作改动。")])
def test_restoring_replaces_closed_records_and_asks_to_sign_in(
    program, gate, monkeypatch, qtbot, trouble, tmp_path
):
    from app.ui.safekeeping import restore_dialog

    seen = answering(
        monkeypatch,
        sign_in,
        "SignIn",
        answer=1,
        use_cases=gate.office.use_cases,
        folder=gate.folder,
    )

    class Restoring(QDialog):
        def __init__(self, entrance, order, folder, jobs):
            super().__init__()
            assert gate.office.closed == 1, "the records must be closed first"
            self.error = trouble
            gate.restored.append((order.file, folder, order.secret))

        def exec(self):
            return 1

    monkeypatch.setattr(restore_dialog, "RestoringDialog", Restoring)
    program.enter()
    program.window.left.emit(Leaving("restore", Order(tmp_path / "b.hfbackup", "secret")))
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert gate.restored == [(tmp_path / "b.hfbackup", gate.folder, "secret")]
    assert seen[1][1]["message"] == (str(trouble) if trouble else "")


def test_practice_data_leave_the_offices_folder_remembered(program, gate, monkeypatch):
    from app.ui import practice

    places.remember_folder(gate.folder)
    here = Office(gate.practice_folder, practice=True)
    answering(monkeypatch, sign_in, "SignIn", answer=sign_in.PRACTICE, folder=gate.folder)
    answering(monkeypatch, practice, "PracticeDialog", answer=1, use_cases=here.use_cases)
    program.enter()
    assert program.window.use_cases.who.practice
    assert places.last_folder(Path("/none")) == gate.folder


def test_warming_up_waits_until_the_window_is_painted(program, gate, qtbot):
    window = QDialog()
    qtbot.addWidget(window)
    program._warm_behind(window)
    qtbot.wait(60)
    assert gate.warmed == 0
    window.show()
    qtbot.waitUntil(lambda: gate.warmed == 1)
    window.repaint()
    qtbot.wait(60)
    assert gate.warmed == 1


def test_warming_up_that_fails_disturbs_nobody(caplog):
    def broken():
        raise ImportError("张三")

    application.load_behind(broken)
    assert "ImportError" in caplog.text
    assert "张三" not in caplog.text


def test_what_stands_between_the_password_and_the_first_rows_is_loaded_behind_the_sign_in():
    import subprocess
    import sys

    script = (
        "import sys, gc; from app import bootstrap; from app.ui import application;"
        "gc.disable(); application.load_behind(bootstrap.entrance().warm); before = set(sys.modules);"
        "import app.bootstrap.join, app.ui.main_window as window;"
        "from app.ui.lock import Lock; from app.ui.roster.tab import RosterTab;"
        "from app.ui.start_page.start_tab import StartTab;"
        "print(set(sys.modules) - before, gc.isenabled())"
    )
    root = Path(__file__).parents[2]
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "set() True"


def test_only_the_widgets_are_imported_before_the_sign_in_window(tmp_path):
    import subprocess
    import sys

    script = (
        "import sys; import app.ui.application, app.ui.sign_in, app.ui.first_run;"
        "heavy = ('QtSvg', 'QtPdf', 'QtPrintSupport', 'QtNetwork');"
        "print([n for n in heavy if 'PySide6.' + n in sys.modules],"
        " [n for n in ('sqlalchemy', 'reportlab', 'pypinyin', 'tomllib', 'app.domain.rulebook')"
        " if n in sys.modules])"
    )
    root = Path(__file__).parents[2]
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[] []"


_FIRST_WINDOW = """
import enum, os, sys
made = set()
create = enum.EnumType.__new__
def watched(kind, name, *rest, **more):
    made.add(name)
    return create(kind, name, *rest, **more)
enum.EnumType.__new__ = watched
from app.ui import application
def painted(program):
    late = ('logging.handlers', 'app.services.ports', 'app.ui.field_editor')
    print(sorted(made & {'AlignmentFlag', 'Key'}), [n for n in late if n in sys.modules], flush=True)
    os._exit(0)
application.Program._start_warming = painted
from app.__main__ import main
main(['--data', sys.argv[1]])
"""


@pytest.mark.parametrize("office", [True, False])
def test_the_first_window_is_painted_before_the_enums_of_qt_are_made(tmp_path, office):
    import os
    import subprocess
    import sys

    if office:
        (tmp_path / "office.db").touch()
    found = subprocess.run(
        [sys.executable, "-c", _FIRST_WINDOW, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        env=dict(os.environ, HUIFANG_LOGS=str(tmp_path / "logs"), QT_QPA_PLATFORM="offscreen"),
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert found.stdout.strip() == "[] []"


def test_damaged_records_are_closed_and_their_rescue_is_offered(program, gate, monkeypatch, qtbot):
    from app.ui.safekeeping import rescue_dialog

    asked = []

    class Rescue:
        restored, opened = True, None

        def __init__(self, entrance, folder, jobs):
            asked.append((gate.office.closed, folder))

        def exec(self):
            return 1

        def deleteLater(self):
            pass

    monkeypatch.setattr(rescue_dialog, "RescueDialog", Rescue)
    seen = answering(
        monkeypatch,
        sign_in,
        "SignIn",
        answer=1,
        use_cases=gate.office.use_cases,
        folder=gate.folder,
    )
    program.enter()
    program.window.left.emit(Leaving("rescue"))
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen[1][1]["message"] == "记录已恢复，请登录"
    assert asked == [(1, gate.folder)], (
        "the records are closed before anything is put in their place"
    )
