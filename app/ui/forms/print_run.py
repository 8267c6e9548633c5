"""Sends pages to a printer while the window lives: progress, and 取消 within a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QSize, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtPdf import QPdfPageRenderer
from PySide6.QtPrintSupport import QPrinter

from app.services.ports import Cancelled
from app.ui.forms.pdf_pages import PdfBytes
from app.ui.forms.printing import Offset, Painting, PrintingFailed


class PrintRun(QObject):
    """Prints pages of one PDF. Pages are rendered in a thread of QtPdf, painted strip by strip.

    A Python thread would not do: the calls that render and compress hold the interpreter's lock,
    and the window would stand still all the same.
    """

    moved = Signal(float)  # how many pages are through
    ended = Signal(object)  # None, Cancelled (nothing was printed) or PrintingFailed

    def __init__(
        self,
        pdf: PdfBytes,
        printer: QPrinter,
        pages: Sequence[int],
        offset: Offset,
        *,
        stopped: Callable[[], bool],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._painting = Painting(pdf.document, printer, pages, offset)
        self._steps = self._painting.steps()
        self._stopped = stopped
        self._renderer = QPdfPageRenderer(self)
        self._renderer.setRenderMode(QPdfPageRenderer.RenderMode.MultiThreaded)
        self._renderer.setDocument(pdf.document)
        self._renderer.pageRendered.connect(self._on_rendered)

    def start(self) -> None:
        """Begin as soon as the window is idle."""
        QTimer.singleShot(0, self, self._next)

    def _on_rendered(self, _page: int, _size: QSize, picture: QImage) -> None:
        self._go_on(picture)

    def _next(self) -> None:
        self._go_on(None)

    def _go_on(self, picture: QImage | None) -> None:
        # What the printer has begun is finished: Qt prints a half-painted form all the same.
        if self._stopped() and not self._painting.begun:
            self._end(Cancelled("已取消"))
            return
        try:
            wanted = self._steps.send(picture)
        except StopIteration:
            self._end(None)
        except PrintingFailed as error:
            self._end(error)
        else:
            self.moved.emit(self._painting.done)
            if wanted is None:
                self.start()
            else:
                self._renderer.requestPage(wanted.page, wanted.pixels)

    def _end(self, outcome: Exception | None) -> None:
        self._steps.close()
        self._renderer.deleteLater()  # before whoever owns the document deletes that
        self.ended.emit(outcome)
        self.deleteLater()
