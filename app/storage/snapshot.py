"""What a database at rest holds, and whether it is sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import sqlcipher3.dbapi2 as sqlcipher

from app.storage.engine import connect, translated
from app.storage.errors import DamagedDatabase

T = TypeVar("T")

_CACHE_KIB = 8_000  # pages are read once, in order: more would only take memory


def describe(file: Path, key: bytes) -> dict[str, Any]:
    """Open a database at rest and return schema, rows per table, log head and office.

    Raises ``DamagedDatabase`` when it does not open or cannot be read.
    """
    return _read(file, key, _described)


def is_practice(file: Path, key: bytes) -> bool:
    """Return whether the records are practice data. Raises ``DamagedDatabase`` like ``describe``."""
    return _read(
        file, key, lambda found: bool(found.execute("SELECT practice FROM office").fetchone()[0])
    )


def check_seals(file: Path, key: bytes) -> None:
    """Raise ``DamagedDatabase`` unless every page carries its own seal.

    It (HMAC-SHA-512, SQLCipher) covers the page's bytes and its place: no bit of the file can
    differ from what was written. With ``check_references`` it takes half the time of
    ``check_structure``, and can be done beside it.
    """
    _read(file, key, lambda connection: _refuse(file, connection, "cipher_integrity_check", []))


def check_references(file: Path, key: bytes) -> None:
    """Raise ``DamagedDatabase`` unless every reference leads somewhere."""
    _read(file, key, lambda connection: _refuse_dangling(file, connection))


def check_structure(file: Path, key: bytes) -> None:
    """Raise ``DamagedDatabase`` unless trees, pages, references and the search index are sound.

    It reads every page, and so checks their seals as well. A page that a disk never wrote keeps
    the seal of its former content: only this sees it.
    """
    _read(file, key, lambda connection: _refuse(file, connection, "quick_check", [("ok",)]))
    check_references(file, key)


def _read(file: Path, key: bytes, work: Callable[[Any], T]) -> T:
    try:
        with closing(connect(file, key)) as connection:
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            return work(connection)
    except sqlcipher.Error as error:
        raise translated(error, file) or error from error


def _refuse(file: Path, connection: Any, pragma: str, sound: list[tuple[str]]) -> None:
    if connection.execute(f"PRAGMA {pragma}").fetchall() != sound:
        raise _damaged(file)


def _refuse_dangling(file: Path, connection: Any) -> None:
    if any(dangling(connection)):
        raise _damaged(file)


def _damaged(file: Path) -> DamagedDatabase:
    return DamagedDatabase(f"数据文件“{file}”有损坏，没有继续。请从最近的备份恢复。")


def dangling(connection: Any) -> Iterator[str]:
    """Yield the tables that have a reference to nothing.

    Finds what ``PRAGMA foreign_key_check`` finds and reads the same rows, but each table once: that
    looks up the row of the other table for every reference anew, and nearly all lead to people.
    """
    references = _references(connection)
    held: dict[str, str] = {}
    for number, parent in enumerate(sorted({to for of in references.values() for to, _ in of})):
        held[parent] = f"temp.known{number}"
        connection.execute(f"CREATE TABLE {held[parent]} (id INTEGER PRIMARY KEY)")
        # Not by an index: that a row is there is seen where it lies.
        connection.execute(
            f'INSERT INTO {held[parent]} SELECT id FROM main."{parent}" NOT INDEXED ORDER BY id'
        )
    for table, leads in references.items():
        lost = " OR ".join(
            f'("{column}" IS NOT NULL AND "{column}" NOT IN (SELECT id FROM {held[parent]}))'
            for parent, column in leads
        )
        if connection.execute(
            f'SELECT 1 FROM main."{table}" NOT INDEXED WHERE {lost} LIMIT 1'
        ).fetchone():
            yield table
    for name in held.values():
        connection.execute(f"DROP TABLE {name}")


def _references(connection: Any) -> dict[str, list[tuple[str, str]]]:
    """Return for each table that refers to others the tables and by which columns."""
    found = connection.execute(
        'SELECT m.name, f."table", f."from", f."to" FROM sqlite_master AS m,'
        " pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table' ORDER BY m.name"
    ).fetchall()
    references: dict[str, list[tuple[str, str]]] = {}
    for table, parent, column, to in found:
        if to != "id":
            raise RuntimeError(f"{table}.{column} refers to {parent}.{to}, not to an id")
        references.setdefault(table, []).append((parent, column))
    return references


def _described(connection: Any) -> dict[str, Any]:
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND name NOT LIKE 'subject_search%'"  # made from the people; checked as structure
        " ORDER BY name"
    ).fetchall()
    head = connection.execute(
        "SELECT sequence, hex(chain), hex(mac) FROM audit_log ORDER BY sequence DESC LIMIT 1"
    ).fetchone()
    office = connection.execute("SELECT office_id, backup_sequence FROM office").fetchone()
    names = {name for (name,) in tables}
    return {
        "attachments": _contents(connection) if "attachment" in names else {},
        "schema": connection.execute("SELECT version_num FROM alembic_version").fetchone()[0],
        "tables": {name: {"rows": _rows(connection, name)} for (name,) in tables},
        "audit": {"sequence": head[0], "chain": head[1], "mac": head[2]},
        "office_id": office[0],
        "backup_sequence": office[1],
    }


def _contents(connection: Any) -> dict[str, Any]:
    """Return the key of the attachments and the SHA-256 of each, in order."""
    key = connection.execute("SELECT pool_key FROM office").fetchone()[0] or b""
    found = connection.execute(
        "SELECT DISTINCT sha256 FROM attachment WHERE sha256 <> '' ORDER BY sha256"
    )
    return {"key": bytes(key).hex(), "contents": [one for (one,) in found]}


def _rows(connection: Any, table: str) -> int:
    return int(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])
