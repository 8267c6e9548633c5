"""Visiting as a work group records it: from the plan to the form, with real services."""

from __future__ import annotations

import gc
from datetime import date

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget
from shiboken6 import isValid

from app.domain.plan import APPROVED, CARRIED_OUT, CLOSED
from app.domain.request import ANSWERED, OPEN, TOLD, Request
from app.domain.visit import CALLED_OFF, DONE, UNDER_WAY, Visit
from app.services.parts import id_of
from app.ui.plans.tab import PLANS, VISITS
from app.ui.records import autosave, record_page
from app.ui.records.chain_line import ChainCard, link_of
from app.ui.records.gate_dialog import GateDialog
from tests.ui.plan_desk import make_desk, press

TODAY = date(2026, 11, 23)


@pytest.fixture
def desk(qtbot, office, a_person, monkeypatch):
    monkeypatch.setattr(autosave, "PAUSE_MS", 30)
    monkeypatch.setattr(autosave, "RETRY_MS", 100)
    monkeypatch.setattr(record_page, "CHECK_AFTER_MS", 5)
    made = make_desk(office, a_person)
    qtbot.addWidget(made.window, before_close_func=lambda _window: made.tab.shut_down())
    made.window.resize(1093, 520)
    made.window.show()
    qtbot.wait(10)
    yield made
    made.jobs.shut_down()


@pytest.fixture
def page(desk):
    """The visit to 单小芳 under an approved plan, just begun from the plan's page."""
    plan_id = desk.approved("单小芳", on=TODAY)
    desk.tab.open_plan(plan_id)
    press(desk.tab.plan_page, "开展回访")
    return desk.tab.visit_page


def write(page, compose, path, text):
    compose(page.sheet.widget_at(path).control, text)


def fill_in(desk, page):
    """Record a visit to which nothing is missing."""
    whole = page.whole
    whole.visit.conduct = "思想稳定，工作积极。"
    for talk in whole.talks:
        talk.exchanges = [{"question": "近来怎样？", "answer": "一切都好。"}]
        talk.checked, talk.checked_on = True, TODAY
    page.show_record(whole)
    page.autosave.touch()
    assert page.save_pending()


def lines(page):
    panel = page.panel.list
    return [panel.item(row).text() for row in range(panel.count())]


def stored(desk, page):
    return desk.plans.open_visit(page.head.id)


def test_a_visit_begins_with_everything_that_was_planned(desk, page):
    visit = stored(desk, page)
    assert (visit.visit.method, visit.visit.on, visit.visit.state) == ("实地", TODAY, UNDER_WAY)
    assert [one.name for one in visit.participants] == ["赵一鸣", "钱二丽"]
    [talk] = visit.talks
    assert talk.name == "单小芳" and len(talk.exchanges) >= 4


def test_answers_are_typed_in_chinese_saved_and_undone(desk, page, qtbot, compose):
    section = next(one for one in page.sheet.sections if one.path == "talks")
    editors = [
        one
        for one in section._rows.itemAt(0).widget().findChildren(_long())
        if one.spec.label == "答"
    ]
    compose(editors[0].control, "已深刻认识错误。")
    compose(editors[0].control, "工作正常。")
    qtbot.waitUntil(lambda: not page.has_unsaved(), timeout=2000)
    assert stored(desk, page).talks[0].exchanges[0]["answer"] == "已深刻认识错误。工作正常。"
    page.sheet.undo_stack.undo()
    assert page.whole.talks[0].exchanges[0]["answer"] == ""


def _long():
    from app.ui.fields import LongTextField

    return LongTextField


def test_talks_with_leaders_and_colleagues_bring_their_questions(desk, page):
    section = next(one for one in page.sheet.sections if one.path == "talks")
    press(section, "＋ 与单位负责人谈话")
    press(section, "＋ 与同事及群众谈话")
    assert page.save_pending()
    talks = stored(desk, page).talks
    assert [talk.audience for talk in talks] == ["本人", "单位负责人", "同事及群众"]
    assert all(talk.exchanges[0]["question"] for talk in talks)
    assert (talks[1].talker, talks[1].recorder) == ("赵一鸣", "钱二丽")


def test_what_went_otherwise_than_planned_is_listed(desk, page, qtbot, compose):
    page.sheet.typed(page.head, "place", "图书馆二楼")
    page.check_now()
    assert any(
        "地点：方案为“化学与材料学院会议室”，实际为“图书馆二楼”" in line for line in lines(page)
    )
    assert "图书馆二楼" in page._deviations._lines.text()


