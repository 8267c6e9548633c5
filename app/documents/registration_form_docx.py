"""The registration form as DOCX: the same grid from the same layout file, for Word and WPS."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from app.documents.paper_options import PaperOptions
from app.documents.registration_form import NothingToPrint
from app.domain.fields import display
from app.domain.registration_form import RegistrationForm
from app.paper.grid import Cell, Grid, Item, Sheet, read_grid
from app.paper.plain_text import printable
from app.services.ports import Progress

# The names Word and WPS know on a Chinese PC; they substitute where one is not installed.
FACES = {"小标宋": "方正小标宋简体", "仿宋": "仿宋", "宋体": "宋体", "黑体": "黑体"}
_LATIN = "Times New Roman"
_MADE_AT = datetime(2000, 1, 1, tzinfo=UTC)  # the same bytes for the same forms
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_GETA = "〓"
_TWIPS_PER_MM = 1440 / 25.4


def draw_docx(
    forms: Sequence[RegistrationForm],
    *,
    options: PaperOptions,
    progress: Progress | None = None,
) -> bytes:
    """Return the forms as one Word document, each beginning on a page of its own.

    Rows grow and may break across pages; Word divides the pages itself. The same forms and
    options give the same bytes. Raises ``WrongLayout`` and whatever ``progress`` raises.
    """
    import docx

    if not forms:
        raise NothingToPrint("没有可导出的登记表，请先选择人员或填写登记表")
    grid = read_grid(options.layout_file, RegistrationForm)
    document = docx.Document()
    writer = _Writer(document, grid, options)
    for number, form in enumerate(forms):
        if progress is not None:
            progress(number, len(forms), "")
        writer.form(form, first=number == 0)
    return _repacked(document)


class _Writer:
    """Adds forms to one document."""

    def __init__(self, document: Any, grid: Grid, options: PaperOptions) -> None:
        self._document, self._grid, self._options = document, grid, options
        self._text_face = FACES.get(options.text_face, options.text_face)
        self._title_face = FACES.get(options.title_face, options.title_face)
        self._prepare()

    def _prepare(self) -> None:
        """Set page, default style, page number and properties."""
        from docx.enum.section import WD_ORIENT
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt

        sheet, document = self._grid.sheet, self._document
        section = document.sections[0]
        wide = sheet.width_mm > sheet.height_mm
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(sheet.width_mm), Mm(sheet.height_mm)
        section.top_margin, section.bottom_margin = Mm(sheet.top_mm), Mm(sheet.bottom_mm)
        section.left_margin, section.right_margin = Mm(sheet.left_mm), Mm(sheet.right_mm)
        section.footer_distance = Mm(max(5.0, sheet.bottom_mm - 12))
        style = document.styles["Normal"]
        style.font.name, style.font.size = _LATIN, Pt(self._grid.type.text_pt)
        style.element.rPr.rFonts.set(qn("w:eastAsia"), self._text_face)
        style.paragraph_format.space_after = Pt(0)
        properties = document.core_properties
        properties.title, properties.author = self._grid.title, printable(self._options.author)
        properties.last_modified_by = properties.author
        properties.comments = properties.keywords = properties.subject = ""
        properties.created = properties.modified = _MADE_AT
        properties.revision = 1
        self._footer(section.footer.paragraphs[0])

    def _footer(self, paragraph: Any) -> None:
        """Write 第 X 页 共 Y 页 with Word's own counters: Word divides the pages."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for part in re.split(r"(\{pages?\})", self._grid.footer):
            if part in ("{page}", "{pages}"):
                self._counter(paragraph, "PAGE" if part == "{page}" else "SECTIONPAGES")
            elif part:
                self._run(paragraph, part, self._grid.type.small_pt)
        if self._options.footer_anchor:
            from docx.enum.text import WD_BREAK

            self._run(paragraph, "", 9).add_break(WD_BREAK.LINE)
            self._run(paragraph, self._options.footer_anchor, 9)

    def _counter(self, paragraph: Any, instruction: str) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), instruction)
        run = self._run(paragraph, "1", self._grid.type.small_pt)
        field.append(run._r)
        paragraph._p.append(field)

    def form(self, form: RegistrationForm, *, first: bool) -> None:
        """Add one form."""
        from docx.enum.section import WD_SECTION

        if not first:
            section = self._document.add_section(WD_SECTION.NEW_PAGE)
            self._restart_numbers(section)
        else:
            self._restart_numbers(self._document.sections[0])
        self._head(form)
        self._table(form)

    def _restart_numbers(self, section: Any) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        for old in section._sectPr.findall(qn("w:pgNumType")):
            section._sectPr.remove(old)
        numbers = OxmlElement("w:pgNumType")
        numbers.set(qn("w:start"), "1")
        section._sectPr.append(numbers)

    # -- above the frame -------------------------------------------------------------------

    def _head(self, form: RegistrationForm) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
        from docx.shared import Mm, Pt

        kind = self._grid.type
        if self._options.practice:
            mark = self._document.add_paragraph()
            mark.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            self._run(mark, "演示", 16, FACES["黑体"])
        if self._options.annex_mark:
            self._run(self._document.add_paragraph(), self._grid.annex, 16, FACES["黑体"])
        title = self._document.add_paragraph()
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.paragraph_format.space_after = Pt(10)
        self._run(title, self._grid.title, kind.title_pt, self._title_face)
        if not self._grid.above:
            return
        line = self._document.add_paragraph()
        line.paragraph_format.tab_stops.add_tab_stop(
            Mm(self._grid.sheet.inner_width_mm), WD_TAB_ALIGNMENT.RIGHT
        )
        for side in ("left", "right"):
            texts = [self._item(i, form) for i in self._grid.above if i.side == side]
            if side == "right":
                self._run(line, "\t", kind.text_pt)
            self._run(line, "　".join(texts), kind.text_pt)

    def _item(self, item: Item, form: RegistrationForm) -> str:
        value = "" if self._options.blank else printable(display(getattr(form, item.field)))
        return item.label + (value.replace("\n", " ") or item.blank)

    # -- the table -------------------------------------------------------------------------

    def _table(self, form: RegistrationForm) -> None:
        from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
        from docx.shared import Mm

        grid = self._grid
        table = self._document.add_table(rows=len(grid.rows), cols=grid.sheet.columns)
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        _set_borders(table, grid)
        for column in table.columns:
            column.width = Mm(grid.sheet.column_mm)
        grown = _spare(grid)
        for number, row in enumerate(grid.rows):
            placed = table.rows[number]
            placed.height = Mm(row.least_mm + grown[number])
            placed.height_rule = WD_ROW_HEIGHT_RULE.AT_LEAST
            for cell in row.cells:
                self._cell(table, number, cell, form, breaks=row.break_before)

    def _cell(
        self, table: Any, row: int, cell: Cell, form: RegistrationForm, *, breaks: bool
    ) -> None:
        from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as VERTICAL
        from docx.shared import Mm

        merged = table.cell(row, cell.column).merge(
            table.cell(row + cell.rows - 1, cell.column + cell.span - 1)
        )
        merged.width = Mm(cell.span * self._grid.sheet.column_mm)
        first = merged.paragraphs[0]
        first.paragraph_format.page_break_before = breaks and cell.column == 0
        if cell.label_lines:
            merged.vertical_alignment = VERTICAL.CENTER
            self._label(merged, cell)
            return
        text = "" if self._options.blank else printable(display(getattr(form, cell.field)))
        mark = not text
        if mark and not self._options.blank:
            text = self._options.empty_mark if cell.blank is None else cell.blank
        long = cell.align == "text" and not mark
        merged.vertical_alignment = VERTICAL.TOP if long else VERTICAL.CENTER
        self._value(merged, text, cell, long=long, mark=mark)
        for line in cell.foot:
            self._signature(merged, line.text, line.height_mm, line.room_mm)

    def _label(self, merged: Any, cell: Cell) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        for number, line in enumerate(cell.label_lines):
            paragraph = merged.paragraphs[0] if number == 0 else merged.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.keep_with_next = number < len(cell.label_lines) - 1
            run = self._run(paragraph, line, self._grid.type.text_pt)
            wide = max(cell.distribute, *(len(each) for each in cell.label_lines))
            if len(line) > 1 and wide > len(line):
                _fit(run, wide * self._grid.type.text_pt)

    def _value(self, merged: Any, text: str, cell: Cell, *, long: bool, mark: bool) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
        from docx.enum.text import WD_LINE_SPACING
        from docx.shared import Pt

        size = self._grid.type.text_pt
        column = self._grid.sheet.column_mm * 72 / 25.4
        short = len(text) * size <= cell.span * column
        centred = mark or cell.align == "centre" or (cell.align == "auto" and short)
        for number, part in enumerate(text.split("\n")):
            paragraph = merged.paragraphs[0] if number == 0 else merged.add_paragraph()
            paragraph.alignment = ALIGN.CENTER if centred else ALIGN.JUSTIFY
            shape = paragraph.paragraph_format
            shape.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
            shape.line_spacing = Pt(self._grid.type.pitch_pt)
            shape.widow_control = True
            if long and part and not part[0].isspace():
                shape.first_line_indent = Pt(2 * size)
            if cell.foot and not mark:
                shape.keep_together = False
            self._run(paragraph, part, size)
        if cell.foot:
            merged.paragraphs[-1].paragraph_format.keep_with_next = True

    def _signature(self, merged: Any, text: str, height_mm: float, room_mm: float) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm, Pt

        paragraph = merged.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        shape = paragraph.paragraph_format
        shape.right_indent = Mm(room_mm)
        shape.space_before = Mm(height_mm) - Pt(self._grid.type.pitch_pt)
        shape.keep_together = True
        shape.keep_with_next = True
        self._run(paragraph, text, self._grid.type.text_pt)

    # -- text ------------------------------------------------------------------------------

    def _run(self, paragraph: Any, text: str, size: float, face: str = "") -> Any:
        from docx.oxml.ns import qn
        from docx.shared import Pt

        run = paragraph.add_run(_NOT_XML.sub(_GETA, text))
        run.font.size = Pt(size)
        run.font.name = _LATIN
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face or self._text_face)
        return run


