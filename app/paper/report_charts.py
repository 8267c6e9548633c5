"""Which charts the figures of a period are shown in: the same on the screen and in the report."""

from __future__ import annotations

from app.domain.revisit_report import (
    BY_KIND,
    BY_METHOD,
    BY_OUTCOME,
    BY_TYPE,
    BY_UNIT,
    BY_YEAR,
    TREND,
    WITHHELD,
    Figure,
    Line,
    Report,
    Table,
)
from app.paper.chart import HATCHED, HOLLOW, SOLID, Bar, Chart, Part

MOST_BARS = 12
SPLIT = (BY_KIND, BY_TYPE, BY_UNIT, BY_YEAR)
"""The tables of people whose bars are split into 已访 and 未访."""

_SPLIT_LEGEND = ((SOLID, "已访"), (HATCHED, "未访"))


def chart_of(report: Report, key: str) -> Chart | None:
    """Return the chart of a table, or ``None`` for a table that is none or holds nobody."""
    table = report.table(key)
    lines = [line for line in table.lines if not line.total]
    if not any(figure.count or figure.withheld for line in lines for figure in line.figures):
        return None
    if key == TREND:
        return _trend(table, [one.short for one in report.period.series(len(table.lines))])
    if key in SPLIT:
        return _split(table, lines)
    if key in (BY_METHOD, BY_OUTCOME):
        return _plain(table, lines)
    return None


def _trend(table: Table, labels: list[str]) -> Chart:
    bars = tuple(
        Bar(label, (_part(line.figures[0], HOLLOW), _part(line.figures[1], SOLID)),
            line.figures[3].text)
        for label, line in zip(labels, table.lines, strict=True)
    )  # fmt: skip
    return Chart(
        "各期应访、已访人数和回访率",
        bars,
        ((HOLLOW, "应访人数"), (SOLID, "已访人数")),
        upright=True,
    )


def _split(table: Table, lines: list[Line]) -> Chart:
    shown = lines[:MOST_BARS]
    bars = tuple(
        Bar(
            line.label,
            (_part(line.figures[1], SOLID), _part(line.figures[2], HATCHED)),
            f"{line.figures[1].text}/{line.figures[0].text}",
        )
        for line in shown
    )
    rest = len(lines) - len(shown)
    note = f"图中为应访人数最多的{len(shown)}项，其余{rest}项见表。" if rest else ""
    return Chart(f"{table.title}（已访/应访）", bars, _SPLIT_LEGEND, note=note)


def _plain(table: Table, lines: list[Line]) -> Chart:
    unit = table.columns[0].replace("已访人数", "人数")
    bars = tuple(
        Bar(line.label, (_part(line.figures[0], SOLID),), line.figures[0].text) for line in lines
    )
    return Chart(f"{table.title}（{unit}）", bars)


def _part(figure: Figure, style: str) -> Part:
    return Part(None if figure.text == WITHHELD else figure.count, style, figure.key)
