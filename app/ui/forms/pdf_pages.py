"""Pages of a PDF as pictures: what the preview and the print dialog show is the PDF itself."""

from __future__ import annotations

from collections import OrderedDict
from enum import Enum

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QCoreApplication,
    QIODevice,
    QObject,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.ui.theme import COLOURS

_GAP = 12  # around and between pages
_STEP = 48  # what one turn of the wheel or an arrow key moves
_KEPT = 12  # pictures of pages


class UnreadablePdf(Exception):
    """The bytes are not a PDF that QtPdf can show."""


class Fit(Enum):
    """How large pages are shown."""

    WIDTH = "适合宽度"
    PAGE = "整页"


_LIBRARY = "pdf-library"


def keep_library() -> None:
    """Keep one empty document for as long as the program runs.

    With the last document Qt's PDF library goes, and the next one loads it anew; after some eight
    thousand times in one run it ends the program (PySide6 6.9.3, found by fuzzing).
    """
    app = QCoreApplication.instance()
    if app is not None and app.findChild(QPdfDocument, _LIBRARY) is None:
        QPdfDocument(app).setObjectName(_LIBRARY)


class PdfBytes:
    """A PDF held in memory, opened. Raises ``UnreadablePdf``."""

    def __init__(self, data: bytes, parent: QObject) -> None:
        keep_library()
        self.data = data
        self._buffer = QBuffer()
        self._buffer.setData(QByteArray(data))
        self._buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        self.document = QPdfDocument(parent)
        self.document.load(self._buffer)
        if self.document.status() is not QPdfDocument.Status.Ready:
            self.close()
            raise UnreadablePdf("预览无法显示")

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return self.document.pageCount()

    def close(self) -> None:
        """Give the memory back."""
        self.document.close()
        self.document.deleteLater()
        self._buffer.close()


class PdfPages(QAbstractScrollArea):
    """Shows the pages below each other. A new PDF takes the place of the old without a flash."""

    page_changed = Signal(int)  # the page in sight, from 0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pdf: PdfBytes | None = None
        self._fit = Fit.WIDTH
        self._zoom = 1.0
        self._tops: list[QRect] = []
        self._pictures: OrderedDict[tuple[int, QSize], QImage] = OrderedDict()
        self._page = 0
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setAccessibleName("预览")
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.verticalScrollBar().setSingleStep(_STEP)

    # ------------------------------------------------------------ what is shown

    def show_pdf(self, pdf: PdfBytes | None) -> None:
        """Show ``pdf``, at the place where the former one was scrolled to."""
        former, self._pdf = self._pdf, pdf
        self._pictures.clear()
        self._lay_out()
        if former is not None and former is not pdf:
            former.close()

    def set_fit(self, fit: Fit) -> None:
        """Show whole pages, or pages as wide as there is room."""
        self._fit, self._zoom = fit, 1.0
        self._lay_out()

    def zoom_by(self, factor: float) -> None:
        """Show the pages larger or smaller than they fit, within reason."""
        self._zoom = max(0.5, min(4.0, self._zoom * factor))
        self._lay_out()

    @property
    def page(self) -> int:
        """The page in sight, from 0."""
        return self._page

    def go_to(self, page: int) -> None:
        """Bring ``page`` (from 0) into sight."""
        if self._tops:
            rect = self._tops[max(0, min(page, len(self._tops) - 1))]
            self.verticalScrollBar().setValue(rect.top() - _GAP)

    def show_page(self, page: int) -> None:
        """Bring ``page`` into sight unless some of it is."""
        if 0 <= page < len(self._tops):
            top = self.verticalScrollBar().value()
            rect = self._tops[page]
            if rect.bottom() < top + 40 or rect.top() > top + self.viewport().height() - 40:
                self.go_to(page)

    # ------------------------------------------------------------ places

    def _lay_out(self) -> None:
        self._tops = []
        room = self.viewport().size() - QSize(2 * _GAP, 2 * _GAP)
        top = width = 0
        for page in range(self._pdf.pages if self._pdf else 0):
            assert self._pdf is not None
            size = self._pdf.document.pagePointSize(page)
            scale = room.width() / size.width()
            if self._fit is Fit.PAGE:
                scale = min(scale, room.height() / size.height())
            scale = max(0.1, scale * self._zoom)
            top += _GAP
            shown = (size * scale).toSize()
            left = max(_GAP, (self.viewport().width() - shown.width()) // 2)
            self._tops.append(QRect(QPoint(left, top), shown))
            top += shown.height()
            width = max(width, shown.width() + 2 * _GAP)
        self.verticalScrollBar().setPageStep(self.viewport().height())
        self.verticalScrollBar().setRange(0, max(0, top + _GAP - self.viewport().height()))
        self.horizontalScrollBar().setPageStep(self.viewport().width())
        self.horizontalScrollBar().setRange(0, max(0, width - self.viewport().width()))
        self.viewport().update()
        self._on_scrolled()

    def _on_scrolled(self) -> None:
        middle = self.verticalScrollBar().value() + self.viewport().height() // 3
        page = max((i for i, rect in enumerate(self._tops) if rect.top() <= middle), default=0)
        if page != self._page:
            self._page = page
            self.page_changed.emit(page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    # ------------------------------------------------------------ pictures

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor("#d5dae1"))
        origin = QPoint(-self.horizontalScrollBar().value(), -self.verticalScrollBar().value())
        for page, place in enumerate(self._tops):
            rect = place.translated(origin)
            if not rect.intersects(event.rect()):
                continue
            painter.fillRect(rect.translated(2, 2), QColor(0, 0, 0, 28))
            painter.fillRect(rect, QColor(COLOURS.paper))
            painter.drawImage(rect, self._picture(page, rect.size()))
            painter.setPen(QColor(COLOURS.strong_line))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        painter.end()

    def _picture(self, page: int, size: QSize) -> QImage:
        ratio = self.devicePixelRatioF()
        pixels = QSize(round(size.width() * ratio), round(size.height() * ratio))
        key = (page, pixels)
        if key not in self._pictures:
            assert self._pdf is not None
            picture = self._pdf.document.render(page, pixels)
            picture.setDevicePixelRatio(ratio)
            self._pictures[key] = picture
            while len(self._pictures) > _KEPT:
                self._pictures.popitem(last=False)
        self._pictures.move_to_end(key)
        return self._pictures[key]

    # ------------------------------------------------------------ keys and wheel

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1.1 if event.angleDelta().y() > 0 else 0.9)
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        step = {
            Qt.Key.Key_Down: _STEP,
            Qt.Key.Key_Up: -_STEP,
            Qt.Key.Key_PageDown: bar.pageStep(),
            Qt.Key.Key_PageUp: -bar.pageStep(),
            Qt.Key.Key_Home: -bar.maximum(),
            Qt.Key.Key_End: bar.maximum(),
        }.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            bar.setValue(bar.value() + step)
