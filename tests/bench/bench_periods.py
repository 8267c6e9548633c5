"""Periods and verdicts of many people, against a plain loop of date additions on the same days.

Run by ``python3 dev.py bench`` or ``python -m tests.bench.bench_periods``. The floor adds months to a
day and compares two dates: what any answer costs that explains nothing. Ratios are what counts.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
import tracemalloc
from datetime import date, timedelta
from pathlib import Path

from app.domain.partial_date import PartialDate
from app.domain.reckoning import add_months
from app.domain.rulebook import RuleBook, parse_rules
from app.domain.settings import Settings
from app.domain.subject import KINDS, REGIMES, Dossier, Event, Sanction, Subject
from app.domain.verdict import assess

TODAY = date(2026, 11, 23)
ROUNDS = 5
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


def median(work, *arguments) -> float:
    """Return the median time of ``ROUNDS`` runs, in seconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work(*arguments)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main(counts: tuple[int, ...] = (1_000, 10_000, 100_000)) -> list[tuple[str, ...]]:
    """Print and return rows: people, floor, verdicts, with reasons, as ratio, peak memory."""
    rules, settings = read_rules(), Settings()
    rows = []
    for count in counts:
        for mixed in (False, True):
            dossiers = people(count, mixed=mixed)
            days = [
                (s.decided_on.first, 18) for d in dossiers for s in d.sanctions if s.decided_on
            ]
            low = median(floor, days)
            high = median(verdicts, dossiers, rules, settings)
            full = median(standings, dossiers, rules, settings)
            tracemalloc.start()
            verdicts(dossiers[:10_000], rules, settings)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            rows.append(
                (
                    f"{count} {'mixed' if mixed else 'plain'}",
                    f"floor {low:.3f} s",
                    f"verdicts {high:.3f} s ({high / low:.0f}x)",
                    f"with reasons {full:.3f} s",
                    f"peak {peak / 1024:.0f} KiB",
                )
            )
            print("  ".join(rows[-1]), flush=True)
    return rows


if __name__ == "__main__":
    main(tuple(int(n) for n in sys.argv[1:]) or (1_000, 10_000, 100_000))
