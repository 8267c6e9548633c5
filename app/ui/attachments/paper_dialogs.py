"""What is done with one paper: name it, or write it out as a plain file for a purpose."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFormLayout, QWidget

from app.domain.attachment import Attachment, export_name, size_text
from app.domain.fields import FieldKind, FieldSpec, form_fields
from app.services.ports import Changes
from app.ui import theme
from app.ui.dialog import Dialog, choose_target
from app.ui.fields import FieldEditor, TextField, caption, make_editor
from app.ui.records.typed import keep_words

_PURPOSE = FieldSpec(
    FieldKind.TEXT,
    "用途",
    required=True,
    max_length=200,
    help="如 报送上级、移送人事处；记入登记簿",
)


class PaperDialog(Dialog):
    """Changes type, title and note; the file itself never changes."""

    def __init__(
        self,
        paper: Attachment,
        save: Callable[[Attachment], Changes],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("修改类型和标题", parent, lead=about(paper), icon_name="edit", width=560)
        self._paper, self._save = copy.copy(paper), save
        self.changes: Changes = frozenset()
        specs = form_fields(Attachment)
        self.editors: dict[str, FieldEditor] = {
            name: make_editor(specs[name]) for name in ("kind", "title", "note")
        }
        form = QFormLayout()
        form.setSpacing(theme.SMALL)
        for name, editor in self.editors.items():
            editor.show_value(getattr(paper, name))
            form.addRow(caption(specs[name], editor), editor)
        self.body.addLayout(form)
        self.offer("取消(&C)", self.reject)
        self.offer("保存(&S)", self._on_save, role="primary", default=True)
        self.editors["title"].setFocus()

    def _on_save(self) -> None:
        for name, editor in self.editors.items():
            setattr(self._paper, name, str(editor.value() or ""))
        try:
            self.changes = self._save(self._paper)
        except Exception as error:
            self.say(error)
            return
        self.accept()


class ExportDialog(Dialog):
    """Asks what for and where to; ``written`` is the file."""

    def __init__(
        self,
        paper: Attachment,
        export: Callable[[Path, str], Path],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(
            "导出附件",
            parent,
            lead="导出的文件不再加密，请只存到办公内网的安全位置，用后删除。",
            icon_name="export",
            width=560,
        )
        self._paper, self._export = paper, export
        self.written: Path | None = None
        self.body.addWidget(theme.label(about(paper), wrap=True))
        self.purpose = TextField(_PURPOSE)
        form = QFormLayout()
        form.addRow(caption(_PURPOSE, self.purpose), self.purpose)
        self.purpose.set_hint(_PURPOSE.help)
        self.body.addLayout(form)
        self.offer("取消(&C)", self.reject)
        self.offer("选择位置并导出(&X)…", self._on_act, role="primary", default=True)
        keep_words(self.purpose.control, self, "用途", paper.title)
        self.purpose.setFocus()

    def _on_act(self) -> None:
        purpose = self.purpose.value().strip()
        if not purpose:
            self.say("请填写用途，它将记入登记簿")
            self.purpose.setFocus()
            return
        name = export_name(self._paper)
        target = choose_target(self, "导出附件", Path.home() / name, f"{self._paper.media} (*)")
        if target is not None:
            self.write(target, purpose)

    def write(self, target: Path, purpose: str) -> None:
        """Write the file; a refusal stays on display."""
        try:
            self.written = self._export(target, purpose)
        except Exception as error:
            self.say(error)
            return
        self.accept()


def about(paper: Attachment) -> str:
    """Return what a paper is in one line."""
    pages = f"{paper.pages}页" if paper.pages else ""
    parts = (f"“{paper.title}”", paper.media, pages, size_text(paper.size))
    return "　".join(part for part in parts if part)
