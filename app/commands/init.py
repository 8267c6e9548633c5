"""``init``: a new encrypted data folder, its first account and the recovery sheet."""

from __future__ import annotations

import argparse

from app.commands.terminal import Command, Usage, data_folder, output_place, read_password
from app.services.entrance import Entrance
from app.services.outside import write_verified


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--admin", required=True, metavar="姓名", help="第一个账户的姓名")
    parser.add_argument("--recovery-out", metavar="文件", help="恢复码写到哪里，默认显示在屏幕上")


def _run(arguments: argparse.Namespace, entrance: Entrance) -> None:
    folder = data_folder(arguments, entrance)
    sheet = (
        output_place(arguments.recovery_out, arguments, entrance)
        if arguments.recovery_out
        else None
    )
    if sheet is not None and (sheet.exists() or not sheet.absolute().parent.is_dir()):
        raise Usage(f"恢复码不能写到“{sheet}”：文件已经存在，或所在文件夹不存在，请换一个位置")
    code = entrance.create_office(folder, arguments.admin, read_password(arguments))
    print(f"已在“{folder}”新建加密的数据文件夹，账户：{arguments.admin}")
    if sheet is None:
        print(f"恢复码（只显示这一次，请抄写后离线保管）：\n{code}")
    else:
        words = f"回访关爱 恢复码\n{code}\n请打印后离线保管，并删除本文件。\n"
        try:
            write_verified(sheet, words.encode())
        except OSError:  # the office stands, and this code is shown nowhere else
            print(f"恢复码写不到“{sheet}”，请抄写后离线保管：\n{code}")
            return
        print(f"恢复码已写到“{sheet}”，请打印后离线保管，并删除该文件")


COMMAND = Command("init", "新建加密的数据文件夹和第一个账户", _run, _add_arguments)
