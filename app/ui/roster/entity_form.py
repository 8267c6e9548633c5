"""The fields of one entity as a grid of editors, and typing that can be undone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QUndoCommand
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.domain.fields import FieldKind, FieldSpec, field_problems, form_fields
from app.ui import theme
from app.ui.field_editor import EnterMoves, FieldEditor, caption
from app.ui.fields import CalmComboBox, LongTextField, make_editor
from app.ui.undo import Step

_CAPTION_WIDTH = 104


class ChangeField(Step):
    """Sets one field of an entity; keystrokes in the same field undo together."""

    def __init__(
        self, entity: Any, name: str, new: object, shown: Callable[[Any, str], None]
    ) -> None:
        super().__init__(form_fields(entity)[name].label)
        self.entity, self.name, self.new = entity, name, new
        self._old = getattr(entity, name)
        self._shown = shown

    def redo(self) -> None:
        """Put the new value in."""
        setattr(self.entity, self.name, self.new)
        self._shown(self.entity, self.name)

    def undo(self) -> None:
        """Put the former value back."""
        setattr(self.entity, self.name, self._old)
        self._shown(self.entity, self.name)

    def take_over(self, later: QUndoCommand) -> bool:
        """Take over the next keystroke in the same field."""
        if not isinstance(later, ChangeField):
            return False
        if later.entity is not self.entity or later.name != self.name:
            return False
        self.new = later.new
        return True


class Act(Step):
    """Adds or takes away something, given as two callables."""

    def __init__(self, title: str, do: Callable[[], object], undo: Callable[[], object]) -> None:
        super().__init__(title)
        self._do, self._undo = do, undo

    def redo(self) -> None:
        """Do it."""
        self._do()

    def undo(self) -> None:
        """Take it back."""
        self._undo()


class LinkField(FieldEditor):
    """Which other part this one belongs to, chosen by its words."""

    control: CalmComboBox

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, CalmComboBox(), parent)
        EnterMoves(self.control)
        self.control.activated.connect(lambda _index: self.edited.emit(self.value()))

    def set_targets(self, targets: Sequence[tuple[int, str]]) -> None:
        """Offer these ids with their words; the choice stays if it is still among them."""
        chosen = self.value()
        with QSignalBlocker(self.control):
            self.control.clear()
            self.control.addItem("（不限定）", None)
            for id_, words in targets:
                self.control.addItem(words, id_)
        self.show_value(chosen)

    def show_value(self, value: object) -> None:
        """Show the part of this id."""
        with QSignalBlocker(self.control):
            self.control.setCurrentIndex(max(0, self.control.findData(value)))

    def value(self) -> int | None:
        """Return the id of the chosen part."""
        chosen = self.control.currentData()
        return chosen if isinstance(chosen, int) else None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field stands: ``wide`` fields take a whole row; ``label`` is another name for it."""

    name: str
    wide: bool = False
    label: str = ""


class EntityForm(QWidget):
    """Editors for some fields of one entity, in the order given, ``columns`` beside each other."""

    edited = Signal(object, str, object)  # entity, field, new value

    def __init__(
        self,
        entity: Any,
        places: Sequence[Place],
        *,
        columns: int = 2,
        caption_width: int = _CAPTION_WIDTH,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.entity = entity
        self.editors: dict[str, FieldEditor] = {}
        self._captions: dict[str, QWidget] = {}
        self._columns, self._caption_width = columns, caption_width
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.SMALL)
        self._grid.setVerticalSpacing(theme.SMALL)
        for column in range(columns):
            self._grid.setColumnMinimumWidth(2 * column, caption_width)
            self._grid.setColumnStretch(2 * column + 1, 1)
        self._lay_out(places)
        self.show_all()

    def show_all(self) -> None:
        """Show every value of the entity."""
        for name, editor in self.editors.items():
            editor.show_value(getattr(self.entity, name))

    def show_field(self, name: str) -> None:
        """Show one value, unless the editor already has it: the cursor must not jump."""
        editor = self.editors.get(name)
        if editor is not None and editor.value() != getattr(self.entity, name):
            editor.show_value(getattr(self.entity, name))

    def show_sentences(self, doubts: Mapping[str, str], *, required: bool) -> None:
        """Show under each field what is wrong with it, else what is doubtful.

        ``required`` also names fields that are still empty; while typing begins that is no news.
        """
        wrong = {
            problem.field: problem.message
            for problem in field_problems(self.entity)
            if required or getattr(self.entity, problem.field) not in ("", None)
        }
        for name, editor in self.editors.items():
            editor.set_problem(wrong.get(name, ""))
            editor.set_doubt(doubts.get(name, ""))

    def show_only(self, names: Sequence[str]) -> None:
        """Hide every field that is not among ``names``; what stands in it stays."""
        for name, editor in self.editors.items():
            editor.setVisible(name in names)
            self._captions[name].setVisible(name in names)

    def mark_required(self, names: Collection[str]) -> None:
        """Star what is required as things stand, besides what always is."""
        for name, words in self._captions.items():
            if isinstance(words, QLabel) and words.text():
                spec = self.editors[name].spec
                words.setText(spec.label + ("\u00a0*" if spec.required or name in names else ""))

    def settle(self) -> FieldEditor | None:
        """Read what is typed; return the first editor that holds something unreadable."""
        unreadable = [editor for editor in self.editors.values() if not editor.settle()]
        return unreadable[0] if unreadable else None

    def take_back(self, control: QWidget) -> bool:
        """Show the kept value again where ``control`` holds something unreadable; say whether so."""
        for name, editor in self.editors.items():
            if editor.isAncestorOf(control) and not editor.settle():
                editor.show_value(getattr(self.entity, name))
                return True
        return False

    def focus_first(self) -> None:
        """Put the cursor into the first field."""
        next(iter(self.editors.values())).setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self, places: Sequence[Place]) -> None:
        specs = form_fields(self.entity)
        row, column = 0, 0
        for place in places:
            spec = specs[place.name]
            if place.label:
                spec = replace(spec, label=place.label)
            editor = _editor_of(spec)
            editor.edited.connect(partial(self._say, place.name))
            self.editors[place.name] = editor
            if place.wide and column:
                row, column = row + 1, 0
            words = caption(spec, editor)
            words.setWordWrap(True)
            words.setMinimumWidth(self._caption_width)
            words.setMaximumWidth(self._caption_width)
            words.setContentsMargins(0, theme.TINY + 1, 0, 0)
            if spec.kind is FieldKind.FLAG:
                words.clear()
            if not self._caption_width:  # what stands around the fields says what they are
                words.hide()
            self._captions[place.name] = words
            self._grid.addWidget(words, row, 2 * column, _TOP)
            span = 2 * (self._columns - 1) + 1 if place.wide else 1
            self._grid.addWidget(editor, row, 2 * column + 1, 1, span, _TOP)
            column += self._columns if place.wide else 1
            if column >= self._columns:
                row, column = row + 1, 0

    def _say(self, name: str, value: object) -> None:
        self.edited.emit(self.entity, name, value)


_TOP = Qt.AlignmentFlag.AlignTop


def _editor_of(spec: FieldSpec) -> FieldEditor:
    if spec.kind is FieldKind.REFERENCE:
        return LinkField(spec)
    if spec.kind is FieldKind.LONG_TEXT:
        return LongTextField(spec, fewest=2, most=8)
    return make_editor(spec)
