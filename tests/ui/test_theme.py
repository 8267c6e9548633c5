"""The look: contrast, icons, sizes, and text that stays text."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton

from app.ui import theme
from app.ui.theme import Contrast

TEXT_ON_GROUND = [
    ("ink", "canvas"),
    ("ink", "paper"),
    ("ink", "stripe"),
    ("ink", "tint_pressed"),
    ("ink", "hit"),
    ("muted", "canvas"),
    ("muted", "paper"),
    ("accent", "paper"),
    ("accent", "canvas"),
    ("accent", "tint_pressed"),
    ("paper", "accent"),
    ("paper", "accent_hover"),
    ("paper", "danger"),
    ("danger", "paper"),
    ("danger", "canvas"),
    ("danger", "danger_tint"),
    ("warning", "canvas"),
    ("warning", "warning_tint"),
    ("good", "canvas"),
    ("good", "good_tint"),
    ("muted", "tint_pressed"),
]


def luminance(colour):
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


LEAST = {Contrast.NORMAL: 4.5, Contrast.HIGH: 7.0}


@pytest.mark.parametrize("look", Contrast)
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_stands_out_from_its_ground(text, ground, look):
    colours = theme.PALETTES[look]
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= LEAST[look]


@pytest.mark.parametrize("look", Contrast)
def test_focus_and_borders_of_controls_stand_out_too(look):
    colours = theme.PALETTES[look]
    assert contrast(colours.focus, colours.paper) >= 3
    assert contrast(colours.control_line, colours.paper) >= 3


@pytest.mark.parametrize("look", Contrast)
@pytest.mark.parametrize("verdict", sorted(theme.VERDICT_TONES))
def test_badges_can_be_read(verdict, look):
    tone, colours = theme.VERDICT_TONES[verdict], theme.PALETTES[look]
    assert contrast(getattr(colours, tone.ink), getattr(colours, tone.wash)) >= LEAST[look]


def test_high_contrast_reaches_every_badge_and_every_window_at_once_and_goes_back(qapp):
    before = theme.VERDICT_TONES["边界"].ground
    theme.apply(qapp, contrast=Contrast.HIGH)
    assert theme.VERDICT_TONES["边界"].ground == "#ffffff"
    assert theme.PALETTES[Contrast.HIGH].accent in qapp.styleSheet()
    theme.apply(qapp)
    assert theme.VERDICT_TONES["边界"].ground == before


def test_a_state_that_is_shown_takes_the_colours_of_high_contrast_without_being_read_again(
    qapp, qtbot
):
    badge = QLabel()
    qtbot.addWidget(badge)
    theme.show_tone(badge, "草稿", theme.VERDICT_TONES["边界"])
    before = badge.styleSheet()
    try:
        theme.apply(qapp, contrast=Contrast.HIGH)
        assert badge.styleSheet() != before
        assert theme.PALETTES[Contrast.HIGH].warning in badge.styleSheet()
    finally:
        theme.apply(qapp)
    assert badge.styleSheet() == before


@pytest.mark.parametrize("look", Contrast)
@pytest.mark.parametrize("role", ["primary", "danger"])
def test_a_button_that_cannot_be_pressed_does_not_look_like_one_that_can(qapp, qtbot, role, look):
    theme.apply(qapp, contrast=look)
    try:
        button = theme.button("开始", lambda: None, role=role)
        qtbot.addWidget(button)
        button.resize(120, 40)
        button.setEnabled(False)
        assert button.grab().toImage().pixelColor(12, 8).lightness() > 200
    finally:
        theme.apply(qapp)


def test_every_icon_is_drawn(qapp):
    names = [file.stem for file in theme.ICONS.glob("*.svg")]
    assert len(names) > 40
    for name in names:
        image = theme.picture(name, 24).toImage()
        opaque = sum(
            image.pixelColor(x, y).alpha() > 128
            for x in range(image.width())
            for y in range(image.height())
        )
        assert opaque > 10, name


def test_an_icon_that_does_not_exist_is_told_at_once(qapp):
    with pytest.raises(FileNotFoundError):
        theme.icon("no-such-icon")


def test_the_style_sheet_names_only_colours_and_icons_that_exist():
    text = theme.STYLE_SHEET.read_text("utf-8")
    for name in re.findall(r"\$icons/([\w-]+)\.svg", text):
        assert (theme.ICONS / f"{name}.svg").is_file()
    assert not re.search(r"#[0-9a-fA-F]{6}", text), "colours belong into theme.Palette"


@pytest.mark.parametrize("size", list(theme.TextSize))
def test_text_sizes_reach_every_widget(qapp, qtbot, size):
    try:
        theme.apply(qapp, size)
        label = QLabel("字")
        qtbot.addWidget(label)
        label.show()
        assert label.fontInfo().pixelSize() == size.value
        assert theme.row_height() > size.value * 1.5
    finally:
        theme.apply(qapp)


def test_the_screen_font_is_the_shipped_one_and_has_the_marks_we_use(qapp):
    from PySide6.QtGui import QFont, QFontMetrics

    family = theme.screen_family()
    assert family == "Noto Sans SC"
    metrics = QFontMetrics(QFont(family))
    marks = "".join(tone.mark for tone in theme.VERDICT_TONES.values()) + "×△○·→"
    missing = [mark for mark in marks if not metrics.inFont(mark)]
    assert missing == []


def test_labels_never_read_markup(qtbot):
    label = theme.label("<b>粗</b>")
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_what_is_set_by_name_is_set(qtbot):
    area = theme.scrolled(QLabel("内容"))
    qtbot.addWidget(area)
    assert area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
    assert area.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_over_a_button_the_pointer_is_a_hand(qtbot):
    button = theme.button("保存(&S)")
    qtbot.addWidget(button)
    button.show()
    middle = QPointF(button.rect().center())
    QApplication.sendEvent(button, QEnterEvent(middle, middle, middle))
    assert button.cursor().shape() == Qt.CursorShape.PointingHandCursor


def test_a_sentence_of_an_empty_page_is_shown_whole(qtbot):
    page = theme.EmptyState("people", "没有", "很长的一句话，" * 20, theme.button("新增(&N)"))
    qtbot.addWidget(page)
    page.resize(600, 500)
    page.show()
    needed = page.sentence.heightForWidth(page.sentence.width())
    assert page.sentence.height() >= needed


def test_buttons_are_as_high_as_fields(qtbot):
    button, box = QPushButton("保存"), QComboBox()
    for widget in (button, box):
        qtbot.addWidget(widget)
        widget.show()
    assert abs(button.sizeHint().height() - box.sizeHint().height()) <= 2


def test_enter_on_a_focused_button_presses_it(qtbot):
    pressed = []
    found = theme.button("新增(&N)", lambda: pressed.append(1))
    qtbot.addWidget(found)
    found.show()
    found.setFocus()
    qtbot.keyClick(found, Qt.Key.Key_Return)
    qtbot.keyClick(found, Qt.Key.Key_Enter)
    found.setEnabled(False)
    qtbot.keyClick(found, Qt.Key.Key_Return)
    assert pressed == [1, 1]
