"""``huifang`` opens the window; ``huifang COMMAND`` runs one headless command."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the window or a command; return the exit code.

    A command ends with 0, or with one Chinese sentence on stderr and the code of its ``UserError``.
    """
    words = _command_first(list(sys.argv[1:] if arguments is None else arguments))
    from app import __version__, bootstrap

    bootstrap.start_log()
    if words and not words[0].startswith("-"):
        return _run_command(words)
    if words and words[0] in ("-h", "--help", "--version"):
        _use_utf8()
        try:
            shown = (
                f"回访关爱 {__version__}" if words[0] == "--version" else _parser().format_help()
            )
            print(shown, flush=True)
        except BrokenPipeError:
            _stop_writing()
        return 0
    if stray := _stray(words):
        _use_utf8()
        print(f"命令的写法不对：不认识“{stray}”，请用 --help 查看写法（HF-0201）", file=sys.stderr)
        return 2
    import gc

    gc.disable()  # until everything is loaded: nothing of it is garbage
    from app.ui.application import run_window

    return run_window(bootstrap.entrance(), words)


_SHARED = ("--data", "--password-file", "--account")
_OF_QT = ("style", "stylesheet", "platform", "platformtheme", "platformpluginpath", "display",
          "geometry", "qwindowgeometry", "qwindowtitle", "qwindowicon", "plugin", "session")  # fmt: skip
"""Words of the window itself that a start script may carry; each is followed by its value."""


def _command_first(words: list[str]) -> list[str]:
    """Return the words with the command before the options that every command takes."""
    place = 0
    while place < len(words) and words[place].startswith("-"):
        name, equals, _value = words[place].partition("=")
        if name not in _SHARED:
            return words
        place += 1 if equals else 2
    return [*words[place:], *words[:place]]


def _stray(words: Sequence[str]) -> str:
    """Return the first word that neither the window nor Qt understands: no window opens for it."""
    place = 0
    while place < len(words):
        name, equals, _value = words[place].partition("=")
        known = name == "--data" or name.lstrip("-") in _OF_QT
        if not known or not name.startswith("-") or (not equals and place + 1 == len(words)):
            return words[place]
        place += 1 if equals else 2
    return ""


def _use_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _stop_writing() -> None:
    """Whoever read the output has read enough (| head): nothing is wrong, and nothing to be said."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser() -> argparse.ArgumentParser:
    from app.commands import ALL
    from app.commands.terminal import ChineseParser

    parser = ChineseParser(prog="huifang", description="不带命令时打开窗口。")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)
    for command in ALL:
        sub = commands.add_parser(
            command.name,
            help=command.title,
            description=command.title,
            allow_abbrev=False,  # --password is not --password-file
        )
        sub.add_argument("--data", metavar="文件夹", help="数据文件夹，默认在本用户的应用数据里")
        sub.add_argument("--password-file", metavar="文件", help="口令文件，第一行为口令")
        sub.add_argument("--account", metavar="姓名", help="用哪个账户，只有一个时不必写")
        command.add_arguments(sub)
        sub.set_defaults(run=command.run)
    return parser


def _run_command(words: list[str]) -> int:
    from app import bootstrap
    from app.commands.terminal import refuse_odd_words
    from app.services.ports import UNFORESEEN, UserError, number_of

    _use_utf8()
    try:
        refuse_odd_words(words)
        parsed = _parser().parse_args(words)
        parsed.run(parsed, bootstrap.entrance())
    except UserError as error:
        print(f"{error}（{number_of(error)}）", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("已中断，没有完成的部分未保存", file=sys.stderr)
        return 9
    except BrokenPipeError:
        _stop_writing()
    except OSError as error:
        from app.services.system_errors import why

        named = str(error.filename or "")
        place = f"“{named if len(named) <= 200 else named[:200] + '…'}”" if named else ""
        print(f"读写{place}失败（{why(error)}），请检查位置、权限和磁盘空间", file=sys.stderr)
        return 6
    except Exception as error:
        logging.getLogger("app").error("HF-%s", UNFORESEEN, exc_info=True)
        print(_unexpected(error), file=sys.stderr)
        return 70
    return 0


def _unexpected(error: Exception) -> str:
    """Return one sentence for an error nobody foresaw: where it happened, no data."""
    import traceback

    from app.services.ports import UNFORESEEN

    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{last.filename.replace(chr(92), '/').rsplit('/app/', 1)[-1]}:{last.lineno}"
    kind = type(error).__name__
    return f"程序内部出错（HF-{UNFORESEEN}，{kind}，{place}），没有完成的部分未保存，请把这句话告诉维护人员"


if __name__ == "__main__":
    import multiprocessing

    multiprocessing.freeze_support()  # in the bundle, the child that reads a workbook starts here
    sys.exit(main())
