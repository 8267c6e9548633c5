"""An office's data folder: made once, opened by a person, closed whole.

``office.db`` holds the records, ``office.keys`` (and its copy ``office.keys.bak``) the wrapped key,
``office.lock`` who has it open, ``pending.json`` a replacement under way, ``reserve.bin`` space.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from app import __version__
from app.domain.audit import Act
from app.domain.rights import ADMINISTRATOR
from app.paths import DATABASE, MIGRATIONS
from app.services.ports import Clock, UserError
from app.storage import keys, migrate
from app.storage.audit import audit_key
from app.storage.engine import open_engine, refuse_known_bad_versions
from app.storage.errors import (
    NoOffice,
    RefusedPassword,
    UnsuitableFolder,
    file_errors,
)
from app.storage.files import flush_folder, journal_of, remove_database
from app.storage.folders import FolderLock, refuse_unsuitable
from app.storage.keys import DEFAULT_COST, Argon2Cost, KeyFile
from app.storage.passwords import password_problem
from app.storage.pending import (
    KEYS,
    KEYS_COPY,
    Pending,
    clear_pending,
    settle_pending,
    write_pending,
)
from app.storage.recovery_code import new_recovery_code as random_code
from app.storage.recovery_code import read_recovery_code, write_recovery_code
from app.storage.store import (
    Store,
    has_office,
    load_keys,
    make_room,
    open_keys,
    open_store,
    save_keys,
)
from app.storage.tables import account as account_table
from app.storage.tables import office as office_table
from app.storage.throttle import begin_try, end_try, read_tries
from app.storage.unit_of_work import SqlUnitOfWork
from app.storage.upgrade_backup import UpgradeBackup, back_up_before_upgrade

__all__ = [
    "Store",
    "account_names",
    "change_password",
    "create_office",
    "has_office",
    "new_recovery_code",
    "open_office",
    "open_with_code",
]


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
        return open_store(folder, name, key, key_file, lock, clock), code
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
    remove_database(side)
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
    journal_of(side).unlink(missing_ok=True)
    side.rename(file)
    flush_folder(folder)
    clear_pending(folder)
    return write_recovery_code(code)


def open_office(
    folder: Path,
    name: str,
    password: str,
    *,
    clock: Clock = datetime.now,
    scripts: Path = MIGRATIONS,
    clock_jump: Callable[[], float] = float,
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
        clock_jump=clock_jump,
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
    read_recovery_code(code)  # a slip of the pen is named, and is no failed try
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
    with store.unit_of_work() as uow:
        uow.connection.execute(
            sa.update(account_table)
            .where(account_table.c.name == store.account)
            .values(one_time_until=None)
        )
        uow.record(Act(act, "Account"))
        save_keys(store.folder, key_file)
        uow.commit()
    store.key_file = key_file


def new_recovery_code(store: Store) -> str:
    """Replace the recovery code; the old sheet opens nothing any more."""
    code = random_code()
    now = store.clock().isoformat(timespec="seconds")
    slot = keys.recovery_slot(store.office_id, code, store.key, created=now)
    key_file = store.key_file.with_slot(slot, store.key)
    with store.unit_of_work() as uow:
        uow.record(Act("更换恢复码", "Office", 1))  # refused before the old code is gone
        save_keys(store.folder, key_file)
        uow.commit()
    store.key_file = key_file
    return write_recovery_code(code)


def _sign_in(
    folder: Path,
    name: str,
    unlock: Callable[[KeyFile], bytes],
    *,
    clock: Clock,
    scripts: Path,
    by_code: bool = False,
    clock_jump: Callable[[], float] = float,
) -> Store:
    refuse_known_bad_versions()
    if not folder.is_dir():
        raise NoOffice(f"找不到数据文件夹“{folder}”。请核对位置，或新建一份。")
    make_room(folder)
    lock = FolderLock(folder, name)
    try:
        settle_pending(folder)
        copies = load_keys(folder)
        if not has_office(folder):
            raise NoOffice(f"“{folder}”里没有数据文件 {DATABASE}。请从最近的备份恢复。")
        with file_errors(folder, "写入"):
            before = begin_try(folder, name, clock=clock, by_code=by_code)
        key_file, key = open_keys(folder, copies, unlock, bytes)
        with file_errors(folder, "写入"):
            nameless = read_tries(folder)  # at checking and restoring backups nobody gives a name
            end_try(folder, name)
            end_try(folder)
            if len(copies) < 2 or copies[0] != copies[1]:
                save_keys(folder, key_file)  # one copy was lost or is older
        made = _bring_up_to_date(folder, key, key_file, scripts, clock)
        store = open_store(
            folder,
            name,
            key,
            key_file,
            lock,
            clock,
            failures=before.failures + nameless.failures,
            by_code=by_code,
            clock_jump=clock_jump,
        )
    except BaseException:
        lock.release()
        raise
    if made is not None:
        with suppress(UserError):  # it lies there all the same, and is known beside the records
            made.record(store)
        store.upgrade_backup = made.info.file
    return store


def _bring_up_to_date(
    folder: Path, key: bytes, key_file: KeyFile, scripts: Path, clock: Clock
) -> UpgradeBackup | None:
    """Migrate older records, after a backup of them; return it."""
    file = folder / DATABASE
    made: list[UpgradeBackup | None] = []
    with file_errors(file, "升级"):
        migrate.upgrade(
            file,
            key,
            scripts=scripts,
            before=lambda: made.append(back_up_before_upgrade(folder, key, key_file, clock)),
        )
    return made[0] if made else None
