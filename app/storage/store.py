"""An open data folder: its connections, who is signed in, and the files beside the records."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, TypeVar

import sqlalchemy as sa

from app.domain.audit import Act
from app.paths import DATABASE
from app.services.ports import Changes, Clock, UserError
from app.storage import keys
from app.storage.audit import audit_key
from app.storage.engine import RESERVE, KeyHolder, give_back_reserve, open_engine
from app.storage.errors import (
    DamagedDatabase,
    NewerDatabase,
    NoOffice,
    SignInRefused,
    file_errors,
    os_error,
)
from app.storage.files import write_durably
from app.storage.find_queries import SqlFindQueries
from app.storage.folders import FolderLock
from app.storage.gate import Gate
from app.storage.keys import KeyFile
from app.storage.pending import KEYS, KEYS_COPY
from app.storage.pool import FOLDER, Pool, new_pool_key
from app.storage.queries import SqlFormQueries, SqlRosterQueries
from app.storage.snapshot import is_practice
from app.storage.tables import account as account_table
from app.storage.tables import office as office_table
from app.storage.throttle import begin_try, end_try
from app.storage.unit_of_work import SqlUnitOfWork
from app.storage.written import Doubt

RESCUED = "rescued.json"
RESERVE_BYTES = 8 << 20
FULL_BELOW = 1 << 20  # bytes free


T = TypeVar("T")


@dataclass(eq=False, slots=True)
class Store:
    """An open data folder and who opened it. ``close`` drops the key."""

    folder: Path
    account: str
    office_id: str
    practice: bool
    engine: sa.Engine
    lock: FolderLock
    handle: IO[bytes] = field(repr=False)
    holder: KeyHolder = field(repr=False)
    key_file: KeyFile = field(repr=False)
    pool: Pool
    gate: Gate
    clock: Clock = datetime.now
    last_sign_in: datetime | None = None
    failures_since: int = 0
    upgrade_backup: Path | None = None  # made before older records were brought to this version
    clock_jump: Callable[[], float] = float  # seconds the wall clock was moved; see ClockWatch
    in_doubt: Callable[[Changes], object] = field(default=lambda _changes: None, repr=False)
    # hears what may have changed where the disk refused the last step of a save
    doubts: list[Doubt] = field(default_factory=list, repr=False)
    # saves of which nobody knows whether they were kept, for the next to find out

    @property
    def key(self) -> bytes:
        """The key of the records. Raises ``StoreBusy`` after ``close``."""
        return self.holder.key()

    @property
    def file(self) -> Path:
        """The file of the records."""
        return self.folder / DATABASE

    @property
    def audit_key(self) -> bytes:
        """The signing key of the log."""
        return audit_key(self.key)

    def reading(self) -> IO[bytes]:
        """Return the handle on the file of the records, for who copies it page for page.

        It stays open as long as the store: closing a second handle on the file would drop SQLite's
        own locks. Only when the file was replaced it is opened anew. Raises ``OSError``.
        """
        if self.handle.closed:
            self.handle = self.file.open("rb", buffering=0)
        return self.handle

    def unit_of_work(self) -> SqlUnitOfWork:
        """Return a fresh unit of work of the signed-in person."""
        return SqlUnitOfWork(
            self.engine,
            who=self.account,
            audit_key=self.audit_key,
            clock=self.clock,
            gate=self.gate,
            clock_jump=self.clock_jump,
            in_doubt=self.in_doubt,
            doubts=self.doubts,
        )

    def roster(self) -> SqlRosterQueries:
        """Return the roster's queries."""
        return SqlRosterQueries(self.engine, today=lambda: self.clock().date())

    def finding(self) -> SqlFindQueries:
        """Return the search over all other records."""
        return SqlFindQueries(self.engine)

    def forms(self) -> SqlFormQueries:
        """Return the queries for registration forms."""
        return SqlFormQueries(self.engine)

    def record(self, act: Act) -> None:
        """Write one act into the log, in a transaction of its own."""
        with self.unit_of_work() as uow:
            uow.record(act)
            uow.commit()

    def lock_up(self) -> None:
        """Close every connection and drop the keys; the folder stays ours until ``close``.

        Whoever holds services of this store gets ``StoreBusy`` until ``unlock``.
        """
        with suppress(UserError):  # a full disk must not keep the records open
            self.record(Act("锁定", "Account"))
        self.engine.dispose()
        self.handle.close()
        self.holder.put(b"")
        self.pool.key = b""

    def unlock(self, password: str) -> None:
        """Open what ``lock_up`` closed. Raises ``SignInRefused``; tries are counted."""
        with file_errors(self.folder, "写入"):
            before = begin_try(self.folder, self.account, clock=self.clock)
        key_file = load_keys(self.folder)[0]
        key = keys.unlock_with_password(key_file, self.account, password)
        with file_errors(self.folder, "写入"):
            end_try(self.folder, self.account)
        self.holder.put(key)
        self.key_file = key_file
        with self.engine.connect() as connection:
            self.pool.key = connection.execute(sa.select(office_table.c.pool_key)).scalar_one()
        details = {"failures": before.failures} if before.failures else {}
        self.record(Act("解锁", "Account", details=details))

    def close(self) -> None:
        """Close every connection, drop the key, give the folder back; may be called twice."""
        self.engine.dispose()
        self.handle.close()  # after SQLite's own: closing it earlier would drop SQLite's locks
        self.holder.put(b"")  # the engine takes it from there: nothing can be opened any more
        self.pool = Pool(self.pool.folder, b"")
        self.lock.release()


