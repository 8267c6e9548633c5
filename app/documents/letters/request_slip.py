"""困难诉求办理单: what was asked, who sees to it, and how the person was told (办法 art. 8(3))."""

from __future__ import annotations

from app.documents.letters.parts import SIGN_DATE, Gaps, grid, long_row, pair
from app.domain.fields import display
from app.domain.papers import Particulars, RequestPaper
from app.domain.request import OPEN, TOLD
from app.paper.letter import RIGHT, Block, Letter, Line, Title

TITLE = "困难诉求办理单"
SIGNED = (f"签名：　　　　　　　　　　　{SIGN_DATE}",)


def letters(paper: RequestPaper, particulars: Particulars) -> list[Letter]:
    """Return the slip of one request."""
    return [letter(paper, particulars)]


def letter(paper: RequestPaper, particulars: Particulars, position: int = 0) -> Letter:
    """Return the slip; what has not happened yet stays open for the pen."""
    request, person = paper.request, paper.person
    gaps = Gaps(person.name)
    number = gaps.fill(particulars.number(position), "编号", "〔　　　　〕　　号")
    if request.state != OPEN:
        gaps.of(request, "answer")
        gaps.of(request, "answered_on")
    if request.state == TOLD:
        gaps.of(request, "told_on")
        gaps.of(request, "told_how")
    blocks: tuple[Block, ...] = (
        Title(TITLE),
        Line(f"编号：{number}", RIGHT, size=12.0),
        grid(
            pair("姓名", gaps.fill(person.name, "姓名"), "联系电话", person.phone),
            pair("单位及职务", person.workplace),
            pair("提出日期", gaps.of(request, "raised_on"), "类别", gaps.of(request, "kind")),
            *([pair("提出情形", paper.visited)] if paper.visited else []),
            long_row("诉求内容", gaps.of(request, "content"), least_mm=26),
            pair(
                "承办部门\n或承办人",
                gaps.of(request, "owner"),
                "办理时限",
                gaps.of(request, "due_on"),
            ),
            long_row("领导批示", "", least_mm=24, foot=SIGNED),
            long_row(
                "办理结果", request.answer, least_mm=34, foot=("承办人签名：" + SIGNED[0][3:],)
            ),
            pair("办结日期", display(request.answered_on), "告知日期", display(request.told_on)),
            pair("告知方式", request.told_how, "告知人", request.told_by),
            long_row("本人意见", "", least_mm=20, foot=SIGNED),
            *([long_row("备注", request.remarks)] if request.remarks.strip() else []),
        ),
    )
    return Letter(TITLE, blocks, name=person.name, mark=particulars.mark, gaps=tuple(gaps.found))
