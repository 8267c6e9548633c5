"""Typing into a cell of the list: the editor that opens there, and what was typed handed on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QStyledItemDelegate, QWidget

from app.domain.fields import form_fields
from app.domain.subject import Subject
from app.services.ports import RosterRow
from app.ui.calm_combo_box import CalmComboBox
from app.ui.field_editor import EnterInPopup
from app.ui.table_model import ROW_ROLE
from app.ui.table_view import CellDelegate

Index = QModelIndex | QPersistentModelIndex

_LEAST_WIDTH = 150


class QuickEditDelegate(CellDelegate):
    """Draws cells as before; a cell whose column ``edits`` an attribute can be typed into."""

    typed = Signal(object, str, str)  # the RosterRow, attribute, what was typed

    def __init__(
        self, values: Callable[[str], Sequence[str]], parent: QWidget | None = None
    ) -> None:
        """``values`` returns what an attribute says anywhere, to be proposed while typing."""
        super().__init__(parent)
        self._values = values
        self._refused: tuple[int, str, str] | None = None

    def offer_again(self, subject_id: int, field: str, text: str) -> None:
        """Put ``text``, which was refused, into the editor that is opened next for this cell."""
        self._refused = (subject_id, field, text)

    def createEditor(self, parent: QWidget, _option: Any, index: Index) -> QWidget:
        """Return a line, or a box of choices, for what the column edits."""
        field = _field(index)
        spec = form_fields(Subject)[field]
        if spec.choices and not spec.free:
            box = CalmComboBox(parent)
            box.addItem("（空）", "")
            for choice in spec.choices:
                box.addItem(choice, choice)
            box.activated.connect(lambda _place: self._on_chosen(box))
            QTimer.singleShot(0, box, box.showPopup)
            made: QWidget = box
        else:
            line = QLineEdit(parent)
            if field == "unit":
                completer = QCompleter(list(self._values(field)), line)
                completer.setFilterMode(Qt.MatchFlag.MatchContains)
                line.setCompleter(completer)
                EnterInPopup(completer, lambda _forward: self._on_entered(line))
            made = line
        made.setAccessibleName(f"修改{spec.label}")
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Show what the record says, unmasked; what was refused before is offered again."""
        row, field = index.data(ROW_ROLE), _field(index)
        text = getattr(row, field)
        if self._refused is not None and self._refused[:2] == (row.id, field):
            text = self._refused[2]
        self._refused = None
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(max(0, editor.findData(text)))
        elif isinstance(editor, QLineEdit):
            editor.setText(text)
            editor.selectAll()

    def setModelData(self, editor: QWidget, _model: Any, index: Index) -> None:
        """Hand on what was typed; the list writes it."""
        row = index.data(ROW_ROLE)
        if isinstance(row, RosterRow):
            text = editor.currentData() if isinstance(editor, QComboBox) else _text(editor)
            self.typed.emit(row, _field(index), text)

    def updateEditorGeometry(self, editor: QWidget, option: Any, _index: Index) -> None:
        """Lie over the cell, wide enough to type in where the column is narrow."""
        rect = option.rect
        viewport = editor.parentWidget()
        room = viewport.width() - rect.left() if viewport is not None else rect.width()
        editor.setGeometry(
            rect.left(), rect.top(), min(max(rect.width(), _LEAST_WIDTH), room), rect.height()
        )

    def _on_entered(self, line: QLineEdit) -> None:
        self.commitData.emit(line)
        self.closeEditor.emit(line, QStyledItemDelegate.EndEditHint.NoHint)

    def _on_chosen(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box, QStyledItemDelegate.EndEditHint.NoHint)


def _field(index: Index) -> str:
    model: Any = index.model()
    return str(model.columns[index.column()].edits)


def _text(editor: QWidget) -> str:
    return editor.text() if isinstance(editor, QLineEdit) else ""
