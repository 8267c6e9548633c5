"""What the letters share: noting what is missing, dates, names, tables of labels and values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from app.domain.fields import display, form_fields
from app.domain.gates import Exemption
from app.domain.partial_date import DateStyle, PartialDate, write_date
from app.domain.plan import (
    BY_LETTER,
    BY_PHONE,
    ITEMS,
    PlanMember,
    TalkPoint,
    WholePlan,
)
from app.paper.letter import TEXT, Block, Cell, Heading, Paragraph, Table

ROOM = "　　　　　　"  # what stands where a value is missing: room for a pen
NUMERALS = "一二三四五六七八九十"
LABEL_SHARE = 5.0
GRID = (5.0, 9.0, 5.0, 9.0)
"""Shares of a grid of two labels and two values per row: 28 characters."""

SIGN_DATE = "年　　月　　日"


class Gaps:
    """Notes what the entity does not say while a letter is made of it."""

    def __init__(self, whose: str = "") -> None:
        self._whose = f"{whose} · " if whose else ""
        self.found: list[str] = []

    def note(self, sentence: str) -> None:
        """Note a sentence for the list of open points."""
        self.found.append(self._whose + sentence)

    def fill(self, value: object, label: str, room: str = ROOM) -> str:
        """Return ``value`` as it is read; if there is none, note it and return room for a pen."""
        text = display(value).strip()
        if text:
            return text
        self.note(f"{label}：未填写，打印后为空白")
        return room

    def of(self, entity: Any, name: str, room: str = "", *, label: str = "") -> str:
        """Return a field of an entity; note it under its label if it is empty or too long."""
        spec = form_fields(entity)[name]
        label = label or spec.label
        value = getattr(entity, name)
        if isinstance(value, str) and len(value) > spec.max_length:
            self.note(f"{label}：现有{len(value)}字，超过{spec.max_length}字，请精简")
        return self.fill(value, label, room)


def numeral(number: int) -> str:
    """Return 1-99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return NUMERALS[ones - 1]
    head = "十" if tens == 1 else f"{NUMERALS[tens - 1]}十"
    return head + (NUMERALS[ones - 1] if ones else "")


_NUMBERED = {
    1: re.compile(r"^[一二三四五六七八九十]+、"),
    2: re.compile(r"^（[一二三四五六七八九十]+）"),
}


