"""Visits: begun from an approved plan, recorded, finished; requests come back until told."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.gates import (
    AFTER_PERIOD,
    BEFORE_APPROVAL,
    EXCLUDED,
    FEW_PARTICIPANTS,
    INCOMPLETE,
    NEVER,
    NO_PLAN,
    NO_REPLY,
    NOT_CHECKED,
    Exemption,
)
from app.domain.partial_date import PartialDate
from app.domain.plan import APPROVED, CARRIED_OUT, Plan
from app.domain.registration_form import FINAL, RegistrationForm
from app.domain.reminders import set_aside_entry
from app.domain.request import ANSWERED, OPEN, TOLD, Request
from app.domain.subject import Event, Subject
from app.domain.visit import CALLED_OFF, DONE, UNDER_WAY, Contact, Visit
from app.domain.visit_boxes import visit_boxes
from app.domain.visiting_list import INCLUDED, LEFT_OUT, ListEntry, VisitingList
from app.services.chain import chain, chain_reminders, papers_of, visited_since
from app.services.gatekeeping import GateClosed, NotPossible
from app.services.parts import id_of
from app.services.people import PersonHasForms, remove_person
from app.services.plan_approval import approve_plan, submit_plan
from app.services.plan_drafting import draw_up_plan
from app.services.plans import open_plan
from app.services.ports import NoReason, StaleData
from app.services.requests import (
    answer_request,
    open_request,
    reopen_request,
    requests_of,
    save_request,
    tell_request,
    unfinished_requests,
)
from app.services.standing import reassess
from app.services.visits import (
    begin_visit,
    call_off_visit,
    check_visit,
    finish_visit,
    link_form,
    new_participant,
    open_visit,
    save_visit,
)
from tests.services.plan_world import PRINCIPAL, TODAY, WORDINGS


def finish(world, visit_id, *exemptions):
    return finish_visit(visit_id, exemptions=exemptions, uow=world.new_uow(), law=world.law)


def begin(world, subject_id, plan_id=None, *exemptions):
    begun = begin_visit(
        subject_id, plan_id, exemptions=exemptions, uow=world.new_uow(), law=world.law
    )
    return id_of(begun, Visit)


def state(world, visit_id):
    [visit] = world.all(Visit, id=visit_id)
    return visit.state


def gates(closed):
    return [obstacle.gate for obstacle in closed.value.obstacles]


# ------------------------------------------------------------------ beginning


def test_a_visit_begins_with_everything_that_was_planned(world):
    subject_id = world.person()
    plan_id = world.approved(subject_id)
    visit_id = begin(world, subject_id, plan_id)
    whole = open_visit(visit_id, uow=world.new_uow())
    plan = open_plan(plan_id, uow=world.new_uow()).plan
    assert (whole.visit.on, whole.visit.method, whole.visit.place) == (
        plan.on,
        plan.method,
        plan.place,
    )
    assert [(one.name, one.part) for one in whole.participants] == [
        ("赵一鸣", "主谈"),
        ("钱二丽", "记录"),
    ]
    [talk] = whole.talks
    assert (talk.name, talk.talker, talk.recorder) == ("单小芳", "赵一鸣", "钱二丽")
    assert talk.exchanges[0] == {
        "question": "受处分以来对所犯错误是怎样认识的？思想上有哪些转变？",
        "answer": "",
    }


@pytest.mark.parametrize("make", ["draft", "submitted"])
def test_a_visit_does_not_begin_before_its_plan_is_approved(world, make):
    subject_id = world.person()
    made = getattr(world, make)(subject_id)
    plan_id = made if isinstance(made, int) else made.plan.id
    with pytest.raises(NotPossible, match="主要负责人审核同意"):
        begin(world, subject_id, plan_id)
    assert world.all(Visit) == []


def test_a_visit_without_a_plan_needs_reason_and_approver(world):
    subject_id = world.person()
    with pytest.raises(GateClosed, match="没有已批准的回访工作方案") as closed:
        begin(world, subject_id)
    [obstacle] = closed.value.obstacles
    assert obstacle.gate is NO_PLAN
    with pytest.raises(GateClosed):
        begin(world, subject_id, None, obstacle.exemption("本人情绪异常，需立即看望"))
    assert world.all(Visit) == []
    visit_id = begin(
        world, subject_id, None, obstacle.exemption("本人情绪异常，需立即看望", PRINCIPAL)
    )
    [kept] = open_visit(visit_id, uow=world.new_uow()).exemptions
    assert (kept.gate, kept.approver, kept.on) == (NO_PLAN.title, PRINCIPAL, TODAY)


def test_a_visit_without_plan_to_somebody_who_died_is_refused(world):
    subject_id = world.person(events=(("死亡", date(2026, 5, 1)),))
    given = [
        Exemption(gate=gate.title, subject_id=subject_id, reason="x", approver=PRINCIPAL)
        for gate in (NO_PLAN, NEVER)
    ]
    with pytest.raises(GateClosed) as closed:
        begin(world, subject_id, None, *given)
    assert gates(closed) == [NEVER]


def test_one_person_of_a_plan_is_visited_once_unless_the_visit_fell_through(world):
    subject_id = world.person()
    plan_id = world.approved(subject_id)
    visit_id = begin(world, subject_id, plan_id)
    with pytest.raises(NotPossible, match="不必重新开始"):
        begin(world, subject_id, plan_id)
    with pytest.raises(NoReason):
        call_off_visit(visit_id, "", uow=world.new_uow())
    call_off_visit(visit_id, "本人临时住院", uow=world.new_uow())
    assert state(world, visit_id) == CALLED_OFF
    assert state(world, begin(world, subject_id, plan_id)) == UNDER_WAY


def test_who_is_not_in_the_plan_is_not_visited_under_it(world):
    plan_id = world.approved(world.person())
    with pytest.raises(NotPossible, match="没有这名回访对象"):
        begin(world, world.person("李四"), plan_id)


# ------------------------------------------------------------------ recording


def test_a_record_is_kept_whole_and_a_stale_one_refused(world):
    subject_id = world.person()
    visit_id = begin(world, subject_id, world.approved(subject_id))
    whole = open_visit(visit_id, uow=world.new_uow())
    other = open_visit(visit_id, uow=world.new_uow())
    whole.participants.append(new_participant(world.staff[2], "查阅材料"))
    whole.talks[0].exchanges[0]["answer"] = "认识到了。"
    save_visit(whole, uow=world.new_uow())
    again = open_visit(visit_id, uow=world.new_uow())
    assert [one.name for one in again.participants] == ["赵一鸣", "钱二丽", "孙三强"]
    assert again.talks[0].exchanges[0]["answer"] == "认识到了。"
    assert save_visit(whole, uow=world.new_uow()) == frozenset()
    other.visit.conduct = "另一份"
    with pytest.raises(StaleData):
        save_visit(other, uow=world.new_uow())


def test_a_finished_record_is_corrected_only_with_a_reason(world, acts):
    subject_id = world.person()
    visit_id = world.visited(subject_id, world.approved(subject_id))
    whole = open_visit(visit_id, uow=world.new_uow())
    whole.visit.place, whole.visit.state = "图书馆", UNDER_WAY
    with pytest.raises(NoReason, match="更正记录须写明理由"):
        save_visit(whole, uow=world.new_uow())
    save_visit(whole, "地点记错", uow=world.new_uow())
    [visit] = world.all(Visit)
    assert (visit.place, visit.state) == ("图书馆", DONE)
    last = acts()[-1]
    assert (last.act, last.reason) == ("更正回访记录", "地点记错")
    assert "图书馆" in last.details


# ------------------------------------------------------------------ finishing


def test_the_last_visit_of_a_plan_carries_it_out(world):
    subject_id = world.person()
    plan_id = world.approved(subject_id)
    visit_id = world.recorded_visit(subject_id, plan_id)
    assert world.all(Plan)[0].state == APPROVED
    finish(world, visit_id)
    assert state(world, visit_id) == DONE
    assert world.all(Plan)[0].state == CARRIED_OUT
    with pytest.raises(NotPossible, match="已完成"):
        finish(world, visit_id)


def test_a_visit_lacking_its_record_is_not_finished_and_says_what_is_missing(world):
    subject_id = world.person()
    visit_id = begin(world, subject_id, world.approved(subject_id))
    with pytest.raises(GateClosed) as closed:  # planned for December: nobody asked or answered yet
        finish(world, visit_id)
    fields = {one.field for one in closed.value.obstacles if one.gate is INCOMPLETE}
    assert fields == {"on", "talks.0.on", "talks.0.exchanges"}
    assert NOT_CHECKED in gates(closed)
    assert state(world, visit_id) == UNDER_WAY


def test_a_talk_the_person_did_not_check_needs_a_reason(world):
    subject_id = world.person()
    visit_id = world.recorded_visit(subject_id, world.approved(subject_id))
    whole = open_visit(visit_id, uow=world.new_uow())
    whole.talks[0].checked, whole.talks[0].checked_on = False, None
    save_visit(whole, uow=world.new_uow())
    with pytest.raises(GateClosed) as closed:
        finish(world, visit_id)
    assert gates(closed) == [NOT_CHECKED]
    finish(world, visit_id, closed.value.obstacles[0].exemption("本人拒绝签字，已记录在案"))
    assert state(world, visit_id) == DONE


def test_fewer_than_two_visitors_need_a_reason_that_stays(world):
    subject_id = world.person()
    visit_id = world.recorded_visit(subject_id, world.approved(subject_id))
    whole = open_visit(visit_id, uow=world.new_uow())
    del whole.participants[1]
    save_visit(whole, uow=world.new_uow())
    with pytest.raises(GateClosed, match="只有1人") as closed:
        finish(world, visit_id)
    assert gates(closed) == [FEW_PARTICIPANTS]
    finish(world, visit_id, closed.value.obstacles[0].exemption("另一人临时生病"))
    whole = open_visit(visit_id, uow=world.new_uow())
    assert [one.reason for one in whole.exemptions] == ["另一人临时生病"]
    assert "回访人员不足两人：另一人临时生病" in visit_boxes(whole)["remarks"][0]
    shown = chain(subject_id, uow=world.new_uow(), today=TODAY)
    assert shown.exceptions == ("回访人员不足两人：另一人临时生病",)


def test_a_visit_after_the_period_needs_a_reason_even_when_the_plan_was_in_time(world):
    subject_id = world.person(decided=date(2025, 5, 28))  # until 2026-11-27
    plan_id = world.approved(subject_id)
    world.later(date(2026, 12, 1))
    visit_id = world.recorded_visit(subject_id, plan_id)
    with pytest.raises(GateClosed, match="补访") as closed:
        finish(world, visit_id)
    assert gates(closed) == [AFTER_PERIOD]
    finish(world, visit_id, closed.value.obstacles[0].exemption("本人出差，顺延"))
    assert state(world, visit_id) == DONE


def test_what_was_let_through_for_the_plan_counts_for_its_visit(world):
    subject_id = world.person(events=(("退休", date(2026, 6, 1)),))
    whole = world.draft(subject_id)
    given = Exemption(
        gate=EXCLUDED.title, subject_id=subject_id, reason="本人要求", approver=PRINCIPAL
    )
    submit_plan(whole.plan.id, exemptions=[given], uow=world.new_uow(), law=world.law)
    world.hang_sheet(whole.plan.id)
    approve_plan(whole.plan.id, world.signature(), account="", uow=world.new_uow(), law=world.law)
    visit_id = world.visited(subject_id, whole.plan.id)
    assert state(world, visit_id) == DONE
    assert len(world.all(Exemption)) == 1


def test_a_visit_dated_before_the_approval_needs_a_reason(world):
    subject_id = world.person()
    plan_id = world.approved(subject_id)
    visit_id = world.recorded_visit(subject_id, plan_id)
    whole = open_visit(visit_id, uow=world.new_uow())
    whole.visit.on = date(2026, 11, 20)
    save_visit(whole, uow=world.new_uow())
    with pytest.raises(GateClosed) as closed:
        finish(world, visit_id)
    assert gates(closed) == [BEFORE_APPROVAL]


def test_letters_have_their_own_record_and_wait_for_the_reply(world):
    subject_id = world.person()
    plan_id = world.approved(subject_id, method="信函")
    visit_id = begin(world, subject_id, plan_id)
    whole = open_visit(visit_id, uow=world.new_uow())
    assert whole.talks == []
    whole.visit.on, whole.visit.conduct = TODAY, "来信说明近况"
    whole.contacts.append(
        Contact(
            method="信函",
            audience="本人",
            name="单小芳",
            on=TODAY,
            address="德州市大学西路566号",
            tracking="XA123456789",
            content="请于一个月内回信说明近况。",
        )
    )
    save_visit(whole, uow=world.new_uow())
    with pytest.raises(GateClosed) as closed:
        finish(world, visit_id)
    assert gates(closed) == [NO_REPLY]
    whole.contacts[0].replied_on, whole.contacts[0].reply = TODAY, "一切都好。"
    save_visit(whole, uow=world.new_uow())
    finish(world, visit_id)
    assert state(world, visit_id) == DONE


def test_deviations_from_the_plan_are_listed_by_themselves(world):
    subject_id = world.person()
    plan_id = world.approved(subject_id)
    visit_id = world.recorded_visit(subject_id, plan_id)
    whole = open_visit(visit_id, uow=world.new_uow())
    whole.participants[1] = new_participant(world.staff[2], "记录")
    found = check_visit(whole, uow=world.new_uow(), law=world.law).deviations
    said = [str(one) for one in found]
    assert "回访日期：方案为“2026年12月7日”，实际为“2026年11月23日”" in said
    assert "地点：方案为“化学与材料学院会议室”，实际为“化学楼会议室”" in said
    assert "回访人员：方案为“赵一鸣、钱二丽”，实际为“赵一鸣、孙三强”" in said
    assert "谈话对象：方案为“与单位负责人谈话”，实际为“未谈”" in said
    assert not any(one.what == "回访方式" for one in found)


def test_the_form_of_a_visit_is_one_and_of_the_same_person(world):
    subject_id, other_id = world.person(), world.person("李四")
    visit_id = world.visited(subject_id, world.approved(subject_id))
    theirs, mine = world.put(
        RegistrationForm(subject_id=other_id), RegistrationForm(subject_id=subject_id)
    )
    with pytest.raises(NotPossible, match="不是同一名对象"):
        link_form(visit_id, theirs, uow=world.new_uow())
    link_form(visit_id, mine, uow=world.new_uow())
    second = world.visited(subject_id, world.approved(subject_id))
    with pytest.raises(NotPossible, match="另一次回访"):
        link_form(second, mine, uow=world.new_uow())


# ------------------------------------------------------------------ requests


def a_request(subject_id, **changed):
    values = {
        "subject_id": subject_id,
        "kind": "工作生活困难",
        "content": "希望恢复实验室用房",
        "raised_on": date(2026, 11, 1),
        "owner": "综合处",
        "due_on": date(2026, 11, 20),
    }
    return Request(**(values | changed))


def test_a_request_goes_from_open_to_answered_to_told(world):
    request = a_request(world.person())
    save_request(request, uow=world.new_uow())
    with pytest.raises(NotPossible, match="尚未答复"):
        tell_request(request.id, TODAY, "当面", uow=world.new_uow(), today=TODAY)
    with pytest.raises(NotPossible, match="请写明如何答复"):
        answer_request(request.id, " ", TODAY, uow=world.new_uow(), today=TODAY)
    with pytest.raises(NotPossible, match="还没有到"):
        answer_request(request.id, "已安排", date(2026, 12, 1), uow=world.new_uow(), today=TODAY)
    answer_request(request.id, "已安排206室", TODAY, uow=world.new_uow(), today=TODAY)
    assert open_request(request.id, uow=world.new_uow()).state == ANSWERED
    tell_request(request.id, TODAY, "电话", "钱二丽", uow=world.new_uow(), today=TODAY)
    told = open_request(request.id, uow=world.new_uow())
    assert (told.state, told.told_how, told.told_by) == (TOLD, "电话", "钱二丽")
    told.content = "别的"
    with pytest.raises(NotPossible, match="不能再改"):
        save_request(told, uow=world.new_uow())
    with pytest.raises(NoReason):
        reopen_request(request.id, "", uow=world.new_uow())
    reopen_request(request.id, "房间又被收回", uow=world.new_uow())
    assert open_request(request.id, uow=world.new_uow()).state == OPEN


def test_saving_a_request_cannot_smuggle_in_an_answer(world):
    request = a_request(world.person(), state=TOLD, answer="x", told_on=TODAY)
    save_request(request, uow=world.new_uow())
    assert (request.state, request.answer, request.told_on) == (OPEN, "", None)
    [kept] = world.all(Request)
    assert (kept.state, kept.answer, kept.told_on) == (OPEN, "", None)


def test_open_requests_come_back_at_the_next_visit_and_plan(world):
    subject_id = world.person()
    visit_id = world.visited(subject_id, world.approved(subject_id))
    save_request(a_request(subject_id, visit_id=visit_id), uow=world.new_uow())
    again = draw_up_plan([subject_id], uow=world.new_uow(), law=world.law, wordings=WORDINGS)
    assert "恢复实验室用房" in again.plan.to_resolve
    assert any(
        "上次回访" in point.words or "2026年11月23日" in point.words for point in again.points
    )
    next_visit = begin(world, subject_id, world.approved(subject_id))
    whole = open_visit(next_visit, uow=world.new_uow())
    assert [one.content for one in whole.requests] == ["希望恢复实验室用房"]
    assert [one.id for one in requests_of(subject_id, uow=world.new_uow())] == [
        one.id for one in unfinished_requests(uow=world.new_uow())
    ]


# ------------------------------------------------------------------ chain and reminders


def test_the_chain_says_what_is_missing_next_and_opens_it(world):
    subject_id = world.person()

    def now():
        with world.new_uow() as uow:
            reassess(
                uow,
                [subject_id],
                rules=world.law.rules,
                settings=world.law.settings,
                today=world.law.today,
            )
            uow.commit()
        return chain(subject_id, uow=world.new_uow(), today=world.law.today)

    assert (now().short, now().opens) == ("未列入名单", ("VisitingList", None))
    whole = world.draft(subject_id)
    assert (now().short, now().opens) == ("拟方案", ("Plan", whole.plan.id))
    assert now().links[0].words == "未列入名单"  # the plan did not come from a list: it shows
    submit_plan(whole.plan.id, uow=world.new_uow(), law=world.law)
    assert now().short == "待审批" and "主要负责人" in now().sentence
    world.hang_sheet(whole.plan.id)
    approve_plan(whole.plan.id, world.signature(), account="", uow=world.new_uow(), law=world.law)
    assert now().short == "待回访" and "定于2026年12月7日" in now().sentence
    visit_id = world.recorded_visit(subject_id, whole.plan.id)
    assert (now().short, now().opens) == ("回访中", ("Visit", visit_id))
    finish(world, visit_id)
    assert (now().short, now().opens) == ("待填登记表", ("Visit", visit_id))
    [form_id] = world.put(RegistrationForm(subject_id=subject_id))
    link_form(visit_id, form_id, uow=world.new_uow())
    assert (now().short, now().opens) == ("登记表草稿", ("Visit", visit_id))
    [form] = world.all(RegistrationForm, id=form_id)
    form.state = FINAL
    world.put(form)
    end = now()
    assert (end.short, end.visits) == ("待定结果", 1)
    assert [link.state for link in end.links[1:5]] == ["已完成"] * 4


def test_a_new_list_does_not_hide_how_far_a_visit_of_its_period_has_come(world):
    subject_id = world.person()
    visit_id = world.visited(subject_id, world.approved(subject_id))
    [form_id] = world.put(RegistrationForm(subject_id=subject_id, state=FINAL))
    link_form(visit_id, form_id, uow=world.new_uow())
    for decision in (INCLUDED, LEFT_OUT):
        [list_id] = world.put(VisitingList(title="本期名单", starts_on=date(2026, 10, 1)))
        world.put(ListEntry(list_id=list_id, subject_id=subject_id, decision=decision))
        assert chain(subject_id, uow=world.new_uow(), today=TODAY).short == "待定结果"
    [list_id] = world.put(VisitingList(title="下期名单", starts_on=date(2027, 1, 1)))
    world.put(ListEntry(list_id=list_id, subject_id=subject_id, decision=INCLUDED))
    assert chain(subject_id, uow=world.new_uow(), today=TODAY).short == "名单待签批"


def test_reminders_name_what_waits_and_how_long(world):
    first, second, third = world.person(), world.person("李四"), world.person("王五")
    world.submitted(first)
    world.approved(second)
    visit_id = world.visited(third, world.approved(third))
    save_request(a_request(third, visit_id=visit_id), uow=world.new_uow())
    world.later(date(2026, 12, 10))
    found = chain_reminders(uow=world.new_uow(), settings=world.law.settings, today=world.law.today)
    assert {(one.kind, one.name, one.days) for one in found} == {
        ("方案待审批", "单小芳", -10),
        ("方案待实施", "李四", -3),
        ("登记表未填", "王五", -10),
        ("诉求未答复", "王五", -20),
    }
    assert [one.days for one in found] == sorted(one.days for one in found)
    world.law.settings.approval_days, world.law.settings.form_days = 9, None
    later = chain_reminders(uow=world.new_uow(), settings=world.law.settings, today=world.law.today)
    days = {one.kind: one.days for one in later}
    assert (days["方案待审批"], days["登记表未填"]) == (-8, -10)  # empty means: the default
    world.law.settings.approval_days = 7
    world.law.settings.set_aside[found[0].key] = set_aside_entry(found[0], "已催办", TODAY)
    left = chain_reminders(uow=world.new_uow(), settings=world.law.settings, today=world.law.today)
    assert len(left) == 3


def test_a_person_with_papers_of_the_chain_is_known_to_have_them(world):
    subject_id = world.person()
    world.visited(subject_id, world.approved(subject_id))
    with world.new_uow() as uow:
        assert papers_of(subject_id, uow=uow) == ("1份方案记录", "1份回访记录")
        assert papers_of(world.staff[0].id + 999, uow=uow) == ()
    assert visited_since(date(2026, 11, 1), uow=world.new_uow()) == {subject_id}
    assert visited_since(date(2026, 12, 1), uow=world.new_uow()) == frozenset()


@pytest.mark.parametrize("made", ["plan", "request"])
def test_a_person_named_in_the_chain_is_not_removed(world, made):
    subject_id = world.person()
    if made == "plan":
        world.draft(subject_id)
    else:
        save_request(a_request(subject_id), uow=world.new_uow())
    with pytest.raises(PersonHasForms, match="不能删除"):
        remove_person(subject_id, "录错", uow=world.new_uow())
    assert len(world.all(Subject, id=subject_id)) == 1


def test_a_restoration_does_not_disturb_a_visit_under_way(world):
    subject_id = world.person(kind="留党察看一年", decided=date(2026, 1, 10))
    plan_id = world.approved(subject_id)
    visit_id = world.recorded_visit(subject_id, plan_id)
    world.put(Event(subject_id=subject_id, kind="恢复党员权利", on=PartialDate(2026, 11, 20)))
    finish(world, visit_id)
    assert state(world, visit_id) == DONE
