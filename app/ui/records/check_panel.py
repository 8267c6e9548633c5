"""Beside a record: its sections, and what is missing, barred or doubtful; each leads to its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QResizeEvent, QShowEvent, QTextLayout
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.domain.fields import Problem
from app.domain.gates import INCOMPLETE, Key, Obstacle
from app.ui import theme

_PATH = Qt.ItemDataRole.UserRole

MISSING, BARRED, DOUBTFUL = "×", "■", "△"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the completeness list; ``mark`` says of which kind it is."""

    mark: str
    words: str
    path: str


def findings(
    problems: Sequence[Problem], obstacles: Sequence[Obstacle], warnings: Sequence[Problem] = ()
) -> list[Finding]:
    """Return the list: what bars the next step first, then what is missing, then doubts."""
    found = [
        Finding(BARRED if one.gate.key is Key.NONE else DOUBTFUL, one.message, one.field)
        for one in obstacles
        if one.gate is not INCOMPLETE
    ]
    known = {(one.path, one.words) for one in found}
    missing = [Finding(MISSING, one.message, one.field) for one in problems]
    groups = {one.path for one in found if one.path == "members" or one.path.endswith("recusal")}
    found += [
        one
        for one in missing
        if (one.path, one.words) not in known
        # The gate of the work group says the same, better.
        and not (one.path in groups and ("两人" in one.words or "回避" in one.words))
    ]
    found += [Finding(DOUBTFUL, one.message, one.field) for one in warnings]
    return list(dict.fromkeys(found))


class CheckPanel(QWidget):
    """Sections to go to, and the completeness list. It never blocks anything."""

    wanted = Signal(str)  # path to go to

    def __init__(self, done: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._done = done
        self.sections = QListWidget()
        self.sections.setAccessibleName("各部分")
        self.sections.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.sections.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list = QListWidget()
        self.list.setAccessibleName("尚未完成的项目")
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # A bar that comes and goes would change the width after the lines were measured.
        self.list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        for shown in (self.sections, self.list):
            shown.itemClicked.connect(self._on_chosen)
            shown.itemActivated.connect(self._on_chosen)
        self._head = theme.label("", "heading")
        self._good = theme.label(f"✓ {done}", "good", wrap=True)
        column = QVBoxLayout(self)
        theme.margins(column, 0, theme.TINY)
        column.addWidget(self.sections)
        column.addWidget(self._head)
        column.addWidget(self._good)
        column.addWidget(self.list, 1)
        self._spare = QWidget()
        column.addWidget(self._spare, 1)
        self.show_findings([])

    def show_sections(self, titles: Sequence[tuple[str, str]]) -> None:
        """Offer these sections, as (path, title)."""
        self.sections.clear()
        for path, title in titles:
            item = QListWidgetItem(title)
            item.setData(_PATH, path)
            self.sections.addItem(item)
        rows = len(titles)
        high = self.sections.sizeHintForRow(0) if rows else 0
        self.sections.setFixedHeight(rows * high + 4)

    def show_current(self, path: str) -> None:
        """Mark the section in which the cursor is."""
        with QSignalBlocker(self.sections):
            for row in range(self.sections.count()):
                if self.sections.item(row).data(_PATH) == path:
                    self.sections.setCurrentRow(row)

    def show_findings(self, found: Sequence[Finding]) -> None:
        """Show what is to be done; nothing to do is said as well."""
        shown = [self.list.item(row).text() for row in range(self.list.count())]
        lines = [f"{one.mark} {one.words}" for one in found]
        if lines != shown:
            self.list.clear()
            for one, words in zip(found, lines, strict=True):
                item = QListWidgetItem(words)
                item.setData(_PATH, one.path)
                item.setToolTip("按此转到该处")
                if one.mark != MISSING:
                    colours = theme.COLOURS
                    colour = colours.danger if one.mark == BARRED else colours.warning
                    item.setForeground(QColor(colour))
                self.list.addItem(item)
            self._measure()
        self._good.setText(f"✓ {self._done}")
        open_ = sum(one.mark != DOUBTFUL for one in found)
        self._head.setText(f"还有 {open_} 项待完善" if open_ else "完成情况")
        self._good.setVisible(not open_)
        self.list.setVisible(bool(found))
        self._spare.setVisible(not found)
        QTimer.singleShot(0, self, self._measure)  # shown just now, it gets its width with that

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width makes other lines."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._measure)

    def showEvent(self, event: QShowEvent) -> None:
        """Only now is the width known."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._measure)

    def _measure(self) -> None:
        # Qt's own measure takes another width than its painting, and cuts the last line off.
        room = max(40, self.list.viewport().width() - 2 * theme.SMALL - theme.TINY)
        for row in range(self.list.count()):
            item = self.list.item(row)
            layout = QTextLayout(item.text(), self.list.font())
            layout.beginLayout()
            lines = 0
            while (line := layout.createLine()).isValid():  # breaks where painting breaks
                line.setLineWidth(room)
                lines += 1
            layout.endLayout()
            high = lines * self.list.fontMetrics().lineSpacing()
            item.setSizeHint(QSize(room, high + theme.TINY))

    def say(self, words: str) -> None:
        """Say how far a record is that nobody writes in any more, in place of the list."""
        self.show_findings([])
        self._head.setText("办理情况")
        self._good.setText(words)

    def _on_chosen(self, item: QListWidgetItem) -> None:
        self.wanted.emit(item.data(_PATH))
