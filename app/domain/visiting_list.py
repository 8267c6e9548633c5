"""本期名单: who is to be visited in a period, who not and why, who was asked (办法 art. 8(1))."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.domain.decision import EXCLUDED, NEVER
from app.domain.fields import (
    Problem,
    choice,
    day,
    display,
    field_problems,
    flag,
    form_fields,
    long_text,
    number,
    reference,
    text,
)
from app.domain.gates import INCOMPLETE, NOT_CONSULTED, Exemption, Obstacle
from app.domain.plan import MEANS, METHODS

QUARTER = "季度"
HALF_YEAR = "半年"
FREE = "自定"
PERIODS = (QUARTER, HALF_YEAR, FREE)

DRAFTING = "拟定中"
SIGNED = "已签批"
STATES = (DRAFTING, SIGNED)

INCLUDED = "列入"
LEFT_OUT = "不列入"
PUT_OFF = "暂缓"
DECISIONS = (INCLUDED, LEFT_OUT, PUT_OFF)

DISCIPLINE_OFFICE = "纪检监察室"
UNIT = "所在单位"
CONSULTED = (DISCIPLINE_OFFICE, UNIT, "其他")
HOW = ("当面", "电话", "书面", "会议")


@dataclass(eq=False, kw_only=True)
class VisitingList:
    """The list of one period (回访对象名单). Once signed it is fixed."""

    id: int | None = None
    revision: int = 0

    title: str = text("名单名称", max_length=120, required=True)
    period: str = choice("周期", *PERIODS, required=True)
    starts_on: date | None = day("起始日", required=True)
    ends_on: date | None = day("截止日", required=True)
    state: str = choice("状态", *STATES, default=DRAFTING)
    drafted_by: str = text("拟定人", max_length=40)
    drafted_on: date | None = day("拟定日期")
    signer: str = text("签批人", max_length=40)
    signed_on: date | None = day("签批日期")
    means: str = choice("签批方式", *MEANS)
    scan: str = text("签批扫描件存放处", max_length=200)
    remarks: str = long_text("备注", max_length=2_000)


FACTS = "名册信息"
DECISION = "安排"


@dataclass(eq=False, kw_only=True)
class ListEntry:
    """One person of a list: what the roster said, what was decided and why.

    The fields of the section ``名册信息`` are what stood in the roster when the entry was made.
    """

    id: int | None = None
    revision: int = 0
    list_id: int | None = reference("名单", "VisitingList")
    subject_id: int | None = reference("回访对象", "Subject")

    name: str = text("姓名", max_length=40, section=FACTS)
    workplace: str = text("单位及职务", max_length=200, section=FACTS)
    unit: str = text("所在单位", max_length=80, section=FACTS)
    sanctions: str = long_text("处分种类及时间", max_length=2_000, section=FACTS)
    last_day: date | None = day("期满日期", section=FACTS)
    verdict: str = text("对象认定", max_length=20, section=FACTS)
    verdict_reason: str = text("认定依据", max_length=500, section=FACTS)
    earlier_visits: int | None = number("此前回访次数", 0, section=FACTS)

    proposed: bool = flag("程序提名", section=DECISION)
    decision: str = choice("安排", *DECISIONS, default=INCLUDED, section=DECISION, required=True)
    reason: str = text("理由", max_length=500, section=DECISION)
    until: date | None = day("暂缓至", section=DECISION)
    approver: str = text("批准人", max_length=40, section=DECISION)
    event_id: int | None = number("暂缓事项号", section=DECISION)
    # The roster's event 暂缓回访 made from here; no foreign key, for the roster may drop it.
    planned_for: str = text("拟回访时间", max_length=60, section=DECISION)
    method: str = choice("拟采取方式", *METHODS, section=DECISION)
    owner: str = text("承办人", max_length=40, section=DECISION)
    remarks: str = text("备注", max_length=300, section=DECISION)


@dataclass(eq=False, kw_only=True)
class Consultation:
    """One exchange before the list was fixed (征求意见): with whom, when, how, what they said."""

    id: int | None = None
    revision: int = 0
    list_id: int | None = reference("名单", "VisitingList")

    party: str = choice("征求意见对象", *CONSULTED, required=True)
    unit: str = text("单位名称", max_length=80, help="征求所在单位意见时填写单位全称")
    person: str = text("答复人及职务", max_length=80, required=True)
    on: date | None = day("日期", required=True)
    how: str = choice("方式", *HOW, free=True, max_length=40, required=True)
    asked: str = long_text("征求意见事项", max_length=2_000)
    answer: str = long_text("意见内容", max_length=5_000, required=True)
    recorder: str = text("记录人", max_length=40)


@dataclass(slots=True)
class WholeList:
    """A list with entries (sorted by last day) and consultations; ``exemptions`` are read only."""

    head: VisitingList
    entries: list[ListEntry] = field(default_factory=list)
    consultations: list[Consultation] = field(default_factory=list)
    exemptions: tuple[Exemption, ...] = ()

    def of(self, decision: str) -> list[ListEntry]:
        """Return the entries with this decision."""
        return [entry for entry in self.entries if entry.decision == decision]


def quarter(year: int, number_: int) -> tuple[date, date]:
    """Return the first and last day of a quarter (1-4)."""
    last = number_ * 3
    return date(year, last - 2, 1), date(year, last, calendar.monthrange(year, last)[1])


def half_year(year: int, number_: int) -> tuple[date, date]:
    """Return the first and last day of a half-year (1-2)."""
    return (
        (date(year, 1, 1), date(year, 6, 30))
        if number_ == 1
        else (
            date(year, 7, 1),
            date(year, 12, 31),
        )
    )


def period_of(period: str, today: date) -> tuple[date, date]:
    """Return the current quarter or half-year; a free period starts as the current quarter."""
    if period == HALF_YEAR:
        return half_year(today.year, 1 if today.month <= 6 else 2)
    return quarter(today.year, (today.month - 1) // 3 + 1)


def list_title(period: str, starts_on: date, ends_on: date) -> str:
    """Return the usual name of the list of a period."""
    year = starts_on.year
    if period == QUARTER:
        return f"{year}年第{'一二三四'[(starts_on.month - 1) // 3]}季度回访对象名单"
    if period == HALF_YEAR:
        return f"{year}年{'上' if starts_on.month <= 6 else '下'}半年回访对象名单"
    return f"{display(starts_on)}至{display(ends_on)}回访对象名单"


def in_order(entries: Iterable[ListEntry]) -> list[ListEntry]:
    """Return entries by last day, the nearest first; who has no known last day comes first of all.

    An unknown end (rights not yet restored, a day missing) must be looked at, not lie at the foot.
    """
    return sorted(
        entries, key=lambda entry: (entry.last_day or date.min, entry.name, entry.subject_id or 0)
    )


def no_last_day(entry: ListEntry) -> str:
    """Return what stands for 期满日 where there is none: still open, or the period does not count."""
    return "—" if entry.verdict in (EXCLUDED, NEVER) else "待定"


def entry_problems(entry: ListEntry) -> list[Problem]:
    """Return what is missing in the decision on one person."""
    found = field_problems(entry)
    if entry.decision == LEFT_OUT and not entry.reason.strip():
        found.append(Problem("reason", "不列入的，请写明理由"))
    if entry.decision == PUT_OFF:
        if not entry.reason.strip():
            found.append(Problem("reason", "暂缓的，请写明理由"))
        if entry.until is None:
            found.append(Problem("until", "暂缓的，请写明暂缓到哪一天"))
        if not entry.approver.strip():
            found.append(Problem("approver", "暂缓的，请写明批准人"))
    if entry.decision == INCLUDED and not entry.proposed and not entry.reason.strip():
        found.append(Problem("reason", "程序未提名而列入的，请写明理由"))
    return found


def take_decision(entry: ListEntry, mine: ListEntry, *, keep_empty: bool) -> None:
    """Decide on ``entry`` as on ``mine``; unless ``keep_empty``, what is empty there changes nothing.

    Another decision takes its own fields (reason, day, approver) over in any case.
    """
    another = entry.decision != mine.decision
    entry.decision = mine.decision
    for name in ("reason", "until", "approver"):
        if keep_empty or another or getattr(mine, name):
            setattr(entry, name, getattr(mine, name))
    for name in ("planned_for", "method", "owner", "remarks"):
        if keep_empty or getattr(mine, name):
            setattr(entry, name, getattr(mine, name))


def list_problems(whole: WholeList) -> list[Problem]:
    """Return everything missing or wrong in a list; fields of parts as ``entries.0.reason``."""
    head = whole.head
    found = field_problems(head)
    if head.starts_on and head.ends_on and head.ends_on < head.starts_on:
        found.append(Problem("ends_on", "截止日：早于起始日，请核对"))
    if not whole.entries:
        found.append(Problem("entries", "名单中还没有人，请先提名或添加"))
    seen: set[int | None] = set()
    for number_, entry in enumerate(whole.entries):
        whose = entry.name or f"第{number_ + 1}人"
        if entry.subject_id is not None and entry.subject_id in seen:
            found.append(Problem(f"entries.{number_}", f"{whose} · 在名单中出现了两次"))
        seen.add(entry.subject_id)
        found += [
            Problem(f"entries.{number_}.{one.field}", f"{whose} · {one.message}")
            for one in entry_problems(entry)
        ]
    for number_, talk in enumerate(whole.consultations):
        found += [
            Problem(f"consultations.{number_}.{one.field}", f"征求意见 · {one.message}")
            for one in field_problems(talk)
        ]
        if talk.party == UNIT and not talk.unit.strip():
            found.append(Problem(f"consultations.{number_}.unit", "征求意见 · 请填写单位名称"))
    return found


def list_obstacles(whole: WholeList) -> list[Obstacle]:
    """Return what stands in the way of signing: gaps, and whom article 8(1) wants asked first."""
    found = [
        Obstacle(INCOMPLETE, problem.message, field=problem.field)
        for problem in list_problems(whole)
    ]
    asked = {talk.party for talk in whole.consultations}
    if DISCIPLINE_OFFICE not in asked:
        found.append(
            Obstacle(
                NOT_CONSULTED,
                "尚未记录与纪检监察室的沟通（办法第八条第一项）",
                field="consultations",
            )
        )
    units = {talk.unit.strip() for talk in whole.consultations if talk.party == UNIT}
    for entry in whole.of(INCLUDED):
        unit = entry.unit.strip() or entry.workplace.strip()
        if unit not in units:
            found.append(
                Obstacle(
                    NOT_CONSULTED,
                    f"{entry.name}：尚未记录与“{unit or '所在单位'}”的沟通（办法第八条第一项）",
                    subject_id=entry.subject_id,
                    field="consultations",
                )
            )
    return found


def usual_question(whole: WholeList, party: str, unit: str = "") -> str:
    """Return what is usually asked of ``party`` before the list is fixed."""
    mine = [
        entry
        for entry in whole.entries
        if party == DISCIPLINE_OFFICE or (entry.unit.strip() or entry.workplace.strip()) == unit
    ]
    parts = []
    for decision, words in ((INCLUDED, "拟列入"), (PUT_OFF, "拟暂缓")):
        names = [entry.name for entry in mine if entry.decision == decision]
        if names:
            parts.append(f"{words}{'、'.join(names)}{len(names)}人")
    if not parts or party not in (DISCIPLINE_OFFICE, UNIT):
        return ""
    return f"{whole.head.title}{'，'.join(parts)}，请提出意见。"


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact that is no longer as it stood on the list, in one sentence."""

    subject_id: int
    name: str
    what: str
    before: str
    after: str

    def __str__(self) -> str:
        if not self.what:
            return f"{self.name}：{self.after}"
        return f"{self.name}的{self.what}由“{self.before or '空'}”变为“{self.after or '空'}”"


