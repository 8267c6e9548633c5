"""Every merge of two records, the newest first, each to be undone as one act."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal

from app.domain.person_merge import PersonMerge
from app.services.ports import UserError
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.ledger.questions import listing
from app.ui.message_bar import ask_reason
from app.ui.table_model import ROW_ROLE, Column, RowTableModel

_COLUMNS = (
    Column[PersonMerge](
        "合并时间",
        lambda one: f"{one.saved_at:%Y-%m-%d %H:%M}" if one.saved_at else "",
        lambda one: one.id,
        width=136,
    ),
    Column[PersonMerge]("保留", lambda one: one.kept_name, lambda one: one.kept_name, width=100),
    Column[PersonMerge](
        "并入", lambda one: one.dropped_name, lambda one: one.dropped_name, width=100
    ),
    Column[PersonMerge]("理由", lambda one: one.reason, lambda one: one.reason),
    Column[PersonMerge]("合并人", lambda one: one.done_by, lambda one: one.done_by, width=90),
    Column[PersonMerge](
        "状态", lambda one: "已撤销" if one.taken_back else "", lambda one: one.taken_back, width=80
    ),
)


class MergesDialog(Dialog):
    """Lists the merges and makes two records of one again."""

    undone = Signal(object)  # MergeUndone

    def __init__(self, use_cases: UseCases, parent: Any = None) -> None:
        super().__init__(
            "撤销合并",
            parent,
            lead="把合并过的两条人员记录分开，各自恢复合并前的内容。合并后又改动过的项目保留后来的内容，逐一列出。",
            icon_name="people",
            width=760,
        )
        self._people = use_cases.people
        self.list = listing(_COLUMNS, (), "历次合并", sortable=False)
        self.list.setMinimumHeight(170)
        self._none = theme.label("还没有合并过人员。", "muted")
        self.body.addWidget(self.list)
        self.body.addWidget(self._none)
        self.offer("关闭(&C)", self.reject)
        self._go = self.offer("撤销这次合并(&U)…", self._ask, role="danger")
        self.list.selectionModel().currentRowChanged.connect(lambda *_which: self._show_ready())
        self._refresh()

    def chosen(self) -> PersonMerge | None:
        """Return the merge that is chosen in the list."""
        index = self.list.currentIndex()
        found = index.data(ROW_ROLE) if index.isValid() else None
        return found if isinstance(found, PersonMerge) else None

    def take_back(self, merge_id: int, reason: str) -> None:
        """Undo this merge."""
        try:
            done = self._people.undo_merge(merge_id, reason)
        except UserError as error:
            self.say(error)
            return
        self._refresh()
        words = "已撤销合并，两人恢复为合并前的记录"
        if done.left:
            words += f"。合并后另有修改、保留后来内容的：{'；'.join(done.left[:8])}"
        self.say(words, "good")
        self.undone.emit(done)

    def _refresh(self) -> None:
        rows = list(self._people.merges())
        model = self.list.model()
        assert isinstance(model, RowTableModel)
        model.set_rows(rows)
        self._none.setVisible(not rows)
        self.list.selectRow(0)
        self._show_ready()

    def _show_ready(self) -> None:
        chosen = self.chosen()
        self._go.setEnabled(chosen is not None and not chosen.taken_back)

    def _ask(self) -> None:
        chosen = self.chosen()
        if chosen is None or chosen.id is None:
            return
        reason = ask_reason(
            self,
            f"把“{chosen.kept_name}”和“{chosen.dropped_name}”重新分开？",
            f"合并时的理由：{chosen.reason}",
            act="撤销这次合并",
            danger=True,
        )
        if reason is not None:
            self.take_back(chosen.id, reason)
