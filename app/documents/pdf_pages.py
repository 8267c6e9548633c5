"""Paints placed pages into a PDF with reportlab's canvas: small, extractable, reproducible."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any

from app.documents.fonts import GETA, Chain, Fonts
from app.documents.identity_h import IdentityFont, MissingGlyph
from app.documents.truetype import Face
from app.paper.grid import POINTS_PER_MM, Sheet
from app.paper.layout import Page, Phrase, Run

_WATERMARK = "演示"
_LEVEL = 1  # zlib's: hexadecimal codes hardly get smaller at 3 (0.5 %), for twice the time


class PdfPages:
    """One PDF document being painted."""

    def __init__(self, sheet: Sheet, fonts: Fonts, *, title: str, author: str) -> None:
        # reportlab takes a tenth of a second to import: only who prints pays for it.
        from reportlab.pdfbase import pdfdoc
        from reportlab.pdfgen.canvas import Canvas

        self._file = io.BytesIO()
        self._width = sheet.width_mm * POINTS_PER_MM
        self._height = sheet.height_mm * POINTS_PER_MM
        self._canvas: Any = Canvas(
            self._file,
            pagesize=(self._width, self._height),
            pageCompression=0,  # each page is compressed when it is painted: see ``_finish``
            invariant=1,
            lang="zh-CN",
        )
        self._document = self._canvas._doc
        self._document.fontMapping.clear()  # the canvas's own Helvetica is never used
        self._document.idToObject["BasicFonts"].dict.clear()
        self._canvas.setTitle(_whole(title))
        self._canvas.setAuthor(_whole(author))
        self._canvas.setCreator("回访关爱")
        self._canvas.setSubject("")
        self._fonts = fonts
        # What all pages share is written once: left to itself each page would write its own.
        self._box = f"[ 0 0 {self._width:.2f} {self._height:.2f} ]"
        resources = pdfdoc.PDFResourceDictionary()
        resources.basicFonts()
        resources.basicProcs()
        self._resources = self._document.Reference(resources)
        self._embedded: dict[Face, IdentityFont] = {}
        self._writers: dict[str, _RoleWriter] = {}
        self._bookmarks = 0

    def bookmark(self, name: str) -> None:
        """Let the outline's next entry, ``name``, lead to the page being painted."""
        key = f"p{self._bookmarks}"
        self._bookmarks += 1
        self._canvas.bookmarkPage(key)
        self._canvas.addOutlineEntry(_whole(name), key)

    def paint(self, page: Page, *, practice: bool) -> None:
        """Paint one page and finish it."""
        code: list[str] = []
        if practice:
            code.append(self._watermark())
        code.extend(self._rules(page))
        code.append("BT")
        state = _TextState(code, self._height)
        for phrase in page.phrases:
            self._phrase(phrase, state)
        code.append("ET")
        self._finish("\n".join(code))

    def skip(self) -> None:
        """Leave a page empty."""
        self._finish(" ")

    def save(self) -> bytes:
        """Return the finished file."""
        self._canvas.save()
        return self._file.getvalue()

    def _finish(self, code: str) -> None:
        """Close the page. Compressed at once, 1 000 forms wait for the end in a few megabytes."""
        from reportlab.pdfbase import pdfdoc

        document = self._document
        self._canvas.addLiteral(" ")
        self._canvas.showPage()
        page = document.idToObject[f"Page{document.pageCounter - 1}"]
        stream = pdfdoc.PDFStream(content=zlib.compress(code.encode("ascii"), _LEVEL))
        stream.dictionary["Filter"] = pdfdoc.PDFName("FlateDecode")
        page.Contents, page.stream = stream, None
        page.MediaBox, page.Resources = self._box, self._resources

    def _rules(self, page: Page) -> Iterator[str]:
        for weight, rules in groupby(page.rules, lambda rule: rule.weight):
            yield f"{weight:g} w 2 J"
            for rule in rules:
                y1, y2 = self._height - rule.y1, self._height - rule.y2
                yield f"{rule.x1:.2f} {y1:.2f} m {rule.x2:.2f} {y2:.2f} l S"

    def _phrase(self, phrase: Phrase, state: _TextState) -> None:
        if phrase.text:
            state.code.append(_span(phrase.text))
        for run in phrase.runs:
            self._writer(run.role).write(run, state)
        if phrase.text:
            state.code.append("EMC")

    def _writer(self, role: str) -> _RoleWriter:
        if role not in self._writers:
            self._writers[role] = _RoleWriter(self._fonts.chains[role], self._embed)
        return self._writers[role]

    def _embed(self, face: Face) -> IdentityFont:
        if face not in self._embedded:
            self._embedded[face] = IdentityFont(face, self._document)
        return self._embedded[face]

    def _watermark(self) -> str:
        """Return a large pale 演示 across the page, under everything else."""
        writer = self._writer("heading")
        font = self._embed(writer.chain.faces[0])
        text = _WATERMARK.translate(font.codes)
        x, y = self._width / 2 - 150, self._height / 2 - 150
        return (
            f"q 0.92 g BT /{font.resource} 200 Tf 0.707 0.707 -0.707 0.707 {x:.2f} {y:.2f} Tm "
            f"<{text}> Tj ET Q"
        )


