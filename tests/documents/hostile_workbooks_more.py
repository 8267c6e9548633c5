"""Sixty more files that no office should send: broken structures, odd cells, odd encodings.

Each is (file name, maker, what becomes of it): the words of a refusal, or the names that are read.
"""

from __future__ import annotations

import importlib.util
import io
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

_FILE = Path(__file__).with_name("hostile_workbooks.py")
_spec = importlib.util.spec_from_file_location("hostile_workbooks", _FILE)
assert _spec is not None and _spec.loader is not None
base: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(base)

workbook_of, sheet_of, zip_of = base.workbook_of, base.sheet_of, base.zip_of
row_of, text_cell, strings = base.row_of, base.text_cell, base._strings
LEDGER, HEADER, PERSON, MAIN, REL = base.LEDGER, base.HEADER, base.PERSON, base.MAIN, base.REL
ONE = ["张三"]


def _with(*cells: str, number: int = 3) -> Callable[[], bytes]:
    """Return a maker of the ledger with one more row of raw cells."""
    return lambda: workbook_of(sheet_of(LEDGER + f'<row r="{number}">{"".join(cells)}</row>'))


def _second(name: str, born: str = text_cell("B3", "1981-02")) -> Callable[[], bytes]:
    return _with(
        text_cell("A3", name), born, text_cell("C3", "警告"), text_cell("D3", "2026-03-06")
    )


def _after(part: str) -> Callable[[], bytes]:
    """Return a maker of the ledger with something behind its rows."""
    return lambda: workbook_of(sheet_of(LEDGER).replace("</worksheet>", part + "</worksheet>"))


def _merges(*ranges: str) -> Callable[[], bytes]:
    cells = "".join(f'<mergeCell ref="{one}"/>' for one in ranges)
    return _after(f"<mergeCells>{cells}</mergeCells>")


def _twice() -> bytes:
    target = io.BytesIO(workbook_of(sheet_of(LEDGER)))
    with zipfile.ZipFile(target, "a") as archive:
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            archive.writestr("xl/worksheets/sheet1.xml", sheet_of(row_of(1, HEADER)))
    return target.getvalue()


def _nested(levels: int) -> bytes:
    inner = workbook_of(sheet_of(LEDGER))
    for level in range(levels):
        inner = zip_of({f"{level}.xlsx": inner})
    return bytes(inner)


def _overlapping() -> bytes:
    """Return a bomb whose thousand entries share one piece of packed data."""
    whole = bytearray(zip_of({"xl/workbook.xml": base.BOOK, "xl/a.xml": b" " * (1 << 20)}))
    start = whole.find(b"PK\x01\x02")
    start = whole.find(b"PK\x01\x02", start + 1)
    end = whole.find(b"PK\x05\x06")
    entry = bytes(whole[start:end])
    directory = bytes(whole[whole.find(b"PK\x01\x02") : start]) + entry * 1_000
    offset = whole.find(b"PK\x01\x02")
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1001, 1001, len(directory), offset, 0)
    return bytes(whole[:offset]) + directory + tail


def _books(*names: str, state: str = "") -> bytes:
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{i}" {state} r:id="rId1"/>'
        for i, name in enumerate(names, 1)
    )
    book = base.BOOK.replace('<sheet name="台账" sheetId="1" r:id="rId1"/>', sheets)
    return bytes(workbook_of(sheet_of(LEDGER), xl__workbook_dot_xml=book))


def _packed(method: int) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(target, "w", method) as archive,
        zipfile.ZipFile(io.BytesIO(workbook_of(sheet_of(LEDGER)))) as plain,
    ):
        for entry in plain.infolist():
            archive.writestr(entry.filename, plain.read(entry))
    return target.getvalue()


def _from_1904() -> bytes:
    book = base.BOOK.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    rows = LEDGER + '<row r="3">' + text_cell("A3", "李四") + text_cell("B3", "1981-02")
    rows += text_cell("C3", "警告") + '<c r="D3"><v>44626</v></c></row>'
    return bytes(workbook_of(sheet_of(rows), xl__workbook_dot_xml=book))


def _prefixed() -> bytes:
    sheet = sheet_of(LEDGER).replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?")
    return bytes(workbook_of(sheet.replace("xmlns=", "xmlns:x=")))


def _in_gbk() -> bytes:
    prolog = '<?xml version="1.0" encoding="gbk"?>'
    return bytes(workbook_of(sheet_of(LEDGER, prolog=prolog).encode("gbk")))


_TO_A_SHARE = '<hyperlinks><hyperlink ref="A2" location="\\\\srv\\x"/></hyperlinks>'
_LONG_NUMBER = f'<c r="B3"><v>{"9" * 1000}</v></c>'
CSV = "姓名,出生年月,党纪处分种类,党纪处分时间\n张三,1980-01,警告,2026-03-05\n"
_HUGE = "罪" * 5_000_000
_LINKED = '<externalLink xmlns="x"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
_RELS = f'<Relationships xmlns="{base.PACKAGE}"><Relationship Id="r" Type="x" Target="{{}}"/></Relationships>'

