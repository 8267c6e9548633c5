"""Breaks Chinese text into lines: 避头尾, squeezed or hung punctuation, untorn words and dates.

Works on running sums of the widths, so that a line costs a bisection and a look at the characters
around its end: 27 000 characters break in a few milliseconds.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import NamedTuple

NO_START = frozenset("，。、；：！？）》〉」』】〕〗｝”’…—·～％‰℃々,.;:!?)]}%°")
"""No line starts with one of these."""

NO_END = frozenset("（《〈「『【〔〖｛“‘([{￥$")
"""No line ends with one of these."""

SQUEEZABLE = frozenset("，。、；：！？）》〉」』】〕〗｝”’")
"""Full-width marks with their ink in the left half: they can give up half an em."""

SPACES = frozenset(" 　\u00a0\u2002\u2003")

_LATIN = r"[!-~\u00a1-\u00b6\u00b8-\u052f０-９Ａ-Ｚａ-ｚ．]"
_WORD = re.compile(rf"{_LATIN}+(?:(?<=\d)[年月](?:\d{_LATIN}*)?)*(?:(?<=\d)[日号时分秒％‰℃])?")
"""What is not torn: Latin words, numbers, and dates such as 2024年3月15日."""

_PIECE = re.compile(rf"\d+[年月日号时分秒％‰℃]?|[A-Za-z]+|{_LATIN}")
"""Where a word that is longer than a line may be broken after all."""

_ROUNDING = 1e-6  # em
_HALF = 0.5  # em, what a squeezable mark gives up at most


class Line(NamedTuple):
    """One line: ``text[start:end]``; its width is in em, after squeezing, without trailing spaces.

    ``squeezed`` pairs the index of a mark with what it gives up, in em. ``first`` and ``last``
    say whether the line begins or ends a paragraph; ``indent`` is its own indentation in em.
    """

    start: int
    end: int
    width: float
    squeezed: tuple[tuple[int, float], ...]
    first: bool
    last: bool
    indent: float


def break_lines(
    text: str,
    widths: Mapping[str, float],
    measure: float,
    *,
    indent: float = 0.0,
    hang: float = 0.0,
) -> list[Line]:
    """Return the lines of ``text``, whose paragraphs end with a newline.

    ``widths`` gives the advance of each character in em, ``measure`` the line length in em. A
    paragraph that does not begin with a space is indented by ``indent`` em. Closing marks may
    stand up to ``hang`` em beyond the measure rather than start a line.
    """
    lines: list[Line] = []
    offset = 0
    for paragraph in text.split("\n"):
        own = indent if paragraph and paragraph[0] not in SPACES else 0.0
        lines.extend(_break_paragraph(paragraph, offset, widths, measure, own, hang))
        offset += len(paragraph) + 1
    return lines


def _break_paragraph(
    text: str,
    offset: int,
    widths: Mapping[str, float],
    measure: float,
    indent: float,
    hang: float,
) -> Iterator[Line]:
    sums = list(accumulate(map(widths.__getitem__, text), initial=0.0))
    size = len(text)
    if sums[size] + indent <= measure + _ROUNDING:
        yield Line(offset, offset + size, sums[size], (), True, True, indent)
        return
    words = _Words(text, sums, measure)
    start, lead = 0, indent
    while start < size:
        room = measure - lead
        fit = bisect_right(sums, sums[start] + room + _ROUNDING, start + 1) - 1
        squeezed: tuple[tuple[int, float], ...] = ()
        end = fit = max(fit, start + 1)
        if fit < size:
            while end < size and text[end] in SPACES:
                end += 1
            if end == fit:
                end, squeezed = _line_end(text, start, fit, room, sums, words, hang)
                while end < size and text[end] in SPACES:
                    end += 1
        seen = end
        while seen > start and end < size and text[seen - 1] in SPACES:
            seen -= 1
        width = sums[seen] - sums[start] - sum(give for _, give in squeezed)
        marks = tuple((offset + at, give) for at, give in squeezed)
        yield Line(offset + start, offset + end, width, marks, start == 0, end >= size, lead)
        start, lead = end, 0.0


class _Words:
    """The untorn stretches of a paragraph: may a line end between two characters?"""

    def __init__(self, text: str, sums: list[float], measure: float) -> None:
        self._text = text
        self._starts: list[int] = []
        self._ends: list[int] = []
        for word in _WORD.finditer(text):
            if sums[word.end()] - sums[word.start()] <= measure + _ROUNDING:
                self._starts.append(word.start())
                self._ends.append(word.end())
                continue
            for piece in _PIECE.finditer(text, word.start(), word.end()):
                if sums[piece.end()] - sums[piece.start()] <= measure + _ROUNDING:
                    self._starts.append(piece.start())
                    self._ends.append(piece.end())

    def start_around(self, at: int) -> int:
        """Return the start of the word that ``at`` would tear, or ``at`` itself."""
        index = bisect_right(self._starts, at - 1) - 1
        return self._starts[index] if index >= 0 and at < self._ends[index] else at

    def may_break(self, at: int) -> bool:
        """Return whether a line may end before ``text[at]``."""
        text = self._text
        return (
            text[at] not in NO_START and text[at - 1] not in NO_END and self.start_around(at) == at
        )


def _line_end(
    text: str,
    start: int,
    fit: int,
    room: float,
    sums: list[float],
    words: _Words,
    hang: float,
) -> tuple[int, tuple[tuple[int, float], ...]]:
    """Return where the line ends, and which marks give way; ``fit`` is where it is full."""
    if words.may_break(fit):
        return fit, ()
    further = fit
    while further < len(text) and further < fit + 3 and text[further] in NO_START:
        further += 1
    if further > fit and (further == len(text) or words.may_break(further)):
        over = sums[further] - sums[start] - room
        marks = _squeeze(text, start, further, over, sums, hang)
        if marks is not None:
            return further, marks
    back = fit
    while back > start:
        word = words.start_around(back)
        if word != back:
            back = word
        elif words.may_break(back):
            return back, ()
        else:
            back -= 1
    # Nothing but one long word or a heap of marks: fill the line, and spare its marks if we can.
    for back in range(fit, start, -1):
        if text[back] not in NO_START and text[back - 1] not in NO_END:
            return back, ()
    return fit, ()


def _squeeze(
    text: str, start: int, end: int, over: float, sums: list[float], hang: float
) -> tuple[tuple[int, float], ...] | None:
    """Return what marks of the line give up so that ``over`` em disappear, or None.

    The last mark's blank half goes first, for nobody sees it; then all share; then it may hang.
    """
    marks = [
        at for at in range(start, end) if text[at] in SQUEEZABLE and sums[at + 1] - sums[at] > 0.9
    ]
    given: list[tuple[int, float]] = []
    if marks and marks[-1] == end - 1:
        give = min(_HALF, over)
        given.append((marks.pop(), give))
        over -= give
    if over > _ROUNDING and marks:
        share = min(_HALF, over / len(marks))
        given.extend((at, share) for at in marks)
        over -= share * len(marks)
    return tuple(sorted(given)) if over <= hang + _ROUNDING else None
