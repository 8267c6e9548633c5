"""Before a base fact is saved: what it moves in verdict, days, reminders, lists and plans."""

from __future__ import annotations

import copy
import dataclasses
from datetime import date

from app.domain.partial_date import PartialDate
from app.domain.subject import Event
from app.services.consequences import consequences
from app.services.list_drafting import propose_list
from app.services.people import open_dossier
from app.services.visiting_lists import save_list


def moved(world, subject_id, **changed):
    """What the change of the person's sanction, or a new event, would move."""
    before = open_dossier(subject_id, uow=world.new_uow())
    after = copy.deepcopy(before)
    if (event := changed.pop("event", None)) is not None:
        after = dataclasses.replace(after, events=(*after.events, event))
    for name, value in changed.items():
        setattr(after.sanctions[0], name, value)
    return consequences(before, after, uow=world.new_uow(), law=world.law)


def test_a_new_decision_date_moves_days_reminders_the_list_and_the_plan(world):
    subject_id = world.person(decided=date(2026, 3, 10))
    save_list(propose_list(uow=world.new_uow(), law=world.law), uow=world.new_uow())
    world.draft(subject_id)
    said = moved(world, subject_id, decided_on=PartialDate(2025, 6, 20))
    assert "党纪期满日期由 2027-09-09 变为 2026-12-19（提前 264 天）" in said
    assert "新增提醒“尚未回访”（2026-12-19）" in said
    assert "新增提醒“即将期满”（2026-12-19）" in said
    assert any("名单“" in one and "仍写期满日期 2027-09-09" in one for one in said)
    assert any("方案“" in one and "仍写期满日期 2027-09-09" in one for one in said)


def test_a_retirement_moves_the_verdict_and_takes_the_person_off_the_list(world):
    subject_id = world.person()
    save_list(propose_list(uow=world.new_uow(), law=world.law), uow=world.new_uow())
    said = moved(world, subject_id, event=Event(kind="退休", on=PartialDate(2026, 10, 8)))
    assert said[0].startswith("对象认定由“应回访”变为“原则上不再回访”")
    assert any("提名由“列入”变为“不列入”" in one for one in said)


def test_what_computes_nothing_moves_nothing(world):
    subject_id = world.person()
    assert moved(world, subject_id, document_no="院纪〔2026〕3号") == []
