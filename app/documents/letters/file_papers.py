"""卷内目录 and 备考表 of the volume that a visit's papers lie in (办法 art. 10; GB/T 9705)."""

from __future__ import annotations

from app.documents.letters.parts import Gaps, label, short_date
from app.domain.fields import display
from app.domain.filing import WholeFiling, missing_papers, page_spans, page_total
from app.domain.papers import Particulars, ResultPaper
from app.paper.letter import CENTRE, LEFT, TEXT, Blank, Cell, Letter, Line, Table, Title

LEAST_ROWS = 12  # the sheet keeps room for papers that come later


def contents_letters(paper: ResultPaper, particulars: Particulars) -> list[Letter]:
    """Return the list of the volume's papers with their pages, once any is listed."""
    filing = paper.filing
    if not filing.papers:
        return []
    gaps = Gaps(paper.result.name)
    head = tuple(
        label(title) for title in ("序号", "文号", "责任者", "题名", "日期", "页号", "备注")
    )
    rows: list[tuple[Cell, ...]] = []
    spans = page_spans(filing.papers)
    for number, (one, pages) in enumerate(zip(filing.papers, spans, strict=True), 1):
        if pages is None:
            gaps.note(f"{one.title} · 页号：页数未填写，打印后为空白")
        rows.append(
            (
                Cell(str(number), align=CENTRE),
                Cell(one.number, align=LEFT),
                Cell(one.author, align=LEFT),
                Cell(one.title, align=LEFT),
                Cell(short_date(one.on), align=CENTRE),
                Cell(_span(pages), align=CENTRE),
                Cell(one.note, align=LEFT),
            )
        )
    empty = (Cell("", align=CENTRE, least_mm=9.0), *(Cell("") for _ in range(6)))
    rows += [empty] * max(0, LEAST_ROWS - len(rows))
    table = Table((2.2, 4.0, 4.4, 8.6, 4.3, 2.7, 2.4), (head, *rows), head=1, size=10.5)
    return [
        Letter(
            "卷内目录",
            (Title("卷内目录"), _number_line(filing), table),
            name=paper.result.name,
            mark=particulars.mark,
            gaps=tuple(gaps.found),
        )
    ]


def note_letters(paper: ResultPaper, particulars: Particulars) -> list[Letter]:
    """Return 备考表: how many papers and pages, what is missing, who compiled and who checked."""
    filing = paper.filing
    if not filing.papers:
        return []
    gaps, entry = Gaps(paper.result.name), filing.entry
    lines = [f"本卷共{len(filing.papers)}件、{page_total(filing.papers)}页。"]
    if missing := missing_papers(filing):
        lines.append(f"缺：{'、'.join(one.sort for one in missing)}。")
    lines += [f"{one.gate}：{one.reason.rstrip('。')}。" for one in filing.result.exemptions]
    if entry.remarks.strip():
        lines.append(entry.remarks.strip())
    on = display(entry.compiled_on or entry.filed_on) or "　　年　　月　　日"
    handed = f"{display(entry.filed_on) or '　　年　　月　　日'}由{entry.handed_by or '　　　'}移交"
    rows = (
        (label("本卷情况说明"),),
        (
            Cell(
                "\n".join(lines),
                align=TEXT,
                least_mm=118,
                foot=(
                    f"立卷人：{gaps.of(entry, 'compiled_by') or '　　　　'}　　　　　　",
                    f"检查人：{gaps.of(entry, 'checked_by') or '　　　　'}　　　　　　",
                    f"立卷时间：{on}",
                ),
            ),
        ),
        (
            Cell(
                f"{handed}，{entry.handed_to or '　　　'}接收。保管期限：{entry.custody or '　　'}。",
                align=LEFT,
                least_mm=14,
            ),
        ),
    )
    return [
        Letter(
            "卷内备考表",
            (
                Title("卷内备考表"),
                _number_line(filing),
                Table((28.0,), rows, size=14.0),
                Blank(0.5),
            ),
            name=paper.result.name,
            mark=particulars.mark,
            gaps=tuple(gaps.found),
        )
    ]


def _number_line(filing: WholeFiling) -> Line:
    entry = filing.entry
    marks = (("全宗号", entry.fonds), ("目录号", entry.catalogue), ("案卷号", entry.file_number))
    known = "　".join(f"{name}：{value}" for name, value in marks if value.strip())
    return Line(known or "案卷号：", right=entry.title, size=12.0)


def _span(pages: tuple[int, int] | None) -> str:
    if pages is None:
        return ""
    first, last = pages
    return str(first) if first == last else f"{first}-{last}"
