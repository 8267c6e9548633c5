"""What the rules make of a person, beside the fields that are being typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui import theme
from app.ui.roster.period_card import Article, ArticleLinks, clear
from app.ui.roster.verdict_mark import VerdictPill

_WIDTH = 268


class StandingPanel(QWidget):
    """Verdict with its reason, last day, and what should be looked at again."""

    def __init__(self, article: Article, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(_WIDTH)
        self._pill = VerdictPill()
        self._reason = theme.label("", wrap=True)
        self._articles = ArticleLinks(article)
        self._empty = theme.label(
            "填写处分种类和处分时间后，这里即时显示影响期（处分期）、剩余天数和对象认定。",
            "muted",
            wrap=True,
        )
        self._doubts = QVBoxLayout()
        theme.margins(self._doubts, 0, theme.SMALL)
        self._doubts_card = theme.Card("请核对")
        self._doubts_card.body.addLayout(self._doubts)
        card = theme.Card("对象认定")
        for part in (self._empty, self._pill, self._reason, self._articles):
            card.body.addWidget(part)
        inside = QWidget()
        column = QVBoxLayout(inside)
        theme.margins(column, 0, theme.MEDIUM)
        column.addWidget(card)
        column.addWidget(self._doubts_card)
        column.addStretch(1)
        page = QVBoxLayout(self)
        theme.margins(page, 0)
        page.addWidget(theme.scrolled(inside))

    def show_standing(self, assessment: Any, doubts: Sequence[str]) -> None:
        """Show ``assessment``, or what to type for one while it is ``None``; and ``doubts``."""
        self._empty.setVisible(assessment is None)
        self._pill.show_verdict(assessment.verdict if assessment else "")
        self._reason.setText(assessment.reason if assessment else "")
        self._reason.setVisible(assessment is not None)
        self._articles.show_references(assessment.references if assessment else ())
        clear(self._doubts)
        for doubt in dict.fromkeys(doubts):
            self._doubts.addWidget(theme.label(f"△ {doubt}", "warning", wrap=True))
        self._doubts_card.setVisible(bool(doubts))
