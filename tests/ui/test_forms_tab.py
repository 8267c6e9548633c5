"""Filling in a form as a clerk does: real services, a real encrypted file, the real PDF."""

import dataclasses
from datetime import datetime

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.bootstrap.join import join
from app.domain.draft import Draft
from app.domain.partial_date import PartialDate
from app.domain.registration_form import RegistrationForm
from app.domain.subject import PARTY, Case, Sanction
from app.services.people import PersonEdit
from app.services.ports import UserError
from app.ui.changes import ChangeBus
from app.ui.forms import form_list, preview
from app.ui.forms.forms_tab import FormsTab
from app.ui.forms.offers_dialog import OffersDialog
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from app.ui.records import autosave


class DiskFull(UserError):
    """As storage says it."""


@pytest.fixture
def use_cases(office, a_person):
    made = join(office)
    person, case = a_person(), Case(facts="违规收受礼品。")
    sanction = Sanction(regime=PARTY, kind="警告", decided_on=PartialDate(2026, 3, 15))
    edit = PersonEdit(person, [case], [sanction], case_of={0: 0})
    made.save_person(edit)
    return made


@pytest.fixture
def subject_id(use_cases):
    return use_cases.namesakes("单小芳", None)[0].id


@pytest.fixture
def open_tab(qtbot, monkeypatch, tmp_path, use_cases):
    monkeypatch.setattr(autosave, "PAUSE_MS", 30)
    monkeypatch.setattr(autosave, "RETRY_MS", 100)
    monkeypatch.setattr(preview, "PAUSE_MS", 10)
    monkeypatch.setattr(form_list, "_PAUSE_MS", 5)

    def opened(**changed):
        window = QWidget()
        window.bus, window.messages = ChangeBus(window), MessageBar(window)
        tab = FormsTab(
            dataclasses.replace(use_cases, **changed),
            window.bus,
            JobRunner(window),
            window.messages,
            window,
            settings=QSettings(str(tmp_path / "p.ini"), QSettings.Format.IniFormat),
        )
        tab.desk, tab.bus, tab.messages = window, window.bus, window.messages
        qtbot.addWidget(window, before_close_func=lambda _window: tab.shut_down())
        tab.resize(1300, 700)
        window.show()
        return tab

    return opened


def box(tab, name):
    return tab.editor.sheet.editors[name]


def kinds(tab):
    return [entry.kind for entry in tab.list.entries()]


def change_person(use_cases, subject_id, **changed):
    subject = use_cases.open_dossier(subject_id).subject
    for name, value in changed.items():
        setattr(subject, name, value)
    return use_cases.save_person(PersonEdit(subject))


def test_a_person_without_forms_gets_one_filled_in_and_the_cursor_where_writing_begins(
    open_tab, subject_id, use_cases
):
    settings = use_cases.settings()
    settings.reporting_unit = "某院纪委"
    use_cases.save_settings(settings)
    tab = open_tab()
    tab.open_for_subject(subject_id)
    assert box(tab, "name").text == "单小芳"
    assert box(tab, "party_kind").text == "党内警告"
    assert box(tab, "facts").text == "违规收受礼品。"
    assert tab.editor.field == "visited_on"
    assert not tab.has_unsaved()
    assert use_cases.recent_forms() == []
    assert tab.toolbar.state == "填写后自动保存"


def test_typing_is_saved_by_itself_listed_and_published(open_tab, subject_id, qtbot, compose):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    published = []
    tab.bus.changed.connect(published.append)
    with qtbot.waitSignal(tab.editor.saved):
        compose(box(tab, "visited_on"), "2026年11月20日")
    assert tab.toolbar.state.startswith("已自动保存")
    [changes] = published
    assert {change.entity for change in changes} == {RegistrationForm}
    assert kinds(tab) == ["back", "heading", "form", "new"]


def test_composing_neither_saves_nor_makes_history(open_tab, subject_id, qtbot, compose):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    for letters in ("r", "re", "ren", "renshi"):
        compose(box(tab, "attitude"), letters, commit=False)
        qtbot.wait(20)
    assert not tab.has_unsaved()
    assert tab.editor.undo_stack.count() == 0


def test_a_save_while_a_word_is_composed_keeps_what_stands_and_leaves_the_word_alone(
    open_tab, subject_id, qtbot, compose, use_cases
):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    editor = box(tab, "attitude")
    compose(editor, "认识")
    compose(editor, "shenke", commit=False)
    assert tab.save_pending()
    assert editor.is_composing
    compose(editor, "深刻")
    tab.save_pending()
    [row] = use_cases.forms_of(subject_id)
    assert use_cases.open_form(row.id).attitude == "认识深刻"


