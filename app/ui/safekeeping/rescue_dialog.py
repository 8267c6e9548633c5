"""When the records' file is damaged: the newest backup is proposed, what still reads can be saved."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QWidget

from app.services.entrance import Entrance, Salvaged
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.jobs import JobRunner
from app.ui.password_line import PasswordLine
from app.ui.safekeeping.container_card import COUNTED
from app.ui.safekeeping.restore_dialog import RestoreDialog, RestoringDialog


class RescueDialog(Dialog):
    """Changes nothing by itself; ``restored`` says that a backup was put in the place of the file."""

    def __init__(
        self, entrance: Entrance, folder: Path, jobs: JobRunner, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            "数据文件有损坏",
            parent,
            lead="原文件没有改动，也不会改动。请先从最近的备份恢复；没有备份的部分，再看能抢救出多少。",
            icon_name="warning",
            width=640,
        )
        self._entrance, self._folder, self._jobs = entrance, folder, jobs
        self.restored = False
        self.opened: Path | None = None  # what was rescued, to be looked at
        self._found: Path | None = None
        backups = list(entrance.newest_backups(folder))
        card = theme.Card("从备份恢复")
        if backups:
            made = datetime.fromtimestamp(backups[0].stat().st_mtime)
            words = f"现在能找到的最近一份备份是 {made:%Y-%m-%d %H:%M} 做的：\n{backups[0]}"
        else:
            words = "现在找不到备份。请接好放备份的移动硬盘或U盘，再选择备份文件。"
        card.body.addWidget(theme.label(words, wrap=True))
        row = QHBoxLayout()
        if backups:
            row.addWidget(
                theme.button(
                    "用这份备份恢复(&R)…", partial(self._restore, backups[0]), role="primary"
                )
            )
        row.addWidget(theme.button("选择备份文件(&B)…", partial(self._restore, None)))
        row.addStretch(1)
        card.body.addLayout(row)
        self.body.addWidget(card)
        saving = theme.Card("抢救还能读的内容")
        saving.body.addWidget(
            theme.label(
                "把还读得出的记录另存为一份新数据，放在数据文件夹里，供核对备份之后的改动；"
                "只能查看、打印和导出。附件一并带上。",
                "muted",
                wrap=True,
            )
        )
        self.secret = PasswordLine("口令或恢复码", moves=False)
        form = QFormLayout()
        form.addRow(theme.label("口令或恢复码"), self.secret)
        saving.body.addLayout(form)
        self._save = theme.button("抢救可读内容(&S)", self._on_salvage)
        row = QHBoxLayout()
        row.addWidget(self._save)
        row.addStretch(1)
        saving.body.addLayout(row)
        saving.setVisible(entrance.salvage is not None)
        self.body.addWidget(saving)
        self.offer("关闭(&C)", self.reject, default=True)
        self._look = self.offer("只读查看(&L)", self._on_look, role="primary")
        self._look.hide()

    def _restore(self, file: Path | None) -> None:
        dialog = RestoreDialog(self._entrance, self._folder, self._jobs, self)
        if file is not None:
            dialog.show_file(file)
        order = dialog.order if dialog.exec() else None
        dialog.deleteLater()
        if order is None:
            return
        restoring = RestoringDialog(self._entrance, order, self._folder, self._jobs, self)
        restoring.exec()
        error = restoring.error
        restoring.deleteLater()
        if error is not None:
            self.say(error)
            return
        self.restored = True
        self.accept()

    def _on_salvage(self) -> None:
        if not self.secret.text():
            self.say("请输入口令或恢复码")
            self.secret.line.setFocus()
            return
        assert self._entrance.salvage is not None
        job = partial(self._entrance.salvage, self._folder, self.secret.text())
        handle = self._jobs.run(job, self._on_salvaged, self.say)
        handle.cancelled.connect(lambda: self.say("已取消", "muted"))
        self.be_busy(handle, "正在逐条读取…")

    def _on_look(self) -> None:
        self.opened = self._found
        self.accept()

    def _on_salvaged(self, found: Salvaged) -> None:
        self._found = found.folder
        self._look.show()
        self.say(salvage_words(found), "warning" if found.lost else "good")
        self.fit()


def salvage_words(found: Salvaged) -> str:
    """Return what was saved and where it can be looked at."""
    saved = "、".join(
        f"{name}{found.saved.get(table, 0)}{unit}" for table, (name, unit) in COUNTED.items()
    )
    lost = "有一部分已读不出" if found.lost else "全部读出"
    brought, gone = found.papers
    papers = f"、附件{brought}件" if brought or gone else ""
    papers += f"（另有{gone}件已找不到或损坏）" if gone else ""
    return (
        f"已抢救到“{found.folder.name}”：{saved}{papers}（{lost}）。"
        "现在可以只读查看；正式工作请用恢复的备份。"
    )
