"""Draws a person's file: every thing as pages, numbered in archive position, with contents that agree."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.documents import registration_form
from app.documents.case_file import sheets
from app.documents.case_file.redaction import redacted_form, redacted_letter
from app.documents.case_file.scans import NotAPage, scan_pages
from app.documents.letters.documents import ALL, LetterDocument
from app.documents.letters.parts import short_date
from app.documents.letters.pdf import count_pages, draw_pdf
from app.documents.paper_options import PaperOptions
from app.domain.attachment import TXT, size_text
from app.domain.case_file import CaseFile, DrawnFile, Entry, Form, Part, Record, Scan, Sheet
from app.domain.fields import display, form_fields
from app.domain.papers import Particulars
from app.domain.pseudonyms import LEFT_TO_READ
from app.domain.visit import UNIT_VIEW, Visit
from app.paper.grid import POINTS_PER_MM
from app.paper.letter import Letter, SignOff
from app.services.ports import Progress, UserError

RECORDS = ("request_slip",)
"""Numbered papers that are evidence without a number: they stay in the office."""

NOT_EVIDENCE = (
    "unit_opinion_blank",
    "visiting_list",
    "consultation",
    "file_contents",
    "file_note",
)
"""Papers that are made to be filled in, are about others as well, or belong to another volume."""

NO_NUMBER = "（无文号）"
"""What stands in the place of the 文号 of a letter that never got one."""

NOT_SENT = "无发出记录"

_NUMBER_PT = 12.0
_NUMBER_TOP_MM, _NUMBER_SIDE_MM = 12.0, 14.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What drawing needs besides the file. Each is asked when its turn comes.

    ``particulars(document, entity, head)`` says what an office put on a letter, or ``None`` if the
    letter cannot have been issued; ``unsent(document, entity, place)`` says that no record shows it
    went out. ``paper`` and ``scan`` return bytes and raise ``UserError``.
    """

    particulars: Callable[[LetterDocument, Any, Any], Particulars | None]
    unsent: Callable[[LetterDocument, Any, int], bool]
    paper: Callable[[int], bytes]
    scan: Callable[[Any], bytes]
    read_text: Callable[[bytes], str]
    today: date
    office: str = ""


@dataclass(slots=True)
class _Thing:
    """One thing of the file: what the contents say of it, and its pages once they are made."""

    title: str
    step: str
    section: str
    letter: Letter | None = None
    pages: list[Any] = field(default_factory=list)
    author: str = ""
    document_no: str = ""
    on: str = ""
    note: str = ""


def draw_case_files(
    files: Sequence[CaseFile],
    *,
    reading: Reading,
    options: PaperOptions,
    replace: Callable[[CaseFile], Callable[[str], str]] | None = None,
    progress: Progress,
) -> DrawnFile:
    """Return the files as one PDF, each from its cover on, with bookmarks.

    With ``replace`` everything in them is said through it, and papers from outside are left out.
    ``options.duplex``: whatever begins anew begins on a front side. Raises what ``progress`` raises.
    """
    from pypdf import PdfWriter

    writer = PdfWriter()
    entries: list[Entry] = []
    trouble: list[str] = []
    for number, file in enumerate(files):
        progress(number, len(files), f"正在整理第{number + 1}份，共{len(files)}份")
        drawer = _Drawer(file, reading, options, replace(file) if replace else None)
        drawn = drawer.draw(writer, several=len(files) > 1, progress=progress)
        entries += drawn
        trouble += drawer.trouble
    writer.add_metadata(
        {
            "/Title": sheets.FILE_TITLE,
            "/Author": "" if replace else options.author,
            "/Creator": "回访关爱",
        }
    )
    buffer = io.BytesIO()
    writer.write(buffer)
    return DrawnFile(buffer.getvalue(), tuple(entries), len(writer.pages), tuple(trouble))


