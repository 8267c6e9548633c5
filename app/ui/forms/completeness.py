"""What is still missing in the form and what deserves a second look: a list that leads to the box."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.domain.fields import Problem
from app.domain.wording import Coverage, Hint
from app.ui import theme

_ONLY_A_HINT = "只是提示，不影响定稿和打印；按此转到该项"
_MOST_HINTS = 20  # a text pasted twice repeats every sentence
_FIELD = Qt.ItemDataRole.UserRole


class Completeness(QWidget):
    """A short list: press an entry, and the cursor goes to its box. It never blocks anything."""

    wanted = Signal(str)  # the box to go to

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head = theme.label("完成情况", "heading")
        self._good = theme.label("✓ 各项均已填写，可以打印。", "good", wrap=True)
        self._problems: Sequence[Problem] = ()
        self._hints: Sequence[Hint] = ()
        self._coverage: Sequence[Coverage] = ()
        self._list = QListWidget()
        self._list.setAccessibleName("尚未完成的项目")
        self._list.setWordWrap(True)
        self._list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(self._on_chosen)
        self._list.itemActivated.connect(self._on_chosen)
        column = QVBoxLayout(self)
        theme.margins(column, theme.MEDIUM, theme.TINY)
        column.addWidget(self._head)
        column.addWidget(self._good)
        column.addWidget(self._list, 1)
        self.show_problems([])

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show what is missing; nothing missing is said as well."""
        self._problems = problems
        self._show()

    def show_hints(self, hints: Sequence[Hint], coverage: Sequence[Coverage]) -> None:
        """Show what deserves a second look, and which items of article 7 are written of."""
        self._hints, self._coverage = hints, coverage
        self._show()

    @property
    def lines(self) -> list[str]:
        """What the list says."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    def _show(self) -> None:
        wanted = [(one.field, f"• {one.message}", False, "按此转到该项") for one in self._problems]
        wanted += [
            (one.field, f"提示：{one.message}", True, f"{one.advice}\n{_ONLY_A_HINT}".strip())
            for one in self._hints[:_MOST_HINTS]
        ]
        if more := len(self._hints[_MOST_HINTS:]):
            field = self._hints[_MOST_HINTS].field
            wanted.append((field, f"提示：另有 {more} 处", True, _ONLY_A_HINT))
        wanted += _covered(self._coverage)
        shown = [
            (item.data(_FIELD), item.text())
            for item in (self._list.item(row) for row in range(self._list.count()))
        ]
        if [(field, text) for field, text, _muted, _tip in wanted] != shown:
            self._list.clear()
            for field, text, muted, tip in wanted:
                item = QListWidgetItem(text)
                item.setData(_FIELD, field)
                item.setToolTip(tip)
                if muted:
                    item.setForeground(QColor(theme.COLOURS.muted))
                self._list.addItem(item)
        problems = self._problems
        self._good.setVisible(not problems)
        self._list.setVisible(bool(wanted))
        self._head.setText(f"还有 {len(problems)} 项待完善" if problems else "完成情况")

    def _on_chosen(self, item: QListWidgetItem) -> None:
        self.wanted.emit(item.data(_FIELD))


def _covered(coverage: Sequence[Coverage]) -> list[tuple[str, str, bool, str]]:
    """Return a line for each item of article 7, written of or not yet, under one that counts them."""
    if not coverage:
        return []
    covered = sum(one.covered for one in coverage)
    head = f"第七条{len(coverage)}项内容写到{covered}项："
    lines = [("attitude", head, True, f"按关键词判断。{_ONLY_A_HINT}")]
    for one in coverage:
        mark = "✓" if one.covered else "○"
        why = f"写到了：“{one.word}”" if one.covered else "似乎还没有写到"
        tip = f"{one.item.article}，{why}\n{_ONLY_A_HINT}"
        lines.append(("attitude", f"{mark} {one.item.title}", True, tip))
    return lines
