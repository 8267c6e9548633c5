"""Kill -9 at any moment of saving, importing and backing up, or of one operation; then open and look.

Half of the kills fall into a day's work on records that grow. The other half falls into each of
``operations`` in turn (backup, carry file, password, accounts, restore, taking back, upgrade), over a fresh
copy of a small world: as before the operation or as after it, and once acknowledged as after it.

Full run: ``HUIFANG_KILLS=10000 HUIFANG_SEED=1 python -m tests.faults.kills``.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from app.storage.audit import verify_audit
from app.storage.backup import verify_with_key
from app.storage.migrate import check_database
from app.storage.office import Store, create_office, open_office
from tests.faults import worker
from tests.faults.operations import (
    CHEAP,
    OPERATIONS,
    PASSWORD,
    before_of,
    copy_of,
    difference,
    found_in,
    prepare,
    quiet,
)

ACTS = 12  # at most before a kill
DAY = 40  # kills in one day of records, then new ones: working and checking take ever longer

# A server that has imported everything forks the workers: a kill costs a tenth of a new Python.
_ways = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
if sys.platform != "win32":
    _ways.set_forkserver_preload(["tests.faults.worker"])


@dataclass
class Report:
    """What a run of kills found. ``losses`` are sentences; none is the only good number."""

    kills: int = 0
    acknowledged: Counter[str] = field(default_factory=Counter)
    rolled_back: int = 0
    losses: list[str] = field(default_factory=list)


def run(folder: Path, kills: int, seed: int, *, build: str = "right", stop: bool = False) -> Report:
    """Kill the worker ``kills`` times amid a day's work and check the records after each kill.

    ``stop`` ends at the first loss: enough to show that the harness sees a wrong build.
    """
    chance = random.Random(seed)
    report = Report()
    while report.kills < kills and not (stop and report.losses):
        day = folder / f"day-{report.kills}"
        _day(day, min(DAY, kills - report.kills), seed, chance, build, report, stop=stop)
        shutil.rmtree(day)
    return report


def _day(
    folder: Path,
    kills: int,
    seed: int,
    chance: random.Random,
    build: str,
    report: Report,
    *,
    stop: bool,
) -> None:
    folder.mkdir()
    create_office(folder / "office", "周明", PASSWORD, cost=CHEAP)[0].close()
    (folder / "backups").mkdir()
    known: dict[str, str] = {}
    for _ in range(kills):
        number = report.kills
        acknowledged = _one_kill(
            worker.main,
            (folder / "office", folder / "backups", f"{seed}.{number}", build),
            acts=chance.randint(0, ACTS),
            pause=chance.uniform(0, 0.04),
        )
        report.kills += 1
        for act in acknowledged:
            report.acknowledged[act["kind"]] += 1
            known[act["mark"]] = act["kind"]
        journal = folder / "office" / "office.db-journal"
        report.rolled_back += journal.exists() and journal.stat().st_size > 0
        try:
            store = open_office(folder / "office", "周明", PASSWORD)
        except Exception as error:
            report.losses.append(f"kill {number}: does not open: {error}")
            return
        try:
            report.losses += [
                f"kill {number}: {loss}" for loss in _losses(store, known, acknowledged)
            ]
        finally:
            store.close()
        if report.losses and stop:
            return


def run_operations(
    folder: Path,
    kills: int,
    seed: int,
    *,
    build: str = "right",
    only: str = "",
    stop: bool = False,
) -> Report:
    """Kill each operation in turn ``kills`` times in all, at any moment of the time it takes."""
    chance = random.Random(seed)
    report = Report()
    template = prepare(folder / "template")
    operations = [one for one in OPERATIONS if only in ("", one.name)]
    for place, operation in enumerate(operations):
        before = before_of(template, folder / "run", operation)
        world = copy_of(template, folder / "run")
        operation.before(world)
        begun = time.monotonic()
        _one_kill(worker.operate, (world.home, operation.name, build), acts=1, pause=0)
        takes = time.monotonic() - begun
        after = found_in(world)
        for number in range(place, kills, len(operations)):
            world = copy_of(template, folder / "run")
            operation.before(world)
            arguments = (world.home, operation.name, build)
            told = _one_kill(worker.operate, arguments, acts=0, pause=chance.uniform(0, takes))
            report.kills += 1
            report.acknowledged[operation.name] += len(told)
            loss, _newer = difference(world, before, after, told=bool(told))
            if loss:
                report.losses.append(f"kill {number} in {operation.name}: {loss}")
                if stop:
                    return report
    return report


def _one_kill(
    work: Callable[..., None], arguments: tuple[object, ...], *, acts: int, pause: float
) -> list[dict[str, str]]:
    """Let a worker begin, do ``acts`` acts and ``pause`` seconds more; kill it; return what it told.

    Acts are counted, not seconds: on a busy machine a worker killed by the clock has done nothing.
    """
    hear, tell = _ways.Pipe(duplex=False)
    child = _ways.Process(target=work, args=(*arguments, tell))
    child.start()
    tell.close()
    first = hear.recv()
    assert first == {"kind": "ready"}, first
    said = [hear.recv() for _ in range(acts)]
    time.sleep(pause)
    child.kill()
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            said.append(hear.recv())
    child.join()
    hear.close()
    return said


def _losses(store: Store, known: dict[str, str], latest: list[dict[str, str]]) -> list[str]:
    """Return what acknowledged is missing, and what is there by halves."""
    found = []
    sound = store.pool.is_sound
    with store.engine.connect() as connection:
        try:
            check_database(connection, store.file)
            names = set(connection.execute(sa.text("SELECT name FROM subject")).scalars())
            children = {
                table: connection.scalar(sa.text(f'SELECT count(*) FROM "{table}"'))
                for table in ("case", "sanction")
            }
            papers = dict(
                connection.execute(sa.text("SELECT title, sha256 FROM attachment")).all()  # type: ignore[arg-type]
            )
            searchable = connection.scalar(sa.text("SELECT count(*) FROM subject_search"))
        except Exception as error:
            return [f"damaged: {error}"]
        batches = Counter(name.rsplit(":", 1)[0] for name in names if ":" in name)
        for mark, kind in known.items():
            if kind == "save" and mark not in names:
                found.append(f"acknowledged save {mark} is lost")
            if kind == "attach" and mark not in papers:
                found.append(f"acknowledged paper {mark} is lost")
            if kind == "import" and batches[mark] != worker.BATCH:
                found.append(f"acknowledged import {mark} is lost")
        found += [
            f"import {mark} by halves: {n}" for mark, n in batches.items() if n != worker.BATCH
        ]
        whole = len(batches) * worker.BATCH
        if children != {"case": whole, "sanction": whole} or searchable != len(names):
            found.append(f"cases, sanctions or search keys by halves: {children}, {searchable}")
        found += [f"paper {m} has no sound file" for m, s in papers.items() if not sound(s)]
        report = verify_audit(connection, store.audit_key)
        found += report.problems
    for act in latest:
        if act["kind"] == "backup":
            info = verify_with_key(Path(act["mark"]), store.key, quiet)
            if info.absent:
                found.append(f"{info.absent} papers are missing from backup {act['mark']}")
    return found


def main() -> None:
    """Run as many kills as asked for and print the figures."""
    kills, seed = (
        int(os.environ.get("HUIFANG_KILLS", "10000")),
        int(os.environ.get("HUIFANG_SEED", "1")),
    )
    losses = []
    for what, kill, number in (
        ("work", run, kills - kills // 2),
        ("operations", run_operations, kills // 2),
    ):
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(dir=os.environ.get("HUIFANG_FAULTS_IN")) as folder:
            report = kill(Path(folder), number, seed)
        print(
            f"kills in {what}: {report.kills}, seed {seed}, {time.monotonic() - begun:.0f} s: "
            f"acknowledged {dict(report.acknowledged)}, journals left hot {report.rolled_back}, "
            f"losses {len(report.losses)}",
            flush=True,
        )
        print("\n".join(report.losses))
        losses += report.losses
    sys.exit(bool(losses))


if __name__ == "__main__":
    main()
