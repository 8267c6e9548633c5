"""How a form is worded: hints that only advise, and which items of 办法 article 7 it touches on."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.fields import form_fields
from app.domain.partial_date import PartialDate
from app.domain.registration_form import RegistrationForm

_LEAST_REPEATED = 8  # characters from which the same sentence twice is no turn of phrase
_LEAST_SENTENCE = 6  # characters from which a text is expected to end like one
_ENDS = "。！？；：…”）』」》"
_DATE = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*(?:[月./-]\s*(?:(\d{1,2})\s*日?)?)?")
_SENTENCE = re.compile(r"[^。！？；\n]+[。！？；]?")


class WrongWording(ValueError):
    """The file of hints is not in order; the message is a Chinese sentence."""


@dataclass(frozen=True, slots=True)
class WordCheck:
    """Words that deserve a second look, and why."""

    title: str
    advice: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One of the six things a visit is about (办法 art. 7), and words that show it was written of."""

    title: str
    article: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """What ``resources/wording.toml`` says; ``boxes`` are looked at, the others not."""

    boxes: tuple[str, ...]
    checks: tuple[WordCheck, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """Something to look at again in a box; ``start`` counts characters into its text.

    ``message`` is short, for a list; ``advice`` says more where there is more to say.
    """

    field: str
    start: int
    message: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether an item of article 7 is written of; ``word`` is what shows it."""

    item: Item
    word: str

    @property
    def covered(self) -> bool:
        """Whether any of its words stands in the form."""
        return bool(self.word)


def read_wording(text: str) -> Wording:
    """Return the hints written in ``text`` (TOML). Raises ``WrongWording``."""
    try:
        raw = tomllib.loads(text)
        wording = Wording(
            tuple(map(str, raw["boxes"])),
            tuple(
                WordCheck(str(one["title"]), str(one["advice"]), _words(one))
                for one in raw.get("check", [])
            ),
            tuple(
                Item(str(one["title"]), str(one["article"]), _words(one))
                for one in raw.get("item", [])
            ),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise WrongWording(f"用词提示文件看不懂：{error}") from error
    if unknown := set(wording.boxes) - set(form_fields(RegistrationForm)):
        raise WrongWording(f"用词提示文件里有登记表没有的栏目：{'、'.join(sorted(unknown))}")
    return wording


def _words(one: dict[str, object]) -> tuple[str, ...]:
    words = one["words"]
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise WrongWording(f"用词提示“{one.get('title', '')}”的 words 应是一列词")
    return tuple(words)


def wording_hints(form: RegistrationForm, wording: Wording) -> list[Hint]:
    """Return what deserves a second look, in the form's order. Nothing of it is an error."""
    reported = _first_date(form.reported_on)
    found: list[Hint] = []
    for name in form_fields(RegistrationForm):
        text = getattr(form, name) if name in wording.boxes else ""
        if not text.strip():
            continue
        box = _SHORT.get(name) or form_fields(RegistrationForm)[name].label
        for at, message, advice in sorted((*_by_words(text, wording.checks), *_by_shape(text))):
            found.append(Hint(name, at, f"{box}：{message}", advice))
        if reported is not None:
            for at, said in _later_dates(text, reported):
                found.append(Hint(name, at, f"{box}：{said}晚于填报时间", "请核对是否笔误"))
    if reported is not None:
        for at, said in _later_dates(form.visited_on, reported):
            message = f"回访时间：{said}晚于填报时间"
            found.append(Hint("visited_on", at, message, "请核对是否笔误"))
    return found


def coverage(form: RegistrationForm, wording: Wording) -> list[Coverage]:
    """Return for each item of article 7 whether the form writes of it: a hint, no judgement.

    As long as nothing is written there is nothing to say.
    """
    text = "\n".join(getattr(form, name) for name in wording.boxes if name != "facts")
    if not text.strip():
        return []
    return [
        Coverage(item, next((word for word in item.words if word in text), ""))
        for item in wording.items
    ]


_SHORT = {"facts": "受处分原因", "attitude": "态度简述", "proposal": "意见建议"}


def _by_words(text: str, checks: Sequence[WordCheck]) -> Iterator[tuple[int, str, str]]:
    for check in checks:
        for word in check.words:
            if (at := text.find(word)) >= 0:
                yield at, f"“{word}”是{check.title}", check.advice


def _by_shape(text: str) -> Iterator[tuple[int, str, str]]:
    last = text.rstrip()
    if len(last) >= _LEAST_SENTENCE and last[-1] not in _ENDS:
        yield len(last), "末尾没有句号", ""
    places: dict[str, list[int]] = {}
    for match in _SENTENCE.finditer(text):
        sentence = "".join(match.group().split()).rstrip("。！？；")
        if len(sentence) >= _LEAST_REPEATED:
            places.setdefault(sentence, []).append(match.start())
    for sentence, starts in places.items():
        if len(starts) > 1:
            short = f"{sentence[:12]}{'…' if len(sentence) > 12 else ''}"
            times = "两" if len(starts) == 2 else len(starts)
            yield starts[1], f"“{short}”写了{times}遍", ""


def _later_dates(text: str, reported: PartialDate) -> Iterator[tuple[int, str]]:
    for match in _DATE.finditer(text):
        known = _date_of(match)
        if known is not None and known.first > reported.last:
            yield match.start(), f"“{match.group().strip()}”"


def _first_date(text: str) -> PartialDate | None:
    match = _DATE.search(text)
    return _date_of(match) if match is not None else None


def _date_of(match: re.Match[str]) -> PartialDate | None:
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        if day is not None:
            return PartialDate.of(date(year or 0, month or 0, day))
        return PartialDate(year or 0, month)
    except ValueError:
        return None  # 2026.45 is no date: whoever wrote it meant something else
