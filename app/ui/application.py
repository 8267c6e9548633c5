"""The program with its windows: dressed, translated, from the sign-in to the last goodbye."""

from __future__ import annotations

import gc
import importlib
import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTimer, QTranslator
from PySide6.QtWidgets import QApplication, QDialog

from app.ui import places, theme
from app.ui.first_paint import AfterFirstPaint
from app.ui.jobs import JobRunner
from app.ui.message_bar import sentence_of
from app.ui.session_watch import SessionWatch
from app.ui.unforeseen import Unforeseen

if TYPE_CHECKING:
    from app.services.entrance import Entrance
    from app.services.use_cases import UseCases
    from app.ui.lock import Lock

log = logging.getLogger(__name__)

PRACTICE_PEOPLE = 40
PRACTICE_SEED = 2026
_UNWIND_MS = 50
_AFTERWARDS = ("app.ui.main_window", "app.ui.lock", "app.ui.start_page.start_tab", "app.ui.roster.tab",
               "app.ui.forms.forms_tab", "app.ui.plans.tab", "app.ui.results.tab", "app.ui.account.tab")  # fmt: skip


def make_application(argv: Sequence[str] = ()) -> QApplication:
    """Return the application object, dressed and speaking Chinese."""
    existing = QApplication.instance()
    # The style by name: ``setStyle`` returns a style object, and meeting it costs PySide 6 ms.
    words = ["huifang", "-style", "fusion", *argv]
    app = existing if isinstance(existing, QApplication) else QApplication(words)
    app.setApplicationName("huifang")
    app.setApplicationDisplayName("回访关爱")
    chinese = QLocale(QLocale.Language.Chinese, QLocale.Country.China)
    QLocale.setDefault(chinese)
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_zh_CN", folder):
        app.installTranslator(translator)
    theme.apply(app, places.text_size(), places.contrast())
    return app


def run_window(entrance: Entrance, argv: Sequence[str] = ()) -> int:
    """Show the program until the user leaves it; return the exit code of the process."""
    folder, rest = _folder_in(argv)
    app = make_application(rest)
    app.setQuitOnLastWindowClosed(False)
    program = Program(entrance, folder or places.last_folder(entrance.default_folder), app)
    unforeseen = Unforeseen(program.tell)
    QTimer.singleShot(0, program.enter)
    code = app.exec()
    program.shut_down()
    unforeseen.end()
    return code


def _folder_in(argv: Sequence[str]) -> tuple[Path | None, list[str]]:
    """Return the folder after ``--data`` and the other words, which belong to Qt."""
    words = list(argv)
    for place, word in enumerate(words):
        if word == "--data" and place + 1 < len(words):
            return Path(words[place + 1]).resolve(), words[:place] + words[place + 2 :]
        if word.startswith("--data="):
            return Path(word.removeprefix("--data=")).resolve(), words[:place] + words[place + 1 :]
    return None, words


def load_behind(warm: Callable[[], None]) -> None:
    """Load, in a thread, what comes after the first window, while somebody types a password.

    Loading is half of what stands between an accepted password and the first rows. What fails here
    fails again, and is told, when somebody signs in.
    """
    try:
        warm()
        for module in _AFTERWARDS:
            importlib.import_module(module)
    except Exception as error:
        log.warning("warming up failed: %s", type(error).__name__)
    # What was loaded until now stays: it need not be searched for garbage again and again.
    gc.freeze()
    gc.enable()


