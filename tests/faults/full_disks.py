"""The disk is full: every operation at every amount of space that is left, on a real small disk.

For each size the operation runs on a fresh copy of a small world on a tmpfs. It must be done or refuse
with a Chinese sentence; then, once somebody has made room, the next save must work without a restart, and
the records be whole: those of before or those of after.

Full run, as root on Linux: ``HUIFANG_SIZES=500 HUIFANG_SEED=1 python -m tests.faults.full_disks``, for every
operation.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from app.storage import backup, restore
from tests.faults.operations import (
    OPERATIONS,
    Operation,
    Tried,
    World,
    before_of,
    copy_of,
    judge,
    prepare,
    save,
    trial,
)

DISK_MIB = 64


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a small disk at ``folder``; ``False`` where that may not be done."""
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", str(folder)]
    root = sys.platform == "linux" and os.geteuid() == 0
    if not root or subprocess.run(mounting, check=False, capture_output=True).returncode:
        yield False
    else:
        try:
            yield True
        finally:
            subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def room_of(disk: Path, size: int) -> Iterator[None]:
    """Leave ``size`` bytes of the disk; nobody is asked beforehand how much is needed."""
    ballast = disk / "ballast"
    with ballast.open("wb") as out:
        os.posix_fallocate(out.fileno(), 0, max(1, shutil.disk_usage(disk).free - size))
    asked = backup.need_space, restore.need_space
    backup.need_space = restore.need_space = lambda _folder, _size: None
    try:
        yield
    finally:
        backup.need_space, restore.need_space = asked
        with suppress(FileNotFoundError):
            ballast.unlink()


@contextmanager
def watched(disk: Path, most: list[int]) -> Iterator[None]:
    """Note in ``most`` how many bytes are needed: free at first, less free at the end."""
    free = shutil.disk_usage(disk).free
    yield
    most.append(max(0, free - shutil.disk_usage(disk).free))


def run(
    folder: Path, sizes: int, seed: int, *, only: str = "", piecemeal: bool = False
) -> Tried | None:
    """Try ``sizes`` amounts of space for every operation; ``None`` where no disk can be mounted.

    ``piecemeal`` is the wrong build that saves a batch one by one.
    """
    chance = random.Random(seed)
    report = Tried()
    template = prepare(folder / "template")
    with small_disk(folder / "disk") as mounted:
        if not mounted:
            return None
        for operation in OPERATIONS:
            if only in ("", operation.name):
                _sizes(template, folder / "disk", operation, sizes, chance, report, piecemeal)
                print(
                    f"{operation.name}: {report.tried} tried, {len(report.losses)} losses",
                    flush=True,
                )
    return report


def _sizes(
    template: World,
    disk: Path,
    operation: Operation,
    sizes: int,
    chance: random.Random,
    report: Tried,
    piecemeal: bool,
) -> None:
    run_in = disk / "run"
    before = before_of(template, run_in, operation)
    most: list[int] = []
    watching: AbstractContextManager[None] = watched(disk, most)
    refused, after = trial(copy_of(template, run_in), operation, watching)
    assert refused is None, refused
    if piecemeal:

        def by_ones(_world: World, store: object) -> None:
            for number in range(300):
                save(store, f"批{number}")  # type: ignore[arg-type]

        operation = Operation(operation.name, by_ones, strict=True)
    # Side files, journals and copies come and go: up to three times of what stays may be needed.
    reach = 3 * (
        most[0] + sum(one.stat().st_size for one in (run_in / "office").glob("office.db*"))
    )
    for _ in range(sizes):
        room = chance.randrange(reach)
        world = copy_of(template, run_in)
        where = f"{operation.name} with {room} bytes left"
        judge(world, operation, room_of(disk, room), before, after, report, where)


def main() -> None:
    """Run and print the figures."""
    sizes = int(os.environ.get("HUIFANG_SIZES", "500"))
    seed = int(os.environ.get("HUIFANG_SEED", "1"))
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        found = run(Path(scratch), sizes, seed)
    if found is None:
        sys.exit("takes root on Linux: a small disk is mounted")
    print(found)
    print(f"full disks (seed {seed}, {time.monotonic() - begun:.0f} s)")
    sys.exit(bool(found.losses))


if __name__ == "__main__":
    main()
