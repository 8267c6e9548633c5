"""Everything one user action reads and writes: all of it is kept, or none."""

from datetime import date, datetime

import pytest
import sqlalchemy as sa

from app.domain.audit import Act
from app.domain.fields import FieldKind, form_fields
from app.domain.partial_date import PartialDate
from app.domain.registration_form import RegistrationForm
from app.domain.settings import Settings
from app.domain.subject import Case, Event, Sanction, Subject
from app.services.ports import Change, MayBeSaved, MissingRecord, StaleData, UserError
from app.storage.engine import connect
from app.storage.errors import NotWritable, StoreBusy
from app.storage.tables import ENTITIES

SAMPLE = {
    FieldKind.TEXT: '𬱖䶮𠮷 ‘引号’ "; DROP TABLE subject; --',
    FieldKind.LONG_TEXT: "第一段。\n\n第二段\t有制表符。" * 300,
    FieldKind.CHOICE: "不在表里的选择",
    FieldKind.PARTIAL_DATE: PartialDate(2024, 2, 29),
    FieldKind.DAY: date(2024, 2, 29),
    FieldKind.NUMBER: -7,
    FieldKind.FLAG: True,
    FieldKind.BYTES: b"%PDF-1.7\x00\xff",
    FieldKind.DATA: {"甲": [1, None, {"乙": "丙"}], "z": True},
}


@pytest.fixture
def put(new_uow):
    def keep(entity):
        with new_uow() as uow:
            uow.repository(type(entity)).put(entity)
            return uow.commit()

    return keep


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.__name__)
def test_every_field_of_every_entity_comes_back_as_it_was(entity, new_uow, put):
    values = {
        name: SAMPLE[spec.kind]
        for name, spec in form_fields(entity).items()
        if spec.kind is not FieldKind.REFERENCE
    }
    thing = entity(**values)
    if hasattr(thing, "saved_at"):
        thing.saved_at = datetime(2026, 11, 23, 9, 30, 15, 250_000)
    put(thing)
    with new_uow() as uow:
        again = uow.repository(entity).get(thing.id)
    assert vars(again) == vars(thing)


def test_an_outline_reads_no_long_text_and_overwrites_none(new_uow, put):
    put(RegistrationForm(name="单小芳", attitude="认识深刻。" * 100, visited_on="2026年9月8日"))
    with new_uow() as uow:
        forms = uow.repository(RegistrationForm)
        [form] = forms.outline(name="单小芳")
        assert (form.visited_on, form.attitude) == ("2026年9月8日", "")
        with pytest.raises(StaleData):
            forms.put(form)
        assert forms.get(form.id).attitude.startswith("认识深刻。")


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.__name__)
def test_an_entity_of_which_nothing_is_filled_in_is_kept(entity, new_uow, put):
    thing = entity()
    put(thing)
    with new_uow() as uow:
        assert vars(uow.repository(entity).get(thing.id)) == vars(thing)


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.__name__)
def test_one_edit_of_any_entity_is_kept(entity, new_uow, put):
    """``case`` is a word of SQL's own: a statement that names it bare is no statement."""
    thing = entity()
    put(thing)
    name, spec = next(
        (name, spec)
        for name, spec in form_fields(entity).items()
        if spec.kind is not FieldKind.REFERENCE
    )
    setattr(thing, name, SAMPLE[spec.kind])
    put(thing)
    with new_uow() as uow:
        assert getattr(uow.repository(entity).get(thing.id), name) == SAMPLE[spec.kind]


@pytest.mark.parametrize(
    "born", [None, PartialDate(1985), PartialDate(1985, 3), PartialDate(1985, 3, 9)], ids=str
)
def test_a_date_keeps_its_precision(born, new_uow, put, a_person):
    person = a_person(born_on=born)
    put(person)
    with new_uow() as uow:
        assert uow.repository(Subject).get(person.id).born_on == born


def test_without_commit_nothing_is_kept_and_nothing_in_memory_changes(new_uow, a_person):
    person = a_person()
    with new_uow() as uow:
        uow.repository(Subject).put(person)
        uow.record(Act("添加", "Subject", 1))
    assert (person.id, person.revision) == (None, 0)
    with new_uow() as uow:
        assert not uow.repository(Subject).where(name=person.name)
        assert uow.connection.scalar(sa.text("SELECT count(*) FROM subject_search")) == 0
        assert (
            uow.connection.scalar(sa.text("SELECT count(*) FROM audit_log WHERE act = '添加'")) == 0
        )


