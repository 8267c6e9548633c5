"""Characters that names write in several ways."""

from __future__ import annotations

import unicodedata

from app.domain.variants import _GROUPS, as_one, writings


def test_no_character_stands_in_two_groups_and_none_is_folded_away_before_it_is_compared():
    every = "".join(_GROUPS.split())
    assert len(set(every)) == len(every)
    assert all(unicodedata.normalize("NFKC", one) == one for one in every)


def test_a_name_is_looked_for_in_every_writing_of_its_characters_itself_first():
    assert writings("吉野") == ("吉野", "𠮷野")
    assert writings("黃金榮")[0] == "黃金榮" and "黄金荣" in writings("黃金榮")
    assert writings("zhang") == ("zhang",)
    assert len(writings("黄荣国韩杨陈郑钟")) <= 12


def test_marking_compares_without_moving_a_character():
    assert as_one("呂方𠮷") == as_one("吕方吉") == "吕方吉"
