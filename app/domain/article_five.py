"""Article 5 of the measures: who is visited, who in principle is not, and who may bring a person back."""

from __future__ import annotations

from datetime import date

from app.domain.clock_verdict import by_clock, put_off
from app.domain.decision import (
    BY_HAND,
    DUE,
    EXCLUDED,
    MEASURE_5,
    NEVER,
    NOT_YET,
    OPEN,
    Decision,
)
from app.domain.fields import Problem
from app.domain.happenings import Happenings, day_said
from app.domain.kinds import misfit
from app.domain.period import Period, Phase, State
from app.domain.reckoning import ONE_DAY
from app.domain.subject import (
    ADMINISTRATIVE,
    DIED,
    EXPELLED,
    INCLUDED,
    NO_PROSECUTION,
    PARTY,
    PUNISHED,
    RESIGNED,
    RETIRED,
    REVIEWED,
    REVOKED,
    TO_JUDICATURE,
    TRANSFERRED,
    Dossier,
    Event,
)

ON_PROBATION = "中共预备党员"
_COUNTED = (State.COMPUTED, State.STATED, State.MANUAL)

# Names of their own: see period.py.
_PROBATION, _EXPELLED, _UNLISTED = State.PROBATION, State.EXPELLED, State.UNLISTED
_REVOKED, _MERGED = State.REVOKED, State.MERGED
_FUTURE, _OVER, _RUNNING = Phase.FUTURE, Phase.OVER, Phase.RUNNING


def decide(dossier: Dossier, periods: list[Period], found: Happenings, *, as_of: date) -> Decision:
    """Return the verdict for ``as_of`` from ``periods`` and what had ``found`` its way to that day."""
    decision = Decision(periods, found)
    live = _live(dossier, periods, decision)
    phases = [(p.phase(as_of), p) for p in live]
    _measure(decision, phases)
    if found.person or found.problems or found.doubts:
        _remark(decision, found)
    if (death := found.last(DIED)) is not None:
        decision.add_reference(MEASURE_5)
        return decision.take(NEVER, "{} 死亡，不再回访", day_said(death))
    included = _inclusion(decision, found, as_of) if found.person else None
    if not live:
        return _without_sanction(decision, dossier, periods, included)
    if phases[0][0] is _FUTURE and all(phase is _FUTURE for phase, _ in phases):
        first = min(p.start for p in live if p.start is not None)
        decision.references += live[0].references
        decision.take(NOT_YET, "处分自 {} 起生效，尚未生效", first)
        return put_off(decision, found, as_of)
    unsure = _exclude(decision, phases, found, as_of)
    if decision.excluded and decision.excluded_on:
        decision.add_reference(MEASURE_5)
        if included is None or included[0] < decision.excluded_on:
            if included is not None:
                decision.add_doubt(
                    f"{included[0]} 列入回访在前，{decision.excluded}在后，是否仍列入请重新批准"
                )
            text = "该同志属于原则上不再回访范围：{}。如需回访，请写明理由并经批准（办法第五条）"
            return decision.take(EXCLUDED, text, decision.excluded)
        by_clock(decision, dossier, phases, as_of, _RUNNING)
        decision.add_note(
            ("{}，但经{}批准列入回访（{}：{}）", decision.excluded, included[1].approver,
             included[0], included[1].reason)
        )  # fmt: skip
        return put_off(decision, found, as_of)
    if unsure:
        decision.add_reference(MEASURE_5)
        return decision.take(OPEN, unsure)
    by_clock(decision, dossier, phases, as_of, _OVER)
    if included is not None:
        day, event = included
        decision.add_note(("{} 经{}批准列入回访：{}", day, event.approver, event.reason))
    return put_off(decision, found, as_of)


def _live(dossier: Dossier, periods: list[Period], decision: Decision) -> list[Period]:
    """Return the sanctions of article 5; add what hardly fits the person."""
    live = []
    subject = dossier.subject
    for period in periods:
        state = period.state
        if state is _UNLISTED or state is _REVOKED:
            continue
        warning = misfit(
            period.sanction.regime, period.kind, subject.person_type, subject.membership
        )
        if warning:
            decision.add_doubt(warning)
        if state is _MERGED:
            continue
        if period.family == PARTY and subject.membership == ON_PROBATION:
            continue
        live.append(period)
    return live


