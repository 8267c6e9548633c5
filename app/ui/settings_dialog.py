"""The office's choices, drawn from their declaration: a new setting is one line there."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import groupby

from PySide6.QtWidgets import QFormLayout, QWidget

from app.domain.fields import FieldKind, FieldSpec, form_fields
from app.domain.settings import Settings, settings_problems
from app.services.ports import Changes
from app.ui import theme
from app.ui.dialog import Dialog
from app.ui.fields import FieldEditor, caption, make_editor
from app.ui.theme import Card

_OWN = (FieldKind.DATA, FieldKind.REFERENCE, FieldKind.BYTES)  # what the program keeps for itself


class SettingsDialog(Dialog):
    """Edits a copy of the settings; ``changes`` is what saving returned."""

    def __init__(
        self,
        settings: Settings,
        save: Callable[[Settings], Changes],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "设置", parent, lead="对全部使用者有效；改动记入日志。", icon_name="settings", width=660
        )
        self._settings, self._save = copy.copy(settings), save
        self.changes: Changes = frozenset()
        self.editors: dict[str, FieldEditor] = {}
        declared = [
            (name, spec)
            for name, spec in form_fields(Settings).items()
            if spec.kind not in _OWN and spec.section
        ]
        for section, fields in groupby(_by_section(declared), key=lambda item: item[1].section):
            self.body.addWidget(self._section(section, list(fields)))
        self.offer("取消(&C)", self.reject)
        self.offer("保存设置(&S)", self._on_save, role="primary", default=True)

    def _section(self, title: str, fields: list[tuple[str, FieldSpec]]) -> Card:
        card = Card(title)
        form = QFormLayout()
        form.setSpacing(theme.SMALL)
        form.setHorizontalSpacing(theme.LARGE)
        for name, spec in fields:
            editor = make_editor(spec)
            editor.show_value(getattr(self._settings, name))
            if spec.help and spec.kind is not FieldKind.FLAG:
                editor.set_note(spec.help)
            self.editors[name] = editor
            if spec.kind is FieldKind.FLAG:
                form.addRow("", editor)
            else:
                form.addRow(caption(spec, editor), editor)
        card.body.addLayout(form)
        return card

    def _on_save(self) -> None:
        readable = [editor.settle() for editor in self.editors.values()]
        for name, editor in self.editors.items():
            setattr(self._settings, name, editor.value())
        wrong = {problem.field: problem.message for problem in settings_problems(self._settings)}
        for name, editor in self.editors.items():
            editor.set_problem(wrong.get(name, ""))
        if not all(readable) or wrong:
            self.say("有设置项需要更正，已在该项下方说明")
            return
        try:
            self.changes = self._save(self._settings)
        except Exception as error:
            self.say(error)
            return
        self.accept()


def _by_section(fields: list[tuple[str, FieldSpec]]) -> list[tuple[str, FieldSpec]]:
    """Bring fields of one section together, sections in the order of their first field."""
    order = list(dict.fromkeys(spec.section for _name, spec in fields))
    return sorted(fields, key=lambda item: order.index(item[1].section))
