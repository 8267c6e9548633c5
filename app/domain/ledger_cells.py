"""What single cells of a ledger say: names, telephone numbers, dates, plain text."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from unicodedata import category

from app.domain.ledger import Cell
from app.domain.partial_date import DoubtfulDate, PartialDate, UnreadableDate, read_date
from app.domain.subject import PERSON_TYPES, STUDENT

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]"
    "|_x000[Dd]_|[\ud800-\udfff]"
)
_HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_DOTS = re.compile(r"[·‧•․∙⋅・･.．。]")
NOTHING = frozenset(
    ("无", "—", "－", "-", "–", "——", "/", "／", "空", "没有", "\\", "无。", "─")
) | {*("--", "---", "----", "不涉及", "未涉及", "不适用", "暂无", "N/A", "n/a", "NA", "无此项")}
"""How offices write that there is nothing, in a cell that must not be blank."""


def text_of(cell: Cell) -> str:
    """Return ``cell`` as text: trimmed, without control or unseen characters, lines by LF."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        if not cell.isprintable():
            cell = _UNSEEN.sub("", cell.replace("\r\n", "\n").replace("\r", "\n"))
        return cell.strip()
    match cell:
        case bool():
            text = "是" if cell else "否"
        case datetime():
            day_only = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
            text = cell.date().isoformat() if day_only else cell.isoformat(" ", "seconds")
        case date():
            text = cell.isoformat()
        case float():
            text = str(int(cell)) if cell.is_integer() else repr(cell)
        case _:
            text = str(cell)
    return text


def line_of(cell: Cell) -> str:
    """Return ``cell`` as one line: line breaks inside become a space, or nothing beside Han."""
    text = text_of(cell)
    if text.isprintable() and "  " not in text:
        return text
    return re.sub(r"(?<=[^\x00-\xff])\s*\n\s*|\s*\n\s*(?=[^\x00-\xff])|(\s+)", _space, text)


def _space(match: re.Match[str]) -> str:
    return " " if match.group(1) else ""


def half_width(text: str) -> str:
    """Return ``text`` with full-width letters, digits, marks and spaces as half-width ones."""
    return text.translate(_HALF)


@lru_cache(maxsize=20_000)
def name_of(text: str) -> str:
    """Return a personal name without inner spaces, with ``·`` (U+00B7) between its parts.

    Han characters are left exactly as they are: normalising would replace rare ones. Words in
    Latin letters keep one space between them.
    """
    words = _DOTS.sub("·", half_width(text)).split()
    name = ""
    for word in words:
        both_latin = name[-1:].isascii() and name[-1:].isalpha() and word[:1].isascii()
        name += (" " if both_latin and word[:1].isalpha() else "") + word
    return name.strip("·")


def name_key(name: str) -> str:
    """Return what two spellings of one name have in common: no middle dots, no spaces, no case."""
    return name.replace("·", "").replace(" ", "").casefold()


_NAME = re.compile(r"(?:[A-Za-z]|[^\x00-\x7f·、，。；：？！“”‘’（）《》【】…—～￥×○])+(?:[· ]\S+)*")


def is_name(name: str) -> bool:
    """Say whether ``name`` can be a person's name: letters or Han, no digits or sentence marks."""
    return (
        len(name) <= 40
        and _NAME.fullmatch(name) is not None
        and not any(one.isdigit() or category(one)[0] == "S" for one in name)
    )


_PERSON_TYPE_OF = {
    **dict.fromkeys(
        ("教师", "专任教师", "教学科研", "专技", "教辅", "教学", "科研"), "专业技术人员"
    ),
    **dict.fromkeys(("行政管理", "党政管理", "管理干部"), "管理人员"),
    **dict.fromkeys(("工人", "工勤技能", "技术工人"), "工勤人员"),
    **dict.fromkeys(("研究生", "本科生", "专科生", "本专科生", "大学生", "在校生"), STUDENT),
}
"""What offices write for a type of person besides its own name."""


def person_type_of(text: str) -> str:
    """Return the type of person that ``text`` means, or ``""``."""
    bare = re.sub(r"岗位?|人员|\s", "", text)
    found = (kind for kind in PERSON_TYPES if bare and bare in kind)
    return next(found, _PERSON_TYPE_OF.get(bare, ""))


_MOBILE = re.compile(r"(?:\+?86-?)?1\d{10}")
_SPACED_MOBILE = re.compile(r"(?<!\d)(1\d{2})[- ](\d{4})[- ](\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?:\(?0\d{2,3}\)?[- ]?)?[2-9]\d{6,7}(?:\s*(?:-|转|#|\*|分机)\s*\d{1,6})?")


