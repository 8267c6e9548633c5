"""Papers from outside as pages of the file: A4, upright, nothing active in them."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any

from app.domain.attachment import JPEG, PDF, PICTURES
from app.paper.grid import POINTS_PER_MM
from app.services.ports import UserError

A4 = (210 * POINTS_PER_MM, 297 * POINTS_PER_MM)
_SAME = 0.03  # of a side: a page that is A4 but for so much is A4
_PICTURE_MM = 8.0  # what stays free around a picture
_QUALITY = 85  # of pictures that have to be written anew
_ORIENTATION = 0x0112
_BROKEN = (
    ArithmeticError, AssertionError, AttributeError, LookupError, OSError, RecursionError, TypeError,
    ValueError, zlib.error,
)  # fmt: skip
"""What a reader of PDFs may raise over a file that is none: it must cost a page, not the file."""
_COLOURS = {"L": "/DeviceGray", "RGB": "/DeviceRGB"}


class NotAPage(UserError):
    """A paper cannot become pages; the message is a predicate: “有打开密码，不能并入”."""

    number = 105


def scan_pages(content: bytes, media: str) -> list[Any]:
    """Return the pages of a PDF or picture as ``pypdf`` pages of A4. Raises ``NotAPage``.

    A page larger than A4 is made smaller, a smaller one is not made larger; a page that lies on its
    side stays so. Links, forms and scripts are left behind.
    """
    if media == PDF:
        return list(_of_pdf(content))
    if media in PICTURES:
        return _of_picture(content, media)
    raise NotAPage("不是 PDF 或图片，不能转为页面")


def _of_pdf(content: bytes) -> Iterator[Any]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise NotAPage("设有打开密码，不能并入")
        for page in reader.pages:
            yield _on_a4(page)
    except (PyPdfError, *_BROKEN) as error:
        raise NotAPage("已损坏或不合规范，不能并入") from error


def _on_a4(page: Any) -> Any:
    from pypdf import PageObject, Transformation

    box = page.cropbox
    width, height = float(box.width), float(box.height)
    if width <= 0 or height <= 0:
        raise ValueError("a page without an area")
    turn = page.rotation % 360
    move = Transformation().translate(-float(box.left), -float(box.bottom))
    if turn:
        move = move.rotate(-turn)
        back = {90: (0.0, width), 180: (width, height), 270: (height, 0.0)}[turn]
        move = move.translate(*back)
        if turn in (90, 270):
            width, height = height, width
    wide = A4 if width <= height else A4[::-1]
    fit = min(wide[0] / width, wide[1] / height)
    near = abs(width - wide[0]) <= _SAME * wide[0] and abs(height - wide[1]) <= _SAME * wide[1]
    scale = fit if fit < 1 or near else 1.0
    left, low = (wide[0] - width * scale) / 2, (wide[1] - height * scale) / 2
    made = PageObject.create_blank_page(width=wide[0], height=wide[1])
    made.merge_transformed_page(page, move.scale(scale).translate(left, low))
    for active in ("/Annots", "/AA"):
        if active in made:
            del made[active]
    return made


def _of_picture(content: bytes, media: str) -> list[Any]:
    """Return a picture (every page of a TIFF) as pages; a plain JPEG goes in byte for byte."""
    from PIL import Image, ImageOps, ImageSequence
    from pypdf import PdfWriter

    writer = PdfWriter()
    try:
        with Image.open(io.BytesIO(content)) as picture:
            upright = picture.getexif().get(_ORIENTATION, 1) == 1
            if media == JPEG and upright and picture.mode in _COLOURS:
                picture.load()  # a damaged one is found here, not by a viewer
                _place(writer, content, picture.size, picture.mode)
            else:
                for frame in ImageSequence.Iterator(picture):
                    shown = _flat(ImageOps.exif_transpose(frame))
                    again = io.BytesIO()
                    shown.save(again, "JPEG", quality=_QUALITY)
                    _place(writer, again.getvalue(), shown.size, shown.mode)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotAPage("已损坏或过大，不能并入") from error
    return list(writer.pages)


def _flat(picture: Any) -> Any:
    """Return a picture without transparency, grey where it has no colour."""
    from PIL import Image

    if picture.mode in ("1", "L", "I", "I;16"):
        return picture.convert("L")
    if "A" in picture.mode or "transparency" in picture.info:
        ground = Image.new("RGB", picture.size, "white")
        rgba = picture.convert("RGBA")
        ground.paste(rgba, mask=rgba.getchannel("A"))
        return ground
    return picture.convert("RGB")


def _place(writer: Any, jpeg: bytes, size: tuple[int, int], mode: str) -> None:
    """Add an A4 page that holds a picture; written here, for reportlab would encode it as text."""
    from pypdf.generic import (
        DecodedStreamObject,
        DictionaryObject,
        NameObject,
        NumberObject,
        StreamObject,
    )

    width, height = size
    page = A4 if width <= height else A4[::-1]
    free = 2 * _PICTURE_MM * POINTS_PER_MM
    scale = min((page[0] - free) / width, (page[1] - free) / height)
    wide, high = width * scale, height * scale
    image = StreamObject()
    image.set_data(jpeg)
    image.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(width),
            NameObject("/Height"): NumberObject(height),
            NameObject("/ColorSpace"): NameObject(_COLOURS[mode]),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/Filter"): NameObject("/DCTDecode"),
        }
    )
    code = DecodedStreamObject()
    left, low = (page[0] - wide) / 2, (page[1] - high) / 2
    code.set_data(f"q {wide:.2f} 0 0 {high:.2f} {left:.2f} {low:.2f} cm /Scan Do Q".encode())
    made = writer.add_blank_page(*page)
    named = DictionaryObject({NameObject("/Scan"): writer._add_object(image)})
    made[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): named})
    made[NameObject("/Contents")] = writer._add_object(code)
