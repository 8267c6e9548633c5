"""Which key and which people hold once other records stand in the place of those here.

What is brought back may be older than somebody's leaving: it still has the leaver's key slot and
account, and the key that the leaver could have kept. The keys and accounts of here stay, and what
comes back gets the key of here.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.domain.rights import READER, roles_missing
from app.paths import DATABASE
from app.services.ports import Clock, UserError
from app.storage import keys
from app.storage.engine import open_engine
from app.storage.errors import DamagedDatabase, NoOffice, SignInRefused
from app.storage.keys import KeyFile
from app.storage.recovery_code import looks_like_code
from app.storage.store import has_office, load_keys, open_keys
from app.storage.tables import account as account_table
from app.storage.tables import office as office_table
from app.storage.throttle import begin_try, end_try
from app.storage.unit_of_work import SqlUnitOfWork

_REPLACED = (
    "这里的数据在那之后换过密钥（有人离任），您给的口令或恢复码只打得开更换以前的。"
    "直接恢复会让已停用的账户又能登录，没有做任何改动。"
    "请用现在的口令或现在的恢复码；两者都没有时，请恢复到另一个空文件夹。"
)


@dataclass(frozen=True, slots=True)
class Unlocked:
    """What a secret opened: the key of what is brought back, and of the records here.

    ``present`` is ``None`` where the secret opens nothing here, or nothing is here.
    """

    key: bytes
    who: str
    by_code: bool
    present: bytes | None = None


@dataclass(frozen=True, slots=True)
class People:
    """The accounts of the records here, and how their roles are arranged."""

    preset: str
    accounts: Sequence[dict[str, Any]]


def keys_afterwards(folder: Path, carried: KeyFile, unlocked: Unlocked) -> tuple[KeyFile, bytes]:
    """Return the key file that will hold, and its key: those of here, unless there are none.

    ``carried`` is the key file of what is brought back, of the same office. Raises ``SignInRefused``
    when the records here had another key since, and the secret does not open that one.
    """
    try:
        copies = load_keys(folder)
    except (NoOffice, DamagedDatabase):
        return carried, unlocked.key
    for here in copies:
        with suppress(DamagedDatabase):
            keys.check_mac(here, unlocked.key)
            return here, unlocked.key
    if unlocked.present is None:
        raise SignInRefused(_REPLACED)
    for here in copies:
        with suppress(DamagedDatabase):
            keys.check_mac(here, unlocked.present)
            if unlocked.present in carried.former_keys(unlocked.key):
                return carried, unlocked.key  # what is here is the older one
            return here, unlocked.present
    return carried, unlocked.key  # the key file here was altered


def unlock_here(folder: Path, secret: str, *, clock: Clock) -> Unlocked:
    """Open the key file in ``folder`` by a password or the recovery code; a wrong one is counted."""
    begin_try(folder, clock=clock)
    copies = load_keys(folder)
    found = open_keys(folder, copies, lambda file: _opened(file, secret), lambda it: it.key)[1]
    end_try(folder)
    return found


def unlock_former(former: Path, folder: Path, secret: str, *, clock: Clock) -> Unlocked:
    """Open records that were kept aside in ``former`` by a secret of the records in ``folder``.

    A secret of their own does only where those here are another office's or have no keys left:
    otherwise a password from before would go round today's people.
    """
    carried = load_keys(former)[0]
    begin_try(folder, clock=clock)
    here = None
    with suppress(NoOffice, DamagedDatabase):
        key_file = load_keys(folder)[0]
        if key_file.office_id == carried.office_id:
            here = _opened(key_file, secret)
            for candidate in (here.key, *key_file.former_keys(here.key)):
                with suppress(DamagedDatabase):
                    keys.check_mac(carried, candidate)
                    end_try(folder)
                    return replace(here, key=candidate)
    found = _opened(carried, secret)
    end_try(folder)
    return replace(found, present=here.key if here is not None else None)


def _opened(key_file: KeyFile, secret: str) -> Unlocked:
    if looks_like_code(secret):
        key = keys.unlock(key_file, secret)
        return Unlocked(key, "恢复码", by_code=True, present=key)
    for name in key_file.names:
        with suppress(SignInRefused):
            key = keys.unlock_with_password(key_file, name, secret)
            return Unlocked(key, name, by_code=False, present=key)
    raise SignInRefused("口令不正确。请检查大写锁定和输入法后再试，或改用恢复码。")


def people_here(folder: Path, key: bytes | None) -> People | None:
    """Return the accounts of the records here; ``None`` where they cannot be read."""
    if key is None or not has_office(folder):
        return None
    try:
        engine = open_engine(folder / DATABASE, key)
        try:
            with engine.connect() as connection:
                preset = connection.execute(sa.select(office_table.c.preset)).scalar_one()
                rows = connection.execute(sa.select(account_table).order_by(account_table.c.id))
                return People(str(preset), [dict(row._mapping) for row in rows])
        finally:
            engine.dispose()
    except (UserError, sa.exc.SQLAlchemyError):
        return None  # damaged, or of an older version


def settle_accounts(
    uow: SqlUnitOfWork, key_file: KeyFile, here: People | None, clock: Clock
) -> None:
    """Let the accounts be those of here: who has a key slot may sign in, nobody else."""
    table = account_table
    known = {row.name for row in uow.connection.execute(sa.select(table.c.name))}
    present = {one["name"]: one for one in here.accounts} if here is not None else {}
    for name in dict.fromkeys((*key_file.names, *present)):
        # Without the records of here nobody knows what somebody new may do: to read is the least.
        values = dict(present.get(name) or {"name": name, "role": READER, "created_at": clock()})
        values.pop("id", None)
        if name not in known:
            uow.connection.execute(sa.insert(table).values(values))
        elif name in present:
            uow.connection.execute(sa.update(table).where(table.c.name == name).values(values))
    uow.connection.execute(
        sa.update(table)
        .where(table.c.active, table.c.name.not_in(key_file.names))
        .values(active=False, left_at=clock(), one_time_until=None)
    )
    if here is not None:
        uow.connection.execute(sa.update(office_table).values(preset=here.preset))
    _fill_needed_roles(uow, known)


def _fill_needed_roles(uow: SqlUnitOfWork, known: set[str]) -> None:
    """An office in which nobody can hand out roles is lost: who is new gets what nobody holds."""
    preset = str(uow.connection.execute(sa.select(office_table.c.preset)).scalar_one())
    table = account_table
    rows = uow.connection.execute(sa.select(table).where(table.c.active).order_by(table.c.id)).all()
    new = [row.name for row in rows if row.name not in known] or [row.name for row in rows]
    missing = roles_missing(preset, [str(row.role) for row in rows])
    for name, role in zip(new, missing, strict=False):
        uow.connection.execute(sa.update(table).where(table.c.name == name).values(role=role))
