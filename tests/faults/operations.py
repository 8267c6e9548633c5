"""The operations that faults are let loose on, each over a copy of one small world.

The world is a data folder, and a backup of an earlier day that knows one person only and somebody who
has left since. ``state`` says what the records hold, after proving that they are whole.
"""

from __future__ import annotations

import shutil
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.domain.attachment import Attachment
from app.domain.audit import Act
from app.domain.rights import CLERK
from app.domain.subject import Subject
from app.services.ports import MayBeSaved, RosterFilter, UserError
from app.storage import accounts, keys, migrate, pending, restore
from app.storage.audit import verify_audit
from app.storage.backup import _key_of, back_up, verify_with_key
from app.storage.container import read_header
from app.storage.engine import open_engine
from app.storage.keys import Argon2Cost
from app.storage.migrate import check_database
from app.storage.office import Store, change_password, create_office, open_office
from app.storage.pending import HalfDone
from app.storage.store import load_keys

PASSWORD, OTHER = "晨雾里的灯塔 Oak-7", "秋天的木梯子 Bird-9"
CHEAP = Argon2Cost(64, 1, 1)


def quiet(*_step: object) -> None:
    """Progress that nobody watches."""


@dataclass
class World:
    """One copy of everything: the records, a backup of an earlier day, a former folder."""

    home: Path

    @property
    def office(self) -> Path:
        """The data folder."""
        return self.home / "office"

    @property
    def backup(self) -> Path:
        """A backup that knows the first person only, and 李静, who has left since."""
        return min(self.backups)

    @property
    def backups(self) -> list[Path]:
        """All that bear the name of a whole backup."""
        return list((self.home / "stick").glob("*.hfbackup"))

    def open(self) -> Store:
        """Sign in with whichever password holds now."""
        with suppress(UserError):
            return open_office(self.office, "周明", PASSWORD)
        (self.office / "sign-in.json").unlink(missing_ok=True)
        return open_office(self.office, "周明", OTHER)


def sign_in(world: World) -> None:
    """Come in and leave."""
    open_office(world.office, "周明", PASSWORD).close()


def save(store: Store, *names: str) -> None:
    """Keep people."""
    with store.unit_of_work() as uow:
        uow.repository(Subject).put_all([Subject(name=one, remarks="备注" * 300) for one in names])
        uow.record(Act("新增人员"))
        uow.commit()


def attach(store: Store, text: str) -> str:
    """Keep a paper: the file, then its row; return the file's name."""
    sha256 = store.pool.keep(text.encode() * 5000)
    with store.unit_of_work() as uow:
        uow.repository(Attachment).put(
            Attachment(owner_kind="Subject", owner_id=1, title=text, sha256=sha256)
        )
        uow.record(Act("附入附件", "Subject", 1))
        uow.commit()
    return sha256


def prepare(home: Path) -> World:
    """Make the world that every trial gets a copy of."""
    store, _code = create_office(home / "office", "周明", PASSWORD, cost=CHEAP)
    save(store, "先前")
    attach(store, "旧件")
    accounts.add_account(store, "李静", CLERK, cost=CHEAP)
    back_up(store, home / "stick", quiet)
    accounts.close_account(store, "李静", "调离", quiet)
    save(store, "其后")
    accounts.add_account(store, "王强", CLERK, cost=CHEAP)
    store.close()
    world = World(home)
    restore.restore(world.backup, world.office, PASSWORD, quiet)  # leaves a former folder
    store = world.open()
    save(store, "现在")
    attach(store, "新件")
    store.close()
    (home / "office" / "reserve.bin").write_bytes(b"")
    (home / "office" / "backups.json").unlink()  # it names the places of the template
    return world


def older(world: World) -> None:
    """Make the records those of the version before, as an upgrade finds them."""
    from alembic import command

    key = keys.unlock_with_password(load_keys(world.office)[0], "周明", PASSWORD)
    engine = open_engine(world.office / "office.db", key, foreign_keys=False)
    config = migrate._config(migrate.MIGRATIONS)
    with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection:
        config.attributes["connection"] = connection
        with connection.begin():
            command.downgrade(config, "-1")
    engine.dispose()


