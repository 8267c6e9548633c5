"""What is due, recomputed from facts: nothing here is stored, each reminder explains itself.

Windows, so that old entries do not drown the page of today:

==================  ====================================================================
尚未回访            last day known and less than N months away (setting, 3)
即将期满            at 60, 30 and 7 days before the last day (setting), until the last day
留党察看期满        from the longest of those leads before the probation ends until somebody
                    restores, extends or expels: it never lapses by itself
确认期满            政务, 事业单位: from the day after the last day for half a year, longer
                    only where an offence inside the period is unsettled
处分宣布, 变更手续  from the decision until two months after the due day
执行情况报告        from a month before the due day until two months after it
暂缓到期            from a week before the end of 暂缓回访 until two months after it
备份, 还原演练      until done
==================  ====================================================================
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.domain.assessment import Assessment
from app.domain.decision import DUE, EXCLUDED, NEVER
from app.domain.period import Period, Phase, State
from app.domain.reckoning import ONE_DAY, add_months
from app.domain.rulebook import RuleBook
from app.domain.settings import Settings
from app.domain.subject import ENDED, INSTITUTION, NEW_OFFENCE, PARTY, PUT_OFF, Dossier
from app.domain.verdict import assess
from app.domain.working_days import WorkingDays

UNVISITED = "尚未回访"
LAST_DAYS = "即将期满"
PROBATION = "留党察看期满"
CONFIRM = "确认期满"
ANNOUNCE = "宣布处分决定"
POSTS = "办理变更手续"
REPORT = "报告执行情况"
PUT_OFF_ENDS = "暂缓到期"
BACKUP = "备份"
DRILL = "还原演练"
CALENDAR = "工作日表"

DEFAULT_LEADS = (60, 30, 7)
OVERDUE_SHOWN = timedelta(days=60)
CONFIRM_SHOWN = timedelta(days=180)
BEFORE_REPORT_MONTHS = 1
PUT_OFF_LEAD = timedelta(days=7)
CALENDAR_AHEAD = timedelta(days=30)  # the coming year is announced in November
DRILL_AFTER_DAYS = 30  # a rehearsal runs every week by itself

_NEEDS_NEW_POST = ("撤销党内职务", "留党察看一年", "留党察看二年", "降级", "撤职", "降低岗位等级")


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing due. ``days`` counts from the day asked about to ``due_on``; negative is overdue.

    ``key`` names the thing, ``facts_digest`` the facts it rests on: set aside it comes back when
    they change.
    """

    key: str
    subject_id: int | None
    name: str
    kind: str
    due_on: date
    days: int
    sentence: str
    reference: str
    facts_digest: str


def lead_days(settings: Settings) -> tuple[int, ...]:
    """Return the leads before the last day, longest first; unreadable text gives the default."""
    numbers = {int(n) for n in re.findall(r"\d{1,4}", settings.last_days)}
    return tuple(sorted(numbers, reverse=True)) or DEFAULT_LEADS


def reminders(
    dossier: Dossier,
    *,
    as_of: date,
    rules: RuleBook,
    settings: Settings,
    working_days: WorkingDays | None = None,
    visited: bool = False,
) -> list[Reminder]:
    """Return what is due for one person on ``as_of``, soonest first, without what was set aside.

    ``visited``: somebody already visited inside the present period. ``working_days`` is only asked
    where the law counts in working days.
    """
    result = assess(dossier, as_of=as_of, rules=rules, settings=settings)
    return reminders_of(result, settings=settings, working_days=working_days, visited=visited)


def reminders_of(
    result: Assessment,
    *,
    settings: Settings,
    working_days: WorkingDays | None = None,
    visited: bool = False,
) -> list[Reminder]:
    """Return what is due by an assessment already made."""
    if result.verdict == NEVER:
        return []  # void or dead: the record stays, reminders stop
    found = [
        *_of_visit(result, settings, visited),
        *_of_periods(result, settings, working_days),
        *_of_execution(result),
        *_of_putting_off(result),
    ]
    shown = [reminder for reminder in found if not is_set_aside(reminder, settings)]
    return sorted(shown, key=lambda r: (r.due_on, r.key))


def is_set_aside(reminder: Reminder, settings: Settings) -> bool:
    """Tell whether somebody set this aside with a reason, and the facts are still the same."""
    entry = settings.set_aside.get(reminder.key)
    return isinstance(entry, dict) and entry.get("facts_digest") == reminder.facts_digest


def set_aside_entry(reminder: Reminder, reason: str, on: date) -> dict[str, str]:
    """Return what ``Settings.set_aside`` keeps under ``reminder.key``."""
    return {"reason": reason, "facts_digest": reminder.facts_digest, "on": on.isoformat()}


