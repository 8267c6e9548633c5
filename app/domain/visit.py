"""回访: what really happened, talk by talk, and how it differs from the plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.domain.fields import (
    Problem,
    choice,
    data,
    day,
    display,
    field_problems,
    flag,
    form_fields,
    long_text,
    reference,
    text,
)
from app.domain.fields import number as whole_number
from app.domain.gates import (
    FEW_PARTICIPANTS,
    INCOMPLETE,
    NO_REPLY,
    NOT_CHECKED,
    Exemption,
    Obstacle,
)
from app.domain.plan import (
    AUDIENCES,
    BY_LETTER,
    BY_PHONE,
    COLLEAGUES,
    METHODS,
    PERSON,
    WholePlan,
)
from app.domain.request import Request

UNDER_WAY = "进行中"
DONE = "已完成"
CALLED_OFF = "未成行"
STATES = (UNDER_WAY, DONE, CALLED_OFF)

HEAD = "回访情况"
LEARNT = "了解的情况"
UNIT_VIEW = "所在单位评价意见"


@dataclass(eq=False, kw_only=True)
class Visit:
    """One visit to one person (办法 art. 8(3)): under a plan, or without one for a reason."""

    id: int | None = None
    revision: int = 0
    subject_id: int | None = reference("回访对象", "Subject")
    plan_id: int | None = reference("方案", "Plan")
    form_id: int | None = reference("登记表", "RegistrationForm")

    state: str = choice("状态", *STATES, default=UNDER_WAY, section=HEAD)
    called_off: str = text("未成行的原因", section=HEAD, max_length=300)
    method: str = choice("回访方式", *METHODS, section=HEAD, required=True)
    on: date | None = day("回访日期", section=HEAD, required=True)
    until: date | None = day("结束日期", section=HEAD)
    time: str = text("时间", section=HEAD, max_length=60)
    place: str = text("地点", section=HEAD, max_length=120)

    materials: str = long_text("查阅材料情况", max_length=10_000, section=LEARNT)
    conduct: str = long_text("思想、工作和生活情况", max_length=20_000, section=LEARNT)
    execution: str = long_text("处分决定执行情况", max_length=5_000, section=LEARNT)
    education: str = long_text("单位日常教育管理和帮扶情况", max_length=5_000, section=LEARNT)
    rights: str = long_text("合法权利保障情况及意见建议", max_length=5_000, section=LEARNT)
    deviation: str = long_text("与方案不一致的说明", max_length=3_000, section=LEARNT)

    unit_politics: str = long_text("政治表现", max_length=3_000, section=UNIT_VIEW)
    unit_work: str = long_text("工作实绩", max_length=3_000, section=UNIT_VIEW)
    unit_mending: str = long_text("改正错误情况", max_length=3_000, section=UNIT_VIEW)
    unit_opinions: str = long_text("群众反映", max_length=3_000, section=UNIT_VIEW)
    unit_party: str = long_text("党组织意见", max_length=3_000, section=UNIT_VIEW)
    unit_signed_on: date | None = day("单位盖章日期", section=UNIT_VIEW)


@dataclass(eq=False, kw_only=True)
class Participant:
    """One member of staff who really took part (回访人员)."""

    id: int | None = None
    revision: int = 0
    visit_id: int | None = reference("回访", "Visit")
    staff_id: int | None = reference("工作人员", "Staff")
    position: int | None = whole_number("序号")

    name: str = text("姓名", max_length=40, required=True)
    post: str = text("部门及职务", max_length=120)
    part: str = text("分工", max_length=120)


@dataclass(eq=False, kw_only=True)
class Talk:
    """One talk, with its record (谈话记录).

    ``exchanges`` holds ``{"question": text, "answer": text}`` in order.
    """

    id: int | None = None
    revision: int = 0
    visit_id: int | None = reference("回访", "Visit")
    position: int | None = whole_number("序号")

    audience: str = choice("谈话对象", *AUDIENCES, required=True)
    name: str = text("被谈话人", max_length=40, required=True)
    post: str = text("单位及职务", max_length=120)
    on: date | None = day("谈话日期", required=True)
    starts: str = text("开始时间", max_length=20, help="如 9:00")
    ends: str = text("结束时间", max_length=20)
    place: str = text("谈话地点", max_length=120)
    talker: str = text("谈话人", max_length=80, required=True)
    recorder: str = text("记录人", max_length=80, required=True)
    exchanges: list[Any] = data("问答", [])
    checked: bool = flag("被谈话人已核对", help="核对无误后由被谈话人逐页签名")
    checked_on: date | None = day("核对日期")
    corrections: str = long_text("被谈话人的更正", max_length=3_000)


@dataclass(eq=False, kw_only=True)
class Contact:
    """One telephone call, or one letter with its reply (电话/信函回访记录)."""

    id: int | None = None
    revision: int = 0
    visit_id: int | None = reference("回访", "Visit")
    position: int | None = whole_number("序号")

    method: str = choice("方式", BY_PHONE, BY_LETTER, required=True)
    audience: str = choice("联系对象", *AUDIENCES, required=True)
    name: str = text("通话人或收信人", max_length=60, required=True)
    on: date | None = day("通话或寄出日期", required=True)
    time: str = text("通话起止时间", max_length=60)
    phone: str = text("电话号码", max_length=60)
    address: str = text("邮寄地址", max_length=200)
    tracking: str = text("邮寄单号", max_length=60)
    staff: str = text("通话人员或经办人", max_length=80)
    content: str = long_text("通话或去信内容", max_length=20_000)
    replied_on: date | None = day("回信日期")
    reply: str = long_text("回信内容", max_length=20_000)


CONTACT_LABELS: dict[str, dict[str, str]] = {
    BY_PHONE: {
        "name": "受话人",
        "on": "通话日期",
        "time": "起止时间",
        "staff": "通话人员",
        "content": "通话内容",
    },
    BY_LETTER: {
        "name": "收信人",
        "on": "寄出日期",
        "staff": "经办人",
        "content": "去信内容",
    },
}
"""What the shared fields of a call and a letter are called in each."""


def contact_label(contact: Contact, name: str) -> str:
    """Return what a field of a call or a letter is called."""
    own = CONTACT_LABELS.get(contact.method, {})
    return own.get(name) or form_fields(contact)[name].label


CONTACT_REQUIRED: dict[str, tuple[str, ...]] = {
    BY_PHONE: ("phone", "content"),
    BY_LETTER: ("address", "content"),
}


@dataclass(slots=True)
class WholeVisit:
    """A visit with all that belongs to it; ``requests`` and ``exemptions`` are read only here."""

    visit: Visit
    participants: list[Participant] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    requests: tuple[Request, ...] = ()
    exemptions: tuple[Exemption, ...] = ()


def visit_problems(whole: WholeVisit, *, today: date) -> list[Problem]:
    """Return what is missing or wrong before a visit can count as done."""
    visit = whole.visit
    found = field_problems(visit)
    for name, label in (("on", "回访日期"), ("until", "结束日期")):
        when = getattr(visit, name)
        if when is not None and when > today:
            found.append(Problem(name, f"{label}：{display(when)}还没有到，请核对"))
    if visit.on and visit.until and visit.until < visit.on:
        found.append(Problem("until", "结束日期：早于回访日期，请核对"))
    if visit.method in (BY_PHONE, BY_LETTER):
        if not any(contact.method == visit.method for contact in whole.contacts):
            found.append(Problem("contacts", f"{visit.method}回访：请填写{visit.method}回访记录"))
    elif visit.method and not any(talk.audience == PERSON for talk in whole.talks):
        found.append(Problem("talks", "实地回访：请填写与本人的谈话记录"))
    for number, talk in enumerate(whole.talks):
        found += _of_part(f"talks.{number}", talk.name or f"第{number + 1}次谈话", talk)
        found += _talk_problems(number, talk, today)
    for number, contact in enumerate(whole.contacts):
        found += _contact_problems(number, contact, today)
    return found


def _of_part(path: str, whose: str, part: object) -> list[Problem]:
    return [
        Problem(f"{path}.{problem.field}", f"{whose} · {problem.message}")
        for problem in field_problems(part)
    ]


def _talk_problems(number: int, talk: Talk, today: date) -> list[Problem]:
    path, whose = f"talks.{number}", talk.name or f"第{number + 1}次谈话"
    found = []
    if talk.on and talk.on > today:
        found.append(Problem(f"{path}.on", f"{whose} · 谈话日期还没有到，请核对"))
    if not any(str(one.get("answer", "")).strip() for one in talk.exchanges):
        found.append(Problem(f"{path}.exchanges", f"{whose} · 谈话记录还没有问答"))
    if talk.checked and talk.checked_on is None:
        found.append(Problem(f"{path}.checked_on", f"{whose} · 请填写核对日期"))
    if talk.recorder and talk.recorder.strip() == talk.talker.strip():
        found.append(Problem(f"{path}.recorder", f"{whose} · 谈话人和记录人不能是同一人"))
    return found


def _contact_problems(number: int, contact: Contact, today: date) -> list[Problem]:
    path, whose = f"contacts.{number}", contact.name or f"第{number + 1}条记录"
    fields = form_fields(contact)
    found = [
        Problem(
            f"{path}.{one.field}",
            f"{whose} · {contact_label(contact, one.field)}"
            f"{one.message.removeprefix(fields[one.field].label)}",
        )
        for one in field_problems(contact)
    ]
    if contact.on and contact.on > today:
        found.append(Problem(f"{path}.on", f"{whose} · 日期还没有到，请核对"))
    for name in CONTACT_REQUIRED.get(contact.method, ()):
        if not getattr(contact, name).strip():
            words = f"{whose} · 请填写{contact_label(contact, name)}"
            found.append(Problem(f"{path}.{name}", words))
    if contact.replied_on and contact.on and contact.replied_on < contact.on:
        found.append(Problem(f"{path}.replied_on", f"{whose} · 回信日期早于寄出日期"))
    return found


def visit_obstacles(whole: WholeVisit, *, today: date) -> list[Obstacle]:
    """Return what stands in the way of a visit being done, apart from law and plan."""
    found = [
        Obstacle(INCOMPLETE, problem.message, field=problem.field)
        for problem in visit_problems(whole, today=today)
    ]
    present = {
        one.staff_id if one.staff_id is not None else one.name.strip()
        for one in whole.participants
        if one.name.strip()
    }
    if len(present) < 2:
        found.append(
            Obstacle(
                FEW_PARTICIPANTS,
                f"参加回访的工作人员只有{len(present)}人，应有两人以上（办法第八条第二项）",
                subject_id=whole.visit.subject_id,
                field="participants",
            )
        )
    for number, talk in enumerate(whole.talks):
        if talk.audience == PERSON and not talk.checked:
            found.append(
                Obstacle(
                    NOT_CHECKED,
                    f"与{talk.name}的谈话记录尚未由本人核对",
                    subject_id=whole.visit.subject_id,
                    field=f"talks.{number}.checked",
                )
            )
    letters = [one for one in whole.contacts if one.method == BY_LETTER]
    if whole.visit.method == BY_LETTER and letters and not any(one.replied_on for one in letters):
        found.append(
            Obstacle(
                NO_REPLY,
                "信函回访尚未收到回信",
                subject_id=whole.visit.subject_id,
                field="contacts",
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Deviation:
    """One way in which a visit went otherwise than planned."""

    what: str
    planned: str
    actual: str

    def __str__(self) -> str:
        return f"{self.what}：方案为“{self.planned or '无'}”，实际为“{self.actual or '无'}”"


_COMPARED = (("method", "回访方式"), ("on", "回访日期"), ("until", "结束日期"), ("time", "时间"))


def deviations(whole: WholeVisit, plan: WholePlan) -> list[Deviation]:
    """Return every way in which the visit differs from its plan, in reading order."""
    visit, planned = whole.visit, plan.plan
    found = [
        Deviation(label, display(before), display(after))
        for name, label in (*_COMPARED, ("place", "地点"))
        if (before := getattr(planned, name)) != (after := getattr(visit, name))
        if name != "place" or not (visit.method in (BY_PHONE, BY_LETTER) and not before)
    ]
    meant = {member.staff_id or member.name: member.name for member in plan.members}
    came = {one.staff_id or one.name: one.name for one in whole.participants}
    if set(meant) != set(came):
        found.append(Deviation("回访人员", _names(meant.values()), _names(came.values())))
    found += _audiences(whole, plan)
    if planned.materials.strip() and not visit.materials.strip():
        found.append(Deviation("查阅材料", "查阅材料", "未记录"))
    return found


def _audiences(whole: WholeVisit, plan: WholePlan) -> list[Deviation]:
    """Compare whom the plan has points for with whom somebody really talked to."""
    subject = whole.visit.subject_id
    heard = {talk.audience for talk in whole.talks} | {one.audience for one in whole.contacts}
    return [
        Deviation("谈话对象", f"与{audience}谈话", "未谈")
        for audience in AUDIENCES
        if audience not in heard
        and any(
            point.audience == audience and point.subject_id in (None, subject)
            for point in plan.points
        )
        and not (whole.visit.method == BY_LETTER and audience == COLLEAGUES)
    ]


def _names(names: Sequence[str] | Any) -> str:
    return "、".join(names)
