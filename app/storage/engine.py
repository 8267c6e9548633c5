"""The one place that opens connections to the records."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy.pool import QueuePool

from app.services.ports import UserError
from app.storage.errors import (
    DamagedDatabase,
    DiskFull,
    NoOffice,
    NotWritable,
    StoreBusy,
    UnsafeVersions,
)

KEY_BYTES = 32
RESERVE = "reserve.bin"
OLDEST_SQLITE = (3, 51, 3)
_CACHE_KIB, _LARGE_CACHE_KIB = 32_000, 128_000
_PAGE = 4096  # bytes, SQLCipher 4
_BULK_CACHE_KIB = 200_000
_TOKENS = "CREATE VIRTUAL TABLE temp.subject_token USING fts5vocab('main', 'subject_search', 'row')"
"""What of ``tables.subject_search`` counts people by a token, without reading them one by one."""
_FILE = "huifang_file"
_SPOILT = "huifang_spoilt"
_SPOILING = (10, 11, 26)  # SQLITE_IOERR, CORRUPT, NOTADB


def refuse_known_bad_versions(
    *, python: tuple[int, int] | None = None, pyside: str | None = None, sqlite: str | None = None
) -> None:
    """Raise ``UnsafeVersions`` for pairs of parts that are known to crash or to lose data.

    PySide6 from 6.12 leaks a reference on nearly every call under Python 3.11 and aborts; SQLite
    before 3.51.3 can corrupt a file when its log is reset. Arguments default to what runs here.
    """
    import sys

    python = python or sys.version_info[:2]
    sqlite = sqlite or sqlcipher.sqlite_version
    if pyside is None:
        try:
            pyside = metadata.version("PySide6-Essentials")
        except metadata.PackageNotFoundError:
            pyside = ""
    if python == (3, 11) and pyside and _numbers(pyside)[:2] >= (6, 12):
        raise UnsafeVersions(
            f"界面组件 PySide6 {pyside} 与 Python 3.11 同用会使程序中途退出，"
            "请安装 PySide6 6.9.3（运行 python3 dev.py run 会自动装好）。"
        )
    if _numbers(sqlite) < OLDEST_SQLITE:
        raise UnsafeVersions(
            f"数据库组件 SQLite {sqlite} 有损坏数据的已知缺陷，"
            "请安装 sqlcipher3 0.6.4 或更新版本（运行 python3 dev.py run 会自动装好）。"
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def connect(file: Path, key: bytes, *, foreign_keys: bool = True, new: bool = False) -> Any:
    """Return a raw connection to an existing ``file``, keyed and hardened.

    The key goes in first and never into an address or a log. Raises ``NoOffice`` when the file is
    missing (a new one is never made here), ``DamagedDatabase`` when the key does not open it. A
    file shorter than a page is taken for an empty database only if it is ``new``: otherwise
    records that were cut to nothing would open as an office without people.
    """
    if len(key) != KEY_BYTES:
        raise ValueError("the database key has 32 bytes")
    if not file.is_file():
        raise NoOffice(f"找不到数据文件“{file}”。请核对文件夹，或从备份恢复。")
    if not new and file.stat().st_size < _PAGE:
        raise DamagedDatabase(
            f"数据文件“{file}”只剩{file.stat().st_size}字节，内容已经丢失。"
            "原文件没有改动，请从最近的备份恢复。"
        )
    try:
        connection = sqlcipher.connect(
            f"{file.absolute().as_uri()}?mode=rw",
            uri=True,
            isolation_level=None,  # the driver must not begin or end transactions by itself
            check_same_thread=False,  # the pool hands a connection to one thread at a time
        )
    except sqlcipher.Error as error:
        raise translated(error, file) or error from error
    try:
        _prepare(connection, file, key, foreign_keys=foreign_keys)
    except sqlcipher.Error as error:
        connection.close()
        raise translated(error, file) or error from error
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: Any, file: Path, key: bytes, *, foreign_keys: bool) -> None:
    connection.execute("PRAGMA cipher_log_level = NONE")  # it would print to the terminal
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    if not connection.execute("PRAGMA cipher_version").fetchone():
        raise UnsafeVersions("数据库组件不支持加密，已停止打开。请重新安装本程序。")
    connection.execute("PRAGMA busy_timeout = 5000")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA recursive_triggers = ON")  # a REPLACE must not slip past a trigger
    connection.execute(_cache_of(file))
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # a wrong key shows here
    connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
    mode = connection.execute("PRAGMA journal_mode = TRUNCATE").fetchone()
    connection.execute("PRAGMA synchronous = EXTRA")
    if mode != ("truncate",) or connection.execute("PRAGMA synchronous").fetchone() != (3,):
        raise UnsafeVersions("数据库组件不能可靠写盘，已停止打开。请重新安装本程序。")


class KeyHolder:
    """The key of open records. It can be dropped, and changed while nobody opens a connection."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.changing = threading.RLock()

    def key(self) -> bytes:
        """Return the key; waits while it is being changed. Raises ``StoreBusy`` once dropped."""
        with self.changing:
            if not self._key:
                raise StoreBusy("数据已锁定，请登录后继续。")
            return self._key

    def put(self, key: bytes) -> None:
        """Use another key from now on; empty drops it."""
        with self.changing:
            self._key = key


