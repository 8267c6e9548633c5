"""The registration form: layout while typing, one form, and batches against what else an office has.

Rivals run as whole processes in turn with ours, on the same forms: reportlab's platypus always,
typst if it can be imported here or ``HUIFANG_TYPST`` names a Python that has it (``pip install
typst`` elsewhere: it is not a dependency), LibreOffice if ``soffice`` is installed; who is left out
is said. ``HUIFANG_HEAVY=1`` runs batches of 1 000 against all of them; otherwise only ours and
typst's are that large. With ``HUIFANG_BENCH_CLOCK=cpu`` seconds are those of the processor, of all
its cores: typst uses several.
"""

from __future__ import annotations

import importlib.util
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from app.documents.paper_options import PaperOptions
from app.domain.fields import form_fields
from app.domain.registration_form import RegistrationForm
from app.paper.grid import read_grid
from tests.bench.table import BY_PROCESSOR, Row, median_ms

ROOT = Path(__file__).parents[2]
OPTIONS = PaperOptions(resources=ROOT / "resources", author="某某学院纪委")
CHARACTERS = (
    (ROOT / "tests" / "documents" / "data" / "standard_characters.txt")
    .read_text("utf-8")
    .replace("\n", "")[:3_500]  # the first level: what texts are written with
)
RUNS = 5
HEAVY = os.environ.get("HUIFANG_HEAVY") == "1"
TYPST = os.environ.get("HUIFANG_TYPST", "") or (
    sys.executable if importlib.util.find_spec("typst") else ""
)


class Cost(NamedTuple):
    """What one process took: seconds, peak memory and output in megabytes."""

    seconds: float
    memory: float
    size: float


def forms(count: int, seed: int = 1) -> list[RegistrationForm]:
    """Return forms of some twenty cells and three texts of 200 to 1 500 characters."""
    luck = random.Random(seed)

    def prose(least: int, most: int) -> str:
        length, words = luck.randint(least, most), []
        while sum(map(len, words)) < length:
            words.append("".join(luck.choices(CHARACTERS, k=luck.randint(5, 20))))
            words.append(luck.choice("，，。；、"))
        return "".join(words)[: length - 1] + "。"

    return [
        RegistrationForm(
            reporting_unit="中共某某学院纪律检查委员会",
            reported_on="2024年5月8日",
            name="".join(luck.choices(CHARACTERS, k=3)),
            sex=luck.choice("男女"),
            born_on="1975.03",
            education="大学本科",
            work_since="1998.07",
            party_since="2001.06",
            workplace="化学与材料学院副教授、实验中心主任",
            address="东湖路18号3栋502室",
            phone=f"138{luck.randrange(10**8):08d}",
            facts=prose(200, 400),
            party_decided_on="2023.11.08",
            party_kind="党内严重警告",
            admin_decided_on="2023.11.08",
            admin_kind="政务记过",
            visited_on="2024年5月8日（实地）",
            attitude=prose(200, 1_500),
            proposal=prose(200, 600),
            remarks="",
        )
        for _ in range(count)
    ]


# -- what the child processes do ------------------------------------------------------------


def ours(count: int, target: Path) -> None:
    """Draw the batch as the program does."""
    from app.documents.registration_form import draw_pdf

    target.write_bytes(draw_pdf(forms(count), options=OPTIONS))


def nothing(count: int, _target: Path) -> None:
    """Only make the forms: what every rival in Python pays besides."""
    forms(count)


def platypus(count: int, target: Path) -> None:
    """Draw the batch as reportlab's manual does: Tables of Paragraphs, with the form's grid.

    The long rows are a Table of their own: one that spans columns cannot split inside a row.
    """
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

    pdfmetrics.registerFont(TTFont("song", str(OPTIONS.fonts_folder / "NotoSerifSC-Regular.ttf")))
    style = ParagraphStyle("text", fontName="song", fontSize=12, leading=20, wordWrap="CJK")
    paper = read_grid(OPTIONS.layout_file, RegistrationForm)
    story: list[Any] = []
    for form in forms(count):
        story.append(Paragraph(paper.title, style))
        box = ("GRID", (0, 0), (-1, -1), 0.5, "black")
        rows, spans, long = [[""] * 24 for _ in range(8)], [box], []
        for cell in paper.cells():
            text = Paragraph(cell.label or getattr(form, cell.field) or "无", style)
            if cell.row >= 8:
                long.append(text)
                continue
            rows[cell.row][cell.column] = text
            last = (cell.column + cell.span - 1, cell.row + cell.rows - 1)
            spans.append(("SPAN", (cell.column, cell.row), last))
        story.append(Table(rows, [6.5 * mm] * 24, style=spans))
        pairs = [long[at : at + 2] for at in range(0, len(long), 2)]
        story.append(Table(pairs, [32.5 * mm, 123.5 * mm], style=[box], splitInRow=1))
        story.append(PageBreak())
    SimpleDocTemplate(str(target), leftMargin=28 * mm, rightMargin=26 * mm).build(story)


