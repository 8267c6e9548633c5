"""Facts that contradict each other are said at the field; nothing is refused."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.happenings import without_day
from app.domain.partial_date import PartialDate
from app.domain.subject import Dossier, Event, Sanction, Subject
from app.domain.verdict import fact_problems
from tests.domain.facts import person

TODAY = date(2026, 11, 23)


def said(dossier):
    return [(problem.field, problem.message) for problem in fact_problems(dossier, TODAY)]


def day(text):
    return PartialDate.parse(text)


def test_starting_work_at_fourteen_is_said_with_the_age():
    person_ = Subject(born_on=day("1985-02"), work_since=day("1999-07"))
    [(field, message)] = said(Dossier(person_))
    assert field == "work_since"
    assert message.startswith("出生 1985-02、参加工作 1999-07 → 14 岁")


def test_a_month_that_may_be_old_enough_is_not_doubted():
    assert not said(Dossier(Subject(born_on=day("1985-07"), work_since=day("2001-07"))))


@pytest.mark.parametrize(
    ("sanction", "field", "words"),
    [
        ({"decided_on": day("2027-01-05")}, "decided_on", "在今天之后"),
        ({"decided_on": day("1999-01-05")}, "decided_on", "不满16岁"),
        ({"decided_on": day("2005-01-05")}, "decided_on", "早于入党时间"),
        ({"decided_on": None}, "decided_on", "未填"),
        ({"document_date": day("2024-02-01")}, "document_date", "早于处分时间"),
        ({"in_lieu": True}, "in_lieu", "只用于党内严重警告"),
        ({"side_by_side": True}, "side_by_side", "不能并行"),
    ],
)
def test_a_sanction_is_checked_against_the_person_and_the_calendar(sanction, field, words):
    values = {"id": 1, "regime": "党纪", "kind": "警告", "decided_on": day("2024-03-15")}
    who = Subject(born_on=day("1985-02"), party_since=day("2006-06-18"))
    found = said(Dossier(who, (), (Sanction(**(values | sanction)),)))
    assert any(f == field and words in message for f, message in found), found


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("〔专业技术人员〕政务记大过 2024-03-15", "事业单位四种处分"),
        ("〔工勤人员〕政务撤职 2024-03-15", "事业单位四种处分"),
        ("〔管理人员〕事业单位降低岗位等级 2024-03-15", "六种处分"),
        ("〔公务员〕事业单位警告 2024-03-15", "公务员不适用"),
        ("〔学生〕政务警告 2024-03-15", "学生"),
        ("〔非中共党员〕党内警告 2024-03-15", "非中共党员"),
        ("〔中共预备党员〕党内警告 2024-03-15", "第三十六条"),
    ],
)
def test_a_kind_that_hardly_fits_the_person_is_a_warning(line, words):
    assert any(field == "kind" and words in message for field, message in said(person(line)))


@pytest.mark.parametrize(
    "line",
    [
        "〔管理人员〕政务记大过 2024-03-15",
        "〔专业技术人员〕事业单位降低岗位等级 2024-03-15；党内警告 2024-03-15",
        "〔非中共党员〕党内开除党籍 2024-03-15",
        "〔学生〕党内警告 2024-03-15",
    ],
)
def test_a_kind_that_fits_is_not_doubted(line):
    assert not said(person(line))


def test_events_are_checked_too():
    sanction = Sanction(id=1, regime="党纪", kind="警告", decided_on=day("2024-03-15"))
    events = (
        Event(kind="退休"),
        Event(kind="复查", on=day("2027-01-01")),
        Event(kind="退休", on=day("1980-01-01")),
        Event(kind="撤销处分", on=day("2024-01-01"), sanction_id=1),
        Event(kind="暂缓回访", on=day("2024-06-01"), until=date(2024, 5, 1)),
    )
    found = said(Dossier(Subject(born_on=day("1985-02")), (), (sanction,), events))
    words = ["没有日期", "在今天之后", "早于出生", "早于处分时间", "截止日期", "须写明理由"]
    for word in words:
        assert any(word in message for _, message in found), word


def test_a_new_event_without_kind_is_named_as_such():
    assert without_day(Event()) == "新的状态事项没有日期，请补填"
    assert without_day(Event(kind="退休")) == "“退休”没有日期，请补填"
