"""The reader of font files against fontTools, on shipped fonts and on small ones made here."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont

from app.documents.truetype import Face, UnusableFont
from tests.documents.form_samples import OPTIONS

SHIPPED = sorted(OPTIONS.fonts_folder.glob("*.ttf"))
SAMPLE = "一国𠮷㐀é䶮（，A1龟"


def small_font(*, cff: bool = False) -> TTFont:
    """Return a font of three letters whose C is composed of A and B; its map is of format 4."""
    names = [".notdef", "A", "B", "C"]
    builder = FontBuilder(1000, isTTF=not cff)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({0x41: "A", 0x42: "B", 0x4E00: "C"})
    if cff:
        from fontTools.pens.t2CharStringPen import T2CharStringPen

        builder.setupCFF(
            "Small", {}, {name: T2CharStringPen(500, None).getCharString() for name in names}, {}
        )
    else:
        glyphs = {}
        for name, right in (("A", 300), ("B", 600)):
            pen = TTGlyphPen(None)
            pen.moveTo((0, 0))
            pen.lineTo((right, 0))
            pen.lineTo((right, 700))
            pen.closePath()
            glyphs[name] = pen.glyph()
        pen = TTGlyphPen(glyphs)
        pen.addComponent("B", (1, 0, 0, 1, 20, 300))
        pen.addComponent("A", (0.5, 0, 0, 0.5, 0, 0))
        glyphs["C"] = pen.glyph()
        glyphs[".notdef"] = TTGlyphPen(None).glyph()
        builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(
        {".notdef": (500, 0), "A": (400, 0), "B": (700, 0), "C": (800, 0)}
    )
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Small"})
    builder.setupOS2()
    builder.setupPost()
    return builder.font


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.ttf"
    small_font().save(file)
    return file


@pytest.mark.parametrize("file", SHIPPED, ids=lambda path: path.name)
def test_glyphs_and_widths_are_those_that_fonttools_reads(file: Path) -> None:
    face, font = Face(file), TTFont(file, lazy=True)
    known = font.getBestCmap()
    for character in SAMPLE:
        name = known.get(ord(character))
        glyph = face.glyph(ord(character))
        assert glyph == (font.getGlyphID(name) if name else 0)
        if name:
            em = font["head"].unitsPerEm
            assert face.advance(glyph) == font["hmtx"][name][0] / em


@pytest.mark.parametrize("file", SHIPPED, ids=lambda path: path.name)
def test_a_subset_is_a_font_with_the_same_outlines(file: Path) -> None:
    face, font = Face(file), TTFont(file, lazy=True)
    glyphs = [0, *(g for c in SAMPLE if (g := face.glyph(ord(c))))]
    # A subset has no names and no character map: it is only ever embedded.
    subset = TTFont(io.BytesIO(face.subset(glyphs)))
    outlines, original = subset["glyf"], font["glyf"]
    assert subset["maxp"].numGlyphs >= len(glyphs)
    for number, glyph in enumerate(glyphs):
        old, new = font.getGlyphName(glyph), subset.getGlyphName(number)
        assert (
            outlines[new].getCoordinates(outlines)[0] == original[old].getCoordinates(original)[0]
        )
        assert subset["hmtx"][new] == font["hmtx"][old]


def test_parts_of_a_composed_glyph_come_along_under_their_new_numbers(small: Path) -> None:
    face = Face(small)
    subset = TTFont(io.BytesIO(face.subset([0, face.glyph(0x4E00)])))
    assert subset["maxp"].numGlyphs == 4
    composed = subset["glyf"][subset.getGlyphName(1)]
    assert [subset.getGlyphID(part.glyphName) for part in composed.components] == [2, 3]
    whole = TTFont(small)
    assert (
        composed.getCoordinates(subset["glyf"])[0]
        == whole["glyf"]["C"].getCoordinates(whole["glyf"])[0]
    )


def test_a_subset_carries_right_checksums(small: Path) -> None:
    content = Face(small).subset([0, 1, 3])
    font = TTFont(io.BytesIO(content), checkChecksums=2, lazy=False)
    assert all(font.reader[tag] for tag in font.reader.keys())  # noqa: SIM118
    words = [int.from_bytes(content[at : at + 4]) for at in range(0, len(content), 4)]
    assert sum(words) & 0xFFFFFFFF == 0xB1B0AFBA


def test_glyphs_that_share_the_last_width_keep_it(tmp_path: Path) -> None:
    font = small_font()
    font["hmtx"].metrics = {".notdef": (500, 0), "A": (400, 0), "B": (700, 9), "C": (700, 20)}
    font.save(tmp_path / "shared.ttf")
    face = Face(tmp_path / "shared.ttf")
    assert TTFont(tmp_path / "shared.ttf")["hhea"].numberOfHMetrics == 3
    assert face.advance(3) == 0.7
    subset = TTFont(io.BytesIO(face.subset([0, 2, 3])))
    assert [subset["hmtx"][subset.getGlyphName(n)] for n in (1, 2)] == [(700, 9), (700, 20)]


def test_a_glyph_may_stand_in_a_subset_twice(small: Path) -> None:
    face = Face(small)
    subset = TTFont(io.BytesIO(face.subset([0, 1, 1, 2])))
    assert subset["maxp"].numGlyphs == 4
    assert subset["hmtx"][subset.getGlyphName(2)] == (400, 0)


def test_a_character_map_of_format_4_is_read(small: Path) -> None:
    face = Face(small)
    assert [face.glyph(ord(c)) for c in "AB一C"] == [1, 2, 3, 0]


def test_the_first_face_of_a_collection_is_used(tmp_path: Path) -> None:
    collection = TTCollection()
    collection.fonts = [small_font(), small_font()]
    collection.save(tmp_path / "small.ttc")
    assert Face(tmp_path / "small.ttc").glyph(0x41) == 1


@pytest.mark.parametrize("content", [b"", b"no font at all" * 10, b"\0\1\0\0\0\x05" + bytes(100)])
def test_what_is_no_font_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "fake.ttf"
    file.write_bytes(content)
    with pytest.raises(UnusableFont, match="字体"):
        Face(file)


def test_a_font_without_truetype_outlines_is_refused_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "post.otf"
    small_font(cff=True).save(file)
    with pytest.raises(UnusableFont, match="TrueType"):
        Face(file)


def test_a_missing_font_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableFont, match="nowhere"):
        Face(tmp_path / "nowhere.ttf")
