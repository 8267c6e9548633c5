"""What the user says about a ledger goes into the reading: answers, columns, who is who."""

from __future__ import annotations

import openpyxl
import pytest

from app.documents.workbook_reader import read_workbook
from app.documents.workbook_writer import write_ledger
from app.domain.ledger import COLUMNS, RECORD_TITLE
from app.domain.ledger_answers import choices, place_of
from app.domain.ledger_encounters import differences, encounters
from app.domain.ledger_matching import SANCTIONS, SOMEBODY_NEW, Decision
from app.domain.ledger_record import Record, read_record
from app.domain.partial_date import PartialDate
from app.domain.settings import Settings
from app.services import people
from app.services.dossiers import load_dossiers
from app.services.ledger import Said, read_again, read_ledger
from app.services.ledger_export import export_ledger
from app.services.ledger_import import import_ledger
from app.services.people import PersonEdit
from tests.services.test_ledger_shapes import HEADER, RULES, TODAY, quiet

LAW = {"rules": RULES, "settings": Settings(), "today": TODAY}


@pytest.fixture
def write(tmp_path):
    def make(rows):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(list(row))
        file = tmp_path / "台账.xlsx"
        book.save(file)
        return file

    return make


@pytest.fixture
def read(new_uow):
    def reading(file, settings=None):
        law = LAW | ({"settings": settings} if settings else {})
        return read_ledger(file, read_cells=read_workbook, uow=new_uow(), progress=quiet, **law)

    return reading


@pytest.fixture
def again(new_uow):
    def reading(former, **said):
        return read_again(former, Said(**said), uow=new_uow(), progress=quiet, **LAW)

    return reading


@pytest.fixture
def bring_in(new_uow):
    def bring(reading):
        import_ledger(reading, uow=new_uow(), progress=quiet, **LAW)
        with new_uow() as uow:
            return {d.subject.name: d for d in load_dossiers(uow).values()}

    return bring


def test_january_or_october_is_offered_and_the_answer_is_imported(write, read, again, bring_in):
    first = read(write([HEADER, ["甲明", 1980.1, "教务处科长", "甲", "警告", "2026-03-05"]]))
    [question] = first.questions
    assert choices(question, first.rows, first.workbook) == ("1980-01", "1980-10")
    place = place_of(question, first.rows)
    second = again(first, answers={place: "1980-10"})
    assert second.questions == []
    assert bring_in(second)["甲明"].subject.born_on == PartialDate(1980, 10)


@pytest.mark.parametrize(
    ("cell", "answer", "stored"),
    [
        ("2026.13.1", "2026-03-01", PartialDate(2026, 3, 1)),
        ("2026.2.30", "2026-02-20", PartialDate(2026, 2, 20)),
        ("2026-03", "2026-03-15", PartialDate(2026, 3, 15)),
    ],
)
def test_an_impossible_or_incomplete_date_is_answered_in_its_cell(
    cell, answer, stored, write, read, again, bring_in
):
    file = write([HEADER, ["甲明", "1980-01", "教务处科长", "甲", "警告", cell]])
    before = file.read_bytes()
    first = read(file)
    [question] = first.questions
    second = again(first, answers={place_of(question, first.rows): answer})
    assert second.questions == []
    assert bring_in(second)["甲明"].sanctions[0].decided_on == stored
    assert file.read_bytes() == before


def test_an_answer_that_is_no_date_either_is_asked_about_again(write, read, again):
    first = read(write([HEADER, ["甲明", "1980-13", "教务处科长", "甲", "警告", "2026-03-05"]]))
    place = place_of(first.questions[0], first.rows)
    assert [q.value for q in again(first, answers={place: "1980-14"}).questions] == ["1980-14"]


def test_a_row_without_a_name_comes_in_once_it_has_one(write, read, again):
    rows = [HEADER, ["甲明", "1980-01", "教务处科长", "甲", "警告", "2026-03-05"]]
    rows.append(["", "1981-01", "文学院教授", "乙", "警告", "2026-03-06"])
    first = read(write(rows))
    [question] = first.questions
    second = again(first, answers={place_of(question, first.rows): "乙明"})
    assert [person.subject.name for person in second.people] == ["甲明", "乙明"]
    assert second.skipped == []


def test_a_question_that_was_looked_at_is_not_asked_again(write, read, again):
    first = read(write([HEADER, ["甲明", "1980-01", "教务处", "甲", "警告", "2026-03"]]))
    assert len(first.questions) == 1
    assert again(first, accepted=frozenset(first.questions)).questions == []


def test_a_title_only_this_office_uses_is_read_as_chosen_and_remembered(write, read, again):
    rows = [[*HEADER[:3], "责任追究事由", *HEADER[4:]]]
    rows.append(["甲明", "1980-01", "教务处科长", "违规报销", "警告", "2026-03-05"])
    file = write(rows)
    first = read(file)
    [unread] = [column for column in first.columns if not column.key]
    assert (unread.label, unread.letter, unread.sample) == ("责任追究事由", "D", "违规报销")
    second = again(first, chosen={"责任追究事由": "facts"})
    assert second.people[0].cases[0].facts == "违规报销"
    later = read(file, Settings(ledger_columns={"责任追究事由": "facts"}))
    assert later.people[0].cases[0].facts == "违规报销"


