"""Typed text that is not a record yet: kept every few seconds, offered after a crash."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.draft import Draft
from app.services.ports import Changes, Clock, MissingRecord, UnitOfWork


def keep_draft(draft: Draft, *, owner: str, uow: UnitOfWork, clock: Clock) -> Changes:
    """Keep what is being typed, in place of what ``draft`` held before.

    ``draft`` gets its id, revision and ``saved_at`` once it is durable. It is typing, not an act,
    and leaves no entry in the log.
    """
    with uow:
        kept = uow.copy_of(draft)
        kept.owner, kept.saved_at = owner, clock()
        uow.repository(Draft).put(kept)
        changes = uow.commit()
    draft.owner, draft.saved_at = kept.owner, kept.saved_at
    return changes


def drafts(*, owner: str, uow: UnitOfWork) -> Sequence[Draft]:
    """Return what ``owner`` was typing when the program last ended by force, newest first."""
    with uow:
        found = list(uow.repository(Draft).where(owner=owner))
    return sorted(
        found, key=lambda draft: draft.saved_at.isoformat() if draft.saved_at else "", reverse=True
    )


def drop_draft(draft: Draft, *, uow: UnitOfWork) -> Changes:
    """Take the draft away: its text was saved as a record, or given up. Never kept is fine too."""
    if draft.id is None:
        return frozenset()
    with uow:
        try:
            stored = uow.repository(Draft).get(draft.id)
        except MissingRecord:
            changes: Changes = frozenset()
        else:
            uow.repository(Draft).remove(stored)
            changes = uow.commit()
    draft.id, draft.revision, draft.saved_at = None, 0, None
    return changes
