"""What is typed into cells of the list, written at once and taken back with Ctrl+Z."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.domain.subject import Subject
from app.services.ports import Changes, RosterRow, UserError
from app.services.quick_edit import CannotEdit, CellEdit
from app.services.use_cases import UseCases
from app.ui.message_bar import MessageBar
from app.ui.roster.act_history import ActHistory, Step
from app.ui.roster.list_view import RosterList


class CellEdits(QObject):
    """Writes what the list's cells got, and keeps the steps for undo and redo."""

    written = Signal(object)  # Changes

    def __init__(self, use_cases: UseCases, people: RosterList, messages: MessageBar) -> None:
        super().__init__(people)
        self._edit = use_cases.people.edit_cell
        self._list, self._messages = people, messages
        self.history = ActHistory(messages.show_info, self._on_failed)
        people.cell_typed.connect(self.write)

    def write(self, row: RosterRow, field: str, text: str) -> None:
        """Give the cell of ``row`` what was typed; refused text is offered again."""
        before = getattr(row, field)
        if " ".join(text.split()) == before:
            return
        try:
            done = self._run(CellEdit(row.id, row.name, field, before, text))
        except CannotEdit as error:
            self._messages.show_warning(f"{error}。请改正后按回车，或按 Esc 放弃")
            self._list.type_again(row.id, field, text)
            return
        except UserError as error:
            self._on_failed(error)
            self._list.show_afresh([row.id])
            return
        if not done.changes:
            return
        self.history.push(self._back(done))
        if done.doubts:
            self._messages.show_warning(f"已修改{done.words}。{'；'.join(done.doubts)}")
        else:
            self._messages.show_info(f"已修改{done.words}，按 Ctrl+Z 可撤销")

    def _back(self, done: CellEdit, *, undoing: bool = True) -> Step:
        def run() -> Step:
            return self._back(self._run(done.reverse, undoing=undoing), undoing=not undoing)

        return Step(done.words, run)

    def _run(self, wanted: CellEdit, *, undoing: bool = False) -> CellEdit:
        done = self._edit(wanted, undoing=undoing)
        if done.changes:
            self.written.emit(done.changes)
        return done

    def _on_failed(self, error: UserError) -> None:
        self._messages.show_error(error)


def tells_people(changes: Changes) -> list[int]:
    """Return whose records changed."""
    return [change.id for change in changes if change.entity is Subject]
