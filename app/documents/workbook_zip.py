"""Measures a zipped workbook before anything parses it: kind, size, entries, cells, hidden rows.

Also which dates show their month only: the parser tells their first day and not their look.

A few kilobytes may unfold to gigabytes, and two cells in far corners to a table of billions.
Everything that will be parsed is unfolded once here, piece by piece, and only looked at.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.documents.refused import Refused

MOST_ENTRIES = 2_000
MOST_UNFOLDED = 320 * 1024 * 1024  # bytes of all parts together
MOST_RATIO = 250  # unfolded to packed; real ledgers have 5 to 40
MOST_CELLS = 20_000_000  # of the rectangle that holds all cells of a sheet
_PIECE = 1 << 20
_DAMAGED = "已损坏，不能读取。请用 Excel 或 WPS 打开，另存为新的 .xlsx 文件再导入"

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_NUMBER = re.compile(rb"""\br=["'](\d+)["']""")
_HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
_COLUMN = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3})\d""")
_FAR_COLUMN = re.compile(rb' r="([A-Z]{2,3})\d')  # from AA on, as every known program writes it
_ODD_SPELLINGS = (b"r='", b"r =", b"= ", b"\nr", b"\tr", b"\rr")
_REPEATED = re.compile(rb'number-columns-repeated="(\d+)"')
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
_DOCTYPE = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ZipFacts:
    """What must be known besides the cells: by sheet name hidden rows and cells that show a month
    (letters and number, as the sheet calls them), and the day that is 0.
    """

    from_1904: bool = False
    hidden_rows: dict[str, list[int]] = field(default_factory=dict)
    months: dict[str, list[tuple[str, int]]] = field(default_factory=dict)


def measure(path: Path, *, most_rows: int, most_columns: int) -> ZipFacts:
    """Return the facts of a zipped workbook that may be parsed. Raises ``Refused``."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _measure(archive, path.stat().st_size, most_rows, most_columns)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError):
        raise Refused(_DAMAGED) from None
    except RuntimeError:  # zipfile's word for an encrypted entry
        raise Refused("设有密码，不能读取。请取消密码后再导入") from None


def _measure(archive: zipfile.ZipFile, size: int, most_rows: int, most_columns: int) -> ZipFacts:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Refused(f"内有{len(entries)}个部件，不像工作簿，为安全起见没有打开")
    unfolded = sum(entry.file_size for entry in entries)
    if unfolded > MOST_UNFOLDED or (unfolded > 16 * _PIECE and unfolded > MOST_RATIO * size):
        raise Refused(
            f"展开后有{unfolded >> 20}MB，超过允许的大小，为安全起见没有打开。"
            "请只保留台账所在的工作表，另存后再导入"
        )
    names = {entry.filename for entry in entries}
    if len(names) < len(entries):
        raise Refused(f"内有同名的部件，{_DAMAGED}")
    _check_kind(archive, names)
    hidden: dict[str, list[int]] = {}
    months: dict[str, list[tuple[str, int]]] = {}
    of_month = _cells_of_styles(archive, names)
    for entry in entries:
        low = entry.filename.lower()
        if not low.endswith((".xml", ".rels", ".bin")):
            continue
        if re.fullmatch(r"xl/worksheets/[^/]+\.xml", low):
            hidden[entry.filename], months[entry.filename] = _measure_sheet(
                archive, entry, most_rows, most_columns, of_month
            )
        else:
            for number, piece in enumerate(_pieces(archive, entry)):
                if number == 0 and _declares_entities(piece):
                    raise Refused("含有不允许的内容（外部实体声明），为安全起见没有打开")
                if low == "content.xml" and any(
                    int(count) > 16_384 for count in _REPEATED.findall(piece)
                ):
                    raise Refused(f"的列数超过{most_columns}，不像台账。请只保留台账部分再导入")
    book = archive.read("xl/workbook.xml") if "xl/workbook.xml" in names else b""
    from_1904 = re.search(rb"""date1904=["'](?:1|true)["']""", book) is not None
    sheets = _parts_by_sheet_name(archive, book) if book else {}
    return ZipFacts(
        from_1904,
        {name: hidden[part] for name, part in sheets.items() if hidden.get(part)},
        {name: months[part] for name, part in sheets.items() if months.get(part)},
    )


_OF_A_MONTH = frozenset((17, 27, 36, 50, 52, 57))
"""Formats without a code of their own that show year and month: mmm-yy, and 2024年3月 in Chinese."""
_NOT_OF_DATES = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')


def _shows_a_month(code: str) -> bool:
    letters = set(_NOT_OF_DATES.sub("", code.partition(";")[0]).casefold())
    return {"y", "m"} <= letters and not letters & set("dhsn#0?")


