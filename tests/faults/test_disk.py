"""Full disks, folders that may not be written, sticks that fail: a sentence, and nothing lost."""

import contextlib
import errno
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

import pytest

from app.domain.audit import Act
from app.domain.subject import Subject
from app.services.ports import RosterFilter, UserError
from app.storage import backup, files, restore, store
from app.storage.audit import verify_audit
from app.storage.backup import back_up
from app.storage.errors import DiskFull, NotWritable

NOBODY = 65534


def quiet(_done, _total, _note):
    """A progress nobody watches."""


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 24 MB, and a function that fills it to the last byte."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting a small disk takes root on Linux")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if subprocess.run(mounting, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let root mount a small disk")

    def fill(leave=0):
        ballast = folder / f"ballast-{leave}"
        free = shutil.disk_usage(folder).free
        with contextlib.suppress(OSError), ballast.open("wb") as out:
            if leave:
                out.write(bytes(max(free - leave, 0)))
            else:
                while True:
                    out.write(bytes(4096))
                    out.flush()
        return ballast

    yield folder, fill
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def any_space(monkeypatch):
    """Nobody asks beforehand: the disk fills up in the middle."""
    monkeypatch.setattr(backup, "need_space", lambda _folder, _size: None)
    monkeypatch.setattr(restore, "need_space", lambda _folder, _size: None)


def people(office):
    return [row.name for row in office.roster().page(RosterFilter(sort_by="id"), 0, 9999)]


def save(office, *names):
    with office.unit_of_work() as uow:
        uow.repository(Subject).put_all([Subject(name=name, remarks="备" * 900) for name in names])
        uow.record(Act("新增人员"))
        uow.commit()


def test_a_full_disk_refuses_the_save_keeps_the_rest_and_goes_on(small_disk, owner):
    disk, fill = small_disk
    office = owner.create(disk / "office")
    save(office, "先前")
    fill()
    person = Subject(name="后来", remarks="备" * 900)
    crowd = [Subject(name=f"人{n}", remarks="备" * 900) for n in range(400)]
    with pytest.raises(DiskFull, match="没有保存"), office.unit_of_work() as uow:
        uow.repository(Subject).put_all([person, *crowd])
        uow.record(Act("导入台账"))
        uow.commit()
    assert (person.id, person.revision) == (None, 0)
    assert people(office) == ["先前"]
    assert not (disk / "office" / "reserve.bin").exists(), "its space is needed now"
    save(office, "后来")  # the reserve is enough to save what was typed, without a restart
    assert people(office) == ["先前", "后来"]
    with office.engine.connect() as connection:
        assert verify_audit(connection, office.audit_key).problems == ()
    office.close()
    owner.open(disk / "office").close()


def fill_by_saving(office, save_some):
    """Save batches of five until the disk is full; return what was acknowledged."""
    kept = []
    for n in range(60):
        names = [f"{n}:{m}" for m in range(5)]
        try:
            save_some(office, names)
        except DiskFull:
            return kept
        kept += names
    pytest.fail("the disk never filled up")


@pytest.mark.parametrize("leave", [4096 * n for n in (1, 3, 10, 40, 130)])
def test_wherever_the_disk_fills_up_a_save_is_whole_or_absent(leave, small_disk, owner):
    disk, fill = small_disk
    office = owner.create(disk / "office")
    (disk / "office" / "reserve.bin").unlink()
    ballast = fill(leave)
    kept = fill_by_saving(office, lambda office, names: save(office, *names))
    assert people(office) == kept
    ballast.unlink()
    save(office, "空出来以后")
    assert people(office) == [*kept, "空出来以后"]
    office.close()


def test_the_harness_sees_a_build_that_saves_piece_by_piece(small_disk, owner):
    """The wrong build commits each person of a batch for itself."""
    disk, fill = small_disk
    office = owner.create(disk / "office")
    (disk / "office" / "reserve.bin").unlink()
    fill(4096 * 40)

    def piecemeal(office, names):
        for name in names:
            save(office, name)

    kept = fill_by_saving(office, piecemeal)
    assert people(office) != kept
    office.close()


def test_a_full_stick_leaves_no_half_backup(small_disk, owner, office, any_space):
    disk, fill = small_disk
    save(office, *(f"人{n}" for n in range(500)))
    fill(100_000)
    with pytest.raises(DiskFull, match="磁盘空间不足"):
        back_up(office, disk / "stick", quiet)
    assert list((disk / "stick").iterdir()) == []
    assert people(office)[:1] == ["人0"]


def test_a_disk_too_full_to_copy_the_records_refuses_the_backup(
    small_disk, owner, any_space, tmp_path
):
    disk, fill = small_disk
    office = owner.create(disk / "office")
    fill(40_000)
    with pytest.raises(DiskFull):
        back_up(office, tmp_path / "stick", quiet)
    assert not list((disk / "office").glob("*.copy*"))
    assert list((tmp_path / "stick").iterdir()) == []
    office.close()


def test_a_disk_that_fills_up_during_a_restore_keeps_the_records(
    small_disk, owner, any_space, tmp_path
):
    disk, fill = small_disk
    office = owner.create(disk / "office")
    save(office, *(f"人{n}" for n in range(300)))
    info = back_up(office, tmp_path / "stick", quiet)
    save(office, "后来")
    office.close()
    (disk / "office" / "reserve.bin").unlink()
    for leave in (60_000, 1_200_000, 2_600_000):
        ballast = fill(leave)
        with pytest.raises(DiskFull):
            restore.restore(info.file, disk / "office", owner.password, quiet, clock=owner.clock)
        ballast.unlink()
        office = owner.open(disk / "office")
        assert len(people(office)) == 301
        office.close()
        (disk / "office" / "reserve.bin").unlink(missing_ok=True)
        assert not list((disk / "office").glob("*.restoring*"))


def test_an_office_on_a_full_disk_is_not_made_and_can_be_made_later(small_disk, owner):
    disk, fill = small_disk
    ballast = fill(50_000)
    with pytest.raises(DiskFull):
        owner.create(disk / "office")
    ballast.unlink()
    owner.create(disk / "office").close()


def test_a_write_that_finds_no_space_keeps_the_old_file(tmp_path, monkeypatch):
    """Runs everywhere: the system says ENOSPC at the last moment."""
    target = tmp_path / "office.keys"
    files.write_durably(target, b"old")

    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull, match="没有丢失"), files_errors(target):
        files.write_durably(target, b"new")
    assert target.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["office.keys"]


