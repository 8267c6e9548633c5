"""What the office may choose; everything here has a safe default."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.domain.fields import Problem, choice, data, field_problems, flag, number, text
from app.domain.reckoning import add_months

COUNT_TO_EVE = "对应日前一日"
COUNT_TO_DAY = "对应日"

OFFICE = "单位"
PAPER = "登记表"
COUNTING = "期限计算"
REMINDING = "提醒"
BACKING_UP = "备份"

MOST_DAYS = 3650


def _days(label: str, default: int, **more: Any) -> Any:
    """Declare within how many days something should be done; over ten years is a slip."""
    return number(label, default, most=MOST_DAYS, section=REMINDING, **more)


@dataclass(eq=False, kw_only=True)
class Settings:
    """The office's choices: one row."""

    id: int | None = None
    revision: int = 0

    office_name: str = text("单位名称", section=OFFICE, max_length=60)
    reporting_unit: str = text("填报单位", section=OFFICE, max_length=60)
    letter_prefix: str = text(
        "发文代字",
        section=OFFICE,
        max_length=30,
        help="如 某院纪函：填写后函件按年自动编号；不填则文号留空手写",
    )
    date_style: str = choice("日期写法", "1985.03", "1985年3月", section=PAPER, default="1985.03")
    empty_mark: str = choice("空项填写", "无", "—", section=PAPER, default="无")
    annex_mark: bool = flag("标题上方印“附件”", section=PAPER)
    # A name of a shipped face, or the path of a font file of this PC; chosen with a preview.
    title_face: str = text("标题字体", max_length=400)
    text_face: str = text("正文字体", max_length=400)
    counting: str = choice(
        "最后一日的算法",
        COUNT_TO_EVE,
        COUNT_TO_DAY,
        section=COUNTING,
        default=COUNT_TO_EVE,
        help="处分期自决定之日起算，最后一日为对应日的前一日（默认）或对应日",
    )
    unvisited_months: int | None = number(
        "尚未回访而剩余不足（月）时提醒", default=3, most=120, section=REMINDING
    )
    last_days: str = text(
        "期满前提醒（天）", section=REMINDING, max_length=40, help="默认 60、30、7 天；如 90、30"
    )
    approval_days: int | None = _days("方案报审后（天）内批准", 7)
    finish_days: int | None = _days("回访后（天）内办理完成", 3)
    form_days: int | None = _days("回访后（天）内填好登记表并定稿", 7)
    sign_days: int | None = _days("登记表定稿后（天）内签名、存入扫描件", 7)
    form_filing_days: int | None = _days(
        "登记表签名后（天）内存入案件档案",
        15,
        help="还没有认定结果的登记表按此提醒；认定结果后按“结果确定后归档”提醒",
    )
    tell_days: int | None = _days("诉求答复后（天）内告知本人", 7)
    feedback_days: int | None = _days(
        "结果确定后（天）内反馈",
        15,
        help="办法未规定期限，由本单位确定",
    )
    reply_days: int | None = _days("督促提醒函（天）内请单位回复", 30)
    filing_days: int | None = _days("结果确定后（天）内归档", 60)
    backup_late_days: int | None = _days("备份超过（天）未做时提醒", 3)
    lock_after_minutes: int | None = number(
        "无人操作（分钟）后自动锁定",
        default=5,
        most=1440,
        section=OFFICE,
        help="填写的内容先保存，登录后回到原处；留空或填 0 为不自动锁定",
    )
    backup_places: list[str] = data("备份位置", [])
    backup_every_hours: int | None = number(
        "有改动时每隔（小时）自动备份",
        default=2,
        most=MOST_DAYS,
        section=BACKING_UP,
        help="备份到下面各个备份位置；留空或填 0 为不按时备份",
    )
    backup_on_exit: bool = flag("退出时有改动自动备份", default=True, section=BACKING_UP)
    mask_contacts: bool = flag("列表中隐去电话和住址", section=OFFICE)
    # What this office says of a year: "2027" -> {"holidays": [ISO days], "extra": [ISO days]}.
    working_days: dict[str, Any] = data("工作日表", {})
    set_aside: dict[str, Any] = data("已搁置的提醒", {})
    roster_view: dict[str, Any] = data("名册的列与排序", {})
    # What a title in this office's own ledger fills: title without marks -> key of a column, or "".
    ledger_columns: dict[str, Any] = data("台账各列的读法", {})
    adopted_rules: str = text("已采用的本单位规则", max_length=64)

    def number_of(self, name: str) -> int:
        """Return the number set under ``name``; left empty it is the default."""
        chosen: int | None = getattr(self, name)
        return int(_DEFAULTS[name]) if chosen is None else chosen


def counting_example(settings: Settings) -> tuple[date, int, date]:
    """Return a start, a number of months and the last day, counted as the office chose."""
    begins, months = date(2024, 8, 31), 6
    corresponding = add_months(begins, months)
    to_day = settings.counting == COUNT_TO_DAY
    return begins, months, corresponding if to_day else corresponding - timedelta(days=1)


def settings_problems(settings: Settings) -> list[Problem]:
    """Return what is wrong with the choices; leads that nobody can read would silently be none."""
    found = field_problems(settings)
    if not re.fullmatch(r"\s*(\d{1,4}\s*天?\s*([、，,；; ]\s*|$))*", settings.last_days):
        found.append(Problem("last_days", "期满前提醒：请写天数，用顿号隔开，如 60、30、7"))
    return found


_DEFAULTS: dict[str, Any] = {one.name: one.default for one in dataclasses.fields(Settings)}
