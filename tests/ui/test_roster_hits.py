"""Where the words of a search are marked."""

from __future__ import annotations

import pytest

from app.ui.roster.hits import hits


@pytest.mark.parametrize(
    ("text", "search", "marked"),
    [
        ("计算机学院讲师", "学院", [(3, 5)]),
        ("张三丰", "三", [(1, 2)]),
        ("学学院", "学", [(0, 2)]),
        ("ＡＢ楼", "ab", [(0, 2)]),
        ("AB楼", "Ａｂ", [(0, 2)]),
        ("𬱖建国", "建国", [(1, 3)]),
        ("建国𬱖", "𬱖", [(2, 3)]),
        ("张三 计算机学院", "张三 学院", [(0, 2), (6, 8)]),
        ("张三", "李四", []),
        ("张三", "", []),
        ("", "张", []),
    ],
)
def test_every_place_that_a_word_spells_is_marked(text, search, marked):
    assert hits(text, search) == marked
