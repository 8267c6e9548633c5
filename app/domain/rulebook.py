"""The law as dated data: every version of every instrument, read from rule files and checked."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.reckoning import SAME_DAY_METHODS, SECOND_METHODS
from app.domain.subject import REGIMES

CERTAINTIES = ("A", "B", "C", "D")
CERTAINTY_WORDS = {
    "A": "已核对原文",
    "B": "据公开转载的条文",
    "C": "依通常理解，未核对原文",
    "D": "依据不足，请核对",
}
MONTHS_MOST = 600
WORKING_DAYS_FILE = "working_days.toml"
"""Lies among the rule files but is a calendar, not a rule: see ``working_days.parse_working_days``."""


class RulesInvalid(ValueError):
    """A rule file says something that cannot be. The message is a Chinese sentence: file, place, what to do."""


@dataclass(frozen=True, slots=True)
class KindRule:
    """How long one kind of sanction lasts in one version. All lengths are calendar months."""

    months: int
    article: str
    probation: int = 0  # 留党察看: the term of probation; ``months`` then run from restoration
    longest_probation: int = 0
    lieu_months: int = 0  # 严重警告 that stands in for 撤销党内职务
    lieu_article: str = ""
    lieu_doubt: str = ""
    expels: bool = False


@dataclass(frozen=True, slots=True)
class Article:
    """One article in plain words."""

    reference: str
    number: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """One version of one instrument: in force from ``since`` until the next one begins."""

    instrument: str  # key of the file
    title: str
    edition: str
    since: date
    cite: str  # how references begin: 条例, 政务处分法, …
    source: str
    certainty: str
    governs: tuple[str, ...]  # regimes
    kinds: Mapping[str, KindRule]
    second_method: str
    second_article: str
    second_doubt: str
    cap_months: int | None
    same_day_method: str
    same_day_article: str
    doubt: str  # said of every period of this version: a borrowed rule, an article not read
    articles: tuple[Article, ...]
    digest: str

    @property
    def name(self) -> str:
        """The version as a list shows it."""
        return f"{self.title}（{self.edition}）"


class RuleBook:
    """Every version of every rule. Which day decides is the caller's choice: here, the day of the decision."""

    def __init__(self, versions: Iterable[Version]) -> None:
        self.versions = tuple(sorted(versions, key=lambda v: (v.since, v.instrument)))
        self._of: dict[str, tuple[list[date], list[Version]]] = {}
        for regime in REGIMES:
            those = [v for v in self.versions if regime in v.governs]
            days = [v.since for v in those]
            if len(set(days)) != len(days):
                raise RulesInvalid(f"规则文件：{regime}处分有两个版本同日施行，请只保留一个")
            self._of[regime] = (days, those)
        self._articles: dict[str, tuple[Version, Article]] = {}
        for version in self.versions:
            for article in version.articles:
                self._articles[article.reference] = (version, article)
        whole = "".join(f"{v.instrument}{v.since}{v.digest}" for v in self.versions)
        latest = max((v.since for v in self.versions), default=date.min)
        self.digest = f"{latest:%Y%m%d}-{hashlib.sha256(whole.encode()).hexdigest()[:10]}"

    def on(self, regime: str, day: date) -> Version | None:
        """Return the version that governs ``regime`` on ``day``; ``None`` before the first one."""
        days, versions = self._of[regime]
        index = bisect_right(days, day)
        return versions[index - 1] if index else None

    def in_force(self, day: date) -> tuple[Version, ...]:
        """Return the version of each instrument that is in force on ``day``, for 关于规则."""
        latest: dict[str, Version] = {}
        for version in self.versions:
            if version.since <= day:
                latest[version.instrument] = version
        # A borrowed rule steps back where a later instrument governs the same regimes.
        return tuple(
            v
            for v in latest.values()
            if not v.governs or any(self.on(regime, day) is v for regime in v.governs)
        )

    def article(self, reference: str) -> str:
        """Return the article behind ``reference`` in plain words, with its version and how sure it is."""
        found = self._articles.get(reference)
        if found is None:
            return f"规则文件里没有“{reference}”的条文说明，请查阅原文。"
        version, article = found
        return (
            f"{version.name}{article.number}（{version.since:%Y-%m-%d}起适用）\n"
            f"{article.text}\n"
            f"以上为通俗转述，以原文为准。来源：{version.source}；{CERTAINTY_WORDS[version.certainty]}。"
        )

    @property
    def references(self) -> tuple[str, ...]:
        """Every reference that ``article`` can explain."""
        return tuple(self._articles)