def _measure(decision: Decision, phases: list[tuple[Phase, Period]]) -> None:
    """Find the last day of each clock and of both; ``None`` where it is not known."""
    if not phases:
        # Void sanctions run no clock; the list still shows what the record says.
        for period in decision.periods:
            if period.state is _REVOKED and period.last_day is not None:
                party = period.family == PARTY
                decision.party_last = period.last_day if party else decision.party_last
                decision.admin_last = decision.admin_last if party else period.last_day
                decision.last_day = max(period.last_day, decision.last_day or date.min)
        return
    if len(phases) == 1:
        known, last = _end_of(phases)
        period = phases[0][1]
        if period.family == PARTY:
            decision.party_last = last
        else:
            decision.admin_last = last
        decision.last_day = last
        if last is None:
            _measure_span(decision, [period])
        return
    begun = [(f, p) for f, p in phases if f is not _FUTURE]
    ends: list[tuple[bool, date | None]] = []
    for family in (PARTY, ADMINISTRATIVE):
        mine = [x for x in phases if x[1].family == family]
        own_begun = [x for x in mine if x[0] is not _FUTURE]
        known, last = _end_of(own_begun or mine)
        if family == PARTY:
            decision.party_last = last
        else:
            decision.admin_last = last
        if own_begun or (mine and not begun):
            ends.append((known, last))
    lasts = [last for _, last in ends if last is not None]
    if lasts and all(known for known, _ in ends):
        decision.last_day = max(lasts)
        return
    _measure_span(decision, [p for f, p in phases if f is not _FUTURE or not begun])


def _measure_span(decision: Decision, periods: list[Period]) -> None:
    """Say between which days the end lies, where it is open but bounded."""
    bounds = [(p.earliest, p.latest) for p in periods if p.state is not _EXPELLED]
    firsts = [first for first, last in bounds if first is not None and last is not None]
    lasts = [last for first, last in bounds if first is not None and last is not None]
    if bounds and len(firsts) == len(bounds):
        decision.span = (max(firsts), max(lasts))


def _end_of(phases: list[tuple[Phase, Period]]) -> tuple[bool, date | None]:
    """Return whether the end of one clock is known, and the last day."""
    last: date | None = None
    open_until: list[date | None] = []
    for phase, period in phases:
        if period.state in _COUNTED:
            own = period.last_day
        elif period.state is _PROBATION and phase in (_RUNNING, _FUTURE):
            # Until the probation ends its last day is shown; afterwards nobody knows the end.
            own = period.last_day = period.probation_last
        elif period.state is _EXPELLED:
            continue
        else:
            open_until.append(period.latest)
            continue
        if own is not None and (last is None or own > last):
            last = own
    for latest in open_until:
        if latest is None or last is None or latest > last:
            return False, None
    return True, last


def _remark(decision: Decision, found: Happenings) -> None:
    """Add what events ask of the office without deciding anything."""
    decision.doubts += tuple(found.doubts)
    decision.problems += tuple(found.problems)
    for day, event in found.person:
        if event.kind in (TRANSFERRED, RESIGNED):
            decision.add_doubt(f"{day} {event.kind}：是否继续回访，请与有关单位沟通后确定")
        elif event.kind == REVIEWED:
            decision.add_doubt(
                f"{day} 复查：复查期间不停止处分执行（政务处分法第五十六条），结果出来后请补录"
            )


def _inclusion(decision: Decision, found: Happenings, as_of: date) -> tuple[date, Event] | None:
    """Return the latest 列入回访 that counts: with reason and approver, and not run out."""
    valid = None
    for day, event in found.all(INCLUDED):
        if not (event.reason.strip() and event.approver.strip()):
            decision.add_problem(Problem("reason", f"{day} 列入回访须写明理由和批准人，未计入"))
        elif event.until is None or event.until >= as_of:
            valid = (day, event)
    return valid


