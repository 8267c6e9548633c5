"""Wording that a new plan starts from: chosen by sanction, person, method, last visit and requests.

The wording itself is data (``resources/templates/plan.toml``); everything proposed is plain text
that its authors change as they like.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.domain.fields import display, form_fields
from app.domain.plan import AUDIENCES, ITEMS, METHODS, Plan, TalkPoint
from app.domain.subject import KINDS, PERSON_TYPES, REGIMES

PLACEHOLDERS = ("姓名", "单位", "处分", "期满日", "方式", "上次回访", "诉求")
UNKNOWN = "待定"
ENDING_DAYS = 92
"""A period with fewer days left than a quarter has counts as ending."""

_LISTS = {
    "regimes": frozenset(REGIMES),
    "kinds": frozenset(kind for kinds in KINDS.values() for kind in kinds),
    "types": frozenset(PERSON_TYPES),
    "methods": frozenset(METHODS),
}
_FLAGS = frozenset({"first", "requests", "ending"})
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class BadTemplate(ValueError):
    """The file of wordings is wrong; the message is a Chinese sentence naming the entry."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known about one person when wording is proposed for a plan."""

    subject_id: int | None
    name: str
    unit: str = ""
    person_type: str = ""
    sanctions: str = ""
    regimes: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    last_day: date | None = None
    ends: str = ""
    last_visit: str = ""
    requests: tuple[str, ...] = ()
    method: str = ""
    on: date | None = None

    @property
    def ending(self) -> bool:
        """Whether the period ends within a quarter of the day of the visit."""
        if self.last_day is None or self.on is None:
            return False
        return 0 <= (self.last_day - self.on).days < ENDING_DAYS

    def words(self) -> dict[str, str]:
        """Return what the placeholders stand for."""
        return {
            "姓名": self.name,
            "单位": self.unit or "所在单位",
            "处分": self.sanctions.replace("\n", "；"),
            "期满日": self.ends or display(self.last_day) or UNKNOWN,
            "方式": self.method,
            "上次回访": self.last_visit,
            "诉求": "；".join(" ".join(one.split()).rstrip("。；，") for one in self.requests),
        }


@dataclass(frozen=True, slots=True)
class Wording:
    """One text with the circumstances it is meant for."""

    words: str
    when: dict[str, Any] = field(default_factory=dict)
    field_name: str = ""
    audience: str = ""
    item: str = ""

    def fits(self, who: Circumstances) -> bool:
        """Return whether everything that ``when`` asks for holds."""
        held = {
            "regimes": who.regimes,
            "kinds": who.kinds,
            "types": frozenset({who.person_type}),
            "methods": frozenset({who.method}),
        }
        flags = {
            "first": not who.last_visit,
            "requests": bool(who.requests),
            "ending": who.ending,
        }
        return all(
            held[name] & set(wanted) if name in held else flags[name] == wanted
            for name, wanted in self.when.items()
        )

    def said(self, who: Circumstances) -> str:
        """Return the text with its placeholders filled."""
        words = who.words()
        return _PLACEHOLDER.sub(lambda match: words[match.group(1)], self.words).strip()


@dataclass(frozen=True, slots=True)
class Wordings:
    """Everything that can be proposed, in the order of the file."""

    fields: tuple[Wording, ...] = ()
    points: tuple[Wording, ...] = ()


def read_wordings(toml: str) -> Wordings:
    """Return the wordings written in ``toml``. Raises ``BadTemplate`` naming the wrong entry."""
    try:
        raw = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as wrong:
        raise BadTemplate(f"方案范文文件无法读取：{wrong}") from None
    plan_fields = form_fields(Plan)
    fields = []
    for number, entry in enumerate(raw.get("wording", ()), 1):
        where = f"第{number}条范文"
        if entry.get("field") not in plan_fields:
            raise BadTemplate(f"{where}：方案没有“{entry.get('field')}”这一项")
        fields.append(replace(_wording(entry, where), field_name=entry["field"]))
    points = []
    for number, entry in enumerate(raw.get("point", ()), 1):
        where = f"第{number}条谈话要点"
        if entry.get("audience") not in AUDIENCES:
            raise BadTemplate(f"{where}：谈话对象“{entry.get('audience')}”不在可选范围内")
        if entry.get("item") not in ITEMS:
            raise BadTemplate(f"{where}：办法第七条没有“{entry.get('item')}”项")
        wording = _wording(entry, where)
        points.append(replace(wording, audience=entry["audience"], item=entry["item"]))
    return Wordings(tuple(fields), tuple(points))


