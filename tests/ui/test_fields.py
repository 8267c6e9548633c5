"""Field editors: what they take, what they say, and what they never do."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.domain.fields import FieldKind, FieldSpec, form_fields
from app.domain.partial_date import PartialDate
from app.domain.registration_form import RegistrationForm
from app.domain.settings import Settings
from app.domain.subject import Case, Event, Sanction, Subject
from app.ui.fields import EDITOR_OF, make_editor

ENTER = Qt.Key.Key_Return
NONE = Qt.KeyboardModifier.NoModifier


def spec(kind, label="字段", **more):
    return FieldSpec(kind, label, **more)


@pytest.fixture
def page(qtbot):
    """A window with the editors of these kinds, one below the other, activated."""

    kept = []  # Qt deletes a window nobody refers to

    def build(*specs):
        window = QWidget()
        kept.append(window)
        column = QVBoxLayout(window)
        editors = [make_editor(one) for one in specs]
        for editor in editors:
            column.addWidget(editor)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        editors[0].control.setFocus()
        window.editors = editors
        return window

    return build


def heard(editor):
    values = []
    editor.edited.connect(values.append)
    return values


def test_every_kind_of_field_can_be_edited():
    assert set(EDITOR_OF) == set(FieldKind)


@pytest.mark.parametrize("entity", [Subject, Case, Sanction, Event, Settings, RegistrationForm])
def test_every_declared_field_shows_its_default_and_emits_nothing(qtbot, entity):
    for name, declared in form_fields(entity).items():
        editor = make_editor(declared)
        qtbot.addWidget(editor)
        values = heard(editor)
        editor.show_value(getattr(entity(), name))
        assert editor.settle()
        assert not values
        assert editor.control.accessibleName() == declared.label


def test_chinese_is_typed_through_the_input_method_and_told_once(page, compose):
    [editor] = page(spec(FieldKind.TEXT)).editors
    values = heard(editor)
    compose(editor.control, "张三", composing="zhang'san")
    assert values == ["张三"]
    assert editor.value() == "张三"


def test_enter_while_composing_moves_nowhere(page, compose, qtbot):
    window = page(spec(FieldKind.TEXT), spec(FieldKind.TEXT))
    first, second = window.editors
    values = heard(first)
    compose(first.control, "zhang", commit=False)
    qtbot.keyClick(first.control, ENTER)
    assert QApplication.focusWidget() is first.control
    assert values == []
    compose(first.control, "张")
    qtbot.keyClick(first.control, ENTER)
    assert QApplication.focusWidget() is second.control


def test_enter_goes_on_and_shift_enter_goes_back(page, qtbot):
    kinds = (FieldKind.TEXT, FieldKind.CHOICE, FieldKind.PARTIAL_DATE, FieldKind.NUMBER)
    window = page(*(spec(kind) for kind in kinds), spec(FieldKind.CHOICE, free=True))
    seen = []
    for editor in window.editors:
        focused = QApplication.focusWidget()
        seen.append(editor.isAncestorOf(focused))
        qtbot.keyClick(focused, ENTER)
    assert seen == [True] * 5
    qtbot.keyClick(QApplication.focusWidget(), ENTER, Qt.KeyboardModifier.ShiftModifier)
    assert window.editors[-1].isAncestorOf(QApplication.focusWidget())


def test_in_long_text_enter_is_a_new_line_and_tab_or_ctrl_enter_leaves(page, qtbot):
    window = page(spec(FieldKind.LONG_TEXT), spec(FieldKind.TEXT))
    text, after = window.editors
    qtbot.keyClicks(text.control, "a")
    qtbot.keyClick(text.control, ENTER)
    qtbot.keyClicks(text.control, "b")
    assert text.value() == "a\nb"
    qtbot.keyClick(text.control, ENTER, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is after.control
    assert text.value() == "a\nb"
    text.control.setFocus()
    qtbot.keyClick(text.control, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is after.control


def test_long_text_tells_nothing_while_composing(page, compose):
    [editor] = page(spec(FieldKind.LONG_TEXT)).editors
    values = heard(editor)
    compose(editor.control, "hui fang", commit=False)
    assert values == []
    compose(editor.control, "回访")
    assert values == ["回访"]


def test_long_text_grows_with_its_lines_up_to_a_limit(page):
    [editor] = page(spec(FieldKind.LONG_TEXT)).editors
    small = editor.control.height()
    editor.show_value("行\n" * 8)
    grown = editor.control.height()
    editor.show_value("行\n" * 80)
    assert small < grown < editor.control.height() < 500


def test_too_long_text_is_kept_whole_and_counted_in_characters(page, compose):
    [editor] = page(spec(FieldKind.TEXT, max_length=5)).editors
    compose(editor.control, "𠮷𠮷𠮷𠮷𠮷")
    assert editor.control.property("state") == ""
    compose(editor.control, "六七")
    assert editor.value() == "𠮷𠮷𠮷𠮷𠮷六七"
    assert editor.control.property("state") == "warning"
    assert "现有7字，最多5字" in editor.control.accessibleDescription()


def wheel(widget):
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(widget.mapToGlobal(QPoint(5, 5))),
        QPoint(),
        QPoint(0, -240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event


def test_the_wheel_never_turns_a_warning_into_a_serious_warning(page):
    window = page(spec(FieldKind.TEXT), spec(FieldKind.CHOICE, choices=("警告", "严重警告")))
    kind = window.editors[1]
    kind.show_value("警告")
    event = wheel(kind.control)
    assert kind.value() == "警告"
    assert not event.isAccepted(), "the page below should scroll"


def test_a_choice_shows_also_what_is_not_among_its_choices(page):
    [editor] = page(spec(FieldKind.CHOICE, choices=("男", "女"))).editors
    editor.show_value("不详")
    assert editor.value() == "不详"
    editor.show_value("女")
    assert editor.value() == "女"


def test_a_free_choice_keeps_what_is_typed_and_completes_nothing_unasked(page, compose):
    [editor] = page(spec(FieldKind.CHOICE, choices=("研究生（博士）", "大学"), free=True)).editors
    values = heard(editor)
    compose(editor.control.lineEdit(), "研究生")
    assert values == ["研究生"]
    assert editor.value() == "研究生"


@pytest.mark.parametrize(("down", "kept"), [(0, "警"), (2, "严重警告")])
def test_enter_over_the_proposals_goes_on_with_what_was_typed_or_chosen(
    page, compose, qtbot, down, kept
):
    kinds = spec(FieldKind.CHOICE, choices=("警告", "严重警告"), free=True)
    window = page(kinds, spec(FieldKind.TEXT))
    kind, after = window.editors
    values = heard(kind)
    compose(kind.control.lineEdit(), "警")
    popup = kind.control.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    for _press in range(down):
        qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    qtbot.waitUntil(after.control.hasFocus)
    assert not popup.isVisible()
    assert (kind.value(), values[-1]) == (kept, kept)


def test_other_choices_leave_the_value_alone(page):
    [editor] = page(spec(FieldKind.CHOICE, choices=("警告", "开除党籍"), free=True)).editors
    editor.show_value("开除党籍")
    editor.set_choices(("警告", "记过"))
    assert editor.value() == "开除党籍"


@pytest.mark.parametrize(
    "typed",
    ["2023-11-8", "2023.11.08", "2023/11/8", "20231108", "２０２３．１１．８", "2023年11月8日"],
)
def test_a_date_is_read_on_leaving_and_shown_back_in_one_form(page, compose, qtbot, typed):
    window = page(spec(FieldKind.PARTIAL_DATE), spec(FieldKind.TEXT))
    editor = window.editors[0]
    values = heard(editor)
    compose(editor.control, typed)
    assert values == []
    qtbot.keyClick(editor.control, ENTER)
    assert values == [PartialDate(2023, 11, 8)]
    assert editor.control.text() == "2023年11月8日"


def test_a_date_may_be_empty_or_known_to_the_month(page, compose, qtbot):
    [editor] = page(spec(FieldKind.PARTIAL_DATE)).editors
    values = heard(editor)
    compose(editor.control, "2023.11")
    assert editor.settle()
    editor.control.clear()
    qtbot.keyClick(editor.control, Qt.Key.Key_A)
    qtbot.keyClick(editor.control, Qt.Key.Key_Backspace)
    assert editor.settle()
    assert values == [PartialDate(2023, 11), None]


def test_an_impossible_date_stays_as_typed_with_a_sentence(page, compose, qtbot):
    window = page(spec(FieldKind.PARTIAL_DATE), spec(FieldKind.TEXT))
    editor = window.editors[0]
    editor.show_value(PartialDate(2024, 1))
    values = heard(editor)
    editor.control.selectAll()
    compose(editor.control, "20240230")
    qtbot.keyClick(editor.control, ENTER)
    assert editor.control.text() == editor.typed() == "20240230"
    assert "2月没有30日" in editor.problem
    assert values == []
    assert not editor.settle()


def test_a_two_digit_year_is_asked_about_and_taken_by_a_click(page, compose, qtbot):
    [editor] = page(spec(FieldKind.PARTIAL_DATE)).editors
    values = heard(editor)
    compose(editor.control, "85.3")
    assert not editor.settle()
    offers = {one.text(): one for one in editor.findChildren(QPushButton)}
    assert set(offers) == {"1985年3月", "2085年3月"}
    qtbot.mouseClick(offers["1985年3月"], Qt.MouseButton.LeftButton)
    assert values == [PartialDate(1985, 3)]
    assert editor.problem == ""


def test_a_day_must_be_known_to_the_day(page, compose):
    [editor] = page(spec(FieldKind.DAY)).editors
    values = heard(editor)
    compose(editor.control, "2024年5月")
    assert not editor.settle()
    assert "写到日" in editor.problem
    editor.control.clear()
    compose(editor.control, "2024年5月6日")
    assert editor.settle()
    assert values == [date(2024, 5, 6)]


def test_the_calendar_begins_on_monday_and_gives_days_months_and_years(page, qtbot):
    [editor] = page(spec(FieldKind.PARTIAL_DATE)).editors
    editor.show_value(PartialDate(1985, 3, 7))
    values = heard(editor)
    qtbot.keyClick(editor.control, Qt.Key.Key_F4)
    popup = editor._popup
    assert popup.isVisible()
    assert popup._calendar.firstDayOfWeek() == Qt.DayOfWeek.Monday
    popup._year.setValue(1986)
    assert (popup._calendar.yearShown(), popup._calendar.monthShown()) == (1986, 3)

    def click(words):
        [one] = [
            one for one in editor._popup.findChildren(QPushButton)
            if one.text().split("(")[0] == words
        ]  # fmt: skip
        one.click()

    click("只填年月")
    assert values == [PartialDate(1986, 3)]
    for name, value in (("只填年", PartialDate(1986)), ("今天", PartialDate.of(date.today()))):
        editor.open_calendar()
        click(name)
        assert values[-1] == value
    editor.open_calendar()
    click("清空")
    assert values[-1] is None


def test_a_number_reads_full_width_digits_and_refuses_words(page, compose):
    [editor] = page(spec(FieldKind.NUMBER)).editors
    values = heard(editor)
    compose(editor.control, "１２")
    assert values == [12]
    compose(editor.control, "个月")
    assert not editor.settle()
    assert "只填数字" in editor.problem
    assert editor.typed() == "１２个月"


def test_a_problem_found_by_others_is_shown_and_taken_back(page):
    [editor] = page(spec(FieldKind.TEXT)).editors
    editor.set_problem("姓名：请填写")
    assert editor.control.property("state") == "problem"
    assert editor.control.accessibleDescription() == "姓名：请填写"
    editor.set_problem("")
    assert editor.control.property("state") == ""


def test_the_field_that_enter_leads_to_is_scrolled_into_sight_as_a_whole(page, qtbot):
    inside = page(*[spec(FieldKind.LONG_TEXT)] * 4)
    area = QScrollArea()
    area.setWidget(inside)
    area.setWidgetResizable(True)
    qtbot.addWidget(area)
    area.resize(400, round(1.4 * inside.editors[0].height()))
    area.show()
    qtbot.waitExposed(area)
    area.activateWindow()
    controls = [one.control for one in inside.editors]
    controls[0].setFocus()
    qtbot.waitUntil(controls[0].hasFocus)
    shift = Qt.KeyboardModifier.ShiftModifier
    for here, there, held in (
        (0, 1, NONE),
        (1, 2, NONE),
        (2, 3, NONE),
        (3, 2, shift),
        (2, 1, shift),
    ):
        qtbot.keyClick(controls[here], ENTER, Qt.KeyboardModifier.ControlModifier | held)
        assert controls[there].hasFocus()
        editor = inside.editors[there]
        top = editor.mapTo(area.viewport(), QPoint(0, 0)).y()
        assert top >= 0
        assert top + editor.height() <= area.viewport().height()
    area.takeWidget()  # the fixture closes it