def test_an_unfinished_visit_is_not_done_and_every_gap_leads_there(desk, page, dialogs):
    seen = []

    def look(dialog):
        assert isinstance(dialog, GateDialog)
        seen.extend(label.text() for label in dialog.findChildren(type(desk.news._text)))
        press(dialog, "去处理")

    dialogs.expect(look)
    press(page, "办理完成")
    assert any("问答" in words for words in seen)
    assert page.head.state == UNDER_WAY


def test_a_talk_that_was_not_checked_passes_only_with_a_reason(desk, page, dialogs):
    fill_in(desk, page)
    page.whole.talks[0].checked = False
    page.autosave.touch()

    def gate(dialog):
        dialog.findChildren(QLineEdit)[0].setText("本人外出，约定返校后补签")
        press(dialog, "写明理由")

    dialogs.expect(gate)
    press(page, "办理完成")
    assert page.head.state == DONE
    assert any("谈话记录未经核对：本人外出" in line for line in page.banner_lines())


def test_a_done_visit_gives_its_form_and_the_plan_is_closed(desk, page, qtbot, dialogs):
    fill_in(desk, page)
    press(page, "办理完成")
    plan = desk.plans.open_plan(page.head.plan_id)
    assert (page.head.state, plan.plan.state) == (DONE, CARRIED_OUT)
    with qtbot.waitSignal(desk.tab.form_requested) as asked:
        press(page, "生成登记表")
    form = desk.use_cases.open_form(asked.args[0])
    assert form.visited_on == "2026年11月23日（实地）"
    assert form.attitude == "思想稳定，工作积极。"
    assert form.name == "单小芳"
    assert desk.plans.form_of_visit(page.head.id) == (form.id, frozenset())
    desk.tab.open_plan(plan.plan.id)
    dialogs.expect(lambda dialog: press(dialog, "去处理"))
    press(desk.tab.plan_page, "办结")  # the form is a draft: the gate leads to its visit
    assert desk.tab.visit_page.head.form_id == form.id
    form.proposal = "建议予以肯定和鼓励。"
    desk.use_cases.save_form(form)
    desk.use_cases.paper.finalise(form.id, "填报单位手写")
    desk.tab.open_plan(plan.plan.id)
    press(desk.tab.plan_page, "办结")
    assert desk.tab.plan_page.head.state == CLOSED


def test_a_plan_without_forms_is_closed_only_with_a_reason(desk, page, dialogs):
    fill_in(desk, page)
    press(page, "办理完成")
    desk.tab.open_plan(page.head.plan_id)

    def gate(dialog):
        dialog.findChildren(QLineEdit)[0].setText("纸质登记表已归档")
        press(dialog, "写明理由")

    dialogs.expect(gate)
    press(desk.tab.plan_page, "办结")
    assert desk.tab.plan_page.head.state == CLOSED


def test_a_finished_visit_is_corrected_only_with_a_reason(desk, page, dialogs, compose, qtbot):
    fill_in(desk, page)
    press(page, "办理完成")
    assert page.sheet.widget_at("conduct").control.isReadOnly()

    def why(dialog):
        dialog.input.setText("记录有误")
        press(dialog, "更正")

    dialogs.expect(why)
    press(page, "更正")
    write(page, compose, "rights", "无意见。")
    qtbot.waitUntil(lambda: not page.has_unsaved(), timeout=2000)
    assert stored(desk, page).visit.rights == "无意见。"
    assert any("记录有误" in line for line in page.banner_lines())


def test_a_visit_that_did_not_come_about_can_be_begun_again(desk, page, dialogs):
    def why(dialog):
        dialog.input.setText("大雪封路")
        press(dialog, "登记未成行")

    dialogs.expect(why)
    page.call_off()
    assert page.head.state == CALLED_OFF
    first = page.head.id
    desk.tab.open_plan(page.head.plan_id)
    press(desk.tab.plan_page, "开展回访")
    assert page.head.id != first and page.head.state == UNDER_WAY


def test_a_telephone_visit_records_the_call(desk, compose, qtbot):
    plan_id = desk.approved(
        "张思", on=TODAY, method="电话", phone="13812345678", not_in_person="在外地挂职"
    )
    desk.tab.open_plan(plan_id)
    press(desk.tab.plan_page, "开展回访")
    page = desk.tab.visit_page
    section = next(one for one in page.sheet.sections if one.path == "contacts")
    press(section, "＋ 电话记录")
    write(page, compose, "contacts.0.content", "通话了解近况，思想稳定。")
    assert page.save_pending()
    [call] = stored(desk, page).contacts
    assert (call.method, call.name, call.phone) == ("电话", "张思", "13812345678")
    press(page, "办理完成")
    assert page.head.state == DONE


