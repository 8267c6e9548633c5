"""The form as DOCX: the same grid and the same content as the PDF, for Word and WPS."""

from __future__ import annotations

import dataclasses
import io
import os
import shutil
import subprocess
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import pytest

from app.documents.registration_form import NothingToPrint, count_pages, draw_pdf
from app.documents.registration_form_docx import draw_docx
from app.domain.registration_form import RegistrationForm
from app.paper.grid import POINTS_PER_MM, read_grid
from tests.documents.form_samples import OPTIONS, ROOT, extracted, form
from tests.pictures.forms import longest

GRID = read_grid(OPTIONS.layout_file, RegistrationForm)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SEVERAL = form(
    name="𬱖䶮𠮷",
    attitude="第一段<b>&\n第二段“完”",
    party_decided_on="2021.03.05\n2023.11.08",
    party_kind="党内警告\n党内严重警告（应撤销党内职务而无党内职务）",
    party_since="",
)


def opened(forms: list[RegistrationForm], **changed: Any) -> Any:
    options = dataclasses.replace(OPTIONS, **changed)
    return docx.Document(io.BytesIO(draw_docx(forms, options=options)))


def cells_of(table: Any) -> list[tuple[int, int, str, str]]:
    """Return column, span, merge and text of every cell as the file has them."""
    found = []
    for row in table._tbl.findall(f"{W}tr"):
        column = 0
        for cell in row.findall(f"{W}tc"):
            properties = cell.find(f"{W}tcPr")
            span = int(properties.find(f"{W}gridSpan").get(f"{W}val"))
            merge = properties.find(f"{W}vMerge")
            text = "\n".join(
                "".join(t.text or "" for t in p.iter(f"{W}t")) for p in cell.findall(f"{W}p")
            )
            found.append((column, span, merge.get(f"{W}val") if merge is not None else "", text))
            column += span
    return found


def test_the_table_has_the_cells_and_merges_of_the_layout_file() -> None:
    document = opened([SEVERAL])
    cells = cells_of(document.tables[0])
    assert len(document.tables[0]._tbl.tblGrid.findall(f"{W}gridCol")) == 24
    placed = [(column, span) for column, span, merge, _ in cells if merge != "continue"]
    assert placed == [(cell.column, cell.span) for cell in GRID.cells()]
    merged = [text for _, _, merge, text in cells if merge == "restart"]
    assert merged == ["党纪处分", "政务处分"]


def test_every_cell_holds_its_label_or_value() -> None:
    texts = [
        text for _, _, merge, text in cells_of(opened([SEVERAL]).tables[0]) if merge != "continue"
    ]
    for cell, text in zip(GRID.cells(), texts, strict=True):
        if cell.label:
            assert text.replace("\n", "") == cell.label
        else:
            value = getattr(SEVERAL, cell.field) or "无"
            foot = "".join("\n" + line.text for line in cell.foot)
            assert text == value + foot


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
@pytest.mark.parametrize("entity", [form(), SEVERAL, form(attitude="认识深刻，" * 40)])
def test_pdf_and_docx_hold_the_same_characters(entity: RegistrationForm) -> None:
    one_page = dataclasses.replace(OPTIONS, one_page=True)
    pdf = Counter(extracted(draw_pdf([entity], options=one_page), "-raw"))
    document = opened([entity], one_page=True)
    word = "".join(paragraph.text for paragraph in document.paragraphs)
    word += "".join(text for _, _, _, text in cells_of(document.tables[0]))
    word += "第1页共1页"
    assert Counter("".join(word.split())) == pdf


def test_chinese_type_is_named_for_word_in_every_run() -> None:
    document = opened([form()])
    runs = list(document.element.body.iter(f"{W}r"))
    assert len(runs) > 40
    for run in runs:
        fonts = run.find(f"{W}rPr").find(f"{W}rFonts")
        assert fonts.get(f"{W}eastAsia") in ("仿宋", "方正小标宋简体")


