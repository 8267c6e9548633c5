"""The figures of a period as tables: every number knows the people behind it and what it adds up to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from app.domain.fields import display
from app.domain.outcome import OUTCOMES
from app.domain.plan import METHODS
from app.domain.report_period import ReportPeriod
from app.domain.revisit_counts import (
    BOTH,
    NEITHER,
    NOT_SAID,
    ONLY_ADMIN,
    ONLY_PARTY,
    Counted,
    Course,
    counted_in,
    kinds_in_order,
)
from app.domain.subject import PERSON_TYPES
from app.domain.verdict import VERDICTS

DUE, VISITED, UNVISITED, PUT_OFF, SHARE = "应访", "已访", "未访", "其中暂缓", "回访率"
LEFT, OUTSIDE, TIMES, SHARE_WITHOUT = "期内退出", "应访范围外回访", "回访人次", "扣除暂缓的回访率"
FED_BACK, FILED = "已反馈", "已归档"
SUMMARY_COLUMN = "数量"
UNDATED = "台账无日期的回访（不计入）"
NO_OUTCOME = "尚未认定"
NOT_RECORDED = "方式未记录"

BY_KIND, BY_GROUP, BY_UNIT, BY_TYPE, BY_YEAR = "kind", "group", "unit", "type", "year"
SUMMARY, TREND, BY_METHOD, BY_OUTCOME, BY_VERDICT = (
    "summary",
    "trend",
    "method",
    "outcome",
    "verdict",
)
ORDER = (TREND, BY_KIND, BY_GROUP, BY_TYPE, BY_UNIT, BY_YEAR, BY_METHOD, BY_OUTCOME, BY_VERDICT)
"""The tables after the summary, in the order of the report."""
PERIODS_IN_TREND = 6


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: how many, who is behind it, and for a share, of how many.

    ``key`` is the same wherever the same number stands. A share names the two numbers it is made
    of: ``part`` and ``of``, which is ``whole``.
    """

    key: str
    count: int
    people: tuple[int, ...] = ()
    part: str = ""
    of: str = ""
    whole: int | None = None
    withheld: bool = False

    @property
    def text(self) -> str:
        """The number as it is read."""
        if self.withheld:
            return WITHHELD
        if self.whole is None:
            return str(self.count)
        return f"{self.count / self.whole:.1%}" if self.whole else "—"


