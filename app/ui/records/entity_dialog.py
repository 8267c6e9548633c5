"""One entity typed in a dialog: its fields, what is wrong with them, and a button that says the act."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.domain.draft import Draft
from app.domain.fields import Problem, field_problems
from app.services.ports import UserError
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.field_editor import FieldEditor
from app.ui.message_bar import ask_to_save
from app.ui.records import typed
from app.ui.roster.entity_form import EntityForm, Place

Check = Callable[[Any], Sequence[Problem]]


class EntityDialog(Dialog):
    """Edits ``entity`` in place (give it a copy) and closes once ``save`` has kept it."""

    def __init__(
        self,
        title: str,
        entity: Any,
        places: Sequence[Place],
        save: Callable[[Any], object],
        *,
        act: str = "保存(&S)",
        lead: str = "",
        check: Check = field_problems,
        required: Collection[str] = (),
        caption_width: int = 104,
        width: int = 680,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent, lead=lead, icon_name="edit", width=width)
        self.entity = entity
        self.result_of_save: object = None
        self._save, self._check, self._typed = save, check, False
        card = theme.Card()
        self.form = EntityForm(entity, places, caption_width=caption_width)
        self.form.edited.connect(self._on_edited)
        self.form.mark_required(required)
        card.body.addWidget(self.form)
        self.body.addWidget(card)
        self.kept = typed.Typed(title, entity, self)
        self._note = theme.label("", "small")
        self.buttons.insertWidget(0, self._note)
        self.kept.autosave.changed.connect(self._show_kept)
        self._offer: typed.Offer | None = None
        if (draft := self.kept.found()) is not None:
            self._offer_draft(draft)
        self.offer("取消(&C)", self.reject)
        self.press = self.offer(act, self.save, role="primary", default=True)
        QTimer.singleShot(0, self, self.form.focus_first)
        QTimer.singleShot(0, self, self.fit)  # captions of two lines are known only when shown

    def editor(self, name: str) -> FieldEditor:
        """Return the editor of a field."""
        return self.form.editors[name]

    def save(self) -> None:
        """Keep what is typed, or say what is wrong with it."""
        if unreadable := self.form.settle():
            unreadable.setFocus()
            return
        found: dict[str, str] = {}
        for one in self._check(self.entity):
            found.setdefault(one.field, one.message)
        first = None
        for name, editor in self.form.editors.items():
            editor.set_problem(found.get(name, "") if not editor.isHidden() else "")
            first = first or (editor if editor.problem else None)
        if found:
            here = [name for name in self.form.editors if name in found]
            rest = [name for name in found if name not in here]
            self.say("；".join(dict.fromkeys(found[name] for name in (*here, *rest))))
            if first is not None:
                first.setFocus()
            return
        try:
            self.result_of_save = self._save(self.entity)
        except UserError as error:
            self.say(error)
            return
        self._typed = False
        self.kept.drop()
        self.accept()

    def done(self, result: int) -> None:
        """Close, however it came to that: what was kept of the typing stays until it is given up."""
        self.kept.end()
        super().done(result)

    def reject(self) -> None:
        """Esc and 取消: what was typed is not thrown away unasked."""
        if self._typed:
            match ask_to_save(self, f"“{self.windowTitle()}”中填写的内容尚未保存。"):
                case "save":
                    self.save()
                    return
                case "cancel":
                    return
            self.kept.drop()
        super().reject()

    def _offer_draft(self, draft: Draft) -> None:
        """Say on top that something was typed here and not saved, and what can be done with it."""
        self._offer = offer = typed.Offer(draft, self.entity)
        offer.taken.connect(lambda: self._take(draft))
        offer.dropped.connect(lambda: self._forget(draft))
        self.body.insertWidget(0, offer)

    def _take(self, draft: Draft) -> None:
        self.kept.take(draft)
        self._typed = True
        self.form.show_all()
        for name in self.form.editors:
            self.changed(name)
        self._close_offer()

    def _forget(self, draft: Draft) -> None:
        self.kept.drop(draft)
        self._close_offer()

    def _close_offer(self) -> None:
        if self._offer is not None:
            self._offer.hide()
            self._offer.deleteLater()
            self._offer = None
        self.form.focus_first()

    def _show_kept(self) -> None:
        """Say that the typing is in safety; that it is not saved as a record says the title's act."""
        saving = self.kept.autosave
        if saving.error is not None:
            self._note.setText("内容暂未留存，正在重试")
        elif saving.saved_at is not None and not saving.has_unsaved:
            self._note.setText(f"已留存草稿 {saving.saved_at:%H:%M:%S}")

    def _on_edited(self, entity: Any, name: str, value: object) -> None:
        self._typed = True
        setattr(entity, name, value)
        self.kept.autosave.touch()
        if self.form.editors[name].problem:  # mended: what is said below is no longer true
            self.form.editors[name].set_problem("")
            left = [editor.problem for editor in self.form.editors.values() if editor.problem]
            self.say("；".join(dict.fromkeys(left)))
        self.changed(name)

    def changed(self, name: str) -> None:
        """Called after a field was typed into; for dialogs whose fields depend on each other."""
