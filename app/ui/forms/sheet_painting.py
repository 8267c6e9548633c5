"""Strokes and type of the sheet: what stands still while the boxes are typed into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.paper.grid import Cell
from app.ui.forms.paper_fonts import text_font
from app.ui.theme import COLOURS

INK = QColor("#111111")
HINT_INK = QColor("#6b7885")


def paint_rules(painter: QPainter, frame: QRectF, places: Iterable[QRectF], ratio: float) -> None:
    """Draw every stroke once, on whole pixels of the screen: rules of one weight look alike."""

    def on_pixel(value: float) -> float:
        return (round(round(value * ratio, 2)) + 0.5) / ratio  # columns meet exactly

    strokes: dict[tuple[float, float, float, float], None] = {}
    for place in places:
        left, right = on_pixel(place.left()), on_pixel(place.right())
        top, bottom = on_pixel(place.top()), on_pixel(place.bottom())
        strokes[(left, top, right, top)] = None
        strokes[(left, bottom, right, bottom)] = None
        strokes[(left, top, left, bottom)] = None
        strokes[(right, top, right, bottom)] = None
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_hair_line(1))
    for x1, y1, x2, y2 in strokes:
        painter.drawLine(QPointF(x1, y1), QPointF(x2, y2))
    painter.setPen(_hair_line(2 if ratio < 1.5 else 3))
    corner = QPointF(on_pixel(frame.left()), on_pixel(frame.top()))
    painter.drawRect(QRectF(corner, QPointF(on_pixel(frame.right()), on_pixel(frame.bottom()))))


def _hair_line(pixels: int) -> QPen:
    """Return a pen of so many pixels of the screen, whatever its scale."""
    pen = QPen(INK, pixels)
    pen.setCosmetic(True)
    return pen


def paint_focus(painter: QPainter, place: QRectF) -> None:
    """Frame the box that is being written in."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(COLOURS.focus), 2))
    painter.drawRect(place.adjusted(2, 2, -1.5, -1.5))


def paint_label(painter: QPainter, cell: Cell, place: QRectF, em: float, pitch: float) -> None:
    """Set a label in the middle of its cell, distributed as the annex prints 性 别."""
    top = place.center().y() - pitch * len(cell.label_lines) / 2
    for number, line in enumerate(cell.label_lines):
        row = QRectF(place.left(), top + number * pitch, place.width(), pitch)
        for character, box in _spread(line, cell.distribute, em, row):
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, character)


def _spread(text: str, distribute: float, em: float, row: QRectF) -> Iterator[tuple[str, QRectF]]:
    count = len(text)
    width = max(float(count), distribute) * em
    gap = (width - count * em) / (count - 1) if count > 1 else 0.0
    left = row.center().x() - (width / 2 if count > 1 else em / 2)
    for number, character in enumerate(text):
        yield character, QRectF(left + number * (em + gap), row.top(), em, row.height())


def paint_foot(painter: QPainter, cell: Cell, place: QRectF, scale: float) -> None:
    """Set the lines for handwriting at the foot of a cell; ``scale`` is pixels per mm."""
    top = place.bottom() - sum(line.height_mm for line in cell.foot) * scale
    align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for line in cell.foot:
        box = QRectF(
            place.left(), top, place.width() - line.room_mm * scale, line.height_mm * scale
        )
        painter.drawText(box, align, line.text)
        top += line.height_mm * scale


def paint_offer(painter: QPainter, place: QRectF, room: float) -> None:
    """Say in the corner of a box that the roster has something newer; ``room`` is free there."""
    painter.setPen(QColor(COLOURS.warning))
    painter.setFont(text_font(11))
    words = "▲名册已更新"
    if QFontMetricsF(painter.font()).horizontalAdvance(words) > room:
        words = "▲"  # the line above the sheet says the rest
    align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
    painter.drawText(place.adjusted(0, 1, -4, 0), align, words)


def paint_break(painter: QPainter, at: float, page: int, frame: QRectF, width: float) -> None:
    """Mark at both margins where a page begins."""
    painter.setPen(QPen(HINT_INK, 1.2, Qt.PenStyle.DashLine))
    for left, right in ((0.0, frame.left()), (frame.right(), width)):
        painter.drawLine(QPointF(left, at), QPointF(right, at))
    font = text_font(12)
    painter.setFont(font)
    text = f"第{page}页"
    room = QFontMetricsF(font).horizontalAdvance(text) + 10
    box = QRectF(width - room, at - 9, room, 18)
    painter.fillRect(box, HINT_INK)
    painter.setPen(QColor(COLOURS.paper))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
