"""Flip, cut and splice backups, and flip bits of the files in use; every change must be found.

A changed backup is refused before anything is written. Of the files in use, a changed page of the database
is found by the self-check, a changed paper when it is read, a changed key file when it is unlocked; beside
its sound copy it opens the records all the same.

Full run: ``HUIFANG_FLIPS=10000 HUIFANG_SEED=1 python -m tests.faults.bits``.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlcipher3.dbapi2 import DatabaseError

from app.domain.subject import Subject
from app.services.ports import UserError
from app.storage import keys
from app.storage.backup import back_up
from app.storage.backup_stream import authenticate
from app.storage.container import damaged
from app.storage.engine import connect
from app.storage.office import Store, create_office, open_office
from app.storage.pool import Pool
from app.storage.store import KEYS
from tests.faults.operations import CHEAP, PASSWORD, attach

Check = Callable[[Path, bytes], object]


def quiet(_done: int, _total: int, _note: str) -> None:
    """A progress nobody watches."""


def right_build(file: Path, key: bytes) -> object:
    """Read the container to its end, as verify and restore do first."""
    return authenticate(file, key, quiet)


@dataclass
class Report:
    """How many changes were made, and which of them were not found."""

    flips: int = 0
    cuts: int = 0
    splices: int = 0
    rotten: int = 0  # flips of database, paper and keys, of each as many
    missed: list[str] = field(default_factory=list)


def two_backups(folder: Path) -> tuple[Store, bytes, bytes]:
    """Make an office and two of its backups of several chunks; return them as bytes."""
    store, _code = create_office(folder / "office", "周明", "晨雾里的灯塔 Oak-7", cost=CHEAP)
    found = []
    for round_ in range(2):
        with store.unit_of_work() as uow:
            people = [Subject(name=f"{round_}-{n}", remarks="备注" * 400) for n in range(500)]
            uow.repository(Subject).put_all(people)
            uow.commit()
        found.append(back_up(store, folder / "backups", quiet).file.read_bytes())
    return store, found[0], found[1]


def run(folder: Path, flips: int, seed: int, *, check: Check = right_build) -> Report:
    """Change backups ``flips`` times and as often by cuts and splices; report what went unseen."""
    chance = random.Random(seed)
    store, first, second = two_backups(folder)
    report, file = Report(), folder / "changed.hfbackup"
    changes = (
        ("flips", _flips(second, flips, chance)),
        ("cuts", _cuts(second, max(flips // 10, 10), chance)),
        ("splices", _splices(first, second, max(flips // 10, 10), chance)),
    )
    for kind, made in changes:
        for what, changed in made:
            file.write_bytes(changed)
            setattr(report, kind, getattr(report, kind) + 1)
            with suppress(UserError):
                check(file, store.key)
                report.missed.append(what)
    file.write_bytes(second)
    check(file, store.key)  # and the unchanged one is sound
    store.close()
    return report


def sound_database(file: Path, key: bytes) -> None:
    """Read every page, as the self-check does."""
    with closing(connect(file, key)) as raw:
        if raw.execute("PRAGMA cipher_integrity_check").fetchall():
            raise damaged(file)


def rot(
    folder: Path,
    flips: int,
    seed: int,
    *,
    check_database: Check = sound_database,
) -> Report:
    """Flip bits of the database, of a paper and of the key file, ``flips`` each; report what went unseen."""
    chance = random.Random(seed)
    store, _code = create_office(folder / "office", "周明", PASSWORD, cost=CHEAP)
    with store.unit_of_work() as uow:
        uow.repository(Subject).put_all(
            [Subject(name=f"人{n}", remarks="备注" * 90) for n in range(50)]
        )
        uow.commit()
    paper = attach(store, "一件")
    database, content = store.file.read_bytes(), (store.folder / KEYS).read_bytes()
    pool, key = Pool(store.pool.folder, store.pool.key), store.key  # closing takes them away
    sealed = pool.path(paper).read_bytes()
    report, file = Report(), folder / "rotten.db"
    check_database(store.file, key)  # the unchanged one is sound
    assert pool.is_sound(paper)
    store.close()
    for number in range(flips):
        what, changed = _flip(database, chance)
        file.write_bytes(changed)
        with suppress(UserError, DatabaseError):
            check_database(file, key)
            report.missed.append(f"database: {what}")
        what, changed = _flip(sealed, chance)
        pool.path(paper).write_bytes(changed)
        if pool.is_sound(paper):
            report.missed.append(f"paper: {what}")
        what, changed = _flip(content, chance)
        try:
            found = keys.decode(changed)
            keys.unlock_with_password(found, "周明", PASSWORD)
            if found != keys.decode(content):
                report.missed.append(f"keys: {what}")
        except UserError:
            pass
        except Exception as error:
            report.missed.append(f"keys: {what}: {error!r} instead of a sentence")
        if number % 50 == 0:
            try:
                (folder / "office" / KEYS).write_bytes(changed)
                open_office(folder / "office", "周明", PASSWORD).close()
            except Exception as error:
                report.missed.append(f"keys beside a sound copy: {what}: {error!r}")
                (folder / "office" / KEYS).write_bytes(content)
        report.rotten += 3
    return report


def _flip(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    place, bit = chance.randrange(len(content)), chance.randrange(8)
    changed = bytearray(content)
    changed[place] ^= 1 << bit
    return f"bit {bit} of byte {place}", bytes(changed)


def _flips(content: bytes, count: int, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """One bit each: the first two hundred in the header, where the fewest bytes are."""
    for n in range(count):
        place = chance.randrange(900 if n < count // 5 else len(content))
        bit = chance.randrange(8)
        changed = bytearray(content)
        changed[place] ^= 1 << bit
        yield f"bit {bit} of byte {place}", bytes(changed)


def _cuts(content: bytes, count: int, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Truncations, at chunk ends too, and bytes added behind."""
    header = 14 + int.from_bytes(content[10:14], "big")
    whole = (1 << 20) + 16
    ends = range(header, len(content), whole)
    for size in (*ends, *(end - 1 for end in ends), len(content) - 1, 0, 8, 14):
        yield f"cut to {size}", content[:size]
    for _ in range(count):
        size = chance.randrange(len(content))
        yield f"cut to {size}", content[:size]
    yield "a byte behind", content + b"\0"
    yield "a chunk behind", content + content[-whole:]


