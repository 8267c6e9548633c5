"""Tamper with the log in every way a person with the key of the file could; each must be found.

Full run: ``HUIFANG_TAMPERINGS=10000 HUIFANG_SEED=1 python -m tests.faults.tamper``. It prints how many
were found, and how long a log of ``HUIFANG_LINES`` lines takes to check.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.domain.audit import Act
from app.storage import audit
from app.storage.audit import AuditHead, verify_audit
from app.storage.keys import Argon2Cost
from app.storage.office import Store, create_office

CHEAP = Argon2Cost(64, 1, 1)
LINES = 24
TEXTS = ("at", "who", "act", "object", "reason", "details")
Check = Callable[[sa.Connection, bytes, AuditHead], bool]


def right_build(connection: sa.Connection, key: bytes, anchor: AuditHead) -> bool:
    """Whether the log is believed, held against an anchor on paper."""
    return not verify_audit(connection, key, anchors=(anchor,)).problems


def chain_only(connection: sa.Connection, _key: bytes, _anchor: AuditHead) -> bool:
    """A wrong build: the chain is followed, neither signatures nor anchors are looked at."""
    last = audit.GENESIS
    for row in connection.execute(sa.text("SELECT * FROM audit_log ORDER BY sequence")).mappings():
        if audit._chained(last, dict(row)) != row["chain"]:
            return False
        last = row["chain"]
    return True


def an_office(folder: Path, lines: int) -> Store:
    """Make an office whose log has some more lines."""
    store, _code = create_office(folder / "office", "周明", "晨雾里的灯塔 Oak-7", cost=CHEAP)
    with store.unit_of_work() as uow:
        for number in range(lines):
            uow.record(Act("修改人员", "Subject", number, "更正", {"姓名": [f"张{number}", "李"]}))
        uow.commit()
    return store


def tamper(connection: sa.Connection, chance: random.Random) -> str:
    """Change the log in one way, as somebody with the file's key but not the signing key could."""
    numbers = [row[0] for row in connection.exec_driver_sql("SELECT sequence FROM audit_log")]
    one, other = chance.sample(numbers, 2)
    kind = chance.choice(
        ("text", "number", "time", "delete", "cut", "swap", "forge", "rechain", "mac", "clear")
    )

    def run(statement: str, *values: Any) -> None:
        connection.exec_driver_sql(statement, values)

    if kind in ("text", "rechain"):
        column = chance.choice(TEXTS[1:])
        run(f"UPDATE audit_log SET {column} = {column} || ? WHERE sequence = ?", "改", one)
    elif kind == "number":
        run("UPDATE audit_log SET object_id = coalesce(object_id, 0) + 1 WHERE sequence = ?", one)
    elif kind == "time":
        run("UPDATE audit_log SET at = '2020-01-01T00:00:00.000' WHERE sequence = ?", one)
    elif kind == "delete":
        run("DELETE FROM audit_log WHERE sequence = ?", one)
    elif kind == "cut":
        run("DELETE FROM audit_log WHERE sequence >= ?", max(one, 2))
    elif kind == "swap":
        for before, after in ((one, -1), (other, one), (-1, other)):
            run("UPDATE audit_log SET sequence = ? WHERE sequence = ?", after, before)
    elif kind == "forge":
        run(
            "INSERT INTO audit_log SELECT max(sequence) + 1, at, who, act, object, object_id,"
            " reason, details, chain, mac FROM audit_log"
        )
    elif kind == "mac":
        run("UPDATE audit_log SET mac = randomblob(32) WHERE sequence = ?", one)
    else:
        run("DELETE FROM audit_log")
    if kind in ("rechain", "delete") and chance.random() < 0.7:
        _rechain(connection)
    return kind


def _rechain(connection: sa.Connection) -> None:
    """Mend numbers and chain behind a tampering: only the signature then tells."""
    rows = connection.execute(sa.text("SELECT * FROM audit_log ORDER BY sequence")).mappings().all()
    last = audit.GENESIS
    for number, row in enumerate(rows, 1):
        line = {**row, "sequence": number}
        chain = audit._chained(last, line)
        connection.exec_driver_sql(
            "UPDATE audit_log SET sequence = ?, chain = ? WHERE sequence = ?",
            (number, chain, row["sequence"]),
        )
        last = chain


def run(
    folder: Path, tamperings: int, seed: int, check: Check = right_build
) -> tuple[Counter[str], list[str]]:
    """Tamper so often; return how often in which way, and what was not found."""
    chance = random.Random(seed)
    store = an_office(folder, LINES)
    done: Counter[str] = Counter()
    missed = []
    with store.engine.connect() as connection:
        anchor = audit.head(connection)
        triggers = [
            row[0]
            for row in connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_log'"
            )
        ]
        for trigger in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        assert check(connection, store.audit_key, anchor)
        for number in range(tamperings):
            connection.exec_driver_sql("SAVEPOINT before")
            kind = tamper(connection, chance)
            done[kind] += 1
            if check(connection, store.audit_key, anchor):
                missed.append(f"{number}: {kind}")
            connection.exec_driver_sql("ROLLBACK TO before")
            connection.exec_driver_sql("RELEASE before")
        connection.rollback()
    store.close()
    return done, missed


def verify_seconds(folder: Path, lines: int) -> float:
    """Return how long it takes to check a log of so many lines."""
    store = an_office(folder, 0)
    for start in range(0, lines, 50_000):
        with store.unit_of_work() as uow:
            for number in range(start, min(start + 50_000, lines)):
                uow.record(Act("修改人员", "Subject", number, "", {"姓名": ["张三", "李四"]}))
            uow.commit()
    begun = time.perf_counter()
    with store.engine.connect() as connection:
        report = verify_audit(connection, store.audit_key)
    took = time.perf_counter() - begun
    assert report.problems == () and report.lines >= lines
    store.close()
    return took


def main() -> None:
    """Run at full size and print the figures."""
    seed = int(os.environ.get("HUIFANG_SEED", "1"))
    tamperings = int(os.environ.get("HUIFANG_TAMPERINGS", "10000"))
    lines = int(os.environ.get("HUIFANG_LINES", "1000000"))
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        done, missed = run(Path(scratch), tamperings, seed)
    print(
        f"tamperings {sum(done.values())} (seed {seed}, {time.monotonic() - begun:.0f} s): {done}"
    )
    print(f"not found: {len(missed)} {missed[:5]}")
    with tempfile.TemporaryDirectory() as scratch:
        print(f"{lines} lines verified in {verify_seconds(Path(scratch), lines):.1f} s")


if __name__ == "__main__":
    main()
