"""Who counts as 应访 and 已访 in a period: the definitions behind every figure of the account.

应访 rests on articles 3 to 5 of the measures and follows the list of the period (see ``window``):
who could be visited on any day of it counts, until the last day that counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.domain.fields import display
from app.domain.kinds import full_name
from app.domain.outcome import OUTCOMES
from app.domain.period import Period, State
from app.domain.plan import METHODS
from app.domain.plan_checks import put_off_spans
from app.domain.report_period import ReportPeriod
from app.domain.subject import KINDS, PARTY, Dossier, Subject
from app.domain.verdict import BOUNDARY, DUE, EXCLUDED, NEVER, OPEN, Assessment
from app.domain.window import verdicts

MAY_VISIT = (DUE, BOUNDARY, OPEN)
NO_KIND = "其他（列入回访）"
NOT_SAID = "未填写"
BOTH, ONLY_PARTY, ONLY_ADMIN, NEITHER = "党纪政务并处", "仅党纪处分", "仅政务处分", "其他"

DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        "应访人数",
        "统计期内（截至统计截至日）至少有一天处于影响期（处分期）内、对象认定为“应回访”“边界”或“待定”的人"
        "（办法第四条、第五条）。期内转为原则上不再回访、不再回访而期内没有回访过的人，不计入应访，另列“期内退出”。"
        "暂缓回访的人计入应访，并单独列出。",
    ),
    ("已访人数", "应访的人中，统计期内完成一次以上回访（实地、电话、信函）的人；一人只计一次。"),
    ("未访人数", "应访人数减已访人数；其中统计截至日仍在暂缓期间的，列为“其中暂缓”。"),
    ("回访率", "已访人数除以应访人数；扣除暂缓的回访率，分母为应访人数减“其中暂缓”。"),
    (
        "回访人次",
        "统计期内完成的回访次数，含应访范围外回访；没有回访记录、只有登记表的，以登记表的回访时间计一次；"
        "启用本系统以前的回访，台账写明最近回访日期的计一次，没有日期的无法归入统计期，不计入，另列人次。",
    ),
    (
        "应访范围外回访",
        "统计期内回访过、但统计期内没有一天应回访的人，如期满后补访（办法第四条“一般应”）；不计入已访人数和回访率。",
    ),
    (
        "处分种类",
        "每人只计一次：有党纪处分的按党纪处分中最重的一种，没有的按政务（事业单位）处分中最重的一种；"
        "只看统计期内仍在影响期（处分期）内的处分，没有的看最近的处分。",
    ),
    ("结果运用", "按统计期内最后一次回访已确定的结果（办法第九条第一至三项）计；尚未确定的单列。"),
    (
        "已反馈、已归档",
        "已访人员中，最后一次回访的结果已向本人和所在单位党组织都反馈并有记录的、回访材料已归档的人（办法第九条、第十条）。",
    ),
)
"""What each figure means, as the report prints it."""


@dataclass(frozen=True, slots=True)
class Revisit:
    """One visit that took place, as the account counts it. ``opens`` is the record behind it."""

    on: date
    method: str = ""
    outcome: str = ""
    fed_back_on: date | None = None
    filed_on: date | None = None
    opens: tuple[str, int | None] = ("Visit", None)


@dataclass(frozen=True, slots=True)
class Course:
    """One person over the years that a report looks at: verdicts, putting off, visits.

    ``turns`` are the days on which the verdict changed, oldest first, each with the new one; the
    first is the first day looked at; ``put_off`` are the spans of being put off. ``verdict`` and
    what follows are as of the last day that counts. ``undated`` is how many visits the office's own
    ledger tells of without a day: no period can count them.
    """

    subject_id: int
    name: str
    unit: str
    born_on: str
    person_type: str
    turns: tuple[tuple[date, str], ...]
    put_off: tuple[tuple[date, date], ...] = ()
    revisits: tuple[Revisit, ...] = ()
    kind: str = ""
    group: str = ""
    decided_in: str = ""
    verdict: str = ""
    reason: str = ""
    last_day: date | None = None
    undated: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """How one person counts in one period."""

    course: Course
    due: bool = False
    left: bool = False  # could be visited, but left the circle unvisited
    put_off: bool = False  # due, not visited, and put off on the last day that counts
    revisits: tuple[Revisit, ...] = field(default=())

    @property
    def visited(self) -> bool:
        """Whether the person is due and was visited."""
        return self.due and bool(self.revisits)

    @property
    def late(self) -> bool:
        """Whether the person was visited without being due, as after the end of 影响期."""
        return not self.due and bool(self.revisits)

    @property
    def last(self) -> Revisit | None:
        """The last visit of the period."""
        return max(self.revisits, key=lambda one: one.on, default=None)


def course_of(
    dossier: Dossier,
    revisits: Sequence[Revisit],
    *,
    since: date,
    period: ReportPeriod,
    assess: Callable[[Dossier, date], Assessment],
) -> Course:
    """Follow a person from ``since`` to the last day of ``period`` that counts."""
    turns: list[tuple[date, str]] = []
    last: Assessment | None = None
    for last in verdicts(dossier, since, max(since, period.cutoff), assess):
        if not turns or turns[-1][1] != last.verdict:
            turns.append((last.as_of, last.verdict))
    if last is None or last.as_of != period.cutoff:
        last = assess(dossier, max(since, period.cutoff))
    revisits, undated = with_earlier(dossier.subject, revisits, period.cutoff)
    kind, group, decided_in = _sanctioned(last, period)
    subject = dossier.subject
    return Course(
        subject_id=subject.id or 0,
        name=subject.name,
        unit=subject.unit.strip() or NOT_SAID,
        born_on=display(subject.born_on),
        person_type=subject.person_type or NOT_SAID,
        turns=tuple(turns),
        put_off=put_off_spans(dossier),
        revisits=tuple(sorted(revisits, key=lambda one: one.on)),
        kind=kind,
        group=group,
        decided_in=decided_in,
        verdict=last.verdict,
        reason=last.reason,
        last_day=last.last_day,
        undated=undated,
    )


def with_earlier(
    subject: Subject, revisits: Sequence[Revisit], as_of: date
) -> tuple[Sequence[Revisit], int]:
    """Return the visits with the last one that the office's own ledger tells of, and how many it
    tells of without a day.

    A visit that the program knows of the same day is the same visit.
    """
    said = subject.earlier_visits
    day = _day(said.get("visited_on", ""))
    told = max(int(said.get("visit_count") or 0), 1 if said.get("visited_on") else 0)
    if day is None:
        return revisits, told
    known = day in {one.on for one in revisits}
    if known or day > as_of:
        return revisits, max(0, told - 1)
    means, item = said.get("visit_means", ""), said.get("outcome", "")
    earlier = Revisit(
        day,
        next((one for one in METHODS if one in means), ""),
        next((one for one in OUTCOMES if item and item in (one, one[:3], one[3:])), ""),
        fed_back_on=_day(said.get("fed_back_on", "")),
        filed_on=_day(said.get("filed_on", "")),
        opens=("Subject", subject.id),
    )
    return [*revisits, earlier], max(0, told - 1)


def _day(text: str) -> date | None:
    """Return a day that is known to the day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def count(course: Course, period: ReportPeriod) -> Counted:
    """Say how a person counts in ``period``, which ``course`` must cover."""
    first, last = period.starts_on, period.cutoff
    if last < first:
        return Counted(course)
    inside = tuple(one for one in course.revisits if first <= one.on <= last)
    could = at_the_end = False
    for number, (day, verdict) in enumerate(course.turns):
        until = course.turns[number + 1][0] if number + 1 < len(course.turns) else None
        if day > last or (until is not None and until <= first):
            continue
        could = could or verdict in MAY_VISIT
        at_the_end = verdict in (EXCLUDED, NEVER)  # of the last stretch that touches the period
    left = could and at_the_end and not inside
    due = could and not left
    off = due and not inside and any(a <= last <= b for a, b in course.put_off)
    return Counted(course, due=due, left=left, put_off=off, revisits=inside)