def phone_of(cell: Cell) -> tuple[str, str]:
    """Return the telephone number(s) as text, and a question in Chinese or ``""``.

    Numbers are written out in full, never as 1.38E+10. What looks wrong is kept as it stands.
    """
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        text = text_of(cell)
        if len(text) == 11 and text.isdigit() and text[0] == "1":
            return text, ""
        return text, "电话号码以数字形式存放，可能丢了开头的0，请核对"
    text = line_of(cell).lstrip("'‘’`")  # the mark that makes a number text, typed in a CSV
    if len(text) == 11 and text[0] == "1" and text.isascii() and text.isdigit():
        return text, ""
    text = re.sub("[‐‑–—−]", "-", half_width(text))
    if not text or text in NOTHING:
        return "", ""
    if re.fullmatch(r"\d{7,12}\.0", text):
        text = text[:-2]
    if re.fullmatch(r"\d(\.\d+)?[Ee]\+?\d{1,2}", text):
        return text, "电话号码已被写成科学记数，后几位数字可能已丢失，请按原始资料补录"
    text = re.sub(r"(?<!\d)(?:\+|00)?86[- ]+(?=1\d)", "", text)
    if _digits(text) <= 11:
        text = re.sub(r"(?<=\d) (?=\d)", "", text)
    text = _SPACED_MOBILE.sub(r"\1\2\3", text)
    parts = [part.strip() for part in re.split(r"[、，,;；/|]|\s+(?=[(0-9])", text)]
    doubtful = "不像电话号码（手机11位，或区号加7至8位），已照原样读入，请核对"
    return text, "" if all(map(_is_phone, filter(None, parts))) else doubtful


def _is_phone(text: str) -> bool:
    return bool(_MOBILE.fullmatch(text) or _LANDLINE.fullmatch(text))


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)


def date_of(cell: Cell, *, typed: bool = True, from_1904: bool = False) -> PartialDate | None:
    """Return the date that a cell holds, or ``None`` for an empty one.

    A number may be a year, YYYYMM, YYYYMMDD, a day number of the spreadsheet, or YYYY.M. The
    number 2024.1 is what a spreadsheet makes of both 2024.1 and 2024.10, so it is doubtful;
    in a file without types (``typed`` false) the text 2024.1 is as well.
    Raises ``UnreadableDate`` and ``DoubtfulDate`` with a Chinese sentence.
    """
    match cell:
        case None | "":
            return None
        case datetime():
            return PartialDate.of(cell.date())
        case date():
            return PartialDate.of(cell)
        case bool():
            raise UnreadableDate("不是日期，请核对")
        case int() | float():
            return _numeric(float(cell), from_1904=from_1904)
        case _:
            return _spelled(text_of(cell), typed)


@lru_cache(maxsize=50_000)
def _spelled(text: str, typed: bool) -> PartialDate | None:
    plain = half_width(text)
    if not typed and _ONE_OR_TEN.fullmatch(plain):
        return _numeric(float(plain), from_1904=False)
    if re.fullmatch(r"\d{7}", plain):
        raise UnreadableDate("是七位数字，分不清月和日，请写成 2023-11-08 的样子")
    plain = _BESIDE_A_DATE.sub("", plain.strip())
    plain = re.sub(r"^(\d{5}|\d{6}|\d{8})\.0$", r"\1", plain)  # a number that became text in a CSV
    plain = re.sub(r"(?<=[〇零一二三四五六七八九])[OoＯ○◯]", "〇", plain)
    if re.fullmatch(r"[1-7]\d{4}", plain):
        day = _numeric(float(plain), from_1904=False)
        assert day is not None
        raise DoubtfulDate(f"像是表格软件的日期序号（{day}），请写成日期", (day,))
    return read_date(plain)


_ONE_OR_TEN = re.compile(r"(19|2[01])\d\d\.1")
_BESIDE_A_DATE = re.compile(
    r"^['‘’`]|^(?:约|大约|自|于)|(?<=月)份?(?:初|底|末|中|上旬|中旬|下旬)$|(?<=年)(?:初|底|末|上半年|下半年)$"
    r"|(?:起|左右|前后|(?:处分)?(?:决定|作出|批准)?(?:生效|作出|决定|批准))$"
    r"|[(（](?:星期|周)[一二三四五六日天][)）]$|[(（](?:处分)?(?:决定|作出|批准|生效|处分)(?:日期?|时间)?[)）]$"
)
"""What offices write beside a date and what takes nothing from it, or only from its precision."""


def _numeric(number: float, *, from_1904: bool) -> PartialDate | None:
    if not -1e9 < number < 1e9:
        raise UnreadableDate("这个数字不是日期，请核对")
    whole = int(number)
    if whole == number and 1900 <= whole <= 2199:
        return PartialDate(whole)
    if 1900 <= number < 2200:
        digits = repr(number).partition(".")[2]
        if digits == "1":
            january, october = PartialDate(whole, 1), PartialDate(whole, 10)
            raise DoubtfulDate(
                f"存放为数字，可能是{january}，也可能是{october}（表格软件把{whole}.10显示成"
                f"{whole}.1），请写明月份",
                (january, october),
            )
        if len(digits) <= 2:
            return PartialDate(whole, int(digits))
        raise UnreadableDate("这个数字不是日期，请写成 2023-11-08 或 2023年11月 的样子")
    if whole == number and 190000 <= whole <= 21991231:
        return read_date(str(whole))
    if 10_000 <= number < 80_000:  # a day number: 1927 to 2119
        start = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
        return PartialDate.of(start + timedelta(days=whole))
    raise UnreadableDate("这个数字不是日期，请写成 2023-11-08 或 2023年11月 的样子")
