"""A file for the outside is whole and read back equal, or it is not there; nothing plain stays beside it."""

from __future__ import annotations

import os
import time
import zipfile
from pathlib import Path

import pytest

from app.services import outside
from app.services.outside import PREFIX, clear_left_over, publish_package, write_verified


def names(folder):
    return sorted(one.name for one in folder.iterdir())


def test_it_is_written_in_place_of_the_old_one_and_alone(tmp_path):
    target = tmp_path / "登记表.pdf"
    target.write_bytes(b"old")
    write_verified(target, b"new" * 100_000)
    assert target.read_bytes() == b"new" * 100_000
    assert names(tmp_path) == ["登记表.pdf"]


def test_a_stick_that_gives_back_something_else_is_told_and_the_old_file_stays(
    tmp_path, monkeypatch
):
    target = tmp_path / "登记表.pdf"
    target.write_bytes(b"old")
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda one: read(one)[:-1] + b"?")
    with pytest.raises(OSError, match="read back"):
        write_verified(target, b"new" * 100)
    monkeypatch.undo()
    assert target.read_bytes() == b"old" and names(tmp_path) == ["登记表.pdf"]


@pytest.mark.parametrize("place", [0.01, 0.4, 0.99])
def test_a_workbook_that_a_stick_gives_back_otherwise_gets_no_name(tmp_path, monkeypatch, place):
    target, partial = tmp_path / "台账.xlsx", tmp_path / "book.tmp"
    target.write_bytes(b"old")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/sheet.xml", os.urandom(20_000))
    flush = outside._flush

    def lying(file):
        flush(file)
        at = int(partial.stat().st_size * place)
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))

    monkeypatch.setattr(outside, "_flush", lying)
    with pytest.raises(OSError, match="read back"):
        publish_package(partial, target)
    assert target.read_bytes() == b"old"


def test_a_workbook_that_reads_back_well_takes_the_place_of_the_old_one(tmp_path):
    target, partial = tmp_path / "台账.xlsx", tmp_path / "book.tmp"
    target.write_bytes(b"old")
    with zipfile.ZipFile(partial, "w") as package:
        package.writestr("xl/sheet.xml", "x")
    publish_package(partial, target)
    assert zipfile.is_zipfile(target) and names(tmp_path) == ["台账.xlsx"]


def test_what_cannot_be_recorded_has_no_name(tmp_path):
    def refuse():
        raise ValueError("not recorded")

    with pytest.raises(ValueError, match="not recorded"):
        write_verified(tmp_path / "附件.pdf", b"content", before=refuse)
    assert names(tmp_path) == []


def test_what_a_kill_left_goes_with_the_next_file_and_nothing_else(tmp_path):
    old, folder, fresh = (tmp_path / f"{PREFIX}{n}" for n in ("1.tmp", "abc", "2.tmp"))
    old.write_bytes("张三".encode())
    folder.mkdir()
    (folder / "book.xlsx").write_bytes("李四".encode())
    fresh.write_bytes(b"of somebody who is writing just now")
    (tmp_path / "theirs.tmp").write_bytes(b"not ours")
    long_ago = time.time() - 2 * outside._STALE
    for one in (old, folder, tmp_path / "theirs.tmp"):
        os.utime(one, (long_ago, long_ago))
    write_verified(tmp_path / "登记表.pdf", b"content")
    assert names(tmp_path) == sorted([fresh.name, "theirs.tmp", "登记表.pdf"])


def test_a_folder_that_cannot_be_looked_through_is_no_reason_not_to_write(tmp_path):
    clear_left_over(tmp_path / "not there")
