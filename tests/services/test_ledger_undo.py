"""A whole import is taken back, and nothing that somebody worked on since."""

from __future__ import annotations

import re

import pytest

from app.domain.partial_date import PartialDate
from app.domain.registration_form import RegistrationForm
from app.domain.settings import Settings
from app.domain.standing import Standing
from app.domain.subject import RETIRED, Event
from app.services import people
from app.services.audit_view import AuditFilter
from app.services.dossiers import load_dossiers
from app.services.ledger_import import import_ledger
from app.services.ledger_undo import (
    NothingToTakeBack,
    imports,
    undo_import,
    undo_preview,
)
from app.services.people import PersonEdit
from app.services.ports import NoReason
from app.storage import audit_queries
from tests.services.test_ledger_shapes import (
    HEADER,
    RULES,
    TODAY,
    quiet,
    reading_of,
)

LAW = {"rules": RULES, "settings": Settings(), "today": TODAY}
ROWS = [
    HEADER,
    ["甲明", "1980-01", "教务处科长", "甲", "警告", "2026-03-05", "记过", "2026-04-05"],
    ["乙明", "1981-02", "文学院教授", "乙", "严重警告", "2026-03-06", "", ""],
    ["丙明", "1982-03", "图书馆馆员", "丙", "", "", "", ""],
]


@pytest.fixture
def bring_in(tmp_path, new_uow):
    """Imports rows and returns the import's id."""
    import openpyxl

    def bring(rows):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(list(row))
        file = tmp_path / "台账.xlsx"
        book.save(file)
        report = import_ledger(reading_of(file, new_uow), uow=new_uow(), progress=quiet, **LAW)
        return report.import_id

    return bring


@pytest.fixture
def stored(new_uow):
    def by_name():
        with new_uow() as uow:
            return {d.subject.name: d for d in load_dossiers(uow).values()}

    return by_name


@pytest.fixture
def take_back(new_uow):
    def undo(import_id, reason="台账导错了"):
        return undo_import(import_id, reason, uow=new_uow(), progress=quiet, **LAW)

    return undo


def facts(dossier):
    """Everything a person's records say, without revisions."""
    plain = dossier.subject.__dict__ | {"revision": 0}
    parts = (*dossier.cases, *dossier.sanctions, *dossier.events)
    return plain, [part.__dict__ | {"revision": 0} for part in parts]


def test_an_untouched_import_leaves_nothing_behind(bring_in, stored, take_back, new_uow, office):
    import_id = bring_in(ROWS)
    report = take_back(import_id)
    assert (report.removed, report.restored, report.left) == (3, 0, [])
    assert stored() == {}
    with new_uow() as uow:
        assert uow.repository(Standing).where() == []
    with office.engine.connect() as connection:
        acts = connection.exec_driver_sql(
            "SELECT act, reason, details FROM audit_log ORDER BY sequence DESC LIMIT 1"
        ).one()
    assert acts[:2] == ("撤销导入", "台账导错了")
    assert import_id in acts[2]


def test_people_who_were_filled_up_are_as_they_were(bring_in, stored, take_back):
    bring_in([HEADER, ["甲明", "1980-01", "", "甲", "警告", "2026-03"]])
    before = facts(stored()["甲明"])
    again = bring_in(ROWS)
    assert stored()["甲明"].subject.workplace == "教务处科长"
    assert len(stored()["甲明"].sanctions) == 2
    report = take_back(again)
    assert (report.removed, report.restored) == (2, 1)
    assert facts(stored()["甲明"]) == before
    assert stored().keys() == {"甲明"}


def changed_subject(dossier, new_uow):
    dossier.subject.phone = "13900001111"
    return dossier


def with_event(dossier, new_uow):
    event = Event(kind=RETIRED, on=PartialDate(2026, 5, 1))
    return type(dossier)(dossier.subject, dossier.cases, dossier.sanctions, (event,))


