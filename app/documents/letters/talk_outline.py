"""谈话提纲 for one person's visit: what to ask the person, the leaders and the colleagues (办法 art. 7)."""

from __future__ import annotations

from app.documents.letters.parts import (
    Gaps,
    Sections,
    grid,
    hearing,
    leaders_first,
    names,
    pair,
    points_by_item,
    when,
    where,
    without_lone_numbers,
)
from app.domain.papers import Particulars
from app.domain.plan import AUDIENCES, PlanPerson, WholePlan
from app.paper.letter import Block, Letter, Paragraph, Title


def letters(whole: WholePlan, particulars: Particulars) -> list[Letter]:
    """Return one outline per person of the plan."""
    return [letter(whole, person, particulars) for person in whole.visited]


def letter(whole: WholePlan, person: PlanPerson, particulars: Particulars) -> Letter:
    """Return the outline for one person: their own points and those that hold for everybody."""
    gaps, numbered = Gaps(person.name), Sections()
    place_label, place = where(whole, gaps)
    group = names(
        one.name + (f"（{one.part}）" if one.part else "") for one in leaders_first(whole.members)
    )
    blocks: list[Block] = [
        Title("谈话提纲"),
        grid(
            pair("回访对象", person.name, "所在单位", person.unit or person.workplace),
            pair("回访方式", gaps.of(whole.plan, "method"), "时间", when(whole, gaps)),
            pair(place_label, place),
            pair("工作组", gaps.fill(group, "工作组成员", "")),
        ),
    ]
    if person.focus.strip():
        blocks += [numbered.main("本次回访重点"), Paragraph(person.focus)]
    own = [point for point in whole.points if point.subject_id in (None, person.subject_id)]
    if not own:
        gaps.note("谈话要点：未填写")
    for audience in AUDIENCES:
        if points := [point for point in own if point.audience == audience]:
            blocks.append(numbered.main(hearing(whole.plan.method, audience)))
            blocks += points_by_item(points, {}, numbered)
    if whole.plan.policies.strip():
        blocks += [numbered.main("政策法规依据"), Paragraph(whole.plan.policies)]
    return Letter(
        "谈话提纲",
        without_lone_numbers(blocks),
        name=person.name,
        mark=particulars.mark,
        gaps=tuple(gaps.found),
    )
