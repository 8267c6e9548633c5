"""Making a backup: where to, how far, and proof that it can be read back."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QWidget

from app.services.use_cases import BackupInfo, UseCases
from app.ui import places, theme
from app.ui.dialog import Dialog, choose_folder
from app.ui.field_editor import EnterMoves
from app.ui.jobs import JobRunner
from app.ui.safekeeping.container_card import ContainerCard

PLACE = "backup/folder"


class BackupDialog(Dialog):
    """Chooses a folder and writes a backup into it, read back and compared before it counts."""

    def __init__(
        self, use_cases: UseCases, jobs: JobRunner, memory: QSettings, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            "备份",
            parent,
            lead="备份是加密文件，写好后立即读回核对。请至少保存在两处，其中一处用U盘或另一块磁盘。",
            icon_name="backup",
        )
        self._use_cases, self._jobs, self._memory = use_cases, jobs, memory
        self._path = QLineEdit(str(memory.value(PLACE, "") or ""))
        self._path.setAccessibleName("备份位置")
        self._path.setPlaceholderText("备份放到哪个文件夹")
        EnterMoves(self._path)
        row = QHBoxLayout()
        row.addWidget(self._path, 1)
        row.addWidget(theme.button("浏览(&W)…", self._on_browse))
        self.body.addWidget(theme.label("备份位置"))
        self.body.addLayout(row)
        self._carry = QCheckBox("附件也装进这一个文件，便于带走(&X)")
        self._carry.setToolTip(
            "平时附件存放在备份位置的 attachments 文件夹里，每次只写新的；"
            "要拿一个文件到另一台电脑恢复时勾选"
        )
        self.body.addWidget(self._carry)
        self._near = theme.label("", "warning", wrap=True)
        self._near.hide()
        self.body.addWidget(self._near)
        self._card = ContainerCard("备份已完成并核对无误")
        self.body.addWidget(self._card)
        self.body.addStretch(1)
        self._close = self.offer("取消(&C)", self.reject)
        self._act = self.offer("开始备份(&B)", self._on_act, role="primary", default=True)
        QWidget.setTabOrder(self._path, self._act)  # Enter leads to the act
        self._path.textChanged.connect(self._on_path)
        self._on_path(self._path.text())

    def _on_path(self, text: str) -> None:
        folder = self._use_cases.who.folder
        chosen = Path(text.strip()) if text.strip() else None
        inside = chosen is not None and (chosen == folder or folder in chosen.parents)
        same_disk = (
            chosen is not None and chosen.anchor == folder.anchor and bool(folder.anchor[1:])
        )
        words = ""
        if inside:
            words = "△ 这是数据文件夹内部：磁盘损坏时记录和备份会一起丢失，请换一个位置"
        elif same_disk:
            words = "△ 与记录在同一块磁盘上：请另外再备份一份到U盘或另一块磁盘"
        self._near.setText(words)
        self._near.setVisible(bool(words))
        self._act.setEnabled(chosen is not None and not inside)

    def _on_browse(self) -> None:
        start = Path(self._path.text()) if self._path.text().strip() else Path.home()
        chosen = choose_folder(self, "选择备份位置", start)
        if chosen is not None:
            self._path.setText(str(chosen))

    def _on_act(self) -> None:
        folder = Path(self._path.text().strip())
        if not places.is_there(folder, folder=True):
            self.say(f"找不到文件夹“{folder}”。请核对位置，移动硬盘或U盘是否已接好")
            return
        self._memory.setValue(PLACE, str(folder))
        self._card.hide()
        job = partial(self._use_cases.back_up, folder, carry=self._carry.isChecked())
        handle = self._jobs.run(job, self._on_done, self.say)
        handle.cancelled.connect(lambda: self.say("已取消，没有留下不完整的备份文件", "muted"))
        self.be_busy(handle, "正在备份…")

    def _on_done(self, info: BackupInfo) -> None:
        self._card.show_info(info)
        if info.absent:
            self.say(
                f"记录已备份到“{info.file}”；有{info.absent}件附件的文件不见了或已损坏，没有备份到",
                "warning",
            )
        else:
            self.say(f"已备份到“{info.file}”", "good")
        self._act.setText("再备份一份(&B)")
        self._close.setText("完成(&C)")
        self.fit()
