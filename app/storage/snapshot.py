"""What a database at rest holds: checked, counted and digested table by table."""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher

from app.storage.engine import connect, translated
from app.storage.errors import DamagedDatabase


def describe(file: Path, key: bytes) -> dict[str, Any]:
    """Open a database at rest, check it and return schema, tables, log head and office.

    Raises ``DamagedDatabase`` when pages, structure, references or the log are not sound.
    """
    try:
        with closing(connect(file, key)) as connection:
            return _described(connection, file)
    except sqlcipher.Error as error:
        raise translated(error, file) or error from error


def _described(connection: Any, file: Path) -> dict[str, Any]:
    structure = connection.execute("PRAGMA quick_check").fetchall()
    references = connection.execute("PRAGMA foreign_key_check").fetchall()
    if structure != [("ok",)] or references:
        raise DamagedDatabase(f"数据文件“{file}”有损坏，备份没有继续。请从最近的备份恢复。")
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " AND name NOT LIKE 'subject_search%'"  # made from the people; checked as structure
        " ORDER BY name"
    ).fetchall()
    head = connection.execute(
        "SELECT sequence, hex(chain), hex(mac) FROM audit_log ORDER BY sequence DESC LIMIT 1"
    ).fetchone()
    office = connection.execute("SELECT office_id, backup_sequence FROM office").fetchone()
    return {
        "schema": connection.execute("SELECT version_num FROM alembic_version").fetchone()[0],
        "tables": {name: _table_digest(connection, name) for (name,) in tables},
        "audit": {"sequence": head[0], "chain": head[1], "mac": head[2]},
        "office_id": office[0],
        "backup_sequence": office[1],
    }


def _table_digest(connection: Any, name: str) -> dict[str, Any]:
    digest, count = hashlib.sha256(), 0
    for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid'):
        digest.update(repr(row).encode())
        count += 1
    return {"rows": count, "sha256": digest.hexdigest()}
