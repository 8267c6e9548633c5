"""The program under the kill harness: saves, imports and backs up, and says so only afterwards.

A process of its own, forked from one that has imported everything already. Every acknowledged act is
one message through a pipe, written by the system call itself, so that nothing waits in a buffer when
the kill comes. ``BUILD`` is ``right`` or a wrong build the harness must see:
``early`` acknowledges before the commit, ``no-journal`` switches the rollback journal off,
``row-first`` keeps the row of an attachment before its file.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import sqlalchemy as sa

from app.domain.attachment import Attachment
from app.domain.audit import Act
from app.domain.subject import Case, Sanction, Subject
from app.storage.backup import back_up
from app.storage.names import warm_up
from app.storage.office import Store, open_office
from tests.faults.operations import OPERATIONS, PASSWORD, World, break_replacing

BATCH = 60


Commit = Callable[..., None]


def save(store: Store, mark: str, commit: Commit) -> None:
    """Keep one person, as an edit does."""
    with store.unit_of_work() as uow:
        uow.repository(Subject).put(Subject(name=mark, remarks="备注" * 200))
        uow.record(Act("新增人员", "Subject", details={"name": mark}))
        commit(uow, kind="save", mark=mark)


def bring_in(store: Store, mark: str, commit: Commit) -> None:
    """Keep a whole ledger in one transaction, as an import does."""
    with store.unit_of_work() as uow:
        people = [Subject(name=f"{mark}:{n}", workplace="某学院" * 20) for n in range(BATCH)]
        ids = uow.repository(Subject).put_all(people)
        uow.repository(Case).put_all(Case(subject_id=id_, facts="事实" * 300) for id_ in ids)
        uow.repository(Sanction).put_all(
            Sanction(subject_id=id_, regime="党纪", kind="警告") for id_ in ids
        )
        uow.record(Act("导入台账", details={"rows": BATCH, "mark": mark}))
        commit(uow, kind="import", mark=mark)


def attach(store: Store, mark: str, commit: Commit, *, row_first: bool) -> None:
    """Keep a paper: its file before the row that names it, or in a wrong build after it."""
    content = mark.encode() * random.Random(mark).randrange(10, 40_000)
    sha256 = hashlib.sha256(content).hexdigest() if row_first else store.pool.keep(content)
    with store.unit_of_work() as uow:
        paper = Attachment(owner_kind="Subject", owner_id=1, title=mark, sha256=sha256)
        uow.repository(Attachment).put(paper)
        uow.record(Act("附入附件", "Subject", 1, details={"mark": mark}))
        commit(uow, kind="attach", mark=mark)
    if row_first:
        time.sleep(0.02)  # as a slower disk would: else a fast machine passes between two kills
        store.pool.keep(content)


def commit_of(build: str, tell: Connection) -> Commit:
    """Return how a unit of work is committed: the word comes after COMMIT returned, or before it."""

    def commit_then_say(uow: object, **what: object) -> None:
        uow.commit()  # type: ignore[attr-defined]
        tell.send(what)

    def say_then_commit(uow: object, **what: object) -> None:
        tell.send(what)
        time.sleep(0.02)
        uow.commit()  # type: ignore[attr-defined]

    return say_then_commit if build == "early" else commit_then_say


def narrow(store: Store, *, journal: bool) -> None:
    """Make pages spill to the file long before the commit, so that kills fall into writing."""

    def on_connect(connection: object, _record: object) -> None:
        connection.execute("PRAGMA cache_size = 8")  # type: ignore[attr-defined]
        if not journal:
            connection.execute("PRAGMA journal_mode = OFF")  # type: ignore[attr-defined]

    store.engine.dispose()
    sa.event.listen(store.engine, "connect", on_connect)


def main(folder: Path, backups: Path, seed: str, build: str, tell: Connection) -> None:
    """Work until killed."""
    chance = random.Random(seed)
    store = open_office(folder, "周明", PASSWORD)
    if build == "no-journal" or chance.random() < 0.5:
        narrow(store, journal=build != "no-journal")
    commit = commit_of(build, tell)
    warm_up()
    tell.send({"kind": "ready"})
    step = 0
    while True:
        step += 1
        mark = f"{seed}-{step}"
        roll = chance.random()
        if roll < 0.6:
            save(store, mark, commit)
        elif roll < 0.75:
            attach(store, mark, commit, row_first=build == "row-first")
        elif roll < 0.95:
            bring_in(store, mark, commit)
        else:
            info = back_up(store, backups, lambda *_: None)
            tell.send({"kind": "backup", "mark": str(info.file)})


def operate(home: Path, name: str, build: str, tell: Connection) -> None:
    """Do one operation of the faults' list, and say so."""
    if build == "copy-over":
        break_replacing(pause=0.005)
    world = World(home)
    operation = next(one for one in OPERATIONS if one.name == name)
    store = world.open() if operation.online else None
    tell.send({"kind": "ready"})
    operation.act(world, store)
    tell.send({"kind": name})
    time.sleep(60)  # killed, never ended
