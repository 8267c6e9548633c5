"""The composition root: the one place that knows every part and joins them.

Nothing heavy is imported until somebody signs in: the window must stand before the database does.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.paths import DATABASE, RESOURCES, default_data_folder
from app.services.entrance import Entrance

if TYPE_CHECKING:
    from app.services.entrance import Salvaged
    from app.services.permission import Consent
    from app.services.ports import Progress
    from app.services.use_cases import BackupInfo, UseCases


def entrance() -> Entrance:
    """Return what is possible before anybody has signed in."""
    folder = default_data_folder()
    return Entrance(
        default_folder=folder,
        sample_ledger=RESOURCES / "samples" / "ledger.xlsx",
        has_office=_has_office,
        folder_problem=_folder_problem,
        accounts=_accounts,
        password_problem=_password_problem,
        create_office=_create_office,
        sign_in=_sign_in,
        sign_in_with_code=_sign_in_with_code,
        practice_folder=folder.with_name("practice"),
        make_practice=_make_practice,
        practice_access=_practice_access,
        verify_backup=_verify_backup,
        restore=_restore,
        newest_backups=_newest_backups,
        formers=_formers,
        take_back=_take_back,
        restore_seconds=_restore_seconds,
        check_restore=_check_restore,
        salvage=_salvage,
        warm=_warm,
    )


def start_log() -> None:
    """Keep what goes wrong in a file of this user's own, without a word about anybody."""
    from app.bootstrap.log_file import start_log

    start_log()


def _warm() -> None:
    import app.bootstrap.join  # noqa: F401


def _has_office(folder: Path) -> bool:
    return (folder / DATABASE).exists()


def _folder_problem(folder: Path) -> str:
    from app.storage.folders import folder_problem

    return folder_problem(folder)


def _accounts(folder: Path) -> Sequence[str]:
    from app.storage.office import account_names

    return account_names(folder)


def _password_problem(password: str) -> str:
    from app.storage.passwords import password_problem

    return password_problem(password)


def _create_office(folder: Path, name: str, password: str) -> str:
    from app.storage.office import create_office

    store, code = create_office(folder, name, password)
    store.close()
    return code


def _sign_in(folder: Path, name: str, password: str) -> UseCases:
    from app.bootstrap.join import join
    from app.storage.clock_watch import ClockWatch
    from app.storage.office import open_office

    return join(open_office(folder, name, password, clock_jump=ClockWatch().jump))


def _sign_in_with_code(folder: Path, code: str, name: str, password: str) -> UseCases:
    from app.bootstrap.join import join
    from app.storage.office import open_with_code

    return join(open_with_code(folder, code, name, password))


def _make_practice(
    folder: Path, people: int, seed: int, password: str, progress: Progress
) -> tuple[str, str]:
    from app.bootstrap.practice import make_practice

    return make_practice(folder, people, seed, password, progress)


def _practice_access(folder: Path) -> tuple[str, str]:
    from app.bootstrap.practice import practice_access

    return practice_access(folder)


def _verify_backup(file: Path, folder: Path | None, secret: str, progress: Progress) -> BackupInfo:
    from app.storage.backup import verify

    return verify(file, folder, secret, progress)


def _restore(
    file: Path, folder: Path, secret: str, progress: Progress, *, consent: Consent | None = None
) -> Path | None:
    from app.services.permission import NO_CONSENT
    from app.storage.restore import restore

    return restore(file, folder, secret, progress, consent=consent or NO_CONSENT)


def _restore_seconds(folder: Path, secret: str) -> Sequence[str]:
    from app.storage.consent import restore_seconds

    return restore_seconds(folder, secret)


def _check_restore(folder: Path, secret: str, consent: Consent) -> None:
    from app.storage.consent import check_restore

    check_restore(folder, secret, consent)


def _newest_backups(folder: Path) -> Sequence[Path]:
    from app.storage.known_backups import newest_backups

    return newest_backups(folder)


def _formers(folder: Path) -> Sequence[Path]:
    from app.storage.restore import former_folders

    return former_folders(folder)


def _take_back(
    former: Path, folder: Path, secret: str, progress: Progress, *, consent: Consent | None = None
) -> Path | None:
    from app.services.permission import NO_CONSENT
    from app.storage.restore import take_back

    return take_back(former, folder, secret, progress, consent=consent or NO_CONSENT)


def _salvage(folder: Path, secret: str, progress: Progress) -> Salvaged:
    from app.storage.rescue import salvage

    return salvage(folder, secret, progress)
