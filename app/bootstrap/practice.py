"""Practice data: an office of its own, full of people who do not exist, marked 演示."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

from app.bootstrap.join import join
from app.bootstrap.practice_visits import LEAST_PEOPLE, make_practice_visits
from app.bootstrap.rules import load_rules
from app.domain.settings import Settings
from app.services.ports import Progress
from app.services.practice import store_practice_people
from app.services.settings import save_settings
from app.storage.errors import NoOffice
from app.storage.office import create_office

OFFICE = "东湖学院（演示）"
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
        settings = Settings(office_name=OFFICE, reporting_unit=f"{OFFICE}纪委案件管理室")
        save_settings(settings, uow=store.unit_of_work())
        store_practice_people(
            people,
            seed,
            uow=store.unit_of_work(),
            rules=load_rules(store.folder).book,
            settings=settings,
            today=datetime.now().date(),
            progress=progress,
        )
        if people >= LEAST_PEOPLE:
            make_practice_visits(store, join(store), datetime.now().date())
    finally:
        store.close()
    if made_up:
        (folder / PASSWORD_SHEET).write_text(f"{password}\n", "utf-8")
    return ACCOUNT, password


def practice_access(folder: Path) -> tuple[str, str]:
    """Return account and password of practice data whose password was made up. Raises ``NoOffice``."""
    try:
        return ACCOUNT, (folder / PASSWORD_SHEET).read_text("utf-8").strip()
    except OSError as error:
        raise NoOffice(
            f"“{folder}”里没有“{PASSWORD_SHEET}”，打不开这份演示数据。请把这个文件夹移走，再重新生成。"
        ) from error
