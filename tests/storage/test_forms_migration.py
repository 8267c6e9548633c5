"""A file of the second schema, with forms in it, becomes one that keeps their papers."""

from __future__ import annotations

import shutil

import pytest
import sqlalchemy as sa

from app.domain.registration_form import DRAFT, RegistrationForm
from app.domain.subject import Subject
from app.paths import MIGRATIONS
from app.storage import migrate
from app.storage.engine import open_engine
from app.storage.tables import TABLE_OF
from app.storage.unit_of_work import SqlUnitOfWork

KEY = bytes(range(32))


@pytest.fixture
def second_schema(tmp_path):
    """A file as the second revision left it, with five forms of which the last was removed."""
    scripts = shutil.copytree(MIGRATIONS, tmp_path / "second")
    for script in (scripts / "versions").glob("*.py"):
        if not script.name.startswith(("0001", "0002")):
            script.unlink()
    file = tmp_path / "office.db"
    file.touch()
    migrate.create_schema(file, KEY, scripts=scripts)
    engine = open_engine(file, KEY)
    with engine.begin() as connection:
        person = sa.insert(TABLE_OF[Subject]).values(id=1, revision=1, name="单小芳")
        connection.execute(person)
        for number in range(1, 6):
            connection.exec_driver_sql(
                "INSERT INTO registration_form (revision, subject_id, name, attitude)"
                f" VALUES (1, 1, '单小芳', '第{number}次')"
            )
        connection.exec_driver_sql("DELETE FROM registration_form WHERE id = 5")
    engine.dispose()
    return file


def test_forms_written_before_become_drafts_of_their_first_version(second_schema):
    assert migrate.upgrade(second_schema, KEY)
    engine = open_engine(second_schema, KEY)
    with SqlUnitOfWork(engine, who="周明", audit_key=KEY) as uow:
        forms = uow.repository(RegistrationForm).where()
    engine.dispose()
    assert [form.attitude for form in forms] == ["第1次", "第2次", "第3次", "第4次"]
    assert {(form.state, form.version, form.one_page) for form in forms} == {(DRAFT, 1, False)}


def test_the_number_of_a_removed_form_is_not_given_out_again_after_the_migration(second_schema):
    migrate.upgrade(second_schema, KEY)
    engine = open_engine(second_schema, KEY)
    with SqlUnitOfWork(engine, who="周明", audit_key=KEY) as uow:
        assert uow.repository(RegistrationForm).put(RegistrationForm(subject_id=1)) == 6
    engine.dispose()
