"""Signing in: who, password, and a way back in for those who forgot it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme
from app.ui.calm_combo_box import CalmComboBox
from app.ui.first_paint import AfterFirstPaint
from app.ui.jobs import JobRunner
from app.ui.message_bar import News
from app.ui.password_line import PasswordLine

if TYPE_CHECKING:
    from app.services.entrance import Entrance
    from app.services.use_cases import UseCases


def banner() -> QFrame:
    """Return the blue side of the first windows: what this program is."""
    made = QFrame()
    made.setProperty("role", "banner")
    made.setFixedWidth(220)
    picture = QLabel()
    picture.setPixmap(theme.picture("app-light", 72))
    name = theme.label("回访关爱", "title")
    what = theme.label("受处分人员回访关爱\n工作管理", "")
    safe = theme.label("单机使用，不连接网络\n记录加密保存在本机", "")
    column = QVBoxLayout(made)
    column.setContentsMargins(theme.HUGE, theme.HUGE, theme.LARGE, theme.HUGE)
    column.addWidget(picture)
    column.addSpacing(theme.SMALL)
    column.addWidget(name)
    column.addWidget(what)
    column.addStretch(1)
    column.addWidget(safe)
    return made


class SignIn(QDialog):
    """Opens the records of one folder. ``use_cases`` holds what is possible afterwards."""

    practice_asked = Signal()

    def __init__(
        self,
        entrance: Entrance,
        folder: Path,
        jobs: JobRunner,
        parent: QWidget | None = None,
        *,
        message: str = "",
        role: str = "problem",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("登录")
        self._entrance, self.folder, self._jobs = entrance, folder, jobs
        self.use_cases: UseCases | None = None
        self._busy = self._known = self._waiting = False
        self._who = CalmComboBox()
        self._who.setAccessibleName("姓名")
        self._password = PasswordLine("口令", moves=False)
        self._password.line.returnPressed.connect(self._on_sign_in)
        self._news = News()
        _keep_room(self._news)
        self._news.setMinimumHeight(theme.pixels(theme.TextSize.STANDARD)["row"] + 8)
        self._bar = QProgressBar(textVisible=False)
        self._bar.setRange(0, 0)
        _keep_room(self._bar)
        self._bar.hide()
        self._where = theme.label("", "small")
        self._enter = theme.button("登录(&L)", self._on_sign_in, role="primary")
        self._enter.setDefault(True)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(banner())
        row.addLayout(self._form(), 1)
        self.setFixedWidth(_WIDTH)
        self.show_folder(folder)
        self._say(message, role)

    def show_folder(self, folder: Path) -> None:
        """Offer the accounts of another data folder."""
        self.folder = folder
        self._who.clear()
        self._known = False
        # Beside the window: reading the key file needs libraries that take longer than the window.
        if self.isVisible():
            self._ask_who()
        else:
            AfterFirstPaint(self, self._ask_who)
        self._where.setText(_shortened(f"数据文件夹：{folder}", self._where.fontMetrics()))
        self._where.setToolTip(str(folder))
        self._password.clear()
        self._password.setFocus()

    def _ask_who(self) -> None:
        folder = self.folder
        self._jobs.run(
            lambda _progress: self._entrance.accounts(folder),
            self._on_accounts,
            self._on_no_accounts,
        )

    def _on_accounts(self, names: Sequence[str]) -> None:
        self._known = True
        self._who.addItems(list(names))
        if self._waiting:
            self._waiting = False
            self._be_busy(False)
            self._on_sign_in()

    def _on_no_accounts(self, error: Exception) -> None:
        """A damaged key file is told, and must not keep the window from opening."""
        self._waiting = False
        self._be_busy(False)
        self._say(error)
        self._rescue.setVisible(getattr(error, "damaged", False))

    def _form(self) -> QVBoxLayout:
        fields = QFormLayout()
        fields.setSpacing(theme.MEDIUM)
        fields.setProperty("labelAlignment", "AlignRight")
        fields.addRow(named("姓名(&U)", self._who), self._who)
        fields.addRow(named("口令(&P)", self._password.line), self._password)
        links = QHBoxLayout()
        links.setSpacing(theme.TINY)
        links.addWidget(theme.button("忘记口令(&F)…", self._on_forgot, role="link"))
        links.addWidget(theme.button("其他数据文件夹(&O)…", self._on_other, role="link"))
        self._rescue = theme.button("恢复或抢救(&R)…", self._on_rescue, role="link")
        self._rescue.hide()
        links.addWidget(self._rescue)
        links.addStretch(1)
        links.addWidget(theme.button("演示练习(&T)", self._on_practice, role="link"))
        act = QHBoxLayout()
        act.addStretch(1)
        act.addWidget(self._enter)
        column = QVBoxLayout()
        column.setContentsMargins(theme.HUGE, theme.HUGE, theme.HUGE, theme.MEDIUM)
        column.setSpacing(theme.SMALL)
        column.addWidget(theme.label("登录", "title"))
        column.addWidget(self._where)
        column.addSpacing(theme.SMALL)
        column.addLayout(fields)
        column.addWidget(self._news)
        column.addWidget(self._bar)
        column.addLayout(act)
        column.addStretch(1)
        column.addWidget(theme.rule())
        column.addLayout(links)
        return column

    def _on_sign_in(self) -> None:
        if self._busy:
            return
        if not self._password.text():
            self._say("请输入口令")
            return
        if not self._known:  # a fast typist: sign in as soon as the names are there
            self._waiting = True
            self._say(_CHECKING, "muted")
            self._be_busy(True)
            return
        job = partial(
            without_progress,
            self._entrance.sign_in,
            self.folder,
            self._who.currentText(),
            self._password.text(),
        )
        self._start(job)

    def _start(self, job: Callable[..., UseCases]) -> None:
        self._say(_CHECKING, "muted")
        self._be_busy(True)
        self._jobs.run(job, self._on_opened, self._on_refused)

    def _on_opened(self, use_cases: UseCases) -> None:
        self._be_busy(False)
        self.use_cases = use_cases
        self.accept()

    def _on_refused(self, error: Exception) -> None:
        self._be_busy(False)
        self._say(error)
        if getattr(error, "damaged", False):
            self._rescue.show()
            self._on_rescue()
            return
        self._password.line.setFocus()
        self._password.line.selectAll()

    def _on_rescue(self) -> None:
        """The records are damaged: propose the newest backup, save what still reads."""
        from app.ui.safekeeping.rescue_dialog import RescueDialog

        dialog = RescueDialog(self._entrance, self.folder, self._jobs, self)
        dialog.exec()
        restored, rescued = dialog.restored, dialog.opened
        dialog.deleteLater()
        if rescued is not None:
            self._rescue.hide()
            self._say("请再登录一次，以只读方式查看抢救出来的数据", "good")
            self.show_folder(rescued)
        elif restored:
            self._rescue.hide()
            self._say("记录已恢复，请登录", "good")
            self.show_folder(self.folder)

    def _on_forgot(self) -> None:
        from app.ui.new_password import WithCode

        dialog = WithCode(self._entrance, self.folder, self._who.currentText(), self._jobs, self)
        if dialog.exec() and dialog.use_cases is not None:
            self.use_cases = dialog.use_cases
            self.accept()
        dialog.deleteLater()

    def _on_other(self) -> None:
        from app.ui.dialog import choose_folder

        chosen = choose_folder(self, "选择数据文件夹", self.folder)
        if chosen is None:
            return
        if self._entrance.has_office(chosen):
            self._say("")
            self.show_folder(chosen)
        else:
            self._say(f"“{chosen}”里没有本程序的记录，请选择含有 office.db 的文件夹")

    def _on_practice(self) -> None:
        self.practice_asked.emit()
        self.done(PRACTICE)

    def _be_busy(self, on: bool) -> None:
        self._busy = on
        self._bar.setVisible(on)
        for part in (self._who, self._password, self._enter):
            part.setEnabled(not on)

    def _say(self, news: Exception | str, role: str = "problem") -> None:
        self._news.say(news, role)
        self._row.activate()
        self.resize(_WIDTH, self._row.totalHeightForWidth(_WIDTH))

    def reject(self) -> None:
        """Esc while the password is being checked waits for the answer."""
        if not self._busy:
            super().reject()


_WIDTH, _ROOM = 680, 400


def _shortened(text: str, metrics: QFontMetrics) -> str:
    """Cut out of the middle what finds no room; Qt's own way would name ``Qt`` (see theme)."""
    shown, kept = text, len(text)
    while metrics.horizontalAdvance(shown) > _ROOM:
        kept -= 1
        shown = f"{text[: (kept + 1) // 2]}…{text[len(text) - kept // 2 :]}"
    return shown


_CHECKING = "正在核对口令并打开记录…"
PRACTICE = 2  # what SignIn.exec() returns when practice data were asked for


def without_progress(act: Callable[..., UseCases], *given: object) -> UseCases:
    """Run ``act`` as a job: signing in has no steps worth showing."""
    *values, _progress = given
    return act(*values)


def _keep_room(part: QWidget) -> None:
    """What comes and goes must not move what stands below it."""
    policy = part.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    part.setSizePolicy(policy)


def named(text: str, control: QWidget) -> QLabel:
    made = QLabel(text)
    made.setBuddy(control)
    return made
