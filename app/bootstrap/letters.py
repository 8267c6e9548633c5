"""Joins the letters of a revisit: which papers a record can be printed as, and drawing one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from app.documents.letters import documents
from app.documents.letters.documents import LetterDocument
from app.documents.paper_options import PaperOptions
from app.domain.ending import WholeEnding
from app.domain.filing import WholeFiling
from app.domain.outcome import ResultUse
from app.domain.papers import Particulars
from app.domain.plan import WholePlan
from app.domain.request import Request
from app.domain.visit import WholeVisit
from app.services.document_numbers import COUNTER, LetterKey, issue_number
from app.services.gatekeeping import Law
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

        A letter that bears a 文号 gets its number now, the same one at every reprint, if the office
        has told its 发文代字; otherwise the place stays open for the pen.
        """
        document, entity = next(pair for pair in self._papers(record) if pair[0].name == name)
        return documents.draw_document(
            name,
            entity,
            format_,
            options=self._options(),
            particulars=self._particulars(document, entity, record),
        )

    def points(self, name: str, record: Any) -> Sequence[str]:
        """Return what is empty or too long in one of ``known``; asked after ``draw`` gave its number."""
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
        about = f"{type(head).__name__}/{document.name}"
        count = len(document.letters(entity, Particulars()))
        if document.numbered and law.settings.letter_prefix and head.id is not None:
            for part in range(count):
                issue_number(
                    COUNTER,
                    LetterKey(about, head.id, part),
                    prefix=law.settings.letter_prefix,
                    title=document.title,
                    uow=self._store.unit_of_work(),
                    today=law.today,
                )
        drafted_by = drafted_by_of(record)
        return particulars_for(
            COUNTER,
            about,
            head.id or 0,
            letters=count,
            drafted_by=drafted_by,
            uow=self._store.unit_of_work(),
            law=law,
        )


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
