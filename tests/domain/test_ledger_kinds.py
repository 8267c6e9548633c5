"""Kinds of sanction and status events as offices write them, and as the ledger writes them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ledger_events import ReadEvent, Unread, read_events, write_event, write_events
from app.domain.ledger_kinds import read_kind, write_kind
from app.domain.partial_date import PartialDate
from app.domain.subject import (
    ADMINISTRATIVE,
    ALTERED,
    EVENT_KINDS,
    EXTENDED,
    INSTITUTION,
    KINDS,
    PARTY,
    PUT_OFF,
    REVOKED,
    Event,
    Sanction,
)


@pytest.mark.parametrize(
    ("text", "column", "regime", "kind"),
    [
        ("党内严重警告", PARTY, PARTY, "严重警告"),
        ("党内严重警告处分", PARTY, PARTY, "严重警告"),
        ("给予党内警告处分", PARTY, PARTY, "警告"),
        ("留党察看1年", PARTY, PARTY, "留党察看一年"),
        ("留党察看（二年）", PARTY, PARTY, "留党察看二年"),
        ("留党察看两年处分", PARTY, PARTY, "留党察看二年"),
        ("撤销党内职务", PARTY, PARTY, "撤销党内职务"),
        ("政务记过", ADMINISTRATIVE, ADMINISTRATIVE, "记过"),
        ("行政记大过处分", ADMINISTRATIVE, ADMINISTRATIVE, "记大过"),
        ("降低岗位等级", ADMINISTRATIVE, INSTITUTION, "降低岗位等级"),
        ("政务降低岗位等级", ADMINISTRATIVE, INSTITUTION, "降低岗位等级"),
        ("事业单位警告", ADMINISTRATIVE, INSTITUTION, "警告"),
        ("警告（事业单位）", ADMINISTRATIVE, INSTITUTION, "警告"),
        ("开除公职", ADMINISTRATIVE, ADMINISTRATIVE, "开除"),
        ("严重警告", "", PARTY, "严重警告"),
        ("党内警告", "", PARTY, "警告"),
        ("降级", "", ADMINISTRATIVE, "降级"),
    ],
)
def test_a_kind_is_read_in_the_words_of_the_law(text, column, regime, kind):
    read = read_kind(text, column)
    assert (read.regime, read.kind, read.question) == (regime, kind, "")


def test_notes_in_brackets_are_understood():
    assert read_kind("严重警告（应撤销党内职务而无党内职务）", PARTY).in_lieu
    assert read_kind("记过（处分期18个月）", ADMINISTRATIVE).stated_months == 18
    assert read_kind("记过(处分期十八个月)", ADMINISTRATIVE).stated_months == 18
    term = read_kind("记过（处分期自2024-04-10至2025-10-09）", ADMINISTRATIVE)
    assert (term.stated_from, term.stated_until) == (date(2024, 4, 10), date(2025, 10, 9))
    assert read_kind("警告（从轻）", PARTY).note == "从轻"


@pytest.mark.parametrize(
    ("text", "column", "regime", "kind", "asked"),
    [
        ("诫勉", PARTY, PARTY, "诫勉", "不是党纪处分的种类"),
        ("撤职", PARTY, PARTY, "撤职", "不是党纪处分的种类"),
        ("留党察看", PARTY, PARTY, "留党察看", "一年还是二年"),
        ("政务记过", PARTY, ADMINISTRATIVE, "记过", "写的是政务处分"),
        ("党内警告", ADMINISTRATIVE, PARTY, "警告", "写的是党纪处分"),
        ("警告", "", "", "警告", "未读入为处分"),
        ("诫勉谈话", "", "", "诫勉谈话", "不是法规规定"),
        ("记过", "", ADMINISTRATIVE, "记过", "已按政务处分读入"),
    ],
)
def test_a_doubtful_kind_is_asked_about(text, column, regime, kind, asked):
    read = read_kind(text, column)
    assert (read.regime, read.kind) == (regime, kind)
    assert asked in read.question


@pytest.mark.parametrize("regime", KINDS)
@pytest.mark.parametrize("in_lieu", [False, True])
@pytest.mark.parametrize("months", [None, 18])
@pytest.mark.parametrize("until", [None, date(2025, 10, 9)])
@pytest.mark.parametrize("note", ["", "从轻（详见决定）"])
def test_what_is_written_is_read_back(regime, in_lieu, months, until, note):
    for kind in (*KINDS[regime], "诫勉"):
        sanction = Sanction(
            regime=regime,
            kind=kind,
            in_lieu=in_lieu,
            stated_months=months,
            stated_until=until,
            note=note,
        )
        column = PARTY if regime == PARTY else ADMINISTRATIVE
        read = read_kind(write_kind(sanction), column)
        assert (read.regime, read.kind, read.in_lieu) == (regime, kind, in_lieu)
        assert (read.stated_months, read.stated_until) == (months, until)
        assert bool(read.note) == bool(note)


PRODUCT = (
    "2024-05-31 退休；2024-06-01 移送司法机关；2024-06-12 恢复党员权利；"
    "2024-06-12 延长留党察看一年；2024-09-10 撤销处分；2024-03-01 刑事处罚"
)


def test_the_phrases_of_the_product_are_read():
    read = read_events(PRODUCT)
    assert [(event.on.isoformat(), event.kind) for event in read] == [
        ("2024-05-31", "退休"),
        ("2024-06-01", "移送司法机关"),
        ("2024-06-12", "恢复党员权利"),
        ("2024-06-12", "延长留党察看"),
        ("2024-09-10", "撤销处分"),
        ("2024-03-01", "刑事处罚"),
    ]
    assert read[3].months == 12


@pytest.mark.parametrize("words", ["行政拘留", "行政拘留十五日", "受到治安管理处罚", "行政罚款"])
def test_an_administrative_penalty_is_no_event_and_the_question_says_why(words):
    [read] = read_events(f"2024-01-05 {words}")
    assert "不是刑事处罚，不影响对象认定" in read.question


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2024年5月31日退休", "2024-05-31 退休"),
        ("退休（2024.5.31）", "2024-05-31 退休"),
        ("于2024年5月1日移送司法机关。", "2024-05-01 移送司法机关"),
        ("移送检察机关 2024.5.3", "2024-05-03 移送司法机关"),
        ("二〇二四年五月三十一日退休", "2024-05-31 退休"),
        ("20240531退休\n2024/6/12调离", "2024-05-31 退休；2024-06-12 调离"),
        ("2024.5.31退休、2024.6.12恢复党员权利", "2024-05-31 退休；2024-06-12 恢复党员权利"),
        ("2024-6-12 期满延长一年", "2024-06-12 延长留党察看一年"),
        ("2024-05-01 复查撤销党纪处分", "2024-05-01 撤销党纪处分"),
        ("2024-09-10 变更处分为党内警告", "2024-09-10 变更处分为党内警告"),
        ("2024-05-01 去世", "2024-05-01 死亡"),
        ("2024-05-01 判处有期徒刑一年", "2024-05-01 刑事处罚"),
        ("2024-05-01 因犯受贿罪被判处有期徒刑三年", "2024-05-01 刑事处罚"),
        ("2024-05-01 被某市中级人民法院判刑", "2024-05-01 刑事处罚"),
        ("2024-05-01 党纪处分撤销", "2024-05-01 撤销党纪处分"),
        ("2024-05-01 辞去公职", "2024-05-01 辞职"),
        (
            "2024-05-01 暂缓回访（患重病，至2024年12月31日）",
            "2024-05-01 暂缓回访（患重病）（至2024-12-31）",
        ),
        ("无", ""),
    ],
)
def test_other_spellings_come_to_the_same(text, written):
    read = read_events(text)
    assert all(isinstance(event, ReadEvent) for event in read)
    assert write_events(write_event(event.event(), event.side) for event in read) == written


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("已退休", "是哪一天"),
        ("2024-05-31 借调省厅", "没有看懂"),
        ("2024-05-31 延迟退休", "没有看懂"),
        ("2024-05-31 免予刑事处罚", "没有看懂"),
        ("2024-05-31 未被判刑", "没有看懂"),
        ("2024.13.1 退休", "没有13月"),
        ("24.5.3退休", "两位"),
    ],
)
def test_what_is_not_understood_is_asked_about_in_its_own_words(text, asked):
    (unread,) = read_events(text)
    assert isinstance(unread, Unread)
    assert asked in unread.question
    assert unread.text == text


@pytest.mark.parametrize("kind", EVENT_KINDS)
@pytest.mark.parametrize("on", [PartialDate(2024, 5, 31), PartialDate(2024, 5), PartialDate(2024)])
def test_every_kind_of_event_is_read_back(kind, on):
    event = Event(
        kind=kind,
        on=on,
        months=12 if kind == EXTENDED else None,
        new_kind="警告" if kind == ALTERED else "",
        reason="重病；住院（三个月）" if kind == PUT_OFF else "",
        until=date(2024, 12, 31) if kind == PUT_OFF else None,
    )
    side = PARTY if kind in (REVOKED, ALTERED) else ""
    (read,) = read_events(write_event(event, side))
    again = read.event()
    assert (again.kind, again.on, again.months) == (event.kind, event.on, event.months)
    assert (again.new_kind, again.until, read.side) == (event.new_kind, event.until, side)
    assert again.reason == ("重病,住院[三个月]" if kind == PUT_OFF else "")


@given(st.text(max_size=80))
def test_no_text_breaks_the_readers(text):
    for read in read_events(text):
        assert isinstance(read, ReadEvent | Unread)
    for column in ("", PARTY, ADMINISTRATIVE):
        assert read_kind(text, column).regime in ("", *KINDS)
