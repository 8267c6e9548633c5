"""文号登记簿: every number of a year with its letter, and those that no letter has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.document_number import DocumentNumber, number_gaps
from app.services.plan_use_cases import PlanUseCases
from app.services.ports import UserError
from app.ui import theme
from app.ui.calm_combo_box import CalmComboBox
from app.ui.dialog import Dialog
from app.ui.message_bar import ask_reason
from app.ui.records.tones import LATE
from app.ui.table_model import Column, RowTableModel
from app.ui.table_view import TableView

_YEARS = 5
_HIGH = 260
USED, VOID, MISSING = "已用", "作废", "没有登记"


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One line of the register; ``number`` is none where no letter has it."""

    words: str
    title: str
    on: str
    state: str
    why: str = ""
    number: DocumentNumber | None = None


_COLUMNS: Sequence[Column[NumberRow]] = (
    Column("文号", lambda row: row.words, width=170),
    Column("文种", lambda row: row.title, width=170),
    Column("登记日期", lambda row: row.on, width=100),
    Column(
        "情况",
        lambda row: row.state,
        width=92,
        tone=lambda row: LATE if row.state == MISSING else theme.NEUTRAL,
    ),
    Column("说明", lambda row: row.why, tip=lambda row: row.why or None),
)


def register(numbers: Sequence[DocumentNumber]) -> list[NumberRow]:
    """Return the lines of one series and year, lowest number first, every gap in its place."""
    found: list[tuple[int, NumberRow]] = []
    for one in numbers:
        state, why = (VOID, one.void_reason) if one.voided_on else (USED, "")
        row = NumberRow(str(one), one.title, str(one.issued_on or ""), state, why, one)
        found.append((one.number or 0, row))
    known = {one.number for one in numbers}
    for gap in number_gaps(numbers):
        if gap.first not in known:
            words = f"{gap.first}号" if gap.first == gap.last else f"{gap.first}至{gap.last}号"
            found.append((gap.first, NumberRow(words, "", "", MISSING, gap.reason)))
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


class NumbersDialog(Dialog):
    """Shows the register of a year; a number that was not used after all is made void."""

    def __init__(self, plans: PlanUseCases, parent: QWidget | None = None) -> None:
        super().__init__(
            "文号登记簿",
            parent,
            lead="函件按年统一编号，重新打印仍用原号。没有用上的号作废并写明理由，不再给其他函件。",
            icon_name="form",
            width=760,
        )
        self._plans = plans
        self.year = CalmComboBox()
        self.year.setAccessibleName("年份")
        this = plans.today().year
        for year in range(this, this - _YEARS, -1):
            self.year.addItem(f"{year}年", year)
        self.year.activated.connect(lambda _place: self.refresh())
        self._counts = theme.label("", "muted")
        line = QHBoxLayout()
        line.addWidget(self.year)
        line.addWidget(self._counts, 1)
        self.body.addLayout(line)
        self.model = RowTableModel[NumberRow](_COLUMNS, self)
        self.table = TableView()
        self.table.setAccessibleName("本年的文号")
        self.table.show_model(self.model)  # type: ignore[arg-type]
        self.table.setMinimumHeight(_HIGH)
        self.table.selectionModel().selectionChanged.connect(lambda *_what: self._show_button())
        self.body.addWidget(self.table)
        self.void = self.offer("作废(&D)…", self._on_void, left=True)
        self.offer("关闭(&C)", self.accept, role="primary", default=True)
        self.refresh()

    def refresh(self) -> None:
        """Read the year that is chosen."""
        try:
            numbers = self._plans.document_numbers(self.year.currentData())
        except UserError as error:
            self.say(error)
            return
        rows = register(numbers)
        self.model.set_rows(rows)
        used = sum(row.state == USED for row in rows)
        missing = [row.words for row in rows if row.state == MISSING]
        words = f"已用 {used} 个" + (f"，没有登记的：{'、'.join(missing)}" if missing else "")
        self._counts.setText(words if rows else "本年还没有编号；编号用“设置”中的发文代字")
        self._show_button()

    def _chosen(self) -> DocumentNumber | None:
        rows = [self.model.row_at(place) for place in self.table.selected_rows()]
        row = rows[0] if len(rows) == 1 else None
        return row.number if row is not None and row.state == USED else None

    def _show_button(self) -> None:
        self.void.setEnabled(self._chosen() is not None)

    def _on_void(self) -> None:
        number = self._chosen()
        if number is None:
            return
        reason = ask_reason(
            self,
            f"作废文号“{number}”",
            "作废后此号不再使用，留在登记簿中；该函件再次打印时另编新号。",
            act="作废(&D)",
            danger=True,
        )
        if reason is None:
            return
        try:
            self._plans.void_number(number.id or 0, reason)
        except UserError as error:
            self.say(error)
            return
        self.refresh()
        self.say(f"文号“{number}”已作废", "good")
