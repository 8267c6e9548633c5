"""What a bench returns: a figure, what it is measured against, and the target of performance.md."""

from __future__ import annotations

import os
import statistics
import sys
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


BY_PROCESSOR = os.environ.get("HUIFANG_BENCH_CLOCK") == "cpu" and sys.platform != "win32"
"""Whether benches count processor time: beside other work the time on the clock says little."""


def now() -> float:
    """Return seconds on the clock, or of the processor, children that ended included."""
    if not BY_PROCESSOR:
        return time.perf_counter()
    import resource

    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def median_ms(work: Callable[[], object], runs: int = 5) -> float:
    """Return the median time of ``work`` in milliseconds, after one warm-up."""
    work()
    taken = []
    for _ in range(runs):
        start = now()
        work()
        taken.append((now() - start) * 1000)
    return statistics.median(taken)