def test_undo_reaches_back_across_saves(open_tab, subject_id, compose, use_cases):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    compose(box(tab, "attitude"), "第一句。")
    tab.save_pending()
    compose(box(tab, "attitude"), "第二句。")
    tab.save_pending()
    box(tab, "attitude").undo_wanted.emit()
    box(tab, "attitude").undo_wanted.emit()
    assert box(tab, "attitude").text == ""
    tab.save_pending()
    [row] = use_cases.forms_of(subject_id)
    assert use_cases.open_form(row.id).attitude == ""


def test_enter_goes_through_the_boxes_and_control_enter_leaves_a_long_one(
    open_tab, subject_id, qtbot
):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    qtbot.keyClick(box(tab, "visited_on"), Qt.Key.Key_Return)
    assert tab.editor.field == "attitude"
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(box(tab, "attitude"), Qt.Key.Key_Return, control)
    assert tab.editor.field == "proposal"
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(box(tab, "proposal"), Qt.Key.Key_Return, shift)
    assert tab.editor.field == "attitude"


def test_a_failed_save_keeps_everything_says_so_and_recovers_by_itself(
    open_tab, subject_id, qtbot, compose, use_cases
):
    disk = {"full": True}

    def save(form):
        if disk["full"]:
            raise DiskFull("磁盘已满，请清理后再试")
        return use_cases.save_form(form)

    tab = open_tab(save_form=save)
    tab.open_for_subject(subject_id)
    compose(box(tab, "attitude"), "不能丢的话")
    assert not tab.save_pending()
    assert tab.has_unsaved()
    assert "没有保存上：磁盘已满" in tab.messages.text
    assert "已自动保存" not in tab.toolbar.state
    tab.new_form(subject_id)  # another form is not opened over what is not kept
    assert box(tab, "attitude").text == "不能丢的话"
    disk["full"] = False
    with qtbot.waitSignal(tab.editor.saved):
        pass
    assert "没有丢失" in tab.messages.text
    [row] = use_cases.forms_of(subject_id)
    assert use_cases.open_form(row.id).attitude == "不能丢的话"


@pytest.mark.parametrize(
    ("answer", "kept"), [("保存屏幕上的", "先写的这里写的"), ("改用别处", "别处写的")]
)
def test_a_form_saved_elsewhere_is_asked_about_with_three_columns(
    open_tab, subject_id, compose, use_cases, dialogs, answer, kept
):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    compose(box(tab, "attitude"), "先写的")
    tab.save_pending()
    form_id = tab.editor.form.id
    theirs = use_cases.open_form(form_id)
    theirs.attitude = "别处写的"
    use_cases.save_form(theirs)
    columns = []

    def choose(dialog):
        columns.extend(label.text() for label in dialog.inside.findChildren(QLabel))
        next(b for b in dialog.findChildren(QPushButton) if answer in b.text()).click()

    dialogs.expect(choose)
    compose(box(tab, "attitude"), "这里写的")
    tab.save_pending()
    assert use_cases.open_form(form_id).attitude == kept
    assert box(tab, "attitude").text == kept
    assert not tab.has_unsaved()
    assert columns[:4] == ["项目", "屏幕上的", "别处保存的", "填写前"]
    assert columns[5:8] == ["先写的这里写的", "别处写的", "先写的"]


def test_a_change_in_the_roster_is_offered_for_a_typed_box_and_never_overwrites_it(
    open_tab, subject_id, compose, use_cases
):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    phone = box(tab, "phone")
    phone.selectAll()
    compose(phone, "13900000000")
    tab.editor.go_to("phone")
    tab.bus.publish(change_person(use_cases, subject_id, phone="0534-1", education="研究生"))
    assert phone.text == "13900000000"
    assert {offer.field for offer in tab.editor.offers()} == {"phone", "education"}
    assert tab.field_bar.offer.new == "0534-1"
    tab.field_bar.kept.emit(tab.field_bar.offer)
    assert {offer.field for offer in tab.editor.offers()} == {"education"}
    tab.editor.go_to("education")
    tab.field_bar.taken.emit(tab.field_bar.offer)
    assert box(tab, "education").text == "研究生"
    assert tab.editor.offers() == []
    tab.editor.undo_stack.undo()
    assert box(tab, "education").text == "研究生（硕士）"


