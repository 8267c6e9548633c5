"""本周待办清单: what is overdue or due within a week, on paper, to be ticked off by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.documents.letters.parts import label, short_date
from app.documents.letters.pdf import draw_pdf
from app.documents.paper_options import PaperOptions
from app.domain.fields import display
from app.domain.reminders import Reminder
from app.paper.letter import (
    CENTRE,
    COUNTED,
    LEFT,
    SMALL_PT,
    Block,
    Cell,
    Letter,
    Line,
    Paragraph,
    Table,
    Title,
)

TITLE = "本周待办清单"
_COLUMNS = (
    ("序号", 2.6),
    ("期限", 5.0),
    ("状态", 4.8),
    ("姓名", 4.6),
    ("事项", 7.2),
    ("说明", 19.0),
    ("依据", 8.6),
    ("办理情况", 7.0),
)


def draw_due_list(
    reminders: Sequence[Reminder], *, as_of: date, office: str, options: PaperOptions
) -> bytes:
    """Return the list as PDF, A4 landscape, in the order given.

    ``as_of`` is the day the days were counted from. An empty list says so: it is a record that
    somebody looked. Raises ``UnusableFont``; ``UnprintableCharacters`` unless the options insist.
    """
    return draw_pdf([letter(reminders, as_of=as_of, office=office)], options=options)


def letter(reminders: Sequence[Reminder], *, as_of: date, office: str) -> Letter:
    """Return the list as blocks: a table with room to write what was done."""
    late = sum(1 for one in reminders if one.days < 0)
    left = f"单位：{office}" if office else "单位："
    blocks: tuple[Block, ...] = (
        Title(TITLE),
        # Above the table: below it the count may fall on a page of its own.
        Line(
            left, right=f"共{len(reminders)}项，其中逾期{late}项　截至{display(as_of)}", size=12.0
        ),
        _table(reminders)
        if reminders
        else Paragraph("截至当日，没有逾期事项，七日内也没有到期事项。"),
    )
    return Letter(TITLE, blocks, pages=COUNTED, landscape=True)


def _table(reminders: Sequence[Reminder]) -> Table:
    head = tuple(label(title) for title, _ in _COLUMNS)
    rows = tuple(
        (
            Cell(str(number), align=CENTRE),
            Cell(short_date(one.due_on), align=CENTRE),
            Cell(_state(one.days), align=CENTRE),
            Cell(one.name or "办公室", align=CENTRE),
            Cell(one.kind, align=LEFT),
            Cell(one.sentence, align=LEFT),
            Cell(one.reference, align=LEFT),
            Cell(""),
        )
        for number, one in enumerate(reminders, 1)
    )
    return Table(tuple(width for _, width in _COLUMNS), (head, *rows), head=1, size=SMALL_PT)


def _state(days: int) -> str:
    if days == 0:
        return "今天"
    return f"逾期{-days}天" if days < 0 else f"还有{days}天"
