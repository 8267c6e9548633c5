"""The backup on the way out: seen, short, and never a reason to be kept from leaving."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.services.safekeeping import LEAVING, PlaceOutcome
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.jobs import JobRunner


def back_up_on_leaving(use_cases: UseCases, jobs: JobRunner, parent: QWidget) -> bool:
    """Back up into every place if anything was done; return whether to leave (always, in the end)."""
    settings = use_cases.settings()
    if use_cases.who.practice or not settings.backup_on_exit or not settings.backup_places:
        return True
    try:
        if not use_cases.safekeeping.changed():
            return True
    except Exception:  # records that cannot be read must not keep anybody from leaving
        return True
    dialog = LeavingBackup(use_cases, jobs, parent)
    leave = bool(dialog.exec())
    dialog.deleteLater()
    return leave


class LeavingBackup(Dialog):
    """Backs up, then closes by itself; what went wrong stays until it is read."""

    def __init__(self, use_cases: UseCases, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__("退出前备份", parent, icon_name="backup", width=520)
        self._use_cases, self._jobs = use_cases, jobs
        number = len(use_cases.settings().backup_places)
        self._text = theme.label(f"有改动，正在备份到{number}处备份位置。", wrap=True)
        self.body.addWidget(self._text)
        self._stay = self.offer("不退出(&C)", self.reject)
        self._leave = self.offer("退出(&X)", self.accept, role="primary", default=True)
        QTimer.singleShot(0, self, self._begin)

    def _begin(self) -> None:
        job = partial(self._use_cases.safekeeping.back_up_places, LEAVING)
        handle = self._jobs.run(job, self._on_done, self._on_failed)
        handle.cancelled.connect(lambda: self._on_failed("已取消备份"))
        self.be_busy(handle, "正在备份…")

    def _on_done(self, outcomes: Sequence[PlaceOutcome]) -> None:
        wrong = [outcome.trouble for outcome in outcomes if outcome.info is None]
        if not wrong:
            QTimer.singleShot(0, self, self.accept)
            return
        done = sum(outcome.info is not None for outcome in outcomes)
        self._text.setText(f"已备份到{done}处；有{len(wrong)}处没有做成：")
        self._stop_at("\n".join(wrong))

    def _on_failed(self, error: Exception | str) -> None:
        self._text.setText("这次没有备份；已保存的内容都在，可以退出，下次打开再备份。")
        self._stop_at(error)

    def _stop_at(self, trouble: Exception | str) -> None:
        self.say(trouble, "warning")
        self.fit()
        self._leave.setFocus()  # Enter leaves: read it is, and nobody is kept
