"""What every headless command shares: its shape, sign-in without a prompt, progress, sentences."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn
from unicodedata import category

from app.domain.partial_date import UnreadableDate, read_date
from app.domain.rights import Right
from app.services.entrance import Entrance
from app.services.ports import UserError
from app.services.use_cases import UseCases

PASSWORD_FILE = "HUIFANG_PASSWORD_FILE"
DATA = "HUIFANG_DATA"


class Usage(UserError):
    """The words of the command line are off."""

    exit_code = 2
    number = 201


class NoPassword(UserError):
    """A command that needs the records was given no password file."""

    exit_code = 3
    number = 303


class NotAgreed(UserError):
    """An act takes two, and no second person signed for it."""

    number = 102


class NotWritten(UserError):
    """A result could not be put where it was to go."""

    exit_code = 6
    number = 603


def nothing(_parser: argparse.ArgumentParser) -> None:
    """Add no arguments."""


@dataclass(frozen=True, slots=True)
class Command:
    """One headless command: ``run`` prints its result and raises ``UserError`` when it cannot."""

    name: str
    title: str
    run: Callable[[argparse.Namespace, Entrance], None]
    add_arguments: Callable[[argparse.ArgumentParser], None] = nothing


class _ChineseHelp(argparse.HelpFormatter):
    def add_usage(
        self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class ChineseParser(argparse.ArgumentParser):
    """Explains itself in Chinese, and says in one sentence what is wrong with a command line."""

    def __init__(self, **given: Any) -> None:
        super().__init__(formatter_class=_ChineseHelp, add_help=False, **given)
        self._positionals.title, self._optionals.title = "内容", "选项"
        self.add_argument("-h", "--help", action="help", help="显示这份说明")

    def error(self, message: str) -> NoReturn:
        """Raise ``Usage`` with argparse's message in Chinese."""
        said = message
        for english, chinese in _IN_CHINESE:
            if found := english.fullmatch(message):
                said = found.expand(chinese)
                break
        raise Usage(f"命令的写法不对：{said}。请用 {self.prog} --help 查看写法")


_IN_CHINESE = tuple(
    (re.compile(english, re.DOTALL), chinese)
    for english, chinese in (
        (r"the following arguments are required: (.*)", r"缺少 \1"),
        (r"unrecognized arguments: (\S+).*", r"不认识“\1”"),
        (r"argument 命令: invalid choice: '(.*?)' \(choose from .*", r"没有“\1”这个命令"),
        (r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)", r"\1 不能是 \2，只能是 \3"),
        (r"argument (.*?): expected one argument", r"\1 后面缺少内容"),
        (r"argument (.*?): invalid int value: (.*)", r"\1 要写整数，不能是 \2"),
        (r"argument (.*?): ignored explicit argument (.*)", r"\1 后面不带内容，多了 \2"),
        (r"argument (.*?): not allowed with argument (.*)", r"\1 不能与 \2 一起用"),
    )
)


def refuse_odd_words(words: Sequence[str]) -> None:
    """Raise ``Usage`` for an empty word, or one with line breaks or other control characters.

    ``--data "$FOLDER"`` with an empty variable would mean another folder than was meant.
    """
    for place, word in enumerate(words):
        before = f"“{words[place - 1]}”后面" if place else "命令"
        if not word.strip() or (word.startswith("--") and word.endswith("=")):
            raise Usage(f"命令的写法不对：{before}是空的，请检查脚本里的变量是否有值")
        if any(category(one) == "Cc" for one in word):
            raise Usage(f"命令的写法不对：{before}有换行或其他不可见的控制字符，请去掉")


def data_folder(arguments: argparse.Namespace, entrance: Entrance) -> Path:
    """Return the data folder meant: ``--data``, else ``HUIFANG_DATA``, else the default.

    Somebody at a terminal names a folder from where he stands.
    """
    named = arguments.data or os.environ.get(DATA)
    folder = Path(named).resolve() if named else entrance.default_folder
    if folder.is_file():
        raise Usage(f"“{folder}”是文件，不是数据文件夹，请核对 --data")
    return folder


