"""Divides the strips of a letter over pages and places everything: a pure function."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from app.paper.content import Metrics
from app.paper.grid import POINTS_PER_MM
from app.paper.layout import Fill, Phrase, Rule, Run
from app.paper.letter import BODY_PT, DASHED, PAGE_PT, Letter
from app.paper.letter_lines import (
    PITCH,
    TABLE_PITCH,
    Fixed,
    Row,
    Strip,
    baseline,
    pad_x,
    width_of,
)
from app.paper.letter_strips import Setter
from app.paper.plain_text import printable

FRAME_PT, LINE_PT = 1.0, 0.5
NUMBER_MM = 7.0  # the page number's distance below the type area (GB/T 9704, 7.5)
PRINTABLE_MM = 5.0  # what is nearer to the sheet's edge some printers cut off
FOOT_LINES = 2.0  # lines of body text that a signature line takes from every page
HEAD_TOP_MM = 30.0  # 信函格式: the office's name below the sheet's upper edge (GB/T 9704, 10.1)
HEAD_RULE_MM = 4.0  # the red double rule below the name
FOOT_RULE_MM = 20.0  # the other one above the sheet's lower edge
RED_WIDTH_MM = 170.0
THICK_PT, THIN_PT, BETWEEN_PT = 2.2, 0.7, 2.6
HEAD_PT, LEAST_HEAD_PT = 30.0, 16.0
CONTINUED = "（续）"
_EPSILON = 0.01


def head_size(em: float, room: float) -> float:
    """Return the type size of an office's name ``em`` wide: smaller for a long one, never tight."""
    return max(LEAST_HEAD_PT, min(HEAD_PT, room / em)) if em else HEAD_PT


class LetterPage(NamedTuple):
    """One page: what is painted black, and what red."""

    number: int
    phrases: list[Phrase]
    rules: list[Rule]
    red_phrases: list[Phrase]
    red_rules: list[Rule]
    fills: list[Fill]


def lay_out(letter: Letter, metrics: Metrics, *, anchor: str = "") -> list[LetterPage]:
    """Place ``letter`` on as few pages as it needs; ``anchor`` goes to the foot of each page."""
    return _Pages(letter, metrics, anchor).pages()