def _sanctioned(assessment: Assessment, period: ReportPeriod) -> tuple[str, str, str]:
    """Return the kind a person is counted under, the group of regimes, and the year decided."""
    listed = [
        one
        for one in assessment.periods
        if one.state not in (State.UNLISTED, State.REVOKED, State.MERGED, State.EXPELLED)
        and (one.start is None or one.start <= period.cutoff)
    ]
    running = [
        one for one in listed if one.last_day is None or one.last_day >= period.starts_on
    ] or listed
    if not running:
        return NO_KIND, NEITHER, NOT_SAID
    party = [one for one in running if one.family == PARTY]
    admin = [one for one in running if one.family != PARTY]
    chosen = max(party or admin, key=_weight)
    decided = chosen.sanction.decided_on
    year = f"{decided.year}年" if decided is not None else NOT_SAID
    group = BOTH if party and admin else ONLY_PARTY if party else ONLY_ADMIN
    return full_name(chosen.sanction.regime, chosen.kind), group, year


def _weight(one: Period) -> tuple[int, date]:
    kinds = KINDS.get(one.sanction.regime, ())
    place = kinds.index(one.kind) if one.kind in kinds else -1
    return place, one.start or date.min


def kinds_in_order() -> list[str]:
    """Return every kind a person can be counted under, the lightest first, party before 政务."""
    regimes = (PARTY, *(one for one in KINDS if one != PARTY))
    return [*(full_name(one, kind) for one in regimes for kind in KINDS[one][:-1]), NO_KIND]


def counted_in(courses: Iterable[Course], period: ReportPeriod) -> list[Counted]:
    """Return how everybody counts in ``period``."""
    return [count(course, period) for course in courses]
