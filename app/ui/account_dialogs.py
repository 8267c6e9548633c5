"""What a signed-in user does about the keys: another password, another recovery code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QWidget

from app.ui import recovery_sheet, theme
from app.ui.dialog import Dialog, choose_target
from app.ui.jobs import JobRunner
from app.ui.message_bar import confirm
from app.ui.new_password import NewPassword
from app.ui.password_line import PasswordLine


class ChangePassword(Dialog):
    """The present password, and a new one twice."""

    def __init__(
        self,
        password_problem: Callable[[str], str],
        change: Callable[[str, str], None],
        jobs: JobRunner,
        parent: QWidget | None = None,
        *,
        first: bool = False,
    ) -> None:
        """``first``: the present password is a one-time one."""
        lead = "您是用一次性口令登录的。请设置只有自己知道的口令，然后进入。" if first else ""
        super().__init__("修改口令", parent, lead=lead, icon_name="key", width=520)
        self._change, self._jobs = change, jobs
        self._called = "一次性口令" if first else "现用口令"
        self._old = PasswordLine(self._called)
        self._new = NewPassword(password_problem)
        form = QFormLayout()
        form.setSpacing(theme.MEDIUM)
        form.addRow(self._called, self._old)
        form.addRow("新口令", self._new.first)
        form.addRow("再输一次", self._new.second)
        self.body.addLayout(form)
        self.offer("取消(&C)", self.reject)
        self.offer("修改口令(&S)", self._on_act, role="primary", default=True)
        self._new.judged_by(self.grow)
        self._old.line.setFocus()

    def _on_act(self) -> None:
        problem = "" if self._old.text() else f"请输入{self._called}"
        if problem := problem or self._new.problem():
            self.say(problem)
            return
        old, new = self._old.text(), self._new.first.text()
        handle = self._jobs.run(
            lambda _progress: self._change(old, new), lambda _none: self.accept(), self.say
        )
        self.be_busy(handle, "正在修改口令…")


class NewCode(Dialog):
    """Makes a new recovery code; the one on the old sheet then opens nothing any more."""

    def __init__(
        self,
        make: Callable[[], str],
        account: str,
        folder: Path,
        jobs: JobRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "换发恢复码",
            parent,
            lead="换发后，原恢复码打不开现在的记录和以后的备份；以前的备份仍要用原恢复码。请把新恢复码"
            "打印或抄写下来，密封后与电脑分开保管；另做一份备份之后，再销毁原件。",
            icon_name="key",
        )
        self._make, self._account, self._folder, self._jobs = make, account, folder, jobs
        self._code = ""
        self._kept = False  # on paper or in a file
        self._keep = QHBoxLayout()
        self._close = self.offer("取消(&C)", self.reject)
        self._act = self.offer("换发恢复码(&N)", self._on_act, role="primary", default=True)

    def _on_act(self) -> None:
        handle = self._jobs.run(lambda _progress: self._make(), self._on_made, self.say)
        self.be_busy(handle, "正在换发…")

    def _on_made(self, code: str) -> None:
        self._code = code
        self.body.addWidget(recovery_sheet.CodeGrid(code))
        self._keep.addWidget(theme.button("打印(&P)…", self._on_print, icon_name="print"))
        self._keep.addWidget(theme.button("存为 PDF(&D)…", self._on_pdf, icon_name="save"))
        self._keep.addStretch(1)
        self.body.addLayout(self._keep)
        self._act.hide()
        self._close.setText("已保存，关闭(&C)")
        self.fit()

    def _on_print(self) -> None:
        self._try(
            lambda: recovery_sheet.print_sheet(
                self, self._code, self._account, self._folder, date.today()
            ),
            "已送到打印机",
        )

    def _on_pdf(self) -> None:
        kinds = "PDF 文件 (*.pdf)"
        target = choose_target(self, "恢复码存为 PDF", Path.home() / "恢复码.pdf", kinds)
        if target is not None:
            self._try(
                lambda: recovery_sheet.write_pdf(
                    target, self._code, self._account, self._folder, date.today()
                ),
                f"已存为“{target}”。请打印后把该文件移到安全的地方，不要留在本机",
            )

    def reject(self) -> None:
        """Leave; a code that is on the screen alone is gone with this window, and the old one is too."""
        if (
            self._code
            and not self._kept
            and not confirm(
                self,
                "恢复码已经抄写下来了吗？",
                "还没有打印，也没有存为 PDF。关闭后不再显示，原恢复码也已打不开现在的记录。",
                act="已抄写，关闭(&C)",
            )
        ):
            return
        super().reject()

    def _try(self, act: Callable[[], object], said: str) -> None:
        try:
            done = act()
        except Exception as error:
            self.say(error)
            return
        if done is not False:  # else the question for a printer was given up
            self._kept = True
            self.say(said, "good")
