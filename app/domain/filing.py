"""归档 (办法 art. 10): what goes into the case file, in which order, on which pages, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.domain.fields import (
    Problem,
    choice,
    day,
    display,
    field_problems,
    long_text,
    reference,
    text,
)
from app.domain.fields import number as whole_number
from app.domain.gates import (
    ACTS_OPEN,
    FORM_UNSIGNED,
    INCOMPLETE,
    NO_FORM,
    NO_UNIT_REPLY,
    NOT_DECIDED,
    NOT_FED_BACK,
    PAPERS_MISSING,
    REQUESTS_OPEN,
    Obstacle,
)
from app.domain.outcome import (
    AUDIENCES,
    BY_RECORD,
    DECIDED,
    TO_PERSON,
    Outcome,
    WholeOutcome,
    fed_back_on,
    is_settled,
)
from app.domain.registration_form import FILED as FORM_FILED
from app.domain.registration_form import SIGNED as FORM_SIGNED
from app.domain.request import TOLD, Request

OPEN, FILED = "未归档", "已归档"
STATES = (OPEN, FILED)
CUSTODY = ("永久", "30年", "10年")

PLAN, CONSULTATION, NOTICE, OUTLINE, RECORD, OPINION, FORM = (
    "方案及审批",
    "征求意见记录",
    "通知函及告知书",
    "谈话提纲",
    "回访记录",
    "所在单位评价意见",
    "登记表",
)
FEEDBACK, REMINDER, ADMONITION, REQUEST, ENDING, OTHER = (
    "反馈函",
    "督促提醒函及回复",
    "教育提醒记录",
    "诉求办理单",
    "期满办理材料",
    "其他",
)
ORDER = (
    PLAN,
    CONSULTATION,
    NOTICE,
    OUTLINE,
    RECORD,
    OPINION,
    FORM,
    FEEDBACK,
    REMINDER,
    ADMONITION,
    REQUEST,
    ENDING,
    OTHER,
)
"""The order of papers in the file (handbook 4); the office may move any of them."""


@dataclass(eq=False, kw_only=True)
class FilingEntry:
    """The volume that one visit's papers go into: number, custody, who handed over (归档)."""

    id: int | None = None
    revision: int = 0
    subject_id: int | None = reference("回访对象", "Subject")
    visit_id: int | None = reference("回访", "Visit")

    state: str = choice("状态", *STATES, default=OPEN)
    title: str = text("案卷题名", max_length=120, required=True)
    fonds: str = text("全宗号", max_length=20)
    catalogue: str = text("目录号", max_length=20)
    file_number: str = text("案卷号", max_length=80, required=True, help="如 2026-SL-012")
    custody: str = choice("保管期限", *CUSTODY, free=True, max_length=20, required=True)
    compiled_by: str = text("立卷人", max_length=60, required=True)
    checked_by: str = text("检查人", max_length=60)
    compiled_on: date | None = day("立卷日期")
    handed_by: str = text("移交人", max_length=60, required=True)
    handed_to: str = text("接收人", max_length=60, required=True)
    filed_on: date | None = day("归档日期", required=True)
    remarks: str = long_text(
        "卷内情况说明", max_length=2_000, help="缺损、补充、移出等情况，印在备考表上"
    )


@dataclass(eq=False, kw_only=True)
class FilingPaper:
    """One paper of the volume: a line of 卷内目录. Its pages follow from those before it."""

    id: int | None = None
    revision: int = 0
    filing_id: int | None = reference("归档", "FilingEntry")
    position: int | None = whole_number("序号")

    sort: str = choice("类别", *ORDER, default=OTHER)
    title: str = text("题名", max_length=120, required=True)
    author: str = text("责任者", max_length=60)
    number: str = text("文号", max_length=60)
    on: date | None = day("日期")
    pages: int | None = whole_number("页数", required=True)
    note: str = text("备注", max_length=120)


@dataclass(frozen=True, slots=True)
class Expected:
    """A kind of paper that the file should hold: whether it is there, and where it is made.

    ``opens`` is the entity's name and id, as in ``Chain``.
    """

    sort: str
    there: bool
    reason: str
    opens: tuple[str, int | None]


@dataclass(slots=True)
class WholeFiling:
    """A volume with its papers, the result it rests on, and what else is asked before it closes."""

    entry: FilingEntry
    result: WholeOutcome
    papers: list[FilingPaper] = field(default_factory=list)
    expected: tuple[Expected, ...] = ()
    requests: tuple[Request, ...] = ()
    known: dict[tuple[str, str, date | None], int] = field(default_factory=dict)
    """Pages of those papers that a scan or a print is there of, by ``paper_key``: not typed."""

    @property
    def head(self) -> Outcome:
        """The result by whose id the whole is opened."""
        return self.result.outcome


def paper_key(paper: FilingPaper) -> tuple[str, str, date | None]:
    """Return what a paper is told by: its kind, its title and its day."""
    return paper.sort, paper.title, paper.on


