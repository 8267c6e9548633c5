"""The tab of the account: figures for the period chosen, people behind each, papers with a purpose."""

from __future__ import annotations

import io
import random
import re
from datetime import date, timedelta

import docx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.bootstrap.join import join
from app.bootstrap.rules import load_rules
from app.domain.partial_date import PartialDate
from app.domain.plan import METHODS
from app.domain.report_period import YEAR
from app.domain.request import Request
from app.domain.revisit_report import BY_UNIT, ORDER, SUMMARY, TREND
from app.domain.settings import Settings
from app.domain.small_numbers import NOTE
from app.domain.subject import Subject
from app.domain.visit import DONE, Visit
from app.paper.chart import SOLID, Bar, Chart, Part
from app.paths import RESOURCES
from app.services.practice import store_practice_people
from app.services.report_use_cases import LEDGER, REPORT, YEAR_PLAN, YEAR_SUMMARY
from app.ui.account.chart_view import ChartView
from app.ui.account.output_dialog import OutputDialog
from app.ui.account.people_dialog import PeopleDialog, visits_of
from app.ui.account.tab import AccountTab
from app.ui.changes import ChangeBus
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from tests.ui.plan_desk import Dialogs, add_person


def quiet(*_progress):
    """Report nothing."""


@pytest.fixture
def desk(qtbot, office, a_person):
    """The tab over an office of three people, one of them visited."""
    use_cases = join(office)
    ids = [
        add_person(use_cases, a_person(name=name, unit=unit), day)
        for name, unit, day in (
            ("单小芳", "化学与材料学院", PartialDate(2026, 3, 10)),
            ("曾国强", "文学院", PartialDate(2026, 5, 20)),
            ("旧某", "后勤处", PartialDate(2020, 1, 15)),
        )
    ]
    with office.unit_of_work() as uow:
        visit = Visit(subject_id=ids[0], state=DONE, method="实地", on=date(2026, 10, 8))
        uow.repository(Visit).put(visit)
        uow.commit()
    window = QWidget()
    jobs = JobRunner(window)
    tab = AccountTab(use_cases, ChangeBus(window), jobs, MessageBar(window), window)
    tab.ids, tab.jobs, tab.cases, tab.office = ids, jobs, use_cases, office
    tab.resize(1093, 500)
    qtbot.addWidget(window)
    window.resize(1093, 500)
    window.show()
    qtbot.waitUntil(lambda: tab.report is not None)
    yield tab
    jobs.shut_down()


def numbers(tab):
    return {line.label: line.figures[0].text for line in tab.report.table(SUMMARY).lines}


def test_figures_are_those_of_the_half_year_as_of_today(desk):
    assert (desk.report.period.title, desk.report.period.as_of) == (
        "2026年下半年",
        date(2026, 11, 23),
    )
    assert numbers(desk)["应访人数"] == "2"
    assert numbers(desk)["已访人数"] == "1"
    assert "应回访2人，已回访1人，回访率50.0%" in desk._said.text()


def test_another_period_is_counted_when_it_is_chosen(desk, qtbot):
    desk.period._kind.setCurrentText(YEAR)
    qtbot.waitUntil(lambda: desk.report.period.kind == YEAR)
    assert desk.report.period.title == "2026年"


