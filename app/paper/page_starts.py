"""Where the pages of a form begin in its text: for the line that an editor draws there."""

from __future__ import annotations

from typing import NamedTuple

from app.paper.content import Choices, Metrics, fill
from app.paper.grid import Grid
from app.paper.layout import lay_out


class PageStart(NamedTuple):
    """A page begins with the row of ``field``, or inside its text at the character ``offset``."""

    field: str
    offset: int


def page_starts(grid: Grid, entity: object, metrics: Metrics, choices: Choices) -> list[PageStart]:
    """Return where every page after the first begins; their number is the pages less one."""
    placed = lay_out(grid, entity, metrics, choices)
    if len(placed.pages) == 1:
        return []
    content = fill(grid, entity, metrics, choices, placed.text_pt)
    starts = []
    for page in placed.pages[1:]:
        piece = page.pieces[0]
        fields = [
            (cell, lines)
            for cell, lines in zip(content.rows[piece.row].cells, piece.ranges, strict=True)
            if cell.cell.field
        ]
        start = PageStart(fields[0][0].cell.field, 0)
        if not piece.begins:
            for cell, (first, last) in fields:
                if first < last and (line := cell.lines[first]) is not None and line.start:
                    start = PageStart(cell.cell.field, line.start)
                    break
        starts.append(start)
    return starts
