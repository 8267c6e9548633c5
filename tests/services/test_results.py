"""From the visit to its result: one of the three of article 9, what it demands, feedback, letters, use."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain.fields import form_fields
from app.domain.gates import FORM_OPEN, INCOMPLETE, NO_FORM
from app.domain.outcome import (
    ADMONISH,
    DECIDED,
    DRAFTING,
    ENCOURAGE,
    EXPLAIN,
    HAND_ON,
    SUPPORT,
    TALK,
    TELL_PERSON,
    TELL_UNIT,
    TO_PERSON,
    TO_UNIT,
    URGE,
    URGE_TALK,
    Feedback,
    Outcome,
    OutcomeAct,
    UnitReminder,
    act_state,
    is_settled,
)
from app.domain.registration_form import SIGNED, RegistrationForm
from app.domain.visit import Visit
from app.services.feedback import (
    new_feedback,
    new_unit_reminder,
    new_use,
    record_feedback,
    remove_feedback,
    remove_unit_reminder,
    save_unit_reminder,
    save_use,
    uses_of,
)
from app.services.gatekeeping import GateClosed, NotPossible
from app.services.parts import id_of
from app.services.ports import MayBeSaved, NoReason, StaleData
from app.services.result_rows import result_reminders, result_rows
from app.services.results import (
    decide_outcome,
    open_result,
    remove_act,
    reopen_outcome,
    result_of_visit,
    save_act,
    save_result,
)
from app.services.visits import link_form
from tests.services.plan_world import TODAY

RULED = "认错态度端正，工作表现好。"


def visited(world, name="单小芳", form=SIGNED, **more):
    """Return a finished visit with its form."""
    subject_id = world.person(name, **more)
    visit_id = world.visited(subject_id, world.approved(subject_id))
    if form is not None:
        [form_id] = world.put(
            RegistrationForm(
                subject_id=subject_id, state=form, attitude=RULED, proposal="继续关心帮助。"
            )
        )
        link_form(visit_id, form_id, uow=world.new_uow())
    return visit_id


def begun(world, visit_id):
    return result_of_visit(visit_id, who="周明", uow=world.new_uow(), law=world.law)[0]


def decided(world, visit_id, item=ENCOURAGE, **more):
    """Return the id of a decided result."""
    outcome_id = begun(world, visit_id)
    outcome = open_result(outcome_id, uow=world.new_uow()).outcome
    outcome.item = item
    for name, value in more.items():
        setattr(outcome, name, value)
    save_result(outcome, uow=world.new_uow())
    decide(world, outcome_id)
    return outcome_id


def decide(world, outcome_id, *exemptions, seen=None):
    return decide_outcome(
        outcome_id, exemptions=exemptions, seen=seen, uow=world.new_uow(), law=world.law
    )


def whole(world, outcome_id):
    return open_result(outcome_id, uow=world.new_uow())


def feed_back(world, outcome_id, audience, **more):
    feedback = new_feedback(whole(world, outcome_id), audience, by="赵一鸣", today=world.law.today)
    feedback.means, feedback.receiver = "当面", "王芳"
    for name, value in more.items():
        setattr(feedback, name, value)
    return id_of(record_feedback(feedback, uow=world.new_uow(), today=world.law.today), Feedback)


def send(world, outcome_id, kind=URGE, **more):
    letter = new_unit_reminder(whole(world, outcome_id), kind, law=world.law)
    letter.problem, letter.sent_on, letter.sent_how = "思想顾虑较多。", world.law.today, "信函"
    for name, value in more.items():
        setattr(letter, name, value)
    made = save_unit_reminder(letter, uow=world.new_uow(), today=world.law.today)
    return id_of(made, UnitReminder)


def stage_of(world, visit_id):
    rows = result_rows(uow=world.new_uow(), settings=world.law.settings)
    return next(row.stage for row in rows if row.visit_id == visit_id)


def due_kinds(world, day=None):
    found = result_reminders(
        uow=world.new_uow(), settings=world.law.settings, today=day or world.law.today
    )
    return [one.kind for one in found]


# ------------------------------------------------------------------ the result


def test_a_result_begins_with_the_grounds_that_the_form_gives(world, acts):
    visit_id = visited(world)
    outcome_id = begun(world, visit_id)
    assert whole(world, outcome_id).outcome.grounds == (
        f"现实表现：{RULED}\n意见建议：继续关心帮助。"
    )
    assert begun(world, visit_id) == outcome_id  # asked again it is the same one
    assert acts()[-1].act == "开始认定回访结果"


def test_a_visit_under_way_has_no_result_yet(world):
    subject_id = world.person()
    visit_id = world.recorded_visit(subject_id, world.approved(subject_id))
    with pytest.raises(NotPossible, match="进行中"):
        begun(world, visit_id)


@pytest.mark.parametrize(
    ("item", "serious", "kinds"),
    [
        (ENCOURAGE, False, [TELL_PERSON, TELL_UNIT]),
        (SUPPORT, False, [TELL_PERSON, TELL_UNIT, EXPLAIN, URGE]),
        (ADMONISH, False, [TELL_PERSON, TELL_UNIT, URGE_TALK, TALK]),
        (ADMONISH, True, [TELL_PERSON, TELL_UNIT, URGE_TALK, TALK, HAND_ON]),
    ],
)
def test_each_of_the_three_demands_its_acts_with_due_dates(world, item, serious, kinds):
    outcome_id = decided(world, visited(world), item, serious=serious)
    found = whole(world, outcome_id).acts
    assert [act.kind for act in found] == kinds
    assert all(act.due_on >= TODAY + timedelta(days=15) for act in found)
    assert not any(is_settled(act, whole(world, outcome_id)) for act in found)


def test_a_result_without_item_grounds_or_day_is_refused_naming_each(world):
    outcome_id = begun(world, visited(world))
    outcome = whole(world, outcome_id).outcome
    outcome.grounds, outcome.decided_on = "", TODAY + timedelta(days=1)
    save_result(outcome, uow=world.new_uow())
    with pytest.raises(GateClosed) as closed:
        decide(world, outcome_id)
    assert {one.field for one in closed.value.obstacles} == {"item", "grounds", "decided_on"}
    assert {one.gate for one in closed.value.obstacles} == {INCOMPLETE}
    assert whole(world, outcome_id).outcome.state == DRAFTING


def test_serious_belongs_to_the_third_only(world):
    with pytest.raises(GateClosed, match="只用于第三项"):
        decided(world, visited(world), SUPPORT, serious=True)


@pytest.mark.parametrize(("form", "gate"), [(None, NO_FORM), ("草稿", FORM_OPEN)])
def test_without_a_final_form_a_result_needs_a_reason_that_stays(world, form, gate):
    visit_id = visited(world, form=form)
    outcome_id = begun(world, visit_id)
    outcome = whole(world, outcome_id).outcome
    outcome.item, outcome.grounds = ENCOURAGE, "谈话记录"
    save_result(outcome, uow=world.new_uow())
    with pytest.raises(GateClosed) as closed:
        decide(world, outcome_id)
    [obstacle] = closed.value.obstacles
    assert obstacle.gate == gate
    decide(world, outcome_id, obstacle.exemption("本人调离，登记表随后补填"))
    assert whole(world, outcome_id).exemptions[0].reason == "本人调离，登记表随后补填"


def test_a_decided_result_is_changed_only_after_it_was_taken_back_with_a_reason(world, acts):
    visit_id = visited(world)
    outcome_id = decided(world, visit_id, SUPPORT)
    outcome = whole(world, outcome_id).outcome
    outcome.item = ADMONISH
    with pytest.raises(NotPossible, match="更正结果"):
        save_result(outcome, uow=world.new_uow())
    with pytest.raises(NoReason):
        reopen_outcome(outcome_id, "  ", uow=world.new_uow())
    reopen_outcome(outcome_id, "单位补充了情况", uow=world.new_uow())
    assert acts()[-1].reason == "单位补充了情况"
    decided(world, visit_id, ADMONISH)
    kinds = [act.kind for act in whole(world, outcome_id).acts]
    assert kinds == [TELL_PERSON, TELL_UNIT, URGE_TALK, TALK]  # what nobody began is gone


def test_what_was_done_under_the_former_result_stays(world):
    visit_id = visited(world)
    outcome_id = decided(world, visit_id, SUPPORT)
    [act] = [one for one in whole(world, outcome_id).acts if one.kind == EXPLAIN]
    act.done_on, act.done_by, act.note = TODAY, "赵一鸣", "讲解了影响期的规定。"
    save_act(act, uow=world.new_uow(), today=TODAY)
    reopen_outcome(outcome_id, "改判", uow=world.new_uow())
    decided(world, visit_id, ENCOURAGE)
    assert EXPLAIN in [one.kind for one in whole(world, outcome_id).acts]


def test_a_result_saved_elsewhere_meanwhile_is_not_overwritten(world):
    outcome_id = begun(world, visited(world))
    mine, theirs = (whole(world, outcome_id).outcome for _ in range(2))
    theirs.remarks = "他人的修改"
    save_result(theirs, uow=world.new_uow())
    mine.remarks = "我的修改"
    with pytest.raises(StaleData):
        save_result(mine, uow=world.new_uow())
    with pytest.raises(StaleData):
        decide(world, outcome_id, seen=mine.revision)


# ------------------------------------------------------------------ acts


def test_feedback_cannot_be_ticked_off(world):
    outcome_id = decided(world, visited(world))
    act = whole(world, outcome_id).acts[0]
    act.done_on, act.done_by, act.note = TODAY, "赵一鸣", "口头说过了"
    with pytest.raises(NotPossible, match="以反馈记录或函件登记为准"):
        save_act(act, uow=world.new_uow(), today=TODAY)


def test_an_act_may_be_let_go_with_a_reason_and_is_settled(world, acts):
    outcome_id = decided(world, visited(world), SUPPORT)
    [act] = [one for one in whole(world, outcome_id).acts if one.kind == URGE]
    act.waived = "单位已主动报送帮扶措施"
    save_act(act, uow=world.new_uow(), today=TODAY)
    assert acts()[-1].reason == "单位已主动报送帮扶措施"
    found = whole(world, outcome_id)
    assert [is_settled(one, found) for one in found.acts if one.kind == URGE] == [True]


def test_what_article_nine_demands_is_not_removed_but_an_added_act_is(world):
    outcome_id = decided(world, visited(world))
    with pytest.raises(NotPossible, match="第九条"):
        remove_act(whole(world, outcome_id).acts[0].id, "不需要", uow=world.new_uow())
    added = OutcomeAct(outcome_id=outcome_id, kind="协调解决职称材料", due_on=TODAY)
    made = save_act(added, uow=world.new_uow(), today=TODAY)
    remove_act(id_of(made, OutcomeAct), "重复登记", uow=world.new_uow())
    assert len(whole(world, outcome_id).acts) == 2


# ------------------------------------------------------------------ feedback


def test_nothing_counts_as_fed_back_without_a_record(world):
    visit_id = visited(world)
    outcome_id = decided(world, visit_id)
    assert stage_of(world, visit_id) == "待反馈"
    feed_back(world, outcome_id, TO_PERSON)
    assert stage_of(world, visit_id) == "待反馈"  # the unit's party organisation is still missing
    feedback_id = feed_back(world, outcome_id, TO_UNIT, means="会议")
    assert stage_of(world, visit_id) == "待归档"
    remove_feedback(feedback_id, "登记错人", uow=world.new_uow())
    assert stage_of(world, visit_id) == "待反馈"


def test_a_record_of_feedback_says_to_whom_how_when_and_by_whom(world):
    outcome_id = decided(world, visited(world))
    for name in ("means", "on", "by", "receiver"):
        empty = None if name == "on" else ""
        with pytest.raises(NotPossible, match=form_fields(Feedback)[name].label):
            feed_back(world, outcome_id, TO_PERSON, **{name: empty})
    with pytest.raises(NotPossible, match="还没有到"):
        feed_back(world, outcome_id, TO_PERSON, on=TODAY + timedelta(days=1))
    with pytest.raises(NotPossible, match="早于回访日期"):
        feed_back(world, outcome_id, TO_PERSON, on=date(2020, 1, 1))


def test_feedback_waits_for_the_result(world):
    outcome_id = begun(world, visited(world))
    with pytest.raises(NotPossible, match="先确定"):
        feed_back(world, outcome_id, TO_PERSON)


@pytest.mark.parametrize(
    ("item", "person", "unit"),
    [
        (ENCOURAGE, "肯定和鼓励", "肯定和鼓励"),
        (SUPPORT, "调整心态", "主体责任"),
        (ADMONISH, "认真整改", "教育提醒"),
    ],
)
def test_feedback_is_proposed_in_the_tone_of_the_result(world, item, person, unit):
    found = whole(world, decided(world, visited(world), item))
    assert person in new_feedback(found, TO_PERSON, by="", today=TODAY).content
    assert unit in new_feedback(found, TO_UNIT, by="", today=TODAY).content


# ------------------------------------------------------------------ letters to the unit


def test_a_letter_to_the_unit_waits_for_its_reply(world):
    visit_id = visited(world)
    outcome_id = decided(world, visit_id, ADMONISH)
    for audience in (TO_PERSON, TO_UNIT):
        feed_back(world, outcome_id, audience)
    assert stage_of(world, visit_id) == "待办事项"
    letter_id = send(world, outcome_id, URGE_TALK)
    [talk] = [one for one in whole(world, outcome_id).acts if one.kind == TALK]
    talk.done_on, talk.done_by, talk.note = TODAY, "院党委书记", "当面谈话提醒。"
    save_act(talk, uow=world.new_uow(), today=TODAY)
    assert stage_of(world, visit_id) == "待单位回复"
    world.later(TODAY + timedelta(days=40))
    assert "单位未回复" in due_kinds(world)
    [letter] = world.all(UnitReminder, id=letter_id)
    letter.replied_on, letter.reply = TODAY + timedelta(days=35), "已谈话提醒，正在整改。"
    save_unit_reminder(letter, uow=world.new_uow(), today=world.law.today)
    assert stage_of(world, visit_id) == "待归档"


def test_a_letter_with_its_problem_still_to_be_written_is_not_sent(world):
    outcome_id = decided(world, visited(world), SUPPORT)
    letter = new_unit_reminder(whole(world, outcome_id), URGE, law=world.law)
    save_unit_reminder(letter, uow=world.new_uow(), today=TODAY)  # a draft may wait
    letter = whole(world, outcome_id).reminders[0]
    letter.sent_on, letter.sent_how = TODAY, "信函"
    with pytest.raises(NotPossible, match="请写明"):
        save_unit_reminder(letter, uow=world.new_uow(), today=TODAY)


def test_a_letter_that_was_sent_stays_as_it_was_sent(world):
    outcome_id = decided(world, visited(world), SUPPORT)
    letter_id = send(world, outcome_id)
    [letter] = world.all(UnitReminder, id=letter_id)
    letter.problem = "改写"
    with pytest.raises(NotPossible, match="已经发出"):
        save_unit_reminder(letter, uow=world.new_uow(), today=TODAY)
    with pytest.raises(NotPossible, match="应当留存"):
        remove_unit_reminder(letter_id, "不要了", uow=world.new_uow())


def test_a_reply_needs_its_words_and_a_letter_that_went_out(world):
    outcome_id = decided(world, visited(world), SUPPORT)
    with pytest.raises(NotPossible, match="回复内容"):
        send(world, outcome_id, replied_on=TODAY)
    with pytest.raises(NotPossible, match="还没有登记发出"):
        send(world, outcome_id, sent_on=None, sent_how="", replied_on=TODAY, reply="收到")


# ------------------------------------------------------------------ who asked


def test_an_answer_is_drafted_of_facts_and_decides_nothing(world):
    visit_id = visited(world)
    decided(world, visit_id)
    [visit] = world.all(Visit, id=visit_id)
    use = new_use(visit.subject_id, "提拔使用", uow=world.new_uow(), law=world.law)
    assert "党内严重警告" in use.reply
    assert "共回访1次" in use.reply
    assert "第（一）项" in use.reply
    assert "由你单位按有关规定研究决定" in use.reply
    assert not any(word in use.reply for word in ("同意", "建议提拔", "不影响"))


def test_who_asked_when_and_for_what_is_kept_and_an_open_question_is_due(world):
    visit_id = visited(world)
    [visit] = world.all(Visit, id=visit_id)
    use = new_use(visit.subject_id, "考核奖惩", uow=world.new_uow(), law=world.law)
    with pytest.raises(NotPossible, match="询问单位"):
        save_use(use, uow=world.new_uow(), today=TODAY)
    use.asked_by, use.purpose = "组织部", "年度考核"
    save_use(use, uow=world.new_uow(), today=TODAY)
    assert "询问未答复" in due_kinds(world)
    [kept] = uses_of(visit.subject_id, uow=world.new_uow())
    kept.replied_on, kept.replied_by = TODAY, "赵一鸣"
    save_use(kept, uow=world.new_uow(), today=TODAY)
    assert "询问未答复" not in due_kinds(world)


def test_a_question_that_may_be_saved_is_kept_once_when_tried_again(world, last_flush):
    visit_id = visited(world)
    [visit] = world.all(Visit, id=visit_id)
    use = new_use(visit.subject_id, "考核奖惩", uow=world.new_uow(), law=world.law)
    use.asked_by, use.purpose = "组织部", "年度考核"
    last_flush("kept")
    with pytest.raises(MayBeSaved):
        save_use(use, uow=world.new_uow(), today=TODAY)
    use.purpose = "年度考核评优"
    save_use(use, uow=world.new_uow(), today=TODAY)
    [kept] = uses_of(visit.subject_id, uow=world.new_uow())
    assert kept.purpose == "年度考核评优"


# ------------------------------------------------------------------ what is due


def test_a_visit_with_form_and_without_result_is_due_and_then_its_feedback(world):
    visit_id = visited(world)
    world.later(TODAY + timedelta(days=20))
    assert due_kinds(world) == ["结果未定"]
    outcome_id = decided(world, visit_id)
    assert due_kinds(world).count("尚未反馈") == 2
    feed_back(world, outcome_id, TO_PERSON)
    assert due_kinds(world).count("尚未反馈") == 1
    feed_back(world, outcome_id, TO_UNIT)
    assert due_kinds(world) == ["尚未归档"]


def test_states_of_a_result_are_those_the_page_shows():
    assert form_fields(Outcome)["state"].choices == (DRAFTING, DECIDED)
    assert act_state(OutcomeAct(kind=EXPLAIN, done_on=TODAY), None) == TODAY


def test_a_text_of_twenty_thousand_characters_is_kept_and_refused_by_name_when_it_counts(world):
    outcome_id = begun(world, visited(world, "欧阳文𬱖"))
    outcome = whole(world, outcome_id).outcome
    outcome.item, outcome.grounds = ENCOURAGE, "䶮𠮷" * 10_000
    save_result(outcome, uow=world.new_uow())
    assert whole(world, outcome_id).outcome.grounds == "䶮𠮷" * 10_000
    with pytest.raises(GateClosed, match="现有20000字，最多5000字"):
        decide(world, outcome_id)
