"""A mark that a record is being written, found again after a crash. The text is in the record."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject

from app.domain.draft import Draft
from app.services.use_cases import UseCases

log = logging.getLogger(__name__)


class CrashMark(QObject):
    """Keeps a draft that names the record of one kind while it is written.

    A mark that cannot be set or cleared is no reason to disturb anybody: the record is saved.
    """

    def __init__(self, use_cases: UseCases, kind: str, parent: QObject) -> None:
        super().__init__(parent)
        self._use_cases, self._kind = use_cases, kind
        self._draft: Draft | None = None

    def left_behind(self) -> Draft | None:
        """Return the mark that a crash left, and take it over."""
        found = [draft for draft in self._use_cases.drafts() if draft.kind == self._kind]
        for old in found[1:]:
            self._use_cases.drop_draft(old)
        self._draft = found[0] if found else None
        return self._draft

    def set(self, draft: Draft) -> None:
        """Note that the record ``draft`` names is being written."""
        if self._draft is not None and self._draft.target_id == draft.target_id:
            return
        self.clear()
        try:
            self._use_cases.keep_draft(draft)
        except Exception as error:
            log.warning("the mark of an open record was not kept: %s", type(error).__name__)
        else:
            self._draft = draft

    def clear(self) -> None:
        """Note that nothing is being written any more."""
        draft, self._draft = self._draft, None
        if draft is None:
            return
        try:
            self._use_cases.drop_draft(draft)
        except Exception as error:
            log.warning("the mark of an open record was not removed: %s", type(error).__name__)
