"""The reason tells how the other clock stands by its latest sanction, not by its first."""

from __future__ import annotations

from datetime import date

from app.domain.partial_date import PartialDate
from app.domain.settings import Settings
from app.domain.subject import ADMINISTRATIVE, PARTY, Dossier, Sanction, Subject
from app.domain.verdict import assess


def test_an_ended_sanction_does_not_hide_a_running_one_of_the_same_clock(rules):
    dossier = Dossier(
        Subject(id=1, name="张三"),
        sanctions=(
            Sanction(id=1, regime=ADMINISTRATIVE, kind="撤职", decided_on=PartialDate(2022, 2, 13)),
            Sanction(id=2, regime=ADMINISTRATIVE, kind="降级", decided_on=PartialDate(2025, 1, 31)),
            Sanction(
                id=3,
                regime=PARTY,
                kind="严重警告",
                in_lieu=True,
                decided_on=PartialDate(2025, 2, 28),
            ),
        ),
    )
    reason = assess(dossier, as_of=date(2026, 11, 23), rules=rules, settings=Settings()).reason
    assert "政务处分期至 2027-01-30" in reason
    assert "2024-02-12" not in reason
