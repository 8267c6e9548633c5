"""Typing into records of a head and parts: every change is a command that can be undone."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtGui import QUndoCommand
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from app.domain.fields import FieldKind, form_fields
from app.ui.field_editor import FieldEditor
from app.ui.forms.typing_history import TypeInto
from app.ui.roster.entity_form import Act, ChangeField

_WORDS = (FieldKind.TEXT, FieldKind.LONG_TEXT)


class Typing(TypeInto):
    """Typing into one text of one entity: other entities' fields of the same name are others."""

    def take_over(self, later: QUndoCommand) -> bool:
        """Take over what goes on in the same text."""
        same = isinstance(later, Typing) and later._form is self._form
        return same and super().take_over(later)


def change(
    entity: Any, name: str, value: Any, shown: Callable[[Any, str, int | None], None]
) -> QUndoCommand:
    """Return the command for ``value`` typed into a field.

    ``shown(entity, name, cursor)`` shows what the field says after the change.
    """
    if form_fields(entity)[name].kind in _WORDS:
        return Typing(
            entity,
            name,
            value,
            at=time.monotonic(),
            shown=lambda field, place: shown(entity, field, place),
        )
    return ChangeField(entity, name, value, lambda one, field: shown(one, field, None))


def put(
    entity: Any, name: str, value: Any, shown: Callable[[Any, str, int | None], None]
) -> QUndoCommand:
    """Return the command that puts a value in which nobody typed: the screen does not show it yet."""
    return ChangeField(entity, name, value, lambda one, field: shown(one, field, None))


def put_cursor(editor: FieldEditor, place: int | None) -> None:
    """Put the text cursor where a change ended."""
    control = editor.control
    if place is None:
        return
    if isinstance(control, QLineEdit):
        control.setCursorPosition(place)
    elif isinstance(control, QPlainTextEdit):
        cursor = control.textCursor()
        cursor.setPosition(min(place, len(control.toPlainText())))
        control.setTextCursor(cursor)


def replace_parts(
    title: str, parts: list[Any], new: list[Any], rebuilt: Callable[[], object]
) -> QUndoCommand:
    """Return the command that makes ``parts`` (a list, changed in place) ``new``.

    What comes back after it was taken away is new to the store, which may have removed it.
    """
    old = list(parts)

    def become(now: list[Any], before: list[Any]) -> None:
        for part in now:
            if not any(part is one for one in before):
                part.id, part.revision = None, 0
        parts[:] = now
        rebuilt()

    return Act(title, lambda: become(new, old), lambda: become(old, new))


def adopt_revisions(mine: Sequence[Any], stored: Sequence[Any]) -> None:
    """Let my parts be saved over what somebody else stored; what they removed becomes new."""
    revisions = {part.id: part.revision for part in stored}
    for part in mine:
        if part.id in revisions:
            part.revision = revisions[part.id]
        else:
            part.id, part.revision = None, 0
