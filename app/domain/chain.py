"""Where a person stands between list and form, what is missing next, and in which words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from app.domain import request as requests
from app.domain import visiting_list as lists
from app.domain.fields import display
from app.domain.gates import Exemption
from app.domain.plan import (
    APPROVE,
    APPROVED,
    OPEN,
    REJECT,
    REJECTED,
    SUBMIT,
    SUBMITTED,
    Plan,
    PlanStep,
)
from app.domain.request import Request
from app.domain.result_stage import FILED, UNFILED, ResultFacts, stage
from app.domain.result_stage import UNDECIDED as NO_RESULT
from app.domain.verdict import BOUNDARY, DUE
from app.domain.verdict import OPEN as UNDECIDED
from app.domain.visit import DONE as VISITED
from app.domain.visit import UNDER_WAY, Visit
from app.domain.visiting_list import ListEntry, VisitingList

LIST, PLAN, APPROVAL, VISIT, FORM = "名单", "方案", "审批", "回访", "登记表"
RESULT, FEEDBACK, FILE = "结果", "反馈", "归档"
TITLES = (LIST, PLAN, APPROVAL, VISIT, FORM, RESULT, FEEDBACK, FILE)

DONE = "已完成"
CURRENT = "当前"
NOT_BEGUN = "未开始"


@dataclass(frozen=True, slots=True)
class Link:
    """One of the steps, with how far it is and a word or two beside it."""

    title: str
    state: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a person stands. ``sentence`` says what is missing next; ``opens`` where to do it.

    ``opens`` is the entity's name and id (``("Plan", 7)``), with id ``None`` for one to be made.
    ``exceptions`` are the gates passed with a reason, in words; ``requests`` how many are open.
    """

    subject_id: int
    step: str
    sentence: str
    opens: tuple[str, int | None]
    links: tuple[Link, ...]
    exceptions: tuple[str, ...] = ()
    requests: int = 0
    visits: int = 0

    @property
    def short(self) -> str:
        """The stage in a word or two, for a column: 待审批, 已列入名单."""
        current = next((link for link in self.links if link.title == self.step), None)
        return current.words if current else ""


@dataclass(slots=True)
class Facts:
    """Everything about one person that the chain is read from."""

    subject_id: int
    verdict: str = ""
    entries: list[tuple[ListEntry, VisitingList]] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)  # those in which the person is not dropped
    steps: dict[int, list[PlanStep]] = field(default_factory=dict)  # by plan
    visits: list[Visit] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    exemptions: list[Exemption] = field(default_factory=list)
    results: dict[int, ResultFacts] = field(default_factory=dict)  # by visit, of finished ones
    drafts: frozenset[int] = frozenset()  # forms that are not final yet


def where(facts: Facts, *, today: date) -> Chain:
    """Return where a person stands on ``today``: what is under way comes before what is finished.

    A visit under way first, then an approved plan, then a visit that lacks its form or whose form
    is a draft, then a plan on its way, then the list.
    """
    under_way = [one for one in facts.visits if one.state == UNDER_WAY]
    formless = [one for one in facts.visits if one.state == VISITED and one.form_id is None]
    formless += [
        one for one in facts.visits if one.state == VISITED and one.form_id in facts.drafts
    ]
    plans = [one for one in facts.plans if one.state in OPEN]
    approved = [one for one in plans if one.state == APPROVED and not _visited(facts, one)]
    waiting = [one for one in plans if one.state != APPROVED]
    if under_way:
        return _visiting(facts, max(under_way, key=_age))
    if approved:
        return _to_carry_out(facts, max(approved, key=_age), today)
    if formless:
        return _formless(facts, max(formless, key=_age))
    if waiting:
        return _planning(facts, max(waiting, key=_age))
    return _listing(facts, today)


def _age(thing: Plan | Visit | VisitingList) -> int:
    return thing.id or 0


def _visited(facts: Facts, plan: Plan) -> bool:
    """Whether this person was visited under a plan that others of it still wait for."""
    return any(one.plan_id == plan.id and one.state == VISITED for one in facts.visits)


def _visiting(facts: Facts, visit: Visit) -> Chain:
    on = f"（{display(visit.on)}）" if visit.on else ""
    return _chain(
        facts,
        VISIT,
        "回访中",
        f"回访{on}正在进行：请补全谈话和查阅记录后办理完成",
        ("Visit", visit.id),
    )


def _to_carry_out(facts: Facts, plan: Plan, today: date) -> Chain:
    approved = _last(facts, plan, APPROVE)
    when = f"（{display(approved.on)}，{approved.who}）" if approved else ""
    if plan.on is None:
        day = ""
    elif plan.on < today:
        day = f"，原定{display(plan.on)}，已过{(today - plan.on).days}天"
    else:
        day = f"，定于{display(plan.on)}"
    return _chain(facts, VISIT, "待回访", f"方案已批准{when}{day}：请开展回访", ("Plan", plan.id))


def _formless(facts: Facts, visit: Visit) -> Chain:
    if visit.form_id is None:
        words, missing = "待填登记表", "请填写登记表"
    else:
        words, missing = "登记表草稿", "登记表还是草稿，请填写完毕后定稿"
    said = f"{display(visit.on)}已{visit.method}回访：{missing}（办法第八条第四项）"
    return _chain(facts, FORM, words, said, ("Visit", visit.id))


