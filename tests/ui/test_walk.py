"""Through the whole window with practice data: every control has a name, no dialog is too high, and the
guided round leads from page to page."""

from __future__ import annotations

import os

import pytest
from PySide6.QtCore import QPoint, QRect, QSettings, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from app.bootstrap.join import join
from app.bootstrap.practice import ACCOUNT, make_practice
from app.storage.office import open_office
from app.ui import guide, theme
from app.ui.jobs import JobRunner
from app.ui.main_window import MainWindow
from app.ui.theme import DIALOG_HEIGHT
from tests.ui.fakes import Gate
from tests.ui.walk import Walk

CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit,
)  # fmt: skip
HEAVY = bool(os.environ.get("HUIFANG_HEAVY"))
PASSWORD = "练习用的灯塔 Oak-7"


@pytest.fixture(scope="module")
def window(tmp_path_factory, qapp):
    place = tmp_path_factory.mktemp("walk")
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(place / "user"))
    make_practice(place / "practice", 24, 7, PASSWORD, lambda *_step: None)
    use_cases, jobs = join(open_office(place / "practice", ACCOUNT, PASSWORD)), JobRunner()
    made = MainWindow(use_cases, Gate(place / "practice"), jobs)
    made.use_cases = use_cases
    made.resize(1093, 574)
    made.setMinimumWidth(
        1093
    )  # the screen of no screen is 800 wide, and a window is made to fit it
    made.show()
    made.activateWindow()
    yield made
    made.hide()
    jobs.shut_down()
    use_cases.close()
    made.deleteLater()


def press(panel, key="F8"):
    """Let the window's shortcut of this key act; keys themselves need a window manager."""
    [shortcut] = [one for one in panel._keys if one.key().toString() == key]
    assert shortcut.isEnabled() and shortcut.parent() is panel._window
    shortcut.activated.emit()


def placed(panel, window):
    return QRect(panel.mapTo(window, QPoint(0, 0)), panel.size())


def test_every_step_points_at_a_part_of_its_page_and_hides_nothing_of_any(window, qtbot):
    panel = guide.begin(window)
    for number, step in enumerate(guide.steps()):
        assert (panel.number, panel.title.text()) == (number, step.title)
        assert window.tab_in_front() == step.tab
        qtbot.wait(80)
        assert panel.height() <= 150 and window.rect().contains(placed(panel, window))
        meant = panel.meant()
        assert isinstance(meant, QWidget)
        if meant.isVisible():
            shown = QRect(meant.mapTo(window, QPoint(0, 0)), meant.size())
            assert not shown.intersects(placed(panel, window)), step.title
        assert not window.tabs.geometry().intersects(panel.geometry()), step.title
        if number + 1 < len(guide.steps()):
            press(panel)
    assert sum(step.minutes for step in guide.steps()) <= 10
    press(panel)
    assert "十分钟练习" in window.messages.text
    guide.offer(window, practice=True)
    assert window.findChild(guide.GuidePanel) is None or panel.parent() is None


def test_the_round_is_left_and_gone_on_with_by_keyboard_alone(window, qtbot):
    panel = guide.begin(window)
    for _ in range(3):
        press(panel)
    press(panel, "Shift+F8")
    assert panel.number == 2
    panel.setParent(None)  # the program was closed
    for key in panel._keys:
        key.setEnabled(False)
    window.removeEventFilter(panel)
    again = guide.begin(window)
    assert again.number == 2
    press(again, "Ctrl+F8")
    assert "离开" in window.messages.text
    assert window.memory.value("guide/step") in (-1, "-1")


def test_in_the_largest_type_the_chips_of_the_start_page_keep_their_words(window, qapp, qtbot):
    home = window.show_tab("home")
    theme.apply(qapp, theme.TextSize.HUGE)
    try:
        qtbot.wait(300)
        cut = [chip.text() for chip in home._chips.values()
               if chip.isVisible() and chip.width() < chip.sizeHint().width()]  # fmt: skip
    finally:
        theme.apply(qapp)
    assert cut == []


def unnamed(widget: QWidget):
    """Yield the controls on display that a screen reader could not name."""
    for one in widget.findChildren(QWidget):
        if not isinstance(one, CONTROLS) or not one.isVisible():
            continue
        if one.focusPolicy() == Qt.FocusPolicy.NoFocus or one.objectName().startswith("qt_"):
            continue
        if isinstance(one.parentWidget(), QComboBox | QAbstractSpinBox):
            continue  # the line of a box bears the name of the box
        named = QAccessible.queryAccessibleInterface(one)
        words = one.accessibleName() or (named.text(QAccessible.Text.Name) if named else "")
        if not words.strip():
            yield f"{type(one).__name__} in {type(one.parentWidget()).__name__}"


def test_every_control_has_a_name_and_every_dialog_fits(window):
    nameless: dict[str, list[str]] = {}
    high: dict[str, int] = {}
    seen: list[str] = []

    def look(name: str, widget: QWidget) -> None:
        seen.append(name)
        if found := list(unnamed(widget)):
            nameless[name] = found
        if isinstance(widget, QDialog) and widget.height() > DIALOG_HEIGHT:
            high[name] = widget.height()

    walk = Walk(window, window.use_cases, look, page_ms=15, dialog_ms=60)
    walk.menus()
    walk.pages(press=HEAVY)  # the buttons on the pages take as long again
    walk.stop()
    assert len(seen) > (60 if HEAVY else 40)
    assert nameless == {}
    assert high == {}
