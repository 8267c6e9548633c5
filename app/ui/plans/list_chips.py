"""How many people of a list are to be visited, left out, put off; each number shows just them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

from app.domain.visiting_list import INCLUDED, ListEntry
from app.ui import theme
from app.ui.records.tones import DECISION_TONES

ALL = ""


class DecisionChips(QWidget):
    """One chip per decision with its number; ``choice`` is the decision on display, or ``ALL``."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = ALL
        self._chips: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        theme.margins(row, 0, theme.TINY)
        group = QButtonGroup(self)
        for decision in (ALL, *DECISION_TONES):
            chip = theme.button("", partial(self._on_clicked, decision), role="chip")
            chip.setCheckable(True)
            group.addButton(chip)
            self._chips[decision] = chip
            row.addWidget(chip)
        self._more = theme.label("", "small")
        row.addWidget(self._more)
        row.addStretch(1)
        self.choose(ALL)

    def choose(self, decision: str) -> None:
        """Show this decision as the chosen one, without saying so."""
        self.choice = decision
        self._chips[decision].setChecked(True)

    def shown(self, entries: Sequence[ListEntry]) -> list[ListEntry]:
        """Return the entries that are on display, and count all of them on the chips."""
        found = Counter(entry.decision for entry in entries)
        if self.choice != ALL and not found[self.choice]:
            self.choose(ALL)
        for decision, chip in self._chips.items():
            number = found[decision] if decision else len(entries)
            words = f"{DECISION_TONES[decision].mark} {decision}" if decision else "全部"
            chip.setText(f"{words}  {number}")
            chip.setAccessibleName(
                f"只看{decision}，{number}人" if decision else f"全部，{number}人"
            )
            chip.setVisible(not decision or number > 0)
        added = sum(entry.decision == INCLUDED and not entry.proposed for entry in entries)
        self._more.setText(f"列入的人中另行添加 {added} 人" if added else "")
        return [one for one in entries if self.choice in (ALL, one.decision)]

    def _on_clicked(self, decision: str) -> None:
        self.choice = decision
        self.chosen.emit()
