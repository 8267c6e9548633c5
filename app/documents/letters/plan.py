"""回访工作方案 with its approval sheet (办法 art. 8(2))."""

from __future__ import annotations

from app.documents.letters.parts import (
    Gaps,
    Sections,
    approval,
    exemptions,
    grid,
    hearing,
    label,
    leaders_first,
    long_row,
    pair,
    points_by_item,
    section,
    together,
    when,
    where,
    without_lone_numbers,
)
from app.domain.fields import display
from app.domain.papers import Particulars
from app.domain.plan import (
    APPROVE,
    AUDIENCES,
    BY_LETTER,
    ON_SITE,
    OWN_ACCOUNT,
    PlanPerson,
    WholePlan,
)
from app.paper.letter import (
    CENTRE,
    Blank,
    Block,
    Cell,
    Heading,
    Letter,
    Line,
    Paragraph,
    SignOff,
    Table,
    Title,
)

MEMBER_WIDTHS = (2.6, 4.0, 7.2, 3.6, 6.4, 4.2)


def letters(whole: WholePlan, particulars: Particulars) -> list[Letter]:
    """Return the plan as one letter."""
    return [letter(whole, particulars)]


def letter(whole: WholePlan, particulars: Particulars) -> Letter:
    """Return the plan with everything it says, and the sheet its approval is written on."""
    plan, gaps, numbered = whole.plan, Gaps(), Sections()
    title = gaps.of(plan, "title") or "回访工作方案"
    blocks: list[Block] = [Title(title, tuple(one.name for one in whole.people))]
    if (plan.version or 1) > 1:
        blocks.append(Line(f"（第{plan.version}版）", CENTRE))
    blocks += [numbered.main("依据和目的"), Paragraph(gaps.of(plan, "basis"))]
    blocks.append(Paragraph(gaps.of(plan, "purpose")))
    blocks.append(numbered.main("回访对象基本情况"))
    people = whole.visited
    if not people:
        gaps.note("方案中没有回访对象")
    for person in people:
        if len(people) > 1:
            blocks.append(numbered.sub(person.name))
        blocks.append(_person(person))
    blocks += _group(whole, numbered, gaps)
    blocks += _how(whole, numbered, gaps)
    blocks += section(numbered, "谈话对象范围", gaps.of(plan, "hearers"))
    blocks += section(numbered, "查阅材料", plan.materials)
    blocks += section(numbered, "实施步骤", plan.steps)
    blocks += _points(whole, numbered, gaps)
    blocks += section(numbered, "政策法规依据", gaps.of(plan, "policies"))
    blocks += section(numbered, "可能遇到的问题及对策", plan.difficulties)
    blocks += section(numbered, "拟解决的困难", plan.to_resolve)
    safety = "\n".join(part for part in (gaps.of(plan, "safety"), _emergency(whole, gaps)) if part)
    blocks += section(numbered, "安全预案", safety)
    blocks += section(numbered, "保密要求", gaps.of(plan, "secrecy"))
    blocks += section(numbered, "变更说明", plan.what_changed)
    blocks += section(numbered, "例外事项", exemptions(whole.exemptions))
    blocks += section(numbered, "备注", plan.remarks)
    office = gaps.fill(particulars.office, "单位名称", "")
    blocks.append(SignOff((office,) if office else (), plan.drafted_on, sealed=False))
    blocks += [Blank(1), *_approval(whole, gaps)]
    return Letter(
        "回访工作方案",
        without_lone_numbers(blocks),
        name=title,
        mark=particulars.mark,
        gaps=tuple(gaps.found),
    )


def _person(person: PlanPerson) -> Table:
    earlier = f"{person.earlier_visits}次" if person.earlier_visits else "首次回访"
    gaps = Gaps(person.name)
    return grid(
        pair("姓名", person.name, "性别", person.sex),
        pair("出生年月", person.born_on, "文化程度", person.education),
        pair("政治面貌", person.membership, "联系电话", person.phone),
        pair("工作单位\n及职务", person.workplace),
        pair("处分情况", person.sanctions),
        pair("影响期\n最后一日", display(person.last_day) or "待定", "此前回访", earlier),
        *([pair("对象认定", _verdict(person))] if person.verdict else []),
        long_row("案情摘要", gaps.of(person, "facts")),
        long_row("性格特点", gaps.of(person, "character")),
        long_row("思想状况\n分析", gaps.of(person, "state_of_mind")),
        *([long_row("本次回访\n重点", person.focus)] if person.focus.strip() else []),
    )


