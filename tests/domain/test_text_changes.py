"""What differs between two texts is found whole, and soon."""

from __future__ import annotations

from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from app.domain.text_changes import Span, changed_spans


def without(text: str, spans: list[Span]) -> str:
    for start, end in reversed(spans):
        text = text[:start] + text[end:]
    return text


@given(st.text("甲乙。\n", max_size=40), st.text("甲乙。\n", max_size=40))
def test_what_is_not_marked_is_the_same_on_both_sides(before, after):
    gone, new = changed_spans(before, after)
    assert without(before, gone) == without(after, new)


def test_only_the_changed_letters_of_a_long_text_are_marked_and_soon():
    before = "".join(f"第{number}句，该同志认识到位，工作认真。" for number in range(1500))
    after = before.replace("第700句，该同志认识", "第700句，其本人认识") + "末句"
    start = process_time()
    gone, new = changed_spans(before, after)
    assert process_time() - start < 2
    assert "".join(before[a:b] for a, b in gone) == "该同志"
    assert "".join(after[a:b] for a, b in new) == "其本人末句"
