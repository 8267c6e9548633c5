"""Words of the program on A4: help, quick card, keys, self-check; to a printer or into a PDF file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, QStandardPaths, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTableFormat,
)
from PySide6.QtWidgets import QWidget

from app.services.outside import write_verified
from app.ui import theme
from app.ui.dialog import Dialog, choose_target
from app.ui.help_topics import Topic

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_POINTS = 12
_TITLE_POINTS = 17.0
_SMALL_POINTS = 9
_MARGIN_MM = 22.0
_FOOTER_MM = 8.0
_LINE_HEIGHT = 135.0  # per cent
_APART, _PADDING, _HAIR = 7.0, 4.0, 1.0  # Qt scales them to the device
_WIDTHS = {2: (28.0, 72.0), 3: (16.0, 11.0, 73.0)}
"""Columns of a table, per cent of the width, by how many there are."""


def save_pdf(dialog: Dialog, title: str, topics: Sequence[Topic]) -> None:
    """Ask where ``topics`` are to be written, and let ``dialog`` say what came of it."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    start = Path(place or Path.home()) / f"{title}-{date.today():%Y%m%d}.pdf"
    target = choose_target(dialog, f"{title}存为 PDF", start, "PDF 文件 (*.pdf)")
    if target is None:
        return
    if target.suffix.lower() != ".pdf":
        target = target.with_name(f"{target.name}.pdf")
    if write_pdf(target, title, topics):
        dialog.say(f"已存为“{target.name}”，打开后即可打印", "good")
    else:
        dialog.say(f"没有写成“{target.name}”：请关闭正打开它的程序，或换个位置再存")


def print_out(dialog: Dialog, title: str, topics: Sequence[Topic]) -> None:
    """Ask for a printer and print ``topics``; let ``dialog`` say what came of it."""
    from PySide6.QtPrintSupport import QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(_page())
    printer.setDocName(title)
    if not choose_printer(printer, f"打印{title}", dialog):
        return
    if draw(printer, title, topics):
        dialog.say("已送到打印机", "good")
    else:
        dialog.say("打印机没有接受，请检查打印机后再试，或存为 PDF")


def choose_printer(printer: QPrinter, title: str, parent: QWidget) -> bool:
    """Ask for a printer in the system's own dialog; return whether one was chosen."""
    from PySide6.QtPrintSupport import QPrintDialog

    chooser = QPrintDialog(printer, parent)
    chooser.setWindowTitle(title)
    chosen = bool(chooser.exec())
    chooser.deleteLater()
    return chosen


def write_pdf(target: Path, title: str, topics: Sequence[Topic]) -> bool:
    """Write topics, each on pages of its own; return whether the file could be written."""
    data = pdf_of(title, _page(), lambda writer: draw(writer, title, topics))
    try:
        write_verified(target, data)
    except OSError:
        return False
    return True


def pdf_of(title: str, page: QPageLayout, drawn: Callable[[QPdfWriter], object]) -> bytes:
    """Return a PDF file of what ``drawn`` draws on pages of this layout."""
    out = QBuffer()
    out.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(out)
    writer.setTitle(title)
    writer.setPageLayout(page)
    drawn(writer)
    del writer  # before the buffer that it writes into
    return bytes(out.data().data())


def draw(device: QPagedPaintDevice, title: str, topics: Sequence[Topic]) -> bool:
    """Draw topics, each on pages of its own, with a footer; return whether it could be begun."""
    painter = QPainter()
    if not painter.begin(device):
        return False
    dots = painter.device().logicalDpiX() / 25.4
    room = device.pageLayout().paintRectPixels(painter.device().logicalDpiX()).size()
    text_high = int(room.height() - _FOOTER_MM * dots)
    documents = [_document(topic, device, QSizeF(room.width(), text_high)) for topic in topics]
    pages = [(one, sheet) for one in documents for sheet in range(one.pageCount())]
    for number, (document, sheet) in enumerate(pages, 1):
        if number > 1:
            device.newPage()
        painter.save()
        painter.translate(0, -sheet * text_high)
        document.drawContents(painter, QRectF(0, sheet * text_high, room.width(), text_high))
        painter.restore()
        _footer(painter, QRectF(0, text_high, room.width(), _FOOTER_MM * dots), title,
                f"第{number}页　共{len(pages)}页")  # fmt: skip
    return painter.end()


def _page() -> QPageLayout:
    return QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4),
        QPageLayout.Orientation.Portrait,
        QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM - _FOOTER_MM),
        QPageLayout.Unit.Millimeter,
    )


def _footer(painter: QPainter, box: QRectF, left: str, right: str) -> None:
    painter.setFont(QFont(theme.screen_family(), _SMALL_POINTS))
    painter.setPen(QColor(theme.COLOURS.muted))
    bottom = Qt.AlignmentFlag.AlignBottom
    words = f"回访关爱　{left}　{date.today():%Y-%m-%d}"
    painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | bottom), words)
    painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | bottom), right)


def _document(topic: Topic, device: QPagedPaintDevice, size: QSizeF) -> QTextDocument:
    """Return title and text as plain text; lines with tabs stand in a table."""
    document = QTextDocument()
    document.documentLayout().setPaintDevice(device)
    document.setDefaultFont(QFont(theme.screen_family(), _POINTS))
    document.setDocumentMargin(0)
    cursor = QTextCursor(document)
    head = QTextCharFormat()
    head.setFontPointSize(_TITLE_POINTS)
    head.setFontWeight(QFont.Weight.Bold)
    airy = QTextBlockFormat()
    airy.setTopMargin(_APART / 2)
    airy.setBottomMargin(_APART / 2)
    airy.setLineHeight(_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    cursor.setBlockFormat(airy)
    cursor.insertText(topic.title, head)
    for in_table, lines in groupby(topic.text.split("\n"), key=lambda line: "\t" in line):
        if in_table:
            _table(cursor, [line.split("\t") for line in lines])
            continue
        for line in filter(None, lines):
            cursor.insertBlock(airy)
            cursor.insertText(line, QTextCharFormat())
    document.setPageSize(size)
    return document


def _table(cursor: QTextCursor, rows: list[list[str]]) -> None:
    columns = max(map(len, rows))
    look = QTextTableFormat()
    look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    look.setBorderBrush(QColor(theme.COLOURS.control_line))
    look.setBorder(_HAIR)
    look.setBorderCollapse(True)
    look.setCellPadding(_PADDING)
    look.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    widths = _WIDTHS[columns]
    look.setColumnWidthConstraints(
        [QTextLength(QTextLength.Type.PercentageLength, width) for width in widths]
    )
    table = cursor.insertTable(len(rows), columns, look)
    plain = QTextCharFormat()
    for row, cells in enumerate(rows):
        for column, words in enumerate(cells):
            table.cellAt(row, column).firstCursorPosition().insertText(words, plain)
    cursor.movePosition(QTextCursor.MoveOperation.End)
