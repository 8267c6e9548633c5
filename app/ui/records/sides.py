"""Versions of one record side by side: what is on the screen, what is stored, what both began with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from app.domain.fields import FieldKind, display, form_fields
from app.ui.roster.save_questions import TableQuestion

Line = tuple[str, ...]
"""Which field, and what each version says."""

BASE_HEAD = "填写前"
_SHOWN = 400  # characters of a long text; the beginning that is equal is left out
_LEAD = 12  # characters before the first difference that are shown
_GONE = "（无此项）"


def differing(mine: Sequence[Any], theirs: Sequence[Any], base: Sequence[Any]) -> list[Line]:
    """Return the fields that ``mine`` and ``theirs`` say differently, with what ``base`` said.

    Entities belong together by kind and id; those without an id by their place.
    """
    versions = [_by_key(one) for one in (mine, theirs, base)]
    found: list[Line] = []
    alone = max(map(len, versions)) == 1  # then whose it is stands above already
    for key in dict.fromkeys(key for version in versions[:2] for key in version):
        one, other, former = (version.get(key) for version in versions)
        if one is None or other is None:
            title = _title(one if one is not None else other)
            texts = [_GONE if part is None else _summary(part) for part in (one, other, former)]
            found.append((title, *texts))
            continue
        for name, spec in form_fields(one).items():
            if spec.kind is FieldKind.REFERENCE:
                continue
            values = [
                "" if part is None else display(getattr(part, name))
                for part in (one, other, former)
            ]
            if values[0] != values[1]:
                title = "" if alone else _title(one)
                label = f"{title}：{spec.label}" if title else spec.label
                found.append((label, *_cut(values)))
    return found


def question_of(
    parent: QWidget, title: str, sentence: str, header: Sequence[str], lines: Sequence[Line]
) -> TableQuestion:
    """Return a question over ``lines``; the caller adds the answers."""
    shown = lines or [("没有不同", *[""] * (len(header) - 1))]
    return TableQuestion(parent, title, sentence, header, shown)


def ask_whose(
    parent: QWidget,
    kind: str,
    sentence: str,
    mine: Sequence[Any],
    theirs: Sequence[Any],
    base: Sequence[Any],
) -> str:
    """Show three versions of a record; return ``"mine"``, ``"theirs"`` or ``""`` to decide later."""
    question = question_of(
        parent,
        f"这份{kind}在别处也改过",
        f"{sentence}下面列出不同的项目；屏幕上的内容在选择之前不会丢失。",
        ("项目", "屏幕上的", "别处保存的", BASE_HEAD),
        differing(mine, theirs, base),
    )
    question.answer_with("", "稍后再定(&L)", "secondary")
    question.answer_with("theirs", "改用别处保存的(&T)", "secondary")
    question.answer_with("mine", "保存屏幕上的内容(&M)", "primary", default=True)
    return question.ask()


def _by_key(parts: Sequence[Any]) -> dict[tuple[type, object], Any]:
    return {
        (type(part), part.id if part.id is not None else f"new {place}"): part
        for place, part in enumerate(parts)
    }


def _title(part: Any) -> str:
    for name in ("name", "title", "audience", "method"):
        if isinstance(words := getattr(part, name, None), str) and words:
            return words[:20]
    return ""


def _summary(part: Any) -> str:
    shown = (
        display(getattr(part, name))
        for name, spec in form_fields(part).items()
        if spec.kind not in (FieldKind.REFERENCE, FieldKind.FLAG)
    )
    return "；".join(words for words in shown if words)[:_SHOWN]


def _cut(values: list[str]) -> list[str]:
    """Return long texts from shortly before where they part."""
    if max(map(len, values)) <= _SHOWN:
        return values
    first, second = values[:2]
    same = next(
        (n for n, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]),
        min(len(first), len(second)),
    )
    start = max(0, same - _LEAD)
    mark = "…" if start else ""
    return [mark + one[start : start + _SHOWN] + ("…" if len(one) > start + _SHOWN else "") if one else ""
            for one in values]  # fmt: skip
