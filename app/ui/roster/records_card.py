"""Plans, visits, requests, results and letters of a person: one click to each of the latest."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.timeline import TimelineRow
from app.ui import theme
from app.ui.roster.period_card import clear
from app.ui.roster.timeline_view import RecordLine

_GROUPS: dict[str, tuple[str, ...]] = {
    "方案": ("Plan",),
    "回访": ("Visit",),
    "诉求": ("Request",),
    "结果和函件": ("Outcome", "ResultOf", "Feedback", "UnitReminder", "ResultUse", "FilingEntry"),
    "期满办理": ("Ending",),
}
_LATEST = 3  # of a group; the others stand in the timeline


class RecordsCard(theme.Card):
    """Lists records with a page of their own by what they are; nothing else tells them apart."""

    opened = Signal(object)  # link: (entity name, id)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("方案、回访和函件", parent)
        self._lines = QVBoxLayout()
        theme.margins(self._lines, 0, theme.SMALL)
        self.body.addLayout(self._lines)

    def show_rows(self, rows: Sequence[TimelineRow]) -> None:
        """Show what ``rows`` of the timeline lead to; hidden where they lead nowhere."""
        clear(self._lines)
        for title, kinds in _GROUPS.items():
            first = {row.link: row for row in reversed(rows) if row.link[0] in kinds}
            found = sorted(first.values(), key=_day, reverse=True)
            if len(found) > _LATEST:
                words = f"{title}共 {len(found)} 项，最近 {_LATEST} 项："
                self._lines.addWidget(theme.label(words, "small"))
            for row in found[:_LATEST]:
                line = RecordLine.of(row)
                line.opened.connect(self.opened)
                self._lines.addWidget(line)
        self.setVisible(self._lines.count() > 0)


def _day(row: TimelineRow) -> str:
    return row.on.isoformat() if row.on is not None else ""