def _make(
    result: Assessment, kind: str, about: object, due_on: date, sentence: str, reference: str
) -> Reminder:
    subject = result.dossier.subject
    facts = f"{kind}|{about}|{due_on}|{reference}|{result.to_day}"
    return Reminder(
        key=f"{kind}:{subject.id}:{about}",
        subject_id=subject.id,
        name=subject.name,
        kind=kind,
        due_on=due_on,
        days=(due_on - result.as_of).days,
        sentence=sentence,
        reference=reference,
        facts_digest=hashlib.sha256(facts.encode()).hexdigest()[:16],
    )


def _counting(result: Assessment) -> str:
    return "按对应日计算" if result.to_day else "按对应日前一日计算"


def _left(days: int) -> str:
    return f"还有 {days} 天" if days >= 0 else f"已超过 {-days} 天"


def _how(period: Period, result: Assessment) -> str:
    counted = period.state is State.COMPUTED
    return _counting(result) if counted else period.counting


def _of_visit(result: Assessment, settings: Settings, visited: bool) -> Iterator[Reminder]:
    if visited or result.verdict != DUE:
        return
    # Where the end is not known to the day, the earliest it can be is the one to be in time for.
    last = result.last_day or (result.span[0] if result.span else None)
    if last is None:
        return
    left = (last - result.as_of).days
    if last >= add_months(result.as_of, settings.number_of("unvisited_months")):
        return
    if result.last_day is None:
        sentence = f"尚未回访，期满日最早为 {last}（{_left(left)}），有关日期不够具体，请补全"
    else:
        how = _how(_deciding(result), result)
        sentence = f"尚未回访，距期满{_left(left)}（期满日 {last}，{how}）"
    yield _make(result, UNVISITED, "period", last, sentence, "办法第四条")


def _deciding(result: Assessment) -> Period:
    """Return the period whose end is the person's last day."""
    return max(
        (p for p in result.periods if p.start is not None),
        key=lambda p: (p.last_day or date.min, p.state is State.PROBATION),
    )


def _of_periods(
    result: Assessment, settings: Settings, working_days: WorkingDays | None
) -> Iterator[Reminder]:
    leads = lead_days(settings)
    for period in _ends_of_clocks(result):
        if period.state is State.PROBATION:
            yield from _of_probation(result, period, leads[0])
            continue
        last = period.last_day
        if last is None:
            continue
        left = (last - result.as_of).days
        clock = "党纪" if period.family == PARTY else "政务"
        cited = period.references[-1] if period.references else "办法第四条"
        if 0 <= left <= leads[0] and result.verdict != EXCLUDED:
            lead = min(lead for lead in leads if left <= lead)
            yield _make(
                result, LAST_DAYS, f"{clock}:{lead}", last,
                f"{clock}{period.word}距期满{_left(left)}（期满日 {last}，{_how(period, result)}；{cited}）",
                cited,
            )  # fmt: skip
        if period.family != PARTY and left < 0:
            yield from _of_ending(result, period, last)


def _ends_of_clocks(result: Assessment) -> Iterator[Period]:
    """Yield, per clock, the period that ends it, of those that had begun."""
    for family in ("党纪", "政务"):
        begun = [
            p
            for p in result.periods
            if p.family == family
            and p.phase(result.as_of) not in (Phase.NONE, Phase.FUTURE)
            and (p.last_day is not None or p.state is State.PROBATION)
        ]
        open_ones = [p for p in begun if p.state is State.PROBATION]
        yield from open_ones
        ended = [p for p in begun if p.state is not State.PROBATION]
        if ended:
            yield max(ended, key=lambda p: p.last_day or date.min)


def _of_probation(result: Assessment, period: Period, lead: int) -> Iterator[Reminder]:
    last = period.probation_last
    left = (last - result.as_of).days
    if left > lead:
        return
    cited = period.references[0] if period.references else "条例第十二条"
    yield _make(
        result, PROBATION, period.sanction.id or 0, last,
        f"留党察看期{'将于' if left >= 0 else '已于'} {last} 届满（{_left(left)}），"
        f"请按规定恢复党员权利、延长察看或开除党籍，并录入日期（{cited}）",
        cited,
    )  # fmt: skip


def _of_ending(result: Assessment, period: Period, last: date) -> Iterator[Reminder]:
    """Ask for the end of 政务 and 事业单位 periods to be confirmed (政务处分法26)."""
    events = result.dossier.events
    if any(e.kind == ENDED and e.on is not None and e.on.last > last for e in events):
        return
    offence = any(e.kind == NEW_OFFENCE and e.on is not None and e.on.first <= last for e in events)
    if not offence and result.as_of > last + CONFIRM_SHOWN:
        return
    institution = period.sanction.regime == INSTITUTION
    cited = period.references[0] if institution and period.references else "政务处分法第二十六条"
    act = "确认期满并办理解除通知" if institution else "确认期满自动解除"
    after = "；期内又违纪违法，请先查明处理情况" if offence else ""
    yield _make(
        result, CONFIRM, period.sanction.id or 0, last + ONE_DAY,
        f"处分期已于 {last} 届满，请{act}（{cited}）{after}",
        cited,
    )  # fmt: skip


