"""One editor per kind of field. A new kind of field is one more line in ``EDITOR_OF``."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QLineEdit, QPlainTextEdit, QWidget

from app.domain.fields import FieldKind, FieldSpec
from app.ui.calm_combo_box import CalmComboBox
from app.ui.date_field import DayField, PartialDateField
from app.ui.field_editor import EnterInPopup, EnterMoves, FieldEditor, caption, move_focus

__all__ = [
    "EDITOR_OF",
    "CalmComboBox",
    "ChoiceField",
    "DayField",
    "FieldEditor",
    "FlagField",
    "LongTextField",
    "NumberField",
    "PartialDateField",
    "TextField",
    "caption",
    "make_editor",
]

_COUNT_FROM = 0.8  # of the allowed length: from here on the count is shown


def _length_warning(text: str, spec: FieldSpec) -> str:
    if len(text) <= spec.max_length:
        return ""
    return f"现有{len(text)}字，最多{spec.max_length}字；已全部保留，请精简"


class TextField(FieldEditor):
    """One line of text. Never cut: a count and a warning instead."""

    control: QLineEdit

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, QLineEdit(), parent)
        EnterMoves(self.control)
        self.control.textEdited.connect(self._on_edited)

    def show_value(self, value: object) -> None:
        """Show ``value`` without telling anybody; the cursor stays if the text is the same."""
        text = str(value or "")
        if text != self.control.text():
            self.control.setText(text)
            self.control.setCursorPosition(0)
        self._count(text)

    def value(self) -> str:
        """Return the text."""
        return self.control.text()

    def _on_edited(self, text: str) -> None:
        self._count(text)
        self.edited.emit(text)

    def _count(self, text: str) -> None:
        near = len(text) > _COUNT_FROM * self.spec.max_length
        self.set_note(f"{len(text)}/{self.spec.max_length}字" if near else "")
        self._set_warning(_length_warning(text, self.spec))


class _GrowingText(QPlainTextEdit):
    """A text box as high as its text, between two numbers of lines."""

    def __init__(self, fewest: int, most: int) -> None:
        super().__init__()
        self._fewest, self._most = fewest, most
        self.setTabChangesFocus(True)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._fit())
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width makes other lines."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        # Asked block by block: the document's own count knows only lines painted before.
        layout, high = self.document().documentLayout(), 0.0
        block = self.document().begin()
        while block.isValid() and high < self._most * self.fontMetrics().lineSpacing():
            high += layout.blockBoundingRect(block).height()
            block = block.next()
        lines = math.ceil(high / max(1, self.fontMetrics().lineSpacing()) - 0.2)
        lines = max(self._fewest, min(self._most, lines))
        if self.height() != lines * self.fontMetrics().lineSpacing() + 18:
            self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 18)


class LongTextField(FieldEditor):
    """Paragraphs: Enter is a new line; Tab or Ctrl+Enter goes to the next field."""

    control: QPlainTextEdit

    def __init__(
        self, spec: FieldSpec, parent: QWidget | None = None, *, fewest: int = 3, most: int = 12
    ) -> None:
        super().__init__(spec, _GrowingText(fewest, most), parent)
        EnterMoves(self.control, with_ctrl=True)
        self._last = ""
        self.control.textChanged.connect(self._on_changed)

    def show_value(self, value: object) -> None:
        """Show ``value`` without telling anybody; the cursor stays if the text is the same."""
        text = str(value or "")
        self._last = text
        if text != self.control.toPlainText():
            self.control.setPlainText(text)
        self._count(text)

    def value(self) -> str:
        """Return the text."""
        return self.control.toPlainText()

    def _on_changed(self) -> None:
        # Composing text changes the layout but not the text: nothing was edited yet.
        text = self.control.toPlainText()
        if text != self._last:
            self._last = text
            self._count(text)
            self.edited.emit(text)

    def _count(self, text: str) -> None:
        self.set_note(f"共{len(text)}字" if text else "")
        self._set_warning(_length_warning(text, self.spec))


class ChoiceField(FieldEditor):
    """One of the declared choices or nothing; where the field is free, any other text as well."""

    control: QComboBox

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, CalmComboBox(), parent)
        self._line_edit: QLineEdit | None = None
        self._fill(spec.choices)
        if spec.free:
            self._line_edit = self._make_free()
        EnterMoves(self.control)
        self.control.activated.connect(lambda _index: self.edited.emit(self.value()))

    def set_choices(self, choices: tuple[str, ...]) -> None:
        """Offer other choices (kinds of another regime); the value shown stays."""
        shown = self.value()
        self._fill(choices)
        self.show_value(shown)

    def show_value(self, value: object) -> None:
        """Show ``value`` without telling anybody, also one that is not among the choices."""
        text = str(value or "")
        with QSignalBlocker(self.control):
            at = self.control.findText(text, Qt.MatchFlag.MatchExactly)
            if at < 0 and not self.spec.free:
                self.control.addItem(text)
                at = self.control.count() - 1
            self.control.setCurrentIndex(at)
            if self._line_edit is not None:
                self.control.setEditText(text)
                self._line_edit.setCursorPosition(0)

    def value(self) -> str:
        """Return the choice or the typed text."""
        return self.control.currentText()

    def _make_free(self) -> QLineEdit:
        line = QLineEdit()
        line.setAccessibleName(self.spec.label)
        self.control.setEditable(True)
        self.control.setLineEdit(line)
        self.control.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        # Completing in the line would turn a typed 研究生 into the first longer choice.
        completer = QCompleter(self.control.model(), self.control)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.control.setCompleter(completer)
        line.textEdited.connect(self.edited.emit)
        EnterMoves(line)
        EnterInPopup(completer, lambda forward: move_focus(line, forward=forward))
        return line

    def _fill(self, choices: tuple[str, ...]) -> None:
        with QSignalBlocker(self.control):
            self.control.clear()
            self.control.addItems(["", *choices])
            self.control.setMaxVisibleItems(16)
            self.control.setMinimumContentsLength(4)


class NumberField(FieldEditor):
    """A whole number, or nothing. Reads full-width digits."""

    control: QLineEdit

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, QLineEdit(), parent)
        self._value: int | None = None
        EnterMoves(self.control)
        self.control.textEdited.connect(self._on_edited)
        self.control.editingFinished.connect(self.settle)

    def show_value(self, value: object) -> None:
        """Show ``value`` without telling anybody."""
        self._value = value if isinstance(value, int) else None
        self.control.setText("" if self._value is None else str(self._value))
        self._set_own_problem("")

    def value(self) -> int | None:
        """Return the number last read."""
        return self._value

    def typed(self) -> str:
        """Return the text as it stands, readable or not."""
        return self.control.text()

    def settle(self) -> bool:
        """Say so if what is typed is no number; return whether it is one."""
        try:
            self._value = _number(self.control.text())
        except ValueError:
            self._set_own_problem(f"“{self.control.text().strip()}”不是整数，请只填数字，如 12")
            return False
        self._set_own_problem("")
        return True

    def _on_edited(self, text: str) -> None:
        try:
            self._value = _number(text)
        except ValueError:
            return  # said on leaving the field
        self._set_own_problem("")
        self.edited.emit(self._value)


def _number(text: str) -> int | None:
    half = unicodedata.normalize("NFKC", text).strip()
    if not half:
        return None
    if not (half.isascii() and half.isdigit() and len(half) <= 9):
        raise ValueError(text)
    return int(half)


class FlagField(FieldEditor):
    """A tick that carries its own label: rows leave the caption empty."""

    control: QCheckBox

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, QCheckBox(spec.label), parent)
        EnterMoves(self.control)
        self.control.toggled.connect(self.edited.emit)
        if spec.help:
            self.set_note(spec.help)

    def show_value(self, value: object) -> None:
        """Show ``value`` without telling anybody."""
        with QSignalBlocker(self.control):
            self.control.setChecked(bool(value))

    def value(self) -> bool:
        """Return whether it is ticked."""
        return self.control.isChecked()


class _NamedField(FieldEditor):
    """A value that is chosen elsewhere (a record's id, data of the program's own): shown only."""

    control: QLineEdit

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        line = QLineEdit()
        line.setReadOnly(True)
        line.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        super().__init__(spec, line, parent)
        self._value: object = None

    def show_value(self, value: object) -> None:
        """Show ``value`` without telling anybody."""
        self._value = value
        self.control.setText("" if value is None else str(value))

    def value(self) -> object:
        """Return what was shown."""
        return self._value


EDITOR_OF: dict[FieldKind, Callable[[FieldSpec], FieldEditor]] = {
    FieldKind.TEXT: TextField,
    FieldKind.LONG_TEXT: LongTextField,
    FieldKind.CHOICE: ChoiceField,
    FieldKind.PARTIAL_DATE: PartialDateField,
    FieldKind.DAY: DayField,
    FieldKind.NUMBER: NumberField,
    FieldKind.FLAG: FlagField,
    FieldKind.REFERENCE: _NamedField,
    FieldKind.DATA: _NamedField,
    FieldKind.BYTES: _NamedField,
}


def make_editor(spec: FieldSpec, parent: QWidget | None = None) -> FieldEditor:
    """Return the editor for a declared field."""
    editor = EDITOR_OF[spec.kind](spec)
    if parent is not None:
        editor.setParent(parent)
    return editor
