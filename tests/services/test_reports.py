"""The figures of a period: they agree with the roster, with the list, and with a plain count."""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import date, timedelta

import pytest

from app.domain.filing import FILED, FilingEntry
from app.domain.outcome import AUDIENCES, DECIDED, ENCOURAGE, SUPPORT, Feedback, Outcome
from app.domain.partial_date import PartialDate
from app.domain.plan import METHODS
from app.domain.registration_form import RegistrationForm
from app.domain.report_period import ReportPeriod, period_around
from app.domain.revisit_report import (
    BY_KIND,
    BY_METHOD,
    BY_OUTCOME,
    BY_TYPE,
    BY_UNIT,
    BY_VERDICT,
    SUMMARY,
    TREND,
    UNDATED,
)
from app.domain.small_numbers import FEWEST, guarded
from app.domain.subject import PUT_OFF, Event
from app.domain.verdict import assess
from app.domain.visit import DONE, Visit
from app.domain.visiting_list import FREE, HALF_YEAR, INCLUDED, QUARTER
from app.domain.visiting_list import PUT_OFF as OFF_THE_LIST
from app.paper.report_charts import chart_of
from app.services.dossiers import load_dossiers
from app.services.list_drafting import propose_list
from app.services.ports import RosterFilter
from app.services.practice import store_practice_people
from app.services.reports import WrongPeriod, read_report, record_paper
from tests.services.plan_world import TODAY

PEOPLE = 10_000 if os.environ.get("HUIFANG_HEAVY") else 240
HALF = period_around(HALF_YEAR, TODAY, TODAY)


def quiet(*_progress):
    """Report nothing."""


def report_of(world, period=HALF):
    return read_report(period, quiet, uow=world.new_uow(), law=world.law)


def number(report, title):
    """The figure of a line of the summary."""
    line = next(one for one in report.table(SUMMARY).lines if one.label == title)
    return line.figures[0]


@pytest.fixture
def crowd(world):
    """Practice people, many of them visited, on the encrypted file."""
    store_practice_people(
        PEOPLE,
        7,
        uow=world.new_uow(),
        rules=world.law.rules,
        settings=world.law.settings,
        today=TODAY,
        progress=quiet,
    )
    dice = random.Random(3)
    with world.new_uow() as uow:
        ids = list(load_dossiers(uow))
        visits = [
            Visit(
                subject_id=id_,
                state=DONE,
                method=dice.choice(METHODS),
                on=TODAY - timedelta(dice.randint(0, 700)),
            )
            for id_ in ids
            for _time in range(dice.choice((0, 1, 1, 2)))
        ]
        uow.repository(Visit).put_all(visits)
        uow.repository(Event).put_all(
            Event(
                subject_id=id_,
                kind=PUT_OFF,
                on=PartialDate.of(TODAY - timedelta(20)),
                until=TODAY + timedelta(20),
                reason="住院",
            )
            for id_ in ids[::17]
        )
        uow.commit()
    return world


def test_everybody_stands_where_the_roster_has_them(crowd, office):
    standing = office.roster().verdict_counts(RosterFilter())
    table = report_of(crowd).table(BY_VERDICT)
    assert {line.label: line.figures[0].count for line in table.lines if not line.total} == standing


def test_who_is_due_is_who_the_list_of_the_period_would_hold(crowd):
    report = report_of(crowd)
    proposed = propose_list(
        HALF_YEAR, HALF.starts_on, HALF.ends_on, uow=crowd.new_uow(), law=crowd.law
    )
    listed = {
        one.subject_id for one in proposed.entries if one.decision in (INCLUDED, OFF_THE_LIST)
    }
    due = {id_ for id_, one in report.people.items() if one.due}
    still_to_begin = {
        id_ for id_ in listed - due if report.people[id_].course.verdict == "未生效"
    }  # the list looks ahead to the end of the half-year, figures only as far as today
    left_after_a_visit = {id_ for id_ in due - listed if report.people[id_].revisits}
    assert listed - still_to_begin == due - left_after_a_visit
    assert len(due) > PEOPLE / 2


