"""Differential restores: what a backup brings back is, row by row and byte by byte, what was there.

Every table gets random rows, papers go into the pool; a canonical dump is taken, a backup made, more
is changed, and the backup restored - over the records by password or by recovery code, or on a new
PC; as one carry file or with the pool beside it. Then the dumps are compared: every table, and the
log up to the moment of the backup; accounts but for the last sign-in.

Full run: ``HUIFANG_RESTORES=1000 HUIFANG_SEED=1 python -m tests.faults.restores``.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.domain.attachment import Attachment
from app.domain.audit import Act
from app.storage import restore
from app.storage.backup import back_up
from app.storage.engine import connect
from app.storage.office import Store, create_office, open_office
from tests.faults.operations import CHEAP, PASSWORD, quiet

ROUND = 25  # restores of one office: its records and its log grow with each
_WRITTEN_BY_RESTORE = ("audit_log", "account", "former_signing_key")
_LEFT_ALONE = (
    *_WRITTEN_BY_RESTORE,
    "office",
    "alembic_version",
    "settings",
    "backup_run",
    "drill_run",
)
_SIGNS = "一丁七处分影响期回访𬱖䶮𠮷零 \n%_'\"\\;<b>&\u200bA9"


@dataclass
class Report:
    """``losses`` are sentences; none is the only good number."""

    restores: int = 0
    losses: list[str] = field(default_factory=list)


def scramble(store: Store, chance: random.Random, number: int) -> None:
    """Insert, change and delete ``number`` random rows, and keep a paper."""
    with closing(connect(store.file, store.key)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        tables = _tables(raw)
        for _ in range(number):
            table = chance.choice(tables)
            columns = raw.execute(f'PRAGMA table_info("{table}")').fetchall()
            refers = {row[3]: row[2] for row in raw.execute(f'PRAGMA foreign_key_list("{table}")')}
            values = {
                name: _value(raw, chance, kind, refers.get(name), bool(needed))
                for _cid, name, kind, needed, _default, _key in columns
                if name != "id"
            }
            names = ", ".join(f'"{one}"' for one in values)
            marks = ", ".join("?" * len(values))
            try:
                raw.execute(
                    f'INSERT INTO "{table}" ({names}) VALUES ({marks})', tuple(values.values())
                )
                if chance.random() < 0.2:
                    raw.execute(f'DELETE FROM "{table}" WHERE id % 7 = ?', (chance.randrange(7),))
            except Exception as error:
                if "constraint" not in str(error).lower():
                    raise
        raw.execute("COMMIT")
    paper = store.pool.keep(chance.randbytes(chance.randrange(1, 3000)))
    with store.unit_of_work() as uow:
        uow.repository(Attachment).put(Attachment(owner_kind="Subject", owner_id=1, sha256=paper))
        uow.record(Act("附入附件", "Subject", 1))
        uow.commit()


def _value(raw: Any, chance: random.Random, kind: str, refers: str | None, needed: bool) -> Any:
    if refers is not None:
        found = raw.execute(f'SELECT id FROM "{refers}" ORDER BY random() LIMIT 1').fetchone()
        return found[0] if found else None
    if not needed and chance.random() < 0.2:
        return None
    kind = kind.upper()
    if "BLOB" in kind:
        return chance.randbytes(chance.randrange(200))
    if "DATETIME" in kind:
        return f"20{chance.randrange(10, 40)}-0{chance.randrange(1, 9)}-11 08:00:00.{chance.randrange(999_999):06}"
    if "DATE" in kind:
        return f"20{chance.randrange(10, 40)}-0{chance.randrange(1, 9)}-{chance.randrange(10, 28)}"
    if "BOOL" in kind:
        return chance.randrange(2)
    if "INT" in kind:
        return chance.randrange(-5, 1 << 40)
    return "".join(chance.choices(_SIGNS, k=chance.choice((0, 1, 9, 400))))


def _tables(raw: Any) -> list[str]:
    found = raw.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND name NOT LIKE 'subject_search%' ORDER BY name"
    )
    return [name for (name,) in found if name not in _LEFT_ALONE and name != "attachment"]


def dump(store: Store, *, log_until: int) -> dict[str, str]:
    """Return a digest of every table, and of the papers as they are read."""
    found = {}
    with closing(connect(store.file, store.key)) as raw:
        names = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            where, columns = "", "*"
            if name == "audit_log":
                where = f" WHERE sequence <= {log_until}"
            elif name == "account":
                columns = "id, name, role, created_at, active, left_at"
            elif name in (
                "sqlite_sequence",
                "sqlite_stat1",
                "former_signing_key",
            ) or name.startswith("subject_search_"):
                continue
            rows = raw.execute(f'SELECT {columns} FROM "{name}"{where}').fetchall()
            found[name] = hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()
    with store.unit_of_work() as uow:
        papers = uow.repository(Attachment).where()
    texts = [hashlib.sha256(store.pool.read(one.sha256)).hexdigest() for one in papers]
    return found | {"papers": repr(sorted(texts))}


def one(home: Path, chance: random.Random, code: str) -> list[str]:
    """One restore; return the tables that differ."""
    office, stick = home / "office", home / "stick"
    store = open_office(office, "周明", PASSWORD)
    scramble(store, chance, chance.randrange(4, 40))
    with store.engine.connect() as connection:
        head = connection.exec_driver_sql("SELECT max(sequence) FROM audit_log").scalar_one()
    before = dump(store, log_until=head)
    info = back_up(store, stick, quiet, carry=chance.random() < 0.3)
    scramble(store, chance, chance.randrange(30))
    store.close()
    way = chance.choice(("password", "code", "new PC"))
    folder = home / "new" if way == "new PC" else office
    shutil.rmtree(home / "new", ignore_errors=True)
    secret = PASSWORD if way == "password" else code
    former = restore.restore(info.file, folder, secret, quiet)
    if former is not None:
        shutil.rmtree(former)
    store = open_office(folder, "周明", PASSWORD)
    after = dump(store, log_until=head)
    store.close()
    if chance.random() < 0.5:
        shutil.rmtree(stick)  # with its pool: the next backup starts one
    else:
        info.file.unlink()
    return [f"{name} ({way})" for name in before if before[name] != after.get(name)]


def run(home: Path, restores: int, seed: int, *, build: str = "right") -> Report:
    """Make so many restores and compare each; after ``ROUND`` of them begin with new records."""
    chance = random.Random(seed)
    real = restore.settle_accounts
    if build == "touches":  # a restore that changes a cell in passing

        def touching(uow: Any, *given: Any) -> None:
            real(uow, *given)
            uow.connection.exec_driver_sql("UPDATE subject SET remarks = remarks || ' '")

        restore.settle_accounts = touching
    report = Report()
    try:
        while report.restores < restores:
            folder = home / f"round-{report.restores}"
            store, code = create_office(folder / "office", "周明", PASSWORD, cost=CHEAP)
            scramble(store, chance, 400)
            store.close()
            for number in range(report.restores, min(report.restores + ROUND, restores)):
                report.losses += [f"restore {number}: {name}" for name in one(folder, chance, code)]
                report.restores += 1
            shutil.rmtree(folder)
            print(f"{report.restores} restores, {len(report.losses)} differ", file=sys.stderr)
    finally:
        restore.settle_accounts = real
    return report


def main() -> None:
    """Run and print the figures."""
    number = int(os.environ.get("HUIFANG_RESTORES", "1000"))
    seed = int(os.environ.get("HUIFANG_SEED", "1"))
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        found = run(Path(scratch), number, seed)
    for loss in found.losses:
        print("LOSS", loss)
    took = time.monotonic() - begun
    print(f"restores {found.restores} (seed {seed}, {took:.0f} s): {len(found.losses)} differ")
    sys.exit(bool(found.losses))


if __name__ == "__main__":
    main()
