"""The papers of one record in a dialog, where its page has no room for them."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.domain.attachment import OTHER
from app.services.attachment_acts import AttachmentActs
from app.services.ports import Changes
from app.ui.attachments.panel import AttachmentPanel
from app.ui.dialog import Dialog
from app.ui.jobs import JobRunner


class AttachmentsDialog(Dialog):
    """Shows the attachments of a record; ``changes`` is what was done to them."""

    def __init__(
        self,
        owner: type,
        id_: int,
        what: str,
        acts: AttachmentActs,
        jobs: JobRunner,
        parent: QWidget | None = None,
        *,
        kind: str = OTHER,
    ) -> None:
        super().__init__("附件", parent, lead=what, icon_name="folder", width=640)
        self.changes: Changes = frozenset()
        self.panel = AttachmentPanel(acts, jobs, kind=kind)
        self.panel.changed.connect(self._on_changed)
        self.panel.show_owner(owner, id_)
        self.body.addWidget(self.panel)
        self.body.addStretch(1)
        self.offer("关闭(&C)", self.reject, default=True)

    def _on_changed(self, changes: Changes) -> None:
        self.changes |= changes
        self.fit()
