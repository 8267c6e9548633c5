"""Attachments on the disk: whole, once, unreadable to others, and what is bent is found."""

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.ports import UserError
from app.storage import pool as pools
from app.storage.errors import DamagedAttachment, DiskFull
from app.storage.pool import Pool, new_pool_key

SCAN = b"%PDF-1.4 a secret decision of one page " * 40


@pytest.fixture
def pool(tmp_path):
    return Pool(tmp_path / "attachments", new_pool_key())


def the_file(pool):
    [file] = pool.files()
    return file


@settings(max_examples=25, deadline=None)
@given(length=st.one_of(st.integers(0, 70), st.sampled_from([(1 << 20) + d for d in (-1, 0, 1)])))
def test_what_is_read_is_what_was_kept(tmp_path_factory, length):
    pool = Pool(tmp_path_factory.mktemp("pool"), new_pool_key())
    content = os.urandom(length)
    assert pool.read(pool.keep(content)) == content


def test_nothing_of_the_paper_stands_on_the_disk_not_even_its_digest(pool):
    sha256 = pool.keep(SCAN)
    file = the_file(pool)
    assert b"secret" not in file.read_bytes()
    assert sha256 not in str(file) and bytes.fromhex(sha256) not in file.read_bytes()


def test_the_same_paper_is_kept_once(pool):
    first = pool.keep(SCAN)
    before = the_file(pool).stat()
    assert pool.keep(SCAN) == first
    assert the_file(pool).stat().st_mtime_ns == before.st_mtime_ns


def test_another_key_opens_nothing_and_does_not_find_the_name(pool):
    sha256 = pool.keep(SCAN)
    other = Pool(pool.folder, new_pool_key())
    assert not other.has(sha256)
    the_file(pool).rename(other.path(sha256).parent.mkdir(exist_ok=True) or other.path(sha256))
    with pytest.raises(DamagedAttachment, match="损坏"):
        other.read(sha256)


@pytest.mark.parametrize("place", [0, 9, 20, 41, 42, 300, -1, -17])
def test_a_flipped_bit_anywhere_is_found(pool, place):
    sha256 = pool.keep(SCAN)
    file = the_file(pool)
    content = bytearray(file.read_bytes())
    content[place] ^= 4
    file.write_bytes(content)
    with pytest.raises(DamagedAttachment, match="损坏"):
        pool.read(sha256)


def test_cut_swapped_and_joined_files_are_found(pool):
    long, short = os.urandom((2 << 20) + 5), os.urandom(1 << 20)
    a, b = pool.keep(long), pool.keep(short)
    file, other = pool.path(a), pool.path(b)
    whole, second = file.read_bytes(), other.read_bytes()
    chunk = (1 << 20) + 16
    for bent in (whole[: 42 + 2 * chunk], whole[:50], whole + b"x", b"", second,
                 whole[:42] + whole[42 + chunk : 42 + 2 * chunk] + whole[42 : 42 + chunk]
                 + whole[42 + 2 * chunk :]):  # fmt: skip
        file.write_bytes(bent)
        with pytest.raises(DamagedAttachment):
            pool.read(a)


def test_a_missing_file_is_said_and_keeping_it_again_mends(pool):
    sha256 = pool.keep(SCAN)
    the_file(pool).unlink()
    with pytest.raises(DamagedAttachment, match="不见了"):
        pool.read(sha256)
    pool.keep(SCAN)
    the_file(pool).write_bytes(b"rubbish")
    pool.keep(SCAN)  # a damaged one is written anew
    assert pool.read(sha256) == SCAN


def test_a_full_disk_leaves_nothing_behind(pool, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pools.os, "fsync", full)
    with pytest.raises(DiskFull, match="磁盘空间不足"):
        pool.keep(SCAN)
    assert list(pool.folder.rglob("*.tmp")) == [] and list(pool.files()) == []


def test_a_sweep_takes_what_nobody_names_and_leaves_the_rest(pool):
    kept, orphan = pool.keep(SCAN), pool.keep(b"of nobody")
    young = pool.keep(b"of nobody yet")
    for sha256 in (kept, orphan):
        os.utime(pool.path(sha256), (1000, 1000))
    (pool.path(kept).parent / "half.tmp").write_bytes(b"half")
    (pool.folder / "a note of the office.txt").write_text("stays")
    assert pool.sweep({kept}, before=2000) == 1
    assert pool.read(kept) == SCAN and pool.has(young) and not pool.has(orphan)
    assert sorted(one.name for one in pool.folder.rglob("*") if one.suffix) == [
        "a note of the office.txt"
    ]


def test_a_copy_for_a_backup_is_the_same_file_and_written_once(pool, tmp_path):
    sha256 = pool.keep(SCAN)
    there = tmp_path / "stick" / "attachments"
    assert pool.copy_to(sha256, there) == the_file(pool).stat().st_size
    assert pool.copy_to(sha256, there) == 0
    assert Pool(there, pool.key).read(sha256) == SCAN
    the_file(pool).write_bytes(b"bent")
    assert pool.take(sha256, Pool(there, pool.key))
    assert pool.read(sha256) == SCAN


def test_a_kill_while_writing_leaves_no_file_under_the_name(pool):
    code = (
        "import os, sys; from pathlib import Path; from app.storage import pool\n"
        "pool.replace_durably = lambda *_: os.kill(os.getpid(), 9)\n"
        "pool.Pool(Path(sys.argv[1]), bytes.fromhex(sys.argv[2])).keep(b'x' * 3000000)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(pool.folder), pool.key.hex()], check=False
    )
    assert done.returncode in (-9, 9)  # as POSIX and as Windows say it
    assert list(pool.files()) == [] and len(list(pool.folder.rglob("*.tmp"))) == 1
    assert pool.sweep(set(), before=0) == 0
    assert list(pool.folder.rglob("*.tmp")) == []


def test_every_refusal_is_a_sentence():
    assert issubclass(DamagedAttachment, UserError)
