"""More habits of offices, from ledgers made up without a look at the reader."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from app.documents.workbook_reader import read_workbook
from app.domain.kinds import misfit
from app.domain.settings import Settings
from app.services.ledger import read_ledger
from tests.services.test_ledger_habits import said, understood
from tests.services.test_ledger_samples import RULES, TODAY, import_of, quiet, reading_of


def written(path: Path, sheets: dict[str, list[list]], merged=()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cells in merged:
            sheet.merge_cells(cells)
    book.save(path)
    return path


HEAD = ["姓名", "出生年月", "单位", "处分种类", "处分时间"]


def test_what_a_sheet_is_about_tells_whose_warning_it_is(tmp_path):
    path = written(
        tmp_path / "台账.xlsx",
        {
            "党纪处分人员": [HEAD, ["张伟", "1980.02", "文学院", "警告", "2024.3.5"]],
            "2024年": [
                ["政务处分人员名单"],
                HEAD,
                ["张伟", "1980.02", "文学院", "警告", "2024.3.12"],
            ],
            "其他": [
                ["事业单位工作人员处分登记册"],
                HEAD,
                ["李明", "1981.02", "文学院", "警告", "2024.3.12"],
            ],
            "合计": [
                ["受党纪政务处分人员"],
                HEAD,
                ["王芳", "1982.02", "文学院", "警告", "2024.4.2"],
            ],
        },
    )
    people, _found, asked = understood(path)
    assert said(people["张伟"]) == [("党纪", "警告", "2024-03-05"), ("政务", "警告", "2024-03-12")]
    assert said(people["李明"]) == [("事业单位", "警告", "2024-03-12")]
    assert said(people["王芳"]) == []
    assert len(asked) == 1 and "未写明是党纪、政务还是事业单位处分" in asked[0]


def test_sanctions_side_by_side_are_all_read_each_with_its_own_time_and_place(tmp_path):
    rows = [
        ["姓名", "出生年月", "单位", "第一次处分", None, None, "第二次处分", None, None],
        [None, None, None, "类别", "种类", "时间", "类别", "种类", "时间"],
        ["张伟", "1980.02", "文学院", "党纪", "警告", "2024.3.1", "政务", "警告", "2024.13.1"],
        ["李明", "1981.02", "文学院", "政务", "记过", datetime(2024, 1, 10), "政务", "记大过", "2024-7-10"],
    ]  # fmt: skip
    path = written(tmp_path / "a.xlsx", {"汇总": rows}, ("D1:F1", "G1:I1"))
    people, _found, asked = understood(path)
    assert said(people["张伟"]) == [("党纪", "警告", "2024-03-01"), ("政务", "警告", "")]
    assert said(people["李明"]) == [
        ("政务", "记过", "2024-01-10"),
        ("政务", "记大过", "2024-07-10"),
    ]
    assert [line[:2] for line in asked] == ["3I"]


@pytest.mark.parametrize(
    "titles",
    [
        ("处分种类", "处分时间", "处分种类", "处分时间"),
        ("处分种类1", "处分时间1", "处分种类2", "处分时间2"),
        ("第一次处分种类", "第一次处分时间", "第二次处分种类", "第二次处分时间"),
        ("党纪处分（一）", "时间", "党纪处分（二）", "时间"),
    ],
)
def test_a_title_that_comes_again_is_the_next_sanction(titles, tmp_path):
    rows = [
        ["姓名", "单位", *titles],
        ["张伟", "文学院", "党内警告", "2024.3.1", "党内严重警告", "2024.9.1"],
    ]
    people, _found, asked = understood(written(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert said(people["张伟"]) == [
        ("党纪", "警告", "2024-03-01"),
        ("党纪", "严重警告", "2024-09-01"),
    ]
    assert asked == []


def test_one_title_over_kind_and_time_is_understood_by_what_stands_below(tmp_path):
    rows = [
        ["姓名", "单位", "党纪处分", None, "政务处分", None],
        ["张伟", "文学院", "警告", "2024.3.1", "记过", datetime(2024, 3, 8)],
    ]
    people, _found, _asked = understood(
        written(tmp_path / "a.xlsx", {"Sheet1": rows}, ("C1:D1", "E1:F1"))
    )
    assert said(people["张伟"]) == [("党纪", "警告", "2024-03-01"), ("政务", "记过", "2024-03-08")]


def test_a_sanction_in_a_column_that_nobody_knows_is_asked_about(tmp_path):
    rows = [
        ["姓名", "单位", "党纪处分", "党纪处分时间", "同案处理"],
        ["张伟", "文学院", "警告", "2024.3.1", "政务记过"],
        ["李明", "文学院", "警告", "2024.3.1", "无"],
    ]
    _people, _found, asked = understood(written(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert len(asked) == 1 and asked[0].startswith("2E 这一列没有读入，其中像是一个处分")


def test_somebody_without_any_sanction_is_asked_about(tmp_path):
    rows = [["姓名", "单位", "党纪处分", "党纪处分时间"], ["张伟", "文学院", None, None]]
    _people, _found, asked = understood(written(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert asked == ["2A 没有读到处分，只读入了人员；受过处分的，请补写处分种类和时间"]


def test_a_date_that_shows_its_month_only_is_known_to_the_month(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["姓名", "单位", "党纪处分", "党纪处分时间"])
    for name, code in (("张伟", 'yyyy"年"m"月"'), ("李明", "yyyy-mm-dd"), ("王芳", "mmm-yy")):
        sheet.append([name, "文学院", "警告", datetime(2024, 3, 1)])
        sheet.cell(sheet.max_row, 4).number_format = code
    book.save(tmp_path / "a.xlsx")
    people, _found, asked = understood(tmp_path / "a.xlsx")
    assert [said(people[name])[0][2] for name in ("张伟", "李明", "王芳")] == [
        "2024-03",
        "2024-03-01",
        "2024-03",
    ]
    assert [line[:2] for line in asked] == ["2D", "4D"]


def test_a_text_table_whose_rows_end_early_is_cut_at_its_own_delimiter(tmp_path):
    rows = [
        ["受处分人员情况表"],
        ["姓名", "出生年月", "住址", "电话", "党纪处分", "党纪处分时间", "备注"],
    ]
    rows += [
        [f"张{one}", "1980-02", "大学路1号，东户", '="05348985123"', "警告", "2024-3-5", *[""] * (i % 2)]
        for i, one in enumerate("甲乙丙丁戊己")
    ]  # fmt: skip
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    (tmp_path / "a.csv").write_bytes(text.getvalue().encode("gbk"))
    people, _found, asked = understood(tmp_path / "a.csv")
    assert len(people) == 6 and asked == []
    assert people["张甲"].subject.phone == "05348985123"
    assert said(people["张己"]) == [("党纪", "警告", "2024-03-05")]


def test_a_sanction_of_a_student_that_names_no_regime_may_be_the_schools_own(tmp_path):
    rows = [
        ["姓名", "单位", "人员类别", "处分种类", "处分时间"],
        ["张伟", "文学院", "本科生", "严重警告", "2024.5.9"],
        ["李明", "文学院", "学生", "党内警告", "2024.5.9"],
        ["王芳", "文学院", "教师", "严重警告", "2024.5.9"],
    ]
    people, _found, asked = understood(written(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert said(people["张伟"]) == []
    assert "严重警告" in people["张伟"].subject.remarks
    assert said(people["李明"]) == [("党纪", "警告", "2024-05-09")]
    assert said(people["王芳"]) == [("党纪", "严重警告", "2024-05-09")]
    assert [line[:2] for line in asked] == ["2D"]


def test_a_lesser_measure_beside_a_sanction_does_not_swallow_it(tmp_path):
    rows = [
        ["姓名", "单位", "处分种类", "处分时间"],
        ["张伟", "文学院", "党内警告、诫勉", "2024.5.9"],
        ["李明", "文学院", "党内警告、批评教育", "2024.5.9"],
    ]
    people, _found, asked = understood(written(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert said(people["张伟"]) == said(people["李明"]) == [("党纪", "警告", "2024-05-09")]
    assert {line[:2] for line in asked} == {"2C", "3C"}


def test_ways_of_writing_that_there_is_no_sanction(tmp_path):
    rows = [["姓名", "单位", "党纪处分", "党纪处分时间", "政务处分", "政务处分时间"]]
    rows += [
        ["张伟", "文学院", none, "", "记过", "2024.5.9"]
        for none in ("不涉及", "未受党纪处分", "未给予处分", "N/A", "--")
    ]
    _people, found, asked = understood(written(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert {len(row.facts.sanctions) for row in found.rows} == {1}
    assert not any("不是党纪处分的种类" in line for line in asked)


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("严重警告（两年）", "应撤销党内职务而无党内职务"),
        ("警告（十八个月）", "条例规定是12个月"),
        ("严重警告（一年半）", ""),
        ("严重警告（应撤销党内职务而无党内职务，两年）", ""),
    ],
)
def test_months_of_a_party_sanction_that_are_not_the_regulations_are_asked_about(
    kind, asked, tmp_path, new_uow
):
    rows = [["姓名", "单位", "党纪处分", "党纪处分时间"], ["张伟", "文学院", kind, "2024.5.9"]]
    path = written(tmp_path / "a.xlsx", {"Sheet1": rows})
    messages = [question.message for question in reading_of(path, new_uow).questions]
    assert [asked in message for message in messages] == ([True] if asked else [])


@pytest.mark.parametrize("membership", ["非中共党员", "共青团员", "九三学社", "群众"])
def test_a_party_sanction_of_somebody_outside_the_party_is_a_misfit(membership):
    assert membership in misfit("党纪", "警告", "", membership)
    assert misfit("党纪", "开除党籍", "", membership) == ""


@pytest.mark.parametrize("kind", ["管理岗位", "工勤技能岗位", "专业技术岗", "教学科研岗", "研究生"])
def test_posts_of_public_institutions_are_types_of_person(kind, tmp_path):
    rows = [["姓名", "单位", "岗位类别", "处分类别", "处分时间"]]
    rows.append(["张伟", "文学院", kind, "党内警告", "2024.5.9"])
    people, _found, asked = understood(written(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert people["张伟"].subject.person_type and asked == []
    assert said(people["张伟"]) == [("党纪", "警告", "2024-05-09")]


def test_restored_already_is_restored(tmp_path, new_uow):
    rows = [
        ["姓名", "单位", "党纪处分", "党纪处分时间", "目前状况"],
        ["张伟", "文学院", "留党察看一年", "2023.6.12", "已恢复党员权利 2024-06-12"],
    ]
    path = written(tmp_path / "a.xlsx", {"Sheet1": rows})
    reading = reading_of(path, new_uow)
    assert [(e.kind, str(e.on)) for e in reading.people[0].events] == [
        ("恢复党员权利", "2024年6月12日")
    ]
    assert reading.questions == []
    import_of(reading, new_uow)
    again = read_ledger(
        path,
        read_cells=read_workbook,
        uow=new_uow(),
        rules=RULES,
        settings=Settings(),
        today=TODAY,
        progress=quiet,
    )
    assert again.counts["未变人员"] == 1


def test_a_line_between_the_rows_tells_whose_sanctions_follow(tmp_path):
    rows = [
        ["一、党纪处分"],
        HEAD,
        ["张伟", "1980.02", "文学院", "警告", "2024.3.5"],
        ["二、政务处分"],
        ["李明", "1981.02", "文学院", "警告", "2024.3.6"],
        ["三、党纪、政务双重处分"],
        ["王芳", "1982.02", "文学院", "警告", "2024.3.7"],
    ]
    people, _found, asked = understood(written(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert said(people["张伟"]) == [("党纪", "警告", "2024-03-05")]
    assert said(people["李明"]) == [("政务", "警告", "2024-03-06")]
    assert said(people["王芳"]) == []
    assert [line[:2] for line in asked] == ["7D"]


def test_a_second_table_below_has_its_own_order_of_columns(tmp_path):
    rows = [
        ["一、党纪处分"],
        HEAD,
        ["张伟", "1980.02", "文学院", "警告", "2024.3.5"],
        [],
        ["二、政务处分"],
        ["姓名", "单位", "出生年月", "处分时间", "处分种类", "电话"],
        ["李明", "文学院", "1981.02", "2024.3.6", "警告", "13800138000"],
        ["王芳", "文学院", "1981.03", "2024.13.6", "记过", "13800138001"],
    ]
    people, _found, asked = understood(written(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert said(people["张伟"]) == [("党纪", "警告", "2024-03-05")]
    assert said(people["李明"]) == [("政务", "警告", "2024-03-06")]
    assert people["李明"].subject.phone == "13800138000"
    assert [line[:2] for line in asked] == ["8D"]


@pytest.mark.parametrize(
    ("remarks", "word"),
    [
        ("2024.12.1撤销该处分", "撤销该处分"),
        ("2024年6月被开除党籍", "开除党籍"),
        ("另受政务记过处分（2024.3.9）", "政务记过"),
        ("因醉驾判拘役", "判拘役"),
        ("已按规定谈话，态度较好", ""),
    ],
)
def test_what_remarks_tell_of_the_person_is_asked_about(remarks, word, tmp_path):
    rows = [
        ["姓名", "单位", "党纪处分", "党纪处分时间", "备注"],
        ["张伟", "文学院", "警告", "2024.3.5", remarks],
    ]
    _people, _found, asked = understood(written(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert [word in line for line in asked] == ([True] if word else [])


def test_what_came_later_is_an_event_also_where_it_stands_behind_the_kind(tmp_path):
    rows = [
        ["姓名", "单位", "党纪处分", "党纪处分时间"],
        ["张伟", "文学院", "留党察看一年，2024年3月5日恢复党员权利", "2023.3.5"],
        ["李明", "文学院", "党内警告（已撤销）", "2023.3.5"],
    ]
    people, _found, asked = understood(written(tmp_path / "a.xlsx", {"Sheet1": rows}))
    assert said(people["张伟"]) == [("党纪", "留党察看一年", "2023-03-05")]
    assert [(e.kind, str(e.on)) for e in people["张伟"].events] == [
        ("恢复党员权利", "2024年3月5日")
    ]
    assert [line[:2] for line in asked] == ["3C"]


def test_a_column_for_every_kind_is_read_by_what_is_ticked(tmp_path):
    rows = [
        ["姓名", "单位", "党纪处分", None, None, "政务处分", None, "处分时间"],
        [None, None, "警告", "严重警告", "留党察看", "警告", "记过", None],
        ["张伟", "文学院", "√", None, None, None, None, "2024.3.5"],
        ["李明", "文学院", None, None, None, "√", "×", datetime(2024, 3, 6)],
        ["王芳", "文学院", None, "2024.3.7", None, None, "2024-03-08", None],
        ["赵强", "文学院", None, None, "√", None, None, "2024.3.9"],
    ]
    merged = ("A1:A2", "B1:B2", "C1:E1", "F1:G1", "H1:H2")
    people, _found, asked = understood(written(tmp_path / "a.xlsx", {"Sheet1": rows}, merged))
    assert said(people["张伟"]) == [("党纪", "警告", "2024-03-05")]
    assert said(people["李明"]) == [("政务", "警告", "2024-03-06")]
    assert said(people["王芳"]) == [
        ("党纪", "严重警告", "2024-03-07"),
        ("政务", "记过", "2024-03-08"),
    ]
    assert len(asked) == 1 and "一年还是二年" in asked[0] and asked[0].startswith("6")


def test_year_month_and_day_in_columns_of_their_own_are_one_date(tmp_path):
    rows = [
        ["姓名", "单位", "处分种类", "处分时间", None, None],
        [None, None, None, "年", "月", "日"],
        ["张伟", "文学院", "党内警告", 2024, 3, 5],
        ["李明", "文学院", "党内警告", "2024", "3月", None],
        ["王芳", "文学院", "党内警告", 2024, 13, 5],
    ]
    merged = ("A1:A2", "B1:B2", "C1:C2", "D1:F1")
    people, _found, asked = understood(written(tmp_path / "a.xlsx", {"Sheet1": rows}, merged))
    assert [said(people[name])[0][2] for name in ("张伟", "李明", "王芳")] == [
        "2024-03-05",
        "2024-03",
        "",
    ]
    assert sorted(line[0] for line in asked) == ["4", "5"]
