"""The office's ledger comes in only after it was looked at, and says what it did."""

from __future__ import annotations

import dataclasses
import threading
from datetime import date

import openpyxl
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QTabWidget

from app.domain.ledger import COLUMNS
from app.services.ports import RosterFilter
from app.ui.jobs import JobRunner
from app.ui.ledger.answers_page import AnswersPage
from app.ui.ledger.columns_page import ColumnsPage
from app.ui.ledger.export_dialog import _USUAL, SOME, ExportDialog
from app.ui.ledger.import_dialog import ImportDialog
from app.ui.ledger.undo_dialog import UndoDialog
from app.ui.message_bar import MessageBar
from app.ui.table_view import TableView
from tests.ui.roster_desk import a_desk

HEADER = ("序号", "姓名", "性别", "出生年月", "工作单位及职务", "受处分原因", "党纪处分种类",
          "党纪处分时间")  # fmt: skip
ROWS = (
    (1, "单小芳", "女", "1985.03", "化学学院副教授", "违反工作纪律", "严重警告", "2025-08-31"),
    (2, "张三", "男", "1979.11", "文学院讲师", "违反廉洁纪律", "警告", "2024.13.1"),
    ("合计", "2人", None, None, None, None, None, None),
)


@pytest.fixture
def desk(office):
    return a_desk(office)