@lru_cache(maxsize=256)  # labels are the same on every form
def _span(text: str) -> str:
    """Return the operator that opens a stretch which reads as ``text``."""
    told = text.encode("utf-16-be", "replace").hex().upper()
    return f"/Span <</ActualText <FEFF{told}>>> BDC"


def _whole(text: str) -> str:
    """Return ``text`` as one line, with a geta for each half of a character that stands alone."""
    return re.sub("[\ud800-\udfff]", GETA, text.replace("\n", " "))


class _TextState:
    """The operators written so far, and the font and spacing in force."""

    def __init__(self, code: list[str], height: float) -> None:
        self.code, self.height = code, height
        self.font: tuple[str, float] = ("", 0.0)
        self.spacing = 0.0


class _RoleWriter:
    """Writes the runs of one role, each character from the first face that has it."""

    def __init__(self, chain: Chain, embed: Any) -> None:
        self.chain = chain
        self._embed = embed
        self._first: IdentityFont | None = None

    def write(self, run: Run, state: _TextState) -> None:
        if self._first is None:
            self._first = self._embed(self.chain.faces[0])
        try:
            codes = run.text.translate(self._first.codes)
        except MissingGlyph:
            self._write_mixed(run, state)
        else:
            self._show(self._first, codes, run, run.x, state)

    def _write_mixed(self, run: Run, state: _TextState) -> None:
        x = run.x
        widths = self.chain.widths
        for face, characters in groupby(run.text, self._face_of):
            text = "".join(characters)
            font = self._embed(self.chain.faces[face])
            for character in text:
                if ord(character) not in font.codes:
                    self._add(font, character)
            self._show(font, text.translate(font.codes), run, x, state)
            x += sum(map(widths.__getitem__, text)) * run.size + run.spacing * len(text)

    def _face_of(self, character: str) -> int:
        place = self.chain.find(character) or self.chain.find(GETA)
        return place.face if place else 0

    def _add(self, font: IdentityFont, character: str) -> None:
        """Give a code to a character; one that no font has is drawn, and extracted, as a geta."""
        place = self.chain.find(character)
        if place is not None:
            font.codes.add(ord(character), place.glyph)
            return
        geta = ord(GETA)
        if geta not in font.codes:
            place = self.chain.find(GETA)
            font.codes.add(geta, place.glyph if place else 0)
        font.codes[ord(character)] = font.codes[geta]

    @staticmethod
    def _show(font: IdentityFont, codes: str, run: Run, x: float, state: _TextState) -> None:
        code = state.code
        if state.font != (font.resource, run.size):
            state.font = (font.resource, run.size)
            code.append(f"/{font.resource} {run.size:g} Tf")
        if state.spacing != run.spacing:
            state.spacing = run.spacing
            code.append(f"{run.spacing:.4f} Tc")
        code.append(f"1 0 0 1 {x:.2f} {state.height - run.y:.2f} Tm <{codes}> Tj")
