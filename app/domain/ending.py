"""期满办理: restoring a member's rights, and the end of a 政务 or 事业单位 period, step by step.

What is confirmed here becomes one status event, which the rules of periods read: no date is kept
twice. Materials and steps are the office's to change, for no text it follows fixes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from app.domain.fields import (
    Problem,
    choice,
    day,
    display,
    field_problems,
    flag,
    long_text,
    reference,
    text,
)
from app.domain.fields import number as whole_number
from app.domain.gates import (
    BEFORE_END,
    INCOMPLETE,
    MATERIALS_MISSING,
    OFFENCE_OPEN,
    STEPS_OPEN,
    Exemption,
    Obstacle,
)
from app.domain.period import Period, State
from app.domain.reckoning import ONE_DAY
from app.domain.subject import (
    ENDED,
    EXTENDED,
    INSTITUTION,
    NEW_OFFENCE,
    PARTY,
    RESTORED,
    Event,
    Sanction,
)
from app.domain.working_days import WorkingDays

RESTORE = "恢复党员权利"
END_ADMIN = "政务处分期满"
END_INSTITUTION = "事业单位处分期满"
KINDS = (RESTORE, END_ADMIN, END_INSTITUTION)
ARTICLE_OF = {
    RESTORE: "条例第十二条",
    END_ADMIN: "政务处分法第二十六条",
    END_INSTITUTION: "事业单位处分规定第六条",
}
"""Where each comes from; the same as the reminder of it cites."""

UNDER_WAY, CONFIRMED, STOPPED = "办理中", "已办结", "已终止"
STATES = (UNDER_WAY, CONFIRMED, STOPPED)

EXTEND = "延长留党察看一年"
ENDS = "期满解除"
RESULTS = (RESTORE, EXTEND, ENDS)
EVENT_OF = {RESTORE: RESTORED, EXTEND: EXTENDED, ENDS: ENDED}

MATERIAL, STEP = "材料", "步骤"


@dataclass(eq=False, kw_only=True)
class Ending:
    """What is under way for one sanction whose probation or period ends (期满办理).

    ``event_id`` is the status event that the confirmation wrote; ``sanction_id`` names its sanction.
    Day, number and approver of what is confirmed are the event's.
    """

    id: int | None = None
    revision: int = 0
    subject_id: int | None = reference("回访对象", "Subject")
    sanction_id: int | None = whole_number("处分编号")
    event_id: int | None = whole_number("状态事项编号")

    kind: str = choice("事项", *KINDS, required=True)
    state: str = choice("状态", *STATES, default=UNDER_WAY)
    sanction: str = text("所依据的处分", max_length=120)
    began_on: date | None = day("开始办理日期", required=True)
    last_day: date | None = day("察看期（处分期）最后一日")
    owner: str = text("承办人", max_length=60)
    result: str = choice("办理结果", *RESULTS, required=True)
    on: date | None = day("恢复（期满）日期", required=True, help="照决定书填写，期限从这一天起算")
    organ: str = text("批准机关", max_length=80, required=True)
    document_no: str = text("文号", max_length=60)
    approver: str = text("批准人", max_length=40)
    notified_on: date | None = day("告知本人日期")
    remarks: str = long_text("备注", max_length=2_000)
    stopped: str = text("终止的理由", max_length=300)


@dataclass(eq=False, kw_only=True)
class EndingItem:
    """One material to hand in, or one step with its day."""

    id: int | None = None
    revision: int = 0
    ending_id: int | None = reference("期满办理", "Ending")
    position: int | None = whole_number("序号")

    sort: str = choice("类别", MATERIAL, STEP, default=STEP, required=True)
    title: str = text("名称", max_length=120, required=True)
    needed: bool = flag("必备", default=True)
    due_on: date | None = day("时限")
    done_on: date | None = day("完成日期")
    note: str = text("说明", max_length=300)


@dataclass(slots=True)
class WholeEnding:
    """A restoration or end of period with its materials and steps; the rest is read only here."""

    ending: Ending
    name: str = ""
    unit: str = ""
    items: list[EndingItem] = field(default_factory=list)
    exemptions: tuple[Exemption, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def head(self) -> Ending:
        """The record by whose id the whole is opened."""
        return self.ending

    @property
    def materials(self) -> list[EndingItem]:
        """What is to be handed in."""
        return [one for one in self.items if one.sort == MATERIAL]

    @property
    def steps(self) -> list[EndingItem]:
        """What is to be done, in order."""
        return [one for one in self.items if one.sort == STEP]


def kind_for(sanction: Sanction) -> str:
    """Return which procedure a sanction ends with; ``""`` for party sanctions that just end."""
    if sanction.regime == PARTY:
        return RESTORE if sanction.kind.startswith("留党察看") else ""
    return END_INSTITUTION if sanction.regime == INSTITUTION else END_ADMIN


def proposed_result(kind: str) -> str:
    """Return the result that is usual."""
    return RESTORE if kind == RESTORE else ENDS


_RESTORING = (
    "本人恢复党员权利的书面申请",
    "本人思想汇报（察看期内）",
    "所在党支部的考察材料",
    "支部大会决议（讨论、表决情况）",
    "上级党组织审查意见",
    "处分决定书复印件",
    "留党察看期间回访登记表",
)
_ENDING = (
    "处分决定书复印件",
    "本人书面总结",
    "所在单位关于处分期内表现的意见",
    "处分期内年度考核结果",
    "回访登记表",
)
MEETING = "支部大会讨论、表决"
TO_SUPERIOR = "报上级党委审批（支部大会后7个工作日内）"
TO_SUPERIOR_WITHIN = 7
_RESTORING_STEPS = (
    ("本人提出书面申请", 0),
    ("党支部考察，听取党员和群众意见", 14),
    (MEETING, 21),
    (TO_SUPERIOR, 30),
    ("作出决定并在党组织范围内宣布", 45),
    ("决定报原处分批准机关备案，存入原案卷", 60),
)
_ENDING_STEPS = (
    ("核实处分期内有无再次违纪违法", 0),
    ("听取所在单位意见", 10),
    ("确认期满，办理解除手续", 20),
    ("书面告知本人和所在单位", 30),
    ("通知组织、人事部门，材料存入档案", 45),
)


def report_day(items: Sequence[EndingItem], working_days: WorkingDays) -> date | None:
    """Return by when the party branch must have reported: the 7th working day after its meeting.

    The only term in working days here; where nothing was held yet it counts from the day planned.
    """
    held = next((one.done_on or one.due_on for one in items if one.title == MEETING), None)
    return working_days.after(held, TO_SUPERIOR_WITHIN) if held is not None else None


def proposed_items(
    kind: str, last_day: date | None, today: date, working_days: WorkingDays
) -> list[EndingItem]:
    """Return materials and steps to begin with; the days count from the day after the last one.

    Where the period ended long ago they count from today: all would be overdue at once.
    """
    restoring = kind == RESTORE
    first = max(last_day + ONE_DAY, today) if last_day is not None else today
    items = [
        EndingItem(sort=MATERIAL, title=title) for title in (_RESTORING if restoring else _ENDING)
    ]
    items += [
        EndingItem(sort=STEP, title=title, due_on=first + timedelta(days=days))
        for title, days in (_RESTORING_STEPS if restoring else _ENDING_STEPS)
    ]
    for position, item in enumerate(items, 1):
        item.position = position
        if item.title == TO_SUPERIOR:
            item.due_on = report_day(items, working_days)
    return items


def last_day_of(periods: Sequence[Period], sanction_id: int | None) -> date | None:
    """Return the last day of a sanction's probation, or of its period."""
    for period in periods:
        if period.sanction.id == sanction_id:
            return period.probation_last if period.state is State.PROBATION else period.last_day
    return None


