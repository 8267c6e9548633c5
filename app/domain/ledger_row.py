"""What one row of a ledger says: a person, a case, its sanctions and events - and what it asks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from app.domain.ledger import Cell, Question, Workbook, column_letter
from app.domain.ledger_cells import (
    NOTHING,
    date_of,
    half_width,
    is_name,
    line_of,
    name_of,
    person_type_of,
    phone_of,
    text_of,
)
from app.domain.ledger_header import PARTS, TICK, Header, where
from app.domain.ledger_kind_cells import is_kind, kind_parts
from app.domain.ledger_record import Record, read_record
from app.domain.ledger_sanctions import Ask, RowFacts, read_facts
from app.domain.partial_date import PartialDate, UnreadableDate
from app.domain.subject import NOT_A_MEMBER, PARTY_MEMBER, PERSON_TYPES, SEXES

PERSONAL_DATES = ("born_on", "work_since")
_PROBATIONARY = "中共预备党员"
_OTHER_PARTIES = re.compile(
    "民革|民盟|民建|民进|农工党|致公党|九三学社|台盟|共青团员|团员|无党派(人士)?"
)


@dataclass(slots=True)
class LedgerRow:
    """One row as understood. ``personal`` holds what is known of the person, by attribute."""

    sheet: str
    row: int
    personal: dict[str, Any]
    facts: RowFacts
    remarks: list[str]
    questions: list[Question] = field(default_factory=list)
    born_doubtful: bool = False
    visits: dict[str, str] = field(default_factory=dict)  # dates as ISO text, by column
    record: Record | None = None

    @property
    def name(self) -> str:
        """The person's name."""
        return str(self.personal["name"])

    @property
    def born_on(self) -> PartialDate | None:
        """The date of birth, if it could be read."""
        born: PartialDate | None = self.personal.get("born_on")
        return born


@dataclass(frozen=True, slots=True)
class Reader:
    """What all rows of one sheet have in common."""

    header: Header
    places: dict[str, int]
    typed: bool
    from_1904: bool
    sheet: str  # shown in questions where a workbook has several

    @classmethod
    def of(cls, header: Header, workbook: Workbook) -> Reader:
        """Return the reader for a sheet of ``workbook``."""
        places = {column.key: index for index, column in header.columns.items()}
        sheet = header.sheet if len(workbook.sheets) > 1 else ""
        return cls(header, places, workbook.typed, workbook.from_1904, sheet)

    def date(self, cell: Cell) -> PartialDate | None:
        """Return the date in ``cell``; raises ``UnreadableDate`` with a Chinese sentence."""
        return date_of(cell, typed=self.typed, from_1904=self.from_1904)

    def question(self, row: int, key: str, value: Cell, message: str) -> Question:
        """Return a question about the cell under ``key``, as the user sees the sheet."""
        of_all = key.removeprefix("party_").removeprefix("admin_")
        if key not in self.places and of_all in self.places:
            key = of_all  # one pair of columns for all regimes
        column, label = where(self.header, key)
        lacking = key if not column and key in LACKING else ""
        shown = text_of(value)
        shown = shown if len(shown) <= 40 else shown[:39] + "…"
        label = LACKING.get(lacking, label)
        return Question(row, column, label, shown, message, self.sheet, lacking)


LACKING = {"party_on": "党纪处分时间", "admin_on": "政务处分时间", "on": "处分时间"}
"""Cells that are answered also where the sheet has no column for them: no period without a day."""


def read_row(
    number: int,
    cells: Sequence[Cell],
    reader: Reader,
    added: Mapping[str, Cell] = MappingProxyType({}),
    told: str = "",
) -> LedgerRow | Question:
    """Return what row ``number`` says, or the question why it names nobody.

    ``added`` are answers to what the sheet has no column for, by key; ``told`` is the regime that
    the titles above the row speak of.
    """
    values = dict(added) | {
        key: cells[index]
        for key, index in reader.places.items()
        if index < len(cells) and cells[index] is not None and cells[index] != ""
    }
    questions: list[Question] = []

    def ask(key: str, value: Cell, message: str) -> None:
        questions.append(reader.question(number, key, value, message))

    _join_parts(values, reader)
    remarks = _remarks(values)
    _take_sex(values)
    name = _name(values.get("name"), remarks, ask)
    if name is None:
        return questions[-1]
    facts = read_facts(values, reader.date, remarks, ask, told)
    _unread_kinds(number, cells, reader, questions)
    personal = _personal(values, reader, ask)
    personal["name"] = name
    row = LedgerRow(reader.header.sheet, number, personal, facts, remarks, questions)
    row.born_doubtful = personal["born_on"] is None and "born_on" in values
    row.record = read_record(line_of(values.get("record")))
    row.visits = _visits(values, reader, ask)
    return row


