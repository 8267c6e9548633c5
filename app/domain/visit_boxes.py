"""What a visit knows for the boxes of the registration form (办法 art. 8(4))."""

from __future__ import annotations

from app.domain.fields import display
from app.domain.gates import Exemption
from app.domain.plan import WholePlan
from app.domain.visit import WholeVisit, deviations


def visit_boxes(whole: WholeVisit, plan: WholePlan | None = None) -> dict[str, tuple[str, str]]:
    """Return value and source of each box a visit can fill; empty ones are left out."""
    visit = whole.visit
    on = display(visit.on)
    if visit.until and visit.until != visit.on:
        on = f"{on}至{display(visit.until)}"
    boxes = {
        "visited_on": (f"{on}（{visit.method}）" if on else "", "回访记录：日期、方式"),
        "attitude": (_attitude(whole), "回访记录：了解的情况、所在单位评价意见"),
        "remarks": (_remarks(whole, plan), "回访记录：例外、与方案不一致之处、诉求"),
    }
    return {name: box for name, box in boxes.items() if box[0]}


def _attitude(whole: WholeVisit) -> str:
    visit = whole.visit
    said = tuple(
        f"{label}：{words.strip().rstrip('。；')}"
        for label, words in (
            ("政治表现", visit.unit_politics),
            ("工作实绩", visit.unit_work),
            ("改正错误情况", visit.unit_mending),
            ("群众反映", visit.unit_opinions),
            ("党组织意见", visit.unit_party),
        )
        if words.strip()
    )  # each field is typed as a sentence of its own; in the box they are one
    parts = [visit.conduct, visit.execution, visit.education, visit.rights]
    if said:
        parts.append(f"所在单位评价意见：{'；'.join(said)}。")
    return "\n".join(part.strip() for part in parts if part.strip())


def _remarks(whole: WholeVisit, plan: WholePlan | None) -> str:
    own = (
        [one for one in plan.exemptions if one.subject_id in (None, whole.visit.subject_id)]
        if plan
        else []
    )
    lines = [_exemption(one) for one in (*own, *whole.exemptions)]
    if plan is not None:
        lines += [str(one) for one in deviations(whole, plan)]
    if whole.visit.deviation.strip():
        lines.append(whole.visit.deviation.strip())
    lines += [
        f"本人提出：{' '.join(one.content.split())}（{one.state}）"
        for one in whole.requests
        if one.visit_id == whole.visit.id
    ]
    return "\n".join(dict.fromkeys(lines))


def _exemption(one: Exemption) -> str:
    by = f"，{one.approver}批准" if one.approver else ""
    return f"{one.gate}：{one.reason}{by}"