def output_place(
    named: str, arguments: argparse.Namespace, entrance: Entrance, ending: str = ""
) -> Path:
    """Return where a result is to be written. Raises ``Usage`` for a place among the records.

    Otherwise ``export-ledger <data>/office.db`` would put a spreadsheet in the place of the records.
    With ``ending`` it is a file of that kind in a folder that exists, or ``NotWritten`` says why not.
    """
    place, folder = Path(named), data_folder(arguments, entrance).resolve()
    if folder in (place.resolve(), *place.resolve().parents):
        raise Usage(f"“{named}”在数据文件夹里，那里只放程序自己的文件，请另选位置")
    if place.exists() and not (place.is_file() or place.is_dir()):
        raise Usage(f"“{named}”不是普通文件，不能写到那里，请另选位置")
    if not ending:
        return place
    if place.is_dir():
        raise NotWritten(f"“{named}”写不进去（那里是文件夹，不是文件），请写明文件名")
    if place.suffix.casefold() != ending:
        raise Usage(f"“{named}”的扩展名应为 {ending}，请改文件名")
    if not place.absolute().parent.is_dir():
        raise NotWritten(f"“{named}”写不进去（文件夹或文件不存在），请检查位置")
    return place


def has_password(arguments: argparse.Namespace) -> bool:
    """Return whether a password file was named."""
    return bool(arguments.password_file or os.environ.get(PASSWORD_FILE))


def read_password(arguments: argparse.Namespace) -> str:
    """Return the first line of the password file. Raises ``NoPassword``."""
    named = arguments.password_file or os.environ.get(PASSWORD_FILE)
    if not named:
        raise NoPassword(f"请用 --password-file 指明口令文件（或设置环境变量 {PASSWORD_FILE}）")
    return _password_in(named)


def add_second(parser: argparse.ArgumentParser) -> None:
    """Add what a second person signs with: never a password on the command line."""
    parser.add_argument("--second", metavar="姓名", help="第二人：须两人办理的事由谁确认")
    parser.add_argument("--second-password-file", metavar="文件", help="第二人的口令文件")


def second_of(arguments: argparse.Namespace, who: Sequence[str], act: str) -> tuple[str, str]:
    """Return name and password of the second person; two empty texts where nobody could be one.

    Raises ``NotAgreed`` naming who could, when none is given.
    """
    if not who:
        return "", ""
    name, file = arguments.second, arguments.second_password_file
    if not name or not file:
        raise NotAgreed(
            f"“{act}”须由第二人确认，没有执行。请第二人（{'、'.join(who)}）在场，"
            "并加 --second 姓名 --second-password-file 文件"
        )
    if name not in who:
        raise NotAgreed(f"“{name}”不能作第二人确认，可以确认的有：{'、'.join(who)}")
    return name, _password_in(file)


def agree(arguments: argparse.Namespace, use_cases: UseCases, right: Right) -> None:
    """Let the second person sign for the next act that needs ``right``."""
    name, password = second_of(arguments, use_cases.accounts.seconds(right), right)
    if name:
        use_cases.accounts.confirm(right, name, password)


def _password_in(named: str) -> str:
    try:
        lines = Path(named).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise NoPassword(f"口令文件“{named}”读不出来，请检查路径和编码（UTF-8）") from error
    if not lines or not lines[0]:
        raise NoPassword(f"口令文件“{named}”是空的，第一行应为口令")
    return lines[0]


@contextmanager
def signed_in(arguments: argparse.Namespace, entrance: Entrance) -> Iterator[UseCases]:
    """Sign in as ``--account``, or as the only account, and close the records afterwards."""
    folder = data_folder(arguments, entrance)
    password = read_password(arguments)
    names = entrance.accounts(folder)
    account = arguments.account
    if account is None:
        if len(names) != 1:
            raise Usage(f"数据文件夹“{folder}”里有{len(names)}个账户，请用 --account 指明用哪一个")
        account = names[0]
    use_cases = entrance.sign_in(folder, account, password)
    try:
        yield use_cases
    finally:
        use_cases.close()


def show_progress(done: int, total: int, note: str) -> None:
    """Show one line that rewrites itself, on a terminal only."""
    if not sys.stderr.isatty():
        return
    share = f"{done}/{total}" if total else str(done)
    ending = "\n" if total and done >= total else ""
    sys.stderr.write(f"\r{note} {share}\033[K{ending}")
    sys.stderr.flush()


def read_day(text: str, option: str) -> date:
    """Return the day that an option names. Raises ``Usage``."""
    try:
        found = read_date(text)
    except UnreadableDate as wrong:
        raise Usage(f"{option}：{wrong}") from None
    if found is None or found.exact is None:
        raise Usage(f"{option} 要写到日，如 2026-06-30")
    return found.exact


def add_as_of(parser: argparse.ArgumentParser) -> None:
    """Add ``--as-of DATE``."""
    parser.add_argument("--as-of", metavar="日期", help="按哪一天计算，默认今天，如 2026-06-30")


def as_of(arguments: argparse.Namespace) -> date | None:
    """Return the day of ``--as-of``, or ``None`` for today."""
    return read_day(arguments.as_of, "--as-of") if arguments.as_of else None
