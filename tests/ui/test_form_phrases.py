"""Ready sentences, hints on wording, 缩至一页 and copying: offered, never done unasked."""

import pytest
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QMenu

from app.domain.phrase import Phrase
from app.domain.registration_form import RegistrationForm
from app.ui.forms.offers_dialog import OffersDialog
from app.ui.forms.phrases_dialog import PhrasesDialog
from tests.ui.form_desk import a_tab, an_office, box, fill, when_modal


@pytest.fixture
def use_cases(office, a_person):
    return an_office(office, a_person)


@pytest.fixture
def subject_id(use_cases):
    return use_cases.namesakes("单小芳", None)[0].id


@pytest.fixture
def tab(use_cases, subject_id, qtbot, monkeypatch, tmp_path):
    made = a_tab(use_cases, qtbot, monkeypatch, tmp_path)
    made.open_for_subject(subject_id)
    return made


def texts(menu):
    return [action.text() for action in menu.actions() if action.text()]


def choose(menu, text):
    [action] = [action for action in menu.actions() if action.text() == text]
    action.trigger()


def test_a_phrase_goes_in_at_the_cursor_and_can_be_undone(tab, compose, use_cases):
    use_cases.paper.keep_phrase(Phrase(box="attitude", wording="服从组织处理。"))
    compose(box(tab, "attitude"), "认识到位，工作踏实。")
    tab.editor.go_to("attitude")
    cursor = box(tab, "attitude").textCursor()
    cursor.setPosition(5)
    box(tab, "attitude").setTextCursor(cursor)
    menu = QMenu()
    tab.phrases.fill(menu)
    choose(menu, "服从组织处理。")
    assert tab.editor.form.attitude == "认识到位，服从组织处理。工作踏实。"
    tab.editor.undo_stack.undo()
    assert tab.editor.form.attitude == "认识到位，工作踏实。"
    assert tab.save_pending()


def test_only_the_phrases_of_the_present_box_are_offered_the_offices_first(tab, use_cases):
    for wording, name, owner in (
        ("一。", "attitude", "我"),
        ("二。", "attitude", ""),
        ("三。", "proposal", ""),
    ):
        use_cases.paper.keep_phrase(Phrase(box=name, wording=wording, owner=owner))
    menu = QMenu()
    tab.editor.go_to("attitude")
    tab.phrases.fill(menu)
    assert texts(menu)[:4] == ["单位常用语", "二。", "个人常用语", "一。"]
    tab.editor.go_to("remarks")
    tab.phrases.fill(menu)
    assert texts(menu)[0] == "这一栏还没有常用语"


def test_nothing_is_inserted_while_a_word_is_being_composed(tab, compose):
    tab.editor.go_to("attitude")
    compose(box(tab, "attitude"), "renshi", commit=False)
    tab.editor.insert("服从组织处理。")
    assert tab.editor.form.attitude == ""


def test_selected_text_is_kept_as_ones_own_phrase(tab, compose, use_cases):
    compose(box(tab, "attitude"), "认识到位。其他")
    tab.editor.go_to("attitude")
    cursor = box(tab, "attitude").textCursor()
    cursor.setPosition(0)
    cursor.setPosition(5, QTextCursor.MoveMode.KeepAnchor)
    box(tab, "attitude").setTextCursor(cursor)
    menu = QMenu()
    tab.phrases.fill(menu)
    choose(menu, "把选中的文字存为个人常用语(&K)")
    [phrase] = use_cases.paper.phrases()
    assert (phrase.wording, phrase.owner) == ("认识到位。", "周明")
    assert tab.save_pending()


@pytest.fixture
def dialog(use_cases, qtbot):
    made = PhrasesDialog(use_cases.paper, "attitude")
    qtbot.addWidget(made)
    return made


def test_phrases_are_added_altered_ordered_and_removed(dialog, compose, monkeypatch):
    for words in ("一。", "二。"):
        dialog.text.show_value("")
        compose(dialog.text.control, words)
        dialog.add()
    dialog.move_by(-1)
    assert [one.wording for one in dialog.phrases()] == ["二。", "一。"]
    compose(dialog.text.control, "改")
    dialog.alter()
    assert "改" in dialog.phrases()[0].wording
    monkeypatch.setattr("app.ui.forms.phrases_dialog.confirm", lambda *a, **k: True)
    dialog.remove()
    assert [one.wording for one in dialog.phrases()] == ["一。"]


