"""Failed sign-ins, counted across restarts: every failure makes the next try wait longer.

The count lies in the clear beside the keys, for there is no key before signing in. Deleting it
resets it: this slows a colleague at the keyboard down, not a thief who took the disk.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from app.services.ports import Clock
from app.storage.errors import SignInRefused, file_errors
from app.storage.files import write_durably

NAME = "sign-in.json"
FREE_TRIES = 3
MOST_TRIES = 100
LONGEST_WAIT = 900  # seconds


@dataclass(frozen=True, slots=True)
class Tries:
    """Failures in a row, and when the last one was (ISO text)."""

    failures: int = 0
    last: str = ""


def wait_seconds(failures: int) -> int:
    """Return how long to wait after so many failures: 0, 0, 0, 2, 4, 8 … at most 15 minutes."""
    if failures < FREE_TRIES:
        return 0
    return int(min(2 ** min(failures - FREE_TRIES + 1, 20), LONGEST_WAIT))


def read_tries(folder: Path, name: str = "") -> Tries:
    """Return the count of ``name`` (``""``: tries that name nobody); unreadable: no failures."""
    return _all_tries(folder).get(name, Tries())


def _all_tries(folder: Path) -> dict[str, Tries]:
    try:
        body = json.loads((folder / NAME).read_bytes())
        return {
            str(name): Tries(int(one["failures"]), str(one["last"])) for name, one in body.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def begin_try(folder: Path, name: str = "", *, clock: Clock, by_code: bool = False) -> Tries:
    """Count a try as failed before it is made, so that ending the program does not undo it.

    Each person has a count of their own: who guesses at one password locks nobody else out. Returns
    the count before. Raises ``SignInRefused`` while the wait lasts and, for passwords, after
    ``MOST_TRIES`` in a row: then the recovery code or somebody who may reset passwords helps.
    """
    tries = read_tries(folder, name)
    if tries.failures >= MOST_TRIES and not by_code:
        raise SignInRefused(
            f"口令已连续{MOST_TRIES}次不正确，不再接受口令。"
            "请由有权重设口令的人发给一次性口令，或用打印的恢复码登录并设新口令。"
        )
    left = _left(tries, clock())
    if left > 0:
        raise SignInRefused(
            f"口令或恢复码已连续{tries.failures}次不正确，请{_spoken(left)}后再试。"
        )
    now = clock().isoformat(timespec="seconds")
    write_tries(folder, Tries(tries.failures + 1, now), name)
    return tries


def end_try(folder: Path, name: str = "") -> None:
    """Forget the failures: somebody signed in."""
    write_tries(folder, Tries(), name)


def write_tries(folder: Path, tries: Tries, name: str = "") -> None:
    """Keep the count, durably."""
    body = {who: asdict(one) for who, one in _all_tries(folder).items() if one.failures}
    body[name] = asdict(tries)
    with file_errors(folder, "写入"):
        write_durably(folder / NAME, json.dumps(body, ensure_ascii=False).encode())


def _left(tries: Tries, now: datetime) -> float:
    wait = wait_seconds(tries.failures)
    try:
        since = (now - datetime.fromisoformat(tries.last)).total_seconds()
    except ValueError:
        return 0
    # After the clock was put back a wait is as long as it is, not years.
    return wait if since < 0 else wait - since


def _spoken(seconds: float) -> str:
    whole = max(1, round(seconds))
    return f"{whole}秒" if whole < 120 else f"{-(-whole // 60)}分钟"
