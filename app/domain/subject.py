"""Persons under sanction, their cases, sanctions and what happened to them afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.fields import (
    choice,
    data,
    day,
    flag,
    long_text,
    number,
    partial_date,
    reference,
    text,
)
from app.domain.partial_date import PartialDate

STUDENT = "学生"
PERSON_TYPES = ("管理人员", "专业技术人员", "工勤人员", "公务员", STUDENT, "其他")
SEXES = ("男", "女")
EDUCATIONS = (
    "研究生（博士）",
    "研究生（硕士）",
    "研究生",
    "大学本科",
    "大学专科",
    "中专",
    "高中",
    "初中",
    "小学",
)
PARTY_MEMBER = "中共党员"
NOT_A_MEMBER = "非中共党员"
MEMBERSHIPS = (PARTY_MEMBER, "中共预备党员", NOT_A_MEMBER)

PARTY = "党纪"
ADMINISTRATIVE = "政务"
INSTITUTION = "事业单位"
REGIMES = (PARTY, ADMINISTRATIVE, INSTITUTION)

KINDS: dict[str, tuple[str, ...]] = {
    PARTY: ("警告", "严重警告", "撤销党内职务", "留党察看一年", "留党察看二年", "开除党籍"),
    ADMINISTRATIVE: ("警告", "记过", "记大过", "降级", "撤职", "开除"),
    INSTITUTION: ("警告", "记过", "降低岗位等级", "开除"),
}
"""The kinds of sanction per regime, lightest first (条例8, 政务处分法7, 事业单位处分规定5)."""

# What happened afterwards. ``EVENT_KINDS`` is the one list: ledger, editor and rules read it.
RESTORED = "恢复党员权利"
EXTENDED = "延长留党察看"
REVOKED = "撤销处分"
ALTERED = "变更处分"
RETIRED = "退休"
TO_JUDICATURE = "移送司法机关"
PUNISHED = "刑事处罚"
EXPELLED = "开除公职"
DIED = "死亡"
TRANSFERRED = "调离"
RESIGNED = "辞职"
REVIEWED = "复查"
PUT_OFF = "暂缓回访"
INCLUDED = "列入回访"
NO_PROSECUTION = "不起诉或无罪"
NEW_OFFENCE = "期内又违纪违法"
ENDED = "确认期满"

SANCTION_EVENTS = (RESTORED, EXTENDED, REVOKED, ALTERED, NEW_OFFENCE, ENDED)
PERSON_EVENTS = (
    RETIRED,
    TO_JUDICATURE,
    PUNISHED,
    NO_PROSECUTION,
    EXPELLED,
    DIED,
    TRANSFERRED,
    RESIGNED,
    REVIEWED,
    PUT_OFF,
    INCLUDED,
)
EVENT_KINDS = (*PERSON_EVENTS, *SANCTION_EVENTS)

PERSONAL = "基本情况"
WORK = "工作与联系"


@dataclass(eq=False, kw_only=True)
class Subject:
    """A person under sanction, as the roster and the registration form know them (回访对象)."""

    id: int | None = None
    revision: int = 0

    name: str = text("姓名", section=PERSONAL, max_length=40, required=True)
    sex: str = choice("性别", *SEXES, section=PERSONAL)
    born_on: PartialDate | None = partial_date(
        "出生年月", section=PERSONAL, help="如 1985.03 或 1985年3月"
    )
    education: str = choice("文化程度", *EDUCATIONS, section=PERSONAL, free=True, max_length=40)
    work_since: PartialDate | None = partial_date("参加工作时间", section=PERSONAL)
    membership: str = choice("政治面貌", *MEMBERSHIPS, section=PERSONAL, free=True, max_length=40)
    party_since: PartialDate | None = partial_date(
        "入党时间", section=PERSONAL, help="非党员不填，登记表上印“无”"
    )
    person_type: str = choice("人员类别", *PERSON_TYPES, section=WORK)
    workplace: str = text(
        "工作单位及职务", section=WORK, max_length=120, help="受处分时的单位全称和职务"
    )
    unit: str = text("所在单位", section=WORK, max_length=80, help="用于按单位查找和统计")
    address: str = text("家庭住址", section=WORK, max_length=200)
    phone: str = text("联系电话", section=WORK, max_length=60)
    remarks: str = long_text("备注", section=WORK, max_length=2_000)
    practice: bool = flag("演示数据")
    # Visits before this program, as the office's ledger tells them: see ``ledger_writing.Revisits``.
    earlier_visits: dict[str, Any] = data("此前回访情况", {})


@dataclass(eq=False, kw_only=True)
class Case:
    """What the person did, and the file it stands in (案件)."""

    id: int | None = None
    revision: int = 0
    subject_id: int | None = reference("回访对象", "Subject")

    facts: str = long_text("受处分原因", max_length=5_000, help="主要违纪违法事实，照决定书写")
    file_no: str = text("案卷号", max_length=60)
    organ: str = text("决定机关", max_length=80)


@dataclass(eq=False, kw_only=True)
class Sanction:
    """One decision on one person (处分). The period is computed, never typed, unless stated."""

    id: int | None = None
    revision: int = 0
    subject_id: int | None = reference("回访对象", "Subject")
    case_id: int | None = reference("案件", "Case")

    regime: str = choice("处分类别", *REGIMES, required=True)
    kind: str = choice("处分种类", *KINDS[PARTY], free=True, max_length=40, required=True)
    in_lieu: bool = flag(
        "应撤销党内职务而无党内职务", help="条例第十一条：此种严重警告影响期为二年"
    )
    decided_on: PartialDate | None = partial_date(
        "处分时间", required=True, help="作出处分决定（集体讨论决定）之日，不是送达或宣布之日"
    )
    document_date: PartialDate | None = partial_date("决定书落款日期")
    document_no: str = text("决定书文号", max_length=60)
    stated_months: int | None = number("决定书载明的处分期（月）")
    stated_from: date | None = day("决定书载明的起始日")
    stated_until: date | None = day("决定书载明的最后一日")
    side_by_side: bool = flag("与前一处分并行计算", help="仅限政务、事业单位处分；默认接续计算")
    manual_until: date | None = day("人工确定的最后一日")
    manual_reason: str = text("人工确定的理由", max_length=200)
    manual_by: str = text("确定人", max_length=40)
    note: str = text("说明", max_length=200)


@dataclass(eq=False, kw_only=True)
class Event:
    """Something that happened to a person, or to one of their sanctions, after the decision."""

    id: int | None = None
    revision: int = 0
    subject_id: int | None = reference("回访对象", "Subject")
    sanction_id: int | None = reference("处分", "Sanction")

    kind: str = choice("事项", *EVENT_KINDS, required=True)
    on: PartialDate | None = partial_date("日期", required=True)
    months: int | None = number("延长月数")
    new_kind: str = text("变更后的处分种类", max_length=40)
    until: date | None = day("截止日期")
    reason: str = text("理由", max_length=200)
    approver: str = text("批准人", max_length=40)
    document_no: str = text("文号", max_length=60)


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything the rules read about one person: plain entities, in no particular order."""

    subject: Subject
    cases: tuple[Case, ...] = ()
    sanctions: tuple[Sanction, ...] = ()
    events: tuple[Event, ...] = ()
