"""Undo of questions and answers of a talk: the list as a whole, by boxes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QUndoCommand

from app.domain.visit import Talk
from app.ui.undo import Step


class ChangeExchanges(Step):
    """Questions and answers of a talk as a whole; typing in one box goes on in one step."""

    def __init__(
        self,
        talk: Talk,
        exchanges: list[Any],
        place: tuple[int, str] | None,
        rebuild: Callable[[], None],
    ) -> None:
        super().__init__("问答")
        self._talk, self._new, self._place, self._rebuild = talk, exchanges, place, rebuild
        self._old = list(talk.exchanges)
        self.shown = True  # the box that was typed in shows it already

    def redo(self) -> None:
        """Put the new ones in."""
        self._talk.exchanges = self._new
        if not self.shown:
            self._rebuild()
        self.shown = False

    def undo(self) -> None:
        """Put the former ones back."""
        self._talk.exchanges = self._old
        self.shown = False
        self._rebuild()

    def take_over(self, later: QUndoCommand) -> bool:
        """Take over the next keystroke in the same box."""
        if not isinstance(later, ChangeExchanges) or later._talk is not self._talk:
            return False
        if self._place is None or later._place != self._place:
            return False
        self._new = later._new
        return True
