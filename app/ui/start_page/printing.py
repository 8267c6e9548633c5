"""The list of the week: drawn beside the window, looked at, printed, and that entered in the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtWidgets import QWidget

from app.domain.reminders import Reminder
from app.services.due_list import of_the_week
from app.services.use_cases import UseCases
from app.ui import places
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar


def print_due_list(
    use_cases: UseCases,
    reminders: Sequence[Reminder],
    jobs: JobRunner,
    messages: MessageBar,
    window: QWidget,
) -> None:
    """Show the pages of what is overdue or due within a week; an empty week prints as such."""
    chosen, today = of_the_week(reminders), date.today()

    def show(pdf: bytes) -> None:
        # Late: Qt's PDF module is needed by nobody who does not print.
        from app.ui.forms.print_dialog import PrintDialog

        dialog = PrintDialog(
            pdf,
            warnings=None,
            incomplete=False,
            file_name=f"本周待办清单-{today:%Y%m%d}.pdf",
            settings=places.folder_memory(use_cases.who.folder),
            record=lambda target, copies: use_cases.record_due_list(len(chosen), target, copies),
            parent=window,
        )
        dialog.setWindowTitle("打印本周待办清单")
        if dialog.exec():
            messages.show_info(dialog.said)
        dialog.deleteLater()

    jobs.run(lambda _progress: use_cases.draw_due_list(chosen, today), show, messages.show_error)
