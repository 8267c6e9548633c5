"""Damaged records: what still reads is saved beside, the newest backup is known, a restore is undone."""

import pytest
import sqlalchemy as sa

from app.domain.attachment import Attachment
from app.domain.audit import Act
from app.domain.subject import Subject
from app.services.permission import NotPermitted
from app.services.ports import RosterFilter
from app.storage import restore
from app.storage.audit import verify_audit
from app.storage.backup import back_up
from app.storage.errors import DamagedDatabase, SignInRefused
from app.storage.known_backups import newest_backups
from app.storage.rescue import salvage
from app.storage.restore import former_folders, take_back
from app.storage.tables import audit_log


def quiet(_done, _total, _note):
    """A progress nobody watches."""


@pytest.fixture
def save(office, new_uow):
    def keep(*names):
        with new_uow() as uow:
            uow.repository(Subject).put_all(
                [Subject(name=name, remarks="备" * 300) for name in names]
            )
            uow.commit()

    return keep


def people(store):
    return sorted(row.name for row in store.roster().page(RosterFilter(), 0, 9999))


def bend(file, *pages):
    with file.open("r+b") as live:
        for page in pages:
            live.seek(page * 4096 + 100)
            live.write(b"\xff" * 64)


def test_what_still_reads_is_saved_beside_and_opens(office, save, owner):
    save(*(f"人{n:03}" for n in range(400)))
    office.close()
    file = office.folder / "office.db"
    size = file.stat().st_size // 4096
    bend(file, *range(size - 60, size - 30, 5))
    damaged = file.read_bytes()
    found = salvage(office.folder, owner.password, quiet, clock=owner.clock)
    assert file.read_bytes() == damaged, "the damaged file is only read"
    assert 300 <= found.saved["subject"] < 400 and "subject" in found.lost
    store = owner.open(found.folder)
    assert len(people(store)) == found.saved["subject"]
    assert store.roster().count(RosterFilter(text="人001")) == 1, "the search knows who was saved"
    store.close()


def test_sound_records_are_saved_whole(office, save, owner):
    save("甲", "乙")
    before = people(office)
    office.close()
    found = salvage(office.folder, owner.code, quiet, clock=owner.clock)
    assert found.lost == ()
    store = owner.open(found.folder)
    assert people(store) == before
    with store.engine.connect() as connection:
        assert verify_audit(connection, store.audit_key).problems == ()
    store.close()


def test_what_was_rescued_is_only_looked_at_and_has_its_papers(office, save, owner):
    save("甲")
    kept, damaged = (office.pool.keep(text.encode() * 900) for text in ("扫描件", "另一件"))
    with office.unit_of_work() as uow:
        for sha256 in (kept, damaged):
            paper = Attachment(owner_kind="Subject", owner_id=1, title="件", sha256=sha256)
            uow.repository(Attachment).put(paper)
        uow.commit()
    bend(office.pool.path(damaged), 0)
    office.close()
    found = salvage(office.folder, owner.password, quiet, clock=owner.clock)
    assert found.papers == (1, 1)
    store = owner.open(found.folder)
    assert store.pool.read(kept) == "扫描件".encode() * 900
    for act in ("新增人员", "修改设置", "导入台账", "删除人员", "新增账户"):
        with pytest.raises(NotPermitted, match="抢救出来的数据"), store.unit_of_work() as uow:
            uow.repository(Subject).put(Subject(name="乙"))
            uow.record(Act(act, "Subject", 1))
            uow.commit()
    assert people(store) == ["甲"]
    for act in ("查看人员", "打印登记表", "导出台账"):
        with store.unit_of_work() as uow:
            uow.record(Act(act))
            uow.commit()
    store.close()
    with owner.open(office.folder).unit_of_work() as uow:  # the records themselves work as ever
        uow.record(Act("新增人员"))


def test_records_whose_beginning_is_gone_are_said_to_be_lost(office, owner):
    office.close()
    bend(office.folder / "office.db", 0)
    with pytest.raises(DamagedDatabase, match="文件开头已经损坏"):
        salvage(office.folder, owner.password, quiet, clock=owner.clock)
    assert not list(office.folder.glob("rescued-*"))


def test_nobody_saves_what_they_may_not_open(office, owner):
    office.close()
    with pytest.raises(SignInRefused):
        salvage(office.folder, "别的口令 12345", quiet, clock=owner.clock)
    assert not list(office.folder.glob("rescued-*"))


def test_the_newest_backups_are_known_although_the_records_do_not_open(office, owner, tmp_path):
    older = back_up(office, tmp_path / "disk", quiet)
    newer = back_up(office, tmp_path / "stick", quiet)
    office.close()
    (office.folder / "office.db").write_bytes(b"rubbish" * 2000)
    assert newest_backups(office.folder) == [newer.file, older.file]
    newer.file.unlink()
    assert newest_backups(office.folder) == [older.file]
    (office.folder / "backups.json").write_bytes(b"{rubbish")
    assert newest_backups(office.folder) == []


@pytest.fixture
def restored(office, save, owner, tmp_path):
    """Records that a restore put back to 甲, while 乙 came later."""
    save("甲")
    info = back_up(office, tmp_path / "stick", quiet)
    save("乙")
    office.close()
    former = restore.restore(info.file, office.folder, owner.password, quiet, clock=owner.clock)
    owner.wait(minutes=5)
    return office.folder, former


def test_a_restore_can_be_taken_back_and_that_too(restored, owner):
    folder, former = restored
    assert former_folders(folder) == [former]
    kept = take_back(former, folder, owner.password, quiet, clock=owner.clock)
    store = owner.open(folder)
    assert people(store) == ["乙", "甲"]
    with store.engine.connect() as connection:
        assert verify_audit(connection, store.audit_key).problems == ()
        acts = connection.execute(sa.select(audit_log.c.act)).scalars().all()
    assert "撤回恢复" in acts
    store.close()
    owner.wait(minutes=5)
    take_back(kept, folder, owner.password, quiet, clock=owner.clock)
    store = owner.open(folder)
    assert people(store) == ["甲"]
    store.close()
    assert len(former_folders(folder)) == 3 and not (folder / "pending.json").exists()


def test_taking_back_asks_for_the_password_and_leaves_everything_otherwise(restored, owner):
    folder, former = restored
    before = (folder / "office.db").read_bytes()
    with pytest.raises(SignInRefused):
        take_back(former, folder, "别的口令 12345", quiet, clock=owner.clock)
    assert (folder / "office.db").read_bytes() == before


def test_former_records_that_are_damaged_do_not_come_back(restored, owner):
    folder, former = restored
    bend(former / "office.db", 20, 21, 22)
    before = (folder / "office.db").read_bytes()
    with pytest.raises(DamagedDatabase):
        take_back(former, folder, owner.password, quiet, clock=owner.clock)
    assert (folder / "office.db").read_bytes() == before
    assert not (folder / "pending.json").exists() and not list(folder.glob("*.restoring*"))
