"""One field of many people: seen before, all or none, taken back where nobody changed it since."""

from __future__ import annotations

import json

import pytest

from app.domain.settings import Settings
from app.domain.subject import Subject
from app.services import people
from app.services.bulk_change import CannotChange, change_back, change_many, preview_change
from app.services.people import PersonEdit
from tests.services.test_ledger_shapes import RULES, TODAY

LAW = {"rules": RULES, "settings": Settings(), "today": TODAY}


@pytest.fixture
def ids(new_uow, a_person):
    with new_uow() as uow:
        repository = uow.repository(Subject)
        kept = [
            repository.put(a_person(name=name, unit=unit))
            for name, unit in (("甲明", "化学系"), ("乙明", "化学系"), ("丙明", "化学学院"))
        ]
        uow.commit()
    return kept


def units(new_uow):
    with new_uow() as uow:
        return [person.unit for person in uow.repository(Subject).where()]


def test_the_preview_names_who_changes_and_writes_nothing(ids, new_uow):
    found = preview_change(ids, "unit", "化学学院", uow=new_uow())
    assert [(one.name, one.before, one.after) for one in found] == [
        ("甲明", "化学系", "化学学院"),
        ("乙明", "化学系", "化学学院"),
    ]
    assert units(new_uow) == ["化学系", "化学系", "化学学院"]


def test_all_are_changed_at_once_and_the_log_says_why(ids, new_uow, office):
    done = change_many(ids, "unit", "化学学院", "院系更名", uow=new_uow(), **LAW)
    assert len(done.done) == 2
    assert units(new_uow) == ["化学学院"] * 3
    assert office.roster().values("unit") == [("化学学院", 3)]
    with office.engine.connect() as connection:
        act, reason, details = connection.exec_driver_sql(
            "SELECT act, reason, details FROM audit_log ORDER BY sequence DESC LIMIT 1"
        ).one()
    assert (act, reason) == ("批量修改", "院系更名")
    assert json.loads(details)["所在单位"][str(ids[0])] == ["化学系", "化学学院"]


def test_it_is_taken_back_but_not_over_somebodys_later_change(ids, new_uow):
    done = change_many(ids, "unit", "化学学院", "院系更名", uow=new_uow(), **LAW)
    person = people.open_dossier(ids[1], uow=new_uow()).subject
    person.unit = "材料学院"
    people.save_person(PersonEdit(person), uow=new_uow(), **LAW)
    back = change_back(done, uow=new_uow(), **LAW)
    assert [one.name for one in back.kept] == ["乙明"]
    assert units(new_uow) == ["化学系", "材料学院", "化学学院"]


@pytest.mark.parametrize(
    ("field", "value", "reason", "message"),
    [
        ("unit", "化学学院", " ", "理由"),
        ("unit", "", "更名", "请填写新的所在单位"),
        ("unit", "长" * 81, "更名", "最多80字"),
        ("person_type", "教师", "更正", "之一"),
        ("name", "某人", "更正", "不能批量修改"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    field, value, reason, message, ids, new_uow
):
    with pytest.raises(CannotChange, match=message):
        change_many(ids, field, value, reason, uow=new_uow(), **LAW)
    assert units(new_uow) == ["化学系", "化学系", "化学学院"]


def test_nobody_to_change_is_said(ids, new_uow):
    with pytest.raises(CannotChange, match="没有需要修改"):
        change_many(ids[2:], "unit", "化学学院", "更名", uow=new_uow(), **LAW)
