"""Article 5 of the measures: whether a revisit is due to a person on a day, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.domain.article_five import decide
from app.domain.assessment import Assessment, Card
from app.domain.decision import (
    BOUNDARY,
    BY_HAND,
    DUE,
    EXCLUDED,
    EXPIRED,
    NEVER,
    NOT_YET,
    OPEN,
    VERDICTS,
    Decision,
)
from app.domain.fact_checks import fact_problems
from app.domain.happenings import happenings
from app.domain.periods import periods_of
from app.domain.rulebook import RuleBook
from app.domain.settings import COUNT_TO_DAY, Settings
from app.domain.subject import Dossier
from app.domain.vagueness import readings

__all__ = [
    "BOUNDARY", "BY_HAND", "DUE", "EXCLUDED", "EXPIRED", "NEVER", "NOT_YET", "OPEN", "VERDICTS",
    "Assessment", "Card", "assess", "fact_problems",
]  # fmt: skip


def assess(dossier: Dossier, *, as_of: date, rules: RuleBook, settings: Settings) -> Assessment:
    """Return verdict, periods and working for one person on ``as_of``, from facts up to that day.

    Where a date is known only to its month or year, or an event does not say which sanction it
    concerns, every possible reading is tried: the verdict is definite when all agree, 待定 otherwise.
    """
    to_day = settings.counting == COUNT_TO_DAY
    possible = readings(dossier, as_of)
    decisions: list[Decision] = []
    for chosen in possible:
        found = happenings(dossier, as_of, chosen)
        periods = periods_of(dossier.sanctions, found.of, rules=rules, to_day=to_day, chosen=chosen)
        decisions.append(decide(dossier, periods, found, as_of=as_of))
    return Assessment(dossier, as_of, rules, to_day, _joined(decisions), decisions)


def _joined(decisions: Sequence[Decision]) -> Decision:
    """Return the one decision all readings agree on, or 待定 with the span of what is possible."""
    first = decisions[0]
    if len(decisions) == 1:
        return first
    return first.joined_with(decisions[1:])
