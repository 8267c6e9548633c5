"""Metrics and forms for layout tests: widths from a table, no font file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.domain.registration_form import RegistrationForm
from app.paper.grid import POINTS_PER_MM, Grid, read_grid
from app.paper.layout import Page, Run

LAYOUT = Path(__file__).parents[2] / "resources" / "forms" / "registration_form.toml"


class _Widths(dict[str, float]):
    def __missing__(self, character: str) -> float:
        return 0.5 if ord(character) < 0x2000 else 1.0


class TableMetrics:
    """Latin is half an em wide, everything else one."""

    def __init__(self) -> None:
        self._widths = _Widths()

    def widths(self, role: str) -> Mapping[str, float]:
        return self._widths


def official_grid() -> Grid:
    return read_grid(LAYOUT, RegistrationForm)


def runs_of(page: Page) -> list[Run]:
    return [run for phrase in page.phrases for run in phrase.runs]


def frame_top(grid: Grid) -> float:
    return (grid.sheet.top_mm + grid.type.title_mm + grid.type.line_mm) * POINTS_PER_MM


def text_in_cell(grid: Grid, pages: list[Page], field: str) -> list[str]:
    """Return the lines of text that stand in the field's cell, page after page."""
    cell = next(cell for cell in grid.cells() if cell.field == field)
    column = grid.sheet.column_mm * POINTS_PER_MM
    left = grid.sheet.left_mm * POINTS_PER_MM + cell.column * column
    found: list[str] = []
    feet = {line.text for line in cell.foot}
    for page in pages:
        for piece in page.pieces:
            if piece.row != cell.row:
                continue
            top = frame_top(grid) + piece.top
            inside = [
                run
                for run in runs_of(page)
                if left <= run.x < left + cell.span * column
                and top <= run.y <= top + piece.height
                and run.text not in feet
            ]
            lines: dict[float, str] = {}
            for run in inside:
                lines[run.y] = lines.get(run.y, "") + run.text
            found.extend(lines.values())
    return found
