"""What is hardly true of a person is said in a sentence, at the field to look at."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.partial_date import PartialDate
from app.domain.person_doubts import person_doubts
from app.domain.subject import Subject

TODAY = date(2026, 11, 23)


def doubts(**values):
    return {found.field: found.message for found in person_doubts(Subject(**values), TODAY)}


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"born_on": PartialDate(1910)}, "born_on", "超过100岁"),
        ({"born_on": PartialDate(2015, 1)}, "born_on", "不满16岁"),
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
    "born", [PartialDate(1926), PartialDate(2010, 12), PartialDate(2030), None]
)
def test_a_birth_that_may_be_true_or_is_refused_elsewhere_is_not_doubted_here(born):
    assert doubts(born_on=born) == {}


@pytest.mark.parametrize(
    "phone",
    ["13812345678", "0534-8985123", "05348985123", "8985123", "138 1234 5678",
     "13812345678、0534-8985000", "０５３４－８９８５０００", "8985123转801", "家 8985123"],
)  # fmt: skip
def test_usual_spellings_of_a_phone_number_are_not_doubted(phone):
    assert doubts(phone=phone) == {}
