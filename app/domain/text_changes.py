"""What differs between two texts, letter by letter."""

from __future__ import annotations

import difflib
import re

Span = tuple[int, int]
"""From the first to behind the last character."""

_LETTERS = 2000  # two texts of this length take a tenth of a second


def changed_spans(before: str, after: str) -> tuple[list[Span], list[Span]]:
    """Return what is gone from ``before`` and what is new in ``after``, in characters.

    Long texts are compared sentence by sentence first: letter by letter takes seconds.
    """
    gone: list[Span] = []
    new: list[Span] = []
    _compare(list(before), list(after), 0, 0, gone, new)
    return gone, new


def _compare(
    before: list[str], after: list[str], at: int, other: int, gone: list[Span], new: list[Span]
) -> None:
    long = len(before) * len(after) > _LETTERS**2
    old, young = (_sentences(before), _sentences(after)) if long else (before, after)
    matcher = difflib.SequenceMatcher(None, old, young, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        cut, put = "".join(old[i1:i2]), "".join(young[j1:j2])
        if tag == "replace" and long and len(cut) * len(put) <= _LETTERS**2:
            _compare(list(cut), list(put), at, other, gone, new)
        elif tag != "equal":
            gone.extend([(at, at + len(cut))] if cut else [])
            new.extend([(other, other + len(put))] if put else [])
        at, other = at + len(cut), other + len(put)


def _sentences(characters: list[str]) -> list[str]:
    return re.findall(r"[^。！？；\n]*[。！？；\n]|[^。！？；\n]+", "".join(characters))
