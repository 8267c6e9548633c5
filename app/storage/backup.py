"""Make a backup that is proven before it counts, and prove one again later.

The attachments lie beside the backups of a place in one pool, the very same files: a backup names
the ones it needs, and only new ones are written. A carry file has them inside.

A password never opens a backup by itself: the container carries the recovery slot alone. Where
the office's own data folder is at hand, a password (or the present recovery code) opens the
folder's key file and thereby the container; on a new PC it takes the recovery code that was valid
when the backup was made.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app import __version__
from app.domain.audit import Act
from app.services.ports import Clock, Progress, UserError
from app.services.use_cases import BackupInfo
from app.storage import audit, keys, migrate
from app.storage.backup_stream import (
    absent_attachments,
    authenticate,
    check_against,
    seal,
    unpack,
)
from app.storage.container import (
    damaged,
    read_header,
    same_office,
)
from app.storage.errors import (
    DamagedAttachment,
    DamagedDatabase,
    NoOffice,
    SignInRefused,
    UnsuitableFolder,
    file_errors,
)
from app.storage.files import remove_database, replace_durably, write_whole
from app.storage.folders import need_space
from app.storage.keys import KeyFile
from app.storage.known_backups import remember_backup
from app.storage.own_layout import layout_for_backup
from app.storage.pool import FOLDER as POOL
from app.storage.pool import Pool
from app.storage.recovery_code import looks_like_code
from app.storage.snapshot import check_references, check_seals, describe
from app.storage.store import Store, load_keys
from app.storage.succession import Unlocked
from app.storage.tables import backup_run
from app.storage.tables import office as office_table
from app.storage.throttle import begin_try, end_try

SUFFIX = ".hfbackup"
_COPY = "office.db.copy"
_BLOCK = 1 << 20


def back_up(
    store: Store, folder: Path, progress: Progress, *, carry: bool = False, occasion: str = "手动"
) -> BackupInfo:
    """Write a backup into ``folder``, prove it by reading it back, and record it.

    ``carry`` puts the attachments inside, to be carried away as one file. The file appears whole or
    not at all; an attachment that is damaged or gone stops no backup, and is counted. Raises
    ``DiskFull``, ``NotWritable``, ``UnsuitableFolder``, ``DamagedDatabase`` (the records
    themselves are not sound) and what ``progress`` raises.
    """
    folder = _backup_folder(store, folder)
    size = store.file.stat().st_size
    need_space(store.folder, size)
    need_space(folder, size)
    copy = store.folder / _COPY
    made_at = store.clock()
    try:
        with file_errors(copy, "写入"):
            content = _copy_at_rest(store, copy, size, progress)
        manifest = manifest_of(copy, content, store.key, store.key_file, made_at)
        bring_attachments(store.pool, folder, manifest, progress, carry=carry)
        target = free_name(folder, made_at)
        partial = target.with_name(target.name + ".tmp")
        with file_errors(target, "写入备份"), ThreadPoolExecutor(2) as beside:
            # The copy is checked while it is sealed; the backup counts when all is done.
            checks = [
                beside.submit(check, copy, store.key) for check in (check_references, check_seals)
            ]
            try:
                digest = seal(
                    copy, manifest, store.key_file, store.key, partial, progress, store.pool
                )
                prove(partial, store.key, manifest, progress)
                for checked in checks:
                    checked.result()
                replace_durably(partial, target)
            finally:
                with suppress(OSError):  # the next backup clears it away
                    partial.unlink(missing_ok=True)
    finally:
        with suppress(OSError):
            remove_database(copy)
    info = info_of(target, manifest, absent=len(manifest["attachments"].get("absent", ())))
    record_backup(store, info, manifest, digest, occasion)
    remember_backup(store.folder, target)
    return info


def verify(
    file: Path, folder: Path | None, secret: str, progress: Progress, *, clock: Clock = datetime.now
) -> BackupInfo:
    """Authenticate a backup to its end, open its database beside, check and compare it.

    ``folder`` is this office's data folder or ``None`` on a new PC; ``secret`` a password of a
    person there, or a recovery code. Nothing but a temporary, encrypted side file is written.
    """
    unlocked = unlock_container(file, folder, secret, clock=clock)
    return verify_with_key(file, unlocked.key, progress)


def verify_with_key(file: Path, key: bytes, progress: Progress) -> BackupInfo:
    """``verify`` for who holds the key of the records already."""
    manifest = authenticate(file, key, progress)
    migrate.refuse_newer(manifest["schema"], program=manifest["program"])
    with tempfile.TemporaryDirectory(prefix="huifang-") as scratch:
        side = Path(scratch) / "office.db"
        with file_errors(side, "写入"):
            need_space(side.parent, int(manifest["database"]["size"]))
            unpack(file, key, side, progress)
        check_against(side, key, manifest, file)
    return info_of(file, manifest, absent=len(absent_attachments(file, manifest, progress)))


def unlock_container(
    file: Path, folder: Path | None, secret: str, *, clock: Clock = datetime.now
) -> Unlocked:
    """Return the key of the container. Raises ``SignInRefused`` or ``ForeignContainer``.

    Tries with a password count as tries to sign in.
    """
    header = read_header(file)
    here = _keys_here(folder)
    if looks_like_code(secret):
        try:
            ours = here if here and here.office_id == header.key_file.office_id else None
            return _unlocked_by_code(header.key_file, ours, secret, file)
        except SignInRefused:
            if here is None:
                raise  # otherwise it may still be a password of that shape
    if here is None or folder is None:
        raise SignInRefused("这台电脑上没有这份数据，请输入打印的恢复码（8组字符）。")
    same_office(header, here.office_id, file)
    begin_try(folder, clock=clock)
    for name in here.names:
        try:
            key = keys.unlock_with_password(here, name, secret)
        except SignInRefused:
            continue
        end_try(folder)
        return Unlocked(_key_of(header.key_file, here, key), name, by_code=False, present=key)
    raise SignInRefused("口令不正确。请检查大写锁定和输入法后再试，或改用恢复码。")


def _key_of(carried: KeyFile, here: KeyFile, key: bytes) -> bytes:
    """Return the key that sealed the container: the present one, or one before a leaver went."""
    for candidate in (key, *here.former_keys(key)):
        try:
            keys.check_mac(carried, candidate)
        except DamagedDatabase:
            continue
        return candidate
    return key


def _keys_here(folder: Path | None) -> KeyFile | None:
    """Return the key file of the data folder; a recovery code does without one."""
    if folder is None:
        return None
    try:
        return load_keys(folder)[0]
    except (NoOffice, DamagedDatabase):
        return None


def _unlocked_by_code(carried: KeyFile, here: KeyFile | None, secret: str, file: Path) -> Unlocked:
    present: bytes | None = None
    trouble: UserError | None = None
    if here is not None:
        try:
            present = keys.unlock_with_code(here, secret)
        except SignInRefused as refused:
            trouble = refused
        except DamagedDatabase:
            pass  # its MAC does not fit: the key file here was changed
    try:
        key = keys.unlock_with_code(carried, secret)
    except (SignInRefused, DamagedDatabase) as error:
        if here is None or present is None:
            raise (
                trouble or (damaged(file) if isinstance(error, DamagedDatabase) else error)
            ) from None
        key = _key_of(carried, here, present)  # the recovery code was changed since
    return Unlocked(key, "恢复码", by_code=True, present=present)


def bring_attachments(
    pool: Pool, folder: Path, manifest: dict[str, Any], progress: Progress, *, carry: bool
) -> None:
    """Put every attachment beside the backup, or note it to be carried inside; count what is gone.

    A damaged one is mended from the pool of the place, if it has a sound copy.
    """
    listed = manifest["attachments"]
    contents: list[str] = listed["contents"]
    place = folder / POOL
    missing = [one for one in contents if carry or not Pool(place, pool.key).has(one)]
    need_space(folder, sum(map(pool.size, missing)))
    absent, carried = [], []
    for number, sha256 in enumerate(contents):
        progress(number, len(contents), "备份附件")
        try:
            if carry:
                pool.read(sha256)
                carried.append([sha256, pool.size(sha256)])
            else:
                pool.copy_to(sha256, place)
        except DamagedAttachment:
            if pool.take(sha256, Pool(place, pool.key)):
                carried.append([sha256, pool.size(sha256)])
            else:
                absent.append(sha256)
    if carry:
        listed["carried"] = carried
    if absent:
        listed["absent"] = absent


def manifest_of(
    copy: Path, content: str, key: bytes, key_file: KeyFile, made_at: datetime
) -> dict[str, Any]:
    """Return what a backup of the database at rest ``copy`` says; ``content`` is its SHA-256.

    ``copy`` lies in the data folder: the office's own form layout beside it goes along.
    """
    found = describe(copy, key)
    return {
        **found,
        "sequence": found["backup_sequence"] + 1,
        "made_at": made_at.isoformat(timespec="seconds"),
        "program": __version__,
        "database": {"size": copy.stat().st_size, "sha256": content},
        "keys": keys.encode(key_file).decode(),
        "layout": layout_for_backup(copy.parent),
    }


def _copy_at_rest(store: Store, copy: Path, size: int, progress: Progress) -> str:
    """Copy the file as it is between two commits, page for page, still encrypted.

    Returns the SHA-256 of what was read. The copy lives for seconds and is not flushed: what is
    read back from it is checked.

    A read transaction keeps writers from the file meanwhile. The bytes come through a handle that
    stays open as long as the store: closing a second handle on the file in this process would
    drop SQLite's own locks.
    """
    digest, done = hashlib.sha256(), 0
    with store.engine.connect() as connection, ThreadPoolExecutor(1) as beside:
        connection.execute(sa.select(sa.func.count()).select_from(office_table)).one()
        reading = store.reading()
        reading.seek(0)
        with copy.open("wb", buffering=0) as out:
            while block := reading.read(_BLOCK):
                hashed = beside.submit(digest.update, block)  # neither waits for the other
                write_whole(out, block)
                hashed.result()
                done += len(block)
                progress(done, size, "复制数据")
    return digest.hexdigest()


def prove(file: Path, key: bytes, manifest: dict[str, Any], progress: Progress) -> None:
    """Read a container that was just written back to its end."""
    if authenticate(file, key, progress) != manifest:
        raise damaged(file)


def info_of(file: Path, manifest: dict[str, Any], *, absent: int) -> BackupInfo:
    """Return what is told of a backup."""
    return BackupInfo(
        file=file,
        made_at=datetime.fromisoformat(manifest["made_at"]),
        office_id=manifest["office_id"],
        schema=manifest["schema"],
        counts={name: table["rows"] for name, table in manifest["tables"].items()},
        audit_sequence=manifest["audit"]["sequence"],
        attachments=len(manifest.get("attachments", {}).get("contents", ())),
        absent=absent,
        carry="carried" in manifest.get("attachments", {}),
    )


def record_backup(
    store: Store, info: BackupInfo, manifest: dict[str, Any], digest: str, occasion: str
) -> None:
    """Enter a proven backup into the list of backups and into the log."""
    with store.unit_of_work() as uow:
        uow.connection.execute(
            sa.insert(backup_run).values(
                made_at=info.made_at,
                file=str(info.file),
                size=info.file.stat().st_size,
                sha256=digest,
                sequence=manifest["sequence"],
                audit_sequence=info.audit_sequence,
                occasion=occasion,
            )
        )
        uow.connection.execute(sa.update(office_table).values(backup_sequence=manifest["sequence"]))
        head = audit.AuditHead(
            info.audit_sequence,
            bytes.fromhex(manifest["audit"]["chain"]),
            bytes.fromhex(manifest["audit"]["mac"]),
        )
        details: dict[str, Any] = {
            "sha256": digest,
            "anchor": head.anchor,
            "sequence": manifest["sequence"],
            "时机": occasion,
            "附件": info.attachments,
        }
        if info.absent:
            details["缺少的附件"] = info.absent
        uow.record(Act("备份", "Office", 1, details=details))
        uow.commit()


def _backup_folder(store: Store, folder: Path) -> Path:
    folder = folder.absolute()
    inside = folder.resolve()
    if inside == store.folder.resolve() or store.folder.resolve() in inside.parents:
        raise UnsuitableFolder(
            f"备份不能放在数据文件夹“{store.folder}”里面，否则会一起丢失。请另选位置。"
        )
    if folder.exists() and not folder.is_dir():
        raise UnsuitableFolder(f"“{folder}”是一个文件，请选择放备份的文件夹。")
    if not folder.parent.is_dir():
        raise NoOffice(f"找不到“{folder.parent}”。请核对位置，移动硬盘或U盘是否已接好。")
    with file_errors(folder, "写入备份"):
        folder.mkdir(exist_ok=True)
        for leftover in folder.glob(f"huifang-*{SUFFIX}.tmp"):  # of a backup that was killed
            leftover.unlink()
    return folder


def free_name(folder: Path, made_at: datetime) -> Path:
    """Return where a backup of this moment goes."""
    stem = f"huifang-{made_at:%Y%m%d-%H%M%S}"
    names: Iterator[str] = (f"{stem}{f'-{n}' if n else ''}{SUFFIX}" for n in range(10_000))
    return next(folder / name for name in names if not (folder / name).exists())