def test_an_empty_or_repeated_phrase_is_refused_in_place(dialog, compose):
    dialog.add()
    assert "请填写" in dialog.news.text()
    compose(dialog.text.control, "一。")
    dialog.add()
    dialog.add()
    assert "没有重复添加" in dialog.news.text()
    assert len(dialog.phrases()) == 1


def test_where_there_is_nothing_to_choose_the_cursor_is_where_one_writes(dialog, qtbot):
    dialog.show()
    qtbot.waitUntil(lambda: dialog.isAncestorOf(dialog.focusWidget() or dialog))
    assert dialog.text.isAncestorOf(dialog.focusWidget()) or dialog.focusWidget() is dialog.text
    dialog.list.setFocus()
    dialog.add()  # with nothing written
    assert dialog.text.isAncestorOf(dialog.focusWidget()) or dialog.focusWidget() is dialog.text


def test_ones_own_and_the_offices_phrases_are_apart(dialog, compose):
    compose(dialog.text.control, "一。")
    dialog.add()
    dialog.whose.setCurrentIndex(1)
    assert dialog.phrases() == []
    dialog.whose.setCurrentIndex(0)
    dialog.box.setCurrentIndex(dialog.box.currentIndex() + 1)
    assert dialog.phrases() == []


def test_wording_is_hinted_at_below_what_is_missing_and_leads_to_its_box(tab, compose, qtbot):
    compose(box(tab, "attitude"), "我认为该同志认识到位")
    qtbot.waitUntil(lambda: any("第一人称" in line for line in tab.completeness.lines))
    lines = tab.completeness.lines
    assert "提示：态度简述：“我认为”是第一人称" in lines
    assert "提示：态度简述：末尾没有句号" in lines
    head = next(at for at, line in enumerate(lines) if line.startswith("第七条6项内容写到"))
    assert [line[0] for line in lines[head + 1 :]].count("○") == 6 - int(lines[head][-3])
    assert [line for line in lines if line.startswith("•")] == lines[:2]
    tab.completeness._list.itemClicked.emit(tab.completeness._list.item(2))
    assert tab.editor.field == "attitude"
    assert tab.save_pending()


def test_one_page_says_the_size_and_is_kept_with_the_form(tab, compose, qtbot, use_cases):
    fill(tab, compose, attitude="认识到位。" * 48, proposal="建议关心。" * 12)
    qtbot.waitUntil(lambda: tab.toolbar.count == "共 2 页")
    tab.toolbar.one_page_wanted.emit(True)
    assert "正文字号" in tab.messages.text
    assert tab.save_pending()
    qtbot.waitUntil(lambda: tab.toolbar.count == "共 1 页（已缩）")
    form = use_cases.open_form(tab.editor.form.id)
    assert form.one_page
    assert use_cases.count_pages(form) == 1
    tab.editor.undo_stack.undo()
    assert not tab.editor.form.one_page
    assert tab.save_pending()


def test_one_page_that_is_not_possible_is_said_and_not_chosen(tab, compose):
    fill(tab, compose, attitude="认识到位，工作踏实，服从组织安排。" * 200)
    tab.toolbar.one_page.setChecked(True)
    tab.toolbar.one_page_wanted.emit(True)
    assert "放不进一页" in tab.messages.text
    assert not tab.toolbar.one_page.isChecked()
    assert not tab.editor.form.one_page


def test_the_former_forms_texts_are_copied_only_where_ticked(
    tab, compose, qtbot, use_cases, subject_id
):
    fill(tab, compose)
    tab.new_form(subject_id)
    compose(box(tab, "remarks"), "第二次回访。")
    assert tab.save_pending()

    def tick(dialog):
        assert isinstance(dialog, OffersDialog)
        labels = [item.text(0) for item in dialog._items()]
        assert "回访时间" not in labels
        from PySide6.QtCore import Qt

        dialog._items()[labels.index("回访意见建议")].setCheckState(0, Qt.CheckState.Checked)
        dialog.accept()

    when_modal(qtbot, tick)
    tab.paper.copy_previous()
    form: RegistrationForm = tab.editor.form
    assert (form.proposal, form.attitude) == ("建议继续关心关爱。", "")
    tab.editor.undo_stack.undo()
    assert form.proposal == ""
    assert tab.save_pending()


def test_a_first_form_has_nothing_to_copy_from(tab):
    tab.paper.copy_previous()
    assert "没有更早的登记表" in tab.messages.text
