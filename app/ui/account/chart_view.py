"""A chart on the screen: the shapes that the printed report has, in this program's colours."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.paper import chart as charts
from app.paper.chart import HATCHED, HOLLOW, SOLID, Chart, Drawing
from app.ui import theme

_GROUNDS = {SOLID: "accent", HATCHED: "tint_pressed", HOLLOW: "paper"}  # colours of the palette
_MARGIN = 12
_HIGHEST = 0.75  # of its width: columns as high as the page would hide how they grow


class _Widths(dict[str, float]):
    """Character → advance in em of the screen font, found on first use."""

    def __init__(self, font: QFont) -> None:
        super().__init__()
        self._metrics, self._size = QFontMetricsF(font), font.pixelSize()

    def __missing__(self, character: str) -> float:
        width = self[character] = self._metrics.horizontalAdvance(character) / self._size
        return width


class ChartView(QWidget):
    """Paints a chart; a click on a bar asks for the people behind its number."""

    key_opened = Signal(str)  # the key of a figure

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chart: Chart | None = None
        self._drawing: Drawing | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(QSize(260, 160))

    def show_chart(self, chart: Chart | None) -> None:
        """Show ``chart``, or nothing."""
        self._chart, self._drawing = chart, None
        self.setAccessibleName(f"图表：{chart.title}" if chart else "")
        size = float(self._size())
        self.setMinimumHeight(min(420, int(charts.height_of(chart, size)) if chart else 160))
        self.update()

    def _size(self) -> int:
        return max(11, self.font().pixelSize() - 1)

    def _laid_out(self) -> Drawing | None:
        if self._chart is None:
            return None
        width, height = self.width() - 2 * _MARGIN, self.height() - 2 * _MARGIN
        if self._drawing is None or (self._drawing.width, self._drawing.height) != (width, height):
            high = height
            if not self._chart.upright:
                high = min(height, int(charts.height_of(self._chart, float(self._size())) * 1.25))
            else:
                high = min(height, int(width * _HIGHEST))
            self._drawing = charts.lay_out(
                self._chart,
                width=width,
                height=high,
                size=float(self._size()),
                widths=_Widths(self._face(float(self._size()))),
            )
            self._drawing.height = height
        return self._drawing

    def _face(self, size: float, *, strong: bool = False) -> QFont:
        face = QFont(self.font())
        face.setPixelSize(round(size))
        face.setBold(strong)
        return face

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what the layout placed."""
        drawing = self._laid_out()
        if drawing is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(_MARGIN, _MARGIN)
        ink = QColor(theme.COLOURS.ink)
        for stroke in (one for one in drawing.strokes if one.pale):
            painter.setPen(QPen(QColor(theme.COLOURS.line), 1))
            painter.drawLine(QPointF(stroke.x1, stroke.y1), QPointF(stroke.x2, stroke.y2))
        for box in drawing.boxes:
            painter.setPen(QPen(QColor(theme.COLOURS.accent), 1))
            painter.setBrush(QColor(getattr(theme.COLOURS, _GROUNDS[box.style])))
            painter.drawRect(QRectF(box.x, box.y, box.width, box.height))
        for stroke in (one for one in drawing.strokes if not one.pale):
            colour = QColor(theme.COLOURS.accent) if stroke.weight < 0.6 else ink
            painter.setPen(QPen(colour, stroke.weight))
            painter.drawLine(QPointF(stroke.x1, stroke.y1), QPointF(stroke.x2, stroke.y2))
        painter.setPen(ink)
        for words in drawing.words:
            painter.setFont(self._face(words.size, strong=words.strong))
            painter.drawText(QPointF(words.x, words.y), words.text)
        painter.end()

    def _key_at(self, event: QMouseEvent) -> str:
        drawing = self._laid_out()
        at = event.position()
        return drawing.key_at(at.x() - _MARGIN, at.y() - _MARGIN) if drawing else ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A bar shows the hand."""
        over = bool(self._key_at(event))
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a bar opens its people."""
        if event.button() == Qt.MouseButton.LeftButton and (key := self._key_at(event)):
            self.key_opened.emit(key)
