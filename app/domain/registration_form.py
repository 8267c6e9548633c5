"""受处分人员回访关爱工作情况登记表: the twenty boxes of the annex, as a snapshot of text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.fields import choice, data, flag, long_text, number, reference, text

HEADER = "表头"
PERSON = "基本情况"
SANCTIONS = "处分情况"
VISIT = "回访情况"

DRAFT, FINAL, SIGNED, FILED = "草稿", "已定稿", "已签名", "已归档"
STATES = (DRAFT, FINAL, SIGNED, FILED)

ADVISED_LENGTH = {"facts": (60, 200), "attitude": (150, 400), "proposal": (80, 200)}
"""How many characters such texts usually have: advice, never a limit (handbook 3.3)."""


@dataclass(eq=False, kw_only=True)
class RegistrationForm:
    """One visit's registration form (办法 art. 8(4)): what stands in each box, as it will print.

    Every box is text: the form is a snapshot, and a box may hold several lines. ``filled``
    remembers what the program last put into each box, so that typing is never overwritten.
    ``state`` and ``version`` say how far it has come (see ``form_life``): only a 草稿 is written in.
    """

    id: int | None = None
    revision: int = 0
    subject_id: int | None = reference("回访对象", "Subject")

    reporting_unit: str = text(
        "填报单位",
        section=HEADER,
        max_length=60,
        required=True,
        help="在“设置”里填一次，以后的登记表自动填入",
    )
    reported_on: str = text("填报时间", section=HEADER, max_length=40, required=True)
    name: str = text("回访对象姓名", section=PERSON, max_length=40, required=True)
    sex: str = text("性别", section=PERSON, max_length=10)
    born_on: str = text("出生年月", section=PERSON, max_length=40)
    education: str = text("文化程度", section=PERSON, max_length=60)
    work_since: str = text("参加工作时间", section=PERSON, max_length=40)
    party_since: str = text("入党时间", section=PERSON, max_length=40)
    workplace: str = text("工作单位及职务", section=PERSON, max_length=200)
    address: str = text("家庭住址", section=PERSON, max_length=200)
    phone: str = text("联系电话", section=PERSON, max_length=60)
    facts: str = long_text("受处分原因（主要违纪违法事实）", section=SANCTIONS, required=True)
    party_decided_on: str = long_text("党纪处分时间", section=SANCTIONS, max_length=500)
    party_kind: str = long_text("党纪处分种类", section=SANCTIONS, max_length=500)
    admin_decided_on: str = long_text("政务处分时间", section=SANCTIONS, max_length=500)
    admin_kind: str = long_text("政务处分种类", section=SANCTIONS, max_length=500)
    visited_on: str = text(
        "回访时间",
        section=VISIT,
        max_length=120,
        required=True,
        help="如 2026年11月20日（实地），也可写起止日期",
    )
    attitude: str = long_text(
        "回访对象态度以及现实表现简述",
        section=VISIT,
        required=True,
        help="对错误的认识、工作和生活表现、所在单位和同事的评价，以150至400字为宜",
    )
    proposal: str = long_text(
        "回访意见建议", section=VISIT, required=True, help="总体判断和建议，以80至200字为宜"
    )
    remarks: str = long_text(
        "备注", section=VISIT, max_length=5_000, help="回访方式、材料附页、以往回访等"
    )

    # What follows is about the form, not on it.
    one_page: bool = flag("缩至一页")
    state: str = choice("状态", *STATES, default=DRAFT)
    version: int | None = number("版本", default=1)
    change_reason: str = text("变更理由", max_length=300)
    filled: dict[str, Any] = data("程序填入的内容", {})
    saved_at: datetime | None = None
