"""Batches, the register and the style of the paper: real services, real PDFs, a printer into files."""

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrinter

from app.domain.registration_form import RegistrationForm
from app.ui import theme
from app.ui.forms import batch_run
from app.ui.forms.batch_dialog import FILES, ONE_FILE, BatchDialog
from app.ui.forms.register_dialog import RegisterDialog
from app.ui.forms.style_dialog import StyleDialog
from app.ui.jobs import JobRunner
from tests.ui.form_desk import an_office

NAMES = ("安一", "李四", "王五")


@pytest.fixture
def use_cases(office, a_person):
    return an_office(office, a_person, *NAMES)


@pytest.fixture
def dialog(use_cases, qtbot, tmp_path):
    used = []

    def new_printer(name):
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / f"printed-{len(used)}.pdf"))
        used.append(name)
        return printer

    runner = JobRunner()
    made = BatchDialog(
        use_cases,
        runner,
        QSettings(str(tmp_path / "p.ini"), QSettings.Format.IniFormat),
        printers=lambda: ["一号打印机"],
        new_printer=new_printer,
    )
    made.used, made.runner = used, runner
    qtbot.addWidget(made, before_close_func=lambda _w: runner.shut_down())
    return made


@pytest.fixture
def checked(dialog, qtbot):
    dialog.check()
    qtbot.waitUntil(lambda: len(dialog.entries) == 3 and not dialog.runner.busy)
    return dialog


def test_nothing_goes_out_before_the_pre_check(dialog):
    assert not dialog.start_button.isEnabled()
    assert "请先预检" in dialog.said.text()


def test_the_pre_check_lists_everything_in_order_and_can_be_copied(checked):
    assert [entry.name for entry in checked.entries] == list(NAMES)
    assert "共 3 份，其中 3 份有" in checked.said.text()
    checked.copy()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t") == ["序号", "姓名", "单位", "情况", "说明"]
    assert len(lines) == 1 + len(checked.findings.rows)
    assert lines[1].split("\t")[1] == "安一"


def test_changing_whose_asks_for_a_new_pre_check(checked):
    checked.people.setCurrentIndex(1)
    assert checked.entries == ()
    assert not checked.start_button.isEnabled()


def test_nobody_with_a_form_is_said_plainly(dialog, qtbot):
    dialog.people.setCurrentIndex(1)
    dialog.check()
    qtbot.waitUntil(lambda: "没有符合条件的人员" in dialog.said.text())
    assert not dialog.start_button.isEnabled()


def test_one_file_has_a_bookmark_per_person_and_each_begins_on_a_front_side(
    checked, qtbot, tmp_path, use_cases
):
    checked.where.setCurrentText(ONE_FILE)
    checked.duplex.setChecked(True)
    target = tmp_path / "汇总.pdf"
    checked.write_one(checked.entries, target)
    qtbot.waitUntil(lambda: "共 3 份" in checked.news.text())
    reader = PdfReader(target)
    assert [entry.title for entry in reader.outline] == list(NAMES)
    starts = [reader.get_destination_page_number(entry) for entry in reader.outline]
    assert all(start % 2 == 0 for start in starts)
    [row] = use_cases.paper.outputs()
    assert (row.act, row.items, row.target) == ("导出登记表", 3, "PDF 文件")


def test_files_are_named_by_number_never_by_name(checked, qtbot, tmp_path):
    checked.where.setCurrentText(FILES)
    checked.write_each(checked.entries, tmp_path)
    qtbot.waitUntil(lambda: "共 3 份" in checked.news.text())
    written = sorted(file.name for file in tmp_path.glob("登记表-*.pdf"))
    assert [name[-8:] for name in written] == ["0001.pdf", "0002.pdf", "0003.pdf"]
    assert not any(name in file for name in NAMES for file in written)


def test_a_batch_that_fails_says_where_and_goes_on_from_there(
    checked, qtbot, tmp_path, monkeypatch, use_cases
):
    real = batch_run.write_verified

    def full(target, data):
        if target.name.endswith("0002.pdf"):
            raise OSError(28, "No space left on device")
        real(target, data)

    monkeypatch.setattr(batch_run, "write_verified", full)
    checked.write_each(checked.entries, tmp_path)
    qtbot.waitUntil(lambda: "从第 2 份继续" in checked.news.text())
    assert "磁盘已满" in checked.news.text()
    assert checked.first.value() == 2
    monkeypatch.setattr(batch_run, "write_verified", real)
    monkeypatch.setattr("app.ui.forms.batch_dialog.choose_folder", lambda *a: tmp_path)
    checked.where.setCurrentText(FILES)
    checked.start()
    qtbot.waitUntil(lambda: "共 2 份" in checked.news.text())
    assert len(list(tmp_path.glob("登记表-*.pdf"))) == 3
    assert [row.items for row in use_cases.paper.outputs()] == [2, 1]


