"""使用情况复函: facts for somebody who asked for a result; what they do with it is theirs (办法 art. 9)."""

from __future__ import annotations

from app.documents.letters.parts import Gaps
from app.domain.papers import Particulars, UsePaper
from app.paper.letter import (
    CENTRE,
    Block,
    Letter,
    Letterhead,
    Line,
    Note,
    Paragraph,
    Recipient,
    SignOff,
    Title,
)

TITLE = "关于提供回访情况的复函"
DRAFT = "（草稿，经学校纪委主要负责人审核后发出）"


def letters(paper: UsePaper, particulars: Particulars) -> list[Letter]:
    """Return the reply; as long as no day of reply is entered it says that it is a draft."""
    use = paper.use
    gaps = Gaps(paper.person.name)
    office = gaps.fill(particulars.office, "单位名称", "")
    number = gaps.fill(particulars.number(0), "文号", "〔　　　　〕　　号")
    on = gaps.fill(use.asked_on, "询问日期", "　　年　　月　　日")
    asked = f"因{gaps.of(use, 'purpose')}（{gaps.of(use, 'kind')}）"
    who = f"询问{paper.person.name}同志的回访情况"
    if number_of := use.document_no.strip():
        request = f"{on}来函（{number_of}）收悉，{asked}，{who}"
    else:
        request = f"{on}，你单位{asked}{who}"
    blocks: list[Block] = [Title(TITLE)]
    if use.replied_on is None:
        blocks.append(Line(DRAFT, CENTRE, size=14.0))
    blocks += [
        Recipient(gaps.of(use, "asked_by")),
        Paragraph(
            f"{request}。根据{particulars.measures}第九条规定，现将有关情况函复如下，供参考。"
        ),
        Paragraph(gaps.of(use, "reply")),
        Paragraph("以上材料仅供本次工作使用，请控制知悉范围，妥善保管。"),
        SignOff((office,) if office else (), use.replied_on),
        Note(
            f"联系人：{gaps.fill(particulars.contact or use.replied_by, '联系人')}，"
            f"电话：{gaps.fill(particulars.phone, '联系电话')}"
        ),
    ]
    return [
        Letter(
            TITLE,
            tuple(blocks),
            name=paper.person.name,
            head=Letterhead(office, number, printed=particulars.preprinted),
            mark=particulars.mark,
            gaps=tuple(gaps.found),
        )
    ]