def _without_sanction(
    decision: Decision,
    dossier: Dossier,
    periods: list[Period],
    included: tuple[date, Event] | None,
) -> Decision:
    decision.add_reference(MEASURE_5)
    if included is not None:
        day, event = included
        return decision.take(
            DUE, "{} 经{}批准，作为其他需要回访关爱教育的人员列入回访：{}（办法第五条）",
            day, event.approver, event.reason,
        )  # fmt: skip
    if not periods:
        return decision.take(
            BY_HAND, "没有处分记录；作为其他需要回访关爱教育的人员列入的，请写明理由（办法第五条）"
        )
    revoked = [p for p in periods if p.state is _REVOKED]
    if len(revoked) == len(periods):
        last = revoked[-1]
        said = [
            day_said((day, event))
            for day, event in decision.found.of.get(id(last.sanction), ())
            if event.kind == REVOKED and day == last.revoked_on
        ]
        return decision.take(
            NEVER,
            "处分已于 {} 撤销，不再回访，记录保留（办法第五条）",
            said[-1] if said else last.revoked_on,
        )
    kinds = "、".join(dict.fromkeys(p.kind for p in periods if p.state is not _REVOKED))
    if dossier.subject.membership == ON_PROBATION and any(p.family == PARTY for p in periods):
        return decision.take(
            BY_HAND,
            "预备党员的处理（{}）不在办法第五条所列处分之内；确需回访的，请写明理由",
            kinds,
        )
    return decision.take(
        BY_HAND, "“{}”不在办法第五条所列处分之内；确需回访的，请写明理由（办法第五条）", kinds
    )


def _exclude(
    decision: Decision, phases: list[tuple[Phase, Period]], found: Happenings, as_of: date
) -> str:
    """Find what article 5 excludes, in principle; return a sentence where that is not certain."""
    facts: list[tuple[date, str]] = []
    for _, period in phases:
        if period.state is _EXPELLED and period.start is not None and period.start <= as_of:
            facts.append((period.start, f"{period.start} 受到{_expulsion(period)}处分"))
    unsure = ""
    if found.person:
        facts += _judicial(decision, found)
        if (left := found.last(EXPELLED)) is not None:
            facts.append((left[0], f"{day_said(left)} 开除公职"))
        retired = next(found.all(RETIRED), None)
        if retired is not None:
            inside = _retired_inside(decision, retired[0], phases)
            if inside:
                facts.append((retired[0], f"处分影响期内已退休（{day_said(retired)}）"))
            elif inside is None:
                unsure = f"{day_said(retired)} 退休是否在影响期内尚不能确定，请补全日期后认定（办法第五条）"
    if facts:
        facts.sort()
        decision.excluded = "、".join(dict.fromkeys(text for _, text in facts))
        decision.excluded_on = facts[-1][0]
    return unsure


def _expulsion(period: Period) -> str:
    return period.kind if period.family == PARTY else "开除公职"


def _judicial(decision: Decision, found: Happenings) -> list[tuple[date, str]]:
    """Return transfer to the judicature or punishment, unless a later 不起诉或无罪 cleared it.

    Administrative detention is no criminal punishment and is no event here.
    """
    last = found.last(TO_JUDICATURE, PUNISHED)
    if last is None:
        return []
    cleared = next((d for d, _ in found.all(NO_PROSECUTION) if d >= last[0]), None)
    if cleared is not None:
        decision.add_doubt(f"{last[0]} {last[1].kind}，{cleared} 不起诉或无罪，已恢复列入，请核对")
        return []
    word = "移送司法机关" if last[1].kind == TO_JUDICATURE else "已受刑事处罚"
    return [(last[0], f"{day_said(last)} {word}")]


def _retired_inside(
    decision: Decision, day: date, phases: list[tuple[Phase, Period]]
) -> bool | None:
    """Tell whether somebody retired before or inside a period that had begun; ``None``: cannot be told."""
    unsure = False
    for phase, period in phases:
        if phase is _FUTURE or period.state is _EXPELLED:
            continue
        if period.start is not None and day <= period.start:
            return True
        if period.state in _COUNTED:
            assert period.last_day is not None
            if day <= period.last_day:
                return True
            if period.boundary and day == period.corresponding_day:
                decision.add_doubt(f"退休日 {day} 恰为对应日，是否在影响期内请核对")
        elif period.state is _PROBATION:
            return True  # rights not restored: the period has not ended
        elif period.earliest is not None and period.latest is not None:
            if day <= period.earliest:
                return True
            unsure = unsure or day <= period.latest
        else:
            unsure = True
    return None if unsure else False


def changes_after(decision: Decision, dossier: Dossier, as_of: date) -> date | None:
    """Return the next day on which the verdict could change without a new fact."""
    later: date | None = None
    for period in decision.periods:
        turn = period.turns_after(as_of)
        if turn is not None and (later is None or turn < later):
            later = turn
    for event in dossier.events:
        for known in (event.on.first, event.on.last) if event.on else ():
            if known > as_of and (later is None or known < later):
                later = known
        if event.until is not None:
            day = event.until + ONE_DAY
            if day > as_of and (later is None or day < later):
                later = day
    return later
