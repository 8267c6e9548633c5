"""The person's timeline at the desk: the latest in the pane, all in a window, each line leads on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from app.domain.partial_date import PartialDate
from app.domain.subject import PARTY, Case, Event, Sanction
from app.services.people import PersonEdit
from app.services.timeline import TimelineRow
from app.ui.jobs import JobRunner
from app.ui.roster.person_pane import PersonPane
from app.ui.roster.records_card import RecordsCard
from app.ui.roster.timeline_view import RecordLine, TimelineDialog, in_order
from tests.ui.roster_desk import a_desk

ROWS = (
    TimelineRow(PartialDate(2026, 3), "处分", "作出处分决定", ("Sanction", 1)),
    TimelineRow(PartialDate(2026, 5, 2), "回访", "实地回访完成\n（化学楼）", ("Visit", 7)),
    TimelineRow(None, "诉求", "提出诉求", ("Request", 3)),
)


@pytest.fixture
def pane(qtbot, office, a_person):
    desk = a_desk(office)
    sanction = Sanction(regime=PARTY, kind="警告", decided_on=PartialDate(2026, 3, 1))
    event = Event(kind="复查", on=PartialDate(2026, 6))
    desk.save_person(PersonEdit(a_person(), [Case(facts="违纪")], [sanction], [event]))
    jobs = JobRunner()
    made = PersonPane(desk, jobs)
    qtbot.addWidget(made)
    made.show()
    made.show_person(1)
    yield made
    jobs.shut_down()


def test_the_pane_tells_what_happened_last_and_a_line_leads_to_its_record(qtbot, pane):
    lines = pane.findChildren(RecordLine)
    assert [line.accessibleName() for line in lines] == [
        "2026年6月，状态事项，复查",
        "2026年3月1日，处分，作出党内警告处分决定",
    ]
    with qtbot.waitSignal(pane.edit_requested) as asked:
        qtbot.keyClick(lines[0], Qt.Key.Key_Return)
    assert asked.args == [1]


def test_records_with_a_page_of_their_own_are_opened_there(qtbot, pane):
    with qtbot.waitSignal(pane.link_requested) as asked:
        pane._open(("Plan", 4))
    assert asked.args == [("Plan", 4), 1]


def test_the_window_holds_all_narrows_copies_and_opens(qtbot):
    dialog = TimelineDialog("单小芳", ROWS)
    qtbot.addWidget(dialog)
    dialog.show()
    assert [dialog.group.itemText(n) for n in range(dialog.group.count())] == [
        "全部　3", "处分与状态　1", "回访与谈话　1", "诉求　1",
    ]  # fmt: skip
    dialog._copy_all()
    assert QGuiApplication.clipboard().text().splitlines()[1] == "2026-03\t处分\t作出处分决定"
    dialog.group.setCurrentIndex(2)
    with qtbot.waitSignal(dialog.opened) as asked:
        dialog._open_current()
    assert asked.args == [("Visit", 7)]


def test_printed_papers_stand_between_what_happened():
    paper = TimelineRow(PartialDate(2026, 4, 1), "文书", "打印工作方案", ("Plan", 1))
    assert [row.kind for row in in_order(ROWS, [paper])] == ["处分", "文书", "回访", "诉求"]


def test_plans_visits_and_letters_are_one_click_away_the_latest_three_of_each(qtbot):
    card = RecordsCard()
    qtbot.addWidget(card)
    card.show_rows(ROWS[:1])
    assert card.isHidden()  # a sanction has its own card
    rows = [
        *(
            TimelineRow(PartialDate(2026, n), "方案", f"拟制“第{n}号方案，很长的标题”", ("Plan", n))
            for n in range(1, 6)
        ),
        TimelineRow(PartialDate(2026, 5), "审批", "方案“第5号方案，很长的标题”报审", ("Plan", 5)),
        *ROWS,
        TimelineRow(PartialDate(2026, 6), "反馈", "向本人反馈（当面）", ("ResultOf", 7)),
    ]
    card.show_rows(rows)
    lines = card.findChildren(RecordLine)
    assert [one.accessibleName() for one in lines] == [
        "2026年5月，方案，拟制“第5号方案，很长的标题”",
        "2026年4月，方案，拟制“第4号方案，很长的标题”",
        "2026年3月，方案，拟制“第3号方案，很长的标题”",
        "2026年5月2日，回访，实地回访完成\n（化学楼）",
        "日期未填，诉求，提出诉求",
        "2026年6月，反馈，向本人反馈（当面）",
    ]
    assert "方案共 5 项，最近 3 项：" in [one.text() for one in card.findChildren(QLabel)]
    with qtbot.waitSignal(card.opened) as asked:
        qtbot.mouseClick(lines[-1], Qt.MouseButton.LeftButton)
    assert asked.args == [("ResultOf", 7)]
