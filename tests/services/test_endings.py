"""期满办理: materials and steps, one confirmation, one event that the periods read, and the way back."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from app.domain.ending import (
    CONFIRMED,
    END_ADMIN,
    END_INSTITUTION,
    ENDS,
    EXTEND,
    MEETING,
    RESTORE,
    STOPPED,
    TO_SUPERIOR,
    UNDER_WAY,
    Ending,
)
from app.domain.gates import (
    BEFORE_END,
    INCOMPLETE,
    MATERIALS_MISSING,
    OFFENCE_OPEN,
    STEPS_OPEN,
    Exemption,
)
from app.domain.partial_date import PartialDate
from app.domain.standing import Standing
from app.domain.subject import ENDED, EXTENDED, NEW_OFFENCE, RESTORED, Event, Sanction
from app.domain.working_days import WorkingDays
from app.services.dossiers import load_dossier
from app.services.endings import (
    TO_BEGIN,
    begin_ending,
    calendar_warning,
    confirm_ending,
    ending_rows,
    open_ending,
    save_ending,
    stop_ending,
    take_back_ending,
)
from app.services.gatekeeping import GateClosed, NotPossible
from app.services.people import PersonHasForms, remove_person
from app.services.ports import NoReason
from app.services.result_rows import result_reminders

DECIDED = date(2025, 6, 12)
LAST = date(2026, 6, 11)
RESTORED_ON = date(2026, 6, 12)


def person(world, regime="党纪", kind="留党察看一年", decided=DECIDED):
    subject_id = world.person(regime=regime, kind=kind, decided=decided)
    [sanction] = world.all(Sanction, subject_id=subject_id)
    return subject_id, sanction.id


def begun(world, **more):
    subject_id, sanction_id = person(world, **more)
    return begin_ending(subject_id, sanction_id, who="周明", uow=world.new_uow(), law=world.law)[0]


def whole(world, ending_id):
    return open_ending(ending_id, uow=world.new_uow())


def complete(world, ending_id, **more):
    """Fill in everything that the confirmation asks for."""
    found = whole(world, ending_id)
    ending = found.ending
    ending.on, ending.organ, ending.document_no = (
        RESTORED_ON,
        "中共德州学院委员会",
        "德院党字〔2026〕9号",
    )
    for name, value in more.items():
        setattr(ending, name, value)
    for item in found.items[:-2]:
        item.done_on = date(2026, 7, 1)
    save_ending(found, uow=world.new_uow(), law=world.law)
    return ending_id


def confirm(world, ending_id, *exemptions):
    return confirm_ending(ending_id, exemptions=exemptions, uow=world.new_uow(), law=world.law)


def periods(world, subject_id):
    with world.new_uow() as uow:
        return world.law.on(load_dossier(uow, subject_id), world.law.today)


def gates(world, ending_id):
    with pytest.raises(GateClosed) as closed:
        confirm(world, ending_id)
    return {one.gate for one in closed.value.obstacles}


# ------------------------------------------------------------------ restoring rights


def test_a_restoration_confirmed_writes_the_event_that_the_periods_read(world, acts):
    ending_id = complete(world, begun(world))
    subject_id = whole(world, ending_id).ending.subject_id
    assert periods(world, subject_id).last_day is None  # not known until rights are restored
    confirm(world, ending_id)
    [event] = world.all(Event)
    assert (event.kind, event.on, event.document_no) == (
        RESTORED,
        PartialDate.of(RESTORED_ON),
        "德院党字〔2026〕9号",
    )
    assert periods(world, subject_id).last_day == date(2028, 6, 11)
    [standing] = world.all(Standing, subject_id=subject_id)
    assert standing.last_day == date(2028, 6, 11)  # lists know it in the same transaction
    assert acts()[-1].act == "确认期满办理"


def test_a_date_corrected_in_the_roster_shows_in_the_record(world):
    ending_id = complete(world, begun(world))
    confirm(world, ending_id)
    [event] = world.all(Event)
    event.on = PartialDate.of(date(2026, 6, 20))
    world.put(event)
    assert whole(world, ending_id).ending.on == date(2026, 6, 20)


def test_an_extension_is_confirmed_with_twelve_months(world):
    ending_id = complete(world, begun(world), result=EXTEND)
    confirm(world, ending_id)
    [event] = world.all(Event)
    assert (event.kind, event.months) == (EXTENDED, 12)


def test_a_confirmation_is_taken_back_with_a_reason_and_its_event_goes(world, acts):
    ending_id = complete(world, begun(world))
    subject_id = whole(world, ending_id).ending.subject_id
    confirm(world, ending_id)
    with pytest.raises(NoReason):
        take_back_ending(ending_id, "", uow=world.new_uow(), law=world.law)
    take_back_ending(ending_id, "决定日期录错", uow=world.new_uow(), law=world.law)
    assert world.all(Event) == []
    assert whole(world, ending_id).ending.state == UNDER_WAY
    assert periods(world, subject_id).last_day is None
    assert acts()[-1].reason == "决定日期录错"


def test_the_same_restoration_is_not_written_twice(world):
    ending_id = complete(world, begun(world))
    [ending] = world.all(Ending)
    world.put(
        Event(
            subject_id=ending.subject_id,
            sanction_id=ending.sanction_id,
            kind=RESTORED,
            on=PartialDate.of(RESTORED_ON),
        )
    )
    with pytest.raises(NotPossible, match="不能重复确认"):
        confirm(world, ending_id)


# ------------------------------------------------------------------ the gates


def test_day_and_organ_are_never_passed_over_and_a_day_to_come_is_refused(world):
    ending_id = begun(world)
    assert {INCOMPLETE, MATERIALS_MISSING, STEPS_OPEN} <= gates(world, ending_id)
    complete(world, ending_id, on=date(2027, 1, 1))
    assert gates(world, ending_id) == {INCOMPLETE}


def test_materials_and_steps_may_be_passed_with_a_reason(world):
    ending_id = begun(world)
    found = whole(world, ending_id)
    found.ending.on, found.ending.organ = RESTORED_ON, "校党委"
    save_ending(found, uow=world.new_uow(), law=world.law)
    with pytest.raises(GateClosed) as closed:
        confirm(world, ending_id)
    confirm(world, ending_id, *(one.exemption("材料在原卷中") for one in closed.value.obstacles))
    assert len(whole(world, ending_id).exemptions) == 2


def test_before_the_probation_is_over_it_takes_a_reason_and_an_approver(world):
    ending_id = complete(world, begun(world), on=LAST)
    assert gates(world, ending_id) == {BEFORE_END}
    [ending] = world.all(Ending)
    reason = Exemption(gate=BEFORE_END.title, subject_id=ending.subject_id, reason="决定写明")
    with pytest.raises(GateClosed):
        confirm(world, ending_id, reason)
    reason.approver = "王书记"
    confirm(world, ending_id, reason)


def test_a_new_offence_inside_the_period_holds_the_end_up(world):
    ending_id = complete(world, begun(world))
    [ending] = world.all(Ending)
    world.put(
        Event(
            subject_id=ending.subject_id,
            sanction_id=ending.sanction_id,
            kind=NEW_OFFENCE,
            on=PartialDate.of(date(2026, 1, 5)),
        )
    )
    assert gates(world, ending_id) == {OFFENCE_OPEN}


# ------------------------------------------------------------------ which sanctions


@pytest.mark.parametrize(
    ("regime", "kind", "procedure"),
    [("政务", "记过", END_ADMIN), ("事业单位", "警告", END_INSTITUTION)],
)
def test_the_end_of_a_period_is_confirmed_likewise(world, regime, kind, procedure):
    ending_id = begun(world, regime=regime, kind=kind, decided=date(2025, 3, 10))
    assert whole(world, ending_id).ending.kind == procedure
    complete(world, ending_id, on=date(2026, 6, 1))
    confirm(world, ending_id)
    assert world.all(Event)[0].kind == ENDED
    ending = whole(world, ending_id).ending
    assert ending.result == ENDS
    [card] = periods(world, ending.subject_id).cards
    assert card.steps[-1] == "2026-06-01 确认期满（德院党字〔2026〕9号）"


def test_a_period_is_not_ended_by_restoring_rights(world):
    ending_id = begun(world, regime="政务", kind="记过", decided=date(2025, 3, 10))
    complete(world, ending_id, on=date(2026, 6, 1), result=RESTORE)
    assert gates(world, ending_id) == {INCOMPLETE}


def test_other_party_sanctions_end_without_anything_being_done(world):
    subject_id, sanction_id = person(world, kind="警告")
    with pytest.raises(NotPossible, match="条例第四十六条"):
        begin_ending(subject_id, sanction_id, uow=world.new_uow(), law=world.law)


# ------------------------------------------------------------------ the rest of its life


def test_begun_twice_it_is_one(world):
    subject_id, sanction_id = person(world)
    first, _ = begin_ending(subject_id, sanction_id, uow=world.new_uow(), law=world.law)
    again, _ = begin_ending(subject_id, sanction_id, uow=world.new_uow(), law=world.law)
    assert first == again


def test_it_is_stopped_with_a_reason_and_then_stays(world):
    ending_id = begun(world)
    stop_ending(ending_id, "本人被开除党籍", uow=world.new_uow())
    found = whole(world, ending_id)
    assert (found.ending.state, found.ending.stopped) == (STOPPED, "本人被开除党籍")
    with pytest.raises(NotPossible, match="终止"):
        save_ending(found, uow=world.new_uow(), law=world.law)
    with pytest.raises(NotPossible):
        confirm(world, ending_id)


def test_after_the_confirmation_the_last_steps_go_on_and_what_was_confirmed_stays(world):
    ending_id = complete(world, begun(world))
    confirm(world, ending_id)
    found = whole(world, ending_id)
    found.ending.on, found.items[-1].done_on = date(2020, 1, 1), date(2026, 9, 1)
    save_ending(found, uow=world.new_uow(), law=world.law)
    found = whole(world, ending_id)
    assert (found.ending.on, found.items[-1].done_on) == (RESTORED_ON, date(2026, 9, 1))
    assert found.ending.state == CONFIRMED


def test_the_list_shows_what_is_under_way_and_what_is_to_begin(world):
    from app.domain.reminders import reminders

    ending_id = begun(world)
    subject_id, _ = person(world, decided=date(2025, 1, 10))
    with world.new_uow() as uow:
        dossier = load_dossier(uow, subject_id)
    due = reminders(
        dossier, as_of=world.law.today, rules=world.law.rules, settings=world.law.settings
    )
    rows = ending_rows(uow=world.new_uow(), due=due)
    assert [(row.id, row.state) for row in rows] == [(ending_id, UNDER_WAY), (None, TO_BEGIN)]
    assert rows[0].next_step == "本人提出书面申请"


def test_the_next_step_is_due_and_the_person_is_kept(world):
    ending_id = begun(world)
    [found] = result_reminders(
        uow=world.new_uow(), settings=world.law.settings, today=world.law.today
    )
    assert "本人提出书面申请" in found.sentence
    subject_id = whole(world, ending_id).ending.subject_id
    with pytest.raises(PersonHasForms, match="期满办理"):
        remove_person(subject_id, "重复", uow=world.new_uow())


def test_the_report_to_the_superior_is_due_seven_working_days_after_the_meeting(world):
    world.law = dataclasses.replace(
        world.law, working_days=WorkingDays().with_years({"2026": {"holidays": ["2026-06-19"]}})
    )
    found = whole(world, begun(world))
    meeting, report = (
        next(one for one in found.steps if one.title == title) for title in (MEETING, TO_SUPERIOR)
    )
    meeting.done_on = date(2026, 6, 15)  # a Monday; Friday the 19th is free
    save_ending(found, uow=world.new_uow(), law=world.law)
    assert report.due_on == date(2026, 6, 25)
    assert calendar_warning(found, law=world.law) == ""
    meeting.done_on = date(2027, 6, 15)
    assert "缺少2027年" in calendar_warning(found, law=world.law)
    report.done_on = date(2027, 6, 16)
    assert calendar_warning(found, law=world.law) == ""
