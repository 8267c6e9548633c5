"""Every step of the schema, with rows in every table: nothing is lost on the way up."""

import re

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from alembic import command
from app.paths import MIGRATIONS
from app.storage import migrate
from app.storage.engine import open_engine

KEY = bytes(range(32))
REVISIONS = [
    script.revision
    for script in reversed(
        list(ScriptDirectory.from_config(migrate._config(MIGRATIONS)).walk_revisions())
    )
]
# Made from others, or filled by triggers.
NOT_FILLED = re.compile(r"alembic_version|sqlite_.*|subject_search.*")


def at_revision(file, revision):
    """Make a file of ``revision``."""
    file.touch()
    engine = open_engine(file, KEY, foreign_keys=False, new=True)
    config = migrate._config(MIGRATIONS)
    with engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection:
        config.attributes["connection"] = connection
        with connection.begin():
            command.upgrade(config, revision)
    return engine


def fill(connection, rows):
    """Put ``rows`` rows into every table, each with a value in every column; return the counts."""
    counts = {}
    inspector = sa.inspect(connection)
    for table in inspector.get_table_names():
        if NOT_FILLED.fullmatch(table):
            continue
        columns = inspector.get_columns(table)
        refers = {key["constrained_columns"][0] for key in inspector.get_foreign_keys(table)}
        number = 1 if table in ("office", "settings") else rows
        for row in range(1, number + 1):
            values = {one["name"]: value_of(one, row, one["name"] in refers) for one in columns}
            names = ", ".join(f'"{name}"' for name in values)
            marks = ", ".join("?" * len(values))
            connection.exec_driver_sql(
                f'INSERT INTO "{table}" ({names}) VALUES ({marks})', tuple(values.values())
            )
        counts[table] = number
    return counts


def value_of(column, row, refers):
    """Return something of the column's type; a reference leads to the row of the same number."""
    kind = str(column["type"]).upper()
    name = column["name"]
    if name in ("id", "sequence", "until_sequence") or refers:
        return row
    if "BLOB" in kind:
        return bytes([row]) * 32
    if "DATETIME" in kind:
        return f"2026-01-{row:02d} 08:00:00.000000"
    if "DATE" in kind:
        return f"2026-01-{row:02d}"
    if "INT" in kind or "BOOL" in kind:
        return 1
    if name in (
        "content",
        "details",
        "set_aside",
        "roster_view",
        "ledger_columns",
        "added",
        "earlier_visits",
    ):
        return "{}"
    if name.endswith(("_on", "_since")):
        return f"2026-01-{row:02d}"
    return f"值{row}"


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_a_populated_file_of_every_revision_comes_up_whole(tmp_path, revision):
    file = tmp_path / "office.db"
    engine = at_revision(file, revision)
    with engine.begin() as connection:
        counts = fill(connection, 7)
        before = {
            table: connection.exec_driver_sql(f'SELECT id FROM "{table}"').fetchall()
            for table in counts
            if "id" in {one["name"] for one in sa.inspect(connection).get_columns(table)}
        }
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
    engine.dispose()
    assert migrate.upgrade(file, KEY)
    engine = open_engine(file, KEY)
    with engine.connect() as connection:
        migrate.check_database(connection, file)
        assert migrate.revision_of(engine) == migrate.HEAD
        for table, ids in before.items():
            assert connection.exec_driver_sql(f'SELECT id FROM "{table}"').fetchall() == ids, table
        for table, number in counts.items():
            count = connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar()
            assert count == number, table
    engine.dispose()


def test_the_stairway_sees_a_migration_with_foreign_keys_on(tmp_path):
    """What the wrong build does: rebuilding a table takes its children with it."""
    file = tmp_path / "office.db"
    engine = at_revision(file, "0001")
    with engine.begin() as connection:
        fill(connection, 7)
    engine.dispose()
    engine = open_engine(file, KEY, foreign_keys=True)
    with engine.begin() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM sanction").scalar()
        with pytest.raises(Exception, match=r"FOREIGN KEY|foreign"):
            connection.exec_driver_sql("DROP TABLE subject")
    engine.dispose()
    assert before == 7
