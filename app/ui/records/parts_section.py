"""A card of parts below each other: participants, talks, materials, steps."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from app.ui import theme
from app.ui.records.sheet import Section, Sheet
from app.ui.records.typing import replace_parts


class PartsSection(Section):
    """Cards of parts below each other; subclasses say how one looks."""

    def __init__(self, title: str, sheet: Sheet, path: str, parts: list[Any], empty: str) -> None:
        super().__init__(title, sheet, path)
        self._parts, self._empty = parts, empty
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.SMALL)
        self.body.addLayout(self._rows)

    def rebuild(self) -> None:
        """Show the parts as they are now."""
        self.clear_layout(self._rows)
        for number, part in enumerate(self._parts):
            made = QFrame()
            made.setProperty("role", "inset")
            column = QVBoxLayout(made)
            theme.margins(column, theme.MEDIUM, theme.TINY)
            self.fill(f"{self.path}.{number}", part, column)
            self._rows.addWidget(made)
            self.sheet.add_place(f"{self.path}.{number}", made)
        if not self._parts:
            self._rows.addWidget(theme.label(self._empty, "muted", wrap=True))
        self.sheet.apply_frozen(self)

    def fill(self, path: str, part: Any, column: QVBoxLayout) -> None:
        """Put the editors of a part into its card."""
        raise NotImplementedError

    def row(self, part: Any, words: str, more: str = "") -> QHBoxLayout:
        """Return the head of a part's card, with 移除."""
        head = QHBoxLayout()
        head.addWidget(theme.label(words, "heading"))
        head.addWidget(theme.label(more, "muted"))
        head.addStretch(1)
        head.addWidget(theme.button("移除", partial(self.remove, part, words), role="link"))
        return head

    def add(self, part: Any, title: str) -> None:
        """Add a part at the end, and go there."""
        self.sheet.push(replace_parts(title, self._parts, [*self._parts, part], self.rebuild))
        self.sheet.go_to_part(f"{self.path}.{len(self._parts) - 1}")

    def remove(self, part: Any, words: str) -> None:
        """Take a part away; it can be undone."""
        kept = [one for one in self._parts if one is not part]
        self.sheet.push(replace_parts(f"移除{words}", self._parts, kept, self.rebuild))
