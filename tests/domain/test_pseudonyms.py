"""Names give way to codes that nobody can turn back, and the same name to the same code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.pseudonyms import NUMBER, PERSON, SUBJECT, UNIT, Pseudonyms


@pytest.fixture
def made():
    names = Pseudonyms(b"k" * 32)
    names.add(SUBJECT, "张三丰", "#1")
    names.add(SUBJECT, "李梅", "#2")
    names.add(UNIT, "化学与材料学院")
    names.add(PERSON, "𠮷田一郎")
    names.add_spoken("张三丰")
    names.add_place("德州市德城区东湖路18号3栋502室")
    names.add_birth(["1985年3月", "1985.03", "1985-03"], 1985)
    return names


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("张三丰同志", "张三丰"),
        ("李　梅来电", "李"),
        ("张老师说老张辛苦，张某认错", "张"),
        ("化学与材料学院副教授", "化学与材料学院"),
        ("𠮷田一郎记录", "𠮷田"),
        ("电话138-1234-5678，１３９１２３４５６７８，0534-8985001", "1234"),
        ("家住东湖路18号3栋502室", "502"),
        ("住湖滨北路27号5号楼2单元301", "301"),
        ("东院纪函〔2026〕12号", "〔2026〕"),
        ("身份证371402198503171234", "1985"),
        ("生于1985年3月、1985.03", "3月"),
        ("邮箱zhang.san@dzu.edu.cn", "@"),
    ],
)
def test_what_names_somebody_is_gone(made, text, gone):
    assert gone not in made(text)


@pytest.mark.parametrize(
    "text",
    [
        "根据《关于对受处分人员开展回访关爱的实施办法》第八条第二项",
        "2026年11月20日（实地），共3人，回访率85.7%",
        "影响期 2026-03-10 至 2027-09-09，2027-09-10 起期满",
        "",
    ],
)
def test_what_names_nobody_stays(made, text):
    assert made(text) == text


def test_codes_are_steady_and_depend_on_the_offices_key(made):
    other = Pseudonyms(b"o" * 32)
    assert made.code(SUBJECT, "#1") == Pseudonyms(b"k" * 32).code(SUBJECT, "#1")
    assert made.code(SUBJECT, "#1") != other.code(SUBJECT, "#1")
    assert made("张三丰").startswith("对象")
    assert made("张三丰、张三丰") == f"{made('张三丰')}、{made('张三丰')}"


def test_a_code_is_not_read_again_as_the_beginning_of_a_number(made):
    unit = made.code(UNIT, "化学与材料学院")
    assert made("化学与材料学院〔2026〕12号") == f"{unit}{made.code(NUMBER, '〔2026〕12号')}"
    assert "张三丰" not in made("\ufdd0张三丰\ufdd1")


def test_namesakes_of_one_surname_are_not_taken_for_each_other(made):
    made.add(PERSON, "张小明")
    made.add_spoken("张小明")
    assert made("张老师") == "某人"


@given(st.text(max_size=60), st.text("张三丰李梅王五", min_size=2, max_size=4))
def test_a_name_that_was_told_is_in_no_text_any_more(text, name):
    names = Pseudonyms(b"k" * 32)
    names.add(PERSON, name)
    assert name not in names(f"{text}{name}{text}")


def test_thousands_of_codes_are_all_different():
    names = Pseudonyms(b"k" * 32)
    assert len({names.code(NUMBER, str(one)) for one in range(5_000)}) == 5_000