def _wording(entry: dict[str, Any], where: str) -> Wording:
    words = entry.get("words")
    if not isinstance(words, str) or not words.strip():
        raise BadTemplate(f"{where}：没有文字")
    for name in _PLACEHOLDER.findall(words):
        if name not in PLACEHOLDERS:
            raise BadTemplate(f"{where}：代入词“{{{name}}}”不认识")
    when = entry.get("when", {})
    for name, wanted in when.items():
        if name in _FLAGS and isinstance(wanted, bool):
            continue
        if name in _LISTS and isinstance(wanted, list) and set(wanted) <= _LISTS[name]:
            continue
        raise BadTemplate(f"{where}：适用情形“{name} = {wanted}”不认识")
    return Wording(words.strip("\n"), dict(when))


def proposed_fields(wordings: Wordings, people: Sequence[Circumstances]) -> dict[str, str]:
    """Return wording per field of the plan: everything that fits anybody in it, each once.

    In what is said of everybody alike the names stand together (张三、李四); what fits only some
    names only those.
    """
    found: dict[str, list[str]] = {}
    for wording in wordings.fields:
        fitting = [who for who in people if wording.fits(who)]
        if fitting:
            every = len(fitting) == len(people)
            paragraph = wording.said(_together(fitting, named=len(people) > 1, every=every))
            lines = found.setdefault(wording.field_name, [])
            if paragraph not in lines:
                lines.append(paragraph)
    return {name: "\n".join(lines) for name, lines in found.items()}


def _together(people: Sequence[Circumstances], *, named: bool, every: bool) -> Circumstances:
    """Return what is said of ``people`` at once; ``named`` facts say whose they are.

    A last day that all share needs no name, unless these are not ``every`` one of the plan.
    """
    first = people[0]
    if not named:
        return first
    days = {who.last_day for who in people}
    each = "、".join(f"{who.name}{display(who.last_day) or UNKNOWN}" for who in people)
    return replace(
        first,
        name="、".join(who.name for who in people),
        unit="、".join(dict.fromkeys(who.unit for who in people if who.unit)),
        sanctions="\n".join(f"{who.name}：{who.sanctions}" for who in people),
        last_visit="、".join(f"{who.name}{who.last_visit}" for who in people if who.last_visit),
        requests=tuple(f"{who.name}：{one}" for who in people for one in who.requests),
        ends=each if len(days) > 1 or not every else "",
    )


def proposed_points(wordings: Wordings, people: Sequence[Circumstances]) -> list[TalkPoint]:
    """Return talk points for all: one that is the same for everybody is put once."""
    found: list[TalkPoint] = []
    for wording in wordings.points:
        said = [(who, wording.said(who)) for who in people if wording.fits(who)]
        texts = {words for _, words in said}
        if len(said) == len(people) and len(texts) == 1 and said:
            found.append(
                _point(wording, None if len(people) > 1 else people[0].subject_id, said[0][1])
            )
        else:
            found += [_point(wording, who.subject_id, words) for who, words in said]
    return _in_order(found)


def suited_points(
    points: Sequence[TalkPoint],
    before: Sequence[TalkPoint],
    after: Sequence[TalkPoint],
    people: Collection[int | None],
) -> list[TalkPoint]:
    """Return ``points`` of a plan whose proposal was ``before`` and is ``after``, for ``people``.

    What was proposed and is no more goes, what is proposed now and was not comes; what somebody
    wrote stays unless it is about somebody who is gone, and what they took out stays out.
    """
    was, now = ({_said(one): one for one in proposed} for proposed in (before, after))
    kept = []
    for point in points:
        proposed = now.get(_said(point))
        if proposed is not None and _said(point) in was:
            kept.append(replace(point, subject_id=proposed.subject_id))
        elif _said(point) not in was and point.subject_id in {None, *people}:
            kept.append(point)
    there = {_said(one) for one in points}
    kept += [one for key, one in now.items() if key not in was and key not in there]
    return _in_order(kept)


def _said(point: TalkPoint) -> tuple[str, str, str]:
    return point.audience, point.item, point.words


def _in_order(points: list[TalkPoint]) -> list[TalkPoint]:
    points.sort(key=lambda point: (AUDIENCES.index(point.audience), list(ITEMS).index(point.item)))
    for position, point in enumerate(points, 1):
        point.position = position
    return points


def _point(wording: Wording, subject_id: int | None, words: str) -> TalkPoint:
    return TalkPoint(
        subject_id=subject_id, audience=wording.audience, item=wording.item, words=words
    )
