"""Typing a person: nothing lost, nothing kept unasked, and what follows shown while typing."""

from __future__ import annotations

import copy
import dataclasses
import gc
import weakref

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from app.domain.partial_date import PartialDate
from app.domain.subject import PARTY, RETIRED, Case, Event, Sanction
from app.services.people import PersonEdit
from app.storage.errors import NotWritable
from app.storage.written import Doubt
from app.ui.roster.editor_cards import CaseCard, EventCard, SanctionCard
from app.ui.roster.person_editor import PERSON_DRAFT, PersonEditor
from tests.ui.roster_desk import a_desk

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(office):
    return a_desk(office)


@pytest.fixture
def zhang(desk, a_person):
    """A stored person with one case and one party sanction."""
    edit = PersonEdit(
        a_person(name="张三"),
        [Case(facts="违反工作纪律")],
        [Sanction(regime=PARTY, kind="警告", decided_on=PartialDate(2026, 3, 15))],
        case_of={0: 0},
    )
    changes = desk.save_person(edit)
    return next(change.id for change in changes if change.entity.__name__ == "Subject")


@pytest.fixture
def open_editor(qtbot, desk):
    def make(subject_id=None, left_over=None):
        dossier = desk.open_dossier(subject_id) if subject_id else None
        editor = PersonEditor(desk, dossier, left_over=left_over)
        qtbot.addWidget(editor, before_close_func=_forget)
        editor.show()
        return editor

    return make


def _forget(editor):
    """Close without asking: the test is over."""
    editor.undo_stack.setClean()
    editor._restored = False
    editor._form.settle = lambda: None


def field(editor, name, card=None):
    """Return the control of a field, of the person or of the first card of a kind."""
    forms = [editor._form._person]
    if card is not None:
        forms = next(c for c in editor._form._cards if isinstance(c, card)).forms
    control = next(form.editors[name] for form in forms if name in form.editors).control
    line = control.lineEdit() if isinstance(control, QComboBox) else None
    return line or control


def choose(editor, name, value, card=None):
    combo = field(editor, name, card)
    combo.setCurrentText(value)
    combo.activated.emit(combo.currentIndex())


def press(editor, words):
    next(b for b in editor.findChildren(QPushButton) if words in b.text()).click()


def words(widget):
    QApplication.processEvents()
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def answer(qtbot):
    """Press a button of the next question, once it is up; what it said is kept."""
    said = []

    def prepare(button):
        def act():
            question = QApplication.activeModalWidget()
            if question is None or question.isHidden() or isinstance(question, PersonEditor):
                QTimer.singleShot(20, act)
                return
            said.append(words(question))
            next(b for b in question.findChildren(QPushButton) if button in b.text()).click()

        QTimer.singleShot(20, act)
        return said

    return prepare


