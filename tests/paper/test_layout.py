"""Placed pages: what must hold for every form, whatever was typed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.registration_form import RegistrationForm
from app.paper.content import Choices
from app.paper.grid import POINTS_PER_MM
from app.paper.layout import Page, PlacedForm, Run, count_pages, lay_out, one_page_size
from app.paper.line_breaking import NO_END, NO_START, SQUEEZABLE
from tests.paper.paper_samples import TableMetrics, frame_top, official_grid, runs_of, text_in_cell

GRID = official_grid()
METRICS = TableMetrics()
HAN = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
LONG_FIELDS = ("facts", "attitude", "proposal", "remarks")
SENTENCE = "该同志认识深刻，表示“完全接受”；2024年3月15日起承担课程3门——态度诚恳……"


def prose(length: int) -> str:
    """Return sentences of that many characters."""
    return (SENTENCE * (length // len(SENTENCE) + 1))[:length]


def form(**values: str) -> RegistrationForm:
    filled = {
        "name": "张三",
        "sex": "男",
        "facts": prose(60),
        "attitude": prose(100),
        "proposal": prose(50),
        "visited_on": "2024年5月8日",
    }
    return RegistrationForm(**{**filled, **values})


def placed(entity: RegistrationForm, **chosen: object) -> PlacedForm:
    return lay_out(GRID, entity, METRICS, Choices(**chosen))  # type: ignore[arg-type]


TEXT = st.lists(
    st.one_of(
        st.text(alphabet=HAN, min_size=1, max_size=40),
        st.sampled_from(["，", "。", "”", "（", "2024年3月15日", "——", "……", "ABC-12", "\n", " "]),
    ),
    max_size=60,
).map("".join)
LONG_TEXT = st.tuples(TEXT, st.integers(1, 12)).map(lambda pair: pair[0] * pair[1])
FORMS = st.builds(
    RegistrationForm,
    name=st.text(alphabet=HAN, max_size=12),
    education=st.text(alphabet=HAN + "（）", max_size=12),
    workplace=TEXT,
    address=TEXT,
    facts=LONG_TEXT,
    attitude=LONG_TEXT,
    proposal=LONG_TEXT,
    remarks=TEXT,
    party_decided_on=st.sampled_from(["", "2021.03", "2021.03\n2023.11.08"]),
    party_kind=st.sampled_from(["", "警告", "警告\n严重警告（应撤销党内职务而无党内职务）"]),
)


def right_edge(run: Run) -> float:
    """Return where the ink of a run ends: blanks and the empty half of a mark do not count."""
    shown = run.text.rstrip()
    width = sum(METRICS.widths("text")[c] for c in shown) * run.size
    width += run.spacing * max(0, len(shown) - 1)
    return run.x + width - (0.5 * run.size if shown and shown[-1] in SQUEEZABLE else 0.0)


def bottom(page: Page) -> float:
    return frame_top(GRID) + page.pieces[-1].top + page.pieces[-1].height


@settings(max_examples=60, deadline=None)
@given(FORMS)
def test_every_character_is_on_the_pages_once_and_in_order(entity: RegistrationForm) -> None:
    pages = placed(entity).pages
    for field in ("workplace", "address", *LONG_FIELDS):
        typed = "".join(getattr(entity, field).split())
        shown = "".join("".join(text_in_cell(GRID, pages, field)).split())
        assert shown == (typed or "无")


@settings(max_examples=60, deadline=None)
@given(FORMS)
def test_nothing_crosses_a_rule_or_leaves_the_type_area(entity: RegistrationForm) -> None:
    left = GRID.sheet.left_mm * POINTS_PER_MM
    right = left + GRID.sheet.inner_width_mm * POINTS_PER_MM
    lowest = (GRID.sheet.height_mm - GRID.sheet.bottom_mm) * POINTS_PER_MM
    for page in placed(entity).pages:
        upright = [rule for rule in page.rules if rule.x1 == rule.x2]
        assert bottom(page) <= lowest + 0.01
        for run in runs_of(page):
            top, foot = run.y - 0.88 * run.size, run.y + 0.12 * run.size
            assert left - 0.01 <= run.x
            assert right_edge(run) <= right + 0.01
            if not frame_top(GRID) < run.y < bottom(page):
                continue
            crossed = [
                rule
                for rule in upright
                if run.x + 0.01 < rule.x1 < right_edge(run) - 0.01 and rule.y1 < run.y < rule.y2
            ]
            crossed += [
                rule
                for rule in page.rules
                if rule.y1 == rule.y2
                and top + 0.01 < rule.y1 < foot - 0.01
                and rule.x1 <= run.x < rule.x2
            ]
            assert not crossed, (run, crossed)


@settings(max_examples=60, deadline=None)
@given(FORMS)
def test_rows_stand_on_one_another_and_every_row_ends_once(entity: RegistrationForm) -> None:
    pages = placed(entity).pages
    for page in pages:
        top = 0.0
        for piece in page.pieces:
            assert piece.top == pytest.approx(top)
            assert piece.height > 0
            top += piece.height
    ends = [piece.row for page in pages for piece in page.pieces if piece.ends]
    begins = [piece.row for page in pages for piece in page.pieces if piece.begins]
    assert ends == begins == list(range(len(GRID.rows)))


@settings(max_examples=60, deadline=None)
@given(FORMS)
def test_the_signature_is_never_alone(entity: RegistrationForm) -> None:
    whole = text_in_cell(GRID, placed(entity).pages, "proposal")
    for page in placed(entity).pages:
        texts = [run.text for run in runs_of(page)]
        if "回访工作人员签名：" in texts:
            assert "年　　　月　　　日" in texts
            beside = text_in_cell(GRID, [page], "proposal")
            assert len(beside) >= min(2, len(whole))
            break
    else:
        pytest.fail("no signature")


@settings(max_examples=30, deadline=None)
@given(FORMS)
def test_the_same_form_is_placed_the_same_way_and_counted_rightly(entity: RegistrationForm) -> None:
    first, second = placed(entity), placed(entity)
    assert first == second
    assert count_pages(GRID, entity, METRICS, Choices()) == len(first.pages)


@settings(max_examples=60, deadline=None)
@given(FORMS, st.sampled_from(LONG_FIELDS), st.integers(0, 400))
def test_deleting_the_end_of_a_text_never_makes_more_pages(
    entity: RegistrationForm, field: str, keep: int
) -> None:
    before = count_pages(GRID, entity, METRICS, Choices())
    setattr(entity, field, getattr(entity, field)[:keep])
    assert count_pages(GRID, entity, METRICS, Choices()) <= before


def test_deleting_line_by_line_never_makes_more_pages() -> None:
    counts = []
    for lines in range(120, 0, -1):
        entity = form(attitude="甲" * 28 * lines, proposal="乙" * 28 * (lines // 3))
        counts.append(count_pages(GRID, entity, METRICS, Choices()))
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == 7
    assert counts[-1] == 1


@pytest.mark.parametrize("length", [400, 3_000, 27_000])
def test_no_line_of_a_long_text_starts_or_ends_with_a_forbidden_mark(length: int) -> None:
    pages = placed(form(attitude=prose(length) + "。")).pages
    lines = text_in_cell(GRID, pages, "attitude")
    assert sum(map(len, lines)) == length + 1
    assert not [line for line in lines if line[0] in NO_START or line[-1] in NO_END]


def test_a_short_form_fits_one_page() -> None:
    assert len(placed(form()).pages) == 1


def test_the_blank_form_has_two_pages_that_break_before_the_attitude() -> None:
    pages = placed(RegistrationForm(), blank=True).pages
    assert [[piece.row for piece in page.pieces] for page in pages] == [
        [0, 1, 2, 3, 4, 5, 6, 7],
        [8, 9, 10],
    ]
    assert "无" not in [run.text for page in pages for run in runs_of(page)]


def test_rows_have_at_least_their_least_heights_on_two_pages() -> None:
    pages = placed(RegistrationForm(), blank=True).pages
    heights = [piece.height for page in pages for piece in page.pieces]
    for row, height in zip(GRID.rows, heights, strict=True):
        assert height >= row.least_mm * POINTS_PER_MM - 0.01


def test_a_form_too_long_for_one_page_breaks_before_the_attitude() -> None:
    pages = placed(form(attitude=prose(350))).pages
    assert len(pages) == 2
    assert pages[1].pieces[0].row == 8
    assert pages[1].pieces[0].begins


def test_a_continuation_page_repeats_title_name_and_running_label() -> None:
    pages = placed(form(attitude=prose(3_000))).pages
    texts = [run.text for run in runs_of(pages[2])]
    labels = [phrase.text for phrase in pages[2].phrases]
    assert "受处分人员回访关爱工作情况登记表（续表）" in texts
    assert "回访对象姓名：张三" in texts
    assert "回访对象态度以及现实表现简述（续）" in labels
    assert f"第 3 页 共 {len(pages)} 页" in texts


def test_labels_are_distributed_and_read_as_one_text() -> None:
    phrases = {phrase.text: phrase.runs for phrase in placed(form()).pages[0].phrases}
    (sex,) = phrases["性别"]
    assert sex.spacing == pytest.approx(12.0)
    assert [run.text for run in phrases["参加工作时间"]] == ["参加工", "作时间"]


def test_empty_boxes_print_the_offices_mark_but_hand_filled_ones_stay_empty() -> None:
    texts = [
        run.text for run in runs_of(placed(RegistrationForm(name="李四"), empty_mark="—").pages[0])
    ]
    assert texts.count("—") == 17
    assert "填报单位：" in texts
    assert "填报时间：　　　年　　月　　日" in texts


def test_sanctions_and_their_dates_stand_on_matching_lines() -> None:
    entity = form(
        party_decided_on="2021.03.05\n2023.11.08\n2024.07.10",
        party_kind="警告\n严重警告（应撤销党内职务而无党内职务）\n留党察看一年",
    )
    page = placed(entity).pages[0]
    when = {run.text: run.y for run in runs_of(page) if run.text.startswith("20")}
    what = {run.text: run.y for run in runs_of(page)}
    first = what["警告"] - when["2021.03.05"]
    assert what["留党察看一年"] - when["2024.07.10"] == pytest.approx(first)
    assert when["2024.07.10"] - when["2023.11.08"] > 1.5 * (when["2023.11.08"] - when["2021.03.05"])


def test_one_page_is_possible_down_to_the_least_size_and_says_when_not() -> None:
    fits, too_long = form(attitude=prose(300)), form(attitude=prose(1_500))
    size = one_page_size(GRID, fits, METRICS, Choices())
    assert size is not None
    assert 10.5 <= size <= 12
    shrunk = placed(fits, one_page=True)
    assert (len(shrunk.pages), shrunk.text_pt) == (1, size)
    assert {run.size for run in runs_of(shrunk.pages[0])} >= {size}
    assert one_page_size(GRID, too_long, METRICS, Choices()) is None
    assert placed(too_long, one_page=True).text_pt == 12


def test_text_is_never_smaller_than_asked_for() -> None:
    for length in (10, 400, 4_000):
        assert placed(form(attitude=prose(length))).text_pt == 12


@pytest.mark.parametrize("field", ["name", "workplace", "phone", "visited_on", "party_kind"])
def test_even_a_short_box_takes_a_text_longer_than_a_page(field: str) -> None:
    text = HAN * 200
    pages = placed(form(**{field: text})).pages
    assert "".join(text_in_cell(GRID, pages, field)) == text


def test_a_spread_line_spreads_neither_numbers_nor_words_and_ends_at_the_measure() -> None:
    text = "二〇二六年以来，于2026年3月15日至2026年11月20日期间参加huifang培训，" * 3
    page = placed(form(attitude=text, one_page=True)).pages[0]
    runs = [run for run in runs_of(page) if run.text in text and len(run.text) > 1]
    spread = [run for run in runs if run.spacing > 0]
    assert len(spread) > 4
    for run in runs:
        inside = re.findall("[!-~]{2,}", run.text)
        assert run.spacing == 0 or not inside
    lines: dict[float, list[Run]] = {}
    for run in runs:
        lines.setdefault(run.y, []).append(run)
    edges = {round(right_edge(line[-1]), 1) for line in lines.values() if line[-1] in spread}
    assert len(edges) == 1