def test_figures_are_those_of_a_plain_count(crowd):
    """Day by day, person by person, without anything that the report is made with."""
    report = report_of(crowd)
    with crowd.new_uow() as uow:
        dossiers = load_dossiers(uow)
        visits = {}
        for visit in uow.repository(Visit).where():
            visits.setdefault(visit.subject_id, []).append(visit)
    days = [HALF.starts_on + timedelta(n) for n in range((TODAY - HALF.starts_on).days + 1)]
    step = 1 if PEOPLE < 1000 else 3
    due, visited, by_type, by_unit, times = set(), set(), Counter(), Counter(), Counter()
    for id_, dossier in dossiers.items():
        said = [
            assess(dossier, as_of=day, rules=crowd.law.rules, settings=crowd.law.settings).verdict
            for day in {*days[::step], days[-1]}
        ]
        now = assess(
            dossier, as_of=TODAY, rules=crowd.law.rules, settings=crowd.law.settings
        ).verdict
        own = [visit for visit in visits.get(id_, ()) if HALF.starts_on <= visit.on <= TODAY]
        for visit in own:
            times[visit.method] += 1
        could = any(verdict in ("应回访", "边界", "待定") for verdict in said)
        if could and (own or now not in ("原则上不再回访", "不再回访")):
            due.add(id_)
            by_type[dossier.subject.person_type] += 1
            by_unit[dossier.subject.unit] += 1
            if own:
                visited.add(id_)
    assert number(report, "应访人数").count == len(due)
    assert set(number(report, "应访人数").people) == due
    assert set(number(report, "已访人数").people) == visited
    assert number(report, "未访人数").count == len(due) - len(visited)
    assert number(report, "回访率").text == f"{len(visited) / len(due):.1%}"
    assert number(report, "回访人次").count == sum(times.values())

    def first_column(key):
        return {
            line.label: line.figures[0].count
            for line in report.table(key).lines
            if not line.total and line.figures[0].count
        }

    assert first_column(BY_TYPE) == by_type
    assert first_column(BY_UNIT) == by_unit
    assert first_column(BY_METHOD) == times


def test_every_sum_adds_up_and_every_number_has_its_people(crowd):
    report = report_of(crowd)
    counts = {}
    for table in report.tables:
        for line in table.lines:
            for figure in line.figures:
                if figure.whole is None:
                    assert counts.setdefault(figure.key, figure.count) == figure.count
                    if "times" not in figure.key and "人次" not in figure.key:
                        assert len(set(figure.people)) == figure.count
                else:
                    counts.setdefault(figure.of, figure.whole)
    for one in report.sums:
        if one.exact:
            assert counts[one.total] == sum(counts[part] for part in one.parts), one


def test_an_earlier_period_of_the_trend_is_what_its_own_report_says(crowd):
    trend = report_of(crowd).table(TREND)
    for line, period in zip(trend.lines[-3:], HALF.series(3), strict=True):
        own = report_of(crowd, ReportPeriod(HALF_YEAR, period.starts_on, period.ends_on, TODAY))
        assert line.figures[0].people == number(own, "应访人数").people
        assert line.figures[1].people == number(own, "已访人数").people
        assert line.figures[3].people == number(own, "其中暂缓").people
    assert trend.lines[-1].figures[3].count > trend.lines[-2].figures[3].count == 0
    drawn = chart_of(report_of(crowd), TREND)
    assert [meaning for _, meaning in drawn.legend] == ["应访人数", "已访人数", "暂缓人数"]
    split = chart_of(report_of(crowd), BY_TYPE)
    for bar, line in zip(split.bars, report_of(crowd).table(BY_TYPE).lines, strict=False):
        due, visited, _unvisited, off, _share = (one.count for one in line.figures)
        assert [part.value for part in bar.parts] == [visited, due - visited - off, off]


