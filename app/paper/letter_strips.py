"""Turns the blocks of a letter into strips: pieces of a column that a page break never cuts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from app.domain.fields import display
from app.paper.content import Metrics
from app.paper.grid import POINTS_PER_MM
from app.paper.layout import Phrase, Run
from app.paper.letter import (
    AUTO,
    BODY_PT,
    CENTRE,
    RIGHT,
    TABLE_PT,
    TEXT,
    TITLE_PT,
    Blank,
    Block,
    Cell,
    Heading,
    Line,
    Note,
    Paragraph,
    Recipient,
    Signatures,
    SignOff,
    Table,
    Title,
)
from app.paper.letter_title import title_lines
from app.paper.line_breaking import Line as BrokenLine
from app.paper.line_breaking import break_evenly, break_lines
from app.paper.plain_text import printable

LINES_PER_PAGE = 22
PITCH = 225 / LINES_PER_PAGE * POINTS_PER_MM  # points
TITLE_PITCH = 36.0
INDENT = 2.0  # em
PAD_X, PAD_SMALL, PAD_Y = 5.0, 3.0, 4.0  # points between a table's rules and its text
TABLE_PITCH = 1.5  # em
LABEL_LINES = 6  # a cell of more lines flows with its row over the pages; a shorter one is centred
WHOLE_ROW = 0.4  # of a page: a row up to this high is not parted
SIGNATURE_PITCH = PITCH * 1.3
NO_DATE = "　　年　　月　　日"
PEN_LINES = 2  # lines for a sentence written by hand
TABLE_GAP = 6.0  # points above and below a table
FOOT_PITCH = 28.0  # points, a line for a handwritten name in a cell
_MIDDLE = 0.38  # em, the middle of an ideograph above the baseline
_WIDEST_GAP = 0.25  # em between characters; a line that would need more stays ragged


class Fixed(NamedTuple):
    """A cell that stands in the middle of its row's height on each page."""

    left: float
    width: float
    lines: tuple[str, ...]
    centred: bool


class Row(NamedTuple):
    """What the strips of one table row share. ``edges`` are the x of its vertical rules.

    ``first`` and ``last``: it begins or ends its table.
    """

    edges: tuple[float, ...]
    fixed: tuple[Fixed, ...]
    size: float
    first: bool
    last: bool


class Strip(NamedTuple):
    """A piece of the column; coordinates from its own top left corner, in points.

    ``glue`` keeps it with the strip below; ``blank`` ones vanish at the top of a page. ``head`` is
    repeated where a page begins with it.
    """

    height: float
    phrases: tuple[Phrase, ...] = ()
    glue: bool = False
    blank: bool = False
    row: Row | None = None
    opens: bool = False
    closes: bool = False
    head: tuple[Strip, ...] = ()


def width_of(text: str, widths: Mapping[str, float]) -> float:
    """Return the width of ``text`` in em."""
    return sum(map(widths.__getitem__, text))


