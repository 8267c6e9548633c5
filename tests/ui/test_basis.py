"""Behind every date and verdict stand its working and the article: on F1, or by a click."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.domain.partial_date import PartialDate
from app.domain.subject import Sanction
from app.services.people import PersonEdit
from app.ui.basis import BasisDialog, explained
from app.ui.changes import ChangeBus
from app.ui.dialog import Dialog
from app.ui.help_window import HelpWindow
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from app.ui.plans.tab import PlansTab
from app.ui.records.person_chooser import PersonChooser
from app.ui.results.tab import ENDINGS, ResultsTab
from app.ui.roster.period_card import ArticleDialog
from app.ui.roster.tab import RosterTab
from tests.ui.form_desk import a_tab, an_office, box


@pytest.fixture
def use_cases(office, a_person):
    return an_office(office, a_person)


def words(dialog):
    return "\n".join(
        part.text() for part in dialog.findChildren(QLabel) if part.isVisibleTo(dialog)
    )


def shown(window):
    [dialog] = window.findChildren(BasisDialog)
    text = words(dialog)
    dialog.accept()
    dialog.setParent(None)
    return text


def test_the_boxes_of_the_sanctions_say_until_when_and_by_which_article(
    use_cases, qtbot, monkeypatch, tmp_path
):
    tab = a_tab(use_cases, qtbot, monkeypatch, tmp_path)
    tab.open_for_subject(1)
    for name in ("party_kind", "party_decided_on"):
        tab.editor.go_to(name)
        told = tab.field_bar._periods.text()
        assert "影响期 2026-03-15 至 2027-03-14，2027-03-15 起期满" in told
        assert "条例第十条" in told
        assert tab.field_bar._basis.isVisible()
    tab.field_bar._basis.click()
    assert "2026-03-15 ＋ 12个月 → 对应日 2027-03-15" in shown(tab.window())
    assert explained(box(tab, "party_kind"))
    assert "影响期 2026-03-15" in shown(tab.window())
    tab.editor.go_to("attitude")
    assert tab.field_bar._basis.isHidden() and tab.field_bar._periods.isHidden()
    assert not explained(box(tab, "attitude"))


@pytest.mark.parametrize("made", [RosterTab, PlansTab])
def test_whoever_is_chosen_is_explained(made, use_cases, qtbot):
    messages = MessageBar()
    qtbot.addWidget(messages)
    tab = made(use_cases, ChangeBus(messages), JobRunner(messages), messages)
    qtbot.addWidget(tab)
    tab.show()
    if made is RosterTab:
        tab.show_person(1)
        table = tab.list
    else:
        whole = use_cases.plans.propose_list()
        use_cases.plans.save_list(whole)
        tab.open_list(None, 1)
        table = tab.list_page.table
        tab.list_page.choose(1)
    assert explained(table)
    text = shown(tab.window())
    assert "单小芳：期限和认定的依据" in text
    assert "对应日 2027-03-15" in text


def test_in_a_dialog_f1_explains_who_is_chosen_there_and_one_of_several_can_be_picked(
    use_cases, a_person, qtbot
):
    sanction = Sanction(regime="政务", kind="警告", decided_on=PartialDate(2026, 4, 30))
    use_cases.save_person(PersonEdit(a_person(name="李四"), (), [sanction]))
    chooser = PersonChooser(use_cases, "新建方案", "拟定方案")
    qtbot.addWidget(chooser)
    chooser.show()
    chooser.table.selectAll()
    qtbot.keyClick(chooser.table, Qt.Key.Key_F1)
    [dialog] = chooser.findChildren(BasisDialog)
    days = {"李四": "对应日 2026-10-30", "单小芳": "对应日 2027-03-15"}
    for name, day in days.items():
        dialog.people.setCurrentText(name)
        qtbot.waitUntil(lambda day=day: day in words(dialog))
        assert sum(other in words(dialog) for other in days.values()) == 1
    dialog.accept()


def test_where_a_dialog_has_nothing_to_explain_f1_opens_the_help(qtbot, monkeypatch):
    opened = []

    def note(window):
        opened.append(window)

    monkeypatch.setattr(HelpWindow, "exec", note)
    dialog = Dialog("随便")
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.keyClick(dialog, Qt.Key.Key_F1)
    assert len(opened) == 1
    qtbot.keyClick(opened[0], Qt.Key.Key_F1)  # help does not open help
    assert len(opened) == 1


def test_nobody_chosen_explains_nothing(use_cases, qtbot):
    messages = MessageBar()
    qtbot.addWidget(messages)
    tab = PlansTab(use_cases, ChangeBus(messages), JobRunner(messages), messages)
    qtbot.addWidget(tab)
    assert not explained(tab.list_page)
    assert not explained(None)


def test_an_article_opens_from_the_basis(use_cases, qtbot):
    dialog = BasisDialog(use_cases, [1])
    qtbot.addWidget(dialog)
    from app.ui.roster.period_card import _ArticleLink

    link = next(one for one in dialog.findChildren(_ArticleLink) if one.text() == "条例第十条")
    link.click()
    [article] = dialog.findChildren(ArticleDialog)
    assert "一年" in words(article)
    article.close()


def test_a_period_that_ends_is_explained_where_its_ending_is_handled(use_cases, a_person, qtbot):
    sanction = Sanction(regime="政务", kind="警告", decided_on=PartialDate(2026, 4, 30))
    use_cases.save_person(PersonEdit(a_person(name="李四"), (), [sanction]))
    messages = MessageBar()
    qtbot.addWidget(messages)
    tab = ResultsTab(use_cases, ChangeBus(messages), JobRunner(messages), messages)
    qtbot.addWidget(tab)
    tab.show_page(ENDINGS)
    tab.show()
    assert not explained(tab.endings)
    tab.endings.table.selectRow(0)
    assert explained(tab.endings.table)
    text = shown(tab.window())
    assert "李四" in text
    assert "对应日 2026-10-30" in text