def ending_problems(whole: WholeEnding, *, today: date) -> list[Problem]:
    """Return what is missing or wrong before the end can be confirmed."""
    ending = whole.ending
    found = field_problems(ending)
    if ending.on is not None and ending.on > today:
        found.append(Problem("on", f"恢复（期满）日期：{display(ending.on)}还没有到，请核对"))
    allowed = (RESTORE, EXTEND) if ending.kind == RESTORE else (ENDS,)
    if ending.result and ending.result not in allowed:
        found.append(Problem("result", f"办理结果：{ending.kind}不能办成“{ending.result}”，请核对"))
    for number, item in enumerate(whole.items):
        if item.done_on is not None and item.done_on > today:
            found.append(
                Problem(f"items.{number}.done_on", f"{item.title} · 完成日期还没有到，请核对")
            )
        if not item.title.strip():
            found.append(Problem(f"items.{number}.title", f"第{number + 1}项 · 名称：请填写"))
    return found


def ending_obstacles(whole: WholeEnding, *, today: date) -> list[Obstacle]:
    """Return what stands in the way of the end being confirmed."""
    ending, subject_id = whole.ending, whole.ending.subject_id
    found = [
        Obstacle(INCOMPLETE, problem.message, field=problem.field)
        for problem in ending_problems(whole, today=today)
    ]
    missing = [one for one in whole.materials if one.needed and one.done_on is None]
    if missing:
        names = "、".join(one.title for one in missing)
        found.append(
            Obstacle(
                MATERIALS_MISSING,
                f"还缺{len(missing)}项材料：{names}",
                subject_id=subject_id,
                field=f"items.{whole.items.index(missing[0])}.done_on",
            )
        )
    # The last steps (notice, filing) come after the decision; they do not hold it up.
    before = [one for one in whole.steps[:-2] if one.needed and one.done_on is None]
    if before:
        found.append(
            Obstacle(
                STEPS_OPEN,
                f"步骤“{before[0].title}”等{len(before)}项还没有完成",
                subject_id=subject_id,
                field=f"items.{whole.items.index(before[0])}.done_on",
            )
        )
    if ending.on is not None and ending.last_day is not None and ending.on <= ending.last_day:
        found.append(
            Obstacle(
                BEFORE_END,
                f"{display(ending.on)}在最后一日{display(ending.last_day)}以内，"
                f"{'察看期' if ending.kind == RESTORE else '处分期'}还没有届满",
                subject_id=subject_id,
                field="on",
            )
        )
    if ending.result != EXTEND and _offence(whole):
        found.append(
            Obstacle(
                OFFENCE_OPEN,
                "名册中记有“期内又违纪违法”，请先查明处理情况",
                subject_id=subject_id,
                field="result",
            )
        )
    cited = ARTICLE_OF.get(ending.kind, "")
    return [one if one.gate is INCOMPLETE else replace(one, article=cited) for one in found]


def _offence(whole: WholeEnding) -> bool:
    last = whole.ending.last_day
    return any(
        event.kind == NEW_OFFENCE
        and event.sanction_id in (None, whole.ending.sanction_id)
        and (event.on is None or last is None or event.on.first <= last)
        for event in whole.events
    )
