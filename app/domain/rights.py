"""Who may do what: rights, roles, the two arrangements of roles, and which act needs which right.

One table for the services, the menus, the tests and the page that the office reads. In a local file
these are rules, not cryptography: whoever can sign in holds the key of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Right(StrEnum):
    """What somebody may do, in the words of the page 账户与权限."""

    OWN = "本人登录、锁定和修改口令"
    READ = "查看业务记录"
    BUSINESS = "办理业务"
    PRINT = "打印和导出单件"
    BULK_EXPORT = "批量导出"
    IMPORT = "导入台账"
    PURGE = "删除记录和撤销导入"
    BACKUP = "备份"
    RESTORE = "恢复备份"
    SETTINGS = "修改设置"
    ACCOUNTS = "新增和停用账户"
    ROLES = "调整角色"
    RESET = "重设口令和换发恢复码"
    AUDIT = "查看审计日志"
    AUDIT_EXPORT = "导出和打印审计日志"
    WITNESS = "为他人的操作作第二人确认"


SMALL = "小型办公室"
THREE = "三员分立"
PRESETS = (SMALL, THREE)

ADMINISTRATOR = "管理员"
CLERK = "经办人"
READER = "查阅人"
SYSTEM_OFFICER = "系统管理员"
SECRECY_OFFICER = "安全保密员"
AUDITOR = "审计员"

_WORK = frozenset(
    (
        Right.READ,
        Right.BUSINESS,
        Right.PRINT,
        Right.BULK_EXPORT,
        Right.IMPORT,
        Right.PURGE,
        Right.WITNESS,
    )
)
_EVERYBODY = frozenset((Right.OWN, Right.BACKUP))

ROLES: dict[str, dict[str, frozenset[Right]]] = {
    SMALL: {
        ADMINISTRATOR: frozenset(Right),
        CLERK: _EVERYBODY | _WORK | {Right.RESTORE},
        READER: _EVERYBODY | {Right.READ},
    },
    THREE: {
        SYSTEM_OFFICER: _EVERYBODY | {Right.ACCOUNTS, Right.SETTINGS, Right.RESTORE, Right.WITNESS},
        SECRECY_OFFICER: _EVERYBODY | {Right.ROLES, Right.RESET, Right.AUDIT, Right.WITNESS},
        AUDITOR: _EVERYBODY | {Right.AUDIT, Right.AUDIT_EXPORT, Right.WITNESS},
        CLERK: _EVERYBODY | _WORK,
        READER: _EVERYBODY | {Right.READ},
    },
}
"""Rights of every role of a preset. 三员: none of the three officers sees or does business."""

RESCUED_RIGHTS = frozenset(
    (
        Right.OWN,
        Right.READ,
        Right.PRINT,
        Right.BULK_EXPORT,
        Right.AUDIT,
        Right.AUDIT_EXPORT,
        Right.WITNESS,
    )
)
"""What is left of every role in records that were rescued: to look, to print, to take out."""

NEEDED_ROLES: dict[str, tuple[str, ...]] = {
    SMALL: (ADMINISTRATOR,),
    THREE: (SYSTEM_OFFICER, SECRECY_OFFICER, AUDITOR),
}
"""Roles that somebody must hold at any time."""

FOUR_EYES = frozenset((Right.RESTORE, Right.PURGE, Right.BULK_EXPORT, Right.ROLES))
"""What a second person confirms by signing for it, as soon as the office has a second one."""

_ACTS: dict[str, Right] = {
    # whole names first; the longest beginning that fits decides
    "登录": Right.OWN,
    "凭恢复码登录": Right.OWN,
    "凭恢复码重设口令": Right.OWN,
    "更换口令": Right.OWN,
    "锁定": Right.OWN,
    "解锁": Right.OWN,
    "退出": Right.OWN,
    "拒绝": Right.OWN,
    "时钟": Right.OWN,
    "查看": Right.READ,
    "清除": Right.OWN,  # what the program tidies up by itself at a start
    "修复": Right.OWN,
    "核验": Right.OWN,
    "建立数据": Right.ACCOUNTS,
    "升级": Right.OWN,
    "新增账户": Right.ACCOUNTS,
    "停用账户": Right.ACCOUNTS,
    "调整角色": Right.ROLES,
    "更换权限方案": Right.ROLES,
    "更换密钥": Right.ACCOUNTS,
    "重设口令": Right.RESET,
    "更换恢复码": Right.RESET,
    "查看审计": Right.AUDIT,
    "导出审计": Right.AUDIT_EXPORT,
    "打印审计": Right.AUDIT_EXPORT,
    "修改设置": Right.SETTINGS,
    "备份": Right.BACKUP,
    "清理旧备份": Right.BACKUP,
    "恢复演练": Right.BACKUP,
    "恢复备份": Right.RESTORE,
    "撤回恢复": Right.RESTORE,
    "导入": Right.IMPORT,
    "撤销导入": Right.PURGE,
    "删除人员": Right.PURGE,
    "导出台账": Right.BULK_EXPORT,
    "打印台账": Right.BULK_EXPORT,
    "导出多人一档": Right.BULK_EXPORT,
    "打印多人一档": Right.BULK_EXPORT,
    "打印": Right.PRINT,
    "导出": Right.PRINT,
    # verbs of the daily work
    **dict.fromkeys(
        (
            "新增", "新建", "建立", "修改", "更正", "保存", "删除", "放弃", "登记", "附", "记录",
            "开始", "完成", "回访", "答复", "告知", "重新", "例外", "拟", "签批", "撤回", "撤销批量",
            "批量修改", "合并", "反馈", "结果", "归档", "取回", "恢复", "作废", "移送", "送达", "收到",
            "填写", "确定", "确认", "办理", "终止", "移除", "撤销",
            "提醒", "暂缓", "搁置", "方案", "编文号", "文号", "生成演示数据",
        ),
        Right.BUSINESS,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in (账户), as the page shows them."""

    name: str
    role: str
    active: bool
    last_sign_in: object = None  # datetime
    one_time_until: object = None  # datetime: signed up with a one-time password not yet changed
    rights: frozenset[Right] = frozenset()


def rights_of(preset: str, role: str) -> frozenset[Right]:
    """Return what a role may do; a role unknown to the preset may only sign in."""
    return ROLES.get(preset, {}).get(role, frozenset((Right.OWN,)))


def is_listed(act: str) -> bool:
    """Return whether the table above says which right ``act`` needs."""
    return any(act.startswith(beginning) for beginning in _ACTS)


def right_for(act: str) -> Right:
    """Return the right that an act of the log needs; what is not listed is daily work."""
    fitting = [beginning for beginning in _ACTS if act.startswith(beginning)]
    return _ACTS[max(fitting, key=len)] if fitting else Right.BUSINESS


def roles_missing(preset: str, roles: list[str]) -> list[str]:
    """Return the roles of ``preset`` that nobody in ``roles`` (of active accounts) holds."""
    return [role for role in NEEDED_ROLES[preset] if role not in roles]
