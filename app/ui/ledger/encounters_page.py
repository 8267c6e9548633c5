"""People of the ledger beside the stored people they may be; who is who is decided here."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.fields import display
from app.domain.ledger_encounters import Encounter, differences
from app.domain.ledger_matching import AS_FOUND, SOMEBODY_NEW, Decision
from app.domain.subject import Dossier
from app.services.ledger import LedgerReading
from app.ui import theme
from app.ui.ledger.questions import listing
from app.ui.table_model import ROW_ROLE, Column

_SIDE = 500
_SKIPPED = -1


class EncountersPage(QWidget):
    """Lists who meets somebody stored, and shows both side by side."""

    said = Signal(object)  # Said: what was said so far, with this decision

    def __init__(
        self,
        reading: LedgerReading,
        met: list[Encounter],
        parent: QWidget | None = None,
        at: int = 0,
    ) -> None:
        super().__init__(parent)
        self._reading = reading
        self._met: Encounter | None = None
        self.list = listing(_columns(reading), met, "同名和重复人员", sortable=False)
        self.list.selectionModel().currentRowChanged.connect(lambda *_which: self._show())
        self._choice = QButtonGroup(self)
        self._ticks: dict[str, QCheckBox] = {}
        self._side = QWidget()
        self._side.setFixedWidth(_SIDE)
        side = QVBoxLayout(self._side)
        theme.margins(side, 0, theme.SMALL)
        self._inside = QWidget()
        self._area = theme.scrolled(self._inside)
        side.addWidget(self._area, 1)
        self._put = theme.button("按此处理(&P)", self._say, role="primary")
        side.addWidget(self._put, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout(self)
        theme.margins(row, 0, theme.MEDIUM)
        row.setContentsMargins(0, theme.SMALL, 0, 0)
        row.addWidget(self.list, 1)
        row.addWidget(self._side)
        self.list.selectRow(min(at, len(met) - 1))
        self._show()

    def position(self) -> int:
        """Return which person is chosen: the next reading goes on there."""
        return max(0, self.list.currentIndex().row())

    def _show(self) -> None:
        index = self.list.currentIndex()
        self._met = index.data(ROW_ROLE) if index.isValid() else None
        self._put.setEnabled(self._met is not None)
        self._ticks = {}
        for button in self._choice.buttons():
            self._choice.removeButton(button)
        inside = QWidget()
        column = QVBoxLayout(inside)
        theme.margins(column, 0, theme.SMALL)
        column.setContentsMargins(0, 0, theme.SMALL, 0)
        if self._met is not None:
            self._fill(column, self._met)
        column.addStretch(1)
        self._area.setWidget(inside)

    def _fill(self, column: QVBoxLayout, met: Encounter) -> None:
        decision = self._reading.said.decisions.get(met.rows[0], AS_FOUND)
        chosen = _SKIPPED if decision.skip else decision.person
        if chosen is None:
            chosen = met.matched if met.matched is not None else SOMEBODY_NEW
        column.addWidget(theme.label(f"台账：{_line_of_ledger(met)}", "heading", wrap=True))
        for candidate in met.candidates:
            id_ = candidate.subject.id or 0
            column.addWidget(self._radio(f"与名册中的“{_line(candidate)}”是同一人", id_, chosen))
            column.addLayout(self._compare(met, candidate, decision.take))
        column.addWidget(self._radio("是另一人，作为新人员导入", SOMEBODY_NEW, chosen))
        column.addWidget(self._radio("不导入", _SKIPPED, chosen))

    def _radio(self, text: str, id_: int, chosen: int) -> QRadioButton:
        made = QRadioButton(text)
        made.setChecked(id_ == chosen)
        made.setProperty("person", id_)
        self._choice.addButton(made)
        return made

    def _compare(self, met: Encounter, candidate: Dossier, taken: frozenset[str]) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(theme.LARGE, 0, 0, 0)
        grid.setHorizontalSpacing(theme.MEDIUM)
        grid.setVerticalSpacing(theme.TINY)
        found = list(differences(met.person.rows, candidate))
        if not found:
            grid.addWidget(theme.label("各栏没有不一致；空缺的由台账补充。", "small"), 0, 0)
            return grid
        for place, title in enumerate(("", "名册中", "台账中", "")):
            grid.addWidget(theme.label(title, "muted"), 0, place)
        for number, one in enumerate(found, 1):
            grid.addWidget(theme.label(one.label, "muted"), number, 0)
            grid.addWidget(theme.label(one.stored, wrap=True), number, 1)
            grid.addWidget(theme.label(one.ledger, wrap=True), number, 2)
            tick = QCheckBox("采用台账")
            tick.setAccessibleName(f"{one.label}采用台账中的“{one.ledger}”")
            tick.setChecked(one.key in taken)
            grid.addWidget(tick, number, 3)
            self._ticks[f"{candidate.subject.id}/{one.key}"] = tick
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        return grid

    def decision(self) -> Decision:
        """Return what is chosen at the right."""
        button = self._choice.checkedButton()
        person = int(button.property("person")) if button is not None else SOMEBODY_NEW
        if person == _SKIPPED:
            return Decision(skip=True)
        mine = f"{person}/"
        take = {
            name.removeprefix(mine)
            for name, tick in self._ticks.items()
            if name.startswith(mine) and tick.isChecked()
        }
        return Decision(person=person, take=frozenset(take))

    def _say(self) -> None:
        if self._met is None:
            return
        said = self._reading.said
        mine = dict.fromkeys(self._met.rows, self.decision())
        self.said.emit(replace(said, decisions={**said.decisions, **mine}))


def _columns(reading: LedgerReading) -> tuple[Column[Encounter], ...]:
    def outcome(met: Encounter) -> str:
        decision = reading.said.decisions.get(met.rows[0])
        if decision is None:
            return "保留名册" if met.matched is not None else "按另一人"
        if decision.skip:
            return "不导入"
        if decision.person == SOMEBODY_NEW:
            return "另一人"
        return f"同一人，改{len(decision.take)}项" if decision.take else "同一人"

    return (
        Column("行", lambda met: "、".join(str(row) for _sheet, row in met.rows), width=56),
        Column("姓名", lambda met: met.person.rows[0].name, width=72),
        Column("情况", lambda met: "与名册不一致" if met.matched else "名册中有同名", width=104),
        Column("处理", outcome),
    )


def _line_of_ledger(met: Encounter) -> str:
    row = met.person.rows[0]
    facts = (row.name, display(row.born_on), row.personal.get("workplace"))
    return "　".join(str(fact) for fact in facts if fact)


def _line(dossier: Dossier) -> str:
    subject = dossier.subject
    facts = (subject.name, display(subject.born_on) or "出生年月未填", subject.workplace)
    return "　".join(fact for fact in facts if fact)
