"""所在单位评价意见: a sheet for the unit to fill in, or what it filled in."""

from __future__ import annotations

from app.documents.letters.parts import Gaps, grid, long_row, pair
from app.domain.fields import display
from app.domain.papers import Particulars, VisitPaper
from app.domain.plan import PlanPerson, WholePlan
from app.domain.visit import Visit
from app.paper.letter import Letter, Line, Title

TITLE = "受处分人员所在单位评价意见"
FOOT = ("（盖章）　　　　　　", "年　　月　　日")


def blank_letters(whole: WholePlan, particulars: Particulars) -> list[Letter]:
    """Return one sheet per person of the plan, for the unit to fill in."""
    return [letter(person, None, particulars) for person in whole.visited]


def letters(paper: VisitPaper, particulars: Particulars) -> list[Letter]:
    """Return the sheet with what the unit said."""
    return [letter(paper.person, paper.whole.visit, particulars)]


def letter(person: PlanPerson, visit: Visit | None, particulars: Particulars) -> Letter:
    """Return the sheet about one person; without a visit it is to be filled in by hand."""
    gaps = Gaps(person.name)

    def said(name: str) -> str:
        return "" if visit is None else gaps.of(visit, name)

    on = visit.unit_signed_on if visit is not None else None
    foot = (FOOT[0], display(on)) if on else FOOT
    rows = grid(
        pair("姓名", gaps.fill(person.name, "姓名"), "性别", person.sex),
        pair("出生年月", person.born_on, "政治面貌", person.membership),
        pair("单位及职务", person.workplace),
        pair("处分情况", person.sanctions),
        long_row("政治表现", said("unit_politics"), least_mm=27),
        long_row("工作实绩", said("unit_work"), least_mm=27),
        long_row("改正错误\n情况", said("unit_mending"), least_mm=27),
        long_row("群众反映", said("unit_opinions"), least_mm=27),
        long_row("所在单位\n党组织意见", said("unit_party"), least_mm=38, foot=foot),
    )
    unit = person.unit or "　　　　　　　"
    return Letter(
        TITLE,
        (Title(TITLE), Line(f"填写单位：{unit}", size=12.0), rows),
        name=person.name,
        mark=particulars.mark,
        gaps=tuple(gaps.found),
    )
