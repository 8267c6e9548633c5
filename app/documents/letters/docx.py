"""Letters as DOCX, for Word and WPS: the blocks of the PDF, in the faces of a Chinese PC."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from app.documents.letters.chart_picture import chart_picture
from app.documents.letters.docx_tables import table_xml
from app.documents.letters.docx_xml import (
    RED,
    Look,
    Piece,
    paragraph,
    picture,
)
from app.documents.letters.pdf import NothingToWrite, letter_fonts
from app.documents.paper_options import PaperOptions
from app.documents.registration_form_docx import (
    _MADE_AT,
    _element,
    _fill,
    _reproducible,
    _restart_page_numbers,
)
from app.documents.word_xml import PAPER_FACES
from app.paper.chart import Chart
from app.paper.grid import POINTS_PER_MM
from app.paper.letter import (
    BODY_PT,
    CENTRE,
    DASHED,
    PAGE_PT,
    RIGHT,
    TITLE_PT,
    Blank,
    Block,
    Diagram,
    Heading,
    Letter,
    Line,
    Note,
    Paragraph,
    Recipient,
    Signatures,
    SignOff,
    Table,
    Title,
)
from app.paper.letter_lines import (
    INDENT,
    PEN_LINES,
    PITCH,
    SIGNATURE_PITCH,
    TABLE_GAP,
    TABLE_PITCH,
    TITLE_PITCH,
    width_of,
)
from app.paper.letter_pages import (
    FOOT_LINES,
    FOOT_RULE_MM,
    HEAD_PT,
    HEAD_RULE_MM,
    HEAD_TOP_MM,
    NUMBER_MM,
    RED_WIDTH_MM,
    head_size,
)
from app.paper.letter_strips import room_above, sign_off_lines, signature_start
from app.paper.letter_title import title_lines
from app.paper.plain_text import printable
from app.services.ports import Progress

_WORD_PT = 16.0  # Word knows 3号 as 16 pt; set closer, 28 characters make the line
_CLOSER = _WORD_PT - BODY_PT
_NUMBER_LINE, _ANCHOR_LINE = 20.0, 12.0  # points
_ALIGN = {CENTRE: "center", RIGHT: "right"}


def draw_docx(
    letters: Sequence[Letter], *, options: PaperOptions, progress: Progress | None = None
) -> bytes:
    """Return the letters as one Word document, a section each.

    The same letters and options give the same bytes. Word substitutes characters that its fonts do
    not have, so nothing is refused but an empty file (``NothingToWrite``).
    """
    import docx

    if not letters:
        raise NothingToWrite("没有可导出的内容，请先填写方案或回访记录")
    document = docx.Document()
    _properties(document, letters[0], options)
    for number, letter in enumerate(letters):
        if progress is not None:
            progress(number, len(letters), "")
        section = document.sections[-1] if number == 0 else document.add_section()
        _Writer(document, section, letter, options, batch=len(letters) > 1).write()
    return _reproducible(document)


def _properties(document: Any, letter: Letter, options: PaperOptions) -> None:
    document.settings.odd_and_even_pages_header_footer = True
    properties = document.core_properties
    properties.title, properties.author = letter.title, printable(options.author)
    properties.last_modified_by = properties.author
    properties.comments = properties.keywords = properties.subject = ""
    properties.created = properties.modified = _MADE_AT
    properties.revision = 1


class _Writer:
    """Writes one letter into its section."""

    def __init__(
        self, document: Any, section: Any, letter: Letter, options: PaperOptions, *, batch: bool
    ) -> None:
        self._document, self._section, self._letter = document, section, letter
        self._options, self._batch = options, batch
        self._text = PAPER_FACES.get(options.text_face, "仿宋")
        self._title = PAPER_FACES.get(options.title_face, "方正小标宋简体")
        self._fonts = letter_fonts(options.fonts_folder, options.title_face, options.text_face)
        self._width = letter.sheet.inner_width_mm * POINTS_PER_MM

    def write(self) -> None:
        """Add page set-up, headers, footers and the blocks."""
        self._page()
        last = self._document.element.body[-1]  # the section's properties stay at the end
        for xml in self._body():
            last.addprevious(_element(xml))

    # -- the page --------------------------------------------------------------------------

    def _page(self) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm, Pt

        letter, section, sheet = self._letter, self._section, self._letter.sheet
        wide = letter.landscape
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(sheet.width_mm), Mm(sheet.height_mm)
        section.left_margin, section.right_margin = Mm(sheet.left_mm), Mm(sheet.right_mm)
        section.top_margin = Mm(sheet.top_mm)
        foot = FOOT_LINES * PITCH if letter.foot else 0.0
        section.bottom_margin = Pt(sheet.bottom_mm * POINTS_PER_MM + foot)
        below = sheet.bottom_mm * POINTS_PER_MM - NUMBER_MM * POINTS_PER_MM - _NUMBER_LINE
        section.footer_distance = Pt(below - (_ANCHOR_LINE if self._options.footer_anchor else 0))
        section.header_distance = Mm(HEAD_TOP_MM if letter.head else sheet.top_mm - 12)
        section.different_first_page_header_footer = True
        _restart_page_numbers(section)
        marks = self._marks(letter.mark)
        first = [marks] if marks else [self._empty()]
        if letter.head and not letter.head.printed:
            first = [*([marks] if marks else []), self._red_name(letter.head.office)]
        _fill(section.first_page_header, first)
        others = self._marks("") or self._empty()
        _fill(section.header, [others])
        _fill(section.even_page_header, [others])
        _fill(section.footer, self._foot(odd=True))
        _fill(section.even_page_footer, self._foot(odd=False))
        if letter.head is None:
            _fill(section.first_page_footer, self._foot(odd=True))
        else:
            _fill(section.first_page_footer, self._red_foot(printed=letter.head.printed))

    def _empty(self, line: float = 1.0, *, keep: bool = False) -> str:
        return paragraph([Piece("", self._text, 1)], Look(line=line, keep=keep))

    def _marks(self, mark: str) -> str:
        right = "演示" if self._options.practice else ""
        if not mark and not right:
            return ""
        text = printable(mark) + (f"\t{right}" if right else "")
        piece = Piece(text, PAPER_FACES["黑体"], 16)
        return paragraph([piece], Look(line=12 * POINTS_PER_MM, tab=self._width))

    def _red(self, edge: str, style: str, space: float) -> Look:
        """Return the look of a paragraph 170 mm wide with a red double rule at one edge."""
        sheet = self._letter.sheet
        side = (sheet.width_mm - RED_WIDTH_MM) / 2
        return Look(
            align="center",
            left=(side - sheet.left_mm) * POINTS_PER_MM,
            right=(side - sheet.right_mm) * POINTS_PER_MM,
            border=f'<w:{edge} w:val="{style}" w:sz="24" w:space="{round(space)}" w:color="{RED}"/>',
        )

    def _red_name(self, office: str) -> str:
        look = self._red("bottom", "thickThinSmallGap", HEAD_RULE_MM * POINTS_PER_MM)
        words = printable(office)
        size = head_size(width_of(words, self._fonts.widths("title")), self._width)
        name = Piece(words, self._title, int(2 * size) / 2, colour=RED)  # Word knows half points
        return paragraph([name], look._replace(line=HEAD_PT * 1.2))

    def _red_foot(self, *, printed: bool) -> list[str]:
        anchor = self._anchor()
        if printed:
            return anchor or [self._empty()]
        room = FOOT_RULE_MM * POINTS_PER_MM - self._section.footer_distance.pt
        look = self._red("top", "thinThickSmallGap", 1)
        below = max(1.0, room - (_ANCHOR_LINE if anchor else 0.0))
        return [paragraph([Piece("", self._text, 1)], look._replace(line=below)), *anchor]

    def _foot(self, *, odd: bool) -> list[str]:
        letter = self._letter
        found = []
        if letter.foot:
            gap = NUMBER_MM * POINTS_PER_MM + 0.5 * PITCH - 6
            sign = self._body_piece(printable(letter.foot))
            found.append(paragraph([sign], Look(line=PITCH)))
            found.append(self._empty(gap))
        dashed = letter.pages == DASHED
        fields = {"{page}": "PAGE", "{pages}": "SECTIONPAGES" if self._batch else "NUMPAGES"}
        pieces = [
            Piece("1" if part in fields else part, "宋体", PAGE_PT, field=fields.get(part, ""))
            for part in re.split(r"(\{pages?\})", letter.pages)
            if part
        ]
        align = ("right" if odd else "left") if dashed else "center"
        aside = PAGE_PT if dashed else 0.0
        look = Look(
            align,
            line=_NUMBER_LINE,
            left=aside if align == "left" else 0,
            right=aside if align == "right" else 0,
        )
        return [*found, paragraph(pieces, look), *self._anchor()]

    def _anchor(self) -> list[str]:
        text = printable(self._options.footer_anchor)
        if not text:
            return []
        return [paragraph([Piece(text, self._text, 9)], Look("right", line=_ANCHOR_LINE))]

    # -- the text --------------------------------------------------------------------------

    def _body(self) -> Iterator[str]:
        before: Block | None = None
        if head := self._letter.head:
            number = self._body_piece(printable(head.number))
            yield paragraph([number], Look("right", line=PITCH, before=BODY_PT * 0.5, keep=True))
            yield self._empty(2 * PITCH - BODY_PT, keep=True)
        blocks = self._letter.blocks
        for position, block in enumerate(blocks):
            after = blocks[position + 1] if position + 1 < len(blocks) else None
            if isinstance(block, Table):
                if before is not None and not isinstance(before, Title):
                    both = isinstance(before, Table)
                    yield self._empty(TABLE_GAP * (2 if both else 1), keep=not both)
                last = isinstance(after, Line) and position + 2 == len(blocks)
                held = last or isinstance(after, SignOff | Signatures)
                yield table_xml(
                    block, width=self._width, face=self._text, fonts=self._fonts, held=held
                )
                if after is None:
                    yield self._empty()
                elif not isinstance(after, Table | SignOff | Signatures | Blank):
                    yield self._empty(TABLE_GAP, keep=held)
            else:
                held = isinstance(after, SignOff | Signatures | Note | Blank)
                yield from self._block(block, keep=held or isinstance(after, Table))
            before = block

    def _block(self, block: Block, *, keep: bool) -> Iterator[str]:
        match block:
            case Title():
                yield from self._title_paragraphs(block)
            case Line():
                yield self._line(block)
            case Recipient(text):
                yield self._words(printable(text) + "：", self._text, keep=True, indent=0)
            case Heading(text=text, level=level):
                face = {1: PAPER_FACES["黑体"], 2: "楷体"}.get(level, self._text)
                yield self._words(printable(text), face, keep=True)
            case Paragraph(text=text, keep=own):
                parts = printable(text).split("\n")
                for number, part in enumerate(parts):
                    last = number == len(parts) - 1
                    yield self._words(part, self._text, keep=(keep or own) and last)
            case Note(text):
                yield self._words(printable(f"（{text}）"), self._text, keep=keep)
            case Blank(lines):
                yield self._empty(lines * PITCH, keep=keep)
            case SignOff():
                yield from self._sign_off(block, keep=keep)
            case Signatures():
                yield from self._signatures(block)
            case Diagram(chart):
                yield self._picture(chart)

    def _picture(self, chart: Chart) -> str:
        from docx.shared import Pt

        most = self._letter.sheet.inner_height_mm * POINTS_PER_MM
        png, height = chart_picture(chart, width=self._width, most=most, fonts=self._fonts)
        inline = self._document.part.new_pic_inline(BytesIO(png), Pt(self._width), Pt(height))
        inline.docPr.set("descr", chart.title)
        for side in "TBLR":  # LibreOffice keeps others 3 mm away where nothing is said
            inline.set(f"dist{side}", "0")
        return picture(inline.xml, Look("center"))

    def _body_piece(self, text: str, face: str = "") -> Piece:
        return Piece(text, face or self._text, _WORD_PT, closer=_CLOSER)

    def _words(self, text: str, face: str, *, keep: bool = False, indent: float = INDENT) -> str:
        own = indent if text and not text[0].isspace() else 0.0
        look = Look("both", line=PITCH, indent=own * BODY_PT, keep=keep)
        return paragraph([self._body_piece(text, face)], look)

    def _title_paragraphs(self, block: Title) -> Iterator[str]:
        widths = self._fonts.widths("title")
        lines = title_lines(printable(block.text), widths, self._width / TITLE_PT, block.words)
        piece = Piece("\n".join(lines), self._title, TITLE_PT)
        yield paragraph([piece], Look("center", line=TITLE_PITCH, keep=True))
        yield self._empty(PITCH, keep=True)

    def _line(self, block: Line) -> str:
        text = printable(block.text) + (f"\t{printable(block.right)}" if block.right else "")
        body = block.size == BODY_PT
        piece = self._body_piece(text) if body else Piece(text, self._text, block.size)
        return paragraph(
            [piece],
            Look(
                _ALIGN.get(block.align, "left"),
                line=PITCH if body else block.size * TABLE_PITCH,
                tab=self._width if block.right else 0.0,
                keep=block.keep,
            ),
        )

    def _sign_off(self, block: SignOff, *, keep: bool) -> Iterator[str]:
        widths = self._fonts.widths("text")
        measure = self._width / BODY_PT
        yield self._empty(PITCH * room_above(block), keep=True)
        lines = sign_off_lines(block, widths, measure)
        for number, (text, start) in enumerate(lines):
            right = max(0.0, measure - start - width_of(text, widths)) * BODY_PT
            last = number == len(lines) - 1
            look = Look("right", line=PITCH, right=right, keep=keep or not last)
            yield paragraph([self._body_piece(text)], look)

    def _signatures(self, block: Signatures) -> Iterator[str]:
        widths = self._fonts.widths("text")
        if block.above:
            yield self._words(printable(block.above), self._text, keep=True)
            yield self._empty(PEN_LINES * PITCH, keep=True)
        for number, text in enumerate(block.lines):
            left = signature_start(text, widths, self._width)
            look = Look(line=SIGNATURE_PITCH, left=left, keep=number < len(block.lines) - 1)
            yield paragraph([self._body_piece(text)], look)