def _cells_of_styles(archive: zipfile.ZipFile, names: set[str]) -> re.Pattern[bytes] | None:
    """Return what finds the cells whose style shows a date without its day; None without such."""
    from xml.etree import ElementTree as ET  # a DOCTYPE is refused first

    if "xl/styles.xml" not in names:
        return None
    content = archive.read("xl/styles.xml")
    if _declares_entities(content):
        return None  # refused when the parts are measured
    try:
        root = ET.fromstring(content)
    except ET.ParseError:
        return None  # the parser will say so
    codes = {
        one.get("numFmtId"): _shows_a_month(one.get("formatCode", ""))
        for one in root.iter()
        if one.tag.endswith("}numFmt")
    }
    styles = next((one for one in root if one.tag.endswith("}cellXfs")), ())
    numbers = [one.get("numFmtId", "0") for one in styles]
    own = [
        str(index)
        for index, number in enumerate(numbers)
        if codes.get(number, number.isdecimal() and int(number) in _OF_A_MONTH)
    ]
    if not own:
        return None
    return re.compile(rf'<(?:\w+:)?c r="([A-Z]{{1,3}})(\d+)" s="(?:{"|".join(own)})"'.encode())


def _declares_entities(piece: bytes) -> bool:
    """Say whether a part begins with a DOCTYPE, in any encoding and behind comments of any length."""
    head = _COMMENT.sub(b"", piece) if b"<!--" in piece[:8192] else piece[:8192]
    return _DOCTYPE.search(head[:8192].replace(b"\x00", b"")) is not None


def _check_kind(archive: zipfile.ZipFile, names: set[str]) -> None:
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return
    again = "请导入 Excel 或 WPS 表格存成的 .xlsx 文件"
    if any(name.startswith("word/") for name in names):
        raise Refused(f"是 Word 文档，不是工作簿。{again}")
    if any(name.startswith("ppt/") for name in names):
        raise Refused(f"是演示文稿，不是工作簿。{again}")
    kind = archive.open("mimetype").read(200) if "mimetype" in names else b""
    if b"opendocument.spreadsheet" not in kind:
        what = "文档" if b"opendocument" in kind else "压缩包"
        raise Refused(f"是{what}，不是工作簿。{again}")
    with archive.open("META-INF/manifest.xml") as manifest:
        if b"encryption-data" in manifest.read(_PIECE):
            raise Refused("设有打开密码，不能读取。请取消密码后再导入")


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the unfolded entry piece by piece; its end proves the size it declares and its CRC."""
    with archive.open(entry) as part:
        while piece := part.read(_PIECE):
            yield piece


def _measure_sheet(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    most_rows: int,
    most_columns: int,
    of_month: re.Pattern[bytes] | None,
) -> tuple[list[int], list[tuple[str, int]]]:
    """Return the hidden rows of a sheet and its cells ``of_month``.

    Raises ``Refused`` for a sheet too large to lay out.
    """
    hidden: list[int] = []
    months: list[tuple[str, int]] = []
    letters: set[bytes] = set()
    last_row = count = 0
    rest = b""
    for piece in _pieces(archive, entry):
        if not count and not rest and _declares_entities(piece):
            raise Refused("含有不允许的内容（外部实体声明），为安全起见没有打开")
        text = rest + piece
        cut = text.rfind(b"<")  # what is cut in two is looked at with the next piece
        text, rest = (text[:cut], text[cut:]) if cut > 0 else (text, b"")
        if len(rest) > _PIECE:
            raise Refused(_DAMAGED)
        for row in _ROW.finditer(text):
            count += 1
            number = _NUMBER.search(row[1])
            last_row = max(last_row, int(number[1]) if number else count)
            if _HIDDEN.search(row[1]):
                hidden.append(int(number[1]) if number else count)
        if of_month is not None:
            months += [(cell[1].decode(), int(cell[2])) for cell in of_month.finditer(text)]
        odd = any(spelling in text for spelling in _ODD_SPELLINGS)
        letters.update((_COLUMN if odd else _FAR_COLUMN).findall(text))
    columns = max((_column_number(name) for name in letters), default=26 if count else 0)
    if columns > most_columns:
        raise Refused(
            f"有{columns}列，超过{most_columns}列，不像台账。请删去多余的列，另存后再导入"
        )
    if last_row > most_rows and last_row * max(columns, 1) > MOST_CELLS // 2:
        raise Refused(f"有{last_row}行，超过{most_rows}行。请删去多余的空行，另存后再导入")
    if last_row * columns > MOST_CELLS:
        raise Refused(f"有{last_row}行{columns}列，超过允许的大小。请只保留台账部分再导入")
    return hidden, months


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _parts_by_sheet_name(archive: zipfile.ZipFile, book: bytes) -> dict[str, str]:
    """Return the part that holds each sheet, by the sheet's name, through the book's relations."""
    from xml.etree import ElementTree as ET  # no entities here: DOCTYPE was refused

    try:
        relations = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {part.get("Id"): part.get("Target", "") for part in relations}
        found = {}
        for sheet in ET.fromstring(book).iter():
            if sheet.tag.rpartition("}")[2] != "sheet":
                continue
            relation = next((v for k, v in sheet.attrib.items() if k.endswith("}id")), "")
            target = targets.get(relation, "").removeprefix("/xl/").removeprefix("xl/")
            found[sheet.get("name", "")] = f"xl/{target}"
        return found
    except (ET.ParseError, KeyError):
        return {}  # only remarks about hidden rows and months are lost
