"""A file of the first schema, with people in it, becomes one with plans and visits."""

from __future__ import annotations

import shutil

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.domain.registration_form import RegistrationForm
from app.domain.subject import Sanction, Subject
from app.domain.visit import Visit
from app.paths import MIGRATIONS
from app.storage import migrate
from app.storage.engine import open_engine
from app.storage.tables import TABLE_OF, metadata

KEY = bytes(range(32))


def declared(name, kind, _parents):
    """The full-text index is no table to SQLAlchemy."""
    return kind != "table" or not name.startswith("subject_search")


def test_a_populated_file_of_the_first_schema_keeps_its_rows(tmp_path):
    first = shutil.copytree(MIGRATIONS, tmp_path / "first")
    for script in (first / "versions").glob("*.py"):
        if not script.name.startswith("0001"):
            script.unlink()
    file = tmp_path / "office.db"
    file.touch()
    migrate.create_schema(file, KEY, scripts=first)
    engine = open_engine(file, KEY)
    with engine.begin() as connection:
        for number in range(1, 51):
            connection.execute(
                sa.insert(TABLE_OF[Subject]).values(id=number, revision=1, name=f"人{number}")
            )
            connection.execute(
                sa.insert(TABLE_OF[Sanction]).values(
                    revision=1, subject_id=number, regime="党纪", kind="警告"
                )
            )
            connection.execute(
                sa.insert(TABLE_OF[RegistrationForm]).values(revision=1, subject_id=number)
            )
    engine.dispose()

    assert migrate.upgrade(file, KEY)

    engine = open_engine(file, KEY)
    with engine.begin() as connection:
        for entity in (Subject, Sanction, RegistrationForm):
            counted = sa.select(sa.func.count()).select_from(TABLE_OF[entity])
            assert connection.scalar(counted) == 50
        connection.execute(sa.insert(TABLE_OF[Visit]).values(revision=1, subject_id=7, form_id=7))
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": declared}
        )
        assert compare_metadata(context, metadata) == []
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
    engine.dispose()
