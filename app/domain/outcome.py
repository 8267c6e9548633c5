"""结果运用 (办法 art. 9): what a visit came to, what that demands, and who was told of it.

One ``Outcome`` per visit; it demands acts with due dates. Whether somebody was fed back to is
never a tick: it is a ``Feedback`` with means and day, and a letter to the unit is a ``UnitReminder``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.domain.fields import (
    Problem,
    choice,
    day,
    display,
    field_problems,
    flag,
    long_text,
    number,
    reference,
    text,
)
from app.domain.gates import (
    FORM_OPEN,
    INCOMPLETE,
    NO_FORM,
    Exemption,
    Obstacle,
)
from app.domain.registration_form import DRAFT as FORM_DRAFT
from app.domain.registration_form import RegistrationForm
from app.domain.settings import Settings
from app.domain.visit import Visit

ENCOURAGE = "（一）肯定鼓励"
SUPPORT = "（二）解释督促"
ADMONISH = "（三）教育提醒"
OUTCOMES: dict[str, str] = {
    ENCOURAGE: "对积极悔错改错，表现优秀、成绩突出、群众认可的，予以肯定和鼓励，增强其奋发有为的自信心。",
    SUPPORT: "对思想压力大、工作顾虑多、改错表现不明显的，做好政策解释，并督促其所在单位党组织认真落实主体责任，"
    "进一步加强教育管理监督，帮助调整心态、提振精神。",
    ADMONISH: "对被回访人存在拒不改正错误、不履职尽责等问题的，督促其所在单位进行教育提醒，情节严重的，"
    "依规依纪依法严肃处理。",
}
"""The three of article 9, with its words. There is no fourth, and no grade besides."""

DRAFTING, DECIDED = "拟定中", "已确定"
STATES = (DRAFTING, DECIDED)

TELL_PERSON = "向本人反馈"
TELL_UNIT = "向所在单位党组织反馈"
EXPLAIN = "做好政策解释"
URGE = "督促所在单位党组织"
URGE_TALK = "督促所在单位教育提醒"
TALK = "教育提醒"
HAND_ON = "移交依规依纪依法处理"
ACTS = (TELL_PERSON, TELL_UNIT, EXPLAIN, URGE, URGE_TALK, TALK, HAND_ON)

BY_RECORD = (TELL_PERSON, TELL_UNIT, URGE, URGE_TALK)
"""Acts that count as done by a feedback or a letter on record, and by nothing else."""

TO_PERSON, TO_UNIT = "本人", "所在单位党组织"
AUDIENCES = (TO_PERSON, TO_UNIT)
MEANS = ("当面", "信函", "会议")

USES = ("提醒教育", "管理监督", "考核奖惩", "恢复党员权利", "提拔使用")
"""What article 9 says a result is referred to for."""

TO_FILL_IN = "（请写明"
"""What a proposed text leaves for the facts; nothing goes out with it."""

RESULT, GROUNDS = "回访结果", "认定依据"


@dataclass(eq=False, kw_only=True)
class Outcome:
    """The result of one visit: one of the three of article 9, with its grounds (回访结果)."""

    id: int | None = None
    revision: int = 0
    subject_id: int | None = reference("回访对象", "Subject")
    visit_id: int | None = reference("回访", "Visit")

    state: str = choice("状态", *STATES, default=DRAFTING, section=RESULT)
    item: str = choice(
        "结果", *OUTCOMES, section=RESULT, required=True, help="办法第九条第一至三项"
    )
    serious: bool = flag("情节严重", section=RESULT, help="须移交依规依纪依法严肃处理")
    decided_on: date | None = day("认定日期", section=RESULT, required=True)
    decided_by: str = text("认定人", section=RESULT, max_length=60, required=True)
    grounds: str = long_text(
        "认定依据",
        max_length=5_000,
        section=GROUNDS,
        required=True,
        help="先取自登记表的现实表现和意见建议，可以改写",
    )
    remarks: str = long_text("备注", max_length=2_000, section=GROUNDS)


@dataclass(eq=False, kw_only=True)
class OutcomeAct:
    """One thing that a result demands (办理事项): until when, and what came of it.

    Acts of ``BY_RECORD`` are done by their record; the others by ``done_on``.
    """

    id: int | None = None
    revision: int = 0
    outcome_id: int | None = reference("结果", "Outcome")
    subject_id: int | None = reference("回访对象", "Subject")
    position: int | None = number("序号")

    kind: str = choice("事项", *ACTS, free=True, max_length=40, required=True)
    due_on: date | None = day("办理时限", required=True)
    owner: str = text("承办部门或承办人", max_length=80)
    done_on: date | None = day("办结日期")
    done_by: str = text("办理人", max_length=60)
    place: str = text("地点", max_length=80)
    note: str = long_text("办理情况", max_length=3_000)
    attitude: str = long_text("本人态度", max_length=2_000)
    waived: str = text("不再办理的理由", max_length=300)


@dataclass(eq=False, kw_only=True)
class Feedback:
    """One time that a result was fed back: to whom, how, when and by whom (反馈)."""

    id: int | None = None
    revision: int = 0
    subject_id: int | None = reference("回访对象", "Subject")
    visit_id: int | None = reference("回访", "Visit")

    audience: str = choice("反馈对象", *AUDIENCES, required=True)
    means: str = choice("反馈方式", *MEANS, free=True, max_length=20, required=True)
    on: date | None = day("反馈日期", required=True)
    by: str = text("反馈人", max_length=60, required=True)
    receiver: str = text("接收人", max_length=60, required=True, help="本人，或单位党组织的接收人")
    content: str = long_text("反馈内容", max_length=5_000)
    receipt_on: date | None = day("回执日期", help="送达回执上签收的日期，没有回执的不填")
    response: str = long_text("对方意见", max_length=3_000)


@dataclass(eq=False, kw_only=True)
class UnitReminder:
    """A letter that urges the unit's party organisation, and its reply (督促提醒函)."""

    id: int | None = None
    revision: int = 0
    subject_id: int | None = reference("回访对象", "Subject")
    visit_id: int | None = reference("回访", "Visit")

    kind: str = choice("事由", URGE, URGE_TALK, required=True)
    recipient: str = text("主送", max_length=80, required=True)
    problem: str = long_text("存在的问题", max_length=3_000, required=True)
    demand: str = long_text("有关要求", max_length=3_000, required=True)
    reply_by: date | None = day("请于何日前回复", required=True)
    sent_on: date | None = day("发出日期")
    sent_how: str = choice("送达方式", "当面", "信函", "会议", free=True, max_length=20)
    replied_on: date | None = day("回复日期")
    reply: str = long_text("单位回复", max_length=5_000)