def test_a_letter_waits_for_its_reply_or_a_reason(desk, compose, dialogs, qtbot):
    plan_id = desk.approved(
        "张思",
        on=TODAY,
        method="信函",
        address="德州市大学西路566号",
        reply_by=date(2026, 12, 20),
        not_in_person="在国外访学",
    )
    desk.tab.open_plan(plan_id)
    press(desk.tab.plan_page, "开展回访")
    page = desk.tab.visit_page
    section = next(one for one in page.sheet.sections if one.path == "contacts")
    press(section, "＋ 信函记录")
    write(page, compose, "contacts.0.content", "去信了解近况。")
    said = []

    def gate(dialog):
        said.extend(label.text() for label in dialog.findChildren(type(desk.news._text)))
        dialog.reject()

    dialogs.expect(gate)
    press(page, "办理完成")
    assert any("尚未收到回信" in words for words in said)
    page.sheet.typed(page.whole.contacts[0], "replied_on", TODAY)
    write(page, compose, "contacts.0.reply", "来信收悉，一切安好。")
    press(page, "办理完成")
    assert page.head.state == DONE


def test_a_visit_without_a_plan_is_refused_or_passed_with_reason_and_approver(desk, dialogs):
    desk.tab.show_page(VISITS)

    def choose(dialog):
        dialog.search.setText("李梅")
        dialog.search.search_now()
        dialog.table.selectRow(0)
        press(dialog, "开展回访")

    dialogs.expect(choose, lambda gate: gate.reject())
    press(desk.tab.visits_list, "无方案回访")
    assert not desk.plans.queries.visits()

    def gate(dialog):
        reason, approver = dialog.findChildren(QLineEdit)
        reason.setText("本人突发重病，随即看望")
        assert not dialog._press.isEnabled()
        approver.setText("王书记")
        press(dialog, "写明理由")

    dialogs.expect(choose, gate)
    press(desk.tab.visits_list, "无方案回访")
    page = desk.tab.visit_page
    assert page.head.plan_id is None
    assert any(
        "无方案回访：本人突发重病，随即看望，王书记批准" in line for line in page.banner_lines()
    )


def test_requests_go_from_registered_to_told_and_come_back_at_the_next_visit(
    desk, page, dialogs, compose
):
    def register(dialog):
        compose(dialog.editor("content").control, "希望解决职称申报资格问题")
        dialog.editor("kind").show_value("合理要求")
        dialog.form.edited.emit(dialog.entity, "kind", "合理要求")
        compose(dialog.editor("owner").control, "人事处")
        press(dialog, "登记")

    dialogs.expect(register)
    section = next(one for one in page.sheet.sections if one.path == "requests")
    press(section, "＋ 登记诉求")
    [request] = desk.plans.requests_of(desk.people["单小芳"])
    assert (request.state, request.owner, request.visit_id) == (OPEN, "人事处", page.head.id)
    assert request.due_on == date(2026, 12, 23)

    def answer(dialog):
        press(dialog, "登记答复")
        assert "办理结果" in dialog.news.text()
        compose(dialog.editor("answer").control, "影响期满后可以申报。")
        press(dialog, "登记答复")

    dialogs.expect(answer)
    press(section, "答复")
    assert desk.plans.open_request(request.id).state == ANSWERED
    desk.tab.show_page(VISITS)
    desk.tab.open_request(request.id)
    assert desk.tab.visits_list.requests.rows[0].state == ANSWERED
    dialogs.expect(lambda dialog: press(dialog, "登记告知"))
    desk.tab.visits_list._next_of(desk.tab.visits_list.requests.rows[0])
    assert desk.plans.open_request(request.id).state == TOLD
    assert not desk.tab.visits_list.requests.rows  # only the unfinished are listed
    desk.tab.visits_list.search.setText("无此人")
    desk.tab.open_request(request.id)  # as found by a search: a finished one is shown as well
    assert [row.id for row in desk.tab.visits_list.requests.rows] == [request.id]
    assert desk.tab.visits_list.request_table.currentIndex().row() == 0


