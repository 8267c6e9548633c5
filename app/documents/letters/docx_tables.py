"""The tables of a letter for Word and WPS: rows of fixed shares, heads repeated, room for the pen."""

from __future__ import annotations

from app.documents.fonts import Fonts
from app.documents.letters.docx_xml import Look, Piece, TableCell, TableRow, paragraph, table
from app.paper.grid import POINTS_PER_MM
from app.paper.letter import AUTO, CENTRE, TEXT, Cell, Table
from app.paper.letter_lines import FOOT_PITCH, INDENT, PAD_Y, TABLE_PITCH, pad_x
from app.paper.letter_pages import FRAME_PT, LINE_PT
from app.paper.line_breaking import break_evenly, break_lines
from app.paper.plain_text import printable

_LONG_ROW = 14  # lines; a higher row may be parted by a page


def table_xml(block: Table, *, width: float, face: str, fonts: Fonts, held: bool = False) -> str:
    """Return a table ``width`` points wide, set in ``face``; line ends of labels are the PDF's.

    ``held``: its last row is not parted from what follows.
    """
    total = sum(block.widths)
    columns = [share / total * width for share in block.widths]
    rows = []
    for number, row in enumerate(block.rows):
        last = number == len(block.rows) - 1
        keep = number < block.head or (held if last else block.together)
        cells, column = [], 0
        lines = []
        for cell in row:
            wide = sum(columns[column : column + cell.span])
            column += cell.span
            count = _count(cell, wide, block.size, fonts)
            lines.append(count)
            cells.append(_cell(cell, wide, count, block.size, face, fonts, keep=keep))
        height = max(
            max(cell.least_mm for cell in row) * POINTS_PER_MM,
            block.size * TABLE_PITCH + 2 * PAD_Y,
        )
        whole = max(lines) <= _LONG_ROW or block.together
        rows.append(TableRow(height, cells, head=number < block.head, whole=whole))
    return table(columns, rows, inset=pad_x(block.size), pad=PAD_Y, frame=FRAME_PT, line=LINE_PT)


def _count(cell: Cell, width: float, size: float, fonts: Fonts) -> int:
    text = printable(cell.text)
    widths = fonts.widths("text")
    measure = (width - 2 * pad_x(size)) / size
    return len(break_lines(text, widths, measure, indent=INDENT if cell.align == TEXT else 0))


def _cell(
    cell: Cell, width: float, count: int, size: float, face: str, fonts: Fonts, *, keep: bool
) -> TableCell:
    text, pitch = printable(cell.text), size * TABLE_PITCH
    long = cell.align == TEXT
    centred = cell.label or cell.align == CENTRE or (cell.align == AUTO and count <= 1)
    align = "center" if centred else "both" if long else "left"
    if cell.label and "\n" not in text:
        text = _evenly(text, width, size, fonts)
    parts = [text] if cell.label else text.split("\n")
    content = [
        paragraph(
            [Piece(part, face, size)],
            Look(
                align,
                at_least=pitch,
                indent=INDENT * size if long and part and not part[0].isspace() else 0.0,
                keep=keep or bool(cell.foot),
            ),
        )
        for part in parts
    ]
    spare = cell.least_mm * POINTS_PER_MM - 2 * PAD_Y - count * pitch
    spare -= len(cell.foot) * FOOT_PITCH
    for number, line in enumerate(cell.foot):
        words = line.rstrip("　")  # blanks at a line's end are no room for Word: they hang out
        content.append(
            paragraph(
                [Piece(words, face, size)],
                Look(
                    "right",
                    line=FOOT_PITCH,
                    before=max(0.0, spare) if number == 0 else 0.0,
                    right=size * (1 + len(line) - len(words)),
                    keep=keep or number < len(cell.foot) - 1,
                ),
            )
        )
    return TableCell(width, cell.span, "top" if long else "center", content)


def _evenly(text: str, width: float, size: float, fonts: Fonts) -> str:
    """Return a label with its line ends where the PDF has them."""
    measure = (width - 2 * pad_x(size)) / size
    lines = break_evenly(text, fonts.widths("text"), measure)
    return "\n".join(text[line.start : line.end].strip() for line in lines)
