"""The office's choices, drawn from their declaration, each section with a preview; and this screen's."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from PySide6.QtWidgets import (
    QApplication,
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QRadioButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.draft import Draft
from app.domain.fields import FieldKind, FieldSpec, form_fields
from app.domain.settings import Settings, settings_problems
from app.services.ports import Changes
from app.ui import places, theme
from app.ui.dialog import Dialog
from app.ui.fields import FieldEditor, caption, make_editor
from app.ui.records import typed
from app.ui.settings_preview import PREVIEWS
from app.ui.theme import Card, Contrast, TextSize

_OWN = (FieldKind.DATA, FieldKind.REFERENCE, FieldKind.BYTES)  # what the program keeps for itself
SCREEN = "显示"
_CAPTIONS = 236  # the width of the captions, the same on every page
_HIGH = 344


@dataclass(frozen=True, slots=True)
class More:
    """A dialog of its own for what a section cannot show in a line: its button, and what it keeps."""

    text: str
    open: Callable[[QWidget], Settings]  # shows it, and returns the settings as they are kept then
    names: tuple[str, ...]


class SettingsDialog(Dialog):
    """Edits a copy of the settings; ``changes`` is what saving returned."""

    def __init__(
        self,
        settings: Settings,
        save: Callable[[Settings], Changes],
        parent: QWidget | None = None,
        *,
        more: Mapping[str, More] | None = None,
    ) -> None:
        super().__init__(
            "设置",
            parent,
            lead="对全部使用者有效，改动记入日志；“显示”只对这台电脑上的您有效。",
            icon_name="settings",
            width=860,
        )
        self._settings, self._save, self._more = copy.copy(settings), save, more or {}
        self.changes: Changes = frozenset()
        self.editors: dict[str, FieldEditor] = {}
        self.previews: dict[str, Callable[[], None]] = {}
        self._before = places.text_size(), places.contrast()
        self.sections = QListWidget()
        self.sections.setAccessibleName("设置的类别")
        self.sections.setFixedWidth(132)
        self.sections.setSpacing(2)
        self._pages = QStackedWidget()
        self._page_of: dict[str, int] = {}
        declared = [
            (name, spec)
            for name, spec in form_fields(Settings).items()
            if spec.kind not in _OWN and spec.section
        ]
        for section, found in groupby(_by_section(declared), key=lambda item: item[1].section):
            fields = list(found)
            self._page_of |= {name: self._pages.count() for name, _spec in fields}
            self._add_page(section, self._section(section, fields))
        self._add_page(SCREEN, self._screen())
        row = QHBoxLayout()
        row.setSpacing(theme.LARGE)
        row.addWidget(self.sections)
        row.addWidget(self._pages, 1)
        self.body.addLayout(row)
        self._pages.setFixedHeight(_HIGH)
        self.sections.currentRowChanged.connect(self._pages.setCurrentIndex)
        self.sections.setCurrentRow(0)
        self.offer("取消(&C)", self.reject)
        self.offer("保存设置(&S)", self._on_save, role="primary", default=True)
        self.sections.setFocus()
        self.kept = typed.Typed("设置", self._settings, self)
        self.kept.draft.target_id = None  # there is one row, and none before the first save
        if (draft := self.kept.found()) is not None:
            self._offer_draft(draft)

    def _offer_draft(self, draft: Draft) -> None:
        """Say on top that something was typed here and not saved, and what can be done with it."""
        offer = typed.Offer(draft, self._settings)
        offer.taken.connect(lambda: self._take(draft, offer))
        offer.dropped.connect(lambda: self._forget(draft, offer))
        self.body.insertWidget(0, offer)

    def _take(self, draft: Draft, offer: QWidget) -> None:
        base = draft.content.get("base", {})
        kept = {name for name, value in draft.content["values"].items() if value != base.get(name)}
        for name, value in typed.values_of(draft, self._settings):
            if name in self.editors and name in kept:  # what was not touched stays as it is now
                setattr(self._settings, name, value)
                self.editors[name].show_value(value)
        for show in self.previews.values():
            show()
        self._forget(draft, offer)
        self.kept.autosave.touch()

    def _forget(self, draft: Draft, offer: QWidget) -> None:
        self.kept.drop(draft)
        offer.hide()
        offer.deleteLater()

    def _add_page(self, title: str, page: QWidget) -> None:
        self.sections.addItem(title)
        self._pages.addWidget(theme.scrolled(page))

    def _section(self, title: str, fields: list[tuple[str, FieldSpec]]) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        theme.margins(column, 0, theme.MEDIUM)
        card = Card(title)
        form = QFormLayout()
        form.setSpacing(theme.SMALL)
        form.setHorizontalSpacing(theme.LARGE)
        for name, spec in fields:
            editor = make_editor(spec)
            editor.show_value(getattr(self._settings, name))
            editor.edited.connect(partial(self._on_edited, title, name))
            if spec.help and spec.kind is not FieldKind.FLAG:
                editor.set_hint(spec.help)
            self.editors[name] = editor
            if spec.kind is FieldKind.FLAG:
                form.addRow("", editor)
                continue
            label = caption(spec, editor)
            label.setFixedWidth(_CAPTIONS)
            label.setWordWrap(True)
            form.addRow(label, editor)
        card.body.addLayout(form)
        if more := self._more.get(title):
            button = theme.button(more.text, partial(self._on_more, title, more), role="link")
            line = QHBoxLayout()
            line.addWidget(button)
            line.addStretch(1)
            card.body.addLayout(line)
        sample = Card("这样设置以后")
        words = theme.label("", wrap=True)
        words.setAccessibleName(f"{title}的样子")
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        sample.body.addWidget(words)
        self.previews[title] = lambda: words.setText(PREVIEWS[title](self._settings))
        self.previews[title]()
        column.addWidget(sample)
        column.addWidget(card)
        column.addStretch(1)
        return page

    def _screen(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        theme.margins(column, 0, theme.MEDIUM)
        column.addWidget(
            theme.label("选中后整个程序立即变样；点“取消”恢复原来的样子。", "muted", wrap=True)
        )
        looks: tuple[tuple[str, Any, Any, Callable[[Any], None]], ...] = (
            ("文字大小", TextSize, self._before[0], places.remember_text_size),
            ("配色", Contrast, self._before[1], places.remember_contrast),
        )
        for title, options, chosen, choose in looks:
            card = Card(title)
            row = QHBoxLayout()
            row.setSpacing(theme.LARGE)
            for option in options:
                button = QRadioButton(option.label)
                button.setChecked(option is chosen)
                button.clicked.connect(partial(self._on_look, choose, option))
                row.addWidget(button)
            row.addStretch(1)
            card.body.addLayout(row)
            column.addWidget(card)
        sample = Card("样子")
        sample.body.addWidget(theme.label("单小芳　女　1985年3月　化学学院", "heading"))
        sample.body.addWidget(theme.label("● 应回访　距期满还有240天（最后一日 2027-05-23）"))
        sample.body.addWidget(theme.label("△ 还没有备份，请尽早备份到U盘", "warning"))
        column.addWidget(sample)
        column.addStretch(1)
        return page

    def _on_look(self, remember: Callable[[Any], None], option: TextSize | Contrast) -> None:
        remember(option)
        _dress()

    def _on_edited(self, title: str, name: str, value: object) -> None:
        setattr(self._settings, name, value)
        self.previews[title]()
        self.kept.autosave.touch()

    def _on_more(self, title: str, more: More) -> None:
        kept = more.open(self)
        self._settings.id, self._settings.revision = kept.id, kept.revision
        for name in more.names:
            setattr(self._settings, name, getattr(kept, name))
            if name in self.editors:
                self.editors[name].show_value(getattr(kept, name))
        self.previews[title]()

    def _on_save(self) -> None:
        readable = {name: editor.settle() for name, editor in self.editors.items()}
        for name, editor in self.editors.items():
            setattr(self._settings, name, editor.value())
        wrong = {problem.field: problem.message for problem in settings_problems(self._settings)}
        for name, editor in self.editors.items():
            editor.set_problem(wrong.get(name, ""))
        bad = [name for name in self.editors if name in wrong or not readable[name]]
        if bad:
            self.sections.setCurrentRow(self._page_of[bad[0]])
            self.editors[bad[0]].control.setFocus()
            self.say("有设置项需要更正，已在该项下方说明")
            return
        try:
            self.changes = self._save(self._settings)
        except Exception as error:
            self.say(error)
            return
        self.kept.drop()
        self.accept()

    def done(self, result: int) -> None:
        """Close, however it came to that."""
        self.kept.end()
        super().done(result)

    def reject(self) -> None:
        """Leave everything as it was, the look of the screen too."""
        size, contrast = self._before
        if (places.text_size(), places.contrast()) != self._before:
            places.remember_text_size(size)
            places.remember_contrast(contrast)
            _dress()
        self.kept.drop()
        super().reject()


def _dress() -> None:
    app = QApplication.instance()
    if isinstance(app, QApplication):
        theme.apply(app, places.text_size(), places.contrast())


def _by_section(fields: list[tuple[str, FieldSpec]]) -> list[tuple[str, FieldSpec]]:
    """Bring fields of one section together, sections in the order of their first field."""
    order = list(dict.fromkeys(spec.section for _name, spec in fields))
    return sorted(fields, key=lambda item: order.index(item[1].section))
