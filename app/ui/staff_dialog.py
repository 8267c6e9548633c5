"""工作人员: who may be chosen for work groups, and who approves."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QCheckBox, QWidget

from app.domain.staff import Staff
from app.services.ports import UserError
from app.ui import theme
from app.ui.changes import ChangeBus
from app.ui.dialog import Dialog
from app.ui.records.entity_dialog import EntityDialog
from app.ui.roster.entity_form import Place
from app.ui.table_model import Column, RowTableModel
from app.ui.table_view import TableView

if TYPE_CHECKING:
    from app.services.plan_use_cases import PlanUseCases

_PLACES = (
    Place("name"),
    Place("department"),
    Place("post"),
    Place("unit"),
    Place("phone"),
    Place("account"),
    Place("principal", wide=True),
    Place("active", wide=True),
    Place("note", wide=True),
)
_COLUMNS: Sequence[Column[Staff]] = (
    Column("姓名", lambda one: one.name, width=84),
    Column("部门", lambda one: one.department, width=120),
    Column("职务", lambda one: one.post, width=110),
    Column("所在单位", lambda one: one.unit),
    Column("审批人", lambda one: "主要负责人" if one.principal else "", width=92),
    Column("账户", lambda one: one.account, width=84),
    Column(
        "在岗",
        lambda one: "在岗" if one.active else "不在岗",
        width=84,
        tone=lambda one: None if one.active else theme.NEUTRAL,
    ),
)


class StaffDialog(Dialog):
    """The list of staff. Nobody is deleted: who has left is marked 不在岗."""

    def __init__(self, plans: PlanUseCases, bus: ChangeBus, parent: QWidget | None = None) -> None:
        super().__init__(
            "工作人员",
            parent,
            lead="回访工作组从这里选择成员；“学校纪委主要负责人”是审核同意方案的人。"
            "离岗的取消“在岗”，以前的方案仍显示其姓名。",
            icon_name="people",
            width=800,
        )
        self._plans, self._bus = plans, bus
        self.table = TableView()
        self.table.setAccessibleName("工作人员")
        self.model = RowTableModel[Staff](_COLUMNS, self)
        self.table.show_model(self.model)  # type: ignore[arg-type]
        self.table.setMinimumHeight(230)
        self.table.opened.connect(self.edit)
        self._all = QCheckBox("也列出不在岗的")
        self._all.toggled.connect(lambda _on: self._show())
        self.body.addWidget(self.table)
        self.body.addWidget(self._all)
        self.offer("关闭(&C)", self.accept)
        self._change = self.offer("修改(&E)…", self._edit_chosen)
        self.offer("新增(&N)…", self.add, role="primary", default=True)
        self.table.selectionModel().selectionChanged.connect(lambda *_what: self._show_buttons())
        self._show()

    def add(self) -> None:
        """Enter somebody."""
        self.edit(Staff())

    def edit(self, one: Any) -> None:
        """Change somebody's entry."""
        dialog = EntityDialog(
            "新增工作人员" if one.id is None else f"修改：{one.name}",
            copy.copy(one),
            _PLACES,
            self._plans.save_staff,
            parent=self,
        )
        if dialog.exec():
            changes: Any = dialog.result_of_save
            self._bus.publish(changes or frozenset())
            self._show()
        dialog.deleteLater()

    def _edit_chosen(self) -> None:
        rows = self.table.selected_rows()
        if rows and (one := self.model.row_at(rows[0])) is not None:
            self.edit(one)

    def _show(self) -> None:
        try:
            found = self._plans.everybody() if self._all.isChecked() else self._plans.staff()
        except UserError as error:
            self.say(error)
            return
        self.model.set_rows(found)
        principal = any(one.principal for one in found)
        warn = "还没有登记学校纪委主要负责人，方案审批时无法核对签批人" if not principal else ""
        self.say(warn, "warning")
        self._show_buttons()

    def _show_buttons(self) -> None:
        self._change.setEnabled(bool(self.table.selected_rows()))
