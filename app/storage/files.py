"""Files that are whole or not there, also after a power cut."""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

_CHUNK = 1 << 20
_TRIES = 40
_PAUSE = 0.05  # seconds; a virus scanner holds a new file for about a second


def flush_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable. Windows has no such call and needs none."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(target: Path, content: bytes) -> None:
    """Put ``content`` under the name ``target``: the old content or the new one, never a part."""
    partial = target.with_name(target.name + ".tmp")
    try:
        with partial.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        replace_durably(partial, target)
    except BaseException:
        with suppress(OSError):  # a disk that refuses this too must not hide what it said first
            partial.unlink(missing_ok=True)
        raise


def write_whole(out: IO[bytes], content: bytes) -> None:
    """Write all of ``content`` to an unbuffered file, which may take a part of it at a time."""
    rest = memoryview(content)
    while rest:
        rest = rest[out.write(rest) :]


def copy_durably(source: Path, target: Path) -> None:
    """Copy ``source`` to ``target`` and flush it to the disk."""
    with source.open("rb") as reading, target.open("wb") as out:
        while chunk := reading.read(_CHUNK):
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    flush_folder(target.parent)


def remove_database(file: Path) -> None:
    """Remove a side file and the journal SQLite left beside it, if they are there."""
    for name in (file, journal_of(file)):
        name.unlink(missing_ok=True)


def journal_of(file: Path) -> Path:
    """Return where SQLite keeps the rollback journal of ``file``."""
    return file.with_name(file.name + "-journal")


def replace_durably(source: Path, target: Path) -> None:
    """Give ``source`` the name ``target`` in one step and make the step durable.

    On Windows an open file refuses this; scanners let go after a moment, so it is tried for two
    seconds before the error is passed on.
    """
    for left in reversed(range(_TRIES)):
        try:
            source.replace(target)
            break
        except PermissionError:
            if sys.platform != "win32" or not left:
                raise
            time.sleep(_PAUSE)
    flush_folder(target.parent)
