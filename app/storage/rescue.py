"""What is left when the records' file is damaged: the newest backups, and whatever still reads.

The damaged file is only read. What can be read goes into an office of its own beside it, so that it
can be looked through and compared; the way back to work is a backup.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from app.paths import DATABASE, MIGRATIONS
from app.services.entrance import Salvaged
from app.services.ports import Clock, Progress
from app.storage import keys, migrate
from app.storage.engine import connect
from app.storage.errors import file_errors
from app.storage.files import flush_folder, write_durably
from app.storage.folders import FolderLock, need_space
from app.storage.keys import KeyFile
from app.storage.pending import KEYS, KEYS_COPY
from app.storage.pool import FOLDER, Pool
from app.storage.store import RESCUED, load_keys, open_keys
from app.storage.tables import metadata
from app.storage.throttle import begin_try, end_try

_BATCH = 256
_MOST_EMPTY = 40  # batches without a row: nothing follows
_LOG_TRIGGERS = ("audit_log_no_update", "audit_log_no_delete", "audit_log_no_gap")


def salvage(
    folder: Path,
    secret: str,
    progress: Progress,
    *,
    clock: Clock = datetime.now,
    scripts: Path = MIGRATIONS,
) -> Salvaged:
    """Copy every row that can still be read into an office of its own beside the records.

    ``secret`` is a password or the recovery code. Raises ``SignInRefused``, ``DiskFull``, and
    ``DamagedDatabase`` when nothing at all can be read: then the beginning of the file is gone.
    """
    source = folder / DATABASE
    lock = FolderLock(folder, "抢救数据")
    try:
        key_file, key = _unlocked(folder, secret, clock)
        need_space(folder, 2 * source.stat().st_size)
        target = _free(folder, clock())
        try:
            with file_errors(target, "写入"):
                target.mkdir()
                side = target / DATABASE
                side.touch()
                migrate.create_schema(side, key, scripts=scripts)
                saved, lost = _copy(source, side, key, progress)
                for name in (KEYS, KEYS_COPY):
                    write_durably(target / name, keys.encode(key_file))
                papers = _bring_papers(folder, target, side, key)
                body = {"from": folder.name, "at": clock().isoformat(timespec="seconds")}
                write_durably(target / RESCUED, json.dumps(body).encode())
                flush_folder(folder)
        except BaseException:
            shutil.rmtree(target, ignore_errors=True)  # half of it would look like the records
            raise
        return Salvaged(target, saved, tuple(lost), papers)
    finally:
        lock.release()


def _bring_papers(folder: Path, target: Path, side: Path, key: bytes) -> tuple[int, int]:
    """Bring the attachments that the saved records name; return how many there are, and how many not.

    They are files of their own, encrypted under a key that lies in the records: damage to the
    records leaves them alone. Named a second time where the disk can, copied otherwise.
    """
    with closing(connect(side, key)) as raw:
        found = raw.execute("SELECT pool_key FROM office").fetchone()
        wanted = [row[0] for row in raw.execute("SELECT DISTINCT sha256 FROM attachment")]
    wanted = [one for one in wanted if one]
    if not found or not found[0]:
        return 0, len(wanted)
    here, there = Pool(folder / FOLDER, found[0]), Pool(target / FOLDER, found[0])
    brought = 0
    for sha256 in wanted:
        if not here.has(sha256) or not here.is_sound(sha256):
            continue
        place = there.path(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            place.hardlink_to(here.path(sha256))
        except OSError:
            shutil.copyfile(here.path(sha256), place)
        brought += 1
    return brought, len(wanted) - brought


class _Damaged:
    """Reads from the damaged file; after a bad page SQLCipher refuses everything: open it anew."""

    def __init__(self, file: Path, key: bytes) -> None:
        self._file, self._key = file, key
        self._open: Any = connect(file, key)

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any] | None:
        """Return what a statement reads, ``None`` where it cannot."""
        try:
            return list(self._open.execute(statement, values).fetchall())
        except sqlcipher.Error:
            self._open.close()
            self._open = connect(self._file, self._key)
            return None

    def close(self) -> None:
        """Let the file go."""
        self._open.close()


def _copy(
    source: Path, side: Path, key: bytes, progress: Progress
) -> tuple[dict[str, int], list[str]]:
    saved: dict[str, int] = {}
    lost: list[str] = []
    reading = _Damaged(source, key)
    with closing(reading), closing(connect(side, key, foreign_keys=False)) as writing:
        for name in _LOG_TRIGGERS:  # lines may be missing in between
            writing.execute(f"DROP TRIGGER IF EXISTS {name}")
        names = [*metadata.tables]
        for number, name in enumerate(names):
            progress(number, len(names), "抢救数据")
            here = _columns(writing, name)
            there = reading.rows(f'PRAGMA table_info("{name}")')
            columns = here if there is None else [c for c in here if c in {r[1] for r in there}]
            if not columns:
                continue  # a table that the older file did not have
            listed = ", ".join(f'"{one}"' for one in columns)
            place = ", ".join("?" * len(columns))
            put = f'INSERT OR REPLACE INTO "{name}" ({listed}) VALUES ({place})'
            saved[name] = 0
            writing.execute("BEGIN")
            for rows in _parts(reading, name, listed):
                if rows is None:
                    lost.append(name)
                else:
                    writing.executemany(put, rows)
                    saved[name] += len(rows)
            writing.execute("COMMIT")
        _index_people(writing)
    return saved, list(dict.fromkeys(lost))


def _parts(reading: _Damaged, table: str, listed: str) -> Iterator[list[Any] | None]:
    """Yield the rows that can be read, some at a time; ``None`` where some could not."""
    top = reading.rows(f'SELECT max(rowid) FROM "{table}"')
    # With the right edge damaged: look as far as an office ever counts.
    last_id = 1 << 20 if top is None else top[0][0] or 0
    select = f'SELECT {listed} FROM "{table}" WHERE rowid BETWEEN ? AND ? ORDER BY rowid'
    empty = 0
    for first in range(1, last_id + 1, _BATCH):
        last = min(last_id, first + _BATCH - 1)
        rows = reading.rows(select, (first, last))
        if rows is None:
            yield None
            singly = (reading.rows(select, (id_, id_)) for id_ in range(first, last + 1))
            rows = [row for found in singly if found for row in found]
        yield rows
        empty = 0 if rows else empty + 1
        if empty > _MOST_EMPTY:
            return


def _columns(writing: Any, table: str) -> list[str]:
    return [row[1] for row in writing.execute(f'PRAGMA table_info("{table}")').fetchall()]


def _index_people(writing: Any) -> None:
    """Make the search index anew from the people that were saved."""
    from app.storage.rows import index_everybody

    writing.execute("BEGIN")
    index_everybody(writing)
    writing.execute("COMMIT")


def _unlocked(folder: Path, secret: str, clock: Clock) -> tuple[KeyFile, bytes]:
    begin_try(folder, clock=clock)
    found = open_keys(folder, load_keys(folder), lambda file: keys.unlock(file, secret), bytes)
    end_try(folder)
    return found


def _free(folder: Path, now: datetime) -> Path:
    stem = f"rescued-{now:%Y%m%d-%H%M%S}"
    names = (f"{stem}{f'-{n}' if n else ''}" for n in range(10_000))
    return next(folder / name for name in names if not (folder / name).exists())