_TICKS = frozenset("√✓✔☑●○是有1Vv")
_NO_TICKS = frozenset("×xX✗0否无")


def _join_parts(values: dict[str, Cell], reader: Reader) -> None:
    """Join what stands in several columns: ticks under kinds, and years, months and days."""
    kinds: dict[str, list[str]] = {}
    dates: dict[str, dict[str, str]] = {}
    for key in [key for key in values if TICK in key or key.endswith(PARTS)]:
        cell = values.pop(key)
        text = line_of(cell)
        base, _mark, part = key.partition("#")
        if TICK not in key:
            dates.setdefault(base, {})[part] = text.removesuffix(part)
        elif text and text not in NOTHING and text not in _NO_TICKS:
            with suppress(UnreadableDate):
                if text not in _TICKS and (day := reader.date(cell)) is not None:
                    text = day.isoformat()
            kind = part.removeprefix("√")
            kinds.setdefault(base, []).append(kind if text in _TICKS else f"{kind}（{text}）")
    for base, found in kinds.items():
        values.setdefault(base, "；".join(found))  # an answer stands there already
    for base, parts in dates.items():
        spelled = "".join(f"{parts[part]}{part}" for part in "年月日" if parts.get(part))
        values.setdefault(base, spelled)


def _unread_kinds(
    number: int, cells: Sequence[Cell], reader: Reader, questions: list[Question]
) -> None:
    """Ask about sanctions in columns that are not read: nobody would miss them otherwise."""
    for index, label in (*reader.header.unknown.items(), *reader.header.twice.items()):
        text = line_of(cells[index]) if index < len(cells) else ""
        if not text or len(text) > 60 or text in NOTHING or not any(map(is_kind, kind_parts(text))):
            continue
        message = "这一列没有读入，其中像是一个处分。请写明这一列是什么，或把它写入处分种类栏"
        questions.append(Question(number, column_letter(index), label, text, message, reader.sheet))


def _visits(values: dict[str, Cell], reader: Reader, ask: Ask) -> dict[str, str]:
    """Return what the row says of visits before this program; what is unreadable is asked about."""
    found = {}
    for key in _VISITS:
        text = line_of(values.get(key))
        if not text or text in NOTHING:
            continue
        if key == "visit_count":
            count = re.fullmatch(r"(\d{1,3})(?:\.0)?次?", half_width(text))
            if count is None:
                ask(key, text, "回访次数请写数字，未读入")
            elif int(count[1]):
                found[key] = count[1]
        elif key in ("visited_on", "fed_back_on", "filed_on"):
            day = _date(key, values, reader, ask)
            if day is not None:
                found[key] = day.isoformat()
        else:
            found[key] = text[:40]
    return found


_VISITS = ("visit_count", "visited_on", "visit_means", "outcome", "fed_back_on", "filed_on")


def _remarks(values: dict[str, Cell]) -> list[str]:
    text = text_of(values.get("remarks"))
    return [text] if text and text not in NOTHING else []


_SEX_BEHIND = re.compile(r"[(（\[【]\s*([男女])\s*[)）\]】]\s*$")


def _take_sex(values: dict[str, Cell]) -> None:
    """Give 李兰（女） to the column where it belongs, if that one says nothing."""
    name = values.get("name")
    if isinstance(name, str) and (behind := _SEX_BEHIND.search(name)) and "sex" not in values:
        values["name"], values["sex"] = name[: behind.start()], behind[1]


def _name(cell: Cell, remarks: list[str], ask: Ask) -> str | None:
    """Return the name, its brackets moved to ``remarks``; None, with a question, if it is none."""
    text = text_of(cell)
    if not text:
        ask("name", cell, "这一行没有姓名，未读入；如是上一行同一人，请补写姓名")
        return None
    note = re.search(r"[(（](.+?)[)）]", text)
    name = name_of(re.sub(r"[(（].*?[)）]|[*＊]", "", text) if note or "*" in text else text)
    if isinstance(cell, str) and is_name(name):
        if note:
            remarks.append(f"姓名栏注：{note[1]}")
            ask("name", cell, f"姓名中有括注，已按“{name}”读入，括注记入备注，请核对")
        return name
    ask("name", cell, "不像一个人的姓名，这一行未读入，请核对")
    return None


