"""A whole workbook as ledger rows: what was read, what was passed over, what is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

from app.domain.fields import field_problems
from app.domain.ledger import Cell, Question, Sheet, Workbook, column_letter
from app.domain.ledger_body import SkippedRow, body, tables
from app.domain.ledger_cells import text_of
from app.domain.ledger_header import Header, find_header
from app.domain.ledger_people import LedgerPerson
from app.domain.ledger_row import LedgerRow, Reader, read_row
from app.domain.subject import PARTY

_VISIT_TITLES = {
    "visit_count": "回访次数",
    "visited_on": "最近回访时间",
    "visit_means": "回访方式",
    "outcome": "结果运用",
    "fed_back_on": "反馈时间",
    "filed_on": "归档时间",
}


@dataclass(slots=True)
class LedgerRows:
    """The rows of a workbook as understood, before anybody asked who the people are."""

    rows: list[LedgerRow] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    readers: dict[str, Reader] = field(default_factory=dict)
    lower: list[Reader] = field(default_factory=list)  # of further tables on a sheet, downwards

    def ask(self, row: LedgerRow, key: str, value: str, message: str) -> None:
        """Note a question about a cell of a row already read."""
        reader = self.reader_of(row.sheet, row.row)
        self.questions.append(reader.question(row.row, key, value, message))

    def reader_of(self, sheet: str, row: int) -> Reader:
        """Return the reader of the table in which a row stands."""
        found = self.readers[sheet]
        for reader in self.lower:
            if reader.header.sheet == sheet and reader.header.first_row < row:
                found = reader
        return found


def read_rows(
    workbook: Workbook,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    chosen: Mapping[str, str] = MappingProxyType({}),
    added: Mapping[tuple[str, int], Mapping[str, Cell]] = MappingProxyType({}),
) -> LedgerRows:
    """Return everything that ``workbook`` says. ``progress`` gets rows done and rows in all.

    ``chosen`` is what the office said its titles mean, see ``find_header``; ``added`` by sheet and
    row what it said of cells for which the sheet has no column.
    """
    read = LedgerRows()
    total = sum(len(sheet.rows) for sheet in workbook.sheets)
    done = 0
    for sheet in workbook.sheets:
        header = find_header(sheet, chosen)
        if header is None:
            read.notes.append(f"工作表“{sheet.name}”没有台账的表头，未读入")
            continue
        for part, own_header in tables(sheet, header, chosen):
            reader = Reader.of(own_header, workbook)
            if sheet.name in read.readers:
                read.lower.append(reader)
            else:
                read.readers[sheet.name] = reader
            read.notes += _notes(part, own_header)
            _read_table(part, reader, read, added, partial(_further, progress, done, total))
        done += len(sheet.rows)
    read.notes += [f"工作表“{name}”未读入：{why}" for name, why in workbook.passed_over.items()]
    visits = Counter(key for row in read.rows for key in row.visits)
    if visits:
        titles = "、".join(f"{_VISIT_TITLES[key]}{count}处" for key, count in visits.items())
        read.notes.append(
            f"回访情况（{titles}）只记入新增人员的“此前回访情况”；"
            "已在名册的人，以程序中的回访、反馈和归档记录为准，未读入"
        )
    return read


def _further(progress: Callable[[int, int], None], done: int, total: int, row: int) -> None:
    progress(done + row, total)


def _read_table(
    sheet: Sheet,
    reader: Reader,
    read: LedgerRows,
    added: Mapping[tuple[str, int], Mapping[str, Cell]],
    progress: Callable[[int], None],
) -> None:
    """Read the rows of one table; lines between them may say what those below are about."""
    told = reader.header.regime
    for line in body(sheet, reader.header):
        if isinstance(line, SkippedRow):
            read.skipped.append(line)
            told = told if line.regime is None else line.regime
            continue
        number, cells = line
        if number % 200 == 0:
            progress(number)
        row = read_row(number, cells, reader, added.get((sheet.name, number), {}), told)
        if isinstance(row, Question):
            read.questions.append(row)
            read.skipped.append(SkippedRow(sheet.name, number, "没有可用的姓名"))
        else:
            read.rows.append(row)
            read.questions += dict.fromkeys(row.questions)


def _notes(sheet: Sheet, header: Header) -> list[str]:
    notes = []
    unknown = {i: label for i, label in header.unknown.items() if _has_content(sheet, header, i)}
    if unknown:
        named = "、".join(f"{column_letter(i)}列“{label}”" for i, label in unknown.items())
        notes.append(f"工作表“{sheet.name}”中不认识的列未读入：{named}")
    for index, label in header.twice.items():
        meant = f"{column_letter(index)}列“{label}”"
        notes.append(f"工作表“{sheet.name}”的{meant}与前面的列重复，未读入")
    hidden = [row for row in sheet.hidden if row > header.first_row]
    if hidden:
        some = "、".join(map(str, hidden[:10])) + ("等" if len(hidden) > 10 else "")
        notes.append(f"工作表“{sheet.name}”有{len(hidden)}行是隐藏的（第{some}行），已一并读入")
    return notes


def _has_content(sheet: Sheet, header: Header, index: int) -> bool:
    rows = sheet.rows[header.first_row :]
    return any(index < len(row) and text_of(row[index]) for row in rows)


def ask_about_lengths(people: list[LedgerPerson], read: LedgerRows) -> None:
    """Ask about texts longer than a field should hold; they come in whole."""
    for person in people:
        row = person.rows[0]
        if any(type(value) is str and len(value) > 35 for value in row.personal.values()):
            for problem in field_problems(person.subject):
                if problem.field in row.personal and "最多" in problem.message:
                    read.ask(row, problem.field, "", f"{problem.message}；已全部读入，请删减")
        for case in person.cases:
            if len(case.facts) > 4_900 and (found := field_problems(case)):
                read.ask(row, "facts", case.facts, f"{found[0].message}；已全部读入，请删减")


def column_of(problem_field: str, regime: str) -> str:
    """Return the ledger column that a problem with a field of a sanction is about."""
    side = "party" if regime == PARTY else "admin"
    in_kind = dict.fromkeys(("kind", "in_lieu", "stated_months"), f"{side}_kind")
    known = {"decided_on": f"{side}_on", **in_kind}
    return known.get(problem_field, problem_field)