def word(count: int, target: Path) -> None:
    """Write the batch as one DOCX and let LibreOffice make the PDF: the office's way today."""
    from app.documents.registration_form_docx import draw_docx

    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "forms.docx"
        source.write_bytes(draw_docx(forms(count), options=OPTIONS))
        profile = f"-env:UserInstallation=file://{scratch}/profile"
        command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", scratch]
        settings = Path(scratch) / "fonts.conf"  # the same fonts, or it would print boxes
        settings.write_text(FONTCONFIG.format(fonts=OPTIONS.fonts_folder, cache=scratch), "utf-8")
        environment = os.environ | {"FONTCONFIG_FILE": str(settings)}
        subprocess.run([*command, str(source)], check=True, capture_output=True, env=environment)
        shutil.move(Path(scratch) / "forms.pdf", target)


FONTCONFIG = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}/cache</cachedir></fontconfig>
"""

TYPST_TEMPLATE = """
#set page(paper: "a4", margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm))
#set text(font: ("FandolFang R", "Noto Serif SC", "HanaMinB"), size: 12pt, lang: "zh")
#set par(leading: 8pt, justify: true)
#let l(body, ..more) = table.cell(align: center + horizon, ..more, body)
#for f in json("forms.json") [
  #align(center, text(font: "Noto Serif SC", weight: "bold", size: 22pt)[受处分人员回访关爱工作情况登记表])
  填报单位：#f.reporting_unit #h(1fr) 填报时间：#f.reported_on
  #table(columns: (6.5mm,) * 24, stroke: 0.5pt, inset: 3pt,
    l(colspan: 5)[回访对象姓名], l(colspan: 4, f.name), l(colspan: 3)[性别], l(colspan: 4, f.sex),
    l(colspan: 4)[出生年月], l(colspan: 4, f.born_on),
    l(colspan: 5)[文化程度], l(colspan: 4, f.education), l(colspan: 3)[参加工作时间],
    l(colspan: 4, f.work_since), l(colspan: 4)[入党时间], l(colspan: 4, f.party_since),
    l(colspan: 5)[工作单位及职务], l(colspan: 19, f.workplace),
    l(colspan: 5)[家庭住址], l(colspan: 9, f.address), l(colspan: 4)[联系电话], l(colspan: 6, f.phone),
    l(colspan: 5)[受处分原因（主要违纪违法事实）], table.cell(colspan: 19, f.facts),
    l(colspan: 3, rowspan: 2)[党纪处分], l(colspan: 2)[时间], l(colspan: 7, f.party_decided_on),
    l(colspan: 3, rowspan: 2)[政务处分], l(colspan: 2)[时间], l(colspan: 7, f.admin_decided_on),
    l(colspan: 2)[种类], l(colspan: 7, f.party_kind), l(colspan: 2)[种类], l(colspan: 7, f.admin_kind),
    l(colspan: 5)[回访时间], l(colspan: 19, f.visited_on),
    l(colspan: 5)[回访对象态度以及现实表现简述], table.cell(colspan: 19, f.attitude),
    l(colspan: 5)[回访意见建议], table.cell(colspan: 19, f.proposal),
    l(colspan: 5)[备注], l(colspan: 19)[无],
  )
  #pagebreak(weak: true)
]
"""


def typst(count: int, target: Path) -> None:
    """Set the batch with typst in its own interpreter. The forms are made outside the clock."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "forms.typ"
        source.write_text(TYPST_TEMPLATE, "utf-8")
        boxes = [name for name, spec in form_fields(RegistrationForm).items() if spec.section]
        data = [{name: getattr(form, name) for name in boxes} for form in forms(count)]
        (Path(scratch) / "forms.json").write_text(json.dumps(data), "utf-8")
        script = (
            "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2],"
            "font_paths=[sys.argv[3]], ignore_system_fonts=True)"
        )
        cost = clock([TYPST, "-c", script, str(source), str(target), str(OPTIONS.fonts_folder)])
        print(json.dumps(cost))


WORKS: dict[str, Callable[[int, Path], None]] = {
    work.__name__: work for work in (ours, nothing, platypus, word, typst)
}


# -- measuring ------------------------------------------------------------------------------