class _Pages:
    def __init__(self, letter: Letter, metrics: Metrics, anchor: str) -> None:
        self._letter, self._metrics, self._anchor = letter, metrics, printable(anchor)
        sheet = letter.sheet
        self._left, self._top = sheet.left_mm * POINTS_PER_MM, sheet.top_mm * POINTS_PER_MM
        self._width = sheet.inner_width_mm * POINTS_PER_MM
        self._room = sheet.inner_height_mm * POINTS_PER_MM
        if letter.foot:
            self._room -= FOOT_LINES * PITCH
        self._bottom = (sheet.height_mm - sheet.bottom_mm) * POINTS_PER_MM
        self._sheet_width = sheet.width_mm * POINTS_PER_MM
        self._sheet_height = sheet.height_mm * POINTS_PER_MM

    def pages(self) -> list[LetterPage]:
        strips = Setter(self._metrics, self._width, self._room).strips(self._letter.blocks)
        head = self._head_height()
        divided = divide(strips, self._room, first=self._room - head)
        return [
            self._page(number, len(divided), on_it, head if number == 1 else 0.0)
            for number, on_it in enumerate(divided, 1)
        ]

    def _page(self, number: int, of: int, strips: list[Strip], down: float) -> LetterPage:
        page = LetterPage(number, [], [], [], [], [])
        if number == 1:
            self._first(page)
        y = self._top + down
        for row, group in groupby(strips, lambda strip: strip.row):
            pieces = list(group)
            start = y
            for strip in pieces:
                page.phrases.extend(_moved(p, self._left, y) for p in strip.phrases)
                page.fills.extend(
                    one._replace(x=one.x + self._left, y=one.y + y) for one in strip.fills
                )
                page.rules.extend(_shifted(one, self._left, y) for one in strip.rules)
                y += strip.height
            if row is not None:
                self._table_row(page, row, pieces, start, y)
        self._close_tables(page, strips, self._top + down)
        self._edges(page, number, of)
        return page

    # -- tables ----------------------------------------------------------------------------

    def _table_row(
        self, page: LetterPage, row: Row, pieces: list[Strip], top: float, bottom: float
    ) -> None:
        opened = pieces[0].opens
        for fixed in row.fixed:
            lines = fixed.lines if opened or not fixed.centred else (*fixed.lines, CONTINUED)
            if fixed.lines and (opened or fixed.centred):
                phrase = self._fixed(fixed._replace(lines=lines), row.size, top, bottom)
                page.phrases.append(phrase)
        left, right = row.edges[0], row.edges[-1]
        for edge in row.edges:
            weight = FRAME_PT if edge in (left, right) else LINE_PT
            x = self._left + edge
            page.rules.append(Rule(x, top, x, bottom, weight))

    def _close_tables(self, page: LetterPage, strips: Sequence[Strip], top: float) -> None:
        """Draw the horizontal rules: thick around what stands on this page, thin between rows."""
        y, before = top, None
        left, right = self._left, self._left + self._width
        for strip in [*strips, Strip(0.0)]:
            if strip.row is not before:
                outer = before is None or strip.row is None
                inner = before is not None and before.last and strip.row is not None
                if before is not None or strip.row is not None:
                    weight = FRAME_PT if outer or inner else LINE_PT
                    page.rules.append(Rule(left, y, right, y, weight))
            y += strip.height
            before = strip.row

    def _fixed(self, cell: Fixed, size: float, top: float, bottom: float) -> Phrase:
        pitch = min(size * TABLE_PITCH, (bottom - top) / len(cell.lines))
        widths = self._metrics.widths("text")
        first = (top + bottom - len(cell.lines) * pitch) / 2
        runs = []
        for number, line in enumerate(cell.lines):
            wide, spacing = width_of(line, widths) * size, 0.0
            if wide > cell.width - 2 and len(line) > 1:
                spacing = (cell.width - 2 - wide) / (len(line) - 1)
                wide = cell.width - 2
            inset = (cell.width - wide) / 2 if cell.centred else pad_x(size)
            x = self._left + cell.left + max(1.0, inset)
            y = first + number * pitch + baseline(pitch, size)
            runs.append(Run(x, y, line, "text", size, spacing))
        return Phrase("".join(cell.lines) if len(runs) > 1 else "", tuple(runs))

    # -- around the text -------------------------------------------------------------------

    def _head_height(self) -> float:
        """How far down the first page's text begins, in the type area."""
        if self._letter.head is None:
            return 0.0
        rule = (HEAD_TOP_MM + HEAD_RULE_MM) * POINTS_PER_MM + HEAD_PT + BODY_PT * 7 / 8
        return rule + BODY_PT + 2 * PITCH - self._top

    def _first(self, page: LetterPage) -> None:
        letter = self._letter
        if letter.mark:
            y = self._top - 0.6 * BODY_PT
            page.phrases.append(self._at(printable(letter.mark), "left", y, "heading", BODY_PT))
        if (head := letter.head) is None:
            return
        y = HEAD_TOP_MM * POINTS_PER_MM
        rule = y + HEAD_PT + HEAD_RULE_MM * POINTS_PER_MM
        if not head.printed:
            office = printable(head.office)
            size = head_size(width_of(office, self._metrics.widths("title")), self._width)
            name = self._at(office, "centre", y + 0.88 * HEAD_PT, "title", size)
            page.red_phrases.append(name)
            page.red_rules.extend(self._double(rule, thick_first=True))
            below = self._sheet_height - FOOT_RULE_MM * POINTS_PER_MM
            page.red_rules.extend(self._double(below, thick_first=False))
        y = rule + BETWEEN_PT + THICK_PT + BODY_PT * 7 / 8 + 0.88 * BODY_PT
        page.phrases.append(self._at(printable(head.number), "right", y, "text", BODY_PT))

    def _double(self, y: float, *, thick_first: bool) -> list[Rule]:
        half = RED_WIDTH_MM * POINTS_PER_MM / 2
        middle = self._sheet_width / 2
        weights = (THICK_PT, THIN_PT) if thick_first else (THIN_PT, THICK_PT)
        return [
            Rule(middle - half, at, middle + half, at, weight)
            for at, weight in zip((y, y + BETWEEN_PT + 1), weights, strict=True)
        ]

    def _edges(self, page: LetterPage, number: int, of: int) -> None:
        letter = self._letter
        if letter.foot:
            y = self._bottom - 0.5 * PITCH
            page.phrases.append(self._at(printable(letter.foot), "left", y, "text", BODY_PT))
        y = self._bottom + NUMBER_MM * POINTS_PER_MM + 0.88 * PAGE_PT
        text = letter.pages.format(page=number, pages=of)
        if letter.head is None or number > 1:  # 信函格式 has no number on its first page
            if letter.pages == DASHED:
                side = "right" if number % 2 else "left"
                phrase = self._at(text, side, y, "song", PAGE_PT, aside=PAGE_PT)
            else:
                phrase = self._at(text, "centre", y, "song", PAGE_PT)
            page.phrases.append(phrase)
        if self._anchor:
            lowest = self._sheet_height - PRINTABLE_MM * POINTS_PER_MM
            below = y + 1.6 * PAGE_PT if letter.head is None else self._sheet_height - 28.0
            if below > lowest:  # a narrow margin: beside the page number
                below = y
            page.phrases.append(self._at(self._anchor, "right", below, "text", 9.0))

    def _at(
        self, text: str, side: str, y: float, role: str, size: float, *, aside: float = 0.0
    ) -> Phrase:
        """Set one line between the margins; a line that is too long is set closer, never cut."""
        width, spacing = width_of(text, self._metrics.widths(role)) * size, 0.0
        room = self._width - aside
        if width > room and len(text) > 1:
            spacing = (room - width) / (len(text) - 1)
            width = room
        x = {"left": aside, "centre": (self._width - width) / 2, "right": room - width}[side]
        return Phrase("", (Run(self._left + x, y, text, role, size, spacing),))


