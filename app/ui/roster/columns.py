"""What the list of people shows, column by column."""

from __future__ import annotations

import re
from collections.abc import Callable

from app.domain.fields import display
from app.services.ports import RosterRow
from app.ui.table_model import LEFT, RIGHT, Column
from app.ui.theme import VERDICT_TONES, Tone

_DIGITS = re.compile(r"\d{7,}")
_ROOM = re.compile(r"[\d一二三四五六七八九十]+(?:[-－—#号栋幢单元室楼]|\d)*\S*$")


def _days_left(row: RosterRow) -> str:
    if row.days_left is None or row.days_left < 0:
        return ""
    return f"{row.days_left} 天"


def _visited(row: RosterRow) -> str:
    if row.visited_on is not None:
        return row.visited_on.isoformat()
    return "日期不详" if row.visited else ""


def _tone(row: RosterRow) -> Tone | None:
    return VERDICT_TONES.get(row.verdict)


def masked_phone(phone: str) -> str:
    """Return 138****1234 for a mobile and 0534-8***000 for other numbers; words stay."""

    def mask(match: re.Match[str]) -> str:
        digits = match.group()
        head = 3 if len(digits) >= 11 else 1
        tail = 4 if len(digits) >= 11 else 3
        return digits[:head] + "*" * (len(digits) - head - tail) + digits[-tail:]

    return _DIGITS.sub(mask, phone)


def masked_address(address: str) -> str:
    """Return the address up to its first number: 德州市德城区大学西路***."""
    room = _ROOM.search(address)
    if room is None:
        return address[:6] + "***" if len(address) > 6 else address
    return address[: room.start()] + "***"


def roster_columns(mask: Callable[[], bool]) -> tuple[Column[RosterRow], ...]:
    """Return the columns; ``mask`` says whether phones and addresses are hidden in lists."""

    def phone(row: RosterRow) -> str:
        return masked_phone(row.phone) if mask() else row.phone

    def address(row: RosterRow) -> str:
        return masked_address(row.address) if mask() else row.address

    return (
        Column("姓名", lambda row: row.name, key="name", width=74, frozen=True),
        Column("性别", lambda row: row.sex, key="sex", edits="sex", width=56),
        Column(
            "出生年月",
            lambda row: row.born_on,
            key="born_on",
            width=72,
            tip=lambda row: row.born_on or None,
        ),
        Column(
            "工作单位及职务",
            lambda row: row.workplace or row.unit,
            key="workplace",
            edits="workplace",
            width=114,
            tip=lambda row: row.workplace or row.unit,
        ),
        Column(
            "党纪处分",
            lambda row: row.party_kinds,
            key="party_kinds",
            width=88,
            tip=lambda row: _kinds_tip(row.party_kinds, row.party_decided_on),
        ),
        Column(
            "政务处分",
            lambda row: row.admin_kinds,
            key="admin_kinds",
            width=76,
            tip=lambda row: _kinds_tip(row.admin_kinds, row.admin_decided_on),
        ),
        Column(
            "影响期最后一日",
            lambda row: row.last_day.isoformat() if row.last_day else "",
            key="last_day",
            width=114,
            tip=lambda row: display(row.last_day) or None,
        ),
        Column("剩余天数", _days_left, key="days_left", width=74, align=RIGHT),
        Column(
            "对象认定",
            lambda row: row.verdict,
            key="verdict",
            width=102,
            align=LEFT,
            tone=_tone,
            tip=lambda row: row.reason or None,
        ),
        Column("最近回访", _visited, key="visited_on", width=92),
        Column("归档", lambda row: "已归档" if row.filed else "", key="filed", width=64),
        Column(
            "人员类别",
            lambda row: row.person_type,
            key="person_type",
            edits="person_type",
            width=96,
        ),
        Column("所在单位", lambda row: row.unit, key="unit", edits="unit", width=120),
        Column("联系电话", phone, key="phone", edits="phone", width=120),
        Column("家庭住址", address, key="address", edits="address", width=180),
    )


ELASTIC = "工作单位及职务"
"""The column that takes the room the others leave."""

ROOMY = {"党纪处分": 120, "政务处分": 110, "对象认定": 142}
"""Widths at which the longest words of a column are whole: half of the room to spare goes there first."""

HIDDEN_AT_FIRST = ("最近回访", "归档", "人员类别", "所在单位", "联系电话", "家庭住址")


def _kinds_tip(kinds: str, days: str) -> str | None:
    return f"{kinds}\n处分时间：{days}" if kinds else None
