"""Planning as a clerk does it: real services, a real encrypted file, the real windows."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPushButton

from app.domain.attachment import Attachment
from app.domain.document_number import DocumentNumber
from app.domain.gates import AFTER_PERIOD
from app.domain.plan import (
    APPROVED,
    BY_PHONE,
    CANCELLED,
    DRAFT,
    RECUSAL,
    REJECTED,
    SUBMITTED,
)
from app.domain.visiting_list import INCLUDED, LEFT_OUT, PUT_OFF, SIGNED
from app.services.ports import StaleData, UserError
from app.ui.find_dialog import show_paper
from app.ui.forms.print_dialog import TO_FILE, PrintDialog
from app.ui.plans.tab import LIST, PLANS
from app.ui.records import autosave, record_page
from app.ui.records.gate_dialog import GateDialog
from app.ui.records.letters import _Drawn
from app.ui.records.numbers_dialog import NumbersDialog, register
from app.ui.staff_dialog import StaffDialog
from tests.ui.plan_desk import a_scan, make_desk, press


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
def a_list(desk):
    """The list of the quarter, proposed and kept."""
    whole = desk.plans.propose_list("季度")
    desk.plans.save_list(whole)
    desk.tab.show_page(LIST)
    return whole


@pytest.fixture
def page(desk):
    """A plan for one person, open."""
    desk.tab.new_plan([desk.people["单小芳"]])
    return desk.tab.plan_page


def field(page, path):
    return page.sheet.widget_at(path)


def lines(page):
    panel = page.panel.list
    return [panel.item(row).text() for row in range(panel.count())]


def stored(desk, page):
    return desk.plans.open_plan(page.head.id)


# ---------------------------------------------------------------- the list of the period


def test_an_office_without_a_list_is_told_how_to_begin(desk):
    assert desk.tab.list_page.whole is None
    assert not desk.tab.list_page.box.isVisibleTo(desk.tab)
    assert "选择季度或半年" in desk.tab.list_page._pages.currentWidget().sentence.text()


def test_on_a_wide_screen_all_buttons_of_the_list_stand_in_one_line(desk, a_list, qtbot):
    page = desk.tab.list_page

    def heights():
        qtbot.wait(10)
        return {
            page.mapFromGlobal(button.mapToGlobal(QPoint(0, 0))).y()
            for button in (page._more, page._add, page._sign)
        }

    assert len(heights()) == 2
    desk.tab.resize(1920, 900)
    assert len(heights()) == 1
    desk.tab.resize(1093, 520)
    assert len(heights()) == 2


def test_the_quarter_is_proposed_by_last_day_with_reasons(desk, dialogs, qtbot):
    dialogs.expect(lambda dialog: press(dialog, "提出名单"))
    press(desk.tab.list_page, "拟定新名单")
    qtbot.waitUntil(lambda: desk.tab.list_page.whole is not None, timeout=3000)
    rows = desk.tab.list_page.model.rows
    assert [row.name for row in rows] == ["曾国强", "张思", "李梅", "单小芳"]
    assert all(row.decision == INCLUDED and row.verdict_reason for row in rows)
    assert desk.plans.lists()[0].title == "2026年第四季度回访对象名单"


def test_a_paper_of_the_list_that_was_searched_for_is_chosen_among_its_papers(
    desk, office, a_list, dialogs
):
    owner = {"owner_kind": "VisitingList", "owner_id": desk.plans.lists()[0].id}
    with office.unit_of_work() as uow:
        for title in ("征求意见函", "签批件"):
            paper = Attachment(title=title, kind="其他", file_name="1.png", **owner)
            wanted = uow.repository(Attachment).put(paper)
        uow.commit()
    seen = []

    def look(dialog):
        seen.append((dialog.panel.list.count(), dialog.panel.chosen.title))
        dialog.reject()

    dialogs.expect(look)
    show_paper(wanted, desk.tab)
    assert seen == [(2, "签批件")]


def test_leaving_somebody_out_asks_why(desk, a_list, dialogs):
    page = desk.tab.list_page
    page.table.selectRow(0)

    def without_reason(dialog):
        press(dialog, "保存")
        assert "请写明理由" in dialog.news.text()
        dialog.editor("reason").control.setText("另案处理")
        dialog.editor("reason").control.textEdited.emit("另案处理")
        press(dialog, "保存")

    dialogs.expect(without_reason)
    press(page, "不列入")
    entry = desk.plans.open_list(a_list.head.id).entries[0]
    assert (entry.decision, entry.reason) == (LEFT_OUT, "另案处理")
    assert page.model.rows[0].decision == LEFT_OUT


def test_putting_off_asks_reason_day_and_approver(desk, a_list, dialogs):
    page = desk.tab.list_page
    page.table.selectRow(1)

    def put_off(dialog):
        press(dialog, "保存")
        for wanted in ("理由", "哪一天", "批准人"):
            assert wanted in dialog.news.text()
        for name, text in (("reason", "住院治疗"), ("approver", "王书记")):
            dialog.editor(name).control.setText(text)
            dialog.editor(name).control.textEdited.emit(text)
        until = dialog.editor("until")
        until.control.setText("2027-02-01")
        until.control.textEdited.emit("2027-02-01")
        press(dialog, "保存")

    dialogs.expect(put_off)
    press(page, "暂缓")
    entry = desk.plans.open_list(a_list.head.id).entries[1]
    assert (entry.decision, entry.until, entry.approver) == (PUT_OFF, date(2027, 2, 1), "王书记")


def test_one_arrangement_for_several_leaves_what_was_said_of_each(desk, a_list, dialogs):
    page = desk.tab.list_page
    rows = list(page.model.rows)
    rows[0].remarks, rows[0].proposed, rows[0].reason = "有课", False, "期满后补访"
    desk.plans.save_list(page.whole)
    page.refresh()
    rows = list(page.model.rows)

    def arrange(dialog):
        dialog.editor("planned_for").control.setText("12月上旬")
        dialog.editor("planned_for").control.textEdited.emit("12月上旬")
        press(dialog, "保存")

    dialogs.expect(arrange)
    page.acts.decide_on(rows, rows[0].decision)
    entries = desk.plans.open_list(a_list.head.id).entries
    assert {one.planned_for for one in entries} == {"12月上旬"}
    assert (entries[0].remarks, entries[0].reason) == ("有课", "期满后补访")


def test_several_people_are_left_out_with_one_reason(desk, a_list, dialogs, compose):
    page = desk.tab.list_page
    page.table.selectAll()

    def why(dialog):
        assert dialog.windowTitle().startswith("不列入：张三等") or "等" in dialog.windowTitle()
        press(dialog, "保存")
        assert "请写明理由" in dialog.news.text()
        compose(dialog.editor("reason").control, "本学期已谈心谈话")
        assert not dialog.news.text()  # mended, so nothing is wrong any more
        press(dialog, "保存")

    dialogs.expect(why)
    press(page, "不列入")
    entries = desk.plans.open_list(a_list.head.id).entries
    assert {(one.decision, one.reason) for one in entries} == {("不列入", "本学期已谈心谈话")}
    page.chips.choose("列入")
    assert page.chips.shown(entries) == list(entries)  # nobody is included: all are shown


def test_somebody_not_proposed_is_added_with_a_reason(desk, a_list, dialogs):
    def choose(dialog):
        model = dialog.table.model()
        names = [model.index(row, 0).data() for row in range(model.rowCount())]
        assert "单小芳" not in names  # who is on the list already is not offered
        dialog.table.selectRow(names.index("旧某"))
        press(dialog, "添加")

    def why(dialog):
        dialog.editor("reason").control.setText("期满后补访")
        dialog.editor("reason").control.textEdited.emit("期满后补访")
        press(dialog, "保存")

    dialogs.expect(choose, why)
    press(desk.tab.list_page, "添加人员")
    added = [one for one in desk.plans.open_list(a_list.head.id).entries if not one.proposed]
    assert [(one.name, one.reason) for one in added] == [("旧某", "期满后补访")]


def test_consultations_are_recorded_for_office_and_units(desk, a_list, dialogs, compose):
    def talk(dialog):
        for name, text in (("person", "李处长"), ("answer", "无不同意见。")):
            compose(dialog.editor(name).control, text)
        dialog.editor("how").show_value("当面")
        dialog.form.edited.emit(dialog.entity, "how", "当面")
        press(dialog, "保存")

    def overview(dialog):
        dialogs.expect(talk)
        press(dialog, "记录沟通情况")
        dialog.accept()

    dialogs.expect(overview)
    press(desk.tab.list_page, "征求意见")
    [kept] = desk.plans.open_list(a_list.head.id).consultations
    assert (kept.party, kept.person, kept.answer) == ("纪检监察室", "李处长", "无不同意见。")
    assert "待沟通 3" in desk.tab.list_page._consult.text()  # three units are left


def test_signing_without_asking_the_units_needs_a_reason_that_stays_on_display(
    desk, a_list, dialogs, tmp_path
):
    page = desk.tab.list_page

    def sign(dialog):
        dialog.take(a_scan(tmp_path))
        dialogs.expect(why)
        press(dialog, "签批")

    def why(dialog):
        assert isinstance(dialog, GateDialog)
        [line] = dialog.findChildren(QLineEdit)
        line.setText("单位负责人更替，另行补征")
        press(dialog, "写明理由")

    dialogs.expect(sign)
    press(page, "签批")
    head = desk.plans.open_list(a_list.head.id).head
    assert (head.state, head.signer) == (SIGNED, "王书记")
    assert page.banner.isVisibleTo(page)
    assert "已固定" in page._said.text()
    assert not page._include.isVisibleTo(page)


def test_what_changes_in_the_roster_after_signing_is_shown(desk, a_list):
    talk = list(desk.plans.open_list(a_list.head.id).entries)
    exemptions = []
    try:
        desk.plans.sign_list(a_list.head.id, desk.signature())
    except UserError as closed:
        exemptions = [one.exemption("从简") for one in closed.obstacles]
    desk.plans.sign_list(a_list.head.id, desk.signature(), exemptions=exemptions)
    dossier = desk.use_cases.open_dossier(talk[0].subject_id)
    from app.services.people import PersonEdit

    dossier.subject.unit = "教务处"
    desk.use_cases.save_person(PersonEdit(dossier.subject))
    desk.tab.show_page(LIST)
    words = [one.text() for one in desk.tab.list_page.banner.findChildren(type(desk.news._text))]
    assert any("“文学院”变为“教务处”" in one for one in words)


def test_a_plan_is_drawn_up_for_the_chosen_people(desk, a_list):
    page = desk.tab.list_page
    page.table.selectAll()
    press(page, "为所选人员拟定方案")
    assert len(desk.tab.plan_page.whole.people) == 4
    [row] = desk.plans.plan_rows()
    assert desk.plans.open_plan(row.id).plan.list_id == a_list.head.id


# ---------------------------------------------------------------- writing a plan


def test_a_new_plan_is_kept_at_once_with_what_is_known(desk, page):
    plan = stored(desk, page)
    assert plan.people[0].facts == "违规收受礼金。"
    assert "实施办法" in plan.plan.basis
    assert {point.audience for point in plan.points} == {"本人", "单位负责人", "同事及群众"}
    assert any("性格特点" in line for line in lines(page))


def test_chinese_typed_into_a_plan_is_saved_after_a_pause(desk, page, qtbot, compose):
    editor = field(page, "people.0.character")
    compose(editor.control, "性", commit=False)
    qtbot.wait(60)
    assert not page.has_unsaved()  # composing is not typing yet
    compose(editor.control, "性格内向，做事认真。")
    qtbot.waitUntil(lambda: not page.has_unsaved(), timeout=2000)
    assert stored(desk, page).people[0].character == "性格内向，做事认真。"
    assert "已自动保存" in page._state.text()
    qtbot.waitUntil(lambda: not any("性格特点" in line for line in lines(page)), timeout=2000)


def test_typing_is_undone_by_words_and_done_again(page, qtbot, compose):
    editor = field(page, "emergency")
    compose(editor.control, "李主任，")
    compose(editor.control, "0534")
    page.sheet.undo_stack.undo()
    assert editor.value() == "李主任，"
    page.sheet.undo_stack.undo()
    assert editor.value() == ""
    page.sheet.undo_stack.redo()
    assert page.head.emergency == editor.value() == "李主任，"


def test_the_completeness_list_leads_to_the_field(desk, page, qtbot):
    desk.window.activateWindow()
    panel = page.panel.list
    row = next(n for n, line in enumerate(lines(page)) if "应急联系人" in line)
    panel.itemClicked.emit(panel.item(row))
    assert field(page, "emergency").control is desk.window.focusWidget()


def test_another_method_asks_for_other_fields_and_keeps_what_was_typed(page):
    place, phone = field(page, "place"), field(page, "phone")
    assert place.isVisibleTo(page) and not phone.isVisibleTo(page)
    page.sheet.typed(page.head, "method", BY_PHONE)
    assert phone.isVisibleTo(page) and not place.isVisibleTo(page)
    assert page.head.place == "化学与材料学院会议室"
    page.check_now()
    assert any("拟拨电话" in line for line in lines(page))


def test_a_group_is_chosen_from_the_staff_and_the_recusal_question_asked(desk, page, qtbot):
    section = page.sheet.sections[2]
    for one in desk.plans.staff()[:2]:
        section.add_member(one)
    page.check_now()
    assert sum("是否需要回避" in line for line in lines(page)) == 2
    assert [member.leader for member in page.whole.members] == [True, False]
    section._typed(page.whole.members[1], "leader", True)
    assert [member.leader for member in page.whole.members] == [False, True]
    page.sheet.undo_stack.undo()
    assert [member.leader for member in page.whole.members] == [True, False]
    page.sheet.typed(page.whole.members[0], "recusal", RECUSAL)
    assert not field(page, "members.0.relation").isHidden()


def test_a_member_of_the_same_unit_is_warned_about(desk, page):
    desk.tab.new_plan([desk.people["曾国强"]])
    page = desk.tab.plan_page
    section = page.sheet.sections[2]
    section.add_member(next(one for one in desk.plans.staff() if one.name == "孙三强"))
    page.check_now()
    assert any("孙三强与回访对象曾国强同在“文学院”" in line for line in lines(page))


def test_two_plans_on_one_day_are_warned_about(desk):
    whole = desk.ready("单小芳")
    desk.tab.new_plan([desk.people["张思"]])
    page = desk.tab.plan_page
    page.sheet.typed(page.head, "on", whole.plan.on)
    busy = next(one for one in desk.plans.staff() if one.name == whole.members[0].name)
    page.sheet.sections[2].add_member(busy)
    page.check_now()
    assert any("请核对时间" in line for line in lines(page))


def test_a_removed_point_comes_back_by_undo_and_is_saved_again(desk, page, qtbot):
    before = [point.words for point in page.whole.points]
    page.sheet.sections[6]._remove(page.whole.points[0])
    assert page.save_pending()
    assert [point.words for point in stored(desk, page).points] == before[1:]
    page.sheet.undo_stack.undo()
    assert page.save_pending()
    assert [point.words for point in stored(desk, page).points] == before


def test_a_printed_letter_takes_its_number_is_recorded_and_leaves_its_dialog(
    desk, page, qtbot, monkeypatch, tmp_path
):
    settings = desk.use_cases.settings()
    settings.letter_prefix = "某院纪函"
    desk.use_cases.save_settings(settings)
    letters, whole = page.letters, page.snapshot()
    numbers = desk.use_cases.letter_numbers("unit_notice", whole)
    drawn = _Drawn(desk.use_cases.draw_letter("unit_notice", whole, "pdf"), (), numbers)
    year = desk.plans.today().year
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (str(tmp_path / "x.pdf"), ""))
    shown = []

    def look_and_leave(dialog):
        shown.append(desk.plans.document_numbers(year))
        return dialog.reject()

    def press_print(dialog):
        dialog._printer.setCurrentText(TO_FILE)
        dialog._on_print()
        return dialog.result()

    monkeypatch.setattr(PrintDialog, "exec", look_and_leave)
    letters._show("unit_notice", "通知函", whole, drawn)
    assert shown == [[]]
    monkeypatch.setattr(PrintDialog, "exec", press_print)
    letters._show("unit_notice", "通知函", whole, drawn)
    assert "已打印到" in desk.news.text
    assert [one.number for one in desk.plans.document_numbers(year)] == [1]
    assert (tmp_path / "x.pdf").read_bytes() == drawn.pdf


def test_the_plan_that_was_chosen_stays_chosen_when_the_list_is_read_again(desk):
    desk.ready("单小芳", on=date(2026, 12, 1))
    desk.ready("张思", on=date(2026, 12, 8))
    plans = desk.tab.plans_list
    plans.refresh()
    plans.table.selectRow(0)
    [chosen] = plans._chosen()
    plans.refresh()
    assert [row.id for row in plans._chosen()] == [chosen.id]


def test_undo_works_from_the_list_of_sections_too(desk, page, qtbot):
    page.sheet.sections[1]._remove(page.whole.people[0])
    assert page.whole.people == []
    qtbot.keyClick(page.panel.sections, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [one.name for one in page.whole.people] == ["单小芳"]


def test_points_are_proposed_anew_on_request(desk, page, dialogs):
    while page.whole.points:
        page.sheet.sections[6]._remove(page.whole.points[0])
    dialogs.expect(lambda dialog: press(dialog, "补入不同的"))
    page.sheet.sections[6].propose_again()
    assert len(page.whole.points) > 6


def test_people_are_added_to_a_plan_and_taken_away(desk, page):
    page.take_in(desk.people["张思"])
    page.take_in(desk.people["张思"])
    assert [one.name for one in page.whole.people] == ["单小芳", "张思"]
    assert "已在方案中" in desk.news.text
    assert page.save_pending()
    page.sheet.sections[1]._remove(page.whole.people[0])
    assert page.save_pending()
    assert [one.name for one in stored(desk, page).people] == ["张思"]


def test_wording_and_points_follow_who_is_in_the_plan_in_one_step_to_undo(desk, page):
    former = page.head.title, page.head.purpose, len(page.whole.points)
    page.take_in(desk.people["张思"])
    assert page.head.title == "关于对单小芳等2名同志开展回访关爱的工作方案"
    assert "单小芳、张思" in page.head.purpose
    page.sheet.sections[1]._remove(page.whole.people[0])
    assert page.head.title == "关于对张思开展回访关爱的工作方案"
    assert "单小芳" not in page.head.purpose + page.head.hearers + page.head.steps
    assert not [one for one in page.whole.points if one.subject_id == desk.people["单小芳"]]
    page.sheet.undo_stack.undo()
    page.sheet.undo_stack.undo()
    assert (page.head.title, page.head.purpose, len(page.whole.points)) == former
    assert page.save_pending()
    assert stored(desk, page).plan.title == former[0]


def test_a_template_keeps_wording_and_names_nobody(desk, page, dialogs, compose):
    compose(field(page, "to_resolve").control, "职称")
    page.sheet.typed(page.head, "hearers", "单小芳本人及其同事")

    def name(dialog):
        compose(dialog.editor("name").control, "实地通用")
        press(dialog, "存为模板")

    dialogs.expect(name)
    page.wording.save_as()
    [template] = desk.plans.templates("")
    assert template.content["fields"]["hearers"] == "{姓名}本人及其同事"
    desk.tab.new_plan([desk.people["张思"]])
    dialogs.expect(lambda dialog: press(dialog, "套用"))
    desk.tab.plan_page.wording.use(template)
    assert desk.tab.plan_page.head.hearers == "张思本人及其同事"
    assert field(desk.tab.plan_page, "hearers").value() == "张思本人及其同事"


def test_a_failed_save_keeps_everything_on_screen_and_is_tried_again(
    desk, page, qtbot, compose, monkeypatch
):
    real, refused = page.keep, []

    def keep():
        if len(refused) < 2:
            refused.append(1)
            raise UserError("磁盘已满")
        return real()

    monkeypatch.setattr(page, "keep", keep)
    compose(field(page, "emergency").control, "李主任")
    qtbot.waitUntil(lambda: bool(refused), timeout=1000)
    assert "磁盘已满" in desk.news.text and "仍在屏幕上" in desk.news.text
    assert page.has_unsaved() and "尚未保存" in page._state.text()
    qtbot.waitUntil(lambda: not page.has_unsaved(), timeout=2000)
    assert stored(desk, page).plan.emergency == "李主任"


@pytest.mark.parametrize(("answer", "kept"), [("保存屏幕上的", "我的"), ("改用别处", "别处的")])
def test_a_plan_saved_elsewhere_meanwhile_asks_whose(
    desk, page, qtbot, compose, dialogs, answer, kept
):
    theirs = stored(desk, page)
    theirs.plan.emergency = "别处的"
    theirs.people[0].character = "别处写的"
    del theirs.points[0]
    desk.plans.save_plan(theirs)
    with pytest.raises(StaleData):
        page.head.emergency = "我的"
        page.keep()
    page.head.emergency = ""
    columns = []

    def choose(dialog):
        columns.extend(label.text() for label in dialog.inside.findChildren(QLabel))
        press(dialog, answer)

    dialogs.expect(choose)
    compose(field(page, "emergency").control, "我的")
    qtbot.waitUntil(lambda: not page.has_unsaved(), timeout=2000)
    assert stored(desk, page).plan.emergency == kept
    assert columns[:4] == ["项目", "屏幕上的", "别处保存的", "填写前"]
    at = next(
        n
        for n, words in enumerate(columns)
        if words.startswith("应急联系人") or "：应急联系人" in words
    )
    assert columns[at + 1 : at + 4] == ["我的", "别处的", "—"]
    assert "别处写的" in columns and "（无此项）" in columns


# ---------------------------------------------------------------- the way of a plan


def test_an_unfinished_plan_is_not_submitted_and_every_gap_leads_there(desk, page, dialogs):
    seen = []

    def look(dialog):
        assert isinstance(dialog, GateDialog)
        seen.extend(label.text() for label in dialog.findChildren(type(desk.news._text)))
        press(dialog, "去处理")

    dialogs.expect(look)
    press(page, "报审")
    assert any("两人以上" in words for words in seen)
    assert page.head.state == DRAFT


def test_a_plan_is_submitted_rejected_mended_and_approved(desk, dialogs, compose, qtbot, tmp_path):
    whole = desk.ready("单小芳")
    desk.tab.open_plan(whole.plan.id)
    page = desk.tab.plan_page
    press(page, "报审")
    assert page.head.state == SUBMITTED
    assert field(page, "basis").control.isReadOnly()

    def send_back(dialog):
        press(dialog, "退回修改")
        assert "须写明意见" in dialog.news.text()
        compose(dialog._opinion.control, "请细化安全预案")
        press(dialog, "退回修改")

    dialogs.expect(send_back)
    press(page, "退回")
    assert page.head.state == REJECTED
    assert any("请细化安全预案" in line for line in page.banner_lines())
    compose(field(page, "safety").control, "补充：安排校医待命。")
    press(page, "重新报审")

    def approve(dialog):
        dialogs.expect(lambda gate: gate.reject())
        press(dialog, "批准")  # no scan named yet: refused with a sentence
        assert dialog.isVisible()
        dialog.take(a_scan(tmp_path))
        press(dialog, "批准")

    dialogs.expect(approve)
    press(page, "批准")
    assert page.head.state == APPROVED
    step = page.whole.steps[-1]
    assert (step.who, step.means, step.scan) == ("王书记", "签批扫描件", "审批单.pdf")


def test_the_approvers_own_account_is_checked(desk, dialogs):
    plan_id = desk.ready("单小芳").plan.id
    desk.plans.submit_plan(plan_id)
    desk.tab.open_plan(plan_id)
    said = []

    def staff(dialog):
        said.append(type(dialog))
        dialog.reject()

    def gate(dialog):
        said.extend(label.text() for label in dialog.findChildren(type(desk.news._text)))
        dialogs.expect(staff)
        press(dialog, "去处理")

    def approve(dialog):
        dialog.by_account.setChecked(True)
        dialogs.expect(gate)
        press(dialog, "批准")

    dialogs.expect(approve)
    press(desk.tab.plan_page, "批准")
    assert any("没有登记王书记的登录账户" in str(words) for words in said)
    assert said[-1] is StaffDialog
    assert desk.tab.plan_page.head.state == SUBMITTED


def test_a_visit_after_the_period_passes_only_with_a_reason_shown_ever_after(desk, dialogs):
    whole = desk.ready("旧某")
    desk.tab.open_plan(whole.plan.id)
    page = desk.tab.plan_page

    def gate(dialog):
        assert AFTER_PERIOD.title in [
            one.title for one in [o.gate for a, *_ in dialog._keys for o in a]
        ]
        dialog.findChildren(QLineEdit)[0].setText("机构合并期间未能安排，现补访")
        press(dialog, "写明理由")

    dialogs.expect(gate)
    press(page, "报审")
    assert page.head.state == SUBMITTED
    assert page.banner.isVisibleTo(page)
    assert any("期满后补访：机构合并期间" in line for line in page.banner_lines())
    desk.tab.plan_page.close_record()
    [row] = desk.tab.plans_list.model.rows
    assert row.exceptions == (AFTER_PERIOD.title,)


def test_moving_an_approved_plan_asks_why(desk, dialogs):
    plan_id = desk.approved("单小芳")
    desk.tab.open_plan(plan_id)

    def move(dialog):
        dialog._on.show_value(date(2026, 12, 15))
        press(dialog, "改期")
        assert "须写明理由" in dialog.news.text()
        dialog._why.show_value("对象出差")
        press(dialog, "改期")

    dialogs.expect(move)
    press(desk.tab.plan_page, "改期")
    plan = desk.plans.open_plan(plan_id)
    assert plan.plan.on == date(2026, 12, 15)
    assert plan.steps[-1].opinion == "对象出差"


def test_an_approved_plan_changes_only_by_a_new_version(desk, dialogs):
    plan_id = desk.approved("单小芳")
    desk.tab.open_plan(plan_id)

    def why(dialog):
        dialog.input.setText("增加一名成员")
        press(dialog, "建立新版本")

    dialogs.expect(why)
    press(desk.tab.plan_page, "修改方案")
    page = desk.tab.plan_page
    assert (page.head.version, page.head.state, page.head.replaces_id) == (2, DRAFT, plan_id)
    assert page.head.what_changed == "增加一名成员"
    assert desk.plans.open_plan(plan_id).plan.state == APPROVED


def test_a_plan_is_given_up_with_a_reason(desk, page, dialogs):
    def why(dialog):
        dialog.input.setText("对象调离")
        press(dialog, "作废")

    dialogs.expect(why)
    page.acts.cancel()
    assert page.head.state == CANCELLED
    desk.tab.plan_page.close_record()
    assert not desk.tab.plans_list.model.rows  # shown under 作废和旧版 only


# ---------------------------------------------------------------- list, month, staff, crash


def test_the_month_shows_plans_on_their_days(desk):
    whole = desk.ready("单小芳", on=date(2026, 11, 25))
    desk.tab.show_page(PLANS)
    press(desk.tab.plans_list, "月历")
    month = desk.tab.plans_list.month

    def shown():
        return [
            one.accessibleName() for box in month._boxes for one in box.findChildren(QPushButton)
        ]

    assert shown() == [f"草稿：{whole.plan.title}"]
    month.turn(1)
    assert shown() == []
    month.turn(-1)
    press(month, "✎ 单小芳")
    assert desk.tab.plan_page.head.id == whole.plan.id


def test_plans_are_found_by_person_and_state(desk, qtbot):
    desk.ready("单小芳")
    plan_id = desk.approved("张思")
    desk.tab.show_page(PLANS)
    plans = desk.tab.plans_list
    plans.search.setText("张思")
    plans.search.search_now()
    assert [row.id for row in plans.model.rows] == [plan_id]
    plans.search.clear()
    plans.search.search_now()
    plans.show_states("已批准")
    assert [row.id for row in plans.model.rows] == [plan_id]


def test_staff_are_entered_and_marked_as_gone(desk, dialogs, compose, qtbot):
    dialog = StaffDialog(desk.plans, desk.bus, desk.window)
    qtbot.addWidget(dialog)

    def enter(one):
        press(one, "保存")
        assert "姓名" in one.news.text()
        compose(one.editor("name").control, "周小五")
        one.form.edited.emit(one.entity, "department", "综合处")
        press(one, "保存")

    dialogs.expect(enter)
    dialog.add()
    assert "周小五" in [one.name for one in desk.plans.staff()]
    gone = next(one for one in desk.plans.everybody() if one.name == "周小五")
    gone.active = False
    desk.plans.save_staff(gone)
    assert "周小五" not in [one.name for one in desk.plans.staff()]


def test_after_a_crash_the_plan_that_was_written_opens_again(desk, page, qtbot, compose, office):
    compose(field(page, "emergency").control, "李主任")
    qtbot.waitUntil(lambda: not page.has_unsaved(), timeout=2000)
    from app.ui.plans.tab import PlansTab

    again = PlansTab(desk.use_cases, desk.bus, desk.jobs, desk.news)  # as if started anew
    qtbot.addWidget(again)
    qtbot.waitUntil(lambda: again.plan_page.whole is not None, timeout=1000)
    assert again.plan_page.head.emergency == "李主任"
    assert "没有正常退出" in desk.news.text
    again.shut_down()
    assert not [draft for draft in desk.use_cases.drafts() if draft.kind == "方案"]


def test_a_whole_plan_can_be_walked_through_by_enter(desk, page, qtbot):
    desk.window.activateWindow()
    field(page, "title").control.setFocus()
    seen = set()
    for _ in range(60):
        focused = desk.window.focusWidget()
        seen.add(focused.accessibleName())
        held = (
            Qt.KeyboardModifier.ControlModifier
            if focused.metaObject().className() in ("_GrowingText", "QPlainTextEdit")
            else Qt.KeyboardModifier.NoModifier
        )
        qtbot.keyClick(focused, Qt.Key.Key_Return, held)
        qtbot.wait(1)
    for label in ("承办人", "性格特点", "依据", "回访方式", "回访日期", "谈话对象范围"):
        assert label in seen, sorted(seen)


def test_the_register_shows_every_number_its_gaps_and_makes_one_void(qtbot, desk, dialogs):
    def number(id_, value, voided=None, why=""):
        return DocumentNumber(
            id=id_, kind="函", year=2026, number=value, prefix="某院纪函", title="通知函",
            issued_on=date(2026, 11, 29), voided_on=voided, void_reason=why,
        )  # fmt: skip

    book = [number(1, 1), number(2, 2, date(2026, 11, 29), "填错"), number(3, 5)]
    assert [(row.words, row.state) for row in register(book)] == [
        ("某院纪函〔2026〕1号", "已用"),
        ("某院纪函〔2026〕2号", "作废"),
        ("3至4号", "没有登记"),
        ("某院纪函〔2026〕5号", "已用"),
    ]
    asked = []
    plans = dataclasses.replace(
        desk.plans,
        document_numbers=lambda _year: book,
        void_number=lambda id_, reason: asked.append((id_, reason)),
    )
    dialog = NumbersDialog(plans)
    qtbot.addWidget(dialog)
    assert "没有登记的：3至4号" in dialog._counts.text()
    dialog.table.selectRow(2)
    assert not dialog.void.isEnabled()  # nothing there that could be made void
    dialog.table.selectRow(0)

    def why(question):
        question.input.setText("寄错单位")
        press(question, "作废")

    dialogs.expect(why)
    dialog.void.click()
    assert asked == [(1, "寄错单位")]
