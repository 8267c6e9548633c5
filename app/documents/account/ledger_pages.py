"""回访台账 on A4: each person as a record of three lines under a head of three lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from app.documents.letters.pdf import draw_pdf
from app.documents.paper_options import PaperOptions
from app.domain.fields import display
from app.domain.ledger import COLUMNS
from app.paper.letter import (
    AUTO,
    CENTRE,
    COUNTED,
    WIDE,
    Block,
    Cell,
    Letter,
    Line,
    Paragraph,
    Table,
)
from app.services.ports import Progress

TITLE = "受处分人员回访台账"
LINE_UNITS = 30
SPANS = {
    "number": 1, "name": 3, "sex": 1, "born_on": 2, "education": 3, "work_since": 2,
    "party_since": 2, "workplace": 6, "person_type": 3, "address": 7,
    "phone": 3, "facts": 11, "party_kind": 4, "party_on": 2, "party_until": 2, "restored_on": 2,
    "admin_kind": 4, "admin_on": 2,
    "admin_until": 2, "until": 2, "verdict": 3, "reason": 8, "events": 3, "visit_count": 1,
    "visited_on": 2, "visit_means": 1, "outcome": 2, "fed_back_on": 2, "filed_on": 2, "remarks": 2,
}  # fmt: skip
"""How many of a line's thirty parts each column takes; the columns follow in the ledger's order."""

_SIZE, _TITLE_SIZE = 8.5, 16.0  # points
_PER_LETTER = 400  # people; a letter is placed as a whole, and progress comes between letters


def lines_of_columns() -> list[list[int]]:
    """Return the places of the columns line by line, each line full."""
    lines: list[list[int]] = [[]]
    room = LINE_UNITS
    for place, column in enumerate(COLUMNS):
        if SPANS[column.key] > room:
            lines.append([])
            room = LINE_UNITS
        lines[-1].append(place)
        room -= SPANS[column.key]
    return lines


def draw_ledger(
    rows: Iterable[Sequence[str]],
    *,
    as_of: date,
    office: str,
    options: PaperOptions,
    progress: Progress | None = None,
) -> bytes:
    """Return the ledger as PDF. Raises ``UnusableFont``; ``UnprintableCharacters`` unless insisted."""
    return draw_pdf(
        letters(list(rows), as_of=as_of, office=office), options=options, progress=progress
    )


def letters(rows: Sequence[Sequence[str]], *, as_of: date, office: str) -> list[Letter]:
    """Return the ledger, in one letter or, if it is long, in parts of some hundred people each."""
    parts = [rows[start : start + _PER_LETTER] for start in range(0, len(rows), _PER_LETTER)]
    return [
        _letter(part, len(rows), number, len(parts) or 1, as_of=as_of, office=office)
        for number, part in enumerate(parts or [()], 1)
    ]


def _letter(
    rows: Sequence[Sequence[str]],
    all_: int,
    number: int,
    of: int,
    *,
    as_of: date,
    office: str,
) -> Letter:
    part = f"（第{number}册，共{of}册）" if of > 1 else ""
    blocks: tuple[Block, ...] = (
        Line(TITLE + part, align=CENTRE, size=_TITLE_SIZE),
        Line(f"单位：{office}", right=f"截至{display(as_of)}　共{all_}行", size=10.5),
        _table(rows) if rows else Paragraph("名册中还没有人。"),
    )
    name = f"{TITLE}{part}"
    return Letter(TITLE, blocks, name=name, pages=COUNTED, landscape=True, paper=WIDE)


def _table(rows: Sequence[Sequence[str]]) -> Table:
    lines = lines_of_columns()
    head = [
        tuple(Cell(COLUMNS[place].title, SPANS[COLUMNS[place].key], label=True) for place in line)
        for line in lines
    ]
    body = [
        tuple(
            Cell(
                row[place],
                SPANS[COLUMNS[place].key],
                align=CENTRE if COLUMNS[place].width <= _NARROW else AUTO,
            )
            for place in line
        )
        for row in rows
        for line in lines
    ]
    return Table((1.0,) * LINE_UNITS, (*head, *body), head=len(lines), size=_SIZE, group=len(lines))


_NARROW = 16  # characters; what is longer is set from the left when it takes several lines
