"""What a bench returns: a figure, what it is measured against, and the target of performance.md."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure. ``ours`` and ``floor`` share a unit; the ratio is what counts."""

    what: str
    ours: float
    floor: float | None = None
    unit: str = "ms"
    against: str = ""
    target: str = ""

    @property
    def ratio(self) -> str:
        """Return ours / floor, or a dash."""
        return f"{self.ours / self.floor:.2f} ×" if self.floor else "–"


def median_ms(work: Callable[[], object], runs: int = 5) -> float:
    """Return the median wall time of ``work`` in milliseconds, after one warm-up."""
    work()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)