def open_engine(
    file: Path, key: bytes | KeyHolder, *, foreign_keys: bool = True, new: bool = False
) -> sa.Engine:
    """Return an engine on ``file`` whose transactions are real: DDL rolls back too.

    A connection begins with the text of its execution option ``begin`` (default ``BEGIN``).
    Every error of the database leaves as a ``UserError`` where there is a sentence for it.
    """
    holder = key if isinstance(key, KeyHolder) else KeyHolder(key)

    def opened() -> Any:
        with holder.changing:  # no connection with the old key while the file gets another
            return connect(file, holder.key(), foreign_keys=foreign_keys, new=new)

    engine = sa.create_engine(
        "sqlite://",
        module=sqlcipher,
        creator=opened,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=4,
        pool_use_lifo=True,  # the one with the pages in its cache
    )

    @sa.event.listens_for(engine, "connect")
    def _on_connect(driver: Any, record: Any) -> None:
        record.info[_FILE] = file
        driver.execute(_TOKENS)

    @sa.event.listens_for(engine, "checkout")
    def _on_checkout(_driver: Any, record: Any, _proxy: Any) -> None:
        if record.info.get(_SPOILT):
            raise sa.exc.DisconnectionError  # the pool closes it and opens another

    @sa.event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))

    @sa.event.listens_for(engine, "handle_error")
    def _on_error(context: sa.engine.ExceptionContext) -> None:
        if context.connection is not None:
            _spoil(context.connection, context.original_exception)
        if sentence := _sentence(context.original_exception, file):
            context.chained_exception = sentence
            raise sentence from None

    return engine


def run(connection: sa.Connection, statement: str, values: Sequence[Any] = ()) -> Any:
    """Run one statement on the driver itself, within the transaction of ``connection``.

    Returns the driver's cursor, of which only ``rowcount`` is to be asked: rows are read by
    ``rows_of`` and ``row_of``, or an unreadable page is told in the driver's own words. The errors
    are those of ``connection.execute``, whose own work would take ten times as long as such a
    statement, and a save makes a dozen of them.
    """
    try:
        driver: Any = connection.connection.driver_connection
        return driver.execute(statement, values)
    except sqlcipher.Error as error:
        raise _raised(connection, statement, error) from None


def rows_of(connection: sa.Connection, statement: str, values: Sequence[Any] = ()) -> Iterator[Any]:
    """Yield what ``run`` reads: a page that cannot be read is told in its sentence here as well."""
    cursor = run(connection, statement, values)
    try:
        yield from cursor
    except sqlcipher.Error as error:
        raise _raised(connection, statement, error) from None


