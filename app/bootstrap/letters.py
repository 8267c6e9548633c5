"""Joins the letters of a revisit: which papers a record can be printed as, and drawing one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from app.documents.letters import documents
from app.documents.letters.documents import LetterDocument
from app.documents.paper_options import PaperOptions
from app.domain.document_number import DocumentNumber
from app.domain.ending import WholeEnding
from app.domain.filing import WholeFiling
from app.domain.outcome import ResultUse
from app.domain.papers import Particulars
from app.domain.plan import WholePlan
from app.domain.request import Request
from app.domain.visit import WholeVisit
from app.services.document_numbers import COUNTER, LetterKey, expected_numbers, issue_number
from app.services.gatekeeping import Law
from app.services.letter_log import LetterNumber
from app.services.papers import (
    ending_paper,
    particulars_for,
    request_paper,
    result_paper,
    use_paper,
    visit_paper,
)
from app.storage.store import Store


class Letters:
    """The papers of lists, plans, visits and requests of one office."""

    def __init__(
        self, store: Store, *, law: Callable[[], Law], options: Callable[[], PaperOptions]
    ) -> None:
        self._store, self._law, self._options = store, law, options

    def known(self, record: Any) -> Sequence[tuple[str, str]]:
        """Return name and title of every paper that ``record`` has something for."""
        return [
            (document.name, document.title)
            for document, entity in self._papers(record)
            if document.letters(entity, Particulars())
        ]

    def draw(self, name: str, record: Any, format_: str) -> bytes:
        """Return one of ``known`` as ``pdf`` or ``docx``.

        A letter that bears a 文号 shows the one it has or would get, if the office has told its
        发文代字; otherwise the place stays open for the pen. ``issue`` takes the number.
        """
        document, entity = next(pair for pair in self._papers(record) if pair[0].name == name)
        return documents.draw_document(
            name,
            entity,
            format_,
            options=self._options(),
            particulars=self._particulars(document, entity, record),
        )

    def numbers(self, name: str, record: Any) -> Sequence[LetterNumber]:
        """Return the 文号 of the letters of one of ``known``; none where they bear none."""
        document, entity = next(pair for pair in self._papers(record) if pair[0].name == name)
        return [
            LetterNumber(str(one), one.id is not None)
            for one in self._expected(document, entity, record)
        ]

    def issue(self, name: str, record: Any) -> Sequence[LetterNumber]:
        """Give the letters of one of ``known`` their 文号, before they leave the program.

        A letter that has one keeps it: printed again it takes no other.
        """
        document, entity = next(pair for pair in self._papers(record) if pair[0].name == name)
        law, given = self._law(), []
        for key in self._keys(document, entity, record):
            number = issue_number(
                COUNTER,
                key,
                prefix=law.settings.letter_prefix,
                title=document.title,
                uow=self._store.unit_of_work(),
                today=law.today,
            )
            given.append(LetterNumber(str(number), True))
        return given

    def points(self, name: str, record: Any) -> Sequence[str]:
        """Return what is empty or too long in one of ``known``."""
        document, entity = next(pair for pair in self._papers(record) if pair[0].name == name)
        return documents.open_points(
            name, entity, particulars=self._particulars(document, entity, record)
        )

    def _papers(self, record: Any) -> Iterator[tuple[LetterDocument, Any]]:
        """Yield each document that is made of ``record``, with the entity that it is made of."""
        entities = [record]
        if isinstance(record, WholeVisit) and record.visit.id is not None:
            entities.append(
                visit_paper(record.visit.id, uow=self._store.unit_of_work(), law=self._law())
            )
        if isinstance(record, Request) and record.id is not None:
            entities.append(
                request_paper(record.id, uow=self._store.unit_of_work(), law=self._law())
            )
        gathered: dict[type, Callable[..., Any]] = {
            WholeFiling: result_paper,
            ResultUse: use_paper,
            WholeEnding: ending_paper,
        }
        if (gather := gathered.get(type(record))) is not None:
            entities.append(gather(record, uow=self._store.unit_of_work(), law=self._law()))
        for entity in entities:
            for document in documents.ALL:
                if isinstance(entity, document.entity):
                    yield document, entity

    def _particulars(self, document: LetterDocument, entity: Any, record: Any) -> Particulars:
        law = self._law()
        head = _head(record)
        found = particulars_for(
            COUNTER,
            f"{type(head).__name__}/{document.name}",
            head.id or 0,
            letters=len(document.letters(entity, Particulars())),
            drafted_by=drafted_by_of(record),
            uow=self._store.unit_of_work(),
            law=law,
        )
        expected = self._expected(document, entity, record)
        return replace(found, numbers=tuple(map(str, expected))) if expected else found

    def _expected(
        self, document: LetterDocument, entity: Any, record: Any
    ) -> Sequence[DocumentNumber]:
        law = self._law()
        keys = self._keys(document, entity, record)
        if not keys:
            return ()
        return expected_numbers(
            COUNTER,
            keys,
            prefix=law.settings.letter_prefix,
            uow=self._store.unit_of_work(),
            today=law.today,
        )

    def _keys(self, document: LetterDocument, entity: Any, record: Any) -> Sequence[LetterKey]:
        """Return the letters that bear a 文号; none while the office leaves it to the pen."""
        head = _head(record)
        if not document.numbered or not self._law().settings.letter_prefix or head.id is None:
            return ()
        about = f"{type(head).__name__}/{document.name}"
        count = len(document.letters(entity, Particulars()))
        return [LetterKey(about, head.id, part) for part in range(count)]


def drafted_by_of(record: Any) -> str:
    """Return whom the addressee may ask: who drew the plan up, or who keeps the volume."""
    if isinstance(record, WholePlan):
        return record.plan.drafted_by
    return record.entry.compiled_by if isinstance(record, WholeFiling) else ""


def _head(record: Any) -> Any:
    """Return the entity whose id names ``record``."""
    for name in ("head", "plan", "visit"):
        if hasattr(record, name):
            return getattr(record, name)
    return record
