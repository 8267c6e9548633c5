"""Two records of one person: made one without losing anything, and two again exactly as they were."""

from __future__ import annotations

import copy
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app.domain.attachment import Attachment
from app.domain.fields import form_fields
from app.domain.partial_date import PartialDate
from app.domain.plan import Plan, PlanPerson
from app.domain.registration_form import RegistrationForm
from app.domain.request import Request
from app.domain.standing import Standing
from app.domain.subject import EVENT_KINDS, KINDS, PARTY, Case, Event, Sanction, Subject
from app.domain.visit import Visit
from app.domain.visiting_list import ListEntry, VisitingList
from app.services import merging
from app.services.merging import MOVED, CannotMerge, merges, preview_merge
from app.services.ports import MissingRecord, StaleData
from app.services.standing import reassess
from tests.services.plan_world import RULES, TODAY

NOW = datetime(2026, 11, 23, 9, 0)
REASON = "身份证件核对为同一人"


def merge(world, kept, dropped, reason=REASON, **values):
    seen = preview_merge(kept, dropped, uow=world.new_uow())
    result = copy.copy(seen.kept)
    for pair in seen.pairs:
        setattr(result, pair.name, values.get(pair.name, pair.result))
    return merge_as_seen(world, result, seen.dropped, reason)


def merge_as_seen(world, result, dropped, reason=REASON):
    return merging.merge_people(
        result, dropped, reason, who="周明", clock=lambda: NOW, uow=world.new_uow(),
        rules=RULES, settings=world.law.settings, today=TODAY,
    )  # fmt: skip


def undo(world, merge_id=None, reason="核对有误，不是同一人"):
    return merging.undo_merge(
        merge_id or merges(uow=world.new_uow())[0].id, reason, uow=world.new_uow(),
        rules=RULES, settings=world.law.settings, today=TODAY,
    )  # fmt: skip


def everything(world, *, but=("person_merge",)):
    """Every record of every person's, without revisions: what merging and undoing must bring back."""
    return {
        (kind.__name__, one.id): {name: getattr(one, name) for name in form_fields(kind)}
        for kind in (Subject, *MOVED)
        for one in world.all(kind)
        if kind.__name__ not in but
    }


@pytest.fixture
def twins(world):
    """张三 typed twice: once with unit and sanction, once with phone and all kinds of records."""
    kept = world.person("张三", phone="", born_on=PartialDate(1985, 3))
    dropped = world.person(
        "张三", unit="", address="大学西路5号", decided=date(2025, 1, 7), kind="警告"
    )
    [form] = world.put(RegistrationForm(subject_id=dropped, name="张三"))
    [visit] = world.put(Visit(subject_id=dropped, method="电话", form_id=form))
    world.put(
        Request(subject_id=dropped, visit_id=visit, content="子女入学"),
        Attachment(owner_kind="Subject", owner_id=dropped, subject_id=dropped, title="介绍信"),
        Attachment(owner_kind="Visit", owner_id=visit, subject_id=dropped, title="谈话笔录"),
    )
    with world.new_uow() as uow:
        reassess(uow, [kept, dropped], rules=RULES, settings=world.law.settings, today=TODAY)
        uow.commit()
    return kept, dropped


def test_a_merge_keeps_one_person_with_all_that_both_had(world, twins, acts):
    kept, dropped = twins
    before = everything(world)
    merge(world, kept, dropped)
    assert world.all(Subject, id=dropped) == []
    [person] = world.all(Subject, id=kept)
    assert (person.phone, person.address, person.unit) == (
        "13812345678", "大学西路5号", "化学与材料学院",
    )  # fmt: skip
    after = everything(world)
    assert set(before) - set(after) == {("Subject", dropped), ("Case", 2)}  # the case is the same
    assert all(one.subject_id == kept for kind in MOVED for one in world.all(kind))
    [letter] = world.all(Attachment, title="介绍信")
    assert letter.owner_id == kept
    assert [one.subject_id for one in world.all(Standing)] == [kept]
    last = acts()[-1]
    assert (last.act, last.object_id, last.reason) == ("合并人员", kept, REASON)
    assert "大学西路5号" in last.details