def _verdict(person: PlanPerson) -> str:
    return (
        f"{person.verdict}（{person.verdict_reason}）" if person.verdict_reason else person.verdict
    )


def _group(whole: WholePlan, numbered: Sections, gaps: Gaps) -> list[Block]:
    if len(whole.members) < 2:
        gaps.note(f"工作组：现有{len(whole.members)}人，应有两人以上（办法第八条第二项）")
    head = tuple(
        label(text) for text in ("序号", "姓名", "部门及职务", "组内职务", "分工", "回避情况")
    )
    rows = [
        (
            Cell(str(number), align=CENTRE),
            Cell(one.name, align=CENTRE),
            Cell(together(one.department, one.post)),
            Cell("组长" if one.leader else "成员", align=CENTRE),
            Cell(gaps.of(one, "part")),
            Cell(gaps.of(one, "recusal"), align=CENTRE),
        )
        for number, one in enumerate(leaders_first(whole.members), 1)
    ]
    return [
        numbered.main("工作组组成及分工"),
        Table(MEMBER_WIDTHS, (head, *rows), head=1),
    ]


def _how(whole: WholePlan, numbered: Sections, gaps: Gaps) -> list[Block]:
    plan = whole.plan
    place_label, place = where(whole, gaps)
    lines = [
        f"方式：{gaps.of(plan, 'method')}回访。",
        f"时间：{when(whole, gaps)}。",
        f"{place_label}：{place}。",
    ]
    if plan.method == ON_SITE and plan.route.strip():
        lines.append(f"行程路线：{plan.route.strip().rstrip('。')}。")
    if plan.method == BY_LETTER:
        if plan.mailing.strip():
            lines.append(f"邮寄方式及单号：{plan.mailing.strip()}。")
        lines.append(f"请于{gaps.fill(plan.reply_by, '请于何日前回复')}前回复。")
    if plan.method != ON_SITE and plan.not_in_person.strip():
        lines.append(f"不便实地回访的原因：{plan.not_in_person.strip().rstrip('。')}。")
    return [numbered.main("方式、时间和地点"), Paragraph("\n".join(lines))]


def _points(whole: WholePlan, numbered: Sections, gaps: Gaps) -> list[Block]:
    if not whole.points:
        gaps.note("谈话要点：未填写")
        return []
    blocks: list[Block] = [numbered.main("谈话要点")]
    people = {person.subject_id: person.name for person in whole.people}
    several = len(whole.visited) > 1
    gone = {person.subject_id for person in whole.people if person.dropped}
    for audience in AUDIENCES:
        points = [p for p in whole.points if p.audience == audience and p.subject_id not in gone]
        if points:
            blocks.append(numbered.sub(hearing(whole.plan.method, audience)))
            blocks += points_by_item(points, people if several else {})
    return blocks


def _emergency(whole: WholePlan, gaps: Gaps) -> str:
    words = gaps.of(whole.plan, "emergency")
    return f"应急联系人及电话：{words.rstrip('。')}。" if words else ""


def _approval(whole: WholePlan, gaps: Gaps) -> list[Block]:
    drafted = gaps.fill(whole.plan.drafted_by, "承办人", "")
    on = display(whole.plan.drafted_on)
    by = f"拟制：{drafted}　{on}" if drafted else ""
    approved = whole.last(APPROVE)
    known = ""
    if approved is not None and approved.means == OWN_ACCOUNT:
        known = f"{approved.opinion}\n（{approved.who}于{display(approved.on)}用本人账户签批）"
    return [
        Heading("审批意见", 1),
        approval(
            ("方案名称", whole.plan.title),
            ("承办人意见", by),
            ("案件管理室\n主任意见", ""),
            ("学校纪委\n主要负责人\n审核意见", known),
        ),
    ]
