"""``backup``, ``verify`` and ``restore``: see ``app.storage.backup`` for what they promise."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.commands.terminal import (
    Command,
    Usage,
    add_second,
    data_folder,
    read_password,
    second_of,
    show_progress,
    signed_in,
)
from app.domain.rights import Right
from app.services.entrance import Entrance
from app.services.permission import Consent
from app.services.ports import UserError
from app.services.use_cases import BackupInfo


class Incomplete(UserError):
    """A backup whose records are sound, but not all of its attachments are there."""

    exit_code = 4
    number = 405


def _folder_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="文件夹", help="备份放到哪里")
    parser.add_argument(
        "--carry", action="store_true", help="附件也装进同一个文件，便于带走（文件较大）"
    )


def _file_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="备份文件")


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    _file_argument(parser)
    parser.add_argument("--yes", action="store_true", help="不再询问，直接覆盖并恢复")
    parser.add_argument("--reason", metavar="理由", help="为什么恢复，记入审计日志")
    add_second(parser)


def _describe(info: BackupInfo) -> str:
    people = info.counts.get("subject", 0)
    papers = f"，附件 {info.attachments} 件" if info.attachments else ""
    return (
        f"{info.made_at:%Y-%m-%d %H:%M} 的备份，共 {people} 人{papers}，"
        f"审计记录 {info.audit_sequence} 条"
    )


def _absent(info: BackupInfo) -> str:
    return (
        f"有 {info.absent} 件附件找不到或已损坏。备份所在文件夹里的“attachments”文件夹须与备份文件"
        "放在一起；也可另找一份备份核对。"
    )


def _back_up(arguments: argparse.Namespace, entrance: Entrance) -> None:
    with signed_in(arguments, entrance) as use_cases:
        info = use_cases.back_up(Path(arguments.folder), show_progress, carry=arguments.carry)
    print(f"已备份并核验：“{info.file}”，{_describe(info)}")
    if info.absent:
        raise Incomplete(f"记录已备份，但数据里{_absent(info)}")


def _check(arguments: argparse.Namespace, entrance: Entrance) -> BackupInfo:
    folder = data_folder(arguments, entrance)
    here = folder if entrance.has_office(folder) else None
    secret = read_password(arguments)
    return entrance.verify_backup(Path(arguments.file), here, secret, show_progress)


def _verify(arguments: argparse.Namespace, entrance: Entrance) -> None:
    info = _check(arguments, entrance)
    if info.absent:
        raise Incomplete(f"记录完好（{_describe(info)}），但{_absent(info)}")
    print(f"完好：{_describe(info)}")


def _restore(arguments: argparse.Namespace, entrance: Entrance) -> None:
    info = _check(arguments, entrance)
    folder = data_folder(arguments, entrance)
    if not arguments.yes and entrance.has_office(folder):
        if not sys.stdin.isatty():
            raise Usage("恢复会覆盖现有数据，请加 --yes 表示同意")
        print(f"将用{_describe(info)}覆盖“{folder}”里现有的数据。")
        if input("输入“覆盖并恢复”继续：").strip() != "覆盖并恢复":
            raise Usage("没有恢复，数据未动")
    secret = read_password(arguments)
    reason = (arguments.reason or "").strip() or "命令行恢复"
    second = second_of(arguments, entrance.restore_seconds(folder, secret), Right.RESTORE)
    consent = Consent(reason, *second)
    former = entrance.restore(Path(arguments.file), folder, secret, show_progress, consent=consent)
    print(f"已恢复到“{folder}”：{_describe(info)}")
    if info.absent:
        print(f"注意：{_absent(info)}", file=sys.stderr)
    if former is not None:
        print(f"恢复前的数据保存在“{former}”")


BACKUP = Command("backup", "备份到文件夹，并当场核验", _back_up, _folder_argument)
VERIFY = Command("verify", "核验一个备份文件", _verify, _file_argument)
RESTORE = Command("restore", "从备份恢复", _restore, _restore_arguments)
