"""Plans: the table of their ways, what is missing in one, and the wording they start from."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.fields import form_fields
from app.domain.gates import GATES, Exemption, Key, Obstacle, sentence, still_closed
from app.domain.partial_date import PartialDate
from app.domain.plan import (
    CANCELLED,
    CLOSED,
    DRAFT,
    METHOD_FIELDS,
    METHOD_REQUIRED,
    METHODS,
    NO_RECUSAL,
    RECUSAL,
    REPLACED,
    STATES,
    TRANSITIONS,
    Plan,
    PlanMember,
    PlanPerson,
    TalkPoint,
    WholePlan,
    allowed_acts,
)
from app.domain.plan_checks import (
    counted_members,
    group_obstacles,
    plan_problems,
    plan_warnings,
    put_off,
)
from app.domain.subject import Dossier, Event, Subject
from app.domain.talk_points import (
    BadTemplate,
    Circumstances,
    proposed_fields,
    proposed_points,
    read_wordings,
)

RESOURCES = Path(__file__).parents[2] / "resources"
SHIPPED = read_wordings((RESOURCES / "templates" / "plan.toml").read_text("utf-8"))


def a_member(number, **changed):
    values = {"staff_id": number, "name": f"成员{number}", "part": "记录", "recusal": NO_RECUSAL}
    return PlanMember(**(values | changed))


def a_plan(**changed):
    plan = Plan(
        title="方案",
        drafted_by="赵",
        basis="依据",
        purpose="目的",
        method="实地",
        on=date(2026, 12, 7),
        time="上午",
        place="会议室",
        hearers="本人",
        policies="办法",
        safety="预案",
        emergency="李 123",
        secrecy="保密",
    )
    for name, value in changed.items():
        setattr(plan, name, value)
    return WholePlan(
        plan,
        [PlanPerson(subject_id=1, name="张三", facts="x", character="x", state_of_mind="x")],
        [a_member(1, leader=True), a_member(2)],
        [
            TalkPoint(audience=audience, item="（一）", words="问")
            for audience in ("本人", "单位负责人", "同事及群众")
        ],
    )


# ------------------------------------------------------------------ the table of ways


def test_every_state_can_be_reached_and_left_except_the_ends():
    reached, found = set(), {DRAFT}
    while found != reached:
        reached = set(found)
        found |= {
            step.target
            for step in TRANSITIONS.values()
            if step.target and set(step.sources) & reached
        }
    assert reached == set(STATES)
    ends = {state for state in STATES if not allowed_acts(state)}
    assert ends == {CLOSED, CANCELLED, REPLACED}


def test_nothing_leads_to_approved_but_approval_of_what_was_submitted():
    ways = [step for step in TRANSITIONS.values() if step.target == "已批准"]
    assert [(step.act, step.sources) for step in ways] == [("批准", ("待审批",))]


# ------------------------------------------------------------------ completeness


def test_a_complete_plan_has_no_problem():
    assert plan_problems(a_plan()) == []


@pytest.mark.parametrize(
    "name", [name for name, spec in form_fields(Plan).items() if spec.required]
)
def test_every_required_field_is_missed_by_its_own_name(name):
    empty = None if name == "on" else ""
    assert name in [problem.field for problem in plan_problems(a_plan(**{name: empty}))]


@pytest.mark.parametrize("method", METHODS)
def test_each_method_asks_for_its_own_fields(method):
    whole = a_plan(method=method, place="", time="")
    missing = [problem.field for problem in plan_problems(whole)]
    assert set(missing) == set(METHOD_REQUIRED[method])
    assert set(METHOD_REQUIRED[method]) - {"time"} <= set(METHOD_FIELDS[method])


def test_fields_of_another_method_are_warned_about_and_not_lost():
    whole = a_plan(phone="0534-1")
    [warning] = plan_warnings(whole, [])
    assert (warning.field, whole.plan.phone) == ("phone", "0534-1")


def test_a_group_has_exactly_one_leader():
    whole = a_plan()
    whole.members[1].leader = True
    assert [problem.message for problem in plan_problems(whole)] == [
        "工作组：应确定一名组长，现有2名"
    ]


def test_a_new_version_must_say_what_changed():
    assert [one.field for one in plan_problems(a_plan(version=2))] == ["what_changed"]


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["", NO_RECUSAL, RECUSAL]))))
def test_a_group_passes_only_with_two_different_people_who_need_not_stand_back(group):
    whole = a_plan()
    whole.members = [a_member(number, recusal=answer) for number, answer in group]
    well = {number for number, answer in group if answer != RECUSAL}
    closed = group_obstacles(whole, [])
    assert len(counted_members(whole, [])) == len(well)
    assert (not closed) == (len(well) >= 2 and all(answer == NO_RECUSAL for _, answer in group))


# ------------------------------------------------------------------ gates


@pytest.mark.parametrize("gate", GATES.values(), ids=lambda gate: gate.title)
def test_a_gate_opens_for_exactly_what_its_key_asks(gate):
    obstacle = Obstacle(gate, "因故不能", subject_id=4)
    assert still_closed([obstacle], [obstacle.exemption("  ", "王")])
    assert bool(still_closed([obstacle], [obstacle.exemption("有理由")])) == (
        gate.key is not Key.REASON
    )
    assert bool(still_closed([obstacle], [obstacle.exemption("有理由", "王")])) == (
        gate.key is Key.NONE
    )
    for other in ({"subject_id": 5}, {"subject_id": None}, {"staff_id": 4}, {"gate": "别的"}):
        key = dataclasses.replace(obstacle.exemption("有理由", "王"), **other)
        assert still_closed([obstacle], [key])


def test_a_refusal_names_every_obstacle_and_what_would_open_it():
    words = sentence(
        [
            Obstacle(GATES["工作组不足两人"], "只有1人。"),
            Obstacle(GATES["期满后补访"], "已期满"),
            Obstacle(GATES["原则上不再回访"], "已退休"),
        ]
    )
    assert words == (
        "只有1人；已期满。确需办理的，请写明理由；已退休。确需办理的，请写明理由和批准人。"
    )


def test_an_exemption_names_a_known_gate():
    assert form_fields(Exemption)["gate"].choices == tuple(GATES)


def test_putting_off_holds_from_its_day_to_its_last_day():
    event = Event(kind="暂缓回访", on=PartialDate(2026, 11, 1), until=date(2026, 12, 1))
    dossier = Dossier(Subject(name="张三"), events=(event,))
    held = [put_off(dossier, day) is not None for day in _days("10-31", "11-01", "12-01", "12-02")]
    assert held == [False, True, True, False]


def _days(*written):
    return [date.fromisoformat(f"2026-{day}") for day in written]


# ------------------------------------------------------------------ warnings


def test_a_version_does_not_clash_with_the_one_it_replaces_nor_with_what_is_over():
    old, new, done = a_plan(id=1), a_plan(id=2, replaces_id=1), a_plan(id=3, state=CLOSED)
    others = [(whole.plan, whole.members, whole.people) for whole in (old, new, done)]
    assert plan_warnings(new, others) == []
    stranger = a_plan(id=4)
    assert len(plan_warnings(stranger, others)) == 2 * 3  # two members, one person, in two plans


# ------------------------------------------------------------------ wording


def test_a_last_day_that_only_one_of_several_has_names_whose_it_is():
    soon, later = date(2026, 12, 3), date(2027, 9, 9)
    who = [
        Circumstances(1, "张三", last_day=soon, method="实地", on=date(2026, 12, 1)),
        Circumstances(2, "李四", last_day=later, method="实地", on=date(2026, 12, 1)),
    ]
    assert "（张三2026年12月3日）" in proposed_fields(SHIPPED, who)["purpose"]


def test_the_shipped_wording_covers_every_method_and_audience():
    for method in METHODS:
        who = Circumstances(1, "张三", regimes=frozenset({"党纪"}), method=method)
        fields = proposed_fields(SHIPPED, [who])
        needed = {"title", "basis", "purpose", "hearers", "policies", "safety", "secrecy", "steps"}
        assert needed <= set(fields)
        points = proposed_points(SHIPPED, [who])
        heard = {"本人", "单位负责人"}  # of a call or letter art. 8(3) names no more
        assert {point.audience for point in points} == heard | (
            {"同事及群众"} if method == "实地" else set()
        )
        assert {point.item for point in points} >= {
            "（一）",
            "（二）",
            "（三）",
            "（四）",
            "（五）",
        }
        for words in (*fields.values(), *(point.words for point in points)):
            assert "{" not in words and "；；" not in words


def test_wording_follows_last_visit_requests_and_the_end_of_the_period():
    plain = Circumstances(1, "张三", method="实地", on=date(2026, 12, 1))
    known = dataclasses.replace(
        plain,
        last_visit="2026年5月8日实地回访",
        requests=("恢复用房",),
        last_day=date(2027, 1, 15),
    )
    before = "\n".join(point.words for point in proposed_points(SHIPPED, [plain]))
    after = "\n".join(point.words for point in proposed_points(SHIPPED, [known]))
    for words in ("2026年5月8日实地回访", "恢复用房", "即将届满（2027年1月15日）"):
        assert words not in before and words in after


def test_facts_of_one_person_in_a_plan_for_several_say_whose_they_are():
    first = Circumstances(1, "张三", on=date(2026, 12, 1), last_day=date(2027, 1, 15))
    second = dataclasses.replace(
        first,
        subject_id=2,
        name="李四",
        last_day=date(2027, 2, 1),
        last_visit="2026年5月8日实地回访",
    )
    purpose = proposed_fields(SHIPPED, [first, second])["purpose"]
    assert "对照上次回访（李四2026年5月8日实地回访）" in purpose
    assert "即将届满（张三2027年1月15日、李四2027年2月1日）" in purpose
    assert "待定" not in purpose


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("x = [", "无法读取"),
        ('[[wording]]\nfield = "nothing"\nwords = "x"', "第1条范文：方案没有“nothing”这一项"),
        ('[[wording]]\nfield = "basis"\nwords = " "', "没有文字"),
        ('[[wording]]\nfield = "basis"\nwords = "{电话}"', "“{电话}”不认识"),
        ('[[point]]\naudience = "路人"\nitem = "（一）"\nwords = "x"', "“路人”不在可选范围内"),
        ('[[point]]\naudience = "本人"\nitem = "（七）"\nwords = "x"', "没有“（七）”项"),
        (
            '[[wording]]\nfield = "basis"\nwords = "x"\nwhen = { kinds = ["记小过"] }',
            "适用情形“kinds = ['记小过']”不认识",
        ),
        (
            '[[wording]]\nfield = "basis"\nwords = "x"\nwhen = { weather = true }',
            "适用情形“weather = True”不认识",
        ),
    ],
)
def test_a_wrong_file_of_wording_is_refused_naming_the_entry(toml, words):
    with pytest.raises(BadTemplate) as wrong:
        read_wordings(toml)
    assert words in str(wrong.value)
