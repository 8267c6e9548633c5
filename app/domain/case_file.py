"""一人一档: everything an office holds about one person, in the order in which a file is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.attachment import Attachment
from app.domain.registration_form import RegistrationForm
from app.domain.subject import Dossier
from app.domain.verdict import Assessment

FACTS = "基本情况"
DECISIONS = "处分材料"
VISITS = "回访材料"
OTHERS = "其他材料"
SECTIONS = (FACTS, DECISIONS, VISITS, OTHERS)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page that is made for the file itself: the person's facts, or the order of events."""

    title: str


@dataclass(frozen=True, slots=True)
class Record:
    """A record of which letters can be printed: a plan, a visit, a request, a result."""

    entity: Any  # as ``documents.letters`` takes it
    head: Any  # whose id and type name the record


@dataclass(frozen=True, slots=True)
class Form:
    """A registration form; ``paper_id`` is its final PDF, ``None`` for a draft."""

    form: RegistrationForm
    paper_id: int | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """A paper from outside: its bytes lie in the pool."""

    attachment: Attachment


@dataclass(frozen=True, slots=True)
class Part:
    """One thing of the file, with the section and (within it) the step it belongs to."""

    section: str
    source: Sheet | Record | Form | Scan
    on: date | None = None
    step: str = ""  # what a group of bookmarks is called: 2026年9月8日实地回访


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the order of events: when (as precisely as it is known), what kind, what."""

    day: str
    kind: str
    sentence: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A person's file before it is drawn. ``left_out`` are sentences on what is not in it and why."""

    dossier: Dossier
    assessment: Assessment
    lines: tuple[Line, ...]
    parts: tuple[Part, ...]
    left_out: tuple[str, ...] = ()
    file_number: str = ""
    custody: str = ""
    fonds: str = ""
    catalogue: str = ""
    names: tuple[
        tuple[str, str], ...
    ] = ()  # category of ``pseudonyms`` and text, of everybody in it

    @property
    def subject_id(self) -> int:
        """Whose file it is."""
        return self.dossier.subject.id or 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of 卷内目录, once the pages are known. ``first`` and ``last`` are archive pages."""

    number: int
    title: str
    first: int
    last: int
    author: str = ""
    document_no: str = ""
    on: str = ""
    note: str = ""

    @property
    def pages(self) -> str:
        """页号: the page, or the first and the last."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class DrawnFile:
    """A file as one PDF: what its contents say, and how many pages it has in all."""

    pdf: bytes
    entries: tuple[Entry, ...] = ()
    pages: int = 0
    trouble: tuple[str, ...] = field(default=())  # what could not be merged
