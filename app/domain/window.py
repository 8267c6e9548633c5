"""Whom a period holds: the verdict of article 5 over all its days, not on one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from app.domain.fields import display
from app.domain.plan_checks import put_off
from app.domain.subject import Dossier
from app.domain.verdict import BY_HAND, DUE, EXCLUDED, EXPIRED, NEVER, NOT_YET, Assessment
from app.domain.visiting_list import INCLUDED, LEFT_OUT, PUT_OFF

Assess = Callable[[Dossier, date], Assessment]

_MOST_CHANGES = 200  # a person's verdict does not change more often within one period


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the program proposes for one person of a period, with the verdict it rests on."""

    assessment: Assessment
    decision: str
    reason: str = ""
    until: date | None = None
    approver: str = ""


def verdicts(dossier: Dossier, first: date, last: date, assess: Assess) -> Iterator[Assessment]:
    """Yield the assessment of the first day and of every later day that may bring another."""
    day: date | None = first
    for _ in range(_MOST_CHANGES):
        if day is None or day > last:
            return
        found = assess(dossier, day)
        yield found
        day = found.next_change_on


def propose(
    dossier: Dossier, *, starts_on: date, ends_on: date, today: date, assess: Assess
) -> Proposal | None:
    """Return what to do with a person in a period, or ``None`` when it does not concern them.

    Who may be visited on any day of it is put on the list; who is excluded in principle (or for
    good) while a period still runs is shown as left out with the reason; who is put off to beyond
    its end is shown as put off. Nobody whom a period holds is dropped in silence.
    """
    found = list(verdicts(dossier, starts_on, ends_on, assess))
    now = assess(dossier, min(max(today, starts_on), ends_on))
    if now.verdict in (EXCLUDED, NEVER):
        if not _concerned(now, found, starts_on, ends_on):
            return None
        return Proposal(now, LEFT_OUT, now.reason)
    inside = [one for one in found if one.may_visit]
    if not inside:
        return None
    shown = now if now.verdict == DUE else _nearest(inside, now)
    event = put_off(dossier, now.as_of)
    if event is not None and (event.until is None or event.until >= ends_on):
        return Proposal(shown, PUT_OFF, event.reason, event.until, event.approver)
    notes = []
    if event is not None and event.until is not None:
        notes.append(f"暂缓至{display(event.until)}，期满后安排")
    if now.verdict == EXPIRED and shown.last_day:
        notes.append(f"影响期（处分期）已于{display(shown.last_day)}届满，现在回访属于补访")
    if now.verdict == NOT_YET:
        notes.append(f"处分在本期内（{display(shown.as_of)}起）生效")
    return Proposal(shown, INCLUDED, "；".join(notes))


def _concerned(now: Assessment, found: list[Assessment], first: date, last: date) -> bool:
    """Whether somebody excluded would stand on the list if it were not for that."""
    if any(one.may_visit for one in found):
        return True
    if all(one.verdict in (NOT_YET, BY_HAND) for one in found):
        return False
    begun = [period for period in now.periods if period.start and period.start <= last]
    return bool(begun) and (now.last_day is None or now.last_day >= first)


def _nearest(inside: list[Assessment], now: Assessment) -> Assessment:
    """Return the last verdict up to today that allowed a visit, else the first after it.

    应回访 is preferred to 边界, so that the mere passing of time changes no entry of a list.
    """
    before = [one for one in inside if one.as_of <= now.as_of]
    due = [one for one in before if one.verdict == DUE]
    return (due or before or inside[:1])[-1]
