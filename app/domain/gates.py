"""The gates of the chain from list to visit, and what was let through one (例外).

The measures say 原则上 and 一般应: most gates open for a reason that is recorded and stays
visible; a few never open. Which is which stands here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from app.domain.fields import choice, day, reference, text


class Key(Enum):
    """What a closed gate asks for before it opens."""

    NONE = "不能例外"
    REASON = "写明理由"
    REASON_AND_APPROVER = "写明理由和批准人"


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate. ``title`` is its name in the record; ``article`` where it comes from."""

    title: str
    key: Key
    article: str


FEW_MEMBERS = Gate("工作组不足两人", Key.NONE, "办法第八条第二项")
INCOMPLETE = Gate("内容不完整", Key.NONE, "办法第八条第二项")
RECUSAL_UNANSWERED = Gate("回避未回答", Key.NONE, "监察法第六十七条")
RECUSED = Gate("成员需回避", Key.REASON_AND_APPROVER, "监察法第六十七条")
EXCLUDED = Gate("原则上不再回访", Key.REASON_AND_APPROVER, "办法第五条第二款")
NEVER = Gate("不再回访", Key.NONE, "办法第五条")
NOT_IN_FORCE = Gate("处分尚未生效", Key.REASON, "办法第四条")
AFTER_PERIOD = Gate("期满后补访", Key.REASON, "办法第四条")
NOT_A_SUBJECT = Gate("不在应回访范围", Key.REASON, "办法第五条第一款")
WHILE_PUT_OFF = Gate("暂缓期内回访", Key.REASON_AND_APPROVER, "办法第八条第一项")
NOT_CONSULTED = Gate("未征求意见", Key.REASON, "办法第八条第一项")
OTHER_SIGNER = Gate("非主要负责人签批", Key.REASON, "办法第八条第二项")
NO_SCAN = Gate("未附签批扫描件", Key.REASON, "办法第八条第二项")
UNSIGNED = Gate("审批手续不全", Key.NONE, "办法第八条第二项")
NOT_APPROVED = Gate("方案未经批准", Key.NONE, "办法第八条第二项")
NO_PLAN = Gate("无方案回访", Key.REASON_AND_APPROVER, "办法第八条第二项")
BEFORE_APPROVAL = Gate("批准前已回访", Key.REASON, "办法第八条第二项")
FEW_PARTICIPANTS = Gate("回访人员不足两人", Key.REASON, "办法第八条第二项")
NOT_CHECKED = Gate("谈话记录未经核对", Key.REASON, "办法第八条第三项")
NO_REPLY = Gate("信函未收到回复", Key.REASON, "办法第八条第三项")
NO_FORM = Gate("未填写登记表", Key.REASON, "办法第八条第四项")
FORM_OPEN = Gate("登记表未定稿", Key.REASON, "办法第八条第四项")
FORM_UNSIGNED = Gate("登记表未签名", Key.REASON, "办法第八条第四项")
NOT_DECIDED = Gate("结果未确定", Key.REASON, "办法第九条")
NOT_FED_BACK = Gate("未反馈", Key.REASON, "办法第九条")
ACTS_OPEN = Gate("事项未办结", Key.REASON, "办法第九条")
NO_UNIT_REPLY = Gate("单位未回复", Key.REASON, "办法第九条")
REQUESTS_OPEN = Gate("诉求未办结", Key.REASON, "办法第八条第三项")
PAPERS_MISSING = Gate("卷内材料不全", Key.REASON, "办法第十条")
MATERIALS_MISSING = Gate("期满办理材料不全", Key.REASON, "条例第十二条")
STEPS_OPEN = Gate("期满办理步骤未完成", Key.REASON, "条例第十二条")
BEFORE_END = Gate("期限未届满", Key.REASON_AND_APPROVER, "条例第十二条")
OFFENCE_OPEN = Gate("期内又违纪违法未处理", Key.REASON_AND_APPROVER, "条例第十二条")

