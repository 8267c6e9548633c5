"""十分钟练习: leads through the program with practice data, a step at a time, on the real pages.

The panel is a strip below the pages, so that it hides nothing of them, and frames the part that the step
speaks of. It is driven by F8, Shift+F8 and Ctrl+F8, which nothing else uses, and comes back to its step.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSettings, Qt, QTimer
from PySide6.QtGui import QColor, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from app.paths import RESOURCES
from app.ui import theme

SOURCE = RESOURCES / "help" / "guide.toml"
_KEPT = "guide/step"
_DONE = -1  # kept when the round was finished or left


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what to do, on which page, and which part of it is meant."""

    title: str
    text: str
    tab: str
    points: str
    minutes: int
    page: str = ""


@cache
def steps() -> tuple[Step, ...]:
    """Return the steps of the round, in order."""
    told = tomllib.loads(SOURCE.read_text("utf-8"))["step"]
    return tuple(
        Step(**(one | {"text": one["text"].strip().replace("\n\n", "\n")})) for one in told
    )


def offer(window: Any, *, practice: bool) -> None:
    """Begin or go on with the round when practice data are opened, until it was finished or left."""
    if practice and isinstance(window, QMainWindow) and window.isVisible():
        main: Any = window
        if _kept(main.memory) != _DONE:
            begin(main)


def begin(window: Any) -> GuidePanel:
    """Show the round in ``window``, where it was left, or anew when it was finished."""
    memory: QSettings = window.memory
    panel: GuidePanel | None = window.findChild(GuidePanel)
    if panel is None:
        panel = GuidePanel(window, memory)
    panel.show_step(max(0, _kept(memory)))
    return panel


def _kept(memory: QSettings) -> int:
    kept = str(memory.value(_KEPT, "0"))
    number = int(kept) if kept.lstrip("-").isdigit() else 0
    return number if _DONE <= number < len(steps()) else 0


class GuidePanel(QFrame):
    """Heading, what to do, and the buttons; beside it the frame around what is meant."""

    def __init__(self, window: Any, memory: QSettings) -> None:
        super().__init__(window)
        self.setObjectName("guide")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._window, self._memory, self._number = window, memory, 0
        self._frame = _Frame(window)
        self.where = theme.label("", "small")
        self.title = theme.label("", "heading")
        self.text = theme.label("", wrap=True)
        self.back = theme.button("上一步", self.go_back, tip="Shift+F8")
        self.next = theme.button("下一步", self.go_on, role="primary", tip="F8")
        self.leave = theme.button("离开练习引导", self.end, role="link", tip="Ctrl+F8")
        head = QHBoxLayout()
        head.setSpacing(theme.MEDIUM)
        head.addWidget(self.title)
        head.addWidget(self.where)
        head.addStretch(1)
        head.addWidget(theme.label("演示", "badge"))
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SMALL)
        buttons.addWidget(self.leave)
        buttons.addWidget(theme.label("F8", "small"))
        buttons.addWidget(self.back)
        buttons.addWidget(self.next)
        below = QHBoxLayout()
        below.setSpacing(theme.LARGE)
        below.addWidget(self.text, 1)
        below.addLayout(buttons)
        below.setAlignment(buttons, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        theme.margins(column, theme.MEDIUM, theme.TINY)
        column.addLayout(head)
        column.addLayout(below)
        window.centralWidget().layout().addWidget(self)
        self._keys = [
            QShortcut(QKeySequence(key), window, act)
            for key, act in (("F8", self.go_on), ("Shift+F8", self.go_back), ("Ctrl+F8", self.end))
        ]
        window.installEventFilter(self)
        self._soon = QTimer(self, singleShot=True, interval=60)
        self._soon.timeout.connect(self.place)
        window.tabs.currentChanged.connect(self._soon.start)

    @property
    def number(self) -> int:
        """Which step is shown, from 0."""
        return self._number

    def show_step(self, number: int) -> None:
        """Show a step: bring its page to the front, put the cursor there, and keep where we are."""
        self._number = number
        step = steps()[number]
        self._memory.setValue(_KEPT, number)
        self.where.setText(
            f"十分钟练习　第{number + 1}步，共{len(steps())}步　约{step.minutes}分钟"
        )
        self.title.setText(step.title)
        self.text.setText(step.text)
        self.setAccessibleName(f"{self.where.text()}：{step.title}")
        self.setAccessibleDescription(step.text)
        self.back.setEnabled(number > 0)
        self.next.setText("结束练习" if number + 1 == len(steps()) else "下一步")
        tab = self._window.show_tab(step.tab)
        if step.page:
            tab.show_page(step.page)
        meant = self.meant()
        if meant is not None:
            meant.setFocus(Qt.FocusReason.OtherFocusReason)
        self.show()
        self.place()
        self._soon.start()  # the page may still be laying itself out

    def meant(self) -> QWidget | None:
        """Return the part of the page that the step speaks of."""
        step = steps()[self._number]
        found = attrgetter(step.points)(self._window.tab(step.tab))
        return found if isinstance(found, QWidget) else None

    def go_on(self) -> None:
        """Show the next step; after the last the round is over."""
        if self._number + 1 < len(steps()):
            self.show_step(self._number + 1)
        else:
            self.end()

    def go_back(self) -> None:
        """Show the step before."""
        if self._number:
            self.show_step(self._number - 1)

    def end(self) -> None:
        """Leave the round; 帮助 begins it again."""
        finished = self._number + 1 == len(steps())
        self._memory.setValue(_KEPT, _DONE)
        self._window.removeEventFilter(self)
        self._window.tabs.currentChanged.disconnect(self._soon.start)
        self._frame.deleteLater()
        for key in self._keys:
            key.deleteLater()
        said = "练习走完了" if finished else "已离开练习引导"
        self._window.messages.show_info(f"{said}；“帮助 → 十分钟练习”可以再来一遍")
        self.setParent(None)
        self.deleteLater()

    def place(self) -> None:
        """Frame what is meant, as far as it is in sight."""
        meant = self.meant()
        target = QRect()
        if meant is not None and meant.isVisible():
            target = QRect(meant.mapTo(self._window, QPoint(0, 0)), meant.size())
        self._frame.around(target)
        self._frame.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size and its pages."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._soon.start()
        return super().eventFilter(watched, event)


class _Frame(QWidget):
    """A frame around the part that is meant; the mouse goes through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def around(self, target: QRect) -> None:
        self.setVisible(not target.isEmpty())
        self.setGeometry(target.adjusted(-4, -4, 4, 4))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.COLOURS.warning), 3))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 6, 6)
