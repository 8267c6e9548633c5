"""What can go wrong with the files, each as a sentence with a way out, and its exit code.

Exit codes: 2 unsuitable folder or file name, 3 sign-in refused, 4 damaged or foreign file,
5 written by a newer version, 6 no space or no right to write, 7 in use elsewhere.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.services.ports import UserError
from app.services.system_errors import why


class UnsuitableFolder(UserError):
    """The records may not live there, or something is there already."""

    exit_code = 2
    number = 202


class NoOffice(UserError):
    """The folder holds no records."""

    exit_code = 2
    number = 203


class SignInRefused(UserError):
    """Name, password or recovery code do not fit; or too many tries."""

    exit_code = 3
    number = 301


class RefusedPassword(UserError):
    """The new password is too easy to guess."""

    exit_code = 3
    number = 302


class DamagedDatabase(UserError):
    """The records' file or its keys cannot be read as they were written."""

    exit_code = 4
    number = 401
    damaged = True


class DamagedAttachment(UserError):
    """The file of an attachment is gone, or not what was written."""

    exit_code = 4
    number = 402


class BadContainer(UserError):
    """The backup is damaged, cut short, or no backup at all."""

    exit_code = 4
    number = 403


class ForeignContainer(UserError):
    """The backup belongs to another office, or no key here opens it."""

    exit_code = 4
    number = 404


class NewerDatabase(UserError):
    """A later version of the program wrote the file."""

    exit_code = 5
    number = 501


class UnsafeVersions(UserError):
    """This program was put together with parts that lose data or crash."""

    exit_code = 5
    number = 502


class DiskFull(UserError):
    """No space left. Nothing that was kept before is lost."""

    exit_code = 6
    number = 601


class NotWritable(UserError):
    """The folder or file may not be written."""

    exit_code = 6
    number = 602


class StoreBusy(UserError):
    """Another part of the program, or another program, is writing."""

    exit_code = 7
    number = 701


class SingleInstance(UserError):
    """Somebody has the records open already."""

    exit_code = 7
    number = 702


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def file_errors(path: Path, act: str) -> Iterator[None]:
    """Turn what the system says about ``path`` into a sentence; ``act`` is a Chinese verb."""
    try:
        yield
    except OSError as error:
        raise os_error(error, path, act) from error


def os_error(error: OSError, path: Path, act: str) -> UserError:
    """Return ``error`` as a sentence for the user."""
    if error.errno in _FULL:
        return DiskFull(
            f"磁盘空间不足，未能{act}“{path}”。已保存的内容没有丢失，请清理磁盘后再试一次。"
        )
    if error.errno in _FORBIDDEN:
        return NotWritable(f"没有权限{act}“{path}”。请换一个文件夹，或请管理员开放读写权限后再试。")
    if isinstance(error, FileNotFoundError):
        return NoOffice(f"找不到“{path}”，未能{act}。请核对位置，移动硬盘或U盘是否已接好。")
    return NotWritable(f"未能{act}“{path}”（{why(error)}）。请检查磁盘后再试。")
