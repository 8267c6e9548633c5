"""A menu that leaves nothing behind: Qt's own stays with its parent until that goes, and so do its submenus."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu


class Menu(QMenu):
    """A menu of lines and submenus, built anew each time it is wanted."""

    def pop_up(self, where: QPoint) -> None:
        """Show it at ``where`` for this once; afterwards it is taken apart."""
        self.exec(where)
        self.deleteLater()

    def submenu(self, title: str) -> Menu:
        """Add a submenu and return it."""
        made = Menu(title, self)  # what Qt's ``addMenu`` makes is kept by PySide when it is gone
        self.addMenu(made)
        return made

    def drop(self, submenu: QMenu) -> None:
        """Take a submenu away again."""
        self.removeAction(submenu.menuAction())
        submenu.deleteLater()

    def clear(self) -> None:
        """Take everything away, the submenus themselves as well as the lines that open them."""
        for line in self.actions():
            under = line.menu()
            if isinstance(under, QMenu):
                under.deleteLater()
        super().clear()
