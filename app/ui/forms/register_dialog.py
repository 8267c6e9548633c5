"""打印登记簿: what was printed and exported, when, by whom, how many and where to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from app.services.ports import OutputRow
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.table_model import RIGHT, Column, RowTableModel
from app.ui.table_view import TableView


def _what(row: OutputRow) -> str:
    unkept = "登记表" in row.act and not row.what
    if unkept:
        return "按名册现填，未存档"
    unnamed = "登记表" in row.act and row.items > 1 and "等" not in row.what  # not kept: no name
    return f"{row.what}等" if unnamed else row.what


_COLUMNS: tuple[Column[OutputRow], ...] = (
    Column[OutputRow]("登记号", lambda row: f"#{row.number}", width=70, align=RIGHT),
    Column[OutputRow]("时间", lambda row: f"{row.at:%Y-%m-%d %H:%M}", width=128),
    Column[OutputRow]("经办人", lambda row: row.who, width=80),
    Column[OutputRow]("事项", lambda row: row.act, width=110),
    Column[OutputRow]("内容", _what, width=160),
    Column[OutputRow]("件数", lambda row: str(row.items), width=52, align=RIGHT),
    Column[OutputRow]("每件份数", lambda row: str(row.copies), width=76, align=RIGHT),
    Column[OutputRow]("去向", lambda row: row.target),
)


class RegisterDialog(Dialog):
    """Read-only: the register is part of the log, and nobody writes in that."""

    def __init__(
        self, outputs: Callable[[], Sequence[OutputRow]], parent: QWidget | None = None
    ) -> None:
        super().__init__(
            "打印登记簿",
            parent,
            lead="每次打印和导出都记在审计日志中，登记号是日志的序号，不能修改。",
            icon_name="print",
            width=920,
        )
        self.rows: RowTableModel[OutputRow] = RowTableModel(_COLUMNS, self)
        self.table = TableView()
        self.table.show_model(self.rows)  # type: ignore[arg-type]
        self.table.setAccessibleName("打印登记簿")
        self.table.setMinimumHeight(280)
        self._said = theme.label("", "muted")
        self.body.addWidget(self._said)
        self.body.addWidget(self.table, 1)
        self._copy = self.offer("复制全部(&A)", self.copy, left=True)
        self.offer("关闭(&C)", self.reject, default=True)
        try:
            found = outputs()
        except Exception as error:
            self.say(error)
            found = []
        self.rows.set_rows(found)
        self._copy.setEnabled(bool(found))
        self._said.setText(f"共 {len(found)} 条，最近的在前" if found else "还没有打印或导出过")
        self.fit()

    def copy(self) -> None:
        """Put all lines on the clipboard, as a spreadsheet pastes them."""
        self.table.selectAll()
        self.table.copy_cells()
        self.say(f"已复制 {len(self.rows.rows)} 行，可粘贴到 Excel", "good")