def test_rows_may_break_across_pages_but_a_short_opinion_stays_with_its_signature() -> None:
    def whole(entity: RegistrationForm) -> list[int]:
        rows = opened([entity]).tables[0]._tbl.findall(f"{W}tr")
        return [
            n
            for n, row in enumerate(rows)
            if row.find(f"{W}trPr").find(f"{W}cantSplit") is not None
        ]

    assert whole(form()) == [9]
    assert whole(form(proposal="意见" * 1_500)) == []


def test_pages_begin_where_the_pdfs_do() -> None:
    table = opened([form(attitude="认识深刻，" * 80)]).tables[0]
    breaks = [
        number
        for number, row in enumerate(table._tbl.findall(f"{W}tr"))
        if row.find(f".//{W}pageBreakBefore") is not None
    ]
    assert breaks == [8]


def test_a_batch_has_a_section_per_form_with_its_own_name_in_the_header() -> None:
    document = opened([form(), form(name="李四")], footer_anchor="审计 #18342")
    names = ["\n".join(p.text for p in s.header.paragraphs) for s in document.sections]
    assert len(document.tables) == len(document.sections) == 2
    assert "回访对象姓名：张三" in names[0]
    assert "回访对象姓名：李四" in names[1]
    assert all("（续表）" in name for name in names)
    foot = "".join(p.text for p in document.sections[1].footer.paragraphs)
    assert "审计 #18342" in foot


def test_the_blank_form_and_the_marks_come_as_the_options_say() -> None:
    document = opened([form()], blank=True, practice=True, annex_mark=True)
    texts = [text for _, _, _, text in cells_of(document.tables[0])]
    assert "张三" not in texts
    assert "无" not in texts
    head = "".join(p.text for p in document.sections[0].first_page_header.paragraphs)
    assert head == "附件\t演示"


def test_what_xml_cannot_hold_becomes_a_geta_or_goes() -> None:
    entity = form(name="张\ud800三", facts="甲\x07乙\uffff丙😀")
    texts = [text for _, _, _, text in cells_of(opened([entity]).tables[0])]
    assert "张〓三" in texts
    assert "甲乙〓丙😀" in texts


def test_equal_forms_give_equal_bytes_and_well_formed_parts() -> None:
    first = draw_docx([form(), SEVERAL], options=OPTIONS)
    assert first == draw_docx([form(), SEVERAL], options=OPTIONS)
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        for name in parts.namelist():
            if name.endswith(".xml"):
                ElementTree.fromstring(parts.read(name))


# CT_PPr, CT_RPr, CT_TcPr and CT_TblPr of ECMA-376: Word repairs a file whose properties stand otherwise.
SCHEMA_ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl tabs autoSpaceDE autoSpaceDN spacing"
    " ind jc textAlignment sectPr",
    "rPr": "rFonts b spacing sz szCs",
    "tcPr": "tcW gridSpan vMerge tcMar vAlign",
    "tblPr": "tblW jc tblBorders tblLayout",
    "trPr": "cantSplit trHeight",
    "sectPr": "headerReference footerReference type pgSz pgMar pgNumType cols titlePg docGrid",
}


def test_properties_stand_in_the_order_of_the_schema() -> None:
    content = draw_docx([form(attitude="认识深刻，" * 80), SEVERAL], options=OPTIONS)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = [n for n in parts.namelist() if n.startswith("word/") and n.endswith(".xml")]
        own = [n for n in names if "document" in n or "header" in n or "footer" in n]
        assert len(own) >= 5
        for name in own:
            for element in ElementTree.fromstring(parts.read(name)).iter():
                order = SCHEMA_ORDER.get(element.tag.removeprefix(W), "").split()
                if order:
                    places = [order.index(child.tag.removeprefix(W)) for child in element]
                    assert places == sorted(places), (name, element.tag)


def test_no_person_is_named_in_the_properties() -> None:
    properties = opened([form()]).core_properties
    assert properties.title == "受处分人员回访关爱工作情况登记表"
    assert properties.author == "某某学院纪委"


