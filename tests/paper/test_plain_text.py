"""Typed text on its way to paper."""

from __future__ import annotations

from app.paper.plain_text import printable, removed_controls


def test_markup_and_rare_characters_stay_as_typed() -> None:
    text = "<b>&amp;</b> 𬱖䶮𠮷 \u200f\ud800"
    assert printable(text) == text


def test_control_characters_go_and_are_named() -> None:
    assert printable("甲\x07乙\x00丙") == "甲乙丙"
    assert removed_controls("甲\x07乙\x00丙\x07") == ["U+0007", "U+0000"]


def test_every_kind_of_line_end_becomes_one_newline() -> None:
    text = "一\r\n二\r三\u2028四\x0b五"
    assert printable(text) == "一\n二\n三\n四\n五"
    assert removed_controls(text) == []


def test_a_tab_becomes_blanks_and_is_no_loss() -> None:
    assert printable("甲\t乙") == "甲　　乙"
    assert removed_controls("甲\t乙") == []


def test_blanks_after_the_last_line_are_not_printed() -> None:
    assert printable("甲 \n\n　") == "甲"
