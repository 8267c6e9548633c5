"""教育提醒记录: what a person was reminded of, by whom, and how they took it (办法 art. 9(3))."""

from __future__ import annotations

from app.documents.letters.parts import SIGN_DATE, Gaps, grid, long_row, pair
from app.domain.outcome import TALK, OutcomeAct
from app.domain.papers import Particulars, ResultPaper
from app.paper.letter import Letter, Title

TITLE = "教育提醒记录"


def letters(paper: ResultPaper, particulars: Particulars) -> list[Letter]:
    """Return one record per reminder that the result demands; one not yet held keeps room for a pen."""
    acts = [one for one in paper.result.acts if one.kind == TALK and not one.waived.strip()]
    return [letter(paper, act, particulars) for act in acts]


def letter(paper: ResultPaper, act: OutcomeAct, particulars: Particulars) -> Letter:
    """Return one record."""
    person = paper.person
    gaps = Gaps(person.name)
    reason = next(
        (one.problem for one in reversed(paper.result.reminders) if one.problem.strip()),
        paper.result.outcome.grounds,
    )
    rows = grid(
        pair("姓名", gaps.fill(person.name, "姓名"), "性别", person.sex),
        pair("单位及职务", person.workplace),
        pair(
            "提醒时间",
            gaps.fill(act.done_on, "办结日期", "　　年　　月　　日"),
            "提醒地点",
            gaps.of(act, "place"),
        ),
        pair("提醒人", gaps.of(act, "done_by")),
        long_row("提醒事由", reason, least_mm=30),
        long_row("提醒内容", gaps.of(act, "note"), least_mm=50),
        long_row(
            "本人态度",
            gaps.of(act, "attitude"),
            least_mm=34,
            foot=(f"本人签名：　　　　　　　　　{SIGN_DATE}",),
        ),
        long_row(
            "所在单位\n党组织意见",
            "",
            least_mm=34,
            foot=("（盖章）　　　　　　", SIGN_DATE),
        ),
    )
    return Letter(
        TITLE,
        (Title(TITLE), rows),
        name=person.name,
        mark=particulars.mark,
        gaps=tuple(gaps.found),
    )
