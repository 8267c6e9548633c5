"""The account on paper: the figures of the screen, the ledger's thirty columns, drafts for a writer."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from datetime import date

import docx
import openpyxl
import pypdf
import pytest
from PIL import Image

from app.documents.account import ledger_pages, report_letter, report_workbook, year_papers
from app.documents.letters import documents
from app.documents.paper_options import PaperOptions
from app.domain.ledger import COLUMNS
from app.domain.report_period import period_around
from app.domain.revisit_counts import Course, Revisit
from app.domain.revisit_report import ORDER, SUMMARY, TREND, make_report
from app.domain.settings import Settings
from app.domain.small_numbers import guarded
from app.domain.year_facts import year_facts, year_period
from app.paper.chart import lay_out
from app.paper.letter import Diagram, open_points
from app.paper.report_charts import chart_of
from app.paths import RESOURCES

TODAY = date(2026, 11, 23)
HALF = period_around("半年", TODAY, TODAY)
OPTIONS = PaperOptions.of(Settings(), RESOURCES)


def courses(count=60):
    for number in range(count):
        visited = number % 3 == 0
        yield Course(
            number + 1,
            f"张{'一二三四五'[number % 5]}",
            ["化学与材料学院", "文学院", "图书馆", "后勤处"][number % 4 if number % 19 else 3],
            "1980年3月",
            ["专业技术人员", "管理人员"][number % 2],
            ((date(2025, 1, 1), "未生效"), (date(2026, 3, 1), "应回访")),
            revisits=(Revisit(date(2026, 9, 1 + number % 20), "实地"),) if visited else (),
            kind=["党内警告", "政务记过"][number % 7 == 0],
            group="仅党纪处分",
            decided_in="2026年",
            verdict="应回访",
            last_day=date(2027, 2, 28),
        )


def text_of(pdf):
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    return re.sub(r"\s", "", "".join(pages)), len(pages)


def test_the_report_prints_every_figure_with_what_it_means():
    report = make_report(courses(), HALF)
    letter = report_letter.letter(report, office="某某学院纪委")
    text, pages = text_of(documents.draw([letter], "pdf", options=OPTIONS))
    assert 4 <= pages <= 8
    assert "应回访60人，已回访20人，回访率33.3%" in text
    for key in ORDER:
        table = report.table(key)
        assert re.sub(r"\s", "", table.title) in text
        for line in table.lines:
            assert line.label in text
    assert "统计期内（截至统计截至日）至少有一天处于影响期" in text
    assert "单位：某某学院纪委" in text


def test_a_guarded_report_says_so_and_prints_no_small_number(tmp_path):
    report = make_report(courses(), HALF)
    small = [f for t in report.tables for line in t.lines for f in line.figures if 0 < f.count < 5]
    assert small
    safe = guarded(report)
    letter = report_letter.letter(safe, office="")
    text, _pages = text_of(documents.draw([letter], "pdf", options=OPTIONS))
    assert "涉及不足5人的数字以“*”代替" in text
    report_workbook.write_report(tmp_path / "a.xlsx", safe, office="")
    cells = [
        cell
        for row in openpyxl.load_workbook(tmp_path / "a.xlsx")["统计表"].iter_rows()
        for cell in row
    ]
    numbers = [cell.value for cell in cells if cell.number_format == "0" and cell.data_type == "n"]
    assert any(cell.value == "*" for cell in cells)
    assert all(not value or value >= 5 for value in numbers)


def test_a_chart_leaves_out_what_its_table_withholds():
    safe = guarded(make_report(courses(), HALF))
    left_out, starred = 0, 0
    for key in ORDER:
        lines = [line for line in safe.table(key).lines if not line.total]
        hidden = {f.key for line in lines for f in line.figures if f.withheld}
        chart = chart_of(safe, key)
        if chart is None:
            shown = [f for line in lines for f in line.figures if not f.withheld]
            left_out += bool(hidden) and not any(one.count for one in shown)
            continue
        drawing = lay_out(chart, width=400, height=300, size=10, widths=defaultdict(lambda: 1.0))
        assert not {box.key for box in drawing.boxes} & hidden
        for bar in chart.bars:
            withheld = [part for part in bar.parts if part.key in hidden]
            assert all(part.value is None for part in withheld)
            starred += bool(withheld)
    assert starred

    few = guarded(make_report(courses(4), HALF))
    assert all(chart_of(few, key) is None for key in ORDER if key != TREND)


def test_the_word_file_has_the_charts_of_the_pdf_as_pictures_in_black_and_white():
    report = make_report(courses(), HALF)
    letter = report_letter.letter(report, office="某某学院纪委")
    made = docx.Document(io.BytesIO(documents.draw([letter], "docx", options=OPTIONS)))
    charts = [block.chart for block in letter.blocks if isinstance(block, Diagram)]
    assert len(charts) >= 5
    shown = [one._inline.docPr.get("descr") for one in made.inline_shapes]
    assert shown == [chart.title for chart in charts]
    for one in made.inline_shapes:
        assert {one._inline.get(f"dist{side}") for side in "TBLR"} == {"0"}
        part = made.part.related_parts[one._inline.graphic.graphicData.pic.blipFill.blip.embed]
        with Image.open(io.BytesIO(part.blob)) as picture:
            assert picture.mode == "L"
            dark = picture.histogram()[:80]
            assert picture.width / one.width.inches == pytest.approx(300, abs=1)
            assert sum(dark) > 2_000  # bars and words


def test_the_workbook_holds_numbers_not_text(tmp_path):
    report = make_report(courses(), HALF)
    report_workbook.write_report(tmp_path / "a.xlsx", report, office="=cmd()")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["统计表"]
    found = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=5) if row[0].value}
    assert found["应访人数"] == 60
    assert found["回访率"] == pytest.approx(1 / 3)
    assert sheet["A2"].data_type == "s"
    titles = [report.table(key).title for key in (SUMMARY, *ORDER)]
    assert [title for title in titles if title in found] == titles


def test_the_ledger_on_paper_has_every_column_in_the_order_of_the_file():
    places = [place for line in ledger_pages.lines_of_columns() for place in line]
    assert places == list(range(len(COLUMNS)))
    assert set(ledger_pages.SPANS) == {column.key for column in COLUMNS}
    for line in ledger_pages.lines_of_columns():
        spans = [ledger_pages.SPANS[COLUMNS[place].key] for place in line]
        assert sum(spans) == ledger_pages.LINE_UNITS
    rows = [[f"{column.title[:2]}{number}" for column in COLUMNS] for number in range(30)]
    pdf = ledger_pages.draw_ledger(rows, as_of=TODAY, office="某某学院纪委", options=OPTIONS)
    text, pages = text_of(pdf)
    assert pages > 3
    for column in COLUMNS:
        assert text.count(column.title) >= pages  # the head on every page
    for row in rows:
        assert all(value in text for value in row)


def test_an_empty_ledger_is_a_page_that_says_so():
    text, pages = text_of(ledger_pages.draw_ledger([], as_of=TODAY, office="", options=OPTIONS))
    assert pages == 1
    assert "名册中还没有人" in text


def test_drafts_of_a_year_have_their_facts_and_leave_the_rest_to_the_writer():
    people = list(courses())
    facts = year_facts(2027, TODAY, people, [])
    plan = year_papers.plan_letter(facts, office="某某学院纪委")
    assert len(open_points(plan)) >= 4
    report = make_report(people, year_period(2026, TODAY))
    summary = year_papers.summary_letter(
        report, year_facts(2026, TODAY, people, []), office="某某学院纪委"
    )
    for letter, said in ((plan, "应当回访的共60人"), (summary, "应回访60人，已回访20人")):
        word = docx.Document(io.BytesIO(documents.draw([letter], "docx", options=OPTIONS)))
        assert said in "".join(paragraph.text for paragraph in word.paragraphs)
        text, _pages = text_of(documents.draw([letter], "pdf", options=OPTIONS))
        assert said in text
