"""Reading one sanction with what happened to it: kind, start and length, before clocks are joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from app.domain.kinds import (
    FAMILY,
    home_regime,
    is_expulsion,
    is_foreign,
    looks_listed,
    plain_kind,
)
from app.domain.period import Period, State
from app.domain.reckoning import ONE_DAY, add_months
from app.domain.rulebook import RuleBook
from app.domain.subject import ALTERED, EXTENDED, PARTY, RESTORED, REVOKED, Event, Sanction

FIRST_RULED_DAY = date(2004, 1, 1)
LONGEST_MONTHS = 240  # what a stated number of months can sensibly be where no cap is written
PROBATION_KINDS = ("留党察看一年", "留党察看二年")
ONE_YEAR = 12
_COMPUTED = State.COMPUTED  # a name of its own: see period.py

Happening = tuple[date, Event]
Chosen = Mapping[int, date | None]
"""Days assumed for things whose day is not known, by ``id`` of the entity; ``None``: it did not happen."""


def decided_day(sanction: Sanction, chosen: Chosen) -> date | None:
    """Return the day the decision took effect: the collective decision, not the paper's date."""
    if chosen and id(sanction) in chosen:
        return chosen[id(sanction)]
    known = sanction.decided_on
    if known is not None and known.month is not None and known.day is not None:
        return date(known.year, known.month, known.day)
    return sanction.stated_from


def read_term(
    sanction: Sanction,
    happenings: Sequence[Happening],
    *,
    rules: RuleBook,
    to_day: bool,
    chosen: Chosen,
) -> Period:
    """Return the period of ``sanction`` as far as it stands alone.

    ``happenings`` are this sanction's own events up to the day asked about, oldest first. A period
    whose end depends on earlier sanctions is finished by ``periods.join_clock``.
    """
    regime = sanction.regime
    family = FAMILY.get(regime, "")
    period = Period(sanction, family, plain_kind(regime, sanction.kind), to_day=to_day)
    decided = decided_day(sanction, chosen)
    period.start = sanction.stated_from or decided
    ruled_on = decided
    if happenings:
        ruled_on = _change(period, happenings, ruled_on)
    if not _find_rule(period, rules, ruled_on):
        return period
    rule, version = period.rule, period.version
    assert rule is not None and version is not None and period.start is not None
    if rule.expels:
        period.state = State.EXPELLED
        period.refer(rule.article)
        return period
    period.months, period.probation = rule.months, rule.probation
    article = rule.article
    if sanction.in_lieu:
        if rule.lieu_months:
            period.months, article = rule.lieu_months, rule.lieu_article
            if rule.lieu_doubt:
                period.doubt(rule.lieu_doubt)
        else:
            period.doubt(
                "“应撤销党内职务而无党内职务”只用于党内严重警告，对“{}”不起作用", period.kind
            )
    period.refer(article)
    if version.doubt:
        period.doubt(version.doubt)
    if rule.probation:
        _read_probation(period, happenings)
    period.state = _COMPUTED
    if sanction.stated_months is not None:
        _read_stated_months(period)
    _read_dates(period, decided)
    return period


def _find_rule(period: Period, rules: RuleBook, ruled_on: date | None) -> bool:
    """Find the version and rule; say what is missing where there is none."""
    sanction, kind = period.sanction, period.kind
    regime = sanction.regime
    if ruled_on is not None and period.start is not None and ruled_on >= FIRST_RULED_DAY:
        version = rules.on(regime, ruled_on) if period.family else None
        if version is not None and (rule := version.kinds.get(kind)) is not None:
            period.version, period.rule = version, rule
            return True
    return _find_rule_elsewhere(period, rules, ruled_on)


