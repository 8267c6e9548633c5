"""Single cells of a ledger: names, telephone numbers, dates of every spelling."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ledger import COLUMNS, column_labelled, column_letter
from app.domain.ledger_cells import date_of, is_name, line_of, name_of, phone_of, text_of
from app.domain.partial_date import DoubtfulDate, PartialDate, UnreadableDate


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("名字", "name"),
        (" 姓　名 ", "name"),
        ("出生\n年月", "born_on"),
        ("出生年月（如1985.03）", "born_on"),
        ("学历", "education"),
        ("所在单位", "workplace"),
        ("职 务", "post"),
        ("主要违纪违法事实", "facts"),
        ("受处分原因（主要违纪违法事实）", "facts"),
        ("党纪处分/种类", "party_kind"),
        ("党纪处分 / 时间", "party_on"),
        ("政务处分/生效时间", "admin_on"),
        ("处分类型", "kind"),
        ("处分日期", "on"),
        ("情况说明", "events"),
        ("*联系电话：", "phone"),
        ("党纪处分影响期满日期", "party_until"),
    ],
)
def test_a_header_is_known_by_its_synonyms(label, key):
    column = column_labelled(label)
    assert column is not None
    assert column.key == key


@pytest.mark.parametrize("label", ["", "合计", "联系人", "张三", "身份证号", "x" * 500])
def test_another_header_is_not_guessed(label):
    assert column_labelled(label) is None


def test_every_column_is_known_by_its_own_title():
    assert [column_labelled(column.title) for column in COLUMNS] == list(COLUMNS)
    assert len({column.key for column in COLUMNS}) == len(COLUMNS) == 30


def test_columns_are_lettered_as_a_spreadsheet_does():
    assert [column_letter(i) for i in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (" 侯春 ", "侯春"),
        ("侯　春", "侯春"),
        ("欧 阳 堃", "欧阳堃"),
        ("阿不都．热合曼", "阿不都·热合曼"),
        ("阿不都 • 热合曼", "阿不都·热合曼"),
        ("Ｉｖａｎ  Petrov", "Ivan Petrov"),
        ("肖　𫖯", "肖𫖯"),
        ("﨑山", "﨑山"),  # a compatibility ideograph: normalising would make another of it
    ],
)
def test_names_lose_spaces_and_keep_their_characters(written, name):
    assert name_of(written) == name
    assert is_name(name)


@pytest.mark.parametrize(
    "text", ["", "张三1", "张三等3人", "注：本表", "2024", "张三、李四", "（空）"]
)
def test_what_is_no_name_is_told(text):
    assert not is_name(name_of(text))


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        (13461003307, "13461003307"),
        (13461003307.0, "13461003307"),
        ("138 0013 8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("13800138000.0", "13800138000"),
        ("0534-8985123", "0534-8985123"),
        ("0534—8985123", "0534-8985123"),
        ("8985123转801", "8985123转801"),
        ("13800138000、0534-8985123", "13800138000、0534-8985123"),
        ("无", ""),
        (None, ""),
    ],
)
def test_telephone_numbers_become_text(cell, phone):
    assert phone_of(cell) == (phone, "")


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("1.38E+10", "1.38E+10"),
        ("138****8000", "138****8000"),
        ("1380013800", "1380013800"),
        (5348985123, "5348985123"),
        (True, "是"),
        (1.5, "1.5"),
    ],
)
def test_a_doubtful_telephone_number_is_kept_and_asked_about(cell, kept):
    text, question = phone_of(cell)
    assert text == kept
    assert question


@pytest.mark.parametrize(
    ("cell", "iso"),
    [
        (None, None),
        ("", None),
        (1984.4, "1984-04"),
        (1984.04, "1984-04"),
        (1984.11, "1984-11"),
        (1984.12, "1984-12"),
        (2024, "2024"),
        (2024.0, "2024"),
        (198204, "1982-04"),
        (20240305, "2024-03-05"),
        (45356, "2024-03-05"),
        (45356.75, "2024-03-05"),
        (date(2024, 3, 5), "2024-03-05"),
        (datetime(2024, 3, 5, 10, 30), "2024-03-05"),
        ("2022．9．23", "2022-09-23"),
        ("2024.1", "2024-01"),
        ("2024.10", "2024-10"),
        ("2022/8/20 0:00", "2022-08-20"),
        ("2024年3月5日起", "2024-03-05"),
        ("二〇二四年十一月二十日", "2024-11-20"),
    ],
)
def test_dates_of_every_kind_are_read(cell, iso):
    found = date_of(cell)
    assert (found.isoformat() if found else None) == iso


@pytest.mark.parametrize("cell", [1984.1, 2024.1])
def test_a_number_that_may_be_january_or_october_is_asked_about(cell):
    with pytest.raises(DoubtfulDate) as doubt:
        date_of(cell)
    assert doubt.value.candidates == (PartialDate(int(cell), 1), PartialDate(int(cell), 10))


def test_without_types_the_text_is_as_doubtful_as_the_number():
    with pytest.raises(DoubtfulDate):
        date_of("2024.1", typed=False)
    assert date_of("2024.01", typed=False) == PartialDate(2024, 1)


def test_day_numbers_count_from_1904_where_the_file_says_so():
    assert date_of(43894, from_1904=True) == PartialDate(2024, 3, 5)


@pytest.mark.parametrize(
    "cell",
    ["2024.13.1", "20240230", 20240230, 1984.13, 1984.123, "2024135", 0, -3, 1e300, True, "长期"],
)
def test_impossible_dates_are_refused_with_a_sentence(cell):
    with pytest.raises(UnreadableDate) as refused:
        date_of(cell)
    assert (
        "日期" in str(refused.value) or "没有" in str(refused.value) or "七位" in str(refused.value)
    )


@given(
    st.one_of(
        st.none(), st.text(), st.integers(), st.floats(allow_nan=False), st.booleans(), st.dates()
    )
)
def test_no_cell_breaks_the_reader(cell):
    assert "\x00" not in text_of(cell)
    assert "\n" not in line_of(cell)
    phone_of(cell)
    try:
        date_of(cell)
    except UnreadableDate as refused:
        assert str(refused)


def test_lines_inside_a_cell_are_joined():
    assert line_of("德州市\n德城区") == "德州市德城区"
    assert line_of("No 1\nRoad") == "No 1 Road"
    assert text_of("甲\r\n乙\u200b_x000D_\x07") == "甲\n乙"
