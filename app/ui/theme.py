"""One visual language: colours, sizes, screen font, icons and the parts every page is made of.

Calm and official: a deep blue for what can be done, 中国红 only for what destroys, grey for
the rest. Every text colour stands at 4.5:1 or more on the ground it is used on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from enum import Enum
from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Literal

from PySide6 import QtCore  # to reach Qt late: see below
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.paths import RESOURCES

if TYPE_CHECKING:
    from PySide6.QtGui import QEnterEvent, QKeyEvent
    from PySide6.QtWidgets import QLayout

# To name ``Qt`` builds all its 131 enums, a tenth of the time to the first window. What that window
# is made of names it only in what happens later, and sets enums by their names, as properties.

# Distances in device-independent pixels. Everything is a multiple of four.
TINY, SMALL, MEDIUM, LARGE, HUGE = 4, 8, 12, 16, 24
DIALOG_HEIGHT = 560  # the highest dialog that fits 1366x768 at 125 %

ICONS = RESOURCES / "icons"
FONTS = RESOURCES / "fonts"
STYLE_SHEET = RESOURCES / "style.qss"
_SCREEN_FONT = "NotoSansSC"  # how the files of the screen font begin
_FALLBACK_FAMILIES = (
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "SimSun",
)


class TextSize(Enum):
    """How large the text on screen is, in device-independent pixels."""

    STANDARD = 14
    LARGE = 16
    HUGE = 19

    @property
    def label(self) -> str:
        """What the menu calls it."""
        return {14: "标准", 16: "大", 19: "特大"}[self.value]


class Contrast(Enum):
    """How strongly the colours of the screen stand out from each other."""

    NORMAL = "标准"
    HIGH = "高对比度"

    @property
    def label(self) -> str:
        """What the menu calls it."""
        return str(self.value)


@dataclass(slots=True, eq=False, repr=False)
class Palette:
    """Every colour the program uses, by what it is for."""

    ink: str = "#1f2933"
    muted: str = "#52606d"
    disabled: str = "#9aa5b1"
    placeholder: str = "#6b7885"
    paper: str = "#ffffff"
    canvas: str = "#f4f6f9"
    stripe: str = "#f9fafc"
    line: str = "#dde3ea"
    strong_line: str = "#b8c2cc"
    control_line: str = "#7b8794"
    scroll: str = "#b8c2cc"
    accent: str = "#1d4f7c"
    accent_hover: str = "#2a659b"
    accent_pressed: str = "#163d60"
    tint: str = "#eef4fa"
    tint_pressed: str = "#d9e7f4"
    focus: str = "#2f7fd1"
    focus_on_accent: str = "#8ec1f2"
    danger: str = "#b3261e"
    danger_hover: str = "#8f1d17"
    danger_tint: str = "#fdf0ef"
    warning: str = "#8a5300"
    warning_tint: str = "#fff6e3"
    warning_line: str = "#e6c587"
    good: str = "#1b6b3c"
    good_tint: str = "#e9f5ed"
    hit: str = "#ffe08a"
    wash: str = "#eceff3"
    accent_wash: str = "#dcebf9"
    warning_wash: str = "#ffefcc"
    special: str = "#5b3a8c"
    special_wash: str = "#efe8f8"


PALETTES: dict[Contrast, Palette] = {
    Contrast.NORMAL: Palette(),
    # Black on white with black frames: text at 7:1 or more, and no ground that only hints.
    Contrast.HIGH: Palette(
        ink="#000000",
        muted="#1f1f1f",
        disabled="#595959",
        placeholder="#595959",
        canvas="#ffffff",
        stripe="#ffffff",
        line="#595959",
        strong_line="#000000",
        control_line="#000000",
        scroll="#404040",
        accent="#002f6c",
        accent_hover="#004a9f",
        accent_pressed="#001d45",
        tint="#e3efff",
        tint_pressed="#cfe3ff",
        focus="#b34700",
        focus_on_accent="#ffd24d",
        danger="#8c0000",
        danger_hover="#5c0000",
        danger_tint="#ffffff",
        warning="#5c3300",
        warning_tint="#ffffff",
        warning_line="#5c3300",
        good="#00451c",
        good_tint="#ffffff",
        hit="#ffd200",
        wash="#ffffff",
        accent_wash="#ffffff",
        warning_wash="#ffffff",
        special="#3d1f6b",
        special_wash="#ffffff",
    ),
}

COLOURS = Palette()
"""The colours in use: ``apply`` fills in another palette, and whoever paints asks here each time."""


@dataclass(frozen=True, slots=True)
class Tone:
    """How a badge looks: ``mark`` says what the colour says, to eyes that do not tell colours.

    ``ink`` and ``wash`` name colours of the palette in use.
    """

    mark: str
    ink: str
    wash: str

    @property
    def text(self) -> str:
        """The colour of the words."""
        return str(getattr(COLOURS, self.ink))

    @property
    def ground(self) -> str:
        """The colour they stand on."""
        return str(getattr(COLOURS, self.wash))


def show_tone(badge: QLabel, words: str, tone: Tone | None) -> None:
    """Show a state on a badge as lists show it: with its mark and its colours."""
    badge.setText(f"{tone.mark} {words}" if tone and tone.mark else words)
    badge.setProperty("tone", tone)
    _colour(badge)


def _colour(badge: QWidget) -> None:
    """Give a badge the colours of its tone in the palette in use."""
    tone = badge.property("tone")
    badge.setStyleSheet(
        f"color: {tone.text}; background: {tone.ground}; border-color: {tone.text};" if tone else ""
    )


NEUTRAL = Tone("", "muted", "wash")
VERDICT_TONES: dict[str, Tone] = {
    "应回访": Tone("●", "accent", "accent_wash"),
    "边界": Tone("◆", "warning", "warning_wash"),
    "期满": Tone("○", "muted", "wash"),
    "未生效": Tone("◇", "muted", "wash"),
    "待定": Tone("△", "warning", "warning_wash"),
    "原则上不再回访": Tone("□", "muted", "wash"),
    "不再回访": Tone("×", "muted", "wash"),
    "人工认定": Tone("☆", "special", "special_wash"),
}


def pixels(size: TextSize) -> dict[str, int]:
    """Return the sizes that follow from the text size, in device-independent pixels."""
    text = size.value
    return {
        "text": text,
        "small": text - 1,
        "heading": text + 2,
        "title": text + 8,
        "control": text + 14,
        "control_focused": text + 12,
        "row": text + 16,
    }


def text_pixels() -> int:
    """Return the current text size, in device-independent pixels."""
    size = QApplication.font().pixelSize()
    return size if size > 0 else TextSize.STANDARD.value


def row_height() -> int:
    """Return the fixed height of a list row at the current text size."""
    return text_pixels() + 18


def column_width(pixels: int) -> int:
    """Return what a column of ``pixels`` in standard text takes at the current text size."""
    return round(pixels * text_pixels() / TextSize.STANDARD.value)


def apply(
    app: QApplication,
    size: TextSize = TextSize.STANDARD,
    contrast: Contrast = Contrast.NORMAL,
) -> None:
    """Dress the whole program. May be called again when text size or colours change."""
    for colour in fields(Palette):
        setattr(COLOURS, colour.name, getattr(PALETTES[contrast], colour.name))
    family = screen_family()
    font = QFont(family)
    font.setPixelSize(size.value)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    app.setFont(font)
    app.setPalette(_qt_palette())
    values = asdict(COLOURS) | pixels(size) | {"family": family, "icons": ICONS.as_posix()}
    app.setStyleSheet(Template(STYLE_SHEET.read_text("utf-8")).substitute(values))
    for widget in app.allWidgets():
        if isinstance(widget.property("tone"), Tone):
            _colour(widget)


@cache
def screen_family() -> str:
    """Load the shipped screen font once and return its family; else the PC's best Chinese one."""
    loaded = ""
    for file in sorted(FONTS.glob(f"{_SCREEN_FONT}*.ttf")):
        number = QFontDatabase.addApplicationFont(str(file))
        families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
        if families and not loaded:
            loaded = families[0]
    if loaded:
        return loaded
    known = set(QFontDatabase.families())
    found = [family for family in _FALLBACK_FAMILIES if family in known]
    return found[0] if found else QFont().family()


