"""The person while being edited."""

from __future__ import annotations

import json
from datetime import date

import pytest

from app.domain.partial_date import PartialDate
from app.domain.subject import (
    ADMINISTRATIVE,
    PARTY,
    RESTORED,
    Case,
    Dossier,
    Event,
    Sanction,
    Subject,
)
from app.ui.roster.person_draft import PersonDraft


@pytest.fixture
def stored():
    """A person with one case, two sanctions of it, and one event."""
    return Dossier(
        Subject(id=7, revision=2, name="张三", born_on=PartialDate(1985, 3)),
        (Case(id=1, revision=1, subject_id=7, facts="违反工作纪律"),),
        (
            Sanction(id=4, revision=1, subject_id=7, case_id=1, regime=PARTY, kind="严重警告"),
            Sanction(id=5, revision=1, subject_id=7, case_id=1, regime=ADMINISTRATIVE, kind="记过"),
        ),
        (Event(id=9, revision=1, subject_id=7, sanction_id=4, kind=RESTORED),),
    )


def test_new_parts_point_at_each_other_before_anything_has_an_id():
    draft = PersonDraft()
    case = draft.new_case()
    draft.put_in(case)
    sanction = draft.new_sanction(PARTY, case)
    draft.put_in(sanction)
    event = draft.new_event(RESTORED)
    event.sanction_id = sanction.id
    draft.put_in(event)

    edit = draft.edit()
    assert [part.id for part in (*edit.cases, *edit.sanctions, *edit.events)] == [None] * 3
    assert edit.case_of == {0: 0}
    assert edit.sanction_of == {0: 0}
    assert edit.sanctions[0].case_id is None
    assert draft.dossier().sanctions[0].case_id == case.id


def test_a_new_sanction_of_a_stored_case_keeps_its_link(stored):
    draft = PersonDraft(stored)
    draft.put_in(draft.new_sanction(PARTY, draft.cases[0]))
    edit = draft.edit()
    assert edit.sanctions[2].case_id == 1
    assert edit.case_of == {}


def test_a_new_case_in_which_nothing_was_typed_is_left_out():
    draft = PersonDraft()
    draft.subject.name = "张三"
    draft.put_in(draft.new_case())
    filled = draft.new_case()
    filled.facts = "违反工作纪律"
    draft.put_in(filled)
    draft.put_in(draft.new_sanction(PARTY, filled))
    edit = draft.edit()
    assert [case.facts for case in edit.cases] == ["违反工作纪律"]
    assert edit.case_of == {0: 0}


def test_what_was_taken_out_is_named_for_removal(stored):
    draft = PersonDraft(stored)
    draft.take_out(draft.sanctions[1])
    edit = draft.edit()
    assert [(type(part), part.id) for part in edit.removed] == [(Sanction, 5)]
    assert [sanction.id for sanction in edit.sanctions] == [4]


def test_a_part_put_back_is_not_removed(stored):
    draft = PersonDraft(stored)
    first = draft.sanctions[0]
    position = draft.take_out(first)
    draft.put_in(first, position)
    assert draft.edit().removed == []
    assert [sanction.id for sanction in draft.sanctions] == [4, 5]


def test_editing_the_draft_leaves_what_was_read_alone(stored):
    draft = PersonDraft(stored)
    draft.subject.name = "张四"
    draft.sanctions[0].kind = "警告"
    assert stored.subject.name == "张三"
    assert draft.base().subject.name == "张三"
    assert draft.base().sanctions[0].kind == "严重警告"


def test_a_new_person_without_a_word_is_empty():
    draft = PersonDraft()
    draft.put_in(draft.new_case())
    assert draft.is_empty()
    draft.subject.phone = "0534-8985000"
    assert not draft.is_empty()


def test_what_was_typed_survives_a_crash_as_plain_json(stored):
    draft = PersonDraft(stored)
    draft.subject.work_since = PartialDate(2007)
    draft.sanctions[0].decided_on = PartialDate(2024, 8, 31)
    draft.sanctions[0].stated_until = date(2026, 2, 27)
    draft.put_in(draft.new_event(RESTORED))
    kept = json.loads(json.dumps(draft.to_data()))

    again = PersonDraft(stored)
    again.take_data(kept)
    assert again.subject.work_since == PartialDate(2007)
    assert again.sanctions[0].decided_on == PartialDate(2024, 8, 31)
    assert again.sanctions[0].stated_until == date(2026, 2, 27)
    assert len(again.events) == 2
    assert again.edit().removed == []
    assert again.new_event().id not in {event.id for event in again.events}


def test_a_draft_of_another_version_may_lack_fields_or_have_more(stored):
    kept = PersonDraft(stored).to_data()
    del kept["subject"]["phone"]
    kept["subject"]["shoe_size"] = 43
    again = PersonDraft(stored)
    again.take_data(kept)
    assert again.subject.name == "张三"


def test_what_i_changed_is_put_on_top_of_what_they_saved(stored):
    draft = PersonDraft(stored)
    draft.subject.phone = "13800000000"
    draft.sanctions[0].kind = "撤销党内职务"
    theirs = Dossier(
        Subject(id=7, revision=5, name="张三", address="东湖路18号"),
        stored.cases,
        (
            Sanction(
                id=4, revision=3, subject_id=7, case_id=1, regime=PARTY, kind="警告", note="更正"
            ),
            Sanction(id=6, revision=1, subject_id=7, case_id=1, regime=PARTY, kind="警告"),
        ),
        stored.events,
    )
    draft.rebase(theirs)
    edit = draft.edit()
    assert (edit.subject.revision, edit.subject.phone) == (5, "13800000000")
    assert edit.subject.address == "东湖路18号"  # theirs: I left it alone
    by_id = {sanction.id: sanction for sanction in edit.sanctions}
    assert (by_id[4].revision, by_id[4].kind, by_id[4].note) == (3, "撤销党内职务", "更正")
    assert 6 in by_id  # added by them
    assert len(by_id) == 2  # 5 was removed by them and untouched by me
    assert edit.removed == []


def test_what_they_removed_and_i_changed_becomes_new(stored):
    draft = PersonDraft(stored)
    draft.cases[0].facts = "另有新的事实"
    theirs = Dossier(Subject(id=7, revision=3, name="张三"))
    draft.rebase(theirs)
    edit = draft.edit()
    assert [(case.id, case.facts) for case in edit.cases] == [(None, "另有新的事实")]
    assert edit.sanctions == []
