"""A person with all that is theirs is kept whole, or not at all."""

from __future__ import annotations

import copy
from datetime import date

import pytest
import sqlalchemy as sa

from app.domain.partial_date import PartialDate
from app.domain.registration_form import RegistrationForm
from app.domain.settings import Settings
from app.domain.standing import Standing
from app.domain.subject import (
    ADMINISTRATIVE,
    PARTY,
    RESTORED,
    RETIRED,
    Case,
    Event,
    Sanction,
    Subject,
)
from app.services.people import (
    PersonEdit,
    PersonHasForms,
    namesakes,
    open_dossier,
    plain_name,
    remove_person,
    save_person,
)
from app.services.ports import Change, MissingRecord, NoReason, StaleData
from tests.ui.roster_desk import TODAY, shipped_rules


@pytest.fixture(scope="module")
def rules():
    return shipped_rules()


@pytest.fixture
def save(new_uow, rules):
    def keep(edit):
        return save_person(edit, uow=new_uow(), rules=rules, settings=Settings(), today=TODAY)

    return keep


@pytest.fixture
def read(new_uow):
    return lambda subject_id: open_dossier(subject_id, uow=new_uow())


@pytest.fixture
def acts(office):
    """What the log holds: (name, reason, details as text), oldest first."""

    def rows():
        with office.engine.connect() as connection:
            text = "SELECT act, reason, details FROM audit_log ORDER BY sequence"
            return [tuple(row) for row in connection.execute(sa.text(text))]

    return rows


@pytest.fixture
def edit(a_person):
    """Zhang with one case, a party and an administrative sanction of it, and one event."""
    return PersonEdit(
        subject=a_person(name="张三"),
        cases=[Case(facts="违反工作纪律")],
        sanctions=[
            Sanction(regime=PARTY, kind="留党察看一年", decided_on=PartialDate(2025, 6, 12)),
            Sanction(regime=ADMINISTRATIVE, kind="记过", decided_on=PartialDate(2026, 3, 1)),
        ],
        events=[Event(kind=RESTORED, on=PartialDate(2026, 6, 12))],
        case_of={0: 0, 1: 0},
        sanction_of={0: 0},
    )


def subject_of(changes):
    return next(change.id for change in changes if change.entity is Subject)


def edit_of(dossier, **changed):
    values = {
        "subject": dossier.subject,
        "cases": dossier.cases,
        "sanctions": dossier.sanctions,
        "events": dossier.events,
    }
    return PersonEdit(**(values | changed))


def test_a_new_person_is_kept_with_everything_linked(save, read, edit):
    dossier = read(subject_of(save(edit)))
    [case], [party, admin], [event] = dossier.cases, dossier.sanctions, dossier.events
    assert (party.case_id, admin.case_id) == (case.id, case.id)
    assert event.sanction_id == party.id
    assert {part.subject_id for part in (case, party, admin, event)} == {dossier.subject.id}


def test_the_standing_is_written_in_the_same_transaction(save, edit, new_uow):
    subject_id = subject_of(save(edit))
    with new_uow() as uow:
        [standing] = uow.repository(Standing).where(subject_id=subject_id)
    assert standing.verdict == "应回访"
    assert standing.party_last_day == date(2028, 6, 11)
    assert standing.admin_last_day == date(2027, 2, 28)


def test_the_edit_stays_as_it_was_and_knows_what_it_became(save, edit):
    parts = (edit.subject, *edit.cases, *edit.sanctions)
    before = [copy.copy(part) for part in parts]
    save(edit)
    for part, former in zip(parts, before, strict=True):
        assert part.id is not None and part.revision == 1
        part.id, part.revision = None, 0
        assert vars(part) == vars(former)


def test_an_incomplete_person_is_kept(save, read):
    subject_id = subject_of(save(PersonEdit(Subject(), sanctions=[Sanction(regime=PARTY)])))
    assert read(subject_id).subject.name == ""
    assert read(subject_id).sanctions[0].kind == ""


def test_names_are_stored_plain(save, read, a_person):
    subject_id = subject_of(save(PersonEdit(a_person(name=" 张　三 "))))
    assert read(subject_id).subject.name == "张三"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("张 三", "张三"),
        ("欧阳　娜娜", "欧阳娜娜"),
        ("阿卜杜 • 买买提", "阿卜杜·买买提"),
        ("迪丽热巴．迪力木拉提", "迪丽热巴·迪力木拉提"),
        ("Anna Smith", "Anna Smith"),
        ("𬱖 建国", "𬱖建国"),
        ("", ""),
    ],
)
def test_inner_spaces_of_chinese_names_go_and_every_dot_is_one_dot(typed, stored):
    assert plain_name(typed) == stored


def test_only_what_changed_is_written_and_logged_old_and_new(save, read, edit, acts):
    subject_id = subject_of(save(edit))
    dossier = read(subject_id)
    dossier.subject.phone = "0534-8985000"
    changes = save(edit_of(dossier))
    assert Change(Subject, subject_id) in changes
    assert not {change for change in changes if change.entity in (Case, Sanction, Event)}
    act, _reason, details = acts()[-1]
    assert act == "修改人员"
    assert "13812345678" in details and "0534-8985000" in details
    assert "家庭住址" not in details
    assert read(subject_id).cases[0].revision == 1


