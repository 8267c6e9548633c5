"""``demo``: practice data, marked 演示, in a folder of its own."""

from __future__ import annotations

import argparse

from app.commands.terminal import (
    Command,
    Usage,
    data_folder,
    has_password,
    read_password,
    show_progress,
)
from app.services.entrance import Entrance

MOST_PEOPLE = 1_000_000


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=60, metavar="人数", help="默认 60 人")
    parser.add_argument("--seed", type=int, default=1, metavar="数", help="同一个数得到同样的人")


def _run(arguments: argparse.Namespace, entrance: Entrance) -> None:
    if not 1 <= arguments.people <= MOST_PEOPLE:
        raise Usage(f"--people 应在 1 至 {MOST_PEOPLE} 之间")
    folder = entrance.practice_folder
    if arguments.data:
        folder = data_folder(arguments, entrance)
    chosen = has_password(arguments)
    account, password = entrance.make_practice(
        folder,
        arguments.people,
        arguments.seed,
        read_password(arguments) if chosen else "",
        show_progress,
    )
    print(f"已在“{folder}”生成 {arguments.people} 名虚构人员（演示数据）")
    print(f"账户：{account}")
    if not chosen:
        print(f"口令：{password}")


COMMAND = Command("demo", "生成练习用的演示数据", _run, _add_arguments)
