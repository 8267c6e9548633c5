"""Divides a title into lines by its meaning: words stay whole, lines are about equally long."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.paper.line_breaking import NO_END, NO_START

_WHOLE = (
    "受处分人员",
    "回访对象",
    "回访关爱",
    "工作方案",
    "征求意见",
    "评价意见",
    "诉求办理单",
    "实施办法",
    "开展",
    "同志",
    "关于",
    "情况",
    "记录",
    "名单",
    "通知",
    "告知书",
    "登记表",
)
_PHRASE_END = frozenset("、，；：》）”的和与及等对")
_TORN = 8.0  # cost of a word cut in two; a line shorter by one character costs one
_PHRASE = 2.0  # what a line end after a phrase is worth
_LATIN = re.compile(r"[0-9A-Za-z.]+|[一二三四五六七八九十]+(?:名|人|位)|〔\d+〕|\d+年|第.季度")


def title_lines(
    text: str, widths: Mapping[str, float], measure: float, words: Sequence[str] = ()
) -> list[str]:
    """Return the lines of a title; ``measure`` in em. Line ends typed by the office are kept.

    ``words`` (names) are not torn; nor are the words that titles of this office are made of.
    """
    return [
        line for part in text.split("\n") for line in _divided(part.strip(), widths, measure, words)
    ]


def _divided(
    text: str, widths: Mapping[str, float], measure: float, words: Sequence[str]
) -> list[str]:
    sums = [0.0]
    for character in text:
        sums.append(sums[-1] + widths[character])
    if sums[-1] <= measure:
        return [text]
    cost = _costs(text, words)
    for count in range(2, len(text) + 1):
        ideal = sums[-1] / count
        # best[k] = (cost, ends) of dividing text[:k] into the lines so far
        best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
        for line in range(count):
            ends = [len(text)] if line == count - 1 else list(cost)
            following: dict[int, tuple[float, tuple[int, ...]]] = {}
            for start, (so_far, cuts) in best.items():
                for end in ends:
                    wide = sums[end] - sums[start]
                    if end <= start or wide > measure:
                        continue
                    total = so_far + abs(wide - ideal) + cost.get(end, 0.0)
                    if end not in following or total < following[end][0]:
                        following[end] = (total, (*cuts, end))
            best = following
        if len(text) in best:
            cuts = best[len(text)][1]
            return [text[a:b].strip() for a, b in zip((0, *cuts[:-1]), cuts, strict=True)]
    return [text]


def _costs(text: str, words: Sequence[str]) -> dict[int, float]:
    """Return where a line may end, and what an end there costs."""
    cost = {
        at: -_PHRASE if text[at - 1] in _PHRASE_END else 0.0
        for at in range(1, len(text))
        if text[at] not in NO_START and text[at - 1] not in NO_END
    }
    spans = [
        (match.start(), match.end())
        for word in (*_WHOLE, *words)
        if word
        for match in re.finditer(re.escape(word), text)
    ]
    spans += [match.span() for match in _LATIN.finditer(text)]
    for start, end in spans:
        for at in range(start + 1, end):
            if at in cost:
                cost[at] += _TORN
    return cost
