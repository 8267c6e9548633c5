"""The list models: Qt's contract, pages on demand, sorting, badges and copying."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication

from app.ui import theme
from app.ui.table_model import (
    BADGE_ROLE,
    ROW_ROLE,
    SORT_ROLE,
    Column,
    PagedTableModel,
    RowTableModel,
)
from app.ui.table_view import TableView, folded_hits


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    due: date | None = None
    verdict: str = "应回访"


COLUMNS = (
    Column[Person]("姓名", lambda row: row.name, lambda row: row.name, key="name", width=120),
    Column[Person]("到期", lambda row: str(row.due or ""), lambda row: row.due, width=100),
    Column[Person](
        "认定", lambda row: row.verdict, tone=lambda row: theme.VERDICT_TONES.get(row.verdict)
    ),
)
PEOPLE = [
    Person(1, "王五", date(2024, 10, 2)),
    Person(2, "赵六"),
    Person(3, "李四", date(2024, 9, 30), "期满"),
]


class Store:
    """A hundred thousand people that count how they are asked for."""

    def __init__(self, size):
        self.size, self.asked, self.order = size, [], ("", False)

    def fetch(self, offset, limit):
        self.asked.append((offset, limit))
        return [Person(n, f"人{n}") for n in range(offset, min(self.size, offset + limit))]

    def sort(self, key, descending):
        self.order = (key, descending)


@pytest.fixture
def view(qtbot):
    model = RowTableModel(COLUMNS)
    model.set_rows(PEOPLE)
    table = TableView()
    table.show_model(model)
    table.resize(500, 200)
    qtbot.addWidget(table)
    table.show()
    return table


def test_the_row_model_keeps_qts_contract(qtmodeltester):
    model = RowTableModel(COLUMNS)
    model.set_rows(PEOPLE)
    qtmodeltester.check(model)


def test_the_paged_model_keeps_qts_contract(qtmodeltester):
    store = Store(250)
    model = PagedTableModel(COLUMNS, store.fetch, lambda: store.size, page_size=100)
    model.refresh()
    qtmodeltester.check(model)


def test_dates_sort_as_dates_and_the_unknown_come_last(qapp):
    model = RowTableModel(COLUMNS)
    model.set_rows(PEOPLE)
    model.sort(1, Qt.SortOrder.AscendingOrder)
    assert [row.name for row in model.rows] == ["李四", "王五", "赵六"]
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert [row.name for row in model.rows] == ["王五", "李四", "赵六"]
    assert model.index(0, 1).data(SORT_ROLE) == date(2024, 10, 2)


def test_a_replaced_row_repaints_only_itself(qtbot):
    model = RowTableModel(COLUMNS)
    model.set_rows(PEOPLE)
    with qtbot.waitSignal(model.dataChanged) as blocker:
        model.replace_row(1, Person(2, "赵六六"))
    first, last, *_ = blocker.args
    assert (first.row(), last.row(), last.column()) == (1, 1, 2)
    assert model.index(1, 0).data() == "赵六六"


def test_a_page_is_read_once_and_only_when_looked_at(qapp):
    store = Store(100_000)
    model = PagedTableModel(COLUMNS, store.fetch, lambda: store.size)
    model.refresh()
    assert store.asked == []
    assert model.rowCount() == 100_000
    assert model.index(55_555, 0).data() == "人55555"
    assert model.index(55_501, 0).data(ROW_ROLE).id == 55_501
    assert store.asked == [(55_500, 100)]


def test_pages_long_unseen_are_forgotten(qapp):
    store = Store(100_000)
    model = PagedTableModel(COLUMNS, store.fetch, lambda: store.size)
    model.refresh()
    for row in range(0, 100_000, 100):
        assert model.index(row, 0).data() == f"人{row}"
    assert len(model._pages) < 50


def test_sorting_is_left_to_the_query(qapp):
    store = Store(300)
    model = PagedTableModel(COLUMNS, store.fetch, lambda: store.size, sort_by=store.sort)
    model.refresh()
    model.sort(0, Qt.SortOrder.DescendingOrder)
    assert store.order == ("name", True)
    model.sort(1, Qt.SortOrder.AscendingOrder)  # has no key: nothing to ask for
    assert store.order == ("name", True)


def test_changed_rows_are_shown_where_they_stand(qapp):
    store = Store(300)
    model = PagedTableModel(COLUMNS, store.fetch, lambda: store.size)
    model.refresh()
    model.index(7, 0).data()
    replaced = model.replace_rows([Person(7, "换"), Person(299, "未读")], lambda a, b: a.id == b.id)
    assert replaced == 1
    assert model.index(7, 0).data() == "换"


def test_a_list_that_shrank_meanwhile_shows_nothing_instead_of_failing(qapp):
    store = Store(150)
    model = PagedTableModel(COLUMNS, store.fetch, lambda: 200)
    model.refresh()
    assert model.index(199, 0).data() is None


def test_copied_rows_paste_as_cells(view, qtbot):
    view.selectAll()
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == "姓名\t到期\t认定"
    assert lines[1] == "王五\t2024-10-02\t应回访"
    assert len(lines) == 4


def test_a_cell_that_looks_like_a_formula_is_pasted_as_text(view):
    view.model().set_rows([Person(1, '=1+1\n"x"')])
    view.selectAll()
    assert view.copy_cells().split("\n", 1)[1].startswith('"\'=1+1\n""x"""')
    table = QGuiApplication.clipboard().mimeData().html()
    assert 'td{mso-number-format:"\\@"' in table and "<td>=1+1\n&quot;x&quot;</td>" in table


