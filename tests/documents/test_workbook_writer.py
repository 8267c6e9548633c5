"""The exported ledger as a spreadsheet: text only, ready to print, whole or not at all."""

from __future__ import annotations

import zipfile
from datetime import date

import pytest

from app.documents.workbook_writer import MOST_IN_A_CELL, NotWritten, write_ledger
from app.domain.ledger import COLUMNS
from app.services.ports import Cancelled

AS_OF = date(2026, 11, 23)
WIDTH = len(COLUMNS)


def a_row(**texts: str) -> list[str]:
    return [texts.get(column.key, "") for column in COLUMNS]


def written(path, rows):
    import openpyxl

    assert write_ledger(path, rows, as_of=AS_OF) == len(rows)
    return openpyxl.load_workbook(path).active


THIRTY = (
    "序号|姓名|性别|出生年月|文化程度|参加工作时间|入党时间|工作单位及职务|人员类别|家庭住址|"
    "联系电话|受处分原因|党纪处分种类|党纪处分时间|党纪期满日期|恢复党员权利时间|政务处分种类|"
    "政务处分时间|政务期满日期|影响期最后一日|对象认定|认定依据|状态事项|回访次数|最近回访时间|"
    "回访方式|结果运用|反馈时间|归档时间|备注"
)


def test_the_thirty_titles_stand_in_the_order_of_the_product(tmp_path):
    sheet = written(tmp_path / "a.xlsx", [])
    assert "|".join(cell.value for cell in sheet[1]) == THIRTY


def test_an_export_to_be_corrected_has_one_hidden_column_more(tmp_path):
    import openpyxl

    write_ledger(tmp_path / "a.xlsx", [], as_of=date(2026, 11, 23), records=True)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert "|".join(cell.value for cell in sheet[1]) == f"{THIRTY}|系统编号"
    hidden = [letter for letter, column in sheet.column_dimensions.items() if column.hidden]
    assert hidden == ["AE"]


def test_it_is_ready_to_print_and_the_header_stays(tmp_path):
    sheet = written(tmp_path / "a.xlsx", [a_row(name="张三")])
    assert sheet.page_setup.orientation == "landscape"
    assert int(sheet.page_setup.paperSize) == 9
    assert sheet.freeze_panes == "C2"
    assert sheet.print_title_rows == "$1:$1"
    assert "2026-11-23" in sheet.oddHeader.right.text
    assert sheet.column_dimensions["L"].width > 40


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/c calc'!A1", "{=A1}"])
def test_text_is_never_a_formula(text, tmp_path):
    sheet = written(tmp_path / "a.xlsx", [a_row(name=text)])
    assert (sheet["B2"].value, sheet["B2"].data_type) == (text, "s")


@pytest.mark.parametrize("text", ["http://example.com/a", "mailto:a@b.cn", "file:///etc/passwd"])
def test_text_is_never_a_link(text, tmp_path):
    sheet = written(tmp_path / "a.xlsx", [a_row(remarks=text)])
    assert sheet["AD2"].value == text
    assert sheet["AD2"].hyperlink is None


def test_a_row_is_as_high_as_its_longest_cell(tmp_path):
    rows = [a_row(name="张三"), a_row(address="德" * 30), a_row(facts="违" * 9_000)]
    sheet = written(tmp_path / "a.xlsx", rows)
    heights = [sheet.row_dimensions[number].height for number in (2, 3, 4)]
    assert heights[0] is None and 408 < heights[2] <= 409
    assert 3 * 13 < heights[1] < 4 * 13


def test_numbers_stay_text_and_stay_so_when_edited(tmp_path):
    sheet = written(tmp_path / "a.xlsx", [a_row(phone="013800138000", born_on="1985-10")])
    assert (sheet["K2"].value, sheet["K2"].data_type) == ("013800138000", "s")
    assert sheet["D2"].value == "1985-10"
    assert sheet["D2"].number_format == sheet["K2"].number_format == "@"


def test_control_characters_are_left_out_and_rare_ones_stay(tmp_path):
    sheet = written(tmp_path / "a.xlsx", [a_row(name="𬱖\x00\x07䶮\ud800", facts="甲\n乙")])
    assert sheet["B2"].value == "𬱖䶮"
    assert sheet["L2"].value == "甲\n乙"


def test_a_text_too_long_for_a_cell_says_so_at_its_end(tmp_path):
    sheet = written(tmp_path / "a.xlsx", [a_row(facts="长" * 40_000)])
    assert len(sheet["L2"].value) == MOST_IN_A_CELL
    assert sheet["L2"].value.endswith("……（未完）")


def test_an_existing_file_is_replaced_whole(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")
    assert written(path, [a_row(name="张三")])["B2"].value == "张三"
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]


def test_giving_up_half_way_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")

    def rows():
        yield a_row(name="张三")
        raise Cancelled("已取消")

    with pytest.raises(Cancelled):
        write_ledger(path, rows(), as_of=AS_OF)
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]


def test_a_place_that_cannot_be_written_is_said_in_a_sentence(tmp_path):
    with pytest.raises(NotWritten, match="写不出来") as refused:
        write_ledger(tmp_path / "no" / "a.xlsx", [], as_of=AS_OF)
    assert refused.value.exit_code == 6
    assert "文件夹或文件不存在" in str(refused.value)
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(NotWritten, match="写不出来"):
        write_ledger(tmp_path / "folder.xlsx", [a_row(name="张三")], as_of=AS_OF)


def test_a_medium_that_gives_back_something_else_is_said_in_a_sentence(tmp_path, monkeypatch):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")
    monkeypatch.setattr(zipfile.ZipFile, "testzip", lambda _package: "xl/worksheets/sheet1.xml")
    with pytest.raises(NotWritten, match="写不出来"):
        write_ledger(path, [a_row(name="张三")], as_of=AS_OF)
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]
