"""The papers of a record: offered where it has something for them, numbered once, drawn."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from app.bootstrap.join import join
from app.domain.partial_date import PartialDate
from app.domain.staff import Staff
from app.domain.subject import Sanction
from app.services.people import PersonEdit


@pytest.fixture
def use_cases(office):
    return join(office)


@pytest.fixture
def plan(use_cases, office, a_person):
    sanction = Sanction(regime="党纪", kind="严重警告", decided_on=PartialDate(2026, 3, 3))
    use_cases.save_person(PersonEdit(a_person(), sanctions=(sanction,)))
    use_cases.plans.save_staff(Staff(name="王敏", department="案件管理室"))
    [row] = use_cases.roster.page(_everybody(), 0, 10)
    whole = use_cases.plans.draw_up_plan([row.id], method="实地")
    use_cases.plans.save_plan(whole)
    [found] = use_cases.plans.plan_rows()
    return use_cases.plans.open_plan(found.id)


def _everybody():
    from app.services.ports import RosterFilter

    return RosterFilter()


def text_of(pdf):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_plan_offers_its_papers_and_draws_each_both_ways(use_cases, plan):
    known = dict(use_cases.letters_for(plan))
    assert {"plan", "unit_notice", "person_notice", "talk_outline"} <= set(known)
    for name in known:
        assert use_cases.draw_letter(name, plan, "pdf").startswith(b"%PDF-")
        assert use_cases.draw_letter(name, plan, "docx").startswith(b"PK")
    assert "单小芳" in text_of(use_cases.draw_letter("plan", plan, "pdf"))


def test_a_letter_keeps_its_number_and_no_two_letters_share_one(use_cases, plan):
    settings = use_cases.settings()
    settings.letter_prefix = "某院纪函"
    use_cases.save_settings(settings)
    first = text_of(use_cases.draw_letter("unit_notice", plan, "pdf"))
    assert "1号" in first and "某院纪函" in first
    use_cases.issue_letter("unit_notice", plan)
    assert "2号" in text_of(use_cases.draw_letter("person_notice", plan, "pdf"))
    [number] = use_cases.issue_letter("person_notice", plan)
    assert number == (f"某院纪函〔{use_cases.plans.today().year}〕2号", True)
    assert use_cases.issue_letter("unit_notice", plan) == [
        (f"某院纪函〔{use_cases.plans.today().year}〕1号", True)
    ]
    assert "1号" in text_of(use_cases.draw_letter("unit_notice", plan, "pdf"))


def test_looking_at_a_letter_takes_no_number(use_cases, plan):
    settings = use_cases.settings()
    settings.letter_prefix = "某院纪函"
    use_cases.save_settings(settings)
    assert use_cases.letter_numbers("person_notice", plan) == [
        (f"某院纪函〔{use_cases.plans.today().year}〕1号", False)
    ]
    for name in ("unit_notice", "person_notice", "unit_notice"):
        assert "1号" in text_of(use_cases.draw_letter(name, plan, "pdf"))
        assert not any("文号" in point for point in use_cases.letter_points(name, plan))
    assert use_cases.plans.document_numbers(use_cases.plans.today().year) == []
    use_cases.issue_letter("unit_notice", plan)
    assert use_cases.letter_numbers("unit_notice", plan) == [
        (f"某院纪函〔{use_cases.plans.today().year}〕1号", True)
    ]
    assert use_cases.letter_numbers("plan", plan) == []
    assert len(use_cases.plans.document_numbers(use_cases.plans.today().year)) == 1


def test_without_a_prefix_the_number_is_left_to_the_pen(use_cases, plan):
    assert "1号" not in text_of(use_cases.draw_letter("unit_notice", plan, "pdf"))


def test_what_is_empty_or_too_long_is_told_before_printing(use_cases, plan):
    plan.plan.safety = "安" * 40_000
    use_cases.draw_letter("plan", plan, "pdf")
    points = use_cases.letter_points("plan", plan)
    assert any("未填写" in point for point in points)
    assert any("40000字" in point for point in points)
    assert len(points) == len(set(points))
