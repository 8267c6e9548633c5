"""Reads the log for the auditor: one statement each, the newest line first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.services.audit_view import AuditFilter, AuditRow, MonthSheet
from app.storage import audit
from app.storage.tables import audit_log
from app.storage.unit_of_work import LABELS

NOTABLE = (
    "拒绝", "时钟", "恢复", "删除", "撤销", "导出", "新增账户", "停用账户", "调整角色", "更换",
    "重设口令", "凭恢复码", "例外",
)  # fmt: skip
"""Beginnings of acts that a month's sheet names one by one."""

_MOST_NOTABLE = 200
_row = audit_log.c
_CALLED = {
    "former": "原有记录的锚点",
    "made_at": "备份时间",
    "restored_to": "恢复到",
    "sequence": "序号",
    "chain": "链值",
    "mac": "签名",
    "anchor": "锚点",
    "sha256": "SHA-256",
    "failures": "口令错误次数",
    "office_id": "数据编号",
    "name": "姓名",
    "rows": "行数",
    "mark": "标记",
    "ids": "新增的编号",
    "import_id": "导入编号",
    "补充": "补充了内容的人员编号",
}
"""How a reader sees the names under which details were stored."""
_WORDS = {**LABELS, "Office": "数据", "Account": "账户", "Subject": "人员"}
_RANGES = ("ids", "撤回新增人员", "恢复补充人员")  # details that hold ids as [first, last]


def rows(
    connection: sa.Connection, which: AuditFilter, offset: int, limit: int
) -> Sequence[AuditRow]:
    """Return lines ``offset`` to ``offset + limit`` of ``which``."""
    query = (
        sa.select(audit_log)
        .where(*_conditions(which))
        .order_by(_row.sequence.desc())
        .offset(offset)
        .limit(limit)
    )
    return [_shown(row) for row in connection.execute(query)]


def every(connection: sa.Connection, which: AuditFilter) -> Iterator[sa.Row[Any]]:
    """Yield all lines of ``which``, oldest first, with chain and signature."""
    query = sa.select(audit_log).where(*_conditions(which)).order_by(_row.sequence)
    yield from connection.execution_options(yield_per=2000).execute(query)


def count(connection: sa.Connection, which: AuditFilter) -> int:
    """Return how many lines ``which`` holds."""
    query = sa.select(sa.func.count()).select_from(audit_log).where(*_conditions(which))
    return int(connection.execute(query).scalar_one())


def values(connection: sa.Connection, column: str) -> Sequence[str]:
    """Return what stands in ``who`` or ``act``, in order."""
    query = sa.select(_row[column]).distinct().order_by(_row[column])
    return [str(one) for one in connection.execute(query).scalars()]


def month_sheet(connection: sa.Connection, year: int, month: int) -> MonthSheet:
    """Return the sheet of a month; its anchor is the last line of that month."""
    first = date(year, month, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    which = _conditions(AuditFilter(first=first, last=last))
    lowest, highest = connection.execute(
        sa.select(sa.func.min(_row.sequence), sa.func.max(_row.sequence)).where(*which)
    ).one()
    head = connection.execute(
        sa.select(_row.sequence, _row.chain, _row.mac).where(_row.sequence == (highest or 0))
    ).first()
    counts = connection.execute(
        sa.select(_row.act, sa.func.count()).where(*which).group_by(_row.act).order_by(_row.act)
    ).all()
    notable = connection.execute(
        sa.select(audit_log)
        .where(*which, sa.or_(*(_row.act.startswith(one) for one in NOTABLE)))
        .order_by(_row.sequence)
        .limit(_MOST_NOTABLE)
    )
    return MonthSheet(
        f"{year}年{month}月",
        lowest or 0,
        highest or 0,
        audit.AuditHead(*head).anchor if head else "本月没有记录",
        [(str(act), int(number)) for act, number in counts],
        [_shown(row) for row in notable],
    )


def _conditions(which: AuditFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if which.who:
        found.append(_row.who == which.who)
    if which.act:
        found.append(_row.act == which.act)
    if which.subject_id is not None:
        found += [_row.object == "Subject", _row.object_id == which.subject_id]
    if which.text:
        parts = (_row.act, _row.object, _row.reason, _row.details)
        found.append(sa.or_(*(part.contains(which.text, autoescape=True) for part in parts)))
    if which.first is not None:
        found.append(_row.at >= which.first.isoformat())
    if which.last is not None:
        found.append(_row.at < (which.last + timedelta(days=1)).isoformat())
    return found


def _shown(row: sa.Row[Any]) -> AuditRow:
    number = f" {row.object_id}" if row.object_id is not None else ""
    what = f"{_WORDS.get(row.object, row.object)}{number}" if row.object else ""
    return AuditRow(row.sequence, row.at, row.who, row.act, what, row.reason, _spoken(row.details))


def _spoken(details: str) -> str:
    """Return stored details as a reader likes them: names and values, old → new."""
    try:
        parts = json.loads(details)
        return "；".join(
            f"{_CALLED.get(name, name)}：{_ranges(value) if name in _RANGES else _value(value)}"
            for name, value in parts.items()
        )
    except (ValueError, AttributeError, TypeError):
        return details


def _ranges(value: Any) -> str:
    """Return ids kept as ranges, by kind of record where there are several: 人员 1–60、处分 1–70."""
    if isinstance(value, dict):
        kinds = ((word, value.get(name)) for name, word in _WORDS.items())
        return "，".join(f"{word} {_ranges(ids)}" for word, ids in kinds if ids) or "无"
    found = [f"{first}–{last}" if first != last else str(first) for first, last in value]
    return "、".join(found) or "无"


def _value(value: Any) -> str:
    if (
        isinstance(value, list)
        and len(value) == 2
        and not any(isinstance(one, list | dict) for one in value)
    ):
        old, new = ("空" if one in (None, "") else _value(one) for one in value)
        return f"{old} → {new}"
    if isinstance(value, dict):
        parts = (f"{_CALLED.get(name, name)} {_value(one)}" for name, one in value.items())
        return "、".join(parts) or "无"
    if isinstance(value, list):
        return "、".join(_value(one) for one in value) or "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    return "空" if value is None else str(value)
