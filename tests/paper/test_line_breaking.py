"""Chinese line breaking: 避头尾, squeezed marks, untorn words and dates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.paper.line_breaking import NO_END, NO_START, SPACES, Line, break_evenly, break_lines


class _Widths(dict[str, float]):
    def __missing__(self, character: str) -> float:
        return 0.5 if ord(character) < 0x2000 else 1.0


WIDTHS = _Widths()
HAN = "回访对象态度现实表现积极认真"
ANY_TEXT = st.text(alphabet=HAN + "，。、；：！？”’）》（《“‘—…·% aB3年月日\n　", max_size=200)
SENTENCES = st.lists(
    st.tuples(st.text(alphabet=HAN, min_size=2, max_size=15), st.sampled_from("，。；、：！？")),
    min_size=1,
    max_size=30,
).map(lambda parts: "".join(text + mark for text, mark in parts))


def texts(text: str, measure: float, **more: float) -> list[str]:
    return [text[line.start : line.end] for line in break_lines(text, WIDTHS, measure, **more)]


def extent(text: str, line: Line) -> float:
    """The line's width as the eye sees it: without trailing spaces."""
    shown = text[line.start : line.end].rstrip()
    return sum(WIDTHS[c] for c in shown) - sum(give for _, give in line.squeezed) + line.indent


@given(ANY_TEXT, st.floats(2, 30), st.sampled_from([0.0, 2.0]))
def test_every_character_is_on_exactly_one_line_in_order(
    text: str, measure: float, indent: float
) -> None:
    joined = ""
    for line in break_lines(text, WIDTHS, max(measure, indent + 2), indent=indent):
        joined += text[line.start : line.end] + ("\n" if line.last else "")
    assert joined == text + "\n"


@given(ANY_TEXT, st.floats(4, 30), st.floats(0, 0.5))
def test_no_line_is_wider_than_the_measure_and_what_may_hang(
    text: str, measure: float, hang: float
) -> None:
    for line in break_lines(text, WIDTHS, measure, indent=2, hang=hang):
        assert extent(text, line) <= measure + hang + 1e-6
        assert line.width + line.indent == pytest.approx(extent(text, line))


@given(SENTENCES, st.integers(6, 30))
def test_in_sentences_no_line_starts_or_ends_with_a_forbidden_mark(text: str, measure: int) -> None:
    for line in texts(text, measure):
        assert line[0] not in NO_START
        assert line[-1] not in NO_END


@given(ANY_TEXT, st.floats(4, 30))
def test_a_forbidden_mark_starts_a_line_only_where_no_break_is_allowed(
    text: str, measure: float
) -> None:
    for line in break_lines(text, WIDTHS, measure):
        if line.last:
            continue
        wrong = text[line.end] in NO_START or text[line.end - 1] in NO_END
        allowed = [
            at
            for at in range(line.start + 1, line.end + 1)
            if text[at] not in NO_START and text[at - 1] not in NO_END and text[at] not in SPACES
        ]
        assert not (wrong and allowed and text[line.end - 1] not in SPACES)


@given(ANY_TEXT, st.floats(4, 30), st.integers(0, 200))
def test_cutting_the_end_off_never_makes_more_lines(text: str, measure: float, keep: int) -> None:
    assert len(texts(text[:keep], measure)) <= len(texts(text, measure))


def test_a_full_line_takes_the_comma_by_squeezing_it() -> None:
    lines = break_lines("一二三四五六七八九，十百千", WIDTHS, 9.5)
    assert (lines[0].end, lines[0].squeezed) == (10, ((9, 0.5),))


def test_marks_inside_the_line_give_way_when_the_last_one_is_not_enough() -> None:
    lines = break_lines("一，二三，四五六七，十百千", WIDTHS, 9)
    assert lines[0].end == 10
    assert lines[0].squeezed == ((1, 0.25), (4, 0.25), (9, 0.5))


def test_a_mark_inside_the_line_keeps_half_of_its_blank_and_the_last_one_hangs() -> None:
    text = "一二，三四五六七八，十百千"
    assert break_lines(text, WIDTHS, 9)[0].end == 8  # a crammed comma would be seen
    hung = break_lines(text, WIDTHS, 9, hang=0.3)[0]
    assert (hung.end, hung.squeezed) == (10, ((2, 0.25), (9, 0.5)))


def test_a_comma_hangs_into_the_margin_rather_than_start_a_line() -> None:
    assert texts("一二三四五六七八九，十百千", 9, hang=0.5)[0] == "一二三四五六七八九，"


def test_without_room_to_hang_the_character_before_the_comma_goes_down_with_it() -> None:
    assert texts("一二三四五六七八九，十百千", 9)[0] == "一二三四五六七八"


@pytest.mark.parametrize(
    "token",
    ["2024年3月15日", "2023年11月", "12.5%", "12480.50", "0534-8985123", "huifang", "GB/T9704"],
)
def test_dates_numbers_and_words_are_not_torn(token: str) -> None:
    for before in range(12):
        text = "文" * before + token + "之后的文字还有许多许多"
        assert any(token in line for line in texts(text, 10))


def test_a_date_wider_than_the_cell_breaks_after_year_or_month() -> None:
    assert texts("2024年3月15日", 5) == ["2024年3月", "15日"]


def test_a_word_longer_than_a_line_fills_the_lines() -> None:
    assert texts("网址" + "x" * 30, 10) == ["网址" + "x" * 16, "x" * 14]


@pytest.mark.parametrize("pair", ["——", "……"])
def test_dashes_and_dots_stay_in_pairs_and_start_no_line(pair: str) -> None:
    for before in range(2, 12):
        for line in texts("文" * before + pair + "后面的话还有很多很多字", 10):
            assert line[0] not in "—…"
            assert line.count(pair[0]) in (0, 2)


def test_paragraphs_are_indented_unless_they_begin_with_blanks() -> None:
    lines = break_lines("一段\n　　二段\n\n四段", WIDTHS, 20, indent=2)
    assert [line.indent for line in lines] == [2, 0, 0, 2]


def test_spaces_at_the_end_of_a_line_take_no_room_and_are_kept() -> None:
    assert texts("一二三四五  六七", 5) == ["一二三四五  ", "六七"]


def test_short_centred_texts_break_into_even_lines() -> None:
    lines = break_evenly("研究生（博士）", WIDTHS, 5.8)
    assert ["研究生（博士）"[line.start : line.end] for line in lines] == ["研究生", "（博士）"]
