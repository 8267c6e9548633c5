"""通知函 to the unit's party organisation: who is visited when, and what is asked of it (办法 art. 3)."""

from __future__ import annotations

from app.documents.letters.parts import Gaps, Sections, names, several, when, where
from app.domain.fields import display
from app.domain.papers import Particulars
from app.domain.plan import (
    APPROVED,
    BY_LETTER,
    BY_PHONE,
    CARRIED_OUT,
    CLOSED,
    PlanPerson,
    WholePlan,
)
from app.paper.letter import (
    Blank,
    Block,
    Letter,
    Letterhead,
    Note,
    Paragraph,
    Recipient,
    SignOff,
    Title,
)

TITLE = "关于协助开展受处分人员回访关爱工作的函"


def letters(whole: WholePlan, particulars: Particulars) -> list[Letter]:
    """Return one letter per unit of the plan's people, in their order.

    Whose unit is not known is written of alone: a post is no addressee, and whose it is a unit
    must not read of the others.
    """
    units: dict[str, list[PlanPerson]] = {}
    for person in whole.visited:
        units.setdefault(person.unit.strip() or f"\n{person.subject_id}", []).append(person)
    return [
        letter(whole, unit.partition("\n")[0], people, particulars, position)
        for position, (unit, people) in enumerate(units.items())
    ]


def letter(
    whole: WholePlan,
    unit: str,
    people: list[PlanPerson],
    particulars: Particulars,
    position: int = 0,
) -> Letter:
    """Return the letter to one unit about its own people."""
    gaps, numbered = Gaps(unit or people[0].name), Sections()
    agreed = whole.plan.state in (APPROVED, CARRIED_OUT, CLOSED)
    if not agreed:
        gaps.note("方案还没有批准，通知函应在批准后发出（办法第八条第二项）")
    office = gaps.fill(particulars.office, "单位名称", "")
    number = gaps.fill(particulars.number(position), "文号", "〔　　　　〕　　号")
    whom = several([person.name for person in people])
    leave = "经学校纪委主要负责人审核同意，" if agreed else ""
    blocks: list[Block] = [
        Title(TITLE),
        Recipient(particulars.recipient(position) or f"{gaps.fill(unit, '所在单位')}党组织"),
        Paragraph(
            f"根据{particulars.measures}第三条、第八条规定，{leave}拟对你单位{whom}同志开展回访关爱工作。"
            "现将有关事项函告如下。"
        ),
        numbered.main("回访安排"),
        Paragraph(_arrangement(whole, gaps)),
        numbered.main("请予配合的事项"),
        Paragraph(_asked(whole, particulars)),
        numbered.main("有关要求"),
        Paragraph(
            "请确定一名负责同志对接，注意方式方法，控制知悉范围，保护本人隐私；"
            "本人身体、情绪等方面有需要关注的情况，请提前告知。"
        ),
        Paragraph("请予支持。"),
        Blank(1),
        Paragraph("附件：受处分人员所在单位评价意见"),
        SignOff((office,) if office else (), particulars.dated),
    ]
    if particulars.dated is None:
        gaps.note("成文日期：未填写，打印后为空白")
    contact = gaps.fill(particulars.contact, "联系人")
    phone = gaps.fill(particulars.phone, "联系电话")
    blocks.append(Note(f"联系人：{contact}，电话：{phone}"))
    return Letter(
        TITLE,
        tuple(blocks),
        name=unit or people[0].name,
        head=Letterhead(office, number, printed=particulars.preprinted),
        mark=particulars.mark,
        gaps=tuple(gaps.found),
    )


def _arrangement(whole: WholePlan, gaps: Gaps) -> str:
    day = when(whole, gaps)
    group = names(member.name for member in whole.members)
    by = f"工作组成员：{group}。" if group else ""
    if whole.plan.method == BY_PHONE:
        return f"拟于{day}以电话方式回访，届时与本人和你单位党组织负责人通话。{by}"
    if whole.plan.method == BY_LETTER:
        reply = gaps.fill(whole.plan.reply_by, "请于何日前回复", "　　年　　月　　日")
        return f"拟于{day}起以信函方式回访，请本人和你单位党组织于{reply}前书面回复。{by}"
    return f"拟于{day}在{where(whole, gaps)[1]}开展实地回访。{by}"


def _asked(whole: WholePlan, particulars: Particulars) -> str:
    by = f"请于{display(particulars.reply_by)}前" if particulars.reply_by else "及时"
    lines = []
    if whole.plan.method == BY_LETTER:
        lines.append("转告本人按期回信，为其说明情况提供便利。")
    elif whole.plan.method == BY_PHONE:
        lines.append("转告本人届时保持电话畅通，并安排党组织负责人接听电话。")
    else:
        lines.append(
            "安排谈话：请通知本人按时到场，安排党组织负责人和党员干部、教职工2至3名与工作组个别交流。"
        )
    lines.append(
        "提供材料：处分决定执行情况、日常教育管理和帮扶情况、受处分以来的年度考核等有关材料。"
    )
    lines.append(f"{by}填写《受处分人员所在单位评价意见》并加盖公章，反馈学校纪委。")
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
