"""The cards of a visit: who came, what was said, calls and letters, what was learnt, requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.fields import FieldKind, FieldSpec, display
from app.domain.plan import AUDIENCES, BY_LETTER, BY_PHONE
from app.domain.request import ANSWERED, OPEN, TOLD, Request, overdue
from app.domain.staff import Staff
from app.domain.visit import (
    CONTACT_REQUIRED,
    Contact,
    Deviation,
    Participant,
    Talk,
    WholeVisit,
    contact_label,
)
from app.services.visits import new_participant
from app.ui import theme
from app.ui.fields import LongTextField
from app.ui.menu import Menu
from app.ui.plans.exchanges import ChangeExchanges
from app.ui.records.parts_section import PartsSection
from app.ui.records.sheet import Section, Sheet
from app.ui.roster.entity_form import Place

_TOP = Qt.AlignmentFlag.AlignTop
_QUESTION = FieldSpec(FieldKind.LONG_TEXT, "问", max_length=3_000)
_ANSWER = FieldSpec(FieldKind.LONG_TEXT, "答", max_length=10_000)


class ParticipantsSection(PartsSection):
    """Who of the staff really came."""

    def __init__(
        self, sheet: Sheet, whole: WholeVisit, staff: Callable[[], Sequence[Staff]]
    ) -> None:
        super().__init__(
            "回访人员", sheet, "participants", whole.participants, "还没有登记参加回访的工作人员。"
        )
        self._staff = staff
        self._add = theme.button("＋ 添加人员", self._offer, role="link")
        self.head.addWidget(self._add)

    def fill(self, path: str, part: Participant, column: QVBoxLayout) -> None:
        """Name, post and part in the visit."""
        column.addLayout(self.row(part, part.name, part.post))
        column.addWidget(self.sheet.add_form(path, part, (Place("part", wide=True),)))

    def _offer(self) -> None:
        menu = Menu(self)
        taken = {one.staff_id for one in self._parts}
        for one in self._staff():
            if one.id not in taken:
                words = "　".join(part for part in (one.name, one.department, one.post) if part)
                menu.addAction(words, partial(self.take_in, one))
        if menu.isEmpty():
            menu.addAction("没有其他在岗人员").setEnabled(False)
        menu.pop_up(self._add.mapToGlobal(self._add.rect().bottomLeft()))

    def take_in(self, one: Staff) -> None:
        """Note that this member of staff came."""
        self.add(new_participant(one), f"添加{one.name}")


class TalksSection(PartsSection):
    """Records of talks: with whom, question and answer, checked by the person."""

    def __init__(self, sheet: Sheet, whole: WholeVisit, new_talk: Callable[[str], Talk]) -> None:
        super().__init__(
            "谈话记录",
            sheet,
            "talks",
            whole.talks,
            "还没有谈话记录。实地回访应与本人谈话，并与单位负责人、同事个别交流（办法第八条第三项）。",
        )
        self._new_talk = new_talk
        for audience in AUDIENCES:
            words = f"＋ 与{audience}谈话"
            self.head.addWidget(theme.button(words, partial(self.add_talk, audience), role="link"))

    def add_talk(self, audience: str) -> None:
        """Start the record of another talk, with the points of the plan as questions."""
        self.add(self._new_talk(audience), f"添加与{audience}的谈话")

    def fill(self, path: str, part: Talk, column: QVBoxLayout) -> None:
        """Who, when, where; then question and answer; then the check."""
        column.addLayout(self.row(part, f"与{part.audience or '……'}谈话", part.name))
        column.addWidget(
            self.sheet.add_form(
                path,
                part,
                (
                    Place("audience"),
                    Place("name"),
                    Place("post", wide=True),
                    Place("on"),
                    Place("place"),
                    Place("starts"),
                    Place("ends"),
                    Place("talker"),
                    Place("recorder"),
                ),
                caption_width=80,
            )
        )
        self._exchanges(path, part, column)
        column.addWidget(
            self.sheet.add_form(
                path,
                part,
                (Place("checked"), Place("checked_on"), Place("corrections", wide=True)),
                caption_width=80,
            )
        )

    def _exchanges(self, path: str, talk: Talk, column: QVBoxLayout) -> None:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, theme.TINY, 0, 0)
        grid.setColumnStretch(1, 1)
        first: QWidget = holder
        for number, exchange in enumerate(talk.exchanges):
            for offset, (key, spec) in enumerate((("question", _QUESTION), ("answer", _ANSWER))):
                editor = LongTextField(spec, fewest=1 if key == "question" else 2, most=10)
                editor.show_value(exchange.get(key, ""))
                editor.edited.connect(partial(self._said, talk, number, key))
                grid.addWidget(theme.label(spec.label), 2 * number + offset, 0, _TOP)
                grid.addWidget(editor, 2 * number + offset, 1)
                if key == "answer" and number == 0:
                    first = editor
                if key == "question":
                    away = theme.button("移除", partial(self._unsay, talk, number), role="link")
                    away.setAccessibleName(f"移除第{number + 1}问")
                    grid.addWidget(away, 2 * number, 2, _TOP)
        more = theme.button("＋ 添加问答", partial(self.add_exchange, talk), role="link")
        grid.addWidget(more, 2 * len(talk.exchanges), 1, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(holder)
        self.sheet.add_place(f"{path}.exchanges", first)

    def add_exchange(self, talk: Talk) -> None:
        """Add an empty question with its answer."""
        self._replace(talk, [*talk.exchanges, {"question": "", "answer": ""}], "添加问答")
        editors = self.findChildren(LongTextField)
        questions = [one for one in editors if one.spec is _QUESTION]
        before = sum(len(one.exchanges) for one in self._parts[: self._parts.index(talk) + 1])
        if questions:
            questions[min(before, len(questions)) - 1].setFocus()

    def _unsay(self, talk: Talk, number: int) -> None:
        kept = [one for place, one in enumerate(talk.exchanges) if place != number]
        self._replace(talk, kept, "移除问答")

    def _said(self, talk: Talk, number: int, key: str, words: object) -> None:
        """Take in what was typed; the boxes keep what they show."""
        fresh = [dict(one) for one in talk.exchanges]
        fresh[number][key] = words
        self.sheet.push(ChangeExchanges(talk, fresh, (number, key), self.rebuild))

    def _replace(self, talk: Talk, exchanges: list[Any], title: str) -> None:
        command = ChangeExchanges(talk, exchanges, None, self.rebuild)
        command.setText(title)
        command.shown = False
        self.sheet.push(command)


_CONTACTS = {BY_PHONE: "电话回访记录", BY_LETTER: "信函回访记录"}


class ContactsSection(PartsSection):
    """Telephone calls, and letters with their replies."""

    def __init__(
        self, sheet: Sheet, whole: WholeVisit, new_contact: Callable[[str], Contact]
    ) -> None:
        super().__init__(
            _CONTACTS.get(whole.visit.method, "电话和信函记录"),
            sheet,
            "contacts",
            whole.contacts,
            "没有记录。电话、信函联系的，请在这里逐次登记。",
        )
        self._new_contact = new_contact
        for method, words in ((BY_PHONE, "＋ 电话记录"), (BY_LETTER, "＋ 信函记录")):
            self.head.addWidget(theme.button(words, partial(self.add_contact, method), role="link"))

    def add_contact(self, method: str) -> None:
        """Start the record of a call or a letter."""
        self.add(self._new_contact(method), f"添加{method}记录")

    def fill(self, path: str, part: Contact, column: QVBoxLayout) -> None:
        """What a call or a letter asks for."""
        column.addLayout(self.row(part, f"{part.method}记录", part.name))
        own: tuple[str, ...]
        if part.method == BY_LETTER:
            own = ("address", "tracking", "staff", "content", "replied_on", "reply")
        else:
            own = ("phone", "time", "staff", "content")
        wide = ("address", "content", "reply")
        places = [
            Place(name, wide=name in wide, label=contact_label(part, name))
            for name in ("audience", "name", "on", *own)
        ]
        form = self.sheet.add_form(path, part, places, caption_width=80)
        form.mark_required(CONTACT_REQUIRED.get(part.method, ()))
        column.addWidget(form)


class RequestsSection(Section):
    """What the person asks for; open ones of earlier visits come back here."""

    def __init__(
        self,
        sheet: Sheet,
        whole: WholeVisit,
        *,
        add: Callable[[], None],
        open_request: Callable[[Request], None],
        today: Any,
    ) -> None:
        super().__init__("诉求和困难", sheet, "requests")
        self._whole, self._open, self._today = whole, open_request, today
        made = theme.button("＋ 登记诉求", add, role="link")
        made.setProperty("reads", True)
        self.head.addWidget(made)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.TINY)
        self.body.addLayout(self._rows)

    def rebuild(self) -> None:
        """Show the person's requests: of this visit, and older ones that are not finished."""
        self.clear_layout(self._rows)
        own = [one for one in self._whole.requests if one.visit_id == self._whole.visit.id]
        older = [one for one in self._whole.requests if one not in own and one.state != TOLD]
        for one in (*own, *older):
            line = QWidget()
            row = QHBoxLayout(line)
            theme.margins(row, 0, theme.SMALL)
            late = "，已超期" if overdue(one, self._today) else ""
            what = " ".join(one.content.split())
            before = "（以前提出）" if one in older else ""
            words = f"{before}{one.kind}：{what}　{one.state}{late}"
            if one.state == OPEN and one.due_on:
                words += f"，{one.owner}，时限{display(one.due_on)}"
            row.addWidget(theme.label(words, "warning" if late else "", wrap=True), 1)
            see = theme.button(
                "答复…" if one.state == OPEN else "告知…" if one.state == ANSWERED else "查看…",
                partial(self._open, one),
                role="link",
            )
            see.setProperty("reads", True)
            row.addWidget(see)
            self._rows.addWidget(line)
        if not own and not older:
            self._rows.addWidget(
                theme.label(
                    "本人没有提出诉求和困难；提出的合理要求请登记，并积极帮助解决。",
                    "muted",
                    wrap=True,
                )
            )


class DeviationsSection(Section):
    """How the visit went otherwise than planned."""

    def __init__(self, sheet: Sheet, whole: WholeVisit) -> None:
        super().__init__("与方案不一致之处", sheet, "deviation")
        self._whole = whole
        self._lines = theme.label("", wrap=True)
        self.body.addWidget(self._lines)
        self.form = sheet.add_form("", whole.visit, (Place("deviation", wide=True),))
        self.body.addWidget(self.form)

    def show_deviations(self, found: Sequence[Deviation]) -> None:
        """List them; a sentence when there are none."""
        planned = self._whole.visit.plan_id is not None
        fine = "与方案一致，没有需要说明的。" if planned else "这次回访没有方案，无从对照。"
        self._lines.setText("\n".join(f"△ {one}" for one in found) or fine)
        theme.set_role(self._lines, "warning" if found else "muted")
