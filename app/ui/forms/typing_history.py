"""Undo of typing: what changed in a box, by words and pauses, not by whole texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtGui import QUndoCommand

from app.domain.fields import form_fields
from app.ui.undo import Step

PAUSE = 1.0
"""Seconds without a key after which the next key begins a new step."""

LONGEST_STEP = 30
"""Characters after which a run of typing without a mark or pause is a step all the same."""

_ENDS_A_STEP = frozenset(" \t\n\u3000，。；：！？、,.;:!?）)”’》")

Shown = Callable[[str, int], None]
"""``shown(field, position)``: show what the form now says, with the cursor at ``position``."""


def difference(old: str, new: str) -> tuple[int, str, str]:
    """Return where the texts begin to differ, what was removed there and what was inserted."""
    most = min(len(old), len(new))
    start = _common(lambda n: old.startswith(new[:n]), most)
    rest = most - start
    end = _common(lambda n: n == 0 or old[-n:] == new[-n:], rest)
    return start, old[start : len(old) - end], new[start : len(new) - end]


def _common(equal: Callable[[int], bool], most: int) -> int:
    """Return the greatest length for which ``equal`` holds: by halves, for texts are long."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if equal(middle):
            low = middle
        else:
            high = middle - 1
    return low


class TypeInto(Step):
    """Changes one box; keystrokes of one word, and of one run of erasing, undo together."""

    def __init__(self, form: Any, name: str, new: str, *, at: float, shown: Shown) -> None:
        super().__init__(form_fields(form)[name].label)
        self._form, self._name, self._shown = form, name, shown
        self._start, self._removed, self._inserted = difference(getattr(form, name), new)
        self._at = at
        self._typed = False  # the first redo is the keystroke itself: the screen shows it already

    def redo(self) -> None:
        self._replace(self._removed, self._inserted)

    def undo(self) -> None:
        self._replace(self._inserted, self._removed)

    def take_over(self, later: QUndoCommand) -> bool:
        if not isinstance(later, TypeInto) or later._name != self._name:
            return False
        if later._at - self._at > PAUSE or not self._goes_on(later):
            return False
        self._at = later._at
        return True

    def _goes_on(self, later: TypeInto) -> bool:
        """Take ``later`` into this step if it types on, or erases on, where this one stopped."""
        start, removed, inserted = later._start, later._removed, later._inserted
        if not self._removed and not removed:
            if start != self._start + len(self._inserted):
                return False
            if self._inserted[-1:] in _ENDS_A_STEP or len(self._inserted) >= LONGEST_STEP:
                return False
            self._inserted += inserted
            return True
        if not self._inserted and not inserted:
            if start + len(removed) == self._start:
                self._start, self._removed = start, removed + self._removed
                return True
            if start == self._start:
                self._removed += removed
                return True
        return False

    def _replace(self, old: str, new: str) -> None:
        text = getattr(self._form, self._name)
        setattr(self._form, self._name, text[: self._start] + new + text[self._start + len(old) :])
        if self._typed:
            self._shown(self._name, self._start + len(new))
        self._typed = True


class PutInto(Step):
    """Sets several attributes of the form at once, as refilling does; undone as one step."""

    def __init__(self, text: str, form: Any, new: Mapping[str, Any], *, shown: Shown) -> None:
        super().__init__(text)
        self._form, self._shown = form, shown
        self._new = dict(new)
        self._old = {name: getattr(form, name) for name in new}

    def redo(self) -> None:
        self._set(self._new)

    def undo(self) -> None:
        self._set(self._old)

    def _set(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            setattr(self._form, name, value)
            if isinstance(value, str):
                self._shown(name, len(value))
