"""Restoring a backup: checked to its end first, then said what it would cost, then done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.services.entrance import Entrance
from app.services.safekeeping import Loss
from app.services.use_cases import BackupInfo
from app.ui import theme
from app.ui.dialog import Dialog, choose_file, choose_folder
from app.ui.field_editor import EnterMoves
from app.ui.jobs import JobRunner
from app.ui.message_bar import sentence_of
from app.ui.safekeeping.consent_dialog import Order, ask_consent
from app.ui.safekeeping.container_card import ContainerCard, moment
from app.ui.safekeeping.secret_line import FileAndSecret
from app.ui.safekeeping.verify_dialog import KINDS, missing


class RestoreDialog(Dialog):
    """Chooses and checks a backup.

    With records here (``folder``) it only leaves an ``order``: they must be closed before they can
    be replaced, which is the program's part. On a new PC it restores into ``target`` itself.
    """

    def __init__(
        self,
        entrance: Entrance,
        folder: Path | None,
        jobs: JobRunner,
        parent: QWidget | None = None,
        *,
        target: Path | None = None,
        now: dict[str, int] | None = None,
        start: object = "",
        loss: Callable[[BackupInfo], Loss] | None = None,
    ) -> None:
        super().__init__(
            "恢复",
            parent,
            lead="先把备份从头到尾核对一遍，再告诉您会改变什么；在您点最后一个按钮之前，不改动任何记录。",
            icon_name="restore",
        )
        self._entrance, self._folder, self._jobs = entrance, folder, jobs
        self._now, self._loss = now, loss
        self._start = Path(str(start or Path.home()))
        self.order: Order | None = None
        self.target = target or entrance.default_folder
        self._info: BackupInfo | None = None
        self._given = FileAndSecret(self._on_browse, by_code=folder is None)
        self._given.path.textChanged.connect(self._forget)
        self._given.secret.changed.connect(self._forget)
        self.body.addWidget(self._given)
        self._target_line = QLineEdit(str(self.target))
        if folder is None:
            self._add_target()
        self._cost = theme.label("", "warning", wrap=True)  # above: it must be seen
        self._cost.hide()
        self.body.addWidget(self._cost)
        self._card = ContainerCard("备份完好，可以恢复")
        self.body.addWidget(self._card)
        self.body.addStretch(1)
        if folder is not None and entrance.formers(folder):
            self.offer("撤回上次恢复(&U)…", self._on_take_back, left=True)
        self.offer("取消(&C)", self.reject)
        self._check = self.offer("核验(&V)", self._on_check, role="primary", default=True)
        act = "恢复到这台电脑(&R)" if folder is None else "覆盖并恢复(&R)"
        self._act = self.offer(act, self._on_act, role="primary" if folder is None else "danger")
        self._act.hide()
        self._given.path.setFocus()

    def show_file(self, file: Path) -> None:
        """Choose a backup for the user; they may still take another."""
        self._given.path.setText(str(file))
        self._given.secret.setFocus()

    def _on_take_back(self) -> None:
        from app.ui.safekeeping.take_back_dialog import TakeBackDialog

        assert self._folder is not None
        formers = self._entrance.formers(self._folder)
        dialog = TakeBackDialog(self._entrance, self._folder, formers, self._jobs, self)
        order = dialog.order if dialog.exec() else None
        dialog.deleteLater()
        if order is not None:
            self.order = order
            self.accept()

    def _add_target(self) -> None:
        self._target_line.setAccessibleName("恢复到")
        EnterMoves(self._target_line)
        row = QHBoxLayout()
        row.addWidget(self._target_line, 1)
        row.addWidget(theme.button("浏览(&O)…", self._on_browse_target))
        self.body.addWidget(theme.label("恢复到哪个文件夹（本机硬盘）"))
        self.body.addLayout(row)

    def _on_browse(self) -> None:
        chosen = choose_file(self, "选择备份文件", self._start, KINDS)
        if chosen is not None:
            self._given.path.setText(str(chosen))
            self._given.secret.setFocus()

    def _on_browse_target(self) -> None:
        chosen = choose_folder(self, "恢复到", self.target)
        if chosen is not None:
            self._target_line.setText(str(chosen))

    def _forget(self) -> None:
        """Another file or secret: what was checked before no longer counts."""
        self._info = None
        self._card.hide()
        self._cost.hide()
        self._act.hide()
        self._check.show()
        self.say("")

    def _on_check(self) -> None:
        problem = missing(self._given)
        if not problem and self._folder is None:
            self.target = Path(self._target_line.text().strip())
            problem = self._entrance.folder_problem(self.target)
        if problem:
            self.say(problem)
            return
        job = partial(
            self._entrance.verify_backup,
            Path(self._given.path.text().strip()),
            self._folder,
            self._given.secret.text(),
        )
        handle = self._jobs.run(job, self._on_checked, self.say)
        handle.cancelled.connect(lambda: self.say("已取消核验", "muted"))
        self.be_busy(handle, "正在逐段核对…")

    def _on_checked(self, info: BackupInfo) -> None:
        self._info = info
        self._card.show_info(info, self._now)
        self._say_cost(info)
        self._check.hide()
        self._act.show()
        self.fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Say once more what it costs: while the program was locked the log could not be asked."""
        super().showEvent(event)
        if self._info is not None:
            self._say_cost(self._info)

    def _say_cost(self, info: BackupInfo) -> None:
        if self._folder is not None:
            self._cost.setText(
                f"△ {old_words(info, datetime.now())}恢复后，{moment(info)}以后所做的全部改动都不在记录里。"
                f"{self._lost(info)}账户、口令和角色以现在的为准。现有记录会先另存一份安全副本，不会删除。"
            )
            self._cost.show()
        if info.absent:
            here = "" if self._folder is None else "这台电脑上现有的附件会继续使用；"
            self._cost.setText(
                f"{self._cost.text()}\n△ 备份旁边缺少{info.absent}件附件。{here}"
                "最好先把备份位置的 attachments 文件夹一并拷来，再恢复。".strip()
            )
            self._cost.show()

    def _lost(self, info: BackupInfo) -> str:
        """Return what is not in the backup, as the log counts it."""
        if self._loss is None:
            return ""
        try:
            return loss_words(self._loss(info))
        except Exception as error:
            return f"（{sentence_of(error)}）"

    def _on_act(self) -> None:
        if self._info is None:
            return
        file, secret = Path(self._given.path.text().strip()), self._given.secret.text()
        if self._folder is not None:
            question = (
                f"现有记录将被{moment(self._info)}的备份取代；现有记录另存为安全副本。"
                "恢复时程序先关闭当前记录，完成后请重新登录。"
            )
            ask_consent(
                self,
                self._entrance,
                self._folder,
                Order(file, secret),
                self._jobs,
                question=question,
                act="覆盖并恢复(&R)",
                then=self._on_agreed,
            )
            return
        job = partial(self._entrance.restore, file, self.target, secret)
        handle = self._jobs.run(job, lambda _former: self.accept(), self.say)
        handle.cancelled.connect(lambda: self.say("已取消，没有改动", "muted"))
        self.be_busy(handle, "正在恢复…")

    def _on_agreed(self, order: Order) -> None:
        self.order = order
        self.accept()


