"""The dialogs of the list of a period: its days, a decision, an exchange of views."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QButtonGroup,
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.fields import FieldKind, FieldSpec, Problem, display, field_problems
from app.domain.visiting_list import (
    DISCIPLINE_OFFICE,
    FREE,
    HALF_YEAR,
    INCLUDED,
    PUT_OFF,
    QUARTER,
    UNIT,
    Consultation,
    ListEntry,
    VisitingList,
    WholeList,
    entry_problems,
    half_year,
    list_title,
    quarter,
)
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.field_editor import EnterInPopup, move_focus
from app.ui.fields import CalmComboBox, DayField
from app.ui.records.entity_dialog import EntityDialog
from app.ui.roster.entity_form import Place

_YEARS = 3
_NAMED = 40
"""So many names are read out in a dialog that decides on several people."""


class NewList(Dialog):
    """Which period a new list is for; accepted with ``period`` and its first and last day."""

    def __init__(
        self, today: date, known: Sequence[VisitingList], parent: QWidget | None = None
    ) -> None:
        super().__init__(
            "拟定本期名单",
            parent,
            lead="选择季度或半年，程序按名册提出本期应回访的人，按期满日期先后排列，并说明理由；"
            "由您逐人确定列入、不列入或暂缓。",
            icon_name="calendar",
        )
        self._known = {(one.starts_on, one.ends_on) for one in known}
        self.days: tuple[date, date] | None = None
        self.period = QUARTER
        card = theme.Card()
        self._group = QButtonGroup(self)
        self._boxes: dict[str, QWidget] = {}
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        self._quarter, self._half = CalmComboBox(), CalmComboBox()
        for year in range(today.year + 1, today.year - _YEARS, -1):
            for number in (4, 3, 2, 1):
                self._quarter.addItem(
                    f"{year}年第{'一二三四'[number - 1]}季度", quarter(year, number)
                )
            for number in (2, 1):
                self._half.addItem(f"{year}年{'上下'[number - 1]}半年", half_year(year, number))
        self._select(self._quarter, today)
        self._select(self._half, today)
        free = QWidget()
        line = QHBoxLayout(free)
        theme.margins(line, 0, theme.SMALL)
        self._first = DayField(FieldSpec(FieldKind.DAY, "起始日"))
        self._last = DayField(FieldSpec(FieldKind.DAY, "截止日"))
        self._first.show_value(today)
        self._last.show_value(today + timedelta(days=91))
        for part in (self._first, theme.label("至"), self._last):
            line.addWidget(part)
        for row, (name, box) in enumerate(
            ((QUARTER, self._quarter), (HALF_YEAR, self._half), (FREE, free))
        ):
            radio = QRadioButton(f"按{name}" if name != FREE else "自定起止日")
            radio.toggled.connect(partial(self._on_toggled, name))
            self._group.addButton(radio)
            self._boxes[name] = box
            grid.addWidget(radio, row, 0)
            grid.addWidget(box, row, 1)
        card.body.addLayout(grid)
        self.body.addWidget(card)
        self.offer("取消(&C)", self.reject)
        self.offer("提出名单(&T)", self._on_press, role="primary", default=True)
        first = self._group.buttons()[0]
        first.setChecked(True)
        first.setFocus()
        self._on_toggled(QUARTER, True)

    def _select(self, box: CalmComboBox, today: date) -> None:
        for place in range(box.count()):
            first, last = box.itemData(place)
            if first <= today <= last:
                box.setCurrentIndex(place)

    def _on_toggled(self, name: str, on: bool) -> None:
        if on:
            self.period = name
            for other, box in self._boxes.items():
                box.setEnabled(other == name)

    def _on_press(self) -> None:
        if self.period == FREE:
            if not (self._first.settle() and self._last.settle()):
                return
            first, last = self._first.value(), self._last.value()
            if not isinstance(first, date) or not isinstance(last, date):
                self.say("请填写起始日和截止日")
                return
            self.days = (first, last)
        else:
            box = self._quarter if self.period == QUARTER else self._half
            self.days = box.currentData()
        if self.days[1] < self.days[0]:
            self.say("截止日早于起始日，请核对")
            return
        if self.days in self._known:
            self.say(
                f"“{list_title(self.period, *self.days)}”已经有了。确需另拟补充名单的，请选“自定起止日”",
                "warning",
            )
            return
        self.accept()


class DecisionDialog(EntityDialog):
    """Whether people are visited in the period: asked for reason, day and approver as it needs.

    Given several entries, one decision is made for all of them; ``save`` gets it once.
    """

    def __init__(
        self,
        entries: Sequence[ListEntry],
        decision: str,
        save: Callable[[ListEntry], object],
        parent: QWidget | None = None,
    ) -> None:
        first = entries[0]
        mine = copy.copy(first)
        mine.decision = decision
        mine.proposed = all(
            entry.proposed or (len(entries) > 1 and entry.decision == decision)  # said why already
            for entry in entries
        )
        if decision != first.decision and (decision == PUT_OFF or mine.proposed):
            mine.reason = ""  # what spoke for the other decision is no reason for this one
        if len(entries) > 1:
            mine.reason = mine.planned_for = mine.method = mine.owner = mine.remarks = ""
            whom = f"{first.name}等{len(entries)}人"
            names = "、".join(entry.name for entry in entries[:_NAMED])
            more = f"等{len(entries)}人" if len(entries) > _NAMED else ""
            lead = f"所选人员作同样的安排：{names}{more}"
        else:
            whom = first.name
            lead = (
                f"{first.workplace}　{first.sanctions.replace(chr(10), '；')}　"
                f"期满日期 {display(first.last_day) or '待定'}"
            )
        super().__init__(
            f"{decision}：{whom}",
            mine,
            (
                Place("decision"),
                Place("until"),
                Place("reason", wide=True),
                Place("approver", wide=True),
                Place("planned_for"),
                Place("method"),
                Place("owner"),
                Place("remarks", wide=True),
            ),
            save,
            lead=lead,
            check=entry_problems,
            parent=parent,
        )
        self.changed("decision")
        QTimer.singleShot(0, self, self._focus_first_gap)

    def _focus_first_gap(self) -> None:
        """The decision is made by the button pressed before: what it still asks for comes first."""
        gaps = [one.field for one in entry_problems(self.entity)]
        first = next((name for name in self.form.editors if name in gaps), None)
        if first is not None:
            self.form.editors[first].setFocus()

    def changed(self, name: str) -> None:
        """Ask only what the decision needs."""
        if name != "decision":
            return
        decision = self.entity.decision
        shown = ["decision", "reason"]
        if decision == PUT_OFF:
            shown += ["until", "approver"]
        elif decision == INCLUDED:
            shown += ["planned_for", "method", "owner"]
        self.form.show_only([*shown, "remarks"])
        blank = replace(self.entity, reason="", until=None, approver="")
        self.form.mark_required({problem.field for problem in entry_problems(blank)})
        if decision != PUT_OFF:
            self.entity.until, self.entity.approver = None, ""
            self.form.show_all()
        self.fit()


class ConsultationDialog(EntityDialog):
    """One exchange with 纪检监察室 or a unit: when, whom, how, what they said."""

    def __init__(
        self,
        talk: Consultation,
        units: Sequence[str],
        save: Callable[[Consultation], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "征求意见记录",
            copy.copy(talk),
            (
                Place("party"),
                Place("unit"),
                Place("person"),
                Place("on"),
                Place("how"),
                Place("recorder"),
                Place("asked", wide=True),
                Place("answer", wide=True),
            ),
            save,
            lead="确定名单前，与纪检监察室、被回访人所在单位沟通联系（办法第八条第一项）。",
            check=_consultation_problems,
            parent=parent,
        )
        unit = self.form.editors["unit"]
        self._units = tuple(units)
        self._completer(unit)
        self.changed("party")

    def _completer(self, unit: Any) -> None:
        completer = QCompleter(list(self._units), unit.control)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.activated.connect(lambda text: self._on_edited(self.entity, "unit", text))
        unit.control.setCompleter(completer)
        EnterInPopup(completer, lambda forward: move_focus(unit.control, forward=forward))

    def changed(self, name: str) -> None:
        """A unit is named only when a unit was asked."""
        if name == "party":
            asked = ("unit",) if self.entity.party != DISCIPLINE_OFFICE else ()
            self.form.show_only(
                ("party", *asked, "person", "on", "how", "recorder", "asked", "answer")
            )
            self.form.mark_required({"unit"} if self.entity.party == UNIT else ())
            if self.entity.party == DISCIPLINE_OFFICE:
                self.entity.unit = ""
            self.fit()


def _consultation_problems(talk: Consultation) -> list[Problem]:
    found = field_problems(talk)
    if talk.party == UNIT and not talk.unit.strip():
        found.append(Problem("unit", "单位名称：请填写"))
    return found


class Consultations(Dialog):
    """All exchanges of a list, whom nobody asked yet, and a button for each of those."""

    def __init__(
        self,
        whole: Callable[[], WholeList],
        edit: Callable[[Consultation], bool],
        remove: Callable[[Consultation], bool],
        *,
        editable: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "征求意见",
            parent,
            lead="开展回访之前，与纪检监察室、被回访人所在单位沟通联系，确定名单（办法第八条第一项）。",
            icon_name="people",
            width=720,
        )
        self._whole, self._edit, self._remove = whole, edit, remove
        self._editable = editable
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.SMALL)
        self.body.addLayout(self._rows)
        if editable:
            self.offer("＋ 其他记录(&A)", lambda: self._open(Consultation()), left=True)
        self.offer("关闭(&C)", self.accept, role="primary", default=True)
        self._show()

    def _show(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        whole = self._whole()
        missing = not_consulted(whole)
        if missing and self._editable:
            card = theme.Card("尚未沟通")
            for party, unit, people in missing:
                line = QHBoxLayout()
                words = unit or party
                names = f"（{'、'.join(people)}）" if people else ""
                line.addWidget(theme.label(f"△ {words}{names}", wrap=True), 1)
                made = theme.button("记录沟通情况", partial(self._new, party, unit), role="link")
                made.setAccessibleName(f"记录与{words}的沟通情况")
                line.addWidget(made)
                card.body.addLayout(line)
            self._rows.addWidget(card)
        for talk in whole.consultations:
            self._rows.addWidget(self._card(talk))
        if not missing and not whole.consultations:
            self._rows.addWidget(theme.label("没有记录。", "muted"))
        self.fit()

    def _card(self, talk: Consultation) -> QWidget:
        card = theme.Card(talk.unit or talk.party)
        when = "　".join(
            part
            for part in (
                display(talk.on),
                talk.how,
                talk.person,
                talk.recorder and f"记录：{talk.recorder}",
            )
            if part
        )
        card.body.addWidget(theme.label(when, "muted", wrap=True))
        for words in filter(None, (talk.asked, talk.answer)):
            card.body.addWidget(theme.label(words, wrap=True))
        if self._editable:
            card.head.addWidget(theme.button("修改", partial(self._open, talk), role="link"))
            card.head.addWidget(theme.button("删除", partial(self._drop, talk), role="link"))
        return card

    def _new(self, party: str, unit: str) -> None:
        self._open(Consultation(party=party, unit=unit))

    def _open(self, talk: Consultation) -> None:
        if self._edit(talk):
            self._show()

    def _drop(self, talk: Consultation) -> None:
        if self._remove(talk):
            self._show()


def not_consulted(whole: WholeList) -> list[tuple[str, str, list[str]]]:
    """Return who was not asked yet: party, unit, and whose unit it is."""
    found: list[tuple[str, str, list[str]]] = []
    if all(talk.party != DISCIPLINE_OFFICE for talk in whole.consultations):
        found.append((DISCIPLINE_OFFICE, "", []))
    asked = {talk.unit.strip() for talk in whole.consultations if talk.party == UNIT}
    units: dict[str, list[str]] = {}
    for entry in whole.of(INCLUDED):
        unit = entry.unit.strip() or entry.workplace.strip()
        if unit not in asked:
            units.setdefault(unit, []).append(entry.name)
    return found + [(UNIT, unit, names) for unit, names in units.items()]