class _Drawer:
    def __init__(
        self,
        file: CaseFile,
        reading: Reading,
        options: PaperOptions,
        replace: Callable[[str], str] | None,
    ) -> None:
        self._file, self._reading, self._replace = file, reading, replace
        self._options = dataclasses.replace(options, duplex=False)
        if replace is not None:
            self._options = dataclasses.replace(self._options, author="")
        self._duplex = options.duplex
        self.trouble: list[str] = []
        self._too_early: list[str] = []
        self._left_out = 0

    def draw(self, writer: Any, *, several: bool, progress: Progress) -> list[Entry]:
        """Add the file to ``writer`` and return its contents."""
        things = self._things(progress)
        self._typeset(things)
        entries, at = [], 1
        for number, thing in enumerate(things, 1):
            last = at + len(thing.pages) - 1
            entries.append(
                Entry(
                    number, thing.title, at, last, thing.author, thing.document_no, thing.on,
                    thing.note,
                )
            )  # fmt: skip
            at = last + 1
        pages = at - 1
        file = dataclasses.replace(self._file, left_out=tuple(self._said()))
        mark = LEFT_TO_READ if self._replace else ""
        cover = self._pages_of(
            sheets.cover(
                file, office=self._reading.office, things=len(things), pages=pages, mark=mark
            )
        )
        contents = self._pages_of(sheets.contents(entries), done=True)
        closing = self._pages_of(
            sheets.closing(file, things=len(things), pages=pages, trouble=self.trouble)
        )
        top = None
        first = len(writer.pages)
        self._add(writer, cover)
        if several:
            name = self._said_as(self._name())
            top = writer.add_outline_item(title=name, page_number=first)
        writer.add_outline_item(title=sheets.COVER, page_number=first, parent=top)
        start = len(writer.pages)
        self._add(writer, contents)
        writer.add_outline_item(title=sheets.CONTENTS, page_number=start, parent=top)
        self._body(writer, things, top)
        start = len(writer.pages)
        self._add(writer, closing)
        writer.add_outline_item(title=sheets.CLOSING, page_number=start, parent=top)
        return entries

    # ---- what there is

    def _things(self, progress: Progress) -> list[_Thing]:
        found: list[_Thing] = []
        for number, part in enumerate(self._file.parts):
            progress(number, len(self._file.parts), "")
            source = part.source
            if isinstance(source, Sheet):
                found.append(self._sheet(part, source))
            elif isinstance(source, Record):
                found += self._letters(part, source)
            elif isinstance(source, Form):
                found.append(self._form(part, source))
            elif self._replace is not None:
                self._left_out += 1
            else:
                found.append(self._scan(part, source))
        return found

    def _sheet(self, part: Part, source: Sheet) -> _Thing:
        make = sheets.facts if part == self._file.parts[0] else sheets.events
        letter = make(self._file, source.title, self._reading.today)
        return _Thing(
            source.title, part.step, part.section, letter, author=self._reading.office,
            on=short_date(self._reading.today),
        )  # fmt: skip

    def _letters(self, part: Part, source: Record) -> list[_Thing]:
        found = []
        for document in ALL:
            if document.name in NOT_EVIDENCE or not isinstance(source.entity, document.entity):
                continue
            if document.name == "unit_opinion" and not _has_opinion(source.head):
                continue
            particulars = self._reading.particulars(document, source.entity, source.head)
            if particulars is None:
                if document.letters(source.entity, Particulars()):
                    self._too_early.append(document.title)
                continue
            for place, letter in enumerate(document.letters(source.entity, particulars)):
                unsent = self._reading.unsent(document, source.entity, place)
                found.append(
                    _Thing(
                        self._title(letter),
                        part.step,
                        part.section,
                        letter,
                        author=self._reading.office,
                        document_no=particulars.number(place).strip("（）"),
                        on=short_date(_signed_on(letter) or particulars.dated or part.on),
                        note=NOT_SENT if unsent else "",
                    )
                )
        return found

    def _title(self, letter: Letter) -> str:
        name = letter.name.strip()
        if not name or name == self._file.dossier.subject.name:
            return letter.title
        whole = letter.title in name or name.startswith("关于")
        return name if whole else f"{letter.title}：{name}"

    def _form(self, part: Part, source: Form) -> _Thing:
        thing = _Thing(
            sheets.form_title(source.form), part.step, part.section, author=self._reading.office,
            on=short_date(part.on),
        )  # fmt: skip
        if self._replace is not None:
            drawn = redacted_form(source.form, self._replace)
            thing.pages = _read(registration_form.draw_pdf([drawn], options=self._options))
        elif source.paper_id is None:
            thing.pages = _read(registration_form.draw_pdf([source.form], options=self._options))
        else:
            try:
                thing.pages = _read(self._reading.paper(source.paper_id))
            except UserError as error:
                self._stand_in(thing, sheets.form_title(source.form), str(error), "登记表定稿")
        return thing

    def _scan(self, part: Part, source: Scan) -> _Thing:
        one = source.attachment
        thing = _Thing(one.title or one.kind, part.step, part.section)
        thing.note = one.kind if one.title != one.kind else ""
        try:
            content = self._reading.scan(one)
            if one.media == TXT:
                thing.letter = sheets.text_letter(thing.title, self._reading.read_text(content))
            else:
                thing.pages = scan_pages(content, one.media)
        except UserError as error:
            about = f"{one.kind}，{one.media}，{size_text(one.size)}；原件保存在本系统的附件中。"
            why = f"{one.media} 文件{error}" if isinstance(error, NotAPage) else str(error)
            self._stand_in(thing, thing.title, why, about)
        return thing

    def _stand_in(self, thing: _Thing, title: str, why: str, about: str) -> None:
        """Let a page say what is missing; nothing is left out unsaid."""
        thing.letter = sheets.not_merged(title, why.rstrip("。"), about)
        thing.note = "未并入，见说明"
        self.trouble.append(f"“{title}”未并入：{why.rstrip('。')}")

    def _said(self) -> list[str]:
        found = list(self._file.left_out)
        if self._too_early:
            names = "、".join(dict.fromkeys(self._too_early))
            found.append(f"方案没有批准，所附函件（{names}）不曾发出，未收入")
        if self._left_out:
            found.append(f"扫描件和外来文件{self._left_out}件未收入去标识副本")
        return found

    def _name(self) -> str:
        subject = self._file.dossier.subject
        return "　".join(x for x in (subject.name, subject.unit, display(subject.born_on)) if x)

    # ---- pages

    def _said_as(self, text: str) -> str:
        return self._replace(text) if self._replace else text

    def _shown(self, letter: Letter) -> Letter:
        return redacted_letter(letter, self._replace) if self._replace else letter

    def _typeset(self, things: Sequence[_Thing]) -> None:
        """Draw all letters of a size in one go: their fonts are embedded once."""
        by_sheet: dict[Any, list[_Thing]] = {}
        for thing in things:
            thing.title, thing.step = self._said_as(thing.title), self._said_as(thing.step)
            for name in ("author", "document_no", "note"):
                setattr(thing, name, self._said_as(getattr(thing, name)))
            if thing.letter is not None:
                thing.letter = self._shown(thing.letter)
                by_sheet.setdefault(thing.letter.sheet, []).append(thing)
        for some in by_sheet.values():
            letters = [one.letter for one in some if one.letter is not None]
            pages = _read(draw_pdf(letters, options=self._options))
            at = 0
            for one in some:
                assert one.letter is not None
                count = count_pages(one.letter, options=self._options)
                one.pages = pages[at : at + count]
                at += count

    def _pages_of(self, letter: Letter, *, done: bool = False) -> list[Any]:
        shown = letter if done else self._shown(letter)
        return _read(draw_pdf([shown], options=self._options))

    def _add(self, writer: Any, pages: Sequence[Any]) -> None:
        for page in pages:
            writer.add_page(page)
        if self._duplex and len(pages) % 2:
            writer.add_blank_page()

    def _body(self, writer: Any, things: Sequence[_Thing], top: Any) -> None:
        groups: dict[tuple[str, ...], Any] = {}
        number, first = 0, len(writer.pages)
        for thing in things:
            start = len(writer.pages)
            for page in thing.pages:
                writer.add_page(page)
            parent = top
            for key in ((thing.section,), (thing.section, thing.step)):
                if key[-1]:
                    if key not in groups:
                        groups[key] = writer.add_outline_item(
                            title=key[-1], page_number=start, parent=parent
                        )
                    parent = groups[key]
            writer.add_outline_item(title=thing.title, page_number=start, parent=parent)
        body = range(first, len(writer.pages))
        stamps = _numbers(
            [(writer.pages[at].mediabox.width, writer.pages[at].mediabox.height) for at in body]
        )
        for number, at in enumerate(body):
            writer.pages[at].merge_page(stamps[number])
        if self._duplex and len(body) % 2:
            writer.add_blank_page()


