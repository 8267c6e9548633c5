"""Writing the ledger to a file, as of a day."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.domain.fields import FieldKind, FieldSpec
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.date_field import DayField
from app.ui.dialog import Dialog, choose_target
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar

_AS_OF = FieldSpec(
    FieldKind.DAY, "计算截至", help="期满日期、对象认定和状态按这一天计算，一般为今天"
)


class ExportDialog(Dialog):
    """Asks for a day and a file, and writes everybody with periods and verdict as of that day."""

    def __init__(
        self,
        use_cases: UseCases,
        jobs: JobRunner,
        messages: MessageBar,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "导出台账",
            parent,
            lead="把全部人员写成 Excel 台账，含期满日期、影响期最后一日和对象认定。"
            "文件不加密，请按工作秘密保管。",
            icon_name="export",
            width=560,
        )
        self._use_cases, self._jobs, self._messages = use_cases, jobs, messages
        self._day = DayField(_AS_OF)
        self._day.show_value(date.today())
        self.body.addWidget(theme.label("计算截至", "muted"))
        self.body.addWidget(self._day)
        self.body.addWidget(theme.label(_AS_OF.help, "small", wrap=True))
        self.body.addStretch(1)
        self.offer("取消(&C)", self.reject)
        self.offer("选择位置并导出…(&E)", self._export, role="primary", default=True)
        self.fit()

    def _export(self) -> None:
        if not self._day.settle() or not isinstance(day := self._day.value(), date):
            self.say("请填写计算截至的日期，如 2026-11-23")
            self._day.setFocus()
            return
        proposal = Path.home() / f"回访台账（截至{day:%Y-%m-%d}）.xlsx"
        target = choose_target(self, "导出台账", proposal, "Excel 工作簿 (*.xlsx)")
        if target is not None:
            self.write(target, day)

    def write(self, target: Path, day: date) -> None:
        """Write the ledger as of ``day`` to ``target``."""
        if target.suffix.lower() != ".xlsx":
            target = target.with_name(f"{target.name}.xlsx")
        handle = self._jobs.run(
            partial(self._use_cases.export_ledger, target, day, records=True),
            partial(self._on_written, target),
            self.say,
        )
        self.be_busy(handle, "正在导出…")
        handle.cancelled.connect(lambda: self.say("已取消，没有写出文件", "warning"))

    def _on_written(self, target: Path, rows: int) -> None:
        self._messages.show_info(f"已导出 {rows} 行到“{target}”")
        self.accept()
