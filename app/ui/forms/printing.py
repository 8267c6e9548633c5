"""From a PDF to a printer: the very pages, at the printer's resolution, never scaled."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PySide6.QtCore import QMarginsF, QRectF, QSettings, QSize, Qt
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter

LEAST_DPI = 600
_MOST_DPI = 720  # a page takes 139 MB at 600 dpi, four times that at 1200
_STRIP = 256  # rows of a page that are painted at a time
_AHEAD = 3  # pages that are ready before the printer is opened: 35 MB each
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


class Wanted(NamedTuple):
    """The picture that a painting waits for: a page, from 0, and how many pixels it must have."""

    page: int
    pixels: QSize


class Painting:
    """Paints ``pages`` (from 0) of ``document`` on ``printer`` at 100 %, moved by ``offset``.

    Done in steps of some hundredths of a second, so that a window can live between two of them.
    Pages are rendered whole: in bands (QtPdf's clip rectangle) they come out 1 in 800 too small,
    for QtPdf then drops the fractions of a point that a page's size has.
    """

    def __init__(
        self, document: QPdfDocument, printer: QPrinter, pages: Sequence[int], offset: Offset
    ) -> None:
        self._document, self._printer, self._offset = document, printer, offset
        self.pages = pages
        self.done = 0.0
        """How many pages are through, of ``len(pages)``."""
        self.begun = False
        """Whether the printer has got something: Qt cannot take back what it was given."""

    def steps(self) -> Generator[Wanted | None, QImage | None, None]:
        """Yield after every step; what is wanted must be sent back. Raises ``PrintingFailed``.

        The first pages are made ready before the printer is opened: a print that is given up
        until then leaves no paper behind.
        """
        printer, pages = self._printer, self.pages
        if printer.outputFormat() is QPrinter.OutputFormat.PdfFormat:
            printer.setResolution(LEAST_DPI)
        printer.setFullPage(True)
        _set_paper(self._document, printer, pages[0])
        ready: list[list[QImage]] = []
        for page in pages[:_AHEAD]:
            ready.append((yield from self._strips(page)))
        painter = QPainter()
        if not painter.begin(printer):
            raise PrintingFailed("打印机没有响应，请检查它是否接通、纸张是否装好，再打印一次")
        self.begun = True
        try:
            for number, page in enumerate(pages):
                if number:
                    _set_paper(self._document, printer, page)
                    if not printer.newPage():
                        raise PrintingFailed(
                            f"打印在第{page + 1}页前中断，请检查打印机后从该页起重打"
                        )
                strips = ready.pop(0) if ready else (yield from self._strips(page))
                yield from self._paint(painter, page, strips)
        finally:
            ended = painter.end()
        if not ended or printer.printerState() is QPrinter.PrinterState.Error:
            raise PrintingFailed("打印没有完成，请检查打印机后重试")

    def _pixels(self, page: int) -> QSize:
        points, dpi = self._document.pagePointSize(page), self._printer.resolution()
        rendered = dpi if LEAST_DPI <= dpi <= _MOST_DPI else LEAST_DPI
        across, along = points.width() / _POINTS, points.height() / _POINTS
        return QSize(round(across * rendered), round(along * rendered))

    def _strips(self, page: int) -> Generator[Wanted | None, QImage | None, list[QImage]]:
        """Return the page in grey, cut across; strips share a row, so that no seam can show."""
        picture = yield Wanted(page, self._pixels(page))
        assert picture is not None
        strips = []
        tops = range(0, picture.height(), _STRIP)
        for top in tops:
            high = min(_STRIP + 1, picture.height() - top)
            strips.append(_in_grey(picture.copy(0, top, picture.width(), high)))
            self.done += 0.5 / len(tops)
            yield None
        return strips

    def _paint(
        self, painter: QPainter, page: int, strips: Sequence[QImage]
    ) -> Generator[None, QImage | None, None]:
        dpi, points = self._printer.resolution(), self._document.pagePointSize(page)
        pixels = self._pixels(page)
        across = points.width() / _POINTS * dpi / pixels.width()
        along = points.height() / _POINTS * dpi / pixels.height()
        left, top = self._offset.right / _MM * dpi, self._offset.down / _MM * dpi
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        painter.setRenderHint(
            QPainter.RenderHint.SmoothPixmapTransform, not LEAST_DPI <= dpi <= _MOST_DPI
        )
        for number, strip in enumerate(strips):
            place = QRectF(
                left,
                top + number * _STRIP * along,
                strip.width() * across,
                strip.height() * along,
            )
            painter.drawImage(place, strip)
            self.done += 0.5 / len(strips)
            yield None


def _set_paper(document: QPdfDocument, printer: QPrinter, page: int) -> None:
    size = document.pagePointSize(page)
    wide = size.width() > size.height()
    across, along = sorted((size.width(), size.height()))
    paper = QPageSize(QSize(round(across), round(along)))  # recognised as A4 within a point
    orientation = QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
    printer.setPageSize(paper)
    printer.setPageOrientation(orientation)
    printer.setPageMargins(QMarginsF())


def _in_grey(picture: QImage) -> QImage:
    """Return ``picture`` in grey on white: a form has no colours, and spools a quarter the size."""
    painter = QPainter(picture)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOver)
    painter.fillRect(picture.rect(), Qt.GlobalColor.white)
    painter.end()
    return picture.convertToFormat(QImage.Format.Format_Grayscale8)
