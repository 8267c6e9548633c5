"""Joins the change of many people at once to an open office."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.services import bulk_change
from app.services.bulk_change import BulkChange, PersonChange

if TYPE_CHECKING:
    from app.bootstrap.office import Office


class BulkChanges:
    """See ``services.bulk_change``."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def preview(self, ids: Sequence[int], field: str, value: str) -> Sequence[PersonChange]:
        """Return whom the change would alter."""
        uow = self._office.store.unit_of_work()
        return bulk_change.preview_change(ids, field, value, uow=uow)

    def change(self, ids: Sequence[int], field: str, value: str, reason: str) -> BulkChange:
        """Change them all."""
        office = self._office
        return bulk_change.change_many(
            ids,
            field,
            value,
            reason,
            uow=office.store.unit_of_work(),
            rules=office.rules.book,
            settings=office.settings(),
            today=office.today(),
        )

    def back(self, done: BulkChange) -> BulkChange:
        """Take a change back."""
        office = self._office
        return bulk_change.change_back(
            done,
            uow=office.store.unit_of_work(),
            rules=office.rules.book,
            settings=office.settings(),
            today=office.today(),
        )
