"""Every step of the schema, with rows in every table: nothing is lost on the way up."""

import re
import shutil
from pathlib import Path

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


def losses(file, revision, *, scripts=MIGRATIONS):
    """Fill a file of ``revision``, bring it up, and return what is no longer as it was."""
    engine = at_revision(file, revision)
    with engine.begin() as connection:
        counts = fill(connection, 7)
        before = {table: contents(connection, table) for table in counts}
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
    engine.dispose()
    assert migrate.upgrade(file, KEY, scripts=scripts)
    engine = open_engine(file, KEY)
    found = []
    with engine.connect() as connection:
        migrate.check_database(connection, file)
        assert migrate.revision_of(engine) == migrate.HEAD
        for table, (names, rows) in before.items():
            now_names, now = contents(connection, table)
            if [row[0] for row in now] != [row[0] for row in rows]:
                found.append(f"{table}: {len(now)} rows, not {len(rows)}")
                continue
            for name in FREE_TEXT & set(names) & set(now_names):
                if column(now, now_names.index(name)) != column(rows, names.index(name)):
                    found.append(f"{table}.{name}")
    engine.dispose()
    return found


# What people typed: no migration may alter it. Others are computed, and may be filled anew.
FREE_TEXT = {
    "name",
    "remarks",
    "facts",
    "reason",
    "content",
    "attitude",
    "note",
    "title",
    "details",
}


def contents(connection, table):
    """Return the names of a table's columns, and its rows by the first column."""
    result = connection.exec_driver_sql(f'SELECT * FROM "{table}" ORDER BY 1')
    return list(result.keys()), result.fetchall()


def column(rows, place):
    return [row[place] for row in rows]


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_a_populated_file_of_every_revision_comes_up_whole(tmp_path, revision):
    assert losses(tmp_path / "office.db", revision) == []


WRONG = {
    "takes a row": "op.execute('DELETE FROM event WHERE id = 3')",
    "empties a column": "op.execute(\"UPDATE subject SET remarks = ''\")",
    "mixes names": "op.execute('UPDATE subject SET name = name || unit')",
    "empties a table": "op.execute('DELETE FROM event')",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_the_stairway_sees_a_wrong_migration(tmp_path, wrong):
    """The wrong build: one line too many in the newest script."""
    scripts = Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))
    [newest] = [file for file in scripts.rglob("*.py") if file.name.startswith(migrate.HEAD)]
    text = newest.read_text("utf-8")
    head = "def upgrade() -> None:\n"
    assert text.count(head) == 1
    newest.write_text(f"{text.replace(head, head + '    broken()' + chr(10))}\n\ndef broken():\n"
                      f"    from alembic import op\n\n    {wrong}\n", "utf-8")  # fmt: skip
    assert losses(tmp_path / "office.db", REVISIONS[-2], scripts=scripts)


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
