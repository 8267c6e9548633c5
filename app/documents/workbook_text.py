"""Reads a ledger saved as text: CSV in any encoding and with any delimiter an office produces."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from app.documents.refused import Refused
from app.domain.ledger import Sheet

_DELIMITERS = (",", "\t", ";", "|", "，", "；")
_MOST_FIELD = 131_072
_NOT_TEXT = "不是工作簿，也不是文本表格（CSV），不能读取。请导入 Excel 或 WPS 表格存成的 .xlsx 文件"


def read_text_table(path: Path, *, most_rows: int, most_columns: int) -> Sheet:
    """Return the one table in a text file. Raises ``Refused``."""
    text = _decoded(path.read_bytes())
    if "\x00" in text or sum(map(text[:20_000].count, map(chr, range(1, 9)))) > 0:
        raise Refused(_NOT_TEXT)
    csv.field_size_limit(_MOST_FIELD)
    try:
        found = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        rows = [[_value(cell) for cell in row] for row in found]
    except csv.Error:
        raise Refused("的引号不成对，不能分成单元格。请在表格软件中另存为 .xlsx 再导入") from None
    if len(rows) > most_rows:
        raise Refused(f"有{len(rows)}行，超过{most_rows}行。请按年度分成几个文件再导入")
    width = max(map(len, rows), default=0)
    if width > most_columns:
        raise Refused(f"有{width}列，超过{most_columns}列，不像台账。请删去多余的列再导入")
    return Sheet(path.stem, rows)


def _decoded(content: bytes) -> str:
    """Return the text by its byte order mark, else as UTF-16 without one, UTF-8 or GB 18030."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            return _strictly(content, encoding)
    sample = content[:4096]
    if sample.count(0) > len(sample) // 10:  # commas and digits in UTF-16 have a zero byte each
        even = sample[::2].count(0) > sample[1::2].count(0)
        return _strictly(content, "utf-16-be" if even else "utf-16-le")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(content, "gb18030")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise Refused(_NOT_TEXT) from None


def _value(cell: str) -> str:
    """Return what ``="0534"`` shows: so a spreadsheet is told to leave digits alone."""
    return cell[2:-1] if len(cell) > 2 and cell.startswith('="') and cell.endswith('"') else cell


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the first lines into most cells in rows of equal length.

    Cells are counted and not rows: where rows end early, a comma that every address has once
    is more regular than the delimiter.
    """
    lines = text[:200_000].splitlines()[:60]

    def score(delimiter: str) -> int:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if any(row)]
        except csv.Error:
            return 0
        common = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        return widths.count(common) * (common - 1)

    return max(_DELIMITERS, key=score)