def test_an_error_inside_the_block_keeps_nothing(new_uow, a_person):
    person = a_person()
    with pytest.raises(ZeroDivisionError), new_uow() as uow:
        uow.repository(Subject).put(person)
        raise ZeroDivisionError
    assert (person.id, person.revision) == (None, 0)
    with new_uow() as uow:
        assert not uow.repository(Subject).where(name=person.name)


def test_an_error_in_the_commit_leaves_the_entities_untouched(new_uow, a_person):
    person = a_person()
    with pytest.raises(TypeError), new_uow() as uow:
        uow.repository(Subject).put(person)
        uow.record(Act("添加", details={"not": object()}))
        uow.commit()
    assert (person.id, person.revision) == (None, 0)
    with new_uow() as uow:
        assert not uow.repository(Subject).where(name=person.name)


def test_a_commit_says_what_changed(new_uow, put, a_person):
    person, gone = a_person(), a_person(name="将去")
    put(gone)
    with new_uow() as uow:
        id_ = uow.repository(Subject).put(person)
        case = Case(subject_id=id_, facts="甲")
        uow.repository(Case).put(case)
        uow.repository(Subject).remove(gone)
        changes = uow.commit()
    assert changes == {
        Change(Subject, person.id),
        Change(Case, case.id),
        Change(Subject, gone.id),
    }
    assert (person.revision, case.revision) == (1, 1)


def test_the_same_entity_put_twice_before_the_commit_is_one_record(new_uow, a_person):
    person = a_person(name="甲")
    with new_uow() as uow:
        first = uow.repository(Subject).put(person)
        person.name = "乙"
        assert uow.repository(Subject).put(person) == first
        uow.commit()
    assert (person.id, person.revision) == (first, 2)
    person.name = "丙"
    with new_uow() as uow:
        uow.repository(Subject).put(person)
        uow.commit()
        assert [one.name for one in uow.repository(Subject).where()] == ["丙"]


def test_saving_over_somebody_elses_save_is_refused(new_uow, put, a_person):
    mine = a_person()
    put(mine)
    with new_uow() as uow:
        theirs = uow.repository(Subject).get(mine.id)
    theirs.phone = "1"
    put(theirs)
    mine.phone = "2"
    with pytest.raises(StaleData, match="另行保存"):
        put(mine)
    with new_uow() as uow, pytest.raises(StaleData):
        uow.repository(Subject).remove(mine)
    with new_uow() as uow:
        assert uow.repository(Subject).get(mine.id).phone == "1"
    assert mine.revision == 1


def test_one_stale_among_many_leaves_all_of_them_as_they_were(new_uow, put, a_person):
    people = [a_person(name=f"甲{n}", phone="") for n in range(3)]
    with new_uow() as uow:
        uow.repository(Subject).put_all(people)
        uow.commit()
    with new_uow() as uow:
        theirs = uow.repository(Subject).get(people[1].id)
    theirs.phone = "1"
    put(theirs)
    for person in people:
        person.phone = "2"
    with new_uow() as uow:
        with pytest.raises(StaleData, match=f"编号{people[1].id}"):
            uow.repository(Subject).put_all(people)
        uow.commit()
    with new_uow() as uow:
        assert [one.phone for one in uow.repository(Subject).where()] == ["", "1", ""]
    assert [person.revision for person in people] == [1, 1, 1]


def test_many_known_ones_are_saved_at_once_and_found_by_what_they_are_now(new_uow, a_person):
    people = [a_person(name=f"甲{n}") for n in range(3)]
    with new_uow() as uow:
        uow.repository(Subject).put_all(people)
        uow.commit()
    for person in people:
        person.name = "钱" + person.name
    with new_uow() as uow:
        uow.repository(Subject).put_all([people[2], people[0], people[0], people[1]])
        uow.commit()
    assert [person.revision for person in people] == [3, 2, 2]
    with new_uow() as uow:
        found = uow.connection.scalar(
            sa.text("SELECT count(*) FROM subject_search WHERE spelt MATCH '\"qgi iga agn\"'")
        )
    assert found == 3


