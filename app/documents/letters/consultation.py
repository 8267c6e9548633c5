"""征求意见记录: what 纪检监察室 or a unit said before the list was fixed (办法 art. 8(1))."""

from __future__ import annotations

from app.documents.letters.parts import SIGN_DATE, Gaps, grid, long_row, names, pair
from app.domain.papers import Particulars
from app.domain.visiting_list import INCLUDED, UNIT, Consultation, ListEntry, WholeList
from app.paper.letter import CENTRE, Letter, Line, Title


def letters(whole: WholeList, particulars: Particulars) -> list[Letter]:
    """Return one record per consultation of the list."""
    return [letter(whole, one, particulars) for one in whole.consultations]


def letter(whole: WholeList, one: Consultation, particulars: Particulars) -> Letter:
    """Return the record of one consultation; a unit reads only the names of its own people."""
    party = one.unit or one.party
    gaps = Gaps(party)
    asked = one.asked.strip() or "就拟列入本期名单的下列人员是否适合回访、方式和时间征求意见。"
    signed = (f"记录人签名：　　　　　　　　　{SIGN_DATE}",)
    confirmed = (f"答复人签名：　　　　　　　　　{SIGN_DATE}",)
    table = grid(
        pair("征求意见\n对象", party, "答复人\n及职务", gaps.of(one, "person")),
        pair("时间", gaps.of(one, "on"), "方式", gaps.of(one, "how")),
        long_row("涉及人员", _people(whole, one)),
        long_row("征求意见\n事项", asked, least_mm=30),
        long_row("意见内容", gaps.of(one, "answer"), least_mm=80, foot=confirmed),
        long_row("记录人", one.recorder, least_mm=18, foot=signed),
    )
    return Letter(
        "征求意见记录",
        (
            Title("征求意见记录"),
            Line(f"（{whole.head.title}）" if whole.head.title else "", CENTRE),
            table,
        ),
        name=party,
        mark=particulars.mark,
        gaps=tuple(gaps.found),
    )


def _people(whole: WholeList, one: Consultation) -> str:
    concerned = [
        entry
        for entry in whole.of(INCLUDED)
        if one.party != UNIT or _unit(entry) == one.unit.strip()
    ]
    return (
        f"{names(entry.name for entry in concerned)}，共{len(concerned)}人。" if concerned else ""
    )


def _unit(entry: ListEntry) -> str:
    return entry.unit.strip() or entry.workplace.strip()
