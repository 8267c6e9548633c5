"""The print dialog: what to mind is named first, nothing scales, everything is recorded."""

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QLabel

from app.services.gatekeeping import NotPossible
from app.ui import theme
from app.ui.forms import print_dialog
from app.ui.forms.print_dialog import TO_FILE, PrintDialog, warnings_before_printing
from app.ui.forms.printing import Offset, read_offset
from tests.ui.test_print_pages import a_pdf


class Printer(QPrinter):
    """Prints into a file, and remembers what a file has no use for."""

    sides = None

    def setDuplex(self, mode):
        self.sides = mode


@pytest.fixture
def settings(tmp_path):
    return QSettings(str(tmp_path / "p.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def dialog(qtbot, settings, tmp_path):
    def made(*, warnings=(), incomplete=False, printers=("一号打印机", "二号打印机"), **more):
        used, recorded = [], []

        def new_printer(name):
            printer = Printer(QPrinter.PrinterMode.HighResolution)
            printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
            printer.setOutputFileName(str(tmp_path / f"{len(used)}.pdf"))
            used.append((name, printer))
            return printer

        window = PrintDialog(
            a_pdf(),
            warnings=warnings,
            incomplete=incomplete,
            file_name="登记表-20261123-1.pdf",
            settings=settings,
            record=lambda target, copies: recorded.append((target, copies)),
            printers=lambda: printers,
            new_printer=new_printer,
            **more,
        )
        window.used, window.recorded = used, recorded
        qtbot.addWidget(window)
        return window

    return made


def test_printing_uses_the_choices_and_is_recorded(dialog, tmp_path, qtbot):
    window = dialog()
    window._copies.setValue(2)
    window._duplex.setCurrentIndex(1)
    window._range.setText("2")
    window._on_print()
    window._on_print()  # Ctrl+P again: it is under way
    qtbot.waitUntil(lambda: bool(window.recorded), timeout=20_000)
    [(name, printer)] = window.used
    assert name == "一号打印机"
    assert (printer.copyCount(), printer.sides) == (2, QPrinter.DuplexMode.DuplexLongSide)
    assert printer.docName() == "登记表"
    assert window.recorded == [("一号打印机", 2)]
    assert window.said == "已打印到“一号打印机”，共1页，2份"
    assert (tmp_path / "0.pdf").stat().st_size > 500


def test_printer_sides_and_correction_are_remembered_per_printer(dialog, settings, qtbot):
    window = dialog()
    window._printer.setCurrentText("二号打印机")
    window._right.set_millimetres(1.5)
    window._duplex.setCurrentIndex(1)
    window._on_print()
    qtbot.waitUntil(lambda: bool(window.recorded), timeout=20_000)
    assert read_offset(settings, "二号打印机") == Offset(1.5, 0.0)
    again = dialog()
    assert again._printer.currentText() == "二号打印机"
    assert again._right.millimetres == 1.5
    assert again._duplex.currentIndex() == 1
    again._printer.setCurrentText("一号打印机")
    assert again._right.millimetres == 0


def test_a_printer_that_cannot_turn_sheets_says_so_and_the_choice_is_kept_for_others(
    dialog, monkeypatch
):
    window = dialog()
    window._duplex.setCurrentIndex(1)
    monkeypatch.setattr(print_dialog, "can_duplex", lambda name: name == "一号打印机")
    window._printer.setCurrentText("二号打印机")
    assert (window._duplex.isEnabled(), window._duplex.currentIndex()) == (False, 0)
    assert "不能自动双面" in window._problem.text()
    window._printer.setCurrentText("一号打印机")
    assert (window._duplex.isEnabled(), window._duplex.currentIndex()) == (True, 1)


def test_cancelling_while_it_prints_leaves_the_dialog_and_no_record(dialog, qtbot, tmp_path):
    window = dialog()
    window._on_print()
    assert not window._press.isEnabled()
    window.reject()
    qtbot.waitUntil(lambda: "已取消" in window._problem.text(), timeout=20_000)
    assert window._press.isEnabled()
    assert window.recorded == []
    assert not (tmp_path / "0.pdf").exists()


def test_a_printer_that_does_not_answer_is_said_and_nothing_is_recorded(dialog, qtbot, tmp_path):
    window = dialog()
    window._new_printer = lambda _name: _nowhere(tmp_path)
    window._on_print()
    qtbot.waitUntil(lambda: "打印机没有响应" in window._problem.text(), timeout=20_000)
    assert window.recorded == []


def _nowhere(folder):
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(folder / "无" / "表.pdf"))
    return printer


def test_a_wrong_range_is_said_and_nothing_is_printed(dialog):
    window = dialog()
    window._range.setText("3")
    window._on_print()
    assert "共2页" in window._problem.text()
    assert (window.used, window.recorded) == ([], [])


def test_an_unfinished_form_may_be_printed_all_the_same_and_the_button_says_so(dialog):
    assert dialog(warnings=["回访时间：请填写"], incomplete=True)._press.text() == "仍然打印(&P)"
    assert dialog()._press.text() == "打印(&P)"


def test_characters_without_a_glyph_are_named_before_printing():
    found = warnings_before_printing(["回访时间：请填写"], {"\U0003ffff": "“张三”的“家庭住址”"})
    assert found[0] == "回访时间：请填写"
    assert "U+3FFFF" in found[1] and "家庭住址" in found[1]
    [turned] = warnings_before_printing([], {"\u202e": "“张三”的“备注”"})
    assert "\u202e" not in turned and "不可见的控制符（U+202E）" in turned


def test_printing_to_a_file_writes_the_very_bytes(dialog, monkeypatch, tmp_path):
    window = dialog(printers=())
    assert window._printer.currentText() == TO_FILE
    target = tmp_path / "表"
    monkeypatch.setattr(
        "app.ui.forms.print_dialog.QFileDialog.getSaveFileName",
        lambda *_args: (str(target), ""),
    )
    window._on_print()
    assert target.with_suffix(".pdf").read_bytes() == window._pdf.data
    assert window.recorded == [("PDF 文件", 1)]


def test_giving_up_the_file_leaves_everything_as_it_was(dialog, monkeypatch):
    window = dialog(printers=())
    monkeypatch.setattr(
        "app.ui.forms.print_dialog.QFileDialog.getSaveFileName", lambda *_args: ("", "")
    )
    window._on_print()
    assert window.recorded == []
    assert window.result() == 0


def test_a_file_that_cannot_be_written_is_said_and_not_recorded(dialog, monkeypatch, tmp_path):
    window = dialog(printers=())
    monkeypatch.setattr(
        "app.ui.forms.print_dialog.QFileDialog.getSaveFileName",
        lambda *_args: (str(tmp_path / "无" / "表.pdf"), ""),
    )
    window._on_print()
    assert "没有写成" in window._problem.text()
    assert window.recorded == []


def test_the_dialog_fits_the_smallest_screen(dialog):
    window = dialog(warnings=[f"第{n}项" for n in range(30)], incomplete=True)
    assert window.height() <= theme.DIALOG_HEIGHT
    assert window.minimumSizeHint().height() <= theme.DIALOG_HEIGHT


def test_the_calibration_page_goes_to_the_chosen_printer_with_its_correction(
    qtbot, settings, tmp_path
):
    printed = []

    def new_printer(name):
        printer = Printer(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / "calibration.pdf"))
        printed.append(name)
        return printer

    window = PrintDialog(
        a_pdf(),
        warnings=(),
        incomplete=False,
        file_name="x.pdf",
        settings=settings,
        record=lambda *_: None,
        calibration=a_pdf,
        printers=lambda: ["一号打印机"],
        new_printer=new_printer,
    )
    qtbot.addWidget(window)
    window.calibrate()
    qtbot.waitUntil(lambda: "位置微调" in window._problem.text(), timeout=20_000)
    assert printed == ["一号打印机"]
    assert (tmp_path / "calibration.pdf").stat().st_size > 500
    window._printer.setCurrentText(TO_FILE)
    window.calibrate()
    assert "请先选择一台打印机" in window._problem.text()


