"""Materials and steps of a restoration of rights or an end of period, to tick off on paper."""

from __future__ import annotations

from collections.abc import Sequence

from app.documents.letters.parts import SIGN_DATE, Gaps, grid, label, pair, short_date
from app.domain.ending import EndingItem, WholeEnding
from app.domain.fields import display
from app.domain.papers import EndingPaper, Particulars
from app.paper.letter import (
    CENTRE,
    LEFT,
    Block,
    Cell,
    Heading,
    Letter,
    Line,
    Signatures,
    Table,
    Title,
)


def material_letters(paper: EndingPaper, particulars: Particulars) -> list[Letter]:
    """Return the list of materials: which are needed, when each came in."""
    whole = paper.whole
    table = _table(("材料名称", "是否必备", "收到日期"), whole.materials, dated=False)
    foot = Signatures((f"经办人：　　　　　　　　　{SIGN_DATE}",))
    return [_letter(paper, particulars, "材料清单", [table, foot])] if whole.materials else []


def step_letters(paper: EndingPaper, particulars: Particulars) -> list[Letter]:
    """Return the steps with their days, and what was decided as far as it was."""
    whole = paper.whole
    if not whole.steps:
        return []
    table = _table(("办理步骤", "时限", "完成日期"), whole.steps, dated=True)
    blocks: list[Block] = [table, Heading("办理结果", 1), _result(whole)]
    return [_letter(paper, particulars, "办理步骤", blocks)]


def _letter(
    paper: EndingPaper, particulars: Particulars, sort: str, blocks: Sequence[Block]
) -> Letter:
    ending, person = paper.whole.ending, paper.person
    gaps = Gaps(person.name)
    title = f"{ending.kind}{sort}"
    head = grid(
        pair("姓名", gaps.fill(person.name, "姓名"), "出生年月", person.born_on),
        pair("单位及职务", person.workplace),
        pair("处分情况", ending.sanction, "最后一日", display(ending.last_day)),
    )
    office = gaps.fill(particulars.office, "单位名称", "")
    return Letter(
        title,
        (
            Title(title),
            Line(f"办理单位：{office}", right=f"开始办理：{display(ending.began_on)}", size=12.0),
            head,
            *blocks,
        ),
        name=person.name,
        mark=particulars.mark,
        gaps=tuple(gaps.found),
    )


def _table(titles: tuple[str, str, str], items: Sequence[EndingItem], *, dated: bool) -> Table:
    head = (label("序号"), *(label(title) for title in titles), label("说明"))
    rows = [
        (
            Cell(str(number), align=CENTRE),
            Cell(item.title, align=LEFT),
            Cell(
                short_date(item.due_on) if dated else "必备" if item.needed else "可选",
                align=CENTRE,
            ),
            Cell(short_date(item.done_on), align=CENTRE),
            Cell(item.note, align=LEFT),
        )
        for number, item in enumerate(items, 1)
    ]
    return Table((2.4, 11.6, 5.0, 5.0, 4.0), (head, *rows), head=1)


def _result(whole: WholeEnding) -> Table:
    ending = whole.ending
    return grid(
        pair("办理结果", ending.result, "日期", display(ending.on)),
        pair("批准机关", ending.organ, "文号", ending.document_no),
        pair("批准人", ending.approver, "告知本人", display(ending.notified_on)),
        together=True,
    )
