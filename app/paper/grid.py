"""The paper grid of a form, read from its layout file: one fact for PDF, DOCX and screen."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from app.domain.fields import form_fields

POINTS_PER_MM = 72 / 25.4
ALIGNMENTS = ("centre", "left", "auto", "text")
SIDES = ("left", "right")

Part = TypeVar("Part")


class WrongLayout(ValueError):
    """A layout file contradicts itself or the entity; the message is a Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper and its type area, in millimetres."""

    width_mm: float
    height_mm: float
    top_mm: float
    left_mm: float
    right_mm: float
    bottom_mm: float
    columns: int

    @property
    def inner_width_mm(self) -> float:
        """The width of the type area."""
        return self.width_mm - self.left_mm - self.right_mm

    @property
    def inner_height_mm(self) -> float:
        """The height of the type area."""
        return self.height_mm - self.top_mm - self.bottom_mm

    @property
    def column_mm(self) -> float:
        """The width of one of the grid's columns."""
        return self.inner_width_mm / self.columns


@dataclass(frozen=True, slots=True)
class Type:
    """Sizes of type and strokes in points, heights of the lines above the frame in millimetres."""

    title_pt: float
    continued_pt: float
    text_pt: float
    least_pt: float
    pitch_pt: float
    small_pt: float
    frame_pt: float
    line_pt: float
    title_mm: float
    line_mm: float


@dataclass(frozen=True, slots=True)
class Item:
    """A labelled value above the frame."""

    label: str
    field: str
    side: str
    blank: str = ""


@dataclass(frozen=True, slots=True)
class FootLine:
    """A line for handwriting: printed words and the room that stays free at their right."""

    text: str
    height_mm: float
    room_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a label or a field, and where it stands. ``column`` counts from 0."""

    row: int
    column: int
    span: int
    rows: int = 1
    label_lines: tuple[str, ...] = ()
    field: str = ""
    distribute: float = 0.0
    align: str = "centre"
    match: str = ""
    blank: str | None = None
    foot: tuple[FootLine, ...] = ()

    @property
    def label(self) -> str:
        """The label as one plain text; empty for a field."""
        return "".join(self.label_lines)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of cells and how its height behaves."""

    cells: tuple[Cell, ...]
    least_mm: float
    tight_mm: float
    grow: float = 0.0
    break_before: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A whole form on paper."""

    title: str
    continued: str
    continued_label: str
    annex: str
    footer: str
    sheet: Sheet
    type: Type
    above: tuple[Item, ...]
    above_continued: tuple[Item, ...]
    rows: tuple[Row, ...]
    standing: tuple[tuple[Cell, ...], ...] = field(init=False, compare=False)
    """For each row its own cells and those that reach down into it."""
    bands: tuple[tuple[int, ...], ...] = field(init=False, compare=False)
    """The rows that cells over several rows tie together."""

    def __post_init__(self) -> None:
        # Read for every form of a batch: worked out once.
        object.__setattr__(
            self, "standing", tuple(self._standing(n) for n in range(len(self.rows)))
        )
        object.__setattr__(self, "bands", tuple(map(tuple, self._bands())))

    def _standing(self, number: int) -> tuple[Cell, ...]:
        return tuple(c for c in self.cells() if c.row <= number < c.row + c.rows)

    def _bands(self) -> list[list[int]]:
        bands: list[list[int]] = []
        tied = 0
        for number, row in enumerate(self.rows):
            if number < tied:
                bands[-1].append(number)
            else:
                bands.append([number])
            tied = max([tied, *(number + cell.rows for cell in row.cells if cell.rows > 1)])
        return bands

    def cells(self) -> Iterator[Cell]:
        """Yield every cell, row by row."""
        for row in self.rows:
            yield from row.cells

    def label_of(self, field: str) -> str:
        """Return what stands before the field on paper, e.g. 党纪处分 时间 as 党纪处分时间."""
        for item in self.above:
            if item.field == field:
                return item.label.rstrip("：")
        for row in self.rows:
            for cell in row.cells:
                if cell.field == field:
                    return "".join(c.label for c in self._labels_before(cell))
        raise KeyError(field)

    def _labels_before(self, cell: Cell) -> list[Cell]:
        """The labels at the cell's left, up to the next field, from the left."""
        found: list[Cell] = []
        edge = cell.column
        while edge > 0:
            left = [
                c
                for c in self.cells()
                if c.column + c.span == edge and c.row <= cell.row < c.row + c.rows
            ]
            if not left or left[0].field:
                break
            found.insert(0, left[0])
            edge = left[0].column
        return found