def test_visits_before_the_program_count_by_their_day_and_are_named_without_one(world):
    said = {"visit_count": "3", "visited_on": "2026-09-10", "visit_means": "电话回访"}
    world.person("有日期", earlier_visits=said | {"outcome": ENCOURAGE})
    world.person("没日期", earlier_visits={"visit_count": "2", "visited_on": "2026-09"})
    both = world.person("两处都有", earlier_visits=said | {"visit_count": "1"})
    world.put(Visit(subject_id=both, state=DONE, method="实地", on=date(2026, 9, 10)))
    report = report_of(world)
    assert number(report, "已访人数").count == 2
    assert number(report, "回访人次").count == 2  # the ledger and the program mean one visit
    methods = {line.label: line.figures[0].count for line in report.table(BY_METHOD).lines}
    assert (methods["实地"], methods["电话"]) == (1, 1)
    outcomes = {line.label: line.figures[0].count for line in report.table(BY_OUTCOME).lines}
    assert outcomes[ENCOURAGE] == 1
    undated = number(report, UNDATED)
    assert (undated.count, len(undated.people)) == (4, 2)  # two of the first, two of the second


def test_what_leaves_the_office_names_nobody(crowd):
    safe = guarded(report_of(crowd, period_around(QUARTER, TODAY, TODAY)))
    shown = [f for t in safe.tables for line in t.lines for f in line.figures]
    assert safe.people == {}
    assert all(not figure.people for figure in shown)
    assert any(figure.withheld for figure in shown)
    for figure in shown:
        if not figure.withheld and figure.whole is None:
            assert figure.count == 0 or figure.count >= FEWEST
        if figure.withheld:
            assert (figure.text, figure.count) == ("*", 0)


def test_nothing_after_the_day_of_the_figures_counts(world):
    person = world.person(decided=date(2026, 8, 1))
    world.put(Visit(subject_id=person, state=DONE, method="实地", on=date(2026, 10, 20)))
    before = report_of(
        world, ReportPeriod(HALF_YEAR, HALF.starts_on, HALF.ends_on, date(2026, 10, 1))
    )
    assert (number(before, "应访人数").count, number(before, "已访人数").count) == (1, 0)
    after = report_of(world)
    assert (number(after, "应访人数").count, number(after, "已访人数").count) == (1, 1)
    early = report_of(
        world, ReportPeriod(HALF_YEAR, HALF.starts_on, HALF.ends_on, date(2026, 7, 9))
    )
    assert number(early, "应访人数").count == 0


def test_a_visit_after_the_period_is_counted_apart(world):
    person = world.person(decided=date(2024, 1, 10), kind="警告")
    world.put(Visit(subject_id=person, state=DONE, method="电话", on=date(2026, 9, 1)))
    report = report_of(world)
    assert number(report, "应访人数").count == 0
    assert number(report, "应访范围外回访").people == (person,)
    assert number(report, "回访人次").count == 1


def test_who_retires_unvisited_leaves_and_who_was_visited_before_stays(world):
    gone = world.person("甲", decided=date(2026, 3, 1), events=(("退休", date(2026, 9, 1)),))
    seen = world.person("乙", decided=date(2026, 3, 1), events=(("退休", date(2026, 9, 1)),))
    world.put(Visit(subject_id=seen, state=DONE, method="实地", on=date(2026, 8, 1)))
    report = report_of(world)
    assert number(report, "期内退出").people == (gone,)
    assert number(report, "应访人数").people == (seen,)
    assert number(report, "回访率").text == "100.0%"


def test_who_is_put_off_stays_due_and_is_shown(world):
    person = world.person(events=((PUT_OFF, date(2026, 11, 1)),))
    report = report_of(world)
    assert number(report, "应访人数").people == (person,)
    assert number(report, "其中暂缓").people == (person,)
    assert number(report, "扣除暂缓的回访率").text == "—"


@pytest.mark.parametrize(
    ("box", "on", "method"),
    [
        ("2026年11月20日（实地）", date(2026, 11, 20), "实地"),
        ("2026.8.3至8月5日 电话回访", date(2026, 8, 3), "电话"),
        ("2026年9月", date(2026, 9, 30), "方式未记录"),
    ],
)
def test_a_form_without_a_visit_counts_as_the_visit_it_speaks_of(world, box, on, method):
    person = world.person()
    world.put(RegistrationForm(subject_id=person, name="单小芳", visited_on=box))
    report = report_of(world)
    assert [one.on for one in report.people[person].revisits] == [on]
    lines = {line.label: line.figures[0].count for line in report.table(BY_METHOD).lines}
    assert lines[method] == lines["合计"] == 1


