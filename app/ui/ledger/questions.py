"""Lists of the import: who comes in, what is asked, what was passed over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from PySide6.QtCore import Qt

from app.domain.fields import display
from app.domain.ledger import Question
from app.domain.ledger_body import SkippedRow
from app.domain.ledger_people import LedgerPerson
from app.domain.partial_date import PartialDate
from app.services.ledger import UsedColumn
from app.ui.table_model import RIGHT, Column, RowTableModel
from app.ui.table_view import TableView

Row = TypeVar("Row")


def _place(row: int) -> str:
    return str(row) if row else "整个文件"


_QUESTIONS = (
    Column[Question](
        "行", lambda q: _place(q.row), lambda q: (q.sheet, q.row), width=64, align=RIGHT
    ),
    Column[Question](
        "列",
        lambda q: f"{q.column}　{q.label}".strip(),
        lambda q: (len(q.column), q.column),
        width=150,
    ),
    Column[Question]("单元格内容", lambda q: q.value, lambda q: q.value, width=150),
    Column[Question]("疑问", lambda q: q.message, lambda q: q.message, tip=lambda q: q.sentence),
)
_SHEET_OF_QUESTION = Column[Question](
    "工作表", lambda q: q.sheet, lambda q: (q.sheet, q.row), width=96, tip=lambda q: q.sheet or None
)


def question_columns(*, several: bool) -> Sequence[Column[Question]]:
    """Return the columns of questions; of ``several`` sheets the sheet stands first."""
    return (_SHEET_OF_QUESTION, *_QUESTIONS) if several else _QUESTIONS


SKIPPED_COLUMNS = (
    Column[SkippedRow]("工作表", lambda s: s.sheet, lambda s: s.sheet, width=160),
    Column[SkippedRow]("行", lambda s: str(s.row), lambda s: s.row, width=64, align=RIGHT),
    Column[SkippedRow]("没有读入的原因", lambda s: s.reason, lambda s: s.reason),
)


USED_COLUMNS = (
    Column[UsedColumn]("工作表", lambda c: c.sheet, lambda c: c.sheet, width=160),
    Column[UsedColumn]("列", lambda c: c.letter, lambda c: (len(c.letter), c.letter), width=64),
    Column[UsedColumn]("表中的名称", lambda c: c.label, lambda c: c.label, width=220),
    Column[UsedColumn]("第一行内容", lambda c: c.sample, lambda c: c.sample, width=190),
    Column[UsedColumn]("读作", lambda c: c.title or "（不读入）", lambda c: c.title),
)


def _rows_of(person: LedgerPerson) -> str:
    return "、".join(str(row.row) for row in person.rows)


def _sheets_of(person: LedgerPerson) -> str:
    return "、".join(dict.fromkeys(row.sheet for row in person.rows))


def _what_happens(person: LedgerPerson) -> str:
    if person.is_new:
        return "新增"
    return "补充到已有人员" if person.changes_anything else "与名册相同，不变"


def _sanctions_of(person: LedgerPerson) -> str:
    return "；".join(
        f"{sanction.regime} {sanction.kind} {_iso(sanction.decided_on)}".strip()
        for sanction in person.sanctions
    )


def _iso(day: PartialDate | None) -> str:
    return day.isoformat() if day is not None else ""


def _events_of(person: LedgerPerson) -> str:
    return "；".join(f"{_iso(event.on)} {event.kind}".strip() for event in person.events)


_PEOPLE = (
    Column[LedgerPerson]("行", _rows_of, lambda p: p.rows[0].row if p.rows else 0, width=72),
    Column[LedgerPerson]("姓名", lambda p: p.subject.name, lambda p: p.subject.name, width=84),
    Column[LedgerPerson](
        "出生年月",
        lambda p: display(p.subject.born_on),
        lambda p: p.subject.born_on.isoformat() if p.subject.born_on else None,
        width=118,
    ),
    Column[LedgerPerson](
        "工作单位及职务",
        lambda p: p.subject.workplace,
        lambda p: p.subject.workplace,
        width=150,
        tip=lambda p: p.subject.workplace or None,
    ),
    Column[LedgerPerson](
        "处分", _sanctions_of, lambda p: len(p.sanctions), tip=lambda p: _sanctions_of(p) or None
    ),
    Column[LedgerPerson]("状态事项", _events_of, lambda p: len(p.events), width=130),
    Column[LedgerPerson]("导入后", _what_happens, _what_happens, width=110),
)
_SHEET_OF_PERSON = Column[LedgerPerson](
    "工作表",
    _sheets_of,
    lambda p: (_sheets_of(p), p.rows[0].row if p.rows else 0),
    width=96,
    tip=lambda p: _sheets_of(p) or None,
)


def people_columns(*, several: bool) -> Sequence[Column[LedgerPerson]]:
    """Return the columns of people; of ``several`` sheets the sheet stands first."""
    return (_SHEET_OF_PERSON, *_PEOPLE) if several else _PEOPLE


NOTE_COLUMNS = (Column[str]("说明", lambda note: note, tip=lambda note: note),)


def listing(
    columns: Sequence[Column[Row]], rows: Iterable[Row], name: str, *, sortable: bool = True
) -> TableView:
    """Return a table of ``rows`` that can be copied as cells and, if ``sortable``, sorted.

    What is not sortable keeps the order of ``rows``.
    """
    model = RowTableModel(columns)
    model.set_rows(rows)
    view = TableView()
    view.setAccessibleName(name)
    model.setParent(view)
    view.show_model(model)  # type: ignore[arg-type]
    if sortable:
        view.horizontalHeader().setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        view.setSortingEnabled(True)
    return view
