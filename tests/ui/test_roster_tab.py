"""The roster as a clerk uses it: find, filter, sort, look, copy."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QFont, QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.domain.draft import Draft
from app.domain.partial_date import PartialDate
from app.domain.settings import Settings
from app.domain.subject import ADMINISTRATIVE, PARTY, RETIRED, Case, Event, Sanction
from app.services.people import PersonEdit
from app.services.ports import RosterFilter
from app.storage.queries import SqlRosterQueries
from app.ui import theme
from app.ui.changes import ChangeBus
from app.ui.jobs import JobRunner
from app.ui.message_bar import MessageBar
from app.ui.roster.bulk_dialog import BulkDialog
from app.ui.roster.columns import masked_address, masked_phone
from app.ui.roster.columns_dialog import ColumnsDialog
from app.ui.roster.person_draft import PersonDraft
from app.ui.roster.person_editor import PERSON_DRAFT, PersonEditor
from app.ui.roster.tab import RosterTab
from tests.ui.roster_desk import a_desk


@pytest.fixture
def desk(office):
    return a_desk(office)


@pytest.fixture
def people(desk, a_person):
    """Five people by name → id: due, ended, excluded, unknown, and one who shares a unit."""

    def keep(name, *, kind="", day=None, regime=PARTY, events=(), **more):
        sanctions = [Sanction(regime=regime, kind=kind, decided_on=day)] if kind else []
        cases = [Case(facts="违反工作纪律")] if kind else []
        edit = PersonEdit(
            a_person(name=name, **more), cases, sanctions, events, case_of={0: 0} if kind else {}
        )
        changes = desk.save_person(edit)
        return next(change.id for change in changes if change.entity.__name__ == "Subject")

    return {
        "单小芳": keep("单小芳", kind="严重警告", day=PartialDate(2025, 8, 31)),
        "张三": keep("张三", kind="警告", day=PartialDate(2024, 3, 15), unit="文学院"),
        "曾国强": keep(
            "曾国强",
            kind="记过",
            day=PartialDate(2026, 5, 1),
            regime=ADMINISTRATIVE,
            events=[Event(kind=RETIRED, on=PartialDate(2026, 8, 1))],
        ),
        "𬱖建国": keep("𬱖建国", kind="警告", day=PartialDate(2025, 11)),
        "张思": keep("张思", kind="警告", day=PartialDate(2026, 6, 1), born_on=PartialDate(1990)),
    }


@pytest.fixture
def make_tab(qtbot, desk):
    made = []

    def make():
        messages, jobs = MessageBar(), JobRunner()
        tab = RosterTab(desk, ChangeBus(messages), jobs, messages)
        tab.resize(1090, 560)
        for widget in (messages, tab):
            qtbot.addWidget(widget)
        tab.show()
        made.append((tab, jobs, messages))
        return tab

    yield make
    for _tab, jobs, _messages in made:
        jobs.shut_down()


@pytest.fixture
def tab(make_tab, people):
    return make_tab()


def names(tab):
    model = tab.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def search(qtbot, tab, text, compose=None):
    with qtbot.waitSignal(tab.search.searched, timeout=2000):
        if compose is None:
            qtbot.keyClicks(tab.search, text)
        else:
            compose(tab.search, text)


def words(widget):
    QApplication.processEvents()  # new labels are shown when their layout next runs
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_names_stand_in_the_order_of_their_pinyin(tab):
    assert names(tab) == ["单小芳", "𬱖建国", "曾国强", "张三", "张思"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("zs", ["张三", "张思"]),
        ("zhangsan", ["张三"]),
        ("shan", ["单小芳"]),
        ("zgq", ["曾国强"]),
        ("xyz", []),
    ],
)
def test_people_are_found_by_the_sound_of_their_names(tab, qtbot, typed, found):
    search(qtbot, tab, typed)
    assert names(tab) == found


@pytest.mark.parametrize(
    ("typed", "found"), [("国", ["𬱖建国", "曾国强"]), ("𬱖", ["𬱖建国"]), ("文学院", ["张三"])]
)
def test_people_are_found_by_part_of_a_name_or_unit(tab, qtbot, compose, typed, found):
    search(qtbot, tab, typed, compose)
    assert names(tab) == found


def test_composing_text_is_never_searched_for(tab, qtbot, compose):
    with qtbot.assertNotEmitted(tab.search.searched, wait=400):
        compose(tab.search, "zhang", commit=False)
    assert len(names(tab)) == 5
    search(qtbot, tab, "张", compose)
    assert names(tab) == ["张三", "张思"]


def test_down_goes_to_the_list_and_chooses_its_first_person(tab, qtbot, people):
    search(qtbot, tab, "zs")
    qtbot.keyClick(tab.search, Qt.Key.Key_Down)
    assert tab.list.selected_rows() == [0]
    assert tab.pane.subject_id == people["张三"]


def test_enter_while_composing_does_not_leave_the_box(tab, qtbot, compose):
    compose(tab.search, "zhang", commit=False)
    with qtbot.assertNotEmitted(tab.search.left_down, wait=50):
        qtbot.keyClick(tab.search, Qt.Key.Key_Return)


def test_escape_takes_the_search_back(tab, qtbot):
    search(qtbot, tab, "zs")
    qtbot.keyClick(tab.search, Qt.Key.Key_Escape)
    assert len(names(tab)) == 5


def test_hits_are_marked_also_in_names_found_by_sound(tab, qtbot, compose):
    search(qtbot, tab, "zs")
    assert names(tab) == ["张三", "张思"]
    assert tab.list.cells.find_hits("张三") == [(0, 2)]
    assert tab.list.cells.find_hits("女") == []
    qtbot.keyClick(tab.search, Qt.Key.Key_Escape)
    search(qtbot, tab, "国", compose)
    assert tab.list.cells.find_hits("曾国强") == [(1, 2)]


def test_verdicts_are_counted_and_filter_the_list(tab, qtbot):
    chips = {chip.text(): chip for chip in tab.chips.findChildren(QPushButton) if chip.isVisible()}
    assert set(chips) == {"全部  5", "● 应回访  2", "○ 期满  1", "△ 待定  1", "□ 原则上不再回访  1"}
    qtbot.mouseClick(chips["○ 期满  1"], Qt.MouseButton.LeftButton)
    assert names(tab) == ["张三"]
    qtbot.mouseClick(chips["△ 待定  1"], Qt.MouseButton.LeftButton)
    assert names(tab) == ["𬱖建国", "张三"]
    assert "符合条件 2 人" in words(tab)
    qtbot.mouseClick(chips["全部  5"], Qt.MouseButton.LeftButton)
    assert len(names(tab)) == 5


def test_a_click_on_a_header_sorts_and_a_second_one_turns_the_order(tab):
    header = tab.list.horizontalHeader()
    header.sectionClicked.emit(6)
    assert names(tab)[:3] == ["张三", "单小芳", "曾国强"]
    header.sectionClicked.emit(6)
    assert names(tab)[:2] == ["张思", "曾国强"]
    assert names(tab)[-1] == "𬱖建国"  # not known: last in either order


def test_another_order_counts_nobody_again_but_a_change_does(tab, people, desk, monkeypatch):
    counted = []
    count = SqlRosterQueries.verdict_counts
    monkeypatch.setattr(
        SqlRosterQueries,
        "verdict_counts",
        lambda roster, which: counted.append(which) or count(roster, which),
    )
    tab.list.horizontalHeader().sectionClicked.emit(6)
    assert counted == [] and names(tab)[0] == "张三"
    dossier = desk.open_dossier(people["张三"])
    late = Sanction(regime=PARTY, kind="警告", decided_on=PartialDate(2026, 11, 1))
    tab._bus.publish(desk.save_person(PersonEdit(dossier.subject, sanctions=(late,))))
    shown = {chip.text() for chip in tab.chips.findChildren(QPushButton) if chip.isVisible()}
    assert "● 应回访  3" in shown and len(counted) == 1


def test_the_chosen_person_is_shown_with_period_working_and_reason(tab, people, qtbot):
    tab.show_person(people["单小芳"])
    shown = words(tab.pane)
    assert (
        "影响期 2025-08-31 至 2027-02-27，2027-02-28 起期满（按“对应日前一日”计算；条例第十条）"
        in shown
    )
    assert "化学与材料学院副教授" in shown
    assert "违反工作纪律" in shown
    assert tab.list.chosen_id() == people["单小芳"]
    [press] = [b for b in tab.pane.findChildren(QPushButton) if b.text().startswith("计算过程")]
    qtbot.mouseClick(press, Qt.MouseButton.LeftButton)
    assert "2025-08-31 ＋ 18个月 → 对应日 2027-02-28" in words(tab.pane)


@pytest.mark.parametrize("key", [Qt.Key.Key_F1, Qt.Key.Key_Space])
def test_an_article_opens_in_plain_words(tab, people, qtbot, key):
    tab.show_person(people["单小芳"])
    link = next(b for b in tab.pane.findChildren(QPushButton) if b.text() == "条例第十条")
    qtbot.keyClick(link, key)
    opened = QApplication.activeModalWidget()
    assert opened is not None
    assert "通俗转述" in words(opened)
    opened.close()


def test_a_person_outside_the_search_can_still_be_shown(tab, people, qtbot):
    search(qtbot, tab, "zs")
    tab.show_person(people["曾国强"])
    assert tab.list.chosen_id() == people["曾国强"]
    assert tab.pane.subject_id == people["曾国强"]


def test_a_saved_change_is_shown_and_the_choice_stays(tab, people, desk):
    tab.show_person(people["张三"])
    dossier = desk.open_dossier(people["张三"])
    dossier.subject.workplace = "文学院教授"
    changes = desk.save_person(
        PersonEdit(dossier.subject, dossier.cases, dossier.sanctions, dossier.events)
    )
    tab._on_changed(changes)
    assert tab.list.chosen_id() == people["张三"]
    assert "文学院教授" in words(tab.pane)


def test_selected_people_are_copied_as_cells_with_their_titles(tab):
    tab.list.selectAll()
    lines = tab.list.copy_cells().split("\n")
    assert lines[0].split("\t")[:3] == ["姓名", "性别", "出生年月"]
    assert len(lines) == 6
    assert QGuiApplication.clipboard().text().startswith("姓名\t")


def test_the_count_of_all_and_selected_is_told(tab):
    assert "共 5 人" in words(tab)
    tab.list.selectAll()
    assert "共 5 人，已选 5 人" in words(tab)
    tab.search.setText("张三")
    tab.search.search_now()
    assert "共 5 人，符合条件 1 人" in words(tab)


def test_an_empty_roster_says_what_to_do_next(make_tab):
    tab = make_tab()
    assert "名册中还没有人员" in words(tab)
    offered = {b.text() for b in tab.findChildren(QPushButton) if b.isVisible()}
    assert {"导入台账…", "新增人员"} <= offered


def test_finding_nobody_offers_to_take_the_search_back(tab, qtbot):
    search(qtbot, tab, "xyz")
    assert "没有找到" in words(tab)
    [clear] = [b for b in tab.findChildren(QPushButton) if b.text() == "清除查找条件"]
    qtbot.mouseClick(clear, Qt.MouseButton.LeftButton)
    assert len(names(tab)) == 5
    assert tab.search.text() == ""


def test_columns_widths_and_order_are_found_again(tab, make_tab):
    header = tab.list.horizontalHeader()
    header.moveSection(header.visualIndex(8), 1)
    header.resizeSection(0, 133)
    tab.list.setColumnHidden(1, True)
    header.sectionClicked.emit(6)
    tab.list.keep_pane_width(311)
    tab.list.keep_view()
    again = make_tab().list
    assert again.pane_width == 311
    titles = [again.model().headerData(again.horizontalHeader().logicalIndex(v),
                                       Qt.Orientation.Horizontal) for v in range(3)]  # fmt: skip
    assert titles == ["姓名", "对象认定", "性别"]
    assert again.horizontalHeader().sectionSize(0) == 133
    assert again.isColumnHidden(1)
    assert again.kept_order() == RosterFilter(sort_by="last_day")


def test_on_a_small_screen_every_title_is_whole_and_no_column_is_out_of_sight(people, make_tab):
    font = QApplication.font()
    theme.apply(QApplication.instance())
    try:
        shown = make_tab().list
        QApplication.processEvents()
        shown.resize(788, 400)  # of 1366 pixels at 125 %, with the pane
        face = QFont(QApplication.font())
        face.setBold(True)
        for section, column in enumerate(shown.model().columns):
            if not shown.isColumnHidden(section):
                wide = QFontMetrics(face).horizontalAdvance(column.title) + 2 * 7
                assert shown.horizontalHeader().sectionSize(section) >= wide, column.title
        assert shown.horizontalScrollBar().maximum() == 0
        shown.resize(1000, 400)  # here the longest words of the verdicts are whole too
        titles = [column.title for column in shown.model().columns]
        assert shown.horizontalHeader().sectionSize(titles.index("对象认定")) == 142
        assert shown.horizontalScrollBar().maximum() == 0
    finally:
        QApplication.setFont(font)


def test_no_two_buttons_of_the_page_share_a_letter(tab, people):
    tab.show_person(people["张三"])
    buttons = [one for one in tab.findChildren(QPushButton) if one.isVisibleTo(tab)]
    letters = [one.text().partition("&")[2][:1] for one in buttons if "&" in one.text()]
    assert sorted(letters) == sorted(set(letters)) and len(letters) > 5


def test_phones_and_addresses_are_masked_where_the_office_wants_it(tab, desk, people):
    tab.list._show_column([c.title for c in tab.list._model.columns].index("联系电话"), True)
    tab.show_person(people["张三"])
    assert "13812345678" in words(tab.pane)
    settings = desk.settings()
    settings.mask_contacts = True
    tab._on_changed(desk.save_settings(settings))
    assert "138****5678" in words(tab.pane)
    assert "东湖路***" in words(tab.pane)
    tab.list.selectAll()
    assert "138****5678" in (copied := tab.list.copy_cells()) and "13812345678" not in copied
    [show] = [b for b in tab.pane.findChildren(QPushButton) if b.text() == "显示电话和住址"]
    show.click()
    assert "13812345678" in words(tab.pane)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "138****5678"),
        ("0534-8985123", "0534-8***123"),
        ("13812345678、8985123", "138****5678、8***123"),
        ("见档案", "见档案"),
        ("", ""),
    ],
)
def test_a_masked_phone_keeps_what_tells_it_apart(phone, shown):
    assert masked_phone(phone) == shown


def test_a_masked_address_ends_before_the_house_number():
    assert masked_address("德州市德城区大学西路107号5号楼") == "德州市德城区大学西路***"
    assert masked_address("") == ""


def test_f2_and_a_double_click_open_the_editor(tab, people, qtbot):
    tab.show_person(people["张三"])
    qtbot.keyClick(tab.list, Qt.Key.Key_F2)
    editor = next(w for w in QApplication.topLevelWidgets() if isinstance(w, PersonEditor))
    assert editor.subject_id == people["张三"]
    assert not tab.has_unsaved()
    editor.close()
    place = tab.list.visualRect(tab.list.model().index(0, 0)).center()
    qtbot.mouseClick(tab.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    qtbot.mouseDClick(tab.list.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    qtbot.waitUntil(lambda: tab._acts.editor is not None)
    assert tab._acts.editor.subject_id == people["单小芳"]
    tab._acts.editor.close()


def test_a_form_is_asked_for_the_chosen_person(tab, people, qtbot):
    tab.show_person(people["张思"])
    [press] = [b for b in tab.findChildren(QPushButton) if b.text() == "生成登记表(&G)"]
    with qtbot.waitSignal(tab.form_requested) as asked:
        qtbot.mouseClick(press, Qt.MouseButton.LeftButton)
    assert asked.args == [people["张思"]]


def test_without_anybody_chosen_nothing_can_be_edited(tab):
    states = {b.text(): b.isEnabled() for b in tab.findChildren(QPushButton)}
    assert not states["编辑(&D)"]
    assert not states["生成登记表(&G)"]


def test_the_settings_row_is_not_made_by_merely_looking(tab, office):
    with office.unit_of_work() as uow:
        assert not uow.repository(Settings).where()


def test_typing_that_a_crash_left_behind_is_offered_and_can_be_gone_on_with(
    make_tab, people, desk, qtbot
):
    draft = PersonDraft(desk.open_dossier(people["张三"]))
    draft.subject.remarks = "打了一半"
    desk.keep_draft(
        Draft(kind=PERSON_DRAFT, target_id=people["张三"], title="张三", content=draft.to_data())
    )
    tab = make_tab()
    assert "修改人员“张三”（11月23日 09:00）没有保存" in words(tab)
    next(b for b in tab.findChildren(QPushButton) if b.text() == "继续填写").click()
    editor = tab._acts.editor
    assert tab.has_unsaved()
    assert tab.save_pending()
    assert desk.open_dossier(people["张三"]).subject.remarks == "打了一半"
    assert editor is not None and not tab.has_unsaved()
    assert "没有保存" not in words(tab)


def pick(tab, menu_title, words):
    """Choose one entry of the filter menu, as a click does."""
    tab.filters.menu.aboutToShow.emit()
    menus = {line.text(): line.menu() for line in tab.filters.menu.actions()}
    act = next(a for a in menus[menu_title].actions() if a.text().startswith(words))
    act.trigger()


def filter_chips(tab):
    QApplication.processEvents()
    return [chip for chip in tab.filters.findChildren(QPushButton) if "×" in chip.text()]


def test_filters_are_combined_and_taken_back_one_by_one(tab, qtbot):
    pick(tab, "处分类别", "党纪")
    assert "曾国强" not in names(tab)
    pick(tab, "所在单位", "文学院")
    assert names(tab) == ["张三"]
    assert "符合条件 1 人" in words(tab)
    assert [chip.text() for chip in filter_chips(tab) if chip.isVisible()] == [
        "所在单位：文学院　×", "处分类别：党纪　×",
    ]  # fmt: skip
    unit = next(chip for chip in filter_chips(tab) if chip.isVisible() and "文学院" in chip.text())
    qtbot.mouseClick(unit, Qt.MouseButton.LeftButton)
    assert len(names(tab)) == 4


def test_people_whose_period_ends_soon_are_found(tab):
    pick(tab, "期满时间", "半年内")
    assert names(tab) == ["单小芳", "曾国强"]  # until 2027-02-27 and 2027-04-30
    pick(tab, "登记表", "已有登记表")
    assert names(tab) == []
    tab._clear_search()
    assert len(names(tab)) == 5


def test_a_view_is_kept_by_name_and_found_again(tab, qtbot, make_tab, desk):
    pick(tab, "处分种类", "警告")
    search(qtbot, tab, "zs")
    tab.list.horizontalHeader().sectionClicked.emit(2)
    tab.keep_view_as("我的警告")
    tab.list.keep_view()
    again = make_tab()
    again.filters.menu.aboutToShow.emit()
    next(a for a in again.filters.menu.actions() if a.text() == "视图：我的警告").trigger()
    assert again.search.text() == "zs"
    assert names(again) == names(tab) == ["张三", "张思"]
    assert [chip.text() for chip in filter_chips(again)] == ["处分种类：警告　×"]
    pick(again, "删除视图", "我的警告")
    assert desk.settings().roster_view["views"] == {}


def test_a_shift_click_sorts_by_a_second_column(tab, monkeypatch):
    header = tab.list.horizontalHeader()
    header.sectionClicked.emit(1)
    monkeypatch.setattr(
        QGuiApplication, "keyboardModifiers", lambda: Qt.KeyboardModifier.ShiftModifier
    )
    header.sectionClicked.emit(0)
    assert "排序：性别 ↑，姓名 ↑" in words(tab)
    header.sectionClicked.emit(0)
    assert "排序：性别 ↑，姓名 ↓" in words(tab)
    assert names(tab) == ["张思", "张三", "曾国强", "𬱖建国", "单小芳"]


def test_columns_are_chosen_and_ordered_in_a_dialog_and_the_name_stays_first(tab):
    header = tab.list.horizontalHeader()
    titles = [column.title for column in tab.list._model.columns]
    dialog = ColumnsDialog(titles[1:], frozenset(titles[1:4]), [(t, True) for t in titles[1:]])
    dialog.list.setCurrentRow(1)
    dialog._move(-1)
    tab.list.show_columns(dialog.result_columns())
    shown = [titles[header.logicalIndex(place)] for place in range(header.count())]
    assert shown[:4] == ["姓名", "出生年月", "性别", "工作单位及职务"]
    assert [tab.list.isColumnHidden(titles.index(t)) for t in shown[:5]] == [False] * 4 + [True]
    header.moveSection(header.visualIndex(0), 3)
    assert header.visualIndex(0) == 0


def test_the_name_stays_in_sight_when_the_list_is_scrolled_sideways(tab, qtbot):
    for section in range(tab.list.model().columnCount()):
        tab.list.setColumnHidden(section, False)
        tab.list.setColumnWidth(section, 200)
    frozen = tab.list._frozen
    assert not frozen.isVisible()
    QApplication.processEvents()
    tab.list.horizontalScrollBar().setValue(300)
    assert frozen.isVisible()
    assert frozen.model().index(0, 0).data() == names(tab)[0]
    tab.list.horizontalScrollBar().setValue(0)
    assert not frozen.isVisible()


def test_many_people_are_changed_after_a_preview_and_changed_back(qtbot, desk, people):
    ids = [people["张三"], people["张思"], people["曾国强"]]
    dialog = BulkDialog(desk, ids)
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog._go.isEnabled()
    dialog.choose("unit", "文学院", "院系调整")
    assert "将修改 2 人，另有 1 人已是此值" in words(dialog)
    with qtbot.waitSignal(dialog.changed):
        dialog._go.click()
    assert {row.unit for row in desk.roster.rows(ids)} == {"文学院"}
    assert "已修改 2 人" in words(dialog)
    with qtbot.waitSignal(dialog.changed):
        dialog._undo.click()
    assert {row.unit for row in desk.roster.rows(ids)} == {"文学院", "化学与材料学院"}


def test_who_was_selected_stays_selected_after_a_change_of_them_all(tab, desk, people):
    tab.list.show_people(RosterFilter(sort_by="unit"))
    flag = QItemSelectionModel.SelectionFlag
    changed = {"张三", "张思", "曾国强"}
    for row, name in enumerate(names(tab)):
        if name in changed:
            index = tab.list.model().index(row, 0)
            tab.list.selectionModel().setCurrentIndex(index, flag.Select | flag.Rows)
    before = names(tab)
    done = desk.change_many([people[name] for name in changed], "unit", "自动化学院", "院系调整")
    tab._acts._bus.publish(done.changes)
    assert names(tab) != before  # they stand elsewhere now
    assert {row.name for row in tab.list.chosen_rows()} == changed
    assert "已选 3 人" in tab._counts.text()
    tab.list.choose(people["单小芳"])
    tab.refresh()
    assert [row.name for row in tab.list.chosen_rows()] == ["单小芳"]


def test_who_is_selected_is_known_again_also_when_they_are_many(tab, monkeypatch):
    monkeypatch.setattr("app.ui.roster.list_view._FEW", 2)
    tab.list.setCurrentIndex(tab.list.model().index(1, 0))
    tab.list.selectAll()
    tab.refresh()
    assert len(tab.list.chosen_rows()) == 5
