"""Practice data: made up people in a folder of their own, opened without asking anything."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.services.entrance import Entrance
from app.services.ports import Progress
from app.services.use_cases import UseCases
from app.ui.dialog import Dialog
from app.ui.jobs import JobRunner


def open_practice(entrance: Entrance, people: int, seed: int, progress: Progress) -> UseCases:
    """Open the practice data, made on first use. Their password lies beside them: no secret."""
    folder = entrance.practice_folder
    if not entrance.has_office(folder):
        entrance.make_practice(folder, people, seed, "", progress)
    progress(0, 0, "正在打开演示数据…")
    return entrance.sign_in(folder, *entrance.practice_access(folder))


class PracticeDialog(Dialog):
    """Shows that practice data are being made, and how far."""

    def __init__(
        self,
        entrance: Entrance,
        jobs: JobRunner,
        people: int,
        seed: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "演示数据",
            parent,
            lead="人员、单位和案情均为虚构，窗口和打印件处处标明“演示”，与真实记录分开存放，"
            "可以放心练习。",
            icon_name="practice",
            width=520,
        )
        self.use_cases: UseCases | None = None
        self._jobs = jobs
        self._job = partial(open_practice, entrance, people, seed)
        self.offer("返回(&B)", self.reject)
        self._retry = self.offer("重试(&R)", self._begin, role="primary")
        self._retry.hide()
        QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        self._retry.hide()
        handle = self._jobs.run(self._job, self._on_opened, self._on_failed)
        self.be_busy(handle, "正在准备演示数据…")

    def _on_opened(self, use_cases: UseCases) -> None:
        self.use_cases = use_cases
        self.accept()

    def _on_failed(self, error: Exception) -> None:
        self.say(error)
        self._retry.show()
