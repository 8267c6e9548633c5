"""告知书 to the person: why, when and where, and what they are entitled to."""

from __future__ import annotations

from app.documents.letters.parts import SIGN_DATE, Gaps, Sections, when, where
from app.domain.fields import display
from app.domain.papers import Particulars
from app.domain.plan import (
    APPROVED,
    BY_LETTER,
    BY_PHONE,
    CARRIED_OUT,
    CLOSED,
    ON_SITE,
    PlanPerson,
    WholePlan,
)
from app.paper.letter import (
    RIGHT,
    Blank,
    Block,
    Letter,
    Line,
    Note,
    Paragraph,
    Recipient,
    Signatures,
    SignOff,
    Title,
)

TITLE = "回访关爱工作告知书"


def letters(whole: WholePlan, particulars: Particulars) -> list[Letter]:
    """Return one letter per person of the plan."""
    return [
        letter(whole, person, particulars, position)
        for position, person in enumerate(whole.visited)
    ]


def letter(
    whole: WholePlan, person: PlanPerson, particulars: Particulars, position: int = 0
) -> Letter:
    """Return the letter to one person; it names neither the sanction nor anybody else."""
    gaps, numbered = Gaps(person.name), Sections()
    if whole.plan.state not in (APPROVED, CARRIED_OUT, CLOSED):
        gaps.note("方案还没有批准，告知书应在批准后送达（办法第八条第二项）")
    office = gaps.fill(particulars.office, "单位名称", "")
    contact = gaps.fill(particulars.contact, "联系人")
    phone = gaps.fill(particulars.phone, "联系电话")
    blocks: list[Block] = [Title(TITLE)]
    if number := particulars.number(position):
        blocks.append(Line(number, RIGHT))
    blocks += [
        Recipient(f"{gaps.fill(person.name, '姓名')}同志"),
        Paragraph(
            f"根据{particulars.measures}有关规定，学校纪委将对你开展回访关爱工作，了解你近期的思想、工作和生活情况，"
            "听取你的意见建议，帮助解决实际困难。现将有关事项告知如下。"
        ),
        numbered.main("时间和方式"),
        Paragraph(_arrangement(whole, gaps)),
        numbered.main("你的权利"),
        Paragraph("\n".join(f"{n}. {one}" for n, one in enumerate(_rights(whole), 1))),
        numbered.main("其他事项"),
        Paragraph(_OTHER.get(whole.plan.method, _OTHER[ON_SITE])),
        SignOff((office,) if office else (), particulars.dated),
        Note(f"联系人：{contact}，电话：{phone}"),
        Blank(1),
        Signatures((f"本人签收：　　　　　　{SIGN_DATE}",)),
    ]
    if particulars.dated is None:
        gaps.note("成文日期：未填写，打印后为空白")
    return Letter(
        TITLE,
        tuple(blocks),
        name=person.name,
        mark=particulars.mark,
        gaps=tuple(gaps.found),
    )


_OTHER = {
    ON_SITE: "工作组成员对你的个人情况和谈话内容严格保密。因故不能按时参加的，请提前与我们联系。",
    BY_PHONE: "工作组成员对你的个人情况和谈话内容严格保密。届时不便通话的，请提前与我们联系。",
    BY_LETTER: "工作组成员对你的个人情况和来信内容严格保密。因故不能按期回复的，请提前与我们联系。",
}


def _rights(whole: WholePlan) -> list[str]:
    rights = [
        "如实说明自己的情况和想法，对组织和所在单位提出意见建议。",
        "提出工作、生活中的合理要求和困难，组织将依规帮助解决并告知办理结果。",
        "对处分决定不服的，有权依照有关规定提出申诉或者申请复审、复核，回访不影响上述权利的行使。",
        "认为工作组成员与你有利害关系、可能影响工作公正的，有权提出回避申请。",
    ]
    if whole.plan.method != BY_LETTER:  # of a letter's answer the person has written every word
        record = "通话" if whole.plan.method == BY_PHONE else "谈话"
        rights.insert(3, f"核对{record}记录，认为有遗漏或者差错的，有权要求补充或者更正。")
    return rights


def _arrangement(whole: WholePlan, gaps: Gaps) -> str:
    day = when(whole, gaps)
    if whole.plan.method == BY_PHONE:
        place = where(whole, gaps)[1]
        return (
            f"定于{day}以电话方式与你交谈，拨打号码为{place}。请保持电话畅通，选择方便交谈的场所。"
        )
    if whole.plan.method == BY_LETTER:
        reply = display(whole.plan.reply_by) or gaps.fill(
            "", "请于何日前回复", "　　年　　月　　日"
        )
        return f"本次以信函方式回访，随函写明需要了解的事项，请于{reply}前书面回复。回信由本人签名并注明日期。"
    return f"定于{day}在{where(whole, gaps)[1]}与你谈心谈话，请按时到场。"
