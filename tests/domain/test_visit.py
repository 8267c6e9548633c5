"""Visits: what is missing in a record, how it differs from the plan, what the form takes from it."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.gates import FEW_PARTICIPANTS, NO_REPLY, NOT_CHECKED, Exemption
from app.domain.plan import Plan, PlanMember, TalkPoint, WholePlan
from app.domain.request import ANSWERED, OPEN, TOLD, Request, overdue, request_problems
from app.domain.visit import (
    Contact,
    Participant,
    Talk,
    Visit,
    WholeVisit,
    deviations,
    visit_obstacles,
    visit_problems,
)
from app.domain.visit_boxes import visit_boxes

TODAY = date(2026, 11, 23)


def a_talk(**changed):
    values = {
        "audience": "本人",
        "name": "张三",
        "on": TODAY,
        "talker": "赵",
        "recorder": "钱",
        "exchanges": [{"question": "近来怎样？", "answer": "好。"}],
        "checked": True,
        "checked_on": TODAY,
    }
    return Talk(**(values | changed))


def a_visit(**changed):
    whole = WholeVisit(
        Visit(subject_id=1, method="实地", on=TODAY, conduct="思想稳定。"),
        [Participant(staff_id=1, name="赵"), Participant(staff_id=2, name="钱")],
        [a_talk()],
    )
    for name, value in changed.items():
        setattr(whole.visit, name, value)
    return whole


def fields(whole):
    return [problem.field for problem in visit_problems(whole, today=TODAY)]


def test_a_full_record_has_nothing_missing_and_nothing_in_its_way():
    assert visit_problems(a_visit(), today=TODAY) == []
    assert visit_obstacles(a_visit(), today=TODAY) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"on": date(2026, 11, 24)}, "on"),
        ({"on": None}, "on"),
        ({"until": date(2026, 11, 22)}, "until"),
        ({"method": "飞鸽"}, "method"),
    ],
)
def test_a_wrong_head_is_named(changed, field):
    assert field in fields(a_visit(**changed))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "talks.0.name"),
        ({"exchanges": []}, "talks.0.exchanges"),
        ({"exchanges": [{"question": "问", "answer": " "}]}, "talks.0.exchanges"),
        ({"recorder": "赵"}, "talks.0.recorder"),
        ({"checked_on": None}, "talks.0.checked_on"),
        ({"on": date(2026, 12, 1)}, "talks.0.on"),
    ],
)
def test_a_wrong_talk_is_named(changed, field):
    whole = a_visit()
    whole.talks = [a_talk(**changed)]
    assert fields(whole) == [field]


def test_a_visit_on_site_without_a_talk_with_the_person_is_none():
    whole = a_visit()
    whole.talks = [a_talk(audience="单位负责人")]
    assert fields(whole) == ["talks"]


def test_a_call_needs_its_number_and_what_was_said():
    whole = a_visit(method="电话")
    assert fields(whole) == ["contacts"]
    whole.contacts = [Contact(method="电话", audience="本人", name="张三", on=TODAY)]
    assert fields(whole) == ["contacts.0.phone", "contacts.0.content"]


def test_a_letter_waits_for_its_reply():
    letter = Contact(
        method="信函", audience="本人", name="张三", on=TODAY, address="x", content="x"
    )
    whole = a_visit(method="信函")
    whole.talks, whole.contacts = [], [letter]
    assert [one.gate for one in visit_obstacles(whole, today=TODAY)] == [NO_REPLY]
    letter.replied_on = date(2026, 11, 1)
    assert "contacts.0.replied_on" in fields(whole)
    letter.replied_on = TODAY
    assert visit_obstacles(whole, today=TODAY) == []


def test_one_name_written_twice_is_one_visitor():
    whole = a_visit()
    whole.participants = [Participant(name="赵"), Participant(name="赵 ")]
    assert [one.gate for one in visit_obstacles(whole, today=TODAY)] == [FEW_PARTICIPANTS]


def test_what_the_person_did_not_check_is_a_gate_and_others_need_not():
    whole = a_visit()
    whole.talks = [
        a_talk(checked=False, checked_on=None),
        a_talk(audience="同事及群众", name="李", checked=False, checked_on=None),
    ]
    assert [one.gate for one in visit_obstacles(whole, today=TODAY)] == [NOT_CHECKED]


def a_plan(**changed):
    plan = Plan(method="实地", on=TODAY)
    for name, value in changed.items():
        setattr(plan, name, value)
    return WholePlan(
        plan,
        members=[PlanMember(staff_id=1, name="赵"), PlanMember(staff_id=2, name="钱")],
        points=[TalkPoint(audience="本人", item="（三）", words="x")],
    )


def test_a_visit_as_planned_deviates_in_nothing():
    assert deviations(a_visit(), a_plan()) == []


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"method": "电话"}, "回访方式"),
        ({"on": date(2026, 11, 20)}, "回访日期"),
        ({"time": "下午"}, "时间"),
        ({"place": "图书馆"}, "地点"),
        ({"materials": "考核表"}, "查阅材料"),
    ],
)
def test_each_deviation_is_named(changed, what):
    assert [one.what for one in deviations(a_visit(), a_plan(**changed))] == [what]


def test_points_meant_for_somebody_else_are_no_deviation():
    plan = a_plan()
    plan.points.append(TalkPoint(audience="单位负责人", item="（一）", words="x", subject_id=9))
    assert deviations(a_visit(), plan) == []
    plan.points[-1].subject_id = 1
    assert [one.planned for one in deviations(a_visit(), plan)] == ["与单位负责人谈话"]


def test_the_form_takes_day_method_findings_and_exceptions_from_the_visit():
    whole = a_visit(
        until=date(2026, 11, 24),
        unit_politics="能参加组织生活。",
        unit_work="教学优秀",
        deviation="改在图书馆",
    )
    whole.exemptions = (Exemption(gate="期满后补访", reason="未及", approver="王"),)
    whole.requests = (
        Request(visit_id=None, content="本次"),
        Request(visit_id=7, content="别次"),
    )
    boxes = visit_boxes(whole)
    assert boxes["visited_on"][0] == "2026年11月23日至2026年11月24日（实地）"
    assert boxes["attitude"][0] == (
        "思想稳定。\n所在单位评价意见：政治表现：能参加组织生活；工作实绩：教学优秀。"
    )
    assert boxes["remarks"][0] == "期满后补访：未及，王批准\n改在图书馆\n本人提出：本次（办理中）"


# ------------------------------------------------------------------ requests


def test_a_request_lacks_what_its_state_asks_for():
    request = Request(kind="合理要求", content="x", raised_on=TODAY, owner="综合处", due_on=TODAY)
    assert request_problems(request) == []
    request.state = ANSWERED
    assert [one.field for one in request_problems(request)] == ["answer", "answered_on"]
    request.answer, request.answered_on, request.state = "办好", date(2026, 11, 1), TOLD
    assert [one.field for one in request_problems(request)] == [
        "answered_on",
        "told_on",
        "told_how",
    ]


def test_only_an_open_request_is_overdue():
    request = Request(due_on=date(2026, 11, 22))
    assert overdue(request, TODAY) and not overdue(request, date(2026, 11, 22))
    request.state = ANSWERED
    assert not overdue(request, TODAY)
    assert OPEN != ANSWERED
