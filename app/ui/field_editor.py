"""What every field editor has in common: one signal, a line for problems, Enter moves on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import (
    QCompleter,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme

if TYPE_CHECKING:
    from app.domain.fields import FieldSpec


class EnterMoves(QObject):
    """Enter goes to the next field, Shift+Enter back; never while the input method composes."""

    entered = Signal()

    def __init__(self, control: QWidget, *, with_ctrl: bool = False) -> None:
        super().__init__(control)
        self._with_ctrl = with_ctrl
        self._composing = False
        control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the Enter keys out of what the control gets to see."""
        if isinstance(event, QInputMethodEvent):
            self._composing = bool(event.preeditString())
            return False
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = Qt.KeyboardModifier.ControlModifier if self._with_ctrl else _NO_KEY
        back = held == plain | Qt.KeyboardModifier.ShiftModifier
        if held != plain and not back:
            return False
        if not self._composing and isinstance(watched, QWidget):
            self.entered.emit()
            move_focus(watched, forward=not back)
        return True


class EnterInPopup(QObject):
    """Enter over a completer's proposals also does what it does without them.

    Alone it would only close the list: what is typed next would go on in the same field. What is
    highlighted there is taken first; what was typed stays where nothing is.
    """

    def __init__(self, completer: QCompleter, act: Callable[[bool], None]) -> None:
        """``act`` gets whether Enter came without Shift."""
        super().__init__(completer)
        self._act = act
        completer.popup().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the completer have the key, and act behind it."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            forward = not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            QTimer.singleShot(0, self, lambda: self._act(forward))
        return False


_NO_KEY = Qt.KeyboardModifier.NoModifier


def move_focus(control: QWidget, *, forward: bool) -> None:
    """Give the focus to the field after ``control`` (or before it), as Tab does.

    After the last field of a dialog comes its act, not 取消: a second Enter must not lose what is typed.
    """
    control.focusNextPrevChild(forward)
    window = control.window()
    landed = window.focusWidget()
    if forward and isinstance(landed, QPushButton) and landed.parentWidget() is window:
        straight = Qt.FindChildOption.FindDirectChildrenOnly
        for act in window.findChildren(QPushButton, options=straight):
            if act.property("role") == "primary" and act.isEnabled() and act.isVisible():
                act.setFocus(Qt.FocusReason.TabFocusReason)
    elif landed is not None:
        _show_whole(landed)


def _show_whole(control: QWidget) -> None:
    """Scroll until the whole field is in sight: Qt is content when the line with the cursor is."""
    shown, around = control, control.parentWidget()
    while around is not None and not isinstance(around, QScrollArea):
        shown = around if isinstance(around, FieldEditor) else shown
        around = around.parentWidget()
    if not isinstance(around, QScrollArea):
        return
    bar, room = around.verticalScrollBar(), around.viewport().height()
    top = shown.mapTo(around.widget(), QPoint(0, 0)).y() - theme.SMALL
    bottom = top + shown.height() + 2 * theme.SMALL
    if bottom > bar.value() + room:
        bar.setValue(min(top, bottom - room))
    elif top < bar.value():
        bar.setValue(top)


class FieldEditor(QWidget):
    """Edits one value of one declared field.

    ``edited`` carries the new value whenever the user changed it; showing a value emits nothing.
    What cannot be read as a value stays in the control as typed, with a sentence below it.
    """

    edited = Signal(object)
    read = Signal()  # what is typed became readable, or is no more

    def __init__(self, spec: FieldSpec, control: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self.control = control
        self._given = ""  # a problem found by others (required, contradicts another field)
        self._own = ""  # what was typed cannot be read
        self._warning = ""  # readable, but too long
        self._doubt = ""  # readable, but hardly true: found by others
        self._note = ""
        self._hint = ""
        control.setAccessibleName(spec.label)
        control.setToolTip(spec.help)
        self._line = QLabel()
        self._line.setTextFormat(Qt.TextFormat.PlainText)
        self._line.setWordWrap(True)
        self._line.hide()
        self._below = QHBoxLayout()
        self._below.setContentsMargins(2, 0, 0, 0)
        self._below.setSpacing(theme.TINY)
        self._below.addWidget(self._line, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(control)
        column.addLayout(self._below)
        self.setFocusProxy(control)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Explain the field on F1; the control has passed on what it does not need."""
        if event.key() == Qt.Key.Key_F1:
            from app.ui.field_help import FieldHelp

            FieldHelp(self.spec, self.window()).open()
        else:
            super().keyPressEvent(event)

    def show_value(self, value: object) -> None:
        """Show ``value`` without telling anybody."""
        raise NotImplementedError

    def value(self) -> object:
        """Return the value last read from what is typed."""
        raise NotImplementedError

    def typed(self) -> str:
        """Return the text as it stands in the control, readable or not: what a draft keeps."""
        return str(self.value() or "")

    def settle(self) -> bool:
        """Read what is typed now; return whether it could be read. Call before saving."""
        return True

    def set_problem(self, sentence: str) -> None:
        """Show why the value is refused or missing; empty to take that back."""
        self._given = sentence
        self._show_line()

    def set_doubt(self, sentence: str) -> None:
        """Show why the value may be kept but should be looked at again; empty to take that back."""
        self._doubt = sentence
        self._show_line()

    def set_note(self, sentence: str) -> None:
        """Show a quiet remark below the control, while there is nothing worse to say."""
        self._note = sentence
        self._show_line()

    def set_hint(self, sentence: str) -> None:
        """Show a remark that stays: it stands wherever there is nothing else to say."""
        self._hint = sentence
        self._show_line()

    @property
    def problem(self) -> str:
        """The sentence now shown as a problem, if any."""
        return self._own or self._given

    @property
    def unreadable(self) -> str:
        """Why what is typed cannot be read as a value: empty if it can, or is still being typed."""
        return self._own

    def _set_own_problem(self, sentence: str) -> None:
        changed = self._own != sentence
        self._own = sentence
        self._show_line()
        if changed:
            self.read.emit()

    def _set_warning(self, sentence: str) -> None:
        self._warning = sentence
        self._show_line()

    def _show_line(self) -> None:
        problem, warning = self.problem, self._warning or self._doubt
        sentence = problem or warning or self._note or self._hint
        role = "problem" if problem else "warning" if warning else "small"
        mark = "× " if problem else "△ " if warning else ""
        theme.set_role(self._line, role)
        self._line.setText(mark + sentence if sentence else "")
        self._line.setVisible(bool(sentence))
        state = "problem" if problem else "warning" if warning else ""
        theme.set_look(self.control, "state", state)
        self.control.setAccessibleDescription(sentence or self.spec.help)


def caption(spec: FieldSpec, editor: FieldEditor | None = None) -> QLabel:
    """Return the label that stands beside a field; a required one carries a star."""
    made = theme.label(f"{spec.label}\u00a0*" if spec.required else spec.label)
    made.setToolTip(spec.help)
    if editor is not None:
        made.setBuddy(editor.control)
    return made