def test_undoing_brings_both_back_exactly(world, twins, acts):
    before, standings = everything(world), {one.subject_id for one in world.all(Standing)}
    merge(world, *twins)
    done = undo(world)
    assert everything(world) == before
    assert {one.subject_id for one in world.all(Standing)} == standings
    assert done.left == []
    assert acts()[-1].act == "撤销合并"
    with pytest.raises(CannotMerge, match="已经撤销过"):
        undo(world)


def test_the_same_sanction_typed_twice_is_counted_once_and_keeps_what_either_says(world):
    kept, dropped = world.person("李四"), world.person("李四")
    [one, other] = [world.all(Sanction, subject_id=id_)[0] for id_ in (kept, dropped)]
    other.document_no = "校纪〔2026〕3号"
    world.put(other)
    world.put(
        Event(subject_id=dropped, sanction_id=other.id, kind="撤销处分", on=PartialDate(2026, 9)),
        Attachment(owner_kind="Sanction", owner_id=other.id, subject_id=dropped, title="决定书"),
    )
    before = everything(world)
    seen = preview_merge(kept, dropped, uow=world.new_uow())
    assert list(seen.folded) == ["受处分原因“违规收受礼金。”", "党纪严重警告 2026年3月10日"]
    merge(world, kept, dropped)
    [left] = world.all(Sanction)
    assert (left.id, left.document_no) == (one.id, "校纪〔2026〕3号")
    assert [event.sanction_id for event in world.all(Event)] == [one.id]
    assert [paper.owner_id for paper in world.all(Attachment)] == [one.id]
    undo(world)
    assert everything(world) == before


def test_sanctions_that_disagree_are_both_kept(world):
    kept, dropped = world.person("李四"), world.person("李四", decided=date(2026, 3, 11))
    merge(world, kept, dropped)
    assert len(world.all(Sanction, subject_id=kept)) == 2


def test_who_was_saved_while_both_were_compared_is_not_merged(world, twins):
    kept, dropped = twins
    seen = preview_merge(kept, dropped, uow=world.new_uow())
    [person] = world.all(Subject, id=dropped)
    person.phone = "13900000000"
    world.put(person)
    before = everything(world)
    with pytest.raises(StaleData, match="重新打开"):
        merge_as_seen(world, seen.kept, seen.dropped)
    assert everything(world) == before


@pytest.mark.parametrize("reason", ["", "  "])
def test_merging_and_undoing_want_a_reason(world, twins, reason):
    with pytest.raises(CannotMerge, match="理由"):
        merge(world, *twins, reason=reason)
    merge(world, *twins)
    with pytest.raises(CannotMerge, match="理由"):
        undo(world, reason=reason)


def test_nobody_is_merged_with_themselves_or_with_somebody_gone(world, twins):
    kept, dropped = twins
    with pytest.raises(CannotMerge, match="两名不同"):
        merge(world, kept, kept)
    merge(world, kept, dropped)
    with pytest.raises(MissingRecord):
        preview_merge(kept, dropped, uow=world.new_uow())


def test_two_people_of_one_open_plan_or_list_are_not_merged(world, twins):
    kept, dropped = twins
    [plan] = world.put(Plan(title="联合方案"))
    [of] = world.put(VisitingList(title="四季度名单"))
    for id_ in twins:
        world.put(PlanPerson(plan_id=plan, subject_id=id_), ListEntry(list_id=of, subject_id=id_))
    with pytest.raises(CannotMerge) as refused:
        merge(world, kept, dropped)
    assert "联合方案" in str(refused.value) and "四季度名单" in str(refused.value)


def test_what_was_changed_after_the_merge_keeps_the_later_value_and_is_named(world, twins):
    kept, dropped = twins
    merge(world, kept, dropped)
    [person] = world.all(Subject, id=kept)
    person.phone = "0534-8985001"
    world.put(person)
    done = undo(world)
    assert list(done.left) == ["张三的联系电话"]
    assert world.all(Subject, id=kept)[0].phone == "0534-8985001"
    assert world.all(Subject, id=dropped)[0].phone == "13812345678"


