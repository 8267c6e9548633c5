"""The faces of the paper on screen: the shipped ones, loaded once, with the PC's as fallback."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFont, QFontDatabase

from app.ui.theme import FONTS

_TEXT_FILES = ("FandolFang", "NotoSerifSC-Regular", "HanaMin")
_TITLE_FILES = ("NotoSerifSC-Bold", "NotoSerifSC-Regular", "HanaMin")
_TEXT_OF_PC = ("仿宋", "FangSong", "宋体", "SimSun", "SimSun-ExtB", "Noto Serif CJK SC")
_TITLE_OF_PC = ("方正小标宋简体", "华文中宋", "STZhongsong", "宋体", "SimSun", "SimSun-ExtB")


@cache
def _families(files: tuple[str, ...]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for start in files:
        for file in sorted(FONTS.glob(f"{start}*.tt[fc]")):
            number = QFontDatabase.addApplicationFont(str(file))
            found |= dict.fromkeys(QFontDatabase.applicationFontFamilies(number))
    return tuple(found)


def text_font(pixels: float) -> QFont:
    """Return the face of labels and values, ``pixels`` high."""
    return _font((*_families(_TEXT_FILES), *_TEXT_OF_PC), pixels)


def title_font(pixels: float) -> QFont:
    """Return the face of the title, ``pixels`` high."""
    font = _font((*_families(_TITLE_FILES), *_TITLE_OF_PC), pixels)
    font.setWeight(QFont.Weight.Bold)
    return font


def _font(families: tuple[str, ...], pixels: float) -> QFont:
    font = QFont()
    font.setFamilies(list(families))
    font.setPixelSize(max(1, round(pixels)))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font
