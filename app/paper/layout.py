"""Turns a form's values, its grid and font metrics into placed text and rules on pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from app.domain.fields import display
from app.paper.content import (
    LABEL_PITCH,
    PAD_Y,
    Choices,
    Content,
    FormContent,
    Metrics,
    fill,
)
from app.paper.flow import Pages, Piece, divide, paginate
from app.paper.grid import POINTS_PER_MM, Cell, Grid, Item
from app.paper.line_breaking import Line
from app.paper.plain_text import printable

SHRINK_STEP = 0.5  # points, from one try at 缩至一页 to the next
_CENTRE = 0.38  # em, the middle of an ideograph above the baseline (ascent 0.88, descent 0.12)
_TOGETHER = re.compile("[!-~]{2,}")  # words and numbers, inside which a line is not spread
_WIDEST_GAP = 0.25  # em between characters; a line that would need more stays ragged
_FOOTER_MM = 7.0  # the page number's distance below the type area (GB/T 9704)


class Run(NamedTuple):
    """Characters set one after another: origin on the baseline, ``spacing`` added after each."""

    x: float
    y: float
    text: str
    role: str
    size: float
    spacing: float = 0.0


class Phrase(NamedTuple):
    """Runs that read as ``text`` (a label over three lines); without text they read as they are."""

    text: str
    runs: tuple[Run, ...]


class Rule(NamedTuple):
    """A stroke from one point to another."""

    x1: float
    y1: float
    x2: float
    y2: float
    weight: float


class Fill(NamedTuple):
    """A rectangle filled with a grey (0 black, 1 white) and, with a weight, outlined in black."""

    x: float
    y: float
    width: float
    height: float
    grey: float
    weight: float = 0.0


class Page(NamedTuple):
    """One sheet. ``pieces`` are the rows on it, for whoever wants to mark where it ends."""

    number: int
    phrases: list[Phrase]
    rules: list[Rule]
    pieces: list[Piece]


class PlacedForm(NamedTuple):
    """A form on its pages; ``text_pt`` is the size its text was set in."""

    pages: list[Page]
    text_pt: float


def lay_out(grid: Grid, entity: object, metrics: Metrics, choices: Choices) -> PlacedForm:
    """Place ``entity`` on as few pages as it needs. Same input, same output."""
    content, pages = _divided(grid, entity, metrics, choices)
    return PlacedForm(_Painter(grid, entity, metrics, choices, content).pages(pages), content.size)


def count_pages(grid: Grid, entity: object, metrics: Metrics, choices: Choices) -> int:
    """Return how many pages ``lay_out`` would make, without placing anything."""
    return len(_divided(grid, entity, metrics, choices)[1])


def one_page_size(grid: Grid, entity: object, metrics: Metrics, choices: Choices) -> float | None:
    """Return the size in points at which all fits one page, or None: 缩至一页 is impossible."""
    found = _shrunk(grid, entity, metrics, choices)
    return None if found is None else found[0].size


def _divided(
    grid: Grid, entity: object, metrics: Metrics, choices: Choices
) -> tuple[FormContent, Pages]:
    if choices.one_page and (shrunk := _shrunk(grid, entity, metrics, choices)):
        return shrunk
    content = fill(grid, entity, metrics, choices, grid.type.text_pt)
    if choices.blank:  # a form to be written by hand keeps the room that a pen needs
        return content, divide(grid, content, _room(grid))
    return content, paginate(grid, content, _room(grid))


def _shrunk(
    grid: Grid, entity: object, metrics: Metrics, choices: Choices
) -> tuple[FormContent, Pages] | None:
    size = grid.type.text_pt
    while size >= grid.type.least_pt:
        content = fill(grid, entity, metrics, choices, size)
        pages = paginate(grid, content, _room(grid), single=True)
        if len(pages) == 1:
            return content, pages
        size -= SHRINK_STEP
    return None


def _room(grid: Grid) -> float:
    """The greatest height of the frame, in points."""
    return (grid.sheet.inner_height_mm - grid.type.title_mm - grid.type.line_mm) * POINTS_PER_MM


class _Painter:
    """Places the contents of pieces; knows the geometry of the sheet."""

    def __init__(
        self,
        grid: Grid,
        entity: object,
        metrics: Metrics,
        choices: Choices,
        content: FormContent,
    ) -> None:
        self._grid, self._entity, self._choices, self._content = grid, entity, choices, content
        self._widths = {role: metrics.widths(role) for role in ("title", "text", "heading")}
        sheet = grid.sheet
        self._left = sheet.left_mm * POINTS_PER_MM
        self._right = (sheet.width_mm - sheet.right_mm) * POINTS_PER_MM
        self._top = sheet.top_mm * POINTS_PER_MM
        self._frame = self._top + (grid.type.title_mm + grid.type.line_mm) * POINTS_PER_MM
        self._column = sheet.column_mm * POINTS_PER_MM
        self._visible = grid.standing

    def pages(self, pages: Pages) -> list[Page]:
        return [self._page(number, len(pages), pieces) for number, pieces in enumerate(pages, 1)]

    def _page(self, number: int, of: int, pieces: list[Piece]) -> Page:
        phrases = self._head(number)
        for piece in pieces:
            for content, lines in zip(
                self._content.rows[piece.row].cells, piece.ranges, strict=True
            ):
                phrases += self._cell(content, piece, pieces, lines)
            if piece is pieces[0]:
                phrases += self._labels_from_before(piece, pieces)
        phrases += self._foot(number, of)
        return Page(number, phrases, self._rules(pieces), pieces)

    # -- around the frame ------------------------------------------------------------------

    def _head(self, number: int) -> list[Phrase]:
        grid, kind = self._grid, self._grid.type
        first = number == 1
        title = grid.title if first else grid.title + grid.continued
        size = kind.title_pt if first else kind.continued_pt
        middle = self._top + kind.title_mm * POINTS_PER_MM * 0.42
        phrases = []
        if self._choices.annex and first:
            baseline = self._top - kind.text_pt
            phrases.append(Phrase("", (Run(self._left, baseline, grid.annex, "heading", 16.0),)))
        if self._choices.practice:
            phrases.append(
                self._aligned("演示", "right", self._top - kind.text_pt, "heading", 16.0)
            )
        phrases.append(self._aligned(title, "centre", middle + _CENTRE * size, "title", size))
        middle = self._frame - kind.line_mm * POINTS_PER_MM * 0.45
        baseline = middle + _CENTRE * kind.text_pt
        for item in grid.above if first else grid.above_continued:
            text = item.label + self._item(item)
            phrases.append(self._aligned(text, item.side, baseline, "text", kind.text_pt))
        return phrases

    def _item(self, item: Item) -> str:
        if self._choices.blank:
            return item.blank
        value = printable(display(getattr(self._entity, item.field))).replace("\n", " ")
        return value or item.blank

    def _foot(self, number: int, of: int) -> list[Phrase]:
        size = self._grid.type.small_pt
        bottom = (self._grid.sheet.height_mm - self._grid.sheet.bottom_mm) * POINTS_PER_MM
        baseline = bottom + _FOOTER_MM * POINTS_PER_MM + size
        text = self._grid.footer.format(page=number, pages=of)
        phrases = [self._aligned(text, "centre", baseline, "text", size)]
        if self._choices.anchor:
            anchor = printable(self._choices.anchor).replace("\n", " ")
            phrases.append(self._aligned(anchor, "right", baseline + 1.6 * size, "text", 9.0))
        return phrases

    def _aligned(self, text: str, side: str, baseline: float, role: str, size: float) -> Phrase:
        """Set one line between the margins; a line that is too long is set closer, never cut."""
        width = self._width(text, role) * size
        room = self._right - self._left
        spacing = 0.0
        if width > room and len(text) > 1:
            spacing = (room - width) / (len(text) - 1)
            width = room
        x = {"left": 0.0, "centre": (room - width) / 2, "right": room - width}[side]
        return Phrase("", (Run(self._left + x, baseline, text, role, size, spacing),))

    def _width(self, text: str, role: str) -> float:
        return sum(map(self._widths[role].__getitem__, text))

    # -- inside the frame ------------------------------------------------------------------

    def _cell(
        self, content: Content, piece: Piece, pieces: list[Piece], lines: tuple[int, int]
    ) -> list[Phrase]:
        cell = content.cell
        left = self._left + cell.column * self._column
        top = self._frame + piece.top
        if not cell.field:
            height = sum(p.height for p in pieces if cell.row <= p.row < cell.row + cell.rows)
            return [self._label(cell, left, top, height, again=not piece.begins)]
        shown = content.lines[slice(*lines)]
        foot = content.foot if piece.ends else 0.0
        phrases = self._text(content, shown, left, top, piece.height - foot)
        if foot:
            phrases += self._signature(cell, left, top + piece.height - foot)
        return phrases

    def _labels_from_before(self, piece: Piece, pieces: list[Piece]) -> list[Phrase]:
        """Repeat the labels of cells that began in a row of an earlier page."""
        found = []
        for cell in self._visible[piece.row]:
            if cell.row < piece.row and not cell.field:
                height = sum(p.height for p in pieces if p.row < cell.row + cell.rows)
                left = self._left + cell.column * self._column
                found.append(self._label(cell, left, self._frame + piece.top, height, again=True))
        return found

    def _label(self, cell: Cell, left: float, top: float, height: float, *, again: bool) -> Phrase:
        size = self._content.size
        lines = list(cell.label_lines)
        text = cell.label
        if again:
            lines.append(self._grid.continued_label)
            text += self._grid.continued_label
        pitch = LABEL_PITCH * size
        width = cell.span * self._column
        wide = max(self._width(line, "text") for line in cell.label_lines) * size
        wide = max(min(cell.distribute * size, width - 2), wide)
        first = top + (height - len(lines) * pitch) / 2 + pitch / 2 + _CENTRE * size
        runs = []
        for number, line in enumerate(lines):
            natural = self._width(line, "text") * size
            spread = len(line) > 1 and line != self._grid.continued_label
            spacing = (wide - natural) / (len(line) - 1) if spread else 0.0
            used = wide if spread else natural
            x = left + (width - used) / 2
            runs.append(Run(x, first + number * pitch, line, "text", size, spacing))
        return Phrase(text, tuple(runs))

    def _text(
        self,
        content: Content,
        lines: Sequence[Line | None],
        left: float,
        top: float,
        height: float,
    ) -> list[Phrase]:
        size, pitch = self._content.size, self._content.pitch
        cell = content.cell
        long = cell.align == "text" and not content.mark
        first = top + PAD_Y if long else top + (height - len(lines) * pitch) / 2
        baseline = first + pitch / 2 + _CENTRE * size
        justified = cell.align == "text" or (cell.align == "auto" and len(lines) > 1)
        centred = content.mark or cell.align == "centre" or (cell.align == "auto" and not justified)
        place = self._justified if justified and not content.mark else self._plain
        runs: list[Run] = []
        for number, line in enumerate(lines):
            if line is None or line.end == line.start:
                continue
            slack = content.measure - (line.width + line.indent) * size
            x = left + content.left + line.indent * size
            if centred:
                x += max(0.0, slack / 2)
            runs += place(content.text, line, x, baseline + number * pitch, slack)
        if long or len(runs) < 2:
            return [Phrase("", (run,)) for run in runs]
        text = content.text if cell.align == "auto" or "\n" not in content.text else ""
        return [Phrase(text, tuple(runs))]

    def _plain(self, text: str, line: Line, x: float, y: float, _slack: float) -> list[Run]:
        return self._set(text, line, x, y, 0.0)

    def _justified(self, text: str, line: Line, x: float, y: float, slack: float) -> list[Run]:
        """Spread a line to the measure; the last of a paragraph stays as it is."""
        shown = text[line.start : line.end].rstrip()
        size = self._content.size
        if line.last or slack <= 0:
            return self._set(text, line, x, y, 0.0)
        words = [word.span() for word in _TOGETHER.finditer(shown)]
        gaps = len(shown) - 1 - sum(end - start - 1 for start, end in words)
        if gaps < 1 or slack / gaps > _WIDEST_GAP * size:
            return self._set(text, line, x, y, 0.0)
        if line.squeezed or not words:
            return self._set(text, line, x, y, slack / gaps)
        return self._set_words(text[line.start : line.end], words, x, y, slack / gaps)

    def _set_words(
        self, text: str, words: Sequence[tuple[int, int]], x: float, y: float, spacing: float
    ) -> list[Run]:
        """Return the runs of a spread line whose words and numbers are not spread."""
        size, runs = self._content.size, []
        cuts = [0, *(cut for start, end in words for cut in (start, end - 1)), len(text)]
        for number, (start, end) in enumerate(pairwise(cuts)):
            if start < end:
                part, wide = text[start:end], 0.0 if number % 2 else spacing
                runs.append(Run(x, y, part, "text", size, wide))
                x += self._width(part, "text") * size + wide * len(part)
        return runs

    def _set(self, text: str, line: Line, x: float, y: float, spacing: float) -> list[Run]:
        """Return the line's runs: one, or one per stretch between marks that gave way."""
        size = self._content.size
        if not line.squeezed:
            return [Run(x, y, text[line.start : line.end], "text", size, spacing)]
        runs = []
        cuts = [line.start, *(at + 1 for at, _ in line.squeezed), line.end]
        gives = [*(give for _, give in line.squeezed), 0.0]
        for (start, end), give in zip(pairwise(cuts), gives, strict=True):
            if start == end:
                continue
            part = text[start:end]
            runs.append(Run(x, y, part, "text", size, spacing))
            x += (self._width(part, "text") - give) * size + spacing * len(part)
        return runs

    def _signature(self, cell: Cell, left: float, top: float) -> list[Phrase]:
        size = self._content.size
        right = left + cell.span * self._column
        phrases = []
        for line in cell.foot:
            height = line.height_mm * POINTS_PER_MM
            x = right - line.room_mm * POINTS_PER_MM - self._width(line.text, "text") * size
            baseline = top + height / 2 + _CENTRE * size
            phrases.append(Phrase("", (Run(x, baseline, line.text, "text", size),)))
            top += height
        return phrases

    # -- rules -----------------------------------------------------------------------------

    def _rules(self, pieces: list[Piece]) -> list[Rule]:
        thin, frame = self._grid.type.line_pt, self._grid.type.frame_pt
        columns = self._grid.sheet.columns
        rules: list[Rule] = []
        for piece in pieces:
            top = self._frame + piece.top
            bottom = top + piece.height
            for cell in self._visible[piece.row]:
                right = self._left + (cell.column + cell.span) * self._column
                if cell.column + cell.span < columns:
                    rules.append(Rule(right, top, right, bottom, thin))
            if piece is not pieces[-1]:
                ends = [c for c in self._visible[piece.row] if c.row + c.rows - 1 == piece.row]
                rules += self._underlines(ends, bottom, thin)
        bottom = self._frame + pieces[-1].top + pieces[-1].height
        left, right = self._left, self._right
        corners = ((left, self._frame), (right, self._frame), (right, bottom), (left, bottom))
        rules += [Rule(*a, *b, frame) for a, b in pairwise((*corners, corners[0]))]
        return rules

    def _underlines(self, cells: list[Cell], y: float, weight: float) -> list[Rule]:
        """Return as few strokes as underline these cells of one row."""
        strokes: list[list[int]] = []
        for cell in sorted(cells, key=lambda c: c.column):
            if strokes and strokes[-1][1] == cell.column:
                strokes[-1][1] += cell.span
            else:
                strokes.append([cell.column, cell.column + cell.span])
        at: Callable[[int], float] = lambda column: self._left + column * self._column  # noqa: E731
        return [Rule(at(start), y, at(end), y, weight) for start, end in strokes]