def test_a_form_of_a_visit_is_not_counted_twice(world):
    person = world.person()
    [form] = world.put(RegistrationForm(subject_id=person, visited_on="2026年11月2日（实地）"))
    world.put(
        Visit(subject_id=person, form_id=form, state=DONE, method="实地", on=date(2026, 11, 2))
    )
    assert number(report_of(world), "回访人次").count == 1


def test_a_person_is_counted_once_under_the_heaviest_party_sanction(world):
    from app.domain.subject import Sanction

    person = world.person(decided=date(2026, 3, 1), kind="警告")
    world.put(
        Sanction(
            subject_id=person,
            regime="党纪",
            kind="撤销党内职务",
            decided_on=PartialDate(2026, 5, 6),
        ),
        Sanction(subject_id=person, regime="政务", kind="撤职", decided_on=PartialDate(2026, 5, 6)),
    )
    lines = report_of(world).table(BY_KIND).lines
    assert [(line.label, line.figures[0].count) for line in lines] == [
        ("撤销党内职务", 1),
        ("合计", 1),
    ]


def test_results_count_once_decided_and_feedback_once_both_were_told(world):
    people = [world.person(name, decided=date(2026, 3, 1)) for name in ("甲", "乙", "丙")]
    visits = world.put(
        *(Visit(subject_id=one, state=DONE, method="实地", on=date(2026, 8, 3)) for one in people)
    )
    told = {"means": "当面", "by": "赵一鸣", "receiver": "张某", "on": date(2026, 9, 1)}
    world.put(
        *(
            Outcome(
                subject_id=person,
                visit_id=visit,
                state=state,
                item=SUPPORT,
                decided_on=date(2026, 8, 20),
                decided_by="赵一鸣",
                grounds="见登记表",
            )
            for person, visit, state in zip(
                people, visits, (DECIDED, DECIDED, "拟定中"), strict=True
            )
        ),
        *(
            Feedback(subject_id=people[0], visit_id=visits[0], audience=audience, **told)
            for audience in AUDIENCES
        ),
        Feedback(subject_id=people[1], visit_id=visits[1], audience=AUDIENCES[0], **told),
        FilingEntry(
            subject_id=people[0],
            visit_id=visits[0],
            state=FILED,
            title="卷",
            file_number="2026-1",
            filed_on=date(2026, 10, 1),
        ),
    )
    report = report_of(world)
    lines = {line.label: line.figures[0].people for line in report.table(BY_OUTCOME).lines}
    assert lines[SUPPORT] == tuple(people[:2])
    assert lines["尚未认定"] == (people[2],)
    assert number(report, "已反馈（已访人员中）").people == (people[0],)
    assert number(report, "已归档（已访人员中）").people == (people[0],)
    earlier = ReportPeriod(HALF_YEAR, HALF.starts_on, HALF.ends_on, date(2026, 8, 10))
    assert number(report_of(world, earlier), "已反馈（已访人员中）").count == 0
    assert [line.label for line in report_of(world, earlier).table(BY_OUTCOME).lines] == [
        "尚未认定",
        "合计",
    ]


def test_days_in_the_wrong_order_and_a_period_to_come_are_refused(world):
    for period in (
        ReportPeriod(FREE, date(2026, 9, 1), date(2026, 8, 1), TODAY),
        ReportPeriod(FREE, date(2027, 9, 1), date(2027, 10, 1), TODAY),
    ):
        with pytest.raises(WrongPeriod):
            report_of(world, period)


def test_every_export_is_in_the_log_with_its_reason(world, acts):
    record_paper(
        "回访关爱工作统计",
        "导出",
        "PDF 文件",
        1,
        about=HALF.title,
        as_of=HALF.cutoff,
        guarded=True,
        reason="报上级纪委",
        uow=world.new_uow(),
    )
    last = acts()[-1]
    assert (last.act, last.reason) == ("导出回访关爱工作统计", "报上级纪委")
    assert "2026年下半年" in last.details
