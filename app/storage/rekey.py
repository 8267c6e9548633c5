"""Give the records another key when somebody leaves, so that what the leaver kept opens nothing new.

On a side copy, as a restore does it: copied, rekeyed, checked, the account closed and the act logged
in the copy; then copy and key file take the place of the old ones in one step that the next start
can finish. Backups from before keep their key; it lies, wrapped, in the new key file.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

import sqlalchemy as sa
import sqlcipher3.dbapi2 as sqlcipher

from app.domain.audit import Act
from app.paths import DATABASE
from app.services.ports import Progress
from app.storage import audit, keys
from app.storage.engine import connect, open_engine, translated
from app.storage.errors import NotWritable, StoreBusy, file_errors
from app.storage.files import copy_durably, journal_of, remove_database, write_durably
from app.storage.folders import need_space
from app.storage.keys import KeyFile
from app.storage.migrate import check_database
from app.storage.pending import (
    KEYS,
    HalfDone,
    Pending,
    conclude,
    settle_pending,
    write_pending,
)
from app.storage.store import Store
from app.storage.tables import former_signing_key
from app.storage.unit_of_work import SqlUnitOfWork

_SIDE = DATABASE + ".rekeying"
_SIDE_KEYS = KEYS + ".rekeying"
_PATIENCE = 10  # seconds that a reader may still hold a connection


def rekey(
    store: Store,
    key_file: KeyFile,
    acts: Sequence[Act],
    statements: Sequence[sa.Executable],
    progress: Progress,
) -> None:
    """Replace the key of ``store``; ``key_file`` says who keeps a slot, still under the old key.

    ``statements`` and ``acts`` become part of the new file. The gate has let the acts pass before.
    Raises ``DiskFull``, ``StoreBusy``; then everything is as it was. Nobody else works meanwhile:
    whoever asks for a connection waits.
    """
    with store.holder.changing:
        old, new = store.key, keys.new_database_key()
        need_space(store.folder, 2 * store.file.stat().st_size)
        used = store.engine.pool
        store.engine.dispose()
        _wait_for(used)
        side, side_keys = store.folder / _SIDE, store.folder / _SIDE_KEYS
        pending = Pending("rekey", _SIDE, "", _SIDE_KEYS)
        now = store.clock()
        fresh = key_file.rekeyed(old, new, created=now.isoformat(timespec="seconds"))
        with file_errors(store.folder, "写入"):
            write_pending(store.folder, pending)
            try:
                progress(0, 3, "复制数据")
                remove_database(side)
                copy_durably(store.file, side)
                progress(1, 3, "更换密钥")
                rekey_file(side, old, new)
                _settle_in(store, side, new, acts, statements)
                progress(2, 3, "核对")
                _check(side, new)
                write_durably(side_keys, keys.encode(fresh))
            except BaseException:
                settle_pending(store.folder)  # not ready: the side files go
                raise
            store.handle.close()  # Windows replaces no open file
            try:
                conclude(store.folder, Pending("rekey", _SIDE, "", _SIDE_KEYS, ready=True))
            except HalfDone:
                store.holder.put(b"")  # the next sign-in settles it; until then nobody writes
                raise
        store.holder.put(new)
        store.key_file = fresh
        with suppress(OSError):
            for leftover in store.folder.glob(DATABASE + ".before-upgrade*"):
                leftover.unlink()  # a copy that the old key still opens


def rekey_file(file: Path, old: bytes, new: bytes) -> None:
    """Encrypt a database at rest anew, and note by what its log was signed until now."""
    try:
        with closing(connect(file, old, foreign_keys=False)) as connection:
            last = connection.execute("SELECT max(sequence) FROM audit_log").fetchone()[0]
            if last is not None:
                connection.execute(
                    f"INSERT OR REPLACE INTO {former_signing_key.name} VALUES (?, ?)",
                    (last, audit.audit_key(old)),
                )
            connection.execute(f"PRAGMA rekey = \"x'{new.hex()}'\"")
    except sqlcipher.Error as error:
        # SQLCipher says of any trouble with the disk that there was something about the key.
        raise translated(error, file) or NotWritable(
            "更换密钥时读写磁盘出错，没有更换，数据没有改动。请检查磁盘空间与磁盘状况后再试。"
        ) from error


def _settle_in(
    store: Store,
    side: Path,
    new: bytes,
    acts: Sequence[Act],
    statements: Sequence[sa.Executable],
) -> None:
    engine = open_engine(side, new)
    try:
        signing = audit.audit_key(new)
        with SqlUnitOfWork(engine, who=store.account, audit_key=signing, clock=store.clock) as uow:
            for statement in statements:
                uow.connection.execute(statement)
            for act in acts:
                uow.record(act)
            uow.commit()
    finally:
        engine.dispose()
        journal_of(side).unlink(missing_ok=True)


def _check(side: Path, key: bytes) -> None:
    engine = open_engine(side, key)
    try:
        with engine.connect() as connection:
            check_database(connection, side)
    finally:
        engine.dispose()


def _wait_for(pool: sa.Pool) -> None:
    """Wait until nobody uses a connection of the disposed pool any more."""
    until = time.monotonic() + _PATIENCE
    while pool.checkedout():  # type: ignore[attr-defined]
        if time.monotonic() > until:
            raise StoreBusy("数据正在被另一项工作占用，没有更换密钥，请稍候再试。")
        time.sleep(0.02)
    pool.dispose()
