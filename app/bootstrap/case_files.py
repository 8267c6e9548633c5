"""Joins 一人一档 to an open office: gathering, drawing, and the copy without the people in it."""

from __future__ import annotations

import dataclasses
import hmac
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from app.bootstrap.letters import drafted_by_of
from app.documents.attachment_kinds import read_text
from app.documents.case_file.assembly import NO_NUMBER, RECORDS, Reading, draw_case_files
from app.documents.letters.documents import LetterDocument
from app.domain.attachment import Attachment
from app.domain.case_file import CaseFile, DrawnFile
from app.domain.outcome import TO_PERSON, TO_UNIT
from app.domain.papers import Particulars, ResultPaper
from app.domain.plan import APPROVED, CARRIED_OUT, CLOSED, WholePlan
from app.services import case_files
from app.services.case_file_use_cases import CaseFileActs
from app.services.document_numbers import COUNTER, LetterKey, number_of
from app.services.form_life import read_paper
from app.services.papers import particulars_for
from app.services.plans import open_plan
from app.services.ports import Progress
from app.services.redaction import pseudonyms_for
from app.storage.attachments import MendingPool

if TYPE_CHECKING:
    from app.bootstrap.office import Office


_AGREED = (APPROVED, CARRIED_OUT, CLOSED)
_AUDIENCE = {"feedback_person": TO_PERSON, "feedback_unit": TO_UNIT}


def _unsent(document: LetterDocument, entity: Any, place: int) -> bool:
    """Whether the letter at ``place`` has a record of its own, and that shows no sending."""
    if not isinstance(entity, ResultPaper):
        return False
    if document.name == "unit_reminder":
        ordered = sorted(entity.result.reminders, key=lambda one: one.id or 0)
        return ordered[place].sent_on is None
    if document.name not in _AUDIENCE:
        return False
    told = {one.audience for one in entity.result.feedbacks}
    return _AUDIENCE[document.name] not in told


class CaseFiles:
    """See ``services.case_files``."""

    def __init__(self, office: Office) -> None:
        self._office, self._uow = office, office.store.unit_of_work
        self._pool = MendingPool(office.store)

    def acts(self) -> CaseFileActs:
        """Return what windows may do."""
        return CaseFileActs(
            draw=self._draw,
            record=lambda ids, act, target, **more: case_files.record_case_files(
                ids, act=act, target=target, uow=self._uow(), **more
            ),
        )

    def _draw(
        self,
        subject_ids: Sequence[int],
        progress: Progress,
        *,
        redacted: bool = False,
        duplex: bool = False,
    ) -> DrawnFile:
        files = []
        for number, id_ in enumerate(subject_ids):
            progress(number, len(subject_ids), "读取档案")
            files.append(
                case_files.gather_case_file(id_, new_uow=self._uow, law=self._office.law())
            )
        options = dataclasses.replace(self._office.paper(insist=True), duplex=duplex)
        return draw_case_files(
            files,
            reading=self._reading(),
            options=options,
            replace=self._replacer() if redacted else None,
            progress=progress,
        )

    def _reading(self) -> Reading:
        settings = self._office.settings()
        return Reading(
            particulars=self._particulars,
            unsent=_unsent,
            paper=lambda id_: read_paper(id_, pool=self._pool, uow=self._uow()),
            scan=self._scan,
            read_text=read_text,
            today=self._office.today(),
            office=settings.office_name or settings.reporting_unit,
        )

    def _scan(self, attachment: Attachment) -> bytes:
        return self._pool.read(attachment.sha256)

    def _particulars(self, document: LetterDocument, entity: Any, head: Any) -> Particulars | None:
        """Return what stands on a letter as it was issued; no number is given out here.

        One that has no number says so. The letters of a plan that nobody approved did not go out.
        """
        law = self._office.law()
        about = f"{type(head).__name__}/{document.name}"
        record = entity.filing if isinstance(entity, ResultPaper) else entity
        plain = particulars_for(
            COUNTER, about, 0, letters=0, drafted_by=drafted_by_of(record), uow=self._uow(), law=law
        )
        if not document.numbered:
            return dataclasses.replace(plain, dated=None)
        given = [
            number_of(COUNTER, LetterKey(about, head.id, place), uow=self._uow())
            for place in self._places(document, entity)
        ]
        issued = [one for one in given if one is not None]
        if not issued and isinstance(entity, WholePlan) and entity.plan.state not in _AGREED:
            return None
        without = "" if document.name in RECORDS else NO_NUMBER
        numbers = tuple(str(one) if one is not None else without for one in given)
        dated = issued[0].issued_on if issued else None
        return dataclasses.replace(plain, numbers=numbers, dated=dated)

    def _places(self, document: LetterDocument, entity: Any) -> list[int]:
        """Return which letters of the whole record these are: a plan was reduced to one person."""
        own = document.letters(entity, Particulars())
        if not isinstance(entity, WholePlan):
            return list(range(len(own)))
        whole = open_plan(entity.plan.id or 0, uow=self._uow())
        names = [letter.name for letter in document.letters(whole, Particulars())]
        return [names.index(letter.name) for letter in own if letter.name in names]

    # ---- the copy without the people in it

    def _replacer(self) -> Callable[[CaseFile], Callable[[str], str]]:
        key = hmac.digest(self._office.store.pool.key, b"huifang case files v1", "sha256")
        with self._uow() as uow:
            people, staff = case_files.everybody(uow)
        return partial(
            pseudonyms_for, key=key, people=people, staff=staff, settings=self._office.settings()
        )
