"""The sheets that are made for the file itself: cover, contents, facts, order of events, 备考表."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from app.documents.letters.parts import GRID, Sections, grid, label, long_row, pair
from app.domain.case_file import CaseFile, Entry
from app.domain.fields import display, form_fields
from app.domain.kinds import full_name
from app.domain.registration_form import RegistrationForm
from app.domain.subject import Subject
from app.paper.letter import (
    CENTRE,
    COUNTED,
    LEFT,
    SMALL_PT,
    Blank,
    Block,
    Cell,
    Heading,
    Letter,
    Line,
    Paragraph,
    Table,
    Title,
)

COVER, CONTENTS, CLOSING = "案卷封面", "卷内目录", "卷内备考表"
FILE_TITLE = "受处分人员回访关爱工作档案"
_ISO_DAY = re.compile(r"(?<![\d-])\d{4}-(?:0[1-9]|1[0-2])-(?:[0-2]\d|3[01])(?![\d-])")
_BLANKS = re.compile(r"(?<=[\u4e00-\u9fff]) (?=\d{4}年)|(?<=\d日) (?=[\u4e00-\u9fff])")
_PERSONAL = (
    "name", "sex", "born_on", "education", "work_since", "membership", "party_since",
    "person_type", "unit", "workplace", "phone", "address",
)  # fmt: skip


def cover(file: CaseFile, *, office: str, things: int, pages: int, mark: str = "") -> Letter:
    """Return 案卷封面: whose file, of which time, how long it is kept, how much is in it."""
    days = [one.day for one in file.lines if one.day[:4].isdigit() and one.kind != "期满"]
    span = f"自{_month(days[0])}至{_month(days[-1])}" if days else "自　　年　　月至　　年　　月"
    subject = file.dossier.subject
    lines = (
        ("姓　　名", subject.name),
        ("单位及职务", subject.workplace),
        ("题　　名", f"{subject.name}{FILE_TITLE}"),
        ("起止年月", span),
        ("保管期限", file.custody),
        ("件数页数", f"本卷共{things}件{pages}页"),
        ("案卷号", file.file_number),
        ("全宗号", "" if mark else file.fonds),  # it names the office
        ("目录号", "" if mark else file.catalogue),
    )
    room = 1 if mark else 3  # a copy says on the same page what was done to it
    blocks: list[Block] = [
        Blank(room),
        Title(FILE_TITLE),
        Line(office, align=CENTRE),
        Blank(1 if mark else 2),
        Table(
            (7.0, 21.0),
            tuple((label(name), Cell(value, align=CENTRE, least_mm=13.0)) for name, value in lines),
            size=14.0,
        ),
    ]
    if mark:
        blocks.append(Paragraph(mark))
    return Letter(COVER, tuple(blocks), name=COVER, pages="")


def _month(day: str) -> str:
    """Return year and month of a day as it is read."""
    return f"{day.split('月', maxsplit=1)[0]}月" if "月" in day else day


def contents(entries: Sequence[Entry]) -> Letter:
    """Return 卷内目录."""
    head = tuple(
        label(title) for title in ("序号", "文号", "责任者", "题名", "日期", "页号", "备注")
    )
    rows = [
        (
            Cell(str(one.number), align=CENTRE),
            Cell(one.document_no, align=CENTRE),
            Cell(one.author, align=CENTRE),
            Cell(one.title, align=LEFT),
            Cell(one.on, align=CENTRE),
            Cell(one.pages, align=CENTRE),
            Cell(one.note, align=LEFT),
        )
        for one in entries
    ]
    table = Table((2.0, 4.6, 3.8, 8.8, 3.8, 2.6, 3.4), (head, *rows), head=1, size=SMALL_PT)
    return Letter(CONTENTS, (Title(CONTENTS), table), name=CONTENTS, pages="")


def closing(file: CaseFile, *, things: int, pages: int, trouble: Sequence[str]) -> Letter:
    """Return 卷内备考表: how much there is, what is not in it and why, and who made it."""
    said = [f"本卷共{things}件{pages}页。", *(f"{one}。" for one in (*file.left_out, *trouble))]
    foot = (
        "立卷人：　　　　　　　　　",
        "检查人：　　　　　　　　　",
        "立卷时间：　　　年　　月　　日",
    )
    table = grid(
        long_row("卷内情况说明", "\n".join(said), least_mm=150.0, foot=foot),
    )
    return Letter(CLOSING, (Title(CLOSING), table), name=CLOSING, pages="")


def facts(file: CaseFile, title: str, as_of: date) -> Letter:
    """Return who the person is, which sanctions there are, until when they run and why."""
    subject, numbered = file.dossier.subject, Sections()
    specs = form_fields(Subject)
    shown = [
        (specs[name].label, display(getattr(subject, name)))
        for name in _PERSONAL
        if name not in ("workplace", "address")
    ]
    rows = [
        pair(*shown[place], *(shown[place + 1] if place + 1 < len(shown) else ("", "")))
        for place in range(0, len(shown), 2)
    ]
    rows += [pair(specs[name].label, getattr(subject, name)) for name in ("workplace", "address")]
    blocks: list[Block] = [
        Title(title),
        numbered.main("基本情况"),
        Table(GRID, tuple(rows)),
        numbered.main("受处分原因"),
        *(Paragraph(one.facts or "（未填）") for one in file.dossier.cases),
        numbered.main("处分与期限"),
    ]
    for number, card in enumerate(file.assessment.cards, 1):
        about = [card.sanction.document_no and f"文号 {card.sanction.document_no}"]
        more = f"（{'，'.join(one for one in about if one)}）" if any(about) else ""
        decided = display(card.sanction.decided_on)
        named = full_name(card.sanction.regime, card.sanction.kind)
        blocks.append(Heading(f"{number}. {decided} {named}{more}", 3))
        blocks += [Paragraph(_with_full_dates(line)) for line in (card.heading, *card.steps)]
    blocks.append(numbered.main("对象认定"))
    blocks.append(
        Paragraph(
            f"截至{display(as_of)}：{file.assessment.verdict}。"
            f"{_with_full_dates(file.assessment.reason)}"
        )
    )
    return Letter(title, tuple(blocks), name=title, pages=COUNTED)


def _with_full_dates(text: str) -> str:
    """Return a working of the screen with its days as papers write them: 2026年3月9日."""
    full = _ISO_DAY.sub(lambda day: display(date.fromisoformat(day[0])), text)
    return _BLANKS.sub("", full)


def events(file: CaseFile, title: str, as_of: date) -> Letter:
    """Return what happened, day by day: the evidence of dates."""
    head = (label("日期"), label("事项"), label("内容"))
    rows = [
        (Cell(one.day, align=CENTRE), Cell(one.kind, align=CENTRE), Cell(one.sentence, align=LEFT))
        for one in file.lines
    ]
    body: Block = (
        Table((5.6, 3.6, 18.8), (head, *rows), head=1, size=SMALL_PT)
        if rows
        else Paragraph("没有记录。")
    )
    note = Line(f"按系统记录截至{display(as_of)}；标有“按规则计算”的为推算日期。", size=SMALL_PT)
    return Letter(title, (Title(title), body, note), name=title, pages=COUNTED)


def not_merged(title: str, why: str, about: str) -> Letter:
    """Return the page that stands for a paper that cannot be part of a PDF."""
    table = grid(pair("附件", title), long_row("说明", f"{why}。\n{about}", least_mm=40.0))
    return Letter("附件说明", (Title("附件说明"), table), name=title, pages="")


def text_letter(title: str, text: str) -> Letter:
    """Return a plain text as pages."""
    return Letter(title, (Title(title), Paragraph(text or "（空白）")), name=title, pages=COUNTED)


def form_title(form: RegistrationForm) -> str:
    """Return what the contents call a registration form."""
    return f"受处分人员回访关爱工作情况登记表{'（草稿）' if form.state == '草稿' else ''}"
