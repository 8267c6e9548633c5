"""Drawing up, keeping and listing registration forms, against a real encrypted file."""

from datetime import date, datetime

import pytest

from app.domain.partial_date import PartialDate
from app.domain.registration_form import RegistrationForm
from app.domain.settings import Settings
from app.domain.subject import PARTY, Dossier, Sanction, Subject
from app.services.forms import (
    filling,
    forms_of,
    new_form,
    open_form,
    problems,
    recent_forms,
    record_output,
    save_form,
)
from app.services.ports import Change, MissingRecord, StaleData

TODAY = date(2026, 11, 23)
LATER = datetime(2026, 11, 23, 14, 2, 11)


@pytest.fixture
def subject(new_uow, a_person):
    person = a_person()
    with new_uow() as uow:
        uow.repository(Subject).put(person)
        uow.commit()
    return person


@pytest.fixture
def facts(subject):
    sanction = Sanction(
        id=1, subject_id=subject.id, regime=PARTY, kind="警告", decided_on=PartialDate(2026, 3, 15)
    )
    return {
        "open_dossier": lambda id_: Dossier(subject, sanctions=(sanction,)),
        "settings": lambda: Settings(reporting_unit="某某学院纪委"),
        "today": lambda: TODAY,
    }


def save(form, new_uow):
    return save_form(form, uow=new_uow(), clock=lambda: LATER)


def acts(office):
    with office.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT act, details FROM audit_log ORDER BY sequence")
        return [(row[0], row[1]) for row in rows]


def test_a_new_form_is_filled_and_not_yet_kept(subject, facts, office):
    form = new_form(subject.id, **facts)
    assert (form.id, form.subject_id, form.name) == (None, subject.id, subject.name)
    assert form.party_kind == "党内警告"
    assert form.filled["party_kind"] == "党内警告"
    assert form.attitude == ""
    assert recent_forms(queries=office.forms()) == []


def test_what_is_known_is_told_with_its_source(subject, facts):
    known = filling(subject.id, **facts)
    assert known.values["party_decided_on"] == "2026.03.15"
    assert known.sources["party_kind"] == "处分：党内警告 2026.03.15"


def test_an_unfinished_form_is_saved_and_read_back_as_it_was(subject, facts, new_uow):
    form = new_form(subject.id, **facts)
    form.attitude = "态度端正。\n\n\U0002cc56 <b>&"
    changes = save(form, new_uow)
    assert changes == {Change(RegistrationForm, form.id)}
    assert (form.revision, form.saved_at) == (1, LATER)
    again = open_form(form.id, uow=new_uow())
    assert {k: v for k, v in vars(again).items() if not k.startswith("_")} == vars(form)


def test_saving_what_is_stored_already_writes_nothing(subject, facts, new_uow, office):
    form = new_form(subject.id, **facts)
    save(form, new_uow)
    before = acts(office)
    assert save(form, new_uow) == frozenset()
    assert form.revision == 1
    assert acts(office) == before


def test_the_log_keeps_short_texts_and_only_the_length_of_long_ones(
    subject, facts, new_uow, office
):
    form = new_form(subject.id, **facts)
    save(form, new_uow)
    form.phone, form.attitude = "0534-1", "很长的文字" * 100
    save(form, new_uow)
    act, details = acts(office)[-1]
    assert act == "修改登记表"
    assert '"联系电话":["13812345678","0534-1"]' in details
    assert '["0字","500字"]' in details
    assert "很长的文字" not in details


def test_a_form_saved_elsewhere_is_not_written_over_and_stays_as_it_was(subject, facts, new_uow):
    form = new_form(subject.id, **facts)
    save(form, new_uow)
    theirs = open_form(form.id, uow=new_uow())
    theirs.attitude = "别处写的"
    save(theirs, new_uow)
    form.attitude = "这里写的"
    with pytest.raises(StaleData):
        save(form, new_uow)
    assert (form.attitude, form.revision) == ("这里写的", 1)
    assert open_form(form.id, uow=new_uow()).attitude == "别处写的"


def test_a_form_that_is_gone_is_named_as_such(new_uow):
    with pytest.raises(MissingRecord):
        open_form(4711, uow=new_uow())


def test_forms_are_listed_last_saved_first(subject, facts, new_uow, office):
    first, second = new_form(subject.id, **facts), new_form(subject.id, **facts)
    save_form(first, uow=new_uow(), clock=lambda: datetime(2026, 11, 20, 9, 0))
    save_form(second, uow=new_uow(), clock=lambda: datetime(2026, 11, 21, 9, 0))
    rows = forms_of(subject.id, queries=office.forms())
    assert [row.id for row in rows] == [second.id, first.id]
    assert rows[0].name == subject.name
    assert [row.id for row in recent_forms(queries=office.forms())] == [second.id, first.id]
    assert forms_of(subject.id + 1, queries=office.forms()) == []


def test_problems_name_what_is_missing_too_long_or_unmatched_in_the_form_s_order():
    form = RegistrationForm(
        reporting_unit="某院纪委",
        reported_on="2026年11月23日",
        name="张三",
        facts="事实",
        party_decided_on="2024.01.10\n2024.02.10",
        party_kind="党内警告",
        visited_on="2026年11月20日",
        remarks="字" * 5_001,
    )
    found = problems(form)
    assert [problem.field for problem in found] == ["party_kind", "attitude", "proposal", "remarks"]
    assert "行数不一致" in found[0].message
    assert found[1].message.endswith("请填写")
    assert "现有5001字" in found[3].message


def test_an_output_is_entered_into_the_log_for_each_form(subject, facts, new_uow, office):
    form = new_form(subject.id, **facts)
    save(form, new_uow)
    record_output("打印", [form], "办公室打印机", uow=new_uow())
    act, details = acts(office)[-1]
    assert act == "打印登记表"
    assert "办公室打印机" in details
