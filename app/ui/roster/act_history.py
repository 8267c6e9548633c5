"""Acts of the roster that Ctrl+Z takes back and Ctrl+Y does again, each an act of its own in the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.services.ports import UserError

_MOST = 100


@dataclass(frozen=True, slots=True)
class Step:
    """What can be taken back: in words, and how. ``run`` returns the step that is its opposite."""

    words: str
    run: Callable[[], Step]


class ActHistory:
    """What was done since the program was opened. A step that fails is forgotten: it would fail again."""

    def __init__(self, said: Callable[[str], None], failed: Callable[[UserError], None]) -> None:
        self._said, self._failed = said, failed
        self._done: list[Step] = []
        self._undone: list[Step] = []

    def push(self, step: Step) -> None:
        """Remember an act that was done just now; what was taken back is not done again after it."""
        self._done = [*self._done, step][-_MOST:]
        self._undone.clear()

    def next_undo(self) -> str:
        """Return in words what ``undo`` would take back, or ``""``."""
        return self._done[-1].words if self._done else ""

    def undo(self) -> None:
        """Take back what was done last."""
        self._turn(self._done, self._undone, "已撤销", "没有可以撤销的修改")

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._turn(self._undone, self._done, "已重做", "没有可以重做的修改")

    def _turn(self, here: list[Step], there: list[Step], verb: str, nothing: str) -> None:
        if not here:
            self._said(nothing)
            return
        step = here.pop()
        try:
            there.append(step.run())
        except UserError as error:
            self._failed(error)
        else:
            self._said(f"{verb}：{step.words}")
