"""Feedback, letters, lists and replies after a visit: what they say and what they never say."""

from __future__ import annotations

import io
from datetime import date

import docx
import pytest

from app.documents.letters.documents import draw_document, letters_of, open_points
from app.domain.outcome import ADMONISH, DRAFTING, ENCOURAGE, SUPPORT
from app.domain.papers import Particulars, ResultPaper
from app.paper.letter import SignOff, texts
from tests.documents import letter_samples as samples
from tests.documents import result_samples
from tests.documents.form_samples import OPTIONS


def said(name, entity):
    found = letters_of(name, entity, particulars=samples.PARTICULARS)
    return "\n".join(text for letter in found for _, text in texts(letter))


def paper(item=ADMONISH, **changed):
    whole = result_samples.filing(result=result_samples.result(item, feedbacks=(), **changed))
    return ResultPaper(whole, samples.person())


@pytest.mark.parametrize(
    ("item", "words", "never"),
    [
        (ENCOURAGE, "肯定和鼓励", "严肃处理"),
        (SUPPORT, "调整心态", "严肃处理"),
        (ADMONISH, "认真整改", "肯定和鼓励"),
    ],
)
def test_the_letter_to_the_person_has_the_tone_of_the_result(item, words, never):
    text = said("feedback_person", paper(item))
    assert words in text
    assert never not in text


def test_the_letter_to_the_person_names_neither_sanction_nor_facts_but_answers_requests():
    text = said("feedback_person", paper())
    assert "严重警告" not in text and "12480.50" not in text
    assert "课程集中安排在周一至周三" in text


def test_what_was_recorded_as_said_is_what_the_letter_says():
    whole = result_samples.filing()
    whole.result.feedbacks[0].content = "按本人要求改写的一段话。"
    assert "按本人要求改写的一段话。" in said(
        "feedback_person", ResultPaper(whole, samples.person())
    )


@pytest.mark.parametrize("name", ["feedback_person", "feedback_unit"])
def test_a_letter_on_record_as_fed_back_bears_that_day_as_the_contents_of_the_file_do(name):
    whole = result_samples.filing()
    for one in whole.result.feedbacks:
        one.on = date(2026, 8, 19)
    [letter] = letters_of(name, ResultPaper(whole, samples.person()), particulars=Particulars())
    assert [one.on for one in letter.blocks if isinstance(one, SignOff)] == [date(2026, 8, 19)]
    assert not any("成文日期" in gap for gap in letter.gaps)


def test_nothing_is_fed_back_before_the_result_stands():
    whole = result_samples.filing()
    whole.result.outcome.state = DRAFTING
    for name in ("feedback_person", "feedback_unit"):
        assert (
            letters_of(name, ResultPaper(whole, samples.person()), particulars=Particulars()) == []
        )


def test_a_letter_to_the_unit_bears_the_day_until_which_an_answer_is_asked():
    first, second = letters_of(
        "unit_reminder", samples.ENTITIES["unit_reminder"], particulars=samples.PARTICULARS
    )
    assert first.title == "关于对受处分人员进行教育提醒的函"
    assert second.title == "关于督促加强受处分人员教育管理监督的函"
    for letter in (first, second):
        assert any("2027年1月31日前" in text for _, text in texts(letter))
    assert first.head.number != second.head.number


def test_a_problem_still_to_be_written_is_an_open_point():
    whole = result_samples.filing()
    whole.result.reminders[0].problem = "（请写明拒不改正错误的具体情况）"
    found = open_points(
        "unit_reminder", ResultPaper(whole, samples.person()), particulars=samples.PARTICULARS
    )
    assert any("请写明" in one for one in found)


def test_the_contents_give_each_paper_its_pages_and_say_when_a_count_is_missing():
    whole = result_samples.filing(papers=3)
    entity = ResultPaper(whole, samples.person())
    text = said("file_contents", entity)
    assert "1-2" in text and "3-5" in text and "6-9" in text
    whole.papers[1].pages = None
    found = open_points("file_contents", entity, particulars=samples.PARTICULARS)
    assert len([one for one in found if "页号" in one]) == 2  # of this paper and of all after it


def test_the_note_counts_papers_and_pages_and_names_what_is_missing():
    text = said("file_note", samples.ENTITIES["file_note"])
    assert "本卷共14件" in text
    assert "缺：所在单位评价意见" in text
    assert "钱二丽移交" in text and "档案室李芳接收" in text


def test_a_reply_is_a_draft_until_its_day_is_entered_and_decides_nothing():
    entity = samples.ENTITIES["use_reply"]
    text = said("use_reply", entity)
    assert "草稿" in text
    assert "由你单位按有关规定研究决定" in text


def test_the_place_of_the_seal_stands_in_word_where_it_stands_on_the_page():
    drawn = draw_document(
        "admonition", paper(), "docx", particulars=samples.PARTICULARS, options=OPTIONS
    )
    cells = [
        one
        for table in docx.Document(io.BytesIO(drawn)).tables
        for row in table.rows
        for cell in row.cells
        for one in cell.paragraphs
    ]
    seal = next(one for one in cells if one.text == "（盖章）")
    size = seal.runs[0].font.size.pt
    assert seal.paragraph_format.right_indent.pt == pytest.approx(7 * size, abs=0.1)
