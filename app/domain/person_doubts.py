"""Doubts about how a person can be reached and who they are, beside those of ``fact_checks``."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from app.domain.fields import Problem, display
from app.domain.subject import NOT_A_MEMBER, Subject

YOUNGEST = 16
OLDEST = 100

_MOBILE = re.compile(r"1\d{10}")
_LANDLINE = re.compile(r"(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:[-转]\d{1,6})?")


def person_doubts(subject: Subject, today: date) -> list[Problem]:
    """Return what is hardly true of the personal fields. Kept as typed, but to be looked at again."""
    found: list[Problem] = []
    born = subject.born_on
    if born is not None and born.first <= today:
        if today.year - born.year > OLDEST:
            found.append(Problem("born_on", f"出生 {display(born)}：已超过{OLDEST}岁，请核对"))
        elif today.year - born.year < YOUNGEST:
            found.append(
                Problem("born_on", f"出生 {display(born)}：今年还不满{YOUNGEST}岁，请核对")
            )
    if subject.party_since is not None and subject.membership == NOT_A_MEMBER:
        found.append(Problem("membership", "填了入党时间，政治面貌却是非中共党员，请核对"))
    if subject.phone and not _is_phone(subject.phone):
        found.append(Problem("phone", "不像电话号码：手机为11位，座机为区号加7至8位，请核对"))
    return found


def _is_phone(text: str) -> bool:
    """Tell whether every number in ``text`` looks like a phone number; words beside them are fine."""
    half = unicodedata.normalize("NFKC", text).replace("—", "-").replace("–", "-")
    numbers = re.findall(r"\d[\d\s\-转]*", half)
    plain = [re.sub(r"\s", "", number).strip("-转") for number in numbers]
    return bool(plain) and all(_MOBILE.fullmatch(n) or _LANDLINE.fullmatch(n) for n in plain)