@dataclass(frozen=True)
class Operation:
    """``act`` under failing calls; ``online``: with the records open. ``strict``: refused is undone."""

    name: str
    act: Callable[[World, Any], object]
    online: bool = True
    strict: bool = False
    before: Callable[[World], object] = lambda _world: None


OPERATIONS = [
    Operation("save", lambda _world, store: save(store, "新来"), strict=True),
    Operation("batch", lambda _w, store: save(store, *(f"批{n}" for n in range(300))), strict=True),
    Operation("attachment", lambda _world, store: attach(store, "又一件"), strict=True),
    Operation("backup", lambda world, store: back_up(store, world.home / "stick", quiet)),
    Operation(
        "carry", lambda world, store: back_up(store, world.home / "stick", quiet, carry=True)
    ),
    Operation(
        "password", lambda _world, store: change_password(store, PASSWORD, OTHER, cost=CHEAP)
    ),
    Operation("account", lambda _w, store: accounts.add_account(store, "赵青", CLERK, cost=CHEAP)),
    Operation("leaver", lambda _w, store: accounts.close_account(store, "王强", "调离", quiet)),
    Operation("sign in", lambda world, _none: sign_in(world), online=False),
    Operation(
        "restore",
        lambda world, _none: restore.restore(world.backup, world.office, PASSWORD, quiet),
        online=False,
    ),
    Operation(
        "take back",
        lambda world, _none: restore.take_back(
            restore.former_folders(world.office)[0], world.office, PASSWORD, quiet
        ),
        online=False,
    ),
    Operation("upgrade", lambda world, _none: sign_in(world), online=False, before=older),
]


def state(store: Store) -> dict[str, Any]:
    """Return what the records say, after proving that they are whole."""
    with store.engine.connect() as connection:
        check_database(connection, store.file)
        assert verify_audit(connection, store.audit_key).problems == ()
    with store.unit_of_work() as uow:
        papers = uow.repository(Attachment).where()
    for paper in papers:
        store.pool.read(paper.sha256)
    known = accounts.accounts(store)
    names = {one.name for one in known}
    return {
        "people": sorted(one.name for one in store.roster().page(RosterFilter(), 0, 9999)),
        "papers": sorted(paper.title for paper in papers),
        "accounts": sorted((one.name, one.active) for one in known),
        # One of nobody's opens nothing and goes at the next sign-in.
        "slots": sorted(name for name in store.key_file.names if name in names),
    }


def before_of(template: World, run: Path, operation: Operation) -> dict[str, Any]:
    """Return the state that ``operation`` finds, over a copy of ``template`` in ``run``."""
    world = copy_of(template, run)
    operation.before(world)
    return found_in(world)


def found_in(world: World) -> dict[str, Any]:
    """Open the records as after a restart and return their state, with the number of backups."""
    store = world.open()
    try:
        return {**state(store), "backups": len(world.backups), "left": []}
    finally:
        store.close()


def difference(
    world: World, before: dict[str, Any], after: dict[str, Any], *, told: bool
) -> tuple[str, bool]:
    """Open the records as after a restart; return what is wrong with them, and whether they are newer.

    Right is as before the operation or as after it, and once it told that it is done as after it; every
    backup that has its name is whole.
    """
    try:
        found = found_in(world)
        store = world.open()
        try:
            for file in world.backups:
                verify_with_key(file, key_for(store, file), quiet)
        finally:
            store.close()
    except Exception as error:
        return f"{type(error).__name__}: {error}", False
    # A backup that is whole counts as soon as it has its name, before the records know of it.
    wanted = [{**one, "backups": found["backups"]} for one in (before, after)]
    wrong = found not in wanted[told:] or (told and found["backups"] != after["backups"])
    return f"{found}, not {wanted[told:]}" if wrong else "", found != wanted[0]


def copy_of(template: World, run: Path) -> World:
    """Put a fresh copy of ``template`` at ``run``."""
    shutil.rmtree(run, ignore_errors=True)
    shutil.copytree(template.home, run)
    return World(run)