def test_filling_in_again_changes_untouched_boxes_and_asks_for_the_others(
    open_tab, subject_id, compose, use_cases, monkeypatch
):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    phone = box(tab, "phone")
    phone.selectAll()
    compose(phone, "13900000000")
    change_person(use_cases, subject_id, education="研究生")
    asked = []

    def accept(dialog):
        asked.extend(item.text(0) for item in dialog._items())
        dialog._tick_all()
        return 1

    monkeypatch.setattr(OffersDialog, "exec", accept)
    tab.refill()
    assert asked == ["联系电话"]
    assert (phone.text, box(tab, "education").text) == ("13812345678", "研究生")


def test_every_box_says_where_its_text_came_from(open_tab, subject_id, compose):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    source = tab.editor.source_of
    assert source("born_on") == "来自 名册：出生年月"
    assert source("party_kind") == "来自 处分：党内警告 2026.03.15"
    assert source("reporting_unit") == "设置：填报单位（尚未填写）"
    assert source("attitude") == "手工填写"
    compose(box(tab, "phone"), "0534-1、")
    assert source("phone") == "手工改过；名册：联系电话"


def test_what_is_missing_is_listed_and_leads_to_its_box(open_tab, subject_id, compose):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    listed = tab.completeness._list
    assert [listed.item(row).text() for row in range(listed.count())] == [
        "• 填报单位：请填写",
        "• 回访时间：请填写",
        "• 回访对象态度以及现实表现简述：请填写",
        "• 回访意见建议：请填写",
    ]
    listed.itemClicked.emit(listed.item(3))
    assert tab.editor.field == "proposal"
    compose(box(tab, "proposal"), "建议继续关心。")
    assert listed.count() == 3


def test_the_preview_is_the_pdf_and_the_pages_are_counted_while_typing(
    open_tab, subject_id, qtbot, compose
):
    tab = open_tab()
    made = []
    tab.maker.made.connect(made.append)
    tab.open_for_subject(subject_id)
    qtbot.waitUntil(lambda: tab.toolbar.count == "共 1 页")
    compose(box(tab, "attitude"), "态度端正，积极改正。" * 60)
    qtbot.waitUntil(lambda: tab.toolbar.count == "共 2 页")
    assert made[-1].pdf.startswith(b"%PDF")
    assert tab.preview.pages._pdf.data == made[-1].pdf
    assert [start.field for start in made[-1].starts] == ["attitude"]


def test_a_person_is_found_by_initials_and_gets_a_form(open_tab, qtbot, compose):
    tab = open_tab()
    compose(tab.list.search, "sxf")
    qtbot.waitUntil(lambda: "person" in kinds(tab))
    qtbot.keyClick(tab.list.search, Qt.Key.Key_Return)
    assert tab.editor.form.name == "单小芳"


def test_nobody_found_is_said_with_what_to_do(open_tab, compose):
    tab = open_tab()
    compose(tab.list.search, "查无此人")
    tab.list.refresh()
    [entry] = tab.list.entries()
    assert (entry.kind, entry.title) == ("note", "名册中没有找到")


def test_after_a_crash_the_form_being_written_is_open_again(
    open_tab, subject_id, compose, qtbot, use_cases
):
    crashed = open_tab()
    crashed.open_for_subject(subject_id)
    with qtbot.waitSignal(crashed.editor.saved):
        compose(box(crashed, "attitude"), "写到一半")
    again = open_tab()
    qtbot.waitUntil(lambda: again.editor.form is not None)
    assert box(again, "attitude").text == "写到一半"
    assert "没有正常退出" in again.messages.text
    assert again.save_pending()
    assert use_cases.drafts() == []


def test_leaving_in_order_leaves_no_mark_of_a_crash(open_tab, subject_id, compose, use_cases):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    compose(box(tab, "attitude"), "写完了")
    tab.editor.save_now()
    assert [draft.kind for draft in use_cases.drafts()] == ["登记表"]
    tab.shut_down()
    assert use_cases.drafts() == []


def test_a_mark_whose_form_is_gone_is_no_mishap(open_tab, use_cases, qtbot):
    use_cases.keep_draft(Draft(kind="登记表", target_id=4711, title="某某"))
    tab = open_tab()
    qtbot.wait(30)
    assert tab.editor.form is None


def test_opening_another_form_saves_the_former_one(open_tab, subject_id, compose, use_cases):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    compose(box(tab, "attitude"), "第一份")
    tab.new_form(subject_id)
    assert box(tab, "attitude").text == ""
    [row] = use_cases.forms_of(subject_id)
    assert use_cases.open_form(row.id).attitude == "第一份"
    tab.open_form(row.id)
    assert box(tab, "attitude").text == "第一份"
    assert tab.editor.undo_stack.count() == 0


