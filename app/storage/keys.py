"""The key of the records, wrapped once per person and once for the recovery code.

``office.keys`` is JSON: slots with their salts and costs in the clear, the database key in each
slot wrapped by AES-256-GCM with the slot's own metadata as associated data, and a MAC over the
whole file under a key derived from the database key. A password goes through NFKC and Argon2id;
the recovery code has 160 random bits and needs only HKDF.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import time
import unicodedata
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.storage.errors import DamagedDatabase, NewerDatabase, SignInRefused
from app.storage.recovery_code import read_recovery_code

KEY_BYTES = 32
_FORMAT = "huifang-keys"
_VERSION = 1
PERSON = "person"
RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class Argon2Cost:
    """What one guess at a password costs: memory in KiB, passes, lanes (RFC 9106)."""

    memory_kib: int
    iterations: int
    lanes: int


DEFAULT_COST = Argon2Cost(128 * 1024, 3, 2)
"""About half a second on a small office PC."""

FLOOR_COST = Argon2Cost(64 * 1024, 3, 2)
"""The least that is ever chosen, however slow the PC."""


def calibrated_cost(*, most_seconds: float = 1.5) -> Argon2Cost:
    """Return the default cost, or the floor if this PC takes more than ``most_seconds``."""
    begun = time.perf_counter()
    _stretched("calibration", bytes(16), DEFAULT_COST)
    return DEFAULT_COST if time.perf_counter() - begun <= most_seconds else FLOOR_COST


@dataclass(frozen=True, slots=True)
class Slot:
    """The database key, wrapped for one person or for the recovery code."""

    kind: str
    name: str
    created: str
    salt: bytes
    nonce: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)
    cost: Argon2Cost | None = None


@dataclass(frozen=True, slots=True)
class KeyFile:
    """Every slot of an office. It is immutable: changes make a new one."""

    office_id: str
    slots: tuple[Slot, ...]
    mac: bytes = b""

    @property
    def names(self) -> tuple[str, ...]:
        """The people who may sign in."""
        return tuple(slot.name for slot in self.slots if slot.kind == PERSON)

    def with_slot(self, slot: Slot, key: bytes) -> KeyFile:
        """Return the file with ``slot`` in place of the one of the same kind and name."""
        kept = [s for s in self.slots if (s.kind, s.name) != (slot.kind, slot.name)]
        return sealed(replace(self, slots=(*kept, slot)), key)

    def without(self, name: str, key: bytes) -> KeyFile:
        """Return the file without the slot of the person ``name``."""
        kept = tuple(s for s in self.slots if (s.kind, s.name) != (PERSON, name))
        return sealed(replace(self, slots=kept), key)

    def recovery_only(self, key: bytes) -> KeyFile:
        """Return the file with the recovery slot alone: what a backup carries."""
        kept = tuple(s for s in self.slots if s.kind == RECOVERY)
        return sealed(replace(self, slots=kept), key)


def new_database_key() -> bytes:
    """Return a fresh random key."""
    return secrets.token_bytes(KEY_BYTES)


def person_slot(
    office_id: str, name: str, password: str, key: bytes, *, created: str, cost: Argon2Cost
) -> Slot:
    """Wrap ``key`` for a person."""
    salt = secrets.token_bytes(16)
    slot = Slot(PERSON, name, created, salt, secrets.token_bytes(12), b"", cost)
    return _wrapped(office_id, slot, _stretched(password, salt, cost), key)


def recovery_slot(office_id: str, code: bytes, key: bytes, *, created: str) -> Slot:
    """Wrap ``key`` for the recovery code (20 random bytes)."""
    salt = secrets.token_bytes(16)
    slot = Slot(RECOVERY, "", created, salt, secrets.token_bytes(12), b"")
    return _wrapped(office_id, slot, _derived(code, salt), key)


def unlock_with_password(file: KeyFile, name: str, password: str) -> bytes:
    """Return the database key. Raises ``SignInRefused``; takes as long for a wrong name."""
    slot = next((s for s in file.slots if (s.kind, s.name) == (PERSON, name)), None)
    if slot is None or slot.cost is None:
        _stretched(password, bytes(16), DEFAULT_COST)
        raise SignInRefused("姓名或口令不正确。请检查大写锁定和输入法后再试。")
    return _unwrapped(
        file,
        slot,
        _stretched(password, slot.salt, slot.cost),
        "姓名或口令不正确。请检查大写锁定和输入法后再试。",
    )


def unlock_with_code(file: KeyFile, code: str) -> bytes:
    """Return the database key. Raises ``SignInRefused``, naming a mistyped group."""
    typed = read_recovery_code(code)
    slot = next((s for s in file.slots if s.kind == RECOVERY), None)
    if slot is None:
        raise SignInRefused("这里没有恢复码可用，请用口令登录。")
    return _unwrapped(
        file,
        slot,
        _derived(typed, slot.salt),
        "恢复码与这份数据不相符：可能是另一单位的，或已换过新的恢复码。请核对打印的恢复码单。",
    )


def unlock(file: KeyFile, secret: str) -> bytes:
    """Return the database key by recovery code or by the password of any person in ``file``."""
    try:
        return unlock_with_code(file, secret)
    except SignInRefused as refused:
        if not file.names:
            raise
        for name in file.names:
            try:
                return unlock_with_password(file, name, secret)
            except SignInRefused:
                continue
        raise refused


def check_mac(file: KeyFile, key: bytes) -> None:
    """Raise ``DamagedDatabase`` when somebody altered the file without the database key."""
    if not hmac.compare_digest(_mac(file, key), file.mac):
        raise DamagedDatabase(
            "密钥文件被改动过，已停止打开。请用备份中的密钥文件（恢复备份）重新登录。"
        )


def sealed(file: KeyFile, key: bytes) -> KeyFile:
    """Return ``file`` with its MAC."""
    return replace(file, mac=_mac(file, key))


def encode(file: KeyFile) -> bytes:
    """Return the file's bytes."""
    return canonical({**_body(file), "mac": _b64(file.mac)}) + b"\n"


