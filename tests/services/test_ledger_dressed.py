"""One truth in many dresses: whatever shape an office gave its ledger, it means the same."""

from __future__ import annotations

import pytest

from app.documents.workbook_reader import read_workbook
from app.domain.ledger_people import gather
from app.domain.ledger_reading import read_rows
from tests.services.ledger_dresser import Dresser


@pytest.mark.parametrize("seed", range(24))
def test_a_ledger_in_any_dress_says_what_it_means_and_asks_nothing(seed, tmp_path):
    made = Dresser(seed, tmp_path).make()
    read = read_rows(read_workbook(made.path))
    people = gather(read.rows, {}, lambda row, key, value, said: asked.append((row.row, key, said)))
    asked: list[object] = [question.sentence for question in read.questions]
    assert {p.subject.name for p in people} == {p.name for p in made.people}
    for truth, found in zip(
        sorted(made.people, key=lambda p: p.name),
        sorted(people, key=lambda p: p.subject.name),
        strict=True,
    ):
        who = found.subject
        assert who.born_on is not None
        assert (who.name, who.sex, who.born_on.isoformat()) == (truth.name, truth.sex, truth.born)
        assert (who.workplace, who.phone) == (truth.unit + truth.post, truth.phone)
        assert sorted(
            (one.regime, one.kind, one.decided_on.isoformat() if one.decided_on else "")
            for one in found.sanctions
        ) == sorted(truth.sanctions)
        assert [(e.kind, e.on.isoformat()) for e in found.events if e.on] == truth.events
    assert asked == [], made.about
