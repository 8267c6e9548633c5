"""The lines of 文件 about paper: the open form, many forms, a person's file, the register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSettings

from app.domain.rights import Right
from app.services.use_cases import UseCases
from app.ui.jobs import JobRunner
from app.ui.menus import Item


class PaperMenu:
    """The lines, and the dialogs behind them, imported when they are asked for."""

    def __init__(
        self,
        window: Any,
        use_cases: UseCases,
        jobs: JobRunner,
        memory: QSettings,
        *,
        forms: Callable[[], Any],
        roster: Callable[[], Any],
        save_all: Callable[[], bool],
    ) -> None:
        """``window`` is the parent of dialogs; ``forms`` and ``roster`` bring their tab to the front."""
        self._window, self._use_cases, self._jobs, self._memory = window, use_cases, jobs, memory
        self._forms, self._roster, self._save_all = forms, roster, save_all

    def items(self) -> list[Item | None]:
        """Return the lines."""
        p = Right.PRINT
        return [
            Item("打印登记表(&P)…", self.print, "Ctrl+P", bind=False, icon="print", needs=p),
            Item("批量打印登记表(&G)…", self._print_many, needs=p),
            Item("登记表存为 PDF(&D)…", lambda: self._forms().save_as_pdf(), needs=p),
            Item("登记表存为 Word(&W)…", lambda: self._forms().save_as_word(), needs=p),
            Item("一人一档(&A)…", lambda: self._roster().case_files(), icon="folder", needs=p),
            Item("打印登记簿(&J)…", self._register, needs=Right.READ),
        ]

    def print(self) -> None:
        """Print the form that is open."""
        self._forms().print()

    def _print_many(self) -> None:
        from app.ui.forms.batch_dialog import BatchDialog

        if self._save_all():
            BatchDialog(self._use_cases, self._jobs, self._memory, self._window).exec()

    def _register(self) -> None:
        from app.ui.forms.register_dialog import RegisterDialog

        RegisterDialog(self._use_cases.paper.outputs, self._window).exec()