def page_spans(papers: Sequence[FilingPaper]) -> list[tuple[int, int] | None]:
    """Return first and last page of each paper; ``None`` from the first whose pages are unknown."""
    spans: list[tuple[int, int] | None] = []
    following: int | None = 1
    for paper in papers:
        if following is None or not paper.pages or paper.pages < 1:
            following = None
            spans.append(None)
        else:
            spans.append((following, following + paper.pages - 1))
            following += paper.pages
    return spans


def page_total(papers: Iterable[FilingPaper]) -> int:
    """Return how many pages are known to lie in the volume."""
    return sum(max(0, paper.pages or 0) for paper in papers)


def page_side(page: int) -> str:
    """Return where the page number stands: front sides top right, back sides top left."""
    return "right" if page % 2 else "left"


def in_order(papers: Iterable[FilingPaper]) -> list[FilingPaper]:
    """Return papers as they lie in the file: by kind, then by day, else in the order given."""
    known = {sort: place for place, sort in enumerate(ORDER)}
    return sorted(papers, key=lambda one: (known.get(one.sort, len(ORDER)), one.on or date.max))


def filing_problems(whole: WholeFiling, *, today: date) -> list[Problem]:
    """Return what is missing or wrong in the volume as typed."""
    entry = whole.entry
    found = field_problems(entry)
    if entry.filed_on is not None:
        if entry.filed_on > today:
            found.append(Problem("filed_on", "归档日期：还没有到，请核对"))
        visited = whole.result.visit.on
        if visited is not None and entry.filed_on < visited:
            found.append(Problem("filed_on", f"归档日期：早于回访日期{display(visited)}，请核对"))
    if entry.compiled_on and entry.filed_on and entry.compiled_on > entry.filed_on:
        found.append(Problem("compiled_on", "立卷日期：晚于归档日期，请核对"))
    if not whole.papers:
        found.append(Problem("papers", "卷内目录：还没有文件，请按卷内材料列出"))
    for number, paper in enumerate(whole.papers):
        whose = paper.title or f"第{number + 1}件"
        found += [
            Problem(f"papers.{number}.{one.field}", f"{whose} · {one.message}")
            for one in field_problems(paper)
        ]
        if paper.pages is not None and paper.pages < 1:
            found.append(Problem(f"papers.{number}.pages", f"{whose} · 页数：应为1页以上"))
    return found


def place_of(problem: Problem) -> str:
    """Return where a problem of the volume is mended: its own fields, or those of its papers."""
    return problem.field if problem.field.startswith("papers") else f"filing.{problem.field}"


def missing_papers(whole: WholeFiling) -> list[Expected]:
    """Return the kinds of paper that should be in the file and are not, or are not listed."""
    listed = {paper.sort for paper in whole.papers}
    return [one for one in whole.expected if not one.there or one.sort not in listed]


def filing_obstacles(whole: WholeFiling, *, today: date) -> list[Obstacle]:
    """Return what stands in the way of the volume being closed."""
    result = whole.result
    subject_id, name = whole.entry.subject_id, result.name
    found = [
        Obstacle(INCOMPLETE, problem.message, field=place_of(problem))
        for problem in filing_problems(whole, today=today)
    ]

    def passable(gate: object, sentence: str, path: str) -> None:
        found.append(Obstacle(gate, sentence, subject_id=subject_id, field=path))  # type: ignore[arg-type]

    if result.outcome.state != DECIDED:
        passable(NOT_DECIDED, f"{name}此次回访的结果还没有确定（办法第九条）", "item")
    form = result.form
    if form is None:
        passable(NO_FORM, f"{name}此次回访还没有登记表（办法第八条第四项）", "form")
    elif form.state not in (FORM_SIGNED, FORM_FILED):
        passable(FORM_UNSIGNED, f"{name}的登记表{form.state or '还是草稿'}，尚未签名存入", "form")
    for audience in AUDIENCES:
        if fed_back_on(result.feedbacks, audience) is None:
            whom = name if audience == TO_PERSON else f"{result.unit}党组织"
            passable(NOT_FED_BACK, f"还没有向{whom}反馈的记录（办法第九条）", "feedbacks")
    left = [act for act in result.acts if act.kind not in BY_RECORD and not is_settled(act, result)]
    if left:
        passable(ACTS_OPEN, f"还有事项没有办结：{'、'.join(act.kind for act in left)}", "acts")
    if any(one.sent_on and one.replied_on is None for one in result.reminders):
        passable(NO_UNIT_REPLY, f"{result.unit}党组织还没有回复督促提醒函", "reminders")
    if any(one.state != TOLD for one in whole.requests):
        passable(
            REQUESTS_OPEN, "此次回访提出的诉求还没有办结并告知本人（办法第八条第三项）", "requests"
        )
    if missing := missing_papers(whole):
        names = "、".join(one.sort for one in missing)
        passable(PAPERS_MISSING, f"卷内还缺：{names}", "expected")
    return found