def open_store(
    folder: Path,
    name: str,
    key: bytes,
    key_file: KeyFile,
    lock: FolderLock,
    clock: Clock,
    *,
    failures: int = 0,
    by_code: bool = False,
    clock_jump: Callable[[], float] = float,
) -> Store:
    with file_errors(folder / DATABASE, "读取"):
        handle = (folder / DATABASE).open("rb", buffering=0)
    holder = KeyHolder(key)
    engine = open_engine(folder / DATABASE, holder)
    try:
        with engine.connect() as connection:
            row = connection.execute(
                sa.select(
                    office_table.c.office_id, office_table.c.practice, office_table.c.pool_key
                )
            ).one()
            known = connection.execute(
                sa.select(account_table.c.last_sign_in, account_table.c.one_time_until).where(
                    account_table.c.name == name, account_table.c.active
                )
            ).first()
            active = sa.select(account_table.c.name).where(account_table.c.active)
            working = set(connection.execute(active).scalars())
        if row.office_id != key_file.office_id:
            raise DamagedDatabase(
                "密钥文件与数据文件不是同一单位的，已停止打开。请把两者从同一份备份恢复。"
            )
        if known is None:
            raise SignInRefused(f"“{name}”不在可登录的人员之中，请核对姓名。")
        if not by_code and known.one_time_until is not None and known.one_time_until < clock():
            raise SignInRefused(
                "这个一次性口令已过期，请由有权重设口令的人另发一个，或用恢复码登录。"
            )
        pool_key = row.pool_key or new_pool_key()
        store = Store(
            folder,
            name,
            row.office_id,
            row.practice,
            engine,
            lock,
            handle,
            holder,
            key_file,
            Pool(folder / FOLDER, pool_key),
            Gate(name, rescued=is_rescued(folder)),
            clock,
            last_sign_in=known.last_sign_in,
            failures_since=failures,
            clock_jump=clock_jump,
        )
        with store.unit_of_work() as uow:
            uow.connection.execute(
                sa.update(account_table)
                .where(account_table.c.name == name)
                .values(last_sign_in=clock())
            )
            if row.pool_key is None:
                uow.connection.execute(sa.update(office_table).values(pool_key=pool_key))
            details = {"failures": failures} if failures else {}
            uow.record(Act("凭恢复码登录" if by_code else "登录", "Account", details=details))
            uow.commit()
        _drop_stray_slots(store, working)
    except BaseException:
        engine.dispose()
        handle.close()
        raise
    keep_reserve(folder)
    return store


def _drop_stray_slots(store: Store, working: set[str]) -> None:
    """Take out slots without an account in use: left when the disk refused in the middle."""
    stray = [name for name in store.key_file.names if name not in working]
    if not stray:
        return
    key_file = store.key_file
    for name in stray:
        key_file = key_file.without(name, store.key)
    with suppress(UserError):  # they open nothing without an account: the next sign-in tries again
        save_keys(store.folder, key_file)
        store.key_file = key_file


