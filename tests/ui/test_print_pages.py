"""The printer gets the very pages: at 100 %, at its resolution, moved only as it must be."""

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QSettings, QSize, QTimer
from PySide6.QtGui import QColor, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtPrintSupport import QPrinter

from app.services.ports import Cancelled
from app.ui.forms.pdf_pages import Fit, PdfBytes, PdfPages, UnreadablePdf
from app.ui.forms.print_run import PrintRun
from app.ui.forms.printing import (
    LEAST_DPI,
    Offset,
    PrintingFailed,
    WrongPageRange,
    keep_offset,
    read_offset,
    read_pages,
)

PER_MM = 10  # pixels of the pictures that are compared


def a_pdf(pages=2):
    """A4 pages with a black square of 50 mm whose corner lies at 40, 60 mm; lower on each page."""
    store = QByteArray()
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(254)  # 10 dots a millimetre
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF()
        )
    )
    painter = QPainter(writer)
    for page in range(pages):
        if page:
            writer.newPage()
        painter.fillRect(400, 600 + 500 * page, 500, 500, QColor("black"))
    painter.end()
    buffer.close()
    return bytes(store.data())


def to_file(target):
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(target))
    return printer


def ink(document, page):
    """Return where the ink of a page lies: left, top, right, bottom in mm."""
    size = QSize(210 * PER_MM, 297 * PER_MM)
    white = QImage(size, QImage.Format.Format_RGB32)
    white.fill(QColor("white"))
    painter = QPainter(white)
    painter.drawImage(0, 0, document.render(page, size))
    painter.end()
    grey = white.convertToFormat(QImage.Format.Format_Grayscale8)
    bits, stride = bytes(grey.constBits()), grey.bytesPerLine()
    rows = [bits[y * stride : y * stride + size.width()] for y in range(size.height())]
    dark = [y for y, row in enumerate(rows) if min(row) < 128]
    columns = [min(bits[x::stride]) for x in range(size.width())]
    across = [x for x, value in enumerate(columns) if value < 128]
    edges = (across[0], dark[0], across[-1] + 1, dark[-1] + 1)
    return tuple(value / PER_MM for value in edges)


@pytest.fixture
def paint(qtbot, qapp):
    """Prints, waits for the end, and raises what went wrong."""

    def made(pdf, printer, pages, offset=Offset(), stopped=lambda: False):  # noqa: B008
        run = PrintRun(pdf, printer, pages, offset, stopped=stopped, parent=qapp)
        with qtbot.waitSignal(run.ended, timeout=60_000) as blocker:
            run.start()
        if blocker.args[0] is not None:
            raise blocker.args[0]

    return made


@pytest.fixture
def pdf(qapp):
    opened = PdfBytes(a_pdf(), qapp)
    yield opened
    opened.close()


@pytest.fixture
def printed(qapp, tmp_path, pdf, paint):
    """Prints and opens what came out."""

    def made(pages, offset=Offset()):  # noqa: B008
        printer = to_file(tmp_path / "out.pdf")
        paint(pdf, printer, pages, offset)
        return PdfBytes((tmp_path / "out.pdf").read_bytes(), qapp)

    return made


def test_pages_come_out_at_their_own_size_and_place(printed):
    out = printed([0, 1])
    assert out.pages == 2
    size = out.document.pagePointSize(0)
    assert (size.width(), size.height()) == pytest.approx((595.3, 841.9), abs=1)
    assert ink(out.document, 0) == pytest.approx((40, 60, 90, 110), abs=0.3)
    assert ink(out.document, 1) == pytest.approx((40, 110, 90, 160), abs=0.3)


def test_a_printer_is_corrected_by_millimetres(printed):
    out = printed([0], Offset(right=3, down=-5))
    assert ink(out.document, 0) == pytest.approx((43, 55, 93, 105), abs=0.3)


def test_chosen_pages_are_printed_in_the_order_asked_for(printed):
    out = printed([1, 0])
    assert ink(out.document, 0)[1] == pytest.approx(110, abs=0.3)
    assert ink(out.document, 1)[1] == pytest.approx(60, abs=0.3)


def test_the_pages_are_painted_at_six_hundred_dots_an_inch(pdf, tmp_path, paint):
    printer = to_file(tmp_path / "out.pdf")
    printer.setResolution(72)
    paint(pdf, printer, [0])
    assert printer.resolution() >= LEAST_DPI


def test_a_printer_that_does_not_answer_is_named(pdf, tmp_path, paint):
    printer = to_file(tmp_path / "nowhere" / "out.pdf")
    with pytest.raises(PrintingFailed, match="打印机没有响应"):
        paint(pdf, printer, [0])


