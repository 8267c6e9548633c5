"""What feedback, letters and replies start from: in the tone of (一)(二)(三), facts where facts are asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from app.domain.fields import display
from app.domain.outcome import (
    ADMONISH,
    ENCOURAGE,
    SUPPORT,
    TO_PERSON,
    URGE_TALK,
    Outcome,
    WholeOutcome,
)
from app.domain.visit import Visit

_TO_PERSON = {
    ENCOURAGE: "你能够正视所犯错误，积极悔错改错，在工作中表现优秀，得到了单位和群众的认可，组织对此予以肯定和鼓励。"
    "希望你放下思想包袱，珍惜组织的信任，继续严格要求自己，以更好的状态投入工作。",
    SUPPORT: "你对所犯错误有一定认识，但思想上还有压力和顾虑。党纪国法惩戒的是错误行为，组织始终关心你的成长进步，"
    "处分影响期（处分期）届满后，有关限制按规定解除，不影响你以后的正常工作和发展。"
    "希望你调整心态、提振精神，以实际行动改正错误。",
    ADMONISH: "你在改正错误、履行职责方面还存在明显问题，应当引起高度重视。希望你端正态度，深刻认识错误，"
    "按照组织要求认真整改，切实履行岗位职责。你所在单位党组织将对你进行教育提醒；"
    "情况没有改进的，将依规依纪依法处理。",
}
_TO_UNIT = {
    ENCOURAGE: "该同志能够积极悔错改错，工作表现优秀，群众认可。请你单位党组织予以肯定和鼓励，"
    "继续做好日常教育管理和关心帮助，为其干事创业创造条件。",
    SUPPORT: "该同志思想压力较大，工作上有顾虑，改正错误的表现还不明显。请你单位党组织认真落实主体责任，"
    "做好政策解释和思想工作，进一步加强教育管理监督，帮助其调整心态、提振精神。",
    ADMONISH: "该同志在改正错误、履行职责方面存在问题。请你单位党组织对其进行教育提醒，督促整改，"
    "并将有关情况书面回复。情节严重的，将依规依纪依法严肃处理。",
}


def feedback_words(whole: WholeOutcome, audience: str) -> str:
    """Return what to say to the person, or to the unit's party organisation, by the result."""
    words = _TO_PERSON if audience == TO_PERSON else _TO_UNIT
    return words.get(whole.outcome.item, "")


def reminder_words(whole: WholeOutcome, kind: str) -> tuple[str, str]:
    """Return problem and demand of a letter to the unit; the problem waits for the facts."""
    if kind == URGE_TALK:
        return (
            "（请写明拒不改正错误、不履职尽责的具体情况）",
            "1. 由党组织负责人对该同志进行教育提醒，指出问题，提出整改要求，并做好记录。\n"
            "2. 明确专人跟踪督促，掌握其思想动态和履职情况。\n"
            "3. 教育提醒情况和整改情况请书面回复；情节严重的，请及时报告。",
        )
    return (
        "（请写明思想压力、工作顾虑或改错表现的具体情况）",
        "1. 认真落实主体责任，明确一名负责同志与其结对帮扶，定期谈心谈话。\n"
        "2. 做好政策解释，帮助其打消顾虑、调整心态、提振精神。\n"
        "3. 进一步加强日常教育管理监督，关心其工作和生活，有关落实情况请书面回复。",
    )


def use_words(facts: dict[str, Any], visits: Sequence[tuple[Visit, Outcome | None]]) -> str:
    """Return a reply that states facts and decides nothing."""
    lines = [f"一、处分情况：{_clause(facts.get('sanctions', '')) or '未记录处分'}。"]
    last = facts.get("last_day")
    if last is not None:
        lines[0] += f"影响期（处分期）最后一日为{display(last)}。"
    if visits:
        lines.append(f"二、回访情况：共回访{len(visits)}次。")
        for visit, outcome in visits:
            line = f"{display(visit.on)}{visit.method}回访"
            if outcome is not None:
                line += f"，结果属于办法第九条第{outcome.item[:3]}项情形"
            lines.append(f"{line}。")
    else:
        lines.append("二、回访情况：尚未回访。")
    lines.append(
        "三、以上为截至本函成文之日的记录，供研究时参考；如何使用，由你单位按有关规定研究决定。"
    )
    return "\n".join(lines)


_DAY = re.compile(r"（(\d{4})\.(\d{1,2})(?:\.(\d{1,2}))?）")


def _clause(text: str) -> str:
    """Return the lines of the form's boxes as one clause, their days as letters write them."""
    one = "；".join(part.strip() for part in text.split("\n") if part.strip())

    def written(found: re.Match[str]) -> str:
        year, month, day = found.groups()
        return f"（{year}年{int(month)}月{f'{int(day)}日' if day else ''}）"

    return _DAY.sub(written, one)