def clock(command: list[str]) -> tuple[float, float]:
    """Run a process and return its seconds and its peak memory in megabytes.

    Both count what the process itself started and waited for, such as soffice.
    """
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    seconds = time.perf_counter() - start
    if BY_PROCESSOR:
        seconds = usage.ru_utime + usage.ru_stime
    return seconds, usage.ru_maxrss / 1024


def cost(work: str, count: int, scratch: Path) -> Cost:
    """Return what the work costs as a process of its own."""
    target = scratch / f"{work}.pdf"
    target.unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.bench.bench_forms", work, str(count), str(target)]
    if work == "typst":
        told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        seconds, memory = json.loads(told)
    else:
        seconds, memory = clock(command)
    size = target.stat().st_size / 1e6 if target.exists() else 0.0
    return Cost(seconds, memory, size)


def costs(works: list[str], count: int, runs: int = RUNS) -> dict[str, Cost]:
    """Return the median cost of each work, the works taking turns."""
    taken: dict[str, list[Cost]] = {work: [] for work in works}
    with tempfile.TemporaryDirectory() as scratch:
        for _ in range(runs):
            for work in works:
                taken[work].append(cost(work, count, Path(scratch)))
    return {
        work: Cost(*(statistics.median(column) for column in zip(*each, strict=True)))
        for work, each in taken.items()
    }


def rivals() -> list[str]:
    """Return who can be measured here; who cannot is said."""
    here = {"typst": bool(TYPST), "word": bool(shutil.which("soffice"))}
    for rival, found in here.items():
        if not found:
            print(f"forms: {NAMES[rival]} is left out: it is not installed here", flush=True)
    return ["platypus", *(rival for rival, found in here.items() if found)]


TARGETS = {
    ("typst", "time"): "≤ 0.6 ×",
    ("typst", "memory"): "≤ 0.1 ×",
    ("platypus", "time"): "≤ 0.1 ×",
    ("word", "time"): "≤ 0.06 ×",
}
NAMES = {"platypus": "platypus", "typst": "typst", "word": "one DOCX through LibreOffice"}


def batches() -> Iterator[Row]:
    """Yield 1, 100 and 1 000 forms against every rival."""
    everybody = rivals()
    for count in (1, 100, 1_000):
        small = count < 1_000 or HEAVY
        against = everybody if small else [rival for rival in everybody if rival == "typst"]
        runs = RUNS if count < 1_000 or not HEAVY else 3
        measured = costs(["ours", "nothing", *against], count, runs)
        mine = measured["ours"]
        what = f"{count} form{'s' if count > 1 else ''} as one PDF"
        # Making the sample forms is not printing them.
        seconds = mine.seconds - (measured["nothing"].seconds if count > 1 else 0.0)
        for rival in against:
            other = measured[rival]
            name = NAMES[rival]
            makes_forms = rival != "typst" and count > 1
            theirs = other.seconds - (measured["nothing"].seconds if makes_forms else 0.0)
            target = TARGETS.get((rival, "time"), "") if count == 1_000 else ""
            yield Row(f"{what}, process", seconds, theirs, "s", name, target)
            target = TARGETS.get((rival, "memory"), "") if count == 1_000 else ""
            yield Row(f"{what}, peak memory", mine.memory, other.memory, "MB", name, target)
            yield Row(f"{what}, file", mine.size, other.size, "MB", name)
        if not against:
            yield Row(f"{what}, process", seconds, unit="s")
        target = "≤ 120 MB" if count == 1_000 else ""
        yield Row(f"{what}, peak memory", mine.memory, unit="MB", target=target)


def typing() -> Iterator[Row]:
    """Yield what one keystroke costs: the layout of the whole form, growing with one text."""
    from app.documents.registration_form import count_pages, draw_pdf, place

    form = forms(1)[0]
    sentence = "该同志表示“完全接受”；2024年3月15日起承担课程3门（240学时）——态度诚恳……"
    for length, target in ((400, ""), (3_000, "≤ 10 ms"), (27_000, "≤ 50 ms")):
        form.attitude = (sentence * 1_000)[:length]
        what = f"{length} characters in one cell"
        yield Row(f"layout, {what}", median_ms(lambda: place(form, options=OPTIONS)), target=target)
        counted = median_ms(lambda: count_pages(form, options=OPTIONS))
        yield Row(f"page count, {what}", counted, target=target)
        drawn = median_ms(lambda: draw_pdf([form], options=OPTIONS))
        yield Row(f"layout and PDF, {what}", drawn, target="≤ 60 ms" if length < 3_000 else "")


def measure() -> Iterator[Row]:
    """Yield the figures."""
    yield from typing()
    yield from batches()


if __name__ == "__main__":
    WORKS[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
