"""校准页: rulers in millimetres and a frame 20 mm from every edge, to see how a printer is off."""

from __future__ import annotations

from collections.abc import Iterator

from app.documents.fonts import Fonts, open_fonts
from app.documents.paper_options import PaperOptions
from app.documents.pdf_pages import PdfPages
from app.paper.grid import POINTS_PER_MM, Sheet
from app.paper.layout import Page, Phrase, Rule, Run

WIDTH, HEIGHT = 210.0, 297.0  # mm, A4
EDGE = 20.0  # mm from every edge of the paper to the frame

_SHEET = Sheet(WIDTH, HEIGHT, EDGE, EDGE, EDGE, EDGE, columns=1)
_INSTRUCTIONS = (
    "1. 按 100% 打印本页（不缩放、不“适合纸张”），用毫米尺量。",
    "2. 量左边框到纸左边的距离、上边框到纸上边的距离，标准都是 20 毫米。",
    "3. “右” = 20 减去量得的左边距；“下” = 20 减去量得的上边距（可为负数）。",
    "   例：左边量得 18.5 毫米，“右”填 1.5；上边量得 21 毫米，“下”填 -1。",
    "4. 把两个数填入打印窗口的“位置微调”，再打一张核对；各打印机分别记住。",
    "5. 量横尺 0 到 170：应为 170 毫米。不是的话，说明打印机在缩放，请关掉。",
)


def draw_calibration(*, options: PaperOptions) -> bytes:
    """Return the page as PDF; the same options give the same bytes."""
    fonts = open_fonts(options.fonts_folder, options.title_face, options.text_face)
    pdf = PdfPages(_SHEET, fonts, title="校准页", author="")
    pdf.paint(Page(1, list(_phrases(fonts)), list(_rules()), []), practice=False)
    return pdf.save()


def _rules() -> Iterator[Rule]:
    right, bottom = WIDTH - EDGE, HEIGHT - EDGE
    for x1, y1, x2, y2 in (
        (EDGE, EDGE, right, EDGE),
        (EDGE, bottom, right, bottom),
        (EDGE, EDGE, EDGE, bottom),
        (right, EDGE, right, bottom),
    ):
        yield _rule(x1, y1, x2, y2, 0.5)
    for millimetre in range(round(right - EDGE) + 1):
        x = EDGE + millimetre
        yield _rule(x, EDGE, x, EDGE + _length(millimetre), 0.25)
    for millimetre in range(round(bottom - EDGE) + 1):
        y = EDGE + millimetre
        yield _rule(EDGE, y, EDGE + _length(millimetre), y, 0.25)
    middle_x, middle_y = WIDTH / 2, HEIGHT / 2
    yield _rule(middle_x - 10, middle_y, middle_x + 10, middle_y, 0.25)
    yield _rule(middle_x, middle_y - 10, middle_x, middle_y + 10, 0.25)


def _length(millimetre: int) -> float:
    return 6.0 if millimetre % 10 == 0 else 4.5 if millimetre % 5 == 0 else 3.0


def _rule(x1: float, y1: float, x2: float, y2: float, weight: float) -> Rule:
    scale = POINTS_PER_MM
    return Rule(x1 * scale, y1 * scale, x2 * scale, y2 * scale, weight)


def _phrases(fonts: Fonts) -> Iterator[Phrase]:
    yield _text("校准页", WIDTH / 2, 52, 22, "title", fonts, centred=True)
    for number, line in enumerate(_INSTRUCTIONS):
        yield _text(line, 38, 70 + 8 * number, 11.5, "text", fonts)
    for mark in range(10, round(WIDTH - 2 * EDGE) + 1, 10):
        middle = min(EDGE + mark, WIDTH - EDGE - 3.5)  # the last one clear of the frame
        yield _text(str(mark), middle, EDGE + 10, 9, "text", fonts, centred=True)
    for mark in range(20, round(HEIGHT - 2 * EDGE) + 1, 10):  # at 10 the two rulers meet
        yield _text(str(mark), EDGE + 7.5, EDGE + mark + 1.1, 9, "text", fonts)
    yield _text(
        "边框距纸边 20 毫米", WIDTH / 2, HEIGHT - EDGE - 4, 10.5, "text", fonts, centred=True
    )


def _text(
    text: str, x: float, y: float, size: float, role: str, fonts: Fonts, *, centred: bool = False
) -> Phrase:
    """Return ``text`` with its baseline ``y`` mm from the top, from ``x`` mm or around it."""
    widths = fonts.widths(role)
    left = x * POINTS_PER_MM
    if centred:
        left -= sum(widths[character] for character in text) * size / 2
    return Phrase("", (Run(left, y * POINTS_PER_MM, text, role, size),))
