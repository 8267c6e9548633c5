"""A record on one long page: cards of fields, undo, and going to any field by its path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QUndoCommand
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.domain.fields import Problem
from app.ui import theme
from app.ui.field_editor import FieldEditor
from app.ui.records.typing import change, put_cursor
from app.ui.roster.entity_form import EntityForm, Place
from app.ui.undo import UndoStack

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MOST_BUTTONS = 12  # between two fields
_SETTLING_MS = 1_500  # a page that was laid out anew


class Section(theme.Card):
    """One card of a sheet. ``rebuild`` makes it anew after parts were added or taken away."""

    def __init__(self, title: str, sheet: Sheet, path: str) -> None:
        super().__init__(title)
        self.title, self.sheet, self.path = title, sheet, path
        self.setAccessibleName(title)

    def rebuild(self) -> None:
        """Show the parts as they are now; sections without parts have nothing to do."""

    def show_field(self, entity: Any, name: str) -> None:
        """Called when a field changed, for what depends on it."""

    def clear_layout(self, layout: QVBoxLayout) -> None:
        """Take every widget out of ``layout`` and forget its fields."""
        while (item := layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                self.sheet.forget(widget)
                widget.hide()
                widget.deleteLater()


class Sheet(QScrollArea):
    """Sections below each other. What is typed goes through one undo stack."""

    edited = Signal()
    read = Signal()  # what is typed in some field became readable, or is no more
    focused = Signal(str)  # the path of the section that holds the cursor

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.undo_stack = UndoStack(self)
        self.undo_stack.indexChanged.connect(lambda _index: self.edited.emit())
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(theme.SMALL, 0, theme.MEDIUM, theme.HUGE)
        self._column.setSpacing(theme.MEDIUM)
        self.setWidget(self._inside)
        self.sections: list[Section] = []
        self._forms: list[tuple[str, EntityForm]] = []
        self._places: dict[str, QWidget] = {}
        self.frozen = False
        self._building = False

    # ------------------------------------------------------------ building

    def clear(self) -> None:
        """Take the record away: it was closed, or the sections of another one come next."""
        for old in self.sections:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        while self._column.count():
            self._column.takeAt(0)
        self.sections = []
        self._forms.clear()
        self._places.clear()
        self.undo_stack.blockSignals(True)
        self.undo_stack.clear()
        self.undo_stack.blockSignals(False)

    def show_sections(self, sections: Sequence[Section]) -> None:
        """Show another record, after ``clear``."""
        self.sections = list(sections)
        self._building = True
        for section in self.sections:
            section.rebuild()
            self._column.addWidget(section)
        self._building = False
        self._column.addStretch(1)
        self.verticalScrollBar().setValue(0)
        self.apply_frozen()

    def add_form(self, path: str, entity: Any, places: Sequence[Place], **more: Any) -> EntityForm:
        """Return editors for some fields of ``entity``; ``path`` is what problems call it."""
        form = EntityForm(entity, places, **more)
        form.edited.connect(self.typed)
        for editor in form.editors.values():
            editor.read.connect(self.read)
        self._forms.append((path, form))
        self._watch(form)
        return form

    def add_place(self, path: str, widget: QWidget) -> None:
        """Say where a path leads that is no field of a form."""
        self._places[path] = widget
        self._watch(widget)

    def forget(self, widget: QWidget) -> None:
        """Drop the forms inside ``widget``, which is going away."""
        inside = {id(one) for one in widget.findChildren(QWidget)} | {id(widget)}
        self._forms = [both for both in self._forms if id(both[1]) not in inside]
        self._places = {path: one for path, one in self._places.items() if id(one) not in inside}

    def _watch(self, widget: QWidget) -> None:
        for control in (widget, *widget.findChildren(QWidget)):
            control.removeEventFilter(self)
            control.installEventFilter(self)

    # ------------------------------------------------------------ changing

    def typed(self, entity: Any, name: str, value: Any) -> None:
        """Take in what was typed into a field."""
        if getattr(entity, name) != value:
            self.undo_stack.push(change(entity, name, value, self.show_field))

    def push(self, command: QUndoCommand) -> None:
        """Do something that can be undone."""
        self.undo_stack.push(command)

    def show_field(self, entity: Any, name: str, place: int | None = None) -> None:
        """Show what a field says now, wherever it is shown."""
        for _path, form in self._forms:
            if form.entity is entity and name in form.editors:
                form.show_field(name)
                put_cursor(form.editors[name], place)
        for section in self.sections:
            section.show_field(entity, name)

    def settle(self) -> FieldEditor | None:
        """Read what is typed; return the first editor that holds something unreadable."""
        return next((wrong for _path, form in self._forms if (wrong := form.settle())), None)

    def unreadable(self) -> list[Problem]:
        """Return what stands in fields and cannot be read; the record still has the value before."""
        return [
            Problem(f"{path}.{name}" if path else name, f"{editor.spec.label}：{editor.unreadable}")
            for path, form in self._forms
            for name, editor in form.editors.items()
            if editor.unreadable
        ]

    # ------------------------------------------------------------ showing

    def show_problems(self, problems: Sequence[Problem], warnings: Sequence[Problem]) -> None:
        """Say under each field what is wrong with it, or doubtful."""
        wrong = {one.field: one.message for one in reversed(problems)}
        doubts = {one.field: one.message for one in reversed(warnings)}
        for path, form in self._forms:
            for name, editor in form.editors.items():
                whole = f"{path}.{name}" if path else name
                empty = getattr(form.entity, name) in ("", None)
                # While a record is being written, an empty field is listed, not scolded.
                editor.set_problem("" if empty else _without_label(wrong.get(whole, "")))
                editor.set_doubt(_without_label(doubts.get(whole, "")))

    def go_to(self, path: str) -> bool:
        """Bring a field (``members.1.recusal``) or a section into view and put the cursor there."""
        target = self.widget_at(path)
        if target is None:
            return False
        if not target.isVisible() and self.isVisible() and not target.isHidden():
            # Added just now: Qt shows and places it with the next turn of the event loop.
            QTimer.singleShot(0, target, lambda: self._bring(target))
            return True
        self._bring(target)
        return True

    def go_to_part(self, path: str) -> None:
        """Bring a part into view from its top, the cursor in the first field that is empty."""
        self.go_to(path)
        form = next((form for its, form in self._forms if its == path), None)
        editors = form.editors.values() if form is not None else ()
        gap = next((one for one in editors if one.value() in ("", None)), None)
        if gap is not None:
            QTimer.singleShot(0, gap, gap.setFocus)

    def _bring(self, target: QWidget) -> None:
        section = next((one for one in self.sections if one.isAncestorOf(target)), None)
        if section is not None and (target is section or self.sections[0] is not section):
            top = section.mapTo(self._inside, QPoint(0, 0)).y()
            self.verticalScrollBar().setValue(max(0, top - theme.SMALL))
        if isinstance(target, QFrame) and target is not section:  # a whole part, from its top
            top = target.mapTo(self._inside, QPoint(0, 0)).y()
            self.verticalScrollBar().setValue(max(0, top - theme.SMALL))
        elif target is not section:
            target.setFocus(Qt.FocusReason.OtherFocusReason)
            self.ensureWidgetVisible(target, 0, 80)
        QTimer.singleShot(0, self, lambda: self.focused.emit(section.path if section else ""))

    def widget_at(self, path: str) -> QWidget | None:
        """Return what a path leads to: a field's editor, a part's place, or its section."""
        for form_path, form in self._forms:
            for name, editor in form.editors.items():
                if path == (f"{form_path}.{name}" if form_path else name):
                    return editor
        while path:
            if path in self._places:
                return self._places[path]
            for form_path, form in self._forms:
                if form_path and form_path == path:
                    return next(iter(form.editors.values()))
            for section in self.sections:
                if section.path == path:
                    return section
            path = path.rpartition(".")[0]
        return None

    def stay_at(self, place: int) -> None:
        """Return to a place on the page, which shrinks and grows while it is laid out."""
        bar = self.verticalScrollBar()

        def back(*_range: int) -> None:
            bar.setValue(place)  # as far as the page goes now

        bar.rangeChanged.connect(back)
        QTimer.singleShot(0, bar, back)
        QTimer.singleShot(_SETTLING_MS, bar, lambda: bar.rangeChanged.disconnect(back))

    def freeze(self, *, frozen: bool) -> None:
        """Only show, or let write; said before the sections of a record are shown."""
        self.frozen = frozen

    def apply_frozen(self, inside: QWidget | None = None) -> None:
        """Let controls (those ``inside`` a part, or all) show whether they can be written in."""
        if self._building:
            return  # asked once, when all of it stands
        # Section by section: PySide keeps what was found as long as that in which it was looked for,
        # and the sheet outlives every record that it shows.
        wholes = self.sections if inside is None else [inside]
        for control in (one for whole in wholes for one in whole.findChildren(QWidget)):
            if isinstance(control, QLineEdit | QPlainTextEdit):
                inner = isinstance(control.parent(), QComboBox)
                if not inner and control.isReadOnly() != self.frozen:
                    control.setReadOnly(self.frozen)
                    control.style().unpolish(control)
                    control.style().polish(control)
            elif isinstance(control, QComboBox | QAbstractButton) and not control.property("reads"):
                control.setEnabled(not self.frozen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Undo belongs to the whole record; the section under the cursor is told."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.matches(QKeySequence.StandardKey.Undo):
                self.undo_stack.undo()
                return True
            if _is_redo(event):
                self.undo_stack.redo()
                return True
            if event.key() in _ENTER:
                if isinstance(watched, QPushButton):
                    watched.click()
                    return True
                back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                go_on = partial(self._skip_buttons, watched, forward=not back)
                QTimer.singleShot(0, self, go_on)
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            for section in self.sections:
                if section.isAncestorOf(watched):
                    self.focused.emit(section.path)
        return super().eventFilter(watched, event)

    def _skip_buttons(self, left: QObject, *, forward: bool) -> None:
        """Enter goes from field to field, and stays at the last: buttons are reached by Tab."""
        for _ in range(_MOST_BUTTONS):
            focused = QApplication.focusWidget()
            if focused is None or focused is left:
                return
            if not self.isAncestorOf(focused):
                if isinstance(left, QWidget):
                    left.setFocus()
                return
            if not isinstance(focused, QPushButton):
                return
            focused.focusNextPrevChild(forward)


def _is_redo(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Y and event.modifiers() == Qt.KeyboardModifier.ControlModifier


def _without_label(message: str) -> str:
    """Return the sentence without the label that stands beside the field already."""
    head, colon, rest = message.partition("：")
    return rest if colon and len(head) <= 20 else message


class FieldsSection(Section):
    """Some fields of the head of a record.

    ``only`` says which of them the record shows now, ``required`` which it asks for as it is.
    """

    def __init__(
        self,
        title: str,
        sheet: Sheet,
        path: str,
        entity: Any,
        places: Sequence[Place],
        *,
        only: Callable[[], Sequence[str]] | None = None,
        required: Callable[[], Sequence[str]] | None = None,
        depends_on: str = "",
        caption_width: int = 120,
    ) -> None:
        super().__init__(title, sheet, path)
        self._entity, self._only, self._depends_on = entity, only, depends_on
        self._required = required
        self.form = sheet.add_form("", entity, places, caption_width=caption_width)
        self.body.addWidget(self.form)

    def rebuild(self) -> None:
        """Show the fields that belong to the record as it is."""
        if self._only is not None:
            self.form.show_only(self._only())
        if self._required is not None:
            self.form.mark_required(self._required())

    def show_field(self, entity: Any, name: str) -> None:
        """Another method asks for other fields."""
        if entity is self._entity and name == self._depends_on:
            self.rebuild()