def _signed_on(letter: Letter) -> date | None:
    """Return the day that stands under a letter, if one does."""
    return next((one.on for one in letter.blocks if isinstance(one, SignOff)), None)


def _has_opinion(visit: Visit) -> bool:
    """Whether the unit said anything: an empty sheet is no record."""
    said = [name for name, spec in form_fields(visit).items() if spec.section == UNIT_VIEW]
    return any(getattr(visit, name) for name in said)


def _read(pdf: bytes) -> list[Any]:
    from pypdf import PdfReader

    return list(PdfReader(io.BytesIO(pdf)).pages)


def _numbers(sizes: Sequence[tuple[Any, Any]]) -> list[Any]:
    """Return pages with nothing on them but their number: odd at the right, even at the left."""
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for number, (width, height) in enumerate(sizes, 1):
        wide, high = float(width), float(height)
        canvas.setPageSize((wide, high))
        canvas.setFont("Times-Roman", _NUMBER_PT)
        y = high - _NUMBER_TOP_MM * POINTS_PER_MM
        side = _NUMBER_SIDE_MM * POINTS_PER_MM
        if number % 2:
            canvas.drawRightString(wide - side, y, str(number))
        else:
            canvas.drawString(side, y, str(number))
        canvas.showPage()
    canvas.save()
    return _read(buffer.getvalue())
