"""The figures of a period as a workbook: every table, numbers as numbers, and the definitions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.documents.account.report_letter import TITLE
from app.documents.workbook_writer import plain_cell, whole_workbook
from app.domain.fields import display
from app.domain.revisit_counts import DEFINITIONS
from app.domain.revisit_report import (
    ORDER,
    SUMMARY,
    Figure,
    Report,
    Table,
    counting,
    summary_sentence,
)
from app.domain.small_numbers import NOTE


def write_report(target: Path, report: Report, *, office: str) -> None:
    """Write the figures to ``target``, whole or not at all. Raises ``NotWritten``."""

    def fill(book: Any) -> None:
        styles = _styles(book)
        _figures(book.add_worksheet("统计表"), report, office, styles)
        _definitions(book.add_worksheet("口径说明"), report, styles)

    whole_workbook(target, fill)


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
    cell = {**base, "border": 1}
    bold = {"bold": True, "bg_color": "#E7E6E6", "align": "center"}
    return {
        "name": book.add_format({**base, "bold": True, "font_size": 16, "align": "center"}),
        "text": book.add_format({**base, "text_wrap": True, "valign": "top"}),
        "heading": book.add_format({**base, "bold": True}),
        "title": book.add_format({**cell, **bold, "text_wrap": True}),
        "label": book.add_format(cell),
        "number": book.add_format({**cell, "num_format": "0", "align": "center"}),
        "share": book.add_format({**cell, "num_format": "0.0%", "align": "center"}),
        "total": book.add_format({**cell, **bold}),
        "long": book.add_format({**cell, "text_wrap": True, "valign": "top"}),
    }


def _figures(sheet: Any, report: Report, office: str, styles: dict[str, Any]) -> None:
    period = report.period
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&9第 &P 页　共 &N 页")
    sheet.hide_gridlines(0)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 5, 12)
    sheet.merge_range(0, 0, 0, 5, plain_cell(f"{period.title}{TITLE}"), styles["name"])
    sheet.set_row(0, 30)
    where = f"单位：{office}　　统计截至{display(period.cutoff)}"
    sheet.merge_range(1, 0, 1, 5, plain_cell(where), styles["text"])
    sheet.merge_range(2, 0, 2, 5, plain_cell(summary_sentence(report)), styles["text"])
    sheet.set_row(2, 62)
    row = 4
    for key in (SUMMARY, *ORDER):
        row = _table(sheet, row, report.table(key), styles) + 1


def _table(sheet: Any, row: int, table: Table, styles: dict[str, Any]) -> int:
    sheet.write_string(row, 0, plain_cell(table.title), styles["heading"])
    row += 1
    for place, title in enumerate((table.head, *table.columns)):
        sheet.write_string(row, place, title, styles["title"])
    for line in table.lines:
        row += 1
        style = styles["total" if line.total else "label"]
        sheet.write_string(row, 0, plain_cell(line.label), style)
        for place, figure in enumerate(line.figures, 1):
            _figure(sheet, row, place, figure, styles)
    if table.note:
        row += 1
        sheet.write_string(row, 0, f"注：{table.note}")
    return row + 1


def _figure(sheet: Any, row: int, place: int, figure: Figure, styles: dict[str, Any]) -> None:
    if figure.withheld or figure.whole == 0:
        sheet.write_string(row, place, figure.text, styles["number"])
    elif figure.whole:
        sheet.write_number(row, place, figure.count / figure.whole, styles["share"])
    else:
        sheet.write_number(row, place, figure.count, styles["number"])


def _definitions(sheet: Any, report: Report, styles: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    lines = [*DEFINITIONS, ("统计口径", counting(report))]
    if report.guarded:
        lines.append(("小数字", NOTE))
    for row, (name, text) in enumerate(lines):
        sheet.write_string(row, 0, name, styles["label"])
        sheet.write_string(row, 1, plain_cell(text), styles["long"])