def test_no_form_is_refused_with_a_sentence() -> None:
    with pytest.raises(NothingToPrint, match="没有可导出的登记表"):
        draw_docx([], options=OPTIONS)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_libreoffice_opens_it_without_loss_and_on_as_many_pages(tmp_path: Path) -> None:
    entities = [
        form(),
        form(attitude="认识深刻，" * 80),
        SEVERAL,
        form(attitude="字" * 250, facts="字" * 100, one_page=True),
        form(attitude="思想稳定，工作积极。" * 60, proposal="继续关心爱护，轻装上阵。" * 12),
        longest(2),  # to the character, with dates between which LibreOffice sets gaps
    ]
    pages = [count_pages(entity, options=OPTIONS) for entity in entities]
    assert pages == [1, 2, 1, 1, 2, 2]
    with_our_fonts = tmp_path / "fonts.conf"
    with_our_fonts.write_text(_FONTS.format(folder=OPTIONS.fonts_folder, cache=tmp_path), "utf-8")
    source = tmp_path / "forms.docx"
    source.write_bytes(draw_docx(entities, options=OPTIONS))
    subprocess.run(
        [
            "soffice",
            "--headless",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
            str(source),
        ],
        check=True,
        capture_output=True,
        timeout=180,
        env=os.environ | {"FONTCONFIG_FILE": str(with_our_fonts)},
    )
    pdf = (tmp_path / "forms.pdf").read_bytes()
    text = extracted(pdf, "-raw")
    for entity in entities:
        assert "".join(entity.facts.split()) in text
    for words in ("认识深刻，", "稳"):
        assert text.count(words) == sum(entity.attitude.count(words) for entity in entities)
    assert text.count("第2页共2页") == 3 and "第2页共1页" not in text
    assert "<b>&" in text
    assert text.count("回访工作人员签名：") == len(entities)
    from pypdf import PdfReader

    assert len(PdfReader(io.BytesIO(pdf)).pages) == sum(pages)


_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{folder}</dir><cachedir>{cache}</cachedir>
<match target="pattern"><test name="family"><string>仿宋</string></test>
<edit name="family" mode="assign" binding="strong"><string>FandolFang</string></edit></match>
<match target="pattern"><test name="family"><string>方正小标宋简体</string></test>
<edit name="family" mode="assign" binding="strong"><string>Noto Serif SC</string></edit></match>
</fontconfig>"""
"""The PC of an office has 仿宋; a test machine has ours, under that name."""


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_a_second_institutions_form_is_the_same_in_word() -> None:
    folder = ROOT / "tests" / "data" / "forms"
    layout = os.path.relpath(folder / "second_institution.toml", OPTIONS.resources / "forms")
    document = opened([form()], layout=layout)
    section = document.sections[0]
    assert section.page_width > section.page_height
    [table] = document.tables
    assert len(table.rows) == 10
    text = "".join(paragraph.text for paragraph in document.paragraphs)
    text += "".join(part for _, _, _, part in cells_of(table)) + "1/1"
    pdf = draw_pdf([form()], options=dataclasses.replace(OPTIONS, layout=layout))
    assert Counter("".join(text.split())) == Counter(extracted(pdf, "-raw"))


def test_lines_are_set_closer_only_where_a_text_over_pages_may_need_more_of_them() -> None:
    def pitch(entity: RegistrationForm) -> int:
        first = opened([entity]).tables[0].rows[8].cells[-1].paragraphs[0]
        return int(first._p.pPr.find(f"{W}spacing").get(f"{W}line"))

    assert pitch(form()) == 20 * GRID.type.pitch_pt
    assert pitch(form(attitude="字" * 900)) == 20 * GRID.type.pitch_pt  # its last page has room
    assert 18 * 20 <= pitch(longest(2)) < 20 * GRID.type.pitch_pt


def test_a_form_on_one_page_leaves_word_room_for_lines_that_break_otherwise() -> None:
    def height(**more: bool) -> int:
        rows = opened([form(attitude="字" * 250, facts="字" * 100, **more)]).tables[0]._tbl
        return sum(int(found.get(f"{W}val")) for found in rows.iter(f"{W}trHeight"))

    room = GRID.sheet.inner_height_mm - GRID.type.title_mm - GRID.type.line_mm
    assert height(one_page=True) < (room - 8.5) * POINTS_PER_MM * 20