_OLD_DAYS = 14


def old_words(info: BackupInfo, now: datetime) -> str:
    """Return a warning about a backup that is not of these days; ``""`` for a fresh one."""
    days = (now - info.made_at).days
    return f"这份备份是{days}天以前的，请确认没有更新的备份。" if days > _OLD_DAYS else ""


def loss_words(loss: Loss) -> str:
    """Return in a sentence or two what a restore would take away."""
    branch = (
        ""
        if loss.known
        else "这份备份不在现有记录的备份清单里：可能来自另一次恢复之前，请核对时间和人数。"
    )
    if not loss.total:
        return f"{branch}其后没有改动。"
    some = "、".join(f"{act}{number}次" for act, number in loss.acts[:6])
    more = "等" if len(loss.acts) > 6 else ""
    last = f"，最后一次是{loss.last_who} {loss.last_at:%Y-%m-%d %H:%M}" if loss.last_at else ""
    return f"{branch}其后有{loss.total}次操作会丢失：{some}{more}{last}。"


class RestoringDialog(Dialog):
    """Replaces records that have just been closed, and says where the former ones are kept."""

    def __init__(
        self,
        entrance: Entrance,
        order: Order,
        folder: Path,
        jobs: JobRunner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("正在恢复", parent, icon_name="restore", width=540)
        self.error: Exception | None = None
        self._jobs = jobs
        # A folder is where records are kept that a restore replaced: it is taken back.
        act = entrance.take_back if order.file.is_dir() else entrance.restore
        self._job = partial(act, order.file, folder, order.secret, consent=order.consent)
        self._text = theme.label("请不要关闭电脑。", wrap=True)
        self.body.addWidget(self._text)
        self._leave = self.offer("继续，去登录(&L)", self.accept, role="primary", default=True)
        QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        handle = self._jobs.run(self._job, self._on_done, self._on_failed)
        handle.cancelled.connect(self._on_cancelled)
        self.be_busy(handle, "正在恢复…")

    def _on_done(self, former: Path | None) -> None:
        self.heading.setText("恢复完成")
        kept = (
            f"恢复前的记录保存在：\n{former}\n确认恢复结果无误后，可由管理员删除。"
            if former
            else ""
        )
        self._text.setText(f"记录已恢复并核对无误。{kept}")
        self.fit()

    def _on_failed(self, error: Exception) -> None:
        self.error = error
        self.heading.setText("没有恢复")
        half_done = getattr(error, "half_done", False)
        self._text.setText("" if half_done else "恢复没有完成，原有记录保持不变。")
        self.say(error)
        self.fit()

    def _on_cancelled(self) -> None:
        self.heading.setText("已取消")
        self._text.setText("恢复已取消，原有记录保持不变。")
