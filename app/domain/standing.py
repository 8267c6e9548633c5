"""A subject's periods and verdict as last computed: what lists sort and filter by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.domain.fields import day, flag, reference, text


@dataclass(eq=False, kw_only=True)
class Standing:
    """One row per subject, rewritten in the transaction that changes a fact, and when a day brings a change.

    It is a cache for lists: the working is computed afresh whenever somebody asks why.
    """

    id: int | None = None
    revision: int = 0
    subject_id: int | None = reference("回访对象", "Subject")

    as_of: date | None = day("计算日")
    verdict: str = text("对象认定", max_length=20)
    reason: str = text("认定依据", max_length=500)
    doubtful: bool = flag("需核对")
    party_last_day: date | None = day("党纪期满日期")
    admin_last_day: date | None = day("政务期满日期")
    last_day: date | None = day("影响期最后一日")
    next_change_on: date | None = day("下次变化日")
    rules: str = text("规则版本", max_length=64)