@dataclass(eq=False, kw_only=True)
class ResultUse:
    """Somebody asked for the result of a visit, and what facts they were given (使用情况).

    The office states facts; who asked decides.
    """

    id: int | None = None
    revision: int = 0
    subject_id: int | None = reference("回访对象", "Subject")

    kind: str = choice("用途", *USES, required=True)
    asked_by: str = text("询问单位", max_length=80, required=True)
    asker: str = text("经办人", max_length=60)
    asked_on: date | None = day("询问日期", required=True)
    purpose: str = text("事由", max_length=200, required=True)
    document_no: str = text("来函文号", max_length=60)
    due_on: date | None = day("请于何日前答复")
    reply: str = long_text("答复内容", max_length=5_000, help="只写事实，不作结论")
    replied_on: date | None = day("答复日期")
    replied_by: str = text("答复人", max_length=60)


@dataclass(slots=True)
class WholeOutcome:
    """A result with all that belongs to it; visit, form and name are read only here."""

    outcome: Outcome
    visit: Visit
    name: str = ""
    unit: str = ""
    form: RegistrationForm | None = None
    acts: list[OutcomeAct] = field(default_factory=list)
    feedbacks: tuple[Feedback, ...] = ()
    reminders: tuple[UnitReminder, ...] = ()
    uses: tuple[ResultUse, ...] = ()
    exemptions: tuple[Exemption, ...] = ()


