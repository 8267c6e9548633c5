"""Attachments on the disk: one encrypted, immutable file per content, named without showing it.

A pool is a folder: the office's own, or the one beside the backups of a place, which holds the
very same files. Layout of a file, integers big-endian::

    8 bytes   HFATTACH
    2 bytes   version (1)
    32 bytes  salt
    chunks    AES-256-GCM of 1 MiB of the content each, the last one shorter; 16 bytes tag each

Its name is HMAC-SHA-256 of the content's SHA-256 under a key of its own: a name tells nobody which
paper lies there. The chunk key is HKDF(pool key, salt) over magic, version and name, so that a file
under another's name does not open; a nonce is the chunk's number and whether it is the last.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.storage.errors import DamagedAttachment, file_errors
from app.storage.files import flush_folder, replace_durably, write_whole
from app.storage.folders import need_space

FOLDER = "attachments"
KEY_BYTES = 32
_MAGIC = b"HFATTACH" + (1).to_bytes(2, "big")
_SALT = 32
_CHUNK = 1 << 20
_TAG = 16
_NAME = re.compile(r"[0-9a-f]{64}")
_SHELF = re.compile(r"[0-9a-f]{2}")


def new_pool_key() -> bytes:
    """Return a fresh random key."""
    return secrets.token_bytes(KEY_BYTES)


@dataclass(slots=True)
class Pool:
    """One folder of attachments and the key that opens them, which a lock takes away for a while."""

    folder: Path
    key: bytes = field(repr=False)

    def keep(self, content: bytes) -> str:
        """Write ``content`` once, durably, and return its SHA-256. Raises ``DiskFull``.

        A file that is there already is read first: a damaged one is written anew.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        if self.has(sha256) and self.is_sound(sha256):
            return sha256
        target = self.path(sha256)
        with file_errors(self.folder, "写入附件"):
            self._make_shelf(target.parent)
            need_space(self.folder, len(content))
            write_new(target, self._sealed(target.name, content))
        return sha256

    def read(self, sha256: str) -> bytes:
        """Return the content. Raises ``DamagedAttachment`` when it is gone or not what it was."""
        file = self.path(sha256)
        if not file.is_file():
            raise DamagedAttachment(
                "附件的文件不见了，可能被删除或没有随数据一起搬来。"
                "请从备份恢复，或重新附入；名册和其他内容不受影响。"
            )
        with file_errors(file, "读取附件"), file.open("rb") as reading:
            content = b"".join(self._opened(file.name, reading))
        if hashlib.sha256(content).hexdigest() != sha256:
            raise _damaged()
        return content

    def has(self, sha256: str) -> bool:
        """Return whether a file is there, whatever its state."""
        return self.path(sha256).is_file()

    def path(self, sha256: str) -> Path:
        """Return where the content of this SHA-256 lies, or would."""
        name_key = self._derived(b"huifang attachment names v1")
        name = hmac.digest(name_key, bytes.fromhex(sha256), "sha256").hex()
        return self.folder / name[:2] / name

    def size(self, sha256: str) -> int:
        """Return how many bytes the file has on the disk, 0 if it is not there."""
        file = self.path(sha256)
        return file.stat().st_size if file.is_file() else 0

    def files(self) -> Iterator[Path]:
        """Yield every attachment's file, and leave anything else alone."""
        if not self.folder.is_dir():
            return
        for shelf in sorted(self.folder.iterdir()):
            if _SHELF.fullmatch(shelf.name) and shelf.is_dir():
                for file in sorted(shelf.iterdir()):
                    if _NAME.fullmatch(file.name):
                        yield file

    def take(self, sha256: str, other: Pool) -> bool:
        """Copy a sound file from ``other``, which has the same key; return whether there is one."""
        try:
            content = other.read(sha256)
        except DamagedAttachment:
            return False
        self.keep(content)
        return True

    def copy_to(self, sha256: str, folder: Path) -> int:
        """Copy a file as it is, still encrypted, into the pool at ``folder`` and read it back.

        Returns the bytes written: 0 when it was there. Raises ``DamagedAttachment`` for a damaged
        source.
        """
        other = Pool(folder, self.key)
        if other.size(sha256) == self.size(sha256) > 0:
            return 0
        self.read(sha256)
        target = other.path(sha256)
        with file_errors(folder, "写入备份"):
            other._make_shelf(target.parent)
            write_new(target, [self.path(sha256).read_bytes()])
        other.read(sha256)
        return other.size(sha256)

    def receive(self, sha256: str, sealed: bytes) -> None:
        """Write a file that another pool of the same key sealed, unless a sound one is there.

        Raises ``DamagedAttachment`` when it is not what it should be; then nothing is left of it.
        """
        if self.has(sha256) and self.is_sound(sha256):
            return
        target = self.path(sha256)
        with file_errors(self.folder, "写入附件"):
            self._make_shelf(target.parent)
            write_new(target, [sealed])
        try:
            self.read(sha256)
        except DamagedAttachment:
            target.unlink()
            raise

    def sweep(self, needed: set[str], *, before: float) -> int:
        """Remove half-written files, and files that no SHA-256 of ``needed`` names and that were
        written before the moment ``before`` (seconds since 1970). Returns how many went.
        """
        names = {self.path(sha256).name for sha256 in needed}
        gone = 0
        with file_errors(self.folder, "清理附件"):
            for shelf in self.folder.glob("??"):
                for partial in shelf.glob("*.tmp"):
                    partial.unlink()
            for file in self.files():
                if file.name not in names and file.stat().st_mtime < before:
                    file.unlink()
                    gone += 1
        return gone

    def _make_shelf(self, shelf: Path) -> None:
        if not shelf.is_dir():
            shelf.mkdir(parents=True)
            flush_folder(shelf.parent)
            flush_folder(self.folder.parent)

    def is_sound(self, sha256: str) -> bool:
        """Return whether the content is there and what it was."""
        try:
            self.read(sha256)
        except DamagedAttachment:
            return False
        return True

    def _sealed(self, name: str, content: bytes) -> Iterator[bytes]:
        salt = secrets.token_bytes(_SALT)
        cipher = self._cipher(name, salt)
        yield _MAGIC + salt
        parts = max(1, -(-len(content) // _CHUNK))
        for number in range(parts):
            part = content[number * _CHUNK : (number + 1) * _CHUNK]
            yield cipher.encrypt(_nonce(number, last=number == parts - 1), part, None)

    def _opened(self, name: str, reading: IO[bytes]) -> Iterator[bytes]:
        head = reading.read(len(_MAGIC) + _SALT)
        if head[: len(_MAGIC)] != _MAGIC or len(head) != len(_MAGIC) + _SALT:
            raise _damaged()
        cipher = self._cipher(name, head[len(_MAGIC) :])
        number, sealed = 0, reading.read(_CHUNK + _TAG)
        while True:
            following = reading.read(_CHUNK + _TAG)
            try:
                yield cipher.decrypt(_nonce(number, last=not following), sealed, None)
            except (InvalidTag, ValueError):
                raise _damaged() from None
            if not following:
                return
            sealed, number = following, number + 1

    def _cipher(self, name: str, salt: bytes) -> AESGCM:
        return AESGCM(self._derived(_MAGIC + name.encode(), salt))

    def _derived(self, purpose: bytes, salt: bytes | None = None) -> bytes:
        return HKDF(hashes.SHA256(), KEY_BYTES, salt=salt, info=purpose).derive(self.key)


def write_new(target: Path, parts: Iterator[bytes] | list[bytes]) -> None:
    """Put ``parts`` under the name ``target``, whole and flushed, or not at all."""
    partial = target.with_name(target.name + ".tmp")
    try:
        with partial.open("wb", buffering=0) as out:
            for part in parts:
                write_whole(out, part)
            os.fsync(out.fileno())
        replace_durably(partial, target)
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def _damaged() -> DamagedAttachment:
    return DamagedAttachment(
        "附件的文件有损坏，没有打开。请从备份恢复，或用原件重新附入；名册和其他内容不受影响。"
    )
