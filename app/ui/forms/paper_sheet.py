"""The form as a sheet of paper that is typed into: the grid of the layout file, cells that grow.

Only the white margins are narrower than on paper, for the sake of the screen; columns, labels,
least heights and the order of cells are the paper's.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from app.domain.fields import form_fields
from app.paper.content import LABEL_PITCH, PAD_TEXT, PAD_X, PAD_Y
from app.paper.grid import Cell, Grid
from app.paper.page_starts import PageStart
from app.ui.forms.cell_editor import CellEditor
from app.ui.forms.paper_fonts import text_font, title_font
from app.ui.forms.sheet_painting import (
    HINT_INK,
    INK,
    paint_break,
    paint_focus,
    paint_foot,
    paint_label,
    paint_offer,
    paint_rules,
)
from app.ui.theme import COLOURS

_SIDE_MM = 12.0
_HEAD_MM = 12.0
_FOOT_MM = 14.0
_MM_PER_POINT = 25.4 / 72
_MOST_RIGHT_MM = 60.0  # room for the value at the right above the frame
_CARET = 2  # pixels beside the text

_BREAK_PIXELS = 12  # half the height of a page break's mark
_FOCUS_GROUND = QColor("#eaf3fc")
_HOVER_GROUND = QColor("#f6f9fc")
_OFFER_GROUND = QColor(COLOURS.warning_tint)


class PaperSheet(QWidget):
    """Shows one form's boxes in the grid, with an editor in each; decides nothing."""

    resized = Signal()

    def __init__(self, grid: Grid, form_type: type, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = grid
        self._scale = 4.0  # pixels per mm
        self._specs = form_fields(form_type)
        self._frame = QRectF()
        self._places: dict[Cell, QRectF] = {}
        self._fields: dict[str, QRectF] = {}
        self._hints: Mapping[str, str] = {}
        self._tip_of: Callable[[str], str] = lambda _name: ""
        self._offered: frozenset[str] = frozenset()
        self._breaks: list[PageStart] = []
        self._hovered = ""
        self.editors: dict[str, CellEditor] = {}
        shown = {item.field for item in grid.above} | {c.field for c in grid.cells() if c.field}
        for name, spec in self._specs.items():
            if name not in shown:
                continue
            editor = CellEditor(spec, self)
            editor.setObjectName(name)
            editor.grew.connect(self._lay_out_soon)
            editor.focused.connect(self.update)
            editor.deserted.connect(self.update)  # else half of the mark stays
            editor.composing_changed.connect(self.update)
            self.editors[name] = editor
        for item in grid.above:
            if item.side == "right":  # its label stands before the text, however long that is
                self.editors[item.field].textChanged.connect(self._lay_out_soon)
                self.editors[item.field].composing_changed.connect(self._lay_out_soon)
        self.setMouseTracking(True)
        self.setAutoFillBackground(False)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.lay_out)
        self.set_scale(self._scale)

    # ------------------------------------------------------------ what is shown

    @property
    def width_mm(self) -> float:
        """How wide the sheet is, with its narrow margins."""
        return self.grid.sheet.inner_width_mm + 2 * _SIDE_MM

    @property
    def scale(self) -> float:
        """Pixels per millimetre."""
        return self._scale

    def set_scale(self, pixels_per_mm: float) -> None:
        """Show the sheet larger or smaller."""
        self._scale = pixels_per_mm
        self._text_font = text_font(self._points(self.grid.type.text_pt))
        self._title_font = title_font(self._points(self.grid.type.title_pt))
        pitch = self._points(self.grid.type.pitch_pt)
        for name, editor in self.editors.items():
            editor.set_type(self._text_font, pitch, self._align_of(name))
        self.lay_out()

    def show_hints(self, hints: Mapping[str, str], tip_of: Callable[[str], str]) -> None:
        """Show ``hints`` in empty boxes, and what ``tip_of`` says when the mouse rests on one."""
        self._hints, self._tip_of = hints, tip_of
        self.update()

    def show_offers(self, fields: Sequence[str]) -> None:
        """Mark the boxes for which the roster has something newer."""
        self._offered = frozenset(fields)
        self.update()

    def show_breaks(self, breaks: Sequence[PageStart]) -> None:
        """Draw a line where each further page begins."""
        shown = [where for where in breaks if where.field in self.editors]
        if shown != self._breaks:
            self._breaks = shown
            self.update()

    def place_of(self, name: str) -> QRect:
        """Return where a box stands on the sheet."""
        return self._fields[name].toAlignedRect()

    # ------------------------------------------------------------ places

    def _points(self, points: float) -> float:
        return points * _MM_PER_POINT * self._scale

    def _align_of(self, name: str) -> str:
        for cell in self.grid.cells():
            if cell.field == name:
                return cell.align
        return next((item.side for item in self.grid.above if item.field == name), "left")

    def _lay_out_soon(self) -> None:
        self._soon.start()

    def lay_out(self) -> None:
        """Give every cell its place; rows grow with their text."""
        self._soon.stop()
        scale, sheet = self._scale, self.grid.sheet
        top = _HEAD_MM * scale + self._lay_out_above()
        left, column = _SIDE_MM * scale, sheet.column_mm * scale
        tops = [top]
        for row in self.grid.rows:
            for cell in row.cells:  # the width decides the height
                self._set_width(cell, cell.span * column)
            heights = [self._height(cell) for cell in row.cells if cell.rows == 1]
            tops.append(tops[-1] + max(row.least_mm * scale, *heights))
        self._frame = QRectF(left, top, sheet.inner_width_mm * scale, tops[-1] - top)
        for cell in self.grid.cells():
            place = QRectF(
                left + cell.column * column,
                tops[cell.row],
                cell.span * column,
                tops[cell.row + cell.rows] - tops[cell.row],
            )
            self._places[cell] = place
            if cell.field:
                self._fields[cell.field] = place
                self._put_editor(cell, place)
                self.editors[cell.field].settle()
        size = QSize(round(self.width_mm * scale), round(tops[-1] + _FOOT_MM * scale))
        if size != self.size():
            self.setFixedSize(size)
            self.resized.emit()
        self.update()

    def _lay_out_above(self) -> float:
        """Place the line above the frame; return its and the title's height in pixels."""
        scale, width = self._scale, self.grid.sheet.inner_width_mm * self._scale
        measure = QFontMetricsF(self._text_font)
        top = (_HEAD_MM + self.grid.type.title_mm) * scale
        height = line = self.grid.type.line_mm * scale
        taken = 0.0
        for item in sorted(self.grid.above, key=lambda item: item.side != "right"):
            label, editor = measure.horizontalAdvance(item.label), self.editors[item.field]
            if item.side == "right":  # flush, as on paper
                said = editor.text + "　" * 6 if editor.is_composing else editor.text
                room = measure.horizontalAdvance(said or item.blank or "　" * 6) + _CARET
                room = min(room, _MOST_RIGHT_MM * scale)
                left, taken = _SIDE_MM * scale + width - room, taken + label + room
            else:
                left, room = _SIDE_MM * scale + label, width - label - taken - 4 * scale
            editor.setFixedWidth(round(room))
            height = max(height, editor.height_of_text() + 2 * scale)
            self._fields[item.field] = QRectF(left, top, room, height)
            text = round(editor.height_of_text())
            at = round(top + max(0.0, (line - text) / 2) - editor.lead)
            editor.setGeometry(round(left), at, round(room), round(text + editor.lead))
        return self.grid.type.title_mm * scale + height

    def _set_width(self, cell: Cell, width: float) -> None:
        if not cell.field:
            return
        if cell.align == "text":  # whole characters a line, as on paper
            em = self._text_font.pixelSize()
            room = int((width - 2 * self._points(PAD_TEXT)) / em + 0.2) * em
        else:
            pad = PAD_X if cell.align == "centre" else PAD_TEXT  # as on paper
            room = round(width - 2 * self._points(pad))
        self.editors[cell.field].setFixedWidth(room)

    def _height(self, cell: Cell) -> float:
        pad = 2 * self._points(PAD_Y)
        if not cell.field:
            return pad + len(cell.label_lines) * self._label_pitch()
        return self.editors[cell.field].height_of_text() + pad + self._foot(cell)

    def _foot(self, cell: Cell) -> float:
        return sum(line.height_mm for line in cell.foot) * self._scale

    def _label_pitch(self) -> float:
        return self._points(LABEL_PITCH * self.grid.type.text_pt)

    def _put_editor(self, cell: Cell, place: QRectF) -> None:
        editor = self.editors[cell.field]
        pad, text = self._points(PAD_Y), editor.height_of_text()
        if cell.align == "text":
            top = place.top() + pad
            text = max(text, place.height() - 2 * pad - self._foot(cell))
        else:
            top = place.center().y() - text / 2
        left = place.center().x() - editor.width() / 2
        editor.setGeometry(
            round(left), round(top - editor.lead), editor.width(), round(text + editor.lead)
        )

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.fillRect(event.rect(), QColor(COLOURS.paper))
        painter.setPen(INK)
        self._paint_grounds(painter)
        self._paint_head(painter)
        painter.setFont(self._text_font)
        em, pitch = self._points(self.grid.type.text_pt), self._label_pitch()
        # Of a long form only what is in sight is painted: this is done for every keystroke.
        around = QRectF(event.rect()).adjusted(-2, -2, 2, 2)
        shown = {cell: place for cell, place in self._places.items() if place.intersects(around)}
        for cell, place in shown.items():
            if cell.field:
                paint_foot(painter, cell, place, self._scale)
            else:
                paint_label(painter, cell, place, em, pitch)
        paint_rules(painter, self._frame, shown.values(), self.devicePixelRatioF())
        for name, place in self._fields.items():
            if self.editors[name].hasFocus():
                paint_focus(painter, place)
        for name in self._offered:
            paint_offer(painter, self._fields[name], self._room_beside(name))
        self._paint_hints(painter)
        for number, at in self._breaks_within(event.rect()):
            paint_break(painter, at, number + 2, self._frame, self.width())
        painter.end()

    def _room_beside(self, name: str) -> float:
        """Return how many pixels of a box are free at the right of its text."""
        free = self._fields[name].width() - self.editors[name].document().idealWidth()
        return free / 2 if self._align_of(name) in ("centre", "auto") else free

    def _paint_grounds(self, painter: QPainter) -> None:
        for name, place in self._fields.items():
            if self.editors[name].hasFocus():
                painter.fillRect(place, _FOCUS_GROUND)
            elif name in self._offered:
                painter.fillRect(place, _OFFER_GROUND)
            elif name == self._hovered:
                painter.fillRect(place, _HOVER_GROUND)

    def _paint_head(self, painter: QPainter) -> None:
        scale = self._scale
        painter.setFont(self._title_font)
        title = QRectF(0, _HEAD_MM * scale, self.width(), self.grid.type.title_mm * scale)
        painter.drawText(
            title.adjusted(0, 0, 0, -3 * scale), Qt.AlignmentFlag.AlignCenter, self.grid.title
        )
        painter.setFont(self._text_font)
        measure = QFontMetricsF(self._text_font)
        line = self.grid.type.line_mm * scale
        for item in self.grid.above:
            place = self._fields[item.field]
            width = measure.horizontalAdvance(item.label)
            box = QRectF(place.left() - width, place.top(), width, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, item.label)

    def _paint_hints(self, painter: QPainter) -> None:
        painter.setPen(HINT_INK)
        painter.setFont(self.hint_font())
        for name, editor in self.editors.items():
            if name in self._hints and not editor.text and not editor.is_composing:
                painter.drawText(*self.hint_of(name))

    def hint_font(self) -> QFont:
        """Return the face of what empty boxes show."""
        return text_font(self._points(self.grid.type.small_pt))

    def hint_of(self, name: str) -> tuple[QRectF, int, str]:
        """Return where an empty box shows its hint, how, and as much of it as has room there."""
        editor, hint = self.editors[name], self._hints[name]
        box, align = QRectF(editor.geometry()), Qt.AlignmentFlag.AlignCenter
        how_set = self._align_of(name)
        if how_set == "text":  # where the first word will stand
            align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
            box.adjust(2 * self._points(self.grid.type.text_pt), 2 * editor.lead + 1, 0, 0)
        elif how_set == "left":
            align = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        how = align | Qt.TextFlag.TextWordWrap
        needed = QFontMetricsF(self.hint_font()).boundingRect(box, how, hint)
        if needed.height() > min(box.height(), 0.8 * self._fields[name].height()):
            hint = hint.partition("：")[0]
        return box, how, hint

    def _breaks_within(self, rect: QRect) -> Iterator[tuple[int, float]]:
        """Yield number and height of the page breaks in ``rect``: to find each costs, while typing."""
        top, bottom = float(rect.top() - _BREAK_PIXELS), rect.bottom() + _BREAK_PIXELS
        first = bisect_left(self._breaks, top, key=self._height_of_break)
        for number in range(first, len(self._breaks)):
            height = self._height_of_break(self._breaks[number])
            if height > bottom:
                return
            yield number, height

    def _height_of_break(self, where: PageStart) -> float:
        if not where.offset:
            return self._fields[where.field].top()
        editor = self.editors[where.field]
        return editor.y() + editor.top_of(where.offset)

    # ------------------------------------------------------------ mouse

    def _field_at(self, point: QPointF) -> str:
        return next((name for name, place in self._fields.items() if place.contains(point)), "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        name = self._field_at(event.position())
        if not name:
            super().mousePressEvent(event)
            return
        editor = self.editors[name]
        editor.setFocus(Qt.FocusReason.MouseFocusReason)
        point = editor.mapFromParent(event.position().toPoint())
        editor.setTextCursor(editor.cursorForPosition(point))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._field_at(event.position()))

    def leaveEvent(self, event: Any) -> None:
        self._hover("")
        super().leaveEvent(event)

    def _hover(self, name: str) -> None:
        if name != self._hovered:
            self._hovered = name
            shape = Qt.CursorShape.IBeamCursor if name else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            self.update()

    def event(self, event: Any) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == event.Type.ToolTip:
            return self.show_tip(event.pos(), event.globalPos())
        return super().event(event)

    def show_tip(self, point: QPoint, global_point: QPoint) -> bool:
        """Show where the value of the box at ``point`` came from."""
        name = self._field_at(QPointF(point))
        QToolTip.showText(global_point, self._tip_of(name) if name else "", self)
        return True
