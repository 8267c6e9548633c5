"""Papers from outside become A4 pages, or say in one sentence why they cannot."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from app.documents.case_file.scans import NotAPage, scan_pages
from app.domain.attachment import DOCX, JPEG, PDF, PNG, TIFF
from tests.bootstrap.case_file_world import a_pdf, a_picture

A4 = (595.28, 841.89)


def size_of(page):
    return float(page.mediabox.width), float(page.mediabox.height)


def written(pages):
    """The pages as a file would hold them."""
    writer = PdfWriter()
    for page in pages:
        writer.add_page(page)
    buffer = io.BytesIO()
    writer.write(buffer)
    return PdfReader(io.BytesIO(buffer.getvalue())).pages


@pytest.mark.parametrize(
    ("size", "rotate", "lies"),
    [
        ((595, 842), 0, False),
        ((842, 595), 0, True),
        ((595, 842), 90, True),
        ((595, 842), 270, True),
        ((595, 842), 180, False),
        ((1684, 2384), 0, False),
        ((298, 420), 0, False),
        ((612, 792), 0, False),
    ],
)
def test_a_page_of_any_size_and_turn_is_an_a4_page_with_its_text_on_it(size, rotate, lies):
    [page] = written(scan_pages(a_pdf((size,), rotate=rotate), PDF))
    assert size_of(page) == pytest.approx(A4[::-1] if lies else A4, abs=0.1)
    assert page.rotation == 0
    assert "SCAN 1" in page.extract_text()
    assert "/Annots" not in page


@pytest.mark.parametrize(
    ("content", "media", "count"),
    [
        (a_picture(), JPEG, 1),
        (a_picture("PNG", (1600, 900)), PNG, 1),
        (a_picture("TIFF", frames=4), TIFF, 4),
        (a_picture("JPEG", (300, 90)), JPEG, 1),
    ],
)
def test_every_picture_is_a_page_that_lies_as_the_picture_does(content, media, count):
    pages = written(scan_pages(content, media))
    assert len(pages) == count
    with Image.open(io.BytesIO(content)) as picture:
        wide = picture.width > picture.height
    for page in pages:
        assert size_of(page) == pytest.approx(A4[::-1] if wide else A4, abs=0.1)
        assert len(page.images) == 1


def test_a_picture_taken_on_its_side_is_set_upright():
    picture = Image.new("RGB", (900, 600), "white")
    exif = picture.getexif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=exif)
    [page] = scan_pages(buffer.getvalue(), JPEG)
    assert size_of(page) == pytest.approx(A4, abs=0.1)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_pictures_of_every_kind_of_colour_are_taken(mode):
    buffer = io.BytesIO()
    Image.new(mode, (40, 60)).save(buffer, "TIFF" if mode in ("CMYK", "I;16") else "PNG")
    pages = scan_pages(buffer.getvalue(), TIFF if mode in ("CMYK", "I;16") else PNG)
    assert len(written(pages)) == 1


def test_what_is_no_page_says_so():
    locked = PdfWriter()
    locked.add_blank_page(100, 100)
    locked.encrypt("secret")
    buffer = io.BytesIO()
    locked.write(buffer)
    for content, media in (
        (buffer.getvalue(), PDF),
        (b"%PDF-1.7\nnothing", PDF),
        (b"", PDF),
        (b"\xff\xd8\xff", JPEG),
        (b"PK", DOCX),
    ):
        with pytest.raises(NotAPage):
            scan_pages(content, media)


def test_a_damaged_pdf_costs_a_sentence_never_more():
    whole, dice = a_pdf(((595, 842),) * 3), random.Random(5)
    for _ in range(60):
        broken = bytearray(whole)
        for _flip in range(dice.randint(1, 40)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        try:
            written(scan_pages(bytes(broken[: dice.randint(20, len(broken))]), PDF))
        except NotAPage:
            continue
