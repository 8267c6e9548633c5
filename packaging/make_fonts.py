"""Make resources/fonts/ from public packages: ``python packaging/make_fonts.py [DOWNLOADS]``.

Every package is named here with its SHA-256; a package that differs is refused. Packages already
in the folder DOWNLOADS are used as they are, others are fetched with ``npm pack`` and ``apt-get
download`` (Debian 12). Only TrueType outlines can be embedded, so the CFF font is converted. The
outcome is committed: nobody needs to run this to build or to use the program.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import subprocess
import sys
import tarfile
import tempfile
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.scaleUpem import scale_upem
from fontTools.ttLib.tables._g_l_y_f import GlyphCoordinates

OUT = Path(__file__).resolve().parent.parent / "resources" / "fonts"
BUDGET = 56_000_000  # bytes, all fonts together
# How far outlines may leave their author's. A dot of a 600 dpi printer is 10 units of 1000 at 12 pt, 5 at 22 pt.
MAX_ERROR = 2.0  # units (1000 to the em) by which a quadratic curve may leave the cubic one
GRAIN = (
    2  # units (1000 to the em) of which every coordinate is a multiple: a seventh less when packed
)
RARE_EM = 256  # units to the em of the rare font: most steps from point to point fit one byte
STRAIGHT = 1.0  # of these units by which a point may lie beside the line that replaces it

NO_HINTS = (
    "maxTwilightPoints",
    "maxStorage",
    "maxFunctionDefs",
    "maxInstructionDefs",
    "maxStackElements",
    "maxSizeOfInstructions",
    "maxComponentElements",
    "maxPoints",
    "maxContours",
    "maxCompositePoints",
    "maxCompositeContours",
    "maxComponentDepth",
)


@dataclass(frozen=True)
class Package:
    """One downloadable archive and what it must hash to."""

    file: str
    sha256: str
    fetch: tuple[str, ...]


SERIF = Package(
    "expo-google-fonts-noto-serif-sc-0.4.3.tgz",
    "ff6bcf5ba68d92dfecc05544bb150f9e724741a932354a0dd97e7289c40a3f5e",
    ("npm", "pack", "@expo-google-fonts/noto-serif-sc@0.4.3"),
)
SANS = Package(
    "expo-google-fonts-noto-sans-sc-0.4.3.tgz",
    "0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59",
    ("npm", "pack", "@expo-google-fonts/noto-sans-sc@0.4.3"),
)
FANDOL = Package(
    "texlive-lang-chinese_2022.20230122-1_all.deb",
    "9cfa07bd44e7b9098e26f0ecac1b5ad210d2249d474c8074d53de92d650b0ec0",
    ("apt-get", "download", "texlive-lang-chinese=2022.20230122-1"),
)
HANAZONO = Package(
    "fonts-hanazono_20170904-2.1_all.deb",
    "a6943366b4f5a6cec34221f8b4eb22555a628f0ee6ef4e3d3401cabe9363aeae",
    ("apt-get", "download", "fonts-hanazono=20170904-2.1"),
)


def gb2312() -> set[int]:
    """Return what GB 2312 encodes: the characters any office font must have."""
    rows = (bytes((high, low)) for high in range(0xA1, 0xFF) for low in range(0xA1, 0xFF))
    return {ord(c) for pair in rows for c in pair.decode("gb2312", "ignore")}


def frequent(_made: dict[str, set[int]]) -> set[int]:
    """Return GB 2312, Latin, and the punctuation a title or a heading may hold."""
    return (
        gb2312() | set(range(0x20, 0x180)) | set(range(0x2010, 0x2040)) | set(range(0xFF01, 0xFF5F))
    )


def everything(_made: dict[str, set[int]]) -> set[int] | None:
    """Return None: no character is left out."""
    return None


def beyond_serif(made: dict[str, set[int]]) -> set[int]:
    """Return all but what the serif already has; the fallback is never asked for those."""
    return (
        set(range(0x20000, 0x30000)) | set(range(0x3400, 0xFB00)) - made["NotoSerifSC-Regular.ttf"]
    )


@dataclass(frozen=True)
class Product:
    """One font file to make: where its outlines come from and which characters it keeps."""

    file: str
    package: Package
    member: str
    licences: tuple[str, ...]
    keep: Callable[[dict[str, set[int]]], set[int] | None]


PRODUCTS = (
    Product(
        "NotoSerifSC-Regular.ttf",
        SERIF,
        "package/400Regular/NotoSerifSC_400Regular.ttf",
        ("package/LICENSE_FONT",),
        everything,
    ),
    Product(
        "NotoSerifSC-Bold-Title.ttf",
        SERIF,
        "package/700Bold/NotoSerifSC_700Bold.ttf",
        ("package/LICENSE_FONT",),
        frequent,
    ),
    Product(
        "NotoSansSC-Regular.ttf",
        SANS,
        "package/400Regular/NotoSansSC_400Regular.ttf",
        ("package/LICENSE_FONT",),
        everything,
    ),
    Product(
        "FandolFang-Regular.ttf",
        FANDOL,
        "./usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/FandolFang-Regular.otf",
        (
            "./usr/share/doc/texlive-doc/fonts/fandol/README",
            "./usr/share/doc/texlive-doc/fonts/fandol/COPYING.gz",
        ),
        everything,
    ),
    Product(
        "HanaMinB-Rare.ttf",
        HANAZONO,
        "./usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
        ("./usr/share/doc/fonts-hanazono/copyright",),
        beyond_serif,
    ),
)


def archive(package: Package, downloads: Path) -> bytes:
    """Return the package's bytes, fetched if need be. Exits when they are not the known ones."""
    path = downloads / package.file
    if not path.exists():
        subprocess.run(package.fetch, cwd=downloads, check=True)
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != package.sha256:
        sys.exit(f"{path}: SHA-256 is {found}, expected {package.sha256}")
    return content


