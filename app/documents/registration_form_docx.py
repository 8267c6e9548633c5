"""The registration form as DOCX: the same grid from the same layout file, for Word and WPS.

Row heights and page breaks are those of the PDF, so that both look alike; then Word takes over:
rows grow, and may break across pages. Each form is a section of its own, whose header repeats
title and name on every page but the first.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from app.documents.paper_options import PaperOptions
from app.documents.registration_form import NothingToPrint, place
from app.documents.word_xml import PAPER_FACES, Cell, Row, Words, paragraph, table
from app.domain.fields import display
from app.domain.registration_form import RegistrationForm
from app.paper import grid as paper
from app.paper.content import INDENT, LABEL_PITCH, LEAST_PITCH, PAD_TEXT, PAD_X, PAD_Y
from app.paper.grid import POINTS_PER_MM, Grid, Item, read_grid
from app.paper.layout import PlacedForm
from app.paper.plain_text import printable
from app.services.ports import Progress

_MADE_AT = datetime(2000, 1, 1, tzinfo=UTC)  # the same bytes for the same forms
_ABOVE_TITLE_MM = 12.0  # the header's first line, above the type area: 附件, 演示
_SPARE_CHARACTERS = 2
_SPARE_MM = 4.0  # of each page: Word's lines are a little higher than ours
# A line more in Word must not bring a second page; 缩至一页 leaves no room of its own for that.
_SPARE_ALONE_MM = 9.0
_SQUEEZE = 0.92
_CLOSEST = 0.9
_GAP = 0.2  # em, LibreOffice's gap between a Chinese and a Latin character
_MORE_LINES = 0.5  # of each text: Word breaks some lines a little earlier, and does not squeeze
_MIXED = re.compile("(?<=[\u2e80-\u9fff])(?=[0-9A-Za-z])|(?<=[0-9A-Za-z])(?=[\u2e80-\u9fff])")
_TITLE_PITCH = 1.35  # em
_TITLE_MIDDLE = 0.42  # of the room for the title, as the PDF sets it


def draw_docx(
    forms: Sequence[RegistrationForm],
    *,
    options: PaperOptions,
    progress: Progress | None = None,
) -> bytes:
    """Return the forms as one Word document, each beginning on a page of its own.

    The same forms and options give the same bytes. Word substitutes characters that its fonts do
    not have, so nothing is refused here; lone halves of characters become 〓. Raises
    ``WrongLayout``, ``UnusableFont`` and whatever ``progress`` raises.
    """
    import docx

    if not forms:
        raise NothingToPrint("没有可导出的登记表，请先选择人员或填写登记表")
    grid = read_grid(options.layout_file, RegistrationForm)
    document = docx.Document()
    _set_up(document, grid, options)
    for number, form in enumerate(forms):
        if progress is not None:
            progress(number, len(forms), "")
        section = document.sections[-1] if number == 0 else document.add_section()
        _FormWriter(document, section, grid, options, batch=len(forms) > 1).write(form)
    return _reproducible(document)


def _set_up(document: Any, grid: Grid, options: PaperOptions) -> None:
    """Set page, default type and properties."""
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    sheet = grid.sheet
    section = document.sections[0]
    wide = sheet.width_mm > sheet.height_mm
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(sheet.width_mm), Mm(sheet.height_mm)
    section.top_margin, section.bottom_margin = Mm(sheet.top_mm), Mm(sheet.bottom_mm)
    section.left_margin, section.right_margin = Mm(sheet.left_mm), Mm(sheet.right_mm)
    section.header_distance = Mm(sheet.top_mm - _ABOVE_TITLE_MM)
    section.footer_distance = Mm(max(5.0, sheet.bottom_mm - 13))
    section.different_first_page_header_footer = True
    style = document.styles["Normal"]
    style.font.name = PAPER_FACES.get(options.text_face, "仿宋")
    style.font.size = Pt(grid.type.text_pt)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), PAPER_FACES.get(options.text_face, "仿宋"))
    style.paragraph_format.space_after = Pt(0)
    properties = document.core_properties
    properties.title, properties.author = grid.title, printable(options.author)
    properties.last_modified_by = properties.author
    properties.comments = properties.keywords = properties.subject = ""
    properties.created = properties.modified = _MADE_AT
    properties.revision = 1


class _FormWriter:
    """Writes one form into its section."""

    def __init__(
        self, document: Any, section: Any, grid: Grid, options: PaperOptions, *, batch: bool
    ) -> None:
        self._document, self._section, self._batch = document, section, batch
        self._grid, self._options = grid, options
        self._text = PAPER_FACES.get(options.text_face, "仿宋")
        self._title = PAPER_FACES.get(options.title_face, "方正小标宋简体")
        self._heading = PAPER_FACES["黑体"]
        self._tight = 1.0  # what lines are set closer by

    def write(self, form: RegistrationForm) -> None:
        """Add headers, footers, title and table."""
        placed = place(form, options=self._options)
        self._edges(form, len(placed.pages))
        body = self._document.element.body
        last = body[-1]  # the section's properties stay at the end
        for xml in (*self._head(form), table(self._grid, self._rows(form, placed))):
            last.addprevious(_element(xml))
        # Word wants a paragraph after a table; this one must not take a line of its own.
        last.addprevious(_element(paragraph(Words("", self._text, 1), line=1)))

    # -- around the table ------------------------------------------------------------------

    def _edges(self, form: RegistrationForm, pages: int) -> None:
        """Write headers and footers: the first page's, and those of the pages that continue it."""
        grid, kind, section = self._grid, self._grid.type, self._section
        marks = self._marks(annex=self._options.annex_mark)
        _fill(section.first_page_header, [marks])
        title = Words(grid.title + grid.continued, self._title, kind.continued_pt)
        _fill(
            section.header,
            [
                self._marks(annex=False),
                self._title_line(title),
                self._line(grid.above_continued, form),
            ],
        )
        foot = [self._page_number(pages), *self._anchor()]
        _fill(section.first_page_footer, foot)
        _fill(section.footer, foot)
        _restart_page_numbers(section)

    def _marks(self, *, annex: bool) -> str:
        left = self._grid.annex if annex else ""
        right = "演示" if self._options.practice else ""
        return paragraph(
            Words(f"{left}\t{right}" if right else left, self._heading, 16),
            line=_ABOVE_TITLE_MM * POINTS_PER_MM,
            tab=self._grid.sheet.inner_width_mm,
        )

    def _page_number(self, pages: int) -> str:
        """第 X 页 共 Y 页 with Word's own counters: Word divides the pages.

        LibreOffice knows no count of a section's pages and shows what stands there: ours.
        """
        counter = "SECTIONPAGES" if self._batch else "NUMPAGES"
        parts = re.split(r"(\{pages?\})", self._grid.footer)
        fields = {"{page}": "PAGE", "{pages}": counter}
        words = [
            Words(
                {"{page}": "1", "{pages}": str(pages)}.get(part, part),
                self._text,
                self._grid.type.small_pt,
            )
            for part in parts
        ]
        return paragraph(*words, align="center", fields=[fields.get(part, "") for part in parts])

    def _anchor(self) -> list[str]:
        anchor = printable(self._options.footer_anchor)
        return [paragraph(Words(anchor, self._text, 9), align="right")] if anchor else []

    def _head(self, form: RegistrationForm) -> Iterator[str]:
        kind = self._grid.type
        title = Words(self._grid.title, self._title, kind.title_pt)
        yield self._title_line(title)
        yield self._line(self._grid.above, form)

    def _title_line(self, title: Words) -> str:
        """Return the title as high on the page as in the PDF: Word sets type at a line's foot."""
        room = self._grid.type.title_mm * POINTS_PER_MM
        line = _TITLE_PITCH * title.size
        before = max(0.0, _TITLE_MIDDLE * room - line / 2)
        after = max(0.0, room - before - line)
        return paragraph(title, align="center", line=line, before=before, after=after)

    def _line(self, items: Sequence[Item], form: RegistrationForm) -> str:
        sides = {"left": "", "right": ""}
        for item in items:
            value = "" if self._options.blank else self._value(form, item.field)
            sides[item.side] += item.label + (value.replace("\n", " ") or item.blank)
        text = sides["left"] + ("\t" + sides["right"] if sides["right"] else "")
        return paragraph(
            Words(text, self._text, self._grid.type.text_pt),
            line=self._grid.type.line_mm * POINTS_PER_MM,
            tab=self._grid.sheet.inner_width_mm,
        )

    # -- the table -------------------------------------------------------------------------

    def _rows(self, form: RegistrationForm, placed: PlacedForm) -> Iterator[Row]:
        """Yield the rows of the table, as high as they are on the PDF's pages."""
        room = self._grid.sheet.inner_height_mm - self._grid.type.title_mm
        shrunk = form.one_page or self._options.one_page
        self._tight = _SQUEEZE if shrunk else self._tightness(form, placed)
        spare = _SPARE_MM if len(placed.pages) > 1 else _SPARE_ALONE_MM
        room = (room - self._grid.type.line_mm - spare) * POINTS_PER_MM
        heights: dict[int, float] = {}
        begins: set[int] = set()
        for page in placed.pages:
            fits = min(1.0, room / sum(piece.height for piece in page.pieces))
            for piece in page.pieces:
                if piece.begins and piece.ends:
                    heights[piece.row] = piece.height * fits
            if page.number > 1 and page.pieces[0].begins:
                begins.add(page.pieces[0].row)
        for number, row in enumerate(self._grid.rows):
            whole = heights.get(number, 0.0)
            cells = [self._cell(cell, form, placed.text_pt, whole) for cell in row.cells]
            signed = any(cell.foot for cell in row.cells)
            height = whole or row.tight_mm * POINTS_PER_MM
            yield Row(height, cells, number in begins, together=signed and whole > 0)

    def _tightness(self, form: RegistrationForm, placed: PlacedForm) -> float:
        """Return by what lines are set closer, so that the form ends on the page it ends on here.

        LibreOffice reads ``autoSpaceDE`` and sets its gap between 年 and 3 all the same: a text
        that runs over pages takes more lines there, and the last page may have no room for them.
        """
        if all(piece.begins and piece.ends for page in placed.pages for piece in page.pieces):
            return 1.0
        size, kind = placed.text_pt, self._grid.type
        lines: dict[str, int] = {}
        more = 0.0
        for page in placed.pages:
            for piece in page.pieces:
                cells = self._grid.rows[piece.row].cells
                for cell, (_, end) in zip(cells, piece.ranges, strict=True):
                    if cell.align == "text":
                        lines[cell.field] = max(end, lines.get(cell.field, 0))
        for cell in self._grid.cells():
            if cell.field in lines:
                width = cell.span * self._grid.sheet.column_mm * POINTS_PER_MM - 2 * PAD_TEXT
                gaps = len(_MIXED.findall(self._value(form, cell.field)))
                more += -(-gaps * _GAP * size // width) + _MORE_LINES
        last = placed.pages[-1].pieces[-1]
        room = self._grid.sheet.inner_height_mm - kind.title_mm - kind.line_mm - _SPARE_MM
        free = room * POINTS_PER_MM - last.top - last.height
        if more * kind.pitch_pt <= free:
            return 1.0
        all_lines = sum(lines.values())
        return max(_CLOSEST, all_lines / (all_lines + more))

    def _cell(self, cell: paper.Cell, form: RegistrationForm, size: float, whole: float) -> Cell:
        if not cell.field:
            content = [self._label_line(cell, line, size) for line in cell.label_lines]
            merge = "restart" if cell.rows > 1 else ""
            return Cell(cell.column, cell.span, content, "center", merge=merge, rows=cell.rows)
        text = "" if self._options.blank else self._value(form, cell.field)
        mark = not text
        if mark and not self._options.blank:
            text = self._options.empty_mark if cell.blank is None else cell.blank
        long = cell.align == "text" and not mark
        width = cell.span * self._grid.sheet.column_mm * POINTS_PER_MM
        short = "\n" not in text and len(text) * size < width - 2 * PAD_TEXT
        align = "both" if long or (cell.align == "auto" and not short and not mark) else "center"
        pitch = max(LEAST_PITCH, self._grid.type.pitch_pt * size / self._grid.type.text_pt)
        pitch *= self._tight
        if short and not long and not cell.foot:  # as high as its label, else it stands lower
            pitch = min(LEAST_PITCH, LABEL_PITCH * size)
        parts = text.split("\n")
        content = [
            paragraph(
                Words(part, self._text, size),
                align=align,
                at_least=pitch,
                indent=INDENT * size if long and part and not part[0].isspace() else 0.0,
                keep_next=bool(cell.foot) and number >= len(parts) - 2,
            )
            for number, part in enumerate(parts)
        ]
        if cell.foot:
            taken = (INDENT + _SPARE_CHARACTERS) * size  # Word may break a line a little earlier
            lines = sum(max(1, -(-(len(part) * size + taken) // (width - 14))) for part in parts)
            content += self._foot(cell, whole - lines * pitch - 2 * PAD_Y, size)
        vertical = "top" if long or cell.foot else "center"
        inset = PAD_TEXT if cell.align in ("text", "auto") else PAD_X
        return Cell(cell.column, cell.span, content, vertical, inset=inset)

    def _foot(self, cell: paper.Cell, room: float, size: float) -> Iterator[str]:
        """Yield the lines for handwriting, pushed down to the foot of the cell."""
        before = max(0.0, room - sum(line.height_mm for line in cell.foot) * POINTS_PER_MM)
        for number, line in enumerate(cell.foot):
            yield paragraph(
                Words(line.text, self._text, size),
                align="right",
                line=line.height_mm * POINTS_PER_MM,
                before=before if number == 0 else 0.0,
                right=line.room_mm * POINTS_PER_MM,
                keep_next=number < len(cell.foot) - 1,
            )

    def _label_line(self, cell: paper.Cell, line: str, size: float) -> str:
        wide = max(cell.distribute, *(len(each) for each in cell.label_lines), len(line))
        spread = (wide - len(line)) * size / (len(line) - 1) if len(line) > 1 else 0.0
        label = Words(line, self._text, size, spread)
        pitch = min(LEAST_PITCH, LABEL_PITCH * size)
        return paragraph(label, align="center", at_least=pitch)

    @staticmethod
    def _value(form: RegistrationForm, field: str) -> str:
        return printable(display(getattr(form, field)))


def _element(xml: str) -> Any:
    from docx.oxml import parse_xml

    return parse_xml(xml)


def _fill(part: Any, paragraphs: list[str]) -> None:
    """Give a header or footer its own paragraphs."""
    part.is_linked_to_previous = False
    element = part._element
    for old in list(element):
        element.remove(old)
    for xml in paragraphs:
        element.append(_element(xml))


def _restart_page_numbers(section: Any) -> None:
    from docx.oxml.ns import qn

    properties = section._sectPr
    for old in properties.findall(qn("w:pgNumType")):
        properties.remove(old)
    numbers = properties.makeelement(qn("w:pgNumType"), {qn("w:start"): "1"})
    margins = properties.find(qn("w:pgMar"))
    margins.addnext(numbers)


def _reproducible(document: Any) -> bytes:
    """Return the file with fixed times in its archive: equal forms give equal bytes."""
    written, made = io.BytesIO(), io.BytesIO()
    document.save(written)
    with (
        zipfile.ZipFile(written) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, (2000, 1, 1, 0, 0, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fixed, source.read(entry))
    return made.getvalue()