def _shifted(rule: Rule, x: float, y: float) -> Rule:
    return Rule(rule.x1 + x, rule.y1 + y, rule.x2 + x, rule.y2 + y, rule.weight)


def _moved(phrase: Phrase, x: float, y: float) -> Phrase:
    return Phrase(phrase.text, tuple(run._replace(x=run.x + x, y=run.y + y) for run in phrase.runs))


def divide(strips: Sequence[Strip], room: float, *, first: float) -> list[list[Strip]]:
    """Divide strips over pages ``room`` points high (the first one ``first``).

    Strips glued together stay on one page as long as they fit one; blank ones vanish at the top of
    a page; a table's head is repeated where a page begins inside it.
    """
    pages: list[list[Strip]] = [[]]
    left = first
    for chunk in _chunks(strips):
        if sum(strip.height for strip in chunk) <= left + _EPSILON:
            pages[-1].extend(chunk)
            left -= sum(strip.height for strip in chunk)
            continue
        head = chunk[0].head
        whole = sum(strip.height for strip in (*head, *chunk))
        if pages[-1] and whole <= room + _EPSILON:
            pages.append([*head, *_without_blanks(chunk)])
            left = room - sum(strip.height for strip in pages[-1])
            continue
        for strip in chunk:  # longer than a page: it must be parted somewhere
            if strip.height > left + _EPSILON and pages[-1]:
                pages.append(list(strip.head))
                left = room - sum(each.height for each in strip.head)
            pages[-1].append(strip)
            left -= strip.height
    return pages


def _without_blanks(chunk: Sequence[Strip]) -> list[Strip]:
    start = 0
    while start < len(chunk) - 1 and chunk[start].blank:
        start += 1
    return list(chunk[start:])


def _chunks(strips: Sequence[Strip]) -> list[list[Strip]]:
    """Return runs of strips glued together."""
    found: list[list[Strip]] = []
    open_ = False
    for strip in strips:
        if open_:
            found[-1].append(strip)
        else:
            found.append([strip])
        open_ = strip.glue
    return found
