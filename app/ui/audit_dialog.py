"""审计日志: read, filtered, exported, checked against an anchor from paper; a sheet of each month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.domain.rights import Right
from app.services.audit_view import AuditFilter, AuditRow
from app.services.ports import UserError
from app.ui import places, theme
from app.ui.calm_combo_box import CalmComboBox
from app.ui.dialog import Dialog, choose_target
from app.ui.jobs import JobRunner
from app.ui.table_model import RIGHT, Column, PagedTableModel
from app.ui.table_view import TableView

if TYPE_CHECKING:
    from app.services.use_cases import UseCases

_ALL = "全部"
_SPANS = {
    "全部时间": None,
    "今天": 0,
    "近7天": 6,
    "近30天": 29,
    "近一年": 365,
}
_COLUMNS: Sequence[Column[AuditRow]] = (
    Column("序号", lambda row: f"#{row.sequence}", width=74, align=RIGHT),
    Column("时间", lambda row: row.at[:19].replace("T", " "), width=146),
    Column("操作人", lambda row: row.who, width=80),
    Column("操作", lambda row: row.act, width=120),
    Column("对象", lambda row: row.what, width=90),
    Column("理由", lambda row: row.reason, width=130),
    Column("内容", lambda row: row.details),
)


class AuditDialog(Dialog):
    """Read-only; every opening is itself a line of the log."""

    def __init__(self, use_cases: UseCases, jobs: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(
            "审计日志",
            parent,
            lead="日志只能添加，不能修改或删除；每条与前一条相连并签名。",
            icon_name="shield",
            width=1000,
        )
        self._audit, self._folder, self._jobs = use_cases.audit, use_cases.who.folder, jobs
        self.who = self._box("操作人", self._audit.people())
        self.act = self._box("操作", self._audit.acts())
        self.span = CalmComboBox()
        self.span.setAccessibleName("时间")
        self.span.addItems(list(_SPANS))
        self.text = QLineEdit()
        self.text.setPlaceholderText("对象、理由或内容中的字")
        self.text.setAccessibleName("查找")
        self._wait = QTimer(self, singleShot=True, interval=250)
        self._wait.timeout.connect(self.refresh)
        self.text.textChanged.connect(lambda _text: self._wait.start())
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        for part in (self.who, self.act, self.span):
            part.currentIndexChanged.connect(lambda _index: self.refresh())
            row.addWidget(part)
        row.addWidget(self.text, 1)
        self.body.addLayout(row)
        self.model = PagedTableModel[AuditRow](_COLUMNS, self._page, self._count, parent=self)
        self.table = TableView()
        self.table.show_model(self.model)  # type: ignore[arg-type]
        self.table.setAccessibleName("审计日志")
        self.table.setMinimumHeight(250)
        self._said = theme.label("", "muted")
        self.body.addWidget(self._said)
        self.body.addWidget(self.table, 1)
        line = QHBoxLayout()
        self.anchor = QLineEdit()
        self.anchor.setAccessibleName("锚点")
        self.anchor.setPlaceholderText(
            "纸上的锚点，如：审计 #18342 · K7QF-9D2M；留空只核对日志本身"
        )
        line.addWidget(self.anchor, 1)
        line.addWidget(theme.button("核验(&V)", self._on_verify, icon_name="shield"))
        self.body.addLayout(line)
        self.sheet = self.offer("打印月报(&M)…", self._on_sheet, left=True)
        self.export = self.offer("导出(&E)…", self._on_export, left=True)
        self.offer("关闭(&C)", self.reject, default=True)
        refusal = use_cases.accounts.refusal(Right.AUDIT_EXPORT)
        for button in (self.sheet, self.export):
            button.setEnabled(not refusal)
            button.setToolTip(refusal)
        self.refresh()

    def chosen(self) -> AuditFilter:
        """Return what the filters say."""
        days = _SPANS[self.span.currentText()]
        return AuditFilter(
            who="" if self.who.currentIndex() == 0 else self.who.currentText(),
            act="" if self.act.currentIndex() == 0 else self.act.currentText(),
            text=self.text.text().strip(),
            first=None if days is None else date.today() - timedelta(days=days),
        )

    def refresh(self) -> None:
        """Show the lines that the filters leave."""
        try:
            self.model.refresh()
        except UserError as error:  # locked meanwhile: shown again, it reads again
            self.say(error)
            return
        self._said.setText(f"共 {self.model.rowCount()} 条，最近的在前")

    def showEvent(self, event: QShowEvent) -> None:
        """Read again after a lock."""
        super().showEvent(event)
        self.say("")
        self.refresh()

    def _page(self, offset: int, limit: int, *_sort: Any) -> Sequence[AuditRow]:
        return self._audit.rows(self.chosen(), offset, limit)

    def _count(self) -> int:
        return self._audit.count(self.chosen())

    def _box(self, name: str, values: Sequence[str]) -> CalmComboBox:
        made = CalmComboBox()
        made.setAccessibleName(name)
        made.addItems([f"{name}：{_ALL}", *values])
        return made

    def _on_verify(self) -> None:
        anchor = self.anchor.text().strip()
        handle = self._jobs.run(
            lambda progress: self._audit.verify(anchor, progress),
            lambda said: self.say(said, "good"),
            self.say,
        )
        self.be_busy(handle, "正在逐条核验…")

    def _on_export(self) -> None:
        start = Path.home() / f"审计日志-{date.today():%Y%m%d}.csv"
        target = choose_target(self, "导出审计日志", start, "CSV 表格 (*.csv)")
        if target is None:
            return
        which = self.chosen()
        handle = self._jobs.run(
            lambda progress: self._audit.export(which, target, progress),
            lambda number: self.say(f"已导出 {number} 条，含链值和签名", "good"),
            self.say,
        )
        self.be_busy(handle, "正在导出…")

    def _on_sheet(self) -> None:
        dialog = ChooseMonth(date.today(), self)
        if dialog.exec():
            year, month = dialog.month()
            self.be_busy(
                self._jobs.run(
                    lambda _progress: self._audit.draw_sheet(year, month),
                    lambda pdf: self._show_sheet(pdf, f"{year}年{month}月"),
                    self.say,
                ),
                "正在生成月报…",
            )
        dialog.deleteLater()

    def _show_sheet(self, pdf: bytes, month: str) -> None:
        from app.ui.forms.print_dialog import PrintDialog

        dialog = PrintDialog(
            pdf,
            warnings=None,
            incomplete=False,
            file_name=f"审计月报-{month}.pdf",
            settings=places.folder_memory(self._folder),
            record=lambda target, _copies: self._audit.record_sheet(month, target),
            parent=self,
        )
        dialog.setWindowTitle("打印审计月报")
        if dialog.exec():
            self.say(dialog.said, "good")
        dialog.deleteLater()


class ChooseMonth(Dialog):
    """Which month's sheet."""

    def __init__(self, today: date, parent: QWidget | None = None) -> None:
        super().__init__("打印审计月报", parent, icon_name="print", width=420)
        self._months: list[tuple[int, int]] = []
        self._box = CalmComboBox()
        self._box.setAccessibleName("月份")
        year, month = today.year, today.month
        for _ in range(24):
            self._months.append((year, month))
            self._box.addItem(f"{year}年{month}月")
            year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        self._box.setCurrentIndex(1 if today.day <= 15 else 0)
        self.body.addWidget(self._box)
        self.offer("取消(&C)", self.reject)
        self.offer("生成月报(&S)", self.accept, role="primary", default=True)

    def month(self) -> tuple[int, int]:
        """Return year and month."""
        return self._months[self._box.currentIndex()]