def _splices(
    first: bytes, second: bytes, count: int, chance: random.Random
) -> Iterator[tuple[str, bytes]]:
    """Chunks exchanged, doubled, left out, or taken from the other backup."""
    whole = (1 << 20) + 16

    def parts(content: bytes) -> tuple[bytes, list[bytes]]:
        header = 14 + int.from_bytes(content[10:14], "big")
        return content[:header], [
            content[start : start + whole] for start in range(header, len(content), whole)
        ]

    (head, chunks), (other_head, other) = parts(second), parts(first)
    yield "another backup's header", other_head + b"".join(chunks)
    yield "another backup's chunks", head + b"".join(other)
    yield "no chunks", head
    for _ in range(count):
        kind = chance.randrange(5)
        mixed, at, to = list(chunks), chance.randrange(len(chunks)), chance.randrange(len(chunks))
        if kind == 0:
            mixed[at] = other[at % len(other)]
        elif kind == 1 and at != to:
            mixed[at], mixed[to] = mixed[to], mixed[at]
        elif kind == 2:
            mixed.insert(to, mixed[at])
        elif kind == 3:
            del mixed[at]
        else:
            start = chance.randrange(len(second) - 64)
            length = chance.randrange(1, 64)
            donor = first[start : start + length]
            if second[start : start + length] == donor:
                continue
            yield f"{length} bytes at {start}", second[:start] + donor + second[start + length :]
            continue
        if mixed != chunks:
            yield f"chunk {at} → {to} ({kind})", head + b"".join(mixed)


def main() -> None:
    """Run as many changes as asked for and print the figures."""
    flips, seed = (
        int(os.environ.get("HUIFANG_FLIPS", "10000")),
        int(os.environ.get("HUIFANG_SEED", "1")),
    )
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = run(Path(folder) / "backups", flips, seed)
        live = rot(Path(folder) / "live", flips, seed)
    report.rotten, report.missed = live.rotten, report.missed + live.missed
    print(
        f"flips {report.flips}, cuts {report.cuts}, splices {report.splices}, "
        f"files in use {report.rotten}, seed {seed}, {time.monotonic() - begun:.0f} s: missed {len(report.missed)}"
    )
    print("\n".join(report.missed))
    sys.exit(bool(report.missed))


if __name__ == "__main__":
    main()
