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
_HALF = 0.5  # em, what a squeezable mark at the end of a line gives up: its blank half
_QUARTER = 0.25  # em, what one within the line gives up at most: more, and the line looks crammed
_FULL = 0.9  # em, below it a mark is not full-width and gives up nothing
_EVENED = 6  # lines; a longer text gains nothing from lines of equal length

Squeezed = tuple[tuple[int, float], ...]


class Line(NamedTuple):
    """One line: ``text[start:end]``; its width is in em, after squeezing, without trailing spaces.

    ``squeezed`` pairs the index of a mark with what it gives up, in em. ``first`` and ``last``
    say whether the line begins or ends a paragraph; ``indent`` is its own indentation in em.
    """

    start: int
    end: int
    width: float
    squeezed: Squeezed
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
    for text_part in text.split("\n"):
        own = indent if text_part and text_part[0] not in SPACES else 0.0
        paragraph = _Paragraph(text_part, widths, measure, hang)
        lines.extend(paragraph.lines(offset, own))
        offset += len(text_part) + 1
    return lines


def break_evenly(text: str, widths: Mapping[str, float], measure: float) -> list[Line]:
    """Return the lines of a short text, each paragraph's about equally long: for centred cells."""
    width = sum(map(widths.__getitem__, text.rstrip()))
    if width <= measure + _ROUNDING and "\n" not in text:  # nearly always
        return [Line(0, len(text), width, (), True, True, 0.0)]
    lines: list[Line] = []
    offset = 0
    for text_part in text.split("\n"):
        found = list(_Paragraph(text_part, widths, measure, 0.0).lines(offset, 0.0))
        narrow = measure - 0.5
        while 1 < len(found) <= _EVENED and narrow > measure / 2:
            tried = list(_Paragraph(text_part, widths, narrow, 0.0).lines(offset, 0.0))
            if len(tried) > len(found):
                break
            found = tried
            narrow -= 0.5
        lines.extend(found)
        offset += len(text_part) + 1
    return lines


class _Paragraph:
    """A text without line ends, and where its lines may end. Lengths in em."""

    def __init__(self, text: str, widths: Mapping[str, float], measure: float, hang: float) -> None:
        self._text, self._measure, self._hang = text, measure, hang
        self._sums = list(accumulate(map(widths.__getitem__, text), initial=0.0))
        self._word_starts: list[int] = []
        self._word_ends: list[int] = []

    def lines(self, offset: int, indent: float) -> Iterator[Line]:
        """Yield the lines; ``offset`` is where the paragraph stands in its text."""
        sums, size = self._sums, len(self._text)
        if sums[size] + indent <= self._measure + _ROUNDING:
            width = sums[self._before_spaces(size)]
            yield Line(offset, offset + size, width, (), True, True, indent)
            return
        self._find_words()
        start, lead = 0, indent
        while start < size:
            room = self._measure - lead
            fit = bisect_right(sums, sums[start] + room + _ROUNDING, start + 1) - 1
            end = fit = max(fit, start + 1)
            squeezed: Squeezed = ()
            if fit < size:
                end = self._after_spaces(fit)  # spaces at the end of a line take no room
                if end == fit:
                    end, squeezed = self._line_end(start, fit, room)
                    end = self._after_spaces(end)
            seen = max(start, self._before_spaces(end))
            width = sums[seen] - sums[start] - sum(give for _, give in squeezed)
            marks = tuple((offset + at, give) for at, give in squeezed)
            yield Line(offset + start, offset + end, width, marks, start == 0, end >= size, lead)
            start, lead = end, 0.0

    def _after_spaces(self, at: int) -> int:
        while at < len(self._text) and self._text[at] in SPACES:
            at += 1
        return at

    def _before_spaces(self, at: int) -> int:
        while at and self._text[at - 1] in SPACES:
            at -= 1
        return at

    def _find_words(self) -> None:
        """Note the stretches that are not torn; of one longer than a line, its pieces."""
        sums, widest = self._sums, self._measure + _ROUNDING
        for word in _WORD.finditer(self._text):
            stretches = [word.span()]
            if sums[word.end()] - sums[word.start()] > widest:
                pieces = _PIECE.finditer(self._text, word.start(), word.end())
                stretches = [piece.span() for piece in pieces]
            for start, end in stretches:
                if sums[end] - sums[start] <= widest:
                    self._word_starts.append(start)
                    self._word_ends.append(end)

    def _word_start(self, at: int) -> int:
        """Return the start of the word that a break before ``at`` would tear, or ``at`` itself."""
        index = bisect_right(self._word_starts, at - 1) - 1
        return self._word_starts[index] if index >= 0 and at < self._word_ends[index] else at

    def _may_break(self, at: int) -> bool:
        """Return whether a line may end before character ``at``."""
        text = self._text
        return (
            text[at] not in NO_START and text[at - 1] not in NO_END and self._word_start(at) == at
        )

    def _line_end(self, start: int, fit: int, room: float) -> tuple[int, Squeezed]:
        """Return where the line ends, and which marks give way; ``fit`` is where it is full."""
        if self._may_break(fit):
            return fit, ()
        text = self._text
        further = fit
        while further < len(text) and further < fit + 3 and text[further] in NO_START:
            further += 1
        if further > fit and (further == len(text) or self._may_break(further)):
            over = self._sums[further] - self._sums[start] - room
            marks = self._squeeze(start, further, over)
            if marks is not None:
                return further, marks
        back = fit
        while back > start:
            word = self._word_start(back)
            if word != back:
                back = word
            elif self._may_break(back):
                return back, ()
            else:
                back -= 1
        # Nothing but one long word or a heap of marks: fill the line, spare its marks if we can.
        for back in range(fit, start, -1):
            if text[back] not in NO_START and text[back - 1] not in NO_END:
                return back, ()
        return fit, ()

    def _squeeze(self, start: int, end: int, over: float) -> Squeezed | None:
        """Return what marks of the line give up so that ``over`` em disappear, or None.

        The last mark's blank half goes first, for nobody sees it; then all share, but none gives
        more than half of its blank; then the last one hangs.
        """
        text, sums = self._text, self._sums
        marks = [
            at
            for at in range(start, end)
            if text[at] in SQUEEZABLE and sums[at + 1] - sums[at] > _FULL
        ]
        given: list[tuple[int, float]] = []
        if marks and marks[-1] == end - 1:
            give = min(_HALF, over)
            given.append((marks.pop(), give))
            over -= give
        if over > _ROUNDING and marks:
            share = min(_QUARTER, over / len(marks))
            given.extend((at, share) for at in marks)
            over -= share * len(marks)
        return tuple(sorted(given)) if over <= self._hang + _ROUNDING else None
