"""Which font sets which character: chains of faces, opened late, chosen per character."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from app.documents.truetype import Face, UnusableFont

GETA = "〓"
"""What stands on paper for a character that no font has, if the user insists."""

SHIPPED = {
    "小标宋": "NotoSerifSC-Bold-Title.ttf",
    "仿宋": "FandolFang-Regular.ttf",
    "宋体": "NotoSerifSC-Regular.ttf",
    "黑体": "NotoSansSC-Regular.ttf",
}
"""The names an office may choose, and the shipped face that stands for each."""

FALLBACK = ("NotoSerifSC-Regular.ttf", "HanaMinB-Rare.ttf")
"""Asked in this order for what the chosen face does not have: all 8105 and GBK, then Ext B-F."""

_BLANKS = frozenset(
    "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
)


class Glyph(NamedTuple):
    """Where a character is drawn from: a face of the chain and its glyph."""

    face: int
    glyph: int


class Widths(dict[str, float]):
    """Character → advance in em, found on first use."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain

    def __missing__(self, character: str) -> float:
        place = self._chain.find(character)
        if place is None:
            width = self[GETA] if character != GETA else 1.0
        else:
            width = self._chain.faces[place.face].advance(place.glyph)
        self[character] = width
        return width


class Chain:
    """Faces asked one after the other for each character."""

    def __init__(self, faces: tuple[Face, ...]) -> None:
        self.faces = faces
        self.widths = Widths(self)
        self._found: dict[str, Glyph | None] = {}

    def find(self, character: str) -> Glyph | None:
        """Return where ``character`` is drawn from, or None if no face has it."""
        try:
            return self._found[character]
        except KeyError:
            found = self._found[character] = self._search(character)
            return found

    def _search(self, character: str) -> Glyph | None:
        for index, face in enumerate(self.faces):
            if glyph := face.glyph(ord(character)):
                return Glyph(index, glyph)
        # Blanks of odd widths are in few fonts; nobody sees which blank it is.
        return self.find(" ") if character in _BLANKS else None


class Fonts(NamedTuple):
    """The chain of each role: how this office sets its paper. A port of ``app.paper``."""

    chains: Mapping[str, Chain]

    def widths(self, role: str) -> Mapping[str, float]:
        """Return the advance of any character in em."""
        return self.chains[role].widths


@cache
def open_face(path: Path) -> Face:
    """Return the face in a file; each file is opened once per process."""
    return Face(path)


@cache
def open_fonts(folder: Path, title: str, text: str) -> Fonts:
    """Return the fonts for a title face and a text face.

    Each is a name of ``SHIPPED`` or the path of a font file of the PC. Raises ``UnusableFont``.
    """
    fallback = tuple(folder / name for name in FALLBACK)

    def chain(choice: str) -> Chain:
        first = folder / SHIPPED[choice] if choice in SHIPPED else Path(choice)
        files = (first, *(path for path in fallback if path != first))
        return Chain(tuple(open_face(path) for path in files))

    return Fonts({"title": chain(title), "text": chain(text), "heading": chain("黑体")})


INSTALLED = {
    "方正小标宋简体": ("FZXBSJW.TTF", "FZXBSJW--GB1-0.TTF", "FZXIAOBIAOSONG-B05S.TTF"),
    "华文中宋": ("STZHONGS.TTF",),
    "仿宋_GB2312": ("SIMFANG_GB2312.TTF", "FS_GB2312.TTF", "FANGSONG_GB2312.TTF"),
    "仿宋（本机）": ("SIMFANG.TTF",),
    "宋体（本机）": ("SIMSUN.TTC",),
    "黑体（本机）": ("SIMHEI.TTF",),
    "楷体（本机）": ("SIMKAI.TTF",),
}
"""Faces an office's PC may have, by the file names under which Windows and 信创 systems keep them."""


def installed_faces(folders: Iterable[Path]) -> dict[str, str]:
    """Return the PC's own faces that paper can be set in: name → path, for the office to choose.

    Only faces that can be embedded are named; ``folders`` are searched with all below them.
    """
    wanted = {file: name for name, files in INSTALLED.items() for file in files}
    found: dict[str, str] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            name = wanted.get(path.name.upper(), "")
            if name and name not in found:
                with suppress(UnusableFont):
                    open_face(path)
                    found[name] = str(path)
    return found


def missing_characters(texts: Iterable[tuple[str, str]], chain: Chain) -> dict[str, str]:
    """Return the characters that no face of the chain has, each with where it stands first.

    ``texts`` pairs where with text. Line ends do not count.
    """
    known = {"\n"}
    missing: dict[str, str] = {}
    for where, text in texts:
        if not known.issuperset(text):  # mostly it is: no set is made of each text
            fresh = set(text) - known
            known |= fresh
            lost = {character for character in fresh if chain.find(character) is None}
            missing |= {c: where for c in dict.fromkeys(text) if c in lost} if lost else {}
    return missing
