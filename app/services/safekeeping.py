"""What the office is told about its backups: where they lie, how old they are, whether proven."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.domain.reminders import DRILL_AFTER_DAYS
from app.services.ports import Progress
from app.services.use_cases import BackupInfo

FEWEST_PLACES = 2
DRILL_EVERY_DAYS = 7
MANUAL, TIMED, LEAVING = "手动", "定时", "退出"
BEFORE_IMPORT, BEFORE_RESTORE = "导入前", "恢复前"


@dataclass(frozen=True, slots=True)
class PlaceState:
    """One backup place: whether it can be reached now, and the last backup there."""

    folder: Path
    reachable: bool
    last: datetime | None
    backups: int = 0


@dataclass(frozen=True, slots=True)
class PlaceOutcome:
    """What came of a backup into one place: ``info``, or ``trouble`` as a sentence."""

    folder: Path
    info: BackupInfo | None
    trouble: str = ""
    removed: int = 0  # older backups that rotation took away


@dataclass(frozen=True, slots=True)
class Drill:
    """One rehearsal of a restore: which backup, whether it stood the test, and what was found."""

    at: datetime
    file: Path
    made_at: datetime | None
    passed: bool
    finding: str


@dataclass(frozen=True, slots=True)
class Loss:
    """What a restore would take away: acts recorded since the backup, the commonest first.

    ``known`` is false when the backup's log is no part of the present one: another branch.
    """

    known: bool
    acts: Sequence[tuple[str, int]]
    last_at: datetime | None
    last_who: str = ""

    @property
    def total(self) -> int:
        """How many acts there are."""
        return sum(number for _act, number in self.acts)


@dataclass(frozen=True, slots=True)
class Safekeeping:
    """Use cases around backups beyond making one by hand."""

    places: Callable[[], Sequence[PlaceState]]
    changed: Callable[[], bool]  # whether something was done since the last backup
    back_up_places: Callable[[str, Progress], Sequence[PlaceOutcome]]  # occasion
    last_drill: Callable[[], Drill | None]
    drill: Callable[[Progress], Drill | None]  # None: there is no backup within reach
    loss: Callable[[BackupInfo], Loss]
    notices: Callable[[], Sequence[str]]  # what is not as it should be, a sentence each


def notices_of(
    places: Sequence[PlaceState],
    last_drill: Drill | None,
    *,
    now: datetime,
    late_days: int,
    first_backup: datetime | None,
) -> list[str]:
    """Return what must be said loudly about the backups, a sentence each."""
    found = []
    if not places:
        found.append(
            "还没有设置备份位置，不会自动备份。请在“备份—备份位置”中至少设置两处，"
            "其中一处用U盘或另一块磁盘"
        )
    elif len(places) < FEWEST_PLACES:
        found.append("只有一处备份位置，磁盘损坏时会一起丢失。请再设一处，用U盘或另一块磁盘")
    for place in places:
        if not place.reachable:
            since = f"上次备份在那里是{place.last:%Y-%m-%d}" if place.last else "那里还没有备份"
            found.append(f"备份位置“{place.folder}”找不到（{since}）。请接好移动硬盘或U盘")
        elif place.last is None:
            found.append(f"备份位置“{place.folder}”还没有备份")
        elif (now - place.last).days > late_days:
            days = (now - place.last).days
            found.append(f"备份位置“{place.folder}”已有{days}天没有新备份")
    if last_drill is not None and not last_drill.passed:
        found.append(f"最近一次恢复演练没有通过：{last_drill.finding}")
    elif (proven := last_drill.at if last_drill else first_backup) is not None and (
        now - proven
    ).days > DRILL_AFTER_DAYS:
        when = f"上次是{last_drill.at:%Y-%m-%d}" if last_drill else "还没有做过"
        found.append(f"备份没有按时做恢复演练（{when}），不能确认可以恢复")
    return found
