"""Where the table stands in a sheet, and which of its rows are people."""

from __future__ import annotations

import pytest

from app.domain.ledger import Sheet
from app.domain.ledger_body import SkippedRow, body
from app.domain.ledger_header import find_header

ONE = ["序号", "姓名", "出生年月", "单位", "党纪处分种类", "党纪处分时间"]
PERSON = [1, "张三", "1980-01", "教务处", "警告", "2026-03-05"]


def sheet_of(*rows, merged=(), hidden=()):
    return Sheet("台账", [list(row) for row in rows], merged, hidden)


def reasons(sheet):
    header = find_header(sheet)
    assert header is not None
    return [
        (line.row, line.reason) if isinstance(line, SkippedRow) else line[0]
        for line in body(sheet, header)
    ]


@pytest.mark.parametrize(
    "above", [[], [["标题"]], [["标题"], ["单位：案管室", "", "时间：6月"], []]]
)
def test_the_header_is_found_under_titles_and_blank_rows(above):
    header = find_header(sheet_of(*above, ONE, PERSON))
    assert header is not None
    assert header.first_row == len(above) + 1
    assert [column.key for column in header.columns.values()] == [
        "number",
        "name",
        "born_on",
        "workplace",
        "party_kind",
        "party_on",
    ]
    assert list(header.labels.values()) == ONE


def test_a_header_over_two_rows_is_read_with_its_merged_cells():
    sheet = sheet_of(
        ["姓名", "出生", "党纪处分", "", "政务处分", ""],
        ["", "", "种类", "时间", "种类", "时间"],
        ["张三", "1980-01", "警告", "2026-03-05"],
        merged=[(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5)],
    )
    header = find_header(sheet)
    assert header is not None
    assert header.first_row == 2
    assert [column.key for column in header.columns.values()][2:] == [
        "party_kind",
        "party_on",
        "admin_kind",
        "admin_on",
    ]
    assert header.labels[3] == "党纪处分/时间"


def test_a_group_title_above_the_header_does_not_hide_it():
    sheet = sheet_of(
        ["基本情况", "", "", "处分情况", "", ""],
        ["姓名", "性别", "单位", "党纪处分", "", "处分机关"],
        ["", "", "", "种类", "时间", ""],
        ["张三", "男", "教务处", "警告", "2026-03-05"],
        merged=[(0, 0, 0, 2), (0, 3, 0, 5), (1, 3, 1, 4)],
    )
    header = find_header(sheet)
    assert header is not None
    assert header.first_row == 3
    assert [column.key for column in header.columns.values()] == [
        "name",
        "sex",
        "workplace",
        "party_kind",
        "party_on",
        "organ",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [["单位", "人数"], ["教务处", 2]],
        [["姓名", "备注"], ["张三", ""]],
        [[], *([["x"]] * 45), ONE, PERSON],
    ],
)
def test_without_a_name_and_two_more_columns_there_is_no_header(rows):
    assert find_header(sheet_of(*rows)) is None


def test_unknown_and_repeated_columns_are_named():
    header = find_header(sheet_of([*ONE, "联系人", "姓名"], PERSON))
    assert header is not None
    assert header.unknown == {6: "联系人"}
    assert header.twice == {7: "姓名"}


def test_totals_notes_blanks_and_repeated_headers_are_no_people():
    sheet = sheet_of(
        ONE,
        PERSON,
        [],
        ["小 计", 1],
        [2, "", "", ""],
        ONE,
        [3, *PERSON[1:]],
        ["", "合计：2人"],
        ["注：本表由案件管理室负责维护。"],
        ["填表人：", "李四", "", "审核人："],
        ["", "说明：处分时间为决定时间"],
        ["以上共二人，均已核对。"],
    )
    assert reasons(sheet) == [
        2,
        (4, "合计行"),
        (6, "重复的表头"),
        7,
        (8, "合计行"),
        (9, "说明行"),
        (10, "说明行"),
        (11, "说明行"),
        (12, "说明行"),
    ]


def test_a_repeated_header_of_two_rows_is_passed_over_whole():
    top, below = ["姓名", "单位", "党纪处分", ""], ["", "", "种类", "时间"]
    person = ["张三", "教务处", "警告", "2026-03-05"]
    sheet = sheet_of(top, below, person, top, below, person, merged=[(0, 2, 0, 3)])
    assert reasons(sheet) == [3, (4, "重复的表头"), (5, "重复的表头"), 6]


def test_a_row_without_a_name_but_with_facts_is_not_passed_over_in_silence():
    assert reasons(sheet_of(ONE, PERSON, [2, "", "1980-01", "教务处", "警告"])) == [2, 3]
