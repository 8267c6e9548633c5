"""Four eyes: a second person signs, by name and password, for an act that takes two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QFormLayout, QWidget

from app.domain.rights import Right
from app.ui import theme
from app.ui.calm_combo_box import CalmComboBox
from app.ui.dialog import Dialog
from app.ui.jobs import JobRunner
from app.ui.password_line import PasswordLine
from app.ui.sign_in import named

if TYPE_CHECKING:
    from app.services.permission import AccountUseCases


class SecondPerson(Dialog):
    """Accepted once somebody else has signed for the act."""

    def __init__(
        self,
        right: Right,
        names: Sequence[str],
        confirm: Callable[[Right, str, str], None],
        jobs: JobRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "第二人确认",
            parent,
            lead=f"“{right}”须由另一人在场确认。请第二人选择自己的姓名并输入自己的口令；"
            "两人的姓名都记入审计日志，确认只对接下来的这一次操作有效。",
            icon_name="shield",
            width=520,
        )
        self._right, self._confirm, self._jobs = right, confirm, jobs
        self.who = CalmComboBox()
        self.who.addItems(list(names))
        self.who.setAccessibleName("第二人")
        self.password = PasswordLine("第二人口令", moves=False)
        self.password.line.returnPressed.connect(self._on_act)
        form = QFormLayout()
        form.setSpacing(theme.MEDIUM)
        form.addRow(named("第二人(&U)", self.who), self.who)
        form.addRow(named("口令(&P)", self.password.line), self.password)
        self.body.addLayout(form)
        self.offer("取消(&C)", self.reject)
        self.offer("确认(&S)", self._on_act, role="primary", default=True)
        self.password.setFocus()

    def _on_act(self) -> None:
        if not self.password.text():
            self.say("请第二人输入口令")
            return
        right, name, password = self._right, self.who.currentText(), self.password.text()
        handle = self._jobs.run(
            lambda _progress: self._confirm(right, name, password),
            lambda _none: self.accept(),
            self._on_refused,
        )
        self.be_busy(handle, "正在核对第二人的口令…")

    def _on_refused(self, error: Exception) -> None:
        self.say(error)
        self.password.clear()
        self.password.setFocus()


def second_person(
    accounts: AccountUseCases, right: Right, jobs: JobRunner, parent: QWidget | None
) -> bool:
    """Ask a second person where the office has one; return whether the act may go on."""
    names = accounts.seconds(right)
    if not names:
        return True
    dialog = SecondPerson(right, names, accounts.confirm, jobs, parent)
    done = bool(dialog.exec())
    dialog.deleteLater()
    return done


def ask_second(accounts: AccountUseCases, jobs: JobRunner, window: QWidget, right: Right) -> bool:
    """``second_person`` over whichever dialog is in front."""
    return second_person(accounts, right, jobs, QApplication.activeModalWidget() or window)
