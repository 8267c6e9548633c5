"""Bar charts as placed shapes: one layout, painted on the screen and on paper alike.

What a bar means is said by its pattern and by the number beside it, never by a colour alone: a
printed chart is read in black and white, and so is a photocopy of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

SOLID, HATCHED, HOLLOW = "solid", "hatched", "hollow"

_GAP = 0.5  # em between a label and what it stands beside
_HATCH = 3.2  # points between the lines of a hatching
_ROW_MOST, _ROW_LEAST = 2.4, 1.25  # em, the pitch of horizontal bars
_BAR_SHARE = 0.62  # of its pitch that a bar fills
_LABEL_SHARE = 0.36  # of the width that labels take at most
_TICKS = 4
_MIDDLE = 0.36  # em, half the height of a digit above the baseline


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar. ``value`` is ``None`` where the number is withheld; ``key`` names it."""

    value: int | None
    style: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of pieces, or one group of columns; ``text`` is what stands beside or below it."""

    label: str
    parts: tuple[Part, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars with a title and what each pattern means. ``upright``: columns side by side."""

    title: str
    bars: tuple[Bar, ...]
    legend: tuple[tuple[str, str], ...] = ()  # style, meaning
    upright: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle from its upper left corner; ``key`` is the number it shows."""

    x: float
    y: float
    width: float
    height: float
    style: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line; pale ones lie behind the bars."""

    x1: float
    y1: float
    x2: float
    y2: float
    weight: float
    pale: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text from its baseline's left end."""

    x: float
    y: float
    text: str
    size: float
    strong: bool = False


@dataclass(slots=True)
class Drawing:
    """A chart, placed; y grows downwards, everything in points."""

    width: float
    height: float
    boxes: list[Box] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)

    def key_at(self, x: float, y: float) -> str:
        """Return the number whose bar is at a point, or ``""``; slim bars are easy to hit."""
        found = [
            (box.width * box.height, box.key)
            for box in self.boxes
            if box.key and box.x - 2 <= x <= box.x + box.width + 2
            if box.y - 3 <= y <= box.y + box.height + 3
        ]
        return min(found)[1] if found else ""


def height_of(chart: Chart, size: float) -> float:
    """Return the height at which ``chart`` is comfortable to read, in points."""
    head = (2 if chart.title else 0) + (1.8 if chart.legend else 0) + (1.5 if chart.note else 0)
    body = 11.0 if chart.upright else max(1, len(chart.bars)) * 1.75
    return (head + body + 0.6) * size


def lay_out(
    chart: Chart, *, width: float, height: float, size: float, widths: Mapping[str, float]
) -> Drawing:
    """Place ``chart`` in a rectangle; ``size`` is its type, ``widths`` em per character."""
    made = _Maker(Drawing(width, height), size, widths)
    top = made.head(chart)
    bottom = height - (1.5 * size if chart.note else 0.0)
    if chart.upright:
        made.columns(chart.bars, top, bottom)
    else:
        made.rows(chart.bars, top, bottom)
    if chart.note:
        made.say(chart.note, 0.0, height - 0.35 * size, 0.9 * size)
    return made.drawing


