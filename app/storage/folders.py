"""Where live records may lie, and who has them open."""

from __future__ import annotations

import contextlib
import getpass
import os
import platform
import re
import shutil
import sys
from datetime import datetime
from pathlib import Path
from typing import IO

from app.services.system_errors import why
from app.storage.errors import DiskFull, SingleInstance, UnsuitableFolder, file_errors

LOCK = "office.lock"
_SPARE_BYTES = 16 << 20

_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "fuse.sshfs", "afs", "9p", "ncpfs",
     "davfs", "fuse.davfs2", "glusterfs", "fuse.glusterfs", "ceph", "ocfs2", "fuse.rclone"}
)  # fmt: skip
_SYNC_FOLDERS = (
    "onedrive", "坚果云", "nutstore", "百度网盘", "百度云", "baidunetdisk", "baidusyncdisk",
    "dropbox", "icloud", "icloud drive", "google drive", "googledrive", "我的坚果云", "wps云盘",
    "wpsdrive", "阿里云盘", "adrive", "腾讯微云", "weiyun", "天翼云盘", "亿方云", "resilio",
    "syncthing", "nextcloud", "owncloud", "seafile", "seadrive", "钉盘", "飞书云",
)  # fmt: skip
_WIN_REMOVABLE, _WIN_REMOTE, _WIN_CDROM = 2, 4, 5


def folder_problem(folder: Path) -> str:
    """Return why live records may not lie in ``folder``, or ``""``; it need not exist yet."""
    if not str(folder).strip() or not folder.is_absolute():
        return "请选择完整的文件夹路径。"
    try:
        if folder.exists() and not folder.is_dir():
            return f"“{folder}”是一个文件，请选择文件夹。"
    except OSError as error:  # a name longer than the system has, a disk that does not answer
        return f"这个位置用不了（{why(error)}）。请选择本机硬盘上名称较短的文件夹。"
    for part in folder.parts:
        name = part.casefold().strip()
        if any(name == one or name.startswith((f"{one} -", f"{one}-")) for one in _SYNC_FOLDERS):
            return (
                f"“{folder}”在同步文件夹“{part}”里，同步程序会损坏正在使用的数据。"
                "请选择本机硬盘上的普通文件夹；备份可以放在那里。"
            )
    there = next(one for one in (folder, *folder.parents) if one.exists())
    if problem := _place_problem(there):
        return problem
    if not _writable(there):
        return f"“{there}”不能写入。请换一个文件夹，或请管理员开放写入权限。"
    return ""


def _place_problem(there: Path) -> str:
    if sys.platform == "win32":
        return _windows_problem(there)
    kind, device = _mount_of(there)
    if kind in _NETWORK:
        return f"“{there}”在网络共享上，多台电脑同时写会损坏数据。请选择本机硬盘上的文件夹。"
    if _is_removable(device):
        return f"“{there}”在U盘或移动硬盘上，拔出时会损坏数据。请选择本机硬盘；备份可以放在那里。"
    return ""


def _windows_problem(there: Path) -> str:
    if sys.platform != "win32":
        return ""
    import ctypes

    root = there.resolve().anchor
    if root.startswith("\\\\"):
        return f"“{there}”在网络共享上，多台电脑同时写会损坏数据。请选择本机硬盘上的文件夹。"
    kind = ctypes.windll.kernel32.GetDriveTypeW(root)
    if kind == _WIN_REMOTE:
        return f"“{there}”在网络共享上，多台电脑同时写会损坏数据。请选择本机硬盘上的文件夹。"
    if kind in (_WIN_REMOVABLE, _WIN_CDROM):
        return f"“{there}”在U盘或光盘上，拔出时会损坏数据。请选择本机硬盘；备份可以放在那里。"
    return ""


def _mount_of(there: Path) -> tuple[str, str]:
    """Return file system and device of the mount that holds ``there`` (Linux)."""
    try:
        lines = Path("/proc/self/mounts").read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return "", ""
    where = str(there.resolve())
    best, found = -1, ("", "")
    for line in lines:
        device, point, kind, *_rest = line.split(" ")
        point = re.sub(r"\\(\d{3})", lambda found: chr(int(found[1], 8)), point)
        inside = where == point or where.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= best:
            best, found = len(point), (kind, device)
    return found


def _is_removable(device: str) -> bool:
    """Whether the disk behind ``device`` can be taken out, as the kernel says."""
    name = Path(device).name
    block = Path("/sys/class/block") / name
    with contextlib.suppress(OSError):
        disk = block.resolve()
        for one in (disk, disk.parent):
            flag = one / "removable"
            if flag.is_file():
                return flag.read_text().strip() == "1" or "/usb" in str(one)
    return False


def _writable(folder: Path) -> bool:
    """Whether a file can be made in ``folder``: asked by doing it, for access bits lie."""
    probe = folder / f".huifang-{os.getpid()}.tmp"
    try:
        with probe.open("xb"):
            pass
    except OSError:
        return False
    with contextlib.suppress(OSError):
        probe.unlink()
    return True


class FolderLock:
    """Held while the records are open; the file says who holds it, for whoever comes second."""

    def __init__(self, folder: Path, who: str) -> None:
        """Take the lock. Raises ``SingleInstance`` naming the holder."""
        self._path = folder / LOCK
        with file_errors(self._path, "写入"):
            self._file: IO[bytes] | None = self._path.open("a+b")
        try:
            _lock(self._file)
        except OSError:
            self._file.seek(0)
            holder = self._file.read().decode("utf-8", "replace").strip("\x00 \n") or "另一个程序"
            self._file.close()
            self._file = None
            raise SingleInstance(
                f"这份数据已经打开着（{holder}）。请先关闭那个窗口，再打开这里。"
            ) from None
        with contextlib.suppress(OSError):  # on a full disk nobody is named; the lock holds
            self._file.seek(0)
            self._file.truncate()
            self._file.write(_holder(who).encode())
            self._file.flush()

    def release(self) -> None:
        """Give the lock back; a second time does nothing."""
        if self._file is not None:
            with contextlib.suppress(OSError):  # what a full disk did not take
                self._file.close()
            self._file = None


def _holder(who: str) -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "?"
    now = datetime.now().strftime("%Y-%m-%d %H:%M")
    return f"{who}，电脑{platform.node() or '?'}，系统用户{user}，进程{os.getpid()}，自{now}"


_LOCK_AT = 1 << 30  # beyond the text: Windows locks are mandatory, the text must stay readable


def _lock(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        file.seek(_LOCK_AT)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def refuse_unsuitable(folder: Path) -> None:
    """Raise ``UnsuitableFolder`` when live records may not lie in ``folder``."""
    if problem := folder_problem(folder):
        raise UnsuitableFolder(problem)


def need_space(folder: Path, size: int) -> None:
    """Raise ``DiskFull`` unless ``size`` bytes fit into ``folder`` with some to spare."""
    with file_errors(folder, "读取"):
        free = shutil.disk_usage(folder).free
    if free < size + _SPARE_BYTES:
        raise DiskFull(
            f"“{folder}”所在磁盘只剩{free >> 20} MB，需要约{(size + _SPARE_BYTES) >> 20} MB。"
            "没有做任何改动，请清理磁盘或换一个位置后再试。"
        )
