"""The backup file: one sealed stream that is authentic to its last byte, or refused.

Layout, integers big-endian::

    8 bytes   HFBACKUP
    2 bytes   version: 1, or 2 for a carry file
    4 bytes   length of the header
    header    JSON: a random salt and the key file with its recovery slot alone
    chunks    AES-256-GCM of 1 MiB of the stream each, the last one shorter; 16 bytes tag each

The chunk key is HKDF(database key, salt) over the digest of everything before the chunks, so a
changed header opens nothing. A chunk's nonce is its number and whether it is the last: chunks left
out, exchanged, added or taken from another file do not open.

The stream is: 8 bytes length of the manifest, the manifest (JSON), the database file; in a carry
file the attachments' files behind it, one after the other as the manifest lists them.
No name, number or password slot stands in the clear; the full key file lies in the manifest.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.services.ports import Progress
from app.storage import keys
from app.storage.errors import BadContainer, ForeignContainer, NewerDatabase, file_errors
from app.storage.files import write_whole
from app.storage.keys import KeyFile

MAGIC = b"HFBACKUP"
VERSION = 1
CARRY_VERSION = 2
CHUNK = 1 << 20
_TAG = 16
_PREFIX = len(MAGIC) + 2 + 4
_MOST_HEADER = 64 << 10
_MOST_MANIFEST = 16 << 20


@dataclass(frozen=True, slots=True)
class Header:
    """What stands in the clear: the raw bytes before the chunks, and what they mean."""

    raw: bytes
    salt: bytes
    key_file: KeyFile


def new_header(key_file: KeyFile, version: int = VERSION) -> Header:
    """Return a header with a fresh salt; ``key_file`` has its recovery slot alone."""
    salt = secrets.token_bytes(32)
    body = {"salt": base64.b64encode(salt).decode(), "keys": json.loads(keys.encode(key_file))}
    text = json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
    raw = MAGIC + version.to_bytes(2, "big") + len(text).to_bytes(4, "big") + text
    return Header(raw, salt, key_file)


def _chunk_key(header: Header, database_key: bytes) -> bytes:
    info = b"huifang container v1 " + hashlib.sha256(header.raw).digest()
    return HKDF(hashes.SHA256(), 32, salt=header.salt, info=info).derive(database_key)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


class Sealer:
    """Writes one container to an unbuffered file: feed it the stream, then ``finish``."""

    def __init__(self, out: IO[bytes], header: Header, database_key: bytes) -> None:
        self._out = out
        self._cipher = AESGCM(_chunk_key(header, database_key))
        self._waiting = b""
        self._number = 0
        self._digest = hashlib.sha256()
        self._put(header.raw)

    @property
    def digest(self) -> str:
        """The SHA-256 of what was written."""
        return self._digest.hexdigest()

    def feed(self, content: bytes) -> None:
        """Take more of the stream."""
        # One whole chunk is kept back: only ``finish`` knows which one is the last.
        while len(self._waiting) + len(content) > CHUNK:
            taken = CHUNK - len(self._waiting)
            self._seal(self._waiting + content[:taken], last=False)
            self._waiting, content = b"", content[taken:]
        self._waiting += content

    def finish(self) -> None:
        """Write the last chunk."""
        self._seal(self._waiting, last=True)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        self._put(self._cipher.encrypt(nonce, plain, None))
        self._number += 1

    def _put(self, sealed: bytes) -> None:
        write_whole(self._out, sealed)
        self._digest.update(sealed)


def read_header(file: Path) -> Header:
    """Return the header of a backup. Raises ``BadContainer``, ``NewerDatabase``, ``NoOffice``."""
    with file_errors(file, "读取"), file.open("rb") as reading:
        return _header(reading, file)


def _header(reading: IO[bytes], file: Path) -> Header:
    prefix = reading.read(_PREFIX)
    if prefix[: len(MAGIC)] != MAGIC:
        raise BadContainer(f"“{file}”不是回访关爱的备份文件，没有做任何改动。请另选文件。")
    if len(prefix) < _PREFIX:
        raise damaged(file)
    version = int.from_bytes(prefix[8:10], "big")
    length = int.from_bytes(prefix[10:14], "big")
    if version not in (VERSION, CARRY_VERSION):
        if CARRY_VERSION < version < 100:
            raise NewerDatabase(
                f"备份“{file}”由较新的版本写成（格式{version}，本程序只读到{CARRY_VERSION}）。"
                "没有做任何改动；请安装更高版本的回访关爱再恢复。"
            )
        raise damaged(file)
    if length > _MOST_HEADER:
        raise damaged(file)
    text = reading.read(length)
    try:
        body = json.loads(text)
        salt = base64.b64decode(body["salt"], validate=True)
        key_file = keys.decode(keys.canonical(body["keys"]))
    except Exception as error:
        if isinstance(error, NewerDatabase):
            raise
        raise damaged(file) from error
    if len(text) != length or len(salt) != 32:
        raise damaged(file)
    return Header(prefix + text, salt, key_file)


def damaged(file: Path) -> BadContainer:
    """Return the refusal of a container that is not what was written."""
    return BadContainer(
        f"备份“{file}”已损坏、不完整或被改动过，不能使用；没有做任何改动。请换另一份备份。"
    )


@contextmanager
def opened(file: Path, database_key: bytes, progress: Progress) -> Iterator[Iterator[bytes]]:
    """Give the authenticated stream of a container, chunk by chunk.

    Raises ``BadContainer`` at the first chunk that is not authentic. What came before such an
    error must not be used: read to the end first.
    """
    with file_errors(file, "读取"), file.open("rb") as reading:
        header = _header(reading, file)
        yield _chunks(reading, file, AESGCM(_chunk_key(header, database_key)), progress)


def _chunks(reading: IO[bytes], file: Path, cipher: AESGCM, progress: Progress) -> Iterator[bytes]:
    total = os.fstat(reading.fileno()).st_size
    number = 0
    sealed = reading.read(CHUNK + _TAG)
    while True:
        following = reading.read(CHUNK + _TAG)
        try:
            plain = cipher.decrypt(_nonce(number, last=not following), sealed, None)
        except (InvalidTag, ValueError):
            raise damaged(file) from None
        progress(reading.tell(), total, "核验备份")
        yield plain
        if not following:
            return
        sealed, number = following, number + 1


def split_manifest(stream: Iterator[bytes], file: Path) -> tuple[dict[str, Any], Iterator[bytes]]:
    """Return the manifest and the rest of the stream: the database file."""
    held = bytearray()
    for chunk in stream:
        held += chunk
        if len(held) < 8:
            continue
        length = int.from_bytes(held[:8], "big")
        if length > _MOST_MANIFEST:
            raise damaged(file)
        if len(held) >= 8 + length:
            manifest = json.loads(bytes(held[8 : 8 + length]))
            if not isinstance(manifest, dict):
                raise damaged(file)
            return manifest, _rest(bytes(held[8 + length :]), stream)
    raise damaged(file)


def _rest(begun: bytes, stream: Iterator[bytes]) -> Iterator[bytes]:
    yield begun
    yield from stream


def same_office(header: Header, office_id: str, file: Path) -> None:
    """Raise ``ForeignContainer`` when the backup belongs to another office."""
    if header.key_file.office_id != office_id:
        raise ForeignContainer(
            f"“{file}”是另一单位（或另一份数据）的备份，没有做任何改动。"
            "请核对文件；确要使用，请提供那份数据的恢复码。"
        )
