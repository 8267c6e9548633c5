"""The page that shows how a printer is off: its rulers are true millimetres."""

import io
import re
from itertools import pairwise

from pypdf import PdfReader

from app.documents.calibration import EDGE, HEIGHT, WIDTH, draw_calibration
from app.documents.paper_options import PaperOptions
from app.paths import RESOURCES

OPTIONS = PaperOptions(RESOURCES)
MM = 72 / 25.4


def strokes():
    [page] = PdfReader(io.BytesIO(draw_calibration(options=OPTIONS))).pages
    code = page.get_contents().get_data().decode("ascii")
    found = re.findall(r"([\d.]+) ([\d.]+) m ([\d.]+) ([\d.]+) l S", code)
    return [tuple(float(part) / MM for part in one) for one in found]


def test_the_frame_stands_20_mm_from_every_edge_of_an_a4_page():
    found = strokes()
    left, right = min(s[0] for s in found), max(s[2] for s in found)
    bottom, top = min(s[3] for s in found), max(s[1] for s in found)
    for value, wanted in (
        (left, EDGE),
        (right, WIDTH - EDGE),
        (bottom, EDGE),
        (top, HEIGHT - EDGE),
    ):
        assert abs(value - wanted) < 0.01


def test_the_ruler_has_a_mark_at_every_millimetre():
    marks = sorted(
        {round(s[0], 2) for s in strokes() if s[0] == s[2] and abs(s[1] - (HEIGHT - EDGE)) < 0.01}
    )
    assert len(marks) == 171
    assert all(abs(b - a - 1) < 0.02 for a, b in pairwise(marks))


def test_the_page_says_how_to_measure_and_is_the_same_every_time():
    data = draw_calibration(options=OPTIONS)
    assert data == draw_calibration(options=OPTIONS)
    text = PdfReader(io.BytesIO(data)).pages[0].extract_text()
    assert "左边距" in text and "100%" in text
