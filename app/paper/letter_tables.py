"""Turns the table of a letter into strips: rows that stay whole, long ones that pages may part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from app.paper.content import Metrics
from app.paper.grid import POINTS_PER_MM
from app.paper.layout import Phrase, Run
from app.paper.letter import AUTO, CENTRE, TEXT, Cell, Table
from app.paper.letter_lines import (
    FOOT_PITCH,
    INDENT,
    PAD_X,
    PAD_Y,
    TABLE_PITCH,
    Fixed,
    Row,
    Strip,
    baseline,
    pad_x,
    set_line,
    width_of,
)
from app.paper.line_breaking import Line as BrokenLine
from app.paper.line_breaking import break_evenly, break_lines
from app.paper.plain_text import printable

LABEL_LINES = 6  # a cell of more lines flows with its row over the pages; a shorter one is centred
WHOLE_ROW = 0.4  # of a page: a row up to this high is not parted


def table_strips(table: Table, metrics: Metrics, width: float, room: float) -> Iterator[Strip]:
    """Yield the strips of a table ``width`` points wide, on pages with ``room`` points of height."""
    total = sum(table.widths)
    edges = [0.0]
    for share in table.widths:
        edges.append(edges[-1] + share / total * width)
    head: tuple[Strip, ...] = ()
    for number, row in enumerate(table.rows):
        end = number == len(table.rows) - 1
        record_ends = (number + 1 - table.head) % table.group == 0
        first, last = number == 0, end or (table.group > 1 and record_ends)
        strips = _row(row, table, edges, metrics, room, first=first, last=last)
        alone = table.head and number == len(table.rows) - 2  # else the last row would be
        if not end and (table.together or not record_ends or alone):
            strips = [strip._replace(glue=True) for strip in strips]
        if number < table.head:
            head += tuple(strips)
            yield from (strip._replace(glue=True) for strip in strips)
        else:
            yield from (strip._replace(head=head) for strip in strips)


def _row(
    cells: tuple[Cell, ...],
    table: Table,
    edges: list[float],
    metrics: Metrics,
    room: float,
    *,
    first: bool,
    last: bool,
) -> list[Strip]:
    size = table.size
    pitch = size * TABLE_PITCH
    placed, column = [], 0
    for cell in cells:
        left, right = edges[column], edges[column + cell.span]
        column += cell.span
        placed.append(_Filled.of(cell, left, right - left, metrics, size))
    own = tuple(edges[i] for i in _boundaries(cells))
    least = max(cell.least_mm for cell in cells) * POINTS_PER_MM
    need = max(
        2 * PAD_Y + len(one.lines) * pitch + len(one.cell.foot) * FOOT_PITCH for one in placed
    )
    height = max(need, least, pitch + 2 * PAD_Y)
    whole = height <= WHOLE_ROW * room
    fixed = [one for one in placed if not one.flows and (whole or len(one.lines) <= LABEL_LINES)]
    flowing = [one for one in placed if one not in fixed]
    shared = Row(own, tuple(one.fixed() for one in fixed), size, first, last)
    if whole:
        phrases = [p for one in flowing for p in one.phrases(pitch, PAD_Y, 0, len(one.lines))]
        phrases += [p for one in placed for p in one.foot(height)]
        return [Strip(height, tuple(phrases), row=shared, opens=True, closes=True)]
    return _parted(placed, flowing, shared, height, pitch)


def _parted(
    placed: list[_Filled],
    flowing: list[_Filled],
    shared: Row,
    height: float,
    pitch: float,
) -> list[Strip]:
    """Return the strips of a row that a page may end in, after any of its lines but one."""
    count = max((len(one.lines) for one in flowing), default=1) or 1
    strips = []
    for number in range(count):
        pad = PAD_Y if number == 0 else 0.0
        phrases = [p for one in flowing for p in one.phrases(pitch, pad, number, number + 1)]
        strips.append(
            Strip(
                pitch + pad,
                tuple(phrases),
                row=shared,
                opens=number == 0,
                glue=number == 0 or number == count - 2,
            )
        )
    rest = height - sum(strip.height for strip in strips)
    foot = [p for one in placed for p in one.foot(rest)]
    deep = max(len(one.cell.foot) for one in placed) * FOOT_PITCH + PAD_Y
    while rest > 2 * deep and rest > 4 * pitch:  # room for a pen may lie on two pages
        strips.append(Strip(pitch, row=shared))
        rest -= pitch
        foot = [p for one in placed for p in one.foot(rest)]
    if foot and strips:
        strips[-1] = strips[-1]._replace(glue=True)
    strips.append(Strip(rest, tuple(foot), row=shared, closes=True))
    if not foot:
        strips[-2] = strips[-2]._replace(glue=True)
    return strips


class _Filled(NamedTuple):
    """A cell with its text broken into lines."""

    cell: Cell
    text: str
    lines: list[BrokenLine]
    left: float
    width: float
    size: float
    widths: Mapping[str, float]
    flows: bool

    @classmethod
    def of(cls, cell: Cell, left: float, width: float, metrics: Metrics, size: float) -> _Filled:
        widths = metrics.widths("text")
        text = printable(cell.text)
        measure = (width - 2 * pad_x(size)) / size
        flows = cell.align == TEXT
        if not text:
            lines: list[BrokenLine] = []
        elif flows:
            lines = break_lines(text, widths, measure, indent=INDENT)
        elif cell.label or cell.align == CENTRE:
            lines = break_evenly(text, widths, measure)
        else:
            lines = break_lines(text, widths, measure)
        return cls(cell, text, lines, left, width, size, widths, flows)

    @property
    def _centred(self) -> bool:
        short = len(self.lines) <= 1
        return self.cell.label or self.cell.align == CENTRE or (self.cell.align == AUTO and short)

    def fixed(self) -> Fixed:
        lines = tuple(self.text[line.start : line.end].strip() for line in self.lines)
        return Fixed(self.left, self.width, lines, self._centred)

    def phrases(self, pitch: float, top: float, start: int, end: int) -> Iterator[Phrase]:
        """Yield the lines ``start`` to ``end``, the first of them ``top`` below the strip's top."""
        measure = (self.width - 2 * pad_x(self.size)) / self.size
        for number, line in enumerate(self.lines[start:end]):
            y = top + number * pitch + baseline(pitch, self.size)
            runs = set_line(
                self.text,
                line,
                "text",
                self.size,
                measure,
                self.widths,
                x=self.left + pad_x(self.size),
                y=y,
                justify=self.flows,
            )
            if runs:
                yield Phrase("", tuple(runs))

    def foot(self, height: float) -> Iterator[Phrase]:
        """Yield the lines for handwriting, at the bottom right of what is ``height`` high."""
        for number, text in enumerate(reversed(self.cell.foot)):
            y = height - PAD_Y - (number + 1) * FOOT_PITCH + baseline(FOOT_PITCH, self.size)
            wide = width_of(text, self.widths) * self.size
            x = self.left + self.width - PAD_X - self.size - wide
            yield Phrase("", (Run(max(self.left + PAD_X, x), y, text, "text", self.size),))


def _boundaries(cells: tuple[Cell, ...]) -> list[int]:
    found = [0]
    for cell in cells:
        found.append(found[-1] + cell.span)
    return found
