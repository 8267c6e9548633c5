"""An official letter as data: blocks from top to bottom, read by every drawer (GB/T 9704)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from app.paper.chart import Chart
from app.paper.grid import Sheet
from app.paper.plain_text import removed_controls

TITLE_PT = 22.0  # 2号
BODY_PT = 15.75  # 3号: 28 characters make the 156 mm of the type area
PAGE_PT = 14.0  # 4号
TABLE_PT = 12.0  # 小四
SMALL_PT = 10.5  # 五号

PORTRAIT = Sheet(210, 297, 37, 28, 26, 35, 28)
"""22 lines of 28 characters."""

LANDSCAPE = Sheet(297, 210, 28, 36, 36, 26, 40)
"""The same type area turned, for lists of many columns."""

WIDE = Sheet(297, 210, 16, 11, 11, 18, 40)
"""As much of a turned A4 page as every printer prints, for ledgers."""

DASHED = "— {page} —"
COUNTED = "第 {page} 页　共 {pages} 页"

LEFT = "left"
CENTRE = "centre"
RIGHT = "right"
TEXT = "text"
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Title:
    """The title: 2号小标宋, centred, in as few lines of about the same length as it needs.

    ``words`` are names in it that no line end may tear.
    """

    text: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One short line that is not a paragraph: under a title, above a table.

    ``right`` is set against the right margin of the same line.
    """

    text: str
    align: str = LEFT
    right: str = ""
    size: float = BODY_PT
    keep: bool = True


@dataclass(frozen=True, slots=True)
class Recipient:
    """主送: flush left, its colon printed by the drawer."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Body text; each of its paragraphs begins two characters in. ``keep``: not parted from what follows."""

    text: str
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 (一、黑体), 2 (（一）楷体) or 3 (1. 仿宋); its number is part of the text."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Blank:
    """Room for a pen, in lines of body text; it stays with what stands above it."""

    lines: float = 1.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table.

    ``align``: centre, left, text (paragraphs with indents, from the top) or auto (short centred,
    long left). ``foot`` are lines at the bottom right, for handwriting. ``least_mm`` is the height
    that stays free for a pen.
    """

    text: str
    span: int = 1
    label: bool = False
    align: str = AUTO
    least_mm: float = 0.0
    foot: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the type area's width. ``widths`` are shares; the first ``head`` rows are repeated.

    ``together`` keeps all rows on one page, as long as they fit one; ``group`` so many rows of a
    record below the head, which a thick rule parts from the next.
    """

    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    head: int = 0
    size: float = TABLE_PT
    together: bool = False
    group: int = 1


@dataclass(frozen=True, slots=True)
class SignOff:
    """落款: who and when, at the right, never alone on a page.

    ``sealed``: room for the seal, the date four characters from the margin and the office centred
    above it; otherwise two characters (GB/T 9704, 7.3.5). Without a date its place stays free.
    """

    names: tuple[str, ...]
    on: date | None = None
    sealed: bool = True


@dataclass(frozen=True, slots=True)
class Signatures:
    """Places for handwritten names and a date, one line each; never alone on a page.

    ``above`` is what a pen answers first, in two lines of room.
    """

    lines: tuple[str, ...]
    above: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """附注: two characters in, in round brackets, under the date."""

    text: str


@dataclass(frozen=True, slots=True)
class Diagram:
    """A chart of the type area's width; in a Word file it is a picture."""

    chart: Chart


Block = (
    Title | Line | Recipient | Paragraph | Heading | Blank | Table | SignOff | Signatures | Note
    | Diagram
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The head of 信函格式: the office in red between the page's red double rules, the number below.

    ``printed`` leaves the red to paper that already has it.
    """

    office: str
    number: str
    printed: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter.

    ``name`` is what a bookmark calls it; ``foot`` a line for handwriting at the foot of every page;
    ``gaps`` what was left out because the entity does not say it. ``mark`` stands above the first
    page (内部资料); never a 密级 unless the office typed one.
    """

    title: str
    blocks: tuple[Block, ...]
    name: str = ""
    head: Letterhead | None = None
    foot: str = ""
    pages: str = DASHED
    landscape: bool = False
    paper: Sheet | None = None
    mark: str = ""
    gaps: tuple[str, ...] = ()

    @property
    def sheet(self) -> Sheet:
        """The paper it is set on."""
        if self.paper is not None:
            return self.paper
        return LANDSCAPE if self.landscape else PORTRAIT


def texts(letter: Letter) -> Iterator[tuple[str, str]]:
    """Yield where and text of everything that is printed, in reading order."""
    if letter.head:
        yield "发文机关", letter.head.office
        yield "文号", letter.head.number
    if letter.mark:
        yield "标记", letter.mark
    heading = letter.title
    for block in letter.blocks:
        if isinstance(block, Heading):
            heading = block.text
        yield from _block_texts(block, heading)
    if letter.foot:
        yield "页脚", letter.foot


def _block_texts(block: Block, heading: str) -> Iterator[tuple[str, str]]:
    match block:
        case Title(text=text):
            yield "标题", text
        case Recipient(text):
            yield "主送", text
        case Line(text=text, right=right):
            yield heading, text
            yield heading, right
        case Paragraph(text=text) | Note(text=text) | Heading(text=text):
            yield heading, text
        case Table():
            yield from _cells(block, heading)
        case SignOff(names=names):
            yield from (("落款", name) for name in names)
        case Signatures(lines=lines, above=above):
            yield from (("签名处", line) for line in (above, *lines))
        case Diagram(chart):
            yield heading, chart.title
            yield from ((chart.title, bar.label) for bar in chart.bars)


def _cells(table: Table, heading: str) -> Iterator[tuple[str, str]]:
    where = heading
    for row in table.rows:
        for cell in row:
            if cell.label:
                name = cell.text.replace("\n", "")
                where = f"{heading}的“{name}”" if heading else name
            yield (heading if cell.label else where), cell.text
            yield from ((where, line) for line in cell.foot)


_LEFT_OPEN = re.compile(
    r"\{[^{}\n]{0,20}\}|[×X]{2,}|（请(?:写明|填写)[^）]*）|【[^】\n]*】|_{3,}|＿{2,}"
)
"""What somebody meant to fill in: {姓名}, ××, （请写明…）, 【…】, a drawn line."""

LONG_TITLE = 60  # characters; more than three lines of 2号
LONG_CELL = 3_000  # characters; about a page and a half of a cell


def open_points(letter: Letter) -> list[str]:
    """Return in Chinese what to look at before printing: gaps, placeholders, over-long values."""
    found = list(letter.gaps)
    for where, text in texts(letter):
        if lost := removed_controls(text):
            found.append(f"{where}：含有不能打印的控制字符（{'、'.join(lost)}），打印时会去掉")
        for match in _LEFT_OPEN.finditer(text):
            found.append(f"{where}：还有未填写的“{match.group()}”，请补全")
    for block in letter.blocks:
        match block:
            case Title(text=text) if len(text) > LONG_TITLE:
                found.append(f"标题：现有{len(text)}字，超过{LONG_TITLE}字，标题会超过三行，请精简")
            case Table():
                found += [
                    f"{where}：现有{len(text)}字，超过{LONG_CELL}字，表格会占满多页，请核对"
                    for where, text in _cells(block, letter.title)
                    if len(text) > LONG_CELL
                ]
    return list(dict.fromkeys(found))
