"""Turns the blocks of a letter into strips: pieces of a column that a page break never cuts."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.fields import display
from app.paper import chart as charts
from app.paper.content import Metrics
from app.paper.layout import Fill, Phrase, Rule, Run
from app.paper.letter import (
    BODY_PT,
    CENTRE,
    RIGHT,
    SMALL_PT,
    TITLE_PT,
    Blank,
    Block,
    Diagram,
    Heading,
    Line,
    Note,
    Paragraph,
    Recipient,
    Signatures,
    SignOff,
    Table,
    Title,
)
from app.paper.letter_lines import (
    INDENT,
    PEN_LINES,
    PITCH,
    SIGNATURE_PITCH,
    TABLE_GAP,
    TITLE_PITCH,
    Strip,
    baseline,
    set_line,
    width_of,
)
from app.paper.letter_tables import table_strips
from app.paper.letter_title import title_lines
from app.paper.line_breaking import break_evenly, break_lines
from app.paper.plain_text import printable

NO_DATE = "　　年　　月　　日"


class Setter:
    """Makes the strips of one letter: ``width`` is that of the type area, ``room`` its height."""

    def __init__(self, metrics: Metrics, width: float, room: float) -> None:
        self._metrics, self._width, self._room = metrics, width, room

    def strips(self, blocks: tuple[Block, ...]) -> list[Strip]:
        """Return all strips from top to bottom."""
        found: list[Strip] = []
        before: Block | None = None
        for number, block in enumerate(blocks, 1):
            if isinstance(block, SignOff | Signatures | Note | Blank) and found:
                found[-1] = found[-1]._replace(glue=True)
            elif isinstance(block, Table) and found and found[-1].row is not None:
                found.append(Strip(2 * TABLE_GAP, blank=True))
            elif isinstance(block, Table) and isinstance(before, Diagram):
                found.append(Strip(TABLE_GAP, blank=True))  # a chart may end a page
            elif isinstance(block, Table) and found:
                found[-1] = found[-1]._replace(glue=True)
                found.append(Strip(TABLE_GAP, glue=True, blank=True))
            elif (
                isinstance(block, Paragraph | Heading | Line | Diagram) and found and found[-1].row
            ):
                last = isinstance(block, Line) and number == len(blocks)  # of who filled it in
                found[-1] = found[-1]._replace(glue=found[-1].glue or last)
                found.append(Strip(TABLE_GAP, blank=True, glue=last))
            found += self._of(block)
            before = block
        return found

    def _of(self, block: Block) -> list[Strip]:
        match block:
            case Title():
                return self._title(block)
            case Line():
                return self._line(block)
            case Recipient(text):
                return self._paragraph(printable(text) + "：", "text", indent=0.0, keep=True)
            case Paragraph(text, keep):
                return self._paragraph(printable(text), "text", indent=INDENT, keep=keep)
            case Heading(text, level):
                role = {1: "heading", 2: "strong"}.get(level, "text")
                return self._paragraph(printable(text), role, indent=INDENT, keep=True)
            case Note(text):
                return self._paragraph(printable(f"（{text}）"), "text", indent=INDENT, keep=False)
            case Blank(lines):
                return [Strip(lines * PITCH)]
            case Signatures():
                return self._signatures(block)
            case SignOff():
                return self._sign_off(block)
            case Table():
                return list(table_strips(block, self._metrics, self._width, self._room))
            case Diagram(chart):
                return [self._diagram(chart)]

    # -- text ------------------------------------------------------------------------------

    def _title(self, block: Title) -> list[Strip]:
        widths = self._metrics.widths("title")
        text = printable(block.text)
        lines = title_lines(text, widths, self._width / TITLE_PT, block.words)
        strips = [
            Strip(TITLE_PITCH, self._one(line, "title", TITLE_PT, TITLE_PITCH), glue=True)
            for line in lines
        ]
        return [*strips, Strip(PITCH, glue=True)]

    def _one(
        self, text: str, role: str, size: float, pitch: float, align: str = CENTRE
    ) -> tuple[Phrase, ...]:
        """Set one line; what is too long is set closer, never cut."""
        width, spacing = width_of(text, self._metrics.widths(role)) * size, 0.0
        if width > self._width and len(text) > 1:
            spacing = (self._width - width) / (len(text) - 1)
            width = self._width
        x = {CENTRE: (self._width - width) / 2, RIGHT: self._width - width}.get(align, 0.0)
        run = Run(x, baseline(pitch, size), text, role, size, spacing)
        return (Phrase("", (run,)),) if text else ()

    def _line(self, block: Line) -> list[Strip]:
        pitch = max(block.size * 1.5, PITCH if block.size == BODY_PT else 0.0)
        left = self._one(printable(block.text), "text", block.size, pitch, block.align)
        right = self._one(printable(block.right), "text", block.size, pitch, RIGHT)
        return [Strip(pitch, (*left, *right), glue=block.keep)]

    def _paragraph(self, text: str, role: str, *, indent: float, keep: bool) -> list[Strip]:
        """Return a strip per line; neither the first nor the last line of a paragraph stands alone."""
        widths = self._metrics.widths(role)
        measure = self._width // BODY_PT
        lines = break_lines(text, widths, measure, indent=indent)
        strips = []
        for number, line in enumerate(lines):
            runs = set_line(text, line, role, BODY_PT, measure, widths, y=baseline(PITCH, BODY_PT))
            before_last = number + 1 < len(lines) and lines[number + 1].last
            glue = (line.first and not line.last) or (before_last and not line.last)
            strips.append(Strip(PITCH, (Phrase("", tuple(runs)),) if runs else (), glue=glue))
        if keep and strips:
            strips[-1] = strips[-1]._replace(glue=True)
        return strips

    def _diagram(self, chart: charts.Chart) -> Strip:
        widths = self._metrics.widths("heading")
        drawing = chart_drawing(chart, width=self._width, most=self._room, widths=widths)
        return Strip(
            drawing.height + PITCH / 2,
            tuple(
                Phrase("", (Run(one.x, one.y, printable(one.text), "heading", one.size),))
                for one in drawing.words
            ),
            fills=(
                *(  # behind the bars
                    Fill(one.x1, one.y1, one.x2 - one.x1, one.weight, 0.7)
                    for one in drawing.strokes
                    if one.pale
                ),
                *(
                    Fill(one.x, one.y, one.width, one.height, GREYS[one.style], 0.6)
                    for one in drawing.boxes
                ),
            ),
            rules=tuple(
                Rule(one.x1, one.y1, one.x2, one.y2, one.weight)
                for one in drawing.strokes
                if not one.pale
            ),
        )

    # -- at the end ------------------------------------------------------------------------

    def _sign_off(self, block: SignOff) -> list[Strip]:
        widths = self._metrics.widths("text")
        strips = [Strip(PITCH * room_above(block), glue=True)]
        for text, start in sign_off_lines(block, widths, self._width / BODY_PT):
            run = Run(start * BODY_PT, baseline(PITCH, BODY_PT), text, "text", BODY_PT)
            strips.append(Strip(PITCH, (Phrase("", (run,)),), glue=True))
        strips[-1] = strips[-1]._replace(glue=False)
        return strips

    def _signatures(self, block: Signatures) -> list[Strip]:
        widths = self._metrics.widths("text")
        height = SIGNATURE_PITCH
        strips = []
        if block.above:
            strips += self._paragraph(block.above, "text", indent=INDENT, keep=True)
            strips.append(Strip(PEN_LINES * PITCH, glue=True))
        for text in block.lines:
            x = signature_start(text, widths, self._width)
            run = Run(x, baseline(height, BODY_PT), text, "text", BODY_PT)
            strips.append(Strip(height, (Phrase("", (run,)),), glue=True))
        strips[-1] = strips[-1]._replace(glue=False)
        return strips


GREYS = {charts.SOLID: 0.25, charts.HATCHED: 1.0, charts.HOLLOW: 1.0}
"""What fills a bar on paper: from black (0) to white (1); the hatching is drawn over it."""


def chart_drawing(
    chart: charts.Chart, *, width: float, most: float, widths: Mapping[str, float]
) -> charts.Drawing:
    """Return ``chart`` as every paper sets it, in points; ``most`` is the height there is."""
    height = min(charts.height_of(chart, SMALL_PT), most)
    return charts.lay_out(chart, width=width, height=height, size=SMALL_PT, widths=widths)


def room_above(block: SignOff) -> float:
    """Return how many lines stay free above 落款: a seal needs one more."""
    return 2.0 if block.sealed else 1.0


def sign_off_lines(
    block: SignOff, widths: Mapping[str, float], measure: float
) -> list[tuple[str, float]]:
    """Return the lines of 落款 and where each begins, in em from the left margin."""
    when = display(block.on) if block.on else NO_DATE
    room = measure if block.sealed else measure - 2.0
    names = [
        part
        for name in map(printable, block.names)
        for part in (name[one.start : one.end] for one in break_evenly(name, widths, room))
    ]
    wide = width_of(when, widths)
    longest = max((width_of(name, widths) for name in names), default=0.0)
    if block.sealed:
        date_start = measure - 4.0 - wide
        middle = min(date_start + wide / 2, measure - longest / 2)  # stays inside the margin
        starts = [max(0.0, middle - width_of(name, widths) / 2) for name in names]
    else:
        first = max(0.0, min(measure - 2.0 - longest, measure - 4.0 - wide))
        starts = [first] * len(names)
        date_start = first + 2.0 if names else measure - 2.0 - wide
    return [*zip(names, starts, strict=True), (when, date_start)]


def signature_start(text: str, widths: Mapping[str, float], width: float) -> float:
    """Return where a line for a handwritten name begins, in points from the left margin."""
    return max(0.0, min(width * 0.5, width - (width_of(text, widths) + 1.0) * BODY_PT))
