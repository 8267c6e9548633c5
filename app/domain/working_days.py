"""Working days: an editable calendar, used only where the law says 工作日."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.reckoning import ONE_DAY
from app.domain.rulebook import RulesInvalid

FIVE_DAYS = 5


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The years whose holidays are known. Terms of sanctions are calendar months and never ask it."""

    years: frozenset[int] = frozenset()
    holidays: frozenset[date] = frozenset()
    extra: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Tell whether ``day`` is worked; in a year that is missing, Monday to Friday are."""
        if day in self.extra:
            return True
        return day.isoweekday() <= FIVE_DAYS and day not in self.holidays

    def after(self, start: date, count: int) -> date:
        """Return the ``count``-th working day after ``start``; ``start`` itself does not count."""
        day = start
        while count > 0:
            day += ONE_DAY
            count -= self.is_working(day)
        return day

    def with_years(self, own: Mapping[str, Any]) -> WorkingDays:
        """Return the table with the office's own years in place of those it had.

        ``own`` maps a year to its ``holidays`` and ``extra`` days, as ``Settings`` keeps them.
        Raises ``RulesInvalid`` with a Chinese sentence.
        """
        years = {}
        for name, lists in own.items():
            if not name.isdecimal():
                raise RulesInvalid(f"工作日表：年份“{name}”缺失或重复，请核对")
            years[int(name)] = _year(int(name), lists)
        kept = [
            frozenset(day for day in days if day.year not in years)
            for days in (self.holidays, self.extra)
        ]
        added = [
            frozenset(day for year in years.values() for day in year[name])
            for name in ("holidays", "extra")
        ]
        return WorkingDays(self.years | frozenset(years), kept[0] | added[0], kept[1] | added[1])

    def of_year(self, year: int) -> tuple[list[date], list[date]]:
        """Return the holidays and the extra working days of ``year``, in order."""
        first, second = (
            sorted(day for day in days if day.year == year) for days in (self.holidays, self.extra)
        )
        return first, second

    def warning(self, *days: date) -> str:
        """Return a sentence when the table lacks the year of any of ``days``, else ``""``."""
        missing = sorted({day.year for day in days} - self.years)
        if not missing:
            return ""
        named = "、".join(f"{year}年" for year in missing)
        return f"工作日表缺少{named}的放假安排，工作日按周一至周五推算，请补录后再核对"


def parse_working_days(text: str, override: str = "") -> WorkingDays:
    """Return the calendar in ``text`` (TOML), with the years of ``override`` in place of its own.

    Raises ``RulesInvalid`` with a Chinese sentence.
    """
    years: dict[int, Mapping[str, list[date]]] = {}
    for source in filter(None, (text, override)):
        years.update(_read(source))
    return WorkingDays(
        frozenset(years),
        frozenset(day for year in years.values() for day in year["holidays"]),
        frozenset(day for year in years.values() for day in year["extra"]),
    )


def _read(text: str) -> dict[int, Mapping[str, list[date]]]:
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesInvalid(f"工作日表：格式不对（{error}），请恢复原文件") from error
    found: dict[int, Mapping[str, list[date]]] = {}
    for raw in tree.get("year", []):
        year = raw.get("year")
        if not isinstance(year, int) or year in found:
            raise RulesInvalid(f"工作日表：年份“{year}”缺失或重复，请核对")
        found[year] = _year(year, raw)
    return found


def _year(year: int, raw: Mapping[str, Any]) -> dict[str, list[date]]:
    days = {name: [_day(year, one) for one in raw.get(name, [])] for name in ("holidays", "extra")}
    wrong = [d for d in days["holidays"] if d.isoweekday() > FIVE_DAYS]
    wrong += [d for d in days["extra"] if d.isoweekday() <= FIVE_DAYS]
    if wrong:
        raise RulesInvalid(
            f"工作日表：{wrong[0]} 不对，holidays（放假）只写周一至周五，"
            "extra（上班）只写周六、周日"
        )
    return days


def days_typed(year: int, text: str) -> list[str]:
    """Return the days a user typed for a year, as ISO text: 1-1、1.2、1月3日、2027-02-08.

    Raises ``RulesInvalid`` with a Chinese sentence for the first one that is no day.
    """
    found = []
    for word in re.split(r"[\s、，,；;]+", unicodedata.normalize("NFKC", text).strip()):
        if not word:
            continue
        match = re.fullmatch(r"(?:(\d{4})[-./年])?(\d{1,2})[-./月](\d{1,2})日?", word)
        try:
            if match is None or int(match[1] or year) != year:
                raise ValueError(word)
            found.append(date(year, int(match[2]), int(match[3])).isoformat())
        except ValueError:
            raise RulesInvalid(
                f"“{word[:40]}”不是{year}年的日期，请写成 1-1 或 {year}-01-01，用顿号隔开"
            ) from None
    return sorted(set(found))


def _day(year: int, entry: object) -> date:
    try:
        day = entry if isinstance(entry, date) else date.fromisoformat(str(entry))
    except ValueError:
        raise RulesInvalid(f"工作日表：{year}年中的“{entry}”不是日期，请写成 2026-01-01") from None
    if day.year != year:
        raise RulesInvalid(f"工作日表：{day} 不在{year}年，请核对")
    return day