WITHHELD = "*"
"""What stands in a table that leaves the office for a number that would point at somebody."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table."""

    label: str
    figures: tuple[Figure, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table. ``head`` is the title of the first column, ``columns`` those of the others."""

    key: str
    title: str
    head: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """That a number is the sum of others: who knows all but one knows that one.

    Not ``exact``: the parts overlap, so that the sum is only a bound.
    """

    total: str
    parts: tuple[str, ...]
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a period. ``sums`` say which follow from which."""

    period: ReportPeriod
    tables: tuple[Table, ...]
    sums: tuple[Sum, ...]
    people: dict[int, Counted] = field(default_factory=dict)
    guarded: bool = False  # small numbers withheld

    def table(self, key: str) -> Table:
        """Return one table."""
        return next(one for one in self.tables if one.key == key)

    def figure(self, key: str) -> Figure:
        """Return a number by its key. Raises ``KeyError``."""
        for table in self.tables:
            for line in table.lines:
                for figure in line.figures:
                    if figure.key == key:
                        return figure
        raise KeyError(key)

    def period_of(self, figure: Figure) -> ReportPeriod:
        """Return the period that a number is of: an earlier one in the trend."""
        for earlier in self.period.series(PERIODS_IN_TREND):
            if figure.key.startswith(f"{_trend_key(earlier)}:"):
                return earlier
        return self.period

    def behind(self, figure: Figure) -> list[Counted]:
        """Return who is behind a number, as they count in the number's own period."""
        period = self.period_of(figure)
        found = [self.people[id_] for id_ in figure.people]
        return found if period == self.period else counted_in((x.course for x in found), period)


def _trend_key(period: ReportPeriod) -> str:
    return f"trend:{period.starts_on.isoformat()}"


def make_report(courses: Iterable[Course], period: ReportPeriod) -> Report:
    """Return all tables of ``period``; ``courses`` reach back as far as the trend does."""
    known = list(courses)
    everybody = counted_in(known, period)
    made = _Maker(period)
    tables = [
        made.summary(everybody),
        made.trend(known),
        made.people_table(
            BY_KIND, "按处分种类", "处分种类", everybody, lambda c: c.kind, kinds_in_order()
        ),
        made.people_table(
            BY_GROUP,
            "按处分类别",
            "处分类别",
            everybody,
            lambda c: c.group,
            [ONLY_PARTY, ONLY_ADMIN, BOTH, NEITHER],
        ),
        made.people_table(
            BY_TYPE,
            "按人员类别",
            "人员类别",
            everybody,
            lambda c: c.person_type,
            [*PERSON_TYPES, NOT_SAID],
        ),
        made.people_table(BY_UNIT, "按所在单位", "所在单位", everybody, lambda c: c.unit, ()),
        made.people_table(BY_YEAR, "按处分年度", "处分年度", everybody, lambda c: c.decided_in, ()),
        made.methods(everybody),
        made.outcomes(everybody),
        made.verdicts(everybody),
    ]
    made.across(everybody)
    people = {one.course.subject_id: one for one in everybody}
    return Report(period, tuple(tables), tuple(made.sums), people)


class _Maker:
    """Makes the tables and notes what adds up to what."""

    def __init__(self, period: ReportPeriod) -> None:
        self._period = period
        self.sums: list[Sum] = []

    def _figure(self, key: str, who: Iterable[Counted]) -> Figure:
        people = tuple(one.course.subject_id for one in who)
        return Figure(key, len(people), people)

    def _share(self, part: Figure, whole: Figure) -> Figure:
        return Figure(
            f"{part.key}/{whole.key}", part.count, part.people, part.key, whole.key, whole.count
        )

    def _four(self, where: str, who: Sequence[Counted]) -> tuple[Figure, ...]:
        """Return 应访, 已访, 未访, 其中暂缓 and 回访率 of some people."""
        due = self._figure(f"{where}:{DUE}", (one for one in who if one.due))
        visited = self._figure(f"{where}:{VISITED}", (one for one in who if one.visited))
        unvisited = self._figure(
            f"{where}:{UNVISITED}", (one for one in who if one.due and not one.visited)
        )
        off = self._figure(f"{where}:{PUT_OFF}", (one for one in who if one.put_off))
        self.sums.append(Sum(due.key, (visited.key, unvisited.key)))
        return due, visited, unvisited, off, self._share(visited, due)

    def summary(self, everybody: Sequence[Counted]) -> Table:
        due, visited, unvisited, off, share = self._four("all", everybody)
        asked = self._figure("all:应访而非暂缓", (c for c in everybody if c.due and not c.put_off))
        self.sums.append(Sum(due.key, (off.key, asked.key)))
        left = self._figure(f"all:{LEFT}", (one for one in everybody if one.left))
        outside = self._figure(f"all:{OUTSIDE}", (one for one in everybody if one.late))
        some = [one for one in everybody if one.revisits]
        times = _times(f"all:{TIMES}", some)
        fed = self._figure(
            f"all:{FED_BACK}", (c for c in everybody if c.visited and c.last and c.last.fed_back_on)
        )
        filed = self._figure(
            f"all:{FILED}", (c for c in everybody if c.visited and c.last and c.last.filed_on)
        )
        figures = (
            (f"{DUE}人数", due),
            (f"{VISITED}人数", visited),
            (f"{UNVISITED}人数", unvisited),
            (PUT_OFF, off),
            (SHARE, share),
            (SHARE_WITHOUT, self._share(visited, asked)),
            (TIMES, times),
            (OUTSIDE, outside),
            (LEFT, left),
            (f"{FED_BACK}（已访人员中）", fed),
            (f"{FILED}（已访人员中）", filed),
        )
        lines = tuple(Line(label, (figure,)) for label, figure in figures)
        if undated := [one for one in everybody if one.course.undated]:
            people = tuple(one.course.subject_id for one in undated)
            number = sum(one.course.undated for one in undated)
            lines += (Line(UNDATED, (Figure(f"all:{UNDATED}", number, people),)),)
        return Table(SUMMARY, "总体情况", "项目", (SUMMARY_COLUMN,), lines)

    def trend(self, known: Sequence[Course]) -> Table:
        lines = []
        for one in self._period.series(PERIODS_IN_TREND):
            current = one == self._period
            where = "all" if current else _trend_key(one)
            lines.append(Line(one.title, self._four(where, counted_in(known, one))))
        note = "各期均按同一口径计算；最后一期截至" + display(self._period.cutoff) + "。"
        return Table(
            TREND,
            "各期对比",
            "统计期",
            (DUE, VISITED, UNVISITED, PUT_OFF, SHARE),
            tuple(lines),
            note,
        )

    def people_table(
        self,
        key: str,
        title: str,
        head: str,
        everybody: Sequence[Counted],
        label_of: Callable[[Course], str],
        order: Sequence[str],
    ) -> Table:
        """Return 应访, 已访 and so on of the people of each label; each stands under one."""
        groups: dict[str, list[Counted]] = {}
        for one in everybody:
            if one.due:
                groups.setdefault(label_of(one.course), []).append(one)
        place = {label: number for number, label in enumerate(order)}
        labels = sorted(groups, key=lambda label: (place.get(label, len(place)), label))
        if key == BY_UNIT:  # the largest first
            labels.sort(key=lambda label: (-len(groups[label]), label))
        lines = [Line(label, self._four(f"{key}:{label}", groups[label])) for label in labels]
        lines.append(self._total(lines, everybody))
        return Table(key, title, head, (DUE, VISITED, UNVISITED, PUT_OFF, SHARE), tuple(lines))

    def _total(self, lines: Sequence[Line], everybody: Sequence[Counted]) -> Line:
        """Return the line of totals, which stand in the summary too, and note the sums."""
        figures = _Maker(self._period)._four("all", everybody)
        for place in range(4):
            parts = tuple(line.figures[place].key for line in lines)
            self.sums.append(Sum(figures[place].key, parts))
        return Line("合计", figures, total=True)

    def across(self, everybody: Sequence[Counted]) -> None:
        """Note what adds up from one table to another: it would tell as much as a total."""
        for group in (ONLY_ADMIN, NEITHER):
            of_group = (one.course for one in everybody if one.due and one.course.group == group)
            kinds = dict.fromkeys(course.kind for course in of_group)
            for column in (DUE, VISITED, UNVISITED, PUT_OFF) if kinds else ():
                parts = tuple(f"{BY_KIND}:{kind}:{column}" for kind in kinds)
                self.sums.append(Sum(f"{BY_GROUP}:{group}:{column}", parts))
        self.sums.append(Sum("method:all:people", (f"all:{VISITED}", f"all:{OUTSIDE}")))

    def methods(self, everybody: Sequence[Counted]) -> Table:
        some = [one for one in everybody if one.revisits]
        lines = []
        for method in (*METHODS, ""):
            times = _times(f"method:{method}:times", some, method)
            people = self._figure(
                f"method:{method}:people",
                (c for c in some if any(one.method == method for one in c.revisits)),
            )
            if method or times.count:
                lines.append(Line(method or NOT_RECORDED, (times, people)))
        total = _times(f"all:{TIMES}", some)
        self.sums.append(Sum(total.key, tuple(line.figures[0].key for line in lines)))
        people = self._figure("method:all:people", some)
        overlap = tuple(line.figures[1].key for line in lines)
        self.sums.append(Sum(people.key, overlap, exact=False))
        lines.append(Line("合计", (total, people), total=True))
        note = "同一人以几种方式回访的，人数在各方式下分别计，合计只计一次。"
        return Table(BY_METHOD, "按回访方式", "回访方式", ("人次", "人数"), tuple(lines), note)

    def outcomes(self, everybody: Sequence[Counted]) -> Table:
        visited = [one for one in everybody if one.visited]
        groups: dict[str, list[Counted]] = {}
        for one in visited:
            groups.setdefault((one.last.outcome if one.last else "") or NO_OUTCOME, []).append(one)
        order = [*OUTCOMES, NO_OUTCOME]
        labels = sorted(groups, key=order.index)
        lines = [
            Line(label, self._of_whole(f"outcome:{label}", groups[label], visited))
            for label in labels
        ]
        all_ = self._figure(f"all:{VISITED}", visited)
        self.sums.append(Sum(all_.key, tuple(line.figures[0].key for line in lines)))
        lines.append(Line("合计", (all_, self._share(all_, all_)), total=True))
        return Table(
            BY_OUTCOME, "按结果运用", "结果（办法第九条）", ("已访人数", "占比"), tuple(lines)
        )

    def verdicts(self, everybody: Sequence[Counted]) -> Table:
        lines = []
        for verdict in VERDICTS:
            some = [one for one in everybody if one.course.verdict == verdict]
            if some:
                lines.append(Line(verdict, (self._figure(f"verdict:{verdict}", some),)))
        total = self._figure("verdict:all", everybody)
        self.sums.append(Sum(total.key, tuple(line.figures[0].key for line in lines)))
        lines.append(Line("合计", (total,), total=True))
        title = f"对象认定（{display(self._period.cutoff)}）"
        note = "名册中的全部人员，按当日认定，与名册一致。"
        return Table(BY_VERDICT, title, "对象认定", ("人数",), tuple(lines), note)

    def _of_whole(
        self, key: str, some: Sequence[Counted], whole: Sequence[Counted]
    ) -> tuple[Figure, ...]:
        part = self._figure(key, some)
        return part, self._share(part, self._figure(f"all:{VISITED}", whole))


def _times(key: str, who: Sequence[Counted], method: str | None = None) -> Figure:
    """Return the number of visits, with the people visited."""
    found = [
        (one.course.subject_id, sum(method in (None, each.method) for each in one.revisits))
        for one in who
    ]
    people = tuple(id_ for id_, times in found if times)
    return Figure(key, sum(times for _, times in found), people)


def summary_sentence(report: Report) -> str:
    """Return the summary as one paragraph, for the report and for drafts."""
    value = {line.label: line.figures[0].text for line in report.table(SUMMARY).lines}
    period = report.period
    until = "" if period.is_over else f"（截至{display(period.cutoff)}）"
    text = (
        f"{period.title}{until}，应回访{value['应访人数']}人，已回访{value['已访人数']}人，"
        f"回访率{value['回访率']}；未访{value['未访人数']}人，其中暂缓{value['其中暂缓']}人。"
        f"完成回访{value['回访人次']}人次"
    )
    methods = "、".join(
        f"{line.label}{line.figures[0].text}人次"
        for line in report.table(BY_METHOD).lines
        if not line.total and line.figures[0].text != "0"
    )
    text += f"（{methods}）。" if methods else "。"
    if value["应访范围外回访"] != "0":
        text += f"另对期满等应访范围外的{value['应访范围外回访']}人作了回访。"
    if value["期内退出"] != "0":
        text += f"期内因退休、移送等原则上不再回访的{value['期内退出']}人。"
    return text


def counting(report: Report) -> str:
    """Say of which days the figures are."""
    period = report.period
    text = (
        f"统计期为{display(period.starts_on)}至{display(period.ends_on)}，"
        f"按{display(period.cutoff)}以前已经发生并已录入的事实计算"
    )
    return text + ("。" if period.is_over else "，统计期尚未结束。")
