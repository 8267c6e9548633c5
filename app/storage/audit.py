"""The log that nobody can rewrite unseen: each line is chained to the one before and signed.

A line's chain value is SHA-256 over the former chain value and the stored text of the line; its
``mac`` is HMAC-SHA-256 of that under a key derived from the database key. Triggers forbid update
and delete. A cut tail is seen by *anchors*: eight symbols of a line's mac, printed on paper.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.domain.audit import Act
from app.services.ports import UserError
from app.storage.engine import row_of, rows_of, run
from app.storage.symbols import decode_symbols, encode_symbols
from app.storage.tables import audit_log, former_signing_key, plain_json

GENESIS = bytes(32)
"""The chain value before the first line."""

_LAST_LINE = "SELECT sequence, chain, mac FROM audit_log ORDER BY sequence DESC LIMIT 1"
_LINE = "SELECT sequence, chain, mac FROM audit_log WHERE sequence = ?"
_LAST_TIME = "SELECT at FROM audit_log ORDER BY sequence DESC LIMIT 1"
_COLUMNS = tuple(column.name for column in audit_log.columns)
_INSERT = f"INSERT INTO {audit_log.name} ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_TEXT_COLUMNS = ("at", "who", "act", "object", "reason", "details")
_ANCHOR = re.compile(
    r"#?\s*(\d+)\s*[·・•:：,，\s]\s*([0-9A-Za-z]{4})\s*[-–—]?\s*([0-9A-Za-z]{4})\s*$"
)


class UnreadableAnchor(UserError):
    """The typed anchor is not one."""

    number = 104


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The last line of the log: what anchors and backups remember."""

    sequence: int = 0
    chain: bytes = GENESIS
    mac: bytes = b""

    @property
    def anchor(self) -> str:
        """The text that is printed: ``审计 #18342 · K7QF-9D2M``."""
        code = encode_symbols(self.mac[:5] or bytes(5))
        return f"审计 #{self.sequence} · {code[:4]}-{code[4:]}"


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What checking the whole log found; ``problems`` are Chinese sentences, empty when sound."""

    lines: int
    head: AuditHead
    problems: tuple[str, ...]


def audit_key(database_key: bytes) -> bytes:
    """Return the signing key of the log, derived from the key of the file."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=b"huifang audit v1").derive(database_key)


def head(connection: sa.Connection) -> AuditHead:
    """Return the last line of the log."""
    row = row_of(connection, _LAST_LINE)
    return AuditHead(*row) if row else AuditHead()


def line(connection: sa.Connection, sequence: int) -> AuditHead | None:
    """Return the line of this number as a head: others may have written behind it meanwhile."""
    row = row_of(connection, _LINE, (sequence,))
    return AuditHead(*row) if row else None


def append(
    connection: sa.Connection, acts: Sequence[Act], *, who: str, at: datetime, key: bytes
) -> AuditHead:
    """Write ``acts`` behind the last line, in the caller's transaction, and return the new head.

    A clock that was put back is marked first: times then no longer tell the order, sequences do.
    """
    last = head(connection)
    lines = []
    now, before = at.isoformat(timespec="milliseconds"), row_of(connection, _LAST_TIME)
    if before is not None and before[0] > now:
        acts = [Act("时钟回拨", details={"上一条": before[0], "现在": now}), *acts]
    for act in acts:
        line = {
            "sequence": last.sequence + 1,
            "at": now,
            "who": who,
            "act": act.name,
            "object": act.entity,
            "object_id": act.entity_id,
            "reason": act.reason,
            "details": plain_json(act.details),
        }
        chain = _chained(last.chain, line)
        last = AuditHead(last.sequence + 1, chain, _signed(key, chain))
        lines.append({**line, "chain": last.chain, "mac": last.mac})
    for line in lines:
        run(connection, _INSERT, tuple(line[name] for name in _COLUMNS))
    return last


class _SigningKeys:
    """Which key signed a line: the present one, or one that the file had before a leaver went."""

    def __init__(self, connection: sa.Connection, key: bytes) -> None:
        former = list(
            rows_of(
                connection,
                f"SELECT until_sequence, key FROM {former_signing_key.name} ORDER BY until_sequence",
            )
        )
        self._until = [int(until) for until, _key in former]
        self._keys = [*(bytes(one) for _until, one in former), key]

    def of(self, sequence: int) -> bytes:
        return self._keys[bisect_left(self._until, sequence)]


def _chained(before: bytes, line: dict[str, object]) -> bytes:
    digest = hashlib.sha256(before)
    numbers = f"{line['sequence']}/{line['object_id']}"
    for text in (numbers, *(str(line[name]) for name in _TEXT_COLUMNS)):
        stored = text.encode()
        digest.update(len(stored).to_bytes(8, "big"))
        digest.update(stored)
    return digest.digest()


def _signed(key: bytes, chain: bytes) -> bytes:
    return hmac.digest(key, chain, "sha256")


def read_anchor(text: str) -> tuple[int, bytes]:
    """Return sequence and code of an anchor typed from paper; raises ``UnreadableAnchor``."""
    match = _ANCHOR.search(text.strip())
    try:
        if match is None:
            raise ValueError
        return int(match.group(1)), decode_symbols(match.group(2) + match.group(3))
    except ValueError:
        raise UnreadableAnchor(
            f"“{text.strip()}”不是审计锚点，请照纸上抄写，如：审计 #18342 · K7QF-9D2M"
        ) from None


def verify_audit(
    connection: sa.Connection, key: bytes, *, anchors: Iterable[str | AuditHead] = ()
) -> AuditReport:
    """Check every line against the one before, its signature, and the ``anchors``.

    An anchor is a text typed from paper or the head a backup remembers. Reading stops at the first
    broken line: what follows a break proves nothing.
    """
    wanted: dict[int, list[bytes]] = {}
    keys = _SigningKeys(connection, key)
    for anchor in anchors:
        sequence, code = (
            (anchor.sequence, anchor.mac) if isinstance(anchor, AuditHead) else read_anchor(anchor)
        )
        wanted.setdefault(sequence, []).append(code)
    problems: list[str] = []
    last = AuditHead()
    rows = connection.execution_options(yield_per=5000).execute(
        sa.select(audit_log).order_by(audit_log.c.sequence)
    )
    for row in rows.mappings():
        sequence = row["sequence"]
        if sequence != last.sequence + 1:
            problems.append(f"审计记录第{last.sequence + 1}条缺失")
            break
        chain = _chained(last.chain, dict(row))
        if chain != row["chain"] or not hmac.compare_digest(
            _signed(keys.of(sequence), chain), row["mac"]
        ):
            problems.append(f"审计记录第{sequence}条被改动过，或不是本程序写入的")
            break
        last = AuditHead(sequence, chain, row["mac"])
        for code in wanted.pop(sequence, ()):
            if last.mac[: len(code)] != code:
                typed = "（请先对照纸面，确认锚点没有抄错）" if len(code) < len(last.mac) else ""
                problems.append(f"审计记录第{sequence}条与锚点不符：日志在那之后被换过{typed}")
    rows.close()
    if not problems:
        problems += [
            f"锚点#{sequence}在日志中没有：日志在第{last.sequence}条之后被截去"
            for sequence, codes in sorted(wanted.items())
            if sequence > 0 or any(codes)
        ]
    return AuditReport(last.sequence, last, tuple(problems))
