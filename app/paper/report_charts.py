"""Which charts the figures of a period are shown in: the same on the screen and in the report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
_OFF_LEGEND = (*_SPLIT_LEGEND, (HOLLOW, "其中暂缓"))


def chart_of(report: Report, key: str) -> Chart | None:
    """Return the chart of a table, or ``None`` for a table that is none or holds nobody."""
    table = report.table(key)
    lines = [line for line in table.lines if not line.total]
    if not any(figure.count or figure.withheld for line in lines for figure in line.figures):
        return None
    made: Chart | None = None
    if key == TREND:
        made = _trend(table, [one.short for one in report.period.series(len(table.lines))])
    elif key in SPLIT:
        made = _split(table, lines)
    elif key in (BY_METHOD, BY_OUTCOME):
        made = _plain(table, lines)
    seen = made is not None and any(part.value for bar in made.bars for part in bar.parts)
    return made if seen else None  # of withheld numbers alone there is nothing to see


def _trend(table: Table, labels: list[str]) -> Chart:
    columns = [(0, HOLLOW, "应访人数"), (1, SOLID, "已访人数")]
    if any_off := _put_off(table.lines):
        columns.append((3, HATCHED, "暂缓人数"))
    bars = tuple(
        Bar(label, tuple(_part(line.figures[place], style) for place, style, _ in columns),
            line.figures[-1].text)
        for label, line in zip(labels, table.lines, strict=True)
    )  # fmt: skip
    return Chart(
        f"各期应访、已访{'、暂缓' if any_off else ''}人数和回访率",
        bars,
        tuple((style, meaning) for _, style, meaning in columns),
        upright=True,
    )


def _put_off(lines: Sequence[Line]) -> bool:
    """Whether anybody is seen to be put off: a pattern that stands for nobody is not explained."""
    return any(line.figures[3].count for line in lines)


def _pieces(line: Line, *, off: bool) -> Iterator[Part]:
    """Yield the pieces of a bar; those put off are the last of the unvisited."""
    _due, visited, unvisited, put_off, _share = line.figures
    yield _part(visited, SOLID)
    if not off or put_off.withheld or unvisited.withheld:
        yield _part(unvisited, HATCHED)
    else:
        yield Part(unvisited.count - put_off.count, HATCHED, unvisited.key)
        yield _part(put_off, HOLLOW)


def _split(table: Table, lines: list[Line]) -> Chart:
    shown = lines[:MOST_BARS]
    off = _put_off(lines)
    bars = tuple(
        Bar(
            line.label,
            tuple(_pieces(line, off=off)),
            f"{line.figures[1].text}/{line.figures[0].text}",
        )
        for line in shown
    )
    rest = len(lines) - len(shown)
    note = f"图中为应访人数最多的{len(shown)}项，其余{rest}项见表。" if rest else ""
    return Chart(
        f"{table.title}（已访/应访）", bars, _OFF_LEGEND if off else _SPLIT_LEGEND, note=note
    )


def _plain(table: Table, lines: list[Line]) -> Chart:
    unit = table.columns[0].replace("已访人数", "人数")
    bars = tuple(
        Bar(line.label, (_part(line.figures[0], SOLID),), line.figures[0].text) for line in lines
    )
    return Chart(f"{table.title}（{unit}）", bars)


def _part(figure: Figure, style: str) -> Part:
    return Part(None if figure.text == WITHHELD else figure.count, style, figure.key)
