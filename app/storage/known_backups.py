"""Where the last backups lie, noted beside the records: their own list may not be readable then."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from app.storage.files import write_durably

KNOWN_BACKUPS = "backups.json"
_MOST_KNOWN = 20


def remember_backup(folder: Path, file: Path) -> None:
    """Note beside the records where a backup lies: the list inside them may not be readable then."""
    known = [str(file), *(one for one in _known(folder) if one != str(file))]
    with suppress(OSError):
        write_durably(folder / KNOWN_BACKUPS, json.dumps(known[:_MOST_KNOWN]).encode())


def newest_backups(folder: Path) -> Sequence[Path]:
    """Return the backups that were made last and can be reached now, the newest first."""
    return [Path(one) for one in _known(folder) if _is_there(Path(one))]


def _known(folder: Path) -> list[str]:
    try:
        found = json.loads((folder / KNOWN_BACKUPS).read_bytes())
        return [str(one) for one in found]
    except (OSError, ValueError, TypeError):
        return []


def _is_there(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:
        return False
