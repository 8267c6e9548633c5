"""What a paper is, is told by its content; hostile and locked files get a sentence."""

import io
import struct
import zipfile

import pytest
from pypdf import PdfWriter

from app.documents import attachment_kinds
from app.documents.attachment_kinds import _count, inspect, read_text
from app.documents.refused import Refused
from app.services.ports import UserError


def a_pdf(pages=3, *, password="", owner_password=""):
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    if password or owner_password:
        writer.encrypt(password, owner_password or None, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def a_zip(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def an_ole(name):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + name.encode("utf-16-le") + bytes(600)


def a_tiff(pages):
    content = b"II*\x00" + struct.pack("<I", 8)
    for page in range(pages):
        end = len(content) + 2 + 12 + 4
        content += struct.pack("<HHHIII", 1, 256, 3, 1, 1, end if page < pages - 1 else 0)
    return content


@pytest.mark.parametrize(
    ("content", "media", "pages"),
    [
        (b"\xff\xd8\xff\xe0 jpeg", "JPG", 1),
        (b"\x89PNG\r\n\x1a\n png", "PNG", 1),
        (a_tiff(3), "TIFF", 3),
        (a_zip("word/document.xml"), "DOCX", None),
        (a_zip("xl/workbook.xml"), "XLSX", None),
        (an_ole("WordDocument"), "DOC", None),
        (an_ole("Workbook"), "XLS", None),
        ("谈话要点 𠮷".encode(), "TXT", None),
        ("谈话要点".encode("gb18030"), "TXT", None),
        ("自造字\ue001".encode(), "TXT", None),
        ("谈话要点".encode("utf-16"), "TXT", None),
    ],
)  # fmt: skip
def test_kinds_by_content(content, media, pages):
    found = inspect(content)
    assert (found.media, found.pages) == (media, pages)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"MZ\x90\x00 This program cannot be run in DOS mode", "程序文件"),
        (b"\x7fELF\x02", "程序文件"),
        (b"Rar!\x1a\x07", "先解压"),
        (a_zip("evil.exe"), "压缩包"),
        (a_zip("word/document.xml", "word/vbaProject.bin"), "宏程序"),
        (b"PK\x03\x04 cut", "已损坏"),
        (an_ole("EncryptedPackage"), "打开密码"),
        (an_ole("Visio"), "其他格式"),
        (b"II*\x00\x08", "已损坏"),
        (bytes(range(256)) * 3, "不是可以附入的文件"),
    ],
)
def test_what_is_not_taken_says_why(content, sentence):
    with pytest.raises(UserError, match=sentence):
        inspect(content)


def test_a_pdf_is_counted_in_a_process_of_its_own():
    assert inspect(a_pdf(3)).pages == 3


def test_a_pdf_cut_in_half_gets_a_sentence():
    with pytest.raises(UserError, match="已损坏"):
        inspect(b"%PDF-1.7\n" + bytes(2000))


@pytest.mark.parametrize(("locked", "refused"), [("", False), ("geheim", True)])
def test_a_pdf_locked_for_reading_is_refused_one_locked_for_changes_is_taken(locked, refused):
    content = a_pdf(2, password=locked, owner_password="chef")
    if refused:
        with pytest.raises(Refused, match="打开密码"):
            _count(content)
    else:
        assert _count(content) == 2


def _sleep_for_ever(pipe):
    pipe.recv_bytes()
    while True:
        pass


def _die(pipe):
    pipe.recv_bytes()
    raise SystemExit(1)


def test_a_pdf_that_never_ends_is_stopped_and_one_that_kills_its_reader_is_said(monkeypatch):
    monkeypatch.setattr(attachment_kinds, "_serve", _sleep_for_ever)
    with pytest.raises(UserError, match="还没有读完"):
        attachment_kinds.pdf_pages(b"%PDF-", seconds=0.1)
    monkeypatch.setattr(attachment_kinds, "_serve", _die)
    with pytest.raises(UserError, match="已损坏"):
        attachment_kinds.pdf_pages(b"%PDF-", seconds=30)


def test_text_is_read_in_every_usual_encoding():
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert read_text("困难：住房".encode(encoding)) == "困难：住房"


def test_a_bent_chain_of_tiff_pages_ends():
    looped = bytearray(a_tiff(2))
    looped[-4:] = struct.pack("<I", 8)
    assert inspect(bytes(looped)).pages == 2
