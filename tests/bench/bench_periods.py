"""Periods and verdicts of many people, against a plain loop of date additions on the same days.

The floor adds months to a day and compares two dates: what any answer costs that explains nothing.
"""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from app.domain.partial_date import PartialDate
from app.domain.reckoning import add_months
from app.domain.rulebook import RuleBook, parse_rules
from app.domain.settings import Settings
from app.domain.subject import KINDS, REGIMES, Dossier, Event, Sanction, Subject
from app.domain.verdict import assess
from tests.bench.table import Row, median_ms

TODAY = date(2026, 11, 23)
COUNTS = (1_000, 10_000, 100_000)
RULES = Path(__file__).parents[2] / "resources" / "rules"


def read_rules() -> RuleBook:
    """Return the shipped rules."""
    return parse_rules({p.name: p.read_text("utf-8") for p in RULES.glob("*.toml")})


def people(count: int, *, mixed: bool, seed: int = 1) -> list[Dossier]:
    """Return people: one plain sanction each, or as an office has them.

    ``mixed``: 15 % with two sanctions, 1 % of dates known to the month, 10 % with an event.
    """
    luck = random.Random(seed)
    found = []
    for number in range(count):
        sanctions = []
        for nth in range(2 if mixed and luck.random() < 0.15 else 1):
            regime = luck.choice(REGIMES)
            day = date(2019, 1, 1) + timedelta(days=luck.randrange(2870))
            vague = mixed and luck.random() < 0.01
            sanctions.append(
                Sanction(
                    id=2 * number + nth,
                    regime=regime,
                    kind=luck.choice(KINDS[regime][:-1]),
                    decided_on=PartialDate(day.year, day.month, None if vague else day.day),
                )
            )
        events = []
        if mixed and luck.random() < 0.1:
            day = date(2021, 1, 1) + timedelta(days=luck.randrange(2100))
            kind = luck.choice(("退休", "移送司法机关", "恢复党员权利", "调离"))
            events.append(Event(id=number, kind=kind, on=PartialDate.of(day)))
        subject = Subject(id=number, membership="中共党员", person_type="管理人员")
        found.append(Dossier(subject, (), tuple(sanctions), tuple(events)))
    return found


def floor(days: list[tuple[date, int]]) -> int:
    """Add months and compare: no rules, no reasons."""
    inside = 0
    for start, months in days:
        inside += start <= TODAY < add_months(start, months)
    return inside


def verdicts(dossiers: list[Dossier], rules: RuleBook, settings: Settings) -> dict[str, int]:
    """Everything a list keeps of each person."""
    count: dict[str, int] = {}
    for dossier in dossiers:
        result = assess(dossier, as_of=TODAY, rules=rules, settings=settings)
        count[result.verdict] = count.get(result.verdict, 0) + 1
    return count


def standings(dossiers: list[Dossier], rules: RuleBook, settings: Settings) -> int:
    """The same with reason, next change and doubt written out, as they are stored."""
    written = 0
    for dossier in dossiers:
        result = assess(dossier, as_of=TODAY, rules=rules, settings=settings)
        written += len(result.reason) + result.is_doubtful + (result.next_change_on is not None)
    return written


def measure() -> Iterator[Row]:
    """Yield verdicts, verdicts with reasons, and memory, growing to 100 000 people."""
    rules, settings = read_rules(), Settings()
    for count in COUNTS:
        for mixed in (False, True):
            dossiers = people(count, mixed=mixed)
            days = [(s.decided_on.first, 18) for d in dossiers for s in d.sanctions if s.decided_on]
            low = median_ms(lambda days=days: floor(days))
            what = f"{count} people, {'as an office has them' if mixed else 'one sanction each'}"
            target = "100 000: 2 000 ms" if count == COUNTS[-1] else ""
            yield Row(
                f"periods and verdicts of {what}",
                median_ms(lambda group=dossiers: verdicts(group, rules, settings)),
                low,
                against="a loop of date additions",
                target=target,
            )
            yield Row(
                f"the same with reason and next change, {what}",
                median_ms(lambda group=dossiers: standings(group, rules, settings)),
                low,
                against="a loop of date additions",
            )
    tracemalloc.start()
    verdicts(people(10_000, mixed=True), rules, settings)
    before = tracemalloc.get_traced_memory()[0]
    kept = [
        assess(d, as_of=TODAY, rules=rules, settings=settings) for d in people(10_000, mixed=False)
    ]
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    yield Row("memory of a kept assessment with its person", (after - before) / len(kept), unit="B")
