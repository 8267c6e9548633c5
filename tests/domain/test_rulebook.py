"""Rule files: read, refused with a sentence, extended by the office, and never changed behind anybody's back."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from app.domain.rulebook import RulesInvalid, parse_rules
from app.domain.settings import Settings
from app.domain.subject import KINDS, REGIMES
from app.domain.verdict import assess
from tests.domain.facts import person

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "tests" / "data" / "rule_hashes.json"

PLAIN = """
instrument = "party"
title = "条例"
governs = ["党纪"]
[[version]]
since = 2030-01-01
edition = "2029年修订"
cite = "条例（2029）"
source = "示例"
certainty = "C"
[version.kinds]
"警告" = { months = 10, article = "条例（2029）第十条" }
[[version.article]]
reference = "条例（2029）第十条"
number = "第十条"
text = "警告十个月。"
"""


def shipped():
    return {p.name: p.read_text("utf-8") for p in (ROOT / "resources" / "rules").glob("*.toml")}


def test_past_versions_are_as_they_were(rules):
    """A released version of the law is never edited: a correction is a new file's ``correction``.

    After adding a version, add its line to ``tests/data/rule_hashes.json``.
    """
    now = {f"{v.instrument}/{v.since}": v.digest for v in rules.versions}
    kept = json.loads(KEPT.read_text("utf-8"))
    assert now == kept


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        (date(2015, 12, 31), "2003年"),
        (date(2016, 1, 1), "2015年修订"),
        (date(2018, 9, 30), "2015年修订"),
        (date(2018, 10, 1), "2018年修订"),
        (date(2023, 12, 31), "2018年修订"),
        (date(2024, 1, 1), "2023年修订"),
        (date(2060, 1, 1), "2023年修订"),
    ],
)
def test_the_version_in_force_on_the_day_applies(day, edition, rules):
    assert rules.on("党纪", day).edition == edition


def test_a_day_before_the_first_version_has_no_rule(rules):
    assert rules.on("党纪", date(2003, 12, 31)) is None


def test_every_reference_a_result_may_give_has_an_article_in_plain_words(rules):
    told = set(rules.references)
    for version in rules.versions:
        for rule in version.kinds.values():
            assert rule.article in told
            assert not rule.lieu_article or rule.lieu_article in told
        for reference in (version.second_article, version.same_day_article):
            assert not reference or reference in told, (version.name, reference)


@pytest.mark.parametrize(
    "reference",
    [
        "办法第四条", "办法第五条", "条例第八条", "条例第三十六条", "条例第四十四条", "条例第四十五条",
        "政务处分法第十五条", "政务处分法第二十六条", "政务处分法第五十四条", "处分批准权限规定第五条",
    ],
)  # fmt: skip
def test_the_articles_named_in_code_are_told(reference, rules):
    text = rules.article(reference)
    assert (
        reference.removeprefix("办法").removeprefix("条例").removeprefix("政务处分法")[-3:] in text
    )
    assert "以原文为准" in text
    assert "起适用" in text


def test_an_unknown_reference_is_said_not_raised(rules):
    assert "没有" in rules.article("某法第一条")


def test_what_is_in_force_today_is_one_version_per_instrument(rules):
    names = [v.instrument for v in rules.in_force(date(2026, 11, 23))]
    assert sorted(names) == ["administrative", "approval", "institutions", "measures", "party"]
    before = [v.instrument for v in rules.in_force(date(2019, 1, 1))]
    assert "civil_servants" in before


@pytest.mark.parametrize("regime", REGIMES)
def test_every_kind_on_the_list_has_its_term_in_the_present_version(regime, rules):
    version = rules.on(regime, date(2026, 11, 23))
    assert set(KINDS[regime]) <= set(version.kinds)


def test_an_override_with_a_later_start_wins_from_that_day_on():
    book = parse_rules(shipped(), {"office.toml": PLAIN})
    assert book.digest != parse_rules(shipped()).digest
    line = "党内警告 2030-01-01"
    [period] = assess(person(line), as_of=date(2030, 2, 1), rules=book, settings=Settings()).periods
    assert period.last_day == date(2030, 10, 31)
    [earlier] = assess(
        person("党内警告 2029-12-31"), as_of=date(2030, 2, 1), rules=book, settings=Settings()
    ).periods
    assert earlier.last_day == date(2030, 12, 30)


def test_an_override_that_changes_the_past_is_refused_unless_it_says_why():
    past = PLAIN.replace("2030-01-01", "2024-01-01")
    with pytest.raises(RulesInvalid, match=r"office\.toml.*2024-01-01.*correction"):
        parse_rules(shipped(), {"office.toml": past})
    said = past.replace('certainty = "C"', 'certainty = "C"\ncorrection = "与原文核对"')
    book = parse_rules(shipped(), {"office.toml": said})
    assert book.on("党纪", date(2024, 6, 1)).kinds["警告"].months == 10


def test_an_override_between_two_versions_is_refused():
    with pytest.raises(RulesInvalid, match="2020-01-01"):
        parse_rules(shipped(), {"a.toml": PLAIN.replace("2030-01-01", "2020-01-01")})


def test_an_override_that_repeats_the_shipped_file_changes_nothing():
    assert parse_rules(shipped(), {"party.toml": shipped()["party.toml"]}).digest == (
        parse_rules(shipped()).digest
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("instrument", "instrumnt"), "缺少 instrument"),
        (('governs = ["党纪"]', 'governs = ["党级"]'), "不是处分类别"),
        (("since = 2030-01-01", 'since = "2030-01-01"'), "缺少 since"),
        (("since = 2030-01-01", "since = 2030-01-01T00:00:00"), "缺少 since"),
        (("months = 10", 'months = "10"'), "整数"),
        (("months = 10", "months = -1"), "整数"),
        (("months = 10", "months = 100000"), "整数"),
        (("months = 10, ", ""), "缺少 months"),
        (('certainty = "C"', 'certainty = "X"'), "certainty"),
        (('edition = "2029年修订"', ""), "缺少 edition"),
        (('certainty = "C"', 'certainty = "C"\nuntil = 2031-01-01'), "没有终止日期"),
        (
            ('article = "条例（2029）第十条" }', 'article = "条例（2029）第九条" }'),
            "没有该条的说明",
        ),
        (("[version.kinds]", '[version.second]\nmethod = "guess"\n[version.kinds]'), "guess"),
        (("months = 10", "months = 10, probation = 30, longest_probation = 24"), "最长察看期"),
        (("months = 10", "months = 10, monhts = 3"), "monhts"),
        (("[[version]]", "[version"), "不是正确的规则文件（第"),
        (("[[version]]", "[[versoin]]"), "没有 \\[\\[version\\]\\]"),
    ],
)
def test_a_wrong_rule_file_is_refused_with_file_and_place(change, words):
    assert change[0] in PLAIN
    with pytest.raises(RulesInvalid, match=f"某.toml.*{words}"):
        parse_rules({"某.toml": PLAIN.replace(*change, 1)})


def test_two_files_may_not_begin_on_the_same_day():
    with pytest.raises(RulesInvalid, match="同日"):
        parse_rules({"a.toml": PLAIN, "b.toml": PLAIN.replace('"party"', '"other"', 1)})
