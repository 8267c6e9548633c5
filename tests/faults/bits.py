"""Flip, cut and splice backups; every change must be found before anything is written.

Full run: ``HUIFANG_FLIPS=1000 HUIFANG_SEED=1 python -m tests.faults.bits``.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.domain.subject import Subject
from app.services.ports import UserError
from app.storage.backup import back_up
from app.storage.backup_stream import authenticate
from app.storage.keys import Argon2Cost
from app.storage.office import Store, create_office

CHEAP = Argon2Cost(64, 1, 1)
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
        ("cuts", _cuts(second, max(flips // 5, 10), chance)),
        ("splices", _splices(first, second, max(flips // 5, 10), chance)),
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
        int(os.environ.get("HUIFANG_FLIPS", "1000")),
        int(os.environ.get("HUIFANG_SEED", "1")),
    )
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        report = run(Path(folder), flips, seed)
    print(
        f"flips {report.flips}, cuts {report.cuts}, splices {report.splices}, seed {seed}, "
        f"{time.monotonic() - begun:.0f} s: missed {len(report.missed)}"
    )
    print("\n".join(report.missed))
    sys.exit(bool(report.missed))


if __name__ == "__main__":
    main()
