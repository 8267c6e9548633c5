"""Working days count only where the law says so; a year that is missing is said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.domain.rulebook import RulesInvalid
from app.domain.working_days import days_typed, parse_working_days

SHIPPED = (Path(__file__).parents[2] / "resources" / "rules" / "working_days.toml").read_text(
    "utf-8"
)


def test_holidays_and_shifted_saturdays_are_known():
    table = parse_working_days(SHIPPED)
    assert not table.is_working(date(2024, 10, 4))
    assert table.is_working(date(2024, 10, 12))  # a Saturday that is worked
    assert not table.is_working(date(2024, 10, 13))


def test_seven_working_days_leap_over_a_holiday_week():
    table = parse_working_days(SHIPPED)
    # Mon 30 Sep is day 1; 1-7 Oct are free; 8, 9, 10, 11, Sat 12 (worked), Mon 14 make seven
    assert table.after(date(2024, 9, 29), 7) == date(2024, 10, 14)


def test_a_missing_year_is_warned_of_and_counted_by_weekdays():
    table = parse_working_days(SHIPPED)
    assert table.warning(date(2024, 5, 1)) == ""
    assert "2031年" in table.warning(date(2031, 1, 2))
    assert table.is_working(date(2031, 10, 1))


def test_the_office_may_put_a_year_right():
    table = parse_working_days(SHIPPED, "[[year]]\nyear = 2024\nholidays = ['2024-10-09']\n")
    assert table.is_working(date(2024, 10, 4))
    assert not table.is_working(date(2024, 10, 9))


def test_the_office_fills_a_year_in_as_it_is_announced():
    own = {"holidays": days_typed(2031, "1-1、2031年1月22日, 1.23"), "extra": []}
    table = parse_working_days(SHIPPED).with_years({"2031": own})
    assert table.warning(date(2031, 1, 2), date(2026, 5, 1)) == ""
    assert table.of_year(2031) == ([date(2031, 1, 1), date(2031, 1, 22), date(2031, 1, 23)], [])
    assert not table.is_working(date(2024, 10, 4))  # other years stay as they were


@pytest.mark.parametrize("typed", ["2-30", "元旦", "2030-1-1", "1-1-1"])
def test_what_is_no_day_of_the_year_is_named(typed):
    with pytest.raises(RulesInvalid, match=typed):
        days_typed(2031, f"1-1、{typed}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[year]\n", "格式不对"),
        ("[[year]]\nyear = '2024'\n", "年份"),
        ("[[year]]\nyear = 2024\n[[year]]\nyear = 2024\n", "重复"),
        ("[[year]]\nyear = 2024\nholidays = ['2025-01-01']\n", "不在2024年"),
        ("[[year]]\nyear = 2024\nholidays = ['2024-13-01']\n", "不是日期"),
        ("[[year]]\nyear = 2024\nholidays = ['2024-10-05']\n", "只写周一至周五"),
        ("[[year]]\nyear = 2024\nextra = ['2024-10-04']\n", "只写周六、周日"),
    ],
)
def test_a_wrong_calendar_is_refused_with_a_sentence(text, words):
    with pytest.raises(RulesInvalid, match=words):
        parse_working_days(text)