def parse_rules(shipped: Mapping[str, str], overrides: Mapping[str, str] | None = None) -> RuleBook:
    """Return the rules in ``shipped`` (file name → TOML text), extended by the office's own files.

    An override with a version that starts later than the shipped ones wins from that day on. A past
    version may be repeated unchanged; changing one takes ``correction = "理由"``. Raises ``RulesInvalid``.
    """
    known: dict[tuple[str, date], Version] = {}
    for name, text in shipped.items():
        if name == WORKING_DAYS_FILE:
            continue
        for version in _read(name, text):
            key = (version.instrument, version.since)
            if key in known:
                raise RulesInvalid(f"{name}：{version.since} 的版本重复，请只保留一个")
            known[key] = version
    for name, text in (overrides or {}).items():
        if name == WORKING_DAYS_FILE:
            continue
        for version in _read(name, text):
            key = (version.instrument, version.since)
            past = known.get(key)
            later = all(v.since < version.since for v in known.values() if v.instrument == key[0])
            changed = past is not None and past.digest != version.digest
            if (changed or not (past or later)) and not _correction(text, version.since):
                raise RulesInvalid(
                    f"{name}：{version.since} 的版本改动了已施行的规则；"
                    "请改用新的施行日期，或在该版本写明 correction（更正理由）"
                )
            known[key] = version
    return RuleBook(known.values())


def _correction(text: str, since: date) -> str:
    return next(
        (
            str(v.get("correction", ""))
            for v in tomllib.loads(text)["version"]
            if v["since"] == since
        ),
        "",
    )


def _read(name: str, text: str) -> list[Version]:
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))  # the rest is English
        where = f"（第{place[1]}行第{place[2]}个字符处看不懂）" if place else ""
        raise RulesInvalid(f"{name}：不是正确的规则文件{where}，请恢复原文件") from error
    need = _Need(name)
    instrument = need.text(tree, "instrument", "文件开头")
    title = need.text(tree, "title", "文件开头")
    governs = tuple(need.list_of_text(tree, "governs", "文件开头"))
    for regime in governs:
        if regime not in REGIMES:
            raise RulesInvalid(
                f"{name}：governs 中的“{regime}”不是处分类别（{'、'.join(REGIMES)}）"
            )
    versions = tree.get("version")
    if not isinstance(versions, list) or not versions:
        raise RulesInvalid(f"{name}：没有 [[version]]，至少要有一个版本")
    return [_version(need, instrument, title, governs, raw) for raw in versions]


class _Need:
    """Takes values out of a rule file, or says in Chinese which one is wrong."""

    def __init__(self, file: str) -> None:
        self._file = file

    def wrong(self, place: str, what: str) -> RulesInvalid:
        return RulesInvalid(f"{self._file}：{place}，{what}")

    def text(self, tree: Mapping[str, Any], key: str, place: str) -> str:
        value = tree.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(place, f"缺少 {key}（文字）")
        return value

    def list_of_text(self, tree: Mapping[str, Any], key: str, place: str) -> list[str]:
        value = tree.get(key)
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.wrong(place, f"{key} 应是文字的列表")
        return value

    def months(self, tree: Mapping[str, Any], key: str, place: str, default: int = 0) -> int:
        value = tree.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MONTHS_MOST:
            raise self.wrong(place, f"{key} 应是 0 至 {MONTHS_MOST} 的整数（月）")
        return value

    def one_of(
        self, tree: Mapping[str, Any], key: str, place: str, choices: Iterable[str], default: str
    ) -> str:
        value = tree.get(key, default)
        if value not in choices:
            raise self.wrong(place, f"{key} 是“{value}”，只能是 {'、'.join(choices)}")
        return str(value)


