"""Records of the schema before attachments keep their scans, which then move into the pool."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import closing

import pytest

from app.domain.attachment import SIGNED_FORM, Attachment
from app.domain.form_life import PaperContent, StoredPaper
from app.domain.settings import Settings
from app.paths import MIGRATIONS
from app.services import form_life
from app.storage import migrate
from app.storage.engine import connect, open_engine
from app.storage.pool import Pool, new_pool_key
from app.storage.unit_of_work import SqlUnitOfWork

KEY = bytes(range(32))
FINAL, SCAN, PHOTO, BENT = b"%PDF final", b"%PDF a scan", b"\xff\xd8\xff photo", b"%PDF bent"


@pytest.fixture
def sixth_schema(tmp_path):
    """A file as revision 0006 left it: one signed form with its final PDF and three scans."""
    scripts = shutil.copytree(MIGRATIONS, tmp_path / "sixth")
    for script in (scripts / "versions").glob("*.py"):
        if script.name > "0007":
            script.unlink()
    file = tmp_path / "office.db"
    file.touch()
    migrate.create_schema(file, KEY, scripts=scripts)
    with closing(connect(file, KEY)) as raw:
        raw.execute("INSERT INTO settings (revision, office_name) VALUES (1, '某院纪委')")
        raw.execute("INSERT INTO subject (id, revision, name) VALUES (1, 1, '单小芳')")
        raw.execute(
            "INSERT INTO registration_form (id, revision, subject_id, state, version)"
            " VALUES (3, 1, 1, '已签名', 1)"
        )
        raw.execute("INSERT INTO form_version (revision, form_id, number) VALUES (1, 3, 1)")
        papers = [("定稿", "PDF", FINAL), ("签名扫描件", "PDF", SCAN)]
        papers += [("签名扫描件", "JPG", PHOTO), ("签名扫描件", "PDF", BENT)]
        for id_, (kind, media, content) in enumerate(papers, 1):
            raw.execute(
                "INSERT INTO paper_content (id, revision, content) VALUES (?, 1, ?)", (id_, content)
            )
            digest = hashlib.sha256(b"was sound" if content == BENT else content).hexdigest()
            raw.execute(
                "INSERT INTO stored_paper (revision, form_id, content_id, number, kind, media, size,"
                " sha256, added_by) VALUES (1, 3, ?, 1, ?, ?, ?, ?, '周明')",
                (id_, kind, media, len(content), digest),
            )
    return file


def test_scans_kept_among_the_records_move_into_the_pool_sound_ones_once(sixth_schema, tmp_path):
    assert migrate.upgrade(sixth_schema, KEY)
    engine = open_engine(sixth_schema, KEY)
    pool = Pool(tmp_path / "attachments", new_pool_key())

    def uow():
        return SqlUnitOfWork(engine, who="周明", audit_key=KEY)

    with uow() as work:  # until they move they are read where they lie
        scan = work.repository(StoredPaper).where(kind="签名扫描件")[0]
    assert form_life.read_paper(scan.id, pool=pool, uow=uow()) == SCAN

    assert form_life.move_scans(pool=pool, uow=uow()) == 2
    assert form_life.move_scans(pool=pool, uow=uow()) == 0
    with uow() as work:
        papers = work.repository(StoredPaper).where()
        hung = work.repository(Attachment).where(owner_kind="RegistrationForm", owner_id=3)
        left = [one.content for one in work.repository(PaperContent).where()]
    assert left == [FINAL, BENT], "final pages stay, and a damaged scan is not touched"
    assert [one.attachment_id is None for one in papers] == [True, False, False, True]
    assert {(one.kind, one.subject_id, one.added_by) for one in hung} == {(SIGNED_FORM, 1, "周明")}
    contents = [form_life.read_paper(one.id, pool=pool, uow=uow()) for one in papers[:3]]
    assert contents == [FINAL, SCAN, PHOTO]
    engine.dispose()


def test_an_office_that_stands_gets_the_defaults_of_a_new_one(sixth_schema):
    migrate.upgrade(sixth_schema, KEY)
    engine = open_engine(sixth_schema, KEY)
    with SqlUnitOfWork(engine, who="周明", audit_key=KEY) as work:
        [settings] = work.repository(Settings).where()
    engine.dispose()
    new = Settings()
    assert (settings.backup_places, settings.backup_every_hours, settings.backup_on_exit) == (
        new.backup_places, new.backup_every_hours, new.backup_on_exit
    )  # fmt: skip


def test_a_moved_scan_that_is_cut_off_before_its_row_moves_again(sixth_schema, tmp_path):
    """A kill after the file and before the commit: the row still names the old place."""
    migrate.upgrade(sixth_schema, KEY)
    engine = open_engine(sixth_schema, KEY)
    pool = Pool(tmp_path / "attachments", new_pool_key())
    pool.keep(SCAN)
    uow = SqlUnitOfWork(engine, who="周明", audit_key=KEY)
    assert form_life.move_scans(pool=pool, uow=uow) == 2
    assert len(list(pool.files())) == 2
    engine.dispose()
