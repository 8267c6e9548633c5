"""The menus of the main window: what a line of one is, and how they are hung up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu

from app.domain.rights import Right
from app.ui import clipboard, places, theme
from app.ui.message_bar import MessageBar


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a menu. A key that a tab binds itself is only shown (``bind=False``)."""

    text: str
    act: Callable[[], object]
    key: str = ""
    bind: bool = True
    icon: str = ""
    needs: Right | None = None  # grey, with the reason, for whoever has not this right


def typing_items() -> list[Item | None]:
    """Return the lines that act on the field with the cursor, whichever it is."""
    return [
        Item("撤销(&U)", partial(_press, Qt.Key.Key_Z), "Ctrl+Z", bind=False),
        Item("重做(&R)", partial(_press, Qt.Key.Key_Y), "Ctrl+Y", bind=False),
        None,
        Item("剪切(&T)", partial(_copy, Qt.Key.Key_X), "Ctrl+X", bind=False),
        Item("复制(&C)", partial(_copy, Qt.Key.Key_C), "Ctrl+C", bind=False, icon="copy"),
        Item("粘贴(&P)", partial(_press, Qt.Key.Key_V), "Ctrl+V", bind=False),
        Item("全选(&A)", partial(_press, Qt.Key.Key_A), "Ctrl+A", bind=False),
    ]


def add_menus(
    window: QMainWindow,
    menus: Sequence[tuple[str, Sequence[Item | None]]],
    messages: MessageBar,
    refusal: Callable[[Right], str] = lambda _right: "",
) -> None:
    """Hang the menus up; the one called 查看 also offers text sizes and colours.

    ``refusal`` says why somebody may not do what needs a right, or ``""``.
    """
    for title, items in menus:
        menu = window.menuBar().addMenu(title)
        menu.setToolTipsVisible(True)
        for item in items:
            if item is None:
                menu.addSeparator()
                continue
            action = QAction(item.text, window)
            if item.icon:
                action.setIcon(theme.icon(item.icon))
            if item.key and item.bind:
                action.setShortcut(QKeySequence(item.key))
            elif item.key:
                action.setText(f"{item.text}\t{item.key}")
            if item.needs is not None and (why := refusal(item.needs)):
                action.setEnabled(False)
                action.setToolTip(why)
            action.triggered.connect(lambda _checked=False, act=item.act: act())
            menu.addAction(action)
        if title.startswith("查看"):
            _add_looks(window, menu, messages)


def _add_looks(window: QMainWindow, menu: QMenu, messages: MessageBar) -> None:
    """Offer text sizes and colours: they belong to this user's screen, not to the office."""
    for title, options, chosen, choose in (
        ("文字大小", theme.TextSize, places.text_size, places.remember_text_size),
        ("配色", theme.Contrast, places.contrast, places.remember_contrast),
    ):
        letter = "T" if title == "文字大小" else "C"
        offered = menu.addMenu(f"{title}(&{letter})")
        group = QActionGroup(window)
        for option in options:
            action = QAction(option.label, window, checkable=True)
            action.setData(option)
            action.triggered.connect(
                lambda _checked=False, one=option, choose=choose, title=title: _set_look(
                    one, choose, title, messages
                )
            )
            group.addAction(action)
            offered.addAction(action)
        # The settings may have changed it meanwhile.
        offered.aboutToShow.connect(
            lambda group=group, chosen=chosen: [
                action.setChecked(action.data() is chosen()) for action in group.actions()
            ]
        )


def _set_look(option: Any, choose: Callable[[Any], None], title: str, messages: MessageBar) -> None:
    choose(option)
    app = QApplication.instance()
    if isinstance(app, QApplication):
        theme.apply(app, places.text_size(), places.contrast())
    messages.show_info(f"{title}已设为“{option.label}”")


def _copy(key: Qt.Key) -> None:
    """Copy or cut what is selected; in a table, that is the table's matter."""
    if not clipboard.copy_typed(cut=key == Qt.Key.Key_X):
        _press(key)


def _press(key: Qt.Key) -> None:
    """Do in the focused field what Ctrl and this key do there."""
    target = QApplication.focusWidget()
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        if target is not None:
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.ControlModifier)
            QApplication.sendEvent(target, event)
