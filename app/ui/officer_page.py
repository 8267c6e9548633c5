"""What an officer of 三员 sees first: no business records, only what the role is there for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.permission import AccountUseCases
from app.ui import theme
from app.ui.menus import Item


class OfficerPage(QWidget):
    """The role, what it may do, and a button for each such act of the menus."""

    def __init__(
        self,
        accounts: AccountUseCases,
        menus: Sequence[tuple[str, Sequence[Item | None]]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.offered: list[str] = []
        card = theme.Card()
        card.body.addWidget(theme.label(f"{accounts.name}，{accounts.role()}", "title"))
        card.body.addWidget(
            theme.label(
                "本角色不办理也不查看业务记录。可以进行的管理事项如下，每一项都记入审计日志。",
                "muted",
                wrap=True,
            )
        )
        for title, items in menus:
            if not title.startswith(("文件", "备份", "管理")):
                continue
            for item in items:
                if item is None or not item.text.endswith("…"):
                    continue
                if item.needs is not None and accounts.refusal(item.needs):
                    continue
                made = theme.button(item.text, item.act, icon_name=item.icon)
                made.setMinimumWidth(260)
                card.body.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
                self.offered.append(item.text)
        column = QVBoxLayout(self)
        theme.margins(column, theme.HUGE, theme.LARGE)
        column.addWidget(card)
        column.addStretch(1)

    def refresh(self) -> None:
        """Nothing here changes by itself."""
