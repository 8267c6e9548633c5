"""Reads what printing needs of a TrueType file - characters, widths, outlines - and writes subsets.

Nothing is parsed before it is asked for: opening a font of 30 000 characters costs milliseconds,
which is most of what a single form costs. Outlines must be TrueType (``glyf``), also in a .ttc.
"""

from __future__ import annotations

import mmap
import struct
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path

from app.services.ports import UserError

_COMPOSITE_MORE = 0x20
_COMPOSITE_WORDS = 0x01
_COMPOSITE_SCALE = 0x08
_COMPOSITE_TWO_SCALES = 0x40
_COMPOSITE_MATRIX = 0x80
_KEPT = ("cvt ", "fpgm", "prep")  # hinting of an office's own font goes with its glyphs


class UnusableFont(UserError):
    """A font file cannot be embedded; the message says which and why."""

    exit_code = 5
    number = 503


class Face:
    """One face of a font file. Units: ``em`` font units to the em."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as wrong:
            raise UnusableFont(f"字体文件“{path}”打不开，请检查后重新选择字体") from wrong
        try:
            self._open()
        except (struct.error, KeyError, IndexError, ValueError) as wrong:
            raise UnusableFont(
                f"字体文件“{path.name}”不是可以嵌入的 TrueType 字体，请换一种字体"
            ) from wrong

    def _open(self) -> None:
        data = self._data
        start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
        (count,) = struct.unpack_from(">H", data, start + 4)
        self._tables: dict[str, tuple[int, int]] = {}
        for index in range(count):
            tag, _, offset, length = struct.unpack_from(">4sIII", data, start + 12 + 16 * index)
            self._tables[tag.decode("latin-1")] = (offset, length)
        head, hhea = self._tables["head"][0], self._tables["hhea"][0]
        self.em = int(struct.unpack_from(">H", data, head + 18)[0])
        self.box: tuple[int, ...] = struct.unpack_from(">4h", data, head + 36)
        (self._long_loca,) = struct.unpack_from(">h", data, head + 50)
        self.ascent, self.descent = struct.unpack_from(">hh", data, hhea + 4)
        (metrics,) = struct.unpack_from(">H", data, hhea + 34)
        (self._glyphs,) = struct.unpack_from(">H", data, self._tables["maxp"][0] + 4)
        self._advances = self._numbers("H", self._tables["hmtx"][0], 2 * metrics)
        offset, length = self._tables["loca"]
        self._glyf = self._tables["glyf"][0]
        code, size = ("I", 4) if self._long_loca else ("H", 2)
        self._offsets = self._numbers(code, offset, length // size)
        self._read_characters()

    def _numbers(self, code: str, offset: int, count: int) -> array[int]:
        numbers = array(code)
        numbers.frombytes(self._data[offset : offset + count * numbers.itemsize])
        if sys.byteorder == "little":
            numbers.byteswap()
        return numbers

    def _read_characters(self) -> None:
        """Find the character map: format 12 for all of Unicode, else format 4."""
        start = self._tables["cmap"][0]
        (count,) = struct.unpack_from(">H", self._data, start + 2)
        maps: dict[int, int] = {}
        for index in range(count):
            platform, _, offset = struct.unpack_from(">HHI", self._data, start + 4 + 8 * index)
            (kind,) = struct.unpack_from(">H", self._data, start + offset)
            if platform in (0, 3):
                maps[kind] = start + offset
        if 12 in maps:
            (groups,) = struct.unpack_from(">I", self._data, maps[12] + 12)
            numbers = self._numbers("I", maps[12] + 16, 3 * groups)
            self._firsts, self._lasts, self._mapped = numbers[0::3], numbers[1::3], numbers[2::3]
        else:
            self._read_segments(maps[4])

    def _read_segments(self, start: int) -> None:
        """Turn a map of format 4 into the groups of format 12."""
        count = struct.unpack_from(">H", self._data, start + 6)[0] // 2
        at = [start + 14 + step * 2 * count + (2 if step else 0) for step in range(4)]
        lasts, firsts, deltas, ranges = (self._numbers("H", offset, count) for offset in at)
        self._firsts, self._lasts, self._mapped = array("I"), array("I"), array("I")
        for index, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
            for code in range(first, last + 1):
                glyph = code
                if ranges[index]:
                    place = at[3] + 2 * index + ranges[index] + 2 * (code - first)
                    (glyph,) = struct.unpack_from(">H", self._data, place)
                    if not glyph:
                        continue
                glyph = (glyph + deltas[index]) & 0xFFFF
                if not glyph or code == 0xFFFF:
                    continue
                if (
                    self._lasts
                    and self._lasts[-1] == code - 1
                    and glyph == (self._mapped[-1] + code - self._firsts[-1])
                ):
                    self._lasts[-1] = code
                else:
                    self._firsts.append(code)
                    self._lasts.append(code)
                    self._mapped.append(glyph)

    def glyph(self, code: int) -> int:
        """Return the glyph of a character, 0 if there is none."""
        index = bisect_right(self._firsts, code) - 1
        if index < 0 or code > self._lasts[index]:
            return 0
        glyph = self._mapped[index] + code - self._firsts[index]
        return glyph if glyph < self._glyphs else 0

    def advance(self, glyph: int) -> float:
        """Return a glyph's width in em."""
        place = 2 * glyph if 2 * glyph < len(self._advances) else -2
        return float(self._advances[place] / self.em)

    def _metric(self, glyph: int) -> bytes:
        """Return a glyph's entry of hmtx; those at the end share the last full one's width."""
        offset = self._tables["hmtx"][0]
        full = len(self._advances) // 2
        if glyph < full:
            return self._data[offset + 4 * glyph : offset + 4 * glyph + 4]
        last, bearing = offset + 4 * full - 4, offset + 4 * full + 2 * (glyph - full)
        return self._data[last : last + 2] + self._data[bearing : bearing + 2]

    def _outline(self, glyph: int) -> bytes:
        scale = 1 if self._long_loca else 2
        start, end = self._offsets[glyph] * scale, self._offsets[glyph + 1] * scale
        return self._data[self._glyf + start : self._glyf + end]

    def subset(self, glyphs: Iterable[int]) -> bytes:
        """Return a font whose glyph n is the n-th of ``glyphs``; the first must be 0.

        Parts of composite glyphs follow at the end. The font has no character map: it is made to
        be embedded as a CIDFontType2 whose codes are its glyph numbers.
        """
        order = list(glyphs)
        number: dict[int, int] = {}
        for position, glyph in enumerate(order):
            number.setdefault(glyph, position)
        outlines, metrics = [], []
        for glyph in order:  # grows while parts of composites are found
            outline = self._outline(glyph)
            if outline[:2] == b"\xff\xff":
                outline = _renumbered(outline, number, order)
            outlines.append(outline + b"\0" * (-len(outline) % 4))
            metrics.append(self._metric(glyph))
        return self._font(outlines, metrics)

    def _font(self, outlines: list[bytes], metrics: list[bytes]) -> bytes:
        offsets = array("I", [0])
        for outline in outlines:
            offsets.append(offsets[-1] + len(outline))
        if sys.byteorder == "little":
            offsets.byteswap()
        tables = {tag: self._table(tag) for tag in ("head", "hhea", "maxp")}
        tables["head"] = b"".join(
            (tables["head"][:8], bytes(4), tables["head"][12:50], b"\0\1", tables["head"][52:])
        )
        tables["hhea"] = tables["hhea"][:34] + struct.pack(">H", len(metrics))
        tables["maxp"] = b"".join(
            (tables["maxp"][:4], struct.pack(">H", len(outlines)), tables["maxp"][6:])
        )
        tables |= {tag: self._table(tag) for tag in _KEPT if tag in self._tables}
        tables |= {
            "hmtx": b"".join(metrics),
            "loca": offsets.tobytes(),
            "glyf": b"".join(outlines),
        }
        return _sfnt(tables)

    def _table(self, tag: str) -> bytes:
        offset, length = self._tables[tag]
        return self._data[offset : offset + length]


