"""The verdicts as buttons that filter the list, each with how many people it holds."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QLayout, QLayoutItem, QPushButton, QWidget

from app.ui.theme import SMALL, TINY, VERDICT_TONES

ALL = ""


class FlowLayout(QLayout):
    """Lays widgets out in a line and goes on in the next line when the room is used up."""

    def __init__(self, parent: QWidget | None = None, spacing: int = TINY) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)
        self._items: list[QLayoutItem] = []

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        return QSize(
            max((size.width() for size in shown), default=0),
            max((size.height() for size in shown), default=0),
        )

    def _arrange(self, rect: QRect, *, move: bool) -> int:
        x, y, line = rect.left(), rect.top(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if x > rect.left() and x + size.width() > rect.right() + 1:
                x, y, line = rect.left(), y + line + self.spacing(), 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self.spacing()
            line = max(line, size.height())
        return y + line - rect.top()


class VerdictChips(QWidget):
    """Lets the user choose which verdicts the list shows; 全部 takes every choice back."""

    chosen = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = FlowLayout(self, spacing=SMALL - 2)
        self._chips: dict[str, QPushButton] = {}
        for verdict in (ALL, *VERDICT_TONES):
            chip = QPushButton(self)
            chip.setProperty("role", "chip")
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            chip.setCursor(Qt.CursorShape.PointingHandCursor)
            chip.clicked.connect(lambda _on=False, verdict=verdict: self._on_clicked(verdict))
            layout.addWidget(chip)
            self._chips[verdict] = chip
        self._chips[ALL].setChecked(True)
        self.show_counts({})

    def choice(self) -> tuple[str, ...]:
        """Return the chosen verdicts; none means all."""
        return tuple(v for v, chip in self._chips.items() if v != ALL and chip.isChecked())

    def choose(self, *verdicts: str) -> None:
        """Choose exactly ``verdicts``, without saying so."""
        for verdict, chip in self._chips.items():
            chip.setChecked(verdict in verdicts or (verdict == ALL and not verdicts))

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Show how many people each verdict holds; a verdict nobody has is not offered."""
        for verdict, chip in self._chips.items():
            number = sum(counts.values()) if verdict == ALL else counts.get(verdict, 0)
            words = "全部" if verdict == ALL else f"{VERDICT_TONES[verdict].mark} {verdict}"
            chip.setText(f"{words}  {number}")
            chip.setAccessibleName(f"只看{verdict}，{number}人" if verdict else f"全部，{number}人")
            chip.setVisible(verdict == ALL or number > 0 or chip.isChecked())
        self.updateGeometry()

    def _on_clicked(self, verdict: str) -> None:
        if verdict == ALL:
            self.choose()
        else:
            self.choose(*self.choice())
        self.chosen.emit(self.choice())
