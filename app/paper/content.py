"""What stands in each cell: text broken into lines, and how high that makes the rows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from app.domain.fields import display
from app.paper.grid import POINTS_PER_MM, Cell, Grid
from app.paper.line_breaking import Line, break_evenly, break_lines
from app.paper.plain_text import printable

PAD_Y = 4.0  # points between a rule and the text above or below it
PAD_X = 2.0  # points between a rule and a short text
PAD_TEXT = 5.0  # points between a rule and a long text, at least
LABEL_PITCH = 1.5  # line pitch of a label, in em
INDENT = 2.0  # em, first line of a paragraph
LEAST_PITCH = 18.0  # points
KEPT_WITH_FOOT = 2  # written lines of the text that stay with the signature
_MOST_KEPT = 8  # lines with the empty ones between them; beyond it emptiness is not kept together


class Metrics(Protocol):
    """How wide characters are; implemented over font files, or by a table in tests."""

    def widths(self, role: str) -> Mapping[str, float]:
        """Return the advance of any character in em, for ``role`` title, text or heading."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the office or the user chose for this print."""

    empty_mark: str = "无"
    blank: bool = False
    annex: bool = False
    one_page: bool = False
    practice: bool = False
    anchor: str = ""


class Content(NamedTuple):
    """One cell's text in lines; ``None`` is an empty line that keeps matching entries level.

    ``label`` is the height that a label needs, ``again`` where it is repeated with （续）.
    """

    cell: Cell
    text: str
    lines: list[Line | None]
    measure: float
    left: float
    mark: bool
    foot: float
    label: float
    again: float

    @property
    def kept(self) -> int:
        """How many lines stay with the foot, counted so that enough of them are written."""
        if not self.foot:
            return 0
        written = 0
        for count, line in enumerate(reversed(self.lines[-_MOST_KEPT:]), 1):
            written += line is not None and line.end > line.start
            if written == KEPT_WITH_FOOT:
                return count
        return KEPT_WITH_FOOT

    def height(self, start: int, pitch: float) -> float:
        """Return the height that the lines from ``start`` on, and the foot, need."""
        return 2 * PAD_Y + (len(self.lines) - start) * pitch + self.foot


class RowContent(NamedTuple):
    """One row's cells and the heights it may have, in points."""

    cells: list[Content]
    least: float
    tight: float
    grow: float

    def label(self, *, begins: bool) -> float:
        """Return the height that the row's labels need, on their first page or repeated."""
        return max(c.label if begins else c.again for c in self.cells)

    def whole(self, pitch: float) -> float:
        """Return the height that the row needs in one piece."""
        need = 0.0
        for cell in self.cells:
            need = max(need, cell.height(0, pitch), cell.label)
        return need

    def need(self, starts: list[int], pitch: float, *, begins: bool) -> float:
        """Return the height of what is left of the row when each cell begins at its line."""
        text = max(c.height(at, pitch) for c, at in zip(self.cells, starts, strict=True))
        return max(text, self.label(begins=begins))


class FormContent(NamedTuple):
    """A whole form, ready to be divided into pages; ``size`` and ``pitch`` in points."""

    rows: list[RowContent]
    size: float
    pitch: float


def fill(
    grid: Grid, entity: object, metrics: Metrics, choices: Choices, size: float
) -> FormContent:
    """Break the entity's texts into the grid's cells at ``size`` points."""
    widths = metrics.widths("text")
    pitch = max(LEAST_PITCH, grid.type.pitch_pt * size / grid.type.text_pt)
    column = grid.sheet.column_mm * POINTS_PER_MM
    rows = []
    for row in grid.rows:
        cells = [
            _content(cell, entity, choices, widths=widths, size=size, column=column)
            for cell in row.cells
        ]
        least, tight = row.least_mm * POINTS_PER_MM, row.tight_mm * POINTS_PER_MM
        rows.append(RowContent(cells, least, tight, row.grow))
    _level(rows)
    return FormContent(rows, size, pitch)


def _content(
    cell: Cell,
    entity: object,
    choices: Choices,
    *,
    widths: Mapping[str, float],
    size: float,
    column: float,
) -> Content:
    width = cell.span * column
    if not cell.field:
        line = LABEL_PITCH * size
        label = PAD_Y + len(cell.label_lines) * line if cell.rows == 1 else 0.0
        return Content(cell, cell.label, [], width, 0.0, False, 0.0, label, label + line)
    text = "" if choices.blank else printable(display(getattr(entity, cell.field)))
    mark = not text
    if mark and not choices.blank:
        text = choices.empty_mark if cell.blank is None else cell.blank
    foot = sum(line.height_mm for line in cell.foot) * POINTS_PER_MM
    left = PAD_X if cell.align == "centre" else PAD_TEXT
    measure = width - 2 * left
    if cell.align == "text":  # a whole number of characters: both edges are straight
        measure = math.floor(measure / size) * size
        left = (width - measure) / 2
    lines: list[Line | None] = []
    if text and cell.align == "centre":
        lines.extend(break_evenly(text, widths, measure / size))
    elif text:
        indent = INDENT if cell.align == "text" and not mark else 0.0
        hang = max(0.0, left / size - 0.1)
        lines.extend(break_lines(text, widths, measure / size, indent=indent, hang=hang))
    return Content(cell, text, lines, measure, left, mark, foot, 0.0, 0.0)


def _level(rows: list[RowContent]) -> None:
    """Give the n-th entries of cells that match each other the same number of lines."""
    groups: dict[str, list[Content]] = {}
    for row in rows:
        for content in row.cells:
            if content.cell.match:
                groups.setdefault(content.cell.match, []).append(content)
    for group in groups.values():
        entries = [_entries(content) for content in group]
        for number in range(max(len(e) for e in entries)):
            same = [e[number] for e in entries if number < len(e)]
            most = max(len(lines) for lines in same)
            for lines in same:
                lines.extend([None] * (most - len(lines)))
        for content, own in zip(group, entries, strict=True):
            content.lines[:] = [line for entry in own for line in entry]
            while content.lines and content.lines[-1] is None:
                content.lines.pop()  # below the last entry there is nothing to keep level


def _entries(content: Content) -> list[list[Line | None]]:
    """Return the lines paragraph by paragraph."""
    found: list[list[Line | None]] = []
    for line in content.lines:
        if line is not None and line.first:
            found.append([])
        found[-1].append(line)
    return found