def key_for(store: Store, file: Path) -> bytes:
    """Return the key of a backup that this office made."""
    return _key_of(read_header(file).key_file, store.key_file, store.key)


def break_replacing(pause: float = 0) -> None:
    """The wrong build whose restore writes over the live file, and leaves no marker.

    ``pause`` in seconds after every 4 096 bytes makes it a slow disk.
    """

    def over(source: Path, target: Path) -> None:
        content = source.read_bytes()
        with target.open("wb", buffering=0) as out:
            for start in range(0, len(content), 4096):
                out.write(content[start : start + 4096])
                time.sleep(pause)
        source.unlink()

    pending.replace_durably = over
    pending.write_pending = lambda _folder, _pending: None


@dataclass
class Tried:
    """What operations under a fault came to; ``losses`` are sentences, none is the only good number."""

    tried: int = 0
    refused: int = 0
    done: int = 0
    doubtful: int = 0  # told that it may be saved; among the refused
    losses: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """Say the figures, losses first."""
        return "\n".join(
            (
                *(f"LOSS {loss}" for loss in self.losses),
                f"{self.tried} tried, {self.refused} refused ({self.doubtful} of them told as perhaps "
                f"saved), {self.done} done, {len(self.losses)} losses",
            )
        )


def trial(
    world: World,
    operation: Operation,
    fault: AbstractContextManager[object],
    *,
    lasting: bool = False,
) -> tuple[UserError | None, dict[str, Any]]:
    """Run one operation under ``fault``, then go on without a restart; return refusal and state after.

    ``lasting``: the fault hinders clearing up as well. Raises whatever a user must never see.
    """
    operation.before(world)
    store = world.open() if operation.online else None
    refused: UserError | None = None
    with fault:
        try:
            operation.act(world, store)
        except UserError as said:
            refused = said
    if refused is not None and not any("一" <= one <= "鿿" for one in str(refused)):
        raise AssertionError(f"no Chinese sentence: {refused!r}")
    if isinstance(refused, HalfDone) and store is not None:
        store.close()  # it says: sign in again
        store = None
    if store is None:
        store = world.open()
    save(store, "继续")  # without a restart
    now = state(store)
    store.close()
    store = world.open()
    then = state(store)
    for file in world.backups:
        if operation.name in ("backup", "carry"):
            with suppress(StopIteration):
                verify_with_key(file, key_for(store, file), quiet)
    left = [one.name for one in (world.home / "stick").glob("*.tmp")]
    if left and lasting:  # a disk that refused to clear up as well: the next backup does
        back_up(store, world.home / "stick", quiet).file.unlink()
        left = [one.name for one in (world.home / "stick").glob("*.tmp")]
    store.close()
    if now != then:
        raise AssertionError(f"another state after signing in again: {now} / {then}")
    then["backups"] = len(world.backups)
    then["left"] = left
    then["people"].remove("继续")
    return refused, then


def judge(
    world: World,
    operation: Operation,
    fault: AbstractContextManager[object],
    before: dict[str, Any],
    after: dict[str, Any],
    report: Tried,
    where: str,
    *,
    lasting: bool = False,
) -> None:
    """Try the operation under ``fault`` and put into ``report`` what came of it.

    Done is as ``after``; refused is as ``before``, where it is ``strict`` and not told as perhaps saved.
    """
    report.tried += 1
    try:
        refused, found = trial(world, operation, fault, lasting=lasting)
    except BaseException as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        said = f"{type(error).__name__}: {error} ({last.filename}:{last.lineno})"
        report.losses.append(f"{where}: {said}")
        return
    report.refused += refused is not None
    report.done += refused is None
    report.doubtful += isinstance(refused, MayBeSaved)
    wanted = [after] if refused is None else [before]
    if isinstance(refused, MayBeSaved) or (refused and not operation.strict):
        wanted = [before, after]
    for one in wanted:
        one["left"] = found["left"] if operation.name not in ("backup", "carry") else []
    if operation.name in ("backup", "carry") and refused is not None:
        found["backups"] = before["backups"]  # one that was proven but not recorded
    if found not in wanted:
        report.losses.append(f"{where} ({refused}): {found}, not {wanted}")
