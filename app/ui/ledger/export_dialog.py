"""Writing the ledger to a file, as of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QLineEdit, QListWidget, QListWidgetItem, QWidget

from app.domain.fields import FieldKind, FieldSpec
from app.domain.ledger import COLUMNS
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.calm_combo_box import CalmComboBox
from app.ui.date_field import DayField
from app.ui.dialog import Dialog, choose_target
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from app.ui.records.typed import keep_words

_USUAL = (
    "number", "name", "sex", "born_on", "workplace", "party_kind", "party_on",
    "admin_kind", "admin_on", "until", "verdict",
)  # fmt: skip
"""What is ticked at first: a list that fits one page across."""

_AS_OF = FieldSpec(
    FieldKind.DAY, "计算截至", help="期满日期、对象认定和状态按这一天计算，一般为今天"
)


WHOLE = "全部栏目（改后可再导入）"
SOME = "只导出选定的栏目"


class ExportDialog(Dialog):
    """Asks for a purpose, people, columns, a day and a file, and writes the ledger as of that day."""

    def __init__(
        self,
        use_cases: UseCases,
        jobs: JobRunner,
        messages: MessageBar,
        parent: QWidget | None = None,
        *,
        choices: Sequence[tuple[str, Sequence[int] | None]] = (("全部人员", None),),
    ) -> None:
        """``choices`` are groups of people in words with their ids, ``None`` for everybody."""
        super().__init__(
            "导出台账",
            parent,
            lead="写成 Excel 台账，含期满日期、影响期最后一日和对象认定。"
            "文件不加密，请按工作秘密保管；用途记入日志和打印登记簿。",
            icon_name="export",
            width=600,
        )
        self._use_cases, self._jobs, self._messages = use_cases, jobs, messages
        self.purpose = QLineEdit()
        self.purpose.setPlaceholderText("如 报送校纪委会议、季度核对")
        self.people = CalmComboBox()
        for words, ids in choices:
            self.people.addItem(words, ids)
        self.columns = CalmComboBox()
        self.columns.addItems((WHOLE, SOME))
        self.list = QListWidget()
        self.list.setAccessibleName("导出的栏目")
        self.list.setFixedHeight(156)  # the dialog needs no second scroll bar on a small screen
        for column in COLUMNS:
            item = QListWidgetItem(column.title)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            shown = Qt.CheckState.Checked if column.key in _USUAL else Qt.CheckState.Unchecked
            item.setCheckState(shown)
            self.list.addItem(item)
        self._day = DayField(_AS_OF)
        self._day.show_value(date.today())
        form = QFormLayout()
        form.setSpacing(theme.SMALL)
        form.setHorizontalSpacing(theme.LARGE)
        for words, editor in (
            ("用途(&P) *", self.purpose),
            ("人员(&R)", self.people),
            ("栏目(&L)", self.columns),
            ("计算截至(&D)", self._day),
        ):
            editor.setAccessibleName(words.split("(")[0])
            label = theme.label(words)
            label.setBuddy(editor)
            form.addRow(label, editor)
            if editor is self.columns:
                form.addRow(self.list)
        form.setRowVisible(self.list, False)
        self._form = form
        self.body.addLayout(form)
        self.body.addWidget(theme.label(_AS_OF.help, "small", wrap=True))
        if use_cases.settings().mask_contacts:
            in_full = "列表中隐去的电话和住址，在导出的文件中是全文"
            self.body.addWidget(theme.label(in_full, "small", wrap=True))
        self.body.addStretch(1)
        self.columns.currentTextChanged.connect(self._on_columns)
        self.offer("取消(&C)", self.reject)
        self.offer("选择位置并导出(&E)…", self._export, role="primary", default=True)
        self.fit()
        keep_words(self.purpose, self, "用途")
        self.purpose.setFocus()

    def chosen_columns(self) -> tuple[str, ...]:
        """Return the keys of the columns to write; none for the full ledger."""
        if self.columns.currentText() == WHOLE:
            return ()
        return tuple(
            column.key
            for place, column in enumerate(COLUMNS)
            if self.list.item(place).checkState() == Qt.CheckState.Checked
        )

    def _on_columns(self, words: str) -> None:
        self._form.setRowVisible(self.list, words == SOME)
        self.fit()

    def _export(self) -> None:
        if not self.purpose.text().strip():
            self.say("请填写用途，导出的内容和用途一并记入日志")
            self.purpose.setFocus()
            return
        if self.columns.currentText() == SOME and not self.chosen_columns():
            self.say("请至少勾选一个栏目")
            self.list.setFocus()
            return
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
        columns = self.chosen_columns()
        handle = self._jobs.run(
            partial(
                self._use_cases.export_ledger,
                target,
                day,
                records=not columns,
                purpose=self.purpose.text().strip(),
                ids=self.people.currentData(),
                columns=columns,
            ),
            partial(self._on_written, target),
            self.say,
        )
        self.be_busy(handle, "正在导出…")
        handle.cancelled.connect(lambda: self.say("已取消，没有写出文件", "warning"))

    def _on_written(self, target: Path, rows: int) -> None:
        self._messages.show_info(f"已导出 {rows} 行到“{target}”")
        self.accept()
