"""All keys on one sheet: those of the menus, taken from the menus, and those of the fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QGridLayout, QWidget

from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.help_topics import Topic
from app.ui.printout import print_out, save_pdf
from app.ui.theme import Card

IN_FIELDS = (
    ("Enter", "到下一项"),
    ("Shift+Enter", "回到上一项"),
    ("Enter（大段文字中）", "另起一行"),
    ("Ctrl+Enter 或 Tab（大段文字中）", "到下一项"),
    ("F4 或 Alt+↓（日期）", "打开日历"),
    ("Alt+↓（下拉框）", "展开选项"),
    ("Ctrl+S", "立即保存"),
    ("F1", "说明"),
)
IN_LISTS = (
    ("↑ ↓ PgUp PgDn", "移动"),
    ("Enter 或 F2", "打开、编辑"),
    ("Ctrl+C", "复制为表格，可粘贴到 Excel"),
    ("Ctrl+F", "查找"),
    ("Esc", "清除查找"),
    ("F5", "刷新"),
)

IN_THE_ROUND = (("F8", "下一步"), ("Shift+F8", "上一步"), ("Ctrl+F8", "离开练习引导"))


def plain(text: str) -> str:
    """Return a menu text without its Alt letter and dots: 备份(&B)… becomes 备份."""
    return text.split("(&", maxsplit=1)[0]


class ShortcutSheet(Dialog):
    """Cards of keys and what they do."""

    def __init__(self, menus: list[tuple[str, list[Any]]], parent: QWidget | None = None) -> None:
        super().__init__(
            "快捷键",
            parent,
            lead="菜单和按钮上带下划线的字母可与 Alt 同按。",
            icon_name="help",
            width=640,
        )
        in_menus = [
            (item.key, plain(item.text))
            for _title, items in menus
            for item in items
            if item and item.key
        ]
        self._cards: tuple[tuple[str, Sequence[tuple[str, str]]], ...] = (
            ("菜单", in_menus),
            ("填写时", IN_FIELDS),
            ("列表中", IN_LISTS),
            ("十分钟练习", IN_THE_ROUND),
        )
        for heading, keys in self._cards:
            card = Card(heading)
            grid = QGridLayout()
            grid.setHorizontalSpacing(theme.HUGE)
            grid.setVerticalSpacing(theme.TINY)
            grid.setColumnMinimumWidth(0, 240)
            grid.setColumnStretch(1, 1)
            for row, (key, what) in enumerate(keys):
                grid.addWidget(theme.label(key), row, 0)
                grid.addWidget(theme.label(what, "muted"), row, 1)
            card.body.addLayout(grid)
            self.body.addWidget(card)
        self.offer("打印(&P)…", lambda: print_out(self, "快捷键", self.pages()), left=True)
        self.offer("存为 PDF(&D)…", lambda: save_pdf(self, "快捷键", self.pages()), left=True)
        self.offer("关闭(&C)", self.accept, role="primary", default=True)

    def pages(self) -> list[Topic]:
        """Return the sheet as it goes on paper: the menus on a page, all else on its back."""
        menus, *others = self._cards
        return [
            Topic("快捷键（一）菜单", _words([menus])),
            Topic("快捷键（二）填写、列表和练习", _words(others)),
        ]


def _words(cards: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> str:
    lines: list[str] = []
    for heading, keys in cards:
        lines += [heading, *(f"{key}\t{what}" for key, what in keys), ""]
    return "\n".join(lines).strip()