GATES: dict[str, Gate] = {
    gate.title: gate
    for gate in (
        FEW_MEMBERS,
        INCOMPLETE,
        RECUSAL_UNANSWERED,
        RECUSED,
        EXCLUDED,
        NEVER,
        NOT_IN_FORCE,
        AFTER_PERIOD,
        NOT_A_SUBJECT,
        WHILE_PUT_OFF,
        NOT_CONSULTED,
        OTHER_SIGNER,
        NO_SCAN,
        UNSIGNED,
        NOT_APPROVED,
        NO_PLAN,
        BEFORE_APPROVAL,
        FEW_PARTICIPANTS,
        NOT_CHECKED,
        NO_REPLY,
        NO_FORM,
        FORM_OPEN,
        FORM_UNSIGNED,
        NOT_DECIDED,
        NOT_FED_BACK,
        ACTS_OPEN,
        NO_UNIT_REPLY,
        REQUESTS_OPEN,
        PAPERS_MISSING,
        MATERIALS_MISSING,
        STEPS_OPEN,
        BEFORE_END,
        OFFENCE_OPEN,
    )
}


@dataclass(eq=False, kw_only=True)
class Exemption:
    """A gate that was passed although it was closed: why, by whose leave, when (例外).

    Never altered or removed. ``subject_id`` and ``staff_id`` narrow it to the person or member
    whom it is about; it belongs to one list, plan, visit or 期满办理.
    """

    id: int | None = None
    revision: int = 0
    list_id: int | None = reference("名单", "VisitingList")
    plan_id: int | None = reference("方案", "Plan")
    visit_id: int | None = reference("回访", "Visit")
    ending_id: int | None = reference("期满办理", "Ending")
    subject_id: int | None = reference("回访对象", "Subject")
    staff_id: int | None = reference("工作人员", "Staff")

    gate: str = choice("事项", *GATES, required=True)
    reason: str = text("理由", max_length=300, required=True)
    approver: str = text("批准人", max_length=40)
    on: date | None = day("日期")


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an act is refused as things stand: a Chinese sentence, and where to mend it.

    ``field`` is the path of the field to go to, as in ``Problem``; ``article`` where it comes from,
    when that is not the gate's own.
    """

    gate: Gate
    message: str
    subject_id: int | None = None
    staff_id: int | None = None
    field: str = ""
    article: str = ""

    def passed_by(self, exemption: Exemption) -> bool:
        """Return whether ``exemption`` opens exactly this gate, with all that its key asks for."""
        return (
            self.gate.key is not Key.NONE
            and exemption.gate == self.gate.title
            and exemption.subject_id == self.subject_id
            and exemption.staff_id == self.staff_id
            and bool(exemption.reason.strip())
            and (self.gate.key is Key.REASON or bool(exemption.approver.strip()))
        )

    def exemption(self, reason: str, approver: str = "") -> Exemption:
        """Return the exemption that would open this gate."""
        return Exemption(
            gate=self.gate.title,
            subject_id=self.subject_id,
            staff_id=self.staff_id,
            reason=reason,
            approver=approver,
        )


def still_closed(obstacles: Iterable[Obstacle], exemptions: Sequence[Exemption]) -> list[Obstacle]:
    """Return the obstacles that none of the exemptions opens."""
    return [
        obstacle
        for obstacle in obstacles
        if not any(obstacle.passed_by(exemption) for exemption in exemptions)
    ]


def sentence(obstacles: Sequence[Obstacle]) -> str:
    """Return what to tell the user: every obstacle, and what would open it."""
    lines = []
    for obstacle in obstacles:
        ask = "" if obstacle.gate.key is Key.NONE else f"确需办理的，请{obstacle.gate.key.value}"
        lines.append("。".join(part for part in (obstacle.message.rstrip("。"), ask) if part))
    return "；".join(lines) + "。"