def tarball(content: bytes, name: str) -> tarfile.TarFile:
    """Return the tar inside an npm package or a Debian package (an ``ar`` of tars)."""
    if not name.endswith(".deb"):
        return tarfile.open(fileobj=io.BytesIO(content), mode="r:gz")
    at = 8
    while at < len(content):
        member, size = content[at : at + 16].decode().strip(), int(content[at + 48 : at + 58])
        if member.startswith("data.tar.xz"):
            raw = lzma.decompress(content[at + 60 : at + 60 + size])
            return tarfile.open(fileobj=io.BytesIO(raw))
        at += 60 + size + size % 2
    sys.exit(f"{name}: no data.tar.xz inside")


def member(tar: tarfile.TarFile, name: str) -> bytes:
    """Return one file of the archive."""
    stream = tar.extractfile(name)
    if stream is None:
        sys.exit(f"{name} is not in the package")
    return stream.read()


def quadratic(font: TTFont) -> None:
    """Turn the font's CFF outlines into TrueType ones, in place."""
    glyphs, drawn = font.getGlyphSet(), {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        drawn[name] = pen.glyph()
    font["loca"] = newTable("loca")
    glyf = font["glyf"] = newTable("glyf")
    glyf.glyphOrder, glyf.glyphs = font.getGlyphOrder(), drawn
    for name, glyph in drawn.items():
        glyph.recalcBounds(glyf)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyph, "xMin", 0))
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for limit in NO_HINTS:
        setattr(maxp, limit, 0)
    maxp.maxZones = 1
    font["post"].formatType = 3.0
    del font["CFF "]
    if "VORG" in font:
        del font["VORG"]
    font.sfntVersion = "\x00\x01\x00\x00"


def rounded(font: TTFont) -> None:
    """Put every point on a multiple of GRAIN; widths stay as they are."""
    glyf = font["glyf"]
    for name in font.getGlyphOrder():
        glyph = glyf[name]
        if glyph.numberOfContours > 0:
            glyph.coordinates = GlyphCoordinates(
                [(round(x / GRAIN) * GRAIN, round(y / GRAIN) * GRAIN) for x, y in glyph.coordinates]
            )
            glyph.recalcBounds(glyf)
            font["hmtx"][name] = (font["hmtx"][name][0], glyph.xMin)


