"""A mark that a form is being written, found again after a crash."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject

from app.domain.draft import Draft
from app.domain.registration_form import RegistrationForm
from app.services.use_cases import UseCases

KIND = "登记表"
log = logging.getLogger(__name__)


class CrashMark(QObject):
    """Keeps a draft that names the form while it is written; the text itself is in the form.

    A mark that cannot be set or cleared is no reason to disturb anybody: the form is saved.
    """

    def __init__(self, use_cases: UseCases, parent: QObject) -> None:
        super().__init__(parent)
        self._use_cases = use_cases
        self._draft: Draft | None = None

    def left_behind(self) -> Draft | None:
        """Return the mark that a crash left, and take it over."""
        found = [draft for draft in self._use_cases.drafts() if draft.kind == KIND]
        for old in found[1:]:
            self._use_cases.drop_draft(old)
        self._draft = found[0] if found else None
        return self._draft

    def set(self, form: RegistrationForm) -> None:
        """Note that ``form`` is being written."""
        if self._draft is not None and self._draft.target_id == form.id:
            return
        self.clear()
        draft = Draft(kind=KIND, target_id=form.id, title=form.name)
        try:
            self._use_cases.keep_draft(draft)
        except Exception as error:
            log.warning("the mark of an open form was not kept: %s", type(error).__name__)
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
            log.warning("the mark of an open form was not removed: %s", type(error).__name__)