def _planning(facts: Facts, plan: Plan) -> Chain:
    if plan.state == SUBMITTED:
        step = _last(facts, plan, SUBMIT)
        since = f"{display(step.on)}" if step else ""
        return _chain(
            facts,
            APPROVAL,
            "待审批",
            f"方案{since}已报审，等待学校纪委主要负责人审核同意",
            ("Plan", plan.id),
        )
    if plan.state == REJECTED:
        step = _last(facts, plan, REJECT)
        opinion = f"：{step.opinion}" if step else ""
        return _chain(
            facts, PLAN, "退回修改", f"方案退回修改{opinion}。请修改后重新报审", ("Plan", plan.id)
        )
    return _chain(
        facts, PLAN, "拟方案", "方案尚在草拟：请补全后报审（办法第八条第二项）", ("Plan", plan.id)
    )


def _listing(facts: Facts, today: date) -> Chain:
    listed = max(facts.entries, key=lambda both: _age(both[1]), default=None)
    if listed is None:
        return _unlisted(facts)
    entry, of = listed
    if entry.decision == lists.PUT_OFF and (entry.until is None or entry.until >= today):
        until = f"至{display(entry.until)}" if entry.until else ""
        return _chain(
            facts,
            LIST,
            "暂缓",
            f"暂缓回访{until}（{entry.reason}）",
            ("VisitingList", of.id),
        )
    since = of.starts_on or of.signed_on
    visited = [
        one for one in facts.visits if one.state == VISITED and one.on and since and one.on >= since
    ]
    if visited:  # in the list's own period, however far the list is
        return _finished(facts, max(visited, key=_age))
    if entry.decision == lists.LEFT_OUT:
        return _chain(
            facts, LIST, "不列入", f"未列入“{of.title}”：{entry.reason}", ("VisitingList", of.id)
        )
    if of.state != lists.SIGNED:
        return _chain(
            facts,
            LIST,
            "名单待签批",
            f"已列入“{of.title}”，名单尚未签批：请征求意见后报签批（办法第八条第一项）",
            ("VisitingList", of.id),
        )
    return _chain(
        facts,
        PLAN,
        "待拟方案",
        f"已列入“{of.title}”：请成立工作组、制定回访工作方案（办法第八条第二项）",
        ("Plan", None),
    )


def _unlisted(facts: Facts) -> Chain:
    visited = [one for one in facts.visits if one.state == VISITED]
    if visited:
        return _finished(facts, max(visited, key=_age))
    if facts.verdict in (DUE, BOUNDARY, UNDECIDED):
        words = f"{facts.verdict}，尚未列入任何名单：请在本期名单中确定（办法第八条第一项）"
        return _chain(facts, LIST, "未列入名单", words, ("VisitingList", None))
    return _chain(
        facts,
        LIST,
        facts.verdict,
        f"对象认定为“{facts.verdict or '待定'}”，不需要安排回访",
        ("Subject", facts.subject_id),
    )


def _finished(facts: Facts, visit: Visit) -> Chain:
    open_ = sum(one.state != requests.TOLD for one in facts.requests)
    rest = f"；尚有{open_}项诉求未办结" if open_ else ""
    known = facts.results.get(visit.id or 0) or ResultFacts(visit)
    word, outcome, entry = stage(known), known.outcome, known.entry
    visited = f"{display(visit.on)}已{visit.method}回访"
    if word == NO_RESULT or outcome is None:
        words = f"{visited}，登记表已填写：请认定回访结果（办法第九条）{rest}"
        return _chain(facts, RESULT, NO_RESULT, words, ("ResultOf", visit.id))
    opens = ("Outcome", outcome.id)
    if word == FILED and entry is not None:
        words = f"{visited}，{display(entry.filed_on)}归档（案卷号{entry.file_number}）{rest}"
        return _chain(facts, FILE, word, words, opens, done=True)
    if word == UNFILED:
        words = f"{visited}，结果{outcome.item}已反馈：请归档（办法第十条）{rest}"
        return _chain(facts, FILE, word, words, opens)
    words = f"{visited}，结果{outcome.item}：{word}（办法第九条）{rest}"
    return _chain(facts, FEEDBACK, word, words, opens)


def _last(facts: Facts, plan: Plan, act: str) -> PlanStep | None:
    steps = [step for step in facts.steps.get(plan.id or 0, ()) if step.act == act]
    return steps[-1] if steps else None


def _chain(
    facts: Facts,
    step: str,
    words: str,
    sentence: str,
    opens: tuple[str, int | None],
    *,
    done: bool = False,
) -> Chain:
    place = TITLES.index(step)
    listed = any(entry.decision == lists.INCLUDED for entry, _ in facts.entries)
    links = []
    for number, title in enumerate(TITLES):
        if number > place:
            links.append(Link(title, NOT_BEGUN))
        elif number == place:
            links.append(Link(title, DONE if done else CURRENT, words))
        elif title == LIST and not listed:
            # Somebody may come to a plan without ever having been on a list; that stays visible.
            links.append(Link(title, NOT_BEGUN, "未列入名单"))
        else:
            links.append(Link(title, DONE))
    return Chain(
        subject_id=facts.subject_id,
        step=step,
        sentence=sentence,
        opens=opens,
        links=tuple(links),
        exceptions=tuple(dict.fromkeys(f"{one.gate}：{one.reason}" for one in facts.exemptions)),
        requests=sum(one.state != requests.TOLD for one in facts.requests),
        visits=sum(one.state == VISITED for one in facts.visits),
    )
