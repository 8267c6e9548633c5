"""From draft to the file, as a clerk does it: real services, a real encrypted file, the real PDF."""

from datetime import date

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QPushButton

from app.domain.form_life import DRAFT, FILED, FINAL, SIGNED
from app.ui.forms.life_dialogs import FilingDialog, FinaliseDialog, ScanDialog, first_page
from app.ui.forms.versions_dialog import CompareDialog, VersionsDialog, picture_as_pdf
from tests.ui.form_desk import a_tab, an_office, box, fill, when_modal


@pytest.fixture
def use_cases(office, a_person):
    return an_office(office, a_person)


@pytest.fixture
def tab(use_cases, qtbot, monkeypatch, tmp_path):
    made = a_tab(use_cases, qtbot, monkeypatch, tmp_path)
    made.open_for_subject(use_cases.namesakes("单小芳", None)[0].id)
    return made


@pytest.fixture
def final(tab, compose, use_cases):
    """The tab with a form that is final."""
    fill(tab, compose)
    changes = use_cases.paper.finalise(tab.editor.form.id, "")
    tab.life.changed.emit(changes)
    return tab


@pytest.fixture
def scan(tmp_path, final, use_cases):
    """A scanned page in a file."""
    file = tmp_path / "扫描.pdf"
    file.write_bytes(use_cases.paper.read_final(final.editor.form.id) + b"\n% scanned\n")
    return file


def attach(tab, use_cases, scan):
    tab.life.changed.emit(
        use_cases.paper.attach_scan(
            tab.editor.form.id, scan.read_bytes(), 1, date(2026, 11, 22), "周明、李静"
        )
    )


def press(dialog, words):
    [button] = [one for one in dialog.findChildren(QPushButton) if words in one.text()]
    button.click()


def test_a_complete_form_is_made_final_and_its_kept_pages_take_the_sheets_place(
    tab, compose, qtbot, use_cases
):
    fill(tab, compose)
    assert tab.toolbar.stage == "○ 草稿"
    said = []

    def act(dialog):
        assert isinstance(dialog, FinaliseDialog)
        said.append(dialog._press.text())
        dialog.act()

    when_modal(qtbot, act)
    tab.life.finalise()
    assert said == ["定稿(&F)"]
    form = tab.editor.form
    assert form.state == FINAL
    assert tab.toolbar.stage == "● 已定稿 第1版"
    assert not tab.editor.isVisible()
    assert tab.preview.pages._pdf.data == use_cases.paper.read_final(form.id)
    assert tab.list.entries()[2].more.startswith("【已定稿】")


def test_what_is_open_is_named_and_only_a_reason_makes_the_form_final(
    tab, compose, qtbot, use_cases
):
    fill(tab, compose, proposal="")

    def act(dialog):
        assert not dialog._press.isEnabled()
        dialog.act()
        assert "写明理由" in dialog.news.text()
        compose(dialog.reason, "纸面补签")
        assert dialog._press.isEnabled()
        dialog.act()

    when_modal(qtbot, act)
    tab.life.finalise()
    [kept] = use_cases.paper.versions(tab.editor.form.id)
    assert kept.version.override == "纸面补签"


def test_thinking_better_of_it_leaves_a_draft(tab, compose, qtbot, use_cases):
    fill(tab, compose)
    when_modal(qtbot, lambda dialog: dialog.reject())
    tab.life.finalise()
    assert tab.editor.form.state == DRAFT
    assert use_cases.paper.versions(tab.editor.form.id) == []


def test_a_final_form_takes_no_typing_no_phrase_and_no_refilling(final, compose):
    before = box(final, "attitude").text
    assert box(final, "attitude").isReadOnly()
    final.editor.insert("多写一句。")
    final.refill()
    assert box(final, "attitude").text == before
    assert not final.has_unsaved()
    assert final.field_bar.offer is None


def test_a_final_form_is_printed_and_saved_as_the_bytes_that_were_kept(final, use_cases):
    use_cases.save_settings(use_cases.settings())  # the log goes on, and so does its anchor
    form = final.editor.snapshot()
    kept = use_cases.paper.read_final(form.id)
    assert final.output._pdf_of([form]) == kept
    assert use_cases.draw_forms([form]) != kept


