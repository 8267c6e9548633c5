"""From a PDF to a printer: the very pages, at the printer's resolution, never scaled."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QRectF, QSettings, QSize, Qt
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter

LEAST_DPI = 600
_MOST_DPI = 720  # a page takes 139 MB at 600 dpi, four times that at 1200
_POINTS = 72.0
_MM = 25.4


class PrintingFailed(Exception):
    """The printer did not take the pages; the message is a Chinese sentence."""


class WrongPageRange(ValueError):
    """The text names no pages; the message is a Chinese sentence."""


@dataclass(frozen=True, slots=True)
class Offset:
    """How far a printer must be corrected: to the right and down, in mm."""

    right: float = 0.0
    down: float = 0.0


def read_offset(settings: QSettings, printer: str) -> Offset:
    """Return the correction that was kept for ``printer`` on this PC; none if there is none."""
    right = settings.value(f"printers/{_key(printer)}/right", 0.0)
    down = settings.value(f"printers/{_key(printer)}/down", 0.0)
    try:
        return Offset(float(str(right)), float(str(down)))
    except ValueError:
        return Offset()


def keep_offset(settings: QSettings, printer: str, offset: Offset) -> None:
    """Keep the correction of ``printer`` for the next time."""
    settings.setValue(f"printers/{_key(printer)}/right", offset.right)
    settings.setValue(f"printers/{_key(printer)}/down", offset.down)


def _key(printer: str) -> str:
    return re.sub(r"[/\\]", "_", printer) or "_"


def read_pages(text: str, pages: int) -> list[int]:
    """Return the pages (from 0) that ``text`` names, such as 1-3,5; empty means all.

    Raises ``WrongPageRange`` with a sentence for the user.
    """
    plain = text.strip().translate(
        str.maketrans("，、；－—～~０１２３４５６７８９", ",,,----0123456789")
    )
    if not plain:
        return list(range(pages))
    chosen: list[int] = []
    for part in filter(None, (piece.strip() for piece in plain.split(","))):
        match = re.fullmatch(r"(\d+)(?:\s*-\s*(\d+))?", part)
        if match is None:
            raise WrongPageRange(f"页码范围“{part}”看不懂，请写成 1-3,5 的样子")
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= pages:
            raise WrongPageRange(f"页码范围“{part}”不对：共{pages}页，请写1到{pages}之间的页码")
        chosen.extend(range(first - 1, last))
    return list(dict.fromkeys(chosen))


def paint(
    document: QPdfDocument,
    printer: QPrinter,
    pages: Sequence[int],
    offset: Offset,
    *,
    progress: Callable[[int], object] = lambda _done: None,
) -> None:
    """Paint ``pages`` (from 0) of ``document`` on ``printer`` at 100 %, moved by ``offset``.

    Pages are rendered whole: in bands (QtPdf's clip rectangle) they come out 1 in 800 too small,
    for QtPdf then drops the fractions of a point that a page's size has. Raises ``PrintingFailed``.
    """
    if printer.outputFormat() is QPrinter.OutputFormat.PdfFormat:
        printer.setResolution(LEAST_DPI)
    printer.setFullPage(True)
    _set_paper(document, printer, pages[0])
    painter = QPainter()
    if not painter.begin(printer):
        raise PrintingFailed("打印机没有响应，请检查它是否接通、纸张是否装好，再打印一次")
    try:
        for done, page in enumerate(pages):
            if done:
                _set_paper(document, printer, page)
                if not printer.newPage():
                    raise PrintingFailed(f"打印在第{page + 1}页前中断，请检查打印机后从该页起重打")
            _paint_page(document, printer, painter, page, offset)
            progress(done + 1)
    finally:
        ended = painter.end()
    if not ended or printer.printerState() is QPrinter.PrinterState.Error:
        raise PrintingFailed("打印没有完成，请检查打印机后重试")


def _set_paper(document: QPdfDocument, printer: QPrinter, page: int) -> None:
    size = document.pagePointSize(page)
    wide = size.width() > size.height()
    across, along = sorted((size.width(), size.height()))
    paper = QPageSize(QSize(round(across), round(along)))  # recognised as A4 within a point
    orientation = QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
    printer.setPageSize(paper)
    printer.setPageOrientation(orientation)
    printer.setPageMargins(QMarginsF())


def _paint_page(
    document: QPdfDocument, printer: QPrinter, painter: QPainter, page: int, offset: Offset
) -> None:
    dpi = printer.resolution()
    points = document.pagePointSize(page)
    rendered = dpi if LEAST_DPI <= dpi <= _MOST_DPI else LEAST_DPI
    pixels = QSize(
        round(points.width() / _POINTS * rendered), round(points.height() / _POINTS * rendered)
    )
    target = QRectF(
        offset.right / _MM * dpi,
        offset.down / _MM * dpi,
        points.width() / _POINTS * dpi,
        points.height() / _POINTS * dpi,
    )
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, dpi != rendered)
    painter.drawImage(target, _in_grey(document.render(page, pixels)))


def _in_grey(picture: QImage) -> QImage:
    """Return ``picture`` in grey on white: a form has no colours, and spools a quarter the size."""
    painter = QPainter(picture)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOver)
    painter.fillRect(picture.rect(), Qt.GlobalColor.white)
    painter.end()
    return picture.convertToFormat(QImage.Format.Format_Grayscale8)
