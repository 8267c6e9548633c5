"""审计月报: a month of the log on one or a few sheets, with the anchor that proves it, to be signed."""

from __future__ import annotations

from app.documents.letters.parts import label
from app.documents.letters.pdf import draw_pdf
from app.documents.paper_options import PaperOptions
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
from app.services.audit_view import MonthSheet

TITLE = "审计月报"
_NOTABLE = (
    ("序号", 3.4),
    ("时间", 7.6),
    ("操作人", 4.6),
    ("事项", 6.0),
    ("对象", 5.0),
    ("理由", 12.0),
)
_LONGEST = 60


def draw_sheet(sheet: MonthSheet, *, office: str, options: PaperOptions) -> bytes:
    """Return the sheet as PDF. Raises ``UnusableFont``; see ``PaperOptions`` for characters."""
    return draw_pdf([letter(sheet, office=office)], options=options)


def letter(sheet: MonthSheet, *, office: str) -> Letter:
    """Return the sheet as blocks: span and anchor, counts, what deserves a look, signatures."""
    total = sum(number for _act, number in sheet.counts)
    counts = "；".join(f"{act}{number}" for act, number in sheet.counts) or "没有"
    blocks: tuple[Block, ...] = (
        Title(f"{sheet.month}{TITLE}"),
        Line(f"单位：{office}", size=12.0),
        Paragraph(f"本月记录{total}条，序号第{sheet.first}条至第{sheet.last}条。"),
        Paragraph(f"月末锚点：{sheet.anchor}"),
        Paragraph(
            "核对方法：在“帮助－核验审计记录”中照抄上面的锚点，或运行 verify-audit --anchor。"
            "日志在月末以后被改动或截去，都会与本页不符。"
        ),
        Paragraph(f"各类操作次数：{counts}。"),
        *((_table(sheet),) if sheet.notable else (Paragraph("没有需要逐条列明的操作。"),)),
        Line("审计人员（签名）：", right="年　　月　　日", size=12.0),
        Line("负责人（签名）：", right="年　　月　　日", size=12.0),
    )
    return Letter(TITLE, blocks, pages=COUNTED, landscape=True)


def _table(sheet: MonthSheet) -> Table:
    head = tuple(label(title) for title, _width in _NOTABLE)
    rows = tuple(
        (
            Cell(str(one.sequence), align=CENTRE),
            Cell(one.at[:16].replace("T", " "), align=CENTRE),
            Cell(one.who, align=CENTRE),
            Cell(one.act, align=LEFT),
            Cell(one.what, align=LEFT),
            Cell(one.reason[:_LONGEST], align=LEFT),
        )
        for one in sheet.notable
    )
    return Table(tuple(width for _title, width in _NOTABLE), (head, *rows), head=1, size=SMALL_PT)