def test_a_paper_that_nothing_was_checked_of_is_not_said_to_have_passed(dialog):
    def said(window):
        return " ".join(one.text() for one in window.findChildren(QLabel))

    assert "检查通过" not in said(dialog(warnings=None))
    assert "检查通过" in said(dialog(warnings=()))


def test_what_must_be_done_before_is_done_only_when_pages_leave(dialog, tmp_path, monkeypatch):
    done = []
    window = dialog(before=lambda: done.append(1), note="文号在打印时编定")
    assert any("编定" in one.text() for one in window.findChildren(QLabel))
    window.reject()
    assert done == []
    window = dialog(before=lambda: done.append(1), printers=())
    monkeypatch.setattr(print_dialog.QFileDialog, "getSaveFileName", lambda *_a: ("", ""))
    window._on_print()
    assert done == []
    target = str(tmp_path / "x.pdf")
    monkeypatch.setattr(print_dialog.QFileDialog, "getSaveFileName", lambda *_a: (target, ""))
    window._on_print()
    assert done == [1]


def test_what_refuses_before_is_told_and_nothing_is_printed(dialog):
    def refuse():
        raise NotPossible("文号已变")

    window = dialog(before=refuse)
    window._on_print()
    assert window._problem.text() == "文号已变"
    assert (window.used, window.recorded) == ([], [])
