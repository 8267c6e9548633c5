"""What the clocks say of a day, and the sentence that says why."""

from __future__ import annotations

from datetime import date

from app.domain.decision import BOUNDARY, DUE, EXPIRED, MEASURE_4, MEASURE_5, OPEN, Decision
from app.domain.happenings import Happenings, offence_unsettled
from app.domain.period import Period, Phase, State
from app.domain.subject import PUT_OFF, Dossier

# Names of their own: see period.py.
_PROBATION, _BETWEEN = State.PROBATION, State.BETWEEN
_NONE, _FUTURE, _OVER = Phase.NONE, Phase.FUTURE, Phase.OVER
_BOUNDARY, _UNSURE, _RUNNING = Phase.BOUNDARY, Phase.UNSURE, Phase.RUNNING


def by_clock(
    decision: Decision,
    dossier: Dossier,
    phases: list[tuple[Phase, Period]],
    as_of: date,
    when_none: Phase,
) -> None:
    """Take the verdict the clocks give; ``when_none`` is said where there is nothing to count."""
    best = phases[0][0] if len(phases) == 1 else max(phase for phase, _ in phases)
    if best is _NONE or best is _FUTURE:
        best = when_none
    shown = [p for phase, p in phases if phase is best] or [p for _, p in phases]
    for period in shown:
        decision.references += period.references
    if best is _RUNNING:
        _say_running(decision, shown, phases, as_of)
        if any(f is _UNSURE and p.state is _PROBATION for f, p in phases):
            decision.add_note(("留党察看期已届满而党员权利尚未恢复，最晚期满日待定",))
    elif best is _BOUNDARY:
        _say_boundary(decision, shown, as_of)
    elif best is _UNSURE:
        _say_unsure(decision, shown)
    else:
        _say_over(decision, dossier, shown, phases)


def _say_running(
    decision: Decision, shown: list[Period], phases: list[tuple[Phase, Period]], as_of: date
) -> None:
    open_ones = [p for p in shown if p.state is _PROBATION]
    longest = open_ones[-1] if open_ones else max(shown, key=lambda p: p.last_day or date.max)
    cited = "、".join(longest.references) or MEASURE_4
    if longest.state is _PROBATION:
        decision.take(
            DUE, "处于留党察看期内（至 {}），党员权利尚未恢复，期满日待定（{}）",
            longest.probation_last, cited,
        )  # fmt: skip
    elif longest.state is _BETWEEN:
        decision.take(
            DUE, "处于{}内，期满日在 {} 至 {} 之间（{}）",
            longest.word, longest.earliest, longest.latest, cited,
        )  # fmt: skip
    elif longest.last_day is not None:
        days = (longest.last_day - as_of).days
        decision.take(
            DUE, "处于{}{}内，{}（期满日 {}，{}，{}）",
            longest.sanction.regime, longest.word,
            f"距期满还有{days}天" if days else "当日即期满日",
            longest.last_day, longest.counting, cited,
        )  # fmt: skip
    else:
        decision.take(DUE, "经批准列入回访（办法第五条）")
    others = [
        (phase, period)
        for phase, period in phases
        if period.family != longest.family
        and period.last_day is not None
        and phase in (_OVER, _RUNNING)
    ]
    if others:  # of several on the other clock, the one that ends last tells how it stands
        phase, period = max(others, key=lambda other: other[1].last_day or date.min)
        state = "已满" if phase is _OVER else "至"
        decision.add_note(
            ("{}{}{} {}", period.sanction.regime, period.word, state, period.last_day)
        )


def _say_boundary(decision: Decision, shown: list[Period], as_of: date) -> None:
    period = shown[-1]
    cited = "、".join(period.references) or MEASURE_4
    if period.state is _PROBATION:
        decision.take(
            BOUNDARY, "{} 是留党察看期的对应日，党员权利尚未恢复：请核对察看期是否已满（{}）", as_of, cited
        )  # fmt: skip
    else:
        decision.take(
            BOUNDARY,
            "{} 是对应日：按“对应日前一日”计算已期满，按“对应日”计算当日为期满日，请人工把握（{}）",
            as_of, cited,
        )  # fmt: skip


def _say_unsure(decision: Decision, shown: list[Period]) -> None:
    period = max(shown, key=lambda p: p.start or date.max)
    if period.state is _PROBATION:
        decision.take(
            OPEN, "留党察看期已于 {} 届满，党员权利尚未恢复，期满日待定，仍列入关注（{}）",
            period.probation_last, "、".join(period.references),
        )  # fmt: skip
    elif period.state is _BETWEEN:
        decision.take(
            OPEN, "{}期满日在 {} 至 {} 之间，请核对",
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
    latest = shown[0]
    if len(shown) > 1:
        latest = max(shown, key=lambda p: p.last_day or p.latest or date.min)
    decision.add_reference(MEASURE_4)
    cited = "、".join(latest.references) or MEASURE_5
    offence = None
    if decision.found.person:
        offence = offence_unsettled(dossier, decision.found, latest.last_day)
    if offence is not None:
        decision.add_reference("政务处分法第二十六条")
        decision.add_doubt(
            f"期满（待确认）：{offence} 期内又违纪违法，尚未处理，期满须人工确认（政务处分法第二十六条）"
        )
        decision.take(
            EXPIRED, "期满（待确认）：{}已满（期满日 {}），但 {} 期内又违纪违法，请确认期满（政务处分法第二十六条）",
            latest.word, latest.last_day, offence,
        )  # fmt: skip
    elif latest.last_day is None:
        decision.take(
            EXPIRED, "{}已满（期满日不晚于 {}，{}）；如需补访，请写明理由（办法第四条）",
            latest.word, latest.latest, cited,
        )  # fmt: skip
    else:
        decision.take(
            EXPIRED, "{}已满（期满日 {}，{}，{}）；如需补访，请写明理由（办法第四条）",
            latest.word, latest.last_day, latest.counting, cited,
        )  # fmt: skip
    coming = [p.start for phase, p in phases if phase is _FUTURE and p.start is not None]
    if coming:
        decision.add_note(("另有处分自 {} 起生效", min(coming)))


def put_off(decision: Decision, found: Happenings, as_of: date) -> Decision:
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