def files_errors(path):
    return store.file_errors(path, "写入")


# Folders that may not be written. Root ignores permission bits: ask as somebody else.


@pytest.fixture
def as_nobody():
    """A folder that others may enter, and a function that runs something there as nobody."""
    if sys.platform == "win32" or os.geteuid() != 0:
        pytest.skip("becoming another user takes root")
    folder = Path(tempfile.mkdtemp(prefix="huifang-"))
    folder.chmod(0o755)

    def run(work):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.setgroups([])
                os.setresgid(NOBODY, NOBODY, NOBODY)
                os.setresuid(NOBODY, NOBODY, NOBODY)
                result = work() or "done"
            except UserError as refused:
                result = f"{type(refused).__name__} {refused.exit_code} {refused}"
            except BaseException:
                result = traceback.format_exc()
            os.write(writing, str(result).encode())
            os._exit(0)
        os.close(writing)
        os.waitpid(child, 0)
        with os.fdopen(reading, "rb") as told:
            return told.read().decode()

    yield folder, run
    shutil.rmtree(folder)


def test_an_office_in_a_folder_that_may_not_be_written_is_not_made(as_nobody, owner):
    folder, run = as_nobody
    assert run(lambda: owner.create(folder / "office")).startswith("UnsuitableFolder 2")
    assert list(folder.iterdir()) == []


def test_records_that_may_not_be_written_are_not_opened_and_not_changed(as_nobody, owner):
    folder, run = as_nobody
    office = owner.create(folder / "office")
    save(office, "先前")
    office.close()
    for file in (folder / "office").iterdir():
        file.chmod(0o644)
    before = (folder / "office" / "office.db").read_bytes()
    told = run(lambda: owner.open(folder / "office"))
    assert told.startswith("NotWritable 6")
    assert "没有权限" in told
    assert (folder / "office" / "office.db").read_bytes() == before


def test_a_database_file_that_may_only_be_read_says_so(as_nobody, owner):
    folder, run = as_nobody
    owner.create(folder / "office").close()
    shutil.chown(folder / "office", NOBODY, NOBODY)
    for file in (folder / "office").iterdir():
        shutil.chown(file, NOBODY, NOBODY)
    (folder / "office" / "office.db").chmod(0o444)
    told = run(lambda: owner.open(folder / "office"))
    assert told.startswith("NotWritable 6")
    assert "不能写入" in told


def test_a_backup_folder_that_may_not_be_written_is_named(as_nobody, owner):
    folder, run = as_nobody
    owner.create(folder / "office").close()
    shutil.chown(folder / "office", NOBODY, NOBODY)
    for file in (folder / "office").iterdir():
        shutil.chown(file, NOBODY, NOBODY)
    (folder / "stick").mkdir(mode=0o755)

    def work():
        office = owner.open(folder / "office")
        try:
            back_up(office, folder / "stick", quiet)
        finally:
            office.close()

    told = run(work)
    assert told.startswith("NotWritable 6") and "stick" in told
    assert list((folder / "stick").iterdir()) == []


def test_what_the_system_says_is_told_by_its_kind(tmp_path):
    for number, kind in ((errno.ENOSPC, DiskFull), (errno.EROFS, NotWritable)):
        with pytest.raises(kind), files_errors(tmp_path):
            raise OSError(number, os.strerror(number))


def test_on_a_full_disk_people_sign_in_save_and_leave(small_disk, owner):
    disk, fill = small_disk
    office = owner.create(disk / "office")
    save(office, "先前")
    office.close()
    ballast = fill()
    office = owner.open(disk / "office")
    assert not (disk / "office" / "reserve.bin").exists(), "its space is needed now"
    save(office, "后来")
    office.close()
    owner.open(disk / "office").close()
    ballast.unlink()
    office = owner.open(disk / "office")
    assert people(office) == ["先前", "后来"]
    assert (disk / "office" / "reserve.bin").exists(), "kept aside again for the next time"
    office.close()


def test_an_attachment_that_does_not_fit_leaves_nothing_and_the_rest_goes_on(
    small_disk, owner, monkeypatch
):
    monkeypatch.setattr("app.storage.pool.need_space", lambda _folder, _size: None)
    disk, fill = small_disk
    office = owner.create(disk / "office")
    ballast = fill(300_000)
    for size in (280_000, 400_000, 3_000_000):
        with pytest.raises(DiskFull, match="磁盘空间不足"):
            office.pool.keep(os.urandom(size))
            office.pool.keep(os.urandom(size))
    assert not list(office.pool.folder.rglob("*.tmp"))
    kept = list(office.pool.files())
    with contextlib.suppress(DiskFull):  # the space kept aside is given back now
        save(office, "后来")
    save(office, "又后来")
    ballast.unlink()
    sha256 = office.pool.keep(b"small")
    assert office.pool.read(sha256) == b"small" and len(list(office.pool.files())) == len(kept) + 1
    office.close()
