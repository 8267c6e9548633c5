"""The key of the records, sealed once per person and once for the recovery code.

``office.keys`` is JSON: slots with their salts and costs in the clear, and a MAC over the whole
file under a key derived from the database key. Each slot has an X25519 key pair of its own: the
private half is wrapped by AES-256-GCM under the password (NFKC, Argon2id) or the recovery code
(160 random bits, HKDF), the database key is sealed to the public half. So the records can get a new
key when somebody leaves without asking everybody else for their password, and the printed recovery
code stays good. Former keys are wrapped under the present one: older backups open as before.
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
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.storage.errors import DamagedDatabase, NewerDatabase, SignInRefused
from app.storage.recovery_code import read_recovery_code

KEY_BYTES = 32
_FORMAT = "huifang-keys"
_VERSION = 2
PERSON = "person"
RECOVERY = "recovery"
FORMER = "former"


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
    """The database key, sealed for one person or for the recovery code; or a former key.

    ``wrapped`` is the private half of the slot's key pair (of a former slot: the former key).
    """

    kind: str
    name: str
    created: str
    salt: bytes
    nonce: bytes = field(repr=False)
    wrapped: bytes = field(repr=False)
    cost: Argon2Cost | None = None
    public: bytes = b""
    sealed: bytes = field(default=b"", repr=False)


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

    def rekeyed(self, old: bytes, new: bytes, *, created: str) -> KeyFile:
        """Return the file with every slot sealed to the ``new`` key; the ``old`` one is kept in it.

        Nobody's password is needed. Who had a slot before keeps it: take leavers out first.
        """
        former = [*self.former_keys(old), old]
        slots = [
            replace(slot, sealed=_seal_to(self.office_id, slot, new))
            for slot in self.slots
            if slot.kind != FORMER
        ]
        dated = [s.created for s in self.slots if s.kind == FORMER] + [created]
        slots += [
            _former_slot(self.office_id, number, one, new, created=when)
            for number, (one, when) in enumerate(zip(former, dated, strict=True), 1)
        ]
        return sealed(replace(self, slots=tuple(slots)), new)

    def former_keys(self, key: bytes) -> list[bytes]:
        """Return the keys that the records had before ``key``, oldest first."""
        return [
            AESGCM(_former_wrapping(key, slot.salt)).decrypt(
                slot.nonce, slot.wrapped, _associated(self.office_id, slot)
            )
            for slot in self.slots
            if slot.kind == FORMER
        ]


def new_database_key() -> bytes:
    """Return a fresh random key."""
    return secrets.token_bytes(KEY_BYTES)


def person_slot(
    office_id: str, name: str, password: str, key: bytes, *, created: str, cost: Argon2Cost
) -> Slot:
    """Make a slot by which ``password`` opens ``key``."""
    salt = secrets.token_bytes(16)
    slot = Slot(PERSON, name, created, salt, secrets.token_bytes(12), b"", cost)
    return _made(office_id, slot, _stretched(password, salt, cost), key)


def recovery_slot(office_id: str, code: bytes, key: bytes, *, created: str) -> Slot:
    """Make the slot by which the recovery code (20 random bytes) opens ``key``."""
    salt = secrets.token_bytes(16)
    slot = Slot(RECOVERY, "", created, salt, secrets.token_bytes(12), b"")
    return _made(office_id, slot, _derived(code, salt), key)


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
        raise DamagedDatabase(_ALTERED)


_ALTERED = "密钥文件被改动过，已停止打开。请用备份中的密钥文件（恢复备份）重新登录。"


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
        if body["version"] < _VERSION:
            raise NewerDatabase(
                "密钥文件由试用期的旧版本写成，本版本不再读取，数据没有改动；请用原版本导出后重新建立。"
            )
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


def _made(office_id: str, slot: Slot, wrapping: bytes, key: bytes) -> Slot:
    pair = X25519PrivateKey.generate()
    slot = replace(slot, public=pair.public_key().public_bytes_raw())
    wrapped = AESGCM(wrapping).encrypt(
        slot.nonce, pair.private_bytes_raw(), _associated(office_id, slot)
    )
    slot = replace(slot, wrapped=wrapped)
    return replace(slot, sealed=_seal_to(office_id, slot, key))


def _seal_to(office_id: str, slot: Slot, key: bytes) -> bytes:
    """Seal ``key`` to the public half of a slot: one-time public key, then the ciphertext."""
    once = X25519PrivateKey.generate()
    public = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(slot.public))
    # The nonce may be fixed: every sealing has a key of its own.
    cipher = AESGCM(_sealing_key(shared, public, slot.public))
    return public + cipher.encrypt(bytes(12), key, _associated(office_id, slot))


def _opened(office_id: str, slot: Slot, private: bytes) -> bytes:
    public, sealed_key = slot.sealed[:32], slot.sealed[32:]
    shared = X25519PrivateKey.from_private_bytes(private).exchange(
        X25519PublicKey.from_public_bytes(public)
    )
    cipher = AESGCM(_sealing_key(shared, public, slot.public))
    return cipher.decrypt(bytes(12), sealed_key, _associated(office_id, slot))


def _sealing_key(shared: bytes, once: bytes, public: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=once + public, info=b"huifang seal v2").derive(shared)


def _former_slot(office_id: str, number: int, former: bytes, key: bytes, *, created: str) -> Slot:
    salt = secrets.token_bytes(16)
    slot = Slot(FORMER, str(number), created, salt, secrets.token_bytes(12), b"")
    cipher = AESGCM(_former_wrapping(key, salt))
    return replace(slot, wrapped=cipher.encrypt(slot.nonce, former, _associated(office_id, slot)))


def _former_wrapping(key: bytes, salt: bytes) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=salt, info=b"huifang former key v2").derive(key)


def _unwrapped(file: KeyFile, slot: Slot, wrapping: bytes, refusal: str) -> bytes:
    associated = _associated(file.office_id, slot)
    try:
        private = AESGCM(wrapping).decrypt(slot.nonce, slot.wrapped, associated)
    except InvalidTag:
        raise SignInRefused(refusal) from None
    try:
        key = _opened(file.office_id, slot, private)
    except (InvalidTag, ValueError):
        raise DamagedDatabase(_ALTERED) from None
    check_mac(file, key)
    return key


def _associated(office_id: str, slot: Slot) -> bytes:
    left_out = ("nonce", "wrapped", "sealed")
    metadata = {k: v for k, v in _slot_body(slot).items() if k not in left_out}
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
        "public": _b64(slot.public),
        "sealed": _b64(slot.sealed),
    }


def _slot(body: dict[str, Any]) -> Slot:
    method, *cost = body["kdf"]
    if method == "argon2id":
        memory, passes, lanes = (int(one) for one in cost)
        # A forged file must not make this PC stretch for hours or swallow its memory.
        if not (8 * lanes <= memory <= 1 << 20 and 1 <= passes <= 32 and 1 <= lanes <= 16):
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
        _bytes(body["public"]),
        _bytes(body["sealed"]),
    )


def canonical(body: dict[str, Any]) -> bytes:
    """Return the one spelling of ``body`` that a key file may have."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
