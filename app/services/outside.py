"""Files for the outside - a desktop, a stick: whole and read back equal, or not there at all.

What is written is readable by everybody, so nothing of it may stay behind: it grows under a hidden name
beside its place, and what a kill left there goes with the next file.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

PREFIX = ".huifang-"
"""What every name begins with that is not finished yet."""

_STALE = 3600  # seconds; no export takes so long


def write_verified(
    target: Path, data: bytes, *, before: Callable[[], object] = lambda: None
) -> None:
    """Write ``data`` to ``target``; ``before`` is called when it is safe and has no name yet.

    Raises ``OSError``, also where the medium gives back something else than was written.
    """
    clear_left_over(target.parent)
    partial = target.with_name(f"{PREFIX}{os.getpid()}.tmp")
    try:
        with partial.open("wb") as out:
            out.write(data)
            _flush(out)
        if partial.read_bytes() != data:
            raise OSError(errno.EIO, "another content was read back", str(target))
        before()
        partial.replace(target)
        _flush_name(target.parent)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def publish_package(partial: Path, target: Path) -> None:
    """Give a finished workbook beside ``target`` its name, once all of it was read back.

    Each part of such a file bears the check sum of what was to be written. Raises ``OSError``, also
    where the medium gives back something else.
    """
    with partial.open("rb+") as file:
        _flush(file)
    try:
        with zipfile.ZipFile(partial) as package:
            damaged = package.testzip() is not None
    except (zipfile.BadZipFile, zlib.error, EOFError):
        damaged = True
    if damaged:
        raise OSError(errno.EIO, "another content was read back", str(target))
    partial.replace(target)
    _flush_name(target.parent)


def clear_left_over(folder: Path) -> None:
    """Take away what an earlier run left unfinished in ``folder``; trouble is no reason not to write."""
    with suppress(OSError):
        for one in folder.glob(PREFIX + "*"):
            if time.time() - one.stat().st_mtime < _STALE:
                continue
            if one.is_dir() and not one.is_symlink():
                shutil.rmtree(one, ignore_errors=True)
            else:
                one.unlink(missing_ok=True)


def _flush(file: IO[bytes]) -> None:
    """Have the medium hold what was written, and let it be read from there."""
    file.flush()
    os.fsync(file.fileno())
    if sys.platform == "linux":  # else it would be read back from memory
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _flush_name(folder: Path) -> None:
    """Make the new name durable where that can be asked for: not on Windows, not on every stick."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
