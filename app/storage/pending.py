"""``pending.json``: by it the next start finishes or undoes a replacement under way."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from app.storage.files import flush_folder, write_durably

NAME = "pending.json"


@dataclass(frozen=True, slots=True)
class Pending:
    """A replacement of the records' file under way.

    ``act`` is ``migrate`` or ``restore``; ``side`` the new file, ``former`` the kept copy of the
    old one (both names in the data folder, ``""`` for none); ``ready`` says that the side file is
    whole and checked, so that only the swap is left.
    """

    act: str
    side: str
    former: str
    ready: bool = False


def write_pending(folder: Path, pending: Pending) -> None:
    """Leave the marker, durably."""
    write_durably(folder / NAME, json.dumps(asdict(pending)).encode())


def read_pending(folder: Path) -> Pending | None:
    """Return the marker, or ``None``; an unreadable one means that nothing had begun."""
    try:
        return Pending(**json.loads((folder / NAME).read_bytes()))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        return Pending("unknown", "", "")


def clear_pending(folder: Path) -> None:
    """Take the marker away."""
    (folder / NAME).unlink(missing_ok=True)
    flush_folder(folder)
