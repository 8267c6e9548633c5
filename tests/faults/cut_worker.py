"""What the power is cut under: saves, a batch, a leaver's new key; says so only afterwards.

Run as ``python -m tests.faults.cut_worker FOLDER BUILD`` under strace. ``BUILD`` is ``right`` or the
wrong build ``no-sync``, whose commits do not wait for the disk.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from app.domain.audit import Act
from app.domain.subject import Subject
from app.storage import accounts
from app.storage.keys import Argon2Cost
from app.storage.office import open_office

PASSWORD = "晨雾里的灯塔 Oak-7"
CHEAP = Argon2Cost(64, 1, 1)
BATCH = 40


def acknowledge(**what: object) -> None:
    """Tell the harness by one system call."""
    os.write(1, json.dumps(what).encode() + b"\n")


def main() -> None:
    """Work through a short day."""
    folder, build = Path(sys.argv[1]), sys.argv[2]
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


if __name__ == "__main__":
    main()
