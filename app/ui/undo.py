"""What is typed can be undone; keystrokes that go on in the same place are one step."""

from __future__ import annotations

from PySide6.QtGui import QUndoCommand, QUndoStack


class Step(QUndoCommand):
    """One step that can be undone, and may take over what is typed next."""

    def take_over(self, later: QUndoCommand) -> bool:
        """Make ``later`` a part of this step, if it goes on where this one stopped."""
        return False


class UndoStack(QUndoStack):
    """Qt's stack, but steps are joined here.

    PySide keeps each command that Qt has merged into another for ever, and with it the page or dialog to
    which its callables belong: two letters typed and a dialog never went away.
    """

    _macros = 0

    def push(self, command: QUndoCommand) -> None:
        """Do something that can be undone, in the step before it if it goes on there."""
        last = self.command(self.index() - 1) if self._may_join() else None
        if isinstance(last, Step) and last.take_over(command):
            command.redo()
            self.indexChanged.emit(self.index())
        else:
            super().push(command)

    def _may_join(self) -> bool:
        """Nothing is joined to a step that was undone or saved, nor into a macro."""
        now = self.index()
        return 0 < now == self.count() and now != self.cleanIndex() and not self._macros

    def beginMacro(self, text: str) -> None:
        """Make one step of all that comes until ``endMacro``."""
        self._macros += 1
        super().beginMacro(text)

    def endMacro(self) -> None:
        """End the step that is made of several."""
        super().endMacro()
        self._macros -= 1
