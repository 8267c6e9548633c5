"""What is due in the whole office, and setting a reminder aside with a reason."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from app.domain.audit import Act
from app.domain.decision import BOUNDARY, DUE, NOT_YET, OPEN
from app.domain.form_visit import visit_day
from app.domain.registration_form import RegistrationForm
from app.domain.reminders import (
    CONFIRM_SHOWN,
    Reminder,
    office_reminders,
    reminders,
    set_aside_entry,
)
from app.domain.rulebook import RuleBook
from app.domain.settings import Settings
from app.domain.standing import Standing
from app.domain.subject import Dossier
from app.domain.visit import DONE, Visit
from app.domain.working_days import WorkingDays
from app.services.chain import chain_reminders
from app.services.dossiers import load_dossiers
from app.services.ports import Changes, UnitOfWork, wanted
from app.services.result_rows import result_reminders

_AT_ONCE = 500
_STILL_OPEN = (DUE, BOUNDARY, OPEN, NOT_YET)


def due(
    *,
    uow: UnitOfWork,
    as_of: date,
    rules: RuleBook,
    settings: Settings,
    working_days: WorkingDays | None = None,
    last_backup: datetime | None = None,
    last_drill: date | None = None,
) -> Sequence[Reminder]:
    """Return everything due on ``as_of``, soonest first.

    For another day than today everybody is computed, since standings are kept for today. What of
    plans, visits and requests is due comes with it, and what of results, letters and filing.
    """
    found: list[Reminder] = []
    with uow:
        ids = _candidates(uow, as_of)
    for start in range(0, len(ids), _AT_ONCE):
        with uow:  # some hundreds at a time: nobody's save waits for all of them, and no memory
            dossiers = load_dossiers(uow, ids[start : start + _AT_ONCE])
            seen = visited_people(uow, dossiers, as_of)
        for id_, dossier in dossiers.items():
            found += reminders(
                dossier,
                as_of=as_of,
                rules=rules,
                settings=settings,
                working_days=working_days,
                visited=id_ in seen,
            )
    found += chain_reminders(uow=uow, settings=settings, today=as_of)
    found += result_reminders(uow=uow, settings=settings, today=as_of)
    found.sort(key=lambda r: (r.due_on, r.name, r.key))
    return [
        *office_reminders(
            as_of=as_of,
            settings=settings,
            last_backup=last_backup,
            last_drill=last_drill,
            working_days=working_days,
            has_people=bool(ids),
        ),
        *found,
    ]


def _candidates(uow: UnitOfWork, as_of: date) -> list[int]:
    """Return the people for whom anything can be due: the others' periods ended long ago.

    No reminder reaches further back than ``CONFIRM_SHOWN`` after the last day, but for an offence
    inside the period that nobody settled, which marks the standing as doubtful.
    """
    since = as_of - CONFIRM_SHOWN - timedelta(days=1)
    names = ("subject_id", "as_of", "verdict", "doubtful", "last_day")
    return [
        id_
        for id_, stood, verdict, doubtful, last_day in uow.repository(Standing).columns(*names)
        if id_ is not None
        and (
            stood is None
            or stood > as_of
            or verdict in _STILL_OPEN
            or doubtful
            or last_day is None
            or last_day >= since
        )
    ]


def visited_people(uow: UnitOfWork, dossiers: Mapping[int, Dossier], as_of: date) -> set[int]:
    """Return who was visited since the latest decision: an older visit is of an earlier period.

    A visit that is done counts, and a form that names its visit: forms are older than this program.
    """
    days: list[tuple[int | None, date | None]] = [
        (visit.subject_id, visit.on)
        for visit in uow.repository(Visit).where(subject_id=list(dossiers), state=DONE)
    ]
    days += [
        (form.subject_id, visit_day(form))
        for form in uow.repository(RegistrationForm).where(subject_id=list(dossiers))
    ]
    found = set()
    for id_, day in days:
        if id_ is None or day is None or day > as_of:
            continue
        decided = [
            s.decided_on.first
            for s in dossiers[id_].sanctions
            if s.decided_on is not None and s.decided_on.first <= as_of
        ]
        if day >= max(decided, default=day):
            found.add(id_)
    return found


def set_aside(reminder: Reminder, reason: str, *, uow: UnitOfWork, today: date) -> Changes:
    """Set ``reminder`` aside until its facts change. Raises ``NoReason`` for an empty reason."""
    wanted(reason, "搁置提醒须写明理由，请填写后再搁置。")
    with uow:
        repository = uow.repository(Settings)
        stored = next(iter(repository.where()), Settings())
        kept = copy.copy(stored)
        kept.set_aside = {
            **stored.set_aside,
            reminder.key: set_aside_entry(reminder, reason.strip(), today),
        }
        repository.put(kept)
        uow.record(
            Act("搁置提醒", "Subject", reminder.subject_id, reason.strip(), {"提醒": reminder.kind})
        )
        return uow.commit()
