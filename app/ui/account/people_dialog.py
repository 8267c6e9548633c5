"""Who is behind a number: a list that leads to each person."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.revisit_counts import Counted
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.table_model import Column, RowTableModel
from app.ui.table_view import TableView


def visits_of(row: Counted) -> str:
    """Return the visits of the period in words: 2026-09-01 实地、2026-10-12 电话."""
    if not row.revisits:
        return "暂缓" if row.put_off else "未访" if row.due else "期内退出" if row.left else ""
    return "、".join(f"{one.on.isoformat()} {one.method}".strip() for one in row.revisits)


_COLUMNS: tuple[Column[Counted], ...] = (
    Column[Counted]("姓名", lambda row: row.course.name, lambda row: row.course.name, width=84),
    Column[Counted](
        "出生年月", lambda row: row.course.born_on, lambda row: row.course.born_on, width=96
    ),
    Column[Counted]("单位", lambda row: row.course.unit, lambda row: row.course.unit, width=170),
    Column[Counted](
        "处分种类", lambda row: row.course.kind, lambda row: row.course.kind, width=128
    ),
    Column[Counted](
        "对象认定",
        lambda row: row.course.verdict,
        lambda row: row.course.verdict,
        width=136,
        tone=lambda row: theme.VERDICT_TONES.get(row.course.verdict),
        tip=lambda row: row.course.reason,
    ),
    Column[Counted](
        "期满日期",
        lambda row: row.course.last_day.isoformat() if row.course.last_day else "待定",
        lambda row: row.course.last_day,
        width=100,
    ),
    Column[Counted](
        "本期回访",
        visits_of,
        lambda row: row.last.on if row.last else None,
        tip=visits_of,
    ),
)


class PeopleDialog(Dialog):
    """The people behind a number; accepted with ``subject_id`` of the one to open."""

    def __init__(
        self,
        use_cases: UseCases,
        what: str,
        people: Sequence[Counted],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            what,
            parent,
            lead=f"共{len(people)}人。双击或按 Enter 查看人员，按 F1 查看期限和认定的依据。",
            icon_name="people",
            width=1000,
        )
        self._use_cases = use_cases
        self.subject_id: int | None = None
        self.people: RowTableModel[Counted] = RowTableModel(_COLUMNS, self)
        self.people.set_rows(people)
        self.table = TableView()
        self.table.show_model(self.people)  # type: ignore[arg-type]
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.setSortingEnabled(True)  # at first in the roster's order
        self.table.setAccessibleName("数字背后的人员")
        self.table.setMinimumHeight(320)
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.table.opened.connect(self._open)
        self.body.addWidget(self.table, 1)
        self.offer("复制(&C)", self._copy, left=True)
        self.offer("关闭(&X)", self.reject)
        self.offer("查看人员(&O)", self._open_current, role="primary", default=True)
        if people:
            self.table.selectRow(0)
        self.table.setFocus()
        self.fit()

    def explain(self) -> bool:
        """Explain verdict and dates of the chosen person, as of today."""
        from app.ui.basis import show_basis

        row = self.people.row_at(self.table.currentIndex().row())
        return show_basis(self._use_cases, [] if row is None else [row.course.subject_id], self)

    def _open(self, row: Counted) -> None:
        self.subject_id = row.course.subject_id
        self.accept()

    def _open_current(self) -> None:
        row = self.people.row_at(self.table.currentIndex().row())
        if row is not None:
            self._open(row)

    def _copy(self) -> None:
        if not self.table.selected_rows():
            self.table.selectAll()
        self.table.copy_cells()
        self.say("已复制所选人员，可粘贴到 Excel；请按工作秘密保管", "good")
