"""Everything of a person that can be typed, as cards below each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from app.domain.fields import display
from app.domain.subject import Case, Event, Sanction
from app.ui import theme
from app.ui.field_editor import FieldEditor
from app.ui.message_bar import confirm
from app.ui.roster.editor_cards import (
    REMOVE_KEY,
    CaseCard,
    EventCard,
    PartCard,
    SanctionCard,
)
from app.ui.roster.entity_form import Act, ChangeField, EntityForm, Place
from app.ui.roster.findings import Findings
from app.ui.roster.period_card import Article, clear
from app.ui.roster.person_draft import Part, PersonDraft, has_typing
from app.ui.undo import UndoStack

_PERSON = (
    Place("name"),
    Place("sex"),
    Place("born_on"),
    Place("education"),
    Place("work_since"),
    Place("person_type"),
    Place("membership"),
    Place("party_since"),
    Place("workplace", wide=True),
    Place("unit"),
    Place("phone"),
    Place("address", wide=True),
    Place("remarks", wide=True),
)


_SETTLED_AFTER_MS = 1_500  # a busy PC lays a new card out in several slow steps


class EditorForm(QWidget):
    """Shows a draft and turns what is typed into commands that can be undone."""

    rebuilt = Signal()  # there are other editors now

    def __init__(
        self,
        draft: PersonDraft,
        undo_stack: UndoStack,
        article: Article,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._undo_stack, self._article = undo_stack, article
        self._sanctions: dict[int, SanctionCard] = {}
        self._cards: list[PartCard] = []
        self._reveal: PartCard | None = None  # added just now: to be scrolled into view
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, theme.SMALL, 0)
        self._column.setSpacing(theme.MEDIUM)
        self._personal = theme.Card("基本情况")
        self._person: EntityForm | None = None
        self._case_area = QVBoxLayout()
        self._event_area = QVBoxLayout()
        for area in (self._case_area, self._event_area):
            theme.margins(area, 0, theme.SMALL)
        self._column.addWidget(self._personal)
        self._column.addLayout(self._case_area)
        self._case_adder = theme.button("＋ 添加案件(&A)", self._add_case)
        self._column.addLayout(_row(self._case_adder))
        events = theme.Card("状态事项")
        events.body.addWidget(
            theme.label(
                "处分决定之后发生、影响期限或回访的事，如退休、移送司法机关、恢复党员权利、撤销处分。",
                "small",
                wrap=True,
            )
        )
        events.body.addLayout(self._event_area)
        self._event_adder = theme.button("＋ 添加状态事项(&E)", self._add_event)
        events.body.addLayout(_row(self._event_adder))
        self._column.addWidget(events)
        self._column.addStretch(1)
        key = QShortcut(QKeySequence(REMOVE_KEY), self)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.activated.connect(self._remove_current)
        self.open(draft)

    def open(self, draft: PersonDraft) -> None:
        """Show ``draft`` from now on."""
        self._draft = draft
        if self._person is not None:
            self._personal.body.removeWidget(self._person)
            self._person.deleteLater()
        self._person = EntityForm(draft.subject, _PERSON)
        self._person.edited.connect(self._on_edited)
        self._personal.body.addWidget(self._person)
        self._rebuild()

    def focus_first(self) -> None:
        """Put the cursor into the name."""
        assert self._person is not None
        self._person.focus_first()

    def settle(self) -> FieldEditor | None:
        """Read what is typed; return the first editor that holds something unreadable."""
        assert self._person is not None
        wrong = self._person.settle()
        return wrong or next((found for card in self._cards if (found := card.settle())), None)

    def take_back(self, control: QWidget) -> bool:
        """Undo what is typed into ``control`` and was never read: no command knows of it."""
        assert self._person is not None
        forms = [self._person, *(form for card in self._cards for form in card.forms)]
        return any(form.take_back(control) for form in forms)

    def focus_editor(self, editor: FieldEditor) -> None:
        """Go to a field, and scroll to it once a message above the form has taken its place."""
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, editor, lambda: self._scroll_to(editor))

    def show_findings(self, found: Findings, *, required: bool) -> None:
        """Show periods at their sanctions, and every problem and doubt at its field.

        ``required`` also names fields that must not stay empty.
        """
        assert self._person is not None
        self._person.show_sentences(found.of(self._draft.subject), required=required)
        for card in self._cards:
            if isinstance(card, SanctionCard):
                sanction = card.sanction
                ready = bool(sanction.kind and (sanction.decided_on or sanction.stated_from))
                card.show_period(found.cards.get(sanction.id) if ready else None)
            for form in card.forms:
                form.show_sentences(found.of(form.entity), required=required)

    # ------------------------------------------------------------ typing

    def _on_edited(self, entity: Any, name: str, value: object) -> None:
        self._undo_stack.push(ChangeField(entity, name, value, self._show_field))

    def _show_field(self, entity: Any, name: str) -> None:
        assert self._person is not None
        if entity is self._draft.subject:
            self._person.show_field(name)
        for card in self._cards:
            card.show_field(entity, name)
        if isinstance(entity, Sanction) and name in ("regime", "kind", "decided_on"):
            self._name_sanctions()

    def _name_sanctions(self) -> None:
        for card in self._cards:
            if isinstance(card, EventCard):
                card.fit()

    # ------------------------------------------------------------ adding and taking away

    def _add_case(self) -> None:
        case = self._draft.new_case()
        self._push_adding("添加案件", [case])
        self._focus(case)

    def _add_sanction(self, case: Case | None, regime: str) -> None:
        sanction = self._draft.new_sanction(regime, case)
        self._push_adding(f"添加{regime}处分", [sanction])
        self._focus(sanction, "kind")

    def _add_event(self) -> None:
        event = self._draft.new_event()
        self._push_adding("添加状态事项", [event])
        self._focus(event)

    def _push_adding(self, title: str, parts: Sequence[Part]) -> None:
        def do() -> None:
            for part in parts:
                self._draft.put_in(part)
            self._rebuild()

        def undo() -> None:
            for part in parts:
                self._draft.take_out(part)
            self._rebuild()

        self._undo_stack.push(Act(title, do, undo))

    def _remove_current(self) -> None:
        """Take away the innermost part in which the cursor stands."""
        at = QApplication.focusWidget()
        while at is not None and not (isinstance(at, PartCard) and at.part is not None):
            at = at.parentWidget()
        if isinstance(at, PartCard):
            self._ask_to_remove(at.part)

    def _ask_to_remove(self, part: Part) -> None:
        """Take ``part`` away; if something was typed into it, only when the user says so."""
        sanctions = self._draft.sanctions_of(part) if isinstance(part, Case) else []
        if has_typing(part) or sanctions:
            also = f"其中的 {len(sanctions)} 个处分和所附状态事项一并移除。" if sanctions else ""
            if not confirm(
                self,
                f"移除“{_words_of(part)}”？",
                f"{also}移除后可按 Ctrl+Z 恢复，保存后才生效。",
                act="移除(&R)",
                danger=True,
            ):
                return
        self._remove(part)
        self._focus_after(part)

    def _focus_after(self, gone: Part) -> None:
        """Put the cursor where another part of this kind is added: its place went with it."""
        adder = self._event_adder if isinstance(gone, Event) else self._case_adder
        if isinstance(gone, Sanction):
            cards = [card for card in self._cards if isinstance(card, CaseCard)]
            mine = [card for card in cards if card.case and card.case.id == gone.case_id]
            adder = (mine or cards)[0].adders[0] if mine or cards else adder
        adder.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, part: Part) -> None:
        """Take ``part`` away with what hangs on it, as one step that can be undone."""
        gone: list[Part] = [part]
        if isinstance(part, Case):
            gone += self._draft.sanctions_of(part)
        of_gone = {one.id for one in gone if isinstance(one, Sanction)}
        gone += [event for event in self._draft.events if event.sanction_id in of_gone]
        places: list[tuple[Part, int]] = []

        def do() -> None:
            places.clear()
            places.extend((one, self._draft.take_out(one)) for one in gone)
            self._rebuild()

        def undo() -> None:
            for one, place in reversed(places):
                self._draft.put_in(one, place)
            self._rebuild()

        self._undo_stack.push(Act("移除", do, undo))

    def _gather_in_case(self) -> None:
        """Make a case for the sanctions that have none."""
        case = self._draft.new_case()
        loose = self._draft.sanctions_of(None)
        former = [sanction.case_id for sanction in loose]

        def do() -> None:
            self._draft.put_in(case)
            for sanction in loose:
                sanction.case_id = case.id
            self._rebuild()

        def undo() -> None:
            self._draft.take_out(case)
            for sanction, case_id in zip(loose, former, strict=True):
                sanction.case_id = case_id
            self._rebuild()

        self._undo_stack.push(Act("填写受处分原因", do, undo))
        self._focus(case)

    # ------------------------------------------------------------ cards

    def _rebuild(self) -> None:
        """Make the cards anew: parts came or went."""
        clear(self._case_area)
        clear(self._event_area)
        self._cards = []
        loose = self._draft.sanctions_of(None)
        if loose:
            self._add_case_card(None, 0)
        several = len(self._draft.cases) > 1
        for number, case in enumerate(self._draft.cases, 1):
            self._add_case_card(case, number if several else 0)
        if cases := [card for card in self._cards if isinstance(card, CaseCard)]:
            cases[-1].give_keys()
        for event in self._draft.events:
            card = EventCard(event, self._sanction_words)
            self._watch(card)
            self._event_area.addWidget(card)
        self.rebuilt.emit()

    def _add_case_card(self, case: Case | None, number: int) -> None:
        sanctions = [
            SanctionCard(sanction, self._article) for sanction in self._draft.sanctions_of(case)
        ]
        card = CaseCard(case, number, sanctions)
        card.sanction_wanted.connect(self._add_sanction)
        card.case_wanted.connect(self._gather_in_case)
        for one in (card, *sanctions):
            self._watch(one)
        self._case_area.addWidget(card)

    def _watch(self, card: PartCard) -> None:
        card.edited.connect(self._on_edited)
        card.removed.connect(self._ask_to_remove)
        self._cards.append(card)

    def _sanction_words(self) -> list[tuple[int, str]]:
        return [
            (
                sanction.id,
                f"{sanction.regime}　{sanction.kind or '未填种类'}　{display(sanction.decided_on)}",
            )
            for sanction in self._draft.sanctions
            if sanction.id is not None
        ]

    def _focus(self, part: Part, field: str = "") -> None:
        for card in self._cards:
            mine = any(form.entity is part for form in card.forms)
            if mine and not (field and card.focus_field(field)):
                card.focus_first()
            if mine:
                self._reveal = card
                QTimer.singleShot(_SETTLED_AFTER_MS, self, self._stop_revealing)
                self._scroll_to_revealed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A new card makes the form grow in several steps: follow it until it has its place."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._scroll_to_revealed)

    def _scroll_to_revealed(self) -> None:
        if self._reveal is not None and self._reveal in self._cards:
            self._scroll_to(self._reveal)

    def _scroll_to(self, shown: QWidget) -> None:
        viewport = self.parentWidget()
        area = viewport.parentWidget() if viewport is not None else None
        if isinstance(area, QScrollArea):
            area.ensureWidgetVisible(shown, 0, theme.MEDIUM)

    def _stop_revealing(self) -> None:
        self._reveal = None


def _words_of(part: Part) -> str:
    match part:
        case Sanction():
            return f"{part.regime}　{part.kind}".rstrip("　") or "处分"
        case Event():
            return part.kind or "状态事项"
    return "案件"


def _row(button: QWidget) -> QVBoxLayout:
    row = QVBoxLayout()
    row.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
    return row
