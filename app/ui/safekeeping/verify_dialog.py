"""Checking that a backup is whole and can be opened, without touching anything."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

from app.services.entrance import Entrance
from app.services.use_cases import BackupInfo
from app.ui import places
from app.ui.dialog import Dialog, choose_file
from app.ui.jobs import JobRunner
from app.ui.safekeeping.backup_dialog import PLACE
from app.ui.safekeeping.container_card import ContainerCard
from app.ui.safekeeping.secret_line import FileAndSecret

KINDS = "备份文件 (*.hfbackup);;所有文件 (*)"


class VerifyDialog(Dialog):
    """Reads a backup to its end and says what it holds."""

    def __init__(
        self,
        entrance: Entrance,
        folder: Path,
        jobs: JobRunner,
        memory: QSettings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "核验备份",
            parent,
            lead="从头到尾读一遍备份文件并逐段核对，确认能够恢复。不改动任何记录。",
            icon_name="shield",
        )
        self._entrance, self._folder, self._jobs = entrance, folder, jobs
        self._start = Path(str(memory.value(PLACE, "") or Path.home()))
        self._given = FileAndSecret(self._on_browse)
        self.body.addWidget(self._given)
        self._card = ContainerCard("备份完好，可以恢复")
        self.body.addWidget(self._card)
        self.body.addStretch(1)
        self.offer("关闭(&C)", self.reject)
        self.offer("核验(&V)", self._on_act, role="primary", default=True)
        self._given.path.setFocus()

    def _on_browse(self) -> None:
        chosen = choose_file(self, "选择备份文件", self._start, KINDS)
        if chosen is not None:
            self._given.path.setText(str(chosen))
            self._given.secret.setFocus()

    def _on_act(self) -> None:
        problem = missing(self._given)
        if problem:
            self.say(problem)
            return
        self._card.hide()
        job = partial(
            self._entrance.verify_backup,
            Path(self._given.path.text().strip()),
            self._folder,
            self._given.secret.text(),
        )
        handle = self._jobs.run(job, self._on_done, self.say)
        handle.cancelled.connect(lambda: self.say("已取消核验", "muted"))
        self.be_busy(handle, "正在逐段核对…")

    def _on_done(self, info: BackupInfo) -> None:
        self._card.show_info(info)
        if info.absent:
            self.say(
                f"记录完好；有{info.absent}件附件找不到或已损坏，"
                "请把备份位置的 attachments 文件夹与备份文件放在一起",
                "warning",
            )
        else:
            self.say("核验通过：文件完整，内容与封签一致", "good")
        self.fit()


def missing(given: FileAndSecret) -> str:
    """Return what still has to be filled in, or ``""``."""
    path = given.path.text().strip()
    if not path:
        return "请选择备份文件"
    if not places.is_there(Path(path)):
        return f"找不到文件“{path}”，请核对位置，移动硬盘或U盘是否已接好"
    if not given.secret.text():
        return "请输入口令（做备份时的）或恢复码"
    return ""