def test_a_file_is_written_whole_named_without_names_and_entered_into_the_log(
    open_tab, subject_id, qtbot, monkeypatch, tmp_path, use_cases
):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    proposed = []

    def choose(_parent, _title, path, _kind):
        proposed.append(path)
        return str(tmp_path / "登记表.pdf"), ""

    monkeypatch.setattr("app.ui.forms.output.QFileDialog.getSaveFileName", choose)
    tab.save_as_pdf()
    qtbot.waitUntil(lambda: "已存为" in tab.messages.text)
    assert (tmp_path / "登记表.pdf").read_bytes().startswith(b"%PDF")
    assert not list(tmp_path.glob("*.tmp"))
    today = f"{datetime.now():%Y%m%d}"
    assert proposed[0].endswith(f"登记表-{today}-{tab.editor.form.id}.pdf")
    assert "单小芳" not in proposed[0]


def test_a_file_that_cannot_be_written_is_said_plainly(
    open_tab, subject_id, qtbot, monkeypatch, tmp_path
):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    target = str(tmp_path / "没有" / "表.pdf")
    monkeypatch.setattr(
        "app.ui.forms.output.QFileDialog.getSaveFileName", lambda *_args: (target, "")
    )
    tab.save_as_pdf()
    qtbot.waitUntil(lambda: "没有写成" in tab.messages.text)


def test_a_pasted_text_is_scrolled_to_its_end(open_tab, subject_id, compose, qtbot):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    tab.editor.go_to("attitude")
    qtbot.waitUntil(lambda: box(tab, "attitude").hasFocus())
    compose(box(tab, "attitude"), "态度端正，积极改正。\n" * 80)
    editor, view = box(tab, "attitude"), tab.editor.viewport()

    def caret_in_sight():
        return view.rect().contains(editor.mapTo(view, editor.cursorRect().center()))

    qtbot.waitUntil(caret_in_sight)


def test_the_preview_stands_beside_the_sheet_where_there_is_room_else_in_its_place(
    open_tab, subject_id, qtbot
):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    qtbot.waitUntil(tab.isVisible)
    tab.resize(1400, 700)
    assert tab.preview.isVisible() and tab.editor.isVisible()
    tab.resize(1000, 560)
    assert not tab.preview.isVisible() and tab.editor.isVisible()
    tab.toolbar.turn_preview(on=True)
    assert tab.preview.isVisible() and not tab.editor.isVisible()
    tab.toolbar.turn_preview(on=False)
    assert not tab.preview.isVisible() and tab.editor.isVisible()


def test_twenty_thousand_pasted_characters_stay_editable(open_tab, subject_id, compose, use_cases):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    text = ("态度端正，积极改正。" * 100 + "\n") * 20
    compose(box(tab, "attitude"), text)
    compose(box(tab, "attitude"), "完")
    assert tab.editor.form.attitude == text + "完"
    assert tab.save_pending()
    [row] = use_cases.forms_of(subject_id)
    assert use_cases.open_form(row.id).attitude == text + "完"


def test_what_an_empty_box_says_has_room_in_it(open_tab, subject_id):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    sheet = tab.editor.sheet
    for scale in (1.0, 0.8):
        sheet.set_scale(sheet.scale * scale)
        for name, editor in sheet.editors.items():
            editor.show_value("")
            box, how, words = sheet.hint_of(name)
            needed = QFontMetricsF(sheet.hint_font()).boundingRect(box, how, words)
            assert not words or box.adjusted(-1, -1, 1, 1).contains(needed), (name, words)
            assert words.startswith("请填写") or name not in ("reporting_unit", "visited_on")


def test_no_word_of_a_button_is_cut_and_refilling_moves_to_the_menu_where_room_is_short(
    open_tab, subject_id, qtbot
):
    tab = open_tab()
    tab.open_for_subject(subject_id)
    place = QWidget()
    qtbot.addWidget(place)
    bar = tab.toolbar
    bar.setParent(place)
    place.resize(1300, 60)
    place.show()
    bar.show()
    for width, refill in ((1300, True), (680, False), (1300, True)):
        bar.setGeometry(0, 0, width, 50)
        qtbot.wait(20)
        shown = [one for one in bar.findChildren(QPushButton) if one.isVisible()]
        assert all(one.width() >= one.sizeHint().width() for one in shown)
        assert any("重新填入" in one.text() for one in shown) == refill
    assert bar.state == "填写后自动保存"
    bar.setParent(tab)  # it goes with its tab, which still counts pages