def _personal(values: dict[str, Cell], reader: Reader, ask: Ask) -> dict[str, Any]:
    """Return what the row knows of the person; unknown is ``""`` or None."""
    personal: dict[str, Any] = {"sex": "", "person_type": ""}
    for key in PERSONAL_DATES:
        personal[key] = _date(key, values, reader, ask)
    if sex := half_width(line_of(values.get("sex"))):
        personal["sex"] = sex[0] if sex[0] in SEXES else ""
        if not personal["sex"] and sex not in NOTHING:
            ask("sex", sex, "性别请写“男”或“女”")
    personal["membership"], personal["party_since"] = _membership(values, reader, ask)
    for key in ("education", "address"):
        text = line_of(values.get(key))
        personal[key] = "" if text in NOTHING else text
    personal["workplace"], personal["unit"] = _workplace(values)
    personal["phone"], problem = phone_of(values.get("phone"))
    if problem:
        ask("phone", values["phone"], problem)
    if kind := line_of(values.get("person_type")):
        personal["person_type"] = person_type_of(kind)
        if not personal["person_type"] and kind not in NOTHING:
            ask("person_type", kind, f"人员类别请写{'、'.join(PERSON_TYPES)}之一")
    return personal


def _date(key: str, values: dict[str, Cell], reader: Reader, ask: Ask) -> PartialDate | None:
    cell = values.get(key)
    if cell is None or (isinstance(cell, str) and cell.strip() in NOTHING):
        return None
    try:
        return reader.date(cell)
    except UnreadableDate as wrong:
        ask(key, cell, f"{_without_quote(str(wrong))}；此项未填")
        return None


def _without_quote(message: str) -> str:
    """Return a date's message without the text it quotes: the question shows the cell itself."""
    return re.sub(r"^“[^”]*”[：的]?", "", message)


def _membership(
    values: dict[str, Cell], reader: Reader, ask: Ask
) -> tuple[str, PartialDate | None]:
    """Return membership and since when, from 入党时间 and, where there is one, 政治面貌."""
    said = half_width(line_of(values.get("membership")))
    membership = _membership_said(said) if said else ""
    cell = values.get("party_since")
    if cell is None:
        return membership, None
    text = half_width(line_of(cell)) if isinstance(cell, str) else ""
    if text:
        if text in NOTHING or re.fullmatch(r"(非|不是)(中共)?党员|未入党|群众|不适用", text):
            return membership or NOT_A_MEMBER, None
        if other := _OTHER_PARTIES.search(text):
            return membership or other[0], None
        if found := re.fullmatch(r"(?:中共)?(?:正式)?党员[(,，\s]*(.*?)\)?", text):
            membership, cell = membership or PARTY_MEMBER, found[1] or None
        elif "预备" in text:
            membership = _PROBATIONARY
            text = re.sub(r"[()]|中共|预备(党员)?(期)?", "", text)
            cell = text or None
    if cell is None:
        return membership, None
    since = _date("party_since", {"party_since": cell}, reader, ask)
    if since is not None and not membership:
        membership = PARTY_MEMBER
    return membership, since


def _membership_said(text: str) -> str:
    if "预备" in text:
        return _PROBATIONARY
    if re.fullmatch(r"(非|不是)(中共)?党员|群众|否|无|-|—", text):
        return NOT_A_MEMBER
    if re.fullmatch(r"(中共)?(正式)?党员|是|中国共产党党员|中共", text):
        return PARTY_MEMBER
    return text[:40]


_UNIT = (
    r".*?(?:学院|学部|学校|大学|书院|研究院|研究所|中心|馆|部|处|系|所|办公室|委员会|医院|公司|科|室|站|队|"
    r"厅|局|园|社|院|办)"
)
_POSTS = (
    "书记|副书记|校长|副校长|院长|副院长|处长|副处长|部长|副部长|主任|副主任|馆长|副馆长|所长|"
    "副所长|科长|副科长|系主任|副系主任|系副主任|支部书记|党支部书记|党支部副书记|总支书记|党总支书记|党委书记|党委副书记|教授|"
    "副教授|讲师|助教|研究员|副研究员|助理研究员|实验师|高级实验师|工程师|高级工程师|助理工程师|"
    "馆员|副研究馆员|编辑|会计|会计师|出纳|职员|科员|干事|秘书|辅导员|教师|教员|管理员|实验员|"
    "办公室主任|办公室副主任|工人|司机|保安|学生|研究生|本科生|一级科员|四级调研员"
)
_UNIT_AND_POST = re.compile(rf"({_UNIT})((?:原|兼|、|，|,|\s|(?:{_POSTS}))+)")


def _workplace(values: dict[str, Cell]) -> tuple[str, str]:
    """Return workplace with post, and the unit alone where it stands apart or is certain."""
    place, post = line_of(values.get("workplace")), line_of(values.get("post"))
    place, post = ("" if text in NOTHING else text for text in (place, post))
    if post:
        return (place if place.endswith(post) else place + post), place.removesuffix(post)
    return place, _unit_of(place)


@lru_cache(maxsize=20_000)
def _unit_of(place: str) -> str:
    match = _UNIT_AND_POST.fullmatch(place)
    return match[1] if match else ""
