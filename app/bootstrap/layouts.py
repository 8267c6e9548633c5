"""Which form the office fills: the annex's, or its own layout file in the data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.domain.fields import form_fields
from app.domain.registration_form import RegistrationForm
from app.paper.grid import WrongLayout, read_grid
from app.paths import RESOURCES

OWN_FORMS = "forms"
FORM_LAYOUT = "registration_form.toml"


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout file in use; ``notice`` says why the office's own is not used."""

    file: Path
    notice: str = ""


def office_layout(folder: Path) -> Layout:
    """Return the layout of an office: the one in ``folder``/forms, else the shipped one.

    A file that is not in order, or lacks a box that must be filled, never keeps anybody from the
    forms: the annex's layout is used, and ``notice`` says why.
    """
    shipped, own = RESOURCES / OWN_FORMS / FORM_LAYOUT, folder / OWN_FORMS / FORM_LAYOUT
    if not own.is_file():
        return Layout(shipped)
    try:
        grid = read_grid(own, RegistrationForm)
    except WrongLayout as wrong:
        return Layout(shipped, f"本单位的登记表版式未采用，仍用办法附件的版式。{wrong}")
    placed = {cell.field for cell in grid.cells()} | {item.field for item in grid.above}
    absent = [
        spec.label
        for name, spec in form_fields(RegistrationForm).items()
        if spec.required and name not in placed
    ]
    if absent:
        named = "、".join(absent)
        return Layout(
            shipped,
            f"本单位的登记表版式未采用，仍用办法附件的版式：缺少必填的栏目（{named}），请补入版式文件",
        )
    return Layout(own)