@cache
def read_grid(file: Path, entity: type) -> Grid:
    """Read a layout file whose fields are attributes of ``entity``.

    Raises ``WrongLayout`` with file, row and reason: a wrong field name, a row that does not
    fill the columns, an unknown word. A layout is read once per process.
    """
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise WrongLayout(f"版式文件“{file.name}”读不出来：{wrong}") from wrong
    try:
        return _grid(raw, frozenset(form_fields(entity)))
    except (WrongLayout, TypeError, KeyError, AttributeError) as wrong:
        raise WrongLayout(f"版式文件“{file.name}”有误：{wrong}") from wrong


def _grid(raw: Mapping[str, Any], names: frozenset[str]) -> Grid:
    sheet = _part(Sheet, raw["page"], "page")
    rows = tuple(_rows(raw["row"], sheet.columns, names))
    above, continued = (
        tuple(_item(item, names) for item in raw.get(key, ()))
        for key in ("above", "above_continued")
    )
    used = [c.field for row in rows for c in row.cells if c.field] + [i.field for i in above]
    if twice := {name for name in used if used.count(name) > 1}:
        raise WrongLayout(f"字段重复：{'、'.join(sorted(twice))}")
    return Grid(
        title=raw["title"],
        continued=raw["continued"],
        continued_label=raw["continued_label"],
        annex=raw["annex"],
        footer=raw["footer"],
        sheet=sheet,
        type=_part(Type, raw["type"], "type"),
        above=above,
        above_continued=continued,
        rows=rows,
    )


def _part(kind: type[Part], raw: Mapping[str, Any], where: str) -> Part:
    """Build one dataclass from a table of the file; every key must be known and none missing."""
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    if unknown := set(raw) - known:
        raise WrongLayout(f"{where}：不认识“{'、'.join(sorted(unknown))}”")
    try:
        return kind(**raw)
    except TypeError as wrong:
        raise WrongLayout(f"{where}：{wrong}") from None


def _item(raw: Mapping[str, Any], names: frozenset[str]) -> Item:
    item = _part(Item, raw, "above")
    if item.field not in names:
        raise WrongLayout(f"表格上方：没有字段“{item.field}”")
    if item.side not in SIDES:
        raise WrongLayout(f"表格上方：side 只能是 {' 或 '.join(SIDES)}")
    return item


def _rows(raw: list[Mapping[str, Any]], columns: int, names: frozenset[str]) -> Iterator[Row]:
    """Place the cells of each row into the columns that rows above leave free."""
    covered = [0] * columns  # per column: rows below the current one that a cell still covers
    for number, row in enumerate(raw):
        where = f"第{number + 1}行"
        cells, column = [], 0
        for cell in row["cells"]:
            while column < columns and covered[column]:
                column += 1
            placed = _cell(cell, number, column, names, where)
            column += placed.span
            if column > columns or any(covered[placed.column : column]):
                raise WrongLayout(f"{where}：各格共宽超过{columns}列")
            for taken in range(placed.column, column):
                covered[taken] = placed.rows
            cells.append(placed)
        if not all(covered):
            raise WrongLayout(f"{where}：各格没有填满{columns}列")
        covered = [left - 1 for left in covered]
        rest = {key: value for key, value in row.items() if key != "cells"}
        yield _part(Row, {**rest, "cells": tuple(cells)}, where)
    if any(covered):
        raise WrongLayout("最后一行：有的格向下跨出了表格")


def _cell(raw: Mapping[str, Any], row: int, column: int, names: frozenset[str], where: str) -> Cell:
    values = dict(raw)
    label = values.pop("label", "")
    foot = tuple(_part(FootLine, line, where) for line in values.pop("foot", ()))
    lines = tuple(label.split("|")) if label else ()
    values.update(row=row, column=column, label_lines=lines, foot=foot)
    cell = _part(Cell, values, where)
    if bool(cell.label) == bool(cell.field):
        raise WrongLayout(f"{where}：每格要么是 label，要么是 field")
    if cell.field and cell.field not in names:
        raise WrongLayout(f"{where}：没有字段“{cell.field}”")
    if cell.align not in ALIGNMENTS:
        raise WrongLayout(f"{where}：align 只能是 {'、'.join(ALIGNMENTS)}")
    if cell.rows > 1 and cell.field:
        raise WrongLayout(f"{where}：跨行的格只能放 label")
    if cell.span < 1 or cell.rows < 1:
        raise WrongLayout(f"{where}：span 和 rows 至少为 1")
    return cell
