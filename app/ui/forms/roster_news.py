"""What the roster knows beside what the form says: shown at the box, taken only when chosen."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.domain.form_filling import Offer
from app.ui.forms.field_bar import FieldBar
from app.ui.forms.form_editor import FormEditor
from app.ui.forms.offers_dialog import OffersDialog
from app.ui.message_bar import MessageBar


class RosterNews(QObject):
    """Joins the editor and the bar above it; typing is never overwritten unasked."""

    def __init__(
        self, editor: FormEditor, bar: FieldBar, messages: MessageBar, window: QWidget
    ) -> None:
        super().__init__(window)
        self._editor, self._bar = editor, bar
        self._messages, self._window = messages, window
        editor.field_entered.connect(lambda _name: self.show())
        bar.taken.connect(lambda offer: self._settle(offer, take=True))
        bar.kept.connect(lambda offer: self._settle(offer, take=False))
        bar.next_wanted.connect(self._go_to_next)

    def show(self) -> None:
        """Show source, length and news of the box with the cursor."""
        name = self._editor.field
        if self._editor.form is None or not name:
            self._bar.clear()
            return
        news = {offer.field: offer for offer in self._editor.offers()}
        text = self._editor.sheet.editors[name].text
        self._bar.show_field(
            name, text, self._editor.source_of(name), news.get(name),
            self._editor.filling.periods.get(name, ()),
        )  # fmt: skip
        self._bar.show_others(len(news.keys() - {name}))

    def refill(self) -> None:
        """Fill in anew what nobody typed into; ask about the rest, box by box."""
        others = self._editor.refill()
        if others:
            dialog = OffersDialog(others, self._window)
            if dialog.exec() and (taken := dialog.taken()):
                self._editor.settle(taken)
            dialog.deleteLater()
        else:
            self._messages.show_info("已按名册重新填入；手工改过的内容没有变动")
        self.show()

    def _settle(self, offer: Offer, *, take: bool) -> None:
        self._editor.settle([offer] if take else [], [] if take else [offer])
        self._editor.go_to(offer.field)
        self.show()

    def _go_to_next(self) -> None:
        others = [o.field for o in self._editor.offers() if o.field != self._editor.field]
        if others:
            self._editor.go_to(others[0])