MORE: dict[str, tuple[str, Callable[[], bytes], str | list[str]]] = {
    "a zip of a workbook": ("a.xlsx", lambda: _nested(1), "压缩包"),
    "seven zips in each other": ("b.xlsx", lambda: _nested(7), "压缩包"),
    "a thousand entries over the same data": ("c.xlsx", _overlapping, "展开后"),
    "two sheets of one name in the zip": ("d.xlsx", _twice, "同名的部件"),
    "absolute paths": ("e.xlsx", lambda: workbook_of(sheet_of(LEDGER), __etc__passwd="x"), ONE),
    "paths of Windows": ("f.xlsx", lambda: workbook_of(sheet_of(LEDGER), **{"C:\\evil_dot_xml": "<a/>"}), ONE),
    "a DDE link": ("g.xlsx", lambda: workbook_of(sheet_of(LEDGER), xl__externalLinks__e1_dot_xml=_LINKED), ONE),
    "a link to a share": ("h.xlsx", _after(_TO_A_SHARE), ONE),
    "relations that leave the file": (
        "i.xlsx",
        lambda: workbook_of(sheet_of(LEDGER), xl__worksheets___rels__sheet1_dot_xml_dot_rels=_RELS.format("http://127.0.0.1/")),
        ONE,
    ),
    "laughter in the strings": (
        "j.xlsx",
        lambda: workbook_of(sheet_of(LEDGER), xl__sharedStrings_dot_xml=base.LAUGHS + strings("<si><t>&c;</t></si>")),
        "不允许",
    ),
    "laughter in UTF-16": (
        "k.xlsx",
        lambda: workbook_of(sheet_of(LEDGER), xl__theme__theme1_dot_xml=(base.LAUGHS + "<a>&c;</a>").encode("utf-16")),
        "不允许",
    ),
    "laughter behind a long comment": (
        "l.xlsx",
        lambda: workbook_of(sheet_of(LEDGER), xl__styles_dot_xml=f"<!--{'x' * 9_000}-->{base.LAUGHS}<a>&c;</a>"),
        "不允许",
    ),
    "errors instead of values": ("m.xlsx", _second("李四", '<c r="B3" t="e"><v>#REF!</v></c>'), ["张三", "李四"]),
    "an error instead of a name": ("n.xlsx", _with('<c r="A3" t="e"><f>1/0</f><v>#DIV/0!</v></c>'), ONE),
    "a formula without a value": ("o.xlsx", _second("李四", '<c r="B3"><f>NOW()</f></c>'), ["张三", "李四"]),
    "yes instead of a date": ("p.xlsx", _second("李四", '<c r="B3" t="b"><v>1</v></c>'), ["张三", "李四"]),
    "a negative day number": ("q.xlsx", _second("李四", '<c r="B3"><v>-45000</v></c>'), ["张三", "李四"]),
    "a day beyond the calendar": ("r.xlsx", _second("李四", '<c r="B3"><v>2958470</v></c>'), ["张三", "李四"]),
    "an immense number": ("s.xlsx", _second("李四", '<c r="B3"><v>1e308</v></c>'), ["张三", "李四"]),
    "no number at all": ("t.xlsx", _second("李四", '<c r="B3"><v>NaN</v></c>'), ["张三", "李四"]),
    "a number of a thousand digits": ("u.xlsx", _second("李四", _LONG_NUMBER), ["张三", "李四"]),
    "days from 1904": ("v.xlsx", _from_1904, ["张三", "李四"]),
    "a string that is not there": ("w.xlsx", _with('<c r="A3" t="s"><v>7</v></c>'), "“w.xlsx”"),
    "a string of a negative number": ("x.xlsx", _with('<c r="A3" t="s"><v>-1</v></c>'), "“x.xlsx”"),
    "a kind of cell nobody knows": ("y.xlsx", _with('<c r="A3" t="zz"><v>1</v></c>'), "“y.xlsx”"),
    "a string of ten megabytes": ("z.xlsx", _second(_HUGE), ONE),
    "a name of blanks": ("aa.xlsx", _second("\u3000 \u3000"), ONE),
    "a name written backwards": ("ab.xlsx", _second("\u202e四李\u202c"), ["张三", "四李"]),
    "a name of emoji": ("ac.xlsx", _second("😀😀"), ONE),
    "a name with joined marks": ("ad.xlsx", _second("李\u200d四\ufeff"), ["张三", "李四"]),
    "a name that is a formula": ("ae.xlsx", _second("=1+1"), ONE),
    "merges over each other": ("af.xlsx", _merges("A1:B2", "B2:C3", "A1:D4"), "没有找到台账"),
    "a merge the wrong way round": ("ag.xlsx", _merges("D4:A1"), ONE),
    "a merge of everything": ("ah.xlsx", _merges("A2:XFD1048576"), ONE),
    "a merge of nonsense": ("ai.xlsx", _merges("Hallo"), "“ai.xlsx”"),
    "twenty thousand merges": ("aj.xlsx", _merges(*(f"F{n}:G{n}" for n in range(5, 20_005))), ONE),
    "only a very hidden sheet": ("ak.xlsx", lambda: _books("台账", state='state="veryHidden"'), "隐藏"),
    "three hundred sheets": ("al.xlsx", lambda: _books(*(f"第{n}页" for n in range(300))), ONE * 300),
    "two sheets of one name": ("am.xlsx", lambda: _books("台账", "台账"), ONE * 2),
    "a sheet name with controls": ("an.xlsx", lambda: _books("台\u202e账&#9;" + "长" * 300), ONE),
    "rows out of order": ("ao.xlsx", lambda: workbook_of(sheet_of(row_of(2, PERSON) + row_of(1, HEADER))), ONE),
    "one cell twice": ("ap.xlsx", _with(text_cell("A3", "李四"), text_cell("A3", "王五")), ["张三", "王五"]),
    "row nought": ("aq.xlsx", lambda: workbook_of(sheet_of(LEDGER + row_of(0, PERSON))), "“aq.xlsx”"),
    "a column of four letters": ("ar.xlsx", _with(text_cell("AAAA3", "x")), ONE),
    "a row beyond the last": ("as.xlsx", lambda: workbook_of(sheet_of(LEDGER + row_of(99_999_999, PERSON))), "行"),
    "prefixes before every tag": (
        "at.xlsx",
        _prefixed,
        ONE,
    ),
    "XML that says it is GBK": ("au.xlsx", _in_gbk, "“au.xlsx”"),
    "packed by bzip2": ("av.xlsx", lambda: _packed(zipfile.ZIP_BZIP2), "“av.xlsx”"),
    "packed by LZMA": ("aw.xlsx", lambda: _packed(zipfile.ZIP_LZMA), "“aw.xlsx”"),
    "rubbish behind the zip": ("ax.xlsx", lambda: workbook_of(sheet_of(LEDGER)) + b"\x00" * 3_000, ONE),
    "an empty zip": ("ay.xlsx", lambda: b"PK\x05\x06" + b"\x00" * 18, "压缩包"),
    "only the first bytes of a zip": ("az.xlsx", lambda: b"PK\x03\x04", "已损坏"),
    "a mail archive": ("ba.xls", lambda: b"MIME-Version: 1.0\nContent-Type: x", "网页"),
    "a database": ("bb.xlsx", lambda: b"SQLite format 3\x00" + b"\x00" * 90, "数据库"),
    "a program of Linux": ("bc.xlsx", lambda: b"\x7fELF" + b"\x02" * 90, "程序"),
    "a RAR": ("bd.xlsx", lambda: b"Rar!\x1a\x07" + b"\x00" * 90, "压缩包"),
    "a drawing": ("be.xls", lambda: b"<svg onload='x()'/>", "网页"),
    "JSON": ("bf.csv", lambda: b'{"name": "x", "a": [1, 2]}', "“bf.csv”"),
    "BIFF without a compound file": ("bg.xls", lambda: b"\x09\x08\x10\x00\x00\x06\x05\x00" + b"\x00" * 500, "“bg.xls”"),
    "BIFF of 1987": ("bh.xls", lambda: b"\x09\x00\x04\x00\x02\x00\x10\x00" + b"\x00" * 90, "很早以前"),
    "a compound file of random sectors": (
        "bi.xls",
        lambda: base._ole("Workbook") + random.Random(7).randbytes(60_000),
        "“bi.xls”",
    ),
    "a compound file whose chain runs in a circle": (
        "bj.xls",
        lambda: base._ole("Workbook").ljust(1024, b"\x00") + b"\x00\x00\x00\x00" * 2_000,
        "“bj.xls”",
    ),
    "text of a byte order mark": ("bk.csv", lambda: b"\xef\xbb\xbf", "“bk.csv”"),
    "text of old Macs": ("bl.csv", lambda: CSV.replace("\n", "\r").encode("gbk"), ONE),
    "text that ends in half a character": ("bm.csv", lambda: CSV.encode("gbk")[:-1] + b"\xd5", "“bm.csv”"),
    "UTF-16 of odd length": ("bn.csv", lambda: CSV.encode("utf-16")[:-1], "“bn.csv”"),
    "UTF-32": ("bo.csv", lambda: CSV.encode("utf-32"), "“bo.csv”"),
    "half a pair in UTF-16": ("bp.csv", lambda: CSV.encode("utf-16-le") + b"\x3d\xd8\n\x00", "“bp.csv”"),
    "text that calls programs": ("bq.csv", (CSV + "=cmd|'/c calc'!A1,1,2,3\n").encode, ONE),
    "text of one line of a megabyte": ("br.csv", ("甲" * 400_000).encode, "“br.csv”"),
    "two hundred thousand lines": ("bs.csv", (CSV + "\n" * 200_001).encode, "行"),
}  # fmt: skip
