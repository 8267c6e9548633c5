"""The stream inside a backup: sealed, read to its end, its database and attachments unpacked."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.services.ports import Progress, UserError
from app.storage.container import (
    CARRY_VERSION,
    CHUNK,
    VERSION,
    Sealer,
    damaged,
    new_header,
    opened,
    split_manifest,
)
from app.storage.errors import DamagedDatabase
from app.storage.files import flush_folder
from app.storage.keys import KeyFile
from app.storage.pool import FOLDER as POOL
from app.storage.pool import Pool
from app.storage.snapshot import check_structure, describe


def authenticate(file: Path, key: bytes, progress: Progress) -> dict[str, Any]:
    """Read the whole container, write nothing, and return its manifest.

    Raises ``BadContainer`` when any byte of it is not what was written.
    """
    digest, size = hashlib.sha256(), 0
    with opened(file, key, progress) as stream:
        manifest, rest = split_manifest(stream, file)
        reader = _Reader(rest, file)
        for chunk in reader.part(database_size(file, manifest)):
            digest.update(chunk)
            size += len(chunk)
        for _sha256, length in _carried(manifest):
            for _chunk in reader.part(length):
                pass
        reader.must_end()
    _agree(file, manifest, size, digest.hexdigest())
    return manifest


def unpack(file: Path, key: bytes, side: Path, progress: Progress) -> None:
    """Write the database inside the container to ``side`` and flush it to the disk."""
    digest, size = hashlib.sha256(), 0
    with opened(file, key, progress) as stream, side.open("wb") as out:
        manifest, rest = split_manifest(stream, file)
        for chunk in _Reader(rest, file).part(database_size(file, manifest)):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    flush_folder(side.parent)
    _agree(file, manifest, size, digest.hexdigest())


def unpack_attachments(file: Path, key: bytes, pool: Path, progress: Progress) -> None:
    """Put the attachments inside a carry file into the folder ``pool``, those not there yet."""
    with opened(file, key, progress) as stream:
        manifest, rest = split_manifest(stream, file)
        reader = _Reader(rest, file)
        for _chunk in reader.part(database_size(file, manifest)):
            pass
        for sha256, length in _carried(manifest):
            pool_of(manifest, pool).receive(sha256, b"".join(reader.part(length)))


def check_against(side: Path, key: bytes, manifest: Mapping[str, Any], file: Path) -> None:
    """Raise ``BadContainer`` unless the unpacked database is what the manifest says."""
    try:
        check_structure(side, key)
        found = describe(side, key)
    except DamagedDatabase:
        raise damaged(file) from None
    if any(found[part] != manifest[part] for part in ("schema", "tables", "audit", "office_id")):
        raise damaged(file)


def seal(
    database: Path,
    manifest: dict[str, Any],
    key_file: KeyFile,
    key: bytes,
    target: Path,
    progress: Progress,
    pool: Pool | None = None,
) -> str:
    """Write the container ``target`` from a database file at rest; return its SHA-256."""
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True).encode()
    begun = len(text).to_bytes(8, "big") + text
    total = int(manifest["database"]["size"])
    with target.open("wb", buffering=0) as out, database.open("rb", buffering=0) as reading:
        version = CARRY_VERSION if "carried" in manifest["attachments"] else VERSION
        sealer = Sealer(out, new_header(key_file.recovery_only(key), version), key)
        sealer.feed(begun)
        block = reading.read(CHUNK - len(begun) % CHUNK)  # then chunks are whole, never rejoined
        while block:
            sealer.feed(block)
            progress(reading.tell(), total, "写入备份")
            block = reading.read(CHUNK)
        for sha256, _size in _carried(manifest):
            assert pool is not None
            sealer.feed(pool.path(sha256).read_bytes())
        sealer.finish()
        os.fsync(out.fileno())
    return sealer.digest


def absent_attachments(file: Path, manifest: Mapping[str, Any], progress: Progress) -> list[str]:
    """Return the SHA-256 of the attachments that neither lie in a carry file nor, sound, beside it.

    Reads every file of the pool that the backup needs.
    """
    listed = manifest.get("attachments", {})
    carried = {sha256 for sha256, _size in _carried(manifest)}
    wanted = [one for one in listed.get("contents", ()) if one not in carried]
    absent = []
    for number, sha256 in enumerate(wanted):
        progress(number, len(wanted), "核验附件")
        try:
            pool_of(manifest, file.parent / POOL).read(sha256)
        except UserError:
            absent.append(sha256)
    return absent


def pool_of(manifest: Mapping[str, Any], folder: Path) -> Pool:
    """Return the pool at ``folder`` with the key that a backup carries."""
    return Pool(folder, bytes.fromhex(manifest["attachments"]["key"]))


def database_size(file: Path, manifest: Mapping[str, Any]) -> int:
    """Return how long the database inside is. Raises ``BadContainer``."""
    try:
        return int(manifest["database"]["size"])
    except (KeyError, TypeError, ValueError):
        raise damaged(file) from None


def _carried(manifest: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(one, int(size)) for one, size in manifest.get("attachments", {}).get("carried", ())]


class _Reader:
    """Gives a stream of chunks out again in parts of known length."""

    def __init__(self, stream: Iterator[bytes], file: Path) -> None:
        self._stream, self._file, self._rest = stream, file, b""

    def part(self, length: int) -> Iterator[bytes]:
        """Yield the next ``length`` bytes. Raises ``BadContainer`` when there are fewer."""
        while length:
            block = self._rest or next(self._stream, None)
            if block is None:
                raise damaged(self._file)
            given, self._rest = block[:length], block[length:]
            length -= len(given)
            yield given

    def must_end(self) -> None:
        """Raise ``BadContainer`` when anything is left; reads to the end mark."""
        if self._rest or any(self._stream):
            raise damaged(self._file)


def _agree(file: Path, manifest: dict[str, Any], size: int, digest: str) -> None:
    try:
        expected = manifest["database"]
        same = expected["size"] == size and expected["sha256"] == digest
    except (KeyError, TypeError):
        same = False
    if not same:
        raise damaged(file)
