"""Migrations lead to the declared tables, on a side copy, all or nothing."""

import re
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import alembic
from app.domain.attachment import Attachment
from app.domain.fields import FieldKind
from app.domain.subject import Subject
from app.paths import MIGRATIONS
from app.storage import migrate
from app.storage.backup import verify_with_key
from app.storage.engine import open_engine
from app.storage.errors import DamagedDatabase, NewerDatabase, NotWritable
from app.storage.known_backups import newest_backups
from app.storage.office import open_office
from app.storage.pending import read_pending
from app.storage.tables import COLUMN_OF, metadata

NOW = migrate.HEAD
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9001"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("subject") as batch_op:
        batch_op.add_column(sa.Column("nickname", sa.String(20), server_default="", nullable=False))
    {more}


def downgrade():
    with op.batch_alter_table("subject") as batch_op:
        batch_op.drop_column("nickname")
"""


def later_scripts(tmp_path, more="pass"):
    """Copy our scripts and add a revision that rebuilds the table everything refers to."""
    scripts = shutil.copytree(MIGRATIONS, tmp_path / "50% später")
    script = NEXT.format(more=more, head=NOW)
    (scripts / "versions" / "9001_next.py").write_text(script, "utf-8")
    return scripts


@pytest.fixture
def as_of_next(monkeypatch):
    monkeypatch.setattr(migrate, "HEAD", "9001")


def declared(name, kind, _parents):
    """The full-text index is no table to SQLAlchemy."""
    return kind != "table" or not name.startswith("subject_search")


def test_the_migrations_lead_to_the_declared_tables(office):
    with office.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": declared}
        )
        assert compare_metadata(context, metadata) == []


def test_the_log_is_protected_by_triggers(office):
    with office.engine.connect() as connection:
        found = connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        assert set(found.scalars()) == {
            "audit_log_no_update",
            "audit_log_no_delete",
            "audit_log_no_gap",
        }


def test_every_kind_of_field_has_a_column():
    assert set(COLUMN_OF) == set(FieldKind)


def test_the_head_the_program_asks_for_is_the_newest_script():
    from alembic.script import ScriptDirectory

    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == migrate.HEAD


def test_revisions_import_nothing_from_the_program():
    for script in (MIGRATIONS / "versions").glob("*.py"):
        assert not re.search(r"^\s*(from|import) app\b|\bapp\.", script.read_text("utf-8"), re.M)


def test_our_folder_does_not_hide_the_library():
    assert "site-packages" in Path(alembic.__file__).parts
    assert not (MIGRATIONS / "__init__.py").exists()


def test_an_up_to_date_file_is_opened_without_loading_alembic(office, tmp_path):
    import subprocess
    import sys

    file, key = office.file, office.key.hex()
    office.close()
    code = (
        "import sys; from pathlib import Path; from app.storage.migrate import upgrade;"
        f"print(upgrade(Path({str(file)!r}), bytes.fromhex(sys.stdin.read())),"
        " 'alembic' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], input=key, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["False", "False"]


def test_an_older_file_is_brought_up_to_date_with_its_rows_and_their_children(
    office, new_uow, a_person, tmp_path, owner, as_of_next
):
    from app.domain.subject import Sanction

    with new_uow() as uow:
        id_ = uow.repository(Subject).put(a_person())
        uow.repository(Sanction).put(Sanction(subject_id=id_, regime="党纪", kind="警告"))
        uow.commit()
    file, key = office.file, office.key
    office.close()
    seen = []
    assert migrate.upgrade(
        file, key, scripts=later_scripts(tmp_path), before=lambda: seen.append("backup")
    )
    assert seen == ["backup"]
    engine = open_engine(file, key)
    with engine.connect() as connection:
        assert migrate.revision_of(engine) == "9001"
        for table in ("subject", "sanction", "subject_search"):
            assert connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) == 1
    engine.dispose()
    assert read_pending(file.parent) is None
    assert not list(file.parent.glob("*.migrating*"))


def test_a_migration_that_fails_leaves_the_file_as_it_was(office, tmp_path, as_of_next):
    file, key = office.file, office.key
    office.close()
    before = file.read_bytes()
    scripts = later_scripts(tmp_path, more="raise RuntimeError('half way')")
    with pytest.raises(RuntimeError, match="half way"):
        migrate.upgrade(file, key, scripts=scripts)
    assert file.read_bytes() == before
    assert not list(file.parent.glob("*.migrating*"))


def test_a_migration_that_breaks_references_is_refused(
    office, new_uow, a_person, tmp_path, as_of_next
):
    from app.domain.subject import Case

    with new_uow() as uow:
        uow.repository(Case).put(Case(subject_id=uow.repository(Subject).put(a_person())))
        uow.commit()
    file, key = office.file, office.key
    office.close()
    before = file.read_bytes()
    scripts = later_scripts(tmp_path, more='op.execute("DELETE FROM subject")')
    with pytest.raises(DamagedDatabase, match="失联"):
        migrate.upgrade(file, key, scripts=scripts)
    assert file.read_bytes() == before


def test_a_newer_file_is_refused_without_a_write_and_says_which_version_is_needed(office, owner):
    with office.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        connection.execute(sa.text("UPDATE office SET program = '7.4.0'"))
    folder, file = office.folder, office.file
    office.close()
    before = file.read_bytes()
    with pytest.raises(NewerDatabase, match=r"请安装7\.4\.0或更高版本"):
        owner.open(folder)
    assert file.read_bytes() == before


def test_signing_in_brings_an_older_file_up_to_date_after_a_backup(
    office, owner, tmp_path, as_of_next, new_uow, a_person
):
    with new_uow() as uow:
        uow.repository(Subject).put(a_person())
        uow.commit()
    folder = office.folder
    paper = office.pool.keep(b"scan" * 999)
    with new_uow() as uow:
        uow.repository(Attachment).put(
            Attachment(owner_kind="Subject", owner_id=1, title="扫描件", sha256=paper)
        )
        uow.commit()
    office.close()
    scripts = later_scripts(tmp_path)
    store = open_office(folder, owner.name, owner.password, clock=owner.clock, scripts=scripts)
    assert migrate.revision_of(store.engine) == "9001"
    made = store.upgrade_backup
    assert made is not None and made.parent == folder.with_name(folder.name + "-backups")
    assert list(newest_backups(folder)) == [made]
    info = verify_with_key(made, store.key, lambda *_step: None)
    assert (info.counts["subject"], info.attachments, info.absent) == (1, 1, 0)
    assert info.schema != "9001"
    with store.engine.connect() as connection:
        acts = connection.exec_driver_sql(
            "SELECT act FROM audit_log ORDER BY sequence DESC LIMIT 2"
        )
        assert [act for (act,) in acts] == ["升级数据", "备份"]
    store.close()
    assert not list(folder.glob("*upgrade*"))
    store = open_office(folder, owner.name, owner.password, clock=owner.clock, scripts=scripts)
    assert store.upgrade_backup is None
    store.close()


def test_without_a_backup_nothing_is_upgraded(office, owner, tmp_path, as_of_next):
    folder, file = office.folder, office.file
    office.close()
    folder.with_name(folder.name + "-backups").write_bytes(b"in the way")
    before = file.read_bytes()
    with pytest.raises(NotWritable, match="没有升级"):
        open_office(
            folder, owner.name, owner.password, clock=owner.clock, scripts=later_scripts(tmp_path)
        )
    assert file.read_bytes() == before
