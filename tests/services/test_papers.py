"""What letters are made of is gathered whole: a visit or request with its person, and the numbers."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.request import Request
from app.services.document_numbers import LetterKey, issue_number
from app.services.papers import particulars_for, request_paper, visit_paper
from app.services.ports import MissingRecord


def test_a_visit_comes_with_the_person_as_the_plan_has_them(world):
    subject = world.person("单小芳")
    plan = world.approved(subject)
    visit = world.recorded_visit(subject, plan)
    paper = visit_paper(visit, uow=world.new_uow(), law=world.law)
    assert paper.whole.visit.id == visit
    assert paper.plan is not None
    assert paper.person.plan_id == plan
    assert (paper.person.name, paper.person.character) == ("单小芳", "沉稳内向")


def test_a_request_says_who_made_it_and_on_which_visit(world):
    subject = world.person("单小芳")
    visit = world.recorded_visit(subject, world.approved(subject))
    [asked] = world.put(Request(subject_id=subject, visit_id=visit, content="调课"))
    paper = request_paper(asked, uow=world.new_uow(), law=world.law)
    assert paper.person.name == "单小芳"
    assert paper.person.workplace == "化学与材料学院副教授"
    assert paper.visited == "2026年11月23日实地回访"
    [by_letter] = world.put(Request(subject_id=subject, content="来信"))
    assert request_paper(by_letter, uow=world.new_uow(), law=world.law).visited == ""


def test_what_is_gone_is_said_in_chinese(world):
    with pytest.raises(MissingRecord, match="已不存在"):
        request_paper(99, uow=world.new_uow(), law=world.law)


def test_particulars_hold_office_contact_and_the_numbers_already_given(world):
    member = world.staff[0]
    member.phone = "0534-8985001"
    world.put(member)
    world.law.settings.office_name = "中共某某学院纪律检查委员会"
    issue_number(
        "unit_notice",
        LetterKey("Plan", 7, 1),
        prefix="某院纪函",
        uow=world.new_uow(),
        today=date(2026, 11, 23),
    )
    found = particulars_for(
        "unit_notice",
        "Plan",
        7,
        letters=3,
        drafted_by=member.name,
        uow=world.new_uow(),
        law=world.law,
    )
    assert found.office == "中共某某学院纪律检查委员会"
    assert found.numbers == ("", "某院纪函〔2026〕1号", "")
    assert (found.contact, found.phone) == (member.name, "0534-8985001")
    assert found.mark == ""
