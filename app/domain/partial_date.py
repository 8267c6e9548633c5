"""Dates known to the year, the month or the day: one type, one reader, one writer."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import Enum


class DateStyle(Enum):
    """How the office writes dates."""

    CHINESE = "1985年3月"
    DOTTED = "1985.03"
    ISO = "1985-03"


class UnreadableDate(ValueError):
    """The text is not a date; the message is a Chinese sentence for the user."""


class DoubtfulDate(UnreadableDate):
    """The text may mean several dates; ``candidates`` are offered, none is taken."""

    def __init__(self, message: str, candidates: tuple[PartialDate, ...]) -> None:
        super().__init__(message)
        self.candidates = candidates


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of the Gregorian calendar known to the year, the month or the day.

    Raises ``UnreadableDate`` for a day that does not exist. A month is not its first day:
    ``first`` and ``last`` bound what may be meant.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if not 1900 <= self.year <= 2199:
            raise UnreadableDate(f"年份{self.year}不在1900至2199之间")
        if self.month is None:
            if self.day is not None:
                raise UnreadableDate("有日无月，请补全月份")
            return
        if not 1 <= self.month <= 12:
            raise UnreadableDate(f"没有{self.month}月，请核对")
        if self.day is None:
            return
        length = calendar.monthrange(self.year, self.month)[1]
        if not 1 <= self.day <= length:
            raise UnreadableDate(
                f"{self.year}年{self.month}月没有{self.day}日（该月共{length}天），请核对"
            )

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """Return ``day`` as a date known to the day."""
        return cls(day.year, day.month, day.day)

    @classmethod
    def parse(cls, stored: str) -> PartialDate:
        """Return the date that ``isoformat`` wrote."""
        return cls(*(int(part) for part in stored.split("-")))

    def isoformat(self) -> str:
        """Return YYYY, YYYY-MM or YYYY-MM-DD: sortable as text, precision kept."""
        if self.day is not None:  # spelt out: an import asks a hundred thousand times
            return f"{self.year:04d}-{self.month:02d}-{self.day:02d}"
        return f"{self.year:04d}" if self.month is None else f"{self.year:04d}-{self.month:02d}"

    @property
    def first(self) -> date:
        """The earliest day that may be meant."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The latest day that may be meant."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def exact(self) -> date | None:
        """The day, if it is known."""
        return self.first if self.day is not None else None

    def __str__(self) -> str:
        return write_date(self)


def write_date(value: PartialDate, style: DateStyle = DateStyle.CHINESE) -> str:
    """Return ``value`` in the office's ``style``, no more precise than it is."""
    parts = (value.year, value.month, value.day)
    known = [part for part in parts if part is not None]
    if style is DateStyle.CHINESE:
        return "".join(f"{part}{unit}" for part, unit in zip(known, "年月日", strict=False))
    mark = "." if style is DateStyle.DOTTED else "-"
    return mark.join([f"{known[0]:04d}", *(f"{part:02d}" for part in known[1:])])


_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_SEPARATED = re.compile(r"(\d{2}|\d{4})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?[-./]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_TIME = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")


def _plain(text: str) -> str:
    """Return ``text`` with half-width digits, one kind of separator and Chinese numerals as digits."""
    half = unicodedata.normalize("NFKC", text).strip()
    half = _TIME.sub("", half)
    half = re.sub(r"(?<=\d)\s+(?=\d)", ".", half)  # 2023 1 1 is no 2023年11月
    half = re.sub(r"\s+", "", half)
    half = half.replace("元月", "1月").replace("月份", "月")
    half = re.sub(r"[一二三四五六七八九]?十[一二三四五六七八九]?", _tens, half)
    half = half.translate(_DIGITS)
    half = re.sub(r"[年月]|[—–−_/、·。,.]", ".", half).replace("日", "").replace("号", "")
    return half.removesuffix(".")


def _tens(match: re.Match[str]) -> str:
    before, after = match.group().split("十")
    digits = "〇一二三四五六七八九"
    return str((digits.index(before) if before else 1) * 10 + (digits.index(after) if after else 0))


def read_date(text: str, *, today: date | None = None) -> PartialDate | None:
    """Return the date that ``text`` spells, or ``None`` for empty text.

    Reads 2023-11-8, 2023.11.08, 2023/11/8, 20231108, 2023年11月8日, 2023年11月, 2023.11, 202311, 2023,
    full-width digits, spaces between the parts and 二〇二三年十一月. Raises ``UnreadableDate`` with
    a Chinese sentence, and ``DoubtfulDate`` with candidates for a two-digit year; ``today`` orders those candidates.
    """
    plain = _plain(text)
    if not plain:
        return None
    match = _COMPACT.fullmatch(plain) or _SEPARATED.fullmatch(plain)
    if match is None:
        raise UnreadableDate(f"“{text.strip()}”不是日期，请写成 2023-11-08 或 2023年11月 的样子")
    year, *rest = (int(part) for part in match.groups() if part is not None)
    if len(match.group(1)) == 2:
        centuries = (1900, 2000)
        if today is not None and 2000 + year <= today.year:
            centuries = (2000, 1900)
        candidates = tuple(_checked(text, century + year, *rest) for century in centuries)
        raise DoubtfulDate(
            f"“{text.strip()}”的年份只有两位，请写全四位"
            f"（是{candidates[0].year}年还是{candidates[1].year}年？）",
            candidates,
        )
    return _checked(text, year, *rest)


def _checked(text: str, year: int, month: int | None = None, day: int | None = None) -> PartialDate:
    try:
        return PartialDate(year, month, day)
    except UnreadableDate as wrong:
        raise UnreadableDate(f"“{text.strip()}”：{wrong}") from None
