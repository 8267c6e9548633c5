"""The office's own form: a file in the data folder, used on screen and paper once it is in order."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

from app.bootstrap.join import join
from app.bootstrap.layouts import office_layout
from app.paths import RESOURCES
from tests.ui.form_desk import a_tab, an_office, fill

SECOND = Path(__file__).parents[1] / "data" / "forms" / "second_institution.toml"


@pytest.fixture
def own(office):
    """Puts a layout into the data folder of the office."""

    def put(text):
        folder = office.folder / "forms"
        folder.mkdir(exist_ok=True)
        (folder / "registration_form.toml").write_text(text, "utf-8")

    return put


def test_without_a_file_of_its_own_an_office_has_the_annex(tmp_path):
    found = office_layout(tmp_path)
    assert found.file == RESOURCES / "forms" / "registration_form.toml"
    assert found.notice == ""


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text[:200], "读不出来"),
        (lambda text: text.replace('"attitude"', '"atitude"'), "atitude"),
        (lambda text: text.replace("span = 17", "span = 16", 1), "有误"),
        (lambda text: text.replace('"address"', '"one_page"'), "缺少附件的栏目（家庭住址）"),
        (lambda text: "不是版式", "读不出来"),
    ],
)
def test_a_layout_that_is_not_in_order_is_named_and_the_annex_used(office, own, change, why):
    own(change(SECOND.read_text("utf-8")))
    found = office_layout(office.folder)
    assert found.file == RESOURCES / "forms" / "registration_form.toml"
    assert "仍用办法附件的版式" in found.notice
    assert why in found.notice


def test_the_offices_form_is_on_screen_on_paper_and_in_word(
    office, own, a_person, qtbot, monkeypatch, tmp_path, compose
):
    own(SECOND.read_text("utf-8"))
    use_cases = an_office(office, a_person)
    tab = a_tab(use_cases, qtbot, monkeypatch, tmp_path)
    tab.open_for_subject(1)
    assert tab.editor.sheet.grid.title == "教职工回访谈话记录表"
    assert list(tab.editor.sheet.editors)[-2:] == ["proposal", "remarks"]
    fill(tab, compose)
    assert use_cases.paper.left_open(tab.editor.form) == []
    page = PdfReader(io.BytesIO(use_cases.draw_forms([tab.editor.form]))).pages[0]
    assert page.mediabox.width > page.mediabox.height
    assert "谈话地点与时间" in page.extract_text()
    word = docx.Document(io.BytesIO(use_cases.draw_forms_docx([tab.editor.form])))
    assert "教职工回访谈话记录表" in [paragraph.text for paragraph in word.paragraphs]
    assert word.sections[0].page_width > word.sections[0].page_height
    assert "教职工" in PdfReader(io.BytesIO(use_cases.draw_blank("pdf"))).pages[0].extract_text()


def test_a_wrong_layout_is_said_when_forms_are_opened(
    office, own, a_person, qtbot, monkeypatch, tmp_path
):
    own("title = 3")
    tab = a_tab(an_office(office, a_person), qtbot, monkeypatch, tmp_path)
    assert "仍用办法附件的版式" in tab.messages.text
    assert join(office).paper.layout_notice()
