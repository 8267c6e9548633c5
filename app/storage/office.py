"""An office's data folder: made once, opened by a person, closed whole.

``office.db`` holds the records, ``office.keys`` (and its copy ``office.keys.bak``) the wrapped key,
``office.lock`` who has it open, ``pending.json`` a replacement under way, ``reserve.bin`` space.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from app import __version__
from app.domain.audit import Act
from app.paths import MIGRATIONS
from app.services.ports import Clock
from app.storage import keys, migrate
from app.storage.audit import audit_key
from app.storage.engine import DATABASE, RESERVE, open_engine, refuse_known_bad_versions
from app.storage.errors import (
    DamagedDatabase,
    NoOffice,
    RefusedPassword,
    SignInRefused,
    UnsuitableFolder,
    file_errors,
)
from app.storage.files import copy_durably, write_durably
from app.storage.folders import FolderLock, refuse_unsuitable
from app.storage.keys import DEFAULT_COST, Argon2Cost, KeyFile
from app.storage.passwords import password_problem
from app.storage.pending import Pending, clear_pending, read_pending, write_pending
from app.storage.queries import SqlFormQueries, SqlRosterQueries
from app.storage.recovery_code import new_recovery_code as random_code
from app.storage.recovery_code import write_recovery_code
from app.storage.tables import account as account_table
from app.storage.tables import office as office_table
from app.storage.throttle import begin_try, end_try
from app.storage.unit_of_work import SqlUnitOfWork

KEYS = "office.keys"
KEYS_COPY = "office.keys.bak"
RESERVE_BYTES = 8 << 20
ADMINISTRATOR = "管理员"


@dataclass(eq=False, slots=True)
class Store:
    """An open data folder and who opened it. ``close`` drops the key."""

    folder: Path
    account: str
    office_id: str
    practice: bool
    engine: sa.Engine
    lock: FolderLock
    key: bytes = field(repr=False)
    key_file: KeyFile = field(repr=False)
    clock: Clock = datetime.now
    last_sign_in: datetime | None = None
    failures_since: int = 0

    @property
    def file(self) -> Path:
        """The file of the records."""
        return self.folder / DATABASE

    @property
    def audit_key(self) -> bytes:
        """The signing key of the log."""
        return audit_key(self.key)

    def unit_of_work(self) -> SqlUnitOfWork:
        """Return a fresh unit of work of the signed-in person."""
        return SqlUnitOfWork(
            self.engine, who=self.account, audit_key=self.audit_key, clock=self.clock
        )

    def roster(self) -> SqlRosterQueries:
        """Return the roster's queries."""
        return SqlRosterQueries(self.engine, today=lambda: self.clock().date())

    def forms(self) -> SqlFormQueries:
        """Return the queries for registration forms."""
        return SqlFormQueries(self.engine)

    def record(self, act: Act) -> None:
        """Write one act into the log, in a transaction of its own."""
        with self.unit_of_work() as uow:
            uow.record(act)
            uow.commit()

    def close(self) -> None:
        """Close every connection, drop the key, give the folder back; may be called twice."""
        self.engine.dispose()
        self.key = b""
        self.lock.release()


def has_office(folder: Path) -> bool:
    """Return whether ``folder`` holds records (or a replacement of them under way)."""
    return (folder / DATABASE).exists()


def account_names(folder: Path) -> Sequence[str]:
    """Return who may sign in, before anybody has."""
    return load_keys(folder)[0].names


def create_office(
    folder: Path,
    name: str,
    password: str,
    *,
    cost: Argon2Cost = DEFAULT_COST,
    practice: bool = False,
    clock: Clock = datetime.now,
    scripts: Path = MIGRATIONS,
) -> tuple[Store, str]:
    """Make the records of a new office, encrypted, and open them for ``name``.

    Returns the store and the recovery code, which is shown once and kept nowhere. Raises
    ``UnsuitableFolder`` when something is there already: nothing is ever written over.
    """
    refuse_known_bad_versions()
    name = name.strip()
    if not name:
        raise UnsuitableFolder("请填写姓名。")
    refuse_unsuitable(folder)
    if problem := password_problem(password, name):
        raise RefusedPassword(problem)
    with file_errors(folder, "建立"):
        folder.mkdir(parents=True, exist_ok=True)
    lock = FolderLock(folder, name)
    try:
        settle_pending(folder)
        for existing in (DATABASE, KEYS, KEYS_COPY):
            if (folder / existing).exists():
                raise UnsuitableFolder(
                    f"“{folder}”里已有一份数据（{existing}），不会覆盖它。"
                    "请直接登录，或另选一个空文件夹。"
                )
        with file_errors(folder, "写入"):
            code = _lay_foundation(folder, name, password, cost, practice, clock, scripts)
        key_file = load_keys(folder)[0]
        key = keys.unlock_with_password(key_file, name, password)
        return _opened(folder, name, key, key_file, lock, clock), code
    except BaseException:
        lock.release()
        raise


