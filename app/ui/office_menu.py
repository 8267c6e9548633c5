"""The menu 管理: the office itself, its staff, settings, paper and secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.rights import Right
from app.domain.settings import Settings
from app.services.entrance import Entrance
from app.services.use_cases import UseCases
from app.ui.changes import ChangeBus
from app.ui.jobs import JobRunner
from app.ui.menus import Item
from app.ui.message_bar import MessageBar


class OfficeMenu:
    """The lines, and the dialogs behind them, imported when they are asked for."""

    def __init__(
        self,
        window: Any,
        use_cases: UseCases,
        entrance: Entrance,
        bus: ChangeBus,
        jobs: JobRunner,
        messages: MessageBar,
    ) -> None:
        """``window`` is the parent of the dialogs."""
        self._window, self._use_cases, self._entrance = window, use_cases, entrance
        self._bus, self._jobs, self._messages = bus, jobs, messages

    def items(self) -> list[Item | None]:
        """Return the lines."""
        return [
            Item("工作人员(&O)…", self.staff, icon="people", needs=Right.BUSINESS),
            Item("账户与权限(&H)…", self.accounts, icon="people"),
            Item("审计日志(&U)…", self.audit, icon="shield", needs=Right.AUDIT),
            Item("设置(&S)…", self.settings, icon="settings", needs=Right.SETTINGS),
            Item("工作日表(&W)…", self._working_days, icon="calendar", needs=Right.SETTINGS),
            Item("登记表样式(&Y)…", self._paper_style, needs=Right.SETTINGS),
            Item("修改口令(&K)…", self.change_password, icon="key"),
            Item("换发恢复码(&C)…", self._new_code, needs=Right.RESET),
        ]

    def _run(self, dialog: Any, said: str) -> None:
        if dialog.exec():
            if hasattr(dialog, "changes"):
                self._bus.publish(dialog.changes)
            self._messages.show_info(said)

    def staff(self) -> None:
        """Show who works here."""
        from app.ui.staff_dialog import StaffDialog

        StaffDialog(self._use_cases.plans, self._bus, self._window).exec()

    def settings(self) -> None:
        """Show what the office chose."""
        from app.domain.settings import BACKING_UP, PAPER
        from app.ui.forms.style_dialog import NAMES, StyleDialog
        from app.ui.safekeeping.places_dialog import PlacesDialog
        from app.ui.settings_dialog import More, SettingsDialog

        use_cases = self._use_cases

        def beside(dialog: type[StyleDialog] | type[PlacesDialog]) -> Callable[[QWidget], Settings]:
            def show(parent: QWidget) -> Settings:
                shown = dialog(use_cases, self._jobs, parent)
                shown.exec()
                self._bus.publish(shown.changes)
                return use_cases.settings()

            return show

        more = {
            PAPER: More("字体与整页样张(&F)…", beside(StyleDialog), NAMES),
            BACKING_UP: More("备份位置(&P)…", beside(PlacesDialog), ("backup_places",)),
        }
        dialog = SettingsDialog(
            use_cases.settings(), use_cases.save_settings, self._window, more=more
        )
        self._run(dialog, "设置已保存")

    def _working_days(self) -> None:
        from app.ui.working_days_dialog import WorkingDaysDialog

        use_cases = self._use_cases
        dialog = WorkingDaysDialog(
            use_cases.working_days(), use_cases.settings(), use_cases.save_settings, self._window
        )
        self._run(dialog, "工作日表已保存")

    def _paper_style(self) -> None:
        from app.ui.forms.style_dialog import StyleDialog

        self._run(StyleDialog(self._use_cases, self._jobs, self._window), "登记表样式已保存")

    def accounts(self) -> None:
        """Show who may sign in, and in which role."""
        from app.ui.accounts_dialog import AccountsDialog

        dialog = AccountsDialog(self._use_cases.accounts, self._jobs, self._window)
        dialog.exec()
        dialog.deleteLater()

    def audit(self) -> None:
        """Show the log."""
        from app.ui.audit_dialog import AuditDialog

        try:
            self._use_cases.audit.opened()
            dialog = AuditDialog(self._use_cases, self._jobs, self._window)
        except Exception as error:
            self._messages.show_error(error)
            return
        dialog.exec()
        dialog.deleteLater()

    def change_password(self) -> bool:
        """Let the signed-in person choose another password; return whether they did."""
        from app.ui.account_dialogs import ChangePassword

        problem, change = self._entrance.password_problem, self._use_cases.change_password
        dialog = ChangePassword(problem, change, self._jobs, self._window)
        changed = bool(dialog.exec())
        if changed:
            self._messages.show_info("口令已修改，下次登录请用新口令")
        dialog.deleteLater()
        return changed

    def _new_code(self) -> None:
        from app.ui.account_dialogs import NewCode

        who, make = self._use_cases.who, self._use_cases.new_recovery_code
        NewCode(make, who.account, who.folder, self._jobs, self._window).exec()
