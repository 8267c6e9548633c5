"""Bring a file of an older version to the present schema: on a side copy, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app import __version__
from app.paths import MIGRATIONS
from app.storage.engine import driver_of, open_engine
from app.storage.errors import DamagedDatabase, NewerDatabase
from app.storage.files import copy_durably, remove_database, replace_durably
from app.storage.pending import Pending, clear_pending, write_pending

HEAD = "0014"
"""The revision of the declared tables; a test holds it against the newest script."""
_MARKED = "0012"  # the first whose index and marks are as the program writes them


def revision_of(engine: sa.Engine) -> str | None:
    """Return the schema revision of a file with one query, or ``None`` for an empty file."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(sa.text("SELECT version_num FROM alembic_version"))
        return found.scalar()


def create_schema(file: Path, key: bytes, *, scripts: Path = MIGRATIONS) -> None:
    """Make every table in the new, empty ``file``."""
    engine = open_engine(file, key, foreign_keys=False, new=True)
    try:
        _run(engine, scripts)
    finally:
        engine.dispose()


def upgrade(
    file: Path,
    key: bytes,
    *,
    scripts: Path = MIGRATIONS,
    before: Callable[[], object] = lambda: None,
) -> bool:
    """Run the missing migrations, all or none; return whether there were any.

    No connection to ``file`` may be open. ``before`` (a safety backup) runs once it is known that
    there is something to do. Raises ``NewerDatabase`` without a write for a later schema.
    """
    engine = open_engine(file, key)
    try:
        current = revision_of(engine)
        if current == HEAD:
            return False
        if current is None:
            raise DamagedDatabase(
                f"“{file}”里没有回访关爱的数据，原文件没有改动。请从最近的备份恢复。"
            )
        refuse_newer(current, scripts, _program_of(engine))
    finally:
        engine.dispose()
    before()
    side = file.with_name(file.name + ".migrating")
    write_pending(file.parent, Pending("migrate", side=side.name, former=""))
    try:
        copy_durably(file, side)
        upgrade_in_place(side, key, scripts=scripts)
        replace_durably(side, file)
    finally:
        with suppress(OSError):  # the next start clears it away
            remove_database(side)
            clear_pending(file.parent)
    return True


def upgrade_in_place(side: Path, key: bytes, *, scripts: Path = MIGRATIONS) -> None:
    """Migrate a side copy that nobody uses, check it and flush it to the disk.

    Foreign keys are off meanwhile: rebuilding a table drops the old one, and with foreign keys on
    SQLite would first delete its rows and their children.
    """
    engine = open_engine(side, key, foreign_keys=False)
    try:
        _run(engine, scripts)
        with engine.connect() as connection:
            check_database(connection, side)
    finally:
        engine.dispose()


def refuse_newer(revision: str | None, scripts: Path = MIGRATIONS, program: str = "") -> None:
    """Raise ``NewerDatabase`` unless ``revision`` is one that this version knows."""
    if revision == HEAD or revision in _known(scripts):
        return
    needed = f"{program}或更高版本" if program else "更高版本"
    raise NewerDatabase(
        f"这份数据由较新的版本写成（库结构{revision}，本程序{__version__}只到{HEAD}）。"
        f"数据没有改动；请安装{needed}的回访关爱再打开。"
    )


def check_database(connection: sa.Connection, file: Path) -> None:
    """Raise ``DamagedDatabase`` unless pages, structure and references are sound."""
    pages = connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall()
    structure = connection.exec_driver_sql("PRAGMA integrity_check").fetchall()
    references = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if pages or structure != [("ok",)] or references:
        raise DamagedDatabase(
            f"数据文件“{file}”有损坏（页{len(pages)}处，引用{len(references)}处），"
            "原文件没有改动。请从最近的备份恢复。"
        )


def _program_of(engine: sa.Engine) -> str:
    with engine.connect() as connection:
        try:
            return str(connection.execute(sa.text("SELECT program FROM office")).scalar() or "")
        except sa.exc.DBAPIError:
            return ""


def _config(scripts: Path) -> Any:
    from alembic.config import Config

    config = Config()
    # A percent sign in the path would be taken for an interpolation.
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config


def _known(scripts: Path) -> set[str]:
    from alembic.script import ScriptDirectory

    return {
        script.revision for script in ScriptDirectory.from_config(_config(scripts)).walk_revisions()
    }


def _run(engine: sa.Engine, scripts: Path) -> None:
    from alembic import command

    config = _config(scripts)
    with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection:
        config.attributes["connection"] = connection
        with connection.begin():
            command.upgrade(config, "head")
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise DamagedDatabase(
                    f"升级数据时发现{len(broken)}处失联的记录，已放弃升级，原文件没有改动。"
                )
            _complete(connection)
            if sa.inspect(connection).has_table("office"):
                connection.execute(
                    sa.text("UPDATE office SET program = :version"), {"version": __version__}
                )


def _complete(connection: sa.Connection) -> None:
    """Fill what a revision emptied because only the program can make it: the index, the marks."""
    # Loaded here: it takes the whole of the domain, and an up-to-date file needs none of it.
    from app.storage.marks import renew_marks
    from app.storage.rows import index_everybody

    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if str(found) < _MARKED:
        return  # a schema of the past, on its way up in a test
    people, indexed = (
        connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()
        for name in ("subject", "subject_search")
    )
    if people != indexed:
        with driver_of(connection) as driver:
            index_everybody(driver)
    renew_marks(connection)
