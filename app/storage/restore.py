"""Put a backup in the place of the records, so that a cut anywhere leaves the old or the new.

Never over the live file: the container is authenticated to its end, its database unpacked to a
side file, checked and, if older, migrated; the former file is kept; then one ``os.replace``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.domain.audit import Act
from app.paths import DATABASE, MIGRATIONS
from app.services.permission import NO_CONSENT, Consent
from app.services.ports import Clock, Progress, UserError
from app.storage import audit, keys, migrate
from app.storage.backup import unlock_container
from app.storage.backup_stream import (
    authenticate,
    check_against,
    pool_of,
    unpack,
    unpack_attachments,
)
from app.storage.consent import check_consent
from app.storage.container import read_header, same_office
from app.storage.engine import open_engine
from app.storage.errors import (
    DamagedDatabase,
    ForeignContainer,
    NoOffice,
    file_errors,
)
from app.storage.files import copy_durably, flush_folder, journal_of, write_durably
from app.storage.folders import FolderLock, need_space, refuse_unsuitable
from app.storage.keys import KeyFile
from app.storage.own_layout import keep_layout, layout_for_backup, stage_layout
from app.storage.pending import (
    KEYS,
    KEYS_COPY,
    Pending,
    conclude,
    settle_pending,
    write_pending,
)
from app.storage.pool import FOLDER as POOL
from app.storage.rekey import rekey_file
from app.storage.snapshot import check_structure
from app.storage.store import has_office, load_keys
from app.storage.succession import (
    People,
    Unlocked,
    keys_afterwards,
    people_here,
    settle_accounts,
    unlock_former,
)
from app.storage.unit_of_work import SqlUnitOfWork

_SIDE = DATABASE + ".restoring"
_SIDE_KEYS = KEYS + ".restoring"


def restore(
    file: Path,
    folder: Path,
    secret: str,
    progress: Progress,
    *,
    consent: Consent = NO_CONSENT,
    other_office_confirmed: bool = False,
    clock: Clock = datetime.now,
    scripts: Path = MIGRATIONS,
) -> Path | None:
    """Make the records of ``folder`` those of the backup ``file``.

    ``secret`` is a password of a person in ``folder`` or a recovery code; an empty or new folder
    takes a recovery code. The people of ``folder``, their roles, passwords and key stay, unless it
    had none: who left since the backup does not come back with it. Where there is a second person,
    they sign in ``consent``. Returns the folder where the former records were kept, or ``None`` if
    there were none. The store must be closed. Another office's backup takes its recovery code and
    ``other_office_confirmed``.
    """
    refuse_unsuitable(folder)
    with file_errors(folder, "建立"):
        folder.mkdir(parents=True, exist_ok=True)
    lock = FolderLock(folder, "恢复备份")
    try:
        settle_pending(folder)
        unlocked = unlock_container(file, folder, secret, clock=clock)
        manifest = authenticate(file, unlocked.key, progress)
        migrate.refuse_newer(manifest["schema"], scripts, manifest["program"])
        after = _keys_afterwards(file, folder, manifest, unlocked, confirmed=other_office_confirmed)
        second = check_consent(folder, unlocked, consent, clock)
        act = Act("恢复备份", "Office", 1, consent.reason, {"第二人": second})
        size = int(manifest["database"]["size"])
        need_space(folder, 2 * size + _size_of(folder / DATABASE))
        with file_errors(folder, "写入"):
            return _swap(file, folder, manifest, unlocked, after, act, progress, clock, scripts)
    finally:
        lock.release()


def former_folders(folder: Path) -> list[Path]:
    """Return where records that restores replaced are kept, the latest first."""
    found = [one for one in folder.glob("former-*") if (one / DATABASE).is_file()]
    return sorted(found, key=lambda one: one.name, reverse=True)


def take_back(
    former: Path,
    folder: Path,
    secret: str,
    progress: Progress,
    *,
    consent: Consent = NO_CONSENT,
    clock: Clock = datetime.now,
    scripts: Path = MIGRATIONS,
) -> Path | None:
    """Put the records that a restore replaced back in their place: a restore taken back.

    ``secret`` is a password or recovery code of the records here, or of those. People, passwords,
    key and consent are as at a restore. What is there now is kept as a restore keeps it, so this
    too can be taken back. Returns where.
    """
    lock = FolderLock(folder, "撤回恢复")
    try:
        settle_pending(folder)
        unlocked = unlock_former(former, folder, secret, clock=clock)
        key_file, key = _key_file_of_here(folder, load_keys(former)[0], unlocked)
        second = check_consent(folder, unlocked, consent, clock)
        size = _size_of(former / DATABASE)
        need_space(folder, size + _size_of(folder / DATABASE))
        kept = _former_name(folder, clock()) if _kept_names(folder) else None
        pending = Pending("restore", _SIDE, kept.name if kept else "", _SIDE_KEYS)
        side = folder / _SIDE
        with file_errors(folder, "写入"):
            write_pending(folder, pending)
            try:
                progress(0, 0, "复制数据")
                copy_durably(former / DATABASE, side)
                if (journal := journal_of(former / DATABASE)).exists():
                    copy_durably(journal, journal_of(side))
                check_structure(side, unlocked.key)
                migrate.upgrade_in_place(side, unlocked.key, scripts=scripts)
                details = {"取回": former.name, "former": _head_here(folder, key), "第二人": second}
                act = Act("撤回恢复", "Office", 1, consent.reason, details)
                people = people_here(folder, key)
                head = _settle_in(side, unlocked, (key_file, key), act, people, clock)
                write_durably(folder / _SIDE_KEYS, keys.encode(key_file))
                stage_layout(folder, layout_for_backup(former))
                if kept is not None:
                    _keep(folder, kept)
            except BaseException:
                settle_pending(folder)
                raise
            conclude(folder, replace(pending, ready=True))
            _check_live(folder, key, head, kept)
        return kept
    finally:
        lock.release()


def _swap(
    file: Path,
    folder: Path,
    manifest: Mapping[str, Any],
    unlocked: Unlocked,
    after: tuple[KeyFile, bytes],
    act: Act,
    progress: Progress,
    clock: Clock,
    scripts: Path,
) -> Path | None:
    key_file, key = after
    former = _former_name(folder, clock()) if _kept_names(folder) else None
    pending = Pending("restore", _SIDE, former.name if former else "", _SIDE_KEYS)
    write_pending(folder, pending)
    side = folder / _SIDE
    try:
        unpack(file, unlocked.key, side, progress)
        check_against(side, unlocked.key, manifest, file)
        absent = _bring_attachments(file, unlocked.key, manifest, folder / POOL, progress)
        if manifest["schema"] != migrate.HEAD:
            migrate.upgrade_in_place(side, unlocked.key, scripts=scripts)
        details: dict[str, Any] = {
            "made_at": manifest["made_at"],
            "restored_to": manifest["audit"],
            "former": _head_here(folder, key),
            "附件": len(manifest.get("attachments", {}).get("contents", ())),
        }
        if absent:
            details["缺少的附件"] = absent
        act = replace(act, details={**act.details, **details})
        head = _settle_in(side, unlocked, after, act, people_here(folder, key), clock)
        write_durably(folder / _SIDE_KEYS, keys.encode(key_file))
        stage_layout(folder, manifest.get("layout", ""))
        if former is not None:
            _keep(folder, former)
    except BaseException:
        settle_pending(folder)  # not ready yet: the side files go, the records stay as they are
        raise
    conclude(folder, replace(pending, ready=True))
    _check_live(folder, key, head, former)
    return former


def _bring_attachments(
    file: Path, key: bytes, manifest: Mapping[str, Any], pool: Path, progress: Progress
) -> int:
    """Bring what is not here yet from the backup or from beside it; return how many are nowhere.

    Files are only added: the records that are replaced can come back and find theirs.
    """
    if not manifest.get("attachments", {}).get("contents"):
        return 0
    if "carried" in manifest["attachments"]:
        need_space(pool.parent, sum(size for _one, size in manifest["attachments"]["carried"]))
        unpack_attachments(file, key, pool, progress)
    here, there = pool_of(manifest, pool), pool_of(manifest, file.parent / POOL)
    contents = manifest["attachments"]["contents"]
    wanted = [sha256 for sha256 in contents if not here.is_sound(sha256)]
    need_space(pool.parent, sum(map(there.size, wanted)))
    missing = 0
    for number, sha256 in enumerate(wanted):
        progress(number, len(wanted), "恢复附件")
        missing += not here.take(sha256, there)
    return missing


def _keys_afterwards(
    file: Path, folder: Path, manifest: Mapping[str, Any], unlocked: Unlocked, *, confirmed: bool
) -> tuple[KeyFile, bytes]:
    """Return the key file that will hold and its key; another office has to be confirmed."""
    carried = keys.decode(manifest["keys"].encode(), where=file)
    keys.check_mac(carried, unlocked.key)
    try:
        here = load_keys(folder)[0]
    except (NoOffice, DamagedDatabase):
        return carried, unlocked.key
    if here.office_id != carried.office_id:
        if not unlocked.by_code:
            same_office(read_header(file), here.office_id, file)
        if not confirmed:
            raise ForeignContainer(
                f"“{file}”是另一单位（或另一份数据）的备份，恢复它会换掉“{folder}”里现有的全部数据。"
                "没有做任何改动；确要这样做，请明确确认后再恢复，或另选一个空文件夹。"
            )
    return _key_file_of_here(folder, carried, unlocked)


def _key_file_of_here(folder: Path, carried: KeyFile, unlocked: Unlocked) -> tuple[KeyFile, bytes]:
    try:
        here = load_keys(folder)[0]
    except (NoOffice, DamagedDatabase):
        return carried, unlocked.key
    if here.office_id != carried.office_id:
        return carried, unlocked.key
    return keys_afterwards(folder, carried, unlocked)


def _settle_in(
    side: Path,
    unlocked: Unlocked,
    after: tuple[KeyFile, bytes],
    act: Act,
    people: People | None,
    clock: Clock,
) -> audit.AuditHead:
    """Give what comes back the key and the people that hold, and write the act into its log."""
    key_file, key = after
    if key != unlocked.key:
        rekey_file(side, unlocked.key, key)
    engine = open_engine(side, key)
    try:
        signing = audit.audit_key(key)
        with SqlUnitOfWork(engine, who=unlocked.who, audit_key=signing, clock=clock) as uow:
            settle_accounts(uow, key_file, people, clock)
            uow.record(act)
            uow.commit()
        with engine.connect() as connection:
            return audit.head(connection)
    finally:
        engine.dispose()
        journal_of(side).unlink(missing_ok=True)


def _head_here(folder: Path, key: bytes) -> str:
    """Return the anchor of the records to be replaced, if they open; settles their journal."""
    if not has_office(folder):
        return ""
    try:
        engine = open_engine(folder / DATABASE, key)
        try:
            with engine.connect() as connection:
                return audit.head(connection).anchor
        finally:
            engine.dispose()
    except (UserError, sa.exc.SQLAlchemyError):
        return "打不开"  # damaged, or another key: the copy is kept all the same


def _kept_names(folder: Path) -> list[str]:
    names = (DATABASE, journal_of(Path(DATABASE)).name, KEYS, KEYS_COPY)
    return [name for name in names if (folder / name).exists()]


def _keep(folder: Path, former: Path) -> None:
    """Copy what is there now, durably, so that one act brings it back."""
    former.mkdir()
    for name in _kept_names(folder):
        copy_durably(folder / name, former / name)
    keep_layout(folder, former)
    flush_folder(folder)


def _former_name(folder: Path, now: datetime) -> Path:
    stem = f"former-{now:%Y%m%d-%H%M%S}"
    names = (f"{stem}{f'-{n}' if n else ''}" for n in range(10_000))
    return next(folder / name for name in names if not (folder / name).exists())


def _size_of(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _check_live(folder: Path, key: bytes, head: audit.AuditHead, former: Path | None) -> None:
    """Open the restored records and see that they are the ones that were checked."""
    engine = open_engine(folder / DATABASE, key)
    try:
        with engine.connect() as connection:
            found = audit.head(connection)
    finally:
        engine.dispose()
    if found != head:
        kept = f"恢复前的数据在“{former}”。" if former else ""
        raise DamagedDatabase(f"恢复后的数据与备份不一致，请检查磁盘。{kept}")
