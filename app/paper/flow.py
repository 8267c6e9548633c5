"""Divides the rows of a form among pages: what stays together, what may be split, and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.paper.content import PAD_Y, Content, FormContent, RowContent
from app.paper.grid import Grid

_FEWEST = 2  # lines of a split text that may stand alone at the end or the beginning of a page
_ROUNDING = 1e-6  # points
_SPARED = 0.5  # of a page; one that is emptier stays so, rather than show rows blown up


class Piece(NamedTuple):
    """A row, or the part of it that stands on one page. ``top`` counts from the frame's top.

    ``ranges`` says for each cell which of its lines these are.
    """

    row: int
    top: float
    height: float
    ranges: tuple[tuple[int, int], ...]
    begins: bool
    ends: bool


Pages = list[list[Piece]]


def paginate(grid: Grid, content: FormContent, room: float, *, single: bool = False) -> Pages:
    """Return the pieces of each page, of which every frame is at most ``room`` points high.

    One page if the rows fit at their tight heights. Otherwise a new page before the row that
    the layout names, unless a denser division needs fewer pages. With ``single`` all rows take
    only what their text needs (缩至一页); more than one page then means that it is not possible.
    """
    tight = [0.0 if single else row.tight for row in content.rows]
    on_one = _Division(grid, content, room, tight)
    if single or on_one.total() <= room + _ROUNDING:
        return _stretch(on_one.divide(breaks=False, dense=False), content.rows, room)
    return divide(grid, content, room)


def divide(grid: Grid, content: FormContent, room: float) -> Pages:
    """Return the pieces of each page with every row at its least height or more."""
    least = [row.least for row in content.rows]

    def cost(pages: Pages) -> tuple[int, int]:
        """Fewer pages first; then fewer that are left more than half empty."""
        empty = [room - page[-1].top - page[-1].height for page in pages[:-1]]
        return len(pages), sum(spare > _SPARED * room for spare in empty)

    best = _Division(grid, content, room, least).divide(breaks=True, dense=False)
    for breaks in (True, False):
        if cost(best) <= (2, 0):  # the form's own two pages
            break
        denser = _Division(grid, content, room, least).divide(breaks=breaks, dense=True)
        best = min(best, denser, key=cost)
    return _stretch(best, content.rows, room)


class _Division:
    """One way to fill pages from top to bottom."""

    def __init__(
        self, grid: Grid, content: FormContent, room: float, least: Sequence[float]
    ) -> None:
        self._grid, self._rows, self._pitch = grid, content.rows, content.pitch
        self._room, self._least = room, least
        self._whole = [
            max(one, row.whole(content.pitch)) for one, row in zip(least, content.rows, strict=True)
        ]
        self._pages: Pages = [[]]
        self._y = 0.0

    def total(self) -> float:
        """Return how high all rows are together."""
        return sum(self._whole)

    def divide(self, *, breaks: bool, dense: bool) -> Pages:
        """Return the pages, filled from top to bottom."""
        for band in self._grid.bands:
            heights = [self._whole[row] for row in band]
            total = sum(heights)
            if breaks and self._grid.rows[band[0]].break_before and len(self._pages) == 1:
                self._new_page()  # once the rows before it have run over, the text just goes on
            fits = total <= self._room - self._y + _ROUNDING
            text = any(c.cell.align == "text" for row in band for c in self._rows[row].cells)
            if not fits and total <= self._room + _ROUNDING and not (dense and text):
                self._new_page()
                fits = True
            for row, height in zip(band, heights, strict=True):
                if fits:
                    lines = tuple((0, len(c.lines)) for c in self._rows[row].cells)
                    self._place(row, height, lines, begins=True, ends=True)
                else:
                    self._split(row, dense=dense)
        return self._pages

    def _new_page(self) -> None:
        if self._pages[-1]:
            self._pages.append([])
            self._y = 0.0

    def _place(
        self,
        row: int,
        height: float,
        ranges: tuple[tuple[int, int], ...],
        *,
        begins: bool,
        ends: bool,
    ) -> None:
        self._pages[-1].append(Piece(row, self._y, height, ranges, begins, ends))
        self._y += height

    def _split(self, row: int, *, dense: bool) -> None:
        """Place the row over as many pages as its lines need."""
        content = self._rows[row]
        starts = [0] * len(content.cells)
        begins = True
        while True:
            left = self._room - self._y
            need = content.need(starts, self._pitch, begins=begins)
            least = self._least[row] if begins else 0.0
            if need <= left + _ROUNDING:
                height = max(need, min(least, left) if dense else least)
                if height <= left + _ROUNDING or not self._pages[-1]:
                    ranges = _until(starts, [len(c.lines) for c in content.cells])
                    self._place(row, min(height, left), ranges, begins=begins, ends=True)
                    return
                self._new_page()
                continue
            ends = None
            if left >= content.label(begins=begins):
                ends = self._take(content, starts, left)
            if ends is None and self._pages[-1]:
                self._new_page()
                continue
            if ends is None:  # a page too low for two lines: one line is still progress
                ends = [
                    min(at + 1, len(c.lines)) for c, at in zip(content.cells, starts, strict=True)
                ]
                if ends == starts:
                    ends = [len(c.lines) for c in content.cells]
            self._place(row, left, _until(starts, ends), begins=begins, ends=False)
            starts, begins = ends, False
            self._new_page()

    def _take(self, content: RowContent, starts: list[int], left: float) -> list[int] | None:
        """Return up to which line each cell gets in ``left`` points, or None: not worth it."""
        ends = []
        for cell, at in zip(content.cells, starts, strict=True):
            end = self._take_lines(cell, at, left)
            if end is None:
                return None
            ends.append(end)
        return ends if ends != starts else None

    def _take_lines(self, cell: Content, at: int, left: float) -> int | None:
        remaining = len(cell.lines) - at
        if cell.height(at, self._pitch) <= left + _ROUNDING:
            # The row goes on in another cell; a foot stands where the row ends.
            return at + max(0, remaining - cell.kept) if cell.foot else len(cell.lines)
        lines = int((left - 2 * PAD_Y + _ROUNDING) / self._pitch)
        lines = min(lines, remaining - cell.kept)
        if remaining - lines < _FEWEST:
            lines = remaining - _FEWEST
        return at + lines if lines >= _FEWEST else None


def _until(starts: list[int], ends: list[int]) -> tuple[tuple[int, int], ...]:
    return tuple(zip(starts, ends, strict=True))


def _stretch(pages: Pages, rows: Sequence[RowContent], room: float) -> Pages:
    """Share the spare height of each page among its whole rows, as the layout weighs them.

    The last page of a form whose text runs over pages ends where its text ends.
    """
    return [
        _stretched(page, rows, room, last=number == len(pages) - 1)
        for number, page in enumerate(pages)
    ]


def _stretched(
    page: list[Piece], rows: Sequence[RowContent], room: float, *, last: bool
) -> list[Piece]:
    spare = room - sum(piece.height for piece in page)
    whole = [p.begins and p.ends for p in page]
    if spare <= _ROUNDING or spare > _SPARED * room or (last and not all(whole)):
        return page
    weights = [rows[p.row].grow if w else 0.0 for p, w in zip(page, whole, strict=True)]
    if not sum(weights):
        weights = [0.0] * (len(page) - 1) + [1.0]
    unit = spare / sum(weights)
    top, stretched = 0.0, []
    for piece, weight in zip(page, weights, strict=True):
        height = piece.height + weight * unit
        stretched.append(piece._replace(top=top, height=height))
        top += height
    return stretched
