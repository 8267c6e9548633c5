"""回访关爱工作统计: the figures of a period with charts and what each figure means, on paper."""

from __future__ import annotations

from collections.abc import Iterator

from app.documents.letters.parts import Sections, label
from app.domain.fields import display
from app.domain.revisit_counts import DEFINITIONS
from app.domain.revisit_report import (
    ORDER,
    SUMMARY,
    Report,
    counting,
    summary_sentence,
)
from app.domain.revisit_report import Table as Figures
from app.domain.small_numbers import NOTE
from app.paper.letter import (
    CENTRE,
    COUNTED,
    LEFT,
    SMALL_PT,
    TEXT,
    Block,
    Cell,
    Diagram,
    Letter,
    Line,
    Paragraph,
    Table,
    Title,
)
from app.paper.report_charts import chart_of

TITLE = "回访关爱工作统计"


def letter(report: Report, *, office: str) -> Letter:
    """Return the report as blocks: summary, tables with their charts, definitions."""
    period, numbered = report.period, Sections()
    title = f"{period.title}{TITLE}"
    blocks: list[Block] = [
        Title(title),
        Line(f"单位：{office}", right=f"统计截至{display(period.cutoff)}", size=12.0),
    ]
    blocks += [numbered.main("总体情况"), Paragraph(summary_sentence(report), keep=True)]
    blocks.append(summary_table(report))
    for key in ORDER:
        table = report.table(key)
        blocks.append(numbered.main(table.title))
        chart = chart_of(report, key)
        if chart is not None:
            blocks.append(Diagram(chart))
        blocks.append(figures_table(table))
    blocks.append(numbered.main("口径说明"))
    blocks.append(_definitions(report))
    blocks.append(
        Line("填表人：　　　　　　　　审核人：　　　　　　　　", right="年　　月　　日", size=12.0)
    )
    return Letter(title, tuple(blocks), pages=COUNTED)


def summary_table(report: Report) -> Table:
    """Return the summary, two figures in a row."""
    lines = report.table(SUMMARY).lines
    cells = [
        part
        for line in lines
        for part in (label(line.label), Cell(line.figures[0].text, align=CENTRE))
    ]
    if len(lines) % 2:
        cells += [label(""), Cell("")]
    rows = tuple(tuple(cells[start : start + 4]) for start in range(0, len(cells), 4))
    return Table((9.0, 5.0, 9.0, 5.0), rows, size=12.0, together=True)


def figures_table(table: Figures) -> Table:
    """Return a table of figures as the letter sets it."""

    def rows() -> Iterator[tuple[Cell, ...]]:
        yield (label(table.head), *(label(title) for title in table.columns))
        for line in table.lines:
            yield (
                Cell(line.label, align=CENTRE if line.total else LEFT, label=line.total),
                *(Cell(figure.text, align=CENTRE) for figure in line.figures),
            )
        if table.note:
            yield (Cell(f"注：{table.note}", span=len(table.columns) + 1, align=LEFT),)

    first = 11.0 if len(table.columns) > 2 else 13.0
    widths = (first, *((28.0 - first) / len(table.columns),) * len(table.columns))
    return Table(widths, tuple(rows()), head=1, size=SMALL_PT, together=len(table.lines) <= 12)


def _definitions(report: Report) -> Table:
    lines = [*DEFINITIONS, ("统计口径", counting(report))]
    if report.guarded:
        lines.append(("小数字", NOTE))
    rows = tuple((label(name), Cell(text, align=TEXT)) for name, text in lines)
    return Table((5.5, 22.5), rows, size=SMALL_PT)
