"""What is hardly true of a person is said in a sentence, at the field to look at."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.partial_date import PartialDate
from app.domain.person_doubts import full_years, person_doubts
from app.domain.subject import Subject

TODAY = date(2026, 11, 23)


def doubts(**values):
    return {found.field: found.message for found in person_doubts(Subject(**values), today=TODAY)}


def test_starting_work_at_fourteen_is_doubted_with_both_dates_and_the_age():
    said = doubts(born_on=PartialDate(1985, 2), work_since=PartialDate(1999, 7))
    assert list(said) == ["work_since"]
    assert "出生 1985年2月、参加工作 1999年7月：当时14岁" in said["work_since"]


@pytest.mark.parametrize(
    ("born", "work"),
    [
        (PartialDate(1985, 2), PartialDate(2001, 2)),
        (PartialDate(1985), PartialDate(2001)),
        (PartialDate(1985, 3, 15), PartialDate(2001, 3, 15)),
        (None, PartialDate(1999, 7)),
        (PartialDate(1985, 2), None),
    ],
)
def test_what_may_be_true_is_not_doubted(born, work):
    assert doubts(born_on=born, work_since=work) == {}


def test_the_day_before_the_sixteenth_birthday_is_doubted():
    said = doubts(born_on=PartialDate(1985, 3, 15), work_since=PartialDate(2001, 3, 14))
    assert "15岁" in said["work_since"]


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"born_on": PartialDate(2027, 1)}, "born_on", "晚于今天"),
        ({"born_on": PartialDate(1910)}, "born_on", "超过100岁"),
        ({"born_on": PartialDate(2015, 1)}, "born_on", "不满16岁"),
        ({"work_since": PartialDate(2030)}, "work_since", "晚于今天"),
        (
            {"born_on": PartialDate(1985, 3), "party_since": PartialDate(1980, 1)},
            "party_since",
            "早于出生",
        ),
        (
            {"born_on": PartialDate(1985, 3), "party_since": PartialDate(2002, 1)},
            "party_since",
            "16岁",
        ),
        (
            {"party_since": PartialDate(2006), "membership": "非中共党员"},
            "membership",
            "非中共党员",
        ),
        ({"phone": "1381234567"}, "phone", "11位"),
        ({"phone": "见档案"}, "phone", "不像电话号码"),
    ],
)
def test_each_doubt_stands_at_its_field(values, field, words):
    said = doubts(**values)
    assert list(said) == [field]
    assert words in said[field]


@pytest.mark.parametrize(
    "phone",
    ["13812345678", "0534-8985123", "05348985123", "8985123", "138 1234 5678",
     "13812345678、0534-8985000", "０５３４－８９８５０００", "8985123转801", "家 8985123"],
)  # fmt: skip
def test_usual_spellings_of_a_phone_number_are_not_doubted(phone):
    assert doubts(phone=phone) == {}


def test_ages_between_dates_known_in_part_have_two_bounds():
    assert full_years(PartialDate(1985), PartialDate(2001, 6)) == (15, 16)
