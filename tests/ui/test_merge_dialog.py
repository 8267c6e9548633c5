"""Merging at the desk: chosen side by side, refused with words, undone from the list of merges."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QRadioButton

from app.domain.partial_date import PartialDate
from app.domain.subject import PARTY, Case, Sanction
from app.services.people import PersonEdit
from app.services.ports import RosterFilter
from app.services.quick_edit import CellEdit
from app.ui.records.person_chooser import PersonChooser
from app.ui.roster.merge_dialog import MergeDialog
from app.ui.roster.merges_dialog import MergesDialog
from tests.ui.roster_desk import a_desk


@pytest.fixture
def desk(office):
    return a_desk(office)


@pytest.fixture
def twins(desk, a_person):
    ids = []
    for unit, phone, year in (("文学院", "", 2024), ("史学院", "13812345678", 2025)):
        sanction = Sanction(regime=PARTY, kind="警告", decided_on=PartialDate(year, 3, 1))
        person = a_person(name="张三", unit=unit, phone=phone)
        changes = desk.save_person(PersonEdit(person, [Case(facts=unit)], [sanction]))
        ids.append(next(one.id for one in changes if one.entity.__name__ == "Subject"))
    return ids


@pytest.fixture
def dialog(qtbot, desk, twins):
    made = MergeDialog(desk, *twins)
    qtbot.addWidget(made)
    made.show()
    return made


def choose(dialog, words):
    for choice in dialog.findChildren(QRadioButton):
        if choice.accessibleName() == words:
            choice.click()


def people(desk):
    return [(row.id, row.unit, row.phone) for row in desk.roster.page(RosterFilter(), 0, 9)]


def test_without_a_reason_nothing_can_be_merged(dialog):
    assert not dialog._go.isEnabled()
    dialog.fill("  ")
    assert not dialog._go.isEnabled()


def test_the_chosen_sides_become_one_person_and_the_merge_is_undone_from_its_list(
    qtbot, desk, dialog, twins
):
    before = people(desk)
    choose(dialog, "所在单位用右侧：史学院")
    dialog.fill("核对身份证件，重复录入")
    with qtbot.waitSignal(dialog.merged):
        dialog._go.click()
    assert people(desk) == [(twins[0], "史学院", "13812345678")]
    assert len(desk.open_dossier(twins[0]).sanctions) == 2
    merges = MergesDialog(desk)
    qtbot.addWidget(merges)
    with qtbot.waitSignal(merges.undone):
        merges.take_back(merges.chosen().id, "不是同一人")
    assert sorted(people(desk)) == sorted(before)
    assert not merges._go.isEnabled()


def test_left_and_right_change_places(desk, dialog, twins):
    dialog._swap()
    dialog.fill("重复录入")
    dialog._go.click()
    assert [id_ for id_, _unit, _phone in people(desk)] == [twins[1]]


def test_what_is_saved_elsewhere_meanwhile_is_read_again_before_anything_is_merged(
    desk, dialog, twins
):
    dialog.fill("重复录入")
    desk.people.edit_cell(CellEdit(twins[1], "", "unit", "史学院", "法学院"))
    dialog._go.click()
    assert dialog.isVisible() and len(people(desk)) == 2
    assert "已重新读取" in dialog.news.text()
    choose(dialog, "所在单位用右侧：法学院")
    dialog._go.click()
    assert people(desk) == [(twins[0], "法学院", "13812345678")]


def test_why_two_cannot_be_merged_stands_in_sight_below_however_many_fields(qtbot, desk, twins):
    seen = desk.people.preview_merge(*twins)
    full = replace(seen, obstacles=["两人同在名单“三季度”（草稿）中，请先移去其中一人"])
    acts = replace(desk.people, preview_merge=lambda *_ids: full)
    made = MergeDialog(replace(desk, people=acts), *twins)
    qtbot.addWidget(made)
    made.show()
    made.fill("重复录入")
    assert not made._go.isEnabled()
    assert made._trouble.isVisible() and "不能合并" in made._trouble.text()
    assert not made.inside.isAncestorOf(made._trouble)  # it does not scroll away


def test_who_was_typed_while_practising_can_be_merged_with_somebody_of_the_practice(desk, a_person):
    ids = []
    for practice in (True, False):
        changes = desk.save_person(PersonEdit(a_person(name="张三", practice=practice)))
        ids.append(next(one.id for one in changes if one.entity.__name__ == "Subject"))
    assert desk.people.preview_merge(*ids).obstacles == []


def test_who_may_be_merged_is_looked_for_by_name_first(qtbot, desk, twins, a_person):
    desk.save_person(PersonEdit(a_person(name="李四")))
    for name, found in (("张三", ["张三"]), ("李四", ["张三", "张三"])):
        known = next(row.id for row in desk.roster.page(RosterFilter(text=name), 0, 1))
        chooser = PersonChooser(desk, "合并", "对照", {known}, single=True, find=name)
        qtbot.addWidget(chooser)
        model = chooser.table.model()
        assert [model.index(row, 0).data() for row in range(model.rowCount())] == found
        qtbot.keyClick(chooser.search, Qt.Key.Key_Escape)
        assert model.rowCount() == 2  # everybody but the one