def test_what_the_office_chose_goes_before_what_a_title_means_by_itself(write, read, again):
    rows = [["姓名", "单位", "部门", "党纪处分", "党纪处分时间"]]
    rows.append(["甲明", "东校区", "教务处", "警告", "2026-03-05"])
    first = read(write(rows))
    assert first.people[0].subject.workplace == "东校区"
    second = again(first, chosen={"部门": "workplace"})
    assert second.people[0].subject.workplace == "教务处"
    third = again(first, chosen={"单位": "", "部门": "workplace"})
    assert third.people[0].subject.workplace == "教务处"
    assert not any("单位" in note for note in third.notes)


def test_stored_values_are_replaced_only_where_the_user_says_so(write, read, again, bring_in):
    bring_in(read(write([HEADER, ["甲明", "1980-01", "教务处科长", "甲", "警告", "2026-03-05"]])))
    changed = [HEADER, ["甲明", "1980-01", "总务处处长", "甲", "警告", "2026-03-05"]]
    first = read(write(changed))
    [met] = encounters(first.people, first.known)
    [difference] = differences(met.person.rows, met.candidates[0])
    assert (difference.key, difference.stored, difference.ledger) == (
        "workplace", "教务处科长", "总务处处长",
    )  # fmt: skip
    assert bring_in(first)["甲明"].subject.workplace == "教务处科长"
    take = {row: Decision(take=frozenset({"workplace"})) for row in met.rows}
    second = again(first, decisions=take)
    assert second.questions == []
    assert bring_in(second)["甲明"].subject.workplace == "总务处处长"


def test_a_namesake_is_the_same_person_or_another_as_the_user_says(write, read, again, new_uow):
    rows = [HEADER, ["甲明", "", "教务处科长", "甲", "警告", "2026-03-05"]]
    import_ledger(read(write(rows)), uow=new_uow(), progress=quiet, **LAW)
    first = read(write([HEADER, ["甲明", "1990-07", "医院护士", "乙", "警告", "2026-05-05"]]))
    [met] = encounters(first.people, first.known)
    assert met.matched is None
    one = met.candidates[0].subject.id
    same = again(first, decisions={row: Decision(person=one) for row in met.rows})
    assert same.counts["新增人员"] == 0
    other = again(first, decisions={row: Decision(person=SOMEBODY_NEW) for row in met.rows})
    assert other.counts["新增人员"] == 1
    assert other.questions == []
    out = again(first, decisions={row: Decision(skip=True) for row in met.rows})
    assert out.people == []


@pytest.fixture
def exported(tmp_path, new_uow):
    def export():
        file = tmp_path / "导出.xlsx"
        export_ledger(
            file, write_rows=write_ledger, uow=new_uow(), as_of=TODAY, purpose="核对",
            progress=quiet, rules=RULES, settings=Settings(), records=True,
        )  # fmt: skip
        return file

    return export


def test_a_corrected_export_finds_its_people_by_the_hidden_column(
    write, read, again, bring_in, exported
):
    bring_in(read(write([HEADER, ["甲明", "1980-01", "教务处科长", "甲", "警告", "2026-03-05"]])))
    file = exported()
    book = openpyxl.load_workbook(file)
    sheet = book.active
    titles = [cell.value for cell in sheet[1]]
    assert titles == [*(column.title for column in COLUMNS), RECORD_TITLE]
    assert sheet.column_dimensions["AE"].hidden
    sheet.cell(2, titles.index("姓名") + 1).value = "贾明"
    sheet.cell(2, titles.index("党纪处分时间") + 1).value = "2026-03-06"
    book.save(file)
    first = read(file)
    assert first.counts["新增人员"] == first.counts["新增处分"] == 0
    [met] = encounters(first.people, first.known)
    found = {d.key: (d.stored, d.ledger) for d in differences(met.person.rows, met.candidates[0])}
    assert found == {
        "name": ("甲明", "贾明"),
        SANCTIONS: ("党纪 警告 2026-03-05", "党纪 警告 2026-03-06"),
    }
    take = {row: Decision(take=frozenset(found)) for row in met.rows}
    stored = bring_in(again(first, decisions=take))
    assert list(stored) == ["贾明"]
    assert [s.decided_on for s in stored["贾明"].sanctions] == [PartialDate(2026, 3, 6)]


def test_what_is_taken_from_one_row_stays_though_the_next_row_was_not_corrected(
    write, read, again, bring_in
):
    header = [*HEADER, "联系电话"]
    first = ["甲明", "1980-01", "教务处科长", "甲", "警告", "2026-03-05", "", "", "13800000001"]
    second = [
        "甲明",
        "1980-01",
        "教务处科长",
        "乙",
        "严重警告",
        "2026-05-05",
        "",
        "",
        "13800000001",
    ]
    bring_in(read(write([header, first, second])))
    mended = read(write([header, [*first[:-1], "18900001111"], second]))
    [met] = encounters(mended.people, mended.known)
    take = {row: Decision(take=frozenset(("phone",))) for row in met.rows}
    stored = bring_in(again(mended, decisions=take))
    assert stored["甲明"].subject.phone == "18900001111"