def _find_rule_elsewhere(period: Period, rules: RuleBook, ruled_on: date | None) -> bool:
    sanction, kind = period.sanction, period.kind
    regime = sanction.regime
    if not kind:
        period.problem("kind", "处分种类未填，无法计算期限")
        return False
    if not period.family:
        period.problem("regime", "处分类别未填（党纪、政务、事业单位），无法计算期限")
        return False
    home = home_regime(regime, kind)
    version = None
    if period.start is not None and ruled_on is not None and ruled_on >= FIRST_RULED_DAY:
        version = rules.on(home or regime, ruled_on)
        if home is not None and home != regime:
            period.doubt(
                "“{}”不是{}处分的种类，按{}处分的期限计算，请核对处分类别", kind, regime, home
            )
    if home is None:
        return _no_rule_for_kind(period)
    if period.start is None or ruled_on is None:
        period.problem("decided_on", "处分时间未填，无法计算期限")
        return False
    if is_expulsion(home, kind):
        period.state = State.EXPELLED
    if version is None:
        period.problem(
            "decided_on",
            f"处分时间 {ruled_on} 早于2004年，规则文件未收录当时的规定，请按决定书人工确定最后一日",
        )
        _take_manual(period)
        return False
    period.version, period.rule = version, version.kinds.get(kind)
    if period.rule is None:
        period.problem("kind", f"{version.name}没有“{kind}”的期限，请核对处分种类")
        return False
    return True


def _no_rule_for_kind(period: Period) -> bool:
    sanction, kind = period.sanction, period.kind
    if is_foreign(sanction.regime, kind):
        period.problem("kind", f"“{kind}”不是{sanction.regime}处分的种类，请核对处分类别和种类")
    elif kind.startswith("留党察看"):
        period.problem("kind", f"“{kind}”未写明一年还是二年，请补全")
    elif looks_listed(kind):
        period.problem(
            "kind", f"处分种类“{kind}”不在可选范围内，请改为其中一种，几种处分请分别录入"
        )
    else:
        period.state = State.UNLISTED
        period.refer("办法第五条")
    return False


def _change(period: Period, happenings: Sequence[Happening], ruled_on: date | None) -> date | None:
    """Apply revocation and alterations; return the day whose rules count."""
    for day, event in happenings:
        if event.kind == REVOKED:
            # Read on: the record keeps the term it would have had; no clock runs on it.
            period.revoked_on = day
            period.step("{} 撤销处分，自始不再计算期限，记录保留", day)
            period.refer("办法第五条")
            return ruled_on
        if event.kind != ALTERED:
            continue
        old, new = period.kind, plain_kind(period.sanction.regime, event.new_kind)
        if not new:
            period.problem("kind", f"{day} 变更处分未写明变更后的种类，暂按原处分“{old}”计算")
            continue
        period.kind = new
        if new in PROBATION_KINDS and old not in (*PROBATION_KINDS, "开除党籍"):
            # A lighter sanction changed to 留党察看: probation from the change, not before it.
            period.start = ruled_on = day
            period.step("{} 由“{}”变更为“{}”，察看期自变更之日起算", day, old, new)
            continue
        period.step("{} 由“{}”变更为“{}”，自原处分生效之日起算", day, old, new)
        if not (new in PROBATION_KINDS and old == "开除党籍"):
            period.doubt("{} 变更处分：按原生效日起算，变更决定另有写明的，以决定书为准", day)
    return ruled_on


def _read_probation(period: Period, happenings: Sequence[Happening]) -> None:
    """Lengthen the probation by extensions and find the day rights were restored."""
    assert period.start is not None and period.rule is not None
    longest = period.rule.longest_probation
    restoring: Event | None = None
    for day, event in happenings:
        if event.kind == EXTENDED:
            more = ONE_YEAR if event.months is None else event.months
            if more <= 0 or period.probation + more > longest:
                period.problem(
                    "months",
                    f"{day} 延长留党察看{more}个月后合计{period.probation + more}个月，"
                    f"留党察看最长不得超过{longest}个月，未计入，请核对",
                )
                continue
            if more != ONE_YEAR:
                period.doubt("{} 延长留党察看 {} 个月：条例只规定延长一年，请核对", day, more)
            period.step("{} 延长留党察看 {} 个月", day, more)
            period.probation += more
        elif event.kind == RESTORED and day >= period.start:
            period.restored, restoring = day, event
    period.probation_end = add_months(period.start, period.probation)
    if restoring is not None and restoring.on is not None and restoring.on.day is None:
        # Of the days that «2024年6月» may mean, those before the probation is over are not meant.
        lawful = period.probation_end - ONE_DAY
        if period.restored is not None and period.restored < lawful <= restoring.on.last:
            period.restored = lawful


