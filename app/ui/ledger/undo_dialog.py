"""Taking a whole import back: which one, what that would do, why."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.ledger_import import LedgerImport
from app.services.ports import UserError
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.jobs import JobRunner
from app.ui.ledger.questions import listing
from app.ui.message_bar import MessageBar, ask_reason
from app.ui.table_model import RIGHT, ROW_ROLE, Column, RowTableModel
from app.ui.table_view import TableView

_NAMED = 8

_COLUMNS = (
    Column[LedgerImport](
        "导入时间",
        lambda one: f"{one.saved_at:%Y-%m-%d %H:%M}" if one.saved_at else "",
        lambda one: one.id,
        width=136,
    ),
    Column[LedgerImport]("文件", lambda one: one.file_name, lambda one: one.file_name),
    Column[LedgerImport]("导入人", lambda one: one.done_by, lambda one: one.done_by, width=90),
    Column[LedgerImport](
        "新增", lambda one: _count(one, "新增人员"), lambda one: one.id, width=64, align=RIGHT
    ),
    Column[LedgerImport](
        "补充", lambda one: _count(one, "补充人员"), lambda one: one.id, width=64, align=RIGHT
    ),
    Column[LedgerImport](
        "状态", lambda one: "已撤销" if one.taken_back else "", lambda one: one.taken_back, width=80
    ),
)


def _count(one: LedgerImport, title: str) -> str:
    return str(one.counts.get(title, 0))


class UndoDialog(Dialog):
    """Lists the imports, the newest first, and takes the chosen one back."""

    taken_back = Signal(object)  # the UndoReport

    def __init__(
        self,
        use_cases: UseCases,
        jobs: JobRunner,
        messages: MessageBar,
        parent: QWidget | None = None,
        *,
        import_id: str = "",
    ) -> None:
        super().__init__(
            "撤销导入",
            parent,
            lead="撤回一次导入新增的人员和内容，恢复它补充过的内容。"
            "导入后有人改动过的人员不会撤，逐一列出。",
            icon_name="import",
            width=760,
        )
        self._use_cases, self._jobs, self._messages = use_cases, jobs, messages
        self.list: TableView = listing(_COLUMNS, (), "历次导入", sortable=False)
        self.list.setMinimumHeight(150)
        self._effect = theme.label("", wrap=True)
        self._left = theme.label("", "warning", wrap=True)
        for widget in (self.list, self._effect, self._left):
            self.body.addWidget(widget)
        self.offer("关闭(&C)", self.reject)
        self._go = self.offer("撤销这次导入(&U)…", self._ask, role="danger")
        self._refresh(import_id)
        self.list.selectionModel().currentRowChanged.connect(lambda *_which: self._show())

    def chosen(self) -> LedgerImport | None:
        """Return the import that is chosen in the list."""
        index = self.list.currentIndex()
        found = index.data(ROW_ROLE) if index.isValid() else None
        return found if isinstance(found, LedgerImport) else None

    def _refresh(self, import_id: str) -> None:
        rows = list(self._use_cases.imports())
        model = self.list.model()
        assert isinstance(model, RowTableModel)
        model.set_rows(rows)
        ids = [one.import_id for one in rows]
        self.list.selectRow(ids.index(import_id) if import_id in ids else 0)
        self._show()

    def _show(self) -> None:
        chosen = self.chosen()
        self._left.setText("")
        self._go.setEnabled(False)
        if chosen is None:
            self._effect.setText("还没有导入过台账。")
            return
        if chosen.taken_back:
            self._effect.setText("这次导入已经撤销。")
            return
        try:
            report = self._use_cases.undo_preview(chosen.import_id)
        except UserError as error:
            self._effect.setText(str(error))
            return
        self._go.setEnabled(bool(report.removed or report.restored))
        self._effect.setText(
            f"撤销后：删除这次新增的 {report.removed} 人及其处分，"
            f"恢复补充过的 {report.restored} 人。"
        )
        if report.left:
            some = "、".join(f"{one.name}（{one.why}）" for one in report.left[:_NAMED])
            more = f"等 {len(report.left)} 人" if len(report.left) > _NAMED else ""
            self._left.setText(f"保留不动：{some}{more}")
        self._left.setVisible(bool(report.left))
        self.fit()

    def _ask(self) -> None:
        chosen = self.chosen()
        if chosen is None:
            return
        reason = ask_reason(
            self,
            f"撤销“{chosen.file_name}”的导入？",
            self._effect.text(),
            act="撤销这次导入",
            danger=True,
        )
        if reason is not None:
            self.take_back(chosen.import_id, reason)

    def take_back(self, import_id: str, reason: str) -> None:
        """Take this import back, all in one transaction."""
        handle = self._jobs.run(
            partial(self._use_cases.undo_import, import_id, reason),
            partial(self._on_taken_back, import_id),
            self.say,
        )
        self.be_busy(handle, "正在撤销导入，全部撤回或全部不动…")
        handle.finished.connect(lambda *_which: self._show())  # what is taken back stays so
        handle.cancelled.connect(lambda: self.say("已取消，没有撤回任何内容", "warning"))

    def _on_taken_back(self, import_id: str, report: Any) -> None:
        self._refresh(import_id)
        self.say(report.summary, "good")
        self._messages.show_info(f"已撤销导入：{report.summary}")
        self.taken_back.emit(report)
