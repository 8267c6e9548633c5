"""Doubtful cells answered while looking at a ledger: the answer is read as if it stood there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.domain.fields import form_fields
from app.domain.ledger import Cell, Question, Sheet, Workbook, base_key, column_index
from app.domain.ledger_cells import line_of, text_of
from app.domain.ledger_reading import LedgerRows
from app.domain.ledger_row import PERSONAL_DATES
from app.domain.partial_date import DateStyle, DoubtfulDate, UnreadableDate, write_date
from app.domain.subject import KINDS, PARTY, PERSON_TYPES, SEXES, Subject

_DATES = (*PERSONAL_DATES, "party_since", "restored_on", "party_on", "admin_on", "on")


@dataclass(frozen=True, slots=True)
class Place:
    """One cell: sheet, row as the spreadsheet counts, column from 0.

    ``lacking`` is the key of a column that the sheet does not have; ``column`` is -1 then.
    """

    sheet: str
    row: int
    column: int
    lacking: str = ""


def place_of(question: Question, read: LedgerRows) -> Place | None:
    """Return the cell that ``question`` is about; None where it is about no single cell."""
    if not question.row or not (question.column or question.lacking):
        return None
    sheet = question.sheet or next(iter(read.readers), "")
    if question.lacking:
        return Place(sheet, question.row, -1, question.lacking)
    return Place(sheet, question.row, column_index(question.column))


def with_answers(workbook: Workbook, answers: Mapping[Place, str]) -> Workbook:
    """Return ``workbook`` with the answers in their cells; the office's file stays as it is."""
    if not answers:
        return workbook
    sheets = []
    for sheet in workbook.sheets:
        own = [
            (place, text)
            for place, text in answers.items()
            if place.sheet == sheet.name and not place.lacking
        ]
        sheets.append(_with(sheet, own) if own else sheet)
    return replace(workbook, sheets=tuple(sheets))


def added_by(answers: Mapping[Place, str]) -> dict[tuple[str, int], dict[str, Cell]]:
    """Return the answers about cells without a column, by sheet and row and then by key."""
    found: dict[tuple[str, int], dict[str, Cell]] = defaultdict(dict)
    for place, text in answers.items():
        if place.lacking and text:
            found[place.sheet, place.row][place.lacking] = text
    return found


def _with(sheet: Sheet, answers: list[tuple[Place, str]]) -> Sheet:
    rows = list(sheet.rows)
    for place, text in answers:
        if not 0 < place.row <= len(rows):
            continue
        row: list[Cell] = list(rows[place.row - 1])
        row += [None] * (place.column + 1 - len(row))
        row[place.column] = text or None
        rows[place.row - 1] = row
    return replace(sheet, rows=rows)


def choices(question: Question, read: LedgerRows, workbook: Workbook) -> tuple[str, ...]:
    """Return what the cell of ``question`` may mean, as texts to answer with; often nothing."""
    place = place_of(question, read)
    if place is None:
        return ()
    reader = read.reader_of(place.sheet, place.row)
    column = reader.header.columns.get(place.column)
    if column is None:
        return ()
    if base_key(column.key) in _DATES:
        try:
            reader.date(cell_at(workbook, place))
        except DoubtfulDate as doubt:
            return tuple(write_date(one, DateStyle.ISO) for one in doubt.candidates)
        except UnreadableDate:
            return ()
        return ()
    if base_key(column.key) in ("party_kind", "admin_kind"):
        of_party = base_key(column.key) == "party_kind"
        regimes = [regime for regime in KINDS if (regime == PARTY) == of_party]
        return tuple(dict.fromkeys(kind for regime in regimes for kind in KINDS[regime]))
    if column.key == "education":
        return form_fields(Subject)["education"].choices
    return {"sex": SEXES, "person_type": PERSON_TYPES}.get(column.key, ())


def cell_at(workbook: Workbook, place: Place) -> Cell:
    """Return what stands in a cell of the office's file; None outside the sheet."""
    sheet = next((sheet for sheet in workbook.sheets if sheet.name == place.sheet), None)
    if sheet is None or not 0 < place.row <= len(sheet.rows):
        return None
    row = sheet.rows[place.row - 1]
    return row[place.column] if place.column < len(row) else None


def first_content(sheet: Sheet, first_row: int, index: int) -> str:
    """Return the first content below a title, shortened: what a column is known by."""
    for row in sheet.rows[first_row : first_row + 50]:
        if index < len(row) and text_of(row[index]):
            text = line_of(row[index])
            return text if len(text) <= 24 else text[:23] + "…"
    return ""
