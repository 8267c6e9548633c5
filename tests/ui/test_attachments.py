"""Papers in the window: attached by button and by dropping, looked at, exported, put back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.bootstrap.join import join
from app.domain.attachment import APPROVAL_SCAN, DECISION
from app.domain.plan import Plan
from app.domain.subject import Subject
from app.services.attachments import HeldPaper
from app.ui import dialog as dialogs
from app.ui.attachments import attach_dialog
from app.ui.attachments.attach_dialog import AttachDialog
from app.ui.attachments.panel import AttachmentPanel, paper_lines
from app.ui.attachments.paper_dialogs import ExportDialog, PaperDialog
from app.ui.attachments.viewer import ViewerDialog, pictures_as_pdf
from app.ui.dialog import choose_scans
from app.ui.jobs import JobRunner
from app.ui.message_bar import Question
from app.ui.theme import scrolled
from tests.documents.test_attachment_kinds import a_pdf, a_zip


@pytest.fixture
def use_cases(office):
    return join(office)


@pytest.fixture
def jobs(qapp):
    runner = JobRunner()
    yield runner
    runner.shut_down()


@pytest.fixture
def person(new_uow, a_person):
    with new_uow() as uow:
        id_ = uow.repository(Subject).put(a_person())
        uow.commit()
    return id_


@pytest.fixture
def panel(use_cases, jobs, person, qtbot):
    made = AttachmentPanel(use_cases.attachments, jobs)
    qtbot.addWidget(made)
    made.resize(420, 300)
    made.show_owner(Subject, person)
    made.show()
    return made


@pytest.fixture
def picture(tmp_path, qapp):
    file = tmp_path / "𠮷某的处分决定.png"
    image = QImage(60, 90, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    image.save(str(file))
    return file


def button(dialog, words):
    return next(b for b in dialog.findChildren(QPushButton) if b.text().startswith(words))


def attach(panel, monkeypatch, qtbot, *files, change=lambda dialog: None):
    """Attach by dropping, as a user does who then presses 附入."""
    seen = []

    def answer(dialog):
        qtbot.addWidget(dialog)
        dialog.show()
        change(dialog)
        button(dialog, "附入").click()
        qtbot.waitUntil(lambda: dialog._busy_with is None, timeout=10_000)
        seen.append([line.trouble.text() for line in dialog._lines])
        return dialog.result()

    monkeypatch.setattr(AttachDialog, "exec", answer)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    panel.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    return seen[0]


def test_an_empty_list_says_what_to_do(panel):
    assert panel._empty.isVisible() and "拖到这里" in panel._empty.text()
    assert not panel.list.isVisible() and not panel._view.isVisible()


def test_files_dropped_are_asked_about_once_and_hang_there(
    panel, monkeypatch, qtbot, picture, tmp_path
):
    scan = tmp_path / "谈话记录3.pdf"
    scan.write_bytes(a_pdf(2))
    told = []
    panel.changed.connect(told.append)
    assert attach(panel, monkeypatch, qtbot, picture, scan) == []
    lines = [panel.list.item(row).text() for row in range(panel.list.count())]
    assert lines[0].startswith("𠮷某的处分决定\n处分决定  PNG 1页")
    assert lines[1].startswith("谈话记录3\n谈话记录  PDF 2页")
    assert "已附入2件" in panel._news.text() and len(told) == 1


def test_what_is_refused_stays_with_its_sentence_and_the_rest_is_kept(
    panel, monkeypatch, qtbot, picture, tmp_path
):
    wrong = tmp_path / "扫描件.pdf"
    wrong.write_bytes(b"MZ\x90 a program under another name")
    empty = tmp_path / "空.pdf"
    empty.write_bytes(b"")
    told = attach(panel, monkeypatch, qtbot, wrong, picture, empty)
    assert "是程序文件" in told[0] and "空文件" in told[1] and len(told) == 2
    assert panel.list.count() == 1


def test_the_same_file_again_is_said(panel, monkeypatch, qtbot, picture):
    attach(panel, monkeypatch, qtbot, picture)
    seen = []

    def keep(dialog):
        seen.append(dialog)

    monkeypatch.setattr(AttachDialog, "deleteLater", keep)
    attach(panel, monkeypatch, qtbot, picture)
    assert panel.list.count() == 1
    assert "没有重复附入" in seen[0].news.text()
    assert seen[0]._cancel.text().startswith("关闭")


def test_type_and_title_are_typed_for_each_file(
    panel, monkeypatch, qtbot, picture, use_cases, person
):
    def change(dialog):
        dialog._lines[0].kind.show_value("送达回执")
        dialog._lines[0].title.show_value("决定书送达回执")

    attach(panel, monkeypatch, qtbot, picture, change=change)
    [paper] = use_cases.attachments.of(Subject, person)
    assert (paper.kind, paper.title) == ("送达回执", "决定书送达回执")


def test_a_picture_and_a_pdf_are_looked_at_inside(panel, monkeypatch, qtbot, picture, use_cases):
    attach(panel, monkeypatch, qtbot, picture)
    shown = []

    def look(dialog):
        qtbot.addWidget(dialog)
        dialog.show()
        assert dialog.height() <= 560
        button(dialog, "放大").click()
        shown.append((dialog._number.text(), dialog.pages._zoom))

    monkeypatch.setattr(ViewerDialog, "exec", look)
    panel.view()
    assert shown == [("第 1 页  共 1 页", 1.25)]


def test_every_page_of_a_tiff_is_shown(qapp, tmp_path):
    from PIL import Image

    file = tmp_path / "two.tif"
    pages = [Image.new("L", (40, 60), shade) for shade in (0, 200)]
    pages[0].save(file, save_all=True, append_images=pages[1:])
    from io import BytesIO

    from pypdf import PdfReader

    assert len(PdfReader(BytesIO(pictures_as_pdf(file.read_bytes()))).pages) == 2
    assert pictures_as_pdf(b"II*\0 rubbish") == b""


def test_what_cannot_be_shown_says_so_and_stays_exportable(panel, monkeypatch, qtbot, tmp_path):
    word = tmp_path / "情况说明.docx"
    word.write_bytes(a_zip("word/document.xml"))
    attach(panel, monkeypatch, qtbot, word)
    asked = []
    monkeypatch.setattr(Question, "exec", lambda dialog: asked.append(dialog.windowTitle()))
    panel.view()
    assert asked == ["不能在程序内查看"]


def test_text_is_shown_as_text_never_as_markup(qtbot, use_cases, panel, monkeypatch, tmp_path):
    file = tmp_path / "说明.txt"
    file.write_text("<b>不是粗体</b> 𠮷", "utf-8")
    attach(panel, monkeypatch, qtbot, file)
    seen = []
    monkeypatch.setattr(
        ViewerDialog,
        "exec",
        lambda dialog: seen.append(dialog.findChild(QPlainTextEdit).toPlainText()),
    )
    panel.view()
    assert seen == ["<b>不是粗体</b> 𠮷"]


def test_a_damaged_file_is_said_in_the_panel(panel, monkeypatch, qtbot, picture, office):
    attach(panel, monkeypatch, qtbot, picture)
    [file] = office.pool.files()
    file.write_bytes(b"rubbish")
    panel.view()
    assert "损坏" in panel._news.text()
    assert QApplication.overrideCursor() is None


def test_a_paper_that_was_searched_for_is_chosen_and_in_sight_in_a_long_page(
    panel, monkeypatch, qtbot, tmp_path
):
    scans = [tmp_path / f"材料{n}.pdf" for n in range(9)]
    for pages, scan in enumerate(scans, 1):
        scan.write_bytes(a_pdf(pages))
    attach(panel, monkeypatch, qtbot, *scans)
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.addSpacing(2000)
    column.addWidget(panel)
    page = scrolled(inside)
    qtbot.addWidget(page)
    page.resize(420, 400)
    page.show()
    last = panel.list.item(8).data(Qt.ItemDataRole.UserRole)
    assert panel.choose_paper(last.id) and panel.chosen is last
    qtbot.waitUntil(lambda: page.verticalScrollBar().value() > 1500)
    row = panel.list.visualItemRect(panel.list.currentItem())
    assert panel.list.viewport().rect().contains(row)
    assert not panel.choose_paper(10_000)
    panel.setParent(None)  # else it goes with the page, before it is closed


def test_a_removed_paper_can_be_put_back_at_once(panel, monkeypatch, qtbot, picture):
    attach(panel, monkeypatch, qtbot, picture)
    monkeypatch.setattr("app.ui.attachments.panel.ask_reason", lambda *_a, **_k: "附错了")
    panel.remove()
    assert panel.list.count() == 0 and panel._undo.isVisible()
    panel._undo.click()
    assert panel.list.count() == 1 and not panel._undo.isVisible()


def test_an_export_asks_what_for(panel, monkeypatch, qtbot, picture, use_cases, person, tmp_path):
    attach(panel, monkeypatch, qtbot, picture)
    [paper] = use_cases.attachments.of(Subject, person)
    dialog = ExportDialog(
        paper, lambda target, why: use_cases.attachments.export(paper.id, target, why)
    )
    qtbot.addWidget(dialog)
    dialog._on_act()
    assert "请填写用途" in dialog.news.text()
    dialog.write(tmp_path / "out.png", "报送上级")
    assert (tmp_path / "out.png").read_bytes() == picture.read_bytes()


def test_a_paper_is_renamed_and_stale_is_said(
    panel, monkeypatch, qtbot, picture, use_cases, person
):
    attach(panel, monkeypatch, qtbot, picture)
    [paper] = use_cases.attachments.of(Subject, person)
    first, second = (PaperDialog(paper, use_cases.attachments.save) for _ in range(2))
    for dialog, title in ((first, "甲"), (second, "乙")):
        qtbot.addWidget(dialog)
        dialog.editors["title"].show_value(title)
        button(dialog, "保存").click()
    assert first.result() == 1
    assert "另行保存" in second.news.text()


def test_a_record_that_is_not_kept_yet_takes_no_papers(use_cases, jobs, qtbot):
    panel = AttachmentPanel(use_cases.attachments, jobs)
    qtbot.addWidget(panel)
    panel.show_owner(Plan, None)
    assert not panel.add.isEnabled()


def test_too_many_files_at_once_are_cut_off_with_a_word(jobs, qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(attach_dialog, "MOST_FILES", 2)
    dialog = AttachDialog([tmp_path / f"{n}.pdf" for n in range(3)], None, jobs, kind=APPROVAL_SCAN)
    qtbot.addWidget(dialog)
    assert len(dialog._lines) == 2 and "一次最多" in dialog.news.text()
    assert dialog._lines[0].kind.value() == APPROVAL_SCAN


def test_a_long_title_is_shortened_in_the_list(use_cases, person):
    from app.domain.attachment import Attachment

    held = HeldPaper(Attachment(title="长" * 120, kind=DECISION, media="PDF", size=5), "本人")
    assert len(paper_lines(held).splitlines()[0]) == 59


def test_the_next_scan_is_looked_for_where_the_last_one_lay(qtbot, tmp_path, monkeypatch):
    from PySide6.QtWidgets import QFileDialog

    parent, asked = QWidget(), []
    monkeypatch.setattr(dialogs._Scans, "folder", tmp_path)
    qtbot.addWidget(parent)
    answers = [(str(tmp_path / "扫描" / "一.pdf"), ""), ("", ""), ("", "")]

    def ask(_parent, _title, start, _kinds):
        asked.append(Path(start))
        return answers[len(asked) - 1]

    monkeypatch.setattr(QFileDialog, "getOpenFileName", ask)
    assert choose_scans(parent, "选择", "*.pdf") == [tmp_path / "扫描" / "一.pdf"]
    assert choose_scans(parent, "选择", "*.pdf") == []  # cancelled: nothing is forgotten
    assert choose_scans(parent, "选择", "*.pdf") == []
    assert asked == [tmp_path, tmp_path / "扫描", tmp_path / "扫描"]