def test_numbers_of_another_office_mean_nobody_here(write, read, bring_in, exported, new_uow):
    bring_in(read(write([HEADER, ["甲明", "1980-01", "教务处科长", "甲", "警告", "2026-03-05"]])))
    file = exported()
    [person] = _everybody(new_uow)
    person.subject.name, person.subject.born_on = "乙亮", PartialDate(1991, 9)
    people.save_person(PersonEdit(person.subject), uow=new_uow(), **LAW)
    assert read(file).counts["新增人员"] == 1


def _everybody(new_uow):
    with new_uow() as uow:
        return list(load_dossiers(uow).values())


@pytest.mark.parametrize("text", ["", "12", "R0-1-2-3", "R1-2-3", "R1-2-3-4-5", "R1-2-3-四"])
def test_what_is_no_record_is_none(text):
    assert read_record(text) is None


def test_a_record_is_read_as_it_was_written():
    assert read_record("R12-7-15-0") == Record(12, 7, 15, 0)


@pytest.mark.parametrize(
    ("header", "row", "stored"),
    [
        (
            ["姓名", "工作单位", "党纪处分"],
            ["甲明", "教务处", "党内警告"],
            [PartialDate(2026, 3, 15)],
        ),
        (
            ["姓名", "工作单位", "处分种类"],
            ["甲明", "教务处", "政务记过"],
            [PartialDate(2026, 3, 15)],
        ),
        (
            ["姓名", "工作单位", "处分种类"],
            ["甲明", "教务处", "党内警告（2026年3月）"],
            [PartialDate(2026, 3, 15)],
        ),
        (
            ["姓名", "工作单位", "处分种类"],
            ["甲明", "教务处", "2026年3月受到党内警告处分"],
            [PartialDate(2026, 3, 15)],
        ),
        (
            ["姓名", "工作单位", "党纪处分", "政务处分"],
            ["甲明", "教务处", "党内警告", "记过"],
            [PartialDate(2026, 3, 15)] * 2,
        ),
        (
            ["姓名", "工作单位", "党纪处分", "政务处分", "处分时间"],
            ["甲明", "教务处", "党内警告", None, None],
            [PartialDate(2026, 3, 15)],
        ),
    ],
)
def test_the_day_of_a_sanction_is_answered_also_where_the_sheet_has_no_column_for_it(
    header, row, stored, write, read, again, bring_in
):
    reading = read(write([header, row, ["乙华", "教务处", "党内警告（2026.1.5）"]]))
    answers = {}
    for _turn in range(3):
        asked = [q for q in reading.questions if q.row == 2]
        if not asked:
            break
        assert "处分时间" in asked[0].label
        answers[place_of(asked[0], reading.rows)] = "2026-03-15"
        reading = again(reading, answers=answers)
    assert [q for q in reading.questions if q.row == 2] == []
    found = bring_in(reading)
    assert [one.decided_on for one in found["甲明"].sanctions] == stored
    assert [one.decided_on for one in found["乙华"].sanctions] == [PartialDate(2026, 1, 5)]


def test_an_unreadable_answer_is_asked_about_again_and_can_be_mended(write, read, again, bring_in):
    reading = read(write([["姓名", "工作单位", "处分种类"], ["甲明", "教务处", "党内警告"]]))
    [question] = reading.questions
    place = place_of(question, reading.rows)
    reading = again(reading, answers={place: "2026-02-30"})
    [question] = reading.questions
    assert question.value == "2026-02-30" and place_of(question, reading.rows) == place
    reading = again(reading, answers={place: "2026-02-20"})
    assert reading.questions == []
    assert bring_in(reading)["甲明"].sanctions[0].decided_on == PartialDate(2026, 2, 20)


def test_a_number_for_two_sanctions_is_answered_in_their_order(write, read, again, bring_in):
    header = ["姓名", "工作单位", "处分种类", "处分时间", "文号"]
    rows = [
        ["甲明", "教务处", "党内警告；政务警告", "2026-03-05；2026-03-09", "校纪〔2026〕13号"],
        ["乙华", "教务处", "党内警告；政务警告", "2026-03-05；2026-03-09", "校纪1号；校政2号"],
    ]
    reading = read(write([header, *rows]))
    [question] = reading.questions
    assert (question.row, question.label) == (2, "文号") and "用分号隔开" in question.message
    answer = {place_of(question, reading.rows): "校纪〔2026〕13号；校政〔2026〕8号"}
    reading = again(reading, answers=answer)
    assert reading.questions == []
    found = bring_in(reading)
    numbers = {name: [s.document_no for s in one.sanctions] for name, one in found.items()}
    assert numbers["甲明"] == ["校纪〔2026〕13号", "校政〔2026〕8号"]
    assert numbers["乙华"] == ["校纪1号", "校政2号"]