class _Maker:
    def __init__(self, drawing: Drawing, size: float, widths: Mapping[str, float]) -> None:
        self.drawing, self._size, self._widths = drawing, size, widths

    # ---- words

    def measure(self, text: str, size: float | None = None) -> float:
        """Return how wide ``text`` is, in points."""
        return sum(map(self._widths.__getitem__, text)) * (size or self._size)

    def say(
        self, text: str, x: float, y: float, size: float | None = None, *, strong: bool = False
    ) -> None:
        """Set a line of text on its baseline."""
        if text:
            self.drawing.words.append(Words(x, y, text, size or self._size, strong))

    def _shortened(self, text: str, room: float) -> str:
        if self.measure(text) <= room:
            return text
        while text and self.measure(text + "…") > room:
            text = text[:-1]
        return text + "…"

    def head(self, chart: Chart) -> float:
        """Set title and legend; return where the bars may begin."""
        size, y = self._size, 0.0
        if chart.title:
            self.say(chart.title, 0.0, 1.2 * size, 1.1 * size, strong=True)
            y = 2.0 * size
        if chart.legend:
            x = 0.0
            for style, meaning in chart.legend:
                self.box(x, y + 0.25 * size, 1.6 * size, 0.9 * size, style)
                self.say(meaning, x + 2.0 * size, y + 1.05 * size)
                x += 3.4 * size + self.measure(meaning)
            y += 1.8 * size
        return y

    # ---- bars

    def box(
        self, x: float, y: float, width: float, height: float, style: str, key: str = ""
    ) -> None:
        """Draw a bar with its pattern; hatching is made of lines, so that every painter has it."""
        if width <= 0 or height <= 0:
            return
        self.drawing.boxes.append(Box(x, y, width, height, style, key))
        if style == HATCHED:
            self.drawing.strokes += _hatching(x, y, width, height)

    def rows(self, bars: Sequence[Bar], top: float, bottom: float) -> None:
        """Draw horizontal bars, their pieces one after the other."""
        if not bars:
            return
        size, width = self._size, self.drawing.width
        pitch = min(_ROW_MOST * size, max(_ROW_LEAST * size, (bottom - top) / len(bars)))
        label = min(_LABEL_SHARE * width, max(self.measure(bar.label) for bar in bars))
        beside = max(self.measure(bar.text) for bar in bars)
        left = label + _GAP * size
        room = width - left - beside - 2 * _GAP * size
        most = max((_whole(bar) for bar in bars), default=0) or 1
        for number, bar in enumerate(bars):
            y = top + number * pitch
            middle = y + pitch / 2
            text = self._shortened(bar.label, label)
            self.say(text, label - self.measure(text), middle + _MIDDLE * size)
            x = left
            for part in bar.parts:
                long = room * (part.value or 0) / most
                thick = _BAR_SHARE * pitch
                self.box(x, middle - thick / 2, long, thick, part.style, part.key)
                x += long
            self.say(bar.text, x + _GAP * size, middle + _MIDDLE * size)
        foot = top + len(bars) * pitch
        self.drawing.strokes.append(Stroke(left, top, left, foot, 0.8))

    def columns(self, bars: Sequence[Bar], top: float, bottom: float) -> None:
        """Draw groups of columns over a scale, each column with its number on top."""
        if not bars:
            return
        size, width = self._size, self.drawing.width
        lines = 2 if any(bar.text for bar in bars) else 1
        base = bottom - (lines * 1.35 + 0.2) * size
        highest = max((part.value or 0 for bar in bars for part in bar.parts), default=0)
        ticks = scale(highest)
        left = max(self.measure(str(tick)) for tick in ticks) + _GAP * size
        full = base - top - 1.3 * size
        for tick in ticks:
            y = base - full * tick / ticks[-1]
            self.drawing.strokes.append(
                Stroke(left, y, width, y, 0.8 if not tick else 0.4, bool(tick))
            )
            self.say(str(tick), left - _GAP * size - self.measure(str(tick)), y + _MIDDLE * size)
        group = (width - left) / len(bars)
        for number, bar in enumerate(bars):
            middle = left + (number + 0.5) * group
            count = len(bar.parts) or 1
            wide = min(2.6 * size, _BAR_SHARE * group / count)
            x = middle - wide * count / 2
            for part in bar.parts:
                high = full * (part.value or 0) / ticks[-1]
                self.box(x, base - high, wide * 0.92, high, part.style, part.key)
                said = "*" if part.value is None else str(part.value)
                small = 0.9 * size
                at = x + wide * 0.46 - self.measure(said, small) / 2
                self.say(said, at, base - high - 0.25 * size, small)
                x += wide
            for line, text in enumerate((bar.label, bar.text)):
                shown = self._shortened(text, group)
                self.say(shown, middle - self.measure(shown) / 2, base + (line + 1) * 1.3 * size)


def _whole(bar: Bar) -> int:
    return sum(part.value or 0 for part in bar.parts)


def scale(highest: int) -> list[int]:
    """Return the marks of a scale from 0 to at least ``highest``, in round steps."""
    step = 1
    while step * _TICKS < highest:
        for factor in (2, 5, 10):
            if step * factor * _TICKS >= highest or factor == 10:
                step *= factor
                break
    count = max(1, -(-highest // step))
    return [step * number for number in range(count + 1)]


def _hatching(x: float, y: float, width: float, height: float) -> Iterator[Stroke]:
    """Yield the lines of a hatching, cut off at the edges of the rectangle."""
    at = _HATCH
    while at < width + height:
        x1, y1 = (x + at, y) if at <= width else (x + width, y + at - width)
        x2, y2 = (x, y + at) if at <= height else (x + at - height, y + height)
        yield Stroke(x1, y1, x2, y2, 0.5)
        at += _HATCH
