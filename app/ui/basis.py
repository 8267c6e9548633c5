"""Behind every date and verdict: the person's verdict, periods with their working, and the articles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.assessment import Assessment
from app.services.use_cases import UseCases
from app.ui import theme
from app.ui.calm_combo_box import CalmComboBox
from app.ui.dialog import Dialog
from app.ui.roster.period_card import ArticleLinks, PeriodCard, clear
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
        # Not beyond the window: what a dialog lies over is not what is chosen in the dialog.
        widget = None if widget.isWindow() else widget.parentWidget()
    return False


class BasisDialog(Dialog):
    """期限和认定的依据, as of today: of one person, or of several to choose from."""

    explains_itself = True

    def __init__(
        self, use_cases: UseCases, subject_ids: Sequence[int], parent: QWidget | None = None
    ) -> None:
        """Raises ``MissingRecord`` when somebody is not there any more."""
        super().__init__("期限和认定的依据", parent, lead=" ", icon_name="law", width=620)
        self._use_cases = use_cases
        self._dossiers = [use_cases.open_dossier(id_) for id_ in subject_ids]
        self.people = CalmComboBox()
        self.people.setAccessibleName("回访对象")
        for dossier in self._dossiers:
            self.people.addItem(dossier.subject.name or "（未填姓名）")
        if len(self._dossiers) > 1:
            row = QHBoxLayout()
            row.addWidget(theme.label("回访对象"))
            row.addWidget(self.people, 1)
            self.body.addLayout(row)
            self.people.setFocus()
        self._told = QVBoxLayout()
        self._told.setSpacing(theme.MEDIUM)
        self.body.addLayout(self._told)
        self.offer("关闭(&C)", self.accept, role="primary", default=True)
        self.people.currentIndexChanged.connect(self._show)
        self._show(0)

    def _show(self, place: int) -> None:
        dossier = self._dossiers[place]
        assessment: Assessment = self._use_cases.assess(dossier)
        self.heading.setText(f"{dossier.subject.name}：期限和认定的依据")
        self.lead.setText(f"截至{assessment.as_of.isoformat()}，按名册现在的内容计算。")
        clear(self._told)
        pill = VerdictPill()
        pill.show_verdict(assessment.verdict)
        articles = ArticleLinks(self._use_cases.article)
        articles.show_references(assessment.references)
        for part in (pill, theme.label(assessment.reason, wrap=True), articles):
            self._told.addWidget(part)
        for card in assessment.cards:
            shown = PeriodCard(self._use_cases.article)
            shown.show_period(
                f"{card.sanction.regime}　{card.sanction.kind}",
                card.heading, card.steps, card.doubts, card.references,
            )  # fmt: skip
            shown.open_working()
            self._told.addWidget(shown)
        self.fit()


def show_basis(use_cases: UseCases, subject_ids: Sequence[int], parent: QWidget) -> bool:
    """Show why verdict and dates of people are what they are; False when nobody is meant."""
    if not subject_ids:
        return False
    dialog = BasisDialog(use_cases, subject_ids, parent.window())
    dialog.open()
    dialog.fit()  # once more: only now is it known where long sentences wrap
    return True
