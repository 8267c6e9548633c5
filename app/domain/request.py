"""诉求: what a person asks for or has trouble with, until they were told the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.fields import Problem, choice, day, field_problems, long_text, reference, text

OPEN = "办理中"
ANSWERED = "已答复"
TOLD = "已告知本人"
STATES = (OPEN, ANSWERED, TOLD)

DEMAND = "合理要求"
DIFFICULTY = "工作生活困难"
RIGHTS = "权利保障"
SUGGESTION = "意见建议"
KINDS = (DEMAND, DIFFICULTY, RIGHTS, SUGGESTION, "其他")

TOLD_BY = ("当面", "电话", "书面", "其他")


@dataclass(eq=False, kw_only=True)
class Request:
    """One request or difficulty a person raised (诉求、困难, 办法 art. 7(5), 8(3))."""

    id: int | None = None
    revision: int = 0
    subject_id: int | None = reference("回访对象", "Subject")
    visit_id: int | None = reference("提出时的回访", "Visit")

    state: str = choice("办理状态", *STATES, default=OPEN)
    kind: str = choice("类别", *KINDS, free=True, max_length=40, required=True)
    content: str = long_text("诉求内容", max_length=3_000, required=True)
    raised_on: date | None = day("提出日期", required=True)
    owner: str = text("承办部门或承办人", max_length=80, required=True)
    due_on: date | None = day("办理时限", required=True)

    answer: str = long_text("办理结果", max_length=3_000)
    answered_on: date | None = day("办结日期")
    told_on: date | None = day("告知本人日期")
    told_how: str = choice("告知方式", *TOLD_BY, free=True, max_length=40)
    told_by: str = text("告知人", max_length=40)
    remarks: str = long_text("备注", max_length=1_000)


def request_problems(request: Request) -> list[Problem]:
    """Return what is missing or wrong for the state the request is in."""
    found = field_problems(request)
    if request.raised_on and request.due_on and request.due_on < request.raised_on:
        found.append(Problem("due_on", "办理时限：早于提出日期，请核对"))
    if request.state in (ANSWERED, TOLD):
        if not request.answer.strip():
            found.append(Problem("answer", "办理结果：请写明如何答复"))
        if request.answered_on is None:
            found.append(Problem("answered_on", "办结日期：请填写"))
    if request.answered_on and request.raised_on and request.answered_on < request.raised_on:
        found.append(Problem("answered_on", "办结日期：早于提出日期，请核对"))
    if request.state == TOLD:
        if request.told_on is None:
            found.append(Problem("told_on", "告知本人日期：请填写"))
        if not request.told_how:
            found.append(Problem("told_how", "告知方式：请填写"))
    if request.told_on and request.answered_on and request.told_on < request.answered_on:
        found.append(Problem("told_on", "告知本人日期：早于办结日期，请核对"))
    return found


def overdue(request: Request, today: date) -> bool:
    """Return whether the answer is late."""
    return request.state == OPEN and request.due_on is not None and request.due_on < today
