"""The backup before an upgrade: made of records that this version cannot open yet."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.domain.audit import Act
from app.paths import DATABASE
from app.services.ports import Clock, UserError
from app.services.use_cases import BackupInfo
from app.storage.backup import (
    SUFFIX,
    bring_attachments,
    free_name,
    info_of,
    manifest_of,
    prove,
    record_backup,
)
from app.storage.backup_stream import seal
from app.storage.errors import NotWritable, file_errors
from app.storage.files import copy_durably, remove_database, replace_durably
from app.storage.folders import need_space
from app.storage.keys import KeyFile
from app.storage.known_backups import newest_backups, remember_backup
from app.storage.pool import FOLDER, Pool
from app.storage.snapshot import check_references, check_seals, is_practice
from app.storage.store import Store

OCCASION = "升级前"
_COPY = "office.db.upgrade-copy"


@dataclass(frozen=True, slots=True)
class UpgradeBackup:
    """A backup that was proven, to be recorded once the records are of this version."""

    info: BackupInfo
    manifest: dict[str, Any]
    digest: str

    def record(self, store: Store) -> None:
        """Write it, and the upgrade, into the log."""
        record_backup(store, self.info, self.manifest, self.digest, OCCASION)
        store.record(
            Act("升级数据", "Office", 1, details={"原库结构": self.info.schema, "备份": OCCASION})
        )


def back_up_before_upgrade(
    folder: Path, key: bytes, key_file: KeyFile, clock: Clock
) -> UpgradeBackup | None:
    """Make a backup of older records, where the last one went or beside the data folder.

    Nobody has them open. Practice data need none. Raises ``NotWritable`` when none could be made:
    then nothing is upgraded.
    """
    if is_practice(folder / DATABASE, key):
        return None
    trouble: UserError | None = None
    for place in _places(folder):
        try:
            return _back_up(folder, place, key, key_file, clock)
        except UserError as error:
            trouble = error
    raise NotWritable(f"升级前的备份没有做成，没有升级，数据没有改动：{trouble}")


def _places(folder: Path) -> Sequence[Path]:
    beside = folder.with_name(folder.name + "-backups")
    return list(dict.fromkeys((*(one.parent for one in newest_backups(folder)), beside)))


def _back_up(
    folder: Path, place: Path, key: bytes, key_file: KeyFile, clock: Clock
) -> UpgradeBackup:
    file, copy, made_at = folder / DATABASE, folder / _COPY, clock()
    size = file.stat().st_size
    need_space(folder, size)
    with file_errors(place, "写入备份"):
        place.mkdir(exist_ok=True)
    need_space(place, size)
    try:
        with file_errors(copy, "写入"):
            copy_durably(file, copy)
            content = hashlib.sha256(copy.read_bytes()).hexdigest()
        manifest = manifest_of(copy, content, key, key_file, made_at)
        pool = Pool(folder / FOLDER, bytes.fromhex(manifest["attachments"].get("key", "")))
        if manifest["attachments"].get("contents"):
            bring_attachments(pool, place, manifest, _quiet, carry=False)
        check_seals(copy, key)
        check_references(copy, key)
        target = free_name(place, made_at)
        partial = target.with_name(target.name + ".tmp")
        with file_errors(target, "写入备份"):
            try:
                digest = seal(copy, manifest, key_file, key, partial, _quiet, pool)
                prove(partial, key, manifest, _quiet)
                replace_durably(partial, target)
            finally:
                with suppress(OSError):
                    partial.unlink(missing_ok=True)
    finally:
        with suppress(OSError):
            remove_database(copy)
    remember_backup(folder, target)
    absent = len(manifest["attachments"].get("absent", ()))
    assert target.name.endswith(SUFFIX)
    return UpgradeBackup(info_of(target, manifest, absent=absent), manifest, digest)


def _quiet(_done: int, _total: int, _note: str) -> None:
    """Progress that nobody watches: who signs in sees that something runs."""
