"""Setting a new password: typed twice, judged while typing; also with the recovery code."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from app.services.entrance import Entrance
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.jobs import JobRunner
from app.ui.password_line import PasswordLine
from app.ui.sign_in import named, without_progress


class WithCode(Dialog):
    """A forgotten password: the recovery code from the sheet, and a new password twice."""

    def __init__(
        self,
        entrance: Entrance,
        folder: Path,
        account: str,
        jobs: JobRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "用恢复码设置新口令",
            parent,
            lead="请取出密封保管的恢复码。核对无误后，旧口令作废，恢复码继续有效。",
            icon_name="key",
        )
        self._entrance, self._folder, self._jobs = entrance, folder, jobs
        self.use_cases: UseCases | None = None
        self._code = QLineEdit()
        self._code.setAccessibleName("恢复码")
        self._code.setPlaceholderText("八组字符，大小写、空格和连字符都可不分")
        self._who = QLineEdit(account)
        self._who.setAccessibleName("姓名")
        self._new = NewPassword(entrance.password_problem)
        fields = QFormLayout()
        fields.setSpacing(theme.MEDIUM)
        fields.addRow(named("姓名(&U)", self._who), self._who)
        fields.addRow(named("恢复码(&R)", self._code), self._code)
        fields.addRow(named("新口令(&P)", self._new.first.line), self._new.first)
        fields.addRow(named("再输一次(&A)", self._new.second.line), self._new.second)
        self.body.addLayout(fields)
        self.offer("取消(&C)", self.reject)
        self._act = self.offer("设置新口令并登录(&S)", self._on_act, role="primary", default=True)
        self._new.judged_by(self.grow)
        self._code.setFocus()

    def _on_act(self) -> None:
        if not self._code.text().strip():
            self.say("请填写恢复码")
            return
        if problem := self._new.problem():
            self.say(problem)
            return
        job = partial(
            without_progress,
            self._entrance.sign_in_with_code,
            self._folder,
            self._code.text(),
            self._who.text().strip(),
            self._new.first.text(),
        )
        handle = self._jobs.run(job, self._on_opened, self.say)
        self.be_busy(handle, "正在核对恢复码…")

    def _on_opened(self, use_cases: UseCases) -> None:
        self.use_cases = use_cases
        self.accept()


class NewPassword:
    """Two lines that must agree, judged while typing."""

    def __init__(self, password_problem: Callable[[str], str]) -> None:
        self._judge = password_problem
        self.first = PasswordLine("新口令")
        self.second = PasswordLine("再输一次口令")
        self.first.changed.connect(self._on_first)
        self.second.changed.connect(self._on_second)

    def judged_by(self, shown: Callable[[], object]) -> None:
        """Call ``shown`` whenever a sentence under a line may have come or gone."""
        self.first.changed.connect(shown)
        self.second.changed.connect(shown)

    def problem(self) -> str:
        """Return why the two lines cannot be taken yet, or ``""``."""
        if not self.first.text():
            return "请输入口令"
        if problem := self._judge(self.first.text()):
            return problem
        return "" if self.first.text() == self.second.text() else "两次输入的口令不一致"

    def _on_first(self) -> None:
        text = self.first.text()
        problem = self._judge(text) if text else ""
        self.first.set_problem(problem, "口令可用" if text else "")
        if self.second.text():
            self._on_second()

    def _on_second(self) -> None:
        typed, wanted = self.second.text(), self.first.text()
        if not typed or wanted.startswith(typed):
            self.second.set_problem("", "两次一致" if typed and typed == wanted else "")
        else:
            self.second.set_problem("两次输入的口令不一致")
