"""A chart as a picture for Word and WPS: the drawing of the screen and the PDF, in black and white."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

from app.documents.fonts import GETA, Chain, Fonts
from app.paper import chart as charts
from app.paper.letter_strips import GREYS, chart_drawing
from app.paper.plain_text import printable

DOTS_PER_POINT = 300 / 72
_THIN = 0.6  # points around each bar, as in the PDF


def chart_picture(chart: charts.Chart, *, width: float, most: float, fonts: Fonts) -> Any:
    """Return the PNG (bytes) of ``chart`` and its height in points, ``width`` points wide."""
    from PIL import Image, ImageDraw

    drawing = chart_drawing(chart, width=width, most=most, widths=fonts.widths("heading"))
    size = (round(width * DOTS_PER_POINT), round(drawing.height * DOTS_PER_POINT))
    picture = Image.new("L", size, 255)
    pen = ImageDraw.Draw(picture)
    for stroke in drawing.strokes:
        if stroke.pale:
            _line(pen, stroke, 178)
    for box in drawing.boxes:
        corners = [
            (box.x * DOTS_PER_POINT, box.y * DOTS_PER_POINT),
            ((box.x + box.width) * DOTS_PER_POINT, (box.y + box.height) * DOTS_PER_POINT),
        ]
        fill = round(255 * GREYS[box.style])
        pen.rectangle(corners, fill=fill, outline=0, width=round(_THIN * DOTS_PER_POINT))
    for stroke in drawing.strokes:
        if not stroke.pale:
            _line(pen, stroke, 0)
    for words in drawing.words:
        _say(pen, words, fonts.chains["heading"])
    made = io.BytesIO()
    picture.save(made, "PNG", optimize=True, dpi=(300, 300))
    return made.getvalue(), drawing.height


def _line(pen: Any, stroke: charts.Stroke, grey: int) -> None:
    ends = [(x * DOTS_PER_POINT, y * DOTS_PER_POINT) for x, y in
            ((stroke.x1, stroke.y1), (stroke.x2, stroke.y2))]  # fmt: skip
    pen.line(ends, fill=grey, width=max(1, round(stroke.weight * DOTS_PER_POINT)))


def _say(pen: Any, words: charts.Words, chain: Chain) -> None:
    """Set a line, each character in the first face that has it; "ls" is the baseline's left end."""
    x, size = words.x, words.size
    for wanted in printable(words.text):
        character = wanted if chain.find(wanted) else GETA
        if (glyph := chain.find(character)) is not None:
            face = _face(chain.faces[glyph.face].path, round(size * DOTS_PER_POINT))
            at = (x * DOTS_PER_POINT, words.y * DOTS_PER_POINT)
            pen.text(at, character, fill=0, font=face, anchor="ls")
        x += chain.widths[character] * size


@cache
def _face(path: Path, pixels: int) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(path, pixels)