def without_lone_numbers(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return ``blocks``; a heading that is the only numbered one of its rank loses its number."""
    numbered: dict[tuple[int, int], list[int]] = {}
    main = -1
    for at, block in enumerate(blocks):
        if isinstance(block, Heading) and (mark := _NUMBERED.get(block.level)):
            main = at if block.level == 1 else main
            if mark.match(block.text):
                below = main if block.level == 2 else -1
                numbered.setdefault((block.level, below), []).append(at)
    lone = {places[0] for places in numbered.values() if len(places) == 1}
    return tuple(
        replace(block, text=_NUMBERED[block.level].sub("", block.text))
        if at in lone and isinstance(block, Heading)
        else block
        for at, block in enumerate(blocks)
    )


class Sections:
    """Numbers headings of level 1 (一、) and, below each, of level 2 (（一）)."""

    def __init__(self) -> None:
        self._first = self._second = 0

    def main(self, text: str) -> Heading:
        """Return the next heading of level 1."""
        self._first, self._second = self._first + 1, 0
        return Heading(f"{numeral(self._first)}、{text}", 1)

    def sub(self, text: str) -> Heading:
        """Return the next heading of level 2."""
        self._second += 1
        return Heading(f"（{numeral(self._second)}）{text}", 2)


def short_date(day: date | None) -> str:
    """Return a day for a narrow column: 2027.09.09."""
    return "" if day is None else write_date(PartialDate.of(day), DateStyle.DOTTED)


def span(on: date | None, until: date | None) -> str:
    """Return one day or several: 2026年12月8日至9日."""
    if on is None or until is None or until == on:
        return display(on)
    end = display(until)
    if until.year == on.year:
        end = end.split("年")[1]
        if until.month == on.month:
            end = end.split("月")[1]
    return f"{display(on)}至{end}"


def when(plan: WholePlan, gaps: Gaps) -> str:
    """Return day and time of a plan in words; a letter has no time of the day."""
    day = gaps.fill(span(plan.plan.on, plan.plan.until), "回访日期", "　　年　　月　　日")
    return day if plan.plan.method == BY_LETTER else day + plan.plan.time.strip()


def where(plan: WholePlan, gaps: Gaps) -> tuple[str, str]:
    """Return label and text of the place, number or address that the method needs."""
    one = plan.plan
    if one.method == BY_PHONE:
        return "拟拨电话", gaps.fill(one.phone, "拟拨电话")
    if one.method == BY_LETTER:
        return "邮寄地址", gaps.fill(one.address, "邮寄地址")
    return "地点", gaps.fill(one.place, "地点")


def names(people: Iterable[str]) -> str:
    """Return names as a sentence has them."""
    return "、".join(name for name in people if name)


def several(people: Sequence[str]) -> str:
    """Return names and how many they are: 张三、李四两名."""
    count = (
        "两"
        if len(people) == 2
        else numeral(len(people))
        if len(people) < 100
        else str(len(people))
    )
    return names(people) + (f"{count}名" if len(people) > 1 else "")


def together(*parts: str) -> str:
    """Return department and post as one, without saying a word twice."""
    found = ""
    for part in (part.strip() for part in parts):
        if part and part not in found:
            found += part
    return found


def leaders_first(members: Sequence[PlanMember]) -> list[PlanMember]:
    """Return the work group with its leader at the head."""
    return sorted(members, key=lambda one: not one.leader)


def exemptions(found: Sequence[Exemption]) -> str:
    """Return the exceptions as paragraphs: what, why, by whose leave."""
    lines = []
    for number, one in enumerate(found, 1):
        by = f"（{one.approver}批准）" if one.approver else ""
        mark = f"{number}. " if len(found) > 1 else ""
        lines.append(f"{mark}{one.gate}：{one.reason.rstrip('。')}{by}。")
    return "\n".join(lines)


def label(text: str, **more: Any) -> Cell:
    """Return a label cell."""
    return Cell(text, label=True, **more)


def pair(left: str, value: str, right: str = "", other: str = "") -> tuple[Cell, ...]:
    """Return a row of one or two labels with their values, for a table of ``GRID``."""
    if right:
        return (label(left), Cell(value), label(right), Cell(other))
    return (label(left), Cell(value, span=3))


def long_row(
    name: str, text: str, *, least_mm: float = 0.0, foot: tuple[str, ...] = ()
) -> tuple[Cell, ...]:
    """Return a row of a label and paragraphs, for a table of ``GRID``."""
    return (label(name), Cell(text, span=3, align=TEXT, least_mm=least_mm, foot=foot))


def grid(*rows: tuple[Cell, ...], together: bool = False) -> Table:
    """Return a table of labels and values."""
    return Table(GRID, tuple(rows), together=together)


def approval(of: tuple[str, str], *steps: tuple[str, str], least_mm: float = 34.0) -> Table:
    """Return 审批栏 ``of`` a thing and its title.

    Per step a label, what is already known, and room for opinion, name and date.
    """
    foot = (f"签名：　　　　　　　　　　　{SIGN_DATE}",)
    return grid(
        pair(*of),
        *(long_row(name, known, least_mm=least_mm, foot=foot) for name, known in steps),
        together=True,
    )


def section(sections: Sections, title: str, text: str) -> list[Block]:
    """Return heading and paragraphs, or nothing when there is no text."""
    return [sections.main(title), Paragraph(text)] if text.strip() else []


_HEARD = {BY_PHONE: "与{}通话", BY_LETTER: "向{}书面了解"}


def hearing(method: str, audience: str) -> str:
    """Return what the heading over somebody's talk points says: a letter is no talk."""
    return _HEARD.get(method, "与{}谈话").format(audience)


def sentence(text: str, whose: str = "") -> str:
    """Return one paragraph that ends as a sentence; ``whose`` it is stands in brackets.

    A name that the sentence says itself is not said again.
    """
    words = " ".join(text.split())
    note = f"（{whose}）" if whose and whose not in words else ""
    if words.endswith(_ENDS):
        return words + note
    return words.rstrip("。；，、") + note + "。"


_ENDS = ("？", "！", "……", "?", "!", "”")


def points_by_item(
    points: Sequence[TalkPoint], people: Mapping[int | None, str], numbered: Sections | None = None
) -> list[Block]:
    """Return talk points under the items of article 7; ``people`` names whom each is for.

    The items are headings of level 2 of ``numbered``; without it they are of level 3. What stands
    alone bears no number.
    """
    blocks: list[Block] = []
    used = [item for item in ITEMS if any(point.item == item for point in points)]
    for position, item in enumerate(used, 1):
        title = ITEMS[item] if len(used) == 1 else f"{position}. {ITEMS[item]}"
        blocks.append(numbered.sub(ITEMS[item]) if numbered else Heading(title, 3))
        of_item = [one for one in points if one.item == item]
        lines = []
        for number, point in enumerate(of_item, 1):
            mark = f"{number}. " if numbered else f"（{number}）"
            words = sentence(point.words, people.get(point.subject_id, ""))
            lines.append(words if len(of_item) == 1 else mark + words)
        blocks.append(Paragraph("\n".join(lines)))
    return blocks
