"""The little of WordprocessingML that a form needs, as text: paragraphs and one table.

python-docx writes the package; its tables cost half a second a form (every cell looks through the
whole table), so the table is written here and parsed once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from app.paper.grid import POINTS_PER_MM, Grid

PAPER_FACES = {"小标宋": "方正小标宋简体", "仿宋": "仿宋", "宋体": "宋体", "黑体": "黑体"}
"""The names that Word and WPS know on a Chinese PC; they substitute where one is missing."""

_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_GETA = "〓"
_INSET = 4.0  # points: Word sets type at the foot of a line, and would let it touch the rule


class Words(NamedTuple):
    """Text in one face; ``spread`` points are added between its characters."""

    text: str
    face: str
    size: float
    spread: float = 0.0


class Cell(NamedTuple):
    """One table cell: where it stands, its paragraphs, and how it joins the rows below.

    ``merge`` is w:vMerge, ``rows`` how many rows a restarted one covers; ``inset`` is the
    distance in points between its rules and its text.
    """

    column: int
    span: int
    paragraphs: Sequence[str]
    vertical: str
    merge: str = ""
    rows: int = 1
    inset: float = 2.0


class Row(NamedTuple):
    """One table row: its least height in points, and its own cells from left to right.

    ``together`` keeps it on one page as long as it fits one.
    """

    height: float
    cells: Sequence[Cell]
    begins_page: bool = False
    together: bool = False


def twips(points: float) -> int:
    """Return a length in Word's unit, a twentieth of a point."""
    return round(points * 20)


def paragraph(
    *words: Words,
    align: str = "left",
    line: float = 0.0,
    at_least: float = 0.0,
    before: float = 0.0,
    after: float = 0.0,
    indent: float = 0.0,
    right: float = 0.0,
    tab: float = 0.0,
    keep_next: bool = False,
    fields: Sequence[str] = (),
) -> str:
    """Return a paragraph. Lengths in points, but ``tab`` (a right tab stop) in millimetres.

    ``line`` is an exact line height, ``at_least`` a least one, ``before`` and ``after`` the room
    above and below.
    ``fields`` gives for each of the words the field code that Word computes it from, or "".
    """
    properties = []
    if keep_next:
        properties.append("<w:keepNext/>")
    if tab:
        stop = twips(tab * POINTS_PER_MM)
        properties.append(f'<w:tabs><w:tab w:val="right" w:pos="{stop}"/></w:tabs>')
    # Left to itself Word puts a gap between 年 and 3: the PDF does not, and lines would break elsewhere.
    properties.append('<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>')
    spacing = f'w:before="{twips(before)}" w:after="{twips(after)}"'
    if line or at_least:
        rule = "exact" if line else "atLeast"
        spacing += f' w:line="{twips(line or at_least)}" w:lineRule="{rule}"'
    properties.append(f"<w:spacing {spacing}/>")
    if indent or right:
        properties.append(f'<w:ind w:right="{twips(right)}" w:firstLine="{twips(indent)}"/>')
    properties.append(f'<w:jc w:val="{align}"/>')
    if line:
        properties.append('<w:textAlignment w:val="center"/>')
    runs = []
    for number, part in enumerate(words):
        code = fields[number] if number < len(fields) else ""
        run = _run(part)
        runs.append(f"<w:fldSimple w:instr={quoteattr(code)}>{run}</w:fldSimple>" if code else run)
    return f"<w:p {_NAMESPACE}><w:pPr>{''.join(properties)}</w:pPr>{''.join(runs)}</w:p>"


def _run(words: Words) -> str:
    """Return the run; spread text leaves its last character unspread, to stay centred."""
    text = _NOT_XML.sub(_GETA, words.text)
    if words.spread and len(text) > 1:
        head = _plain_run(words._replace(text=text[:-1]))
        return head + _plain_run(words._replace(text=text[-1], spread=0.0))
    return _plain_run(words._replace(text=text, spread=0.0))


def _plain_run(words: Words) -> str:
    face = quoteattr(words.face)
    spread = f'<w:spacing w:val="{twips(words.spread)}"/>' if words.spread else ""
    parts = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{escape(part)}</w:t>' if part else ""
        for part in words.text.split("\t")
    )
    return (
        f"<w:r><w:rPr><w:rFonts w:ascii={face} w:hAnsi={face} w:eastAsia={face}/>"
        f'{spread}<w:sz w:val="{round(words.size * 2)}"/>'
        f'<w:szCs w:val="{round(words.size * 2)}"/></w:rPr>{parts}</w:r>'
    )


def table(grid: Grid, rows: Iterable[Row]) -> str:
    """Return the table of a form; cells that reach down into a row are added here."""
    kind, sheet = grid.type, grid.sheet
    column = twips(sheet.column_mm * POINTS_PER_MM)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="{round(weight * 8)}" w:space="0" w:color="000000"/>'
        for side, weight in (
            *((side, kind.frame_pt) for side in ("top", "left", "bottom", "right")),
            *((side, kind.line_pt) for side in ("insideH", "insideV")),
        )
    )
    columns = f'<w:gridCol w:w="{column}"/>' * sheet.columns
    reaching: dict[int, tuple[Cell, int]] = {}  # column → a cell above and the rows it still covers
    body = []
    for row in rows:
        joined = [*row.cells, *(c._replace(merge="continue") for c, _ in reaching.values())]
        reaching = {c: (cell, left - 1) for c, (cell, left) in reaching.items() if left > 1}
        reaching |= {c.column: (c, c.rows - 1) for c in row.cells if c.rows > 1}
        joined.sort(key=lambda cell: cell.column)
        body.append(_row(row._replace(cells=joined), column))
    return (
        f"<w:tbl {_NAMESPACE}><w:tblPr>"
        f'<w:tblW w:w="{column * sheet.columns}" w:type="dxa"/><w:jc w:val="center"/>'
        f"<w:tblBorders>{borders}</w:tblBorders>"
        f'<w:tblLayout w:type="fixed"/>'
        f"</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(body)}</w:tbl>"
    )


def _row(row: Row, column: int) -> str:
    whole = "<w:cantSplit/>" if row.together else ""
    height = f'<w:trHeight w:val="{twips(row.height)}" w:hRule="atLeast"/>'
    cells = [
        _cell(cell, column, begins_page=row.begins_page and number == 0)
        for number, cell in enumerate(row.cells)
    ]
    return f"<w:tr><w:trPr>{whole}{height}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(cell: Cell, column: int, *, begins_page: bool) -> str:
    merge = f'<w:vMerge w:val="{cell.merge}"/>' if cell.merge else ""
    inset = "".join(
        f'<w:{side} w:w="{twips(room)}" w:type="dxa"/>'
        for side, room in (
            ("left", cell.inset),
            ("bottom", _INSET),
            ("right", cell.inset),
        )
    )
    content = paragraph() if cell.merge == "continue" else "".join(cell.paragraphs)
    if begins_page:
        # The schema's order: keepNext, if there is one, comes first.
        opening = "<w:pPr><w:keepNext/>" if "<w:pPr><w:keepNext/>" in content[:200] else "<w:pPr>"
        content = content.replace(opening, opening + "<w:pageBreakBefore/>", 1)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{cell.span * column}" w:type="dxa"/>'
        f'<w:gridSpan w:val="{cell.span}"/>{merge}<w:tcMar>{inset}</w:tcMar>'
        f'<w:vAlign w:val="{cell.vertical}"/></w:tcPr>{content}</w:tc>'
    )