def test_a_person_typed_by_keyboard_is_stored_with_case_and_sanction(
    open_editor, desk, qtbot, compose
):
    editor = open_editor()
    compose(field(editor, "name"), "单小芳")
    qtbot.keyClick(field(editor, "name"), Qt.Key.Key_Return)
    qtbot.keyClicks(field(editor, "born_on"), "1985.3")
    compose(field(editor, "facts", CaseCard), "违反工作纪律")
    press(editor, "添加党纪处分")
    compose(field(editor, "kind", SanctionCard), "严重警告")
    qtbot.keyClicks(field(editor, "decided_on", SanctionCard), "20250831")
    with qtbot.waitSignal(editor.saved) as saved:
        qtbot.keyClick(editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    dossier = desk.open_dossier(saved.args[0])
    [case], [sanction] = dossier.cases, dossier.sanctions
    assert dossier.subject.name == "单小芳"
    assert dossier.subject.born_on == PartialDate(1985, 3)
    assert case.facts == "违反工作纪律"
    assert (sanction.kind, sanction.case_id) == ("严重警告", case.id)
    assert sanction.decided_on == PartialDate(2025, 8, 31)
    assert desk.drafts() == []


def test_the_period_appears_while_typing(open_editor, qtbot, compose):
    editor = open_editor()
    press(editor, "添加党纪处分")
    compose(field(editor, "kind", SanctionCard), "严重警告")
    qtbot.keyClicks(field(editor, "decided_on", SanctionCard), "20250831")
    qtbot.keyClick(field(editor, "decided_on", SanctionCard), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "影响期 2025-08-31 至 2027-02-27" in words(editor))
    tick = field(editor, "in_lieu", SanctionCard)
    tick.click()
    qtbot.waitUntil(lambda: "影响期 2025-08-31 至 2027-08-30" in words(editor))
    assert "应回访" in editor._panel._pill.verdict


def test_starting_work_at_fourteen_is_said_beside_the_field(open_editor, qtbot):
    editor = open_editor()
    qtbot.keyClicks(field(editor, "born_on"), "1985-02")
    qtbot.keyClick(field(editor, "born_on"), Qt.Key.Key_Return)
    qtbot.keyClicks(field(editor, "work_since"), "1999-07")
    qtbot.keyClick(field(editor, "work_since"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "14 岁" in words(editor._form))
    assert field(editor, "work_since").property("state") == "warning"


def test_kinds_follow_the_regime_and_only_a_severe_warning_has_the_tick(open_editor):
    editor = open_editor()
    press(editor, "添加事业单位处分")
    kinds = next(
        c for c in editor._form._cards if isinstance(c, SanctionCard)
    ).forms[0].editors["kind"].control  # fmt: skip
    offered = [kinds.itemText(i) for i in range(kinds.count())]
    assert offered == ["", "警告", "记过", "降低岗位等级", "开除"]
    assert not field(editor, "in_lieu", SanctionCard).isVisible()
    choose(editor, "regime", "党纪", SanctionCard)
    assert kinds.findText("留党察看一年") > 0


def test_an_impossible_date_is_not_saved_over_and_not_lost(open_editor, desk, zhang, qtbot):
    editor = open_editor(zhang)
    born = field(editor, "born_on")
    born.selectAll()
    qtbot.keyClicks(born, "20240230")
    assert not editor.save()
    assert "2024年2月没有30日" in words(editor)
    assert born.text() == "20240230"
    assert desk.open_dossier(zhang).subject.born_on == PartialDate(1985, 3)


def test_undo_takes_an_unreadable_date_back_first(open_editor, zhang, qtbot, compose):
    editor = open_editor(zhang)
    name, born = field(editor, "name"), field(editor, "born_on")
    compose(name, "丰")
    born.setFocus()
    born.selectAll()
    qtbot.keyClicks(born, "20240230")
    for shown in ("丰", "张三"):
        qtbot.keyClick(born, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert (name.text(), born.text()) == (shown, "1985年3月")
    assert not editor.has_unsaved()


def test_undo_and_redo_run_over_fields_and_cards(open_editor, zhang, qtbot, compose):
    editor = open_editor(zhang)
    name = field(editor, "name")
    compose(name, "丰")
    press(editor, "添加政务处分")
    assert len(editor._draft.sanctions) == 2
    qtbot.keyClick(name, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(editor._draft.sanctions) == 1
    qtbot.keyClick(field(editor, "name"), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert field(editor, "name").text() == "张三"
    assert not editor.has_unsaved()
    qtbot.keyClick(field(editor, "name"), Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert editor._draft.subject.name != "张三"


def test_a_removed_sanction_comes_back_with_its_event_in_one_step(
    open_editor, desk, zhang, answer, qtbot
):
    dossier = desk.open_dossier(zhang)
    event = Event(kind="恢复党员权利", on=PartialDate(2026, 9, 1),
                  sanction_id=dossier.sanctions[0].id)  # fmt: skip
    desk.save_person(PersonEdit(dossier.subject, dossier.cases, dossier.sanctions, [event]))
    editor = open_editor(zhang)
    said = answer("取消")
    press(editor, "移除此案")
    assert "1 个处分" in said[0] and len(editor._draft.cases) == 1
    answer("移除")
    editor.activateWindow()
    field(editor, "kind", SanctionCard).setFocus()
    qtbot.waitUntil(field(editor, "kind", SanctionCard).hasFocus)
    qtbot.keyClick(field(editor, "kind", SanctionCard), Qt.Key.Key_Minus, CONTROL)
    assert "移除“党纪　警告”" in said[1]
    assert (editor._draft.sanctions, editor._draft.events) == ([], [])
    editor.undo_stack.undo()
    assert len(editor._draft.sanctions) == len(editor._draft.events) == 1
    assert not editor.has_unsaved()


def test_tab_comes_to_every_way_of_adding_and_to_none_of_removing(open_editor, zhang):
    editor = open_editor(zhang)
    QApplication.processEvents()
    passed, at = [], field(editor, "name")
    while at is not None and len(passed) < 60 and (at not in passed):
        passed.append(at)
        at.setFocus()
        editor.focusNextPrevChild(True)
        at = QApplication.focusWidget()
    texts = [one.text() for one in passed if isinstance(one, QPushButton)]
    assert sum("添加" in text for text in texts) == 5
    assert not any("移除" in text for text in texts)


def test_an_event_asks_only_what_its_kind_needs(open_editor, zhang):
    editor = open_editor(zhang)
    press(editor, "添加状态事项")
    assert "添加状态事项" not in words(editor)  # lays the new card out
    choose(editor, "kind", "退休", EventCard)
    assert not field(editor, "months", EventCard).isVisible()
    assert not field(editor, "sanction_id", EventCard).isVisible()
    choose(editor, "kind", "延长留党察看", EventCard)
    assert field(editor, "months", EventCard).isVisible()
    assert field(editor, "sanction_id", EventCard).isVisible()


def test_an_inclusion_without_reason_or_approver_is_said_not_to_count(open_editor, desk, zhang):
    dossier = desk.open_dossier(zhang)
    event = Event(kind="列入回访", on=PartialDate(2026, 9, 1), reason="本人要求")
    desk.save_person(PersonEdit(dossier.subject, dossier.cases, dossier.sanctions, [event]))
    assert "2026-09-01 列入回访须写明理由和批准人，未计入" in words(open_editor(zhang)._panel)


def test_a_second_person_of_one_name_is_asked_about_with_unit_and_birth(
    open_editor, desk, zhang, compose, answer
):
    editor = open_editor()
    compose(field(editor, "name"), "张 三")
    said = answer("返回修改")
    assert not editor.save()
    assert "1985年3月" in said[0] and "化学与材料学院副教授" in said[0]
    answer("不是同一人")
    assert editor.save()
    assert len(desk.namesakes("张三", None)) == 2


def test_what_a_changed_fact_moves_is_shown_before_it_is_kept(
    open_editor, desk, zhang, qtbot, answer
):
    editor = open_editor(zhang)
    decided = field(editor, "decided_on", SanctionCard)
    decided.selectAll()
    qtbot.keyClicks(decided, "2025-10-01")
    said = answer("返回修改")
    assert not editor.save()
    assert "对象认定由“应回访”变为“期满”" in said[0]
    assert "2027-03-14" in said[0] and "2026-09-30" in said[0]
    assert desk.open_dossier(zhang).sanctions[0].decided_on == PartialDate(2026, 3, 15)
    answer("按新结果保存")
    assert editor.save()
    assert desk.open_dossier(zhang).sanctions[0].decided_on == PartialDate(2025, 10, 1)


def test_a_change_that_moves_nothing_is_kept_without_a_question(open_editor, desk, zhang, compose):
    editor = open_editor(zhang)
    compose(field(editor, "remarks"), "已谈话")
    assert editor.save()
    assert desk.open_dossier(zhang).subject.remarks == "已谈话"


@pytest.fixture
def saved_elsewhere(open_editor, desk, zhang, compose):
    """An editor with a typed remark, whose person somebody else has saved meanwhile."""
    editor = open_editor(zhang)
    theirs = desk.open_dossier(zhang)
    theirs.subject.phone = "13900000000"
    desk.save_person(PersonEdit(theirs.subject, theirs.cases, theirs.sanctions))
    compose(field(editor, "remarks"), "我的备注")
    return editor


def test_mine_is_put_on_top_of_theirs(saved_elsewhere, desk, zhang, answer):
    said = answer("以我填写的为准")
    assert saved_elsewhere.save()
    assert "13900000000" in said[0] and "我的备注" in said[0]
    after = desk.open_dossier(zhang).subject
    assert (after.remarks, after.phone) == ("我的备注", "13900000000")


def test_theirs_is_shown_when_mine_is_given_up(saved_elsewhere, desk, zhang, answer):
    answer("放弃我的")
    assert not saved_elsewhere.save()
    assert field(saved_elsewhere, "phone").text() == "13900000000"
    assert not saved_elsewhere.has_unsaved()


def test_going_back_keeps_what_was_typed(saved_elsewhere, desk, zhang, answer):
    answer("返回继续编辑")
    assert not saved_elsewhere.save()
    assert field(saved_elsewhere, "remarks").toPlainText() == "我的备注"
    assert desk.open_dossier(zhang).subject.remarks == ""


def test_typed_text_is_safe_within_five_seconds_and_offered_after_a_crash(
    open_editor, desk, zhang, qtbot, compose
):
    editor = open_editor(zhang)
    compose(field(editor, "remarks"), "打了一半")
    press(editor, "添加政务处分")
    qtbot.waitUntil(lambda: desk.drafts() != [], timeout=5000)
    [draft] = desk.drafts()
    assert (draft.kind, draft.target_id, draft.title) == (PERSON_DRAFT, zhang, "张三")
    assert "已自动保存" in words(editor)
    assert desk.open_dossier(zhang).subject.remarks == ""

    again = open_editor(zhang, left_over=draft)  # as after a kill
    assert field(again, "remarks").toPlainText() == "打了一半"
    assert len(again._draft.sanctions) == 2
    assert again.has_unsaved()
    again._tried = False
    assert again.save()
    assert desk.open_dossier(zhang).subject.remarks == "打了一半"
    assert desk.drafts() == []


@pytest.mark.parametrize(
    ("button", "is_open", "remarks"),
    [("保存(", False, "新备注"), ("不保存", False, ""), ("取消", True, "")],
)
def test_closing_with_something_unsaved_asks(
    open_editor, desk, zhang, compose, answer, button, is_open, remarks
):
    editor = open_editor(zhang)
    compose(field(editor, "remarks"), "新备注")
    said = answer(button)
    editor.reject()
    assert "尚未保存" in said[0]
    assert editor.isVisible() is is_open
    assert desk.open_dossier(zhang).subject.remarks == remarks


def test_closing_an_untouched_person_asks_nothing(open_editor, zhang):
    editor = open_editor(zhang)
    editor.reject()
    assert not editor.isVisible()


def test_a_refused_save_keeps_the_dialog_and_the_text(qtbot, desk, zhang, compose):
    broken = dataclasses.replace(desk, save_person=_full_disk)
    editor = PersonEditor(broken, desk.open_dossier(zhang))
    qtbot.addWidget(editor, before_close_func=_forget)
    editor.show()
    compose(field(editor, "remarks"), "新备注")
    assert not editor.save()
    assert editor.isVisible()
    assert field(editor, "remarks").toPlainText() == "新备注"
    assert "没有完成" in editor._messages.text
    assert [draft.content["subject"]["remarks"] for draft in desk.drafts()] == ["新备注"]


def _full_disk(_edit):
    raise OSError("disk full")


def test_a_new_person_without_a_word_is_not_saved(open_editor, desk):
    editor = open_editor()
    press(editor, "添加案件")
    assert not editor.save()
    assert "还没有填写任何内容" in words(editor)


def test_sanctions_without_a_case_can_be_given_one(open_editor, desk, a_person, compose):
    changes = desk.save_person(
        PersonEdit(
            a_person(name="李四"),
            sanctions=[Sanction(regime=PARTY, kind="警告", decided_on=PartialDate(2026, 3, 15))],
        )
    )
    person = next(change.id for change in changes if change.entity.__name__ == "Subject")
    editor = open_editor(person)
    assert "未注明受处分原因的处分" in words(editor)
    press(editor, "填写受处分原因")
    compose(field(editor, "facts", CaseCard), "违反廉洁纪律")
    assert editor.save()
    dossier = desk.open_dossier(person)
    assert dossier.cases[0].facts == "违反廉洁纪律"
    assert dossier.sanctions[0].case_id == dossier.cases[0].id


def test_the_dialog_fits_a_small_screen(open_editor, zhang):
    editor = open_editor(zhang)
    assert editor.height() <= 560
    assert editor.minimumSizeHint().height() <= 560
    assert editor.minimumSizeHint().width() <= 1093


def test_everything_that_can_be_typed_has_a_name_for_a_screen_reader(open_editor, zhang):
    editor = open_editor(zhang)
    press(editor, "添加状态事项")
    controls = [
        *editor._form.findChildren(QLineEdit),
        *editor._form.findChildren(QPlainTextEdit),
        *editor._form.findChildren(QComboBox),
    ]
    assert len(controls) > 20
    assert [c for c in controls if not c.accessibleName()] == []


def test_a_draft_does_not_touch_what_it_was_made_from(open_editor, desk, zhang, compose):
    dossier = desk.open_dossier(zhang)
    before = copy.copy(vars(dossier.subject))
    editor = open_editor(zhang)
    compose(field(editor, "name"), "丰")
    assert vars(desk.open_dossier(zhang).subject) == before
    assert RETIRED not in [event.kind for event in editor._draft.events]


def test_a_new_card_comes_wholly_into_view(open_editor, zhang, qtbot):
    editor = open_editor(zhang)
    press(editor, "添加状态事项")
    card = next(c for c in editor._form._cards if isinstance(c, EventCard))

    def is_in_view():
        return (
            card.height() > 150 and not card.visibleRegion().boundingRect().height() < card.height()
        )

    qtbot.waitUntil(is_in_view)


def test_what_was_typed_and_undone_again_is_not_offered_later(open_editor, desk, zhang, qtbot):
    editor = open_editor(zhang)
    line = field(editor, "phone")
    line.setFocus()
    qtbot.keyClicks(line, "1")
    editor.keep_draft()
    assert len(desk.drafts()) == 1
    while editor.undo_stack.canUndo():
        editor.undo_stack.undo()
    editor.reject()
    assert not editor.isVisible()
    assert list(desk.drafts()) == []


def test_saving_goes_to_an_unreadable_date_that_had_scrolled_away(open_editor, qtbot):
    editor = open_editor()
    editor.resize(800, 420)
    born = field(editor, "born_on")
    born.setFocus()
    qtbot.keyClicks(born, "remark")
    bar = editor.findChild(QScrollArea).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    assert not editor.save()
    qtbot.waitUntil(lambda: not born.visibleRegion().isEmpty())
    assert "不是日期" in editor._messages.text


def test_a_new_person_who_may_be_saved_is_not_saved_twice(open_editor, desk, last_flush, compose):
    editor = open_editor()
    compose(field(editor, "name"), "李四")
    press(editor, "党纪处分")
    compose(field(editor, "kind", SanctionCard), "警告")
    last_flush("kept")
    assert not editor.save()
    assert "可能已保存" in words(editor._messages)
    assert editor.windowTitle() == "编辑人员：李四"
    assert not editor.has_unsaved()
    compose(field(editor, "workplace"), "图书馆")
    assert editor.save()
    [row] = desk.namesakes("李四", None)
    dossier = desk.open_dossier(row.id)
    assert dossier.subject.workplace == "图书馆"
    assert [one.kind for one in dossier.sanctions] == ["警告"]
    assert len(dossier.cases) == 1
    assert not desk.drafts()


def test_nor_is_one_whom_nobody_could_look_at_at_once(
    open_editor, desk, last_flush, compose, monkeypatch
):
    editor = open_editor()
    compose(field(editor, "name"), "李四")
    last_flush("kept")
    with monkeypatch.context() as blind:
        blind.setattr(Doubt, "is_in", unreadable)
        assert not editor.save()
        assert "可能已保存" in words(editor._messages)
        assert editor.subject_id is None
    assert editor.save()
    assert len(desk.namesakes("李四", None)) == 1


def unreadable(_doubt, _connection):
    raise NotWritable("读写时磁盘出错")


def test_a_sanction_that_may_be_saved_is_not_added_twice(open_editor, desk, zhang, last_flush):
    editor = open_editor(zhang)
    press(editor, "政务处分")
    last_flush("kept")
    assert not editor.save()
    assert editor.save()
    assert len(desk.open_dossier(zhang).sanctions) == 2


def test_a_closed_editor_leaves_nothing_in_memory(desk, zhang, qtbot, compose):
    parent = QWidget()
    qtbot.addWidget(parent)
    editor = PersonEditor(desk, desk.open_dossier(zhang), parent=parent)
    editor.open()
    for letter in "小明":
        compose(field(editor, "unit"), letter)
    seen = weakref.ref(editor._form)
    QTimer.singleShot(50, lambda: press(QApplication.activeModalWidget(), "不保存"))
    editor.reject()
    del editor
    qtbot.wait(30)
    gc.collect()
    assert seen() is None


def test_an_editor_that_goes_while_it_asks_takes_the_question_along(desk, zhang, qtbot, compose):
    parent = QWidget()
    qtbot.addWidget(parent)
    editor = PersonEditor(desk, desk.open_dossier(zhang), parent=parent)
    editor.open()
    compose(field(editor, "unit"), "学院")
    QTimer.singleShot(50, editor, lambda: editor.done(0))
    editor.reject()
    qtbot.wait(30)
    assert parent.findChildren(PersonEditor) == []
