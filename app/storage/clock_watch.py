"""Notices that the wall clock was moved while the program ran: the log says so."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

LEAST = 120  # seconds; time servers and drifting clocks move less


def steady_seconds() -> float:
    """Return seconds that nobody can set, sleep included where the system counts it."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class ClockWatch:
    """Compares the wall clock with a steady one."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = steady_seconds,
    ) -> None:
        self._wall, self._steady = wall, steady
        self._apart = wall() - steady()

    def jump(self) -> float:
        """Return by how many seconds the wall clock was moved since it was last asked, or 0."""
        apart = self._wall() - self._steady()
        moved = apart - self._apart
        if abs(moved) < LEAST:
            return 0.0
        self._apart = apart
        return moved
