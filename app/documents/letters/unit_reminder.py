"""督促提醒函 to the unit's party organisation, with the day until which an answer is asked (办法 art. 9)."""

from __future__ import annotations

from app.documents.letters.parts import Gaps, Sections
from app.domain.outcome import URGE_TALK, UnitReminder
from app.domain.papers import Particulars, ResultPaper
from app.paper.letter import (
    Block,
    Letter,
    Letterhead,
    Note,
    Paragraph,
    Recipient,
    SignOff,
    Title,
)

URGE_TITLE = "关于督促加强受处分人员教育管理监督的函"
TALK_TITLE = "关于对受处分人员进行教育提醒的函"


def letters(paper: ResultPaper, particulars: Particulars) -> list[Letter]:
    """Return the letters of a result in the order in which they were drawn up."""
    ordered = sorted(paper.result.reminders, key=lambda one: one.id or 0)
    return [letter(paper, one, particulars, place) for place, one in enumerate(ordered)]


def letter(
    paper: ResultPaper, reminder: UnitReminder, particulars: Particulars, position: int = 0
) -> Letter:
    """Return one letter."""
    gaps, numbered = Gaps(reminder.recipient), Sections()
    office = gaps.fill(particulars.office, "单位名称", "")
    number = gaps.fill(particulars.number(position), "文号", "〔　　　　〕　　号")
    talk = reminder.kind == URGE_TALK
    title = TALK_TITLE if talk else URGE_TITLE
    name, visit = paper.result.name, paper.result.visit
    on = gaps.fill(visit.on, "回访日期", "　　年　　月　　日")
    reply_by = gaps.fill(reminder.reply_by, "请于何日前回复", "　　年　　月　　日")
    asked = "教育提醒和整改情况" if talk else "落实情况"
    dated = reminder.sent_on or particulars.dated
    blocks: list[Block] = [
        Title(title),
        Recipient(gaps.of(reminder, "recipient")),
        Paragraph(
            f"{on}，学校纪委对你单位{name}同志开展了{visit.method}回访。根据{particulars.measures}"
            f"第九条规定，现就有关事项{'提醒' if talk else '督促'}如下。"
        ),
        numbered.main("存在的问题"),
        Paragraph(gaps.of(reminder, "problem")),
        numbered.main("有关要求"),
        Paragraph(gaps.of(reminder, "demand")),
        numbered.main("回复要求"),
        Paragraph(f"请于{reply_by}前，将{asked}书面回复学校纪委，并加盖公章。"),
        SignOff((office,) if office else (), dated),
        Note(
            f"联系人：{gaps.fill(particulars.contact, '联系人')}，"
            f"电话：{gaps.fill(particulars.phone, '联系电话')}"
        ),
    ]
    if dated is None:
        gaps.note("成文日期：未填写，打印后为空白")
    return Letter(
        title,
        tuple(blocks),
        name=name,
        head=Letterhead(office, number, printed=particulars.preprinted),
        mark=particulars.mark,
        gaps=tuple(gaps.found),
    )
