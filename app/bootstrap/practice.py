"""Practice data: an office of its own, full of people who do not exist, marked 演示."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

from app.bootstrap.join import load_rules
from app.services.ports import Progress
from app.services.practice import keep_practice_people
from app.services.settings import save_settings
from app.storage.office import create_office

ACCOUNT = "演示员"
PASSWORD_SHEET = "演示口令.txt"


def make_practice(
    folder: Path, people: int, seed: int, password: str, progress: Progress
) -> tuple[str, str]:
    """Make an office of ``people`` fictitious persons in ``folder``; return account and password.

    A password that was made up is written beside the data: what it guards is fiction.
    """
    made_up = not password
    password = password or f"练习用-{secrets.token_hex(6)}"
    store, _code = create_office(folder, ACCOUNT, password, practice=True)
    try:
        keep_practice_people(
            people,
            seed,
            uow=store.unit_of_work(),
            rules=load_rules(store.folder).book,
            today=datetime.now().date(),
            save_settings=lambda settings: save_settings(settings, uow=store.unit_of_work()),
            progress=progress,
        )
    finally:
        store.close()
    if made_up:
        (folder / PASSWORD_SHEET).write_text(f"{password}\n", "utf-8")
    return ACCOUNT, password
