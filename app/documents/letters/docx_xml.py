"""The WordprocessingML of a letter: runs, paragraphs and tables as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from app.documents.word_xml import twips

NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RED = "FF0000"
_LATIN = "Times New Roman"
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_GETA = "〓"


class Piece(NamedTuple):
    """Text in one face. ``closer`` points are taken from each advance; ``field`` is computed by Word."""

    text: str
    face: str
    size: float
    closer: float = 0.0
    colour: str = ""
    field: str = ""


class Look(NamedTuple):
    """A paragraph's look, in points. ``line`` is an exact line height, ``at_least`` a least one.

    ``border`` is the XML of one edge; ``left`` and ``right`` may be negative.
    """

    align: str = "left"
    line: float = 0.0
    at_least: float = 0.0
    before: float = 0.0
    indent: float = 0.0
    left: float = 0.0
    right: float = 0.0
    tab: float = 0.0
    keep: bool = False
    together: bool = False
    border: str = ""


def paragraph(pieces: Sequence[Piece], look: Look) -> str:
    """Return a paragraph; elements stand in the order the schema asks for."""
    properties = ["<w:keepNext/>"] if look.keep else []
    if look.together:
        properties.append("<w:keepLines/>")
    properties.append("<w:widowControl/>")  # as in the PDF, no line of a paragraph is alone
    if look.border:
        properties.append(f"<w:pBdr>{look.border}</w:pBdr>")
    if look.tab:
        properties.append(f'<w:tabs><w:tab w:val="right" w:pos="{twips(look.tab)}"/></w:tabs>')
    properties.append(
        '<w:overflowPunct w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
        '<w:snapToGrid w:val="0"/>'
    )
    spacing = f'w:before="{twips(look.before)}" w:after="0"'
    if look.line or look.at_least:
        rule = "exact" if look.line else "atLeast"
        spacing += f' w:line="{twips(look.line or look.at_least)}" w:lineRule="{rule}"'
    properties.append(f"<w:spacing {spacing}/>")
    if look.indent or look.left or look.right:
        properties.append(
            f'<w:ind w:left="{twips(look.left)}" w:right="{twips(look.right)}" '
            f'w:firstLine="{twips(look.indent)}"/>'
        )
    properties.append(f'<w:jc w:val="{look.align}"/>')
    runs = "".join(map(_run, pieces))
    return f"<w:p {NAMESPACE}><w:pPr>{''.join(properties)}</w:pPr>{runs}</w:p>"


def picture(drawing: str, look: Look) -> str:
    """Return a paragraph of one picture; ``drawing`` is its ``wp:inline`` element."""
    run = f"<w:r><w:drawing>{drawing}</w:drawing></w:r>"
    return paragraph((), look).replace("</w:p>", f"{run}</w:p>")


def _run(piece: Piece) -> str:
    text = _NOT_XML.sub(_GETA, piece.text)
    parts = []
    for part in re.split(r"([\t\n])", text):
        if part == "\t":
            parts.append("<w:tab/>")
        elif part == "\n":
            parts.append("<w:br/>")
        elif part:
            parts.append(f'<w:t xml:space="preserve">{escape(part)}</w:t>')
    colour = f'<w:color w:val="{piece.colour}"/>' if piece.colour else ""
    closer = f'<w:spacing w:val="{-twips(piece.closer)}"/>' if piece.closer else ""
    size = round(piece.size * 2)
    run = (
        f'<w:r><w:rPr><w:rFonts w:ascii="{_LATIN}" w:hAnsi="{_LATIN}" '
        f'w:eastAsia={quoteattr(piece.face)} w:hint="eastAsia"/>{colour}{closer}'
        f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>{"".join(parts)}</w:r>'
    )
    if piece.field:
        return f"<w:fldSimple w:instr={quoteattr(piece.field)}>{run}</w:fldSimple>"
    return run


class TableCell(NamedTuple):
    """One cell: its width in points, the columns it covers, and its paragraphs."""

    width: float
    span: int
    vertical: str
    paragraphs: Sequence[str]


class TableRow(NamedTuple):
    """One row: its least height in points; ``head`` rows are repeated, ``whole`` ones not parted."""

    height: float
    cells: Sequence[TableCell]
    head: bool = False
    whole: bool = True


def table(
    columns: Sequence[float],
    rows: Sequence[TableRow],
    *,
    inset: float,
    pad: float,
    frame: float,
    line: float,
) -> str:
    """Return a table as wide as the type area; lengths and strokes in points."""
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="{round(weight * 8)}" w:space="0" w:color="000000"/>'
        for side, weight in (
            *((side, frame) for side in ("top", "left", "bottom", "right")),
            *((side, line) for side in ("insideH", "insideV")),
        )
    )
    margins = "".join(
        f'<w:{side} w:w="{twips(wide)}" w:type="dxa"/>'
        for side, wide in (("top", pad), ("left", inset), ("bottom", pad), ("right", inset))
    )
    grid = "".join(f'<w:gridCol w:w="{twips(column)}"/>' for column in columns)
    return (
        f'<w:tbl {NAMESPACE}><w:tblPr><w:tblW w:w="{twips(sum(columns))}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(map(_row, rows))}</w:tbl>"
    )


def _row(row: TableRow) -> str:
    whole = "<w:cantSplit/>" if row.whole else ""
    head = "<w:tblHeader/>" if row.head else ""
    height = f'<w:trHeight w:val="{twips(row.height)}" w:hRule="atLeast"/>'
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{twips(cell.width)}" w:type="dxa"/>'
        f'<w:gridSpan w:val="{cell.span}"/><w:vAlign w:val="{cell.vertical}"/></w:tcPr>'
        f"{''.join(cell.paragraphs)}</w:tc>"
        for cell in row.cells
    )
    return f"<w:tr><w:trPr>{whole}{height}{head}</w:trPr>{cells}</w:tr>"