def _lay_foundation(
    folder: Path,
    name: str,
    password: str,
    cost: Argon2Cost,
    practice: bool,
    clock: Clock,
    scripts: Path,
) -> str:
    """Write keys and file; until the last step a marker lets the next start clear them away."""
    file = folder / DATABASE
    side = folder / (DATABASE + ".new")
    write_pending(folder, Pending("create", side=side.name, former=""))
    office_id, key, code = str(uuid.uuid4()), keys.new_database_key(), random_code()
    now = clock().isoformat(timespec="seconds")
    side.unlink(missing_ok=True)
    side.touch(exist_ok=False)
    migrate.create_schema(side, key, scripts=scripts)
    engine = open_engine(side, key)
    try:
        with SqlUnitOfWork(engine, who=name, audit_key=audit_key(key), clock=clock) as uow:
            uow.connection.execute(
                sa.insert(office_table).values(
                    id=1,
                    office_id=office_id,
                    created_at=clock(),
                    practice=practice,
                    program=__version__,
                )
            )
            uow.connection.execute(
                sa.insert(account_table).values(name=name, role=ADMINISTRATOR, created_at=clock())
            )
            uow.record(Act("建立数据", "Office", 1, details={"office_id": office_id}))
            uow.commit()
    finally:
        engine.dispose()
    key_file = KeyFile(office_id, ())
    for slot in (
        keys.person_slot(office_id, name, password, key, created=now, cost=cost),
        keys.recovery_slot(office_id, code, key, created=now),
    ):
        key_file = key_file.with_slot(slot, key)
    save_keys(folder, key_file)
    (folder / (DATABASE + ".new-journal")).unlink(missing_ok=True)
    side.rename(file)
    clear_pending(folder)
    return write_recovery_code(code)


def open_office(
    folder: Path,
    name: str,
    password: str,
    *,
    clock: Clock = datetime.now,
    scripts: Path = MIGRATIONS,
) -> Store:
    """Open the records for a person.

    Raises ``SignInRefused``, ``SingleInstance``, ``NoOffice``, ``DamagedDatabase`` and
    ``NewerDatabase``.
    """
    return _sign_in(
        folder,
        name.strip(),
        lambda file: keys.unlock_with_password(file, name.strip(), password),
        clock=clock,
        scripts=scripts,
    )


def open_with_code(
    folder: Path,
    code: str,
    name: str,
    new_password: str,
    *,
    cost: Argon2Cost = DEFAULT_COST,
    clock: Clock = datetime.now,
    scripts: Path = MIGRATIONS,
) -> Store:
    """Open the records by the recovery code and give ``name`` a new password."""
    name = name.strip()
    if problem := password_problem(new_password, name):
        raise RefusedPassword(problem)
    store = _sign_in(
        folder,
        name,
        lambda file: keys.unlock_with_code(file, code),
        clock=clock,
        scripts=scripts,
        by_code=True,
    )
    try:
        _set_password(store, new_password, cost=cost, act="凭恢复码重设口令")
    except BaseException:
        store.close()
        raise
    return store


def change_password(store: Store, old: str, new: str, *, cost: Argon2Cost = DEFAULT_COST) -> None:
    """Give the signed-in person a new password. Raises ``SignInRefused`` for a wrong old one."""
    keys.unlock_with_password(store.key_file, store.account, old)
    if problem := password_problem(new, store.account):
        raise RefusedPassword(problem)
    if keys.normalised(new) == keys.normalised(old):
        raise RefusedPassword("新口令与原口令相同，请另换一个。")
    _set_password(store, new, cost=cost, act="更换口令")


def _set_password(store: Store, password: str, *, cost: Argon2Cost, act: str) -> None:
    now = store.clock().isoformat(timespec="seconds")
    slot = keys.person_slot(
        store.office_id, store.account, password, store.key, created=now, cost=cost
    )
    key_file = store.key_file.with_slot(slot, store.key)
    save_keys(store.folder, key_file)
    store.key_file = key_file
    store.record(Act(act, "Account"))


def new_recovery_code(store: Store) -> str:
    """Replace the recovery code; the old sheet opens nothing any more."""
    code = random_code()
    now = store.clock().isoformat(timespec="seconds")
    slot = keys.recovery_slot(store.office_id, code, store.key, created=now)
    key_file = store.key_file.with_slot(slot, store.key)
    save_keys(store.folder, key_file)
    store.key_file = key_file
    store.record(Act("更换恢复码", "Office", 1))
    return write_recovery_code(code)


def save_keys(folder: Path, key_file: KeyFile) -> None:
    """Write both copies, one after the other: one of them is whole at any moment."""
    content = keys.encode(key_file)
    with file_errors(folder / KEYS, "写入"):
        write_durably(folder / KEYS, content)
        write_durably(folder / KEYS_COPY, content)


