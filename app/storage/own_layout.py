"""The office's own form layout: it goes into every backup and comes back with a restore.

A backup without one leaves the one that is here alone; one that a restore replaces is kept.
"""

from __future__ import annotations

import base64
from pathlib import Path

from app.paths import OWN_LAYOUT
from app.storage.errors import file_errors
from app.storage.files import copy_durably, flush_folder, replace_durably, write_durably

_SIDE = OWN_LAYOUT.name + ".restoring"
_MOST_BYTES = 1 << 20  # what is larger is no layout


def layout_for_backup(folder: Path) -> str:
    """Return the bytes of the layout of ``folder`` as base64, or ``""``."""
    own = folder / OWN_LAYOUT
    with file_errors(own, "读取"):
        if not own.is_file() or own.stat().st_size > _MOST_BYTES:
            return ""
        return base64.b64encode(own.read_bytes()).decode()


def stage_layout(folder: Path, carried: str) -> None:
    """Write the layout that is to come back beside the other side files."""
    if carried:
        write_durably(folder / _SIDE, base64.b64decode(carried))


def put_layout(folder: Path) -> None:
    """Put the staged layout, if any, in its place; may be done twice."""
    if (folder / _SIDE).exists():
        (folder / OWN_LAYOUT).parent.mkdir(exist_ok=True)
        replace_durably(folder / _SIDE, folder / OWN_LAYOUT)
        flush_folder(folder)


def drop_layout(folder: Path) -> None:
    """Take a staged layout away: the restore did not happen."""
    (folder / _SIDE).unlink(missing_ok=True)


def keep_layout(folder: Path, former: Path) -> None:
    """Copy the layout that is here into ``former``, where the former records are kept."""
    if (folder / OWN_LAYOUT).is_file():
        (former / OWN_LAYOUT).parent.mkdir(exist_ok=True)
        copy_durably(folder / OWN_LAYOUT, former / OWN_LAYOUT)
