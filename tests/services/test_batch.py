"""Which forms a batch holds, in which order, what is to be minded, and the register of prints."""

from datetime import date, datetime

import pytest

from app.domain.registration_form import FINAL, RegistrationForm
from app.domain.settings import Settings
from app.domain.subject import Subject
from app.services.batch import (
    DOUBTFUL,
    LONG,
    MISSING,
    NOT_FINAL,
    NOT_KEPT,
    UNKNOWN_CHARACTER,
    BatchChoice,
    check_batch,
    choose_batch,
)
from app.services.forms import outputs, record_output, save_form
from app.services.ports import Cancelled

NOW = datetime(2026, 11, 23, 9, 0)


def silent(_done, _total, _note=""):
    """Nobody watches."""


@pytest.fixture
def people(new_uow, a_person):
    """Three people; the one named first by pinyin has a form, the last one a final form."""
    with new_uow() as uow:
        made = [a_person(name=name) for name in ("王五", "安一", "李四")]
        uow.repository(Subject).put_all(made)
        uow.commit()
    by_name = {person.name: person for person in made}
    for name in ("安一", "王五"):
        form = RegistrationForm(subject_id=by_name[name].id, name=name, attitude="长" * 401)
        save_form(form, uow=new_uow(), clock=lambda: NOW)
        if name == "王五":
            with new_uow() as uow:
                form.state = FINAL
                uow.repository(RegistrationForm).put(form)
                uow.commit()
    return by_name


@pytest.fixture
def choose(office, new_uow):
    def act(progress=silent, **choice):
        return choose_batch(
            BatchChoice(**choice),
            progress,
            roster=office.roster(),
            uow=new_uow(),
            settings=Settings(),
            clock=lambda: NOW,
        )

    return act


def names(entries):
    return [(entry.number, entry.name, entry.state) for entry in entries]


def test_a_batch_is_in_the_rosters_order_and_draws_up_what_is_missing(people, choose):
    assert names(choose()) == [(1, "安一", "草稿"), (2, "李四", NOT_KEPT), (3, "王五", "已定稿")]
    assert choose()[1].form.name == "李四"


def test_a_batch_can_be_of_those_with_a_form_or_of_final_ones_or_of_a_verdict(people, choose):
    assert names(choose(kept_only=True)) == [(1, "安一", "草稿"), (2, "王五", "已定稿")]
    assert names(choose(final_only=True)) == [(1, "王五", "已定稿")]
    assert names(choose(name="李")) == [(1, "李四", NOT_KEPT)]
    assert choose(verdicts=("应回访",)) == []


def test_choosing_can_be_cancelled(people, choose):
    def stop(_done, _total, _note=""):
        raise Cancelled("已取消")

    with pytest.raises(Cancelled):
        choose(progress=stop)


def test_the_pre_check_names_what_is_to_be_minded_in_the_order_of_the_batch(
    people, choose, new_uow
):
    with new_uow() as uow:
        person = uow.repository(Subject).get(people["李四"].id)
        person.phone = "12345"
        uow.repository(Subject).put(person)
        uow.commit()

    def missing(forms):
        return {"\U0003ffff": "“王五”的“家庭住址”"} if any(f.name == "王五" for f in forms) else {}

    found = check_batch(choose(), silent, missing=missing, uow=new_uow(), today=date(2026, 11, 23))
    kinds = {number: {one.kind for one in found if one.number == number} for number in (1, 2, 3)}
    assert kinds[1] == {MISSING, LONG, NOT_FINAL}
    assert kinds[2] == {MISSING, NOT_KEPT, DOUBTFUL}
    assert kinds[3] == {MISSING, LONG, UNKNOWN_CHARACTER}
    assert [one.number for one in found] == sorted(one.number for one in found)
    assert "态度及现实表现有401字，一般不超过400字" in [one.message for one in found]


def test_a_batch_is_one_line_of_the_register_and_a_single_print_another(
    people, choose, new_uow, office
):
    forms = [entry.form for entry in choose()]
    record_output("打印", forms, "一号打印机", copies=2, uow=new_uow())
    record_output("导出", forms[:1], "PDF 文件", uow=new_uow())
    newest, batch = outputs(queries=office.forms())
    assert (newest.act, newest.what, newest.items, newest.target) == (
        "导出登记表",
        "安一",
        1,
        "PDF 文件",
    )
    assert (batch.what, batch.items, batch.copies, batch.who) == ("安一等3人", 3, 2, "周明")
    assert newest.number == batch.number + 3


def test_the_register_also_lists_other_exports(new_uow, office):
    from app.domain.audit import Act

    with new_uow() as uow:
        uow.record(Act("导出台账", reason="上报", details={"人数": 12}))
        uow.record(Act("修改设置", "Settings", 1))
        uow.commit()
    [row] = outputs(queries=office.forms())
    assert (row.act, row.items, row.what) == ("导出台账", 12, "")
