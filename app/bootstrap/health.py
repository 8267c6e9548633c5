"""The self-check: does everything that the office relies on stand as it should?"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from app.bootstrap.log_file import LOG_FILE, failures_in, log_folder
from app.documents.fonts import SHIPPED, open_face
from app.domain.reminders import DRILL_AFTER_DAYS
from app.services.ports import UserError
from app.services.use_cases import CheckLine
from app.storage import audit
from app.storage.attachments import needed_contents
from app.storage.backup_life import last_drill
from app.storage.engine import refuse_known_bad_versions
from app.storage.queries import counts, first_backup, last_backup
from app.storage.store import Store

LEAST_FREE = 500 << 20  # bytes on the disk of the records


def check(store: Store, rules_notice: str, resources: Path) -> Sequence[CheckLine]:
    """Look at versions, fonts, rules, disk, database, log and last backup; each is one line."""
    return [
        *_line("版本", _versions),
        *_line("字体", lambda: _fonts(resources / "fonts")),
        CheckLine("规则", not rules_notice, rules_notice or "规则文件齐全，可以使用"),
        *_line("磁盘", lambda: _disk(store)),
        *_line("数据库", lambda: _database(store)),
        *_line("附件", lambda: _attachments(store)),
        *_line("审计记录", lambda: _log(store)),
        *_line("备份", lambda: _backup(store)),
        *_line("恢复演练", lambda: _drill(store)),
        *_line("程序日志", lambda: _program_log(store)),
    ]


def _line(title: str, look: Callable[[], str]) -> Iterator[CheckLine]:
    try:
        yield CheckLine(title, True, look())
    except UserError as error:
        yield CheckLine(title, False, str(error))


def _versions() -> str:
    refuse_known_bad_versions()
    return "没有已知会出错的组件组合"


def _fonts(folder: Path) -> str:
    for name in SHIPPED.values():
        open_face(folder / name)
    return f"随程序的 {len(SHIPPED)} 种字体齐全"


def _disk(store: Store) -> str:
    free = shutil.disk_usage(store.folder).free
    if free < LEAST_FREE:
        raise UserError(f"数据所在磁盘只剩 {free >> 20} MB，请清理")
    return f"数据所在磁盘还有 {free >> 30} GB"


def _database(store: Store) -> str:
    with store.engine.connect() as connection:
        found = [*connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall()]
        found += connection.exec_driver_sql("PRAGMA quick_check").fetchall()
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if dangling or [row for row in found if row[0] != "ok"]:
        raise UserError("数据文件有损坏，请从最近的备份恢复")
    return f"完好，{counts(store.engine).get('subject', 0)} 人"


def _attachments(store: Store) -> str:
    with store.engine.connect() as connection:
        contents = needed_contents(connection)
    bad = sum(not store.pool.is_sound(sha256) for sha256 in contents)
    if bad:
        raise UserError(f"有 {bad} 件附件的文件不见了或已损坏，请从备份恢复，或用原件重新附入")
    return f"{len(contents)} 件全部读过，完好" if contents else "还没有附件"


def _log(store: Store) -> str:
    with store.engine.connect() as connection:
        report = audit.verify_audit(connection, store.audit_key)
    if report.problems:
        raise UserError("；".join(report.problems))
    return f"完好，{report.head.sequence} 条"


def _drill(store: Store) -> str:
    found = last_drill(store)
    if found is None:
        first = first_backup(store.engine)
        if first is None or (store.clock() - first).days <= DRILL_AFTER_DAYS:
            return "还没有做过；打开程序后每周自动做一次（备份写好时已读回核对）"
        raise UserError("备份还没有做过恢复演练，请打开程序，或用“核验备份”")
    when = f"{found.at:%Y-%m-%d %H:%M}"
    if not found.passed:
        raise UserError(f"{when} 的演练没有通过：{found.finding}")
    if (store.clock() - found.at).days > DRILL_AFTER_DAYS:
        raise UserError(f"上次恢复演练是 {when}，请再做一次")
    return f"{when} 演练通过，{found.finding}"


def _program_log(store: Store) -> str:
    file = log_folder() / LOG_FILE
    if failed := failures_in(file, store.clock().replace(tzinfo=None)):
        raise UserError(
            f"近30天有 {failed} 次意外错误，请把“{file}”交给维护人员（其中没有人员信息）"
        )
    return f"近30天没有意外错误；日志在“{file}”"


def _backup(store: Store) -> str:
    made = last_backup(store.engine)
    if made is None:
        raise UserError("还没有做过备份，请备份到另一块磁盘或移动介质")
    days = (store.clock() - made).days
    if days > 7:
        raise UserError(f"上次备份是 {days} 天前，请备份")
    return f"上次备份并核验于 {made:%Y-%m-%d %H:%M}"