def test_new_rows_come_in_the_order_the_header_shows(view):
    view.model().sort(0)
    view.model().set_rows([Person(1, "乙"), Person(2, "丙"), Person(3, "一")])
    assert [row.name for row in view.model().rows] == ["一", "丙", "乙"]


def test_hidden_columns_are_not_copied(view):
    view.setColumnHidden(1, True)
    view.selectAll()
    assert view.copy_cells().split("\n")[0] == "姓名\t认定"


def test_enter_opens_the_row(view, qtbot):
    view.selectRow(2)
    with qtbot.waitSignal(view.opened) as blocker:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert blocker.args[0].name == "李四"


def test_columns_grow_and_shrink_with_the_text(view):
    header = view.horizontalHeader()
    fixed = [s for s in range(header.count()) if view.model().columns[s].width]
    before = [header.sectionSize(section) for section in fixed]
    try:
        theme.apply(QApplication.instance(), theme.TextSize.HUGE)
        assert [header.sectionSize(s) for s in fixed] == pytest.approx(
            [size * 19 / 14 for size in before], abs=1
        )
        assert fixed and theme.column_width(70) == 95
        theme.apply(QApplication.instance(), theme.TextSize.STANDARD)
        assert [header.sectionSize(s) for s in fixed] == pytest.approx(before, abs=1)
    finally:
        theme.apply(QApplication.instance())


def test_a_row_is_selected_alone_also_while_ctrl_is_held(view, qtbot):
    qtbot.keyPress(view, Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)
    for row in (0, 1, 1):
        view.selectRow(row)
        assert view.selected_rows() == [row]
    qtbot.keyRelease(view, Qt.Key.Key_Control)


def colours(view):
    image = view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    points = ((x, y) for x in range(0, image.width(), 2) for y in range(0, image.height(), 2))
    return {image.pixelColor(x, y).name() for x, y in points}


def test_hits_and_badges_are_painted(view):
    assert theme.COLOURS.hit not in colours(view)
    assert theme.VERDICT_TONES["应回访"].ground in colours(view)
    view.mark_hits("四")
    assert theme.COLOURS.hit in colours(view)
    view.mark_hits("")
    assert theme.COLOURS.hit not in colours(view)
    assert view.model().index(0, 2).data(BADGE_ROLE).mark == "●"


def test_hits_are_found_whatever_the_case_and_width():
    assert folded_hits("ab")("xＡb，aB") == [(1, 3), (4, 6)]
    assert folded_hits("㈠")("㈠") == [] or folded_hits("㈠")("㈠") == [(0, 1)]
    assert folded_hits("  ")("anything") == ()


def test_every_verdict_has_a_mark_of_its_own_beside_the_colour():
    marks = [tone.mark for tone in theme.VERDICT_TONES.values()]
    assert all(marks)
    assert len(set(marks)) == len(marks)


def test_large_text_leaves_the_column_that_takes_the_rest_its_room(view):
    header = view.horizontalHeader()
    try:
        theme.apply(QApplication.instance(), theme.TextSize.HUGE)
        view.resize(440, 300)  # 120 and 100 of standard text are 298 now
        assert header.sectionSize(2) >= view.viewport().width() - 298 + 10
        assert theme.column_width(110) <= header.sectionSize(0) < theme.column_width(120)
        assert header.sectionSize(1) == theme.column_width(100)  # a narrow one gives nothing
    finally:
        theme.apply(QApplication.instance())


def test_on_a_wide_screen_every_column_gets_more_until_somebody_drags_one(view):
    header = view.horizontalHeader()

    def widths(window):
        view.resize(window, 300)
        return [header.sectionSize(place) for place in range(3)]

    narrow = [theme.column_width(120), theme.column_width(100)]
    assert widths(700)[:2] == narrow
    wide = widths(2000)
    assert wide[:2] == [round(1.35 * one) for one in narrow]
    assert wide[2] > 1000
    assert widths(700)[:2] == narrow
    header.resizeSection(0, 300)
    assert widths(2000)[:2] == [300, narrow[1]]


def test_another_model_of_the_list_s_own_takes_the_former_away(view, qtbot):
    first, second = RowTableModel(COLUMNS, view), RowTableModel(COLUMNS, view)
    view.show_model(first)
    with qtbot.waitSignal(first.destroyed, timeout=1000):
        view.show_model(second)
    view.show_model(second)
    qtbot.wait(10)
    assert view.model() is second
