"""The list of what may be done before anybody has signed in.

Apart from ``use_cases``, which the first window can do without: building that took longer than
drawing the window.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services.permission import Consent
    from app.services.ports import Progress
    from app.services.use_cases import BackupInfo, UseCases


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What could still be read of damaged records: rows per table, and which tables lost some."""

    folder: Path
    saved: dict[str, int]
    lost: tuple[str, ...]
    papers: tuple[int, int] = (0, 0)  # attachments that came along, and that are gone or damaged


@dataclass(frozen=True, slots=True, eq=False, repr=False)  # made before the first window
class Entrance:
    """What is possible before anybody has signed in."""

    default_folder: Path
    sample_ledger: Path
    has_office: Callable[[Path], bool]
    folder_problem: Callable[[Path], str]  # "" or why records may not live there
    accounts: Callable[[Path], Sequence[str]]
    password_problem: Callable[[str], str]  # "" or the sentence
    create_office: Callable[[Path, str, str], str]  # folder, name, password -> recovery code
    sign_in: Callable[[Path, str, str], UseCases]
    sign_in_with_code: Callable[[Path, str, str, str], UseCases]  # folder, code, name, new password
    practice_folder: Path
    make_practice: Callable[[Path, int, int, str, Progress], tuple[str, str]]
    # folder, people, seed, password or "" -> account, password (made up if none was given)
    practice_access: Callable[[Path], tuple[str, str]]  # folder -> account and password of it
    verify_backup: Callable[[Path, Path | None, str, Progress], BackupInfo]
    # file, folder of an office here (None on a new PC), password or recovery code
    restore: Callable[..., Path | None]
    # (file, target folder, password or code, progress, consent=) -> where the former records are
    newest_backups: Callable[[Path], Sequence[Path]] = lambda _folder: ()
    # of the records in a folder, those within reach, the newest first
    formers: Callable[[Path], Sequence[Path]] = lambda _folder: ()
    # where records that restores replaced are kept, the latest first
    take_back: Callable[..., Path | None] = lambda *_what, **_more: None
    # (a former folder, the folder, password or code, progress, consent=) -> as restore
    restore_seconds: Callable[[Path, str], Sequence[str]] = lambda *_what: ()
    # folder, password or code -> who could sign for a restore over its records; empty: nobody need
    check_restore: Callable[[Path, str, Consent], None] = lambda *_what: None
    # try a consent before the records are closed; raises to refuse
    salvage: Callable[[Path, str, Progress], Salvaged] | None = None  # folder, password or code
    warm: Callable[[], None] = lambda: None
    # import what signing in will need, in a thread, while the user still types the password
