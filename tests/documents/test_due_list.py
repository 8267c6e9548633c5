"""The list of the week on paper."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

from pypdf import PdfReader

from app.documents.due_list import draw_due_list
from app.domain.reminders import Reminder
from tests.documents.form_samples import OPTIONS

TODAY = date(2026, 11, 23)


def a_reminder(days, name="张三", sentence="处分期将满"):
    return Reminder(
        key=f"last-day/{name}/{days}",
        subject_id=1,
        name=name,
        kind="期满提醒",
        due_on=TODAY + timedelta(days=days),
        days=days,
        sentence=sentence,
        reference="中国共产党纪律处分条例第十条",
        facts_digest="",
    )


def pages_of(reminders, options=OPTIONS):
    pdf = draw_due_list(reminders, as_of=TODAY, office="纪检监察室", options=options)
    return pdf, ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_every_line_stands_on_the_list_with_its_day_and_its_reason():
    _, [page] = pages_of([a_reminder(-3), a_reminder(0, "李四"), a_reminder(5, "𬱖建国")])
    for words in (
        "张三",
        "李四",
        "𬱖建国",
        "逾期3天",
        "今天",
        "还有5天",
        "2026.11.20",
        "纪检监察室",
    ):
        assert words in page
    assert "截至2026年11月23日" in page
    assert "共3项，其中逾期1项" in page


def test_an_empty_week_is_said_not_left_blank():
    _, [page] = pages_of([])
    assert "没有逾期事项" in page


def test_a_long_list_repeats_its_head_and_loses_nobody():
    many = [a_reminder(n % 8, f"人员{n:03d}", "因期限将满，请尽快安排回访" * 3) for n in range(120)]
    _, pages = pages_of(many)
    assert len(pages) > 3
    assert all("办理情况" in page for page in pages[:-1])
    text = "".join(pages)
    assert all(one.name in text for one in many)


def test_the_same_list_gives_the_same_file_and_practice_says_so():
    first, _ = pages_of([a_reminder(1)])
    assert pages_of([a_reminder(1)])[0] == first
    practice, [page] = pages_of([a_reminder(1)], replace(OPTIONS, practice=True))
    assert practice != first
    assert "演示" in page
