"""Whichever way a search takes to its page, it finds whom the plain way finds."""

import random

import pytest

from app.domain.subject import Subject
from app.services.ports import RosterFilter
from app.storage import queries, roster_search

SURNAMES = "张章王汪黄黃李吕呂区欧曾单赵周"
GIVEN = "伟芳学學静丽强磊军洋勇艳杰明"
UNITS = ("化学学院", "物理学院", "教务处", "學生處")
TYPED = (
    *("z", "zh", "zhang", "zw", "张", "黄", "吕", "学", "学院", "化学学院", "jwc", "13", "1381"),
    *("zhang 学", "教务 w", "x", "教", "学生", "𬱖", "nobody"),
)
WAYS = {
    "ranked": {},
    "sorted": {"_FEW": 0, "_HEAD": 0},
    "at the head": {"_FEW": 0, "_HEAD": 60},
    "at a larger head": {"_FEW": 0, "_HEAD": 12},
    "told at the head": {"_FEW": 0, "_SORTED": 1, "_HEAD": 60},
    "walked": {"_FEW": 0, "_SORTED": 1, "_HEAD": 5},
    "asked one by one": {"_FEW": 0, "_SORTED": 1, "_THICK": 2, "_ASKED": 80, "_TRIED": 80},
    "given up asking": {"_FEW": 0, "_THICK": 2, "_HEAD": 30, "_ASKED": 20, "_TRIED": 4},
}


def somebody(chance: random.Random) -> Subject:
    unit = chance.choice(UNITS)
    return Subject(
        name=chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.randint(1, 2))),
        workplace=f"{unit}教师",
        unit=unit,
        phone=f"13{chance.randint(10**8, 10**9 - 1)}",
    )


@pytest.fixture(params=range(4))
def roster(request, office, new_uow):
    """A roster whose search index has seen people come, change and go."""
    chance = random.Random(request.param)
    with new_uow() as uow:
        uow.repository(Subject).put_all(somebody(chance) for _ in range(80))
        uow.commit()
    for _ in range(20):
        with new_uow() as uow:
            people = uow.repository(Subject)
            known = chance.choice(people.where())
            if chance.random() < 0.3:
                people.remove(known)
            else:
                known.name, known.phone = somebody(chance).name, "1381"
                people.put(known)
            people.put(somebody(chance))
            uow.commit()
    return office.roster()


def plainly(roster, which, monkeypatch):
    """Return the ids that one statement with every condition in it finds, in order."""
    with monkeypatch.context() as patch:
        patch.setattr(queries, "only_searches", lambda _which: False)
        return [row.id for row in roster.page(which, 0, 1000)]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_a_page_finds_the_same(way, roster, monkeypatch):
    for name, value in WAYS[way].items():
        monkeypatch.setattr(roster_search, name, value)
    for typed in TYPED:
        for descending in (False, True):
            which = RosterFilter(text=typed, descending=descending)
            expected = plainly(roster, which, monkeypatch)
            assert roster.count(which) == len(expected), typed
            pages = [row.id for start in range(0, 120, 7) for row in roster.page(which, start, 7)]
            if WAYS[way].get("_FEW") == 0 or descending:
                assert pages == expected, typed
            else:
                assert sorted(pages) == sorted(expected), typed
            assert roster.ids(which) == pages, typed


def test_each_way_is_one_that_is_taken(roster, office, monkeypatch):
    """The sizes above lead to what they are named after."""
    taken = set()
    for name in ("_ranked", "_within", "_sorted", "_at_larger_head"):
        kept = getattr(roster_search.Found, name)

        def noted(*given, name=name, kept=kept):
            taken.add(name)
            return kept(*given)

        monkeypatch.setattr(roster_search.Found, name, noted)
    seen = {}
    for way, sizes in WAYS.items():
        with monkeypatch.context() as patch:
            for name, value in sizes.items():
                patch.setattr(roster_search, name, value)
            taken.clear()
            which = RosterFilter(text="学院")
            with office.engine.connect() as connection, connection.begin():
                found = roster_search.searched(connection, which, queries.phrase_of(which))
                found.page(connection, 0, 7)
            seen[way] = set(taken)
    assert seen["ranked"] == {"_ranked"}
    assert "_sorted" in seen["sorted"]
    assert seen["at the head"] == {"_within"}
    assert seen["asked one by one"] == set()