def test_a_number_leads_to_its_people_and_they_to_the_roster(desk, qtbot):
    desk.show_table(BY_UNIT)
    asked = []
    desk.person_requested.connect(asked.append)
    dialogs = Dialogs()

    def look(dialog):
        assert isinstance(dialog, PeopleDialog)
        assert [row.course.name for row in dialog.people.rows] == ["单小芳"]
        qtbot.keyClick(dialog.table, Qt.Key.Key_Return)

    dialogs.expect(look)
    index = desk.table.model().index(0, 1)
    place = desk.table.visualRect(index).center()
    qtbot.mouseClick(desk.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    dialogs.check()
    assert asked == [desk.ids[0]]


def test_a_bar_leads_to_its_people_too(desk, qtbot):
    dialogs = Dialogs()
    seen = []

    def look(dialog):
        seen.extend(row.course.name for row in dialog.people.rows)
        dialog.reject()

    dialogs.expect(look)
    drawing = desk.chart._laid_out()
    box = next(one for one in drawing.boxes if one.key == "all:已访")
    from PySide6.QtCore import QPoint

    at = QPoint(int(box.x + box.width / 2) + 12, int(box.y + box.height / 2) + 12)
    qtbot.mouseClick(desk.chart, Qt.MouseButton.LeftButton, pos=at)
    dialogs.check()
    assert seen == ["单小芳"]


def test_columns_grow_with_the_height_they_are_given(qtbot):
    view = ChartView()
    qtbot.addWidget(view)
    view.show_chart(Chart("各期", (Bar("上", (Part(3, SOLID),)),), upright=True))
    highest = []
    for height in (300, 600):
        view.resize(900, height)
        drawing = view._laid_out()
        highest.append(max(box.height for box in drawing.boxes))
    assert highest[1] > 1.9 * highest[0]


def test_a_number_of_an_earlier_period_shows_how_people_counted_then(desk, qtbot):
    with desk.office.unit_of_work() as uow:
        uow.repository(Visit).put(
            Visit(subject_id=desk.ids[0], state=DONE, method="电话", on=date(2026, 5, 8))
        )
        uow.commit()
    desk.refresh()
    qtbot.waitUntil(lambda: desk.report.table(TREND).lines[-2].figures[1].count == 1)
    dialogs, seen = Dialogs(), []

    def look(dialog):
        seen.append((dialog.windowTitle(), [visits_of(row) for row in dialog.people.rows]))
        dialog.reject()

    dialogs.expect(look)
    desk.show_table(TREND)
    line = desk.report.table(TREND).lines[-2]
    desk.open_figure(line.figures[0], f"{line.label} · 应访")
    dialogs.check()
    [(title, visits)] = seen
    assert "2026年上半年 · 应访" in title and "下半年" not in title
    assert visits == ["2026-05-08 电话", "未访"]


def test_nobody_is_behind_a_nought(desk):
    desk.show_table(TREND)
    first = desk.report.table(TREND).lines[0].figures[0]
    assert (first.count, first.people) == (0, ())


@pytest.mark.parametrize(
    ("paper", "ending", "act"),
    [
        (REPORT, "pdf", "导出回访关爱工作统计"),
        (REPORT, "xlsx", "导出回访关爱工作统计"),
        (LEDGER, "pdf", "导出台账"),
        (LEDGER, "xlsx", "导出台账"),
        (YEAR_PLAN, "docx", "导出年度回访关爱工作计划"),
    ],
)
def test_every_paper_is_written_and_entered_with_its_purpose(
    desk, qtbot, tmp_path, paper, ending, act
):
    dialog = OutputDialog(
        paper,
        desk.cases,
        desk.jobs,
        desk._messages,
        period=desk.report.period,
        report=desk.report,
    )
    qtbot.addWidget(dialog)
    dialog.purpose.setCurrentText("迎接检查")
    dialog.write(tmp_path / "出来的", ending)
    qtbot.waitUntil(lambda: (tmp_path / f"出来的.{ending}").exists() and not desk.jobs.busy)
    with desk.office.engine.connect() as connection:
        import sqlalchemy as sa

        query = sa.text("SELECT act, reason FROM audit_log ORDER BY sequence DESC LIMIT 1")
        assert tuple(connection.execute(query).one()) == (act, "迎接检查")


def test_no_paper_leaves_without_a_purpose(desk, qtbot):
    dialog = OutputDialog(
        REPORT, desk.cases, desk.jobs, desk._messages, period=desk.report.period, report=desk.report
    )
    qtbot.addWidget(dialog)
    dialog.purpose.setCurrentText("  ")
    dialog.go.click()
    assert "请写明用途" in dialog.news.text()
    assert dialog.height() <= 560


def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_left(desk, qtbot, tmp_path):
    dialog = OutputDialog(
        REPORT, desk.cases, desk.jobs, desk._messages, period=desk.report.period, report=desk.report
    )
    qtbot.addWidget(dialog)
    dialog.write(tmp_path / "没有的文件夹" / "a", "pdf")
    qtbot.waitUntil(lambda: not desk.jobs.busy)
    assert "没有写成" in dialog.news.text()


def test_a_guarded_summary_of_the_year_tells_no_small_number(desk):
    with desk.office.unit_of_work() as uow:
        uow.repository(Request).put_all(
            Request(
                subject_id=desk.ids[0], raised_on=date(2026, 10, 8), content="补助", kind="困难"
            )
            for _ in range(3)
        )
        uow.commit()

    def text(*, guard):
        drawn = desk.cases.reports.draw_year(YEAR_SUMMARY, 2026, "docx", quiet, guard=guard)
        return "".join(one.text for one in docx.Document(io.BytesIO(drawn)).paragraphs)

    open_, safe = text(guard=False), text(guard=True)
    assert "应回访2人，已回访1人" in open_ and "诉求和困难3项，已办结0项" in open_
    assert "应回访*人，已回访*人，回访率*" in safe and "诉求和困难*项，已办结0项" in safe
    assert "尚在办理*项" in safe and "上一年（2025年）应访0人" in safe
    assert NOTE in safe and NOTE not in open_
    assert not re.findall(r"(?<!\d)[1-4](?=[人项])", safe)


def test_every_number_opens_exactly_the_people_it_counts(desk, qtbot):
    """Walks through every cell of every table in the window, with the mouse."""
    store_practice_people(
        60, 7, uow=desk.office.unit_of_work(), rules=load_rules(RESOURCES / "rules").book, settings=Settings(),
        today=date(2026, 11, 23), progress=quiet,
    )  # fmt: skip
    dice = random.Random(3)
    with desk.office.unit_of_work() as uow:
        ids = [one.id for one in uow.repository(Subject).where()]
        uow.repository(Visit).put_all(
            Visit(
                subject_id=id_, state=DONE, method=dice.choice(METHODS),
                on=date(2026, 11, 20) - timedelta(dice.randint(0, 500)),
            )
            for id_ in ids
            for _ in range(dice.choice((0, 1, 2)))
        )  # fmt: skip
        uow.commit()
    desk.refresh()
    qtbot.waitUntil(lambda: desk.report is not None and len(desk.report.people) == 63)
    desk.resize(1093, 1200)
    desk.window().resize(1093, 1200)
    opened = 0
    for key in (SUMMARY, *ORDER):
        desk.show_table(key)
        for row, line in enumerate(desk.report.table(key).lines):
            for column, figure in enumerate(line.figures, 1):
                index = desk.table.model().index(row, column)
                desk.table.scrollTo(index)
                at = desk.table.visualRect(index).center()
                seen = []

                def look(dialog, seen=seen):
                    seen.extend(one.course.subject_id for one in dialog.people.rows)
                    dialog.reject()

                dialogs = Dialogs()
                if figure.people:
                    dialogs.expect(look)
                qtbot.mouseClick(desk.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
                dialogs.check()
                assert len(seen) == len(set(seen))
                times = figure.key.endswith((":times", ":回访人次"))
                if figure.whole is not None:
                    said = f"{len(seen) / figure.whole:.1%}" if figure.whole else "—"
                    assert figure.text == said, (key, line.label)
                elif times:
                    assert len(seen) <= int(figure.text)
                    counted = sum(len(desk.report.people[id_].revisits) for id_ in seen)
                    assert line.label not in ("回访人次", "合计") or int(figure.text) == counted
                else:
                    assert figure.text == str(len(seen)), (key, line.label)
                opened += bool(seen)
    assert opened > 150
