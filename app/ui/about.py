"""关于 and 自检."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.services.use_cases import CheckLine
from app.ui import clipboard, theme
from app.ui.dialog import Dialog
from app.ui.help_topics import Topic
from app.ui.jobs import JobRunner
from app.ui.printout import print_out, save_pdf
from app.ui.theme import Card
from app.ui.whats_new import version


class AboutDialog(Dialog):
    """What this is, which version, and on what it stands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "关于回访关爱",
            parent,
            lead="受处分人员回访关爱工作管理。单机使用，不连接网络，记录加密保存在本机。",
            icon_name="app",
            width=560,
        )
        from PySide6.QtCore import qVersion

        card = Card()
        for name, words in (
            ("版本", version()),
            ("运行环境", f"Python {platform.python_version()}，Qt {qVersion()}"),
            ("系统", f"{platform.system()} {platform.release()}"),
            ("字体", "Noto Sans SC / Noto Serif SC（OFL）等，许可证随程序附在 fonts 文件夹"),
        ):
            row = QHBoxLayout()
            left = theme.label(name, "muted")
            left.setMinimumWidth(80)
            row.addWidget(left)
            row.addWidget(theme.label(words, wrap=True), 1)
            card.body.addLayout(row)
        self.body.addWidget(card)
        self.body.addWidget(
            theme.label(
                "本程序按公开的党内法规和法律计算期限，计算结果附依据；以处分决定和原文为准。",
                "muted",
                wrap=True,
            )
        )
        self.offer("关闭(&C)", self.accept, role="primary", default=True)


class CheckDialog(Dialog):
    """The self-check: one line per thing looked at, which can be copied for the computer room."""

    def __init__(
        self,
        check: Callable[[], Sequence[CheckLine]],
        jobs: JobRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "自检", parent, lead="检查程序、磁盘、记录和备份。", icon_name="shield", width=660
        )
        self._check, self._jobs = check, jobs
        self._lines: Sequence[CheckLine] = ()
        self._copy = self.offer("复制结果(&P)", self._on_copy, left=True)
        self._copy.hide()
        self._print = self.offer("打印(&T)…", lambda: self._on_paper(print_out), left=True)
        self._print.hide()
        self._paper = self.offer("存为 PDF(&D)…", lambda: self._on_paper(save_pdf), left=True)
        self._paper.hide()
        self.offer("关闭(&C)", self.reject, role="primary", default=True)
        QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        handle = self._jobs.run(lambda _progress: self._check(), self._on_done, self.say)
        self.be_busy(handle, "正在检查…")

    def _on_done(self, lines: Sequence[CheckLine]) -> None:
        self._lines = lines
        card = Card()
        for line in lines:
            row = QHBoxLayout()
            row.addWidget(
                theme.label("○ 正常" if line.well else "△ 注意", "good" if line.well else "warning")
            )
            name = theme.label(line.title)
            name.setMinimumWidth(110)
            row.addWidget(name)
            row.addWidget(theme.label(line.finding, "muted", wrap=True), 1)
            card.body.addLayout(row)
        self.body.addWidget(card)
        bad = sum(not line.well for line in lines)
        self.say(f"有{bad}项需要注意" if bad else "全部正常", "warning" if bad else "good")
        self._copy.show()
        self._paper.show()
        self._print.show()
        self.fit()

    def words(self) -> str:
        """Return the findings as text, one line each."""
        return "\n".join(
            f"{'正常' if line.well else '注意'}\t{line.title}\t{line.finding}"
            for line in self._lines
        )

    def _on_paper(self, put: Callable[[Dialog, str, list[Topic]], None]) -> None:
        put(self, "自检", [self.page()])

    def page(self) -> Topic:
        """Return the findings as the computer room gets them on paper."""
        bad = sum(not line.well for line in self._lines)
        facts = (
            f"检查时间：{datetime.now():%Y-%m-%d %H:%M}",
            f"程序版本：{version()}",
            f"操作系统：{platform.platform()}",
            f"结论：{f'有{bad}项需要注意' if bad else '全部正常'}",
        )
        rows = ["项目\t结果\t说明"]
        rows += [
            f"{line.title}\t{'正常' if line.well else '△ 注意'}\t{line.finding}"
            for line in self._lines
        ]
        end = "本页没有人员信息，可以交给机房。\n\n检查人（签名）：____________　　处理情况：____________"
        return Topic("回访关爱自检", "\n".join([*facts, "", *rows, end]))

    def _on_copy(self) -> None:
        clipboard.put(self.words())
        self._copy.setText("已复制")