def keep_reserve(folder: Path) -> None:
    """Keep space aside for the day the disk is full; without it everything works as well."""
    reserve = folder / RESERVE
    with suppress(OSError):
        if shutil.disk_usage(folder).free < 2 * RESERVE_BYTES:
            return  # what was given back is needed
        if not reserve.exists() or reserve.stat().st_size != RESERVE_BYTES:
            try:
                write_durably(reserve, bytes(RESERVE_BYTES))
            except OSError:
                reserve.unlink(missing_ok=True)


def make_room(folder: Path) -> None:
    """Give the kept space back if the disk is full, so that signing in and saving still work."""
    with suppress(OSError):
        if shutil.disk_usage(folder).free < FULL_BELOW:
            give_back_reserve(folder)


def is_rescued(folder: Path) -> bool:
    """Return whether the records in ``folder`` are what was rescued of damaged ones."""
    return (folder / RESCUED).exists()


def has_office(folder: Path) -> bool:
    """Return whether ``folder`` holds records (or a replacement of them under way)."""
    return (folder / DATABASE).exists()


def save_keys(folder: Path, key_file: KeyFile) -> None:
    """Write both copies, one after the other: one of them is whole at any moment.

    When the second is refused the first is written back: refused means as before.
    """
    content = keys.encode(key_file)
    with file_errors(folder / KEYS, "写入"):
        former = (folder / KEYS).read_bytes() if (folder / KEYS).exists() else None
        try:
            write_durably(folder / KEYS, content)
            write_durably(folder / KEYS_COPY, content)
        except OSError:
            if former is not None:
                with suppress(OSError):
                    write_durably(folder / KEYS, former)
            raise


def load_keys(folder: Path) -> list[KeyFile]:
    """Return the readable copies, the first one first. Raises when there is none."""
    found: list[KeyFile] = []
    trouble: UserError | None = None
    for name in (KEYS, KEYS_COPY):
        try:
            found.append(keys.decode((folder / name).read_bytes(), where=folder / name))
        except FileNotFoundError:
            continue
        except (DamagedDatabase, NewerDatabase) as unreadable:  # a rotten bit may look newer
            trouble = unreadable
        except OSError as error:  # a bad sector under one copy leaves the other
            trouble = os_error(error, folder / name, "读取")
    if found:
        return found
    if trouble:
        raise trouble
    if has_office(folder):
        raise DamagedDatabase(
            f"“{folder}”里的密钥文件不见了，没有它打不开数据。"
            "请从最近的备份恢复，备份里有密钥文件的副本。"
        )
    raise NoOffice(f"“{folder}”里没有回访关爱的数据。请核对文件夹，或新建一份。")


def open_keys(
    folder: Path,
    copies: list[KeyFile],
    unlock: Callable[[KeyFile], T],
    key_of: Callable[[T], bytes],
) -> tuple[KeyFile, T]:
    """Open the first of ``load_keys`` that is sound; return it with what ``unlock`` gave.

    ``key_of`` takes the database key from that. Raises ``SignInRefused`` or ``DamagedDatabase``.
    A secret that the first copy refuses opens the second only where the first has rotted: where it
    is merely newer, the second knows a password or an account that holds no longer.
    """
    damaged: DamagedDatabase | None = None
    refused: SignInRefused | None = None
    for place, key_file in enumerate(copies):
        if key_file in copies[:place]:
            continue
        try:
            found = unlock(key_file)
        except DamagedDatabase as error:
            damaged = error
            continue
        except SignInRefused as error:
            refused = refused or error
            continue
        if refused is None or _is_rotten(copies[0], folder, key_of(found)):
            return key_file, found
    if refused is not None:
        raise refused
    assert damaged is not None
    raise damaged


def _is_rotten(key_file: KeyFile, folder: Path, key: bytes) -> bool:
    """Return whether ``key``, which the other copy gave, opens the records but does not fit this one."""
    with suppress(DamagedDatabase):
        keys.check_mac(key_file, key)
        return False
    with suppress(DamagedDatabase):
        is_practice(folder / DATABASE, key)
        return True
    return False