@pytest.mark.parametrize("changed", ["name", "workplace", "unit", "phone"])
def test_whatever_a_person_is_found_by_is_found_after_one_edit(changed, new_uow, put, a_person):
    person = a_person()
    put(person)
    setattr(person, changed, "9876543")
    put(person)
    person.remarks = "又改了一处，检索内容没有变"
    put(person)
    match = sa.text(
        "SELECT rowid FROM subject_search WHERE spelt MATCH '\"9g8 8g7 7g6 6g5 5g4 4g3\"'"
    )
    with new_uow() as uow:
        assert uow.connection.scalars(match).all() == [person.id]
        kept = uow.repository(Subject).get(person.id)
    assert vars(kept) == vars(person)


def test_a_record_that_is_gone_is_named(new_uow, put, a_person):
    person = a_person()
    put(person)
    with new_uow() as uow:
        uow.repository(Subject).remove(person)
        uow.commit()
    with new_uow() as uow:
        with pytest.raises(MissingRecord, match="回访对象"):
            uow.repository(Subject).get(person.id)
        with pytest.raises(MissingRecord):
            uow.repository(Subject).put(person)
        with pytest.raises(MissingRecord, match="还没有保存过"):
            uow.repository(Subject).remove(a_person())
    assert issubclass(MissingRecord, UserError)


def test_an_id_is_never_given_out_twice(new_uow, put, a_person):
    first = a_person()
    put(first)
    with new_uow() as uow:
        uow.repository(Subject).remove(first)
        uow.commit()
    second = a_person()
    put(second)
    assert second.id > first.id


def test_many_are_put_in_order_with_their_ids(new_uow, put, a_person):
    known = a_person(name="旧")
    put(known)
    people = [a_person(name=f"新{n}") for n in range(500)]
    mixed = [*people[:200], known, *people[200:]]
    with new_uow() as uow:
        ids = uow.repository(Subject).put_all(mixed)
        uow.commit()
    assert [person.id for person in mixed] == ids
    assert len(set(ids)) == 501
    assert known.revision == 2
    with new_uow() as uow:
        assert [uow.repository(Subject).get(id_).name for id_ in ids[:3]] == ["新0", "新1", "新2"]


def test_where_takes_single_values_lists_and_nothing(new_uow, a_person):
    with new_uow() as uow:
        people = uow.repository(Subject)
        ids = people.put_all(
            [a_person(name=f"人{n}", unit="甲院" if n % 2 else "乙院") for n in range(6)]
        )
        people.put(a_person(name="无", born_on=None))
        assert [one.name for one in people.where(unit="甲院")][:3] == ["人1", "人3", "人5"]
        assert len(people.where(id=ids[:3])) == 3
        assert people.where(id=()) == []
        assert [one.name for one in people.where(born_on=None)] == ["无"]
        assert len(people.where(born_on=PartialDate(1985, 3), unit=("甲院", "乙院"))) == 6
        assert len(people.where()) == 7
        assert len(people.where(id=list(range(30_000)))) == 7


def test_references_are_held(new_uow, put, a_person):
    person = a_person()
    put(person)
    put(Sanction(subject_id=person.id, regime="党纪", kind="警告"))
    with new_uow() as uow, pytest.raises(sa.exc.IntegrityError):
        uow.repository(Subject).remove(person)
    with new_uow() as uow, pytest.raises(sa.exc.IntegrityError):
        uow.repository(Event).put(Event(subject_id=999))


def test_a_second_writer_waits_and_is_then_told(office, new_uow, put, a_person):
    other = connect(office.file, office.key)
    other.execute("BEGIN IMMEDIATE")
    raw = office.engine.raw_connection()
    raw.driver_connection.execute("PRAGMA busy_timeout = 20")
    raw.close()
    with pytest.raises(StoreBusy, match="稍候再试"):
        put(a_person())
    other.execute("ROLLBACK")
    other.close()
    put(a_person())


def test_reading_while_somebody_writes_shows_the_last_commit(new_uow, office, put, a_person):
    put(a_person())
    with new_uow() as uow:
        uow.repository(Subject).put(a_person(name="未提交"))
        with office.engine.connect() as reading:
            assert reading.scalar(sa.text("SELECT count(*) FROM subject")) == 1
        uow.commit()


