"""One sanction's period with its working, doubts and articles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.ui import theme
from app.ui.roster.chips import FlowLayout
from app.ui.veil import VeiledDialog

Article = Callable[[str], str]


def clear(layout: QLayout) -> None:
    """Take every widget out of ``layout`` and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)


class ArticleDialog(VeiledDialog):
    """An article in plain words, with its number and version."""

    explains_itself = True

    def __init__(self, reference: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("条文说明")
        self.setMinimumWidth(420)
        self.setMaximumSize(620, theme.DIALOG_HEIGHT)
        column = QVBoxLayout(self)
        theme.margins(column, theme.LARGE, theme.MEDIUM)
        column.addWidget(theme.label(reference, "heading", wrap=True))
        text = theme.label(words or "没有找到这一条的说明。", wrap=True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setAlignment(Qt.AlignmentFlag.AlignTop)
        inside = QWidget()
        inner = QVBoxLayout(inside)
        theme.margins(inner, 0)
        inner.addWidget(text)
        inner.addStretch(1)
        column.addWidget(theme.scrolled(inside), 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(theme.button("关闭(&C)", self.accept, role="primary"))
        column.addLayout(row)
        self.resize(480, 300)


class ArticleLinks(QWidget):
    """The articles something rests on; a click, Enter or F1 shows one in plain words."""

    def __init__(self, article: Article, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._article = article
        self._flow = FlowLayout(self, spacing=theme.TINY)
        self.hide()

    def show_references(self, references: Sequence[str]) -> None:
        """Show one link per article, in order, none twice."""
        clear(self._flow)
        for reference in dict.fromkeys(references):
            link = _ArticleLink(reference, self._open)
            self._flow.addWidget(link)
        self.setVisible(bool(references))
        self.updateGeometry()

    def _open(self, reference: str) -> None:
        ArticleDialog(reference, self._article(reference), self.window()).open()


class _ArticleLink(QPushButton):
    def __init__(self, reference: str, opened: Callable[[str], None]) -> None:
        super().__init__(reference)
        self.setProperty("role", "link")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("查看这一条的通俗说明（F1）")
        self._reference, self._opened = reference, opened
        self.clicked.connect(lambda _checked=False: opened(reference))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F1 on an article opens it."""
        if event.key() == Qt.Key.Key_F1:
            self._opened(self._reference)
        else:
            super().keyPressEvent(event)


class PeriodCard(QFrame):
    """What a sanction's period is, from when to when, and how that was found."""

    def __init__(self, article: Article, *, plain: bool = False) -> None:
        """``plain`` leaves the frame and title out, for use inside another card."""
        super().__init__()
        self.setProperty("role", "" if plain else "card")
        self._title = theme.label("", "heading", wrap=True)
        self._title.setVisible(not plain)
        self._plain = plain
        self._heading = _selectable("")
        self._doubts = QVBoxLayout()
        theme.margins(self._doubts, 0, theme.TINY)
        self._working = theme.label("", "muted", wrap=True)
        self._working.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._working.hide()
        self._toggle = theme.button("计算过程 ▶", self._on_toggled, role="link")
        self._articles = ArticleLinks(article)
        # One under the other: side by side a narrow pane clips the arrow.
        foot = QVBoxLayout()
        theme.margins(foot, 0, theme.TINY)
        foot.addWidget(self._toggle, 0, Qt.AlignmentFlag.AlignLeft)
        foot.addWidget(self._working)
        foot.addWidget(self._articles)
        column = QVBoxLayout(self)
        around = 0 if plain else theme.MEDIUM
        column.setContentsMargins(around, around // 2, around, around // 2)
        column.setSpacing(theme.TINY)
        for part in (self._title, self._heading):
            column.addWidget(part)
        column.addLayout(self._doubts)
        column.addLayout(foot)

    def show_period(
        self,
        title: str,
        heading: str,
        steps: Sequence[str],
        doubts: Sequence[str],
        references: Sequence[str],
    ) -> None:
        """Show one period; whether its working is open stays as it was."""
        self._title.setText(title)
        self._heading.setText(heading)
        clear(self._doubts)
        for doubt in doubts:
            self._doubts.addWidget(theme.label(f"△ {doubt}", "warning", wrap=True))
        self._working.setText("\n".join(f"{n}. {step}" for n, step in enumerate(steps, 1)))
        self._toggle.setVisible(bool(steps))
        if not steps:
            self._working.hide()
        self._articles.show_references(references)
        self.setAccessibleName(f"{title}：{heading}")

    def open_working(self) -> None:
        """Show the working from the start, where somebody asked for it."""
        if self._working.isHidden() and self._working.text():
            self._on_toggled()

    def _on_toggled(self) -> None:
        is_open = self._working.isHidden()
        self._working.setVisible(is_open)
        self._toggle.setText("计算过程 ▼" if is_open else "计算过程 ▶")


def _selectable(text: str) -> QLabel:
    made = theme.label(text, wrap=True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
