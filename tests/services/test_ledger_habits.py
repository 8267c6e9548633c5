"""Ledgers as offices write them, each with what it means written by hand beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.documents.workbook_reader import read_workbook
from app.domain.ledger_people import LedgerPerson, gather
from app.domain.ledger_reading import read_rows

Asked = list[tuple[int, str, str]]  # row, key of the column, part of the message


@pytest.fixture
def read(tmp_path):
    def reading(rows: Sequence[Sequence[Any]], merged: Sequence[str] = ()) -> Any:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(list(row))
        for cells in merged:
            book.active.merge_cells(cells)
        path = tmp_path / "台账.xlsx"
        book.save(path)
        return understood(path)

    return reading


def understood(path: Path) -> tuple[dict[str, LedgerPerson], Any, list[str]]:
    """Return the people by name, what was read, and every question as one line."""
    found = read_rows(read_workbook(path))
    people = gather(found.rows, {}, found.ask)
    asked = [f"{q.row}{q.column} {q.message}" for q in found.questions]
    return {p.subject.name: p for p in people}, found, asked


def said(person: LedgerPerson) -> list[tuple[str, str, str]]:
    return [
        (s.regime, s.kind, s.decided_on.isoformat() if s.decided_on else "")
        for s in person.sanctions
    ]


def test_a_header_of_three_rows_with_periods_and_numbers(read):
    rows = [
        ["附件3"],
        ["××大学近三年受党纪政务处分人员明细表"],
        ["序号", "基本信息", *[None] * 4, "处分情况", *[None] * 7, "备注"],
        [None, "姓名", "性别", "出生年月", "所在单位", "职务", "党纪", *[None] * 3, "政务"],
        [*[None] * 6, *["种类", "决定时间", "影响期", "文号"], *["种类", "生效时间", "处分期", "文号"]],
        [1, "张伟", "男", "1980.5", "文学院", "教授", "党内严重警告", "2023.11.8", "18个月",
         "校纪〔2023〕5号", "政务记过", "2023.11.10", "12个月", "校监〔2023〕3号"],
        [2, "李娜", "女", 29221, "教务处", "科员", "警告", 45238, "1年", *[None] * 5, "2024年6月退休"],
        [3, "赵敏", "女", "1975年底", "后勤", "工人", *[None] * 4, "记过（处分期18个月）", "2024.4.10", "18个月"],
        ["总  计", "3人"],
    ]  # fmt: skip
    merged = ("A2:O2", "A3:A5", "B3:F3", "G3:N3", "G4:J4", "K4:N4", "O3:O5", "B4:B5", "C4:C5")
    people, _found, asked = read(rows, merged)
    assert set(people) == {"张伟", "李娜", "赵敏"}
    assert said(people["张伟"]) == [
        ("党纪", "严重警告", "2023-11-08"),
        ("政务", "记过", "2023-11-10"),
    ]
    assert [s.document_no for s in people["张伟"].sanctions] == [
        "校纪〔2023〕5号",
        "校监〔2023〕3号",
    ]
    assert people["李娜"].subject.born_on.isoformat() == "1980-01-01"
    assert said(people["李娜"]) == [("党纪", "警告", "2023-11-08")]
    assert people["赵敏"].subject.born_on.isoformat() == "1975"
    assert people["赵敏"].sanctions[0].stated_months == 18
    assert asked == ["7O 备注中写有“退休”，只记入备注，没有作为状态事项读入，请写入状态事项栏"]


def test_kind_and_time_in_one_cell(read):
    rows = [
        ["姓名", "单位", "职务/职称", "政治面貌", "违纪违法事实（简述）", "处分种类及时间", "现状"],
        ["钱多多", "财务处", "会计师", "中共党员", "挪用", "2023年5月8日党内警告处分", "在职"],
        ["孙小圣", "保卫处", "科长", "群众", "打架", "政务警告（2023.6.1）", "2023年9月调离"],
        ["李白", "文学院", "讲师", "中共党员", "抄袭", "党内严重警告（2022.1.5）、降低岗位等级（2022.1.20）"],
        ["杜甫", "文学院", "副教授", "中共党员", "抄袭",
         "2022年1月5日受到党内严重警告处分；2022年1月20日受到政务记过处分"],
        ["白居易", "文学院", "教授", "民盟", "论文", "双开（2023.2.1）", "2023.2移送司法"],
    ]  # fmt: skip
    people, _found, asked = read(rows)
    assert said(people["钱多多"]) == [("党纪", "警告", "2023-05-08")]
    assert said(people["孙小圣"]) == [("政务", "警告", "2023-06-01")]
    assert [(e.kind, e.on.isoformat()) for e in people["孙小圣"].events] == [("调离", "2023-09")]
    assert said(people["李白"]) == [
        ("党纪", "严重警告", "2022-01-05"),
        ("事业单位", "降低岗位等级", "2022-01-20"),
    ]
    assert said(people["杜甫"]) == [
        ("党纪", "严重警告", "2022-01-05"),
        ("政务", "记过", "2022-01-20"),
    ]
    assert [kind for _regime, kind, _on in said(people["白居易"])] == ["开除党籍", "开除"]
    assert people["孙小圣"].subject.workplace == "保卫处科长"
    assert {line[:2] for line in asked} == {"6F"}


@pytest.mark.parametrize(
    ("cell", "kinds"),
    [
        ("警告（党内）、记过（政务）", [("党纪", "警告"), ("政务", "记过")]),
        ("党内严重警告和政务记大过", [("党纪", "严重警告"), ("政务", "记大过")]),
        ("给予党内严重警告、政务记大过处分", [("党纪", "严重警告"), ("政务", "记大过")]),
        ("党纪：严重警告；政务：记过", [("党纪", "严重警告"), ("政务", "记过")]),
        ("1.党内警告 2.政务记过", [("党纪", "警告"), ("政务", "记过")]),
        ("①留党察看1年②行政撤职", [("党纪", "留党察看一年"), ("政务", "撤职")]),
        ("党内警告/政务警告", [("党纪", "警告"), ("政务", "警告")]),
        ("开除党籍、开除公职", [("党纪", "开除党籍"), ("政务", "开除")]),
        ("开除党籍、公职", [("党纪", "开除党籍"), ("政务", "开除")]),
        ("撤销党内职务 降低岗位等级", [("党纪", "撤销党内职务"), ("事业单位", "降低岗位等级")]),
    ],
)
def test_several_kinds_in_one_cell_share_its_only_date_and_are_asked_about(cell, kinds, read):
    rows = [["姓名", "单位", "处分种类", "处分时间"], ["张伟", "文学院", cell, "2023.11.8"]]
    people, _found, asked = read(rows)
    assert said(people["张伟"]) == [(*kind, "2023-11-08") for kind in kinds]
    assert any(line.startswith("2D") and "只写了一个处分时间" in line for line in asked)


@pytest.mark.parametrize(
    ("column", "cell", "meant"),
    [
        ("党纪处分种类", "降低岗位等级", "事业单位"),
        ("党纪处分种类", "记过", "政务"),
        ("政务处分种类", "严重警告", "党纪"),
        ("政务处分种类", "留党察看一年", "党纪"),
    ],
)
def test_a_kind_in_the_wrong_column_is_read_for_what_it_is_and_asked_about(
    column, cell, meant, read
):
    rows = [
        ["姓名", "单位", column, column.replace("种类", "时间")],
        ["张伟", "文学院", cell, "2023.11.8"],
    ]
    people, _found, asked = read(rows)
    assert said(people["张伟"]) == [(meant, cell, "2023-11-08")]
    assert [line[:2] for line in asked] == ["2C"]


def test_what_cannot_be_matched_is_left_open_and_asked_once(read):
    rows = [
        ["姓名", "单位", "党纪处分", "政务处分", "处分时间", "电话"],
        ["罗成", "体育学院", "党内警告", "政务记过", "2023-5-8、2023-6-1", "1.38E+10"],
        ["秦琼", "体育学院", "党内警告", "政务记过", "2023年5月底", "+86 138 0000 1111"],
        ["程咬金", "体育学院", None, "降低岗位等级", "二〇二三年五月八日", "0534-8985123"],
    ]
    people, _found, asked = read(rows)
    assert said(people["罗成"]) == [("党纪", "警告", ""), ("政务", "记过", "")]
    assert said(people["秦琼"]) == [("党纪", "警告", "2023-05"), ("政务", "记过", "2023-05")]
    assert said(people["程咬金"]) == [("事业单位", "降低岗位等级", "2023-05-08")]
    assert people["秦琼"].subject.phone == "13800001111"
    assert [line[:2] for line in asked] == ["2E", "2F", "3E"]


def test_dates_that_may_mean_two_things_are_asked_about(read):
    rows = [
        ["学号", "姓名", "学院", "出生日期", "入党时间", "处分类别", "处分名称", "处分决定日期", "影响期"],
        ["1", "周星", "数学学院", datetime(2001, 3, 4), "2022.6", "党纪", "警告", datetime(2024, 3, 15), "12个月"],
        ["2", "吴京", "数学学院", "2001-04-05", "2022年6月(预备)", "党纪", "留党察看", "2024.3", None],
        ["3", "郑爽", "数学学院", 2001.1, "无", "行政", "记过", "24.3.5", None],
        ["4", "冯 巩", "艺术学院", "2001.10", "共青团员", "党纪、政务", "警告、警告", "2024-03-05", None],
        ["5", "牛 莉", "艺术学院", "45054", "群众", "政务", "警告", "2024-03-05", "2024.3.5-2024.9.4"],
    ]  # fmt: skip
    people, found, asked = read(rows)
    assert said(people["周星"]) == [("党纪", "警告", "2024-03-15")]
    assert said(people["吴京"]) == [("党纪", "留党察看", "2024-03")]
    assert said(people["郑爽"]) == [("政务", "记过", "")]
    assert people["郑爽"].subject.born_on is None
    assert said(people["冯巩"]) == [("党纪", "警告", "2024-03-05"), ("政务", "警告", "2024-03-05")]
    assert people["牛莉"].subject.born_on is None
    assert {line[:2] for line in asked} == {"3G", "3H", "4D", "4H", "5H", "6D"}
    assert any("学号" in note for note in found.notes)


def test_years_on_their_own_sheets_and_a_sheet_of_notes(tmp_path):
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "填表说明"
    notes.append(["一、姓名、出生年月、单位必填"])
    for year in ("2023", "2024"):
        sheet = book.create_sheet(f"{year}年")
        sheet.append([f"{year}年度受处分人员台账"])
        sheet.append(
            ["*姓名", "出生\n年月", "所在部门（学院）", "处分类型", "处分档次", "生效时间"]
        )
        sheet.append(["张伟", "1980年5月", "文学院", "党纪", "严重警告", f"{year}.3.5"])
        sheet.append(
            ["*姓名", "出生\n年月", "所在部门（学院）", "处分类型", "处分档次", "生效时间"]
        )
        sheet.append(
            [
                f"李娜{'一二三四'[int(year) - 2021]}",
                "1981年5月",
                "教务处",
                "政务",
                "记过",
                f"{year}.3.6",
            ]
        )
    book.save(tmp_path / "a.xlsx")
    people, found, asked = understood(tmp_path / "a.xlsx")
    assert set(people) == {"张伟", "李娜三", "李娜四"}
    assert said(people["张伟"]) == [
        ("党纪", "严重警告", "2023-03-05"),
        ("党纪", "严重警告", "2024-03-05"),
    ]
    assert asked == []
    assert [row.reason for row in found.skipped] == ["重复的表头", "重复的表头"]


def test_of_decision_and_effective_day_the_effective_one_counts(read):
    rows = [
        ["姓名", "单位", "处分种类", "处分决定日期", "生效时间"],
        ["张伟", "文学院", "党内警告", "2024-04-08", "2024-04-02"],
    ]
    people, found, _asked = read(rows)
    assert said(people["张伟"]) == [("党纪", "警告", "2024-04-02")]
    assert any("D列“处分决定日期”" in note for note in found.notes)


def test_what_a_note_tells_of_later_is_asked_about_and_stays_with_its_kind(read):
    rows = [
        ["姓名", "单位", "政治面貌及入党时间", "党纪处分\n（种类）", "党纪处分\n（时间）", "恢复权利时间"],
        ["陈三", "文学院", "中共党员（1995.7）", "留党察看一年\n(2023.6.12延长一年)", "2022-06-12", "2024-06-12"],
    ]  # fmt: skip
    people, _found, asked = read(rows)
    assert said(people["陈三"]) == [("党纪", "留党察看一年", "2022-06-12")]
    assert people["陈三"].subject.party_since.isoformat() == "1995-07"
    assert people["陈三"].subject.membership == "中共党员"
    assert [line[:2] for line in asked] == ["2D"]
    assert "延长" in asked[0]


def test_ditto_marks_stand_for_what_is_above(read):
    rows = [
        ["序号", "姓名", "单位", "职务", "处分", "处分日期"],
        [1, "施恩", "基建处", "处长", "留党察看二年", "2022-12-30"],
        [2, "同上", "〃", "同上", "政务撤职", "同上"],
    ]
    people, _found, asked = read(rows)
    assert said(people["施恩"]) == [
        ("党纪", "留党察看二年", "2022-12-30"),
        ("政务", "撤职", "2022-12-30"),
    ]
    assert (list(people), asked) == (["施恩"], [])


def test_a_time_without_a_side_belongs_to_the_kind_before_it(read):
    rows = [
        ["姓名", "单位", "党纪处分", "时间", "文号", "政务处分", "时间", "文号"],
        ["姜太", "科研处", "严重警告", "2024-02-05", "校纪〔2024〕1号", "记过", "2024-02-06", "校监〔2024〕2号"],
        ["姓名", "单位", "党纪处分", "时间", "文号", "政务处分", "时间", "文号"],
        ["陶然", "科研处", None, None, None, "警告", 45328, "校监〔2024〕3号"],
    ]  # fmt: skip
    people, found, asked = read(rows)
    assert said(people["姜太"]) == [
        ("党纪", "严重警告", "2024-02-05"),
        ("政务", "记过", "2024-02-06"),
    ]
    assert [s.document_no for s in people["姜太"].sanctions] == [
        "校纪〔2024〕1号",
        "校监〔2024〕2号",
    ]
    assert said(people["陶然"]) == [("政务", "警告", "2024-02-06")]
    assert (found.notes, asked) == ([], [])


def test_sentences_that_tell_of_a_sanction(read):
    rows = [
        ["姓名", "单位", "处分情况"],
        ["钱进", "财务处", "1.2023年3月1日，给予党内警告处分；2.2023年3月10日，给予政务警告处分。"],
        ["郑谦", "体育馆", "因旷工，于2023年5月8日被校纪委给予党内严重警告处分"],
        ["冯远", "体育馆", "2023年5月8日，未给予党内警告处分"],
        ["褚卫", "体育馆", "2024年4月8日撤销2023年5月8日给予的党内警告处分"],
        ["卫（女）", "图书馆", "党内严重警告(撤职)，2023.5.8"],
    ]
    people, _found, asked = read(rows)
    assert said(people["钱进"]) == [("党纪", "警告", "2023-03-01"), ("政务", "警告", "2023-03-10")]
    assert said(people["郑谦"]) == [("党纪", "严重警告", "2023-05-08")]
    assert people["郑谦"].sanctions[0].note == rows[2][2].replace("，", ",")
    assert said(people["冯远"]) == said(people["褚卫"]) == []
    assert people["卫"].subject.sex == "女"
    assert [line.split()[0] for line in asked].count("4C") == 1
    assert any("像是另一个处分" in line for line in asked)


def test_a_line_of_its_own_says_the_unit_of_those_below(read):
    rows = [
        ["姓名", "职务", "处分类别", "处分种类", "处分时间"],
        ["一、机械工程学院（1人）"],
        ["尤勇", "院长", "党纪", "警告", "2024.4.1"],
        ["二、经济管理学院"],
        ["何洁", "教师", "事业单位", "降岗", "2023.7.1"],
        ["合计", "2人"],
    ]
    people, found, asked = read(rows, ["A2:E2", "A4:E4"])
    assert people["尤勇"].subject.workplace == "机械工程学院院长"
    assert people["尤勇"].subject.unit == "机械工程学院"
    assert said(people["何洁"]) == [("事业单位", "降低岗位等级", "2023-07-01")]
    assert (people["何洁"].subject.unit, asked) == ("经济管理学院", [])
    assert [row.row for row in found.skipped] == [2, 4, 6]


def test_one_time_beside_two_kinds_of_which_one_is_none(read):
    rows = [
        ["姓名", "部门", "党纪处分", "政务处分", "处分决定时间"],
        ["杨一", "医学院", "党内警告", "无", "2024.5.6"],
        ["朱二", "后勤处", "—", "记过，2024年5月6日", 20240506.0],
        ["吴六", "后勤处", "无", "无", "一九八O年五月"],
    ]
    people, _found, asked = read(rows)
    assert said(people["杨一"]) == [("党纪", "警告", "2024-05-06")]
    assert said(people["朱二"]) == [("政务", "记过", "2024-05-06")]
    assert [line.split()[0] for line in asked] == ["4E"]


def test_the_sample_saved_as_old_excel_says_the_same():
    """``ledger-b.xls`` is what LibreOffice makes of ``ledger-b.xlsx`` (``make_old_excel.py``)."""
    ledgers = Path(__file__).parents[1] / "data" / "ledgers"
    (new, _, asked_new), (old, _, asked_old) = (
        understood(ledgers / f"ledger-b.{ending}") for ending in ("xlsx", "xls")
    )
    assert len(new) > 50 and asked_new == asked_old
    for one, other in zip(new.values(), old.values(), strict=True):
        assert asdict(one.subject) == asdict(other.subject)
        assert said(one) == said(other)
        assert list(map(asdict, one.events)) == list(map(asdict, other.events))