NO_NEWS = ("verdict_reason", "earlier_visits")
"""Snapshot fields that change by time or by visiting itself: the reason counts the days left."""

NOT_ON_LIST = "名单确定后进入本期应回访范围，名单中没有此人"
NO_LONGER = "已不在本期应回访范围内"


def fact_changes(before: Sequence[ListEntry], now: Sequence[ListEntry]) -> list[FactChange]:
    """Return what changed between entries as they stand and as they would be proposed today.

    ``now`` holds everybody whom the window concerns today, and everybody who is in ``before``.
    """
    current = {entry.subject_id: entry for entry in now}
    labels = {
        name: spec.label
        for name, spec in form_fields(ListEntry).items()
        if spec.section == FACTS and name not in NO_NEWS
    }
    found = []
    for entry in before:
        fresh = current.pop(entry.subject_id, None)
        assert entry.subject_id is not None
        if fresh is None:
            found.append(FactChange(entry.subject_id, entry.name, "", "", NO_LONGER))
            continue
        for name, label in labels.items():
            old, new = display(getattr(entry, name)), display(getattr(fresh, name))
            if old != new:
                found.append(FactChange(entry.subject_id, entry.name, label, old, new))
    found += [
        FactChange(entry.subject_id or 0, entry.name, "", "", NOT_ON_LIST)
        for entry in current.values()
        if entry.decision != LEFT_OUT
    ]
    return found
