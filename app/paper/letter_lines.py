"""The measures of an official letter, and what its column is built of: strips of placed text."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

from app.paper.grid import POINTS_PER_MM
from app.paper.layout import Fill, Phrase, Rule, Run
from app.paper.letter import TABLE_PT
from app.paper.line_breaking import Line as BrokenLine

LINES_PER_PAGE = 22
PITCH = 225 / LINES_PER_PAGE * POINTS_PER_MM  # points
TITLE_PITCH = 36.0
INDENT = 2.0  # em
SIGNATURE_PITCH = PITCH * 1.3
PEN_LINES = 2  # lines for a sentence written by hand
PAD_X, PAD_SMALL, PAD_Y = 5.0, 3.0, 4.0  # points between a table's rules and its text
TABLE_PITCH = 1.5  # em
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
    repeated where a page begins with it. ``fills`` and ``rules`` are those of a chart.
    """

    height: float
    phrases: tuple[Phrase, ...] = ()
    glue: bool = False
    blank: bool = False
    row: Row | None = None
    opens: bool = False
    closes: bool = False
    head: tuple[Strip, ...] = ()
    fills: tuple[Fill, ...] = ()
    rules: tuple[Rule, ...] = ()


def width_of(text: str, widths: Mapping[str, float]) -> float:
    """Return the width of ``text`` in em."""
    return sum(map(widths.__getitem__, text))


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
