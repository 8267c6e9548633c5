"""Cards of the person editor: a case with its sanctions, a sanction with its period, events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.domain.assessment import Card
from app.domain.subject import (
    ADMINISTRATIVE,
    ALTERED,
    EXTENDED,
    INCLUDED,
    INSTITUTION,
    KINDS,
    PARTY,
    PUT_OFF,
    SANCTION_EVENTS,
    Case,
    Event,
    Sanction,
)
from app.ui import theme
from app.ui.field_editor import FieldEditor
from app.ui.fields import ChoiceField
from app.ui.roster.entity_form import EntityForm, LinkField, Place
from app.ui.roster.period_card import Article, PeriodCard

_FIRST = (
    Place("regime"),
    Place("kind"),
    Place("decided_on"),
    Place("document_no"),
    Place("in_lieu", wide=True),
)
_MORE = (
    Place("document_date"),
    Place("stated_months"),
    Place("stated_from"),
    Place("stated_until"),
    Place("side_by_side", wide=True),
    Place("manual_until"),
    Place("manual_by"),
    Place("manual_reason", wide=True),
    Place("note", wide=True),
)
_EVENT = (
    Place("kind"),
    Place("on"),
    Place("sanction_id", wide=True),
    Place("months"),
    Place("new_kind"),
    Place("until"),
    Place("approver"),
    Place("document_no"),
    Place("reason", wide=True),
)
_ALWAYS_ASKED = ("kind", "on", "reason", "approver", "document_no")
# What an event of a kind is asked besides; events of sanctions also ask which.
_ASKED: dict[str, tuple[str, ...]] = {
    EXTENDED: ("months",),
    ALTERED: ("new_kind",),
    PUT_OFF: ("until",),
    INCLUDED: ("until",),
}
SEVERE_WARNING = "严重警告"
REMOVE_KEY = "Ctrl+-"
_ADDERS = (
    ("添加党纪处分", "D", PARTY),
    ("添加政务处分", "G", ADMINISTRATIVE),
    ("添加事业单位处分", "Y", INSTITUTION),
)


class PartCard(QFrame):
    """What cards have in common: editors, and what the dialog is told."""

    edited = Signal(object, str, object)  # entity, field, new value
    removed = Signal(object)  # the entity the user takes away

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.forms: list[EntityForm] = []

    def add_form(self, form: EntityForm) -> EntityForm:
        """Put ``form`` below what is there and pass on what it says."""
        form.edited.connect(self.edited)
        self.forms.append(form)
        self.column.addWidget(form)
        return form

    def show_field(self, entity: Any, name: str) -> None:
        """Show one value where this card shows ``entity``."""
        for form in self.forms:
            if form.entity is entity:
                form.show_field(name)

    def settle(self) -> FieldEditor | None:
        """Return the first editor that holds something unreadable."""
        return next((wrong for form in self.forms if (wrong := form.settle())), None)

    @property
    def part(self) -> Any:
        """What this card is about; ``None`` for sanctions gathered without a case."""
        return self.forms[0].entity if self.forms else None

    def remove_button(self, words: str) -> QPushButton:
        """Return the button that takes the part away. Tab passes it by: Enter would press it."""
        made = theme.button(
            words, lambda: self.removed.emit(self.part), role="link", tip=REMOVE_KEY
        )
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return made

    def focus_first(self) -> None:
        """Put the cursor into the first field."""
        self.forms[0].focus_first()

    def focus_field(self, name: str) -> bool:
        """Put the cursor into this field, if the card has it."""
        for form in self.forms:
            if name in form.editors:
                form.editors[name].setFocus()
                return True
        return False


class SanctionCard(PartCard):
    """One sanction: what was decided, and the period that follows, live."""

    def __init__(self, sanction: Sanction, article: Article) -> None:
        super().__init__()
        self.sanction = sanction
        self._offered: str | None = None  # the regime whose kinds are offered
        self.setProperty("role", "inset")
        theme.margins(self.column, theme.MEDIUM, theme.SMALL)
        self._first = self.add_form(EntityForm(sanction, _FIRST))
        self._more = self.add_form(EntityForm(sanction, _MORE, caption_width=128))
        self._is_open = any(
            getattr(sanction, place.name) not in ("", None, False) for place in _MORE
        )
        self._period = PeriodCard(article, plain=True)
        self.column.addWidget(self._period)
        self._period.hide()
        head = QHBoxLayout()
        self._title = theme.label("", "heading")
        head.addWidget(self._title)
        head.addStretch(1)
        self._toggle = theme.button("更多项目 ▶", self._on_toggled, role="link")
        self._toggle.setToolTip("决定书载明的期限、并行计算、人工确定的最后一日")
        head.addWidget(self._toggle)
        head.addWidget(self.remove_button("移除"))
        self.column.insertLayout(0, head)  # added last: Tab comes to the fields first
        self._show_more()
        self.fit()

    def fit(self) -> None:
        """Offer only what fits the regime and kind chosen."""
        sanction = self.sanction
        self._title.setText(f"{sanction.regime or '处分'}　{sanction.kind}".rstrip())
        if sanction.regime != self._offered:  # offering anew would move the cursor while typing
            self._offered = sanction.regime
            kinds = self._first.editors["kind"]
            assert isinstance(kinds, ChoiceField)
            kinds.set_choices(KINDS.get(sanction.regime, ()))
        shown = [place.name for place in _FIRST if place.name != "in_lieu"]
        if sanction.in_lieu or (sanction.regime == PARTY and SEVERE_WARNING in sanction.kind):
            shown.append("in_lieu")
        self._first.show_only(shown)
        self._show_more()

    def show_field(self, entity: Any, name: str) -> None:
        """Show one value; regime and kind decide what else is asked."""
        super().show_field(entity, name)
        if entity is self.sanction and name in ("regime", "kind", "in_lieu"):
            self.fit()

    def show_period(self, period: Card | None) -> None:
        """Show what the rules make of the sanction; ``None`` while they make nothing of it."""
        self._period.setVisible(period is not None)
        if period is not None:
            self._period.show_period(
                "", period.heading, period.steps, period.doubts, period.references
            )

    def focus_field(self, name: str) -> bool:
        """Put the cursor into this field, opening the rest of the card if it stands there."""
        if name in self._more.editors and not self._is_open:
            self._on_toggled()
        return super().focus_field(name)

    def _on_toggled(self) -> None:
        self._is_open = not self._is_open
        self._show_more()

    def _show_more(self) -> None:
        self._more.setVisible(self._is_open)
        self._toggle.setText("收起 ▼" if self._is_open else "更多项目 ▶")
        names = [place.name for place in _MORE]
        if self.sanction.regime == PARTY and not self.sanction.side_by_side:
            names.remove("side_by_side")
        self._more.show_only(names)


class CaseCard(PartCard):
    """One case: its facts, and buttons for the sanctions that followed from it."""

    sanction_wanted = Signal(object, str)  # case or None, regime
    case_wanted = Signal()  # sanctions without a case: make one for them

    def __init__(self, case: Case | None, number: int, sanctions: Sequence[SanctionCard]) -> None:
        super().__init__()
        self.case = case
        self.sanctions = list(sanctions)
        self.adders = [self._add_button(words, regime) for words, _key, regime in _ADDERS]
        self.setProperty("role", "card")
        self.column.setContentsMargins(theme.LARGE, theme.MEDIUM, theme.LARGE, theme.MEDIUM)
        self.column.setSpacing(theme.SMALL)
        if case is not None:
            self.add_form(
                EntityForm(case, (Place("facts", wide=True), Place("organ"), Place("file_no")))
            )
        for card in sanctions:
            self.column.addWidget(card)
        self.column.addLayout(self._add_buttons())
        head = QHBoxLayout()
        head.addWidget(
            theme.label(f"案件{number or ''}" if case else "未注明受处分原因的处分", "heading")
        )
        head.addStretch(1)
        if case is not None:
            head.addWidget(self.remove_button("移除此案"))
        else:
            head.addWidget(theme.button("填写受处分原因", self.case_wanted.emit, role="link"))
        self.column.insertLayout(0, head)

    def _add_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.SMALL)
        for made in self.adders:
            row.addWidget(made)
        row.addStretch(1)
        return row

    def give_keys(self) -> None:
        """Let Alt and a letter add to this case; only one case of a person can have them."""
        for made, (words, key, _regime) in zip(self.adders, _ADDERS, strict=True):
            made.setText(f"＋ {words}(&{key})")

    def _add_button(self, words: str, regime: str) -> QPushButton:
        return theme.button(f"＋ {words}", lambda: self.sanction_wanted.emit(self.case, regime))


class EventCard(PartCard):
    """One event: what happened, when, and what its kind asks besides."""

    def __init__(self, event: Event, sanctions: Callable[[], Sequence[tuple[int, str]]]) -> None:
        super().__init__()
        self.event_ = event
        self._sanctions = sanctions
        self.setProperty("role", "inset")
        theme.margins(self.column, theme.MEDIUM, theme.SMALL)
        self._form = self.add_form(EntityForm(event, _EVENT))
        head = QHBoxLayout()
        self._title = theme.label("", "heading")
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.remove_button("移除"))
        self.column.insertLayout(0, head)
        self.fit()

    def fit(self) -> None:
        """Ask only what the kind of event asks."""
        event = self.event_
        self._title.setText(event.kind or "状态事项")
        shown = [*_ALWAYS_ASKED, *_ASKED.get(event.kind, ())]
        if event.kind in SANCTION_EVENTS or event.sanction_id is not None:
            shown.append("sanction_id")
        shown += [
            name
            for name in ("months", "new_kind", "until")
            if getattr(event, name) not in ("", None)
        ]
        link = self._form.editors["sanction_id"]
        assert isinstance(link, LinkField)
        link.set_targets(self._sanctions())
        link.show_value(event.sanction_id)
        self._form.show_only(shown)

    def show_field(self, entity: Any, name: str) -> None:
        """Show one value; the kind decides what else is asked."""
        super().show_field(entity, name)
        if entity is self.event_ and name in ("kind", "sanction_id"):
            self.fit()
