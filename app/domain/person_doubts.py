"""What is hardly true of a person, in sentences: kept as typed, but to be looked at again."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from app.domain.fields import Problem, display
from app.domain.partial_date import PartialDate
from app.domain.subject import NOT_A_MEMBER, Subject

YOUNGEST_AT_WORK = 16  # 劳动法15
YOUNGEST_MEMBER = 18  # 党章1
OLDEST = 100

_MOBILE = re.compile(r"1\d{10}")
_LANDLINE = re.compile(r"(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:[-转]\d{1,6})?")


def person_doubts(subject: Subject, *, today: date) -> list[Problem]:
    """Return what is hardly true of the personal fields, each once, at the field to look at."""
    found: list[Problem] = []
    born = subject.born_on
    if born is not None:
        found += _about_birth(born, today)
    found += _about_start(
        subject, "work_since", "参加工作", YOUNGEST_AT_WORK, today, "一般不早于16周岁"
    )
    found += _about_start(subject, "party_since", "入党", YOUNGEST_MEMBER, today, "入党须年满18周岁")
    if subject.party_since is not None and subject.membership == NOT_A_MEMBER:
        found.append(Problem("membership", "填了入党时间，政治面貌却是非中共党员，请核对"))
    if subject.phone and not _is_phone(subject.phone):
        found.append(Problem("phone", "不像电话号码：手机为11位，座机为区号加7至8位，请核对"))
    return found


def _about_birth(born: PartialDate, today: date) -> list[Problem]:
    if born.first > today:
        return [Problem("born_on", f"出生 {display(born)} 晚于今天，请核对")]
    if full_years(born, PartialDate.of(today))[1] > OLDEST:
        return [Problem("born_on", f"出生 {display(born)}：已超过{OLDEST}岁，请核对")]
    if full_years(born, PartialDate.of(today))[1] < YOUNGEST_AT_WORK:
        return [Problem("born_on", f"出生 {display(born)}：今天还不满{YOUNGEST_AT_WORK}岁，请核对")]
    return []


def _about_start(
    subject: Subject, name: str, what: str, youngest: int, today: date, rule: str
) -> list[Problem]:
    day: PartialDate | None = getattr(subject, name)
    if day is None:
        return []
    if day.first > today:
        return [Problem(name, f"{what} {display(day)} 晚于今天，请核对")]
    born = subject.born_on
    if born is None:
        return []
    if day.last < born.first:
        return [Problem(name, f"{what} {display(day)} 早于出生 {display(born)}，请核对")]
    least, most = full_years(born, day)
    if most >= youngest:
        return []
    age = f"{most}岁" if least == most else f"{least}至{most}岁"
    return [
        Problem(name, f"出生 {display(born)}、{what} {display(day)}：当时{age}，{rule}，请核对")
    ]


def full_years(born: PartialDate, then: PartialDate) -> tuple[int, int]:
    """Return the fewest and the most full years that may lie between two dates known in part."""
    return max(0, _years(born.last, then.first)), max(0, _years(born.first, then.last))


def _years(start: date, end: date) -> int:
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def _is_phone(text: str) -> bool:
    """Tell whether every number in ``text`` looks like a phone number; words beside them are fine."""
    half = unicodedata.normalize("NFKC", text).replace("—", "-").replace("–", "-")
    numbers = re.findall(r"\d[\d\s\-转]*", half)
    plain = [re.sub(r"\s", "", number).strip("-转") for number in numbers]
    return bool(plain) and all(_MOBILE.fullmatch(n) or _LANDLINE.fullmatch(n) for n in plain)
