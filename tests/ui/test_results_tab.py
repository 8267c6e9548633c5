"""After the visit at the desk: a result, who was told, the volume closed and opened again."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from app.domain.ending import MATERIAL
from app.domain.outcome import ENCOURAGE, SUPPORT, TO_PERSON, TO_UNIT
from app.domain.partial_date import PartialDate
from app.domain.registration_form import SIGNED
from app.domain.visit import Talk
from app.services.filing_lock import AlreadyFiled
from app.ui.records import autosave, record_page, sheet
from app.ui.records.attachments_section import AttachmentsSection
from app.ui.records.chain_line import link_of
from app.ui.records.gate_dialog import GateDialog
from app.ui.results.lists import FilteredList
from app.ui.results.tab import ENDINGS, RESULTS, USES, ResultsTab
from tests.ui.plan_desk import add_person, make_desk, press

TODAY = date(2026, 11, 23)


@pytest.fixture
def desk(qtbot, office, a_person, monkeypatch):
    monkeypatch.setattr(autosave, "PAUSE_MS", 30)
    monkeypatch.setattr(record_page, "CHECK_AFTER_MS", 5)
    made = make_desk(office, a_person)
    qtbot.addWidget(made.window)
    made.visit_id = visited(made, office)
    made.tab = ResultsTab(made.use_cases, made.bus, made.jobs, made.news, made.window)
    made.tab.resize(1093, 500)
    made.window.resize(1093, 520)
    made.window.show()
    qtbot.wait(10)
    yield made
    made.tab.shut_down()
    made.jobs.shut_down()


def visited(desk, office):
    """Return a finished visit to 单小芳 with a signed form."""
    from app.domain.registration_form import RegistrationForm
    from app.domain.visit import Visit
    from app.services.parts import id_of

    plans = desk.plans
    plan_id = desk.approved("单小芳", on=TODAY)
    visit_id = id_of(plans.begin_visit(desk.people["单小芳"], plan_id), Visit)
    whole = plans.open_visit(visit_id)
    whole.visit.conduct, whole.visit.unit_party = "思想稳定。", "表现良好。"
    for talk in whole.talks:
        assert isinstance(talk, Talk)
        talk.exchanges = [{"question": "近来怎样？", "answer": "一切都好。"}]
        talk.checked, talk.checked_on = True, TODAY
    plans.save_visit(whole, "")
    plans.finish_visit(visit_id)
    form_id, _changes = plans.form_of_visit(visit_id)
    with office.unit_of_work() as uow:
        form = uow.repository(RegistrationForm).get(form_id)
        form.state, form.proposal = SIGNED, "继续关心。"
        uow.repository(RegistrationForm).put(form)
        uow.commit()
    return visit_id


@pytest.fixture
def page(desk):
    desk.tab.open_result_of(desk.visit_id)
    return desk.tab.result_page


def decided(desk, page, item=ENCOURAGE):
    page.sheet.typed(page.head, "item", item)
    press(page, "确定结果")
    return desk.use_cases.results.open(page.head.id)


def tell(desk, page):
    results = desk.use_cases.results
    for audience in (TO_PERSON, TO_UNIT):
        feedback = results.new_feedback(page.whole.result, audience)
        feedback.means, feedback.receiver = "当面", "王芳"
        results.record_feedback(feedback)
    page.reread()


def volume(page):
    entry = page.whole.entry
    for name, value in (
        ("file_number", "2026-1"),
        ("handed_to", "档案室"),
        ("filed_on", TODAY),
        ("compiled_by", "钱二丽"),
        ("handed_by", "钱二丽"),
    ):
        page.sheet.typed(entry, name, value)
    press(page, "按办理情况列出")
    for paper in page.whole.papers:
        page.sheet.typed(paper, "pages", 2)


def test_a_visit_waits_in_the_list_until_it_is_filed(desk):
    [row] = desk.tab.results.shown
    assert (row.name, row.stage, row.outcome_id) == ("单小芳", "待定结果", None)
    desk.tab.results.show_only("已归档")
    assert list(desk.tab.results.shown) == []


def test_the_result_is_written_decided_and_its_acts_are_listed(desk, page):
    assert "思想稳定" in page.head.grounds  # what the form says
    whole = decided(desk, page, SUPPORT)
    assert [act.kind for act in whole.result.acts][-1] == "督促所在单位党组织"
    assert page.state_word() == "待反馈"


def test_a_date_that_cannot_be_read_is_listed_as_open_and_leads_to_its_field(desk, page, qtbot):
    page.sheet.typed(page.head, "item", SUPPORT)
    page.check_now()
    assert page.panel._good.isVisible()
    field = next(form for _path, form in page.sheet._forms if "decided_on" in form.editors).editors[
        "decided_on"
    ]
    field.control.setFocus()
    field.control.selectAll()
    qtbot.keyClicks(field.control, "2026-13-45")
    field.settle()
    qtbot.waitUntil(lambda: not page.panel._good.isVisible())
    assert "认定日期：“2026-13-45”" in page.panel.list.item(0).text()
    assert page.sheet.widget_at(page.panel.list.item(0).data(Qt.ItemDataRole.UserRole)) is field
    field.control.selectAll()
    qtbot.keyClicks(field.control, "2026-11-23")
    field.settle()
    qtbot.waitUntil(page.panel._good.isVisible)


def test_without_a_choice_the_result_is_refused_and_leads_there(desk, page, dialogs):
    seen = []

    def look(dialog):
        assert isinstance(dialog, GateDialog)
        seen.append(dialog.windowTitle())
        press(dialog, "去处理")

    dialogs.expect(look)
    press(page, "确定结果")
    assert seen and page.head.state == "拟定中"


def test_feedback_is_entered_in_a_dialog_and_shows_as_done(desk, page, dialogs):
    decided(desk, page)

    def enter(dialog):
        dialog.form.editors["means"].show_value("当面")
        dialog._on_edited(dialog.entity, "means", "当面")
        press(dialog, "登记反馈")

    dialogs.expect(enter)
    press(page, "＋ 向本人反馈")
    [feedback] = page.whole.result.feedbacks
    assert (feedback.audience, feedback.receiver) == (TO_PERSON, "单小芳")


def test_the_volume_is_listed_closed_locked_and_opened_again_with_a_reason(
    desk, page, dialogs, qtbot
):
    decided(desk, page)
    tell(desk, page)
    volume(page)
    press(page, "归档")
    assert page.state_word() == "已归档" and not page.editable()
    assert "案卷号2026-1" in page.standing()
    acts = {b.text(): b.isEnabled() for b in page.sheet.findChildren(QPushButton)}
    assert acts["回执和附件…"] and not acts["修改…"]  # what was filed is looked at, not changed
    section = page.sheet.sections[-1]
    assert isinstance(section, AttachmentsSection)
    section.panel._news.say(AlreadyFiled("已归档"))
    assert section.panel._news._number.isEnabled()  # what to do about a refusal can be asked

    def reason(dialog):
        dialog.input.setText("单位补交材料")
        press(dialog, "撤销归档")

    dialogs.expect(reason)
    press(page, "撤销归档")
    assert page.editable() and page.state_word() == "待归档"


def test_a_volume_with_something_missing_passes_only_with_reasons(desk, page, dialogs):
    decided(desk, page)
    volume(page)

    def gate(dialog):
        from PySide6.QtWidgets import QLineEdit

        for line in dialog.findChildren(QLineEdit):
            line.setText("本人在国外")
        press(dialog, "写明理由")

    dialogs.expect(gate)
    press(page, "归档")
    assert page.state_word() == "已归档"
    assert any("未反馈：本人在国外" in line for line in page.banner_lines())


def test_what_is_missing_leads_to_where_it_is_made(desk, page, qtbot):
    decided(desk, page)
    missing = next(one for one in page.whole.expected if not one.there)
    assert missing.sort == "反馈函"
    page._go(missing)  # to its own card, not away from the page
    with qtbot.waitSignal(desk.tab.link_requested) as asked:
        page._open(("Visit", desk.visit_id))
    assert asked.args[0] == ("Visit", desk.visit_id)


def test_reminders_of_results_open_the_result(desk, page):
    decided(desk, page)
    found = [one for one in desk.use_cases.due(None) if one.kind == "尚未反馈"]
    assert [link_of(one) for one in found] == [("Outcome", page.head.id)] * 2
    desk.tab.open_link(link_of(found[0]))
    assert desk.tab.result_page.head.id == page.head.id


def test_a_probation_that_runs_out_is_ended_from_its_reminder(desk, a_person):
    watched = a_person(name="韩留", unit="图书馆")
    id_ = add_person(desk.use_cases, watched, PartialDate(2025, 9, 1), "留党察看一年")
    [found] = [one for one in desk.use_cases.due(None) if one.kind == "留党察看期满"]
    for _twice in range(2):  # the second time the one under way is opened, none is made
        desk.tab.open_link(link_of(found), found.subject_id)
        assert desk.tab.ending_page.isVisibleTo(desk.window)
        assert [one.subject_id for one in desk.use_cases.results.endings() if one.id] == [id_]
    page = desk.tab.ending_page
    item = next(one for one in page.whole.items if one.sort == MATERIAL)
    page.sheet.typed(item, "done_on", TODAY)
    shown = (one for one in page.sheet.findChildren(QLabel) if one.isVisibleTo(page))
    [head] = [one.text() for one in shown if item.title in one.text()]
    assert head.startswith("✓")  # ticked as it is typed


def test_the_papers_of_a_result_are_offered_and_drawn(desk, page):
    decided(desk, page, SUPPORT)
    whole = desk.use_cases.results.open(page.head.id)
    known = dict(desk.use_cases.letters_for(whole))
    assert {"feedback_person", "feedback_unit"} <= set(known)
    for name in known:
        assert desk.use_cases.draw_letter(name, whole, "pdf").startswith(b"%PDF-")


def test_every_list_says_what_it_is_for_when_it_is_empty(desk):
    for name in (USES, ENDINGS, RESULTS):
        desk.tab.show_page(name)
        shown = desk.tab._pages.currentWidget()
        assert isinstance(shown, FilteredList)
        assert shown._pages.currentIndex() == (1 if name != RESULTS else 0)


def test_what_was_done_on_another_tab_is_in_the_list_when_it_is_seen_again(desk, page):
    decided(desk, page)
    page.close_record()
    results, before = desk.use_cases.results, list(desk.tab.results.shown)
    feedback = results.new_feedback(results.open(1).result, TO_PERSON)
    feedback.means = "当面"
    desk.tab.hide()
    desk.bus.publish(results.record_feedback(feedback))
    assert list(desk.tab.results.shown) == before  # nobody sees it: nothing is read
    desk.tab.show()
    assert list(desk.tab.results.shown) == list(results.rows()) != before


def test_after_filing_the_page_stays_where_it_was(desk, page, qtbot):
    decided(desk, page)
    tell(desk, page)
    volume(page)
    qtbot.wait(sheet._SETTLING_MS + 100)
    bar = page.sheet.verticalScrollBar()
    bar.setValue(300)
    press(page, "归档")  # it moves the form too, and the page is told of forms
    qtbot.wait(100)
    assert page.state_word() == "已归档"
    assert bar.maximum() > 300 and bar.value() == 300


def test_the_gate_of_the_volume_leads_to_the_pages_that_are_missing(desk, page, dialogs):
    decided(desk, page)
    tell(desk, page)
    volume(page)
    page.sheet.typed(page.whole.papers[1], "pages", None)

    def go(dialog):
        assert isinstance(dialog, GateDialog)
        press(dialog, "去处理")

    dialogs.expect(go)
    press(page, "归档")
    pages = page.sheet.widget_at("papers.1.pages")
    assert pages.isAncestorOf(page.window().focusWidget())
