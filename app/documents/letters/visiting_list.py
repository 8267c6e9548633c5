"""回访对象名单 of a period, to be signed (办法 art. 8(1))."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.documents.letters.parts import (
    Gaps,
    Sections,
    approval,
    exemptions,
    label,
    section,
    short_date,
    without_lone_numbers,
)
from app.domain.fields import display
from app.domain.papers import Particulars
from app.domain.plan import OWN_ACCOUNT
from app.domain.visiting_list import (
    INCLUDED,
    LEFT_OUT,
    PUT_OFF,
    SIGNED,
    UNIT,
    ListEntry,
    WholeList,
    no_last_day,
)
from app.paper.letter import CENTRE, SMALL_PT, Block, Cell, Letter, Line, Paragraph, Table, Title

Column = tuple[str, float, Callable[[ListEntry], str], bool]
"""Title, share of the width, text of an entry, whether it is centred."""


def letters(whole: WholeList, particulars: Particulars) -> list[Letter]:
    """Return the list as one letter."""
    return [letter(whole, particulars)]


def letter(whole: WholeList, particulars: Particulars) -> Letter:
    """Return the list: who is included, who is put off or left out and why, and the approval."""
    head, gaps, numbered = whole.head, Gaps(), Sections()
    title = gaps.of(head, "title") or "回访对象名单"
    office = gaps.fill(particulars.office, "单位名称")
    drafted = gaps.fill(head.drafted_on, "拟定日期", "　　年　　月　　日")
    blocks: list[Block] = [
        Title(title),
        Line(f"制表单位：{office}", right=f"制表日期：{drafted}", size=12.0),
    ]
    included = whole.of(INCLUDED)
    if not included:
        gaps.note("名单中没有列入的回访对象")
    for entry in included:
        for name in ("planned_for", "method", "owner"):
            if not getattr(entry, name):
                gaps.note(f"{entry.name}：{_LABELS[name]}未填写，打印后为空白")
    blocks.append(_table(included, _included(whole)))
    later, without = whole.of(PUT_OFF), whole.of(LEFT_OUT)
    blocks.append(
        Paragraph(f"本期列入{len(included)}人，暂缓{len(later)}人，不列入{len(without)}人。")
    )
    if later:
        blocks += [numbered.main("暂缓回访人员"), _table(later, _PUT_OFF)]
    if without:
        blocks += [numbered.main("不列入人员"), _table(without, _LEFT_OUT)]
    blocks += section(numbered, "例外事项", exemptions(whole.exemptions))
    blocks += section(numbered, "备注", head.remarks)
    blocks += [numbered.main("审批意见"), _approval(whole)]
    return Letter(
        "回访对象名单",
        without_lone_numbers(blocks),
        name=title,
        landscape=True,
        mark=particulars.mark,
        gaps=tuple(gaps.found),
    )


_LABELS = {"planned_for": "拟回访时间", "method": "拟采取方式", "owner": "承办人"}


def _table(entries: Sequence[ListEntry], columns: Sequence[Column]) -> Table:
    head = (label("序号"), *(label(title) for title, *_ in columns))
    rows = [
        (
            Cell(str(number), align=CENTRE),
            *(
                Cell(text(entry), align=CENTRE if centred else "left")
                for _, _, text, centred in columns
            ),
        )
        for number, entry in enumerate(entries, 1)
    ]
    widths = (2.7, *(width for _, width, _, _ in columns))
    return Table(widths, (head, *rows), head=1, size=SMALL_PT)


_WHO: tuple[Column, ...] = (
    ("姓名", 4.9, lambda entry: entry.name.replace("·", "·\n"), True),
    ("单位及职务", 9.0, lambda entry: entry.workplace or entry.unit, False),
    ("处分种类及时间", 13.6, lambda entry: entry.sanctions, False),
    ("期满日期", 5.9, lambda entry: short_date(entry.last_day) or no_last_day(entry), True),
)

_PUT_OFF: tuple[Column, ...] = (
    *_WHO,
    ("暂缓理由", 15.0, lambda entry: entry.reason, False),
    ("暂缓至", 5.9, lambda entry: short_date(entry.until), True),
    ("批准人", 4.6, lambda entry: entry.approver, True),
)

_LEFT_OUT: tuple[Column, ...] = (
    *_WHO,
    ("对象认定", 7.0, lambda entry: entry.verdict, True),
    ("不列入的理由", 17.0, lambda entry: entry.reason, False),
)


def _included(whole: WholeList) -> tuple[Column, ...]:
    return (
        *_WHO,
        ("是否\n首次", 2.7, lambda entry: "否" if entry.earlier_visits else "是", True),
        ("拟回访时间", 6.4, lambda entry: entry.planned_for, True),
        ("方式", 2.7, lambda entry: entry.method, True),
        ("承办人", 3.7, lambda entry: entry.owner, True),
        ("与单位\n沟通情况", 5.9, lambda entry: _talked(whole, entry), False),
        (
            "备注",
            3.9,
            lambda entry: "；".join(p for p in (entry.reason, entry.remarks) if p),
            False,
        ),
    )


def _talked(whole: WholeList, entry: ListEntry) -> str:
    """Say when the person's unit was asked; what it said stands in its own record."""
    unit = entry.unit.strip() or entry.workplace.strip()
    return "\n".join(
        f"{short_date(one.on)}\n已{one.how}沟通"
        for one in whole.consultations
        if one.party == UNIT and one.unit.strip() == unit
    )


def _approval(whole: WholeList) -> Table:
    head = whole.head
    known = ""
    if head.state == SIGNED and head.means == OWN_ACCOUNT:
        known = f"（{head.signer}于{display(head.signed_on)}用本人账户签批）"
    drafted = f"拟定：{head.drafted_by}" if head.drafted_by else ""
    return approval(
        ("名单名称", head.title),
        ("承办人意见", drafted),
        ("案件管理室\n主任意见", ""),
        ("学校纪委主要\n负责人意见", known),
        least_mm=24.0,
    )
