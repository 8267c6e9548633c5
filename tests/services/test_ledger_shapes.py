"""Ledgers of other shapes: other columns, several sheets, merged persons, old Excel, CSV."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.documents.workbook_reader import read_workbook, write_marked_copy
from app.documents.workbook_writer import NotWritten
from app.domain.ledger_kinds import write_kind
from app.domain.partial_date import PartialDate
from app.domain.rulebook import RuleBook, parse_rules
from app.domain.settings import Settings
from app.domain.subject import Dossier
from app.services.dossiers import load_dossiers
from app.services.ledger import EmptyLedger, LedgerReading, read_ledger
from app.services.ledger_export import SameFile, write_report
from app.services.ledger_import import import_ledger

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 23)
RULES: RuleBook = parse_rules(
    {p.name: p.read_text("utf-8") for p in sorted((ROOT / "resources" / "rules").glob("*.toml"))}
)
HEADER = ["姓名", "出生年月", "工作单位及职务", "受处分原因"]
HEADER += ["党纪处分种类", "党纪处分时间", "政务处分种类", "政务处分时间"]


def quiet(*_progress: object) -> None:
    pass


def reading_of(path: Path, new_uow: Any) -> LedgerReading:
    return read_ledger(
        path,
        read_cells=read_workbook,
        uow=new_uow(),
        rules=RULES,
        settings=Settings(),
        today=TODAY,
        progress=quiet,
    )


def imported(path: Path, new_uow: Any) -> tuple[LedgerReading, dict[str, Dossier]]:
    """Import ``path``; return what was read and the people now stored, by name."""
    reading = reading_of(path, new_uow)
    import_ledger(
        reading, uow=new_uow(), rules=RULES, settings=Settings(), today=TODAY, progress=quiet
    )
    with new_uow() as uow:
        return reading, {d.subject.name: d for d in load_dossiers(uow).values()}


def sanctions_of(dossier: Dossier) -> list[tuple[str, str, str]]:
    return sorted(
        (s.regime, write_kind(s), s.decided_on.isoformat() if s.decided_on else "")
        for s in dossier.sanctions
    )


def asked(reading: LedgerReading) -> list[tuple[int, str]]:
    return [(question.row, question.column) for question in reading.questions]


@pytest.fixture
def a_workbook(tmp_path):
    """Makes an .xlsx of sheets: name → (rows, merged ranges)."""

    def make(
        sheets: dict[str, tuple[Sequence[Sequence[Any]], Sequence[str]]], hidden: Sequence[str] = ()
    ) -> Path:
        import openpyxl

        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, (rows, merged) in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
            for cells in merged:
                sheet.merge_cells(cells)
            if name in hidden:
                sheet.sheet_state = "hidden"
        path = tmp_path / "台账.xlsx"
        book.save(path)
        return path

    return make


def test_without_a_title_and_in_another_order_the_ledger_is_the_same(a_workbook, new_uow):
    rows = [
        ["处分时间", "党纪处分", "单位", "受处分人", "出生", "案由", "职称", "电话", "联系人"],
        [
            "2026.3.5",
            "警告",
            "图书馆",
            "丁一宁",
            "1980年2月",
            "履职不力",
            "馆员",
            13900001111,
            "老王",
        ],
    ]
    reading, people = imported(a_workbook({"Sheet1": (rows, ())}), new_uow)
    person = people["丁一宁"]
    assert person.subject.workplace == "图书馆馆员"
    assert person.subject.unit == "图书馆"
    assert person.subject.born_on == PartialDate(1980, 2)
    assert person.subject.phone == "13900001111"
    assert sanctions_of(person) == [("党纪", "警告", "2026-03-05")]
    assert any("I列“联系人”" in note for note in reading.notes)


def test_all_visible_sheets_with_a_ledger_are_read_and_the_others_named(a_workbook, new_uow):
    one = [HEADER, ["甲明", "1980-01", "教务处科长", "甲", "警告", "2025-03-05", "", ""]]
    two = [HEADER, ["乙亮", "1981-01", "教务处科长", "乙", "", "", "记过", "2026年3月"]]
    book = a_workbook(
        {
            "2025年": (one, ()),
            "2026年": (two, ()),
            "统计": ([["单位", "人数"], ["教务处", 2]], ()),
            "旧稿": (one, ()),
        },
        hidden=["旧稿"],
    )
    reading, people = imported(book, new_uow)
    assert set(people) == {"甲明", "乙亮"}
    assert [(q.sheet, q.row, q.column) for q in reading.questions] == [("2026年", 2, "H")]
    assert reading.questions[0].sentence.startswith("“2026年”第2行 H列")
    assert any("“统计”未读入" in note for note in reading.notes)
    assert any("“旧稿”未读入：隐藏" in note for note in reading.notes)


def test_rows_merged_for_one_person_belong_to_that_person(a_workbook, new_uow):
    rows = [
        ["序号", *HEADER],
        [1, "丙子", "1975-06", "保卫处科长", "事一", "警告", "2024-01-05", "", ""],
        [None, None, None, None, "事二", "严重警告", "2024-09-05", "记过", "2024-09-05"],
        [2, "丁丑", "1976-06", "保卫处干事", "事三", "", "", "警告", "2026-08-01"],
    ]
    reading, people = imported(
        a_workbook({"台账": (rows, ("A2:A3", "B2:B3", "C2:C3", "D2:D3"))}), new_uow
    )
    assert asked(reading) == []
    assert set(people) == {"丙子", "丁丑"}
    assert sanctions_of(people["丙子"]) == [
        ("党纪", "严重警告", "2024-09-05"),
        ("党纪", "警告", "2024-01-05"),
        ("政务", "记过", "2024-09-05"),
    ]
    assert [case.facts for case in people["丙子"].cases] == ["事一", "事二"]


def test_a_row_without_a_name_is_asked_about_and_not_given_to_anybody(a_workbook, new_uow):
    rows = [
        HEADER,
        ["戊寅", "1975-06", "保卫处科长", "事一", "警告", "2024-01-05"],
        [None, None, None, "事二", "严重警告", "2024-09-05"],
    ]
    reading, people = imported(a_workbook({"台账": (rows, ())}), new_uow)
    assert asked(reading) == [(3, "A")]
    assert len(people["戊寅"].sanctions) == 1


def test_old_excel_is_read_with_its_merged_header_numbers_and_dates(new_uow):
    path = ROOT / "tests" / "data" / "ledgers" / "old-excel.xls"
    reading, people = imported(path, new_uow)
    assert set(people) == {"单小芳", "欧阳堃", "阿依古丽·买买提"}
    assert people["单小芳"].subject.phone == "13900001234"
    assert people["单小芳"].subject.workplace == "教务处科长"
    assert sanctions_of(people["单小芳"]) == [("党纪", "警告", "2026-03-15")]
    assert people["欧阳堃"].subject.born_on == PartialDate(1984, 11)
    assert sanctions_of(people["欧阳堃"]) == [("政务", "记过", "2026-05-08")]
    assert people["阿依古丽·买买提"].subject.born_on is None
    assert sanctions_of(people["阿依古丽·买买提"]) == [("党纪", "留党察看一年", "2025-12-09")]
    assert asked(reading) == [(6, "D")]


TEXT = (
    "受处分人员台账,,,,,,,\n"
    "姓名,出生年月,单位,职务,处分原因,党纪处分,,政务处分,\n"
    ",,,,,种类,时间,种类,时间\n"
    '侯　春,1982.04,教务处,教授,"虚列支出，\n套取资金",党内警告,2026/3/5 0:00,,\n'
    "朴秀,1978.1,体育学院,讲师,酒后驾驶,,,政务记过,二〇二六年三月五日\n"
    "合计,2,,,,,,,\n"
)


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        ("gbk", ","),
        ("utf-8", ","),
        ("utf-8-sig", ";"),
        ("utf-16", "\t"),
        ("utf-16-le", ","),
        ("gb18030", "|"),
    ],
)
def test_a_text_table_is_read_in_every_usual_encoding(encoding, delimiter, tmp_path, new_uow):
    path = tmp_path / "台账.csv"
    text = TEXT.replace("，", "·").replace(",", delimiter).replace("·", "，")
    path.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    reading, people = imported(path, new_uow)
    assert set(people) == {"侯春", "朴秀"}
    assert people["侯春"].cases[0].facts == "虚列支出，\n套取资金"
    assert sanctions_of(people["侯春"]) == [("党纪", "警告", "2026-03-05")]
    assert sanctions_of(people["朴秀"]) == [("政务", "记过", "2026-03-05")]
    # Without types nobody can tell whether 1978.1 was January or October.
    assert people["朴秀"].subject.born_on is None
    assert asked(reading) == [(reading.rows.rows[1].row, "B")]


def test_one_pair_of_columns_for_all_regimes_and_several_kinds_in_a_cell(a_workbook, new_uow):
    rows = [
        ["姓名", "出生年月", "单位", "处分事由", "处分类型", "处分日期"],
        ["己卯", "1980-01", "教务处", "甲", "党内严重警告\n政务记过", "2023.11.08\n2023.12.1"],
        ["庚辰", "1981-01", "教务处", "乙", "降低岗位等级；党内警告", "2024.7.10"],
        ["辛巳", "1982-01", "教务处", "丙", "警告", "2024.7.10"],
        ["壬午", "1983-01", "教务处", "丁", "诫勉谈话", "2026.7.10"],
    ]
    reading, people = imported(a_workbook({"台账": (rows, ())}), new_uow)
    assert sanctions_of(people["己卯"]) == [
        ("党纪", "严重警告", "2023-11-08"),
        ("政务", "记过", "2023-12-01"),
    ]
    assert len(people["己卯"].cases) == 1
    assert sanctions_of(people["庚辰"]) == [
        ("事业单位", "降低岗位等级", "2024-07-10"),
        ("党纪", "警告", "2024-07-10"),
    ]
    assert sanctions_of(people["辛巳"]) == []
    assert people["辛巳"].subject.remarks == "处分：警告，2024.7.10"
    assert people["壬午"].subject.remarks == "处分：诫勉谈话，2026.7.10"
    assert asked(reading) == [(3, "F"), (4, "E"), (5, "E")]


def test_what_is_doubtful_about_a_sanction_is_asked_at_its_own_cell(a_workbook, new_uow):
    rows = [
        HEADER,
        ["己丑", "1980-01", "教务处", "甲", "", "", "记过（处分期60个月）", "2024-04-10"],
        ["庚寅", "1981-01", "教务处", "乙", "警告", "", "", ""],
        ["辛卯", "1982-01", "教务处", "丙", "警告", "24.3.5", "", ""],
        ["壬辰", "1983-01", "教务处", "丁", "", "", "记过（处分期18个月）", "2024-04-10"],
    ]
    reading, people = imported(a_workbook({"台账": (rows, ())}), new_uow)
    assert asked(reading) == [(2, "G"), (3, "F"), (4, "F")]
    assert "60个月，超过最长48个月" in reading.questions[0].message
    assert reading.questions[2].sentence.startswith(
        "第4行 F列（党纪处分时间）“24.3.5”：年份只有两位"
    )
    assert people["己丑"].sanctions[0].stated_months == 60


def test_events_restoration_and_unknown_phrases(a_workbook, new_uow):
    rows = [
        [*HEADER, "恢复党员权利时间", "状态事项", "备注"],
        [
            "癸未",
            "1970-01",
            "教务处",
            "甲",
            "留党察看一年",
            "2023-06-12",
            "",
            "",
            "2024.6.12",
            "2024年7月退休；借调省厅",
            "原备注",
        ],
        [
            "甲申",
            "1971-01",
            "教务处",
            "乙",
            "警告",
            "2024-03-15",
            "记过",
            "2024-03-15",
            "",
            "2024-09-10 撤销处分",
            "",
        ],
    ]
    reading, people = imported(a_workbook({"台账": (rows, ())}), new_uow)
    first = people["癸未"]
    assert {(e.kind, e.on.isoformat(), e.sanction_id) for e in first.events} == {
        ("恢复党员权利", "2024-06-12", first.sanctions[0].id),
        ("退休", "2024-07", None),
    }
    assert first.subject.remarks == "原备注\n状态事项：借调省厅"
    assert {e.sanction_id for e in people["甲申"].events} == {
        s.id for s in people["甲申"].sanctions
    }
    assert asked(reading) == [(2, "J"), (3, "J")]


def test_last_days_that_the_office_worked_out_otherwise_are_asked_about(a_workbook, new_uow):
    rows = [
        [*HEADER[:6], "党纪期满日期"],
        ["乙酉", "1970-01", "教务处", "甲", "警告", "2026-03-15", "2027-03-14"],
        ["丙戌", "1971-01", "教务处", "乙", "严重警告", "2026-03-15", "2027-03-14"],
    ]
    reading, people = imported(a_workbook({"台账": (rows, ())}), new_uow)
    assert asked(reading) == [(3, "G")]
    assert "2027-09-14" in reading.questions[0].message
    assert people["丙戌"].sanctions[0].manual_until is None


def test_a_corrected_ledger_fills_what_was_open_and_overwrites_nothing(a_workbook, new_uow):
    wrong = [HEADER, ["丁亥", "1970-01", "", "甲", "警告", "2026.13.1"]]
    mended = [
        HEADER,
        ["丁亥", "1970-01", "教务处科长", "甲", "警告", "2026.3.1"],
        ["丁亥", "1970-01", "总务处科长", "乙", "", "", "警告", "2026.3.1"],
    ]
    imported(a_workbook({"台账": (wrong, ())}), new_uow)
    reading, people = imported(a_workbook({"台账": (mended, ())}), new_uow)
    person = people["丁亥"]
    assert sanctions_of(person) == [("党纪", "警告", "2026-03-01"), ("政务", "警告", "2026-03-01")]
    assert person.subject.workplace == "教务处科长"
    assert asked(reading) == [(3, "C")]
    assert reading.counts["新增人员"] == 0
    assert reading.counts["补充人员"] == 1


def test_facts_that_cannot_be_are_asked_about_and_still_come_in(a_workbook, new_uow):
    rows = [
        ["姓名", "出生年月", "参加工作时间", "入党时间", "党纪处分", "党纪处分时间"],
        ["戊子", "1985-02", "1999-07", "无", "警告", "2026-03-01"],
        ["己丑", "1985-02", "2009-07", "2010-07", "警告", "2036-03-01"],
    ]
    reading, people = imported(a_workbook({"台账": (rows, ())}), new_uow)
    assert {(2, "C"), (2, "E"), (3, "F")} == set(asked(reading))
    assert people["戊子"].subject.membership == "非中共党员"
    assert len(people["戊子"].sanctions) == len(people["己丑"].sanctions) == 1


def test_a_header_without_people_is_said_in_a_sentence(a_workbook, new_uow):
    with pytest.raises(EmptyLedger, match="没有人员"):
        reading_of(a_workbook({"台账": ([HEADER, ["合计", 0]], ())}), new_uow)


def test_a_missing_file_is_said_in_a_sentence(tmp_path, new_uow):
    with pytest.raises(EmptyLedger, match="找不到文件"):
        reading_of(tmp_path / "没有.xlsx", new_uow)


@pytest.mark.parametrize("name", ["ledger-a.xlsx", "old-excel.xls"])
def test_the_report_is_a_copy_with_every_problem_beside_its_row(name, tmp_path, new_uow):
    import openpyxl

    source = ROOT / "tests" / "data" / "ledgers" / name
    before = source.read_bytes()
    reading = reading_of(source, new_uow)
    target = tmp_path / "核对.xlsx"
    write_report(reading, target, write_marked_copy=write_marked_copy)
    assert source.read_bytes() == before
    sheet = openpyxl.load_workbook(target).active
    column = next(c.column for row in sheet.iter_rows() for c in row if c.value == "导入核对")
    said = {
        cell.row: cell.value
        for (cell,) in sheet.iter_rows(min_col=column, max_col=column)
        if cell.value and cell.value != "导入核对"
    }
    assert set(said) == {question.row for question in reading.questions}
    for question in reading.questions:
        assert question.message in said[question.row]
        assert sheet[f"{question.column}{question.row}"].fill.fgColor.rgb[-6:] == "FFF2CC"
    again = reading_of(target, new_uow)
    assert len(again.people) == len(reading.people)


def test_a_report_that_cannot_be_written_is_told_by_its_own_name(tmp_path):
    source = ROOT / "tests" / "data" / "ledgers" / "ledger-a.xlsx"
    with pytest.raises(NotWritten, match="核对") as told:
        write_marked_copy(source, tmp_path / "没有" / "核对.xlsx", {"": {}})
    assert "文件夹或文件不存在" in str(told.value)


def test_the_report_is_never_written_over_the_ledger(tmp_path, new_uow):
    source = tmp_path / "台账.xlsx"
    source.write_bytes((ROOT / "tests" / "data" / "ledgers" / "ledger-a.xlsx").read_bytes())
    before = source.read_bytes()
    with pytest.raises(SameFile):
        write_report(reading_of(source, new_uow), source, write_marked_copy=write_marked_copy)
    assert source.read_bytes() == before


def test_the_day_after_the_last_one_is_another_way_of_saying_the_same(a_workbook, new_uow):
    rows = [
        [*HEADER[:6], "党纪期满日期"],
        ["乙酉", "1970-01", "教务处", "甲", "警告", "2026-03-15", "2027-03-15"],
        ["丙戌", "1971-01", "教务处", "乙", "警告", "2026-03-15", "2027-03-16"],
    ]
    reading, _people = imported(a_workbook({"台账": (rows, ())}), new_uow)
    assert asked(reading) == [(3, "G")]
