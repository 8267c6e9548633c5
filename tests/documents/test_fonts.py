"""The shipped fonts, and the chain that finds a face for every character."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.documents.fonts import FALLBACK, SHIPPED, installed_faces, open_fonts
from app.domain.character_name import name_of
from tests.documents.form_samples import OPTIONS, ROOT

FOLDER = OPTIONS.fonts_folder
FONTS = open_fonts(FOLDER, "小标宋", "仿宋")


def test_every_font_that_is_named_is_shipped_with_its_licence_within_56_mb() -> None:
    files = {path.name for path in FOLDER.glob("*.ttf")}
    assert files == {*SHIPPED.values(), *FALLBACK}
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 56_000_000
    for file in files:
        family = file.split("-")[0]
        licences = [p for p in FOLDER.glob(f"{family}.*") if p.suffix != ".ttf"]
        text = "".join(path.read_text("utf-8") for path in licences)
        assert "SIL" in text or "GNU GENERAL PUBLIC LICENSE" in text or "Hanazono" in text


def test_the_script_that_made_the_fonts_names_every_one() -> None:
    script = (ROOT / "packaging" / "make_fonts.py").read_text("utf-8")
    for path in FOLDER.glob("*.ttf"):
        assert path.name in script


@pytest.mark.parametrize("role", ["title", "text", "heading"])
def test_every_role_has_every_hanzi_up_to_ext_f(role: str) -> None:
    blocks = [
        range(0x3400, 0x4DB6),
        range(0x4E00, 0xA000),
        range(0x20000, 0x2A6D7),
        range(0x2A700, 0x2B735),
        range(0x2B740, 0x2B81E),
        range(0x2B820, 0x2CEA2),
        range(0x2CEB0, 0x2EBE1),
    ]
    chain = FONTS.chains[role]
    missing = [code for block in blocks for code in block if chain.find(chr(code)) is None]
    assert missing == []


def test_each_character_comes_from_the_first_face_that_has_it() -> None:
    chain = FONTS.chains["text"]
    found = [chain.find(character) for character in "张䶮𠮷"]
    assert [place.face for place in found if place] == [0, 1, 2]


def test_a_blank_of_odd_width_is_a_blank() -> None:
    chain = FONTS.chains["text"]
    assert all(chain.find(blank) for blank in "\u00a0\u2002\u2009\u3000 ")


def test_a_character_that_nobody_has_is_as_wide_as_what_stands_for_it() -> None:
    assert FONTS.chains["text"].find("😀") is None
    assert FONTS.chains["text"].widths["😀"] == 1.0


def test_the_pcs_own_faces_are_found_by_file_and_damaged_ones_left_out(tmp_path: Path) -> None:
    below = tmp_path / "Fonts" / "truetype"
    below.mkdir(parents=True)
    shutil.copy(FOLDER / "FandolFang-Regular.ttf", below / "simfang.ttf")
    (below / "simhei.ttf").write_bytes(b"damaged")
    (below / "other.ttf").write_bytes(b"")
    found = installed_faces([tmp_path, tmp_path / "nowhere"])
    assert found == {"仿宋（本机）": str(below / "simfang.ttf")}
    assert open_fonts(FOLDER, "小标宋", found["仿宋（本机）"]).chains["text"].find("张")


def test_an_invisible_character_is_named_by_its_kind_and_number() -> None:
    assert name_of("\u202e") == "不可见的控制符（U+202E）"
    assert name_of("龘") == "“龘”（U+9F98）"


def test_printing_loads_neither_fonttools_nor_python_docx() -> None:
    script = (
        "import sys; from tests.documents.form_samples import OPTIONS, form;"
        "from app.documents.registration_form import draw_pdf;"
        "draw_pdf([form()], options=OPTIONS);"
        "print([n for n in ('fontTools', 'docx', 'reportlab.platypus') if n in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