# ---------------------------------------------------------------- what a result demands


def demanded(item: str, *, serious: bool = False) -> tuple[str, ...]:
    """Return the acts that article 9 attaches to a result."""
    both = (TELL_PERSON, TELL_UNIT)
    if item == ENCOURAGE:
        return both
    if item == SUPPORT:
        return (*both, EXPLAIN, URGE)
    if item == ADMONISH:
        return (*both, URGE_TALK, TALK, *((HAND_ON,) if serious else ()))
    return ()


def due_day(kind: str, decided_on: date, settings: Settings) -> date:
    """Return until when an act is due: the office's own terms, for the measures name none."""
    days = settings.number_of("feedback_days")
    if kind == TALK:  # after the letter the unit needs time
        days += settings.number_of("reply_days")
    return decided_on + timedelta(days=days)


def act_state(act: OutcomeAct, whole: WholeOutcome) -> date | None:
    """Return the day on which an act was done; ``None`` while it is not.

    Feedback and letters are done by their records, whatever the act itself says.
    """
    if act.kind in (TELL_PERSON, TELL_UNIT):
        audience = TO_PERSON if act.kind == TELL_PERSON else TO_UNIT
        return fed_back_on(whole.feedbacks, audience)
    if act.kind in (URGE, URGE_TALK):
        sent = [one.sent_on for one in whole.reminders if one.kind == act.kind and one.sent_on]
        return min(sent, default=None)
    return act.done_on


def is_settled(act: OutcomeAct, whole: WholeOutcome) -> bool:
    """Tell whether an act is done, or let go with a reason."""
    return bool(act.waived.strip()) or act_state(act, whole) is not None


def fed_back_on(feedbacks: Sequence[Feedback], audience: str) -> date | None:
    """Return when somebody was first fed back to; without a whole record nobody was."""
    days = [
        one.on
        for one in feedbacks
        if one.audience == audience and one.on is not None and not field_problems(one)
    ]
    return min(days, default=None)


def whole_fed_back_on(feedbacks: Sequence[Feedback]) -> date | None:
    """Return when both, the person and the unit's party organisation, had been fed back to."""
    days = [fed_back_on(feedbacks, audience) for audience in AUDIENCES]
    known = [one for one in days if one is not None]
    return max(known) if len(known) == len(days) else None


def proposed_grounds(form: RegistrationForm | None) -> str:
    """Return what the registration form says towards a result."""
    if form is None:
        return ""
    parts = (("现实表现", form.attitude), ("意见建议", form.proposal))
    return "\n".join(f"{label}：{words.strip()}" for label, words in parts if words.strip())


# ---------------------------------------------------------------- what is wrong


def outcome_obstacles(whole: WholeOutcome, *, today: date) -> list[Obstacle]:
    """Return what stands in the way of a result being decided."""
    outcome, subject_id = whole.outcome, whole.outcome.subject_id
    found = [
        Obstacle(INCOMPLETE, problem.message, field=problem.field)
        for problem in outcome_problems(whole, today=today)
    ]
    if whole.form is None:
        found.append(
            Obstacle(
                NO_FORM,
                f"{whole.name}此次回访还没有登记表，认定结果应以登记表为依据（办法第八条第四项）",
                subject_id=subject_id,
                field="form",
            )
        )
    elif (whole.form.state or FORM_DRAFT) == FORM_DRAFT:
        found.append(
            Obstacle(
                FORM_OPEN,
                f"{whole.name}的登记表还没有定稿，内容可能还会改动",
                subject_id=subject_id,
                field="form",
            )
        )
    if outcome.serious and outcome.item != ADMONISH:
        found.append(
            Obstacle(
                INCOMPLETE,
                "情节严重：只用于第三项（拒不改正错误、不履职尽责），请核对",
                field="serious",
            )
        )
    return found