@contextmanager
def driver_of(connection: sa.Connection) -> Iterator[Any]:
    """Lend the driver's own connection, in the same transaction; its errors leave in their sentences."""
    try:
        yield connection.connection.driver_connection
    except sqlcipher.Error as error:
        raise _raised(connection, "", error) from None


def row_of(connection: sa.Connection, statement: str, values: Sequence[Any] = ()) -> Any:
    """Return the first row of what ``rows_of`` reads, or ``None``."""
    return next(rows_of(connection, statement, values), None)


def run_many(connection: sa.Connection, statement: str, rows: Sequence[Sequence[Any]]) -> int:
    """``run`` for many rows; returns how many rows of the table were written."""
    try:
        driver: Any = connection.connection.driver_connection
        cursor = driver.executemany(statement, rows)
    except sqlcipher.Error as error:
        raise _raised(connection, statement, error) from None
    return int(cursor.rowcount)


def _cache_of(file: Path) -> str:
    """Return what sets the page cache for everyday work on ``file``.

    The indexes that lists and searches read are a twelfth of it. Where they do not fit, every page
    is decrypted again and again, ten times as long; beyond a large office they may do so.
    """
    wanted = file.stat().st_size // 12 // 1024
    return f"PRAGMA cache_size = -{min(max(_CACHE_KIB, wanted), _LARGE_CACHE_KIB)}"


def large_cache(connection: sa.Connection) -> None:
    """Let ``connection`` keep many pages in memory, until ``usual_cache``."""
    run(connection, f"PRAGMA cache_size = -{_BULK_CACHE_KIB}")


def usual_cache(connection: sa.Connection) -> None:
    """End ``large_cache`` and give its memory back."""
    run(connection, _cache_of(connection.info[_FILE]))
    run(connection, "PRAGMA shrink_memory")


def _spoil(connection: sa.Connection, error: BaseException) -> None:
    """After one page that could not be read SQLCipher refuses everything on that connection, also when
    the disk has recovered: nobody is to get it again."""
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int) and code & 0xFF in _SPOILING and not connection.closed:
        connection.info[_SPOILT] = True


def _raised(connection: sa.Connection, statement: str, error: Any) -> BaseException:
    _spoil(connection, error)
    if sentence := _sentence(error, connection.info[_FILE]):
        return sentence
    raised: BaseException = sa.exc.DBAPIError.instance(
        statement, None, error, sqlcipher.Error, hide_parameters=True
    )
    return raised


def _sentence(error: BaseException, file: Path) -> UserError | None:
    sentence = translated(error, file)
    if isinstance(sentence, DiskFull):
        give_back_reserve(file.parent)
    return sentence


def give_back_reserve(folder: Path) -> None:
    """Free the space kept for a full disk, so that saving and leaving still work."""
    with suppress(OSError):
        (folder / RESERVE).unlink(missing_ok=True)


def translated(error: BaseException, file: Path) -> UserError | None:
    """Return the sentence for an error of the database library; ``None`` for a bug of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return None
    match code & 0xFF:
        case 13:
            return DiskFull(
                "磁盘空间不足，这次改动没有保存；此前已保存的内容没有丢失。"
                "已腾出一点预留空间，请马上再保存一次，然后清理磁盘。"
            )
        case 26:
            return DamagedDatabase(
                f"“{file}”不是本单位的数据文件，或文件开头已经损坏，或密钥与它不配套。"
                "原文件没有改动，请从最近的备份恢复。"
            )
        case 11:
            return DamagedDatabase(
                f"数据文件“{file}”有损坏，已停止读写，原文件没有改动。请从最近的备份恢复。"
            )
        case 10:
            return NotWritable(
                f"读写“{file}”时磁盘出错，这次改动没有保存。请检查磁盘空间与磁盘状况后再试。"
            )
        case 8 | 14:
            return NotWritable(f"数据文件“{file}”不能写入。请检查文件夹的读写权限后再试。")
        case 5 | 6:
            return StoreBusy("数据正在被另一项工作占用，这次改动没有保存，请稍候再试。")
    return None