def test_a_unit_of_work_may_be_used_again_but_not_inside_itself(new_uow, a_person):
    uow = new_uow()
    for _ in range(2):
        with uow:
            uow.repository(Subject).put(a_person())
            uow.commit()
    with uow, pytest.raises(RuntimeError), uow:
        pass
    with pytest.raises(RuntimeError):
        uow.repository(Subject)


def test_settings_are_a_row_like_any_other(new_uow, put):
    settings = Settings(office_name="某大学纪委办公室", set_aside={"a": "b"})
    put(settings)
    with new_uow() as uow:
        [again] = uow.repository(Settings).where()
    assert again.set_aside == {"a": "b"}


def test_a_form_of_27_000_characters_is_kept(new_uow, put):
    form = RegistrationForm(attitude="态" * 27_000)
    put(form)
    with new_uow() as uow:
        assert uow.repository(RegistrationForm).get(form.id).attitude == form.attitude


@pytest.mark.parametrize("with_act", [True, False])
def test_a_save_refused_in_its_last_step_may_be_saved_and_is_no_second_record(
    office, new_uow, a_person, last_flush, with_act
):
    heard = []
    office.in_doubt = heard.append
    person = a_person()
    last_flush("kept")
    with pytest.raises(MayBeSaved, match="可能已保存，请重新查看"), new_uow() as uow:
        uow.repository(Subject).put(person)
        if with_act:
            uow.record(Act("新增人员", "Subject"))
        uow.commit()
    assert heard == [{Change(Subject, person.id)}]
    with new_uow() as uow:  # tried again as it is
        uow.repository(Subject).put(person)
        uow.commit()
    with new_uow() as uow:
        assert len(uow.repository(Subject).where()) == 1


@pytest.mark.parametrize("with_act", [True, False])
def test_a_save_that_was_taken_back_is_said_not_to_be_saved(
    office, new_uow, a_person, last_flush, with_act
):
    office.in_doubt = lambda _changes: pytest.fail("nothing was changed")
    person = a_person()
    last_flush("lost")
    with pytest.raises(NotWritable, match="没有保存"), new_uow() as uow:
        uow.repository(Subject).put(person)
        if with_act:
            uow.record(Act("新增人员", "Subject"))
        uow.commit()
    assert (person.id, person.revision) == (None, 0)


def test_a_removal_refused_in_its_last_step_may_be_saved(new_uow, put, a_person, last_flush):
    person = a_person()
    put(person)
    last_flush("kept")
    with pytest.raises(MayBeSaved), new_uow() as uow:
        uow.repository(Subject).remove(person)
        uow.commit()
    with new_uow() as uow:
        assert uow.repository(Subject).where() == []


def test_where_the_records_cannot_be_read_again_it_may_be_saved(
    office, new_uow, a_person, last_flush, monkeypatch
):
    last_flush("lost")
    with pytest.raises(MayBeSaved), new_uow() as uow:
        uow.repository(Subject).put(a_person())
        monkeypatch.setattr(office.engine, "connect", unreadable)
        uow.commit()


def unreadable():
    raise NotWritable("读写时磁盘出错")


def test_what_could_not_be_looked_at_is_found_out_before_the_next_save(
    office, new_uow, a_person, last_flush, monkeypatch
):
    person = a_person()
    last_flush("kept")
    with monkeypatch.context() as blind, pytest.raises(MayBeSaved), new_uow() as uow:
        uow.repository(Subject).put(uow.copy_of(uow.copy_of(person)))
        uow.record(Act("新增人员", "Subject"))
        blind.setattr(office.engine, "connect", unreadable)
        uow.commit()
    assert person.id is None
    office.record(Act("备份"))  # the log goes on: the doubtful line is not its last
    assert (person.id, person.revision) == (1, 1)
    with new_uow() as uow:  # tried again as it is
        uow.repository(Subject).put(person)
        uow.commit()
    with new_uow() as uow:
        assert len(uow.repository(Subject).where()) == 1


def test_what_was_lost_after_all_stays_new(office, new_uow, a_person, last_flush, monkeypatch):
    person = a_person()
    last_flush("lost")
    with monkeypatch.context() as blind, pytest.raises(MayBeSaved), new_uow() as uow:
        uow.repository(Subject).put(uow.copy_of(person))
        blind.setattr(office.engine, "connect", unreadable)
        uow.commit()
    office.record(Act("备份"))
    assert (person.id, office.doubts) == (None, [])