def _fit(run: Any, points: float) -> None:
    """Distribute the run's characters over ``points``: Word's own 调整宽度."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    fit = OxmlElement("w:fitText")
    fit.set(qn("w:val"), str(round(points * 20)))
    run._r.get_or_add_rPr().append(fit)


def _set_borders(table: Any, grid: Grid) -> None:
    """Give the table its frame and inner lines, fixed widths, and narrow cell margins."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        weight = grid.type.line_pt if side.startswith("inside") else grid.type.frame_pt
        border = OxmlElement(f"w:{side}")
        border.set(qn("w:val"), "single")
        border.set(qn("w:sz"), str(round(weight * 8)))
        border.set(qn("w:space"), "0")
        border.set(qn("w:color"), "000000")
        borders.append(border)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "60")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    width = OxmlElement("w:tblW")
    width.set(qn("w:w"), str(round(grid.sheet.inner_width_mm * _TWIPS_PER_MM)))
    width.set(qn("w:type"), "dxa")
    for old in properties.findall(qn("w:tblW")):
        properties.remove(old)
    layout = properties.find(qn("w:tblLayout"))
    look = properties.find(qn("w:tblLook"))
    for element in (width, borders, layout, margins, look):
        if element is not None:
            properties.append(element)  # the order that the schema asks for


def _spare(grid: Grid) -> list[float]:
    """Return what each row before the page break gets of its page's spare height, in mm."""
    sheet: Sheet = grid.sheet
    stop = next((n for n, row in enumerate(grid.rows) if row.break_before), 0)
    before = grid.rows[:stop]
    used = sum(row.least_mm for row in before) + grid.type.title_mm + grid.type.line_mm
    spare = max(0.0, sheet.inner_height_mm - used - 6)  # 6 mm: Word's own lines are higher
    weights = sum(row.grow for row in before)
    grown = [spare * row.grow / weights if weights else 0.0 for row in before]
    return grown + [0.0] * (len(grid.rows) - stop)


def _repacked(document: Any) -> bytes:
    """Return the file with fixed times in its archive, so that equal forms give equal bytes."""
    import zipfile

    written = io.BytesIO()
    document.save(written)
    made = io.BytesIO()
    with (
        zipfile.ZipFile(written) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, (2000, 1, 1, 0, 0, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fixed, source.read(entry))
    return made.getvalue()
