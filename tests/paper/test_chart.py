"""Charts: every number is readable in black and white, nothing stands outside, every bar is found."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.paper.chart import HATCHED, HOLLOW, SOLID, Bar, Chart, Part, height_of, lay_out, scale

WIDTHS = defaultdict(lambda: 1.0)
VALUES = st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 5000)), min_size=1, max_size=12)


def chart_of(values, upright):
    bars = tuple(
        Bar(
            f"第{number}学院" * (number % 3 + 1),
            (Part(one, SOLID, f"{number}a"), Part(other, HATCHED, f"{number}b")),
            f"{one}/{one + other}",
        )
        for number, (one, other) in enumerate(values)
    )
    return Chart("按单位", bars, ((SOLID, "已访"), (HATCHED, "未访")), upright=upright)


@pytest.mark.parametrize("upright", [False, True])
@given(values=VALUES)
@settings(max_examples=60, deadline=None)
def test_nothing_stands_outside_and_lengths_are_in_proportion(upright, values):
    chart = chart_of(values, upright)
    high = height_of(chart, 10)
    drawing = lay_out(chart, width=420, height=high, size=10, widths=WIDTHS)
    for box in drawing.boxes:
        assert box.x >= -0.01 and box.x + box.width <= 420.01
        assert box.y >= -0.01 and box.y + box.height <= high + 0.01
    for stroke in drawing.strokes:
        assert min(stroke.x1, stroke.x2) >= -0.01 and max(stroke.x1, stroke.x2) <= 420.01
    long = {box.key: box.height if upright else box.width for box in drawing.boxes if box.key}
    numbers = {
        f"{n}{s}": v for n, both in enumerate(values) for s, v in zip("ab", both, strict=True)
    }
    most = max(numbers, key=numbers.get)
    for key, value in numbers.items():
        if value:
            assert long[key] / long[most] == pytest.approx(value / numbers[most], rel=1e-6)
        else:
            assert key not in long


def test_a_bar_is_found_where_it_is_and_each_pattern_has_its_legend():
    drawing = lay_out(chart_of([(10, 20)], False), width=420, height=90, size=10, widths=WIDTHS)
    first, second = (box for box in drawing.boxes if box.key)
    assert drawing.key_at(first.x + 1, first.y + 1) == "0a"
    assert drawing.key_at(second.x + second.width / 2, second.y + 1) == "0b"
    assert drawing.key_at(419, 1) == ""
    assert [box.style for box in drawing.boxes if not box.key] == [SOLID, HATCHED]
    assert "10/30" in [words.text for words in drawing.words]


def test_a_withheld_number_has_no_bar_and_is_said_to_be_withheld():
    bars = (Bar("26年下", (Part(40, HOLLOW, "all"), Part(None, SOLID, "few")), "*"),)
    drawing = lay_out(
        Chart("各期", bars, upright=True), width=300, height=150, size=10, widths=WIDTHS
    )
    assert "few" not in [box.key for box in drawing.boxes]
    assert [words.text for words in drawing.words].count("*") == 2


@pytest.mark.parametrize(
    ("highest", "marks"),
    [(0, [0, 1]), (3, [0, 1, 2, 3]), (137, [0, 50, 100, 150]), (8, [0, 2, 4, 6, 8])],
)
def test_a_scale_has_round_marks(highest, marks):
    assert scale(highest) == marks