def test_a_scan_is_shown_and_kept_with_day_and_names(final, scan, compose, qtbot, use_cases):
    def act(dialog):
        assert isinstance(dialog, ScanDialog)
        dialog.take(scan)
        assert "共 1 页" in dialog._chosen.text()
        assert not dialog._picture.pixmap().isNull()
        assert dialog.fields["signed_on"].isAncestorOf(dialog.focusWidget())  # Enter goes on
        dialog.act()
        assert "签名日期" in dialog.news.text()
        dialog.fields["signed_on"].show_value(date(2026, 11, 22))
        compose(dialog.fields["signed_by"].control, "周明、李静")
        dialog.act()

    when_modal(qtbot, act)
    final.life.attach_scan()
    [kept] = use_cases.paper.versions(final.editor.form.id)
    assert (kept.version.state, kept.version.signed_by) == (SIGNED, "周明、李静")
    assert use_cases.paper.read_paper(kept.scans[0].id) == scan.read_bytes()
    assert final.toolbar.stage == "● 已签名 第1版"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("说明.docx", b"PK\x03\x04", "不是能打开的"),
        ("坏.pdf", b"%PDF-1.4 nothing of a PDF", "不是能打开的"),
        ("坏.jpg", b"\xff\xd8\xff\xe0 nothing", "不是能打开的"),
    ],
)
def test_what_is_no_scan_is_refused_before_anything_is_kept(
    final, qtbot, tmp_path, name, content, sentence
):
    file = tmp_path / name
    file.write_bytes(content)

    def act(dialog):
        dialog.take(file)
        assert sentence in dialog.news.text()
        assert not dialog._press.isEnabled()

    when_modal(qtbot, act)
    final.life.attach_scan()
    assert final.editor.form.state == FINAL


def test_a_file_that_is_gone_is_said_to_be_unreadable(final, qtbot, tmp_path):
    def act(dialog):
        dialog.take(tmp_path / "不在.pdf")
        assert "读不出来" in dialog.news.text()

    when_modal(qtbot, act)
    final.life.attach_scan()


def test_filing_asks_for_the_number_and_closes_the_form(final, scan, use_cases, compose, qtbot):
    attach(final, use_cases, scan)

    def act(dialog):
        assert isinstance(dialog, FilingDialog)
        dialog.act()
        assert "案卷号" in dialog.news.text()
        compose(dialog.fields["file_number"].control, "2026审理012")
        dialog.fields["filed_on"].show_value(date(2026, 11, 23))
        dialog.act()

    when_modal(qtbot, act)
    final.life.file()
    assert final.editor.form.state == FILED
    assert final.toolbar.stage == "✓ 已归档 第1版"


def test_a_new_version_needs_a_reason_and_both_are_shown_side_by_side(
    final, compose, qtbot, use_cases
):
    def reason(dialog):
        compose(dialog.input, "回访时间写错")
        press(dialog, "另出")

    when_modal(qtbot, reason)
    final.life.revise()
    form = final.editor.form
    assert (form.state, form.version, form.change_reason) == (DRAFT, 2, "回访时间写错")
    assert final.editor.isVisible()
    compose(box(final, "visited_on"), "21日、")
    assert final.save_pending()

    def look(dialog):
        assert isinstance(dialog, CompareDialog)
        assert dialog.table.rowCount() == 1
        assert dialog.table.item(0, 0).text() == "回访时间"
        assert dialog.table.cellWidget(0, 1).toPlainText() == "2026年11月20日"
        assert "21日、" in dialog.table.cellWidget(0, 2).toPlainText()

    when_modal(qtbot, look)
    final.life.compare()

    def give_up(dialog):
        compose(dialog.input, "不改了")
        press(dialog, "放弃")

    when_modal(qtbot, give_up)
    final.life.give_up()
    assert (final.editor.form.state, final.editor.form.visited_on) == (FINAL, "2026年11月20日")


def test_every_paper_of_every_version_can_be_looked_at_and_a_wrong_scan_taken_away(
    final, scan, use_cases, compose, qtbot, monkeypatch
):
    attach(final, use_cases, scan)
    monkeypatch.setattr("app.ui.forms.versions_dialog.ask_reason", lambda *a, **k: "扫反了")

    def look(dialog):
        assert isinstance(dialog, VersionsDialog)
        assert dialog.table.rowCount() == 2
        assert dialog.pages._pdf.data == scan.read_bytes()
        assert "周明、李静" in dialog._about.text()
        dialog.table.selectRow(0)
        assert not dialog._remove.isEnabled()
        dialog.table.selectRow(1)
        dialog.remove()
        assert dialog.table.rowCount() == 1

    when_modal(qtbot, look)
    final.life.show_versions()
    assert final.editor.form.state == FINAL


def test_a_photograph_is_shown_as_a_page(qapp):
    image = QImage(600, 800, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    raw = QByteArray()
    buffer = QBuffer(raw)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")
    content = bytes(raw.data())
    picture, pages = first_page(content, "PNG")
    assert (picture.size(), pages) == (image.size(), None)
    document, shown = QPdfDocument(None), QBuffer()
    shown.setData(QByteArray(picture_as_pdf(content, "PNG")))
    shown.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(shown)
    assert document.pageCount() == 1
    assert round(document.pagePointSize(0).height() / 72 * 25.4) == 297
