"""A quarter worked through at the desk: list of 12, consultations, five plans, three visits, requests.

Acts go through the windows where a clerk would use them, with real services and a real encrypted
file; what follows is read back from the records.
"""

from __future__ import annotations

import os
from datetime import date

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.bootstrap.join import join
from app.domain.chain import RESULT
from app.domain.partial_date import PartialDate
from app.domain.plan import (
    APPROVE,
    APPROVED,
    CARRIED_OUT,
    CLOSED,
    REJECT,
    SIGNED_SCAN,
    SUBMITTED,
)
from app.domain.request import OPEN, TOLD
from app.domain.subject import PUT_OFF as PUT_OFF_EVENT
from app.domain.visit import DONE
from app.domain.visiting_list import INCLUDED, PUT_OFF, SIGNED
from app.ui.changes import ChangeBus
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from app.ui.plans.tab import LIST, VISITS, PlansTab
from tests.ui.plan_desk import Desk, Dialogs, a_scan, add_person, complete, press, staff_of

TODAY = date(2026, 11, 23)
UNITS = ("化学与材料学院", "文学院", "图书馆", "后勤处")
NAMES = (
    "单小芳",
    "曾国强",
    "张思",
    "李梅",
    "王海",
    "赵静",
    "周立",
    "吴敏",
    "郑强",
    "孙丽",
    "马超",
    "朱琳",
)


def compose(widget, text):
    event = QInputMethodEvent("", [])
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def put(dialog, name, value):
    """Choose or type a value in a field of a dialog."""
    dialog.editor(name).show_value(value)
    dialog.form.edited.emit(dialog.entity, name, value)


@pytest.fixture
def desk(qtbot, office, a_person):
    use_cases = join(office)
    staff_of(use_cases)
    window = QWidget()
    bus, news, jobs = ChangeBus(window), MessageBar(window), JobRunner(window)
    tab = PlansTab(use_cases, bus, jobs, news, window)
    made = Desk(use_cases, window, bus, jobs, news, tab)
    for number, name in enumerate(NAMES):
        unit = UNITS[number % len(UNITS)]
        person = a_person(name=name, unit=unit, workplace=f"{unit}讲师")
        day = PartialDate(2026, 1 + number % 10, 1 + number)
        made.people[name] = add_person(use_cases, person, day)
    qtbot.addWidget(window, before_close_func=lambda _window: tab.shut_down())
    tab.resize(1093, 520)
    window.show()
    yield made
    jobs.shut_down()


@pytest.fixture
def dialogs():
    made = Dialogs()
    yield made
    made.check()


def test_a_quarter_worked_through(desk, dialogs, qtbot, tmp_path):
    _list_of_the_quarter(desk, dialogs, qtbot, tmp_path)
    plans = _five_plans(desk, dialogs, tmp_path)
    _three_visits(desk, dialogs, plans)
    _two_requests(desk, dialogs)
    _what_is_left(desk, plans)


def _list_of_the_quarter(desk, dialogs, qtbot, tmp_path):
    page = desk.tab.list_page
    dialogs.expect(lambda dialog: press(dialog, "提出名单"))
    page.acts.new_list()
    qtbot.waitUntil(lambda: page.whole is not None, timeout=5000)
    assert len(page.model.rows) == 12
    page.choose(desk.people["朱琳"])

    def put_off(dialog):
        put(dialog, "reason", "住院治疗")
        put(dialog, "until", date(2027, 2, 1))
        put(dialog, "approver", "王书记")
        press(dialog, "保存")

    dialogs.expect(put_off)
    press(page, "暂缓")

    def talk(dialog):
        compose(dialog.editor("person").control, "负责同志")
        compose(dialog.editor("answer").control, "同意安排，无不同意见。")
        put(dialog, "how", "当面")
        press(dialog, "保存")

    def consult(dialog):
        for _ in range(1 + len(UNITS)):
            dialogs.expect(talk)
            press(dialog, "记录沟通情况")
        dialog.accept()

    dialogs.expect(consult)
    page.acts.consult()
    assert len(page.whole.consultations) == 5

    def sign(dialog):
        dialog.take(a_scan(tmp_path))
        press(dialog, "签批")

    dialogs.expect(sign)
    page.acts.sign()
    assert page.whole.head.state == SIGNED
    assert not page.whole.exemptions  # everybody had been asked
    assert len(page.whole.of(INCLUDED)) == 11 and len(page.whole.of(PUT_OFF)) == 1
    events = desk.use_cases.open_dossier(desk.people["朱琳"]).events
    assert [one.kind for one in events] == [PUT_OFF_EVENT]


def _five_plans(desk, dialogs, tmp_path):
    """One for three people, one by telephone, one by letter, two more; one is sent back first."""
    groups = (("单小芳", "王海", "郑强"), ("曾国强",), ("张思",), ("李梅",), ("赵静",))
    found = []
    for names in groups:
        desk.tab.show_page(LIST)
        page = desk.tab.list_page
        page.table.clearSelection()
        chosen = [n for n, row in enumerate(page.model.rows) if row.name in names]
        selection = page.table.selectionModel()
        for place in chosen:
            flags = selection.SelectionFlag.Select | selection.SelectionFlag.Rows
            selection.select(page.model.index(place, 0), flags)
        press(page, "为所选人员拟定方案")
        found.append(_write_plan(desk, names))
    for number, plan_id in enumerate(found[:4]):
        desk.tab.open_plan(plan_id)
        plan = desk.tab.plan_page
        press(plan, "报审")
        assert plan.head.state == SUBMITTED, desk.news.text
        if number == 1:
            _send_back_and_mend(desk, dialogs)

        def approve(dialog):
            dialog.take(a_scan(tmp_path))
            press(dialog, "批准")

        dialogs.expect(approve)
        press(plan, "批准")
        assert plan.head.state == APPROVED
    rejected = desk.plans.open_plan(found[1])
    assert [step.act for step in rejected.steps].count(REJECT) == 1
    assert rejected.last(APPROVE).means == SIGNED_SCAN
    return found


