"""One person's facts as a lawyer writes them on one line, read into a dossier.

    党内严重警告(无党内职务) 2024-05-20；2024-05-31 退休
    政务记过 2024-04-10 处分期18个月 落款2024-04-12；政务记大过 2024-07-10 并行
    党内警告 2023-11 ；2024-06-12 延长留党察看 12 #1；2024-09-10 变更处分为留党察看一年
    〔中共预备党员〕 〔专业技术人员〕

Parts are separated by ；. ``#2`` names the second sanction of the line. A date may stop at the month.
"""

from __future__ import annotations

import re
from datetime import date

from app.domain.partial_date import PartialDate
from app.domain.subject import (
    EVENT_KINDS,
    MEMBERSHIPS,
    PERSON_TYPES,
    Dossier,
    Event,
    Sanction,
    Subject,
)

_REGIMES = {"党内": "党纪", "政务": "政务", "事业单位": "事业单位"}
_DATE = r"\d{4}(?:-\d\d)?(?:-\d\d)?"
_SANCTION = re.compile(
    rf"(?P<prefix>党内|政务|事业单位)(?P<kind>[^\s(]*)(?P<lieu>\(无党内职务\))? ?(?P<on>{_DATE}|无日期)(?P<rest>.*)"
)
_EVENT = re.compile(rf"(?P<on>{_DATE}|无日期) (?P<kind>{'|'.join(EVENT_KINDS)})(?P<rest>.*)")


def person(line: str) -> Dossier:
    """Return the dossier that ``line`` describes; an unreadable part fails loudly."""
    subject, sanctions, events = Subject(name="甲"), [], []
    for mark in re.findall(r"〔(.*?)〕", line):
        assert mark in (*MEMBERSHIPS, *PERSON_TYPES), mark
        setattr(subject, "membership" if mark in MEMBERSHIPS else "person_type", mark)
    line = re.sub(r"〔.*?〕", "", line)
    for part in filter(None, (part.strip() for part in line.split("；"))):
        if match := _SANCTION.fullmatch(part):
            sanctions.append(_sanction(match, len(sanctions) + 1))
        elif match := _EVENT.fullmatch(part):
            events.append(_event(match, len(events) + 1))
        else:
            raise AssertionError(f"unreadable: {part}")
    return Dossier(subject, (), tuple(sanctions), tuple(events))


def _when(text: str) -> PartialDate | None:
    return None if text == "无日期" else PartialDate.parse(text)


def _sanction(match: re.Match[str], id_: int) -> Sanction:
    made = Sanction(
        id=id_,
        regime=_REGIMES[match["prefix"]],
        kind=match["kind"],
        in_lieu=bool(match["lieu"]),
        decided_on=_when(match["on"]),
    )
    for word in match["rest"].split():
        if found := re.fullmatch(r"处分期(-?\d+)个月", word):
            made.stated_months = int(found[1])
        elif word.startswith("载明自"):
            made.stated_from = date.fromisoformat(word[3:])
        elif word.startswith("载明至"):
            made.stated_until = date.fromisoformat(word[3:])
        elif word.startswith("落款"):
            made.document_date = PartialDate.parse(word[2:])
        elif word == "并行":
            made.side_by_side = True
        elif found := re.fullmatch(r"人工至([\d-]+)(?:\((.*),(.*)\))?", word):
            made.manual_until = date.fromisoformat(found[1])
            made.manual_reason, made.manual_by = found[2] or "", found[3] or ""
        else:
            raise AssertionError(f"unreadable: {word}")
    return made


def _event(match: re.Match[str], id_: int) -> Event:
    made = Event(id=id_, kind=match["kind"], on=_when(match["on"]))
    for word in match["rest"].replace("为", " 为", 1).split():
        if word.startswith("#"):
            made.sanction_id = int(word[1:])
        elif word.isdecimal():
            made.months = int(word)
        elif word.startswith("为"):
            made.new_kind = word[1:]
        elif word.startswith("至"):
            made.until = date.fromisoformat(word[1:])
        elif found := re.fullmatch(r"\((.*),(.*)\)", word):
            made.reason, made.approver = found[1], found[2]
        else:
            raise AssertionError(f"unreadable: {word}")
    return made
