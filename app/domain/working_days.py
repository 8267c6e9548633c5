"""Working days: an editable calendar, used only where the law says 工作日."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

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
        days: dict[str, list[date]] = {}
        for name in ("holidays", "extra"):
            days[name] = [_day(year, entry) for entry in raw.get(name, [])]
        wrong = [d for d in days["holidays"] if d.isoweekday() > FIVE_DAYS]
        wrong += [d for d in days["extra"] if d.isoweekday() <= FIVE_DAYS]
        if wrong:
            raise RulesInvalid(
                f"工作日表：{wrong[0]} 不对，holidays 只写周一至周五，extra 只写周六、周日"
            )
        found[year] = days
    return found


def _day(year: int, entry: object) -> date:
    try:
        day = entry if isinstance(entry, date) else date.fromisoformat(str(entry))
    except ValueError:
        raise RulesInvalid(f"工作日表：{year}年中的“{entry}”不是日期，请写成 2026-01-01") from None
    if day.year != year:
        raise RulesInvalid(f"工作日表：{day} 不在{year}年，请核对")
    return day
