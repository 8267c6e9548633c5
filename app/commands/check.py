"""``check`` and ``verify-audit``: does everything stand as it should?"""

from __future__ import annotations

import argparse

from app.commands.terminal import Command, signed_in
from app.services.entrance import Entrance
from app.services.ports import UserError


class NotWell(UserError):
    """The self-check found something."""

    exit_code = 10
    number = 1001


def _check(arguments: argparse.Namespace, entrance: Entrance) -> None:
    with signed_in(arguments, entrance) as use_cases:
        lines = use_cases.check()
    for line in lines:
        print(f"{'正常' if line.well else '注意'}  {line.title}：{line.finding}")
    bad = [line.title for line in lines if not line.well]
    if bad:
        raise NotWell(f"自检发现 {len(bad)} 处需要处理：{'、'.join(bad)}")


def _anchor_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--anchor", default="", metavar="文字", help="纸面页脚上的审计锚，如 “#18342 · K7QF-9D2M”"
    )


def _verify_audit(arguments: argparse.Namespace, entrance: Entrance) -> None:
    with signed_in(arguments, entrance) as use_cases:
        print(use_cases.verify_audit(arguments.anchor))


CHECK = Command("check", "自检：版本、字体、磁盘、数据库、审计记录、备份", _check)
VERIFY_AUDIT = Command("verify-audit", "核验审计记录", _verify_audit, _anchor_argument)
