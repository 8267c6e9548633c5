"""What the power is cut under: a day of saves, a batch, a leaver's new key; or one operation.

Run as ``python -m tests.faults.cut_worker HOME SCENARIO BUILD`` under strace; says what is done only
afterwards. ``BUILD`` is ``right``, or a wrong build: ``no-sync``, whose commits do not wait for the disk,
or ``copy-over``, which restores over the live file.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from app.domain.audit import Act
from app.domain.subject import Subject
from app.storage import accounts
from app.storage.office import open_office
from tests.faults.operations import OPERATIONS, PASSWORD, World, break_replacing

BATCH = 40


def acknowledge(**what: object) -> None:
    """Tell the harness by one system call."""
    os.write(1, json.dumps(what).encode() + b"\n")


def operate(home: Path, name: str) -> None:
    """Do one operation of the faults' list."""
    world = World(home)
    operation = next(one for one in OPERATIONS if one.name == name)
    store = world.open() if operation.online else None
    operation.act(world, store)
    acknowledge(done=name)
    if store is not None:
        store.close()


def day(folder: Path, build: str) -> None:
    """Work through a short day."""
    store = open_office(folder, "周明", PASSWORD)

    def save(mark: str, number: int) -> None:
        with store.unit_of_work() as uow:
            if build == "no-sync":
                uow.connection.connection.driver_connection.execute("COMMIT")  # type: ignore[union-attr]
                uow.connection.connection.driver_connection.execute("PRAGMA synchronous=OFF")  # type: ignore[union-attr]
                uow.connection.connection.driver_connection.execute("BEGIN IMMEDIATE")  # type: ignore[union-attr]
            uow.repository(Subject).put_all(
                Subject(name=f"{mark}:{n}", remarks="备注" * 150) for n in range(number)
            )
            uow.record(Act("新增人员", "Subject", details={"mark": mark}))
            uow.commit()
        acknowledge(mark=mark, number=number)

    for number in range(4):
        save(f"a{number}", 1)
    save("batch", BATCH)
    accounts.close_account(store, "李静", "调离", lambda *_step: None)
    acknowledge(left="李静")
    for number in range(3):
        save(f"b{number}", 1)
    store.close()


def main(home: str, scenario: str, build: str) -> None:
    """Do what is asked for."""
    if build == "copy-over":
        break_replacing()
    if scenario == "day":
        day(Path(home) / "office", build)
    else:
        operate(Path(home), scenario)


if __name__ == "__main__":
    main(*sys.argv[1:])
