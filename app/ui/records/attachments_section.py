"""The card of a plan or visit that holds its papers: the signed approval, talk records, replies."""

from __future__ import annotations

from app.services.attachment_acts import AttachmentActs
from app.ui.attachments.panel import AttachmentPanel
from app.ui.changes import ChangeBus
from app.ui.jobs import JobRunner
from app.ui.records.sheet import Section, Sheet


class AttachmentsSection(Section):
    """Papers are attached at any time, also where the record itself may no longer be written in."""

    def __init__(
        self,
        sheet: Sheet,
        owner: type,
        id_: int | None,
        acts: AttachmentActs,
        jobs: JobRunner,
        bus: ChangeBus,
        *,
        kind: str,
    ) -> None:
        super().__init__("附件", sheet, "attachments")
        self.panel = AttachmentPanel(acts, jobs, kind=kind)
        self.panel.show_owner(owner, id_)
        self.panel.changed.connect(bus.publish)
        self.body.addWidget(self.panel)
