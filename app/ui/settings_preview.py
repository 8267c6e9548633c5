"""What a choice in the settings comes to, said in one or two lines while it is being made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from app.domain.partial_date import DateStyle, PartialDate, write_date
from app.domain.reminders import lead_days
from app.domain.settings import (
    BACKING_UP,
    COUNTING,
    OFFICE,
    PAPER,
    REMINDING,
    Settings,
    counting_example,
)

_BORN, _WORKING, _JOINED = PartialDate(1985, 3), PartialDate(2008, 7), PartialDate(2006, 6)
_ENDS = date(2027, 6, 30)


def _office(settings: Settings) -> str:
    number = f"{settings.letter_prefix}〔2026〕1号" if settings.letter_prefix else "（留空，手写）"
    return (
        f"登记表左上角：填报单位：{settings.reporting_unit or '（空白，每次填写）'}\n"
        f"函件：文号 {number}　落款 {settings.office_name or '（空白）'}"
    )


def _paper(settings: Settings) -> str:
    style = DateStyle(settings.date_style or Settings().date_style)  # nothing is chosen: said below
    born, working, joined = (write_date(one, style) for one in (_BORN, _WORKING, _JOINED))
    return (
        f"{'附件　' if settings.annex_mark else ''}受处分人员回访关爱工作情况登记表\n"
        f"出生年月 {born}　参加工作时间 {working}　入党时间 {joined}\n"
        f"非党员的入党时间、没有的处分：{settings.empty_mark}"
    )


def _counting(settings: Settings) -> str:
    begins, months, last = counting_example(settings)
    over = last + timedelta(days=1)
    return (
        f"政务警告 {begins} 起{months}个月：最后一日 {last}，{over} 期满。\n"
        "两种算法相差的那一天显示为“边界”；决定书写明起止日期的，以决定书为准。"
    )


def _reminding(settings: Settings) -> str:
    days = [f"{_ENDS - timedelta(days=lead)}（剩{lead}天）" for lead in lead_days(settings)]
    unvisited = settings.number_of("unvisited_months")
    return (
        f"最后一日为 {_ENDS} 的人，提醒日：{'、'.join(days)}。\n"
        f"剩余不足{unvisited}个月还没有回访的，列入首页。"
    )


def _backing_up(settings: Settings) -> str:
    hours = settings.backup_every_hours
    often = f"有改动时每{hours}小时备份一次" if hours else "不按时备份"
    leaving = "退出时有改动再备份一次" if settings.backup_on_exit else "退出时不备份"
    places = "、".join(settings.backup_places) or "还没有备份位置：请设两处，其中一处用U盘"
    return f"{often}；{leaving}。\n位置：{places}"


PREVIEWS: dict[str, Callable[[Settings], str]] = {
    OFFICE: _office,
    PAPER: _paper,
    COUNTING: _counting,
    REMINDING: _reminding,
    BACKING_UP: _backing_up,
}
"""Section of the settings -> what its choices come to."""