def _renumbered(outline: bytes, number: dict[int, int], order: list[int]) -> bytes:
    """Return a composite glyph whose parts have their numbers in the subset."""
    changed = bytearray(outline)
    at = 10
    while True:
        flags, part = struct.unpack_from(">HH", changed, at)
        if part not in number:
            number[part] = len(order)
            order.append(part)
        struct.pack_into(">H", changed, at + 2, number[part])
        at += 8 if flags & _COMPOSITE_WORDS else 6
        if flags & _COMPOSITE_SCALE:
            at += 2
        elif flags & _COMPOSITE_TWO_SCALES:
            at += 4
        elif flags & _COMPOSITE_MATRIX:
            at += 8
        if not flags & _COMPOSITE_MORE:
            return bytes(changed)


def _sfnt(tables: dict[str, bytes]) -> bytes:
    """Return a font file of these tables, with its checksums."""
    power = 1 << (len(tables).bit_length() - 1)
    counts = (len(tables), 16 * power, power.bit_length() - 1, 16 * (len(tables) - power))
    head = [struct.pack(">IHHHH", 0x00010000, *counts)]
    body: list[bytes] = []
    offset, total, adjusted = 12 + 16 * len(tables), 0, 0
    for tag in sorted(tables):
        content = tables[tag]
        padded = content + b"\0" * (-len(content) % 4)
        checksum = _checksum(padded)
        head.append(struct.pack(">4sIII", tag.encode("latin-1"), checksum, offset, len(content)))
        if tag == "head":
            adjusted = offset + 8
        body.append(padded)
        offset += len(padded)
        total += checksum
    directory = b"".join(head)
    font = bytearray(directory + b"".join(body))
    whole = total + _checksum(directory)  # outlines are summed up once: it is half the work
    struct.pack_into(">I", font, adjusted, (0xB1B0AFBA - whole) & 0xFFFFFFFF)
    return bytes(font)


def _checksum(content: bytes) -> int:
    words = array("I", content)
    if sys.byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF
