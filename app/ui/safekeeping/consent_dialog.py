"""The last question before records are replaced: why, and who signs for it as the second person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from app.services.entrance import Entrance
from app.services.permission import NO_CONSENT, Consent
from app.ui import theme
from app.ui.calm_combo_box import CalmComboBox
from app.ui.dialog import Dialog
from app.ui.field_editor import EnterMoves
from app.ui.jobs import JobRunner
from app.ui.password_line import PasswordLine
from app.ui.records.typed import keep_words
from app.ui.sign_in import named


class Order(NamedTuple):
    """What is to be put in the place of the records, what opens it, and on whose word."""

    file: Path
    secret: str
    consent: Consent = NO_CONSENT


class ConsentDialog(Dialog):
    """Accepted with a ``consent`` that was tried; nothing is changed yet."""

    def __init__(
        self,
        question: str,
        act: str,
        seconds: Sequence[str],
        check: Callable[[Consent], None],
        jobs: JobRunner,
        parent: QWidget | None = None,
    ) -> None:
        lead = question
        if seconds:
            lead += "\n请第二人在场选择自己的姓名、输入自己的口令；两人的姓名和理由都记入审计日志。"
        super().__init__("用备份覆盖现有记录？", parent, lead=lead, icon_name="warning", width=560)
        self.consent = NO_CONSENT
        self._check, self._jobs = check, jobs
        self.reason = QLineEdit()
        self.reason.setAccessibleName("理由")
        self.reason.setPlaceholderText("必填，将记入审计日志，如：误删人员、硬盘损坏后找回")
        EnterMoves(self.reason)
        self.who = CalmComboBox()
        self.who.setAccessibleName("第二人")
        self.who.addItems(list(seconds))
        self.password = PasswordLine("第二人口令", moves=False)
        self.password.line.returnPressed.connect(self._on_act)
        form = QFormLayout()
        form.setSpacing(theme.MEDIUM)
        form.addRow(named("理由(&Y)", self.reason), self.reason)
        if seconds:
            form.addRow(named("第二人(&U)", self.who), self.who)
            form.addRow(named("第二人口令(&P)", self.password.line), self.password)
        else:
            self.who.hide()
            self.password.hide()
        self.body.addLayout(form)
        self.offer("取消(&C)", self.reject)
        self.offer(act, self._on_act, role="danger")
        keep_words(self.reason, self, "理由")
        self.reason.setFocus()

    def _on_act(self) -> None:
        reason = self.reason.text().strip()
        if not reason:
            self.say("请填写理由")
            self.reason.setFocus()
            return
        if self.who.count() and not self.password.text():
            self.say("请第二人输入口令")
            self.password.line.setFocus()
            return
        given = Consent(reason, self.who.currentText(), self.password.text())
        handle = self._jobs.run(
            lambda _progress: self._check(given),
            lambda _none: self._on_given(given),
            self._on_refused,
        )
        self.be_busy(handle, "正在核对第二人的口令…" if self.who.count() else "请稍候…")

    def _on_given(self, given: Consent) -> None:
        self.consent = given
        self.accept()

    def _on_refused(self, error: Exception) -> None:
        self.say(error)
        self.password.clear()
        QTimer.singleShot(0, self, self.password.line.setFocus)  # when the fields are enabled again


def ask_consent(
    dialog: Dialog,
    entrance: Entrance,
    folder: Path,
    order: Order,
    jobs: JobRunner,
    *,
    question: str,
    act: str,
    then: Callable[[Order], object],
) -> None:
    """Find out in ``dialog`` who must agree to ``order``, ask them, and go on with ``then``."""

    def ask(seconds: Sequence[str]) -> None:
        check = partial(entrance.check_restore, folder, order.secret)
        last = ConsentDialog(question, act, seconds, check, jobs, dialog)
        agreed = last.consent if last.exec() else None
        last.deleteLater()
        if agreed is not None:
            then(order._replace(consent=agreed))

    handle = jobs.run(
        lambda _progress: entrance.restore_seconds(folder, order.secret),
        lambda seconds: QTimer.singleShot(0, dialog, partial(ask, seconds)),  # the job ends first
        dialog.say,
    )
    dialog.be_busy(handle, "请稍候…")