@pytest.fixture
def ledger(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    for row in ROWS:
        book.active.append(row)
    file = tmp_path / "台账.xlsx"
    book.save(file)
    return file


@pytest.fixture
def messages(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    return bar


@pytest.fixture
def jobs(qapp):
    runner = JobRunner()
    yield runner
    runner.shut_down()


@pytest.fixture
def dialog(qtbot, desk, jobs, messages):
    made = ImportDialog(desk, jobs, messages)
    qtbot.addWidget(made)
    made.show()
    return made


def words(widget):
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def button(widget, text):
    return next(b for b in widget.findChildren(QPushButton) if text in b.text())


def cells(view):
    model = view.model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def read(qtbot, dialog, file):
    dialog.read(file)
    qtbot.waitUntil(dialog._go.isVisible, timeout=15_000)


def count(desk):
    return desk.roster.count(RosterFilter())


def test_a_ledger_is_shown_before_anything_is_written(dialog, qtbot, ledger, desk):
    read(qtbot, dialog, ledger)
    assert count(desk) == 0
    assert button(dialog, "导入 2 人").isEnabled()
    tabs = dialog.findChild(QTabWidget)
    assert [tabs.tabText(i) for i in range(3)] == [
        "将导入的人员（2）", "疑问（1）", "不读入的行（1）",
    ]  # fmt: skip
    views = {view.accessibleName(): view for view in dialog.findChildren(TableView)}
    people, questions, skipped = (views[n] for n in ("将导入的人员", "疑问", "不读入的行"))
    assert [line[1] for line in cells(people)] == ["单小芳", "张三"]
    assert cells(people)[0][4] == "党纪 严重警告 2025-08-31"
    [[row, column, value, question]] = cells(questions)
    assert (row, column, value) == ("3", "H　党纪处分时间", "2024.13.1")
    assert "没有13月" in question
    assert "合计" in cells(skipped)[0][2]


def test_importing_writes_everybody_and_says_so(dialog, qtbot, ledger, desk, messages):
    read(qtbot, dialog, ledger)
    with qtbot.waitSignal(dialog.imported, timeout=15_000) as done:
        button(dialog, "导入 2 人").click()
    assert count(desk) == 2
    assert done.args[0].changes
    assert "新增人员 2" in words(dialog)
    assert "1处疑问需要核对" in words(dialog)
    assert "新增人员 2" in messages.text
    assert button(dialog, "完成").isVisible()


def test_the_same_ledger_again_brings_nobody_twice(dialog, qtbot, ledger, desk, jobs, messages):
    read(qtbot, dialog, ledger)
    with qtbot.waitSignal(dialog.imported, timeout=15_000):
        button(dialog, "导入 2 人").click()
    again = ImportDialog(desk, jobs, messages)
    qtbot.addWidget(again)
    again.show()
    again.read(ledger)
    qtbot.waitUntil(lambda: "没有可导入的新内容" in words(again), timeout=15_000)
    assert not again._go.isVisible()


def test_a_file_that_is_no_ledger_is_refused_with_a_sentence(dialog, qtbot, tmp_path, desk):
    file = tmp_path / "照片.xlsx"
    file.write_bytes(b"\xff\xd8\xff not a workbook")
    dialog.read(file)
    qtbot.waitUntil(dialog.news.isVisible, timeout=15_000)
    assert "照片.xlsx" in words(dialog)
    assert not dialog._go.isVisible()
    assert count(desk) == 0


def test_cancelling_writes_nothing(qtbot, ledger, desk, jobs, messages):
    at_work, go_on = threading.Event(), threading.Event()

    def slowly(reading, progress):
        at_work.set()
        go_on.wait(5)
        progress(1, 2, "导入")
        raise AssertionError("a cancelled job goes no further")

    dialog = ImportDialog(dataclasses.replace(desk, import_ledger=slowly), jobs, messages)
    qtbot.addWidget(dialog)
    dialog.show()
    read(qtbot, dialog, ledger)
    button(dialog, "导入 2 人").click()
    at_work.wait(5)
    dialog.reject()
    assert dialog.isVisible()  # it waits for the job to stop
    go_on.set()
    qtbot.waitUntil(lambda: "已取消，没有写入任何内容" in words(dialog), timeout=5_000)
    assert count(desk) == 0
    dialog.reject()
    assert not dialog.isVisible()


def test_the_dialogs_fit_a_small_screen(dialog, qtbot, ledger, desk, jobs, messages):
    read(qtbot, dialog, ledger)
    assert dialog.height() <= 560
    assert dialog.minimumSizeHint().width() <= 1093
    export = ExportDialog(desk, jobs, messages)
    qtbot.addWidget(export)
    assert export.sizeHint().height() <= 560


def test_the_ledger_is_written_as_of_a_day(dialog, qtbot, ledger, desk, jobs, messages, tmp_path):
    read(qtbot, dialog, ledger)
    with qtbot.waitSignal(dialog.imported, timeout=15_000):
        button(dialog, "导入 2 人").click()
    export = ExportDialog(desk, jobs, messages)
    qtbot.addWidget(export)
    export.purpose.setText("报送会议")
    with qtbot.waitSignal(export.accepted, timeout=15_000):
        export.write(tmp_path / "导出", date(2027, 3, 1))
    sheet = openpyxl.load_workbook(tmp_path / "导出.xlsx").active
    header = next(row for row in sheet.iter_rows(values_only=True) if "姓名" in row)
    verdicts = {
        row[header.index("姓名")]: row[header.index("对象认定")]
        for row in sheet.iter_rows(values_only=True)
        if row[header.index("姓名")] in ("单小芳", "张三")
    }
    assert verdicts == {"单小芳": "期满", "张三": "待定"}
    assert "已导出 2 行" in messages.text


def test_an_export_without_a_day_is_refused(qtbot, desk, jobs, messages):
    export = ExportDialog(desk, jobs, messages)
    qtbot.addWidget(export)
    export.show()
    button(export, "选择位置并导出").click()
    assert "请填写用途" in words(export)
    export.purpose.setText("报送会议")
    export._day.control.clear()
    qtbot.keyClicks(export._day.control, "2026-02-30")
    button(export, "选择位置并导出").click()
    assert "请填写计算截至的日期" in words(export)


def test_some_people_and_some_columns_are_written_for_a_purpose(
    dialog, qtbot, ledger, desk, jobs, messages, tmp_path
):
    read(qtbot, dialog, ledger)
    with qtbot.waitSignal(dialog.imported, timeout=15_000):
        button(dialog, "导入 2 人").click()
    ids = list(desk.roster.ids(RosterFilter()))
    export = ExportDialog(desk, jobs, messages, choices=[("全部人员", None), ("选中", ids[1:])])
    qtbot.addWidget(export)
    export.show()
    export.purpose.setText("季度核对")
    export.people.setCurrentIndex(1)
    export.columns.setCurrentText(SOME)
    assert export.list.isVisible() and export.sizeHint().height() <= 560
    assert set(export.chosen_columns()) == set(_USUAL)
    with qtbot.waitSignal(export.accepted, timeout=15_000):
        export.write(tmp_path / "部分.xlsx", date(2027, 3, 1))
    sheet = openpyxl.load_workbook(tmp_path / "部分.xlsx").active
    assert [cell.value for cell in sheet[1]] == [
        column.title for column in COLUMNS if column.key in _USUAL
    ]
    assert sheet.max_row == 2 and sheet["B2"].value == desk.roster.rows(ids[1:])[0].name
    assert (sheet.page_setup.orientation, sheet.freeze_panes) == ("landscape", "C2")
    assert sheet.print_title_rows == "$1:$1" and sheet.sheet_properties.pageSetUpPr.fitToPage
    assert all(cell.data_type in "sn" for row in sheet.iter_rows() for cell in row if cell.value)


def page(dialog, kind):
    return next(iter(dialog.findChildren(kind)))


def said(qtbot, dialog, press):
    """Press and wait until the ledger was read again."""
    former = dialog._reading
    press.click()
    qtbot.waitUntil(
        lambda: dialog._reading is not former and dialog._go.isEnabled(), timeout=15_000
    )


def test_an_impossible_date_is_answered_where_it_is_asked(dialog, qtbot, ledger, desk):
    read(qtbot, dialog, ledger)
    answers = page(dialog, AnswersPage)
    assert "第3行　H列 党纪处分时间" in words_of(answers)
    answers._answer.setEditText("2024-12-01")
    said(qtbot, dialog, button(answers, "按此读入"))
    tabs = dialog._tabs
    assert [tabs.tabText(i) for i in range(2)] == ["将导入的人员（2）", "疑问（0）"]
    with qtbot.waitSignal(dialog.imported, timeout=15_000):
        button(dialog, "导入 2 人").click()
    [zhang] = [row for row in desk.roster.page(RosterFilter(), 0, 9) if row.name == "张三"]
    assert zhang.party_decided_on == "2024-12-01"


def words_of(widget):
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def test_after_an_answer_the_cursor_is_where_the_next_one_is_typed(dialog, qtbot, ledger, desk):
    dialog.activateWindow()
    read(qtbot, dialog, ledger)
    dialog._tabs.setCurrentWidget(dialog._answers)
    line = dialog._answers._answer.lineEdit()
    line.setText("2024-12-xx")
    former = dialog._reading
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog._reading is not former and dialog._go.isEnabled(), timeout=9_000)
    qtbot.waitUntil(lambda: dialog.focusWidget() is dialog._answers._answer, timeout=2_000)
    qtbot.keyClick(dialog._answers._answer, Qt.Key.Key_Return)  # answers again, imports nobody
    qtbot.waitUntil(lambda: dialog._busy_with is None, timeout=9_000)
    assert desk.roster.count(RosterFilter()) == 0


def test_an_answer_can_be_taken_back(dialog, qtbot, ledger):
    read(qtbot, dialog, ledger)
    said(qtbot, dialog, button(page(dialog, AnswersPage), "确认无误"))
    assert dialog._reading.questions == []
    said(qtbot, dialog, button(dialog._answers, "撤回全部回答"))
    assert len(dialog._reading.questions) == 1


def test_january_and_october_are_offered_to_choose_from(dialog, qtbot, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active.append((1, "张三", "男", 1979.1, "文学院讲师", "违纪", "警告", "2024-12-01"))
    book.save(tmp_path / "台账.xlsx")
    read(qtbot, dialog, tmp_path / "台账.xlsx")
    offered = page(dialog, AnswersPage)._answer
    assert [offered.itemText(i) for i in range(offered.count())] == ["1979-01", "1979-10"]
    offered.setCurrentIndex(1)
    said(qtbot, dialog, button(page(dialog, AnswersPage), "按此读入"))
    assert str(dialog._reading.people[0].subject.born_on) == "1979年10月"


def test_the_meaning_of_a_column_is_changed_and_remembered(dialog, qtbot, tmp_path, desk):
    book = openpyxl.Workbook()
    book.active.append([*HEADER[:5], "责任追究事由", *HEADER[6:]])
    book.active.append(ROWS[0])
    book.save(tmp_path / "台账.xlsx")
    read(qtbot, dialog, tmp_path / "台账.xlsx")
    columns = page(dialog, ColumnsPage)
    assert "F列“责任追究事由”" in words_of(columns)  # what is not read is chosen first
    columns._meaning.setCurrentIndex(columns._meaning.findText("受处分原因"))
    said(qtbot, dialog, button(columns, "按此读入并记住"))
    assert dialog._reading.people[0].cases[0].facts == "违反工作纪律"
    assert desk.settings().ledger_columns == {"责任追究事由": "facts"}
    assert "F列“责任追究事由”" in words_of(dialog._columns)  # what became of it is in sight
    assert dialog._columns._meaning.currentText() == "受处分原因"


def test_store_and_ledger_stand_side_by_side_and_the_ledger_can_win(
    dialog, qtbot, ledger, desk, jobs, messages, tmp_path
):
    read(qtbot, dialog, ledger)
    with qtbot.waitSignal(dialog.imported, timeout=15_000):
        button(dialog, "导入 2 人").click()
    book = openpyxl.load_workbook(ledger)
    book.active["E2"] = "化学学院教授"
    book.save(ledger)
    again = ImportDialog(desk, jobs, messages)
    qtbot.addWidget(again)
    again.show()
    again.read(ledger)
    qtbot.waitUntil(lambda: again._encounters is not None, timeout=15_000)
    shown = words_of(again._encounters)
    assert "化学学院副教授" in shown
    assert "化学学院教授" in shown
    [tick] = again._encounters._ticks.values()
    tick.setChecked(True)
    said(qtbot, again, button(again._encounters, "按此处理"))
    with qtbot.waitSignal(again.imported, timeout=15_000):
        button(again, "导入 1 人").click()
    workplaces = {row.workplace for row in desk.roster.page(RosterFilter(), 0, 9)}
    assert "化学学院教授" in workplaces


def test_the_import_just_made_is_taken_back_from_its_result(dialog, qtbot, ledger, desk):
    read(qtbot, dialog, ledger)
    with qtbot.waitSignal(dialog.imported, timeout=15_000):
        button(dialog, "导入 2 人").click()
    button(dialog, "撤销这次导入").click()
    undo = page(dialog, UndoDialog)
    assert "删除这次新增的 2 人" in words_of(undo)
    with qtbot.waitSignal(dialog.imported, timeout=15_000) as done:
        undo.take_back(undo.chosen().import_id, "导错了文件")
    assert done.args[0].changes
    assert count(desk) == 0
    assert "撤回新增人员 2 人" in words_of(dialog) and "导入完成" not in words_of(dialog)
    qtbot.waitUntil(lambda: undo._busy_with is None)
    assert not button(undo, "撤销这次导入").isEnabled()
    undo.close()


def test_the_import_just_made_is_the_one_that_is_taken_back_also_when_there_were_others(
    dialog, qtbot, ledger, desk, tmp_path
):
    for name, rows in (("旧台账", ROWS[:1]), ("新台账", ROWS[1:2])):
        book = openpyxl.Workbook()
        for row in (HEADER, *rows):
            book.active.append(list(row))
        book.save(tmp_path / f"{name}.xlsx")
        read(qtbot, dialog, tmp_path / f"{name}.xlsx")
        with qtbot.waitSignal(dialog.imported, timeout=15_000):
            dialog._go.click()
    button(dialog, "撤销这次导入").click()
    undo = page(dialog, UndoDialog)
    assert undo.chosen().file_name == "新台账.xlsx"
    model = undo.list.model()
    assert [model.index(row, 1).data() for row in range(2)] == ["新台账.xlsx", "旧台账.xlsx"]
    undo.close()


def test_without_imports_there_is_nothing_to_take_back(qtbot, desk, jobs, messages):
    undo = UndoDialog(desk, jobs, messages)
    qtbot.addWidget(undo)
    assert "还没有导入过台账" in words_of(undo)
    assert not button(undo, "撤销这次导入").isEnabled()


def test_of_several_sheets_the_sheet_is_told_and_many_notes_have_a_list_of_their_own(
    dialog, qtbot, tmp_path
):
    book = openpyxl.Workbook()
    book.active.title = "在职"
    retired = book.create_sheet("离退休")
    for sheet in (book.active, retired):
        sheet.append([*HEADER, "量纲", "归口"])
        sheet.append(
            [1, f"张{sheet.title[0]}", "男", "1979-01", "文学院", "违纪", "警告", "2024-12"]
        )
        sheet.append([None] * 8 + ["甲", "乙"])
    for number in range(3):
        book.create_sheet(f"说明{number}")["A1"] = "由纪委办公室填写"
    book.save(tmp_path / "台账.xlsx")
    read(qtbot, dialog, tmp_path / "台账.xlsx")
    tabs = dialog._tabs
    first = [
        tabs.widget(0).model().headerData(0, Qt.Orientation.Horizontal),
        *(tabs.widget(0).model().index(row, 0).data() for row in range(2)),
    ]
    assert first == ["工作表", "在职", "离退休"]
    answers = page(dialog, AnswersPage)
    assert "在职　第2行" in words_of(answers)
    assert tabs.tabText(tabs.count() - 1) == "说明（5）"
    assert "另有4条，见“说明”" in words_of(dialog)
    columns = page(dialog, ColumnsPage)
    tabs.setCurrentWidget(columns)

    def nothing_lies_below_the_edge():
        shown = columns._put.mapTo(dialog, QPoint(0, columns._put.height()))
        return shown.y() <= dialog._go.mapTo(dialog, QPoint(0, 0)).y()

    qtbot.waitUntil(nothing_lies_below_the_edge)


def test_an_export_says_that_masked_phones_are_written_in_full(qtbot, desk, jobs, messages):
    settings = desk.settings()
    settings.mask_contacts = True
    desk.save_settings(settings)
    export = ExportDialog(desk, jobs, messages)
    qtbot.addWidget(export)
    assert "在导出的文件中是全文" in words_of(export)
