"""The start page: grouped by urgency, each line explains itself and opens its thing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from app.domain.settings import Settings
from app.domain.subject import Subject
from app.services.ports import Change, UserError
from app.ui.changes import ChangeBus
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from app.ui.roster.period_card import ArticleDialog
from app.ui.start_page import start_tab
from app.ui.start_page.groups import GROUPS, Heading, counts, group_of, lines, spoken_days
from app.ui.start_page.reminder_list import spoken
from app.ui.start_page.start_tab import StartTab
from tests.ui.fakes import Office, a_reminder

DUE = [
    a_reminder("王五", 25, subject_id=3),
    a_reminder("张三", -3, subject_id=1),
    a_reminder("李四", 5, subject_id=2),
    a_reminder("赵六", 90, subject_id=4),
]


@pytest.fixture
def build(qtbot, tmp_path):
    made = []

    def make(reminders=DUE, people=4):
        office = Office(tmp_path, reminders=reminders, people=people)
        jobs, bus, bar = JobRunner(), ChangeBus(), MessageBar()
        page = StartTab(office.use_cases, bus, jobs, bar)
        page.office, page.bus, page.bar = office, bus, bar
        made.append(jobs)
        qtbot.addWidget(bar)
        qtbot.addWidget(page)
        page.resize(1060, 500)
        page.show()
        qtbot.waitUntil(lambda: "截至" in page._when.text() or "未能" in page._when.text())
        return page

    yield make
    for jobs in made:
        jobs.shut_down()


@pytest.mark.parametrize(
    ("days", "group"),
    [
        (-400, "逾期"),
        (-1, "逾期"),
        (0, "七日内"),
        (7, "七日内"),
        (8, "三十日内"),
        (30, "三十日内"),
        (31, "以后"),
    ],
)
def test_the_groups_begin_and_end_where_the_office_counts(days, group):
    assert group_of(days) == group


def test_late_things_come_first_and_every_group_has_its_heading():
    shown = lines(DUE)
    assert [line.title for line in shown if isinstance(line, Heading)] == list(GROUPS)
    assert [line.name for line in shown if not isinstance(line, Heading)] == [
        "张三",
        "李四",
        "王五",
        "赵六",
    ]
    assert [line.name for line in lines(DUE, "七日内")[1:]] == ["李四"]
    assert sum(counts(DUE).values()) == len(DUE)


def test_days_are_said_in_words():
    assert [spoken_days(days) for days in (-3, 0, 12)] == ["逾期3天", "今天", "还有12天"]


def test_a_line_is_spoken_whole_for_a_screen_reader():
    text = spoken(DUE[1])
    assert text.startswith("张三，即将期满，2026-11-20（逾期3天）：")
    assert DUE[1].sentence in text


def test_the_page_shows_what_is_due_and_explains_the_first(build):
    page = build()
    assert page._chips["逾期"].text() == "逾期 1"
    assert page.list.current().name == "张三"
    assert DUE[1].sentence in page._why.text()
    [article] = page._article.findChildren(QPushButton)
    assert "条例第十条" in article.text()
    article.click()
    [shown] = [one for one in page.findChildren(ArticleDialog) if one.isVisible()]
    assert any("通俗说明" in part.text() for part in shown.findChildren(QLabel))
    shown.close()


def test_enter_opens_the_person(build, qtbot):
    page = build()
    with qtbot.waitSignal(page.person_requested) as blocker:
        qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert blocker.args == [1]


def test_headings_cannot_be_chosen_with_the_arrow_keys(build, qtbot):
    page = build()
    names = []
    for _ in range(4):
        names.append(page.list.current().name)
        qtbot.keyClick(page.list, Qt.Key.Key_Down)
    assert names == ["张三", "李四", "王五", "赵六"]


def test_a_group_can_be_shown_alone(build, qtbot):
    page = build()
    page._chips["三十日内"].click()
    assert page.list.current().name == "王五"
    assert page.list.model().rowCount() == 2


def test_a_form_is_asked_for_from_the_reminder(build, qtbot):
    page = build()
    with qtbot.waitSignal(page.form_requested) as blocker:
        page._fill.click()
    assert blocker.args == [1]


def test_setting_aside_needs_a_reason_and_takes_the_line_away(build, qtbot, monkeypatch):
    page = build()
    monkeypatch.setattr(start_tab, "ask_reason", lambda *args, **more: None)
    page._aside.click()
    assert page.office.aside == []
    monkeypatch.setattr(start_tab, "ask_reason", lambda *args, **more: "等待批复")
    page._aside.click()
    qtbot.waitUntil(lambda: page.list.current().name == "李四")
    assert page.office.saved == ["等待批复"]
    assert "搁置" in page.bar.text


def test_a_changed_fact_is_shown_by_itself(build, qtbot):
    page = build()
    page.office.reminders = DUE[:1]
    page.bus.publish(frozenset({Change(Subject, 1)}))
    qtbot.waitUntil(lambda: page._chips[""].text() == "全部 1")


def test_the_page_is_not_computed_while_another_tab_is_in_front(build, qtbot):
    page = build()
    page.hide()
    page.office.reminders = []
    page.bus.publish(frozenset({Change(Settings, 1)}))
    qtbot.wait(300)
    assert page._chips[""].text() == "全部 4"
    page.show()
    qtbot.waitUntil(lambda: page._pages.currentIndex() == 1)


def test_what_to_do_when_nothing_is_due(build):
    assert build(reminders=[], people=3)._pages.currentIndex() == 1


def test_an_empty_office_is_led_to_the_import(build, qtbot):
    page = build(reminders=[], people=0)
    assert page._pages.currentIndex() == 2
    empty = page._pages.currentWidget()
    with qtbot.waitSignal(page.import_requested):
        next(b for b in empty.findChildren(type(page._act)) if b.text().startswith("导入")).click()


def test_a_backup_reminder_opens_the_backup(build, qtbot):
    page = build(reminders=[a_reminder("", 0, kind="备份", subject_id=None)])
    assert page._act.text().startswith("立即备份")
    assert not page._fill.isVisible()
    with qtbot.waitSignal(page.backup_requested):
        page._act.click()


def test_a_failure_is_told_and_the_page_stays(build, qtbot):
    page = build()
    page.office.trouble = UserError("记录正被另一程序写入，请稍后再试。")
    page.refresh()
    qtbot.waitUntil(lambda: "稍后再试" in page.bar.text)
    assert page.list.current().name == "张三"


def test_five_thousand_lines_are_shown_at_once(build, qtbot):
    many = [a_reminder(f"人{n}", n % 200 - 50, subject_id=n, key=str(n)) for n in range(5_000)]
    page = build(reminders=many)
    assert page.list.model().rowCount() == 5_004
    assert not page.list.grab().isNull()


def test_the_list_of_the_week_is_printed_without_what_is_due_later(build, qtbot, monkeypatch):
    page = build()
    drawn, shown, recorded = [], [], []

    class Dialog:
        said = "已打印到“打印机”，共1页"

        def __init__(self, pdf, *, record, **_more):
            shown.append(pdf)
            self.record = record

        def setWindowTitle(self, title):
            assert "本周" in title

        def exec(self):
            self.record("打印机", 2)
            return True

        def deleteLater(self):
            pass

    monkeypatch.setattr("app.ui.forms.print_dialog.PrintDialog", Dialog)
    cases = page.office.use_cases
    cases.draw_due_list = lambda chosen, _day: drawn.append([one.name for one in chosen]) or b"pdf"
    cases.record_due_list = lambda *what: recorded.append(what)
    page.print()
    qtbot.waitUntil(lambda: bool(recorded))
    assert drawn == [["张三", "李四"]]
    assert shown == [b"pdf"]
    assert recorded == [(2, "打印机", 2)]
    assert "已打印" in page.bar.text
