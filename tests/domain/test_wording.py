"""Hints on wording only advise, and say exactly what and where."""

import pytest

from app.domain.registration_form import RegistrationForm
from app.domain.wording import WrongWording, coverage, read_wording, wording_hints
from app.paths import RESOURCES

SHIPPED = read_wording((RESOURCES / "wording.toml").read_text("utf-8"))


def said(**boxes):
    return [hint.message for hint in wording_hints(RegistrationForm(**boxes), SHIPPED)]


def test_a_well_worded_form_gives_no_hint():
    assert (
        said(
            reported_on="2026年11月23日",
            visited_on="2026年11月20日至21日（实地）",
            attitude="该同志能够正确认识所犯错误，服从处分决定。\n所在单位认为其工作踏实。",
            proposal="建议所在单位党组织继续加强教育管理。",
        )
        == []
    )


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("我认为该同志认识到位。", "我认为"),
        ("该同志工作挺不错。", "挺不错"),
        ("该同志绝对不会再犯。", "绝对"),
    ],
)
def test_first_person_spoken_and_absolute_words_are_named(text, word):
    assert any(f"“{word}”" in message for message in said(attitude=text))


def test_a_missing_full_stop_is_said_with_its_place():
    [hint] = wording_hints(RegistrationForm(proposal="建议继续加强教育管理 "), SHIPPED)
    assert (hint.field, hint.start, hint.message) == (
        "proposal",
        10,
        "意见建议：末尾没有句号",
    )


def test_the_same_sentence_twice_is_said_once():
    sentence = "该同志能够正确认识所犯错误"
    assert [m for m in said(attitude=f"{sentence}。服从组织。{sentence}！") if "两遍" in m] == [
        f"态度简述：“{sentence[:12]}…”写了两遍"
    ]
    assert not [m for m in said(attitude="服从组织。服从组织。") if "两遍" in m]


def test_a_sentence_pasted_thirty_times_is_one_hint():
    sentence = "该同志能够正确认识所犯错误。"
    assert [m for m in said(attitude=sentence * 30) if "遍" in m] == [
        f"态度简述：“{sentence[:12]}…”写了30遍"
    ]


@pytest.mark.parametrize(
    ("box", "text"),
    [
        ("attitude", "该同志于2026年12月1日作了检讨。"),
        ("visited_on", "2026.11.24"),
        ("remarks", "2027年3月将再次回访。"),
    ],
)
def test_a_date_after_the_day_of_reporting_is_questioned(box, text):
    assert any("晚于填报时间" in m for m in said(reported_on="2026年11月23日", **{box: text}))


@pytest.mark.parametrize(
    "text", ["2026年11月作了检讨。", "2026.45不是日期。", "文号〔2026〕12号。"]
)
def test_a_month_that_may_be_earlier_and_numbers_that_are_no_dates_are_left_alone(text):
    assert not [m for m in said(reported_on="2026年11月23日", remarks=text) if "晚于" in m]


def test_the_six_items_of_article_seven_are_shown_as_written_of_or_not():
    form = RegistrationForm(attitude="处分决定已宣布执行。同事反映其踏实。该同志深刻反省。")
    found = coverage(form, SHIPPED)
    assert [one.item.article for one in found] == [
        f"第七条第{number}项" for number in "一二三四五六"
    ]
    assert [one.covered for one in found] == [True, True, True, False, False, False]
    assert found[1].word == "同事"


def test_the_facts_of_the_case_do_not_count_as_written_of():
    form = RegistrationForm(facts="态度恶劣，家庭困难。", proposal="予以肯定。")
    assert [one.covered for one in coverage(form, SHIPPED)] == [False] * 6
    form.proposal = ""
    assert coverage(form, SHIPPED) == []


@pytest.mark.parametrize(
    "text",
    [
        "boxes = [",
        "boxes = ['hobby']",
        "boxes=['facts']\n[[check]]\ntitle='x'\nadvice='y'\nwords='z'",
    ],
)
def test_a_file_that_is_not_in_order_is_refused_in_chinese(text):
    with pytest.raises(WrongWording, match="用词提示"):
        read_wording(text)
