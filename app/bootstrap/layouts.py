"""Which form the office fills: the annex's, or its own layout file in the data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.domain.fields import form_fields
from app.domain.registration_form import RegistrationForm
from app.paper.grid import Grid, WrongLayout, read_grid
from app.paths import OWN_LAYOUT, RESOURCES


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout file in use; ``notice`` says why the office's own is not used."""

    file: Path
    notice: str = ""


def office_layout(folder: Path) -> Layout:
    """Return the layout of an office: the one in ``folder``/forms, else the shipped one.

    A file that is not in order, or lacks a box of the annex, never keeps anybody from the forms:
    the annex's layout is used, and ``notice`` says why.
    """
    shipped, own = RESOURCES / OWN_LAYOUT, folder / OWN_LAYOUT
    if not own.is_file():
        return Layout(shipped)
    try:
        grid = read_grid(own, RegistrationForm)
    except WrongLayout as wrong:
        return Layout(shipped, f"本单位的登记表版式未采用，仍用办法附件的版式。{wrong}")
    absent = boxes_of(read_grid(shipped, RegistrationForm)) - boxes_of(grid)
    if absent:
        specs = form_fields(RegistrationForm)
        named = "、".join(spec.label for name, spec in specs.items() if name in absent)
        return Layout(
            shipped,
            f"本单位的登记表版式未采用，仍用办法附件的版式：缺少附件的栏目（{named}），"
            "所填内容会印不出来，请补入版式文件",
        )
    return Layout(own)


def boxes_of(grid: Grid) -> set[str]:
    """Return the attributes of the form that have a place on ``grid``."""
    return {cell.field for cell in grid.cells() if cell.field} | {one.field for one in grid.above}