_VERSION_KEYS = {
    "since", "edition", "cite", "source", "certainty", "doubt", "kinds", "second", "same_day", "article",
    "correction",
}  # fmt: skip
_KIND_KEYS = {
    "months", "article", "probation", "longest_probation", "lieu_months", "lieu_article", "lieu_doubt",
    "expels",
}  # fmt: skip


def _version(
    need: _Need, instrument: str, title: str, governs: tuple[str, ...], raw: Any
) -> Version:
    since = raw.get("since") if isinstance(raw, dict) else None
    if type(since) is not date:
        raise need.wrong("[[version]]", "缺少 since（施行日期，如 2024-01-01）")
    place = f"{since} 的版本"
    if unknown := set(raw) - _VERSION_KEYS:
        # An end day in a rule file once silenced a rule that was still in force.
        raise need.wrong(place, f"不认识 {'、'.join(sorted(unknown))}（版本没有终止日期）")
    articles = tuple(
        Article(need.text(a, "reference", place), need.text(a, "number", place), need.text(a, "text", place))
        for a in raw.get("article", [])
    )  # fmt: skip
    kinds = {kind: _kind(need, f"{place}的“{kind}”", k) for kind, k in raw.get("kinds", {}).items()}
    if governs and not kinds:
        raise need.wrong(place, "没有写处分种类（[version.kinds]）")
    second = raw.get("second", {})
    same_day = raw.get("same_day", {})
    canonical = {k: v for k, v in raw.items() if k != "correction"}
    text = json.dumps(canonical, ensure_ascii=False, sort_keys=True, default=str)
    version = Version(
        instrument=instrument,
        title=title,
        edition=need.text(raw, "edition", place),
        since=since,
        cite=need.text(raw, "cite", place),
        source=need.text(raw, "source", place),
        certainty=need.one_of(raw, "certainty", place, CERTAINTIES, ""),
        governs=governs,
        kinds=kinds,
        second_method=need.one_of(second, "method", place, SECOND_METHODS, "remaining_plus_new"),
        second_article=str(second.get("article", "")),
        second_doubt=str(second.get("doubt", "")),
        cap_months=need.months(second, "cap_months", place) or None,
        same_day_method=need.one_of(
            same_day, "method", place, SAME_DAY_METHODS, SAME_DAY_METHODS[0]
        ),
        same_day_article=str(same_day.get("article", "")),
        doubt=str(raw.get("doubt", "")),
        articles=articles,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )
    _check_references(need, place, version)
    return version


def _kind(need: _Need, place: str, raw: Any) -> KindRule:
    if not isinstance(raw, dict):
        raise need.wrong(place, "应写成 { months = 12, article = … }")
    if unknown := set(raw) - _KIND_KEYS:
        raise need.wrong(place, f"不认识 {'、'.join(sorted(unknown))}")
    rule = KindRule(
        months=need.months(raw, "months", place),
        article=need.text(raw, "article", place),
        probation=need.months(raw, "probation", place),
        longest_probation=need.months(raw, "longest_probation", place),
        lieu_months=need.months(raw, "lieu_months", place),
        lieu_article=str(raw.get("lieu_article", "")),
        lieu_doubt=str(raw.get("lieu_doubt", "")),
        expels=bool(raw.get("expels", False)),
    )
    if not rule.expels and not rule.months:
        raise need.wrong(place, "缺少 months（影响期、处分期的月数）")
    if rule.probation > rule.longest_probation:
        raise need.wrong(place, "probation（察看期）超过 longest_probation（最长察看期）")
    return rule


def _check_references(need: _Need, place: str, version: Version) -> None:
    told = {article.reference for article in version.articles}
    if len(told) != len(version.articles):
        raise need.wrong(place, "同一条文写了两次")
    for kind, rule in version.kinds.items():
        for reference in (rule.article, rule.lieu_article):
            if reference.startswith(version.cite) and reference not in told:
                raise need.wrong(f"{place}的“{kind}”", f"引用了“{reference}”，但没有该条的说明")
