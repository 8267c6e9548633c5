"""The disk refuses the n-th call: a write, a flush, a rename, an open or a read, of every operation.

For each n the operation runs on a fresh copy of an office. It must either be done or refuse with a
Chinese sentence; then, without a restart, the next save must work; then the records must open, be
whole, and be those of before or those of after - of before, where a save was refused, unless it was
told that it may be saved. Errors: EIO
(a bad sector) and ENOSPC (a full disk), once or for the rest of the operation.

Full run: ``HUIFANG_IO_STEP=1 HUIFANG_SEED=1 python -m tests.faults.io_errors``; takes a C compiler and
Linux: the calls are caught by a small library preloaded into a worker.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from app.storage import restore
from app.storage.unit_of_work import SqlUnitOfWork
from tests.faults.operations import (
    OPERATIONS,
    Tried,
    before_of,
    break_replacing,
    copy_of,
    judge,
    prepare,
    trial,
)

ROOT = Path(__file__).resolve().parents[2]
WRITE, FLUSH, NAME, OPEN, READ, CREATE = 1, 2, 4, 8, 16, 32
FAULTS = {
    "EIO once": (errno.EIO, WRITE | FLUSH | NAME | OPEN, False),
    "EIO from then on": (errno.EIO, WRITE | FLUSH | NAME | OPEN, True),
    "ENOSPC once": (errno.ENOSPC, WRITE | CREATE, False),
    "ENOSPC from then on": (errno.ENOSPC, WRITE | CREATE, True),
    "EIO in reading": (errno.EIO, READ, False),
    "EIO in flushing": (errno.EIO, FLUSH, False),
}


@dataclass
class Report(Tried):
    """What was tried, and how many calls each operation made."""

    calls: dict[str, int] = field(default_factory=dict)


class Failing(AbstractContextManager["Failing"]):
    """Lets the ``n``-th call inside it fail; ``calls`` says afterwards how many there were."""

    def __init__(self, io: Any, n: int, fault: str):
        self._io, self._n, self._fault, self.calls = io, n, FAULTS[fault], 0

    def __enter__(self) -> Failing:
        error, kinds, sticky = self._fault
        self._io.io_arm(self._n, error, kinds, int(sticky))
        return self

    def __exit__(self, *_error: object) -> None:
        self.calls = self._io.io_disarm()


def work(home: Path, step: int, seed: int, build: str, only: str, faults: str) -> Report:
    """Try every ``step``-th call of every operation. In the worker, with the library preloaded."""
    io = ctypes.CDLL(None)
    io.io_disarm.restype = ctypes.c_long
    io.io_arm.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_int, ctypes.c_int]
    template = prepare(home / "template")
    _break(build)
    run = home / "run"
    io.io_watch(str(run).encode())
    chance = random.Random(seed)
    report = Report()
    for operation in OPERATIONS:
        if only and operation.name not in only.split(","):
            continue
        before = before_of(template, run, operation)
        for fault in faults.split(",") if faults else FAULTS:
            counting = Failing(io, 1 << 40, fault)
            refused, after = trial(copy_of(template, run), operation, counting)
            assert refused is None, refused
            calls = counting.calls
            report.calls[f"{operation.name}, {fault}"] = calls
            for n in range(chance.randrange(step) if step > 1 else 0, calls, step):
                where = f"{operation.name}: {fault}, call {n} of {calls}"
                world = copy_of(template, run)
                failing = Failing(io, n, fault)
                lasting = FAULTS[fault][2]
                judge(world, operation, failing, before, after, report, where, lasting=lasting)
    return report


def _break(build: str) -> None:
    """Make a wrong build that the harness must see."""
    if build == "copy-over":  # a restore that writes over the live file
        break_replacing()
    elif build == "certain":  # a refused last flush is told as not saved

        def not_saved(_uow: object, _failed: object, _head: object, error: Exception) -> NoReturn:
            raise error

        SqlUnitOfWork._look_again = not_saved  # type: ignore[method-assign]
    elif build == "raw":  # the system's own words reach the user
        raw = nullcontext()
        restore.file_errors = lambda _path, _act: raw  # type: ignore[assignment]


def library(folder: Path) -> Path | None:
    """Compile the library that is preloaded; ``None`` where that cannot be."""
    if sys.platform != "linux" or (compiler := shutil.which("cc") or shutil.which("gcc")) is None:
        return None
    made = folder / "io_errors.so"
    source = Path(__file__).with_name("io_errors.c")
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(source), "-ldl"]
    subprocess.run(command, check=True)
    return made


def run(
    home: Path, step: int, seed: int, *, build: str = "right", only: str = "", faults: str = ""
) -> Report | None:
    """Run the worker under the library and return what it found; ``None`` without a compiler."""
    preload = library(home)
    if preload is None:
        return None
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.faults.io_errors",
            "work",
            str(home),
            str(step),
            str(seed),
            build,
            only,
            faults,
        ],
        cwd=ROOT,
        env=os.environ | {"LD_PRELOAD": str(preload)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(done.stderr[-3000:])
    return Report(**json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Run everything and print the figures; or be the worker."""
    if sys.argv[1:2] == ["work"]:
        home, step, seed, build, only, faults = sys.argv[2:8]
        report = work(Path(home), int(step), int(seed), build, only, faults)
        print(json.dumps(asdict(report), ensure_ascii=False))
        return
    step, seed = (
        int(os.environ.get("HUIFANG_IO_STEP", "1")),
        int(os.environ.get("HUIFANG_SEED", "1")),
    )
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        only, faults = (
            os.environ.get("HUIFANG_IO_ONLY", ""),
            os.environ.get("HUIFANG_IO_FAULTS", ""),
        )
        found = run(Path(scratch), step, seed, only=only, faults=faults)
    if found is None:
        sys.exit("takes Linux and a C compiler")
    for name, calls in found.calls.items():
        print(f"{name}: {calls} calls")
    print(found)
    print(f"every {step}. call (seed {seed}, {time.monotonic() - begun:.0f} s)")
    sys.exit(bool(found.losses))


if __name__ == "__main__":
    main()