def _qt_palette() -> QPalette:
    """For what the style sheet does not reach: item views' text, links, placeholders."""
    palette = QPalette()
    role = QPalette.ColorRole
    for where, colour in (
        (role.Window, COLOURS.canvas),
        (role.WindowText, COLOURS.ink),
        (role.Base, COLOURS.paper),
        (role.AlternateBase, COLOURS.stripe),
        (role.Text, COLOURS.ink),
        (role.Button, COLOURS.paper),
        (role.ButtonText, COLOURS.ink),
        (role.Highlight, COLOURS.accent),
        (role.HighlightedText, COLOURS.paper),
        (role.Link, COLOURS.accent),
        (role.PlaceholderText, COLOURS.placeholder),
        (role.ToolTipBase, COLOURS.ink),
        (role.ToolTipText, COLOURS.paper),
    ):
        palette.setColor(where, QColor(colour))
    return palette


def icon(name: str) -> QIcon:
    """Return the icon ``resources/icons/<name>.svg``; raises ``FileNotFoundError``."""
    return QIcon(str(_icon_file(name)))


@cache
def _icon_file(name: str) -> Path:
    file = ICONS / f"{name}.svg"
    if not file.is_file():
        raise FileNotFoundError(file)
    return file


def picture(name: str, size: int) -> QPixmap:
    """Return the icon as a picture of ``size`` device-independent pixels, sharp on this screen."""
    app = QApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QApplication) else 1.0
    return icon(name).pixmap(QSize(size, size), ratio)


