"""文号: which number was given to which letter, year by year, so that none is missing unseen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.domain.fields import day, text
from app.domain.fields import number as whole_number


@dataclass(eq=False, kw_only=True)
class DocumentNumber:
    """One number of one series (文号); never removed: a number not used after all is 作废.

    ``kind`` names the series (a document of the catalogue). ``entity``, ``entity_id`` and ``part``
    say which letter has it, so that printing again takes no new one.
    """

    id: int | None = None
    revision: int = 0

    kind: str = text("文种", max_length=40, required=True)
    year: int | None = whole_number("年份", required=True)
    number: int | None = whole_number("序号", required=True)
    prefix: str = text("发文代字", max_length=40, required=True, help="如 某院纪函")
    title: str = text("文件标题", max_length=120)
    entity: str = text("所属记录", max_length=40)
    entity_id: int | None = whole_number("所属记录编号")
    part: int | None = whole_number("件次", 0)
    issued_on: date | None = day("登记日期", required=True)
    voided_on: date | None = day("作废日期")
    void_reason: str = text("作废理由", max_length=200)

    def __str__(self) -> str:
        return f"{self.prefix}〔{self.year}〕{self.number}号"


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of numbers of a series that no letter has, and why."""

    first: int
    last: int
    reason: str

    def __str__(self) -> str:
        numbers = f"{self.first}" if self.first == self.last else f"{self.first}至{self.last}"
        return f"{numbers}号：{self.reason}"


NOT_HERE = "本程序中没有登记，请查明去向"


def number_gaps(numbers: Iterable[DocumentNumber]) -> list[Gap]:
    """Return every number below the highest of one series and year that no letter has, in order.

    Numbers never entered here (used on paper before, or skipped) stand together; a number that was
    made void stands alone, with its reason.
    """
    found: list[Gap] = []
    expected = 1
    for one in sorted(numbers, key=lambda each: each.number or 0):
        assert one.number is not None
        if one.number > expected:
            found.append(Gap(expected, one.number - 1, NOT_HERE))
        if one.voided_on is not None:
            found.append(Gap(one.number, one.number, f"作废（{one.void_reason}）"))
        expected = one.number + 1
    return found
