"""The menu 帮助: how to use the program, its keys, the rules in force, its own check."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtWidgets import QApplication

from app.services.use_cases import UseCases
from app.ui.jobs import JobRunner
from app.ui.menus import Item
from app.ui.message_bar import MessageBar


class HelpMenu:
    """The lines of the menu, and the dialogs behind them, imported when they are asked for."""

    def __init__(
        self,
        window: Any,
        use_cases: UseCases,
        jobs: JobRunner,
        messages: MessageBar,
        refresh: Callable[[], object],
    ) -> None:
        """``window`` is the parent of the dialogs and has the ``items`` of all menus."""
        self._window, self._use_cases, self._jobs = window, use_cases, jobs
        self._messages, self._refresh = messages, refresh

    def items(self) -> list[Item | None]:
        """Return the lines."""
        return [
            Item("说明当前这一项(&H)", self.show_help, "F1", icon="help"),
            Item("使用说明(&U)", self._manual),
            Item("数据安全：防什么，防不了什么(&S)", partial(self._manual, "security")),
            Item("十分钟练习(&P)", self._practise, icon="practice"),
            Item("快捷键(&K)", self._shortcuts, "Ctrl+/"),
            Item("关于规则(&R)", self._rules, icon="law"),
            Item("自检(&C)", self._check, icon="shield"),
            Item("本版新内容(&N)", self._news),
            Item("关于(&A)", self._about, icon="info"),
        ]

    def show_help(self) -> None:
        """Explain the field with the cursor, the verdict and dates chosen, or else the program."""
        from app.ui.basis import explained
        from app.ui.field_help import FieldHelp, editor_of

        if (editor := editor_of(QApplication.focusWidget())) is not None:
            FieldHelp(editor.spec, self._window).exec()
        elif not explained(QApplication.focusWidget()):
            self._manual()

    def _manual(self, page: str = "") -> None:
        from app.ui.help_window import HelpWindow

        HelpWindow(page or self._window.tab_in_front(), self._window).exec()

    def _practise(self) -> None:
        """Begin the guided round; from real records it leads over to the practice data."""
        from app.ui.guide import begin
        from app.ui.message_bar import confirm

        if self._use_cases.who.practice:
            begin(self._window)
        elif confirm(
            self._window,
            "转到演示数据练习",
            "练习用虚构人员，与真实记录分开存放。现在的记录会先保存并关闭，"
            "练习完按 Ctrl+L 回到登录窗口，再登录即可。",
            act="转到练习(&T)",
        ):
            self._window.leave_for_practice()

    def _shortcuts(self) -> None:
        from app.ui.shortcuts import ShortcutSheet

        ShortcutSheet(self._window.items, self._window).exec()

    def _rules(self) -> None:
        from app.ui.rules_dialog import RulesDialog

        use_cases = self._use_cases
        dialog = RulesDialog(
            use_cases.rules(),
            self._window,
            notice=use_cases.rules_notice(),
            # Files that are not in order cannot be adopted: the notice says what is wrong.
            moves=use_cases.rule_moves if use_cases.rules_proposed() else None,
            adopt=use_cases.adopt_rules,
            jobs=self._jobs,
        )
        dialog.exec()
        if dialog.adopted:
            self._messages.show_info("已采用新规则，认定和期限已重新计算")
            self._refresh()

    def _check(self) -> None:
        from app.ui.about import CheckDialog

        CheckDialog(self._use_cases.check, self._jobs, self._window).exec()

    def _news(self) -> None:
        from app.ui.whats_new import WhatsNew, versions

        WhatsNew(versions(), self._window).exec()

    def _about(self) -> None:
        from app.ui.about import AboutDialog

        AboutDialog(self._window).exec()
