"""The form as PDF: what is on it can be read back, every time, to the byte."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.documents import registration_form as document
from app.documents.fonts import GETA
from app.documents.paper_options import PaperOptions
from app.documents.registration_form import (
    NothingToPrint,
    UnprintableCharacters,
    count_pages,
    draw_blank,
    draw_pdf,
    find_controls,
    find_missing,
    one_page_size,
)
from app.documents.registration_form_docx import draw_docx
from app.domain.fields import form_fields
from app.domain.registration_form import RegistrationForm
from app.domain.settings import Settings
from app.paper.grid import WrongLayout, read_grid
from app.paper.line_breaking import NO_START
from tests.documents.form_samples import OPTIONS, ROOT, extracted, form, pypdf_text

needs_pdftotext = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler-utils is not installed"
)
GRID = read_grid(OPTIONS.layout_file, RegistrationForm)
STANDARD = (
    (Path(__file__).parent / "data" / "standard_characters.txt")
    .read_text(encoding="utf-8")
    .replace("\n", "")
)


@needs_pdftotext
def test_every_label_and_every_value_is_found_by_pdftotext() -> None:
    entity = form()
    pdf = draw_pdf([entity], options=OPTIONS)
    text, in_order = extracted(pdf), extracted(pdf, "-raw")
    for label in (cell.label for cell in GRID.cells() if cell.label):
        assert label in text
        assert label in in_order
    for name, spec in form_fields(entity).items():
        if spec.section and getattr(entity, name):
            assert "".join(getattr(entity, name).split()) in in_order, name
    assert GRID.title in text
    assert "第1页共1页" in text


@needs_pdftotext
@pytest.mark.parametrize("name", ["𬱖䶮𠮷", "阿卜杜拉·买买提江", "㛃喆堃昇祎", "单于𫖯"])
def test_rare_and_long_names_are_found_whole(name: str) -> None:
    pdf = draw_pdf([form(name=name)], options=OPTIONS)
    assert name in extracted(pdf)


@needs_pdftotext
def test_text_is_read_in_the_order_of_the_rows() -> None:
    text = extracted(draw_pdf([form()], options=OPTIONS))
    order = ["张三", "大学本科", "化学与材料学院副教授", "违反财经纪律", "完全接受组织处理"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


@needs_pdftotext
def test_all_8105_standard_characters_are_printed_and_read_back() -> None:
    assert len(set(STANDARD)) == 8105
    assert find_missing([form(attitude=STANDARD)], options=OPTIONS) == {}
    pdf = draw_pdf([form(attitude=STANDARD)], options=OPTIONS)
    assert set(STANDARD) <= set(extracted(pdf))
    assert set(STANDARD) <= set(pypdf_text(pdf))


@needs_pdftotext
def test_gbk_and_two_thousand_characters_of_ext_a_to_f_are_read_back() -> None:
    gbk = "".join(
        bytes((high, low)).decode("gbk", "ignore")
        for high in range(0x81, 0xFF)
        for low in range(0x40, 0xFF)
        if low != 0x7F
    )
    hanzi = [c for c in gbk if 0x4E00 <= ord(c) <= 0x9FFF]
    blocks = [
        range(0x3400, 0x4DB6),
        range(0x20000, 0x2A6D7),
        range(0x2A700, 0x2B735),
        range(0x2B740, 0x2B81E),
        range(0x2B820, 0x2CEA2),
        range(0x2CEB0, 0x2EBE1),
    ]
    pool = [chr(code) for block in blocks for code in block]
    chosen = hanzi + random.Random(8105).sample(pool, 2_000)
    text = "".join(chosen)
    pdf = draw_pdf([form(attitude=text)], options=OPTIONS)
    assert set(chosen) <= set(extracted(pdf))


@needs_pdftotext
def test_27_000_characters_in_one_cell_lose_nothing_and_start_no_line_with_a_mark() -> None:
    sentence = "该同志表示“完全接受”；2024年3月15日起承担课程3门（240学时）——态度诚恳……"
    text = (sentence * 800)[:26_999] + "。"
    pdf = draw_pdf([form(attitude=text)], options=OPTIONS)
    read = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode("utf-8")
    lines = [line.strip() for line in read.splitlines() if line.strip()]
    assert not [line for line in lines if line[0] in NO_START]
    counted = {c: extracted(pdf).count(c) for c in "诚恳课承"}
    assert counted == {c: text.count(c) for c in "诚恳课承"}


def test_the_same_forms_give_the_same_bytes() -> None:
    forms = [form(), form(name="𬱖䶮𠮷", attitude="长文" * 500)]
    assert draw_pdf(forms, options=OPTIONS) == draw_pdf(forms, options=OPTIONS)


def test_a_batch_is_one_file_with_a_bookmark_per_person_at_their_first_page() -> None:
    forms = [form(), form(name="李四", attitude="长文" * 800), form(name="王五"), form(name="")]
    reader = PdfReader(io.BytesIO(draw_pdf(forms, options=OPTIONS)))
    counts = [count_pages(each, options=OPTIONS) for each in forms]
    marks = [(str(m["/Title"]), reader.get_destination_page_number(m)) for m in reader.outline]  # type: ignore[arg-type,index]
    assert [title for title, _ in marks] == ["张三", "李四", "王五", "（未填姓名）"]
    assert [page for _, page in marks] == [0, counts[0], sum(counts[:2]), sum(counts[:3])]
    assert len(reader.pages) == sum(counts)
    assert "第1页共1页" in "".join(reader.pages[0].extract_text().split())


def test_a_two_sided_batch_starts_every_form_on_a_front_side() -> None:
    duplex = dataclasses.replace(OPTIONS, duplex=True)
    reader = PdfReader(io.BytesIO(draw_pdf([form(), form(name="李四")], options=duplex)))
    assert len(reader.pages) == 3
    assert "李四" in reader.pages[2].extract_text()


def test_title_and_author_are_in_the_metadata_and_no_name_of_a_person() -> None:
    reader = PdfReader(io.BytesIO(draw_pdf([form()], options=OPTIONS)))
    assert reader.metadata is not None
    assert reader.metadata.title == "受处分人员回访关爱工作情况登记表"
    assert reader.metadata.author == "某某学院纪委"
    assert "张三" not in "".join(map(str, reader.metadata.values()))


def test_every_font_is_an_embedded_subset_with_identity_h() -> None:
    reader = PdfReader(io.BytesIO(draw_pdf([form(name="𬱖䶮𠮷")], options=OPTIONS)))
    fonts = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    assert len(fonts) == 4
    for name in fonts:
        font = fonts[name].get_object()
        assert (font["/Subtype"], font["/Encoding"]) == ("/Type0", "/Identity-H")
        descendant = font["/DescendantFonts"][0].get_object()
        assert descendant["/Subtype"] == "/CIDFontType2"
        program = descendant["/FontDescriptor"].get_object()["/FontFile2"].get_object()
        assert len(program.get_data()) < 400_000


def test_the_pages_are_a4() -> None:
    page = PdfReader(io.BytesIO(draw_pdf([form()], options=OPTIONS))).pages[0]
    assert [round(float(edge) / 72 * 25.4) for edge in page.mediabox] == [0, 0, 210, 297]


@needs_pdftotext
@pytest.mark.parametrize(
    "typed",
    ["<b>&amp;</b>", "<imgsrc=http://x/y.png>", "(a)\\)(", "%%EOF", "endstream", "{{name}}"],
)
def test_markup_is_printed_as_typed(typed: str) -> None:
    assert typed in extracted(draw_pdf([form(attitude=typed)], options=OPTIONS))


@needs_pdftotext
def test_control_characters_are_left_out_with_a_notice() -> None:
    entity = form(attitude="认识\x07深刻\x00")
    assert find_controls([entity]) == [
        "“张三”的“回访对象态度以及现实表现简述”"
        "含有不能打印的控制字符（U+0007、U+0000），打印时已去掉"
    ]
    assert "认识深刻" in extracted(draw_pdf([entity], options=OPTIONS))


@pytest.mark.parametrize(
    ("character", "named"),
    [
        ("😀", "“😀”（U+1F600）"),
        ("\ud83d", "残缺字符（U+D83D）"),
        ("\u200f", "不可见的控制符（U+200F）"),
        ("\ue000", "自造字（U+E000）"),
        ("\U000323af", "U+323AF"),
        ("\ufe0f", "组合符号（U+FE0F）"),
    ],
)
def test_a_character_that_no_font_has_is_named_and_stops_the_print(
    character: str, named: str
) -> None:
    entity = form(address=f"东湖路{character}18号")
    assert find_missing([entity], options=OPTIONS) == {character: "“张三”的“家庭住址”"}
    with pytest.raises(UnprintableCharacters) as refused:
        draw_pdf([entity], options=OPTIONS)
    assert named in str(refused.value)
    assert "家庭住址" in str(refused.value)
    assert refused.value.missing == {character: "“张三”的“家庭住址”"}


def test_strange_characters_never_break_print_or_message() -> None:
    pool = [
        *"\x00\x07\u200b\u200e\u200f\u202e\u2066\ufeff\ufe0f\ufffe\r\n\t\u2028\u3000 אعe\u0301①㈠—…”%{}\\"
    ]
    pool += [
        "\ud800",
        "\udfff",
        "👨‍👩‍👧",
        "🇨🇳",
        "<b>",
        "&amp;",
        "</w:t>",
        "𬱖",
        "\U00031350",
        "文字",
    ]
    chosen = random.Random(6)
    insist = dataclasses.replace(OPTIONS, insist=True)
    for _ in range(40):
        texts = {
            name: "".join(chosen.choices(pool, k=chosen.randrange(30)))
            for name in ("name", "address", "facts", "party_kind", "attitude", "remarks")
        }
        entity = form(**texts)
        with contextlib.suppress(UnprintableCharacters):
            draw_pdf([entity], options=OPTIONS)
        said = [*find_missing([entity], options=OPTIONS).values(), *find_controls([entity])]
        "".join(said).encode("utf-8")
        assert draw_pdf([entity], options=insist)
        assert draw_docx([entity], options=OPTIONS)


@needs_pdftotext
def test_whoever_insists_gets_a_geta_and_the_rest_of_the_text() -> None:
    insist = dataclasses.replace(OPTIONS, insist=True)
    pdf = draw_pdf([form(address="东湖路😀18号", name="张\ud83d三"), form()], options=insist)
    text = extracted(pdf)
    assert f"东湖路{GETA}18号" in text
    assert f"张{GETA}三" in text
    assert PdfReader(io.BytesIO(pdf)).outline[0]["/Title"] == f"张{GETA}三"  # type: ignore[call-overload,index]


@needs_pdftotext
def test_the_blank_form_has_all_labels_and_no_values() -> None:
    text = extracted(draw_blank(options=OPTIONS))
    assert all(cell.label in text for cell in GRID.cells() if cell.label)
    assert "无" not in text.replace("无党", "")
    assert "回访工作人员签名：" in text


@needs_pdftotext
def test_options_put_marks_and_anchor_on_every_page() -> None:
    options = dataclasses.replace(
        OPTIONS, practice=True, annex_mark=True, footer_anchor="审计 #18342 · K7QF-9D2M"
    )
    pdf = draw_pdf([form(attitude="长文" * 600)], options=options)
    for number, page in enumerate(PdfReader(io.BytesIO(pdf)).pages):
        text = "".join(page.extract_text().split())
        assert "演示" in text
        assert "审计#18342·K7QF-9D2M" in text
        assert ("附件" in text) == (number == 0)


def test_options_come_from_the_offices_settings() -> None:
    settings = Settings(office_name="甲校纪委", empty_mark="—", annex_mark=True)
    options = PaperOptions.of(settings, ROOT / "resources", practice=True)
    assert (options.empty_mark, options.annex_mark, options.practice) == ("—", True, True)
    assert options.author == "甲校纪委"
    assert options.choices.empty_mark == "—"


@needs_pdftotext
def test_an_office_may_choose_its_own_face_by_name_or_file() -> None:
    for face in ("宋体", "黑体", str(OPTIONS.fonts_folder / "NotoSansSC-Regular.ttf")):
        options = dataclasses.replace(OPTIONS, text_face=face, title_face="黑体")
        assert "化学与材料学院副教授" in extracted(draw_pdf([form(name="𠮷野")], options=options))


def test_no_form_is_refused_with_a_sentence() -> None:
    with pytest.raises(NothingToPrint, match="没有可打印的登记表"):
        draw_pdf([], options=OPTIONS)


def test_a_missing_layout_is_refused_with_a_sentence() -> None:
    options = dataclasses.replace(OPTIONS, layout="nowhere.toml")
    with pytest.raises(WrongLayout, match=r"nowhere\.toml"):
        draw_pdf([form()], options=options)


def test_printing_reports_progress_and_can_be_stopped() -> None:
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int, _note: str) -> None:
        seen.append((done, total))
        if done == 2:
            raise document.Cancelled("已取消")

    with pytest.raises(document.Cancelled):
        draw_pdf([form()] * 5, options=OPTIONS, progress=progress)
    assert seen == [(0, 5), (1, 5), (2, 5)]


def test_one_page_is_offered_only_where_it_is_possible() -> None:
    assert one_page_size(form(attitude="字" * 250), options=OPTIONS) is not None
    assert one_page_size(form(attitude="字" * 2_000), options=OPTIONS) is None
    one = dataclasses.replace(OPTIONS, one_page=True)
    assert count_pages(form(attitude="字" * 250, facts="字" * 100), options=OPTIONS) == 2
    assert count_pages(form(attitude="字" * 250, facts="字" * 100), options=one) == 1


@needs_pdftotext
def test_a_second_institutions_form_is_a_second_file() -> None:
    folder = ROOT / "tests" / "data" / "forms"
    options = dataclasses.replace(
        OPTIONS,
        layout=os.path.relpath(folder / "second_institution.toml", OPTIONS.resources / "forms"),
    )
    pdf = draw_pdf([form(attitude="长文" * 500)], options=options)
    pages = PdfReader(io.BytesIO(pdf)).pages
    text = extracted(pdf)
    assert float(pages[0].mediabox.width) > float(pages[0].mediabox.height)
    assert "教职工回访谈话记录表" in text
    assert "谈话地点与时间" in text
    assert "（接上页）" in text
    assert "长文" in text


@needs_pdftotext
def test_text_beyond_the_bmp_would_extract_wrongly_with_reportlabs_own_fonts() -> None:
    """The reason for ``identity_h``: when this fails, reportlab has been mended."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    name = "trial-of-reportlab"
    pdfmetrics.registerFont(TTFont(name, str(OPTIONS.fonts_folder / "HanaMinB-Rare.ttf")))
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.setFont(name, 12)
    canvas.drawString(100, 100, "𠮷")
    canvas.save()
    assert "𠮷" not in extracted(file.getvalue())