@pytest.mark.parametrize(
    ("work", "why"), [(changed_subject, "导入后修改过"), (with_event, "导入后补录过内容")]
)
def test_whoever_was_edited_since_stays_whole_and_is_named(
    work, why, bring_in, stored, take_back, new_uow
):
    import_id = bring_in(ROWS)
    edited = work(stored()["甲明"], new_uow)
    edit = PersonEdit(edited.subject, edited.cases, edited.sanctions, edited.events)
    people.save_person(edit, uow=new_uow(), **LAW)
    kept = facts(stored()["甲明"])
    assert [(one.name, one.why) for one in undo_preview(import_id, uow=new_uow()).left] == [
        ("甲明", why)
    ]
    report = take_back(import_id)
    assert [(one.name, one.why) for one in report.left] == [("甲明", why)]
    assert report.removed == 2
    assert stored().keys() == {"甲明"}
    assert facts(stored()["甲明"]) == kept
    with pytest.raises(NothingToTakeBack, match="都有改动"):
        take_back(import_id)


def test_whoever_lost_an_imported_sanction_since_stays(bring_in, stored, take_back, new_uow):
    import_id = bring_in(ROWS)
    dossier = stored()["甲明"]
    edit = PersonEdit(
        dossier.subject, dossier.cases, dossier.sanctions[:1], removed=dossier.sanctions[1:]
    )
    people.save_person(edit, uow=new_uow(), **LAW)
    assert [(one.name, one.why) for one in take_back(import_id).left] == [
        ("甲明", "其中部分内容已被删除")
    ]
    assert len(stored()["甲明"].sanctions) == 1


def test_whoever_has_a_form_stays(bring_in, stored, take_back, new_uow):
    import_id = bring_in(ROWS)
    person = stored()["乙明"].subject
    with new_uow() as uow:
        form = RegistrationForm(subject_id=person.id, name="乙明")
        uow.repository(RegistrationForm).put(form)
        uow.commit()
    assert [(one.name, one.why) for one in take_back(import_id).left] == [("乙明", "已有登记表")]
    assert stored().keys() == {"乙明"}


def test_a_value_corrected_after_it_was_filled_is_not_taken_away(
    bring_in, stored, take_back, new_uow
):
    bring_in([HEADER, ["甲明", "1980-01", "", "甲", "警告", "2026-03-05"]])
    again = bring_in([HEADER, ["甲明", "1980-01", "教务处科长", "甲", "警告", "2026-03-05"]])
    dossier = stored()["甲明"]
    dossier.subject.workplace = "教务处处长"
    people.save_person(PersonEdit(dossier.subject), uow=new_uow(), **LAW)
    with pytest.raises(NothingToTakeBack):
        take_back(again)
    assert stored()["甲明"].subject.workplace == "教务处处长"


def test_an_import_is_taken_back_once_and_only_with_a_reason(bring_in, take_back, new_uow):
    import_id = bring_in(ROWS)
    with pytest.raises(NoReason):
        take_back(import_id, "  ")
    take_back(import_id)
    with pytest.raises(NothingToTakeBack, match="已经撤销过"):
        take_back(import_id)
    with pytest.raises(NothingToTakeBack, match="找不到"):
        take_back("0" * 32)
    [run] = imports(uow=new_uow())
    assert run.taken_back
    assert run.file_name == "台账.xlsx"


def test_nothing_is_taken_back_when_the_work_is_stopped(bring_in, stored, new_uow):
    from app.services.ports import Cancelled

    def stop(*_progress):
        raise Cancelled

    import_id = bring_in(ROWS)
    with pytest.raises(Cancelled):
        undo_import(import_id, "导错", uow=new_uow(), progress=stop, **LAW)
    assert len(stored()) == 3


def test_an_import_and_taking_it_back_are_told_in_the_log_in_the_readers_words(
    bring_in, take_back, office
):
    bring_in([HEADER, ["甲明", "1980-01", "", "甲", "警告", "2026-03"]])
    take_back(bring_in(ROWS))
    with office.engine.connect() as connection:
        back, second, first = audit_queries.rows(connection, AuditFilter(), 0, 3)
    assert (first.act, back.act) == ("导入台账", "撤销导入")
    assert "新增的编号：人员 1，案件 1，处分 1；" in first.details + "；"
    assert "新增的编号：人员 2–3，案件 2–3，处分 2–3；" in second.details + "；"
    assert "补充了内容的人员编号：1" in second.details
    assert "保留人员：无；恢复补充人员：1；撤回新增人员：2–3" in back.details
    for line in (first, second, back):
        words = re.sub(r"(导入编号|文件摘要)：[0-9a-f-]+", "", line.details + line.what)
        assert not re.search("[A-Za-z_]{2,}", words), words
