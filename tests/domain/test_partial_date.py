"""Dates as offices write them: all read, shown back in one form, never more precise than they are."""

from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.partial_date import (
    DateStyle,
    DoubtfulDate,
    PartialDate,
    UnreadableDate,
    read_date,
    write_date,
)

FULL, MONTH, YEAR = PartialDate(2023, 11, 8), PartialDate(2023, 11), PartialDate(2023)


@st.composite
def dates(draw):
    day = draw(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
    parts = draw(st.integers(1, 3))
    return PartialDate(*(day.year, day.month, day.day)[:parts])


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2023-11-8", FULL),
        ("2023-11-08", FULL),
        ("2023.11.08", FULL),
        ("2023.11.8", FULL),
        ("2023/11/8", FULL),
        ("20231108", FULL),
        ("2023年11月8日", FULL),
        ("2023年11月08日", FULL),
        ("2023年11月8号", FULL),
        ("2023 年 11 月 8 日", FULL),
        ("2023 11 8", FULL),
        ("2023-11-08 00:00:00", FULL),
        ("2023-11-08T09:30", FULL),
        ("２０２３．１１．０８", FULL),
        ("２０２３年１１月８日", FULL),
        ("2023－11－08", FULL),
        ("2023—11—8", FULL),
        ("2023、11、8", FULL),
        ("2023。11。8", FULL),
        ("二〇二三年十一月八日", FULL),
        ("二零二三年十一月八日", FULL),
        ("二○二三年十一月八日", FULL),
        ("  2023.11.8\n", FULL),
        ("2023.11.8.", FULL),
        ("2023年11月", MONTH),
        ("2023年11月份", MONTH),
        ("2023.11", MONTH),
        ("2023-11", MONTH),
        ("202311", MONTH),
        ("二〇二三年十一月", MONTH),
        ("2023", YEAR),
        ("2023年", YEAR),
        ("二〇二三年", YEAR),
        ("2023 1 1", PartialDate(2023, 1, 1)),
        ("二〇二四年元月", PartialDate(2024, 1)),
        ("二〇一〇年十月二十日", PartialDate(2010, 10, 20)),
        ("一九九九年十二月三十一日", PartialDate(1999, 12, 31)),
        ("", None),
        ("   ", None),
    ],
)
def test_every_spelling_is_read(text, read):
    assert read_date(text) == read


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("20240230", "2024年2月没有30日"),
        ("2024.13.1", "没有13月"),
        ("2023-02-29", "该月共28天"),
        ("2024.0", "没有0月"),
        ("1885.3", "1900"),
        ("2023110", "不是日期"),
        ("去年", "不是日期"),
        ("2023.11.8-2024.11.8", "不是日期"),
        ("45356", "不是日期"),
    ],
)
def test_what_is_no_date_is_refused_in_a_sentence_that_shows_it(text, words):
    with pytest.raises(UnreadableDate, match=words) as refused:
        read_date(text)
    assert text in str(refused.value)
    assert not isinstance(refused.value, DoubtfulDate)


def test_a_year_of_two_digits_is_asked_about_likeliest_first():
    with pytest.raises(DoubtfulDate, match="两位") as asked:
        read_date("85.3")
    assert asked.value.candidates == (PartialDate(1985, 3), PartialDate(2085, 3))
    with pytest.raises(DoubtfulDate) as asked:
        read_date("23.11.8", today=date(2026, 11, 23))
    assert asked.value.candidates[0] == FULL


@given(dates(), st.sampled_from(DateStyle))
def test_what_is_written_is_read_back_with_its_precision(value, style):
    assert read_date(write_date(value, style)) == value


@given(dates())
def test_what_is_stored_is_read_back_and_sorts_as_text(value):
    assert PartialDate.parse(value.isoformat()) == value


@given(dates(), dates())
def test_iso_text_sorts_by_the_earliest_day(one, other):
    if one.first < other.first:
        assert one.isoformat() < other.isoformat() or one.first.year == other.first.year


@given(dates())
def test_the_bounds_hold_everything_that_may_be_meant(value):
    assert value.first <= value.last
    assert (value.exact is None) == (value.day is None)
    if value.day is not None:
        assert value.first == value.last == value.exact
    elif value.month is not None:
        assert value.last.day == calendar.monthrange(value.year, value.month)[1]
    else:
        assert (value.first, value.last) == (date(value.year, 1, 1), date(value.year, 12, 31))


@given(st.text(max_size=14))
def test_no_text_whatever_crashes_the_reader(text):
    try:
        read = read_date(text)
    except UnreadableDate as refused:
        assert str(refused)
    else:
        assert read is None or 1900 <= read.year <= 2199


def test_a_day_without_a_month_is_refused():
    with pytest.raises(UnreadableDate, match="补全月份"):
        PartialDate(2024, None, 5)
