"""Behind every date and verdict: the person's verdict, periods with their working, and the articles."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget

from app.domain.assessment import Assessment
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.roster.period_card import ArticleLinks, PeriodCard
from app.ui.roster.verdict_mark import VerdictPill


@runtime_checkable
class Explains(Protocol):
    """A widget that can say more about what is chosen in it: asked on F1, the innermost first."""

    def explain(self) -> bool:
        """Show the explanation; return False where there is nothing to explain."""


def explained(widget: QWidget | None) -> bool:
    """Let the innermost widget around ``widget`` that can explain itself do so."""
    while widget is not None:
        if isinstance(widget, Explains) and widget.explain():
            return True
        widget = widget.parentWidget()
    return False


class BasisDialog(Dialog):
    """期限和认定的依据: one person, as of today."""

    def __init__(self, use_cases: UseCases, subject_id: int, parent: QWidget | None = None) -> None:
        """Raises ``MissingRecord`` when the person is not there any more."""
        dossier = use_cases.open_dossier(subject_id)
        assessment: Assessment = use_cases.assess(dossier)
        super().__init__(
            f"{dossier.subject.name}：期限和认定的依据",
            parent,
            lead=f"截至{assessment.as_of.isoformat()}，按名册现在的内容计算。",
            icon_name="law",
            width=620,
        )
        pill = VerdictPill()
        pill.show_verdict(assessment.verdict)
        articles = ArticleLinks(use_cases.article)
        articles.show_references(assessment.references)
        for part in (pill, theme.label(assessment.reason, wrap=True), articles):
            self.body.addWidget(part)
        for card in assessment.cards:
            shown = PeriodCard(use_cases.article)
            shown.show_period(
                f"{card.sanction.regime}　{card.sanction.kind}",
                card.heading, card.steps, card.doubts, card.references,
            )  # fmt: skip
            shown.open_working()
            self.body.addWidget(shown)
        self.offer("关闭(&C)", self.accept, role="primary", default=True)


def show_basis(use_cases: UseCases, subject_id: int | None, parent: QWidget) -> bool:
    """Show why a person's verdict and dates are what they are; False when nobody is meant."""
    if subject_id is None:
        return False
    dialog = BasisDialog(use_cases, subject_id, parent.window())
    dialog.open()
    dialog.fit()  # once more: only now is it known where long sentences wrap
    return True