class Program(QObject):
    """Which window comes next: first run or sign-in, the main window, and sign-in again."""

    def __init__(self, entrance: Entrance, folder: Path, app: QApplication) -> None:
        super().__init__(app)
        self._entrance, self._folder, self._app = entrance, folder, app
        self.jobs = JobRunner(self)
        self.window: Any = None
        self._lock: Lock | None = None
        self._session = SessionWatch(self._on_session_locked, self)
        self._use_cases: UseCases | None = None
        self._warmed = False
        self._worked_before = places.has_worked()
        self._tab = ""

    # ---- the way in

    def enter(self, message: str = "", role: str = "problem") -> None:
        """Let somebody in, and show them the main window; leave the program if nobody comes."""
        use_cases = (
            self._sign_in(message, role)
            if self._entrance.has_office(self._folder)
            else self._first_run()
        )
        if use_cases is None:
            self._app.quit()
            return
        if use_cases.accounts.must_change() and not self._own_password(use_cases):
            use_cases.close()
            self.enter("一次性口令只能用来设置自己的口令；没有改，所以没有进入。")
            return
        self._open(use_cases)

    def _own_password(self, use_cases: UseCases) -> bool:
        """Let somebody who came in by a one-time password choose their own."""
        from app.ui.account_dialogs import ChangePassword

        problem, change = self._entrance.password_problem, use_cases.change_password
        dialog = ChangePassword(problem, change, self.jobs, first=True)
        changed = bool(dialog.exec())
        dialog.deleteLater()
        return changed

    def _sign_in(self, message: str, role: str = "problem") -> UseCases | None:
        from app.ui.sign_in import PRACTICE, SignIn

        dialog = SignIn(self._entrance, self._folder, self.jobs, message=message, role=role)
        self._warm_behind(dialog)
        answer = dialog.exec()
        self._folder, use_cases = dialog.folder, dialog.use_cases
        dialog.deleteLater()
        if answer == PRACTICE:
            return self._practise()
        if use_cases is not None and not use_cases.who.rescued:
            places.remember_folder(self._folder)
        return use_cases

    def _first_run(self) -> UseCases | None:
        from app.ui.first_run import PRACTICE, RESTORE, FirstRun

        dialog = FirstRun(self._entrance, self.jobs)
        self._warm_behind(dialog)
        answer = dialog.exec()
        folder, use_cases = dialog.folder, dialog.use_cases
        dialog.deleteLater()
        if answer == PRACTICE:
            return self._practise()
        if answer == RESTORE:
            return self._restore_here()
        if use_cases is not None:
            self._folder = folder
            places.remember_folder(folder)
        return use_cases

    def _practise(self) -> UseCases | None:
        """Open the practice data, made on first use; their password is no secret."""
        from app.ui.practice import PracticeDialog

        dialog = PracticeDialog(self._entrance, self.jobs, PRACTICE_PEOPLE, PRACTICE_SEED)
        dialog.exec()
        use_cases = dialog.use_cases
        dialog.deleteLater()
        return use_cases if use_cases is not None else self._again()

    def _enter_practice(self) -> None:
        """Open the practice data in the place of the records that were open."""
        use_cases = self._practise()
        if use_cases is None:
            self._app.quit()
        else:
            self._open(use_cases)

    def _restore_here(self) -> UseCases | None:
        """Bring a backup to a PC without records, then sign in as one of its accounts."""
        from app.ui.safekeeping.restore_dialog import RestoreDialog

        dialog = RestoreDialog(self._entrance, None, self.jobs, None, target=self._folder)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return self._again()
        self._folder = dialog.target
        places.remember_folder(self._folder)
        said = "记录已恢复。请用原来的姓名和口令登录；口令忘了的，点“忘记口令”输入恢复码"
        return self._sign_in(said, "good")

    def _again(self) -> UseCases | None:
        """Back to where the user came from."""
        has_office = self._entrance.has_office(self._folder)
        return self._sign_in("") if has_office else self._first_run()

    def _warm_behind(self, window: QDialog) -> None:
        """Import what is heavy while the user types; the window is painted first."""
        if self._warmed:
            return
        self._warmed = True
        AfterFirstPaint(window, self._start_warming)

    def _start_warming(self) -> None:
        from app.ui import clipboard

        clipboard.ClipboardWatch(self)
        # Not the thread's own ``start`` as slot: Qt's timer holds no reference to plain objects.
        threading.Thread(target=load_behind, args=(self._entrance.warm,), daemon=True).start()

    def tell(self, error: Exception) -> None:
        """Say what went wrong without anybody having caught it."""
        from app.ui.message_bar import tell

        if self.window is not None and self.window.isVisible():
            self.window.messages.show_error(error)
        else:
            tell(None, "刚才的操作没有完成", error)

    # ---- the main window

    def _open(self, use_cases: UseCases) -> None:
        from app.ui.lock import Lock
        from app.ui.main_window import MainWindow

        self._use_cases = use_cases
        self.window = MainWindow(use_cases, self._entrance, self.jobs)
        self.window.left.connect(self._on_left)
        self._lock = Lock(use_cases.accounts, self.jobs, self.window.keep_typing, self.window)
        self._lock.others_wanted.connect(self._on_others)
        self.window.lock_requested.connect(self.lock)
        self.window.blank_requested.connect(self._lock.blank)
        self._session.listen(int(self.window.winId()))
        if self._tab:
            self.window.show_tab(self._tab)
            self._tab = ""
        self.window.show()
        # Only when the frame is there is it known how much of the screen is left.
        QTimer.singleShot(80, self.window, partial(places.pull_on_screen, self.window))
        QTimer.singleShot(300, self.window, partial(self._tell_news, self.window))

    def _tell_news(self, window: Any) -> None:
        """Once after an upgrade, when the window stands and is not locked already."""
        from app.ui.guide import offer
        from app.ui.whats_new import show_once

        if window is self.window and window.isVisible():
            show_once(window, worked_before=self._worked_before)
            offer(window, practice=self._use_cases is not None and self._use_cases.who.practice)

    def lock(self, message: str = "") -> None:
        """Lock what is open, if anything is; practice data have no password to come back with."""
        from app.ui.lock import LOCKED

        if self._lock is not None and self._use_cases is not None:
            if self._use_cases.who.practice:
                self._on_others()
                return
            self._lock.lock(message or LOCKED)
            if self._lock.window is not None:
                self._lock.window.opened.connect(self._on_unlocked)

    def _on_unlocked(self) -> None:
        """Show everything again, and what became due meanwhile."""
        if self._lock is not None and self.window is not None:
            self._lock.end()
            self.window.refresh()

    def _on_session_locked(self) -> None:
        from app.ui.lock import SESSION_LOCKED

        self.lock(SESSION_LOCKED)

    def _on_others(self) -> None:
        """Somebody else is at the locked program: nothing of the first person's is left open."""
        lock, self._lock = self._lock, None
        if lock is None or self.window is None:
            return
        self.jobs.shut_down()
        lock.give_up()
        # The dialogs' own loops end first: what comes after them still holds the window.
        QTimer.singleShot(_UNWIND_MS, self.window, self.window.leave_to_another)

    def _on_left(self, leaving: Any) -> None:
        from app.ui.records import typed

        window, self.window = self.window, None
        self._lock = None
        use_cases, self._use_cases = self._use_cases, None
        # The jobs of the window end before the records are closed under them.
        self.jobs.shut_down()
        self.jobs.deleteLater()
        self.jobs = JobRunner(self)
        folder = self._folder
        if use_cases is not None:
            folder = use_cases.who.folder
            typed.sign_out(use_cases)
            use_cases.close()
        window.deleteLater()
        if leaving.why == "quit":
            self._app.quit()
        elif leaving.why == "restore" and leaving.restore is not None:
            QTimer.singleShot(0, self, partial(self._restore_over, folder, leaving.restore))
        elif leaving.why == "practice":
            QTimer.singleShot(0, self, self._enter_practice)
        elif leaving.why == "rescue":
            QTimer.singleShot(0, self, partial(self._rescue, folder))
        else:
            self._tab = leaving.tab
            QTimer.singleShot(0, self, partial(self.enter, leaving.message))

    def _rescue(self, folder: Path) -> None:
        """Propose the newest backup in the place of damaged records, which are closed now."""
        from app.ui.safekeeping.rescue_dialog import RescueDialog

        dialog = RescueDialog(self._entrance, folder, self.jobs)
        dialog.exec()
        restored, rescued = dialog.restored, dialog.opened
        dialog.deleteLater()
        if rescued is not None:
            self._folder = rescued
            self.enter("请登录，以只读方式查看抢救出来的数据", "good")
            return
        self.enter("记录已恢复，请登录" if restored else "", "good")

    def _restore_over(self, folder: Path, order: Any) -> None:
        """Replace the records, which are closed now, and let the user in again."""
        from app.ui.safekeeping.restore_dialog import RestoringDialog

        dialog = RestoringDialog(self._entrance, order, folder, self.jobs)
        dialog.exec()
        message = sentence_of(dialog.error) if dialog.error is not None else ""
        dialog.deleteLater()
        self.enter(message)

    def shut_down(self) -> None:
        """End the jobs, close the records, leave nothing on the clipboard: on every way out."""
        from app.ui import clipboard

        clipboard.forget()
        self.jobs.shut_down()
        if self._use_cases is not None:
            self._use_cases.close()
            self._use_cases = None
