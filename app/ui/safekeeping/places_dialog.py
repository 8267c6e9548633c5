"""Where backups go by themselves: the places, how each of them stands, and the last drill."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QWidget

from app.services.ports import Changes
from app.services.safekeeping import MANUAL, Drill, PlaceOutcome, PlaceState
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.dialog import Dialog, choose_folder
from app.ui.jobs import JobRunner

_FOLDER = Qt.ItemDataRole.UserRole


class PlacesDialog(Dialog):
    """Adds and removes places at once; ``changes`` is what saving returned."""

    def __init__(self, use_cases: UseCases, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(
            "备份位置",
            parent,
            lead="退出时和每隔几小时，有改动就自动备份到下面各处。请至少设两处，其中一处用U盘或另一块磁盘。",
            icon_name="backup",
            width=680,
        )
        self._use_cases, self._jobs = use_cases, jobs
        self._keeping = use_cases.safekeeping
        self.changes: Changes = frozenset()
        self.list = QListWidget()
        self.list.setAccessibleName("备份位置")
        self.list.setFixedHeight(150)
        self._empty = theme.label(
            "还没有备份位置。点“添加位置”，选一个文件夹。", "muted", wrap=True
        )
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        row.addWidget(theme.button("添加位置(&A)…", self._on_add, icon_name="folder"))
        self._remove = theme.button(
            "移除(&D)", self._on_remove, tip="只是不再备份到那里，已有的备份不动"
        )
        row.addWidget(self._remove)
        self.list.currentRowChanged.connect(self._on_row)
        row.addStretch(1)
        self._now = theme.button("现在备份到各处(&B)", self._on_back_up)
        row.addWidget(self._now)
        self._proof = theme.label("", "muted", wrap=True)
        self._drill = theme.button("现在做一次恢复演练(&R)", self._on_drill, role="link")
        for widget in (self.list, self._empty):
            self.body.addWidget(widget)
        self.body.addLayout(row)
        self.body.addWidget(self._proof)
        proof = QHBoxLayout()
        proof.addWidget(self._drill)
        proof.addStretch(1)
        self.body.addLayout(proof)
        self.offer("关闭(&C)", self.reject, default=True)
        self._show()

    def _show(self) -> None:
        places = self._keeping.places()
        self.list.clear()
        for place in places:
            item = QListWidgetItem(place_line(place))
            item.setData(_FOLDER, str(place.folder))
            item.setToolTip(str(place.folder))
            self.list.addItem(item)
        self.list.setVisible(bool(places))
        self._empty.setVisible(not places)
        self._remove.setEnabled(self.list.currentRow() >= 0)
        self._now.setEnabled(bool(places))
        self._show_proof(self._keeping.last_drill())
        self.fit()

    def _show_proof(self, drill: Drill | None) -> None:
        if drill is None:
            self._proof.setText(
                "还没有做过恢复演练：把最近的备份恢复到旁边并核对，每周自动做一次。"
            )
            theme.set_role(self._proof, "muted")
            return
        how = "通过" if drill.passed else "没有通过"
        self._proof.setText(f"上次恢复演练 {drill.at:%Y-%m-%d %H:%M} {how}：{drill.finding}")
        theme.set_role(self._proof, "good" if drill.passed else "problem")

    def _on_row(self, row: int) -> None:
        self._remove.setEnabled(row >= 0)

    def _on_add(self) -> None:
        chosen = choose_folder(self, "选择备份位置", Path.home())
        if chosen is not None:
            self.add(chosen)

    def add(self, folder: Path) -> None:
        """Take a folder in; one inside the records, or a second time, is refused with a sentence."""
        records = self._use_cases.who.folder
        known = self._use_cases.settings().backup_places
        if folder == records or records in folder.parents:
            self.say("这是数据文件夹内部：磁盘损坏时记录和备份会一起丢失，请换一个位置")
        elif str(folder) in known:
            self.say("这个位置已经在上面了", "warning")
        else:
            self._keep([*known, str(folder)])
            same = folder.anchor == records.anchor and bool(folder.anchor[1:])
            self.say(
                "已添加；它与记录在同一块磁盘上，请另设一处U盘或另一块磁盘" if same else "已添加",
                "warning" if same else "good",
            )

    def _on_remove(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            gone = item.data(_FOLDER)
            self._keep([one for one in self._use_cases.settings().backup_places if one != gone])
            self.say("已移除；那里已有的备份没有删除", "good")

    def _keep(self, places: list[str]) -> None:
        settings = self._use_cases.settings()
        settings.backup_places = places
        try:
            self.changes |= self._use_cases.save_settings(settings)
        except Exception as error:
            self.say(error)
            return
        self._show()

    def _on_back_up(self) -> None:
        job = partial(self._keeping.back_up_places, MANUAL)
        handle = self._jobs.run(job, self._on_backed_up, self.say)
        handle.cancelled.connect(lambda: self.say("已取消，没有留下不完整的备份文件", "muted"))
        self.be_busy(handle, "正在备份…")

    def _on_backed_up(self, outcomes: Sequence[PlaceOutcome]) -> None:
        self._show()
        wrong = [outcome.trouble for outcome in outcomes if outcome.info is None]
        done = sum(outcome.info is not None for outcome in outcomes)
        if wrong:
            self.say(f"已备份到{done}处；" + "；".join(wrong), "warning")
        else:
            self.say(f"已备份到{done}处，并逐一读回核对无误", "good")
        self.fit()

    def _on_drill(self) -> None:
        handle = self._jobs.run(self._keeping.drill, self._on_drilled, self.say)
        handle.cancelled.connect(lambda: self.say("已取消演练", "muted"))
        self.be_busy(handle, "正在把最近的备份恢复到旁边核对…")

    def _on_drilled(self, drill: Drill | None) -> None:
        if drill is None:
            self.say("还没有备份，或备份位置现在找不到。请先备份", "warning")
        self._show()


def place_line(place: PlaceState) -> str:
    """Return how the list shows a place."""
    if not place.reachable:
        since = f"，上次备份 {place.last:%Y-%m-%d %H:%M}" if place.last else ""
        return f"{place.folder}\n△ 现在找不到，请接好移动硬盘或U盘{since}"
    if place.last is None:
        return f"{place.folder}\n还没有备份"
    return f"{place.folder}\n上次备份 {place.last:%Y-%m-%d %H:%M}，共{place.backups}份"