def test_saving_without_a_change_writes_and_logs_nothing(save, read, edit, acts):
    subject_id = subject_of(save(edit))
    before = len(acts())
    assert save(edit_of(read(subject_id))) == frozenset()
    assert len(acts()) == before


def test_a_sanction_taken_away_leaves_its_event_with_the_person(save, read, edit, acts):
    dossier = read(subject_of(save(edit)))
    party, admin = dossier.sanctions
    save(edit_of(dossier, sanctions=[admin], removed=[party]))
    after = read(dossier.subject.id)
    assert [sanction.id for sanction in after.sanctions] == [admin.id]
    assert after.events[0].sanction_id is None
    assert "留党察看一年" in acts()[-1][2]


def test_a_case_taken_away_with_all_that_hangs_on_it(save, read, edit):
    dossier = read(subject_of(save(edit)))
    removed = [*dossier.cases, *dossier.sanctions, *dossier.events]
    save(PersonEdit(dossier.subject, removed=removed))
    after = read(dossier.subject.id)
    assert (after.cases, after.sanctions, after.events) == ((), (), ())


def test_a_new_fact_moves_the_verdict(save, read, edit, new_uow):
    dossier = read(subject_of(save(edit)))
    retired = Event(kind=RETIRED, on=PartialDate(2026, 8, 1))
    save(edit_of(dossier, events=[*dossier.events, retired]))
    with new_uow() as uow:
        [standing] = uow.repository(Standing).where(subject_id=dossier.subject.id)
    assert standing.verdict == "原则上不再回访"
    assert "2026-08-01" in standing.reason


def test_saving_over_somebody_elses_save_is_refused_whole(save, read, edit):
    subject_id = subject_of(save(edit))
    mine, theirs = read(subject_id), read(subject_id)
    theirs.sanctions[0].kind = "严重警告"
    save(edit_of(theirs))
    mine.subject.phone = "13900000000"
    mine.sanctions[0].kind = "警告"
    with pytest.raises(StaleData):
        save(edit_of(mine))
    after = read(subject_id)
    assert after.subject.phone == "13812345678"
    assert after.sanctions[0].kind == "严重警告"


def test_a_part_that_somebody_removed_is_not_brought_back_unasked(save, read, edit):
    subject_id = subject_of(save(edit))
    mine, theirs = read(subject_id), read(subject_id)
    save(edit_of(theirs, events=(), removed=theirs.events))
    mine.events[0].reason = "补填"
    with pytest.raises(StaleData, match="已被他人删除"):
        save(edit_of(mine))


def test_saving_a_person_that_somebody_removed_says_so(save, read, edit, new_uow):
    subject_id = subject_of(save(edit))
    mine = read(subject_id)
    remove_person(subject_id, "重复录入", uow=new_uow())
    with pytest.raises(MissingRecord, match="已被他人删除"):
        save(edit_of(mine))


def test_a_removed_person_leaves_everything_in_the_log(save, edit, new_uow, acts, read):
    subject_id = subject_of(save(edit))
    changes = remove_person(subject_id, " 重复录入 ", uow=new_uow())
    assert Change(Subject, subject_id) in changes
    with pytest.raises(MissingRecord):
        read(subject_id)
    with new_uow() as uow:
        for entity in (Case, Sanction, Event, Standing):
            assert not uow.repository(entity).where(subject_id=subject_id)
    act, reason, details = acts()[-1]
    assert (act, reason) == ("删除人员", "重复录入")
    for kept in ("张三", "违反工作纪律", "留党察看一年", "恢复党员权利"):
        assert kept in details


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_a_person_is_not_removed_without_a_reason(save, edit, new_uow, read, reason):
    subject_id = subject_of(save(edit))
    with pytest.raises(NoReason, match="理由"):
        remove_person(subject_id, reason, uow=new_uow())
    assert read(subject_id).subject.name == "张三"


def test_a_person_with_a_form_is_not_removed(save, edit, new_uow, read):
    subject_id = subject_of(save(edit))
    with new_uow() as uow:
        uow.repository(RegistrationForm).put(RegistrationForm(subject_id=subject_id, name="张三"))
        uow.commit()
    with pytest.raises(PersonHasForms, match="1份登记表"):
        remove_person(subject_id, "重复录入", uow=new_uow())
    assert read(subject_id).sanctions


def test_namesakes_are_found_however_the_name_is_spaced(save, a_person, office):
    first = subject_of(save(PersonEdit(a_person(name="张三"))))
    second = subject_of(save(PersonEdit(a_person(name="张 三", unit="文学院"))))
    save(PersonEdit(a_person(name="张三丰")))
    found = namesakes("张　三", second, roster=office.roster())
    assert [row.id for row in found] == [first]
    assert len(namesakes("张三", None, roster=office.roster())) == 2
    assert namesakes("", None, roster=office.roster()) == ()