def _read_stated_months(period: Period) -> None:
    """Take the months the decision states, when the law allows them (政务处分法15)."""
    stated, version = period.sanction.stated_months, period.version
    assert stated is not None and version is not None
    cap = version.cap_months
    if period.probation:
        if period.rule is not None and stated != period.rule.probation:
            period.doubt("留党察看的察看期以处分种类为准，载明的 {} 个月未采用", stated)
        return
    if cap is not None and stated > cap:
        period.problem(
            "stated_months", f"载明的处分期{stated}个月，超过最长{cap}个月，请核对决定书"
        )
        period.state = State.UNKNOWN
    elif stated < period.months:
        period.problem(
            "stated_months",
            f"载明的{period.word}{stated}个月，短于“{period.kind}”的{period.months}个月，请核对决定书",
        )
        period.state = State.UNKNOWN
    elif stated > LONGEST_MONTHS:
        period.problem("stated_months", f"载明的{period.word}{stated}个月过长，请核对决定书")
        period.state = State.UNKNOWN
    elif stated != period.months:
        if period.family == PARTY:
            period.doubt(
                "党纪影响期由条例规定为 {} 个月，决定书载明 {} 个月，暂按载明的计算，请核对",
                period.months,
                stated,
            )
        else:
            period.refer(version.same_day_article)
            period.step("决定书载明处分期 {} 个月（数行为合并处理）", stated)
        period.months = stated


def _read_dates(period: Period, decided: date | None) -> None:
    """Take the dates that the decision or a person fixed, and name those that disagree."""
    sanction, start = period.sanction, period.start
    assert start is not None
    if sanction.document_date is not None and decided is not None:
        paper = sanction.document_date
        if not paper.first <= decided <= paper.last:
            period.doubt(
                "决定书落款 {} 与处分时间 {} 不同，以集体讨论决定之日为准（处分批准权限规定第五条、政务处分法第八条）",
                paper.isoformat(),
                decided,
            )
            period.refer("处分批准权限规定第五条" if period.family == PARTY else "")
    if sanction.stated_from is not None and decided not in (None, sanction.stated_from):
        period.doubt(
            "决定书载明自 {} 起，与处分时间 {} 不同，以载明的为准", sanction.stated_from, decided
        )
    stated = sanction.stated_until
    if stated is not None:
        if stated < start:
            period.problem(
                "stated_until", f"决定书载明的最后一日 {stated} 早于起始日 {start}，未采用"
            )
        elif period.probation and not _is_whole(period, stated):
            period.probation_end, period.boundary = stated + ONE_DAY, False
            period.step("决定书载明留党察看至 {}", stated)
        else:
            _check_stated(period, stated)
    _take_manual(period)


def _is_whole(period: Period, stated: date) -> bool:
    """Tell whether a stated last day of 留党察看 means the whole period rather than the probation."""
    assert period.start is not None and period.rule is not None
    if period.restored is not None:
        return stated >= period.restored
    return stated > add_months(period.start, period.rule.longest_probation)


def _check_stated(period: Period, stated: date) -> None:
    assert period.start is not None and period.version is not None
    cap = period.version.cap_months
    if cap is not None and stated > add_months(period.start, cap):
        period.problem(
            "stated_until", f"决定书载明至 {stated}，超过自起始日起{cap}个月，请核对决定书"
        )
        period.state = State.UNKNOWN
        return
    period.fixed_on(stated, State.STATED)
    period.step("决定书载明至 {}，以决定书为准", stated)


def _take_manual(period: Period) -> None:
    """Use the last day a person answered for; without reason and name it does not count."""
    sanction = period.sanction
    last = sanction.manual_until
    if last is None:
        return
    if not (sanction.manual_reason.strip() and sanction.manual_by.strip()):
        period.problem("manual_until", "人工确定的最后一日须写明理由和确定人，未采用")
    elif period.start is not None and last < period.start:
        period.problem(
            "manual_until", f"人工确定的最后一日 {last} 早于起始日 {period.start}，未采用"
        )
    else:
        period.fixed_on(last, State.MANUAL)
        period.step(
            "{} 人工确定最后一日为 {}：{}", sanction.manual_by, last, sanction.manual_reason
        )
        period.doubt(
            "最后一日 {} 为人工确定（{}，{}）", last, sanction.manual_reason, sanction.manual_by
        )
