"""What a crash left of typing people, offered before anything else."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.domain.draft import Draft
from app.ui import theme
from app.ui.allowed import edits


class LeftOver(QFrame):
    """A line per person whose typing was not saved: whose it is, from when, and what can be done."""

    resumed = Signal(object)  # Draft
    given_up = Signal(object)  # Draft

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(theme.MEDIUM, theme.TINY, theme.SMALL, theme.TINY)
        self._lines.setSpacing(0)
        self._shown: list[QWidget] = []
        self.hide()

    def show_drafts(self, drafts: Sequence[Draft]) -> None:
        """Offer ``drafts``; nothing is shown while there are none."""
        for line in self._shown:
            self._lines.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._shown = [self._line(draft) for draft in drafts]
        for line in self._shown:
            self._lines.addWidget(line)
        self.setVisible(bool(drafts))

    def _line(self, draft: Draft) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        theme.margins(row, 0, theme.SMALL)
        mark = QLabel()
        mark.setPixmap(theme.picture("warning", 18))
        row.addWidget(mark)
        at = f"（{draft.saved_at:%m月%d日 %H:%M}）" if draft.saved_at else ""
        what = "新增人员" if draft.target_id is None else "修改人员"
        row.addWidget(theme.label(f"{what}“{draft.title}”{at}没有保存，内容已替您留存。"), 1)
        resume = edits(theme.button("继续填写", lambda: self.resumed.emit(draft)))
        resume.setAccessibleName(f"继续填写“{draft.title}”")
        row.addWidget(resume)
        row.addWidget(theme.button("放弃", lambda: self.given_up.emit(draft), role="link"))
        return made