def test_no_seam_shows_between_the_strips_of_a_page(printed):
    out = printed([0])
    for wide in (2_480, 1_234):  # at half the printer's resolution, and at one that never fits
        picture = out.document.render(0, QSize(wide, round(wide * 1.4142)))
        dot = wide / 210
        side = 4 * round(11 * dot)  # rows of whole words: no filling bytes
        square = picture.copy(round(42 * dot), round(62 * dot), side, side)
        grey = square.convertToFormat(QImage.Format.Format_Grayscale8)
        assert max(bytes(grey.constBits())) <= 2


def test_the_window_lives_while_a_page_is_printed(pdf, tmp_path, qtbot, qapp):
    beats = []
    pulse = QTimer(qapp, interval=0)
    pulse.timeout.connect(lambda: beats.append(run.parent() is qapp))
    run = PrintRun(
        pdf, to_file(tmp_path / "out.pdf"), [0], Offset(), stopped=lambda: False, parent=qapp
    )
    moved = []
    run.moved.connect(moved.append)
    with qtbot.waitSignal(run.ended, timeout=60_000):
        pulse.start()
        run.start()
    pulse.stop()
    assert len(beats) > 40  # between any two strips, and while the page is rendered
    assert moved == sorted(moved)
    assert moved[-1] == pytest.approx(1)


def test_what_is_given_up_before_the_printer_has_it_leaves_no_paper(pdf, tmp_path, paint):
    asked = []

    def stopped():
        asked.append(1)
        return len(asked) > 10  # while the first page is made ready

    with pytest.raises(Cancelled):
        paint(pdf, to_file(tmp_path / "out.pdf"), [0, 1], stopped=stopped)
    assert not (tmp_path / "out.pdf").exists()


def test_what_the_printer_has_begun_is_finished(pdf, tmp_path, qtbot, qapp):
    done = [0.0]
    run = PrintRun(
        pdf,
        to_file(tmp_path / "out.pdf"),
        [0, 1],
        Offset(),
        stopped=lambda: done[-1] > 1.01,  # both are ready, the first is being painted
        parent=qapp,
    )
    run.moved.connect(done.append)
    with qtbot.waitSignal(run.ended, timeout=60_000) as blocker:
        run.start()
    assert blocker.args == [None]
    out = PdfBytes((tmp_path / "out.pdf").read_bytes(), qapp)
    assert out.pages == 2
    out.close()


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("", [0, 1, 2, 3, 4]),
        ("2", [1]),
        ("1-3,5", [0, 1, 2, 4]),
        ("３－４，１", [2, 3, 0]),
        ("1、1", [0]),
    ],
)
def test_page_ranges_are_read_as_people_write_them(text, pages):
    assert read_pages(text, 5) == pages


@pytest.mark.parametrize("text", ["0", "6", "3-2", "一", "1-", "2-9"])
def test_a_wrong_range_is_refused_with_a_sentence(text):
    with pytest.raises(WrongPageRange, match="页码范围"):
        read_pages(text, 5)


def test_the_correction_is_kept_per_printer(tmp_path):
    settings = QSettings(str(tmp_path / "p.ini"), QSettings.Format.IniFormat)
    keep_offset(settings, "办公室/HP 1020", Offset(1.5, -2.0))
    settings.sync()
    again = QSettings(str(tmp_path / "p.ini"), QSettings.Format.IniFormat)
    assert read_offset(again, "办公室/HP 1020") == Offset(1.5, -2.0)
    assert read_offset(again, "别的打印机") == Offset()


def test_a_damaged_settings_file_means_no_correction(tmp_path):
    (tmp_path / "p.ini").write_text("[printers]\nA\\right=viel\n", "utf-8")
    settings = QSettings(str(tmp_path / "p.ini"), QSettings.Format.IniFormat)
    assert read_offset(settings, "A") == Offset()


def test_bytes_that_are_no_pdf_are_refused(qapp):
    with pytest.raises(UnreadablePdf):
        PdfBytes(b"not a pdf", qapp)


def test_a_new_pdf_stays_scrolled_where_the_former_one_was(qtbot):
    view = PdfPages()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.show_pdf(PdfBytes(a_pdf(), view))
    view.verticalScrollBar().setValue(200)
    view.show_pdf(PdfBytes(a_pdf(), view))
    assert view.verticalScrollBar().value() == 200
    view.go_to(1)
    assert view.page == 1
    view.set_fit(Fit.PAGE)
    assert view.horizontalScrollBar().maximum() == 0


MANY = """
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from app.ui.forms.pdf_pages import PdfBytes, UnreadablePdf
app = QGuiApplication([])
for _ in range(11_000):
    owner = QObject()
    try:
        PdfBytes(b"", owner)
    except UnreadablePdf:
        pass
    app.processEvents()
print("fine")
"""


def test_eleven_thousand_previews_in_one_run_do_not_end_the_program():
    """Each let Qt's PDF library go and come again, which it does not survive for ever."""
    done = subprocess.run(
        [sys.executable, "-c", MANY],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "fine\n")