def _write_plan(desk, names):
    page = desk.tab.plan_page
    assert sorted(one.name for one in page.whole.people) == sorted(names)
    others = [one for one in desk.plans.staff() if not one.principal]
    complete(page.whole, others)
    page.head.on = TODAY
    if names == ("曾国强",):
        page.head.method, page.head.phone = "电话", "13812345678"
        page.head.not_in_person = "在外地挂职"
    if names == ("张思",):
        page.head.method, page.head.address = "信函", "德州市大学西路566号"
        page.head.not_in_person, page.head.reply_by = "在国外访学", date(2026, 12, 20)
    page.show_record(page.whole)
    compose(page.sheet.widget_at("people.0.focus").control, "了解思想转变情况。")
    assert page.save_pending()
    return page.head.id


def _send_back_and_mend(desk, dialogs):
    page = desk.tab.plan_page

    def send_back(dialog):
        compose(dialog._opinion.control, "请补充应急联系人")
        press(dialog, "退回修改")

    dialogs.expect(send_back)
    press(page, "退回")
    assert any("请补充应急联系人" in line for line in page.banner_lines())
    compose(page.sheet.widget_at("remarks").control, "已补充。")
    press(page, "重新报审")
    assert page.head.state == SUBMITTED


def _three_visits(desk, dialogs, plans):
    """On the spot (the first of three people), by telephone, by letter with its reply."""
    forms = []
    for plan_id in plans[:3]:
        desk.tab.open_plan(plan_id)
        plan = desk.tab.plan_page
        if len(plan.whole.people) > 1:
            dialogs.expect(lambda question: press(question, "单小芳"))
        press(plan, "开展回访")
        page = desk.tab.visit_page
        page.head.conduct = "思想稳定，工作积极。"
        for talk in page.whole.talks:
            talk.exchanges = [{"question": "近来怎样？", "answer": "一切都好。"}]
            talk.checked, talk.checked_on = True, TODAY
        page.show_record(page.whole)
        if page.head.method != "实地":
            section = next(one for one in page.sheet.sections if one.path == "contacts")
            press(section, f"＋ {page.head.method}记录")
            compose(page.sheet.widget_at("contacts.0.content").control, "了解近况。")
        if page.head.method == "信函":
            page.sheet.typed(page.whole.contacts[0], "replied_on", TODAY)
        page.autosave.touch()
        press(page, "办理完成")
        assert page.head.state == DONE, desk.news.text
        desk.tab.form_requested.connect(forms.append)
        press(page, "生成登记表")
        desk.tab.form_requested.disconnect(forms.append)
    marks = [desk.use_cases.open_form(form_id).visited_on for form_id in forms]
    assert [mark.partition("（")[2] for mark in marks] == ["实地）", "电话）", "信函）"]


def _two_requests(desk, dialogs):
    acts = desk.tab.visits_list.acts

    def register(dialog):
        compose(dialog.editor("content").control, "希望解决职称申报资格问题")
        put(dialog, "kind", "合理要求")
        compose(dialog.editor("owner").control, "人事处")
        press(dialog, "登记")

    def answer(dialog):
        compose(dialog.editor("answer").control, "影响期满后可以申报。")
        press(dialog, "登记答复")

    desk.tab.show_page(VISITS)
    for name in ("单小芳", "曾国强"):
        dialogs.expect(register)
        acts.add(desk.people[name], None, name)
    [first] = desk.plans.requests_of(desk.people["单小芳"])
    dialogs.expect(answer)
    acts.answer(first.id)
    dialogs.expect(lambda dialog: press(dialog, "登记告知"))
    acts.tell(first.id)
    states = [row.state for row in desk.plans.queries.requests(unfinished=False)]
    assert states == [OPEN, TOLD]


def _what_is_left(desk, plans):
    assert desk.plans.open_plan(plans[0]).plan.state == APPROVED  # two of three wait
    assert desk.plans.open_plan(plans[1]).plan.state == CARRIED_OUT
    for row in desk.plans.queries.visits():
        if row.form_id is not None:
            desk.use_cases.paper.finalise(row.form_id, "其余各项手写")
    desk.tab.open_plan(plans[1])
    press(desk.tab.plan_page, "办结")
    assert desk.tab.plan_page.head.state == CLOSED
    chain = desk.plans.chain(desk.people["单小芳"])
    assert (chain.step, chain.visits, chain.requests) == (RESULT, 1, 0)
    assert desk.plans.chain(desk.people["王海"]).short == "待回访"
    assert desk.plans.chain(desk.people["朱琳"]).short == "暂缓"
    assert "审计记录完好" in desk.use_cases.verify_audit("")
