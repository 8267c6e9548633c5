"""Attachments in backups: one pool per place, only new ones written, all of them proven."""

import json
import os
import shutil

import pytest
import sqlalchemy as sa

from app.domain.attachment import Attachment
from app.storage import restore
from app.storage.attachments import MendingPool
from app.storage.backup import back_up, verify
from app.storage.container import read_header
from app.storage.errors import BadContainer, DamagedAttachment, DiskFull
from app.storage.tables import audit_log

PAPERS = (b"%PDF first", b"%PDF second " * 100, os.urandom((2 << 20) + 77))


def quiet(_done, _total, _note):
    """A progress nobody watches."""


@pytest.fixture
def hang(office, new_uow):
    """Keeps papers and their rows; returns what they are named by."""

    def keep(*contents):
        with new_uow() as uow:
            found = [office.pool.keep(one) for one in contents]
            rows = [
                Attachment(owner_kind="Subject", owner_id=1, title="纸", sha256=s) for s in found
            ]
            uow.repository(Attachment).put_all(rows)
            uow.commit()
        return found

    return keep


@pytest.fixture
def stick(tmp_path):
    return tmp_path / "stick"


def pool_files(folder):
    return sorted((folder / "attachments").rglob("*"), key=str)


def test_a_place_keeps_one_pool_and_only_new_papers_are_written(office, hang, stick):
    hang(*PAPERS[:2])
    first = back_up(office, stick, quiet)
    assert (first.attachments, first.absent, first.carry) == (2, 0, False)
    before = {f: f.stat().st_mtime_ns for f in pool_files(stick) if f.is_file()}
    assert len(before) == 2
    hang(PAPERS[2])
    second = back_up(office, stick, quiet)
    after = {f: f.stat().st_mtime_ns for f in pool_files(stick) if f.is_file()}
    assert second.attachments == 3 and len(after) == 3
    assert {f: after[f] for f in before} == before
    assert first.file.stat().st_size < 1 << 20 > second.file.stat().st_size


def test_verify_reads_the_pool_and_says_what_is_missing(office, hang, stick, owner):
    hang(*PAPERS[:2])
    info = back_up(office, stick, quiet)
    assert verify(info.file, None, owner.code, quiet).absent == 0
    files = [f for f in pool_files(stick) if f.is_file()]
    content = bytearray(files[0].read_bytes())
    content[-3] ^= 1
    files[0].write_bytes(content)
    assert verify(info.file, None, owner.code, quiet).absent == 1
    files[1].unlink()
    found = verify(info.file, None, owner.code, quiet)
    assert (found.attachments, found.absent) == (2, 2)


def test_a_new_pc_gets_its_papers_from_the_place(office, hang, stick, tmp_path, owner):
    names = hang(*PAPERS)
    info = back_up(office, stick, quiet)
    target = tmp_path / "new"
    restore.restore(info.file, target, owner.code, quiet, clock=owner.clock)
    store = owner.open(target)
    assert [store.pool.read(one) for one in names] == list(PAPERS)
    assert hashes_in_manifest_are_not_in_the_clear(info.file, names)
    store.close()


def hashes_in_manifest_are_not_in_the_clear(file, names):
    content = file.read_bytes()
    return not any(one.encode() in content for one in names)


def test_a_carry_file_alone_brings_everything(office, hang, stick, tmp_path, owner):
    names = hang(*PAPERS)
    info = back_up(office, stick, quiet, carry=True)
    assert info.carry and not (stick / "attachments").exists()
    alone = shutil.copy(info.file, tmp_path / "alone.hfbackup")
    assert verify(alone, None, owner.code, quiet).absent == 0
    restore.restore(alone, tmp_path / "new", owner.code, quiet, clock=owner.clock)
    store = owner.open(tmp_path / "new")
    assert [store.pool.read(one) for one in names] == list(PAPERS)
    store.close()