class Setter:
    """Makes the strips of one letter: ``width`` is that of the type area, ``room`` its height."""

    def __init__(self, metrics: Metrics, width: float, room: float) -> None:
        self._metrics, self._width, self._room = metrics, width, room

    def strips(self, blocks: tuple[Block, ...]) -> list[Strip]:
        """Return all strips from top to bottom."""
        found: list[Strip] = []
        for block in blocks:
            if isinstance(block, SignOff | Signatures | Note | Blank) and found:
                found[-1] = found[-1]._replace(glue=True)
            elif isinstance(block, Table) and found and found[-1].row is not None:
                found.append(Strip(2 * TABLE_GAP, blank=True))
            elif isinstance(block, Table) and found:
                found[-1] = found[-1]._replace(glue=True)
                found.append(Strip(TABLE_GAP, glue=True, blank=True))
            elif isinstance(block, Paragraph | Heading | Line) and found and found[-1].row:
                found.append(Strip(TABLE_GAP, blank=True))
            found += self._of(block)
        return found

    def _of(self, block: Block) -> list[Strip]:
        match block:
            case Title():
                return self._title(block)
            case Line():
                return self._line(block)
            case Recipient(text):
                return self._paragraph(printable(text) + "：", "text", indent=0.0, keep=True)
            case Paragraph(text, keep):
                return self._paragraph(printable(text), "text", indent=INDENT, keep=keep)
            case Heading(text, level):
                role = {1: "heading", 2: "strong"}.get(level, "text")
                return self._paragraph(printable(text), role, indent=INDENT, keep=True)
            case Note(text):
                return self._paragraph(f"（{printable(text)}）", "text", indent=INDENT, keep=False)
            case Blank(lines):
                return [Strip(lines * PITCH)]
            case Signatures():
                return self._signatures(block)
            case SignOff():
                return self._sign_off(block)
            case Table():
                return list(self._table(block))

    # -- text ------------------------------------------------------------------------------

    def _title(self, block: Title) -> list[Strip]:
        widths = self._metrics.widths("title")
        text = printable(block.text)
        lines = title_lines(text, widths, self._width / TITLE_PT, block.words)
        strips = [
            Strip(TITLE_PITCH, self._one(line, "title", TITLE_PT, TITLE_PITCH), glue=True)
            for line in lines
        ]
        return [*strips, Strip(PITCH, glue=True)]

    def _one(
        self, text: str, role: str, size: float, pitch: float, align: str = CENTRE
    ) -> tuple[Phrase, ...]:
        """Set one line; what is too long is set closer, never cut."""
        width, spacing = width_of(text, self._metrics.widths(role)) * size, 0.0
        if width > self._width and len(text) > 1:
            spacing = (self._width - width) / (len(text) - 1)
            width = self._width
        x = {CENTRE: (self._width - width) / 2, RIGHT: self._width - width}.get(align, 0.0)
        run = Run(x, baseline(pitch, size), text, role, size, spacing)
        return (Phrase("", (run,)),) if text else ()

    def _line(self, block: Line) -> list[Strip]:
        pitch = max(block.size * 1.5, PITCH if block.size == BODY_PT else 0.0)
        left = self._one(printable(block.text), "text", block.size, pitch, block.align)
        right = self._one(printable(block.right), "text", block.size, pitch, RIGHT)
        return [Strip(pitch, (*left, *right), glue=block.keep)]

    def _paragraph(self, text: str, role: str, *, indent: float, keep: bool) -> list[Strip]:
        """Return a strip per line; neither the first nor the last line of a paragraph stands alone."""
        widths = self._metrics.widths(role)
        measure = self._width // BODY_PT
        lines = break_lines(text, widths, measure, indent=indent)
        strips = []
        for number, line in enumerate(lines):
            runs = set_line(text, line, role, BODY_PT, measure, widths, y=baseline(PITCH, BODY_PT))
            before_last = number + 1 < len(lines) and lines[number + 1].last
            glue = (line.first and not line.last) or (before_last and not line.last)
            strips.append(Strip(PITCH, (Phrase("", tuple(runs)),) if runs else (), glue=glue))
        if keep and strips:
            strips[-1] = strips[-1]._replace(glue=True)
        return strips

    # -- at the end ------------------------------------------------------------------------

    def _sign_off(self, block: SignOff) -> list[Strip]:
        widths = self._metrics.widths("text")
        strips = [Strip(PITCH * room_above(block), glue=True)]
        for text, start in sign_off_lines(block, widths, self._width / BODY_PT):
            run = Run(start * BODY_PT, baseline(PITCH, BODY_PT), text, "text", BODY_PT)
            strips.append(Strip(PITCH, (Phrase("", (run,)),), glue=True))
        strips[-1] = strips[-1]._replace(glue=False)
        return strips

    def _signatures(self, block: Signatures) -> list[Strip]:
        widths = self._metrics.widths("text")
        height = SIGNATURE_PITCH
        strips = []
        if block.above:
            strips += self._paragraph(block.above, "text", indent=INDENT, keep=True)
            strips.append(Strip(PEN_LINES * PITCH, glue=True))
        for text in block.lines:
            x = signature_start(text, widths, self._width)
            run = Run(x, baseline(height, BODY_PT), text, "text", BODY_PT)
            strips.append(Strip(height, (Phrase("", (run,)),), glue=True))
        strips[-1] = strips[-1]._replace(glue=False)
        return strips

    # -- tables ----------------------------------------------------------------------------

    def _table(self, table: Table) -> Iterator[Strip]:
        total = sum(table.widths)
        edges = [0.0]
        for share in table.widths:
            edges.append(edges[-1] + share / total * self._width)
        head: tuple[Strip, ...] = ()
        for number, row in enumerate(table.rows):
            first, last = number == 0, number == len(table.rows) - 1
            strips = self._row(row, table, edges, first=first, last=last)
            if table.together and not last:
                strips = [strip._replace(glue=True) for strip in strips]
            if number < table.head:
                head += tuple(strips)
                yield from (strip._replace(glue=True) for strip in strips)
            else:
                yield from (strip._replace(head=head) for strip in strips)

    def _row(
        self, cells: tuple[Cell, ...], table: Table, edges: list[float], *, first: bool, last: bool
    ) -> list[Strip]:
        size = table.size
        pitch = size * TABLE_PITCH
        placed, column = [], 0
        for cell in cells:
            left, right = edges[column], edges[column + cell.span]
            column += cell.span
            placed.append(_Filled.of(cell, left, right - left, self._metrics, size))
        own = tuple(edges[i] for i in _boundaries(cells))
        least = max(cell.least_mm for cell in cells) * POINTS_PER_MM
        need = max(
            2 * PAD_Y + len(one.lines) * pitch + len(one.cell.foot) * FOOT_PITCH for one in placed
        )
        height = max(need, least, pitch + 2 * PAD_Y)
        whole = height <= WHOLE_ROW * self._room
        fixed = [
            one for one in placed if not one.flows and (whole or len(one.lines) <= LABEL_LINES)
        ]
        flowing = [one for one in placed if one not in fixed]
        shared = Row(own, tuple(one.fixed() for one in fixed), size, first, last)
        if whole:
            phrases = [p for one in flowing for p in one.phrases(pitch, PAD_Y, 0, len(one.lines))]
            phrases += [p for one in placed for p in one.foot(height)]
            return [Strip(height, tuple(phrases), row=shared, opens=True, closes=True)]
        return self._parted(placed, flowing, shared, height, pitch)

    def _parted(
        self,
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


def room_above(block: SignOff) -> float:
    """Return how many lines stay free above 落款: a seal needs one more."""
    return 2.0 if block.sealed else 1.0


def sign_off_lines(
    block: SignOff, widths: Mapping[str, float], measure: float
) -> list[tuple[str, float]]:
    """Return the lines of 落款 and where each begins, in em from the left margin."""
    when = display(block.on) if block.on else NO_DATE
    names = [printable(name) for name in block.names]
    wide = width_of(when, widths)
    longest = max((width_of(name, widths) for name in names), default=0.0)
    if block.sealed:
        date_start = measure - 4.0 - wide
        middle = min(date_start + wide / 2, measure - longest / 2)  # stays inside the margin
        starts = [max(0.0, middle - width_of(name, widths) / 2) for name in names]
    else:
        first = max(0.0, min(measure - 2.0 - longest, measure - 4.0 - wide))
        starts = [first] * len(names)
        date_start = first + 2.0 if names else measure - 2.0 - wide
    return [*zip(names, starts, strict=True), (when, date_start)]


def signature_start(text: str, widths: Mapping[str, float], width: float) -> float:
    """Return where a line for a handwritten name begins, in points from the left margin."""
    return max(0.0, min(width * 0.5, width - (width_of(text, widths) + 1.0) * BODY_PT))


def pad_x(size: float) -> float:
    """Return what stays free beside the text of a table set in ``size``, in points."""
    return PAD_X if size >= TABLE_PT else PAD_SMALL


def baseline(pitch: float, size: float) -> float:
    """Return the baseline of a line of ``size``, below the top of the ``pitch`` it stands in."""
    return pitch / 2 + _MIDDLE * size


def set_line(
    text: str,
    line: BrokenLine,
    role: str,
    size: float,
    measure: float,
    widths: Mapping[str, float],
    *,
    x: float = 0.0,
    y: float,
    justify: bool = True,
) -> list[Run]:
    """Return the runs of one broken line, spread to ``measure`` em unless it ends its paragraph."""
    shown = text[line.start : line.end].rstrip()
    if not shown:
        return []
    x += line.indent * size
    slack = (measure - line.width - line.indent) * size
    gaps, spacing = len(shown) - 1, 0.0
    if justify and not line.last and slack > 0 and gaps and slack / gaps <= _WIDEST_GAP * size:
        spacing = slack / gaps
    if not line.squeezed:
        return [Run(x, y, shown, role, size, spacing)]
    runs = []
    cuts = [line.start, *(at + 1 for at, _ in line.squeezed), line.start + len(shown)]
    gives = [*(give for _, give in line.squeezed), 0.0]
    for (start, end), give in zip(pairwise(cuts), gives, strict=True):
        if start >= end:
            continue
        part = text[start:end]
        runs.append(Run(x, y, part, role, size, spacing))
        x += (width_of(part, widths) - give) * size + spacing * len(part)
    return runs
