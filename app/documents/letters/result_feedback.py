"""反馈函: the result of a visit to the person and to the unit's party organisation (办法 art. 9)."""

from __future__ import annotations

from datetime import date

from app.documents.letters.parts import SIGN_DATE, Gaps
from app.domain.outcome import DECIDED, TO_PERSON, TO_UNIT, Feedback, fed_back_on
from app.domain.outcome_words import feedback_words
from app.domain.papers import Particulars, ResultPaper
from app.domain.request import OPEN
from app.paper.letter import (
    RIGHT,
    Blank,
    Block,
    Letter,
    Letterhead,
    Line,
    Note,
    Paragraph,
    Recipient,
    Signatures,
    SignOff,
    Title,
)

PERSON_TITLE = "关于反馈回访结果的函"
UNIT_TITLE = "关于反馈受处分人员回访结果的函"


def person_letters(paper: ResultPaper, particulars: Particulars) -> list[Letter]:
    """Return the letter to the person, once the result stands; it does not name the sanction."""
    if paper.result.outcome.state != DECIDED:
        return []
    gaps = Gaps(paper.result.name)
    office = gaps.fill(particulars.office, "单位名称", "")
    dated = _dated(paper, TO_PERSON, particulars, gaps)
    blocks: list[Block] = [Title(PERSON_TITLE)]
    if number := particulars.number(0):
        blocks.append(Line(number, RIGHT))
    blocks += [
        Recipient(f"{gaps.fill(paper.result.name, '姓名')}同志"),
        Paragraph(
            f"根据{particulars.measures}第九条规定，学校纪委于{_visited(paper, gaps)}对你开展了回访，"
            "现将回访结果反馈如下。"
        ),
        Paragraph(gaps.fill(_words(paper, TO_PERSON), "反馈内容", "")),
        *_answers(paper),
        Paragraph("对以上反馈有意见建议，或者在工作、生活中有困难需要组织帮助的，请与我们联系。"),
        SignOff((office,) if office else (), dated),
        _contact(particulars, gaps),
        Blank(1),
        Signatures((f"本人签收：　　　　　　{SIGN_DATE}",)),
    ]
    return [_letter(PERSON_TITLE, blocks, paper.result.name, particulars, gaps)]


def unit_letters(paper: ResultPaper, particulars: Particulars) -> list[Letter]:
    """Return the letter to the unit's party organisation, once the result stands."""
    if paper.result.outcome.state != DECIDED:
        return []
    gaps = Gaps(paper.result.unit)
    office = gaps.fill(particulars.office, "单位名称", "")
    number = gaps.fill(particulars.number(0), "文号", "〔　　　　〕　　号")
    unit = particulars.recipient(0) or f"{gaps.fill(paper.result.unit, '所在单位')}党组织"
    dated = _dated(paper, TO_UNIT, particulars, gaps)
    blocks: list[Block] = [
        Title(UNIT_TITLE),
        Recipient(unit),
        Paragraph(
            f"根据{particulars.measures}第九条规定，现将你单位{paper.result.name}同志的回访结果反馈如下。"
        ),
        Paragraph(
            f"{_visited(paper, gaps)}，学校纪委对{paper.result.name}同志开展了"
            f"{paper.result.visit.method}回访。经研究，回访结果属于该办法第九条"
            f"第{paper.result.outcome.item[:3]}项情形。"
        ),
        Paragraph(gaps.fill(_words(paper, TO_UNIT), "反馈内容", "")),
        Paragraph(
            "回访结果作为提醒教育、管理监督、考核奖惩、恢复党员权利、提拔使用等工作的参考依据。"
            "请控制知悉范围，妥善保管本函。"
        ),
        SignOff((office,) if office else (), dated),
        _contact(particulars, gaps),
    ]
    head = Letterhead(office, number, printed=particulars.preprinted)
    return [_letter(UNIT_TITLE, blocks, paper.result.name, particulars, gaps, head)]


def _letter(
    title: str,
    blocks: list[Block],
    name: str,
    particulars: Particulars,
    gaps: Gaps,
    head: Letterhead | None = None,
) -> Letter:
    return Letter(
        title, tuple(blocks), name=name, head=head, mark=particulars.mark, gaps=tuple(gaps.found)
    )


def _dated(paper: ResultPaper, audience: str, particulars: Particulars, gaps: Gaps) -> date | None:
    """Return the day of the letter: once it is on record as fed back, that day, as in the file."""
    dated = fed_back_on(paper.result.feedbacks, audience) or particulars.dated
    if dated is None:
        gaps.note("成文日期：未填写，打印后为空白")
    return dated


def _visited(paper: ResultPaper, gaps: Gaps) -> str:
    return gaps.fill(paper.result.visit.on, "回访日期", "　　年　　月　　日")


def _words(paper: ResultPaper, audience: str) -> str:
    """Return what was recorded as said (the latest), else what the result proposes."""
    said: list[Feedback] = [
        one for one in paper.result.feedbacks if one.audience == audience and one.content.strip()
    ]
    return said[-1].content.strip() if said else feedback_words(paper.result, audience)


def _answers(paper: ResultPaper) -> list[Block]:
    """Return what came of the person's requests, as far as there is an answer."""
    answered = [one for one in paper.requests if one.state != OPEN and one.answer.strip()]
    if not answered:
        return []
    lines = [
        f"{f'{number}. ' if len(answered) > 1 else ''}关于“{' '.join(one.content.split())}”："
        f"{one.answer.strip()}"
        for number, one in enumerate(answered, 1)
    ]
    return [
        Paragraph("你在回访中提出的诉求和困难，办理结果如下：", keep=True),
        Paragraph("\n".join(lines)),
    ]


def _contact(particulars: Particulars, gaps: Gaps) -> Note:
    contact = gaps.fill(particulars.contact, "联系人")
    phone = gaps.fill(particulars.phone, "联系电话")
    return Note(f"联系人：{contact}，电话：{phone}")