def test_a_carry_file_bent_anywhere_is_refused(office, hang, stick, owner, tmp_path):
    hang(*PAPERS)
    info = back_up(office, stick, quiet, carry=True)
    office.close()
    whole = info.file.read_bytes()
    begun = 14 + int.from_bytes(whole[10:14], "big")
    bent = tmp_path / "bent.hfbackup"
    for place in (begun + 5, len(whole) // 2, len(whole) - 1):
        content = bytearray(whole)
        content[place] ^= 1
        bent.write_bytes(content)
        with pytest.raises(BadContainer):
            verify(bent, None, owner.code, quiet)
    for cut in (len(whole) - 1, begun + (1 << 20) + 16, begun + 2 * ((1 << 20) + 16)):
        bent.write_bytes(whole[:cut])
        with pytest.raises(BadContainer):
            restore.restore(bent, office.folder, owner.password, quiet, clock=owner.clock)
    assert read_header(info.file).raw[8:10] == b"\0\2", "an older program refuses it by its version"


def test_a_damaged_paper_stops_no_backup_and_is_counted(office, hang, stick):
    [a, _b] = hang(*PAPERS[:2])
    office.pool.path(a).write_bytes(b"rubbish")
    info = back_up(office, stick, quiet)
    assert (info.attachments, info.absent) == (2, 1)
    with office.engine.connect() as connection:
        text = connection.execute(
            sa.select(audit_log.c.details).where(audit_log.c.act == "备份")
        ).scalar_one()
    assert json.loads(text)["缺少的附件"] == 1


def test_a_damaged_paper_is_mended_from_the_place_when_it_is_read(office, hang, stick):
    [a, b] = hang(*PAPERS[:2])
    back_up(office, stick, quiet)
    office.pool.path(a).write_bytes(b"rubbish")
    office.pool.path(b).unlink()
    pool = MendingPool(office)
    assert (pool.read(a), pool.read(b)) == PAPERS[:2]
    assert office.pool.read(a) == PAPERS[0]
    shutil.rmtree(stick)
    office.pool.path(a).write_bytes(b"rubbish")
    with pytest.raises(DamagedAttachment):
        pool.read(a)


def test_a_backup_mends_what_the_place_still_has(office, hang, stick):
    [a] = hang(PAPERS[0])
    back_up(office, stick, quiet)
    office.pool.path(a).write_bytes(b"rubbish")
    assert back_up(office, stick, quiet).absent == 0
    assert back_up(office, stick, quiet, carry=True).absent == 0


def test_a_restore_here_adds_papers_and_takes_none_away(office, hang, stick, owner):
    [a] = hang(PAPERS[0])
    info = back_up(office, stick, quiet)
    [b] = hang(PAPERS[1])
    office.pool.path(a).unlink()
    office.close()
    former = restore.restore(info.file, office.folder, owner.password, quiet, clock=owner.clock)
    store = owner.open(office.folder)
    assert store.pool.read(a) == PAPERS[0]
    assert store.pool.read(b) == PAPERS[1], "the former records can come back and find theirs"
    assert former is not None
    store.close()


def test_records_come_back_even_where_the_pool_was_left_behind(
    office, hang, stick, tmp_path, owner
):
    [a] = hang(PAPERS[0])
    info = back_up(office, stick, quiet)
    alone = shutil.copy(info.file, tmp_path / "alone.hfbackup")
    assert verify(alone, None, owner.code, quiet).absent == 1
    restore.restore(alone, tmp_path / "new", owner.code, quiet, clock=owner.clock)
    store = owner.open(tmp_path / "new")
    with pytest.raises(DamagedAttachment, match="不见了"):
        store.pool.read(a)
    with store.engine.connect() as connection:
        text = connection.execute(
            sa.select(audit_log.c.details).where(audit_log.c.act == "恢复备份")
        ).scalar_one()
    assert json.loads(text)["缺少的附件"] == 1
    store.close()


def test_too_little_space_for_the_papers_is_said_before_anything_is_written(
    office, hang, stick, monkeypatch
):
    hang(*PAPERS)
    from app.storage import backup

    sound = backup.need_space

    def short(folder, size):
        if folder == stick and size > 1 << 20:
            raise DiskFull("磁盘空间不足。")
        sound(folder, size)

    monkeypatch.setattr(backup, "need_space", short)
    with pytest.raises(DiskFull):
        back_up(office, stick, quiet)
    assert [one.name for one in stick.iterdir()] == []