def test_undoing_is_refused_where_it_would_tear_a_later_link(world, twins):
    kept, dropped = twins
    theirs = world.all(Sanction, subject_id=dropped)[0].id
    merge(world, kept, dropped)
    world.put(Event(subject_id=kept, sanction_id=theirs, kind="撤销处分", on=PartialDate(2026, 9)))
    before = everything(world)
    with pytest.raises(CannotMerge, match="撤销处分"):
        undo(world)
    assert everything(world) == before


def test_merges_upon_merges_are_undone_from_the_last(world, twins):
    kept, dropped = twins
    third = world.person("张三", phone="13700000000")
    before = everything(world)
    merge(world, kept, dropped)
    merge(world, third, kept)
    first = merges(uow=world.new_uow())[1]
    with pytest.raises(CannotMerge, match="先撤销后来的合并"):
        undo(world, first.id)
    undo(world)
    undo(world, first.id)
    assert everything(world) == before


def test_a_merged_person_is_found_and_the_other_is_not_until_undone(world, twins, office):
    from app.services.ports import RosterFilter

    kept, dropped = twins
    merge(world, kept, dropped)
    assert list(office.roster().ids(RosterFilter(text="张三"))) == [kept]
    undo(world)
    assert set(office.roster().ids(RosterFilter(text="张三"))) == {kept, dropped}


TEXTS = st.sampled_from(["", "文学院", "化学学院", "𬱖䶮𠮷"])
DAYS = st.dates(date(2024, 1, 1), date(2024, 1, 4)).map(PartialDate.of) | st.none()


@st.composite
def records(draw):
    person = Subject(
        name="张三", unit=draw(TEXTS), phone=draw(TEXTS), born_on=draw(DAYS), remarks=draw(TEXTS)
    )
    cases = draw(st.lists(st.builds(Case, facts=TEXTS), max_size=2))
    kinds = st.sampled_from(KINDS[PARTY][:2])
    sanction = st.builds(
        Sanction, regime=st.just(PARTY), kind=kinds, decided_on=DAYS, document_no=TEXTS
    )
    sanctions = draw(st.lists(st.tuples(sanction, st.integers(0, 3)), max_size=3))
    event = st.builds(Event, kind=st.sampled_from(EVENT_KINDS[:4]), on=DAYS, reason=TEXTS)
    events = draw(st.lists(st.tuples(event, st.integers(0, 3)), max_size=3))
    return person, cases, sanctions, events


def put(world, made):
    person, cases, sanctions, events = made
    [id_] = world.put(person)
    for part in (*cases, *(one for one, _ in sanctions), *(one for one, _ in events)):
        part.subject_id = id_
    case_ids = world.put(*cases)
    for one, place in sanctions:
        one.case_id = case_ids[place] if place < len(case_ids) else None
    sanction_ids = world.put(*(one for one, _ in sanctions))
    for one, place in events:
        one.sanction_id = sanction_ids[place] if place < len(sanction_ids) else None
    world.put(*(one for one, _ in events))
    return id_


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(records(), records())
def test_whatever_two_records_hold_nothing_is_lost_and_undoing_restores_exactly(world, one, other):
    kept, dropped = put(world, one), put(world, other)
    before = everything(world)
    merge(world, kept, dropped)
    merged = everything(world)
    said = {
        (kind, name, value)
        for (kind, _id), values in before.items()
        for name, value in values.items()
        if kind in ("Case", "Sanction", "Event") and not name.endswith("_id")
        if value and not isinstance(value, dict)
    }
    still = {
        (kind, name, value)
        for (kind, _id), values in merged.items()
        for name, value in values.items()
        if not isinstance(value, dict)
    }
    assert said <= still
    for (kind, _id), values in merged.items():  # no link leads to somebody who is gone
        for name in ("case_id", "sanction_id"):
            target = ("Case" if name == "case_id" else "Sanction", values.get(name))
            assert target[1] is None or target in merged, kind
    undo(world)
    assert everything(world) == before
