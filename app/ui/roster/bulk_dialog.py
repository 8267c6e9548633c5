"""One field of the selected people changed at once: what, why, and whom it alters."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QStackedWidget, QWidget

from app.domain.fields import form_fields
from app.domain.subject import PERSON_TYPES, Subject
from app.services.bulk_change import CHANGEABLE, BulkChange, PersonChange
from app.services.ports import UserError
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.calm_combo_box import CalmComboBox
from app.ui.dialog import Dialog
from app.ui.ledger.questions import listing
from app.ui.records.typed import keep_words
from app.ui.table_model import Column, RowTableModel

_COLUMNS = (
    Column[PersonChange]("姓名", lambda one: one.name, width=110),
    Column[PersonChange]("现在", lambda one: one.before or "（空）", width=200),
    Column[PersonChange]("改为", lambda one: one.after),
)


class BulkDialog(Dialog):
    """Shows beforehand whom the change alters; afterwards it can be taken back here at once."""

    changed = Signal(object)  # Changes

    def __init__(
        self, use_cases: UseCases, subject_ids: Sequence[int], parent: QWidget | None = None
    ) -> None:
        super().__init__(
            f"批量修改 {len(subject_ids)} 人",
            parent,
            lead="选中人员的一项内容改为同一值。修改前列出每人的变化；理由记入日志，可以撤销。",
            icon_name="edit",
        )
        self._use_cases, self._ids = use_cases, list(subject_ids)
        self.done_last: BulkChange | None = None  # what stands, and was not taken back here
        specs = form_fields(Subject)
        self._field = CalmComboBox()
        for name in CHANGEABLE:
            self._field.addItem(specs[name].label, name)
        self._unit = CalmComboBox()
        self._unit.setEditable(True)
        self._unit.addItems([value for value, _number in use_cases.roster.values("unit")])
        self._unit.setCurrentIndex(-1)
        self._type = CalmComboBox()
        self._type.addItems(PERSON_TYPES)
        self._type.setCurrentIndex(-1)
        self._values = QStackedWidget()
        self._values.addWidget(self._unit)
        self._values.addWidget(self._type)
        self._reason = QLineEdit()
        form = QFormLayout()
        form.setSpacing(theme.SMALL)
        form.addRow("修改项目", self._field)
        form.addRow("改为", self._values)
        form.addRow("理由", self._reason)
        self.body.addLayout(form)
        for editor, name in (
            (self._field, "修改项目"), (self._unit, "改为的单位"),
            (self._type, "改为的人员类别"), (self._reason, "理由"),
        ):  # fmt: skip
            editor.setAccessibleName(name)
        self._words = theme.label("", "muted", wrap=True)
        self.list = listing(_COLUMNS, (), "将要修改的人员")
        self.list.setMinimumHeight(150)
        self.body.addWidget(self._words)
        self.body.addWidget(self.list, 1)
        self._undo = self.offer("撤销这次修改(&U)", self._take_back, left=True)
        self._undo.hide()
        self._close = self.offer("取消(&C)", self.reject)
        self._go = self.offer("修改(&M)", self._change, role="primary", default=True)
        self._field.currentIndexChanged.connect(self._values.setCurrentIndex)
        self._field.currentIndexChanged.connect(lambda _place: self._preview())
        self._unit.currentTextChanged.connect(lambda _text: self._preview())
        self._type.currentTextChanged.connect(lambda _text: self._preview())
        self._reason.textChanged.connect(lambda _text: self._show_ready())
        keep_words(self._reason, self, "理由")
        self._preview()

    def choose(self, field: str, value: str, reason: str) -> None:
        """Fill the dialog in."""
        self._field.setCurrentIndex(CHANGEABLE.index(field))
        if field == "unit":
            self._unit.setEditText(value)
        else:
            self._type.setCurrentText(value)
        self._reason.setText(reason)

    def _chosen(self) -> tuple[str, str]:
        name = CHANGEABLE[max(0, self._field.currentIndex())]
        editor = self._unit if name == "unit" else self._type
        return name, editor.currentText().strip()

    def _preview(self) -> None:
        name, value = self._chosen()
        found: Sequence[PersonChange] = ()
        self.say("")
        if value:
            try:
                found = self._use_cases.preview_change(self._ids, name, value)
            except UserError as error:
                self.say(error)
        model = self.list.model()
        assert isinstance(model, RowTableModel)
        model.set_rows(found)
        same = len(self._ids) - len(found)
        words = f"将修改 {len(found)} 人" + (f"，另有 {same} 人已是此值，不变" if same else "")
        self._words.setText(words if value else "请先选择或填写新的内容")
        self._go.setText(f"修改 {len(found)} 人(&M)" if found else "修改(&M)")
        self._show_ready()

    def _show_ready(self) -> None:
        self._go.setEnabled(self.list.model().rowCount() > 0 and bool(self._reason.text().strip()))

    def _change(self) -> None:
        self._act(
            partial(self._use_cases.change_many, self._ids, *self._chosen(), self._reason.text())
        )

    def _take_back(self) -> None:
        if self.done_last is not None:
            self._act(partial(self._use_cases.change_back, self.done_last), back=True)

    def _act(self, act: partial[BulkChange], *, back: bool = False) -> None:
        try:
            done = act()
        except UserError as error:
            self.say(error)
            return
        self.done_last = None if back else done
        words = f"已{'撤销' if back else '修改'} {len(done.done)} 人"
        if done.kept:
            words += f"；{'、'.join(one.name for one in done.kept[:8])}后来另有修改，未动"
        for editor in (self._field, self._unit, self._type, self._reason):
            editor.setEnabled(False)  # the list below stays: it can be scrolled and copied
        self._words.hide()  # what would be changed: it has been
        self._undo.setVisible(not back)
        self._go.hide()
        self._close.setText("完成(&C)")
        self.say(words, "good")
        self.changed.emit(done.changes)
