"""回访工作方案: what is to be done, with whom and by whom, and the way from draft to closed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.fields import (
    choice,
    data,
    day,
    flag,
    long_text,
    number,
    reference,
    text,
)
from app.domain.gates import Exemption

ON_SITE = "实地"
BY_PHONE = "电话"
BY_LETTER = "信函"
METHODS = (ON_SITE, BY_PHONE, BY_LETTER)

DRAFT = "草稿"
SUBMITTED = "待审批"
REJECTED = "退回修改"
APPROVED = "已批准"
REPLACED = "已被新版本取代"
CARRIED_OUT = "已实施"
CLOSED = "已办结"
CANCELLED = "已作废"
STATES = (DRAFT, SUBMITTED, REJECTED, APPROVED, REPLACED, CARRIED_OUT, CLOSED, CANCELLED)

EDITABLE = (DRAFT, REJECTED)
"""Only here may the content change; afterwards a plan is what was put before the approver."""

OPEN = (DRAFT, SUBMITTED, REJECTED, APPROVED)
"""Still going somewhere."""

SUBMIT = "报审"
WITHDRAW = "撤回"
APPROVE = "批准"
REJECT = "退回"
MOVE = "改期"
DROP = "调整对象"
REPLACE = "取代"
CARRY_OUT = "实施"
CLOSE = "办结"
CANCEL = "作废"


@dataclass(frozen=True, slots=True)
class Transition:
    """One act on a plan: from which states it is allowed, to which it leads (``""``: it stays)."""

    act: str
    sources: tuple[str, ...]
    target: str = ""
    needs_opinion: bool = False


TRANSITIONS: dict[str, Transition] = {
    step.act: step
    for step in (
        Transition(SUBMIT, (DRAFT, REJECTED), SUBMITTED),
        Transition(WITHDRAW, (SUBMITTED,), DRAFT, needs_opinion=True),
        Transition(APPROVE, (SUBMITTED,), APPROVED),
        Transition(REJECT, (SUBMITTED,), REJECTED, needs_opinion=True),
        Transition(MOVE, (APPROVED,), needs_opinion=True),
        Transition(DROP, (APPROVED,), needs_opinion=True),
        Transition(REPLACE, (APPROVED,), REPLACED),
        Transition(CARRY_OUT, (APPROVED,), CARRIED_OUT),
        Transition(CLOSE, (CARRIED_OUT,), CLOSED),
        Transition(CANCEL, (DRAFT, REJECTED, SUBMITTED, APPROVED), CANCELLED, needs_opinion=True),
    )
}
"""Every way a plan can go. What is not in here is not possible."""


def allowed_acts(state: str) -> tuple[str, ...]:
    """Return the acts that are possible in ``state``, in the order of the table."""
    return tuple(step.act for step in TRANSITIONS.values() if state in step.sources)


HEAD = "基本信息"
WHY = "依据与目的"
HOW = "方式、时间与地点"
CONTENT = "回访内容"
CARE = "安全与保密"

OWN_ACCOUNT = "本人账户"
SIGNED_SCAN = "签批扫描件"
MEANS = (OWN_ACCOUNT, SIGNED_SCAN)


@dataclass(eq=False, kw_only=True)
class Plan:
    """A plan for one person or several (回访工作方案, 办法 art. 8(2)); one row per version."""

    id: int | None = None
    revision: int = 0

    title: str = text("方案名称", section=HEAD, max_length=120, required=True)
    state: str = choice("状态", *STATES, default=DRAFT, section=HEAD)
    version: int | None = number("版本", 1, section=HEAD)
    replaces_id: int | None = reference("取代的版本", "Plan", section=HEAD)
    what_changed: str = long_text("变更说明", max_length=2_000, section=HEAD)
    list_id: int | None = reference("所属名单", "VisitingList", section=HEAD)
    drafted_by: str = text("承办人", section=HEAD, max_length=40, required=True)
    drafted_on: date | None = day("拟制日期", section=HEAD)

    basis: str = long_text("依据", max_length=3_000, section=WHY, required=True)
    purpose: str = long_text("回访目的", max_length=3_000, section=WHY, required=True)

    method: str = choice("回访方式", *METHODS, section=HOW, required=True)
    on: date | None = day("回访日期", section=HOW, required=True)
    until: date | None = day("结束日期", section=HOW, help="跨多日的填写；一天办完的不填")
    time: str = text("时间", section=HOW, max_length=60, help="如 上午9:00至10:30")
    place: str = text(
        "地点", section=HOW, max_length=120, help="宜选办公室、会议室，不用审查谈话场所"
    )
    route: str = text("行程路线", section=HOW, max_length=200)
    phone: str = text("拟拨电话", section=HOW, max_length=60)
    address: str = text("邮寄地址", section=HOW, max_length=200)
    mailing: str = text("邮寄方式及单号", section=HOW, max_length=80)
    reply_by: date | None = day("请于何日前回复", section=HOW)
    not_in_person: str = long_text(
        "不便实地回访的原因", max_length=1_000, section=HOW, help="办法第八条第三项"
    )

    hearers: str = long_text("谈话对象范围", max_length=2_000, section=CONTENT, required=True)
    materials: str = long_text("查阅材料", max_length=3_000, section=CONTENT)
    steps: str = long_text("实施步骤", max_length=5_000, section=CONTENT)
    policies: str = long_text("政策法规依据", max_length=5_000, section=CONTENT, required=True)
    difficulties: str = long_text("可能遇到的问题及对策", max_length=5_000, section=CONTENT)
    to_resolve: str = long_text("拟解决的困难", max_length=5_000, section=CONTENT)

    safety: str = long_text("安全预案", max_length=3_000, section=CARE, required=True)
    emergency: str = text("应急联系人及电话", section=CARE, max_length=120, required=True)
    secrecy: str = long_text("保密要求", max_length=3_000, section=CARE, required=True)
    remarks: str = long_text("备注", max_length=3_000, section=CARE)


METHOD_FIELDS: dict[str, tuple[str, ...]] = {
    ON_SITE: ("place", "route"),
    BY_PHONE: ("phone", "not_in_person"),
    BY_LETTER: ("address", "mailing", "reply_by", "not_in_person"),
}
"""The fields that belong to one method only; an editor shows just these."""

METHOD_REQUIRED: dict[str, tuple[str, ...]] = {
    ON_SITE: ("place", "time"),
    BY_PHONE: ("phone", "time", "not_in_person"),
    BY_LETTER: ("address", "reply_by", "not_in_person"),
}

ROSTER = "名册信息"
ANALYSIS = "分析"


@dataclass(eq=False, kw_only=True)
class PlanPerson:
    """One person of a plan: what the roster said when it was drawn up, and what the group thinks.

    The fields of the section ``名册信息`` are a snapshot of text; they change only when asked.
    """

    id: int | None = None
    revision: int = 0
    plan_id: int | None = reference("方案", "Plan")
    subject_id: int | None = reference("回访对象", "Subject")
    position: int | None = number("序号")

    name: str = text("姓名", section=ROSTER, max_length=40)
    sex: str = text("性别", section=ROSTER, max_length=10)
    born_on: str = text("出生年月", section=ROSTER, max_length=40)
    education: str = text("文化程度", section=ROSTER, max_length=60)
    membership: str = text("政治面貌", section=ROSTER, max_length=40)
    workplace: str = text("工作单位及职务", section=ROSTER, max_length=200)
    unit: str = text("所在单位", section=ROSTER, max_length=80)
    phone: str = text("联系电话", section=ROSTER, max_length=60)
    sanctions: str = long_text("处分情况", max_length=2_000, section=ROSTER)
    facts: str = long_text("案情摘要", section=ROSTER, required=True)
    last_day: date | None = day("影响期最后一日", section=ROSTER)
    verdict: str = text("对象认定", section=ROSTER, max_length=20)
    verdict_reason: str = text("认定依据", section=ROSTER, max_length=500)
    earlier_visits: int | None = number("此前回访次数", 0, section=ROSTER)

    character: str = long_text("性格特点", max_length=3_000, section=ANALYSIS, required=True)
    state_of_mind: str = long_text(
        "思想状况分析", max_length=3_000, section=ANALYSIS, required=True
    )
    focus: str = long_text("本次回访重点", max_length=3_000, section=ANALYSIS)
    dropped: str = text("不再实施的原因", section=ANALYSIS, max_length=300)


NO_RECUSAL = "无需回避"
RECUSAL = "需回避"


@dataclass(eq=False, kw_only=True)
class PlanMember:
    """One member of the work group (工作组成员), as the plan names them."""

    id: int | None = None
    revision: int = 0
    plan_id: int | None = reference("方案", "Plan")
    staff_id: int | None = reference("工作人员", "Staff")
    position: int | None = number("序号")

    name: str = text("姓名", max_length=40, required=True)
    department: str = text("部门", max_length=60)
    post: str = text("职务", max_length=60)
    unit: str = text("所在单位", max_length=80)
    leader: bool = flag("组长")
    part: str = text("分工", max_length=120, required=True, help="如 主谈、记录、查阅资料")
    recusal: str = choice("回避情况", NO_RECUSAL, RECUSAL, required=True)
    relation: str = text("与回访对象的关系", max_length=120)


PERSON = "本人"
LEADERS = "单位负责人"
COLLEAGUES = "同事及群众"
AUDIENCES = (PERSON, LEADERS, COLLEAGUES)

ITEMS: dict[str, str] = {
    "（一）": "处分决定执行情况，单位日常教育管理和帮扶情况",
    "（二）": "单位及党员干部、教职工的反映和评价",
    "（三）": "对所犯错误的认识、改正错误和现实表现",
    "（四）": "思想教育、心理疏导和政策解释",
    "（五）": "合法权利保障情况及意见建议",
    "（六）": "其他需要了解的内容",
}
"""The six items of article 7, in short."""


@dataclass(eq=False, kw_only=True)
class TalkPoint:
    """One point to talk about (谈话要点): with whom, under which item of article 7.

    ``subject_id`` empty: the point holds for every person of the plan.
    """

    id: int | None = None
    revision: int = 0
    plan_id: int | None = reference("方案", "Plan")
    subject_id: int | None = reference("回访对象", "Subject")
    position: int | None = number("序号")

    audience: str = choice("谈话对象", *AUDIENCES, required=True)
    item: str = choice("办法第七条", *ITEMS, required=True)
    words: str = long_text("要点", max_length=1_000, required=True)


@dataclass(eq=False, kw_only=True)
class PlanStep:
    """One act on a plan, kept for ever: who, when, with which opinion (方案流转)."""

    id: int | None = None
    revision: int = 0
    plan_id: int | None = reference("方案", "Plan")

    act: str = choice("事项", *TRANSITIONS, required=True)
    from_state: str = choice("原状态", *STATES)
    to_state: str = choice("新状态", *STATES)
    on: date | None = day("日期")
    who: str = text("签批人或经办人", max_length=40)
    opinion: str = long_text("意见或理由", max_length=2_000)
    means: str = choice("签批方式", *MEANS)
    scan: str = text("签批扫描件存放处", max_length=200)
    details: dict[str, Any] = data("变动", {})


@dataclass(eq=False, kw_only=True)
class PlanTemplate:
    """A plan's wording that the office keeps for the next time (方案模板)."""

    id: int | None = None
    revision: int = 0

    name: str = text("模板名称", max_length=60, required=True)
    kind: str = text("适用情形", max_length=60)
    method: str = choice("回访方式", *METHODS)
    content: dict[str, Any] = data("内容", {})


@dataclass(slots=True)
class WholePlan:
    """A plan with all that belongs to it. ``steps`` and ``exemptions`` are history: read only."""

    plan: Plan
    people: list[PlanPerson] = field(default_factory=list)
    members: list[PlanMember] = field(default_factory=list)
    points: list[TalkPoint] = field(default_factory=list)
    steps: tuple[PlanStep, ...] = ()
    exemptions: tuple[Exemption, ...] = ()

    @property
    def visited(self) -> list[PlanPerson]:
        """The people who are still to be visited under this plan, or were."""
        return [person for person in self.people if not person.dropped]

    def last(self, act: str) -> PlanStep | None:
        """Return the latest step of this kind."""
        return next((step for step in reversed(self.steps) if step.act == act), None)
