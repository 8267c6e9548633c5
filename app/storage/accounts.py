"""Accounts: who may sign in, in which role; one-time passwords, leavers, the second person."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import sqlalchemy as sa

from app.domain.audit import Act
from app.domain.rights import (
    PRESETS,
    ROLES,
    Account,
    Right,
    rights_of,
    roles_missing,
)
from app.services.ports import MayBeSaved, Progress, UserError
from app.storage import keys
from app.storage.errors import SignInRefused, file_errors
from app.storage.gate import Standing
from app.storage.keys import DEFAULT_COST, Argon2Cost, KeyFile
from app.storage.rekey import rekey
from app.storage.store import Store, save_keys
from app.storage.symbols import encode_symbols
from app.storage.tables import account as account_table
from app.storage.tables import office as office_table
from app.storage.throttle import begin_try, end_try
from app.storage.unit_of_work import SqlUnitOfWork

ONE_TIME_LASTS = timedelta(days=7)
_LONGEST_NAME = 40


class CannotChangeAccount(UserError):
    """The account cannot be added, changed or closed as asked."""

    number = 103


def standing(store: Store) -> Standing:
    """Return what the signed-in account is now."""
    with store.engine.connect() as connection:
        return store.gate.standing(connection)


def accounts(store: Store) -> Sequence[Account]:
    """Return every account there ever was, the active ones first."""
    with store.engine.connect() as connection:
        preset = connection.execute(sa.select(office_table.c.preset)).scalar_one()
        table = account_table
        rows = connection.execute(
            sa.select(table).order_by(table.c.active.desc(), table.c.id)
        ).mappings()
        return [
            Account(
                row["name"],
                row["role"],
                row["active"],
                row["last_sign_in"],
                row["one_time_until"],
                rights_of(preset, row["role"]),
            )
            for row in rows
        ]


def add_account(store: Store, name: str, role: str, *, cost: Argon2Cost = DEFAULT_COST) -> str:
    """Let ``name`` sign in; returns a one-time password, to be told to that person alone."""
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME:
        raise CannotChangeAccount(f"请填写姓名，最多{_LONGEST_NAME}字。")
    if any(unicodedata.category(one)[0] == "C" for one in name):
        raise CannotChangeAccount("姓名里有看不见的字符，请重新键入。")
    with store.unit_of_work() as uow:
        known = {one.name: one for one in _rows(uow)}
        if name in known and known[name].active:
            raise CannotChangeAccount(f"已有名为“{name}”的账户；同名的人请在姓名后加部门以示区别。")
        _check_role(_preset(uow), role)
        until = store.clock() + ONE_TIME_LASTS
        values = {"role": role, "active": True, "one_time_until": until, "left_at": None}
        table = account_table
        if name in known:  # somebody who had left is back
            uow.connection.execute(sa.update(table).where(table.c.name == name).values(values))
        else:
            uow.connection.execute(
                sa.insert(table).values(name=name, created_at=store.clock(), **values)
            )
        uow.record(Act("新增账户", "Account", details={"姓名": name, "角色": role}))
        return _hand_out(store, uow, name, cost)


def reset_password(store: Store, name: str, *, cost: Argon2Cost = DEFAULT_COST) -> str:
    """Give ``name`` a one-time password in place of a forgotten one."""
    if name == store.account:
        raise CannotChangeAccount("自己的口令请用“修改口令”更换。")
    with store.unit_of_work() as uow:
        _active(uow, name)
        table = account_table
        uow.connection.execute(
            sa.update(table)
            .where(table.c.name == name)
            .values(one_time_until=store.clock() + ONE_TIME_LASTS)
        )
        uow.record(Act("重设口令", "Account", details={"姓名": name}))
        made = _hand_out(store, uow, name, cost)
    with suppress(UserError):  # it is done; the waits end by themselves
        end_try(store.folder, name)
    return made


def _hand_out(store: Store, uow: SqlUnitOfWork, name: str, cost: Argon2Cost) -> str:
    """Make the slot of a one-time password and keep everything; the rights have been checked."""
    text = encode_symbols(secrets.token_bytes(10))[:12]
    password = "-".join(text[start : start + 4] for start in (0, 4, 8))
    now = store.clock().isoformat(timespec="seconds")
    slot = keys.person_slot(store.office_id, name, password, store.key, created=now, cost=cost)
    before, key_file = store.key_file, store.key_file.with_slot(slot, store.key)
    save_keys(store.folder, key_file)
    try:
        uow.commit()
    except MayBeSaved:
        # An account without a slot lets nobody in; a slot without an account goes by itself.
        store.key_file = key_file
        raise
    except BaseException:
        save_keys(store.folder, before)
        raise
    store.key_file = key_file
    return password


def set_role(store: Store, name: str, role: str) -> None:
    """Give ``name`` another role. A second person confirms."""
    with store.unit_of_work() as uow:
        before = _active(uow, name)
        _check_role(_preset(uow), role)
        if before.role == role:
            return
        details = {"姓名": name, "角色": [before.role, role]}
        uow.record(Act("调整角色", "Account", details=details))  # first: by the role of now
        uow.connection.execute(
            sa.update(account_table).where(account_table.c.name == name).values(role=role)
        )
        _check_needed(uow)
        uow.commit()


def adopt_preset(store: Store, preset: str, roles: dict[str, str]) -> None:
    """Arrange the roles otherwise; ``roles`` names the role of every active account."""
    if preset not in PRESETS:
        raise CannotChangeAccount(f"没有“{preset}”这种权限方案。")
    with store.unit_of_work() as uow:
        before = _preset(uow)
        active = {one.name: one.role for one in _rows(uow) if one.active}
        for name in active:
            _check_role(preset, roles.get(name, ""))
        changed = {name: [role, roles[name]] for name, role in active.items()}
        details = {"方案": [before, preset], "角色": changed}
        uow.record(Act("更换权限方案", "Office", 1, details=details))  # by the role of now
        for name in active:
            uow.connection.execute(
                sa.update(account_table)
                .where(account_table.c.name == name)
                .values(role=roles[name])
            )
        uow.connection.execute(sa.update(office_table).values(preset=preset))
        _check_needed(uow)
        uow.commit()


def close_account(store: Store, name: str, reason: str, progress: Progress) -> None:
    """Close the account of somebody who left: the slot goes and the records get another key.

    Nobody else's password changes, and the recovery code stays good.
    """
    reason = reason.strip()
    if not reason:
        raise CannotChangeAccount("请填写停用的理由，如：调离、退休。")
    if name == store.account:
        raise CannotChangeAccount("不能停用正在登录的账户，请由另一位有权限的人员停用。")
    act = Act("停用账户", "Account", reason=reason, details={"姓名": name})
    table = account_table
    close = (
        sa.update(table)
        .where(table.c.name == name)
        .values(active=False, left_at=store.clock(), one_time_until=None)
    )
    with store.unit_of_work() as uow:  # only to see whether it may be: nothing is kept of this
        _active(uow, name)
        uow.connection.execute(close)
        _check_needed(uow)
        uow.record(act)
    rest: KeyFile = store.key_file.without(name, store.key)
    kept = {"范围": "数据文件与密钥文件；以前的备份仍用旧密钥"}
    rekey(store, rest, [act, Act("更换密钥", "Office", 1, details=kept)], [close], progress)
    with suppress(UserError):
        end_try(store.folder, name)


def seconds(store: Store, right: Right) -> Sequence[str]:
    """Return who could confirm an act that needs ``right``; empty when it takes nobody else."""
    with store.engine.connect() as connection:
        return store.gate.seconds(connection, right)


def confirm(store: Store, right: Right, name: str, password: str) -> None:
    """Let ``name`` sign for the next act that needs ``right``: their own slot must open."""
    if name not in seconds(store, right):
        raise CannotChangeAccount(f"“{name}”不能作第二人确认，请另选一位。")
    with file_errors(store.folder, "写入"):
        begin_try(store.folder, name, clock=store.clock)
    try:
        keys.unlock_with_password(store.key_file, name, password)
    except SignInRefused:
        store.record(Act("拒绝第二人确认", "Account", details={"姓名": name, "事项": str(right)}))
        raise SignInRefused("第二人的口令不正确，没有确认。") from None
    with file_errors(store.folder, "写入"):
        end_try(store.folder, name)
    store.gate.confirm(right, name, store.clock())


def _rows(uow: SqlUnitOfWork) -> Sequence[sa.Row[tuple[object, ...]]]:
    return uow.connection.execute(sa.select(account_table)).all()


def _active(uow: SqlUnitOfWork, name: str) -> sa.Row[tuple[object, ...]]:
    found = next((one for one in _rows(uow) if one.name == name and one.active), None)
    if found is None:
        raise CannotChangeAccount(f"没有在用的账户“{name}”，请刷新后再看。")
    return found


def _preset(uow: SqlUnitOfWork) -> str:
    return str(uow.connection.execute(sa.select(office_table.c.preset)).scalar_one())


def _check_role(preset: str, role: str) -> None:
    if role not in ROLES[preset]:
        raise CannotChangeAccount(f"请在{'、'.join(ROLES[preset])}中选择角色。")


def _check_needed(uow: SqlUnitOfWork) -> None:
    held = [str(one.role) for one in _rows(uow) if one.active]
    preset = _preset(uow)
    if missing := roles_missing(preset, held):
        raise CannotChangeAccount(
            f"“{preset}”须始终有人担任{'、'.join(missing)}，请先把这个角色交给他人。"
        )
