"""The lock: windows off the screen at once, what is typed in safety, the file closed, the key gone.

It asks nothing. A running job ends first, unseen; then the file is closed. The same person's
password brings every window back as it was; somebody else signs in afresh and finds drafts at most.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QKeyCombination, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.ui import clipboard, theme
from app.ui.jobs import JobRunner
from app.ui.message_bar import News
from app.ui.password_line import PasswordLine
from app.ui.sign_in import banner
from app.ui.veil import Veil

if TYPE_CHECKING:
    from app.services.permission import AccountUseCases

log = logging.getLogger(__name__)

LOCK_KEY = QKeyCombination(Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_L)
BLANK_KEY = QKeyCombination(Qt.Key.Key_F12)
LOCKED = "填写的内容都在，登录后回到原处"
IDLE_LOCKED = "无人操作，自动锁定。填写的内容都在，登录后回到原处"
SESSION_LOCKED = "电脑已锁屏或休眠，本程序随之锁定。填写的内容都在，登录后回到原处"
_FINISHING = "锁定前的工作（导入、备份等）正在收尾，完成后数据文件即关闭"
_LOOK_MS = 100


class Lock(QObject):
    """Locks and unlocks one signed-in session."""

    unlocked = Signal()
    others_wanted = Signal()  # somebody else wants to sign in

    def __init__(
        self,
        accounts: AccountUseCases,
        jobs: JobRunner,
        keep: Callable[[], object],
        parent: QObject,
    ) -> None:
        """``keep`` puts in safety what is typed; it must not ask anything."""
        super().__init__(parent)
        self._accounts, self._jobs, self._keep = accounts, jobs, keep
        self.veil = Veil(_application())
        self.window: LockWindow | None = None
        self._blank: BlankWindow | None = None
        self.closed = False  # the file is, and the key gone
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._close_when_idle)

    def lock(self, message: str = LOCKED) -> None:
        """Lock now; does nothing if it is locked."""
        if self.window is not None:
            return
        self._end_blank()
        self.window = LockWindow(self._accounts.name, message, self._unlock)
        self.window.others_wanted.connect(self.others_wanted)
        self.veil.draw(self.window)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        clipboard.forget()
        try:
            self._keep()
        except Exception as error:  # the windows keep it, hidden: nothing is lost, and it locks
            log.warning("typing was not kept at the lock: %s", type(error).__name__)
        self._close_when_idle()

    def blank(self) -> None:
        """Hide everything at once and close nothing; the same key shows it again."""
        if self.window is not None or self._blank is not None:
            self._end_blank()
            return
        self._blank = BlankWindow(self._end_blank)
        self.veil.draw(self._blank)
        self._blank.show()
        self._blank.activateWindow()

    def _end_blank(self) -> None:
        blank, self._blank = self._blank, None
        if blank is not None:
            blank.over = True
            blank.close()
            blank.deleteLater()
            self.veil.lift()

    def _close_when_idle(self) -> None:
        if self.closed or self.window is None:
            self._timer.stop()
            return
        if self._jobs.busy:
            self.window.say(_FINISHING, "muted")
            self._timer.start()
            return
        self._timer.stop()
        self._accounts.lock()
        self.closed = True
        self.window.say("")

    def _unlock(self, password: str) -> None:
        """In the thread of the lock window: open the file again."""
        if not self.closed:
            from app.services.ports import UserError

            raise UserError("锁定前的工作还没有完成，请稍候再试")
        self._accounts.unlock(password)

    def end(self) -> None:
        """Show everything again."""
        window, self.window = self.window, None
        self.closed = False
        if window is not None:
            window.over = True
            window.close()
            window.deleteLater()
        self.veil.lift()
        self.unlocked.emit()

    def give_up(self) -> None:
        """Somebody else is there: what was open ends as cancelled, its drafts stay."""
        window, self.window = self.window, None
        if window is not None:
            window.over = True
            window.close()
            window.deleteLater()
        self.veil.tear()


class BlankWindow(QWidget):
    """Says nothing of what is open; F12, or a click, brings it back."""

    def __init__(self, back: Callable[[], object]) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.over = False
        self._back = back
        self.setWindowTitle("回访关爱")
        self.setWindowIcon(theme.icon("app"))
        self.resize(*_SIZE)
        column = QVBoxLayout(self)
        said = theme.label("内容已遮住。按 F12 恢复显示；离开座位请用 Ctrl+L 锁定。", "muted")
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(said)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F12 shows everything again."""
        if event.key() == Qt.Key.Key_F12:
            self._back()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing it shows everything again."""
        if not self.over:
            event.ignore()
            self._back()


class LockWindow(QWidget):
    """The only window while the program is locked."""

    others_wanted = Signal()
    opened = Signal()

    def __init__(self, account: str, message: str, unlock: Callable[[str], None]) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setWindowTitle("已锁定")
        self.setWindowIcon(theme.icon("app"))
        self._unlock = unlock
        self.over = self._busy = False
        self._own_jobs = JobRunner(self)  # the session's runner may still be at work
        self.password = PasswordLine("口令", moves=False)
        self.password.line.returnPressed.connect(self.unlock)
        self.news = News()
        self._bar = QProgressBar(textVisible=False)
        self._bar.setRange(0, 0)
        policy = self._bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(policy)
        self._bar.hide()
        column = QVBoxLayout()
        column.setContentsMargins(theme.HUGE, theme.HUGE, theme.HUGE, theme.MEDIUM)
        column.setSpacing(theme.SMALL)
        column.addWidget(theme.label("已锁定", "title"))
        column.addWidget(theme.label(message, "muted", wrap=True))
        column.addSpacing(theme.SMALL)
        column.addWidget(theme.label(f"{account}，请输入口令"))
        column.addWidget(self.password)
        column.addWidget(self.news)
        column.addWidget(self._bar)
        act = QHBoxLayout()
        self._others = theme.button("其他人员登录(&O)", self.others_wanted.emit, role="link")
        self._enter = theme.button("解锁(&L)", self.unlock, role="primary")
        act.addWidget(self._others)
        act.addStretch(1)
        act.addWidget(self._enter)
        column.addStretch(1)
        column.addLayout(act)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(banner())
        row.addLayout(column, 1)
        self.setFixedSize(_SIZE[0], _SIZE[1])
        screen = QGuiApplication.primaryScreen()
        if screen is not None:
            self.move(screen.availableGeometry().center() - self.rect().center())
        self.password.setFocus()

    def say(self, news: Exception | str, role: str = "problem") -> None:
        """Show one sentence under the password."""
        self.news.say(news, role)

    def unlock(self) -> None:
        """Check the password."""
        if self._busy:
            return
        if not self.password.text():
            self.say("请输入口令")
            return
        self._be_busy(True)
        text = self.password.text()
        self._own_jobs.run(
            lambda _progress: self._unlock(text), lambda _none: self._on_open(), self._on_refused
        )

    def _on_open(self) -> None:
        self._be_busy(False)
        self.opened.emit()

    def _on_refused(self, error: Exception) -> None:
        self._be_busy(False)
        self.say(error)
        self.password.clear()
        self.password.setFocus()

    def _be_busy(self, on: bool) -> None:
        self._busy = on
        self._bar.setVisible(on)
        for part in (self.password, self._enter, self._others):
            part.setEnabled(not on)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc does nothing here."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The cross minimises: a lock is not closed away."""
        if not self.over:
            event.ignore()
            self.showMinimized()
            return
        self._own_jobs.shut_down()
        super().closeEvent(event)


_SIZE = (680, 320)


def _application() -> QObject:
    app = QGuiApplication.instance()
    assert app is not None
    return app
