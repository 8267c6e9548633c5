"""Two records of one person side by side: left, right, and what the one that is left will say."""

from __future__ import annotations

import copy
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.fields import FieldKind, display, form_fields
from app.domain.subject import Subject
from app.services.merging import FieldPair, MergePreview
from app.services.ports import StaleData, UserError
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.field_editor import FieldEditor
from app.ui.fields import make_editor
from app.ui.records.typed import keep_words
from app.ui.roster.person_pane import clear_grid

_SIDE = 210  # of a column; longer values wrap


class MergeDialog(Dialog):
    """Merges the right person into the left one, field by field, with a reason."""

    merged = Signal(int, object)  # id of the person that is left, Changes

    def __init__(
        self, use_cases: UseCases, kept_id: int, dropped_id: int, parent: Any = None
    ) -> None:
        """Raises ``UserError`` when one of the two is gone."""
        super().__init__(
            "合并为一人",
            parent,
            lead="左侧保留，右侧并入左侧。两边不同的项目请选定一边，也可以直接改右端的合并结果。"
            "右侧的处分、回访、登记表、附件等全部转到左侧；合并记入日志，可以撤销。",
            icon_name="people",
            width=960,
        )
        self._use_cases = use_cases
        self._editors: dict[str, FieldEditor] = {}
        self._groups: list[QButtonGroup] = []
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.MEDIUM)
        self._grid.setVerticalSpacing(theme.TINY)
        self._moving = theme.label("", wrap=True)
        self._folded = theme.label("", "muted", wrap=True)
        self._trouble = theme.label("", "warning", wrap=True)
        self.body.addLayout(self._grid)
        for words in (self._moving, self._folded):
            self.body.addWidget(words)
        self.body.addStretch(1)
        self._reason = QLineEdit()
        self._reason.setAccessibleName("合并理由")
        self._reason.setPlaceholderText("如何认定为同一人，如“经核对身份证件，重复录入”")
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        label = theme.label("理由(&W)")
        label.setBuddy(self._reason)
        row.addWidget(label)
        row.addWidget(self._reason, 1)
        foot = QVBoxLayout()  # in sight however long the fields: why not, and the reason
        theme.margins(foot, 0, theme.SMALL)
        foot.addWidget(self._trouble)
        foot.addLayout(row)
        self._column.insertLayout(self._column.count() - 2, foot)
        self.offer("左右互换(&X)", self._swap, left=True)
        self.offer("取消(&C)", self.reject)
        self._go = self.offer("合并为一人(&M)", self._merge, role="primary", default=True)
        self._reason.textChanged.connect(lambda _text: self._show_ready())
        self._seen = self._show(use_cases.people.preview_merge(kept_id, dropped_id))
        keep_words(self._reason, self, "理由", f"{kept_id}、{dropped_id}")

    def fill(self, reason: str, **values: object) -> None:
        """Fill the dialog in: values by attribute of ``Subject``."""
        for name, value in values.items():
            self._editors[name].show_value(value)
        self._reason.setText(reason)

    # ------------------------------------------------------------ showing

    def _show(self, seen: MergePreview) -> MergePreview:
        clear_grid(self._grid)
        self._editors.clear()
        self._groups.clear()
        for column, words in enumerate(("", "左：保留", "右：并入后不再单列", "合并结果")):
            self._grid.addWidget(theme.label(words, "heading" if words else "muted"), 0, column)
        for column in (1, 2, 3):
            self._grid.setColumnStretch(column, 1)
            self._grid.setColumnMinimumWidth(column, _SIDE)
        specs = form_fields(Subject)
        row = 0
        for pair in seen.pairs:
            if specs[pair.name].kind is FieldKind.DATA or not (
                display(pair.kept) or display(pair.dropped)
            ):
                continue
            row += 1
            self._show_pair(row, pair)
        moving = "、".join(f"{label} {number}" for label, number in seen.moving.items())
        staying = "、".join(f"{label} {number}" for label, number in seen.staying.items())
        self._moving.setText(f"右侧转到左侧：{moving or '无'}。左侧原有：{staying or '无'}。")
        self._folded.setText(f"两边都有、只留一份：{'；'.join(seen.folded)}。")
        self._folded.setVisible(bool(seen.folded))
        self._trouble.setText("\n".join(f"△ 不能合并：{one}" for one in seen.obstacles))
        self._trouble.setVisible(bool(seen.obstacles))
        self._seen = seen
        self._show_ready()
        self.fit()
        return seen

    def _show_pair(self, row: int, pair: FieldPair) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        caption = theme.label(f"△ {pair.label}" if pair.differs else pair.label, "muted")
        if pair.differs:
            theme.set_role(caption, "warning")
        self._grid.addWidget(caption, row, 0, middle)
        if pair.kept == pair.dropped:
            for column in (1, 2, 3):
                self._grid.addWidget(
                    theme.label(display(pair.kept), wrap=True), row, column, middle
                )
            return
        editor = make_editor(form_fields(Subject)[pair.name])
        editor.show_value(pair.result)
        self._editors[pair.name] = editor
        group = QButtonGroup(self)
        self._groups.append(group)
        for column, side, value in ((1, "左", pair.kept), (2, "右", pair.dropped)):
            choice = QRadioButton()
            choice.setAccessibleName(f"{pair.label}用{side}侧：{display(value) or '空'}")
            choice.setChecked(value == pair.result)
            choice.clicked.connect(
                lambda _on=False, editor=editor, value=value: editor.show_value(value)
            )
            group.addButton(choice)
            self._grid.addWidget(_Side(choice, display(value) or "（空）"), row, column, middle)
        self._grid.addWidget(editor, row, 3, middle)

    def _show_ready(self) -> None:
        self._go.setEnabled(not self._seen.obstacles and bool(self._reason.text().strip()))

    # ------------------------------------------------------------ acting

    def _swap(self) -> None:
        self._read_again(self._seen.dropped.id or 0, self._seen.kept.id or 0)

    def _read_again(self, kept_id: int, dropped_id: int) -> None:
        try:
            self._show(self._use_cases.people.preview_merge(kept_id, dropped_id))
        except UserError as error:
            self.say(error)
            self._go.setEnabled(False)

    def _merge(self) -> None:
        result = copy.copy(self._seen.kept)
        for pair in self._seen.pairs:
            setattr(result, pair.name, pair.result)
        for name, editor in self._editors.items():
            if not editor.settle():
                editor.setFocus(Qt.FocusReason.OtherFocusReason)
                self.say(f"{editor.spec.label}：{editor.problem}")
                return
            setattr(result, name, editor.value())
        reason = self._reason.text()
        try:
            changes = self._use_cases.people.merge_people(result, self._seen.dropped, reason)
        except StaleData as error:
            self._read_again(self._seen.kept.id or 0, self._seen.dropped.id or 0)
            self.say(f"{error}。已重新读取两人，请再核对")
            return
        except UserError as error:
            self.say(error)
            return
        self.merged.emit(result.id or 0, changes)
        self.accept()


class _Side(QWidget):
    """A choice with its value beside it, wrapped: a radio button's own text does not wrap."""

    def __init__(self, choice: QRadioButton, words: str) -> None:
        super().__init__()
        self._choice = choice
        row = QHBoxLayout(self)
        theme.margins(row, 0, theme.TINY)
        row.addWidget(choice)
        row.addWidget(theme.label(words, wrap=True), 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose it, wherever it was pressed."""
        self._choice.click()
        event.accept()
