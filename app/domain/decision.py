"""The verdict of article 5, taken from periods and events for one reading of the facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.domain.fields import Problem
from app.domain.happenings import Happenings, offence_unsettled
from app.domain.kinds import misfit
from app.domain.period import Note, Period, Phase, State
from app.domain.reckoning import ONE_DAY
from app.domain.subject import (
    ADMINISTRATIVE,
    DIED,
    EXPELLED,
    INCLUDED,
    NO_PROSECUTION,
    PARTY,
    PUNISHED,
    PUT_OFF,
    RESIGNED,
    RETIRED,
    REVIEWED,
    TO_JUDICATURE,
    TRANSFERRED,
    Dossier,
    Event,
)

DUE = "应回访"
BOUNDARY = "边界"
EXPIRED = "期满"
NOT_YET = "未生效"
OPEN = "待定"
EXCLUDED = "原则上不再回访"
NEVER = "不再回访"
BY_HAND = "人工认定"
VERDICTS = (DUE, BOUNDARY, EXPIRED, NOT_YET, OPEN, EXCLUDED, NEVER, BY_HAND)

ON_PROBATION = "中共预备党员"
MEASURE_4 = "办法第四条"
MEASURE_5 = "办法第五条"
_COUNTED = (State.COMPUTED, State.STATED, State.MANUAL)


class Decision:
    """One verdict with its reason (a sentence not yet written) and the days it rests on."""

    # Class-level defaults: see ``Period``.
    verdict = ""
    doubts: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    references: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    party_last: date | None = None
    admin_last: date | None = None
    last_day: date | None = None
    span: tuple[date, date] | None = None
    excluded = ""  # the fact that excludes, also where an inclusion overrides it
    excluded_on: date | None = None

    def __init__(self, periods: list[Period], found: Happenings) -> None:
        self.periods = periods
        self.found = found

    def take(self, verdict: str, *note: object) -> Decision:
        """Set the verdict and why."""
        self.verdict = verdict
        self.notes = (note, *self.notes)
        return self

    def add_doubt(self, doubt: str) -> None:
        """Add something a person must look at."""
        self.doubts += (doubt,)

    def add_problem(self, problem: Problem) -> None:
        """Add something wrong in the record."""
        self.problems += (problem,)

    def add_reference(self, reference: str) -> None:
        """Add an article the verdict rests on."""
        self.references += (reference,)

    def add_note(self, note: Note) -> None:
        """Add a further part of the reason."""
        self.notes += (note,)

    @property
    def reason(self) -> str:
        """The reason in one sentence."""
        return "；".join(str(note[0]).format(*note[1:]) for note in self.notes)

    def joined_with(self, others: Sequence[Decision]) -> Decision:
        """Return this decision if all agree with it, else 待定, with the days they differ in left open."""
        everything = (self, *others)
        joined = Decision(self.periods, self.found)
        joined.verdict, joined.notes = self.verdict, self.notes
        for name in ("party_last", "admin_last", "last_day"):
            values = {getattr(d, name) for d in everything}
            setattr(joined, name, values.pop() if len(values) == 1 else None)
        ends = [d.last_day for d in everything if d.last_day is not None]
        if joined.last_day is None and ends:
            joined.span = (min(ends), max(ends))
        joined.references = tuple(dict.fromkeys(r for d in everything for r in d.references))
        joined.doubts = tuple(dict.fromkeys(t for d in everything for t in d.doubts))
        joined.problems = tuple(dict.fromkeys(p for d in everything for p in d.problems))
        joined.excluded = self.excluded
        verdicts = list(dict.fromkeys(d.verdict for d in everything))
        if len(verdicts) == 1:
            if joined.last_day is None and self.last_day is not None and joined.span:
                joined.notes = ((_VAGUE_BUT_SAME[self.verdict], *joined.span),)
            return joined
        named = "或".join(verdicts)
        if joined.span:
            text = "日期不够具体，最后一日在 {} 至 {} 之间，可能是{}，请补全日期"
            joined.notes = ((text, *joined.span, named),)
        else:
            joined.notes = (("有关日期或事项不够具体，可能是{}，请补全", named),)
        joined.verdict = OPEN
        return joined


_ANY = "日期不够具体，最后一日在 {} 至 {} 之间"
_VAGUE_BUT_SAME = {
    DUE: "处于影响期（处分期）内，" + _ANY + "，请补全日期（办法第四条）",
    EXPIRED: "影响期（处分期）已满，" + _ANY + "；如需补访，请写明理由（办法第四条）",
    NOT_YET: "处分尚未生效，" + _ANY,
    OPEN: _ANY + "，期满日待定，请补全日期",
    BOUNDARY: _ANY + "，请核对",
    EXCLUDED: "属于原则上不再回访范围，" + _ANY + "（办法第五条）",
    NEVER: "不再回访，" + _ANY,
    BY_HAND: "由人工认定，" + _ANY,
}


def decide(dossier: Dossier, periods: list[Period], found: Happenings, *, as_of: date) -> Decision:
    """Return the verdict for ``as_of`` from ``periods`` and what had ``found`` its way to that day."""
    decision = Decision(periods, found)
    live = _live(dossier, periods, decision)
    phases = [(p.phase(as_of), p) for p in live]
    _measure(decision, phases, as_of)
    if found.person or found.problems or found.doubts:
        _remark(decision, found)
    if (death := found.last(DIED)) is not None:
        decision.add_reference(MEASURE_5)
        return decision.take(NEVER, "{} 死亡，不再回访", death[0])
    included = _inclusion(decision, found, as_of) if found.person else None
    if not live:
        return _without_sanction(decision, dossier, periods, included)
    if all(phase is Phase.FUTURE for phase, _ in phases):
        first = min(p.start for p in live if p.start is not None)
        decision.references += live[0].references
        decision.take(NOT_YET, "处分自 {} 起生效，尚未生效", first)
        return _put_off(decision, found, as_of)
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
        _by_clock(decision, dossier, phases, as_of, Phase.RUNNING)
        decision.add_note(
            ("{}，但经{}批准列入回访（{}：{}）", decision.excluded, included[1].approver,
             included[0], included[1].reason)
        )  # fmt: skip
        return _put_off(decision, found, as_of)
    if unsure:
        decision.add_reference(MEASURE_5)
        return decision.take(OPEN, unsure)
    _by_clock(decision, dossier, phases, as_of, Phase.OVER)
    if included is not None:
        decision.add_note(("{} 经{}批准列入回访：{}", included[0], included[1].approver, included[1].reason))  # fmt: skip
    return _put_off(decision, found, as_of)


def _live(dossier: Dossier, periods: list[Period], decision: Decision) -> list[Period]:
    """Return the sanctions of article 5; add what hardly fits the person."""
    live = []
    subject = dossier.subject
    for period in periods:
        state = period.state
        if state is State.UNLISTED or state is State.REVOKED:
            continue
        warning = misfit(
            period.sanction.regime, period.kind, subject.person_type, subject.membership
        )
        if warning:
            decision.add_doubt(warning)
        if state is State.MERGED:
            continue
        if period.family == PARTY and subject.membership == ON_PROBATION:
            continue
        live.append(period)
    return live


def _measure(decision: Decision, phases: list[tuple[Phase, Period]], as_of: date) -> None:
    """Find the last day of each clock and of both; ``None`` where it is not known."""
    if not phases:
        # Void sanctions run no clock; the list still shows what the record says.
        for period in decision.periods:
            if period.state is State.REVOKED and period.last_day is not None:
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
        return
    begun = [(f, p) for f, p in phases if f is not Phase.FUTURE]
    ends: list[tuple[bool, date | None]] = []
    for family in (PARTY, ADMINISTRATIVE):
        mine = [x for x in phases if x[1].family == family]
        own_begun = [x for x in mine if x[0] is not Phase.FUTURE]
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


def _end_of(phases: list[tuple[Phase, Period]]) -> tuple[bool, date | None]:
    """Return whether the end of one clock is known, and the last day."""
    last: date | None = None
    open_until: list[date | None] = []
    for phase, period in phases:
        if period.state in _COUNTED:
            own = period.last_day
        elif period.state is State.PROBATION and phase in (Phase.RUNNING, Phase.FUTURE):
            own = period.probation_last
        elif period.state is State.EXPELLED:
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
    revoked = [p for p in periods if p.state is State.REVOKED]
    if len(revoked) == len(periods):
        return decision.take(
            NEVER, "处分已于 {} 撤销，不再回访，记录保留（办法第五条）", revoked[-1].revoked_on
        )
    kinds = "、".join(dict.fromkeys(p.kind for p in periods if p.state is not State.REVOKED))
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
        if period.state is State.EXPELLED and period.start is not None and period.start <= as_of:
            facts.append((period.start, f"{period.start} 受到{_expulsion(period)}处分"))
    unsure = ""
    if found.person:
        facts += _judicial(decision, found)
        if (left := found.last(EXPELLED)) is not None:
            facts.append((left[0], f"{left[0]} 开除公职"))
        retired = next(found.all(RETIRED), None)
        if retired is not None:
            inside = _retired_inside(decision, retired[0], phases)
            if inside:
                facts.append((retired[0], f"处分影响期内已退休（{retired[0]}）"))
            elif inside is None:
                unsure = (
                    f"{retired[0]} 退休是否在影响期内尚不能确定，请补全日期后认定（办法第五条）"
                )
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
    return [(last[0], f"{last[0]} {word}")]


def _retired_inside(
    decision: Decision, day: date, phases: list[tuple[Phase, Period]]
) -> bool | None:
    """Tell whether somebody retired before or inside a period that had begun; ``None``: cannot be told."""
    unsure = False
    for phase, period in phases:
        if phase is Phase.FUTURE or period.state is State.EXPELLED:
            continue
        if period.start is not None and day <= period.start:
            return True
        if period.state in _COUNTED:
            assert period.last_day is not None
            if day <= period.last_day:
                return True
            if period.boundary and day == period.corresponding_day:
                decision.add_doubt(f"退休日 {day} 恰为对应日，是否在影响期内请核对")
        elif period.state is State.PROBATION:
            return True  # rights not restored: the period has not ended
        elif period.earliest is not None and period.latest is not None:
            if day <= period.earliest:
                return True
            unsure = unsure or day <= period.latest
        else:
            unsure = True
    return None if unsure else False


def _by_clock(
    decision: Decision,
    dossier: Dossier,
    phases: list[tuple[Phase, Period]],
    as_of: date,
    when_none: Phase,
) -> None:
    """Take the verdict the clocks give; ``when_none`` is said where there is nothing to count."""
    best = phases[0][0] if len(phases) == 1 else max(phase for phase, _ in phases)
    if best is Phase.NONE or best is Phase.FUTURE:
        best = when_none
    shown = [p for phase, p in phases if phase is best] or [p for _, p in phases]
    for period in shown:
        decision.references += period.references
    if best is Phase.RUNNING:
        _say_running(decision, shown, phases, as_of)
    elif best is Phase.BOUNDARY:
        _say_boundary(decision, shown, as_of)
    elif best is Phase.UNSURE:
        _say_unsure(decision, shown)
    else:
        _say_over(decision, dossier, shown, phases)


def _say_running(
    decision: Decision, shown: list[Period], phases: list[tuple[Phase, Period]], as_of: date
) -> None:
    longest = max(shown, key=lambda p: p.last_day or date.max)
    cited = longest.references[-1] if longest.references else MEASURE_4
    if longest.last_day is not None:
        decision.take(
            DUE, "处于{}{}内，距期满还有{}天（期满日 {}，{}，{}）",
            "党纪" if longest.family == PARTY else "政务", longest.word,
            (longest.last_day - as_of).days, longest.last_day, longest.counting, cited,
        )  # fmt: skip
    elif longest.state is State.PROBATION:
        decision.take(
            DUE, "处于留党察看期内（至 {}），党员权利尚未恢复，期满日待定（{}）",
            longest.probation_last, cited,
        )  # fmt: skip
    elif longest.state is State.BETWEEN:
        decision.take(
            DUE, "处于{}内，最后一日在 {} 至 {} 之间（{}）",
            longest.word, longest.earliest, longest.latest, cited,
        )  # fmt: skip
    else:
        decision.take(DUE, "经批准列入回访（办法第五条）")
    if len(phases) > 1:
        for phase, period in phases:
            if period.family != longest.family and phase in (Phase.OVER, Phase.RUNNING) and period.last_day:  # fmt: skip
                side = "党纪" if period.family == PARTY else "政务"
                state = "已满" if phase is Phase.OVER else "至"
                decision.add_note(("{}{}{} {}", side, period.word, state, period.last_day))
                break


def _say_boundary(decision: Decision, shown: list[Period], as_of: date) -> None:
    period = shown[-1]
    cited = period.references[-1] if period.references else MEASURE_4
    if period.state is State.PROBATION:
        decision.take(
            BOUNDARY, "{} 是留党察看期的对应日，党员权利尚未恢复：请核对察看期是否已满（{}）", as_of, cited
        )  # fmt: skip
    else:
        decision.take(
            BOUNDARY,
            "{} 是对应日：按“对应日前一日”计算已期满，按“对应日”计算为最后一日，请人工把握（{}）",
            as_of, cited,
        )  # fmt: skip


def _say_unsure(decision: Decision, shown: list[Period]) -> None:
    period = max(shown, key=lambda p: p.start or date.max)
    if period.state is State.PROBATION:
        decision.take(
            OPEN, "留党察看期已于 {} 届满，党员权利尚未恢复，期满日待定，仍列入关注（{}）",
            period.probation_last, period.references[-1],
        )  # fmt: skip
    elif period.state is State.BETWEEN:
        decision.take(
            OPEN, "{}最后一日在 {} 至 {} 之间，期满日待定，请核对",
            period.word, period.earliest, period.latest,
        )  # fmt: skip
    else:
        decision.take(OPEN, "{}", period.heading)


def _say_over(
    decision: Decision,
    dossier: Dossier,
    shown: list[Period],
    phases: list[tuple[Phase, Period]],
) -> None:
    latest = max(shown, key=lambda p: p.last_day or p.latest or date.min)
    decision.add_reference(MEASURE_4)
    cited = latest.references[-1] if latest.references else MEASURE_5
    offence = None
    if decision.found.person:
        offence = offence_unsettled(dossier, decision.found, latest.last_day)
    if offence is not None:
        decision.add_reference("政务处分法第二十六条")
        decision.add_doubt(
            f"期满（待确认）：{offence} 期内又违纪违法，尚未处理，期满须人工确认（政务处分法第二十六条）"
        )
        decision.take(
            EXPIRED, "期满（待确认）：{}已满（最后一日 {}），但 {} 期内又违纪违法，请确认期满（政务处分法第二十六条）",
            latest.word, latest.last_day, offence,
        )  # fmt: skip
    elif latest.last_day is None:
        decision.take(
            EXPIRED, "{}已满（最后一日不晚于 {}，{}）；如需补访，请写明理由（办法第四条）",
            latest.word, latest.latest, cited,
        )  # fmt: skip
    else:
        decision.take(
            EXPIRED, "{}已满（最后一日 {}，{}，{}）；如需补访，请写明理由（办法第四条）",
            latest.word, latest.last_day, latest.counting, cited,
        )  # fmt: skip
    coming = [p.start for phase, p in phases if phase is Phase.FUTURE and p.start is not None]
    if coming:
        decision.add_note(("另有处分自 {} 起生效", min(coming)))


def _put_off(decision: Decision, found: Happenings, as_of: date) -> Decision:
    """Show 暂缓回访 in the reason; it never takes a person off the list."""
    if not found.person:
        return decision
    last = found.last(PUT_OFF)
    if last is None:
        return decision
    day, event = last
    if event.until is not None and event.until < as_of:
        decision.add_note(("暂缓回访已于 {} 到期", event.until))
    else:
        until = f"至 {event.until}" if event.until else ""
        decision.add_note(("{} 起暂缓回访{}（{}）", day, until, event.reason or "未写理由"))
    return decision


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
