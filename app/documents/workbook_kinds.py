"""Which kind of file this is, by its first bytes, and how its sheets are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.documents.refused import Refused
from app.documents.workbook_text import read_text_table
from app.documents.workbook_zip import ZipFacts, measure
from app.domain.ledger import Cell, Sheet, column_index

MOST_BYTES = 64 * 1024 * 1024
_AGAIN = "请用 Excel 或 WPS 打开，另存为 .xlsx 文件再导入"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", f"是 PDF 文件，不是工作簿。{_AGAIN}"),
    (b"{\\rtf", f"是 RTF 文档，不是工作簿。{_AGAIN}"),
    (b"Rar!", "是压缩包，请先解压，再导入其中的工作簿"),
    (b"7z\xbc\xaf", "是压缩包，请先解压，再导入其中的工作簿"),
    (b"\x1f\x8b", "是压缩包，请先解压，再导入其中的工作簿"),
    (b"\x89PNG", "是图片，不是工作簿。请导入台账的电子表格"),
    (b"\xff\xd8\xff", "是图片，不是工作簿。请导入台账的电子表格"),
    (b"GIF8", "是图片，不是工作簿。请导入台账的电子表格"),
    (b"BM", "是图片，不是工作簿。请导入台账的电子表格"),
    (b"MZ", "是程序文件，不是工作簿"),
    (b"\x7fELF", "是程序文件，不是工作簿"),
    (b"SQLite format", "是数据库文件，不是工作簿"),
    (b"MIME-Version", f"是网页格式的表格，不能直接读取。{_AGAIN}"),
)
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta", b"<script", b"<svg")


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened workbook; ``sheets`` yields every sheet and whether it is hidden."""

    typed: bool
    from_1904: bool
    sheets: Callable[[], Iterator[tuple[Sheet, bool]]]


def open_workbook(path: Path, *, most_rows: int, most_columns: int) -> Opened:
    """Return the workbook in ``path``, whatever its name ends with. Raises ``Refused``."""
    size = path.stat().st_size
    if path.is_dir() or size == 0:
        raise Refused("是空文件，没有可以导入的内容" if size == 0 else "是文件夹，不是文件")
    if size > MOST_BYTES:
        raise Refused(f"有{size >> 20}MB，超过{MOST_BYTES >> 20}MB。请只保留台账所在的工作表再导入")
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK"):
        facts = measure(path, most_rows=most_rows, most_columns=most_columns)
        return Opened(True, facts.from_1904, lambda: _calamine(path, facts, most_rows))
    if head.startswith(_OLE):
        _check_ole(path.read_bytes())
        return Opened(True, False, lambda: _calamine(path, ZipFacts(), most_rows))
    for magic, why in _OTHER_KINDS:
        if head.startswith(magic):
            raise Refused(why)
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    if bare.startswith(_MARKUP):
        raise Refused(f"是网页或 XML 格式，不能直接读取。{_AGAIN}")
    if (head[:1] == b"\t" and head[1:3] in (b"\x08", b"\x04\x00")) or head[:4] in _OLD_BIFF:
        raise Refused(f"是很早以前的 Excel 格式，不能直接读取。{_AGAIN}")
    table = read_text_table(path, most_rows=most_rows, most_columns=most_columns)
    return Opened(False, False, lambda: iter([(table, False)]))


_OLD_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


def _check_ole(content: bytes) -> None:
    """Refuse compound files that are no plain workbook: .doc, .ppt, or protected by a password."""
    if _utf16("EncryptedPackage") in content:
        raise Refused("设有打开密码，不能读取。请用 Excel 或 WPS 打开，取消密码后再导入")
    if _utf16("WordDocument") in content:
        raise Refused(f"是 Word 文档，不是工作簿。{_AGAIN}")
    if _utf16("PowerPoint Document") in content:
        raise Refused("是演示文稿，不是工作簿。请导入台账的电子表格")
    if _utf16("Workbook") not in content and _utf16("Book") not in content:
        raise Refused(f"不是 Excel 工作簿。{_AGAIN}")


def _show_months(rows: list[list[Cell]], cells: list[tuple[str, int]]) -> None:
    """Let dates that look like 2024年3月 say no more than that: a spreadsheet made it of the text."""
    for letters, number in cells:
        column = column_index(letters)
        if number > len(rows) or column >= len(rows[number - 1]):
            continue
        cell = rows[number - 1][column]
        if isinstance(cell, date) and cell.day == 1:
            rows[number - 1][column] = f"{cell.year}年{cell.month}月"


def _calamine(path: Path, facts: ZipFacts, most_rows: int) -> Iterator[tuple[Sheet, bool]]:
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        PasswordError,
        SheetTypeEnum,
        SheetVisibleEnum,
    )

    try:
        with path.open("rb") as file:
            book = CalamineWorkbook.from_filelike(file)
            for about in book.sheets_metadata:
                if about.typ is not SheetTypeEnum.WorkSheet:
                    continue
                sheet = book.get_sheet_by_name(about.name)
                if sheet.total_height > most_rows:
                    raise Refused(
                        f"的“{about.name}”有{sheet.total_height}行，超过{most_rows}行。"
                        "请按年度分成几个文件再导入"
                    )
                rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)  # type: ignore[assignment]
                merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
                _show_months(rows, facts.months.get(about.name, []))
                found = Sheet(about.name, rows, merged, facts.hidden_rows.get(about.name, ()))
                yield found, about.visible is not SheetVisibleEnum.Visible
    except PasswordError:
        raise Refused("设有打开密码，不能读取。请用 Excel 或 WPS 打开，取消密码后再导入") from None
    except (CalamineError, OSError, ValueError, KeyError):
        raise Refused(f"已损坏，不能读取。{_AGAIN}") from None