def test_printing_sends_each_form_by_itself_with_its_copies(checked, qtbot, tmp_path, use_cases):
    checked.where.setCurrentText("一号打印机")
    checked.copies.setValue(2)
    checked.start()
    qtbot.waitUntil(lambda: "已发送到打印机" in checked.news.text(), timeout=20_000)
    assert checked.used == ["一号打印机"] * 3
    assert all((tmp_path / f"printed-{n}.pdf").stat().st_size > 500 for n in range(3))
    [row] = use_cases.paper.outputs()
    assert (row.act, row.items, row.copies, row.target) == ("打印登记表", 3, 2, "一号打印机")


def test_cancelling_is_heard_within_a_page_and_the_next_start_goes_on(
    checked, qtbot, tmp_path, use_cases
):
    checked.where.setCurrentText("一号打印机")
    checked.start()
    qtbot.waitUntil((tmp_path / "printed-0.pdf").exists, timeout=20_000)
    qtbot.waitUntil(lambda: len(checked.used) == 2, timeout=20_000)
    checked.reject()  # what the button 取消 and Esc do while it runs: the second is being rendered
    qtbot.waitUntil(lambda: "从第 2 份继续" in checked.news.text(), timeout=20_000)
    assert "已取消。已完成 1 份" in checked.news.text()
    assert not (tmp_path / "printed-1.pdf").exists()
    assert checked.first.value() == 2
    checked.start()
    qtbot.waitUntil(lambda: "共 2 份" in checked.news.text(), timeout=30_000)
    assert sum(row.items for row in use_cases.paper.outputs()) == 3


def test_a_printer_that_gives_up_is_said_with_the_number_to_go_on_from(
    checked, qtbot, monkeypatch, tmp_path
):
    def nowhere(_name):
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / "无" / "表.pdf"))
        return printer

    monkeypatch.setattr(checked, "_new_printer", nowhere)
    checked.print_on(checked.entries, "一号打印机")
    qtbot.waitUntil(lambda: "从第 1 份继续" in checked.news.text(), timeout=20_000)
    assert "打印机没有响应" in checked.news.text()


def test_the_register_lists_what_went_out_and_can_be_copied(use_cases, qtbot):
    use_cases.paper.record_outputs("打印", [RegistrationForm()] * 2, "一号打印机", 3)
    window = RegisterDialog(use_cases.paper.outputs)
    qtbot.addWidget(window)
    [row] = window.rows.rows
    assert (row.who, row.items, row.copies) == ("周明", 2, 3)
    window.copy()
    assert "一号打印机" in QGuiApplication.clipboard().text()


@pytest.fixture
def style(use_cases, qtbot):
    runner = JobRunner()
    made = StyleDialog(use_cases, runner)
    made.runner = runner
    qtbot.addWidget(made, before_close_func=lambda _w: runner.shut_down())
    qtbot.waitUntil(lambda: made.pages._pdf is not None)
    return made


def test_a_change_of_style_is_seen_at_once_and_kept_only_when_saved(style, qtbot, use_cases):
    before = style.pages._pdf.data
    style.editors["annex_mark"].edited.emit(True)
    qtbot.waitUntil(lambda: style.pages._pdf.data != before)
    assert not use_cases.settings().annex_mark
    style.save()
    assert use_cases.settings().annex_mark
    assert style.changes


def test_a_face_is_chosen_by_name_and_printed_with(style, qtbot, use_cases, tmp_path):
    box = style.faces["text_face"]
    box.setCurrentIndex(box.findData("宋体"))
    style.save()
    assert use_cases.settings().text_face == "宋体"
    sample = tmp_path / "样张.pdf"
    sample.write_bytes(use_cases.paper.draw_sample(use_cases.settings()))
    fonts = PdfReader(sample).pages[0]["/Resources"]["/Font"].values()
    assert any("NotoSerifSC" in font.get_object()["/BaseFont"] for font in fonts)


def test_a_face_this_pc_does_not_have_is_named_and_another_stands_in(use_cases, qtbot):
    settings = use_cases.settings()
    settings.title_face = "/无/FZXBSJW.TTF"
    use_cases.save_settings(settings)
    assert "FZXBSJW.TTF" in use_cases.paper.face_notice()
    assert use_cases.draw_blank("pdf").startswith(b"%PDF")
    runner = JobRunner()
    window = StyleDialog(use_cases, runner)
    qtbot.addWidget(window, before_close_func=lambda _w: runner.shut_down())
    assert "改用随程序的字体" in window.news.text()


def test_the_dialogs_fit_the_smallest_screen(checked, style, use_cases, qtbot):
    register = RegisterDialog(use_cases.paper.outputs)
    qtbot.addWidget(register)
    for window in (checked, style, register):
        assert window.sizeHint().height() <= theme.DIALOG_HEIGHT
        assert window.sizeHint().width() <= 1000
