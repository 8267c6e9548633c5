"""Numbers of letters: counted per kind and year, nothing skipped or given twice unseen."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.document_number import DocumentNumber, number_gaps
from app.services.document_numbers import (
    LetterKey,
    document_number_gaps,
    document_numbers,
    issue_number,
    last_prefix,
    number_of,
    void_number,
)
from app.services.gatekeeping import NotPossible
from app.services.ports import NoReason

TODAY = date(2026, 11, 23)
KIND = "unit_notice"


@pytest.fixture
def issue(new_uow):
    """Issues a number to the letter of a plan."""

    def one(plan: int, part: int = 0, kind: str = KIND, day: date = TODAY, **more):
        values = {"prefix": "某院纪函", "title": "关于协助开展回访工作的函", **more}
        return issue_number(kind, LetterKey("Plan", plan, part), uow=new_uow(), today=day, **values)

    return one


def test_numbers_run_through_the_year_and_begin_again_in_the_next(issue):
    given = [str(issue(1)), str(issue(1, 1)), str(issue(2))]
    assert given == [f"某院纪函〔2026〕{number}号" for number in (1, 2, 3)]
    assert str(issue(3, day=date(2027, 1, 4))) == "某院纪函〔2027〕1号"


def test_every_kind_counts_by_itself(issue):
    issue(1)
    assert issue(1, kind="person_notice", prefix="某院纪告").number == 1


def test_printing_a_letter_again_takes_no_new_number(issue, new_uow):
    first = issue(1)
    assert issue(1).number == first.number
    assert number_of(KIND, LetterKey("Plan", 1), uow=new_uow()).number == 1
    assert number_of(KIND, LetterKey("Plan", 2), uow=new_uow()) is None
    assert len(document_numbers(KIND, 2026, uow=new_uow())) == 1


def test_a_void_number_is_never_given_again_and_stays_visible_with_its_reason(issue, new_uow, acts):
    wrong = issue(1)
    issue(2)
    void_number(wrong.id, "主送单位写错", uow=new_uow(), today=TODAY)
    assert issue(1).number == 3
    gaps = document_number_gaps(KIND, 2026, uow=new_uow())
    assert [str(gap) for gap in gaps] == ["1号：作废（主送单位写错）"]
    assert [act[0] for act in acts()][-4:] == ["编文号", "编文号", "文号作废", "编文号"]


def test_a_number_is_not_voided_without_reason_or_twice(issue, new_uow):
    one = issue(1)
    with pytest.raises(NoReason, match="请写明文号作废的理由"):
        void_number(one.id, "  ", uow=new_uow(), today=TODAY)
    void_number(one.id, "重复", uow=new_uow(), today=TODAY)
    with pytest.raises(NotPossible, match="已经作废"):
        void_number(one.id, "重复", uow=new_uow(), today=TODAY)


def test_a_count_begun_on_paper_is_taken_up_and_what_it_skips_is_listed(issue, new_uow):
    assert issue(1, number=37).number == 37
    assert issue(2).number == 38
    assert issue(3, number=41).number == 41
    gaps = [str(gap) for gap in document_number_gaps(KIND, 2026, uow=new_uow())]
    assert gaps == [
        "1至36号：本程序中没有登记，请查明去向",
        "39至40号：本程序中没有登记，请查明去向",
    ]
    with pytest.raises(NotPossible, match="须大于41"):
        issue(4, number=40)
    assert [one.number for one in document_numbers(KIND, 2026, uow=new_uow())] == [37, 38, 41]


def test_two_kinds_cannot_have_the_same_number_on_paper(issue):
    issue(1)
    with pytest.raises(NotPossible, match="已用于另一文种"):
        issue(1, kind="person_notice")


def test_a_number_needs_a_prefix_and_the_last_one_is_proposed(issue, new_uow):
    with pytest.raises(NotPossible, match="请填写发文代字"):
        issue(1, prefix=" ")
    assert last_prefix(KIND, uow=new_uow()) == ""
    issue(1, prefix="某院纪函")
    issue(2, prefix="某纪函")
    assert last_prefix(KIND, uow=new_uow()) == "某纪函"


def test_the_store_itself_refuses_a_number_given_twice(issue, new_uow):
    issue(1)
    with pytest.raises(Exception, match="UNIQUE"), new_uow() as uow:
        uow.repository(DocumentNumber).put(
            DocumentNumber(kind=KIND, year=2026, number=1, prefix="某", issued_on=TODAY)
        )
        uow.commit()


def test_an_unbroken_count_has_no_gaps():
    assert number_gaps([]) == []
    assert number_gaps([DocumentNumber(kind=KIND, number=n) for n in (2, 1, 3)]) == []