def test_the_next_to_be_visited_is_asked_for_first(desk, monkeypatch):
    plan_id = desk.approved("单小芳", "曾国强", on=TODAY)
    visit_id = id_of(desk.plans.begin_visit(desk.people["单小芳"], plan_id), Visit)
    whole = desk.plans.open_visit(visit_id)
    whole.visit.conduct = "思想稳定。"
    for talk in whole.talks:
        talk.exchanges = [{"question": "近来怎样？", "answer": "一切都好。"}]
        talk.checked, talk.checked_on = True, TODAY
    desk.plans.save_visit(whole, "")
    desk.plans.finish_visit(visit_id)
    page, asked = desk.tab.plan_page, []
    monkeypatch.setattr(
        page, "choose_subject", lambda _title, people: asked.extend(p.name for p in people)
    )
    desk.tab.open_plan(plan_id)
    page.acts.begin_visit()
    assert asked == ["曾国强", "单小芳"]


def test_open_requests_become_talk_points_of_the_next_plan(desk):
    desk.plans.save_request(
        Request(
            subject_id=desk.people["张思"],
            kind="合理要求",
            content="希望安排住房维修",
            raised_on=TODAY,
            owner="后勤处",
            due_on=date(2026, 12, 1),
        )
    )
    desk.tab.new_plan([desk.people["张思"]])
    assert any("住房维修" in point.words for point in desk.tab.plan_page.whole.points)


def test_late_requests_are_marked_in_words(desk):
    desk.plans.save_request(
        Request(
            subject_id=desk.people["张思"],
            kind="合理要求",
            content="希望安排住房维修",
            raised_on=date(2026, 10, 1),
            owner="后勤处",
            due_on=date(2026, 11, 13),
        )
    )
    desk.tab.show_page(VISITS)
    desk.tab.visits_list.show_requests()
    table = desk.tab.visits_list.requests
    assert "超期10天" in table.index(0, 6).data()


def test_the_chain_leads_to_the_next_thing_to_do(desk, qtbot):
    chain = desk.plans.chain(desk.people["单小芳"])
    assert chain.opens == ("VisitingList", None)
    plan_id = desk.approved("单小芳", on=TODAY)
    chain = desk.plans.chain(desk.people["单小芳"])
    desk.tab.open_link(chain.opens, chain.subject_id)
    assert desk.tab.plan_page.head.id == plan_id
    assert desk.tab.plan_page.head.state == APPROVED
    visit_id = id_of(desk.plans.begin_visit(desk.people["单小芳"], plan_id), Visit)
    chain = desk.plans.chain(desk.people["单小芳"])
    desk.tab.open_link(chain.opens, chain.subject_id)
    assert desk.tab.visit_page.head.id == visit_id
    desk.tab.show_page(PLANS)
    with qtbot.waitSignal(desk.tab.person_requested) as asked:
        desk.tab.open_link(("Subject", 3), 3)
    assert asked.args == [3]


def test_reminders_of_the_chain_lead_to_plan_visit_and_request(desk):
    plan_id = desk.ready("张思").plan.id
    desk.plans.submit_plan(plan_id)
    other = desk.approved("单小芳", on=TODAY)
    visit_id = id_of(desk.plans.begin_visit(desk.people["单小芳"], other), Visit)
    links = [link_of(one) for one in desk.use_cases.due(None)]
    assert ("Plan", plan_id) in links
    assert ("Visit", visit_id) in links
    assert None in links  # periods lead to the person


def test_the_person_pane_says_where_somebody_stands_and_leads_on(desk, qtbot):
    card = ChainCard(desk.plans.chain)
    qtbot.addWidget(card)
    plan_id = desk.approved("单小芳", on=TODAY)
    card.show_person(desk.people["单小芳"])
    assert "请开展回访" in card._sentence.text()
    with qtbot.waitSignal(card.link_requested) as asked:
        card._go.click()
    assert asked.args == [("Plan", plan_id), desk.people["单小芳"]]


def dead_widgets():
    gc.collect()
    return sum(isinstance(one, QWidget) and not isValid(one) for one in gc.get_objects())


def test_a_closed_record_leaves_nothing_on_its_page_nor_in_memory(desk, page, compose, qtbot):
    visit_id = page.head.id
    before = dead_widgets()
    for words in ("思想稳定", "工作积极"):
        for letter in words:
            write(page, compose, "conduct", letter)
        page.close_record()
        assert page.sheet.sections == [] and page.sheet.undo_stack.count() == 0
        qtbot.wait(30)
        assert page.sheet.widget().findChildren(QLineEdit) == []
        desk.tab.open_visit(visit_id)
    assert page.whole.visit.conduct == "工作积极思想稳定"  # the cursor begins in front
    assert dead_widgets() == before