def load_keys(folder: Path) -> list[KeyFile]:
    """Return the readable copies, the first one first. Raises when there is none."""
    found, trouble = [], None
    for name in (KEYS, KEYS_COPY):
        try:
            found.append(keys.decode((folder / name).read_bytes(), where=folder / name))
        except FileNotFoundError:
            continue
        except DamagedDatabase as damaged:
            trouble = damaged
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


def _sign_in(
    folder: Path,
    name: str,
    unlock: Callable[[KeyFile], bytes],
    *,
    clock: Clock,
    scripts: Path,
    by_code: bool = False,
) -> Store:
    refuse_known_bad_versions()
    if not folder.is_dir():
        raise NoOffice(f"找不到数据文件夹“{folder}”。请核对位置，或新建一份。")
    lock = FolderLock(folder, name)
    try:
        settle_pending(folder)
        copies = load_keys(folder)
        if not has_office(folder):
            raise NoOffice(f"“{folder}”里没有数据文件 {DATABASE}。请从最近的备份恢复。")
        with file_errors(folder, "写入"):
            before = begin_try(folder, clock=clock, by_code=by_code)
        key_file, key = _unlocked(copies, unlock)
        with file_errors(folder, "写入"):
            end_try(folder)
            save_keys(folder, key_file) if len(copies) < 2 or copies[0] != copies[1] else None
        _bring_up_to_date(folder, key, scripts)
        return _opened(
            folder, name, key, key_file, lock, clock, failures=before.failures, by_code=by_code
        )
    except BaseException:
        lock.release()
        raise


def _unlocked(
    copies: Sequence[KeyFile], unlock: Callable[[KeyFile], bytes]
) -> tuple[KeyFile, bytes]:
    """Open the first copy that is sound; a wrong password is not tried on a second, older one."""
    trouble: DamagedDatabase | None = None
    for key_file in copies:
        try:
            return key_file, unlock(key_file)
        except DamagedDatabase as damaged:
            trouble = damaged
    assert trouble is not None
    raise trouble


def _bring_up_to_date(folder: Path, key: bytes, scripts: Path) -> None:
    file = folder / DATABASE

    def keep_former() -> None:
        with file_errors(folder, "写入"):
            copy_durably(file, folder / (DATABASE + ".before-upgrade"))

    with file_errors(file, "升级"):
        migrate.upgrade(file, key, scripts=scripts, before=keep_former)


def _opened(
    folder: Path,
    name: str,
    key: bytes,
    key_file: KeyFile,
    lock: FolderLock,
    clock: Clock,
    *,
    failures: int = 0,
    by_code: bool = False,
) -> Store:
    engine = open_engine(folder / DATABASE, key)
    try:
        with engine.connect() as connection:
            row = connection.execute(
                sa.select(office_table.c.office_id, office_table.c.practice)
            ).one()
            known = connection.execute(
                sa.select(account_table.c.last_sign_in).where(
                    account_table.c.name == name, account_table.c.active
                )
            ).first()
        if row.office_id != key_file.office_id:
            raise DamagedDatabase(
                "密钥文件与数据文件不是同一单位的，已停止打开。请把两者从同一份备份恢复。"
            )
        if known is None:
            raise SignInRefused(f"“{name}”不在可登录的人员之中，请核对姓名。")
        store = Store(
            folder,
            name,
            row.office_id,
            row.practice,
            engine,
            lock,
            key,
            key_file,
            clock,
            last_sign_in=known.last_sign_in,
            failures_since=failures,
        )
        with store.unit_of_work() as uow:
            uow.connection.execute(
                sa.update(account_table)
                .where(account_table.c.name == name)
                .values(last_sign_in=clock())
            )
            details = {"failures": failures} if failures else {}
            uow.record(Act("凭恢复码登录" if by_code else "登录", "Account", details=details))
            uow.commit()
    except BaseException:
        engine.dispose()
        raise
    keep_reserve(folder)
    return store


def keep_reserve(folder: Path) -> None:
    """Keep space aside for the day the disk is full; without it everything works as well."""
    reserve = folder / RESERVE
    with suppress(OSError):
        if not reserve.exists() or reserve.stat().st_size != RESERVE_BYTES:
            try:
                write_durably(reserve, bytes(RESERVE_BYTES))
            except OSError:
                reserve.unlink(missing_ok=True)


def settle_pending(folder: Path) -> None:
    """Finish or undo what a kill or power cut left half done. Nobody else has the folder open."""
    pending = read_pending(folder)
    if pending is None:
        return
    with file_errors(folder, "写入"):
        file, side = folder / DATABASE, folder / pending.side
        if pending.act == "create" and not file.exists():
            for name in (KEYS, KEYS_COPY):
                (folder / name).unlink(missing_ok=True)
        if pending.side and pending.side != DATABASE:
            for leftover in (side, Path(f"{side}-journal")):
                leftover.unlink(missing_ok=True)
        clear_pending(folder)