def _of_execution(result: Assessment) -> Iterator[Reminder]:
    """Announcement, posts and report of each decision (条例44-45; 政务处分法54)."""
    as_of = result.as_of
    for period in result.periods:
        start = period.start
        if start is None or start > as_of or period.sanction.decided_on is None:
            continue
        if period.sanction.decided_on.day is None:
            continue  # a due day counted from an unknown day would be made up
        if period.state in (State.REVOKED, State.UNLISTED, State.UNKNOWN):
            continue
        party = period.family == PARTY
        about = period.sanction.id or 0
        named = f"{'党内' if party and period.kind in ('警告', '严重警告') else ''}{period.kind}"
        in_one_month, in_six = add_months(start, 1), add_months(start, 6)
        if as_of <= in_one_month + OVERDUE_SHOWN:
            days = _left((in_one_month - as_of).days)
            if party:
                yield _make(
                    result, ANNOUNCE, about, in_one_month,
                    f"{start} {named}处分应在一个月内宣布（{in_one_month} 前，{days}；条例第四十四条）",
                    "条例第四十四条",
                )  # fmt: skip
            if period.kind in _NEEDS_NEW_POST:
                cited = "条例第四十四条" if party else "政务处分法第五十四条"
                yield _make(
                    result, POSTS, about, in_one_month,
                    f"{start} {named}处分应在一个月内办理职务、工资等变更手续"
                    f"（{in_one_month} 前，{days}；{cited}）",
                    cited,
                )  # fmt: skip
        if party and add_months(start, 6 - BEFORE_REPORT_MONTHS) <= as_of <= in_six + OVERDUE_SHOWN:
            days = _left((in_six - as_of).days)
            yield _make(
                result, REPORT, about, in_six,
                f"{start} {named}处分的执行情况应在六个月内报告（{in_six} 前，{days}；条例第四十五条）",
                "条例第四十五条",
            )  # fmt: skip


def _of_putting_off(result: Assessment) -> Iterator[Reminder]:
    for event in result.dossier.events:
        if event.kind != PUT_OFF or event.until is None or event.on is None:
            continue
        if event.on.first > result.as_of:
            continue
        if event.until - PUT_OFF_LEAD <= result.as_of <= event.until + OVERDUE_SHOWN:
            left = (event.until - result.as_of).days
            reason = f"：{event.reason}" if event.reason else ""
            yield _make(
                result, PUT_OFF_ENDS, event.id or 0, event.until,
                f"暂缓回访至 {event.until}（{_left(left)}{reason}），请安排回访或重新报批",
                "办法第四条",
            )  # fmt: skip


def office_reminders(
    *,
    as_of: date,
    settings: Settings,
    last_backup: datetime | None = None,
    last_drill: date | None = None,
    working_days: WorkingDays | None = None,
    has_people: bool = True,
) -> list[Reminder]:
    """Return what is due for the office itself: backup late or never made, restore never proven."""
    if not has_people:
        return []
    found = []
    days = settings.number_of("backup_late_days")
    if last_backup is None:
        found.append(
            _of_office(BACKUP, as_of, as_of, "还没有做过备份，请插入备份盘后备份", "never")
        )
    else:
        due_on = last_backup.date() + timedelta(days=days)
        if as_of > due_on:
            gone = (as_of - last_backup.date()).days
            found.append(
                _of_office(
                    BACKUP, due_on, as_of,
                    f"距上次备份（{last_backup.date()}）已 {gone} 天，超过设定的 {days} 天，请备份",
                    str(last_backup.date()),
                )
            )  # fmt: skip
        if last_drill is None:
            found.append(
                _of_office(
                    DRILL,
                    as_of,
                    as_of,
                    "备份还没有试过还原，请做一次还原演练，确认备份可用",
                    "never",
                )
            )
        elif (as_of - last_drill).days > DRILL_AFTER_DAYS:
            found.append(
                _of_office(
                    DRILL, last_drill + timedelta(days=DRILL_AFTER_DAYS), as_of,
                    f"上次还原演练在 {last_drill}，已超过 {DRILL_AFTER_DAYS} 天，请再做一次", str(last_drill),
                )
            )  # fmt: skip
    if working_days is not None and (
        warning := working_days.warning(as_of, as_of + CALENDAR_AHEAD)
    ):
        found.append(_of_office(CALENDAR, as_of, as_of, warning, warning))
    return [reminder for reminder in found if not is_set_aside(reminder, settings)]


def _of_office(kind: str, due_on: date, as_of: date, sentence: str, facts: str) -> Reminder:
    digest = hashlib.sha256(f"{kind}|{facts}".encode()).hexdigest()[:16]
    return Reminder(
        f"{kind}:office", None, "", kind, due_on, (due_on - as_of).days, sentence, "", digest
    )
