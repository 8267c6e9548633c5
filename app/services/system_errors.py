"""What the operating system says when a file cannot be read or written, in Chinese."""

from __future__ import annotations

import errno

_WHY = {
    errno.ENOENT: "文件夹或文件不存在",
    errno.EEXIST: "那里已有同名的文件",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "所在位置只能读取",
    errno.ENOSPC: "磁盘已满",
    errno.EISDIR: "那里是文件夹，不是文件",
    errno.ENOTDIR: "路径中有不是文件夹的部分",
    errno.EIO: "磁盘读写出错",
    errno.EBUSY: "正被别的程序占用",
    errno.ENAMETOOLONG: "名字太长",
    errno.ELOOP: "链接绕成了圈",
    errno.EINVAL: "名字或位置不可用",
    errno.EFBIG: "文件太大",
}


def why(error: OSError) -> str:
    """Return the system's reason as the user understands it."""
    return _WHY.get(error.errno or 0, f"系统错误 {error.errno}")
