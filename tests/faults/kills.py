"""Kill -9 at any moment of saving, importing and backing up; then open and look.

Full run: ``HUIFANG_KILLS=200 HUIFANG_SEED=1 python -m tests.faults.kills``.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from app.storage.audit import verify_audit
from app.storage.backup import verify_with_key
from app.storage.keys import Argon2Cost
from app.storage.migrate import check_database
from app.storage.office import Store, create_office, open_office
from tests.faults.worker import BATCH

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "晨雾里的灯塔 Oak-7"
CHEAP = Argon2Cost(64, 1, 1)
ACTS = 12  # at most before a kill


@dataclass
class Report:
    """What a run of kills found. ``losses`` are sentences; none is the only good number."""

    kills: int = 0
    acknowledged: Counter[str] = field(default_factory=Counter)
    rolled_back: int = 0
    losses: list[str] = field(default_factory=list)


def run(folder: Path, kills: int, seed: int, *, build: str = "right", stop: bool = False) -> Report:
    """Kill the worker ``kills`` times and check the records after each kill.

    ``stop`` ends at the first loss: enough to show that the harness sees a wrong build.
    """
    chance = random.Random(seed)
    create_office(folder / "office", "周明", PASSWORD, cost=CHEAP)[0].close()
    (folder / "backups").mkdir()
    report = Report()
    known: dict[str, str] = {}
    for number in range(kills):
        acknowledged = _one_kill(folder, f"{seed}.{number}", build, chance)
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
            return report
        try:
            report.losses += [
                f"kill {number}: {loss}" for loss in _losses(store, known, acknowledged)
            ]
        finally:
            store.close()
        if report.losses and stop:
            return report
    return report


def _one_kill(folder: Path, seed: str, build: str, chance: random.Random) -> list[dict[str, str]]:
    """Let the worker do a few acts and kill it amid the next; return what it had acknowledged.

    Acts are counted, not seconds: on a busy machine a worker killed by the clock has done nothing.
    """
    command = [sys.executable, "-m", "tests.faults.worker"]
    child = subprocess.Popen(
        [*command, str(folder / "office"), str(folder / "backups"), seed, build],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(PASSWORD.encode() + b"\n")
    child.stdin.close()
    first = json.loads(child.stdout.readline())
    assert first["kind"] == "ready", first
    lines = [child.stdout.readline() for _ in range(chance.randint(0, ACTS))]
    time.sleep(chance.uniform(0, 0.04))
    child.kill()
    lines += child.stdout.readlines()
    said = [json.loads(line) for line in lines if line.rstrip().endswith(b"}")]
    child.wait()
    child.stdout.close()
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
            if kind == "import" and batches[mark] != BATCH:
                found.append(f"acknowledged import {mark} is lost")
        found += [f"import {mark} by halves: {n}" for mark, n in batches.items() if n != BATCH]
        whole = len(batches) * BATCH
        if children != {"case": whole, "sanction": whole} or searchable != len(names):
            found.append(f"cases, sanctions or search keys by halves: {children}, {searchable}")
        found += [f"paper {m} has no sound file" for m, s in papers.items() if not sound(s)]
        report = verify_audit(connection, store.audit_key)
        found += report.problems
    for act in latest:
        if act["kind"] == "backup":
            info = verify_with_key(Path(act["mark"]), store.key, lambda *_: None)
            if info.absent:
                found.append(f"{info.absent} papers are missing from backup {act['mark']}")
    return found


def main() -> None:
    """Run as many kills as asked for and print the figures."""
    kills, seed = (
        int(os.environ.get("HUIFANG_KILLS", "200")),
        int(os.environ.get("HUIFANG_SEED", "1")),
    )
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(dir=os.environ.get("HUIFANG_FAULTS_IN")) as folder:
        report = run(Path(folder), kills, seed)
    print(
        f"kills {report.kills}, seed {seed}, {time.monotonic() - begun:.0f} s: "
        f"acknowledged {dict(report.acknowledged)}, journals left hot {report.rolled_back}, "
        f"losses {len(report.losses)}"
    )
    print("\n".join(report.losses))
    sys.exit(bool(report.losses))


if __name__ == "__main__":
    main()
