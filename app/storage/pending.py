"""``pending.json``: by it the next start finishes or undoes a replacement under way."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from app.paths import DATABASE
from app.services.ports import UserError
from app.services.system_errors import why
from app.storage.errors import NotWritable, file_errors
from app.storage.files import (
    flush_folder,
    journal_of,
    remove_database,
    replace_durably,
    write_durably,
)
from app.storage.own_layout import drop_layout, put_layout

NAME = "pending.json"
KEYS = "office.keys"
KEYS_COPY = "office.keys.bak"


class HalfDone(NotWritable):
    """A replacement that could neither be finished nor undone: nobody may write until the next start."""

    half_done = True


@dataclass(frozen=True, slots=True)
class Pending:
    """A replacement of the records' file under way.

    ``act`` is ``create``, ``migrate``, ``restore`` or ``rekey``; ``side`` the new file, ``former`` the kept copy of the
    old one, ``side_keys`` the new key file (names in the data folder, ``""`` for none). ``ready``
    says that the side files are whole and checked, so that only the swap is left.
    """

    act: str
    side: str
    former: str
    side_keys: str = ""
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


def settle_pending(folder: Path) -> None:
    """Finish or undo what a kill or power cut left half done. Nobody else has the folder open."""
    with file_errors(folder, "读取"):
        pending = read_pending(folder)
    if pending is None:
        return
    with file_errors(folder, "写入"):
        if pending.act == "create" and not (folder / DATABASE).exists():
            for name in (KEYS, KEYS_COPY):
                (folder / name).unlink(missing_ok=True)
        if pending.act in ("restore", "rekey") and pending.ready:
            finish_restore(folder, pending)
        elif pending.side and pending.side != DATABASE:
            remove_database(folder / pending.side)
            if pending.side_keys:
                (folder / pending.side_keys).unlink(missing_ok=True)
            drop_layout(folder)
        clear_pending(folder)


def conclude(folder: Path, ready: Pending) -> None:
    """Swap the checked side files in, now: done, or an ``OSError`` and everything as it was.

    Until the records' file itself is replaced an error is taken back; afterwards there is only
    forward. A disk that refuses both raises ``HalfDone``: the next start finishes or undoes it.
    """
    try:
        write_pending(folder, ready)
        finish_restore(folder, ready)
        clear_pending(folder)
    except OSError as error:
        try:
            if (folder / ready.side).exists():
                write_pending(
                    folder, replace(ready, ready=False)
                )  # first: the files belong together
                settle_pending(folder)
            else:
                finish_restore(folder, ready)
                clear_pending(folder)
                return
        except (OSError, UserError):
            raise HalfDone(
                f"磁盘出错（{why(error)}），“{ready.act}”停在半途，数据没有丢失。"
                "请检查磁盘，然后重新登录：登录时会自动完成或撤回。"
            ) from error
        raise


def finish_restore(folder: Path, pending: Pending) -> None:
    """Put the checked side files in the place of the old ones; may be done twice.

    The former file and its journal have been kept by now. The journal goes first: left behind, it
    would be rolled back into the new file.
    """
    side, side_keys = folder / pending.side, folder / pending.side_keys
    if side.exists():
        journal_of(folder / DATABASE).unlink(missing_ok=True)
        flush_folder(folder)
        replace_durably(side, folder / DATABASE)
    if pending.side_keys and side_keys.exists():
        content = side_keys.read_bytes()
        write_durably(folder / KEYS_COPY, content)
        replace_durably(side_keys, folder / KEYS)
    put_layout(folder)
    journal_of(side).unlink(missing_ok=True)
