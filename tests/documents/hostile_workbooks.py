"""Files that no office should send, made on the spot: bombs, lies, wrong kinds, damaged ones.

``REFUSED`` must each end in a sentence that holds the given words; ``HARMLESS`` look dangerous and
are read, with nothing in them executed or followed.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
ROOT_RELS = (
    f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
    f'Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
BOOK = (
    f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{REL}"><sheets>'
    '<sheet name="台账" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
BOOK_RELS = (
    f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}">'
    f'<Relationship Id="rId1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{REL}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
HEADER = ("姓名", "出生年月", "党纪处分种类", "党纪处分时间")
PERSON = ("张三", "1980-01", "警告", "2026-03-05")


def text_cell(reference: str, text: str) -> str:
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def row_of(number: int, texts: tuple[str, ...]) -> str:
    cells = (text_cell(f"{chr(65 + i)}{number}", text) for i, text in enumerate(texts))
    return f'<row r="{number}">{"".join(cells)}</row>'


LEDGER = row_of(1, HEADER) + row_of(2, PERSON)


def sheet_of(rows: str, before: str = "", prolog: str = '<?xml version="1.0"?>') -> str:
    return f'{prolog}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData></worksheet>'


def workbook_of(sheet: str | bytes | None, **parts: str | bytes | None) -> bytes:
    """Return an .xlsx with this sheet; ``parts`` replace or add others, None leaves one out."""
    known: dict[str, str | bytes | None] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT_RELS,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": BOOK_RELS,
        "xl/worksheets/sheet1.xml": sheet,
    }
    known |= {name.replace("__", "/").replace("_dot_", "."): part for name, part in parts.items()}
    return zip_of({name: part for name, part in known.items() if part is not None})


def zip_of(parts: dict[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


def _padded(sheet: str, megabytes: int) -> bytes:
    """Return a sheet blown up by blanks, which pack to next to nothing."""
    head, tail = sheet.encode().split(b"<sheetData>")
    return head + b" " * (megabytes << 20) + b"<sheetData>" + tail


def _truncated() -> bytes:
    whole = workbook_of(sheet_of(LEDGER))
    return whole[: len(whole) * 2 // 3]


def _flipped() -> bytes:
    whole = bytearray(zip_stored({"xl/worksheets/sheet1.xml": sheet_of(LEDGER)}))
    at = whole.find("警告".encode())
    whole[at] ^= 0x55
    return bytes(whole)


def zip_stored(parts: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, part in {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": ROOT_RELS,
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": BOOK_RELS,
            **parts,
        }.items():
            archive.writestr(name, part)
    return target.getvalue()


def _lying_size() -> bytes:
    """Return a workbook whose sheet says it unfolds to 100 bytes."""
    whole = bytearray(workbook_of(_padded(sheet_of(LEDGER), 8)))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = -1
        while (at := whole.find(mark, at + 1)) >= 0:
            if b"sheet1.xml" in whole[at : at + 100]:
                whole[at + offset : at + offset + 4] = struct.pack("<I", 100)
    return bytes(whole)


def _encrypted_flag() -> bytes:
    whole = bytearray(workbook_of(sheet_of(LEDGER)))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := whole.find(mark, at + 1)) >= 0:
            whole[at + offset] |= 1
    return bytes(whole)


def _many_entries() -> bytes:
    return zip_of({"xl/workbook.xml": BOOK, **{f"xl/x{n}.xml": "<a/>" for n in range(3_000)}})


def _ole(*names: str) -> bytes:
    """Return a compound file as far as recognising it goes, with these names in its directory."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504
    return head + b"".join(name.encode("utf-16-le").ljust(128, b"\x00") for name in names)


def _ods(content: str, manifest: str = "<manifest/>") -> bytes:
    return zip_of(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": manifest,
            "content.xml": content,
        }
    )


def _ods_table(cells: str) -> str:
    office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    table = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
    return (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{office}" '
        f'xmlns:table="{table}"><office:body><office:spreadsheet><table:table table:name="a">'
        f"{cells}</table:table></office:spreadsheet></office:body></office:document-content>"
    )


def _strings(items: str, count: int = 1) -> str:
    return (
        f'<?xml version="1.0"?><sst xmlns="{MAIN}" count="{count}" uniqueCount="{count}">'
        f"{items}</sst>"
    )


LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
FETCH = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
WIDE = "".join(text_cell(f"{c}1", "列") for c in ("A", "B", "WVZ"))
TWO_HUNDRED = "".join(
    text_cell(f"{chr(64 + i // 26) if i >= 26 else ''}{chr(65 + i % 26)}1", f"第{i}项")
    for i in range(200)
)


def _number_row(number: int) -> str:
    return f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>'


Maker = Callable[[], bytes]
REFUSED: dict[str, tuple[str, Maker, str]] = {
    "nothing in it": ("a.xlsx", lambda: b"", "空文件"),
    "random bytes": ("b.xlsx", lambda: random.Random(1).randbytes(5_000), "不是工作簿"),
    "a PDF": ("c.xlsx", lambda: b"%PDF-1.7\n1 0 obj\n", "PDF"),
    "a renamed .docx": ("d.xlsx", lambda: zip_of({"word/document.xml": "<w/>"}), "Word 文档"),
    "a renamed .pptx": ("e.xlsx", lambda: zip_of({"ppt/presentation.xml": "<p/>"}), "演示文稿"),
    "any zip": ("f.xlsx", lambda: zip_of({"readme.txt": "hi"}), "压缩包"),
    "a picture": ("g.xls", lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "图片"),
    "a program": ("h.xls", lambda: b"MZ\x90\x00" + b"\x00" * 50, "程序"),
    "a web page named .xls": ("i.xls", lambda: b"<html><table><tr><td>1", "网页"),
    "SpreadsheetML of 2003": ("j.xls", lambda: b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "XML"),
    "rich text": ("k.xls", lambda: b"{\\rtf1 hello}", "RTF"),
    "gzip": ("l.csv", lambda: b"\x1f\x8b\x08" + b"\x00" * 30, "压缩包"),
    "cut short": ("m.xlsx", _truncated, "已损坏"),
    "a flipped byte": ("n.xlsx", _flipped, "已损坏"),
    "a bomb of blanks": ("o.xlsx", lambda: workbook_of(_padded(sheet_of(LEDGER), 60)), "展开后"),
    "a bomb beside the sheet": (
        "p.xlsx",
        lambda: workbook_of(sheet_of(LEDGER), xl__media__image1_dot_png=b"\x00" * (60 << 20)),
        "展开后",
    ),
    "a size that lies": ("q.xlsx", _lying_size, "已损坏"),
    "three thousand entries": ("r.xlsx", _many_entries, "部件"),
    "sixteen thousand columns": ("s.xlsx", lambda: workbook_of(sheet_of(f'<row r="1">{WIDE}</row>')), "列"),
    "sixteen thousand columns, oddly spelt": (
        "s2.xlsx",
        lambda: workbook_of(
            sheet_of(f'<row r="1">{WIDE}</row>'.replace('r="WVZ1"', "r = 'WVZ1'"))
        ),
        "列",
    ),
    "two cells in far corners": (
        "t.xlsx",
        lambda: workbook_of(
            sheet_of(row_of(1, HEADER) + f'<row r="1048576">{text_cell("ZZ1048576", "x")}</row>')
        ),
        "行",
    ),
    "three hundred thousand rows": (
        "u.xlsx",
        lambda: workbook_of(
            sheet_of(row_of(1, HEADER) + "".join(map(_number_row, range(2, 300_000))))
        ),
        "行",
    ),
    "billion laughs": ("v.xlsx", lambda: workbook_of(sheet_of(LEDGER), xl__workbook_dot_xml=LAUGHS + BOOK), "不允许"),
    "an external entity": ("w.xlsx", lambda: workbook_of(sheet_of(LEDGER, prolog=FETCH)), "不允许"),
    "a sheet that does not close": ("x.xlsx", lambda: workbook_of(sheet_of(LEDGER)[:-40]), "“x.xlsx”"),
    "a missing sheet": ("y.xlsx", lambda: workbook_of(None), "“y.xlsx”"),
    "missing relations": (
        "z.xlsx",
        lambda: workbook_of(sheet_of(LEDGER), xl___rels__workbook_dot_xml_dot_rels=None),
        "已损坏",
    ),
    "protected by a password": ("aa.xlsx", lambda: _ole("EncryptedPackage", "EncryptionInfo"), "密码"),
    "entries with a password": ("ab.xlsx", _encrypted_flag, "密码"),
    "a renamed .doc": ("ac.xls", lambda: _ole("WordDocument"), "Word 文档"),
    "a compound file of nothing": ("ad.xls", lambda: _ole("Anything"), "不是 Excel"),
    "an .xls of rubbish": ("ae.xls", lambda: _ole("Workbook") + b"\xff" * 4_000, "已损坏"),
    "text with an open quote": ("af.csv", lambda: b'a,b\n"' + b"x" * 200_000, "引号"),
    "text with zero bytes": ("ag.csv", "姓名,性别\n张\x00三,男\n".encode, "不是工作簿"),
    "text of five thousand columns": ("ah.csv", ("姓名," * 5_000).encode, "列"),
    "text in no encoding": ("ai.csv", lambda: b"\x81\x30\xff\xff,\x80\n" * 50, "不是工作簿"),
    "an empty sheet": ("aj.xlsx", lambda: workbook_of(sheet_of("")), "空白"),
    "two hundred columns of something else": (
        "ak.xlsx",
        lambda: workbook_of(sheet_of(f'<row r="1">{TWO_HUNDRED}</row>')),
        "共200列",
    ),
    "no header": ("al.xlsx", lambda: workbook_of(sheet_of(row_of(1, PERSON) + row_of(2, PERSON))), "表头"),
    "an .ods with a password": (
        "am.ods",
        lambda: _ods(_ods_table(""), '<manifest:encryption-data xmlns:manifest="x"/>'),
        "密码",
    ),
    "an .ods of repeated cells": (
        "an.ods",
        lambda: _ods(
            _ods_table(
                '<table:table-row table:number-rows-repeated="1000000"><table:table-cell '
                'table:number-columns-repeated="1000000" office:value-type="float" '
                'office:value="1"/></table:table-row>'
            )
        ),
        "列",
    ),
    "an .xlsb of rubbish": ("ao.xlsb", lambda: zip_of({"xl/workbook.bin": b"\x00\xff" * 900}), "“ao.xlsb”"),
    "deep XML": ("ap.xlsx", lambda: workbook_of(sheet_of("<a>" * 200_000)), "“ap.xlsx”"),
    "shared strings that lie about their number": (
        "aq.xlsx",
        lambda: workbook_of(
            sheet_of('<row r="1"><c r="A1" t="s"><v>4000000000</v></c></row>'),
            xl__sharedStrings_dot_xml=_strings("<si><t>a</t></si>", 4_000_000_000),
        ),
        "“aq.xlsx”",
    ),
    "a broken deflate stream": (
        "ar.xlsx",
        lambda: workbook_of(sheet_of(LEDGER)).replace(zlib.compress(b"")[:2], b"\x00\x00", 1)[:400],
        "已损坏",
    ),
}  # fmt: skip

