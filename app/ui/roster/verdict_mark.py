"""How a verdict of article 5 looks: a mark of its own, its words, and only then a colour."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.theme import NEUTRAL, SMALL, TINY, VERDICT_TONES

VERDICTS = tuple(VERDICT_TONES)


def _words(verdict: str) -> str:
    tone = VERDICT_TONES.get(verdict, NEUTRAL)
    return f"{tone.mark} {verdict}".strip()


def pill_size(verdict: str, metrics: QFontMetrics) -> QSize:
    """Return the size that ``paint_pill`` wants."""
    width = 2 * SMALL + metrics.horizontalAdvance(_words(verdict))
    return QSize(width, metrics.height() + TINY)


def paint_pill(painter: QPainter, box: QRect, verdict: str) -> None:
    """Paint mark and words of ``verdict`` at the left of ``box``, cut to its width."""
    if not verdict:
        return
    tone = VERDICT_TONES.get(verdict, NEUTRAL)
    metrics = painter.fontMetrics()
    wanted = pill_size(verdict, metrics)
    pill = QRectF(
        box.left(),
        box.center().y() - wanted.height() / 2 + 0.5,
        min(wanted.width(), box.width()),
        wanted.height(),
    )
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tone.ground))
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    painter.setPen(QColor(tone.text))
    room = pill.adjusted(SMALL, 0, -TINY, 0)
    painter.drawText(
        room,
        Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
        metrics.elidedText(_words(verdict), Qt.TextElideMode.ElideRight, int(room.width()) + 2),
    )
    painter.restore()


class VerdictPill(QWidget):
    """Shows one verdict."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdict = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    @property
    def verdict(self) -> str:
        """The verdict shown."""
        return self._verdict

    def show_verdict(self, verdict: str) -> None:
        """Show ``verdict``; nothing for an empty one."""
        self._verdict = verdict
        self.setAccessibleName(f"对象认定：{verdict}")
        self.setVisible(bool(verdict))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the size of the pill."""
        return pill_size(self._verdict, self.fontMetrics())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the pill."""
        paint_pill(QPainter(self), self.rect(), self._verdict)