Role = Literal["primary", "secondary", "danger", "link", "tile", "chip"]


class _Button(QPushButton):
    """Acts on Enter as on Space: whoever has tabbed to a button expects no less."""

    def enterEvent(self, event: QEnterEvent) -> None:
        self.setCursor(QtCore.Qt.CursorShape.PointingHandCursor)
        super().enterEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)


def button(
    text: str,
    clicked: Callable[[], object] | None = None,
    *,
    role: Role = "secondary",
    icon_name: str = "",
    tip: str = "",
) -> QPushButton:
    """Return a button whose text names the act; ``(&S)`` in it gives Alt+S."""
    made = _Button(text)
    made.setProperty("role", role)
    made.setAutoDefault(False)
    if icon_name:
        made.setIcon(icon(icon_name))
    if tip:
        made.setToolTip(tip)
    if clicked is not None:
        made.clicked.connect(lambda _checked=False: clicked())
    return made


def label(text: str, role: str = "", *, wrap: bool = False) -> QLabel:
    """Return plain text: never rich text, so that no value can smuggle in markup.

    Roles: title, heading, muted, small, problem, warning, good, badge, code.
    """
    made = QLabel(text)
    made.setProperty("textFormat", "PlainText")
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    return made


def set_role(widget: QWidget, role: str) -> None:
    """Give ``widget`` another role, and repaint it as such."""
    set_look(widget, "role", role)


def set_look(widget: QWidget, name: str, value: str) -> None:
    """Set a property that the style sheet selects by, and repaint."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def rule() -> QFrame:
    """Return a hair line between parts of a page."""
    made = QFrame()
    made.setProperty("role", "rule")
    return made


class Card(QFrame):
    """A white section of a page, with a heading and room for actions at its right."""

    def __init__(self, heading: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(LARGE, MEDIUM, LARGE, MEDIUM)
        self.body.setSpacing(SMALL)
        self.head = QHBoxLayout()
        self.head.setSpacing(SMALL)
        if heading:
            self.heading = label(heading, "heading")
            self.head.addWidget(self.heading)
            self.head.addStretch(1)
            self.body.addLayout(self.head)


class EmptyState(QWidget):
    """What a list shows instead of nothing: a picture, why it is empty, and the next step."""

    def __init__(
        self,
        icon_name: str,
        heading: str,
        sentence: str,
        *actions: QPushButton,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setSpacing(SMALL)
        column.addStretch(1)
        image = QLabel()
        image.setPixmap(picture(icon_name, 56))
        self.heading = label(heading, "heading")
        self.sentence = label(sentence, "muted", wrap=True)
        self.sentence.setAlignment(QtCore.Qt.AlignmentFlag.AlignHCenter)
        self.sentence.setMinimumWidth(280)
        self.sentence.setMaximumWidth(460)
        for part in (image, self.heading):
            column.addWidget(part, 0, QtCore.Qt.AlignmentFlag.AlignHCenter)
        # Between stretches, not by an alignment flag: that would cut a sentence of two lines.
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.sentence, 4)
        middle.addStretch(1)
        column.addLayout(middle)
        row = QHBoxLayout()
        row.setSpacing(SMALL)
        row.addStretch(1)
        for action in actions:
            row.addWidget(action)
        row.addStretch(1)
        column.addSpacing(SMALL)
        column.addLayout(row)
        column.addStretch(2)

    def say(self, heading: str, sentence: str) -> None:
        """Change the words, as when a search finds nobody."""
        self.heading.setText(heading)
        self.sentence.setText(sentence)


def scrolled(inside: QWidget) -> QScrollArea:
    """Return ``inside`` in an area that scrolls, so that no page outgrows the screen."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setProperty("horizontalScrollBarPolicy", "ScrollBarAlwaysOff")
    area.setProperty("focusPolicy", "NoFocus")
    area.setWidget(inside)
    return area


def margins(layout: QLayout, around: int, spacing: int | None = None) -> None:
    """Set the same margin on all sides, and the spacing."""
    layout.setContentsMargins(around, around, around, around)
    layout.setSpacing(around if spacing is None else spacing)


def spacer() -> QWidget:
    """Return a widget that takes up what room is left in a row."""
    made = QWidget()
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return made
