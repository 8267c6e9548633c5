"""Plans: drawn up from what is known, kept whole, let through their gates only with reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain.attachment import APPROVAL_SCAN, Attachment
from app.domain.gates import (
    AFTER_PERIOD,
    EXCLUDED,
    FEW_MEMBERS,
    INCOMPLETE,
    NEVER,
    NO_SCAN,
    NOT_A_SUBJECT,
    NOT_IN_FORCE,
    OTHER_SIGNER,
    RECUSAL_UNANSWERED,
    RECUSED,
    UNSIGNED,
    WHILE_PUT_OFF,
    Exemption,
)
from app.domain.plan import (
    APPROVED,
    BY_PHONE,
    CANCELLED,
    CARRIED_OUT,
    CLOSED,
    DRAFT,
    OWN_ACCOUNT,
    RECUSAL,
    REJECTED,
    REPLACED,
    SUBMITTED,
    Plan,
    PlanMember,
    PlanPerson,
    PlanStep,
    TalkPoint,
)
from app.domain.registration_form import FINAL, RegistrationForm
from app.domain.request import Request
from app.domain.staff import Staff
from app.domain.subject import Event, PartialDate, Subject
from app.services.gatekeeping import GateClosed, NotPossible
from app.services.parts import id_of
from app.services.plan_approval import (
    approve_plan,
    cancel_plan,
    move_plan,
    reject_plan,
    revise_plan,
    submit_plan,
    withdraw_plan,
)
from app.services.plan_carrying_out import close_plan, drop_person
from app.services.plan_drafting import (
    copy_plan,
    draw_up_plan,
    fitting_points,
    new_member,
    plan_templates,
    refresh_people,
    roster_news,
    save_as_template,
    suited_fields,
    use_template,
)
from app.services.plans import check_plan, open_plan, plan_rows, save_plan
from app.services.ports import NoReason, StaleData
from app.services.visits import link_form
from tests.services.plan_world import ACCOUNT, PRINCIPAL, TODAY, WORDINGS


def state(world, plan_id):
    [plan] = world.all(Plan, id=plan_id)
    return plan.state


def gates(closed):
    return [obstacle.gate for obstacle in closed.value.obstacles]


def submit(world, plan_id, *exemptions):
    return submit_plan(plan_id, exemptions=exemptions, uow=world.new_uow(), law=world.law)


def revise(world, plan_id, what):
    return id_of(revise_plan(plan_id, what, uow=world.new_uow(), law=world.law), Plan)


def approve(world, plan_id, *exemptions, account=ACCOUNT, **signature):
    if "scan" not in signature:
        world.hang_sheet(plan_id)
    return approve_plan(
        plan_id,
        world.signature(**signature),
        account=account,
        exemptions=exemptions,
        uow=world.new_uow(),
        law=world.law,
    )


# ------------------------------------------------------------------ drawing up


def test_the_days_left_in_a_plan_are_counted_from_the_visit_and_say_so(world):
    plan = world.draft(world.person())  # until 2027-09-09
    [person] = plan.people
    day = plan.plan.on
    assert day > world.law.today
    told = f"回访当日（{day}）处于党纪影响期内，距期满还有{(date(2027, 9, 9) - day).days}天"
    assert person.verdict_reason.startswith(told)
    moved = draw_up_plan(
        [person.subject_id], on=world.law.today, uow=world.new_uow(), law=world.law,
        wordings=WORDINGS,
    )  # fmt: skip
    assert "回访当日" not in moved.people[0].verdict_reason


def test_a_plan_starts_from_what_the_roster_and_the_last_visit_know(world):
    subject_id = world.person()
    world.put(
        Request(
            subject_id=subject_id, content="希望解决\n实验室用房", kind="合理要求", owner="综合处"
        )
    )
    whole = draw_up_plan([subject_id], uow=world.new_uow(), law=world.law, wordings=WORDINGS)
    [person] = whole.people
    assert person.name == "单小芳"
    assert person.sanctions == "党内严重警告（2026.03.10）"
    assert person.facts == "违规收受礼金。"
    assert person.last_day == date(2027, 9, 9)
    assert person.verdict == "应回访"
    assert "单小芳" in whole.plan.title
    assert "纪律处分条例" in whole.plan.policies
    assert "实验室用房" in whole.plan.to_resolve
    assert whole.plan.on is not None and whole.plan.on > TODAY
    assert {point.audience for point in whole.points} == {"本人", "单位负责人", "同事及群众"}
    assert any("实验室用房" in point.words for point in whole.points)
    assert not any("上次回访" in point.words for point in whole.points)


def test_points_that_hold_for_everybody_stand_once_and_others_name_their_person(world):
    teacher = world.person()
    student = world.person("李同学", person_type="学生", unit="外国语学院")
    whole = draw_up_plan([teacher, student], uow=world.new_uow(), law=world.law, wordings=WORDINGS)
    by_words = {}
    for point in whole.points:
        by_words.setdefault(point.words, []).append(point.subject_id)
    assert by_words["受处分以来对所犯错误是怎样认识的？思想上有哪些转变？"] == [None]
    [only] = [ids for words, ids in by_words.items() if "毕业去向" in words]
    assert only == [student]
    assert whole.plan.title == "关于对单小芳等2名同志开展回访关爱的工作方案"


def test_a_phone_plan_brings_its_own_wording(world):
    subject_id = world.person()
    whole = draw_up_plan(
        [subject_id], method=BY_PHONE, uow=world.new_uow(), law=world.law, wordings=WORDINGS
    )
    assert "通话" in whole.plan.steps
    assert whole.plan.phone == "13812345678"
    assert whole.plan.place == ""


def test_a_new_plan_is_not_proposed_for_a_day_after_the_period_ends(world):
    subject_id = world.person(decided=date(2025, 5, 28))  # 严重警告: until 2026-11-27
    whole = draw_up_plan([subject_id], uow=world.new_uow(), law=world.law, wordings=WORDINGS)
    assert whole.plan.on == date(2026, 11, 27)


# ------------------------------------------------------------------ keeping


def test_an_unfinished_plan_is_kept_whole_and_comes_back_in_order(world):
    first, second = world.person(), world.person("李四")
    whole = draw_up_plan([first, second], uow=world.new_uow(), law=world.law, wordings=WORDINGS)
    whole.plan.basis = ""
    whole.members = [new_member(world.staff[1])]
    changes = save_plan(whole, uow=world.new_uow())
    assert {change.entity for change in changes} >= {Plan, PlanPerson, PlanMember, TalkPoint}
    again = open_plan(whole.plan.id, uow=world.new_uow())
    assert [person.name for person in again.people] == ["单小芳", "李四"]
    assert [point.words for point in again.points] == [point.words for point in whole.points]
    again.people.reverse()
    del again.points[1:]
    save_plan(again, uow=world.new_uow())
    last = open_plan(whole.plan.id, uow=world.new_uow())
    assert [person.name for person in last.people] == ["李四", "单小芳"]
    assert len(last.points) == 1
    assert save_plan(last, uow=world.new_uow()) == frozenset()


def test_two_editors_of_one_plan_never_mix_their_parts(world):
    whole = world.draft(world.person())
    mine, theirs = (open_plan(whole.plan.id, uow=world.new_uow()) for _ in range(2))
    theirs.members[1].part = "记录并查阅材料"
    save_plan(theirs, uow=world.new_uow())
    del mine.members[1]
    with pytest.raises(StaleData):
        save_plan(mine, uow=world.new_uow())
    assert len(world.all(PlanMember, plan_id=whole.plan.id)) == 2


def test_saving_cannot_smuggle_in_a_state_or_a_version(world):
    whole = world.draft(world.person())
    whole.plan.state, whole.plan.version, whole.plan.remarks = APPROVED, 7, "x"
    save_plan(whole, uow=world.new_uow())
    [plan] = world.all(Plan)
    assert (plan.state, plan.version, plan.remarks) == (DRAFT, 1, "x")
    assert (whole.plan.state, whole.plan.version) == (DRAFT, 1)


@pytest.mark.parametrize("make", ["submitted", "approved"])
def test_what_lies_before_the_approver_or_is_approved_cannot_be_typed_into(world, make):
    plan_id = getattr(world, make)(world.person())
    whole = open_plan(plan_id, uow=world.new_uow())
    whole.plan.purpose = "别的目的"
    with pytest.raises(NotPossible, match="不能直接修改"):
        save_plan(whole, uow=world.new_uow())
    assert world.all(Plan, id=plan_id)[0].purpose != "别的目的"


# ------------------------------------------------------------------ gates


def test_a_complete_plan_goes_from_draft_to_approved_and_its_history_says_how(world):
    plan_id = world.approved(world.person())
    assert state(world, plan_id) == APPROVED
    steps = open_plan(plan_id, uow=world.new_uow()).steps
    assert [(step.act, step.from_state, step.to_state) for step in steps] == [
        ("报审", DRAFT, SUBMITTED),
        ("批准", SUBMITTED, APPROVED),
    ]
    assert (steps[1].who, steps[1].on, steps[1].opinion) == (PRINCIPAL, TODAY, "同意。")


def test_fewer_than_two_members_are_refused_whatever_the_reason(world):
    whole = world.draft(world.person())
    del whole.members[1]
    save_plan(whole, uow=world.new_uow())
    excuse = Exemption(gate=FEW_MEMBERS.title, reason="人手不够", approver=PRINCIPAL)
    with pytest.raises(GateClosed, match="两人以上") as closed:
        submit(world, whole.plan.id, excuse)
    assert FEW_MEMBERS in gates(closed) and not closed.value.passable
    assert state(world, whole.plan.id) == DRAFT
    assert world.all(Exemption) == []


def test_the_same_member_twice_is_not_two_members(world):
    whole = world.draft(world.person())
    whole.members[1] = new_member(world.staff[0], part="记录")
    whole.members[1].recusal = "无需回避"
    save_plan(whole, uow=world.new_uow())
    with pytest.raises(GateClosed) as closed:
        submit(world, whole.plan.id)
    assert FEW_MEMBERS in gates(closed)


def test_members_lost_after_submitting_are_seen_on_approval(world):
    plan_id = world.submitted(world.person())
    with world.new_uow() as uow:  # as a damaged or older program might leave it
        uow.repository(PlanMember).remove(uow.repository(PlanMember).where(plan_id=plan_id)[1])
        uow.commit()
    with pytest.raises(GateClosed) as closed:
        approve(world, plan_id, Exemption(gate=FEW_MEMBERS.title, reason="急", approver="王"))
    assert FEW_MEMBERS in gates(closed)
    assert state(world, plan_id) == SUBMITTED


def test_a_draft_cannot_be_approved_before_it_was_submitted(world):
    whole = world.draft(world.person())
    with pytest.raises(NotPossible, match="先报审"):
        approve(world, whole.plan.id)
    assert state(world, whole.plan.id) == DRAFT
    assert world.all(PlanStep) == []


def test_an_unanswered_recusal_stops_a_plan(world):
    whole = world.draft(world.person())
    whole.members[0].recusal = ""
    save_plan(whole, uow=world.new_uow())
    with pytest.raises(GateClosed, match="赵一鸣是否需要回避尚未回答") as closed:
        submit(world, whole.plan.id)
    assert RECUSAL_UNANSWERED in gates(closed)


def test_a_member_who_should_stand_back_counts_only_by_decision_of_an_approver(world):
    whole = world.draft(world.person())
    whole.members[0].recusal, whole.members[0].relation = RECUSAL, "同学"
    save_plan(whole, uow=world.new_uow())
    with pytest.raises(GateClosed) as closed:
        submit(world, whole.plan.id)
    assert {RECUSED, FEW_MEMBERS} == set(gates(closed))
    [recused] = [one for one in closed.value.obstacles if one.gate is RECUSED]
    with pytest.raises(GateClosed):  # a reason without an approver is not enough
        submit(world, whole.plan.id, recused.exemption("多年未联系"))
    submit(world, whole.plan.id, recused.exemption("多年未联系", PRINCIPAL))
    assert state(world, whole.plan.id) == SUBMITTED
    [kept] = world.all(Exemption)
    assert (kept.gate, kept.staff_id, kept.approver) == (
        RECUSED.title,
        world.staff[0].id,
        PRINCIPAL,
    )


def test_an_excluded_person_needs_reason_and_approver_and_it_shows_ever_after(world):
    subject_id = world.person(events=(("退休", date(2026, 6, 1)),))
    whole = world.draft(subject_id)
    with pytest.raises(GateClosed, match="退休") as closed:
        submit(world, whole.plan.id)
    [obstacle] = closed.value.obstacles
    assert obstacle.gate is EXCLUDED and obstacle.subject_id == subject_id
    with pytest.raises(GateClosed):
        submit(world, whole.plan.id, obstacle.exemption("本人要求"))
    submit(world, whole.plan.id, obstacle.exemption("本人要求", PRINCIPAL))
    approve(world, whole.plan.id)
    [row] = plan_rows(uow=world.new_uow())
    assert row.exceptions == (EXCLUDED.title,)
    later = revise(world, whole.plan.id, "改在校外")
    assert [one.gate for one in open_plan(later, uow=world.new_uow()).exemptions] == [
        EXCLUDED.title
    ]


@pytest.mark.parametrize("kind", ["死亡", "撤销处分"])
def test_who_is_never_visited_again_is_refused_whatever_the_reason(world, kind):
    subject_id = world.person(events=((kind, date(2026, 6, 1)),))
    whole = world.draft(subject_id)
    excuse = Exemption(gate=NEVER.title, subject_id=subject_id, reason="x", approver=PRINCIPAL)
    with pytest.raises(GateClosed) as closed:
        submit(world, whole.plan.id, excuse)
    assert NEVER in gates(closed) and not closed.value.passable


def test_a_visit_planned_after_the_period_needs_a_reason(world):
    subject_id = world.person(decided=date(2025, 1, 10), kind="警告")
    whole = world.draft(subject_id)
    with pytest.raises(GateClosed, match="补访") as closed:
        submit(world, whole.plan.id)
    [obstacle] = closed.value.obstacles
    assert obstacle.gate is AFTER_PERIOD and closed.value.passable
    submit(world, whole.plan.id, obstacle.exemption("期内未及回访"))
    assert world.all(Exemption)[0].reason == "期内未及回访"


def test_a_visit_before_the_sanction_is_in_force_needs_a_reason(world):
    whole = world.draft(world.person(decided=date(2027, 1, 10)))
    with pytest.raises(GateClosed) as closed:
        submit(world, whole.plan.id)
    assert gates(closed) == [NOT_IN_FORCE]


def test_somebody_outside_article_5_needs_a_reason(world):
    whole = world.draft(world.person(kind="诫勉"))
    with pytest.raises(GateClosed) as closed:
        submit(world, whole.plan.id)
    assert gates(closed) == [NOT_A_SUBJECT]


def test_somebody_put_off_needs_reason_and_approver(world):
    subject_id = world.person()
    world.put(
        Event(
            subject_id=subject_id,
            kind="暂缓回访",
            on=PartialDate(2026, 11, 1),
            until=date(2027, 2, 1),
            reason="住院",
            approver=PRINCIPAL,
        )
    )
    whole = world.draft(subject_id)
    with pytest.raises(GateClosed, match="住院") as closed:
        submit(world, whole.plan.id)
    assert gates(closed) == [WHILE_PUT_OFF]


def test_everything_missing_is_said_at_once_with_the_field_to_go_to(world):
    whole = world.draft(world.person())
    whole.plan.emergency = whole.plan.place = ""
    whole.people[0].character = ""
    whole.points = [point for point in whole.points if point.audience != "同事及群众"]
    save_plan(whole, uow=world.new_uow())
    with pytest.raises(GateClosed) as closed:
        submit(world, whole.plan.id)
    assert set(gates(closed)) == {INCOMPLETE}
    fields = [obstacle.field for obstacle in closed.value.obstacles]
    assert fields == ["place", "emergency", "people.0.character", "points"]


def test_facts_that_changed_since_submitting_are_seen_on_approval(world):
    subject_id = world.person()
    plan_id = world.submitted(subject_id)
    world.put(Event(subject_id=subject_id, kind="退休", on=PartialDate(2026, 11, 20)))
    with pytest.raises(GateClosed) as closed:
        approve(world, plan_id)
    assert gates(closed) == [EXCLUDED]
    approve(world, plan_id, closed.value.obstacles[0].exemption("已约定", PRINCIPAL))
    assert state(world, plan_id) == APPROVED


def test_a_signed_sheet_that_is_attached_proves_the_approval(world):
    plan_id = world.submitted(world.person())
    bare = world.signature(scan="")
    placed = world.signature()
    more = {"account": ACCOUNT, "uow": world.new_uow(), "law": world.law}
    world.put(Attachment(owner_kind="Plan", owner_id=plan_id, kind="其他", title="别的纸"))
    with pytest.raises(GateClosed, match="附入已签字的审批单扫描件"):
        approve_plan(plan_id, bare, **more)
    world.put(Attachment(owner_kind="Plan", owner_id=plan_id, kind=APPROVAL_SCAN, title="审批单"))
    approve_plan(plan_id, placed, **more)
    step = open_plan(plan_id, uow=world.new_uow()).last("批准")
    assert step.scan == "案卷2026-12 第3页"
    other = world.submitted(world.person("李四"))
    world.hang_sheet(other)
    approve_plan(other, world.signature(scan=""), **(more | {"uow": world.new_uow()}))
    step = open_plan(other, uow=world.new_uow()).last("批准")
    assert step.scan.startswith("附件“审批单”")


def test_a_typed_place_of_the_signed_sheet_passes_only_with_a_reason_that_stays(world):
    plan_id = world.submitted(world.person())
    with pytest.raises(GateClosed, match="只写明原件在“案卷2026-12 第3页”") as closed:
        approve(world, plan_id, scan="案卷2026-12 第3页")
    assert gates(closed) == [NO_SCAN]
    assert state(world, plan_id) == SUBMITTED
    obstacle = closed.value.obstacles[0]
    with pytest.raises(GateClosed):
        approve(world, plan_id, obstacle.exemption(" "), scan="案卷2026-12 第3页")
    approve(world, plan_id, obstacle.exemption("扫描仪损坏"), scan="案卷2026-12 第3页")
    kept = open_plan(plan_id, uow=world.new_uow()).exemptions
    assert [(one.gate, one.reason) for one in kept] == [(NO_SCAN.title, "扫描仪损坏")]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"signer": " "}, "签批人姓名"),
        ({"on": None}, "签批日期"),
        ({"on": date(2026, 11, 24)}, "还没有到"),
        ({"on": date(2026, 11, 1)}, "早于报审日期"),
        ({"means": ""}, "选择签批方式"),
        ({"scan": ""}, "附入已签字的审批单扫描件"),
        ({"means": OWN_ACCOUNT}, "不是王书记本人的账户"),
    ],
)
def test_an_approval_that_cannot_be_proven_is_refused(world, changed, words):
    plan_id = world.submitted(world.person())
    with pytest.raises(GateClosed, match=words) as closed:
        approve(world, plan_id, **changed)
    assert gates(closed) == [UNSIGNED]
    assert state(world, plan_id) == SUBMITTED


def test_a_principal_whose_account_nobody_entered_is_told_so_and_led_to_the_staff(world):
    [principal] = world.all(Staff, name=PRINCIPAL)
    principal.account = ""
    world.put(principal)
    plan_id = world.submitted(world.person())
    with pytest.raises(GateClosed, match="没有登记王书记的登录账户") as closed:
        approve(world, plan_id, account="王书记", means=OWN_ACCOUNT, scan="")
    assert [one.field for one in closed.value.obstacles] == ["staff"]


def test_the_principal_approves_with_their_own_account(world):
    plan_id = world.submitted(world.person())
    approve(world, plan_id, account="王", means=OWN_ACCOUNT, scan="")
    assert open_plan(plan_id, uow=world.new_uow()).last("批准").means == OWN_ACCOUNT


def test_another_signer_than_the_principal_needs_a_reason(world):
    plan_id = world.submitted(world.person())
    with pytest.raises(GateClosed, match=PRINCIPAL) as closed:
        approve(world, plan_id, signer="刘副书记")
    assert gates(closed) == [OTHER_SIGNER]
    approve(world, plan_id, closed.value.obstacles[0].exemption("主持工作"), signer="刘副书记")
    assert state(world, plan_id) == APPROVED


def test_nobody_approves_what_they_did_not_see(world):
    plan_id = world.submitted(world.person())
    with pytest.raises(StaleData):
        approve_plan(
            plan_id,
            world.signature(),
            account=ACCOUNT,
            seen=1,
            uow=world.new_uow(),
            law=world.law,
        )


# ------------------------------------------------------------------ the way on


def test_a_rejected_plan_is_mended_and_resubmitted(world):
    plan_id = world.submitted(world.person())
    with pytest.raises(NoReason):
        reject_plan(plan_id, " ", uow=world.new_uow(), law=world.law)
    reject_plan(plan_id, "谈话要点太空", who=PRINCIPAL, uow=world.new_uow(), law=world.law)
    assert state(world, plan_id) == REJECTED
    whole = open_plan(plan_id, uow=world.new_uow())
    whole.points[0].words = "具体问职称评审的打算。"
    save_plan(whole, uow=world.new_uow())
    submit(world, plan_id)
    approve(world, plan_id)
    whole = open_plan(plan_id, uow=world.new_uow())
    assert [step.act for step in whole.steps] == ["报审", "退回", "报审", "批准"]
    assert whole.last("退回").opinion == "谈话要点太空"


def test_a_submitted_plan_is_withdrawn_with_a_reason(world):
    plan_id = world.submitted(world.person())
    withdraw_plan(plan_id, "人员有变", uow=world.new_uow(), law=world.law)
    assert state(world, plan_id) == DRAFT


def test_moving_an_approved_plan_asks_why_and_keeps_the_old_day(world):
    plan_id = world.approved(world.person())
    old = world.all(Plan, id=plan_id)[0].on
    with pytest.raises(NoReason, match="改期须写明理由"):
        move_plan(plan_id, date(2026, 12, 14), uow=world.new_uow(), law=world.law)
    move_plan(plan_id, date(2026, 12, 14), "本人出差", uow=world.new_uow(), law=world.law)
    whole = open_plan(plan_id, uow=world.new_uow())
    assert whole.plan.on == date(2026, 12, 14) and whole.plan.state == APPROVED
    assert whole.last("改期").details["回访日期"] == [old.isoformat(), "2026-12-14"]
    assert whole.last("改期").opinion == "本人出差"


def test_moving_beyond_the_period_is_a_gate_of_its_own(world):
    plan_id = world.approved(world.person())
    with pytest.raises(GateClosed) as closed:
        move_plan(plan_id, date(2027, 10, 8), "本人出国", uow=world.new_uow(), law=world.law)
    assert gates(closed) == [AFTER_PERIOD]
    assert world.all(Plan, id=plan_id)[0].on < date(2027, 9, 9)


def test_a_draft_moves_freely_and_a_submitted_plan_not_at_all(world):
    whole = world.draft(world.person())
    move_plan(whole.plan.id, date(2026, 12, 14), uow=world.new_uow(), law=world.law)
    submit(world, whole.plan.id)
    with pytest.raises(NotPossible, match="撤回"):
        move_plan(whole.plan.id, date(2026, 12, 15), "x", uow=world.new_uow(), law=world.law)
    assert world.all(Plan)[0].on == date(2026, 12, 14)


def test_an_approved_plan_changes_only_by_a_new_version_that_says_what_changed(world):
    plan_id = world.approved(world.person())
    with pytest.raises(NoReason):
        revise_plan(plan_id, "", uow=world.new_uow(), law=world.law)
    new_id = revise(world, plan_id, "改为电话回访")
    with pytest.raises(NotPossible, match="第2版正在草稿"):
        revise_plan(plan_id, "再改", uow=world.new_uow(), law=world.law)
    new = open_plan(new_id, uow=world.new_uow())
    assert (new.plan.version, new.plan.what_changed, new.plan.state) == (2, "改为电话回访", DRAFT)
    assert len(new.members) == 2 and len(new.people) == 1 and new.points
    assert state(world, plan_id) == APPROVED  # in force until the new one is approved
    new.plan.method, new.plan.phone, new.plan.not_in_person = BY_PHONE, "138", "在外地"
    save_plan(new, uow=world.new_uow())
    submit(world, new_id)
    approve(world, new_id)
    assert (state(world, plan_id), state(world, new_id)) == (REPLACED, APPROVED)


def test_the_wording_follows_another_method_unless_somebody_wrote_it(world):
    subject_id = world.person(address="德州市大学西路566号")
    whole = draw_up_plan(
        [subject_id], uow=world.new_uow(), law=world.law, wordings=WORDINGS, method="实地"
    )
    whole.plan.safety = "我写的预案"
    whole.plan.method = BY_PHONE
    more = {"uow": world.new_uow(), "law": world.law, "wordings": WORDINGS}
    suited = suited_fields(whole, method_was(whole, "实地"), **more)
    assert suited["phone"] == "13812345678" and "通话" in suited["steps"]
    assert "safety" not in suited and "basis" not in suited
    for name, words in suited.items():
        setattr(whole.plan, name, words)
    whole.plan.method = "信函"
    was = method_was(whole, BY_PHONE)
    suited = suited_fields(whole, was, **(more | {"uow": world.new_uow()}))
    assert suited["address"] == "德州市大学西路566号" and "回访函" in suited["steps"]


def method_was(whole, method):
    return replace(whole, plan=replace(whole.plan, method=method))


def test_the_wording_follows_the_people_and_leaves_nobody_else_in_it(world):
    one, other = world.person("单小芳"), world.person("张思", unit="后勤处")
    more = {"law": world.law, "wordings": WORDINGS}
    both = draw_up_plan([one, other], uow=world.new_uow(), method="实地", **more)
    both.plan.secrecy = "对单小芳、张思的情况保密。"
    both.plan.safety = "我写的，单小芳"
    alone = replace(both, people=both.people[1:])
    suited = suited_fields(alone, both, uow=world.new_uow(), **more)
    assert suited["title"] == "关于对张思开展回访关爱的工作方案"
    assert suited["secrecy"] == "对张思的情况保密。"
    assert "safety" not in suited
    assert not any("单小芳" in words for words in suited.values())
    assert {"purpose", "hearers", "steps"} <= suited.keys()
    back = replace(both, plan=replace(both.plan, **suited))
    assert suited_fields(back, alone, uow=world.new_uow(), **more)["title"] == (
        "关于对单小芳等2名同志开展回访关爱的工作方案"
    )
    assert suited_fields(replace(both, people=[]), both, uow=world.new_uow(), **more) == {}


def test_the_talk_points_follow_the_people_and_what_somebody_wrote_stays(world):
    one, other = world.person("单小芳"), world.person("张思", unit="后勤处")
    more = {"law": world.law, "wordings": WORDINGS}
    alone = draw_up_plan([one], uow=world.new_uow(), method="实地", **more)
    both = draw_up_plan([one, other], uow=world.new_uow(), method="实地", **more)
    proposed = {(point.subject_id, point.words) for point in both.points}
    deleted, *rest = alone.points
    mine = TalkPoint(audience="本人", item="（六）", words="我写的", subject_id=one)
    alone.points = [*rest, mine]
    grown = replace(alone, people=both.people)
    grown.points = fitting_points(grown, alone, uow=world.new_uow(), **more)
    found = {(point.subject_id, point.words) for point in grown.points}
    assert found == {pair for pair in proposed if pair[1] != deleted.words} | {(one, "我写的")}
    shrunk = replace(grown, people=both.people[1:])
    shrunk.points = fitting_points(shrunk, grown, uow=world.new_uow(), **more)
    assert {point.subject_id for point in shrunk.points} == {other}
    assert not any("单小芳" in point.words for point in shrunk.points)
    called = replace(shrunk, plan=replace(shrunk.plan, method=BY_PHONE))
    called.points = fitting_points(called, shrunk, uow=world.new_uow(), **more)
    assert {point.audience for point in called.points} == {"本人", "单位负责人"}


def test_a_new_version_cannot_replace_a_plan_under_which_somebody_was_visited(world):
    subject_id = world.person()
    plan_id = world.approved(subject_id)
    new_id = revise(world, plan_id, "换地点")
    submit(world, new_id)
    world.recorded_visit(subject_id, plan_id)
    with pytest.raises(NotPossible, match="已开展回访"):
        approve(world, new_id)
    assert (state(world, plan_id), state(world, new_id)) == (APPROVED, SUBMITTED)
    cancel_plan(new_id, "已按原方案回访", uow=world.new_uow(), law=world.law)
    assert state(world, new_id) == CANCELLED


def test_a_plan_for_three_is_carried_out_when_all_were_visited_or_dropped(world):
    ids = [world.person(name) for name in ("张一", "李二", "王三")]
    plan_id = world.approved(*ids)
    world.visited(ids[0], plan_id)
    assert state(world, plan_id) == APPROVED
    world.visited(ids[1], plan_id)
    with pytest.raises(NoReason):
        drop_person(plan_id, ids[2], "", uow=world.new_uow(), law=world.law)
    drop_person(plan_id, ids[2], "出国一年", uow=world.new_uow(), law=world.law)
    assert state(world, plan_id) == CARRIED_OUT
    assert [p.dropped for p in world.all(PlanPerson, plan_id=plan_id)] == ["", "", "出国一年"]
    with pytest.raises(NotPossible, match="已实施"):
        drop_person(plan_id, ids[0], "x", uow=world.new_uow(), law=world.law)


def test_a_plan_closes_when_every_visit_has_its_form_or_a_reason(world):
    subject_id = world.person()
    plan_id = world.approved(subject_id)
    with pytest.raises(NotPossible, match="全部对象已回访"):
        close_plan(plan_id, uow=world.new_uow(), law=world.law)
    visit_id = world.visited(subject_id, plan_id)
    with pytest.raises(GateClosed, match="登记表"):
        close_plan(plan_id, uow=world.new_uow(), law=world.law)
    [form_id] = world.put(RegistrationForm(subject_id=subject_id))
    link_form(visit_id, form_id, uow=world.new_uow())
    with pytest.raises(GateClosed, match="登记表还是草稿") as closed:
        close_plan(plan_id, uow=world.new_uow(), law=world.law)
    assert [one.field for one in closed.value.obstacles] == [f"visits.{visit_id}"]
    [form] = world.all(RegistrationForm, id=form_id)
    form.state = FINAL
    world.put(form)
    close_plan(plan_id, uow=world.new_uow(), law=world.law)
    assert state(world, plan_id) == CLOSED


def test_a_plan_under_which_a_visit_began_is_not_cancelled(world):
    subject_id = world.person()
    plan_id = world.approved(subject_id)
    world.recorded_visit(subject_id, plan_id)
    with pytest.raises(NotPossible):
        cancel_plan(plan_id, "不去了", uow=world.new_uow(), law=world.law)


# ------------------------------------------------------------------ beside the plan


def test_two_plans_of_one_member_on_one_day_are_warned_about(world):
    first = world.draft(world.person(), title="第一个方案")
    second = world.draft(world.person("李四"), until=first.plan.on)
    warnings = check_plan(second, uow=world.new_uow(), law=world.law).warnings
    assert sum("第一个方案" in warning.message for warning in warnings) == 2
    second.plan.on, second.plan.until = date(2026, 12, 30), None
    later = check_plan(second, uow=world.new_uow(), law=world.law).warnings
    assert not any("第一个方案" in warning.message for warning in later)


def test_a_member_of_the_persons_own_unit_is_warned_about(world):
    whole = world.draft(world.person())
    whole.members.append(new_member(world.staff[2], part="联络"))
    check = check_plan(whole, uow=world.new_uow(), law=world.law)
    assert any("孙三强与回访对象单小芳同在" in warning.message for warning in check.warnings)
    assert not check.ready  # their recusal is not answered


def test_facts_that_changed_since_the_snapshot_are_shown_and_taken_over_on_demand(world):
    subject_id = world.person()
    whole = world.draft(subject_id)
    assert roster_news(whole, uow=world.new_uow(), law=world.law) == []
    with world.new_uow() as uow:
        subject = uow.repository(Subject).get(subject_id)
        subject.workplace = "图书馆馆员"
        uow.repository(Subject).put(subject)
        uow.commit()
    [news] = roster_news(whole, uow=world.new_uow(), law=world.law)
    assert str(news) == "单小芳的工作单位及职务由“化学与材料学院副教授”变为“图书馆馆员”"
    assert whole.people[0].workplace == "化学与材料学院副教授"
    fresh = refresh_people(whole, uow=world.new_uow(), law=world.law)
    assert fresh.people[0].workplace == "图书馆馆员"
    assert fresh.people[0].character == "沉稳内向"


def test_the_last_plan_is_copied_without_its_day_approval_and_recusals(world):
    subject_id = world.person()
    plan_id = world.approved(subject_id)
    copied = copy_plan(plan_id, uow=world.new_uow(), law=world.law)
    assert copied.plan.id is None and copied.plan.state == DRAFT and copied.plan.on is None
    assert [member.recusal for member in copied.members] == ["", ""]
    assert [member.part for member in copied.members] == ["主谈", "记录"]
    assert copied.people[0].character == "沉稳内向"
    assert copied.points and all(point.id is None for point in copied.points)
    save_plan(copied, uow=world.new_uow())
    assert len(world.all(Plan)) == 2


def test_a_template_keeps_wording_and_names_nobody_and_no_day_of_the_case(world):
    whole = world.draft(world.person())
    whole.plan.purpose += "\n对照上次回访（2026年5月8日实地回访），看改进的情况。"
    save_as_template(whole, "教师实地", "党纪", uow=world.new_uow())
    [template] = plan_templates("实地", uow=world.new_uow())
    assert "单小芳" not in str(template.content) and "{姓名}" in str(template.content)
    assert "2026年" not in str(template.content)
    assert plan_templates("信函", uow=world.new_uow()) == []
    other = draw_up_plan(
        [world.person("李四")], uow=world.new_uow(), law=world.law, wordings=WORDINGS
    )
    used = use_template(other, template)
    assert "李四" in used.plan.purpose and "{" not in used.plan.purpose
    assert used.plan.emergency == whole.plan.emergency


def test_the_calendar_shows_what_touches_its_days(world):
    whole = world.draft(world.person(), until=date(2026, 12, 9))
    assert whole.plan.on == date(2026, 12, 7)
    shown = plan_rows(uow=world.new_uow(), first=date(2026, 12, 9), last=date(2026, 12, 31))
    assert [(row.people, row.members) for row in shown] == [(("单小芳",), ("赵一鸣", "钱二丽"))]
    assert plan_rows(uow=world.new_uow(), first=date(2026, 12, 10), last=date(2026, 12, 31)) == []
    assert plan_rows(uow=world.new_uow(), states=[APPROVED]) == []


def test_every_act_on_a_plan_is_in_the_log(world, acts):
    plan_id = world.approved(world.person(events=()))
    move_plan(plan_id, date(2026, 12, 14), "本人出差", uow=world.new_uow(), law=world.law)
    cancel_plan(plan_id, "不再需要", uow=world.new_uow(), law=world.law)
    of_plan = [act for act in acts() if act.object == "Plan"]
    names = ["拟制方案", "方案报审", "方案批准", "方案改期", "方案作废"]
    assert [act.act for act in of_plan] == names
    assert {act.object_id for act in of_plan} == {plan_id}
    assert of_plan[-1].reason == "不再需要"