def straightened(font: TTFont) -> None:
    """Drop points that lie on the straight line between their neighbours: a quarter of the rare font."""
    glyf = font["glyf"]
    for name in font.getGlyphOrder():
        glyph = glyf[name]
        if glyph.numberOfContours <= 0:
            continue
        points: list[tuple[int, int]] = []
        flags: list[int] = []
        ends = []
        start = 0
        for end in glyph.endPtsOfContours:
            contour = [glyph.coordinates[i] for i in range(start, end + 1)]
            on = [glyph.flags[i] & 1 for i in range(start, end + 1)]
            kept = [0]
            for i in range(1, len(contour)):
                after = (i + 1) % len(contour)
                corner = not (on[kept[-1]] and on[i] and on[after])
                if corner or not between(contour[kept[-1]], contour[i], contour[after]):
                    kept.append(i)
            if len(kept) < 3:
                kept = list(range(len(contour)))
            points += [contour[i] for i in kept]
            flags += [on[i] for i in kept]
            ends.append(len(points) - 1)
            start = end + 1
        glyph.coordinates = GlyphCoordinates(points)
        glyph.flags = array("B", flags)
        glyph.endPtsOfContours = ends


def between(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> bool:
    """Return whether ``b`` lies on the line from ``a`` to ``c``, give or take STRAIGHT."""
    dx, dy = c[0] - a[0], c[1] - a[1]
    x, y = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    return (x * dy - y * dx) ** 2 <= STRAIGHT**2 * length and 0 <= x * dx + y * dy <= length


def reduced(font: TTFont, keep: Iterable[int] | None) -> None:
    """Drop hints, vertical and layout tables, glyph names, and characters not in ``keep``.

    The program sets plain horizontal text at print resolution: none of these is ever read.
    """
    options = Options(
        hinting=False, layout_features=[], glyph_names=False, notdef_outline=True, name_IDs=["*"]
    )
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GSUB", "GPOS", "GDEF", "DSIG", "STAT"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=font.getBestCmap() if keep is None else keep)
    subsetter.subset(font)


def main() -> None:
    """Make every font, print what was made, and complain when it is more than the budget."""
    OUT.mkdir(parents=True, exist_ok=True)
    made: dict[str, set[int]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        downloads = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch)
        tars: dict[Package, tarfile.TarFile] = {}
        for product in PRODUCTS:
            package = product.package
            if package not in tars:
                tars[package] = tarball(archive(package, downloads), package.file)
            font = TTFont(io.BytesIO(member(tars[package], product.member)), recalcTimestamp=False)
            if "CFF " in font:
                quadratic(font)
            reduced(font, product.keep(made))
            if product.package is HANAZONO:
                scale_upem(font, RARE_EM)
                straightened(font)
            else:
                rounded(font)
            made[product.file] = set(font.getBestCmap())
            fresh = OUT / (product.file + ".new")
            font.save(fresh)
            fresh.replace(OUT / product.file)  # a running program keeps the file it has open
            for licence in product.licences:
                family = product.file.split("-")[0]
                beside = OUT / f"{family}.{Path(licence).name}".replace(".gz", "")
                content = member(tars[package], licence)
                if licence.endswith(".gz"):
                    content = gzip.decompress(content)
                beside.write_bytes(content)
            size = (OUT / product.file).stat().st_size
            print(f"{product.file}: {len(made[product.file])} characters, {size / 1e6:.1f} MB")
    total = sum(path.stat().st_size for path in OUT.glob("*.ttf"))
    print(f"all fonts: {total / 1e6:.1f} MB of {BUDGET / 1e6:.0f} MB")
    if total > BUDGET:
        sys.exit("over the budget: keep fewer characters")


if __name__ == "__main__":
    main()
