"""Where a name stands that was found by its sound."""

from __future__ import annotations

import pytest

from app.storage.names import place_by_sound


@pytest.mark.parametrize(
    ("text", "search", "place"),
    [
        ("张三", "zs", (0, 2)),
        ("张三丰", "zhangsan", (0, 2)),
        ("张三丰", "sanfeng", (1, 3)),
        ("单小芳", "shan", (0, 1)),
        ("曾国强", "ZGQ", (0, 3)),
        ("曾国强", "gq", (1, 3)),
        ("计划财务处职员", "cwc", (2, 5)),
        ("张三", "ls", None),
        ("张三", "三", None),
        ("张三", "", None),
        ("", "zs", None),
    ],
)
def test_the_part_that_was_spelt_is_marked(text, search, place):
    assert place_by_sound(text, search) == place