def outcome_problems(whole: WholeOutcome, *, today: date) -> list[Problem]:
    """Return what is missing or wrong in a result as typed."""
    outcome = whole.outcome
    found = field_problems(outcome)
    if outcome.decided_on is not None:
        if outcome.decided_on > today:
            found.append(Problem("decided_on", "认定日期：还没有到，请核对"))
        if whole.visit.on and outcome.decided_on < whole.visit.on:
            found.append(
                Problem("decided_on", f"认定日期：早于回访日期{display(whole.visit.on)}，请核对")
            )
    return found


def act_problems(act: OutcomeAct, *, today: date) -> list[Problem]:
    """Return what is missing or wrong in an act."""
    found = field_problems(act)
    if act.kind in BY_RECORD:
        if act.done_on is not None:
            found.append(
                Problem("done_on", f"{act.kind}：以反馈记录或函件登记为准，请登记反馈或函件")
            )
    elif act.done_on is not None:
        if act.done_on > today:
            found.append(Problem("done_on", "办结日期：还没有到，请核对"))
        if not act.done_by.strip():
            found.append(Problem("done_by", "办理人：请填写"))
        if not act.note.strip():
            found.append(Problem("note", "办理情况：请填写"))
    return found


def feedback_problems(feedback: Feedback, visit: Visit, *, today: date) -> list[Problem]:
    """Return why a feedback does not count yet."""
    found = field_problems(feedback)
    found += _between("on", "反馈日期", feedback.on, visit.on, "回访日期", today)
    found += _between("receipt_on", "回执日期", feedback.receipt_on, feedback.on, "反馈日期", today)
    return found


def reminder_problems(letter: UnitReminder, visit: Visit, *, today: date) -> list[Problem]:
    """Return what is missing or wrong in a letter to the unit."""
    found = field_problems(letter)
    found += _between("sent_on", "发出日期", letter.sent_on, visit.on, "回访日期", today)
    if letter.sent_on is not None:
        if not letter.sent_how:
            found.append(Problem("sent_how", "送达方式：请填写"))
        if TO_FILL_IN in letter.problem:
            found.append(Problem("problem", "存在的问题：还有“（请写明…）”，请写明后再登记发出"))
    if letter.reply_by and letter.sent_on and letter.reply_by < letter.sent_on:
        found.append(Problem("reply_by", "请于何日前回复：早于发出日期，请核对"))
    if letter.replied_on is not None:
        if letter.sent_on is None:
            found.append(Problem("replied_on", "回复日期：函件还没有登记发出，请先填写发出日期"))
        if not letter.reply.strip():
            found.append(Problem("reply", "单位回复：请填写回复内容"))
        found += _between(
            "replied_on", "回复日期", letter.replied_on, letter.sent_on, "发出日期", today
        )
    return found


def use_problems(use: ResultUse, *, today: date) -> list[Problem]:
    """Return what is missing or wrong in a record of who asked and what was answered."""
    found = field_problems(use)
    found += _between("asked_on", "询问日期", use.asked_on, None, "", today)
    found += _between("replied_on", "答复日期", use.replied_on, use.asked_on, "询问日期", today)
    if use.replied_on is not None:
        if not use.reply.strip():
            found.append(Problem("reply", "答复内容：请填写"))
        if not use.replied_by.strip():
            found.append(Problem("replied_by", "答复人：请填写"))
    return found


def _between(
    name: str, label: str, day: date | None, earliest: date | None, what: str, today: date
) -> list[Problem]:
    if day is None:
        return []
    if day > today:
        return [Problem(name, f"{label}：{display(day)}还没有到，请核对")]
    if earliest is not None and day < earliest:
        return [Problem(name, f"{label}：早于{what}{display(earliest)}，请核对")]
    return []