FORMULA = (
    '<row r="3">'
    + text_cell("A3", "李四")
    + (
        '<c r="B3" t="str"><f>WEBSERVICE("http://127.0.0.1/x")</f><v>1981-02</v></c>'
        + text_cell("C3", "=cmd|'/c calc'!A1")
        + text_cell("D3", "2026-03-06")
        + "</row>"
    )
)
CONTROL = row_of(3, ("王_x0007_五", "1982-03", "警&#x200B;告", "2026-03-07"))

HARMLESS: dict[str, tuple[str, Maker, list[str]]] = {
    "formulas": ("1.xlsx", lambda: workbook_of(sheet_of(LEDGER + FORMULA)), ["张三", "李四"]),
    "macros and outside links": (
        "2.xlsm",
        lambda: workbook_of(
            sheet_of(LEDGER),
            xl__vbaProject_dot_bin=b"\xd0\xcf\x11\xe0 evil",
            xl__externalLinks__externalLink1_dot_xml="<externalLink/>",
        ),
        ["张三"],
    ),
    "a dimension that lies": (
        "3.xlsx",
        lambda: workbook_of(sheet_of(LEDGER, before='<dimension ref="A1:XFD1048576"/>')),
        ["张三"],
    ),
    "a workbook named .csv": ("4.csv", lambda: workbook_of(sheet_of(LEDGER)), ["张三"]),
    "a text table named .xlsx": (
        "5.xlsx",
        lambda: ",".join(HEADER).encode("gbk") + b"\n" + ",".join(PERSON).encode("gbk"),
        ["张三"],
    ),
    "unseen characters": ("6.xlsx", lambda: workbook_of(sheet_of(LEDGER + CONTROL)), ["张三", "王五"]),
    "paths that climb out": (
        "7.xlsx",
        lambda: workbook_of(sheet_of(LEDGER), **{"..__..__evil_dot_xml": "<a/>"}),
        ["张三"],
    ),
}  # fmt: skip
