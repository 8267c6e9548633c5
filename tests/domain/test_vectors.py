"""The worked examples of the handbook, one line each; a lawyer may read, dispute and add.

The dates and verdicts stand in ``tests/data/vectors.json``; here each line of facts is only written in
the words of ``facts.py``.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from app.domain.settings import COUNT_TO_DAY, COUNT_TO_EVE, Settings
from app.domain.verdict import assess
from tests.domain.facts import person

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "vectors.json").read_text("utf-8"))

FACTS = {
    "V01": "党内警告 2024-03-15",
    "V02": "党内警告 2024-03-15",
    "V03": "党内警告 2024-03-15",
    "V05": "党内严重警告 2023-10-08",
    "V06": "党内严重警告 2024-08-31",
    "V08": "党内警告 2024-02-29",
    "V10": "党内严重警告(无党内职务) 2024-05-20",
    "V11": "党内留党察看一年 2023-06-12",
    "V12": "党内留党察看一年 2023-06-12",
    "V13": "党内留党察看一年 2023-06-12；2024-06-12 恢复党员权利",
    "V15": "党内留党察看一年 2023-06-12；2024-06-12 延长留党察看 12；2025-06-12 恢复党员权利",
    "V19": "党内警告 2019-08-06；党内严重警告 2020-01-06",
    "V20": "党内警告 2024-03-01；党内严重警告 2024-09-01",
    "V21": "党内警告 2024-03-31；党内严重警告 2024-10-15",
    "V23": "党内撤销党内职务 2024-01-10；党内撤销党内职务 2024-03-10；党内警告 2024-05-10",
    "V26": "政务警告 2020-12-15",
    "V27": "政务警告 2024-08-31",
    "V29": "政务警告 2024-09-30",
    "V33": "政务降级 2023-07-01",
    "V35": "政务记过 2024-04-10 处分期18个月",
    "V36": "政务记过 2024-04-10 处分期60个月",
    "V38": "政务记过 2024-01-10；政务记大过 2024-07-10",
    "V40": "政务警告 2024-01-10；2024-05 期内又违纪违法",
    "V41": "事业单位警告处分 2024-06-18",
    "V44": "〔专业技术人员〕事业单位记大过 2024-01-31",
    "V45": "党内严重警告 2023-11-08；政务记过 2023-11-08",
    "V47": "党内留党察看一年 2023-06-12；2024-06-12 恢复党员权利；政务撤职 2023-06-20",
    "V48": "〔非中共党员〕政务警告 2024-05-06",
    "V49": "党内严重警告 2023-10-08；2024-05-31 退休",
    "V50": "党内严重警告 2023-10-08；2024-05-31 退休",
    "V52": "党内严重警告 2024-01-10；2024-02-01 移送司法机关",
    "V54": "党内严重警告 2024-01-10",
    "V56": "政务诫勉 2024-03-01",
    "V61": "党内警告 2024-03-15；2024-09-10 撤销处分",
    "V66": "党内警告 2023-11",
    "V67": "党内警告 2024-04-02 落款2024-04-08",
    "V69": "党内严重警告 2015-12-01",
    "V70": "党内警告 2024-03-15",
}

IN_OUR_WORDS = {
    "在期": "应回访",
    "边界": "边界",
    "期满": "期满",
    "期满(待确认)": "期满",
    "期满(可补访)": "期满",
    "待定": "待定",
    "待定(视为在期)": "待定",
    "录入错误": "待定",
    "排除(原则上)": "原则上不再回访",
    "排除": "不再回访",
    "人工": "人工认定",
}


def day(text):
    return date.fromisoformat(text) if text else None


def test_every_example_of_the_handbook_is_written_down_here():
    assert [vector["id"] for vector in VECTORS] == list(FACTS)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["id"] for vector in VECTORS])
def test_the_examples_of_the_handbook(vector, rules):
    dossier, asked_on = person(FACTS[vector["id"]]), day(vector["X"])
    result = assess(dossier, as_of=asked_on, rules=rules, settings=Settings())
    assert result.verdict == IN_OUR_WORDS[vector["verdict"]], result.reason
    assert result.last_day == day(vector["lastP"])
    to_day = assess(dossier, as_of=asked_on, rules=rules, settings=Settings(counting=COUNT_TO_DAY))
    assert to_day.last_day == day(vector["lastC"])
    if vector["D"]:
        ends = [p.corresponding_day or p.probation_end for p in result.periods]
        assert max(ends) == day(vector["D"])
    assert result.reason
    assert result.references


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("V06", "没有31日"),  # the month-end variant is named
        ("V08", "没有29日"),
        ("V29", "2025-03-31"),  # the other reading of a month's last day
        ("V19", "2024年以前"),  # by analogy only
        ("V21", "2026-09-30"),  # the other way of measuring the remainder
        ("V38", "并行"),
        ("V40", "待确认"),
        ("V44", "不在事业单位四种处分"),
        ("V67", "2024-04-08"),
    ],
)
def test_what_is_open_is_said(number, words, rules):
    vector = next(v for v in VECTORS if v["id"] == number)
    result = assess(person(FACTS[number]), as_of=day(vector["X"]), rules=rules, settings=Settings())
    assert any(words in doubt for doubt in result.doubts), result.doubts
    assert result.is_doubtful or result.verdict == "期满"


@pytest.mark.parametrize("number", ["V01", "V05", "V10", "V20", "V41", "V48", "V70"])
def test_what_is_settled_raises_no_doubt(number, rules):
    vector = next(v for v in VECTORS if v["id"] == number)
    settings = Settings(counting=COUNT_TO_EVE)
    result = assess(person(FACTS[number]), as_of=day(vector["X"]), rules=rules, settings=settings)
    assert result.doubts == ()
    assert not result.problems
    assert not result.is_doubtful


def test_the_card_says_period_counting_and_article_in_one_sentence(rules):
    result = assess(person(FACTS["V27"]), as_of=date(2024, 9, 1), rules=rules, settings=Settings())
    assert result.cards[0].heading == (
        "处分期 2024-08-31 至 2025-02-27，2025-02-28 起期满（按“对应日前一日”计算；政务处分法第八条）"
    )


def test_the_working_of_an_addition_is_shown(rules):
    result = assess(person(FACTS["V21"]), as_of=date(2025, 1, 1), rules=rules, settings=Settings())
    assert "原处分尚未执行 5个月16天 ＋ 新处分 18个月" in result.cards[1].steps


def test_a_date_known_to_the_month_gives_no_day_to_any_list(rules):
    result = assess(person(FACTS["V66"]), as_of=date(2024, 5, 1), rules=rules, settings=Settings())
    [period] = result.periods
    assert period.last_day is None
    assert (period.earliest, period.latest) == (date(2024, 10, 31), date(2024, 11, 29))
    assert result.span == (date(2024, 10, 31), date(2024, 11, 29))


def test_a_probation_shows_its_own_last_day_until_it_is_over(rules):
    for asked_on, last in ((date(2024, 3, 1), date(2024, 6, 11)), (date(2024, 7, 1), None)):
        result = assess(person(FACTS["V11"]), as_of=asked_on, rules=rules, settings=Settings())
        assert result.periods[0].last_day == last
        assert result.party_last_day == last
