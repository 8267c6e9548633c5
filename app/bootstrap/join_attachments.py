"""Joins what can be done with attachments."""

from __future__ import annotations

import logging

from app.documents.attachment_kinds import inspect, read_text
from app.services import attachments, form_life
from app.services.attachment_acts import AttachmentActs
from app.services.ports import UserError
from app.storage.attachments import MendingPool, tidy
from app.storage.store import Store


def join_attachments(store: Store) -> AttachmentActs:
    """Return what the person who opened ``store`` can do with attachments."""
    uow, pool = store.unit_of_work, MendingPool(store)
    return AttachmentActs(
        attach=lambda owner, id_, file, kind, **more: attachments.attach_file(
            owner,
            id_,
            file,
            kind,
            inspect=inspect,
            pool=pool,
            who=store.account,
            uow=uow(),
            clock=store.clock,
            **more,
        ),
        of=lambda owner, id_: attachments.attachments_of(owner, id_, uow=uow()),
        of_person=lambda id_: attachments.attachments_of_person(id_, uow=uow()),
        save=lambda changed: attachments.save_attachment(changed, uow=uow()),
        remove=lambda id_, reason: attachments.remove_attachment(
            id_, reason, uow=uow(), today=store.clock().date()
        ),
        put_back=lambda id_: attachments.put_back_attachment(id_, uow=uow()),
        open=lambda id_: attachments.open_attachment(id_, pool=pool, uow=uow()),
        read_text=read_text,
        export=lambda id_, target, reason: attachments.export_attachment(
            id_, target, reason, pool=pool, uow=uow()
        ),
    )


def settle_attachments(store: Store) -> None:
    """Tidy the pool as the records are opened; what cannot be done now is done another time."""
    try:
        form_life.move_scans(pool=store.pool, uow=store.unit_of_work())
        tidy(store)
    except UserError:
        logging.getLogger(__name__).warning("attachments could not be tidied", exc_info=True)
