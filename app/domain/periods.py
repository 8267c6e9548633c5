"""Periods of all of a person's sanctions: each read alone, then joined on the party and the other clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.domain.kinds import FAMILY, weight
from app.domain.period import Period, Phase, State
from app.domain.reckoning import (
    SECOND_METHODS,
    Sum,
    add_months,
    is_clamped,
    month_end_variant,
    spell,
)
from app.domain.rulebook import RuleBook
from app.domain.subject import ADMINISTRATIVE, PARTY, Sanction
from app.domain.terms import Chosen, Happening, read_term

__all__ = ["CLOCKS", "Period", "Phase", "State", "join_clock", "periods_of"]

CLOCKS = (PARTY, ADMINISTRATIVE)
"""党纪; 政务 and 事业单位 together. They never touch each other (handbook 1.7)."""

_COUNTING = (State.COMPUTED, State.STATED, State.MANUAL, State.PROBATION, State.BETWEEN)

# Names of their own: see period.py.
_COMPUTED, _STATED, _MANUAL = State.COMPUTED, State.STATED, State.MANUAL
_PROBATION, _REVOKED, _MERGED = State.PROBATION, State.REVOKED, State.MERGED
_UNKNOWN = State.UNKNOWN


def periods_of(
    sanctions: Sequence[Sanction],
    happenings: dict[int, list[Happening]],
    *,
    rules: RuleBook,
    to_day: bool,
    chosen: Chosen,
) -> list[Period]:
    """Return the period of each sanction, oldest first; entry order does not matter.

    ``happenings``: events by ``id()`` of the sanction they concern, oldest first. ``to_day``: the last
    day is the corresponding day itself (C) rather than the day before (P).
    """
    found = [
        read_term(
            s, happenings.get(id(s), ()) if happenings else (), rules=rules, to_day=to_day, chosen=chosen
        )
        for s in sanctions
    ]  # fmt: skip
    if happenings:
        for period in found:
            if period.revoked_on is not None:
                _run([period] if period.state in _COUNTING else [])
                period.state = _REVOKED
    if len(found) == 1:
        _run([p for p in found if p.state in _COUNTING])
        return found
    found.sort(key=_order)
    for family in CLOCKS:
        join_clock([p for p in found if p.family == family])
    return found


def _order(period: Period) -> tuple[object, ...]:
    """Sort by facts alone, so that the order of entry cannot show."""
    s = period.sanction
    return (
        period.start or date.max,
        period.family,
        _heaviness(period),
        s.regime,
        s.stated_months or 0,
        s.stated_until or date.min,
        s.manual_until or date.min,
        s.side_by_side,
        s.document_no,
        s.id or 0,
    )


def _heaviness(period: Period) -> tuple[int, int]:
    regime = period.sanction.regime
    whole = period.rule.months + period.rule.probation if period.rule else 0
    if period.family == PARTY:
        return weight(regime, period.kind), whole
    return whole, weight(regime, period.kind)


def join_clock(clock: list[Period]) -> None:
    """Finish the periods of one clock, oldest first: same day, remainders, caps."""
    counting = [p for p in clock if p.state in _COUNTING]
    hazy = next((p for p in clock if p.state is _UNKNOWN and p.start is not None), None)
    kept = _merge_same_day(counting)
    _run(kept)
    if hazy is not None:
        for period in kept:
            if hazy.start and period.start and hazy.start < period.start:
                period.doubt("此前 {} 的处分期限待定，是否需要接续请核对", hazy.start)


def _merge_same_day(clock: list[Period]) -> list[Period]:
    """Leave one period per day of decision (政务处分法15): the heaviest of different kinds."""
    kept: list[Period] = []
    for period in clock:
        before = kept[-1] if kept else None
        if (
            before is None
            or before.start != period.start
            or (period.family != PARTY and period.sanction.side_by_side)
            or (before.family != PARTY and before.sanction.side_by_side)
        ):
            kept.append(period)
            continue
        # Sorted by heaviness: this one is at least as heavy as the one before.
        kept[-1] = period
        before.state = _MERGED
        article = period.version.same_day_article if period.version else ""
        before.last_day = before.earliest = before.latest = before.corresponding_day = None
        before.refer(article)
        period.refer(article)
        _tell_merged(before, period)
    return kept


def _tell_merged(lighter: Period, heavier: Period) -> None:
    same = lighter.kind == heavier.kind
    if heavier.family == PARTY:
        text = "同日（{}）有两个党纪处分，应合并处理为一个，暂按较重的“{}”计算，请核对"
        heavier.doubt(text, heavier.start, heavier.kind)
    elif not same:
        heavier.step("同日有“{}”和“{}”，只执行较重的“{}”", lighter.kind, heavier.kind, heavier.kind)
        heavier.doubt(
            "同日受“{}”和“{}”两种处分，只执行最重的一种，请核对决定书", lighter.kind, heavier.kind
        )
    elif lighter.sanction.regime != heavier.sanction.regime:
        heavier.doubt(
            "同日有政务和事业单位两个“{}”：同一行为不得重复处分（政务处分法第十六条），请核对",
            heavier.kind,
        )
    elif heavier.state is _COMPUTED and heavier.sanction.stated_months is None:
        cap = heavier.version.cap_months if heavier.version else None
        total = max(heavier.open_sum, heavier.months) + lighter.months
        heavier.open_sum = total if cap is None else min(total, cap)
        heavier.doubt(
            "同日有几个“{}”：处分期在 {} 个月至 {} 个月之间由决定书确定，"
            "请填写决定书载明的处分期；重复录入的请删去一个",
            heavier.kind,
            heavier.months,
            heavier.open_sum,
        )


def _run(clock: list[Period]) -> None:
    """Walk along a clock, carrying the end so far as an interval."""
    earliest: date | None = None
    latest: date | None = None
    before: Period | None = None
    watched: Period | None = None  # a 留党察看, for what comes during its probation
    for period in clock:
        assert period.start is not None
        if period.state is _COMPUTED:
            if period.probation:
                _end_probation(period, earliest, latest)
            elif watched is not None and (
                watched.restored is None or watched.restored > period.start
            ):
                _end_during_probation(period, watched)
            else:
                _end_term(period, before, earliest, latest)
        if period.probation and period.state not in (_STATED, _MANUAL):
            watched = period
        ends = period.chain_ends
        if ends is not None:
            if earliest is None or latest is None:
                earliest, latest = ends
            else:
                earliest, latest = max(earliest, ends[0]), max(latest, ends[1])
            before = period


def _end_term(
    period: Period, before: Period | None, earliest: date | None, latest: date | None
) -> None:
    """End a plain term: alone, or with what is left of the one before it."""
    start, months, version = period.start, period.months, period.version
    assert start is not None and version is not None
    own = add_months(start, months)
    if latest is None or latest <= start:
        period.step("{} ＋ {}个月 → 对应日 {}", start, months, own)
        if is_clamped(start, own) or own.day >= 28:
            _doubt_month_end(period, start, own)
        if period.open_sum > months:
            period.ends_between(own, add_months(start, period.open_sum))
        else:
            period.ends_on(own)
        return
    assert earliest is not None
    if period.sanction.side_by_side and period.family != PARTY:
        period.step("与前一处分并行计算：{} ＋ {}个月 → 对应日 {}", start, months, own)
        period.doubt("并行计算：前一处分另行计算，不接续")
        period.ends_on(own)
        return
    method, cap = SECOND_METHODS[version.second_method], version.cap_months
    total = method(start, latest, months, cap)
    _tell_sum(period, before, latest, total)
    low, high = total.corresponding, total.corresponding
    if earliest < latest:
        low = method(start, earliest, months, cap).corresponding if earliest > start else own
    if period.open_sum > months:
        high = method(start, latest, period.open_sum, cap).corresponding
    period.ends_between(low, high)


def _tell_sum(period: Period, before: Period | None, old_end: date, total: Sum) -> None:
    """Write the working of a remainder, its article, and where another method would differ."""
    start, months, version = period.start, period.months, period.version
    assert start is not None and version is not None
    left = (total.months_left, total.days_left)
    period.refer(version.second_article)
    period.step("前一处分至 {} 期满，自 {} 起尚未执行 {}", old_end, start, spell(*left))
    period.step("原处分尚未执行 {} ＋ 新处分 {}个月", spell(*left), months)
    if total.uncapped is not None:
        period.step(
            "相加为 {}，合计不超过 {} 个月 → 对应日 {}",
            total.uncapped,
            version.cap_months,
            total.corresponding,
        )
    else:
        period.step(
            "{} ＋ {} → 对应日 {}",
            start,
            spell(total.months_left + months, total.days_left),
            total.corresponding,
        )
    if version.second_doubt:
        period.doubt(version.second_doubt)
    elif (
        period.family == PARTY
        and before is not None
        and before.version is not None
        and before.version is not version
        and before.version.second_doubt
    ):
        period.doubt(
            "前一处分作出于接续规定施行（{}）以前，新处分作出于其后，接续计算请核对", version.since
        )
    if total.uncapped is not None:
        return
    chained = add_months(old_end, months)
    if chained != total.corresponding:
        period.doubt(
            "余期的量法不同结果不同：本结果对应日 {}，从原对应日 {} 顺延则为 {}",
            total.corresponding,
            old_end,
            chained,
        )
    analogous_cap = add_months(start, 48)
    if version.cap_months is None and version.second_doubt and total.corresponding > analogous_cap:
        period.doubt(
            "参照的公务员处分条例合计不超过48个月（至对应日 {}），党纪处分未作限制", analogous_cap
        )


def _end_probation(period: Period, earliest: date | None, latest: date | None) -> None:
    """End 留党察看: open until rights are restored, then its months from the restoration."""
    start, end, restored = period.start, period.probation_end, period.restored
    assert start is not None and end is not None
    period.step(
        "留党察看 {} ＋ {}个月 → 察看期对应日 {}", start, period.probation, end
    ) if period.boundary else None
    if restored is None:
        period.state = _PROBATION
        period.step("党员权利尚未恢复，影响期自恢复之日起算，期满日待定")
        return
    own = add_months(restored, period.months)
    period.step("{} 恢复党员权利 ＋ {}个月 → 对应日 {}", restored, period.months, own)
    low = high = own
    if (end - restored).days > 1:
        period.problem(
            "decided_on",
            f"恢复党员权利的日期 {restored} 早于留党察看期满（{period.probation_last}），请核对",
        )
        high = add_months(end, period.months)
    if latest is not None and latest > start:
        # Whether the older remainder is added to a period that starts only at restoration is open (A5).
        left = SECOND_METHODS["remaining_plus_new"](start, latest, 0, None)
        over = add_months(high, left.months_left)
        high = date.fromordinal(over.toordinal() + left.days_left)
        low = max(low, earliest or low)
        period.doubt(
            "留党察看作出时前一处分尚有 {} 未执行，是否加入恢复权利后的影响期没有规定，请按决定书填写载明的最后一日",
            spell(left.months_left, left.days_left),
        )
    if is_clamped(restored, own) or own.day >= 28:
        _doubt_month_end(period, restored, own)
    period.ends_between(low, high)


def _end_during_probation(period: Period, watched: Period) -> None:
    """End a party sanction given during somebody's 留党察看: an irregular case, left open where it matters."""
    start = period.start
    assert start is not None and period.version is not None
    own = add_months(start, period.months)
    period.step("{} ＋ {}个月 → 对应日 {}", start, period.months, own)
    period.doubt(
        "留党察看期间又受“{}”：发现其他应受党纪处分的问题应当开除党籍（条例第十二条），请核对",
        period.kind,
    )
    if watched.restored is None or watched.chain_ends is None:
        period.ends_on(own)
        return
    period.refer(period.version.second_article)
    low, high = watched.chain_ends
    period.ends_between(max(own, low), add_months(high, period.months))


def _doubt_month_end(period: Period, start: date, own: date) -> None:
    if is_clamped(start, own):
        period.doubt(
            "{}年{}月没有{}日，对应日取当月最后一日 {}，请核对决定书",
            own.year, own.month, start.day, own,
        )  # fmt: skip
        return
    other = month_end_variant(start, own)
    if other is not None:
        period.doubt(
            "起算日 {} 是当月最后一日：按“月末对月末”的算法对应日为 {}，本结果为 {}，请核对决定书",
            start,
            other,
            own,
        )


def clock_of(regime: str) -> str:
    """Return the clock that a regime runs on."""
    return FAMILY.get(regime, "")