def decode(content: bytes, *, where: Path | str = "") -> KeyFile:
    """Return the key file in ``content``. Raises ``DamagedDatabase`` or ``NewerDatabase``."""
    try:
        body = json.loads(content)
        if body["format"] != _FORMAT:
            raise ValueError
        if body["version"] > _VERSION:
            raise NewerDatabase(
                "密钥文件由较新的版本写成，数据没有改动；请安装更高版本的回访关爱再打开。"
            )
        slots = tuple(_slot(one) for one in body["slots"])
        file = KeyFile(str(body["office_id"]), slots, _bytes(body["mac"]))
        # One spelling only: base64 ignores the spare bits of a last character and JSON white space,
        # so a flipped bit could otherwise pass unseen.
        if encode(file).strip() != content.strip():
            raise ValueError
        return file
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedDatabase(
            f"密钥文件“{where}”已损坏。请从最近的备份恢复，备份里有它的副本。"
        ) from error


def normalised(password: str) -> str:
    """Return what is stretched: the same for half- and full-width typing."""
    return unicodedata.normalize("NFKC", password)


def _stretched(password: str, salt: bytes, cost: Argon2Cost) -> bytes:
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    return Argon2id(
        salt=salt,
        length=32,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    ).derive(normalised(password).encode())


def _derived(code: bytes, salt: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=salt, info=b"huifang recovery v1").derive(code)


def _wrapped(office_id: str, slot: Slot, wrapping: bytes, key: bytes) -> Slot:
    wrapped = AESGCM(wrapping).encrypt(slot.nonce, key, _associated(office_id, slot))
    return replace(slot, wrapped=wrapped)


def _unwrapped(file: KeyFile, slot: Slot, wrapping: bytes, refusal: str) -> bytes:
    try:
        key = AESGCM(wrapping).decrypt(slot.nonce, slot.wrapped, _associated(file.office_id, slot))
    except InvalidTag:
        raise SignInRefused(refusal) from None
    check_mac(file, key)
    return key


def _associated(office_id: str, slot: Slot) -> bytes:
    metadata = {k: v for k, v in _slot_body(slot).items() if k not in ("nonce", "wrapped")}
    return canonical({"format": _FORMAT, "version": _VERSION, "office_id": office_id, **metadata})


def _mac(file: KeyFile, key: bytes) -> bytes:
    mac_key = HKDF(hashes.SHA256(), 32, salt=None, info=b"huifang key file v1").derive(key)
    return hmac.digest(mac_key, canonical(_body(file)), "sha256")


def _body(file: KeyFile) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "version": _VERSION,
        "office_id": file.office_id,
        "slots": [_slot_body(slot) for slot in file.slots],
    }


def _slot_body(slot: Slot) -> dict[str, Any]:
    cost = astuple(slot.cost) if slot.cost else ()
    return {
        "kind": slot.kind,
        "name": slot.name,
        "created": slot.created,
        "kdf": ["argon2id", *cost] if cost else ["hkdf-sha256"],
        "salt": _b64(slot.salt),
        "nonce": _b64(slot.nonce),
        "wrapped": _b64(slot.wrapped),
    }


def _slot(body: dict[str, Any]) -> Slot:
    method, *cost = body["kdf"]
    if method == "argon2id":
        memory, passes, lanes = (int(one) for one in cost)
        # A forged file must not make this PC stretch for hours or swallow its memory.
        if not (8 <= memory <= 1 << 20 and 1 <= passes <= 32 and 1 <= lanes <= 16):
            raise ValueError(cost)
    elif method != "hkdf-sha256":
        raise ValueError(method)
    return Slot(
        str(body["kind"]),
        str(body["name"]),
        str(body["created"]),
        _bytes(body["salt"]),
        _bytes(body["nonce"]),
        _bytes(body["wrapped"]),
        Argon2Cost(*(int(one) for one in cost)) if method == "argon2id" else None,
    )


def canonical(body: dict[str, Any]) -> bytes:
    """Return the one spelling of ``body`` that a key file may have."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
