"""The periods of a report: those before it, as far back as days can be written."""

from __future__ import annotations

from datetime import date

from app.domain.report_period import FREE, ReportPeriod, period_around
from app.domain.visiting_list import HALF_YEAR


def test_a_half_year_has_those_before_it():
    period = period_around(HALF_YEAR, date(2026, 11, 29), date(2026, 11, 29))
    assert [one.title for one in period.series(3)] == [
        "2025年下半年",
        "2026年上半年",
        "2026年下半年",
    ]


def test_a_period_of_a_century_has_none_before_it_that_cannot_be_written():
    period = ReportPeriod(FREE, date(1960, 1, 1), date(2059, 12, 31), date(2026, 11, 29))
    assert [one.title for one in period.series(6)] == ["1960年1月1日至2059年12月31日"]
