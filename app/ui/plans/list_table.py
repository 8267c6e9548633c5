"""What the list of a period shows of each person, column by column."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.fields import display
from app.domain.visiting_list import INCLUDED, ListEntry, VisitingList, no_last_day
from app.ui import theme
from app.ui.records.tones import DECISION_TONES
from app.ui.table_model import RIGHT, Column


def sentence(entry: ListEntry) -> str:
    """Return why the entry is decided as it is, or why the program proposed it."""
    more = [entry.reason]
    if entry.until:
        more.append(f"暂缓至{display(entry.until)}")
    if entry.approver:
        more.append(f"{entry.approver}批准")
    said = "；".join(part for part in more if part)
    return said or entry.verdict_reason


def plain(text: str) -> str:
    """Return lines as one line."""
    return text.replace("\n", "；")


def planned(entry: ListEntry) -> str:
    """Return when, how and by whom a person is to be visited."""
    return "　".join(part for part in (entry.planned_for, entry.method, entry.owner) if part)


ENTRY_COLUMNS: Sequence[Column[ListEntry]] = (
    Column("姓名", lambda one: one.name, width=84, frozen=True),
    Column("单位及职务", lambda one: one.workplace, width=138, tip=lambda one: one.workplace),
    Column(
        "处分",
        lambda one: plain(one.sanctions),
        width=136,
        tip=lambda one: one.sanctions or None,
    ),
    Column("期满日期", lambda one: str(one.last_day or no_last_day(one)), width=100),
    Column(
        "对象认定",
        lambda one: one.verdict,
        width=116,
        tone=lambda one: theme.VERDICT_TONES.get(one.verdict),
        tip=lambda one: one.verdict_reason,
    ),
    Column(
        "已访",
        lambda one: f"{one.earlier_visits or 0}次" if one.earlier_visits else "首次",
        width=52,
        align=RIGHT,
    ),
    Column(
        "安排",
        lambda one: one.decision,
        width=84,
        tone=lambda one: DECISION_TONES.get(one.decision),
    ),
    Column("理由", sentence, tip=sentence),
    Column("拟回访", planned, width=128, tip=lambda one: planned(one) or None),
)


def list_words(head: VisitingList) -> str:
    """Return a list as the box of lists names it."""
    return f"{head.title}（{head.state}）"


def decision_counts(entries: Sequence[ListEntry]) -> str:
    """Return how many people are on the list, left out, put off."""
    found: dict[str, int] = {}
    for entry in entries:
        found[entry.decision] = found.get(entry.decision, 0) + 1
    parts = [f"{name} {found[name]} 人" for name in DECISION_TONES if name in found]
    added = sum(entry.decision == INCLUDED and not entry.proposed for entry in entries)
    extra = f"，其中另行添加 {added} 人" if added else ""
    return f"共 {len(entries)} 人：" + "，".join(parts) + extra if entries else "名单中还没有人"
