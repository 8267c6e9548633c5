"""Where a person stands between list and form, in one card; it leads to what is to be done next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.chain import CURRENT, DONE, Chain
from app.domain.reminders import CONFIRM, PROBATION, Reminder
from app.services.chain import (
    AWAITING_APPROVAL,
    FORM_MISSING,
    FORM_UNFILED,
    FORM_UNFINISHED,
    FORM_UNSIGNED,
    REQUEST_UNANSWERED,
    REQUEST_UNTOLD,
    TO_CARRY_OUT,
    TO_FINISH,
)
from app.services.ports import UserError
from app.ui import theme

_MARKS = {DONE: "✓", CURRENT: "●"}
_OPENS = {
    AWAITING_APPROVAL: "Plan",
    TO_CARRY_OUT: "Plan",
    TO_FINISH: "Visit",
    FORM_MISSING: "Visit",
    FORM_UNFINISHED: "RegistrationForm",
    FORM_UNSIGNED: "RegistrationForm",
    FORM_UNFILED: "RegistrationForm",
    REQUEST_UNANSWERED: "Request",
    REQUEST_UNTOLD: "Request",
    PROBATION: "EndingOf",
    CONFIRM: "EndingOf",
}
_ACT = {
    "Plan": "去办理方案",
    "Visit": "去办理回访",
    "VisitingList": "去本期名单",
    "ResultOf": "去认定结果",
    "Outcome": "去结果与归档",
}


def link_of(reminder: Reminder) -> tuple[str, int | None] | None:
    """Return what a reminder of the chain is about, as entity and id; ``None`` for other kinds."""
    entity = _OPENS.get(reminder.kind)
    number = reminder.key.rpartition(":")[2]
    if "@" in reminder.key:  # what comes after a visit says itself what it opens
        entity, _dot, number = reminder.key.rpartition("@")[2].partition(".")
    return (entity, int(number)) if entity and number.isdigit() else None


class ChainCard(theme.Card):
    """The steps, a sentence, the exceptions, and a button that leads on."""

    link_requested = Signal(object, int)  # (entity, id or None), subject id

    def __init__(self, chain: Callable[[int], Chain], parent: QWidget | None = None) -> None:
        super().__init__("办理进度", parent)
        self._chain = chain
        self._shown: Chain | None = None
        self._steps = theme.label("", "small", wrap=True)
        self._sentence = theme.label("", wrap=True)
        self._more = theme.label("", "warning", wrap=True)
        self._go = theme.button("去办理", self._on_go, role="link")
        self.body.addWidget(self._steps)
        self.body.addWidget(self._sentence)
        self.body.addWidget(self._more)
        row = QHBoxLayout()
        row.addWidget(self._go)
        row.addStretch(1)
        self.body.addLayout(row)

    def show_person(self, subject_id: int) -> None:
        """Read where this person stands."""
        try:
            found = self._chain(subject_id)
        except UserError as error:
            self._sentence.setText(str(error))
            return
        self._shown = found
        marks = [f"{_MARKS.get(link.state, '○')}\u00a0{_whole(link.title)}" for link in found.links]
        self._steps.setText("　".join(marks))
        self._sentence.setText(found.sentence)
        lines = [f"△ 例外 · {one}" for one in found.exceptions]
        if found.requests:
            lines.append(f"△ 未办结诉求 {found.requests} 项")
        self._more.setText("\n".join(lines))
        self._more.setVisible(bool(lines))
        entity, id_ = found.opens
        act = "去拟定方案" if entity == "Plan" and id_ is None else _ACT.get(entity, "")
        self._go.setText(act)
        self._go.setVisible(bool(act))

    def _on_go(self) -> None:
        if self._shown is not None:
            self.link_requested.emit(self._shown.opens, self._shown.subject_id)


def _whole(title: str) -> str:
    """Return a word that no line end tears."""
    return "\u2060".join(title)
